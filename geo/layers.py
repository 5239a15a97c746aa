"""Segments + one DistanceDefinition → the directed graph that the search kernel walks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from geo.definition import DistanceDefinition, Weight
from geo.hilbert import hilbert_key
from geo.profiles import MODES
from geo.restrictions import expand, turns_of, without_turning_round

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.assemble import Segments
    from geo.raw import RawNetwork

BIGGEST_PIECES = 20
ISLAND_M = 1000  # of road; a shorter piece is a mapping detail, and a point beside it is placed on the next road


@dataclass(slots=True)
class BuiltLayer:
    """One definition, ready to be written.

    Attributes
    ----------
    arrays
        Name → array, as they go to disk (see ``geo.graph.Layer``).
    allowed, snap, island
        Per segment: whether this definition may use it at all, whether a trip may begin or end on it, and whether it is
        part of a piece of some size that is not connected.
    dropped
        What was left out because it is not connected both ways with the largest part.
    """

    arrays: dict[str, NDArray[Any]]
    allowed: NDArray[np.bool_]
    snap: NDArray[np.bool_]
    island: NDArray[np.bool_]
    dropped: dict[str, Any]


@dataclass(slots=True)
class _Arcs:
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    seconds_ds: NDArray[np.int64]
    metres_dm: NDArray[np.int64]
    segdir: NDArray[np.int64]

    def take(self, rows: NDArray[Any]) -> _Arcs:
        """The same table with these rows only."""
        return _Arcs(self.tail[rows], self.head[rows], self.seconds_ds[rows], self.metres_dm[rows], self.segdir[rows])


def build_layer(raw: RawNetwork, segments: Segments, definition: DistanceDefinition) -> BuiltLayer:
    """Build the graph of one definition: who may go where, weights, turns, and only what hangs together."""
    arcs, node_xy, node_junction = _arcs_of(raw, segments, definition)
    allowed = np.zeros(len(segments), bool)
    allowed[arcs.segdir >> 1] = True
    node_base = np.arange(len(node_xy))
    main = largest_strong_part(arcs.tail, arcs.head, len(node_xy))
    dropped, island = _describe_dropped(raw, segments, arcs, main, node_xy)
    arcs = arcs.take(main[arcs.tail] & main[arcs.head])
    if definition.turn_restrictions and raw.restrictions:
        arcs, copy_of = _with_turns(raw, segments, definition, arcs, node_junction)
        node_base = np.concatenate([node_base, copy_of])
        node_xy = node_xy[node_base]
        main = largest_strong_part(arcs.tail, arcs.head, len(node_xy))
        arcs = arcs.take(main[arcs.tail] & main[arcs.head])
    arrays = _csr(arcs, node_xy, node_base, len(segments), definition)
    rule_snap = np.array([rule.snap for rule in raw.ways.rules])
    snap = rule_snap[np.frombuffer(raw.ways.rule, np.int32)[segments.way]]
    base = arrays["base_arc"]
    snap &= (base[0::2] >= 0) | (base[1::2] >= 0)
    return BuiltLayer(arrays, allowed, snap, island, dropped)


def _arcs_of(
    raw: RawNetwork, segments: Segments, definition: DistanceDefinition
) -> tuple[_Arcs, NDArray[np.int32], NDArray[np.int64]]:
    """Arcs per direction that this definition may use, and the nodes they meet at."""
    rules = raw.ways.rules
    judged = [rule.judgement(definition.mode) for rule in rules]
    speed = np.array(
        [
            [definition.speed_kmh(kind, rule.maxspeed_kmh) or 0.0 for kind in (way.forward, way.backward)]
            for way, rule in zip(judged, rules, strict=True)
        ]
    )
    ferry = np.array(["ferry" in way for way in judged])
    rule_of = np.frombuffer(raw.ways.rule, np.int32)[segments.way]
    start, end = segments.start.astype(np.int64), segments.end.astype(np.int64)
    node_junction = np.arange(segments.junction_node.size)
    start, end, node_junction = _part_at_barriers(raw, segments, definition, start, end, node_junction)
    parts = []
    for direction, (tail, head) in enumerate(((start, end), (end, start))):
        rows = np.flatnonzero(speed[rule_of, direction] > 0)
        kmh = speed[rule_of[rows], direction]
        seconds_ds = segments.dm[rows] * 3.6 / kmh
        _time_ferries(raw, segments, definition, rows, ferry[rule_of[rows]], seconds_ds)
        parts.append((tail[rows], head[rows], seconds_ds, segments.dm[rows], rows * 2 + direction))
    tail, head, seconds, metres, segdir = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    whole_seconds = np.maximum(1, np.rint(seconds)).astype(np.int64)
    node_xy = raw.node_xy[segments.junction_node[node_junction]]
    return _Arcs(tail, head, whole_seconds, metres.astype(np.int64), segdir), node_xy, node_junction


def _part_at_barriers(
    raw: RawNetwork,
    segments: Segments,
    definition: DistanceDefinition,
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    node_junction: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Give every road its own end at a closed barrier: it can be reached from both sides and passed from none."""
    bit = 1 << MODES.index(definition.mode)
    closed_ids = np.array(sorted(node for node, modes in raw.barriers.items() if modes & bit), np.int64)
    closed = np.flatnonzero(np.isin(raw.node_ids[segments.junction_node], closed_ids))
    if not closed.size:
        return start, end, node_junction
    start, end = start.copy(), end.copy()
    for side in (start, end):
        rows = np.flatnonzero(np.isin(side, closed))
        fresh = np.arange(rows.size) + node_junction.size
        node_junction = np.concatenate([node_junction, node_junction[side[rows]]])
        side[rows] = fresh
    return start, end, node_junction


def _time_ferries(
    raw: RawNetwork,
    segments: Segments,
    definition: DistanceDefinition,
    rows: NDArray[np.int64],
    ferry: NDArray[np.bool_],
    seconds_ds: NDArray[np.float64],
) -> None:
    """Replace the time of crossings: the mapped duration, or sailing at ``ferry_kmh`` after waiting."""
    at = np.flatnonzero(ferry)
    if not at.size:
        return
    way = segments.way[rows[at]]
    way_dm = np.bincount(segments.way, weights=segments.dm, minlength=len(raw.ways.ids))[way]
    share = segments.dm[rows[at]] / way_dm
    duration = np.frombuffer(raw.ways.duration_ds, np.int32)[way]
    sailing = seconds_ds[at] + definition.ferry_wait_s * 10 * share
    seconds_ds[at] = np.where(duration >= 0, duration * share, sailing)


def largest_strong_part(tail: NDArray[np.int64], head: NDArray[np.int64], nodes: int) -> NDArray[np.bool_]:
    """Mark the nodes of the largest strongly connected part; equal sizes go to the part with the lowest node."""
    labels = _components(tail, head, nodes, "strong")
    sizes = np.bincount(labels, minlength=1)
    first = np.full(sizes.size, nodes)
    np.minimum.at(first, labels, np.arange(labels.size))
    best = np.lexsort((first, -sizes))[0]
    main: NDArray[np.bool_] = labels == best
    return main


def _components(
    tail: NDArray[np.int64], head: NDArray[np.int64], nodes: int, connection: Literal["weak", "strong"]
) -> NDArray[np.int32]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(tail.size, np.int8)
    graph = coo_array((ones, (tail.astype(np.int32), head.astype(np.int32))), shape=(nodes, nodes)).tocsr()
    labels: NDArray[np.int32] = connected_components(graph, directed=True, connection=connection)[1]
    return labels


def _describe_dropped(
    raw: RawNetwork, segments: Segments, arcs: _Arcs, main: NDArray[np.bool_], node_xy: NDArray[np.int32]
) -> tuple[dict[str, Any], NDArray[np.bool_]]:
    """Say what is not part of the largest connected part, where the biggest pieces are, and which are islands."""
    out = ~(main[arcs.tail] & main[arcs.head])
    lost = arcs.take(out)
    used = np.zeros(len(node_xy), bool)
    used[arcs.tail] = used[arcs.head] = True
    outside = used & ~main
    both = outside[lost.tail] & outside[lost.head]
    labels = _components(lost.tail[both], lost.head[both], len(node_xy), "weak")
    names, sizes = np.unique(labels[outside], return_counts=True)
    street = {index: name for name, index in raw.ways.names.items()}
    way_name = np.frombuffer(raw.ways.name, np.int32)
    biggest = []
    for label in names[np.lexsort((names, -sizes))][:BIGGEST_PIECES]:
        nodes = np.flatnonzero((labels == label) & outside)
        rows = np.flatnonzero(labels[lost.tail] == label)
        pieces = np.unique(lost.segdir[rows] >> 1)
        lon, lat = (node_xy[nodes].mean(axis=0) * 1e-7).round(5).tolist()
        here = sorted({street[index] for index in way_name[segments.way[pieces]].tolist()} - {""})
        biggest.append(
            {
                "nodes": int(nodes.size),
                "metres": int(segments.dm[pieces].sum() // 10),
                "lat": lat,
                "lon": lon,
                "place": _nearest_place(raw.places, lat, lon),
                "streets": here[:3],
            }
        )
    owner, first = np.unique(lost.segdir >> 1, return_index=True)
    piece = labels[np.where(outside[lost.tail], lost.tail, lost.head)][first]
    metres = np.bincount(piece, weights=segments.dm[owner] / 10, minlength=1)
    island = np.zeros(len(segments), bool)
    island[owner[metres[piece] >= ISLAND_M]] = True
    lost_segments = np.setdiff1d(lost.segdir >> 1, arcs.segdir[~out] >> 1)
    report = {
        "pieces": len(names),
        "nodes": int(outside.sum()),
        "share_of_nodes": round(float(outside.sum()) / max(1, int(used.sum())), 4),
        "metres": int(segments.dm[lost_segments].sum() // 10),
        "biggest": biggest,
    }
    return report, island


def _nearest_place(places: list[tuple[str, float, float]], lat: float, lon: float) -> str | None:
    if not places:
        return None
    return min(places, key=lambda place: ((place[1] - lat) ** 2 + ((place[2] - lon) * 0.62) ** 2, place[0]))[0]


def _with_turns(
    raw: RawNetwork,
    segments: Segments,
    definition: DistanceDefinition,
    arcs: _Arcs,
    node_junction: NDArray[np.int64],
) -> tuple[_Arcs, NDArray[np.int64]]:
    """Arcs that obey the turns, and the original of every node copied for them."""
    bit = 1 << MODES.index(definition.mode)
    bound = [restriction for restriction in raw.restrictions if restriction.modes & bit]
    way_ids = np.frombuffer(raw.ways.ids, np.int64)
    concerned = np.unique(np.array([way for restriction in bound for way in restriction.ways], np.int64))
    arc_way = way_ids[segments.way[arcs.segdir >> 1]]
    rows = np.flatnonzero(np.isin(arc_way, concerned))
    arcs_of_way: dict[int, list[int]] = {}
    for row in rows.tolist():
        arcs_of_way.setdefault(int(arc_way[row]), []).append(row)
    via = {node for restriction in bound for node in restriction.via_nodes}
    ids = raw.node_ids[segments.junction_node[node_junction]]
    at = np.flatnonzero(np.isin(ids, np.array(sorted(via), np.int64)))
    node_of_id: dict[int, int] = {}
    for node in at.tolist():
        node_of_id.setdefault(int(ids[node]), node)
    turns = list(turns_of(bound, arcs_of_way, arcs.tail, arcs.head, node_of_id))
    turns = without_turning_round(turns, arcs.tail, arcs.head, arcs.segdir)
    grown = expand(turns, arcs.tail, arcs.head, node_junction.size)
    result = arcs.take(grown.base)
    result.tail, result.head = grown.tail, grown.head
    return result, grown.copy_of


def _csr(
    arcs: _Arcs,
    node_xy: NDArray[np.int32],
    node_base: NDArray[np.int64],
    segment_count: int,
    definition: DistanceDefinition,
) -> dict[str, NDArray[Any]]:
    """Renumber the nodes along the Hilbert curve and lay the arcs out by tail."""
    used = np.zeros(len(node_xy), bool)
    used[arcs.tail] = used[arcs.head] = True
    kept = np.flatnonzero(used)
    kept = kept[np.argsort(hilbert_key(node_xy[kept]), kind="stable")]
    number = np.full(len(node_xy), -1, np.int64)
    number[kept] = np.arange(kept.size)
    tail, head = number[arcs.tail], number[arcs.head]
    # Arcs made first are the originals; copies of turns come later and must stay behind them.
    order = np.lexsort((np.arange(tail.size), arcs.segdir, head, tail))
    tail, head, arcs = tail[order], head[order], arcs.take(order)
    indptr = np.zeros(kept.size + 1, np.int32)
    np.cumsum(np.bincount(tail, minlength=kept.size), out=indptr[1:])
    first, second = arcs.seconds_ds, arcs.metres_dm
    if definition.weight is Weight.METRES:
        first, second = second, first
    adj = np.stack([head, first, second], axis=1).astype(np.int32).reshape(-1)
    base_arc = np.full(2 * segment_count, -1, np.int32)
    by_age = np.argsort(order, kind="stable")  # arc numbers, oldest first
    oldest_first = arcs.segdir[by_age]
    unique, at = np.unique(oldest_first, return_index=True)
    base_arc[unique] = by_age[at]
    copies = np.setdiff1d(np.arange(tail.size), base_arc[unique])
    copies = copies[np.argsort(arcs.segdir[copies], kind="stable")]
    copied = kept[node_base[kept] != kept]
    bases, doubles = number[node_base[copied]], number[copied]
    sort = np.lexsort((doubles, bases))
    return {
        "indptr": indptr,
        "adj": adj,
        "arc_segdir": arcs.segdir.astype(np.int32),
        "node_xy": np.ascontiguousarray(node_xy[kept]),
        "base_arc": base_arc,
        "copy_segdir": arcs.segdir[copies].astype(np.int32),
        "copy_arc": copies.astype(np.int32),
        "copy_base": bases[sort].astype(np.int32),
        "copy_node": doubles[sort].astype(np.int32),
    }
