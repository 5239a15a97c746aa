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
    from geo.paths import Path, Piece
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
    runs: list[tuple[str, str]] = []
    totals: list[list[int]] = []
    segments = np.array([max(piece.segdir, 0) >> 1 for piece in path.pieces], np.int64)
    ways = layer.graph.segment_way[segments].tolist() if segments.size else []
    for piece, way in zip(path.pieces, ways, strict=True):
        street = layer.graph.street_of(way) if piece.segdir >= 0 else _extra_street(overlay)
        if not runs or runs[-1] != street:
            runs.append(street)
            totals.append([0, 0])
        totals[-1][0] += piece.weight
        totals[-1][1] += piece.second
    seconds = _whole([total[0] for total in totals])
    metres = _whole([total[1] for total in totals])
    if not layer.seconds_first:
        seconds, metres = metres, seconds
    return tuple(RouteStep(*street, m, s) for street, m, s in zip(runs, metres, seconds, strict=True))


def _whole(tenths: list[int]) -> list[int]:
    """Round running totals, so that the parts add up to the rounded whole."""
    totals = [0]
    for value in tenths:
        totals.append(totals[-1] + value)
    rounded = [(total + 5) // 10 for total in totals]
    return [after - before for before, after in pairwise(rounded)]


def _extra_street(overlay: Overlay) -> tuple[str, str]:
    return " / ".join(sorted({road.name for road in overlay.extra})), "extra weg"


def line_of(layer: Layer, path: Path, overlay: Overlay, start: Places, end: Places) -> tuple[Point, ...]:
    """The line of a path as ``(lat, lon)``, from the place of departure to the place of arrival on the road."""
    pieces = [piece for piece in path.pieces if piece.segdir >= 0]
    del overlay
    inner = pieces[1:-1]
    if all({piece.begin, piece.end} == {0.0, 1.0} for piece in inner):
        ends = [[_cut(layer, piece.segdir >> 1, piece.begin, piece.end)] for piece in (*pieces[:1], *pieces[1:][-1:])]
        parts = [*(ends[0] if ends else []), *_whole_segments(layer, inner), *(ends[1] if len(ends) > 1 else [])]
    else:
        parts = [_cut(layer, piece.segdir >> 1, piece.begin, piece.end) for piece in pieces]
    if not parts:
        parts = [
            _cut(layer, int(places.segment[0]), float(places.fraction[0]), float(places.fraction[0]))
            for places in (start, end)
        ]
    line = np.concatenate(parts).round(7)
    keep = np.append(True, (line[1:] != line[:-1]).any(axis=1))
    return tuple(map(tuple, line[keep][:, ::-1].tolist()))


def _whole_segments(layer: Layer, pieces: list[Piece]) -> list[NDArray[np.float64]]:
    """Points of whole segments in order of travel, gathered at once; degrees."""
    if not pieces:
        return []
    segments = np.array([piece.segdir >> 1 for piece in pieces], np.int64)
    first, behind = layer.graph.geometry_start[segments], layer.graph.geometry_start[segments + 1]
    count = behind - first
    step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    forward = np.repeat([piece.begin < piece.end for piece in pieces], count)
    rows = np.where(forward, np.repeat(first, count) + step, np.repeat(behind, count) - 1 - step)
    return [(layer.graph.geometry[rows] * 1e-7).astype(np.float64, copy=False)]


def _cut(layer: Layer, segment: int, begin: float, end: float) -> NDArray[np.float64]:
    """The part of a segment between two fractions, reversed when ``begin`` lies behind ``end``; degrees."""
    points = (layer.graph.geometry_of(segment) * 1e-7).astype(np.float64, copy=False)
    along = np.zeros(len(points))
    np.cumsum(great_circle_m(points[:-1, 0], points[:-1, 1], points[1:, 0], points[1:, 1]), out=along[1:])
    low, high = sorted((begin, end))
    at = np.array([low, high]) * along[-1]
    ends = np.stack([np.interp(at, along, points[:, column]) for column in (0, 1)], axis=1)
    inside = points[(along > at[0]) & (along < at[1])]
    part = np.concatenate([ends[:1], inside, ends[1:]])
    return part if begin <= end else part[::-1]
