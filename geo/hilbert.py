"""Order along a Hilbert curve: what lies close together on earth lies close together on disk and in the cache.

Source: J. Skilling, "Programming the Hilbert curve", AIP Conference Proceedings 707 (2004).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BITS = 20


def hilbert_key(xy: NDArray[np.int32]) -> NDArray[np.int64]:
    """Position of each point along the curve, on a grid of ``2**20`` squares a side over the bounding box."""
    if not len(xy):
        return np.zeros(0, np.int64)
    low = xy.min(axis=0).astype(np.int64)
    span = max(1, int((xy.max(axis=0).astype(np.int64) - low).max()))
    grid = ((xy - low) * ((1 << BITS) - 1) // span).astype(np.int64)
    x, y = grid[:, 0].copy(), grid[:, 1].copy()
    key = np.zeros(len(xy), np.int64)
    side = 1 << (BITS - 1)
    while side:
        right, upper = (x & side) > 0, (y & side) > 0
        key += side * side * ((3 * right.astype(np.int64)) ^ upper)
        # Turn the quadrant so that its entry and exit meet those of its neighbours.
        flip = ~upper & right
        x[flip], y[flip] = side - 1 - (x[flip] & (side - 1)), side - 1 - (y[flip] & (side - 1))
        x, y = np.where(~upper, y, x), np.where(~upper, x, y)
        x &= side - 1
        y &= side - 1
        side >>= 1
    return key


def hilbert_rank(xy: NDArray[np.int32]) -> NDArray[np.int64]:
    """Stable order of the points along the curve."""
    return np.argsort(hilbert_key(xy), kind="stable")
