"""frequencies.txt: trips that run every so many minutes; the trip they name is a pattern and no run itself.

``exact_times=1`` is a short way of writing runs: each is a run, the end excluded. ``exact_times=0`` says only how often
something comes. Nobody knows when, so a whole headway of waiting is counted: a run stands for the promise *whoever is
there at this minute has left a headway later*, once a minute.

Source: General Transit Feed Specification, Schedule Reference, "frequencies.txt".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.timetable.calls import clock
from geo.timetable.faults import FeedFaultCode
from geo.timetable.fields import read_time, read_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo.timetable.archive import FeedArchive
    from geo.timetable.calls import Calls
    from geo.timetable.collecting import Faults
    from geo.timetable.routes import Trips

FREQUENCIES = "frequencies.txt"
_STEP_S = 60
_COLUMNS = ("trip_id", "start_time", "end_time", "headway_secs")


@dataclass(frozen=True, slots=True)
class Headway:
    """One row: seconds of the day, and whether the runs are exact."""

    trip: int
    start: int
    end: int
    headway: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Templates:
    """What runs on a day: a trip, moved by ``shift`` seconds, for which one must be there ``lead`` seconds early."""

    trip: NDArray[np.int32]
    shift: NDArray[np.int32]
    lead: NDArray[np.int32]


def read_headways(archive: FeedArchive, trips: Trips, faults: Faults) -> list[Headway]:
    """Read frequencies.txt.

    Raises
    ------
    FeedRefused
        An unknown trip, an unreadable time, an end before its start, or a headway of 0.
    """
    found: list[Headway] = []
    if not archive.has(FREQUENCIES):
        return found
    for rows in archive.rows(FREQUENCIES, _COLUMNS, ("exact_times",)):
        columns = (rows.columns[name] for name in (*_COLUMNS, "exact_times"))
        for row, (trip, start, end, headway, exact) in enumerate(zip(*columns, strict=True), rows.first):
            if trip not in trips.number:
                faults.add(FeedFaultCode.UNKNOWN_ID, FREQUENCIES, row, "trip_id", trip, table="trips.txt")
            first, last = read_time(start), read_time(end)
            for column, text, value in (("start_time", start, first), ("end_time", end, last)):
                if value is None:
                    faults.add(FeedFaultCode.BAD_TIME, FREQUENCIES, row, column, text)
            if first is not None and last is not None and last < first:
                faults.add(FeedFaultCode.END_BEFORE_START, FREQUENCIES, row, "end_time", end, start=clock(first))
            seconds = read_whole(headway)
            if not seconds:
                faults.add(FeedFaultCode.BAD_HEADWAY, FREQUENCIES, row, "headway_secs", headway)
            if exact not in {"", "0", "1"}:
                faults.add(FeedFaultCode.BAD_CHOICE, FREQUENCIES, row, "exact_times", exact, choices="0, 1")
            found.append(Headway(trips.number.get(trip, 0), first or 0, last or 0, seconds or 1, exact == "1"))
    faults.check()
    return found


def templates_of(calls: Calls, headways: list[Headway]) -> Templates:
    """Every trip that can be ridden once, and the runs of the headways."""
    rideable = np.diff(calls.start) > 1
    rideable[[row.trip for row in headways]] = False
    plain = np.flatnonzero(rideable).astype(np.int32)
    trips, shifts, leads = [plain], [np.zeros(plain.size, np.int32)], [np.zeros(plain.size, np.int32)]
    for row in headways:
        if calls.start[row.trip + 1] - calls.start[row.trip] < 2:
            continue
        begin = int(calls.departure[calls.start[row.trip]])
        lead = 0 if row.exact else row.headway
        starts = np.array(list(_starts(row)), np.int32)
        trips.append(np.full(starts.size, row.trip, np.int32))
        shifts.append(starts - begin)
        leads.append(np.full(starts.size, lead, np.int32))
    trip, shift, lead_s = np.concatenate(trips), np.concatenate(shifts), np.concatenate(leads)
    order = np.lexsort((shift, trip))
    return Templates(trip[order], shift[order].astype(np.int32), lead_s[order])


def _starts(row: Headway) -> Iterator[int]:
    if row.exact:
        yield from range(row.start, row.end, row.headway)
        return
    step = min(_STEP_S, row.headway)
    first = row.start + row.headway
    yield from range(first, row.end, step)
    yield max(first, row.end)
