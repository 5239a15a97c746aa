"""Destinations and origins as arcs of the search: what the kernel walks besides the roads themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.attach import Rows, arriving, leaving, same_road
from geo.overlay import NOTHING, Overlay
from geo.runtime import kernel
from geo.snapping import Places, snap_points

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.graph import Layer


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
    parts = [_numbered(arriving(layer, places), item=first)[SWAPPED], *_extra_rows(layer, overlay, ends)]
    if len(ends):
        parts.append(_numbered(same_road(layer, ends, places, by_segment), item=layer.nodes, node=first))
    tail, head, weight, second, road = _open(np.concatenate(parts, axis=1), closed)
    order = np.lexsort((second, weight, head, tail))
    tail = tail[order]
    index = np.zeros(2 * (first // 64 + 1), np.uint64)
    start = np.empty(tail.size + 1, np.int32)
    tails = kernel().index_tails(tail, index, start)
    return Targets(
        layer=layer,
        places=places,
        mask=np.zeros(len(places), np.uint64) if mask is None else mask.astype(np.uint64),
        overlay=overlay,
        closed=closed,
        first=first,
        index=index,
        start=start[: tails + 1],
        arc=_in_order(order, head, weight, second),
        tail=tail,
        road_arc=road[order],
        by_segment=by_segment,
        ends=ends,
    )


def _open(rows: Rows, closed: NDArray[np.uint64]) -> Rows:
    """Without the rows over closed arcs."""
    if not closed.size:
        return rows
    arc = np.maximum(rows[4], 0)
    shut = (closed[arc >> 6] >> (arc & 63).astype(np.uint64)) & np.uint64(1) > 0
    return rows[:, ~(shut & (rows[4] >= 0))]


def _numbered(rows: Rows, *, item: int = 0, node: int = 0) -> Rows:
    """The same rows, numbered from other nodes on."""
    rows[0] += item
    rows[1] += node
    return rows


SWAPPED = [1, 0, 2, 3, 4]
"""Rows from the node to the item."""
NOWHERE = Places(np.empty((0, 2), np.int32), np.empty(0, np.int64), np.empty(0), np.empty(0), ())


def _ends(layer: Layer, overlay: Overlay) -> Places:
    points = [(road.name, *point) for road in overlay.extra for point in (road.start, road.end)]
    return snap_points(layer, points, skip=overlay.segment_bits(layer)) if points else NOWHERE


def _extra_rows(layer: Layer, overlay: Overlay, ends: Places) -> list[Rows]:
    """Arcs of the extra roads: node → end of the road, over the road, and off it again."""
    if not overlay.extra:
        return []
    number = layer.nodes
    near = same_road(layer, ends, ends, np.argsort(ends.segment, kind="stable"))
    rows = [
        _numbered(arriving(layer, ends), item=number)[SWAPPED],
        _numbered(leaving(layer, ends), item=number),
        _numbered(near[:, near[0] != near[1]], item=number, node=number),
    ]
    for row in rows:
        np.maximum(row[2:4], 1, out=row[2:4])
    for at, road in enumerate(overlay.extra):
        metres_dm, seconds_ds = max(1, round(road.length_m() * 10)), max(1, round(road.length_m() * 36 / road.kmh))
        cost = ([seconds_ds], [metres_dm]) if layer.seconds_first else ([metres_dm], [seconds_ds])
        ways = [(2 * at, 2 * at + 1), (2 * at + 1, 2 * at)] if road.both_ways else [(2 * at, 2 * at + 1)]
        rows.extend(np.array([[begin + number], [end + number], *cost, [-2]], np.int64) for begin, end in ways)
    return rows


def _in_order(order: NDArray[np.int64], *columns: NDArray[np.int64]) -> NDArray[np.int32]:
    """Columns as rows, flat, as the kernel reads them."""
    rows = np.empty((order.size, len(columns)), np.int32)
    for number, column in enumerate(columns):
        rows[:, number] = column[order]
    return rows.reshape(-1)


@dataclass(frozen=True, slots=True)
class Seeds:
    """How every origin gets on the road, and to destinations and extra roads on its own road.

    Attributes
    ----------
    start, rows
        CSR: origin → rows of (node, weight, second).
    arc
        Per row the arc it goes over, -1 when the origin is at the node itself.
    first_node
        Lowest node per origin: origins are searched in this order, so that neighbours share the cache.
    """

    start: NDArray[np.int64]
    rows: NDArray[np.int32]
    arc: NDArray[np.int64]
    first_node: NDArray[np.int64]


def seeds_of(targets: Targets, origins: Places) -> Seeds:
    """Lay out how to leave every origin."""
    layer = targets.layer
    parts = [
        leaving(layer, origins),
        _numbered(same_road(layer, origins, targets.places, targets.by_segment), node=targets.first),
    ]
    if len(targets.ends):
        by_segment = np.argsort(targets.ends.segment, kind="stable")
        parts.append(_numbered(same_road(layer, origins, targets.ends, by_segment), node=layer.nodes))
    item, node, weight, second, arc = _open(np.concatenate(parts, axis=1), targets.closed)
    order = np.lexsort((second, weight, node, item))
    start = np.searchsorted(item[order], np.arange(len(origins) + 1))
    rows = _in_order(order, node, weight, second)
    first_node = np.where(start[1:] > start[:-1], np.append(rows[::3], targets.first)[start[:-1]], targets.first)
    return Seeds(start, rows, arc[order], first_node)
