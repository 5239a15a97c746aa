"""transfers.txt: how long a change takes, where it is forbidden, and which trips one may stay seated between.

A row about a trip or a line holds for some calls at a stop and not for others, and the search keeps one label per
place. So such calls get a *point* of their own at the stop: the search then needs no rules, and no label is wrong.

Source: General Transit Feed Specification, Schedule Reference, "transfers.txt": types and specificity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.timetable.distances import straight_m
from geo.timetable.faults import FeedFaultCode
from geo.timetable.fields import read_whole

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from geo.timetable.archive import FeedArchive
    from geo.timetable.calls import Calls
    from geo.timetable.collecting import Faults
    from geo.timetable.places import Stops
    from geo.timetable.routes import Routes, Trips

TRANSFERS = "transfers.txt"
CHANGE_S = 120
"""Seconds to change at one stop where the feed says nothing (own choice of Stageroute)."""
STATION_S = 180
"""Seconds to change between platforms of one station where the feed says nothing (own choice of Stageroute)."""
_DETOUR, _WALK_M_PER_S = 1.3, 5 / 3.6
NEVER = -1
"""Stands for a change that is forbidden."""
_DEFAULT, _TIMED, _MINIMUM, _FORBIDDEN, _STAY, _LEAVE = "0", "1", "2", "3", "4", "5"
_COLUMNS = (
    "from_stop_id", "to_stop_id", "transfer_type", "min_transfer_time", "from_route_id", "to_route_id", "from_trip_id",
    "to_trip_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: between which stops, for which line or trip on either side (-1 for every one), and what it says.

    Attributes
    ----------
    seconds
        ``NEVER`` when the change is forbidden; None for what holds without a rule.
    rank
        How specific; of the rules that apply the highest wins.
    """

    origins: frozenset[int]
    targets: frozenset[int]
    from_route: int
    to_route: int
    from_trip: int
    to_trip: int
    seconds: int | None
    rank: tuple[int, int]

    @property
    def special(self) -> bool:
        """Whether it holds for some calls at the stop and not for others."""
        return max(self.from_route, self.to_route, self.from_trip, self.to_trip) >= 0

    def leaves(self, stop: int, route: int, trip: int) -> bool:
        """Whether somebody who gets off this trip here may be meant."""
        return stop in self.origins and self.from_route in {-1, route} and self.from_trip in {-1, trip}

    def enters(self, stop: int, route: int, trip: int) -> bool:
        """Whether somebody who gets on this trip here may be meant."""
        return stop in self.targets and self.to_route in {-1, route} and self.to_trip in {-1, trip}


@dataclass(frozen=True, slots=True)
class Transfers:
    """What transfers.txt says: rules for a change, and pairs of trips that are one vehicle with the same seats."""

    rules: tuple[Rule, ...]
    seated: tuple[tuple[int, int], ...]


def read_transfers(archive: FeedArchive, stops: Stops, routes: Routes, trips: Trips, faults: Faults) -> Transfers:
    """Read transfers.txt; a feed without it has no rules."""
    rules: list[Rule] = []
    seated: list[tuple[int, int]] = []
    if not archive.has(TRANSFERS):
        return Transfers((), ())
    for rows in archive.rows(TRANSFERS, (), _COLUMNS):
        for row, values in enumerate(zip(*(rows.columns[name] for name in _COLUMNS), strict=True), rows.first):
            texts = dict(zip(_COLUMNS, values, strict=True))
            sides = _numbers(texts, row, stops, routes, trips, faults)
            kind = texts["transfer_type"] or _DEFAULT
            seconds = _seconds(kind, texts["min_transfer_time"], row, faults)
            if sides is None:
                continue
            origins, targets, numbers = sides
            if kind in {_STAY, _LEAVE}:
                if kind == _STAY:
                    seated.append((numbers[2], numbers[3]))
                continue
            rank = _rank(*numbers), int(len(origins) == 1) + int(len(targets) == 1)
            rules.append(Rule(origins, targets, *numbers, seconds, rank))
    faults.check()
    return Transfers(tuple(rules), tuple(sorted(set(seated))))


def _rank(from_route: int, to_route: int, from_trip: int, to_trip: int) -> int:
    """How specific a row is: trips before lines before stops, both sides before one."""
    trips = (from_trip >= 0) + (to_trip >= 0)
    lines = (from_route >= 0 and from_trip < 0) + (to_route >= 0 and to_trip < 0)
    return 3 * trips + lines


def _seconds(kind: str, text: str, row: int, faults: Faults) -> int | None:
    if kind not in {_DEFAULT, _TIMED, _MINIMUM, _FORBIDDEN, _STAY, _LEAVE}:
        faults.add(FeedFaultCode.BAD_CHOICE, TRANSFERS, row, "transfer_type", kind, choices="0, 1, 2, 3, 4, 5")
    if kind == _TIMED:
        return 0
    if kind == _FORBIDDEN:
        return NEVER
    if kind != _MINIMUM:
        return None
    seconds = read_whole(text)
    if seconds is None:
        code = FeedFaultCode.BAD_NUMBER if text else FeedFaultCode.EMPTY_VALUE
        faults.add(code, TRANSFERS, row, "min_transfer_time", text)
    return seconds


def _numbers(
    texts: dict[str, str], row: int, stops: Stops, routes: Routes, trips: Trips, faults: Faults
) -> tuple[frozenset[int], frozenset[int], tuple[int, int, int, int]] | None:
    """Stops of both sides, then line and trip of both; None when something is not known."""
    known = True
    numbers: list[int] = []
    for column, number, table in (
        ("from_route_id", routes.number, "routes.txt"),
        ("to_route_id", routes.number, "routes.txt"),
        ("from_trip_id", trips.number, "trips.txt"),
        ("to_trip_id", trips.number, "trips.txt"),
    ):
        text = texts[column]
        numbers.append(number.get(text, -1))
        if text and text not in number:
            faults.add(FeedFaultCode.UNKNOWN_ID, TRANSFERS, row, column, text, table=table)
            known = False
    sides: list[frozenset[int]] = []
    seated = texts["transfer_type"] in {_STAY, _LEAVE}
    for column in ("from_stop_id", "to_stop_id"):
        text = texts[column]
        if not text and seated:
            sides.append(frozenset())
            continue
        if text not in stops.number:
            code = FeedFaultCode.UNKNOWN_ID if text else FeedFaultCode.EMPTY_VALUE
            faults.add(code, TRANSFERS, row, column, text, table="stops.txt")
            known = False
            continue
        sides.append(frozenset(stops.children.get(text, (stops.number[text],))))
    if seated:
        for column in ("from_trip_id", "to_trip_id"):
            if not texts[column]:
                faults.add(FeedFaultCode.EMPTY_VALUE, TRANSFERS, row, column, "")
                known = False
    return (sides[0], sides[1], (numbers[0], numbers[1], numbers[2], numbers[3])) if known else None


@dataclass(frozen=True, slots=True)
class Points:
    """Where one gets on and off, and what a change between them takes.

    Attributes
    ----------
    stop
        Stop of every point; the first points are the stops themselves, in their order.
    call_point
        Point of every call.
    change_from, change_to, change_s
        One row per pair for which the feed says something, or that belongs to one station: seconds, or ``NEVER``.
        Sorted; a pair without a row is left to the roads, a point without a row to itself takes ``CHANGE_S``.
    """

    stop: NDArray[np.int32]
    call_point: NDArray[np.int32]
    change_from: NDArray[np.int32]
    change_to: NDArray[np.int32]
    change_s: NDArray[np.int32]


_Sides = tuple[frozenset[int], frozenset[int]]


def place_points(transfers: Transfers, stops: Stops, trips: Trips, calls: Calls, parts: NDArray[np.int32]) -> Points:
    """Give calls with a rule of their own a point of their own, and work out every change between points.

    Parameters
    ----------
    parts
        Trip of the feed that every call belongs to.
    """
    call_point = calls.stop.copy()
    special = [(number, rule) for number, rule in enumerate(transfers.rules) if rule.special]
    point_stop = list(range(len(stops.ids)))
    sides: list[_Sides] = [(frozenset(), frozenset())] * len(point_stop)
    if special:
        _part_points(special, trips, calls, parts, call_point, point_stop, sides)
    of_stop: dict[int, list[int]] = {}
    for point, stop in enumerate(point_stop):
        of_stop.setdefault(stop, []).append(point)
    pairs = _pairs(transfers.rules, stops, of_stop)
    general = _general(transfers.rules)
    rows = []
    for origin, target in sorted(pairs):
        seconds = _change(origin, target, point_stop, sides, general, transfers.rules, stops)
        if seconds is not None:
            rows.append((origin, target, seconds))
    table = np.array(rows, np.int32).reshape(len(rows), 3)
    return Points(np.array(point_stop, np.int32), call_point, *(np.ascontiguousarray(table[:, at]) for at in range(3)))


def _part_points(
    special: Iterable[tuple[int, Rule]],
    trips: Trips,
    calls: Calls,
    parts: NDArray[np.int32],
    call_point: NDArray[np.int32],
    point_stop: list[int],
    sides: list[_Sides],
) -> None:
    """New points for calls at which a rule about a line or a trip may hold."""
    rules = list(special)
    concerned = np.array(sorted(set().union(*(rule.origins | rule.targets for _, rule in rules))), np.int32)
    fresh: dict[tuple[int, _Sides], int] = {}
    for call in np.flatnonzero(np.isin(calls.stop, concerned)).tolist():
        stop, trip = int(calls.stop[call]), int(parts[call])
        route = int(trips.route[trip])
        leaving = frozenset(number for number, rule in rules if rule.leaves(stop, route, trip))
        entering = frozenset(number for number, rule in rules if rule.enters(stop, route, trip))
        if not leaving and not entering:
            continue
        key = stop, (leaving, entering)
        if key not in fresh:
            fresh[key] = len(point_stop)
            point_stop.append(stop)
            sides.append(key[1])
        call_point[call] = fresh[key]


def _pairs(rules: Iterable[Rule], stops: Stops, of_stop: dict[int, list[int]]) -> set[tuple[int, int]]:
    """Every pair of points for which there is something to say: a rule, one stop, or one station."""
    stop_pairs: set[tuple[int, int]] = set()
    for rule in rules:
        stop_pairs.update((origin, target) for origin in rule.origins for target in rule.targets)
    for members in stops.children.values():
        if len(members) > 1:
            stop_pairs.update((origin, target) for origin in members for target in members)
    stop_pairs.update((stop, stop) for stop, points in of_stop.items() if len(points) > 1)
    return {(one, other) for origin, target in stop_pairs for one in of_stop[origin] for other in of_stop[target]}


def _general(rules: Iterable[Rule]) -> dict[tuple[int, int], Rule]:
    """Per pair of stops the most specific rule that holds for every trip; of equal ones the first."""
    best: dict[tuple[int, int], Rule] = {}
    for rule in rules:
        if rule.special:
            continue
        for origin in rule.origins:
            for target in rule.targets:
                known = best.get((origin, target))
                if known is None or rule.rank > known.rank:
                    best[origin, target] = rule
    return best


def _change(
    origin: int,
    target: int,
    point_stop: list[int],
    sides: list[_Sides],
    general: dict[tuple[int, int], Rule],
    rules: tuple[Rule, ...],
    stops: Stops,
) -> int | None:
    """Seconds from one point to another; None when nothing is said for these two, so that the roads decide."""
    one, other = point_stop[origin], point_stop[target]
    applying = [rules[number] for number in sorted(sides[origin][0] & sides[target][1])]
    if (one, other) in general:
        applying.append(general[one, other])
    if applying:
        best = max(applying, key=lambda rule: rule.rank)
        if best.seconds is not None:
            return best.seconds
    if one == other:
        return CHANGE_S
    if stops.station[one] >= 0 and stops.station[one] == stops.station[other]:
        return STATION_S
    if not applying:
        return None
    # A recommended change between two stops that are not one station: how long is not said, so walk there.
    ends = stops.xy[[one, other]].astype(np.int64)
    metres = float(straight_m(ends[:1], ends[1:])[0])
    return max(STATION_S, round(metres * _DETOUR / _WALK_M_PER_S))
