"""One route, and everything that can be reached: searches that need to know how they got there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from geo.overlay import NOTHING, Overlay
from geo.search import NO_LIMIT, NO_ROWS, ask, empty_hits
from geo.targets import NOWHERE, Seeds, Targets, prepare_targets, seeds_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.graph import Layer
    from geo.snapping import Places


class Piece(NamedTuple):
    """Part of a route over one road.

    Attributes
    ----------
    segdir
        ``2 * segment + direction``, or -2 on an extra road.
    begin, end
        Where on the segment, as fractions in drawing order.
    weight, second
        Cost of this part.
    """

    segdir: int
    begin: float
    end: float
    weight: int
    second: int


@dataclass(frozen=True, slots=True)
class Path:
    """One shortest path: total weight and second value, and its pieces in order."""

    weight: int
    second: int
    pieces: tuple[Piece, ...]


def route(targets: Targets, origin: Places, *, limit: int | None = None) -> Path | None:
    """The shortest path from one origin to the one destination of ``targets``; None when there is none in the limit.

    Among paths of equal weight and second value, the one over the lowest arc numbers counts.
    """
    hits = empty_hits(1, 1)
    seeds = seeds_of(targets, origin)
    layer = targets.layer
    arcs = layer.arcs

    def walk(workspace: Any, _traced: int) -> list[int]:
        codes: list[int] = []
        node = targets.first
        if hits.count[0]:
            while True:
                code = int(workspace.parent[node])
                codes.append(code)
                if code < 0:
                    break
                node = layer.tail(code) if code < arcs else int(targets.tail[code - arcs])
        return codes[::-1]

    codes = ask(
        targets, seeds, np.zeros(1, np.int64), NO_LIMIT if limit is None else min(limit, NO_LIMIT), hits,
        needed=np.zeros(1, np.uint64), wanted=np.ones(1, np.int32), packed=NO_ROWS, keep=walk, parents=True,
    )  # fmt: skip
    if not hits.count[0]:
        return None
    pieces = tuple(_pieces(targets, seeds, origin, codes))
    return Path(int(hits.weight[0, 0]), int(hits.second[0, 0]), pieces)


def _pieces(targets: Targets, seeds: Seeds, origin: Places, codes: list[int]) -> list[Piece]:
    layer = targets.layer
    pieces: list[Piece] = []
    whole = np.array([code if 0 <= code < layer.arcs else 0 for code in codes], np.int64)
    roads = layer.arc_segdir[whole].tolist()
    costs = zip(layer.adj[3 * whole + 1].tolist(), layer.adj[3 * whole + 2].tolist(), strict=True)
    for code, road, cost in zip(codes, roads, costs, strict=True):
        if 0 <= code < layer.arcs:
            backward = road & 1
            pieces.append(Piece(road, float(backward), float(1 - backward), *cost))
            continue
        rows, arcs, row = (
            (seeds.rows, seeds.arc, -1 - code) if code < 0 else (targets.arc, targets.road_arc, code - layer.arcs)
        )
        head, weight, second = (int(value) for value in rows[3 * row : 3 * row + 3])
        arc = int(arcs[row])
        if arc == -1:
            continue
        if arc == -2:
            pieces.append(Piece(-2, 0.0, 1.0, weight, second))
            continue
        segdir = int(layer.arc_segdir[arc])
        begin = float(origin.fraction[0]) if code < 0 else _fraction(targets, int(targets.tail[row]), segdir % 2)
        pieces.append(Piece(segdir, begin, _fraction(targets, head, 1 - segdir % 2), weight, second))
    return pieces


def _fraction(targets: Targets, node: int, at_end: int) -> float:
    """Where a node lies on the segment of an arc: at the end of it, or at a place on it."""
    if node >= targets.first:
        return float(targets.places.fraction[node - targets.first])
    if node >= targets.layer.nodes:
        return float(targets.ends.fraction[node - targets.layer.nodes])
    return float(at_end)


@dataclass(frozen=True, slots=True)
class Reached:
    """Road nodes within a limit.

    Attributes
    ----------
    node, weight, second
        Nodes reached, nearest first, at what weight and second value.
    seed_arc, seed_begin
        Roads the origin is on, and where on them, as a fraction in the direction of the arc.
    """

    node: NDArray[np.int64]
    weight: NDArray[np.int64]
    second: NDArray[np.int64]
    seed_arc: NDArray[np.int64]
    seed_begin: NDArray[np.float64]


def reach_nodes(layer: Layer, origin: Places, *, limit: int, overlay: Overlay = NOTHING) -> Reached:
    """Every road node within ``limit`` of one origin."""
    targets = prepare_targets(layer, NOWHERE, overlay=overlay)
    seeds = seeds_of(targets, origin)
    trace = np.zeros(layer.nodes, np.int32)
    hits = empty_hits(1, 0)

    def copy(workspace: Any, traced: int) -> tuple[NDArray[np.int64], ...]:
        nodes = trace[:traced].astype(np.int64)
        weights = workspace.state[2 * nodes].astype(np.int64) - workspace.base_of[0]
        return nodes, weights, workspace.state[2 * nodes + 1].astype(np.int64)

    nodes, weights, seconds = ask(
        targets, seeds, np.zeros(1, np.int64), min(limit, NO_LIMIT), hits,
        needed=np.zeros(1, np.uint64), wanted=np.ones(1, np.int32), packed=NO_ROWS, trace=trace, keep=copy,
    )  # fmt: skip
    arcs = seeds.arc[seeds.arc >= 0]
    backward = layer.arc_segdir[arcs] & 1
    begin = np.where(backward, 1 - origin.fraction[0], origin.fraction[0])
    order = np.lexsort((nodes, weights))
    return Reached(nodes[order], weights[order], seconds[order], arcs, begin)
