"""A path as a line and as streets."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from geo.assemble import great_circle_m

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.graph import Layer
    from geo.overlay import Overlay
    from geo.paths import Path
    from geo.snapping import Places

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class RouteStep:
    """One street of a route.

    Attributes
    ----------
    street
        Name, empty when the map has none.
    kind
        What kind of way it is, in Dutch ("fietspad").
    metres, seconds
        Length and time on it.
    """

    street: str
    kind: str
    metres: int
    seconds: int


def steps_of(layer: Layer, path: Path, overlay: Overlay) -> tuple[RouteStep, ...]:
    """Streets in order; pieces of the same street are taken together. Metres and seconds add up to the trip."""
    pieces = path.pieces
    if not pieces.segdir.size:
        return ()
    ways = np.where(pieces.segdir < 0, -1, layer.graph.segment_way[np.maximum(pieces.segdir, 0) >> 1])
    streets: list[tuple[str, str]] = []
    begin: list[int] = []
    change = np.flatnonzero(np.append(True, ways[1:] != ways[:-1]))
    for at, way in zip(change.tolist(), ways[change].tolist(), strict=True):
        street = layer.graph.street_of(way) if way >= 0 else _extra_street(overlay)
        if not streets or streets[-1] != street:
            streets.append(street)
            begin.append(at)
    seconds, metres = _whole(pieces.weight, begin), _whole(pieces.second, begin)
    if not layer.seconds_first:
        seconds, metres = metres, seconds
    return tuple(RouteStep(*street, m, s) for street, m, s in zip(streets, metres, seconds, strict=True))


def _whole(tenths: NDArray[np.int64], begin: list[int]) -> list[int]:
    """Add up from each begin to the next, and round so that the parts add up to the rounded whole."""
    rounded = ((np.cumsum(tenths) + 5) // 10).tolist()
    totals = [0, *(rounded[at - 1] for at in begin[1:]), rounded[-1]]
    return [after - before for before, after in pairwise(totals)]


def _extra_street(overlay: Overlay) -> tuple[str, str]:
    return " / ".join(sorted({road.name for road in overlay.extra})), "extra weg"


def line_of(layer: Layer, path: Path, ends: Places) -> tuple[Point, ...]:
    """The line of a path as ``(lat, lon)``, from the place of departure to the place of arrival on the road."""
    on_map = path.pieces.segdir >= 0
    segdir, begin, behind = path.pieces.segdir[on_map], path.pieces.begin[on_map], path.pieces.end[on_map]
    parts: list[NDArray[np.float64]] = []
    at = 0
    # Whole segments are gathered at once; there are two others, and more only beside extra roads.
    for part in (*np.flatnonzero(np.abs(behind - begin) != 1).tolist(), segdir.size):
        if part > at:
            parts.append(_whole_segments(layer, segdir[at:part]))
        if part < segdir.size:
            parts.append(_cut(layer, int(segdir[part]) >> 1, float(begin[part]), float(behind[part])))
        at = part + 1
    if not parts:
        where = zip(ends.segment.tolist(), ends.fraction.tolist(), strict=True)
        parts = [_cut(layer, segment, fraction, fraction) for segment, fraction in where]
    line = np.concatenate(parts).round(7)
    keep = np.append(True, (line[1:, 0] != line[:-1, 0]) | (line[1:, 1] != line[:-1, 1]))
    lon, lat = line[keep].T.tolist()
    return tuple(zip(lat, lon, strict=True))


def _whole_segments(layer: Layer, segdir: NDArray[np.int64]) -> NDArray[np.float64]:
    """Points of whole segments in order of travel, gathered at once; degrees."""
    segment, backward = segdir >> 1, segdir & 1
    first = layer.graph.geometry_start[segment]
    count = layer.graph.geometry_start[segment + 1] - first
    behind = np.cumsum(count)
    step = np.arange(behind[-1]) - np.repeat(behind - count, count)
    rows = np.repeat(first + backward * (count - 1), count) + np.repeat(1 - 2 * backward, count) * step
    points: NDArray[np.float64] = layer.graph.geometry[rows] * 1e-7
    return points


def _cut(layer: Layer, segment: int, begin: float, end: float) -> NDArray[np.float64]:
    """The part of a segment between two fractions, reversed when ``begin`` lies behind ``end``; degrees."""
    points = layer.graph.geometry_of(segment) * 1e-7
    lon, lat = points.T
    along = np.zeros(len(points))
    np.cumsum(great_circle_m(lon[:-1], lat[:-1], lon[1:], lat[1:]), out=along[1:])
    at = np.array([min(begin, end), max(begin, end)]) * along[-1]
    inside = points[along.searchsorted(at[0], side="right") : along.searchsorted(at[1], side="left")]
    part = np.empty((2 + len(inside), 2))
    part[1:-1] = inside
    part[:: len(part) - 1, 0] = np.interp(at, along, lon)
    part[:: len(part) - 1, 1] = np.interp(at, along, lat)
    return part if begin <= end else part[::-1]
