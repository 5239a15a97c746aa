# mypy: ignore-errors
# ruff: noqa: ANN001, ANN201, ANN202 -- numba finds the types; the arrays are named in geo.attach
"""The compiled joining of places to the roads they lie on. Nothing here is called but by ``geo.attach``.

Every function writes columns (item, node, weight, second, arc) in the order of the items, and returns how many there
are: also those that found no room, so that the caller can ask again with more.
"""

from __future__ import annotations

import numpy as np
from numba import njit

ZERO = np.int64(0)
NO_ARC = np.int64(-1)


@njit(cache=True, nogil=True)
def behind(ordered, value):
    """How many numbers of an ordered array are not above a value."""
    low = 0
    high = ordered.size
    while low < high:
        middle = (low + high) >> 1
        if ordered[middle] <= value:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True, nogil=True)
def _before(adj, arc_segdir, arc, fraction):
    """Weight and second value of an arc from its begin to the place ``fraction`` along its segment (drawing order)."""
    along = 1.0 - fraction if arc_segdir[arc] & 1 else fraction
    return np.int64(np.floor(adj[3 * arc + 1] * along + 0.5)), np.int64(np.floor(adj[3 * arc + 2] * along + 0.5))


@njit(cache=True, nogil=True)
def _put(rows, at, item, node, weight, second, arc):
    """Write one row where there is room. Every number is an int64: for other types it would be compiled once more."""
    if at < rows.shape[1]:
        rows[0, at] = item
        rows[1, at] = node
        rows[2, at] = weight
        rows[3, at] = second
        rows[4, at] = arc
    return at + 1


@njit(cache=True, nogil=True)
def _node_at(segment, fraction, indptr, adj, base_arc, copies, originals):
    """Node of a place that is exactly at the end of its segment, -1 for all others."""
    if segment < 0 or 0.0 < fraction < 1.0:
        return np.int64(-1)
    end = np.int64(fraction)
    away = np.int64(base_arc[2 * segment + end])
    # A place is on a road that one may use in one direction at least.
    towards = np.int64(base_arc[2 * segment + 1 - end])
    node = behind(indptr, away) - 1 if away >= 0 else np.int64(adj[3 * towards])
    # The end of a road may be a copy made for a turn: somebody who starts here has not driven anything yet.
    place = behind(copies, node) - 1
    if place >= 0 and copies[place] == node:
        return np.int64(originals[place])
    return node


@njit(cache=True, nogil=True)
def leave(segments, fractions, indptr, adj, arc_segdir, base_arc, copies, originals, rows):
    """How to leave every place: to the end of its road, both ways where that is allowed."""
    count = ZERO
    for item in range(segments.size):
        segment = segments[item]
        node = _node_at(segment, fractions[item], indptr, adj, base_arc, copies, originals)
        if node >= 0:
            count = _put(rows, count, np.int64(item), node, ZERO, ZERO, NO_ARC)
        elif segment >= 0:
            for direction in range(2):
                arc = np.int64(base_arc[2 * segment + direction])
                if arc >= 0:
                    weight, second = _before(adj, arc_segdir, arc, fractions[item])
                    weight, second = adj[3 * arc + 1] - weight, adj[3 * arc + 2] - second
                    count = _put(rows, count, item, np.int64(adj[3 * arc]), weight, second, arc)
    return count


@njit(cache=True, nogil=True)
def arrive(
    segments, fractions, indptr, adj, arc_segdir, base_arc, copies, originals, copy_base, copy_node, copy_segdir,
    copy_arc, rows,
):  # fmt: skip
    """How to arrive at every place, from each node where its road begins, copies for turns included."""
    count = ZERO
    for item in range(segments.size):
        segment = segments[item]
        node = _node_at(segment, fractions[item], indptr, adj, base_arc, copies, originals)
        if node >= 0:
            count = _put(rows, count, np.int64(item), node, ZERO, ZERO, NO_ARC)
            for double in range(behind(copy_base, node - 1), behind(copy_base, node)):
                count = _put(rows, count, np.int64(item), np.int64(copy_node[double]), ZERO, ZERO, NO_ARC)
        elif segment >= 0:
            for direction in range(2):
                segdir = 2 * segment + direction
                first = behind(copy_segdir, segdir - 1)
                for double in range(first - 1, behind(copy_segdir, segdir)):
                    arc = np.int64(base_arc[segdir] if double < first else copy_arc[double])
                    if arc >= 0:
                        weight, second = _before(adj, arc_segdir, arc, fractions[item])
                        count = _put(rows, count, item, behind(indptr, arc) - 1, weight, second, arc)
    return count


@njit(cache=True, nogil=True)
def meet(segments, fractions, to_segments, to_fractions, by_segment, adj, arc_segdir, base_arc, rows):
    """Pairs on one segment that can be travelled without leaving it; the node is the number of the destination."""
    count = ZERO
    for item in range(segments.size):
        segment = segments[item]
        if segment < 0:
            continue
        low = 0
        high = by_segment.size
        while low < high:
            middle = (low + high) >> 1
            if to_segments[by_segment[middle]] < segment:
                low = middle + 1
            else:
                high = middle
        while low < by_segment.size and to_segments[by_segment[low]] == segment:
            to = by_segment[low]
            low += 1
            for direction in range(2):
                arc = np.int64(base_arc[2 * segment + direction])
                moved = to_fractions[to] - fractions[item]
                if arc >= 0 and (moved <= 0.0 if direction else moved >= 0.0):
                    weight, second = _before(adj, arc_segdir, arc, fractions[item])
                    to_weight, to_second = _before(adj, arc_segdir, arc, to_fractions[to])
                    count = _put(rows, count, item, to, to_weight - weight, to_second - second, arc)
    return count


@njit(cache=True, nogil=True)
def index_tails(tails, index, start):
    """Where the rows of each tail begin, and which tails there are: bits, interleaved with how many come before.

    ``tails`` are in order; returns how many different ones there are. See ``geo.targets``.
    """
    found = 0
    for at in range(tails.size):
        node = tails[at]
        if at == 0 or node != tails[at - 1]:
            start[found] = at
            found += 1
            index[2 * (node >> 6)] |= np.uint64(1) << np.uint64(node & 63)
            index[2 * (node >> 6) + 1] += np.uint64(1)
    start[found] = tails.size
    before = np.uint64(0)
    for word in range(index.size >> 1):
        here = index[2 * word + 1]
        index[2 * word + 1] = before
        before += here
    return found
