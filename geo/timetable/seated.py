"""Trips between which one stays seated (transfer type 4): the whole ride becomes a trip of its own, besides its parts.

Whoever gets on in the first part and off in the last has not changed. A vehicle that goes on as another trip without
such a row (block_id alone) is a change like any other: the feed does not say that one may stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.timetable.calls import CLOSED, Calls

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from geo.timetable.services import Services

LONGEST = 6
"""Trips in one ride at most."""


@dataclass(frozen=True, slots=True)
class Ride:
    """Trips that are one ride, and the days on which they are; ``runs`` has one truth per day of the feed."""

    trips: tuple[int, ...]
    runs: NDArray[np.bool_]


def find_rides(
    pairs: Sequence[tuple[int, int]], calls: Calls, service: NDArray[np.int32], services: Services
) -> list[Ride]:
    """Every ride over two trips or more that is not part of a longer one on the same day."""
    following: dict[int, list[int]] = {}
    before: dict[int, list[int]] = {}
    for first, second in pairs:
        if _fits(first, second, calls):
            following.setdefault(first, []).append(second)
            before.setdefault(second, []).append(first)
    rides = []
    for path in _paths(following):
        runs: NDArray[np.bool_] = np.logical_and.reduce(services.runs[service[list(path)]])
        if len(path) < LONGEST:
            for other in (*following.get(path[-1], ()), *before.get(path[0], ())):
                if other not in path:
                    runs = runs & ~services.runs[service[other]]
        if runs.any():
            rides.append(Ride(path, runs))
    return rides


def _fits(first: int, second: int, calls: Calls) -> bool:
    """Whether both have times, and the second leaves at or after the first arrives."""
    if min(np.diff(calls.start)[[first, second]]) == 0 or first == second:
        return False
    arrival = calls.arrival[calls.start[first + 1] - 1]
    return bool(calls.departure[calls.start[second]] >= arrival)


def _paths(following: Mapping[int, Sequence[int]]) -> Iterator[tuple[int, ...]]:
    """All ways through the pairs, of two trips and more."""
    waiting: list[tuple[int, ...]] = [(first,) for first in sorted(following, reverse=True)]
    while waiting:
        path = waiting.pop()
        if len(path) > 1:
            yield path
        if len(path) < LONGEST:
            waiting += [(*path, trip) for trip in following.get(path[-1], ()) if trip not in path]


def append_rides(calls: Calls, parts: NDArray[np.int32], rides: Sequence[Ride]) -> tuple[Calls, NDArray[np.int32]]:
    """The calls with those of the rides behind them, and of every call the trip of the feed it is part of.

    Where one part ends nobody gets on, and where the next begins nobody gets off: it is the same place and vehicle.
    """
    rows = [
        np.concatenate([np.arange(calls.start[trip], calls.start[trip + 1]) for trip in ride.trips]) for ride in rides
    ]
    if not rows:
        return calls, parts
    ends, begins = calls.start[1:] - 1, calls.start[:-1]
    every = np.concatenate([np.arange(len(calls)), *rows])
    pickup, drop_off = calls.pickup[every], calls.drop_off[every]
    lengths = [row.size for row in rows]
    offset = len(calls)
    for ride, row in zip(rides, rows, strict=True):
        here = slice(offset, offset + row.size)
        pickup[here][np.isin(row, ends[list(ride.trips[:-1])])] = CLOSED
        drop_off[here][np.isin(row, begins[list(ride.trips[1:])])] = CLOSED
        offset += row.size
    start = np.concatenate([calls.start, calls.start[-1] + np.cumsum(lengths)])
    joined = Calls(
        start, calls.stop[every], calls.arrival[every], calls.departure[every], pickup, drop_off, calls.distance[every],
        calls.guessed[every], calls.row[every],
    )  # fmt: skip
    return joined, parts[every]
