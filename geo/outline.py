"""The outline of a raster: squares that belong together as polygons with holes.

The corners are found for the whole raster at once and paired along rows and along columns, so the work grows with the
length of the outline and not with the number of squares. Squares that only touch at a corner are not connected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import shapely
    from numpy.typing import NDArray

Ring = list[tuple[int, int]]


def outline(covered: NDArray[np.bool_]) -> shapely.MultiPolygon:
    """Polygons around the true squares, in units of a square: x is the column, y the row.

    Returns
    -------
    shapely.MultiPolygon
        Valid, with the same inside as the union of the squares; the same raster always gives the same polygons.
    """
    import shapely
    from scipy.ndimage import label

    part_of, _ = label(covered)
    shells: dict[int, Ring] = {}
    holes: dict[int, list[Ring]] = {}
    for part, ring in _rings(covered, part_of):
        if _doubled_area(ring) > 0:
            shells[part] = ring
        else:
            holes.setdefault(part, []).append(ring)
    return shapely.MultiPolygon([(shell, holes.get(part, [])) for part, shell in shells.items()])


def _rings(covered: NDArray[np.bool_], part_of: NDArray[Any]) -> Iterator[tuple[int, Ring]]:
    """Every ring with its inside on the left, and the number of the part that it borders."""
    row, column, along, up = _corners(covered)
    padded = np.pad(part_of, 1)
    # Part on the upper and the lower side of the edge that leaves each corner along its row.
    left = np.minimum(column, column[along])
    above, below = padded[row + 1, left + 1], padded[row, left + 1]
    # With its inside on the left a ring runs to the right where the part is above.
    begins = ((above > 0) == (column < column[along])).tolist()
    parts = np.where(above > 0, above, below).tolist()
    points = list(zip(column.tolist(), row.tolist(), strict=True))
    to_side, to_next = along.tolist(), up.tolist()
    seen = bytearray(len(points))
    for first, begin in enumerate(begins):
        if not begin or seen[first]:
            continue
        ring: Ring = []
        at = first
        while not seen[at]:
            seen[at] = 1
            other = to_side[at]
            ring += (points[at], points[other])
            at = to_next[other]
        for piece in _apart(ring):
            yield parts[first], piece


def _corners(covered: NDArray[np.bool_]) -> tuple[NDArray[np.int64], ...]:
    """Row and column of every corner, row by row, and of each its partner along the row and along the column.

    Where two squares touch at a corner only, that corner counts twice: once for each square.
    """
    around = np.pad(covered, 1)
    south_west, south_east, north_west, north_east = around[:-1, :-1], around[:-1, 1:], around[1:, :-1], around[1:, 1:]
    rising = south_west & north_east & ~south_east & ~north_west
    falling = south_east & north_west & ~south_west & ~north_east
    touching = rising | falling
    times = (south_west ^ south_east ^ north_west ^ north_east).astype(np.int8) + 2 * touching
    row, column = np.nonzero(times)
    repeated = times[row, column]
    row, column = np.repeat(row, repeated), np.repeat(column, repeated)
    count = row.size
    along = np.arange(count) ^ 1
    # Of a doubled corner the first one leads to the left. That square is the lower one where the touch is rising, so
    # there the first corner comes first upwards too; where it is falling the second one does.
    second = np.zeros(count, bool)
    second[1:] = (row[1:] == row[:-1]) & (column[1:] == column[:-1])
    rank = np.where(falling[row, column], ~second, second)
    order = np.lexsort((rank, row, column))
    up = np.empty(count, np.int64)
    up[order] = order[along]
    return row, column, along, up


def _apart(ring: Ring) -> Iterator[Ring]:
    """Cut a ring that touches itself at a corner into rings that do not."""
    if len(set(ring)) == len(ring):
        yield ring
        return
    path: Ring = []
    place: dict[tuple[int, int], int] = {}
    for point in ring:
        if point in place:
            begin = place[point]
            yield path[begin:]
            for gone in path[begin + 1 :]:
                del place[gone]
            del path[begin + 1 :]
        else:
            place[point] = len(path)
            path.append(point)
    yield path


def _doubled_area(ring: Ring) -> int:
    """Twice the area of a ring; negative when it runs clockwise."""
    return sum(
        x * (after - before)
        for (x, _), (_, before), (_, after) in zip(ring, ring[-1:] + ring[:-1], ring[1:] + ring[:1], strict=True)
    )
