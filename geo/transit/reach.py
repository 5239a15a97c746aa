"""Stops on one layer of the road network: which lie within reach of a door, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from geo.search import nearest, prepare_targets
from geo.snapping import NoTripReason, Places, snap_points
from geo.timetable.distances import straight_m
from geo.units import to_gaps, to_seconds_and_metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.graph import Layer
    from geo.search import Targets
    from geo.timetable.store import Feed

Point = tuple[float, float]
_PIECE = 500
_MOST_NEAR = 256
_WALK_M_PER_S = 5 / 3.6


@dataclass(frozen=True, slots=True)
class Near:
    """Stops within reach of a door; nearest first.

    Attributes
    ----------
    stop, seconds, metres
        One row per stop.
    reason
        Why the door itself has no place on the road; the columns are empty then.
    gap_m
        Straight metres from the door to the road; None when no road was found.
    """

    stop: NDArray[np.int32]
    seconds: NDArray[np.int32]
    metres: NDArray[np.int32]
    reason: NoTripReason | None = None
    gap_m: float | None = None


_NO_STOPS = np.empty(0, np.int32)


class RoadReach:
    """The stops of a feed on one layer.

    Parameters
    ----------
    feed, layer
        A stop that is too far from the roads of this layer is not reached by them; one rides on through it.
    """

    def __init__(self, feed: Feed, layer: Layer) -> None:
        self._feed = feed
        self.layer = layer

    @cached_property
    def _places(self) -> Places:
        """The stops on the road; those outside of the network have a reason and no place."""
        xy = self._feed.array("stop_xy")
        south, west, north, east = self.layer.graph.bbox
        rows = [
            (self._feed.stop_ids[at], lat / 1e7, lon / 1e7)
            if south <= lat / 1e7 <= north and west <= lon / 1e7 <= east
            else (self._feed.stop_ids[at], _FAR_AWAY[0], _FAR_AWAY[1])
            for at, (lon, lat) in enumerate(xy.tolist())
        ]
        return snap_points(self.layer, rows)

    @cached_property
    def targets(self) -> Targets:
        """The stops as goals."""
        return prepare_targets(self.layer, self._places)

    @property
    def off_the_road(self) -> int:
        """Stops that cannot be reached over this layer."""
        return sum(reason is not None for reason in self._places.reasons)

    def _limit(self, most: int) -> int:
        """``most`` seconds or metres, whichever the layer weighs, in tenths."""
        return most * 10 + 4

    def from_door(self, door: Point, most: int) -> Near:
        """Stops within ``most`` of a door: metres where the layer weighs length, seconds where it weighs time.

        Raises
        ------
        GeoError
            The door is no point on earth.
        """
        start = snap_points(self.layer, [("vertrek", *door)])
        if start.reasons[0] is not None:
            return Near(_NO_STOPS, _NO_STOPS, _NO_STOPS, start.reasons[0], to_gaps(start)[0])
        hits = nearest(self.targets, start, limit=self._limit(most), threads=1)
        count = int(hits.count[0])
        return self._near(hits.destination[0, :count], hits.weight[0, :count], hits.second[0, :count], start)

    def to_door(self, door: Point, most: int) -> Near:
        """The way back: stops from which a door is within ``most``; a one-way street makes the difference.

        Raises
        ------
        GeoError
            The door is no point on earth.
        """
        end = snap_points(self.layer, [("aankomst", *door)])
        if end.reasons[0] is not None:
            return Near(_NO_STOPS, _NO_STOPS, _NO_STOPS, end.reasons[0], to_gaps(end)[0])
        # As the crow flies nobody is further away than over the road.
        reach_m = most * (float(self.layer.meta["fastest_m_per_s"]) if self.layer.seconds_first else 1.0)
        xy = self._feed.array("stop_xy")
        rows = np.flatnonzero(_box(xy, end.xy[0], reach_m))
        rows = rows[straight_m(xy[rows], end.xy) <= reach_m + _SLACK_M]
        rows = rows[self._places.segment[rows] >= 0]
        hits = nearest(prepare_targets(self.layer, end), _rows(self._places, rows), limit=self._limit(most), threads=1)
        hit = np.flatnonzero(hits.count)
        found = self._near(rows[hit].astype(np.int32), hits.weight[hit, 0], hits.second[hit, 0], end)
        order = np.lexsort((found.stop, found.seconds))
        return Near(found.stop[order], found.seconds[order], found.metres[order], None, found.gap_m)

    def _near(
        self, stop: NDArray[np.int32], weight: NDArray[np.int32], second: NDArray[np.int32], door: Places
    ) -> Near:
        seconds, metres = to_seconds_and_metres(self.layer, weight, second)
        return Near(stop, seconds, metres, None, to_gaps(door)[0])

    def between_stops(
        self, most_m: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Pairs of different stops within a walk: from, to, seconds, metres. The layer must weigh length."""
        pieces = []
        places = self._places
        on_road = np.flatnonzero(places.segment >= 0)
        for begin in range(0, on_road.size, _PIECE):
            rows = on_road[begin : begin + _PIECE]
            hits = nearest(self.targets, _rows(places, rows), k=_MOST_NEAR, limit=self._limit(most_m))
            filled = np.arange(hits.destination.shape[1]) < hits.count[:, None]
            row, column = np.nonzero(filled)
            seconds, metres = to_seconds_and_metres(self.layer, hits.weight[row, column], hits.second[row, column])
            pieces.append(np.stack([rows[row], hits.destination[row, column], seconds, metres], axis=1))
        table = np.concatenate(pieces).astype(np.int64) if pieces else np.empty((0, 4), np.int64)
        table = table[table[:, 0] != table[:, 1]]
        return table[:, 0], table[:, 1], table[:, 2], table[:, 3]


_FAR_AWAY = (0.0, 0.0)
_SLACK_M = 1_000.0  # a place on the road lies at most this far from its point


def _box(xy: NDArray[np.int32], middle: NDArray[np.int32], reach_m: float) -> NDArray[np.bool_]:
    """Stops in a square around a point; quick, and never too small."""
    half = (reach_m + _SLACK_M) / 111_000 * 1e7
    narrow = max(0.2, float(np.cos(np.radians(middle[1] * 1e-7))))
    away = np.abs(xy.astype(np.int64) - middle)
    inside: NDArray[np.bool_] = (away[:, 1] <= half) & (away[:, 0] <= half / narrow)
    return inside


def _rows(places: Places, rows: NDArray[np.int64]) -> Places:
    """Some of the places."""
    return Places(
        places.xy[rows],
        places.segment[rows],
        places.fraction[rows],
        places.gap_m[rows],
        tuple([places.reasons[row] for row in rows.tolist()]),
    )
