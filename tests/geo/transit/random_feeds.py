"""Feeds nobody would publish: few stops, many crossings, everything that a timetable may say at once."""

from __future__ import annotations

import random

from tests.geo.transit.feeds import EVERY_DAY, SCHOOL_DAYS, Made

STOPS = tuple("ABCDEFG")
STATION = {"A": "S", "B": "S"}


def clock(value: int) -> str:
    """A number of seconds as a feed writes it."""
    return f"{value // 3600:02d}:{value % 3600 // 60:02d}:{value % 60:02d}"


def random_feed(seed: int) -> Made:
    """A feed of up to ten trips in two hours around some moment of the day, midnight included."""
    draw = random.Random(seed)
    begin = draw.choice((7, 8, 22, 23, 24)) * 3600
    trips: dict[str, list[dict[str, str]]] = {}
    for number in range(draw.randint(2, 10)):
        now = begin + 60 * draw.randrange(0, 100)
        rows = []
        for _ in range(draw.randint(2, 5)):
            arrive = now
            now += 60 * draw.choice((0, 0, 1, 3))
            row = {"stop_id": draw.choice(STOPS), "arrival_time": clock(arrive), "departure_time": clock(now)}
            for column in ("pickup_type", "drop_off_type"):
                if draw.random() < 0.1:
                    row[column] = draw.choice("1123")
            rows.append(row)
            now += 60 * draw.choice((0, 1, 2, 4, 7, 12))
        trips[f"t{number}"] = rows
        if draw.random() < 0.3:  # a faster or slower run over the same stops, so that somebody overtakes
            factor = draw.choice((0.5, 1.5))
            first = begin + 60 * draw.randrange(0, 90)
            start = seconds_of(rows[0]["arrival_time"])

            def moved(text: str, factor: float = factor, first: int = first, start: int = start) -> str:
                return clock(first + int((seconds_of(text) - start) * factor))

            trips[f"t{number}x"] = [
                row | {key: moved(row[key]) for key in ("arrival_time", "departure_time")} for row in rows
            ]
    names = list(trips)
    return Made(
        trips,
        route={name: ("r1", "r2")[number % 2] for number, name in enumerate(names)},
        service={name: draw.choice(("school", "daily", "some")) for name in names},
        calendar={"school": (SCHOOL_DAYS, "20260223", "20260306"), "daily": (EVERY_DAY, "20260223", "20260306")},
        dates=[("some", "20260302", "1"), ("some", "20260301", "1"), ("daily", "20260303", "2")],
        stops={stop: ({"parent_station": STATION[stop]} if stop in STATION else {}) for stop in STOPS}
        | {"S": {"location_type": "1"}},
        transfers=_transfers(draw, names),
        frequencies=_frequencies(draw, names, begin),
    )


def seconds_of(text: str) -> int:
    """Seconds of a time."""
    hours, minutes, rest = map(int, text.split(":"))
    return hours * 3600 + minutes * 60 + rest


def _transfers(draw: random.Random, names: list[str]) -> list[dict[str, str]]:
    """Rules of every kind; each pair of stops and sides once, so that the most specific one is never in doubt."""
    rows: dict[tuple[str, ...], dict[str, str]] = {}
    for _ in range(draw.randint(0, 6)):
        row = {"from_stop_id": draw.choice(STOPS), "to_stop_id": draw.choice(STOPS)}
        sort = draw.random()
        if sort < 0.25:
            row["to_route_id"] = draw.choice(("r1", "r2"))
        elif sort < 0.5:
            row |= {"from_trip_id": draw.choice(names), "to_trip_id": draw.choice(names)}
        row["transfer_type"] = draw.choice("1233")
        if row["transfer_type"] == "2":
            row["min_transfer_time"] = str(60 * draw.choice((0, 1, 5, 9)))
        rows.setdefault(
            (
                row["from_stop_id"],
                row["to_stop_id"],
                row.get("to_route_id", ""),
                row.get("to_trip_id", ""),
                row.get("from_trip_id", ""),
            ),
            row,
        )
    return list(rows.values()) + _seated(draw, names)


def _seated(draw: random.Random, names: list[str]) -> list[dict[str, str]]:
    if draw.random() < 0.6:
        return []
    one, other = draw.sample(names, 2)
    return [{"from_trip_id": one, "to_trip_id": other, "transfer_type": "4"}]


def _frequencies(draw: random.Random, names: list[str], begin: int) -> list[dict[str, str]]:
    if draw.random() < 0.7:
        return []
    return [
        {
            "trip_id": draw.choice(names),
            "start_time": clock(begin),
            "end_time": clock(begin + 3600),
            "headway_secs": str(60 * draw.choice((7, 15, 20))),
            "exact_times": "1",
        }
    ]


__all__ = ["STOPS", "clock", "random_feed"]
