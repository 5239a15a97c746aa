# mypy: ignore-errors
# ruff: noqa: ANN001, ANN201, ANN202 -- numba finds the types; the arrays are named in geo.paths
"""The compiled way back along a path. Nothing here is called but by ``geo.paths``, through ``geo.kernel``."""

from __future__ import annotations

import numpy as np
from numba import njit

from geo.attach_kernel import behind as _behind


@njit(cache=True, nogil=True)
def _fraction(node, at_end, nodes, first, to_fractions, end_fractions):
    """Where a node lies on the segment of an arc: at the end of it, or at a place on it."""
    if node >= first:
        return to_fractions[node - first]
    if node >= nodes:
        return end_fractions[node - nodes]
    return np.float64(at_end)


@njit(cache=True, nogil=True)
def trace(
    parent, indptr, adj, arc_segdir, first, seed, seed_road, extra_arc, extra_tail, extra_road, from_fraction,
    to_fractions, end_fractions, numbers, fractions,
):  # fmt: skip
    """Write the pieces of the path to destination 0, last first, and return how many; those without room count too.

    A piece is a column of (segdir, weight, second), and one of the fractions where it begins and ends.
    """
    nodes = indptr.size - 1
    arcs = arc_segdir.size
    count = 0
    node = first
    while True:
        code = np.int64(parent[node])
        begin, end = 0.0, 1.0
        if 0 <= code < arcs:
            road = code
            weight = adj[3 * code + 1]
            second = adj[3 * code + 2]
            if arc_segdir[code] & 1:
                begin, end = end, begin
            node = _behind(indptr, code) - 1
        else:
            rows, roads, row = (seed, seed_road, -1 - code) if code < 0 else (extra_arc, extra_road, code - arcs)
            road = roads[row]
            head = np.int64(rows[3 * row])
            weight = rows[3 * row + 1]
            second = rows[3 * row + 2]
            if code >= 0:
                node = extra_tail[row]
            if road >= 0:
                backward = arc_segdir[road] & 1
                end = _fraction(head, 1 - backward, nodes, first, to_fractions, end_fractions)
                begin = from_fraction
                if code >= 0:
                    begin = _fraction(node, backward, nodes, first, to_fractions, end_fractions)
        if road != -1:
            if count < numbers.shape[1]:
                numbers[0, count] = arc_segdir[road] if road >= 0 else -2
                numbers[1, count] = weight
                numbers[2, count] = second
                fractions[0, count] = begin
                fractions[1, count] = end
            count += 1
        if code < 0:
            return count
