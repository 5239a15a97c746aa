"""How far along its trip every call lies, in metres: from the feed where it tells, else straight from stop to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.timetable.calls import Calls
    from geo.timetable.places import Stops

EARTH_M = 6_371_008.8
BY_SHAPE, STRAIGHT = 1, 0
_UNITS_M = (1.0, 1000.0, 1609.344, 0.3048)  # metre, kilometre, mile, foot
_LEAST, _MOST = 0.97, 2.0
_FAST_M_PER_S = 300 / 3.6
_PIECE = 1_000_000


def straight_m(here: NDArray[Any], there: NDArray[Any]) -> NDArray[np.float64]:
    """Metres over the earth between rows of longitude, latitude in 1e-7 degree.

    Source: R. W. Sinnott, "Virtues of the haversine", Sky and Telescope 68 (1984).
    """
    one, other = np.radians(here * 1e-7), np.radians(there * 1e-7)
    half = (other - one) / 2
    chord = np.sin(half[:, 1]) ** 2 + np.cos(one[:, 1]) * np.cos(other[:, 1]) * np.sin(half[:, 0]) ** 2
    metres: NDArray[np.float64] = 2 * EARTH_M * np.arcsin(np.sqrt(np.minimum(1, chord)))
    return metres


def along_trips(
    calls: Calls, stops: Stops, parts: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int8], int]:
    """Metres from the begin of its trip of every call, per trip where they come from, and hops at an odd speed.

    The unit of ``shape_dist_traveled`` is free, so it is found by comparing the whole feed with straight lines; a trip
    whose distances are not complete, or run back, is measured in straight lines (an assumption, and marked as such).
    ``parts`` is the trip of the feed that every call belongs to.
    """
    trip_count = calls.start.size - 1
    trip = np.repeat(np.arange(trip_count), np.diff(calls.start))
    inside = ~calls.first
    hop = _hops(calls, stops)
    hop[~inside] = 0
    told = np.diff(calls.distance, prepend=np.float32(0))
    told[~inside] = 0
    # Between two parts of one ride the vehicle stands still, or goes where the feed does not say.
    seam = inside & (np.roll(parts, 1) != parts)
    told[seam] = 0
    good = np.ones(trip_count, bool)
    good[trip[np.isnan(told) | (told < 0) | np.isnan(calls.distance)]] = False
    unit = _unit(told, hop, good[trip] & ~seam)
    if unit is None:
        good[:] = False
    step = np.where(good[trip] & ~seam, told * (unit or 1.0), hop)
    total = np.cumsum(step, dtype=np.float64)
    begin = total[np.minimum(calls.start[:-1], max(0, len(calls) - 1))] if len(calls) else np.zeros(trip_count)
    metres = np.rint(total - begin[trip]).astype(np.int32)
    took = np.maximum(60, np.diff(calls.arrival, prepend=0) - np.roll(calls.departure - calls.arrival, 1))
    odd = int(np.count_nonzero(inside & (hop > _FAST_M_PER_S * took)))
    return metres, np.where(good, BY_SHAPE, STRAIGHT).astype(np.int8), odd


def _hops(calls: Calls, stops: Stops) -> NDArray[np.float32]:
    """Straight metres from the call before, whichever trip that is of; in pieces, for a country has many."""
    hop = np.zeros(len(calls), np.float32)
    for begin in range(1, len(calls), _PIECE):
        end = min(begin + _PIECE, len(calls))
        here, there = calls.stop[begin - 1 : end - 1], calls.stop[begin:end]
        hop[begin:end] = straight_m(stops.xy[here], stops.xy[there])
    return hop


def _unit(told: NDArray[np.float32], hop: NDArray[np.float32], use: NDArray[np.bool_]) -> float | None:
    """Metres per unit of the feed, or None when no known unit fits."""
    straight, given = float(hop[use].sum(dtype=np.float64)), float(told[use].sum(dtype=np.float64))
    if straight <= 0 or given <= 0:
        return None
    for unit in _UNITS_M:
        if _LEAST <= given * unit / straight <= _MOST:
            return unit
    return None
