"""Places on edges as arcs of the search: how to leave a place, and how to arrive at one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from geo.runtime import kernel

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.graph import Layer
    from geo.snapping import Places


Rows = NDArray[np.int64]
"""Connections between places and nodes, one per column: which place (its item), the road node at the other end, weight
and second value of the piece of road in between, and the arc it belongs to: -1 when the place is at the node itself."""


def leaving(layer: Layer, places: Places) -> Rows:
    """How to leave every place: to the end of its road, both ways where that is allowed."""
    return _written(
        kernel().leave, len(places), places.segment, places.fraction, layer.indptr, layer.adj, layer.arc_segdir,
        layer.base_arc, *layer.originals,
    )  # fmt: skip


def arriving(layer: Layer, places: Places) -> Rows:
    """How to arrive at every place, from each node where its road begins, copies for turns included."""
    return _written(
        kernel().arrive, len(places), places.segment, places.fraction, layer.indptr, layer.adj, layer.arc_segdir,
        layer.base_arc, *layer.originals, layer.copy_base, layer.copy_node, layer.copy_segdir, layer.copy_arc,
    )  # fmt: skip


def same_road(layer: Layer, origins: Places, destinations: Places, order: NDArray[np.int64]) -> Rows:
    """Pairs on one segment that can be travelled without leaving it.

    Parameters
    ----------
    order
        Destinations by segment, made once for many questions.

    Returns
    -------
    Rows
        One per pair and direction; the item is the origin and the node is the number of the destination.
    """
    return _written(
        kernel().meet, len(origins), origins.segment, origins.fraction, destinations.segment, destinations.fraction,
        order, layer.adj, layer.arc_segdir, layer.base_arc,
    )  # fmt: skip


def _written(write: Callable[..., int], items: int, *arrays: Any) -> Rows:
    """What the kernel writes; most places need two columns, and it says when that is too little."""
    room = 2 * items + 8
    while True:
        columns = np.empty((5, room), np.int64)
        count = write(*arrays, columns)
        if count <= room:
            return columns[:, :count]
        room = count
