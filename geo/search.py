"""Asking the kernel: the k nearest, one to many, many to many, a route, what can be reached.

All answers are arrays of whole numbers: weight and second value per pair, in the unit of the definition (0.1 s and
0.1 m). ``geo.travel`` turns them into trips.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.attach import Rows, arriving, leaving, same_road
from geo.overlay import NOTHING, Overlay
from geo.runtime import WORKSPACES, default_threads, kernel, pool
from geo.snapping import NO_BITS, Places, snap_points

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.graph import Layer

NO_LIMIT = 2**25  # 3 355 km, or 38 days; more is not asked of a bicycle
NO_ROWS = np.empty((0, 0), np.uint64)
NO_ROWS.flags.writeable = False
NO_NODES = np.empty(0, np.int32)


@dataclass(frozen=True, slots=True)
class Hits:
    """Destinations found per origin, nearest first, equal ones by destination number.

    Attributes
    ----------
    destination, weight, second
        Shape ``(origins, k)``; only the first ``count[o]`` columns of a row mean anything.
    count
        Hits per origin.
    settled
        Road nodes visited per origin; for benchmarks.
    """

    destination: NDArray[np.int32]
    weight: NDArray[np.int32]
    second: NDArray[np.int32]
    count: NDArray[np.int32]
    settled: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Targets:
    """Destinations on one layer, ready to be searched for many times.

    Attributes
    ----------
    places
        Where they are.
    mask
        Properties per destination, as bits; an origin may need some of them.
    first
        Node number of the first destination.
    index, start, arc
        Arcs from nodes to places: index by rank in bits, then CSR, then rows of (head, weight, second).
    tail, road_arc
        Per row of ``arc``: node it leaves, and the road it goes over (-1: none, -2: an extra road).
    by_segment
        Destinations in the order of their segments.
    ends
        Both ends of every extra road.
    """

    layer: Layer
    places: Places
    mask: NDArray[np.uint64]
    overlay: Overlay
    closed: NDArray[np.uint64]
    first: int
    index: NDArray[np.uint64]
    start: NDArray[np.int32]
    arc: NDArray[np.int32]
    tail: NDArray[np.int64]
    road_arc: NDArray[np.int64]
    by_segment: NDArray[np.int64]
    ends: Places


def prepare_targets(
    layer: Layer, places: Places, *, mask: NDArray[np.uint64] | None = None, overlay: Overlay = NOTHING
) -> Targets:
    """Lay out the arcs that lead to destinations and over extra roads.

    Parameters
    ----------
    places
        Destinations; their order is the order in which ties are broken.
    mask
        Shape ``(destinations,)``; nothing needed when None.
    """
    closed = overlay.arc_bits(layer)
    first = layer.nodes + 2 * len(overlay.extra)
    ends = _ends(layer, overlay)
    by_segment = np.argsort(places.segment, kind="stable")
    extra = _extra_rows(layer, overlay, closed, ends)
    if len(ends):
        direct = _open(same_road(layer, ends, places, by_segment), closed)
        extra.append((direct.item + layer.nodes, direct.node + first, direct.weight, direct.second, direct.arc))
    found = _open(arriving(layer, places), closed)
    rows = [(found.node, found.item + first, found.weight, found.second, found.arc), *extra]
    tail, head, weight, second, road = (np.concatenate(column) for column in zip(*rows, strict=True))
    order = np.lexsort((second, weight, head, tail))
    tail = tail[order]
    nodes, start = np.unique(tail, return_index=True)
    arc = np.stack([head[order], weight[order], second[order]], axis=1).astype(np.int32).reshape(-1)
    return Targets(
        layer=layer,
        places=places,
        mask=np.zeros(len(places), np.uint64) if mask is None else mask.astype(np.uint64),
        overlay=overlay,
        closed=closed,
        first=first,
        index=_rank_index(nodes, first),
        start=np.append(start, tail.size).astype(np.int32),
        arc=arc,
        tail=tail,
        road_arc=road[order],
        by_segment=by_segment,
        ends=ends,
    )


def _open(rows: Rows, closed: NDArray[np.uint64]) -> Rows:
    if not closed.size:
        return rows
    arc = np.maximum(rows.arc, 0)
    shut = (closed[arc >> 6] >> (arc & 63).astype(np.uint64)) & np.uint64(1) > 0
    keep = ~(shut & (rows.arc >= 0))
    return Rows(rows.item[keep], rows.node[keep], rows.weight[keep], rows.second[keep], rows.arc[keep])


NOWHERE = Places(np.empty((0, 2), np.int32), np.empty(0, np.int64), np.empty(0), np.empty(0), ())


def _ends(layer: Layer, overlay: Overlay) -> Places:
    points = [(road.name, *point) for road in overlay.extra for point in (road.start, road.end)]
    return snap_points(layer, points, skip=overlay.segment_bits(layer)) if points else NOWHERE


def _extra_rows(
    layer: Layer, overlay: Overlay, closed: NDArray[np.uint64], ends: Places
) -> list[tuple[NDArray[np.int64], ...]]:
    """Arcs of the extra roads: node → end of the road, over the road, and off it again."""
    if not overlay.extra:
        return []
    on, off = _open(arriving(layer, ends), closed), _open(leaving(layer, ends), closed)
    number = layer.nodes
    rows: list[tuple[NDArray[np.int64], ...]] = [
        (on.node, on.item + number, np.maximum(1, on.weight), np.maximum(1, on.second), on.arc),
        (off.item + number, off.node, np.maximum(1, off.weight), np.maximum(1, off.second), off.arc),
    ]
    near = _open(same_road(layer, ends, ends, np.argsort(ends.segment, kind="stable")), closed)
    apart = near.item != near.node
    rows.append(
        (
            near.item[apart] + number,
            near.node[apart] + number,
            np.maximum(1, near.weight[apart]),
            np.maximum(1, near.second[apart]),
            near.arc[apart],
        )
    )
    for at, road in enumerate(overlay.extra):
        metres_dm, seconds_ds = max(1, round(road.length_m() * 10)), max(1, round(road.length_m() * 36 / road.kmh))
        cost = (seconds_ds, metres_dm) if layer.seconds_first else (metres_dm, seconds_ds)
        ways = [(2 * at, 2 * at + 1), (2 * at + 1, 2 * at)] if road.both_ways else [(2 * at, 2 * at + 1)]
        rows.extend(
            tuple(np.array([value], np.int64) for value in (begin + number, end + number, *cost, -2))
            for begin, end in ways
        )
    return rows


def _rank_index(nodes: NDArray[np.int64], size: int) -> NDArray[np.uint64]:
    """Bits of ``nodes`` (sorted), interleaved with how many bits come before each word."""
    words = size // 64 + 1
    index = np.zeros(2 * words, np.uint64)
    if nodes.size:
        word = nodes >> 6
        heads = np.flatnonzero(np.append(True, word[1:] != word[:-1]))
        index[2 * word[heads]] = np.bitwise_or.reduceat(np.uint64(1) << (nodes & 63).astype(np.uint64), heads)
        before = np.zeros(words, np.int64)
        before[word[heads]] = np.diff(np.append(heads, nodes.size))
        index[1::2] = np.cumsum(before) - before
    return index


@dataclass(frozen=True, slots=True)
class _Seeds:
    start: NDArray[np.int64]
    rows: NDArray[np.int32]
    arc: NDArray[np.int64]
    first_node: NDArray[np.int64]


def _seeds(targets: Targets, origins: Places) -> _Seeds:
    layer = targets.layer
    out = _open(leaving(layer, origins), targets.closed)
    direct = _open(same_road(layer, origins, targets.places, targets.by_segment), targets.closed)
    extra = _open(
        same_road(layer, origins, targets.ends, np.argsort(targets.ends.segment, kind="stable")), targets.closed
    )
    item = np.concatenate([out.item, direct.item, extra.item])
    node = np.concatenate([out.node, direct.node + targets.first, extra.node + layer.nodes])
    weight = np.concatenate([out.weight, direct.weight, extra.weight])
    second = np.concatenate([out.second, direct.second, extra.second])
    arc = np.concatenate([out.arc, direct.arc, extra.arc])
    order = np.lexsort((second, weight, node, item))
    start = np.zeros(len(origins) + 1, np.int64)
    np.cumsum(np.bincount(item, minlength=len(origins)), out=start[1:])
    rows = np.stack([node[order], weight[order], second[order]], axis=1).astype(np.int32).reshape(-1)
    first_node = np.full(len(origins), targets.first, np.int64)
    np.minimum.at(first_node, item, node)
    return _Seeds(start, rows, arc[order], first_node)


def nearest(
    targets: Targets,
    origins: Places,
    *,
    k: int | None = None,
    limit: int | None = None,
    need: NDArray[np.uint64] | None = None,
    allowed: NDArray[np.bool_] | None = None,
    threads: int | None = None,
) -> Hits:
    """The k nearest eligible destinations of every origin, nearest first; ties in the order of the destinations.

    Parameters
    ----------
    k
        How many per origin; all when None.
    limit
        Largest weight that counts, in the unit of the definition (0.1 s or 0.1 m).
    need
        Per origin the bits a destination must have in ``targets.mask``.
    allowed
        Shape ``(origins, destinations)``: an arbitrary choice per pair, on top of ``need``.
    threads
        Cores to use; the answer is the same for any number.
    """
    count = len(origins)
    total = len(targets.places)
    width = total if k is None else min(k, total)
    hits = Hits(
        np.zeros((count, width), np.int32),
        np.zeros((count, width), np.int32),
        np.zeros((count, width), np.int32),
        np.zeros(count, np.int32),
        np.zeros(count, np.int64),
    )
    if not width or not count:
        return hits
    needed = np.zeros(count, np.uint64) if need is None else need.astype(np.uint64)
    packed = NO_ROWS if allowed is None else _packed(allowed)
    wanted = _wanted(targets, needed, allowed, width)
    seeds = _seeds(targets, origins)
    order = np.argsort(seeds.first_node, kind="stable")
    order = order[wanted[order] > 0]
    bound = NO_LIMIT if limit is None else min(limit, NO_LIMIT)

    def run(chunk: NDArray[np.int64]) -> None:
        _call(targets, seeds, chunk, bound, hits, needed=needed, wanted=wanted, packed=packed)

    cores = default_threads() if threads is None else threads
    chunks = np.array_split(order, max(1, min(order.size // 16, cores * 6))) if cores > 1 else [order]
    if len(chunks) == 1:
        run(chunks[0])
    else:
        list(pool(cores).map(run, chunks))
    return hits


def _packed(allowed: NDArray[np.bool_]) -> NDArray[np.uint64]:
    rows, columns = allowed.shape
    padded = np.zeros((rows, (columns + 63) // 64 * 64), bool)
    padded[:, :columns] = allowed
    return np.packbits(padded, axis=1, bitorder="little").view(np.uint64)


def _wanted(
    targets: Targets, needed: NDArray[np.uint64], allowed: NDArray[np.bool_] | None, width: int
) -> NDArray[np.int32]:
    """How many hits can exist at all: a search that has them can stop."""
    on_road = targets.places.segment >= 0
    if allowed is not None:
        most = (allowed & on_road).sum(axis=1)
    else:
        kinds, which = np.unique(needed, return_inverse=True)
        most = np.array([int(((targets.mask & kind) == kind)[on_road].sum()) for kind in kinds])[which]
    wanted: NDArray[np.int32] = np.minimum(most, width).astype(np.int32)
    return wanted


def _call(
    targets: Targets,
    seeds: _Seeds,
    origins: NDArray[np.int64],
    limit: int,
    hits: Hits,
    *,
    needed: NDArray[np.uint64],
    wanted: NDArray[np.int32],
    packed: NDArray[np.uint64],
    trace: NDArray[np.int32] = NO_NODES,
    keep: Any = None,
    parents: bool = False,
) -> Any:
    """Run the kernel for some origins on one borrowed workspace."""
    layer = targets.layer
    nodes = targets.first + len(targets.places)
    group = np.empty(len(targets.places), np.int32)
    report = np.zeros(1, np.int64)
    with WORKSPACES.borrow(nodes, with_parents=parents) as workspace:
        while True:
            done = kernel().search(
                layer.indptr, layer.adj, targets.closed, targets.index, targets.start, targets.arc, targets.first,
                targets.mask, packed, origins, seeds.start, seeds.rows, needed, wanted, limit, workspace.state,
                workspace.base_of, workspace.parent if parents else NO_NODES, trace, hits.destination, hits.weight,
                hits.second, hits.count, hits.settled, workspace.bucket, workspace.filled, workspace.pool, group,
                report,
            )  # fmt: skip
            if done == origins.size:
                break
            workspace.make_room(int(report[0]))
            origins = origins[done:]
        traced = int(report[0])
        return keep(workspace, traced) if keep is not None else None


@dataclass(frozen=True, slots=True)
class Matrix:
    """Every origin to every destination.

    Attributes
    ----------
    weight, second
        Shape ``(origins, destinations)``; meaningless where ``found`` is False.
    found
        Whether there is a trip within the limit.
    """

    weight: NDArray[np.int32]
    second: NDArray[np.int32]
    found: NDArray[np.bool_]


def many_to_many(targets: Targets, origins: Places, *, limit: int | None = None, threads: int | None = None) -> Matrix:
    """Weights from every origin to every destination within a limit; memory is three times the matrix."""
    hits = nearest(targets, origins, limit=limit, threads=threads)
    shape = (len(origins), len(targets.places))
    matrix = Matrix(np.zeros(shape, np.int32), np.zeros(shape, np.int32), np.zeros(shape, bool))
    filled = np.arange(hits.destination.shape[1]) < hits.count[:, None]
    row, column = np.nonzero(filled)
    destination = hits.destination[row, column]
    matrix.weight[row, destination] = hits.weight[row, column]
    matrix.second[row, destination] = hits.second[row, column]
    matrix.found[row, destination] = True
    return matrix


def one_to_many(targets: Targets, origin: Places, *, limit: int | None = None) -> Matrix:
    """Weights from one origin to every destination within a limit."""
    return many_to_many(targets, origin, limit=limit, threads=1)


@dataclass(frozen=True, slots=True)
class Piece:
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
    hits = _empty_hits(1, 1)
    seeds = _seeds(targets, origin)

    def walk(workspace: Any, _traced: int) -> list[int]:
        codes: list[int] = []
        node = targets.first
        if hits.count[0]:
            while True:
                code = int(workspace.parent[node])
                codes.append(code)
                if code < 0:
                    break
                if code < targets.layer.arcs:
                    node = int(targets.layer.tail_of(np.array([code]))[0])
                else:
                    node = int(targets.tail[code - targets.layer.arcs])
        return codes[::-1]

    codes = _call(
        targets, seeds, np.zeros(1, np.int64), NO_LIMIT if limit is None else min(limit, NO_LIMIT), hits,
        needed=np.zeros(1, np.uint64), wanted=np.ones(1, np.int32), packed=NO_ROWS, keep=walk, parents=True,
    )  # fmt: skip
    if not hits.count[0]:
        return None
    pieces = tuple(_pieces(targets, seeds, origin, codes))
    return Path(int(hits.weight[0, 0]), int(hits.second[0, 0]), pieces)


def _empty_hits(origins: int, width: int) -> Hits:
    return Hits(
        np.zeros((origins, width), np.int32),
        np.zeros((origins, width), np.int32),
        np.zeros((origins, width), np.int32),
        np.zeros(origins, np.int32),
        np.zeros(origins, np.int64),
    )


def _pieces(targets: Targets, seeds: _Seeds, origin: Places, codes: list[int]) -> list[Piece]:
    layer = targets.layer
    pieces: list[Piece] = []
    for code in codes:
        if 0 <= code < layer.arcs:
            segdir = int(layer.arc_segdir[code])
            along = (0.0, 1.0) if segdir % 2 == 0 else (1.0, 0.0)
            pieces.append(Piece(segdir, *along, int(layer.adj[3 * code + 1]), int(layer.adj[3 * code + 2])))
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
    seeds = _seeds(targets, origin)
    trace = np.zeros(layer.nodes, np.int32)
    hits = _empty_hits(1, 0)

    def copy(workspace: Any, traced: int) -> tuple[NDArray[np.int64], ...]:
        nodes = trace[:traced].astype(np.int64)
        weights = workspace.state[2 * nodes].astype(np.int64) - workspace.base_of[0]
        return nodes, weights, workspace.state[2 * nodes + 1].astype(np.int64)

    nodes, weights, seconds = _call(
        targets, seeds, np.zeros(1, np.int64), min(limit, NO_LIMIT), hits,
        needed=np.zeros(1, np.uint64), wanted=np.ones(1, np.int32), packed=NO_ROWS, trace=trace, keep=copy,
    )  # fmt: skip
    arcs = seeds.arc[seeds.arc >= 0]
    backward = layer.arc_segdir[arcs] & 1
    begin = np.where(backward, 1 - origin.fraction[0], origin.fraction[0])
    order = np.lexsort((nodes, weights))
    return Reached(nodes[order], weights[order], seconds[order], arcs, begin)


def warm(layer: Layer) -> None:
    """Compile or load the kernel, so that the first user does not wait for it."""
    lat, lon = layer.node_xy[0][::-1] * 1e-7
    places = snap_points(layer, [("warm", float(lat), float(lon))])
    targets = prepare_targets(layer, places)
    nearest(targets, places, k=1, limit=1, threads=1)


__all__ = [
    "NO_BITS",
    "Hits",
    "Matrix",
    "Overlay",
    "Path",
    "Piece",
    "Reached",
    "Targets",
    "many_to_many",
    "nearest",
    "one_to_many",
    "prepare_targets",
    "reach_nodes",
    "route",
    "warm",
]
