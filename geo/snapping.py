"""Point → the nearest place on a road, with the gap in metres, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
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


def check_points(graph: RoadGraph, points: Sequence[tuple[str, float, float]]) -> NDArray[np.int32]:
    """Check ``(name, lat, lon)`` once, at the border.

    Raises
    ------
    PointError
        NaN, infinite, not on earth, or latitude and longitude exchanged.
    """
    values: NDArray[np.float64] = np.empty((len(points), 2))
    for row, (name, *degrees) in enumerate(points):
        try:
            values[row] = degrees
        except (TypeError, ValueError) as error:
            raise PointError.not_a_number(name) from error
    finite = np.isfinite(values).all(axis=1)
    if not finite.all():
        raise PointError.not_a_number(points[int(np.flatnonzero(~finite)[0])][0])
    south, west, north, east = graph.bbox
    lat, lon = values[:, 0], values[:, 1]
    inside = (lat >= south) & (lat <= north) & (lon >= west) & (lon <= east)
    exchanged = ~inside & (lon >= south) & (lon <= north) & (lat >= west) & (lat <= east)
    if exchanged.any():
        raise PointError.swapped(points[int(np.flatnonzero(exchanged)[0])][0])
    off_globe = (np.abs(lat) > 90) | (np.abs(lon) > 180)
    if off_globe.any():
        raise PointError.out_of_range(points[int(np.flatnonzero(off_globe)[0])][0])
    return np.rint(values[:, ::-1] * 1e7).astype(np.int32)


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
    segment, fraction = np.full(count, -1, np.int64), np.zeros(count)
    gap_m, any_gap_m = np.full(count, np.inf), np.full(count, np.inf)
    any_segment = np.full(count, -1, np.int64)
    kernel().snap(
        xy, graph.geometry, graph.geometry_start, graph.grid_shape, graph.grid_start, graph.grid_segment,
        graph.segment_snap, graph.segment_allowed, layer.index, skip, LOOK_AROUND_M, segment, fraction, gap_m,
        any_segment, any_gap_m,
    )  # fmt: skip
    maximum = float(layer.meta["maximum_gap_m"])
    on_island = (graph.segment_island[any_segment] >> layer.index & 1 > 0) & (any_segment >= 0)
    reasons: list[NoTripReason | None] = []
    for at in range(count):
        # Beside a road of an island, a road across the water is no use, however near.
        if gap_m[at] <= maximum and not (on_island[at] and any_gap_m[at] * 4 + 20 < gap_m[at]):
            reasons.append(None)
            continue
        segment[at] = -1
        if any_gap_m[at] <= maximum:
            reasons.append(NoTripReason.SEPARATE_ISLAND)
        elif np.isfinite(gap_m[at]) and gap_m[at] <= LOOK_AROUND_M:
            reasons.append(NoTripReason.TOO_FAR_FROM_ROAD)
        else:
            reasons.append(NoTripReason.OUTSIDE_NETWORK)
    return Places(xy, segment, fraction, gap_m, tuple(reasons))
