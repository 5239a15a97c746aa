"""stop_times.txt: every call of every trip, read in pieces so that a whole country fits in memory.

Source: General Transit Feed Specification, Schedule Reference, "stop_times.txt".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.timetable.faults import MOST_FAULTS, FeedFaultCode
from geo.timetable.fields import NOTHING, Metres, Times, read_whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo.timetable.archive import FeedArchive, Rows
    from geo.timetable.collecting import Faults
    from geo.timetable.places import Stops
    from geo.timetable.routes import Trips

STOP_TIMES = "stop_times.txt"
_REQUIRED = ("trip_id", "stop_id", "stop_sequence", "arrival_time", "departure_time")
_OPTIONAL = ("pickup_type", "drop_off_type", "shape_dist_traveled")
_CHOICES = {"": 0, "0": 0, "1": 1, "2": 2, "3": 3}

OPEN, CLOSED, BY_PHONE, ASK_DRIVER = 0, 1, 2, 3
"""How one may get on or off: as always, not, after a call, after asking the driver."""


@dataclass(slots=True)
class Calls:
    """All calls, trip after trip in the order of the trips, along each trip.

    Attributes
    ----------
    start
        Calls of trip ``t`` are ``start[t]`` to ``start[t + 1]``; a trip without times has none.
    stop
        Row of the stop.
    arrival, departure
        Seconds of the service day.
    pickup, drop_off
        One of ``OPEN CLOSED BY_PHONE ASK_DRIVER``.
    distance
        ``shape_dist_traveled`` as it stands there, NaN where it does not.
    guessed
        Whether the times stand between those of the neighbours because the feed gives none.
    row
        Row in the file, for refusals.
    """

    start: NDArray[np.int64]
    stop: NDArray[np.int32]
    arrival: NDArray[np.int32]
    departure: NDArray[np.int32]
    pickup: NDArray[np.int8]
    drop_off: NDArray[np.int8]
    distance: NDArray[np.float32]
    guessed: NDArray[np.bool_]
    row: NDArray[np.int32]

    def __len__(self) -> int:
        return int(self.stop.size)

    @property
    def first(self) -> NDArray[np.bool_]:
        """Whether a call is the first one of its trip."""
        marks = np.zeros(len(self), bool)
        begins = self.start[:-1][np.diff(self.start) > 0]
        marks[begins] = True
        return marks


def read_calls(archive: FeedArchive, trips: Trips, stops: Stops, faults: Faults) -> Calls:
    """Read stop_times.txt.

    Raises
    ------
    FeedRefused
        An unknown trip or stop, an unreadable or missing time, time that runs back, a sequence number twice.
    """
    pieces: list[_Piece] = []
    times, metres = Times(), Metres()
    for rows in archive.rows(STOP_TIMES, _REQUIRED, _OPTIONAL):
        try:
            pieces.append(_read(rows, trips, stops, times, metres))
        except (KeyError, ValueError):
            _explain(rows, trips, stops, faults)
    faults.check()
    if not pieces:
        faults.add(FeedFaultCode.EMPTY_TABLE, STOP_TIMES)
        faults.check()
    calls = _join(pieces, len(trips.ids), faults)
    _check(calls, trips, faults)
    return calls


_Piece = dict[str, "NDArray[Any]"]


def _read(rows: Rows, trips: Trips, stops: Stops, times: Times, metres: Metres) -> _Piece:
    """One piece in arrays; a text that cannot be read raises, and ``_explain`` finds which."""
    column = rows.columns
    count = len(rows)

    def whole(name: str, known: dict[str, int], dtype: type) -> NDArray[Any]:
        return np.fromiter(map(known.__getitem__, column[name]), dtype, count)

    sequence = np.fromiter(map(int, column["stop_sequence"]), np.int64, count)
    if sequence.min(initial=0) < 0 or sequence.max(initial=0) >= 2**31:
        raise ValueError
    return {
        "trip": whole("trip_id", trips.number, np.int32),
        "sequence": sequence.astype(np.int32),
        "stop": whole("stop_id", stops.number, np.int32),
        "arrival": whole("arrival_time", times, np.int32),
        "departure": whole("departure_time", times, np.int32),
        "pickup": whole("pickup_type", _CHOICES, np.int8),
        "drop_off": whole("drop_off_type", _CHOICES, np.int8),
        "distance": np.fromiter(map(metres.__getitem__, column["shape_dist_traveled"]), np.float32, count),
    }


def _explain(rows: Rows, trips: Trips, stops: Stops, faults: Faults) -> None:
    """Find every text of a piece that cannot be read."""
    times, metres = Times(), Metres()

    def unknown(table: str) -> dict[str, str]:
        return {"table": table}

    checks: tuple[tuple[str, Callable[[str], object], FeedFaultCode, dict[str, str]], ...] = (
        ("trip_id", trips.number.__getitem__, FeedFaultCode.UNKNOWN_ID, unknown("trips.txt")),
        ("stop_id", stops.number.__getitem__, FeedFaultCode.UNKNOWN_ID, unknown("stops.txt")),
        ("stop_sequence", _need_whole, FeedFaultCode.BAD_NUMBER, {}),
        ("arrival_time", times.__getitem__, FeedFaultCode.BAD_TIME, {}),
        ("departure_time", times.__getitem__, FeedFaultCode.BAD_TIME, {}),
        ("pickup_type", _CHOICES.__getitem__, FeedFaultCode.BAD_CHOICE, {"choices": "0, 1, 2, 3"}),
        ("drop_off_type", _CHOICES.__getitem__, FeedFaultCode.BAD_CHOICE, {"choices": "0, 1, 2, 3"}),
        ("shape_dist_traveled", metres.__getitem__, FeedFaultCode.BAD_NUMBER, {}),
    )
    for at in range(len(rows)):
        for column, read, code, values in checks:
            text = rows.columns[column][at]
            try:
                read(text)
            except (KeyError, ValueError):
                missing = not text and code is not FeedFaultCode.BAD_CHOICE
                faults.add(
                    FeedFaultCode.EMPTY_VALUE if missing else code, STOP_TIMES, rows.first + at, column, text, **values
                )


def _need_whole(text: str) -> int:
    value = read_whole(text)
    if value is None:
        raise ValueError(text)
    return value


def _join(pieces: list[_Piece], trip_count: int, faults: Faults) -> Calls:
    """Put the pieces behind each other and sort them by trip and sequence number; frees them on the way."""
    joined: _Piece = {}
    for name in list(pieces[0]):
        joined[name] = np.concatenate([piece.pop(name) for piece in pieces])
    trip = joined.pop("trip")
    key = trip.astype(np.int64) << 32 | joined.pop("sequence")
    order: NDArray[np.int32] | None = None
    if (np.diff(key) <= 0).any():
        order = np.argsort(key, kind="stable").astype(np.int32)
        key = key[order]
        for name in list(joined):
            joined[name] = joined[name][order]
    start = np.zeros(trip_count + 1, np.int64)
    np.cumsum(np.bincount(trip, minlength=trip_count), out=start[1:])
    row = np.arange(trip.size, dtype=np.int32) if order is None else order
    for call in (np.flatnonzero(np.diff(key) == 0)[:MOST_FAULTS] + 1).tolist():
        found = str(int(key[call] & 0x7FFFFFFF))
        faults.add(FeedFaultCode.DOUBLE_SEQUENCE, STOP_TIMES, int(row[call]), "stop_sequence", found)
    faults.check()
    return Calls(
        start,
        joined["stop"],
        joined["arrival"],
        joined["departure"],
        joined["pickup"],
        joined["drop_off"],
        joined["distance"],
        np.zeros(trip.size, bool),
        row,
    )


def _check(calls: Calls, trips: Trips, faults: Faults) -> None:
    """Fill in the half of a call that is missing, and refuse times that are missing at an end or run back."""
    no_arrival, no_departure = calls.arrival == NOTHING, calls.departure == NOTHING
    np.copyto(calls.arrival, calls.departure, where=no_arrival)
    np.copyto(calls.departure, calls.arrival, where=no_departure)
    calls.guessed |= no_arrival & no_departure
    lengths = np.diff(calls.start)
    begins, ends = calls.start[:-1][lengths > 0], calls.start[1:][lengths > 0] - 1
    for column, at in (("departure_time", begins), ("arrival_time", ends)):
        for call in at[calls.guessed[at]].tolist():
            trip = trips.ids[int(np.searchsorted(calls.start, call, side="right")) - 1]
            faults.add(FeedFaultCode.TIME_MISSING, STOP_TIMES, int(calls.row[call]), column, "", trip=trip)
    faults.check()
    _check_forward(calls, trips, faults)
    faults.check()
    spread_blanks(calls)


def _check_forward(calls: Calls, trips: Trips, faults: Faults) -> None:
    """Every time is at or after the time before it."""
    known = np.flatnonzero(~calls.guessed)
    trip = np.repeat(np.arange(calls.start.size - 1), np.diff(calls.start))[known]
    before = np.roll(calls.departure[known], 1)
    runs_back = (calls.arrival[known] < before) & (np.roll(trip, 1) == trip)
    runs_back[:1] = False
    stays_negative = calls.departure[known] < calls.arrival[known]
    for column, marks, times, least in (
        ("arrival_time", runs_back, calls.arrival, before),
        ("departure_time", stays_negative, calls.departure, calls.arrival[known]),
    ):
        for at in np.flatnonzero(marks)[:MOST_FAULTS].tolist():
            call = int(known[at])
            faults.add(
                FeedFaultCode.TIME_BACKWARDS, STOP_TIMES, int(calls.row[call]), column, clock(int(times[call])),
                before=clock(int(least[at])), trip=trips.ids[int(trip[at])],
            )  # fmt: skip


def clock(seconds: int) -> str:
    """Hours, minutes and seconds as a feed writes them."""
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"


def spread_blanks(calls: Calls) -> None:
    """Give calls without times a time between their neighbours: by distance when the feed gives it, else evenly."""
    blank = np.flatnonzero(calls.guessed)
    if not blank.size:
        return
    known = np.flatnonzero(~calls.guessed)
    stretch = np.searchsorted(known, blank)
    left, right = known[stretch - 1], known[stretch]
    evenly = (blank - left) / (right - left)
    whole = (calls.distance[right] - calls.distance[left]).astype(np.float64)
    part = (calls.distance[blank] - calls.distance[left]).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        by_distance = part / whole
        usable = (whole > 0) & (by_distance >= 0) & (by_distance <= 1)
    backwards = np.zeros(blank.size, bool)
    backwards[1:] = (stretch[1:] == stretch[:-1]) & ~(by_distance[1:] >= by_distance[:-1])
    # One call that cannot be placed by distance leaves the whole stretch to be spread evenly, or time could run back.
    usable &= ~np.isin(stretch, stretch[~usable | backwards])
    share = np.where(usable, by_distance, evenly)
    begin, end = calls.departure[left].astype(np.int64), calls.arrival[right].astype(np.int64)
    times = (begin + np.floor(share * (end - begin))).astype(np.int32)
    calls.arrival[blank] = calls.departure[blank] = times
