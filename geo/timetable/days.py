"""The runs of one date as a compact table: what the search reads, and nothing else.

Time runs from noon minus twelve hours of the date. Besides its own runs a table has those of the day before that are
still under way after ``EARLIEST_S`` and those of the day after that begin before ``LATEST_S``, so that a question about
midnight needs one table. On the two days a year when the clock changes that is an hour more or less than a day apart.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo.timetable.calls import Calls
    from geo.timetable.headways import Templates
    from geo.timetable.services import Services

EARLIEST_S, LATEST_S = -6 * 3600, 30 * 3600
"""Whole questions of at most six hours, with a time of this day, fall inside."""
BOARD, ALIGHT = 1, 2
"""Bits of ``pattern_open``: one may get on, one may get off."""


def day_begin(day: dt.date, zone: str) -> dt.datetime:
    """Noon minus twelve hours, in UTC: what the times of a day are counted from."""
    noon = dt.datetime.combine(day, dt.time(12), ZoneInfo(zone))
    return noon.astimezone(dt.UTC) - dt.timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class DayTable:
    """Patterns of points with their runs; in every pattern the runs are ordered and nobody overtakes.

    Attributes
    ----------
    pattern_start
        Positions of pattern ``p`` are ``pattern_start[p]`` to ``pattern_start[p + 1]``.
    pattern_point, pattern_open
        Per position the point, and whether one may get on (bit 1) or off (bit 2).
    pattern_run
        Runs of pattern ``p`` are ``pattern_run[p]`` to ``pattern_run[p + 1]``.
    pattern_time
        Where the times of a pattern begin; run after run, and along each run.
    board, off
        Seconds: when one must be there to get on, and when one has got off.
    run_trip, run_shift, run_lead
        Trip, and what was added to its times and taken from its departures.
    point_start, point_pattern, point_position
        Positions at which a point occurs, ordered by point, pattern and position.
    """

    pattern_start: NDArray[np.int32]
    pattern_point: NDArray[np.int32]
    pattern_open: NDArray[np.uint8]
    pattern_run: NDArray[np.int32]
    pattern_time: NDArray[np.int64]
    board: NDArray[np.int32]
    off: NDArray[np.int32]
    run_trip: NDArray[np.int32]
    run_shift: NDArray[np.int32]
    run_lead: NDArray[np.int32]
    point_start: NDArray[np.int32]
    point_pattern: NDArray[np.int32]
    point_position: NDArray[np.int32]

    @property
    def runs(self) -> int:
        """How many."""
        return int(self.run_trip.size)

    @property
    def patterns(self) -> int:
        """How many."""
        return int(self.pattern_start.size - 1)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Every array by its name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> DayTable:
        """From arrays by name."""
        return cls(**{field.name: arrays[field.name] for field in fields(cls)})


@dataclass(frozen=True, slots=True)
class Lines:
    """What every day is made from; see the classes that the arrays come from.

    Attributes
    ----------
    sequence
        Per trip a number for its points and where one may get on and off; equal numbers are equal ones.
    weight
        Per trip the sum of its times.
    call_point, call_open
        As in ``DayTable``, per call.
    """

    calls: Calls
    call_point: NDArray[np.int32]
    call_open: NDArray[np.uint8]
    sequence: NDArray[np.int32]
    weight: NDArray[np.int64]
    route: NDArray[np.int32]
    templates: Templates
    first_s: NDArray[np.int64]
    last_s: NDArray[np.int64]
    points: int


@dataclass(frozen=True, slots=True)
class RunsOfDay:
    """The runs of one date: rows of the templates, and what is added to their times."""

    template: NDArray[np.int32]
    shift: NDArray[np.int32]

    @property
    def digest(self) -> str:
        """Equal for dates with the same runs."""
        return sha256(self.template.tobytes() + self.shift.tobytes()).hexdigest()[:16]


def runs_of(
    column: int, services: Services, service: NDArray[np.int32], lines: Lines, zone: str
) -> tuple[RunsOfDay, int]:
    """The runs that the table of one date holds, and how many of them are of the date itself."""
    day = services.day(column)
    begin = day_begin(day, zone)
    templates, shifts = [], []
    own = 0
    for other in (column - 1, column, column + 1):
        if not 0 <= other < services.runs.shape[1]:
            continue
        active = np.flatnonzero(services.runs[service[lines.templates.trip], other])
        shift = int((day_begin(services.day(other), zone) - begin).total_seconds())
        inside = (lines.last_s[active] + shift > EARLIEST_S) & (lines.first_s[active] + shift < LATEST_S)
        chosen = active if other == column else active[inside]
        own = chosen.size if other == column else own
        templates.append(chosen.astype(np.int32))
        shifts.append(np.full(chosen.size, shift, np.int32))
    return RunsOfDay(np.concatenate(templates), np.concatenate(shifts)), own


def build_day(runs: RunsOfDay, lines: Lines) -> tuple[DayTable, int]:
    """Lay the runs of a date out; gives the table and how many runs were there twice and became one."""
    from geo.timetable import day_kernel

    calls, templates = lines.calls, lines.templates
    trip = templates.trip[runs.template]
    shift = (templates.shift[runs.template] + runs.shift).astype(np.int32)
    lead = templates.lead[runs.template]
    length = np.diff(calls.start)[trip]
    weight = lines.weight[trip] + length * (2 * shift.astype(np.int64) - lead)
    order = np.lexsort((trip, weight, lines.sequence[trip]))
    trip, shift, lead = trip[order], shift[order], lead[order]
    pattern = np.empty(trip.size, np.int64)
    count = day_kernel.split(
        lines.sequence[trip], trip, shift, lead, lines.route, calls.start, calls.arrival, calls.departure, pattern
    )
    kept = np.flatnonzero(pattern != day_kernel.SAME)
    kept = kept[np.argsort(pattern[kept], kind="stable")]
    trip, shift, lead, pattern = trip[kept], shift[kept], lead[kept], pattern[kept]
    board = np.empty(int(np.diff(calls.start)[trip].sum()), np.int32)
    off = np.empty_like(board)
    day_kernel.fill(trip, shift, lead, calls.start, calls.arrival, calls.departure, board, off)
    pattern_run = np.searchsorted(pattern, np.arange(count + 1)).astype(np.int32)
    return _table(lines, count, pattern_run, (trip, shift, lead), (board, off)), int(order.size - kept.size)


def _table(
    lines: Lines,
    count: int,
    pattern_run: NDArray[np.int32],
    runs: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]],
    times: tuple[NDArray[np.int32], NDArray[np.int32]],
) -> DayTable:
    start = lines.calls.start
    model = runs[0][pattern_run[:-1]]  # any trip of a pattern tells its points
    length = np.diff(start)[model]
    pattern_start = np.zeros(count + 1, np.int32)
    np.cumsum(length, out=pattern_start[1:])
    pattern_time = np.zeros(count + 1, np.int64)
    np.cumsum(length * np.diff(pattern_run), out=pattern_time[1:])
    position = np.arange(pattern_start[-1]) - np.repeat(pattern_start[:-1], length)
    call = np.repeat(start[model], length) + position
    point = lines.call_point[call]
    owner = np.repeat(np.arange(count), length)
    order = np.lexsort((position, owner, point))
    point_start = np.zeros(lines.points + 1, np.int32)
    np.cumsum(np.bincount(point, minlength=lines.points), out=point_start[1:])
    return DayTable(
        pattern_start,
        point,
        lines.call_open[call],
        pattern_run,
        pattern_time,
        *times,
        *runs,
        point_start,
        owner[order].astype(np.int32),
        position[order].astype(np.int32),
    )
