"""A grid over the roads, so that the nearest place on a road is found by looking at a few squares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.assemble import Segments

CELL_M = 250.0
MAX_CELLS = 4_000_000
METRES_PER_UNIT = 6_371_009.0 * np.pi / 180 * 1e-7  # of latitude, per 1e-7 degree


@dataclass(frozen=True, slots=True)
class Grid:
    """Squares over the bounding box; every road is listed in the squares of points at most half a square apart.

    Attributes
    ----------
    shape
        ``[low x, low y, width of a square, height of a square, columns, rows]`` in 1e-7 degree.
    start, segment
        CSR: square → segments.
    """

    shape: NDArray[np.int64]
    start: NDArray[np.int32]
    segment: NDArray[np.int32]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """As they go to disk."""
        return {"grid_shape": self.shape, "grid_start": self.start, "grid_segment": self.segment}


def build_grid(segments: Segments) -> Grid:
    """List every segment in the squares it comes near."""
    xy = segments.geometry.astype(np.int64)
    low, high = xy.min(axis=0), xy.max(axis=0)
    squeeze = float(np.cos(np.radians((low[1] + high[1]) / 2 * 1e-7)))
    area_m2 = float(np.prod((high - low + 1) * METRES_PER_UNIT * np.array([squeeze, 1.0])))
    cell_m = max(CELL_M, (area_m2 / MAX_CELLS) ** 0.5)
    width, height = max(1, int(cell_m / METRES_PER_UNIT / squeeze)), max(1, int(cell_m / METRES_PER_UNIT))
    columns, rows = int((high[0] - low[0]) // width) + 1, int((high[1] - low[1]) // height) + 1
    size = np.array([width, height])
    owner = np.repeat(np.arange(len(segments)), np.diff(segments.geometry_start))
    inside = np.flatnonzero(owner[1:] == owner[:-1])
    a, b = xy[inside], xy[inside + 1]
    pieces = np.maximum(1, np.ceil(np.abs(b - a) * 2 / size).max(axis=1)).astype(np.int64)
    step = np.repeat(np.arange(inside.size), pieces + 1)
    part = (np.arange(step.size) - np.repeat(np.cumsum(pieces + 1) - pieces - 1, pieces + 1)) / pieces[step]
    points = a[step] + np.rint((b[step] - a[step]) * part[:, None]).astype(np.int64)
    cell = ((points - low) // size) @ np.array([1, columns])
    keys = np.unique(cell * len(segments) + owner[inside[step]])
    start = np.zeros(columns * rows + 1, np.int32)
    np.cumsum(np.bincount(keys // len(segments), minlength=columns * rows), out=start[1:])
    shape = np.array([low[0], low[1], width, height, columns, rows], np.int64)
    return Grid(shape, start, (keys % len(segments)).astype(np.int32))
