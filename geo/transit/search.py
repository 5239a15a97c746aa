"""Asking the kernel: one day, one direction in time, one or more departures. Times are seconds of that day."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.runtime import kernel as road_kernel
from geo.timetable.days import ALIGHT, BOARD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo.timetable.days import DayTable
    from geo.transit.links import Links

FAR = 2**30
MOST_RIDES = 12
NOWHERE = np.empty(0, np.int32)
NOWHERE.flags.writeable = False


@cache
def _kernel() -> Any:
    """Import the compiled search, once, with its cache beside the networks."""
    road_kernel()  # says where the cache lies
    return import_module("geo.transit.kernel")


@dataclass(frozen=True, slots=True)
class Ends:
    """Points with the seconds between each of them and a door; every point once."""

    point: NDArray[np.int32]
    seconds: NDArray[np.int32]

    @classmethod
    def of(cls, pairs: dict[int, int]) -> Ends:
        """From point → seconds, ordered by point."""
        points = sorted(pairs)
        return cls(np.array(points, np.int32), np.array([pairs[point] for point in points], np.int32))


@dataclass(slots=True)
class Labels:
    """Working memory of one search: rows are rounds, columns are points; clean between searches.

    Attributes
    ----------
    off, ready
        Best times, ``FAR`` where nobody comes; negated in a search backwards.
    off_round, ready_round
        The round in which that label was made; the arrays below belong to that round.
    off_pattern, off_run, off_from, off_at
        The ride: pattern, run, position of getting on and off.
    ready_from
        Where the walk began: -1 at the door.
    """

    off: NDArray[np.int32]
    ready: NDArray[np.int32]
    off_round: NDArray[np.int8]
    off_pattern: NDArray[np.int32]
    off_run: NDArray[np.int32]
    off_from: NDArray[np.int32]
    off_at: NDArray[np.int32]
    ready_round: NDArray[np.int8]
    ready_from: NDArray[np.int32]
    first_position: NDArray[np.int32]
    marked: NDArray[np.bool_]
    improved: NDArray[np.bool_]
    touched: NDArray[np.int32]

    @classmethod
    def room(cls, rounds: int, points: int, patterns: int) -> Labels:
        """Clean memory."""
        shape = (rounds + 1, points)
        return cls(
            off=np.full(shape, FAR, np.int32),
            ready=np.full(shape, FAR, np.int32),
            off_round=np.zeros(shape, np.int8),
            off_pattern=np.zeros(shape, np.int32),
            off_run=np.zeros(shape, np.int32),
            off_from=np.zeros(shape, np.int32),
            off_at=np.zeros(shape, np.int32),
            ready_round=np.zeros(shape, np.int8),
            ready_from=np.full(shape, -1, np.int32),
            first_position=np.full(patterns, -1, np.int32),
            marked=np.zeros(points, bool),
            improved=np.zeros(points, bool),
            touched=np.zeros(points, np.int32),
        )


class _Kept:
    """Working memory that waits for the next search; as many as there were searches at the same time."""

    def __init__(self) -> None:
        self._free: dict[tuple[int, int, int], list[Labels]] = {}
        self._lock = threading.Lock()

    @contextmanager
    def borrow(self, rounds: int, points: int, patterns: int) -> Iterator[Labels]:
        """Lend clean memory; the borrower gives it back clean."""
        key = (rounds, points, patterns)
        with self._lock:
            free = self._free.get(key)
            labels = free.pop() if free else None
        labels = labels or Labels.room(*key)
        yield labels
        # Not after an error: what was left half-way is thrown away.
        with self._lock:
            if len(self._free) >= _SHAPES_KEPT and key not in self._free:
                self._free.pop(next(iter(self._free)))
            kept = self._free.setdefault(key, [])
            if len(kept) < (os.cpu_count() or 1) + 1:
                kept.append(labels)


_SHAPES_KEPT = 12
_KEPT = _Kept()


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found; ``labels`` may be read until the next search.

    Attributes
    ----------
    best
        Shape ``(departures, rounds + 1)``: earliest time at the goal with at most so many rides (backwards: the latest
        time of leaving it, not negated); ``None`` stands in ``reached`` as False.
    """

    best: NDArray[np.int64]
    reached: NDArray[np.bool_]
    best_point: NDArray[np.int32]
    labels: Labels


@contextmanager
def searching(
    day: DayTable,
    links: Links,
    departures: NDArray[np.int64],
    limits: NDArray[np.int64],
    access: Ends,
    egress: Ends | None,
    rounds: int,
    *,
    forward: bool = True,
) -> Iterator[Found]:
    """Search, and lend the labels for as long as the ``with`` lasts.

    Parameters
    ----------
    departures, limits
        When somebody leaves the door, latest first, and until when a search goes on. Backwards: when somebody must be
        there, earliest first, and the earliest moment that counts.
    access, egress
        Points near the door that the search begins at, and near the goal; without a goal every label is found.
        Backwards the search begins at the end of the journey.
    rounds
        Rides at most.
    """
    sign = 1 if forward else -1
    walks = links.forward if forward else links.backward
    points = links.points
    goal = NOWHERE
    if egress is not None:
        goal = np.full(points, -1, np.int32)
        goal[egress.point] = egress.seconds
    best = np.full((departures.size, rounds + 1), FAR, np.int64)
    best_point = np.full((departures.size, rounds + 1), -1, np.int32)
    times = (day.board, day.off) if forward else (day.off, day.board)
    bits = (BOARD, ALIGHT) if forward else (ALIGHT, BOARD)
    with _KEPT.borrow(rounds, points, day.patterns) as labels:
        touched = _kernel().search(
            day.pattern_start, day.pattern_point, day.pattern_open, day.pattern_run, day.pattern_time, *times,
            day.point_start, day.point_pattern, day.point_position, walks.start, walks.to, walks.seconds,
            links.change_s, sign, *bits, sign * departures, access.point, access.seconds, goal, sign * limits, rounds,
            labels.off, labels.ready, labels.off_round, labels.off_pattern, labels.off_run, labels.off_from,
            labels.off_at, labels.ready_round, labels.ready_from, labels.first_position, labels.marked,
            labels.improved, labels.touched, best, best_point,
        )  # fmt: skip
        yield Found(sign * best, best < FAR, best_point, labels)
        used = labels.touched[:touched]
        labels.off[:, used] = FAR
        labels.ready[:, used] = FAR


def one(value: int) -> NDArray[np.int64]:
    """One departure or limit."""
    return np.array([value], np.int64)
