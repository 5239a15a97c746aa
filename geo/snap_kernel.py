# mypy: ignore-errors
# ruff: noqa: ANN001, ANN201 -- numba finds the types; the arrays are named in geo.snapping
"""The compiled placing of points on roads. Nothing here is called but by ``geo.snapping``, through ``geo.kernel``."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def snap(  # noqa: C901, PLR0912, PLR0915 -- one loop, compiled as one
    points, geometry, geometry_start, grid_shape, grid_start, grid_segment, usable, known, island, bit, skip,
    look_around_m, maximum_gap_m, segment, fraction, gap_m, reason,
):  # fmt: skip
    """Find the nearest place on a usable segment for every point, or why there is none.

    See ``geo.snapping`` for the arrays; a reason is 0 for none, 1 on an island, 2 too far from a road, 3 outside.
    """
    unit = 6371009.0 * np.pi / 180.0 * 1e-7
    columns = grid_shape[4]
    rows = grid_shape[5]
    for at in range(points.shape[0]):
        x = points[at, 0]
        y = points[at, 1]
        squeeze = np.cos(y * 1e-7 * np.pi / 180.0)
        cell_m = min(grid_shape[2] * unit * squeeze, grid_shape[3] * unit)
        if cell_m <= 0.0:
            cell_m = 1.0
        column = int(np.floor((x - grid_shape[0]) / grid_shape[2]))
        row = int(np.floor((y - grid_shape[1]) / grid_shape[3]))
        best = np.inf
        best_any = np.inf
        best_segment = -1
        best_other = -1
        best_fraction = 0.0
        ring = 0
        while True:
            # Everything within (ring - 1) squares has been seen; a listed point may be a third of a square away.
            safe = (ring - 1.5) * cell_m
            if safe > min(best, look_around_m + 1.0):
                break
            for r in range(max(0, row - ring), min(rows - 1, row + ring) + 1):
                edge = r == row - ring or r == row + ring
                for c in range(max(0, column - ring), min(columns - 1, column + ring) + 1):
                    if not edge and c != column - ring and c != column + ring:
                        continue
                    cell = r * columns + c
                    for item in range(grid_start[cell], grid_start[cell + 1]):
                        candidate = np.int64(grid_segment[item])
                        use = (usable[candidate] >> bit) & 1
                        if not use and not (known[candidate] >> bit) & 1:
                            continue
                        if skip.size > 0 and (skip[candidate >> 6] >> np.uint64(candidate & 63)) & np.uint64(1):
                            continue
                        begin = geometry_start[candidate]
                        end = geometry_start[candidate + 1]
                        along = 0.0
                        nearest = np.inf
                        nearest_along = 0.0
                        for p in range(begin, end - 1):
                            ax = (geometry[p, 0] - x) * unit * squeeze
                            ay = (geometry[p, 1] - y) * unit
                            dx = (np.float64(geometry[p + 1, 0]) - geometry[p, 0]) * unit * squeeze
                            dy = (np.float64(geometry[p + 1, 1]) - geometry[p, 1]) * unit
                            squared = dx * dx + dy * dy
                            length = np.sqrt(squared)
                            t = 0.0
                            if squared > 0.0:
                                t = min(1.0, max(0.0, -(ax * dx + ay * dy) / squared))
                            distance = np.hypot(ax + t * dx, ay + t * dy)
                            if distance < nearest:
                                nearest = distance
                                nearest_along = along + t * length
                            along += length
                        if not use:
                            if nearest < best_any or (nearest == best_any and candidate < best_other):
                                best_any = nearest
                                best_other = candidate
                        elif nearest < best or (nearest == best and candidate < best_segment):
                            best = nearest
                            best_segment = candidate
                            best_fraction = nearest_along / along if along > 0.0 else 0.0
                            if nearest_along < 0.1:
                                best_fraction = 0.0
                            elif along - nearest_along < 0.1:
                                best_fraction = 1.0
            ring += 1
        segment[at] = best_segment
        fraction[at] = best_fraction
        gap_m[at] = best
        # Beside a road of an island, a road across the water is no use, however near.
        on_island = best_other >= 0 and (island[best_other] >> bit) & 1
        if best <= maximum_gap_m and not (on_island and best_any * 4.0 + 20.0 < best):
            reason[at] = 0
            continue
        segment[at] = -1
        if best_any <= maximum_gap_m:
            reason[at] = 1
        elif best <= look_around_m:
            reason[at] = 2
        else:
            reason[at] = 3
