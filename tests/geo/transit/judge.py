"""A second opinion on public transport that shares no line with the search: every run × boarding × alighting.

It reads the rows of a made-up feed itself, writes every run out by the clock and tries all of them, round by round. It
knows no pattern, no point, no mirror and no compiled table, and is slow.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.geo.transit.feeds import Made, seconds

CHANGE, STATION = 120, 180
"""What a change takes when the feed says nothing: at one stop, and between platforms of one station."""


@dataclass(frozen=True)
class Call:
    stop: str
    arrive: int
    leave: int
    on: bool
    off: bool


@dataclass(frozen=True)
class Run:
    trip: str
    day: int
    calls: tuple[Call, ...]


@dataclass
class Judge:
    """Judge of one feed on one date; needs dates on which the clock does not change."""

    made: Made
    day: dt.date
    runs: list[Run] = field(default_factory=list)

    def __post_init__(self) -> None:
        for shift in (-1, 0, 1):
            date = self.day + dt.timedelta(days=shift)
            for trip in self.made.trips:
                if self.runs_on(trip, date):
                    self.runs += self.written_out(trip, shift)

    def runs_on(self, trip: str, date: dt.date) -> bool:
        """Whether the service of a trip runs."""
        service, text = self.made.service.get(trip, "school"), f"{date:%Y%m%d}"
        for name, day, kind in self.made.dates:
            if (name, day) == (service, text):
                return kind == "1"
        if service not in self.made.calendar:
            return False
        week, first, last = self.made.calendar[service]
        return first <= text <= last and week[date.weekday()] == "1"

    def written_out(self, trip: str, shift: int) -> Iterator[Run]:
        """A trip with its times, or the trips that an exact headway stands for."""
        calls = [self.call(row) for row in self.made.trips[trip]]
        rows = [row for row in self.made.frequencies if row["trip_id"] == trip]
        starts = [calls[0].leave]
        if rows:
            starts = []
            for row in rows:
                now = seconds(row["start_time"])
                while now < seconds(row["end_time"]):
                    starts.append(now)
                    now += int(row["headway_secs"])
        for start in starts:
            by = start - calls[0].leave + shift * 86400
            moved = (Call(call.stop, call.arrive + by, call.leave + by, call.on, call.off) for call in calls)
            yield Run(trip, shift, tuple(moved))

    @staticmethod
    def call(row: tuple[str, ...] | Mapping[str, str]) -> Call:
        if isinstance(row, tuple):
            return Call(row[0], seconds(row[1]), seconds(row[-1]), True, True)
        return Call(
            row["stop_id"],
            seconds(row["arrival_time"]),
            seconds(row["departure_time"]),
            row.get("pickup_type") != "1",
            row.get("drop_off_type") != "1",
        )

    def change(self, origin: tuple[str, str], target: tuple[str, str]) -> int | None:
        """Seconds from getting off to getting on, both as (stop, trip); None when one may not or cannot."""
        best: tuple[tuple[int, int], Mapping[str, str]] | None = None
        for row in self.made.transfers:
            if row["transfer_type"] in {"4", "5"}:
                continue
            exact = [
                self.matches(stop, row[column])
                for (stop, _), column in ((origin, "from_stop_id"), (target, "to_stop_id"))
            ]
            if None in exact:
                continue
            rank = 0
            for trip, prefix in ((origin[1], "from"), (target[1], "to")):
                if row.get(f"{prefix}_trip_id"):
                    rank += 3 if row[f"{prefix}_trip_id"] == trip else -99
                elif row.get(f"{prefix}_route_id"):
                    rank += 1 if row[f"{prefix}_route_id"] == self.made.route.get(trip, "lijn") else -99
            if rank >= 0 and (best is None or (rank, sum(exact)) > best[0]):
                best = (rank, sum(exact)), row
        if best is not None:
            kind = best[1]["transfer_type"]
            if kind != "0":
                return {"1": 0, "2": int(best[1].get("min_transfer_time") or 0), "3": None}[kind]
        if origin[0] == target[0]:
            return CHANGE
        parent = [self.made.stops.get(stop, {}).get("parent_station") for stop, _ in (origin, target)]
        if parent[0] and parent[0] == parent[1]:
            return STATION
        return None

    def matches(self, stop: str, named: str) -> int | None:
        """1 for the stop itself, 0 for its station, None for another one."""
        if stop == named:
            return 1
        return 0 if self.made.stops.get(stop, {}).get("parent_station") == named else None

    def arrivals(
        self, origin: str, target: str, leave: int, *, until: int, rounds: int, door: int = 0
    ) -> list[int | None]:
        """Per number of rides at most, the earliest arrival; None for not before ``until``."""
        found: list[int | None] = []
        boarded: list[tuple[Run, int]] = [
            (run, at)
            for run in self.runs
            for at, call in enumerate(run.calls)
            if call.on and call.stop == origin and call.leave >= leave + door
        ]
        best: int | None = None
        for _ in range(rounds):
            off = list(self.got_off(boarded, until))
            for when, call, _ in off:
                if call.stop == target and when + door <= until and (best is None or when + door < best):
                    best = when + door
            found.append(best)
            boarded = self.boarded_after(off)
        return found

    def got_off(self, boarded: list[tuple[Run, int]], until: int) -> Iterator[tuple[int, Call, Run]]:
        """Everywhere one can get off, staying seated where the vehicle goes on as another trip included."""
        for run, at in boarded:
            for call in run.calls[at + 1 :]:
                if call.off and call.arrive <= until:
                    yield call.arrive, call, run
            for following in self.same_vehicle(run) if at + 1 < len(run.calls) else ():
                # Staying in, one neither gets on nor off where the vehicle changes its number.
                yield from ((a, c, r) for a, c, r in self.got_off([(following, 0)], until))

    def same_vehicle(self, run: Run) -> list[Run]:
        """Runs that one stays seated for; a headway does not say which of its runs would be meant."""
        many = {row["trip_id"] for row in self.made.frequencies}
        if run.trip in many:
            return []
        names = {
            row["to_trip_id"]
            for row in self.made.transfers
            if row["transfer_type"] == "4" and row["from_trip_id"] == run.trip
        }
        return [
            other
            for other in self.runs
            if other.trip in names - many and other.day == run.day and other.calls[0].leave >= run.calls[-1].arrive
        ]

    def boarded_after(self, off: list[tuple[int, Call, Run]]) -> list[tuple[Run, int]]:
        """Every run that can be boarded after one of these."""
        earliest: dict[tuple[str, str], int] = {}
        for when, call, run in off:
            key = call.stop, run.trip
            earliest[key] = min(when, earliest.get(key, when))
        boarded = []
        for run in self.runs:
            for at, call in enumerate(run.calls):
                if not call.on:
                    continue
                for key, when in earliest.items():
                    takes = self.change(key, (call.stop, run.trip))
                    if takes is not None and when + takes <= call.leave:
                        boarded.append((run, at))
                        break
        return boarded

    def departures(self, origin: str, target: str, there: int, *, since: int, rounds: int) -> list[int | None]:
        """Per number of rides at most, the latest moment of leaving that is still there in time: tries all of them."""
        moments = sorted(
            {
                call.leave
                for run in self.runs
                for call in run.calls
                if call.stop == origin and since <= call.leave <= there
            },
            reverse=True,
        )
        found: list[int | None] = [None] * rounds
        for moment in moments:
            arrivals = self.arrivals(origin, target, moment, until=there, rounds=rounds)
            for ride, arrival in enumerate(arrivals):
                if found[ride] is None and arrival is not None:
                    found[ride] = moment
        return found
