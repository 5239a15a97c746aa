"""Reach areas: everything close to a street that can be reached in time, as polygons.

A square of the raster belongs to the area when the nearest road is one that is reached in time and is not far away. So
water without a road on it is not covered, and neither is the other bank when there is no bridge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.grid import METRES_PER_UNIT
from geo.outline import outline
from geo.overlay import NOTHING, Overlay
from geo.paths import reach_nodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.graph import Layer, RoadGraph
    from geo.snapping import Places

SQUARE_M = 25.0
BESIDE_ROAD_M = 90.0  # how far beside a street somebody still counts as "there"
MOST_SQUARES = 4_000_000
NEVER = np.iinfo(np.int32).max


@dataclass(frozen=True, slots=True)
class ReachArea:
    """What can be reached within some minutes.

    Attributes
    ----------
    minutes
        Limit.
    geometry
        GeoJSON MultiPolygon.
    square_km
        Its size.
    """

    minutes: int
    geometry: dict[str, Any]
    square_km: float


@dataclass(slots=True)
class _Raster:
    low: NDArray[np.int64]
    size: NDArray[np.float64]  # of a square, in 1e-7 degree
    square_m: float
    shape: tuple[int, int]

    def cells(self, xy: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """Row and column of points, and which points are inside."""
        at = ((xy - self.low) // self.size).astype(np.int64)
        inside: NDArray[np.bool_] = np.all((at >= 0) & (at < np.array(self.shape[::-1])), axis=1)
        return at[:, 1], at[:, 0], inside


def reach_areas(layer: Layer, origin: Places, minutes: Sequence[int], *, overlay: Overlay = NOTHING) -> list[ReachArea]:
    """Areas for several minutes at once, in the order given."""
    from scipy.ndimage import distance_transform_edt

    most_ds = max(minutes) * 600
    bound = most_ds if layer.seconds_first else int(most_ds * layer.meta["fastest_m_per_s"]) + 10
    reached = reach_nodes(layer, origin, limit=bound, overlay=overlay)
    times = reached.weight if layer.seconds_first else reached.second
    points, when = _reached_points(layer, origin, reached.node, times, most_ds, overlay)
    raster = _raster(points)
    earliest = np.full(raster.shape, NEVER, np.int32)
    row, column, inside = raster.cells(points)
    np.minimum.at(earliest, (row[inside], column[inside]), when[inside].astype(np.int32))
    road = _all_roads(layer, raster) | (earliest < NEVER)
    away, (row, column) = distance_transform_edt(~road, return_indices=True)
    # When somebody is at the road that is nearest to each square.
    there = np.where(away * raster.square_m <= BESIDE_ROAD_M, earliest[row, column], NEVER)
    return [_area(minute, there <= minute * 600, raster) for minute in minutes]


def _raster(points: NDArray[np.float64]) -> _Raster:
    low, high = points.min(axis=0), points.max(axis=0)
    squeeze = float(np.cos(np.radians((low[1] + high[1]) / 2 * 1e-7)))
    unit = METRES_PER_UNIT * np.array([squeeze, 1.0])
    margin = (BESIDE_ROAD_M + 3 * SQUARE_M) / unit
    low, high = low - margin, high + margin
    square_m = max(SQUARE_M, float(np.prod((high - low) * unit) / MOST_SQUARES) ** 0.5)
    size: NDArray[np.float64] = square_m / unit
    columns, rows = (np.ceil((high - low) / size).astype(int) + 1).tolist()
    return _Raster(low.astype(np.int64), size, square_m, (rows, columns))


def _reached_points(
    layer: Layer, origin: Places, nodes: NDArray[np.int64], times: NDArray[np.int64], most_ds: int, overlay: Overlay
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points along all roads that are reached in time, and when, in 0.1 s."""
    time_column = 1 if layer.seconds_first else 2
    within = times <= most_ds
    nodes, times = nodes[within], times[within]
    begin, end = layer.indptr[nodes].astype(np.int64), layer.indptr[nodes + 1].astype(np.int64)
    row = np.repeat(np.arange(nodes.size), end - begin)
    arcs = np.arange(row.size) - np.repeat(np.cumsum(end - begin) - (end - begin), end - begin) + begin[row]
    leaving_at: NDArray[Any] = times[row].astype(float)
    from_part, to_part = np.zeros(arcs.size), np.ones(arcs.size)
    # The road the origin is on, from the origin to both its ends.
    segment, fraction = int(origin.segment[0]), float(origin.fraction[0])
    for direction in (0, 1):
        arc = int(layer.base_arc[2 * segment + direction])
        if arc >= 0:
            done = fraction if direction == 0 else 1 - fraction
            arcs = np.append(arcs, arc)
            leaving_at = np.append(leaving_at, -done * layer.adj[3 * arc + time_column])
            from_part, to_part = np.append(from_part, done), np.append(to_part, 1.0)
    if overlay.closed:
        is_open = ~np.isin(layer.arc_segdir[arcs] >> 1, np.array(sorted(overlay.closed)))
        arcs, leaving_at, from_part, to_part = (column[is_open] for column in (arcs, leaving_at, from_part, to_part))
    cost = layer.adj[3 * arcs + time_column].astype(float)
    to_part = np.minimum(to_part, (most_ds - leaving_at) / cost)
    points, owner, part = _along(layer.graph, layer.arc_segdir[arcs].astype(np.int64), from_part, to_part)
    when = leaving_at[owner] + part * cost[owner]
    home = origin.xy[0].astype(np.float64)[None]
    if not len(points):
        return home, np.zeros(1)
    return points, np.maximum(when, 0)


def _along(
    graph: RoadGraph, segdir: NDArray[np.int64], from_part: NDArray[np.float64], to_part: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """Points at most half a square apart on roads, which road, and how far along in the travelled direction."""
    segment, backward = segdir >> 1, (segdir & 1).astype(bool)
    begin, end = graph.geometry_start[segment], graph.geometry_start[segment + 1]
    steps = end - begin - 1
    owner = np.repeat(np.arange(segment.size), steps)
    step = np.arange(owner.size) - np.repeat(np.cumsum(steps) - steps, steps) + begin[owner]
    a, b = graph.geometry[step].astype(np.float64), graph.geometry[step + 1].astype(np.float64)
    squeeze = np.cos(np.radians(a[:, 1] * 1e-7))
    length = np.hypot((b[:, 0] - a[:, 0]) * squeeze, b[:, 1] - a[:, 1]) * METRES_PER_UNIT
    total = np.bincount(owner, weights=length, minlength=segment.size)
    before = np.cumsum(length) - length
    first = np.cumsum(steps) - steps
    before -= before[np.minimum(first, max(0, before.size - 1))][owner] if before.size else 0
    samples = np.maximum(1, np.ceil(length / (SQUARE_M / 2))).astype(np.int64) + 1
    which = np.repeat(np.arange(step.size), samples)
    t = (np.arange(which.size) - np.repeat(np.cumsum(samples) - samples, samples)) / (samples[which] - 1)
    points = a[which] + (b[which] - a[which]) * t[:, None]
    road = owner[which]
    part = (before[which] + length[which] * t) / np.maximum(total[road], 1e-9)
    part = np.where(backward[road], 1 - part, part)
    inside = (part >= from_part[road] - 1e-9) & (part <= to_part[road] + 1e-9)
    return points[inside], road[inside], part[inside]


def _all_roads(layer: Layer, raster: _Raster) -> NDArray[np.bool_]:
    """Squares with any road of this definition, reached or not."""
    graph = layer.graph
    low_x, low_y, width, height, columns, rows = graph.grid_shape.tolist()
    corner = raster.low + raster.size * np.array(raster.shape[::-1])
    c0, c1 = (int(np.clip((x - low_x) // width, 0, columns - 1)) for x in (raster.low[0], corner[0]))
    r0, r1 = (int(np.clip((y - low_y) // height, 0, rows - 1)) for y in (raster.low[1], corner[1]))
    found = [
        graph.grid_segment[graph.grid_start[r * columns + c0] : graph.grid_start[r * columns + c1 + 1]]
        for r in range(r0, r1 + 1)
    ]
    segments = np.unique(np.concatenate(found)).astype(np.int64)
    segments = segments[(graph.segment_allowed[segments] >> layer.index) & 1 > 0]
    everything = np.zeros(segments.size), np.ones(segments.size)
    points, _, _ = _along(graph, segments * 2, *everything)
    road = np.zeros(raster.shape, bool)
    row, column, inside = raster.cells(points)
    road[row[inside], column[inside]] = True
    return road


def _area(minutes: int, covered: NDArray[np.bool_], raster: _Raster) -> ReachArea:
    """Squares as polygons with smoothed edges."""
    import shapely

    shape = shapely.simplify(outline(covered), 0.75)
    square_km = float(shapely.area(shape)) * raster.square_m**2 / 1e6
    degrees = shapely.transform(shape, lambda xy: np.round((xy * raster.size + raster.low) * 1e-7, 6))
    geometry = shapely.geometry.mapping(degrees)
    if geometry["type"] == "Polygon":
        geometry = {"type": "MultiPolygon", "coordinates": [geometry["coordinates"]]}
    return ReachArea(minutes, {"type": "MultiPolygon", "coordinates": geometry["coordinates"]}, round(square_km, 3))
