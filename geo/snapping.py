"""Point → the nearest place on a road, with the gap in metres, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from geo.errors import PointError
from geo.runtime import kernel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.graph import Layer, RoadGraph

LOOK_AROUND_M = 3_000.0  # further away than this the point is simply not in the network
NO_BITS = np.empty(0, np.uint64)
NO_BITS.flags.writeable = False


class NoTripReason(StrEnum):
    """Why there is no trip; ``sentence`` says it to a user."""

    OUTSIDE_NETWORK = "buiten_netwerk"
    TOO_FAR_FROM_ROAD = "te_ver_van_weg"
    SEPARATE_ISLAND = "los_eiland"
    BEYOND_LIMIT = "verder_dan_grens"
    NO_ROUTE = "geen_route"

    def sentence(self, gap_m: float | None = None) -> str:
        """One Dutch sentence; ``gap_m`` is the distance to the nearest road in metres, when it matters."""
        return {
            NoTripReason.OUTSIDE_NETWORK: "De plek ligt buiten het gebied van deze kaart.",
            NoTripReason.TOO_FAR_FROM_ROAD: "De plek ligt te ver van de weg"
            + (f": {round(gap_m)} m." if gap_m is not None and np.isfinite(gap_m) else "."),
            NoTripReason.SEPARATE_ISLAND: "De plek ligt aan een weg die niet verbonden is met de rest van de kaart.",
            NoTripReason.BEYOND_LIMIT: "De reis is langer dan de grens die is gevraagd.",
            NoTripReason.NO_ROUTE: "Er is geen route: alle wegen erheen zijn afgesloten.",
        }[self]


@dataclass(frozen=True, slots=True)
class Places:
    """Points with their place on the road, one row per point.

    Attributes
    ----------
    xy
        Longitude, latitude in 1e-7 degree.
    segment, fraction
        Road and how far along it, 0 to 1 in drawing order; segment -1 where there is a reason instead.
    gap_m
        Straight distance from the point to that place, in metres.
    reasons
        None where the point is on the network.
    """

    xy: NDArray[np.int32]
    segment: NDArray[np.int64]
    fraction: NDArray[np.float64]
    gap_m: NDArray[np.float64]
    reasons: tuple[NoTripReason | None, ...]

    def __len__(self) -> int:
        return len(self.reasons)

    def part(self, begin: int, end: int) -> Places:
        """Rows ``begin`` up to ``end``."""
        return Places(
            self.xy[begin:end],
            self.segment[begin:end],
            self.fraction[begin:end],
            self.gap_m[begin:end],
            self.reasons[begin:end],
        )


_REASON = (None, NoTripReason.SEPARATE_ISLAND, NoTripReason.TOO_FAR_FROM_ROAD, NoTripReason.OUTSIDE_NETWORK)
"""By the number that the kernel gives."""


def check_points(graph: RoadGraph, points: Sequence[tuple[str, float, float]]) -> NDArray[np.int32]:
    """Check ``(name, lat, lon)`` once, at the border; gives longitude, latitude in 1e-7 degree.

    Raises
    ------
    PointError
        NaN, infinite, not on earth, or latitude and longitude exchanged.
    """
    south, west, north, east = graph.bbox
    # Point by point: quicker than arrays for one or two points, and as quick for very many.
    for point in points:
        try:
            _, lat, lon = point
            inside = south <= lat <= north and west <= lon <= east
        except (TypeError, ValueError) as error:
            raise PointError.not_a_number(point[0]) from error
        if inside:
            continue
        if not (isfinite(lat) and isfinite(lon)):
            raise PointError.not_a_number(point[0])
        if south <= lon <= north and west <= lat <= east:
            raise PointError.swapped(point[0])
        if abs(lat) > 90 or abs(lon) > 180:
            raise PointError.out_of_range(point[0])
    degrees = np.array([(lon, lat) for _, lat, lon in points], np.float64).reshape(len(points), 2)
    return np.rint(degrees * 1e7).astype(np.int32)


def snap_points(
    layer: Layer,
    points: Sequence[tuple[str, float, float]],
    *,
    skip: NDArray[np.uint64] = NO_BITS,
) -> Places:
    """Place points on the roads of one definition.

    Parameters
    ----------
    points
        ``(name, lat, lon)`` in degrees; the name is for messages.
    skip
        Bits of segments that are closed; empty for none.

    Raises
    ------
    PointError
        A point is not a point (see ``check_points``).
    """
    graph = layer.graph
    xy = check_points(graph, points)
    count = len(points)
    segment, fraction, gap_m = np.empty(count, np.int64), np.empty(count), np.empty(count)
    reason = np.empty(count, np.int8)
    kernel().snap(
        xy, graph.geometry, graph.geometry_start, graph.grid_shape, graph.grid_start, graph.grid_segment,
        graph.segment_snap, graph.segment_allowed, graph.segment_island, layer.index, skip, LOOK_AROUND_M,
        float(layer.meta["maximum_gap_m"]), segment, fraction, gap_m, reason,
    )  # fmt: skip
    return Places(xy, segment, fraction, gap_m, tuple([_REASON[number] for number in reason.tolist()]))
