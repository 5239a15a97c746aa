"""The doors of a journey: the stops near them on foot and by bicycle, and the points of those stops."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from geo.snapping import NoTripReason
from geo.timetable.faults import TimetableError, TimetableErrorCode
from geo.transit.answers import Mode, NoJourney
from geo.transit.links import ON_FOOT, Links, load_links
from geo.transit.reach import Near, RoadReach
from geo.transit.search import Ends

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.graph import RoadGraph
    from geo.timetable.store import Feed

BY_BICYCLE = "fiets-snelst"
LAYERS = {Mode.FOOT: ON_FOOT, Mode.BICYCLE: BY_BICYCLE}
FOOT_M = 1_500
"""Furthest walk between a door and a stop (own choice of Stageroute)."""
BICYCLE_S = 1_200
"""Longest ride by bicycle between a door and a stop: 5 km at 15 km/h (own choice of Stageroute)."""
_MOST = {Mode.FOOT: FOOT_M, Mode.BICYCLE: BICYCLE_S}
_REASONS = {
    NoTripReason.OUTSIDE_NETWORK: NoJourney.OUTSIDE_NETWORK,
    NoTripReason.TOO_FAR_FROM_ROAD: NoJourney.TOO_FAR_FROM_ROAD,
    NoTripReason.SEPARATE_ISLAND: NoJourney.SEPARATE_ISLAND,
}


@dataclass(frozen=True, slots=True)
class Door:
    """The stops near one door.

    Attributes
    ----------
    ends
        Points of those stops with the seconds to or from the door.
    metres
        The same by point.
    reason
        Why there are none.
    """

    mode: Mode
    ends: Ends
    metres: dict[int, int]
    reason: NoJourney | None = None
    gap_m: float | None = None


@dataclass
class Linked:
    """One feed on one network: its changes, and its stops on the layers for walking and for the bicycle."""

    feed: Feed
    graph: RoadGraph
    links: Links
    _roads: dict[Mode, RoadReach] = field(default_factory=dict)

    @classmethod
    def of(cls, feed: Feed, graph: RoadGraph) -> Linked:
        """Load or work out the changes.

        Raises
        ------
        TimetableError
            The network has no layer for walking.
        """
        if ON_FOOT not in graph.definitions:
            raise TimetableError(TimetableErrorCode.NO_LAYER, network=graph.name, layer=ON_FOOT)
        return cls(feed, graph, load_links(feed, graph))

    def road(self, mode: Mode) -> RoadReach:
        """The stops on the layer of one way of travelling."""
        found = self._roads.get(mode)
        if found is None:
            layer = LAYERS.get(mode)
            if layer is None:
                raise TimetableError(TimetableErrorCode.BAD_ACCESS, mode=mode)
            if layer not in self.graph.definitions:
                raise TimetableError(TimetableErrorCode.NO_LAYER, network=self.graph.name, layer=layer)
            found = self._roads.setdefault(mode, RoadReach(self.feed, self.graph.layer(layer)))
        return found

    def points_of(self, stop: NDArray[np.int32]) -> list[NDArray[np.int64]]:
        """The points of each stop: itself, and those that some of its calls have for themselves."""
        special = self.feed.array("point_stop")[self.feed.stops :]
        if not special.size:
            return [np.array([row], np.int64) for row in stop.tolist()]
        return [
            np.concatenate([[row], self.feed.stops + np.flatnonzero(special == row)]).astype(np.int64)
            for row in stop.tolist()
        ]

    def from_door(self, door: tuple[float, float], mode: Mode) -> Door:
        """The stops that somebody can go to from a door.

        Raises
        ------
        GeoError
            The door is no point on earth, or the network lacks the layer.
        """
        return self._door(self.road(mode).from_door(door, _MOST[mode]), mode)

    def to_door(self, door: tuple[float, float], mode: Mode) -> Door:
        """The stops that somebody can come from to a door; raises as ``from_door``."""
        return self._door(self.road(mode).to_door(door, _MOST[mode]), mode)

    def _door(self, near: Near, mode: Mode) -> Door:
        seconds: dict[int, int] = {}
        metres: dict[int, int] = {}
        for points, time_s, length_m in zip(
            self.points_of(near.stop), near.seconds.tolist(), near.metres.tolist(), strict=True
        ):
            for point in points.tolist():
                seconds[point], metres[point] = time_s, length_m
        reason = None
        if near.reason is not None:
            reason = _REASONS.get(near.reason, NoJourney.NO_STOP)
        elif not seconds:
            reason = NoJourney.NO_STOP
        return Door(mode, Ends.of(seconds), metres, reason, near.gap_m)
