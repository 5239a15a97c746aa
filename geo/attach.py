"""Places on edges as arcs of the search: how to leave a place, and how to arrive at one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.graph import Layer
    from geo.snapping import Places


@dataclass(frozen=True, slots=True)
class Rows:
    """Connections between places and nodes.

    Attributes
    ----------
    item
        Which place.
    node
        Road node at the other end.
    weight, second
        Cost of the piece of road in between.
    arc
        The arc that piece belongs to, -1 when the place is at the node itself.
    """

    item: NDArray[np.int64]
    node: NDArray[np.int64]
    weight: NDArray[np.int64]
    second: NDArray[np.int64]
    arc: NDArray[np.int64]


def _part(whole: NDArray[Any], fraction: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.floor(whole * fraction + 0.5).astype(np.int64)


def _joined(parts: list[tuple[NDArray[Any], ...]]) -> Rows:
    columns = [np.concatenate(column).astype(np.int64) for column in zip(*parts, strict=True)]
    return Rows(*columns)


def offsets(layer: Layer, arcs: NDArray[Any], fraction: NDArray[np.float64]) -> tuple[NDArray[np.int64], ...]:
    """Weight and second value from the tail of each arc to the place ``fraction`` along its segment (drawing order)."""
    backward = (layer.arc_segdir[arcs] & 1).astype(bool)
    along = np.where(backward, 1.0 - fraction, fraction)
    return _part(layer.adj[3 * arcs + 1], along), _part(layer.adj[3 * arcs + 2], along)


def _open_arcs(layer: Layer, segdir: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and arcs of the directions that exist."""
    arcs = layer.base_arc[segdir].astype(np.int64)
    rows = np.flatnonzero(arcs >= 0)
    return rows, arcs[rows]


def at_nodes(layer: Layer, places: Places) -> NDArray[np.int64]:
    """Node of every place that is exactly at the end of its segment, -1 for all others."""
    node = np.full(len(places), -1, np.int64)
    for end in (0, 1):
        rows = np.flatnonzero((places.segment >= 0) & (places.fraction == end))
        if not rows.size:
            continue
        leaving = layer.base_arc[2 * places.segment[rows] + end].astype(np.int64)
        arriving = layer.base_arc[2 * places.segment[rows] + 1 - end].astype(np.int64)
        found = np.where(leaving >= 0, layer.tail_of(leaving), layer.adj[3 * np.maximum(arriving, 0)])
        node[rows] = found
    # The end of a road may be a copy made for a turn: somebody who starts here has not driven anything yet.
    on_end = np.flatnonzero(node >= 0)
    for at in on_end[np.isin(node[on_end], layer.copy_node)] if on_end.size else ():
        node[at] = layer.copy_base[np.flatnonzero(layer.copy_node == node[at])[0]]
    return node


def leaving(layer: Layer, places: Places) -> Rows:
    """How to leave every place: to the end of its road, both ways where that is allowed."""
    nodes = at_nodes(layer, places)
    at = np.flatnonzero(nodes >= 0)
    zero = np.zeros(at.size, np.int64)
    parts: list[tuple[NDArray[Any], ...]] = [(at, nodes[at], zero, zero, zero - 1)]
    items = np.flatnonzero((nodes < 0) & (places.segment >= 0))
    for direction in (0, 1):
        rows, arcs = _open_arcs(layer, 2 * places.segment[items] + direction)
        weight, second = offsets(layer, arcs, places.fraction[items[rows]])
        parts.append(
            (items[rows], layer.adj[3 * arcs], layer.adj[3 * arcs + 1] - weight, layer.adj[3 * arcs + 2] - second, arcs)
        )
    return _joined(parts)


def arriving(layer: Layer, places: Places) -> Rows:
    """How to arrive at every place, from each node where its road begins, copies for turns included."""
    nodes = at_nodes(layer, places)
    at = np.flatnonzero(nodes >= 0)
    zero = np.zeros(at.size, np.int64)
    parts: list[tuple[NDArray[Any], ...]] = [(at, nodes[at], zero, zero, zero - 1)]
    low, high = _runs(layer.copy_base, nodes[at])
    double, item = _ranges(low, high)
    parts.append((at[item], layer.copy_node[double], zero[item], zero[item], zero[item] - 1))
    items = np.flatnonzero((nodes < 0) & (places.segment >= 0))
    for direction in (0, 1):
        segdir = 2 * places.segment[items] + direction
        rows, arcs = _open_arcs(layer, segdir)
        low, high = _runs(layer.copy_segdir, segdir)
        double, item = _ranges(low, high)
        rows = np.concatenate([rows, item])
        arcs = np.concatenate([arcs, layer.copy_arc[double].astype(np.int64)])
        weight, second = offsets(layer, arcs, places.fraction[items[rows]])
        parts.append((items[rows], layer.tail_of(arcs), weight, second, arcs))
    return _joined(parts)


def _runs(ordered: NDArray[Any], values: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each value begins and ends in an ordered array."""
    same = values.astype(ordered.dtype)
    return np.searchsorted(ordered, same, side="left"), np.searchsorted(ordered, same, side="right")


def _ranges(low: NDArray[Any], high: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All numbers in ``[low, high)`` of every row, and the row each belongs to."""
    counts = high - low
    row = np.repeat(np.arange(counts.size), counts)
    return np.arange(row.size) - np.repeat(np.cumsum(counts) - counts, counts) + low[row], row


def same_road(layer: Layer, origins: Places, destinations: Places, order: NDArray[np.int64]) -> Rows:
    """Pairs on one segment that can be travelled without leaving it.

    Parameters
    ----------
    order
        Destinations by segment, made once for many questions.

    Returns
    -------
    Rows
        One row per pair and direction; ``item`` is the origin and ``node`` the destination.
    """
    ordered = destinations.segment[order]
    low, high = _runs(ordered, origins.segment)
    low = np.where(origins.segment < 0, high, low)
    found, origin = _ranges(low, high)
    if not found.size:
        return Rows(*(np.empty(0, np.int64) for _ in range(5)))
    destination = order[found]
    parts: list[tuple[NDArray[Any], ...]] = []
    for direction in (0, 1):
        rows, arcs = _open_arcs(layer, 2 * origins.segment[origin] + direction)
        from_weight, from_second = offsets(layer, arcs, origins.fraction[origin[rows]])
        to_weight, to_second = offsets(layer, arcs, destinations.fraction[destination[rows]])
        moved = destinations.fraction[destination[rows]] - origins.fraction[origin[rows]]
        ahead = (moved >= 0) if direction == 0 else (moved <= 0)
        parts.append(
            tuple(
                column[ahead]
                for column in (origin[rows], destination[rows], to_weight - from_weight, to_second - from_second, arcs)
            )
        )
    return _joined(parts)
