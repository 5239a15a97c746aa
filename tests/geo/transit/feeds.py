"""Small made-up timetables: a feed in a few lines of Python, written as the zip that a carrier publishes."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from geo.timetable.build import import_feed
from geo.timetable.store import Feed
from geo.transit.links import Links, make_links
from geo.transit.search import Ends, one, searching
from geo.transit.tracing import Ride, trace
from tests.geo.towns import at

MONDAY = dt.date(2026, 3, 2)
SCHOOL_DAYS = ("1", "1", "1", "1", "1", "0", "0")
EVERY_DAY = ("1",) * 7
HOUR, MINUTE = 3600, 60


def seconds(text: str) -> int:
    """Seconds of a time as a feed writes it."""
    hours, minutes, *rest = (int(part) for part in text.split(":"))
    return hours * 3600 + minutes * 60 + (rest[0] if rest else 0)


@dataclass
class Made:
    """Tables of a feed as rows; what is not set is plain.

    Attributes
    ----------
    trips
        Trip → calls ``(stop, time)``, ``(stop, arrival, departure)`` or a mapping of columns.
    """

    trips: Mapping[str, Sequence[tuple[str, ...] | Mapping[str, str]]]
    route: Mapping[str, str] = field(default_factory=dict)
    service: Mapping[str, str] = field(default_factory=dict)
    calendar: Mapping[str, tuple[Sequence[str], str, str]] = field(
        default_factory=lambda: {"school": (SCHOOL_DAYS, "20260302", "20260327")}
    )
    dates: Sequence[tuple[str, str, str]] = ()
    stops: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    transfers: Sequence[Mapping[str, str]] = ()
    frequencies: Sequence[Mapping[str, str]] = ()
    agencies: Sequence[Mapping[str, str]] = (
        {"agency_id": "A", "agency_name": "Streekvervoer", "agency_timezone": "Europe/Amsterdam"},
    )
    info: Mapping[str, str] | None = None
    trip_columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def tables(self) -> dict[str, str]:
        """Every table as the text of its file."""
        calls = [row for trip, rows in self.trips.items() for row in _calls(trip, rows)]
        names = sorted({call["stop_id"] for call in calls} | set(self.stops))
        parents = {row["parent_station"] for row in self.stops.values() if row.get("parent_station")}
        stops = [self._stop(number, stop) for number, stop in enumerate(sorted(set(names) | parents))]
        routes = sorted({self.route.get(trip, "lijn") for trip in self.trips})
        made = {
            "agency.txt": written(self.agencies),
            "stops.txt": written(stops),
            "routes.txt": written(
                [
                    {"route_id": route, "agency_id": "A", "route_short_name": route, "route_type": "3"}
                    for route in routes
                ]
            ),
            "trips.txt": written(
                [
                    {
                        "route_id": self.route.get(trip, "lijn"),
                        "service_id": self.service.get(trip, "school"),
                        "trip_id": trip,
                        **self.trip_columns.get(trip, {}),
                    }
                    for trip in self.trips
                ]
            ),
            "stop_times.txt": written(calls),
        }
        days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        if self.calendar:
            made["calendar.txt"] = written(
                [
                    {"service_id": name, **dict(zip(days, week, strict=True)), "start_date": first, "end_date": last}
                    for name, (week, first, last) in self.calendar.items()
                ]
            )
        if self.dates:
            made["calendar_dates.txt"] = written(
                [{"service_id": name, "date": date, "exception_type": kind} for name, date, kind in self.dates]
            )
        for name, rows in (("transfers.txt", self.transfers), ("frequencies.txt", self.frequencies)):
            if rows:
                made[name] = written(rows)
        if self.info is not None:
            made["feed_info.txt"] = written([self.info])
        return made

    def _stop(self, number: int, stop: str) -> dict[str, str]:
        lat, lon = at(900 * number, 0)
        own = {"stop_id": stop, "stop_name": f"Halte {stop}", "stop_lat": f"{lat:.7f}", "stop_lon": f"{lon:.7f}"}
        return own | dict(self.stops.get(stop, {}))


def _calls(trip: str, rows: Sequence[tuple[str, ...] | Mapping[str, str]]) -> list[dict[str, str]]:
    made = []
    for number, row in enumerate(rows, 1):
        call = row
        if isinstance(call, tuple):
            call = {"stop_id": call[0], "arrival_time": call[1], "departure_time": call[-1]}
        # Times may be written short here, but for the tests about unreadable ones.
        times = {key: value + ":00" if value.count(":") == 1 else value for key, value in call.items()}
        made.append({"trip_id": trip, "stop_sequence": str(number), **times})
    return made


def written(rows: Sequence[Mapping[str, str]]) -> str:
    """Rows as the text of a table."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def zipped(folder: Path, tables: Mapping[str, str | bytes], name: str = "feed.zip") -> Path:
    """Write the tables as a zip."""
    file = folder / name
    with zipfile.ZipFile(file, "w") as archive:
        for table, text in tables.items():
            archive.writestr(zipfile.ZipInfo(table, (2026, 1, 1, 0, 0, 0)), text)  # equal bytes every time
    return file


@dataclass
class Asked:
    """A timetable that can be asked from stop to stop, without any road."""

    feed: Feed
    links: Links
    day: dt.date = MONDAY

    @classmethod
    def of(cls, folder: Path, made: Made | Mapping[str, str | bytes], day: dt.date = MONDAY) -> Asked:
        tables = made.tables() if isinstance(made, Made) else made
        feed = import_feed(folder, "test", zipped(folder, tables))
        return cls(feed, make_links(feed, None), day)

    def ends(self, stop: str, walk_s: int = 0) -> Ends:
        """A door at so many seconds from a stop."""
        ids = [self.feed.stop_ids[row] for row in range(self.feed.stops)]
        row = ids.index(stop)
        points = np.flatnonzero(self.feed.array("point_stop") == row)
        return Ends.of(dict.fromkeys(points.tolist(), walk_s))

    def best(
        self, origin: str, target: str, when: int, *, limit: int = 5 * HOUR, rounds: int = 4, forward: bool = True
    ) -> list[int | None]:
        """Per number of rides, from one up: when one arrives (backwards: when one must leave); None for not."""
        begin, end = (origin, target) if forward else (target, origin)
        until = when + limit if forward else when - limit
        with searching(
            self.feed.day(self.day),
            self.links,
            one(when),
            one(until),
            self.ends(begin),
            self.ends(end),
            rounds,
            forward=forward,
        ) as found:
            return [int(found.best[0, ride]) if found.reached[0, ride] else None for ride in range(1, rounds + 1)]

    def arrival(self, origin: str, target: str, leave: str, *, rounds: int = 4) -> str | None:
        """When somebody who leaves at a time arrives, as a time."""
        found = self.best(origin, target, seconds(leave), rounds=rounds)[-1]
        return None if found is None else clock(found)

    def leaving(self, origin: str, target: str, there: str, *, rounds: int = 4) -> str | None:
        """When somebody who must be there at a time leaves at the latest."""
        found = self.best(origin, target, seconds(there), rounds=rounds, forward=False)[-1]
        return None if found is None else clock(found)

    def rides(self, origin: str, target: str, leave: str, *, rounds: int = 4) -> list[Ride]:
        """The rides of the best journey."""
        when = seconds(leave)
        with searching(
            self.feed.day(self.day),
            self.links,
            one(when),
            one(when + 5 * HOUR),
            self.ends(origin),
            self.ends(target),
            rounds,
        ) as found:
            return trace(found, self.feed.day(self.day), rounds) if found.reached[0, rounds] else []


def clock(value: int) -> str:
    """A number of seconds as HH:MM, with seconds when there are any."""
    text = f"{value // 3600:02d}:{value % 3600 // 60:02d}"
    return text if value % 60 == 0 else f"{text}:{value % 60:02d}"
