"""One route, and everything that can be reached: searches that need to know how they got there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from geo.overlay import NOTHING, Overlay
from geo.runtime import kernel
from geo.search import NO_LIMIT, NO_ROWS, ask, empty_hits
from geo.targets import NOWHERE, Targets, prepare_targets, seeds_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.graph import Layer
    from geo.snapping import Places


PIECES = 512
"""Room for the pieces of a route; a longer one is followed once more."""


class Pieces(NamedTuple):
    """The parts of a route in order, each over one road, in columns.

    Attributes
    ----------
    segdir
        ``2 * segment + direction``, or -2 on an extra road.
    weight, second
        Cost of each part.
    begin, end
        Where on the segment, as fractions in drawing order.
    """

    segdir: NDArray[np.int64]
    weight: NDArray[np.int64]
    second: NDArray[np.int64]
    begin: NDArray[np.float64]
    end: NDArray[np.float64]


NO_PIECES = Pieces(*np.empty((3, 0), np.int64), *np.empty((2, 0)))


@dataclass(frozen=True, slots=True)
class Path:
    """One shortest path: total weight and second value, and its pieces in order."""

    weight: int
    second: int
    pieces: Pieces


def route(targets: Targets, origin: Places, *, limit: int | None = None, pieces: bool = True) -> Path | None:
    """The shortest path from one origin to the one destination of ``targets``; None when there is none in the limit.

    Among paths of equal weight and second value, the one over the lowest arc numbers counts.

    Parameters
    ----------
    pieces
        Whether to say over which roads; a path has no pieces otherwise.
    """
    hits = empty_hits(1, 1)
    seeds = seeds_of(targets, origin)
    layer = targets.layer

    def walk(workspace: Any, _traced: int) -> Pieces:
        room = PIECES
        while hits.count[0]:
            numbers, fractions = np.empty((3, room), np.int64), np.empty((2, room))
            count = kernel().trace(
                workspace.parent, layer.indptr, layer.adj, layer.arc_segdir, targets.first, seeds.rows, seeds.arc,
                targets.arc, targets.tail, targets.road_arc, float(origin.fraction[0]), targets.places.fraction,
                targets.ends.fraction, numbers, fractions,
            )  # fmt: skip
            if count <= room:
                return Pieces(*numbers[:, :count][:, ::-1], *fractions[:, :count][:, ::-1])
            room = count
        return NO_PIECES

    found = ask(
        targets, seeds, np.zeros(1, np.int64), NO_LIMIT if limit is None else min(limit, NO_LIMIT), hits,
        needed=np.zeros(1, np.uint64), wanted=np.ones(1, np.int32), packed=NO_ROWS, keep=walk if pieces else None,
        parents=pieces,
    )  # fmt: skip
    if not hits.count[0]:
        return None
    return Path(int(hits.weight[0, 0]), int(hits.second[0, 0]), found or NO_PIECES)


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
