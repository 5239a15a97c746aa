"""Places on the road that were looked up before: the same stage places are destinations of every search.

Placing a point is a search of the grid; placing 2 000 destinations takes ten milliseconds, more than the search that
follows. The answer depends on the layer and the point only, so it is kept per layer of one version of a network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.snapping import NoTripReason, Places, snap_points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.graph import Layer

MOST_POINTS = 500_000
"""About 150 bytes each; above it the memory starts again."""

_Row = tuple[int, int, int, float, float, NoTripReason | None]


class KnownPlaces:
    """Remembers places per layer; safe for threads, because a memory only grows and is replaced as a whole."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], dict[tuple[float, float], _Row]] = {}

    def of(self, layer: Layer, points: Sequence[tuple[str, float, float]]) -> Places:
        """Do what ``snap_points`` does, asking it only for points that are new.

        Raises
        ------
        PointError
            A point is no place on earth.
        """
        key = (layer.graph.digest, layer.definition_id)
        known = self._rows.setdefault(key, {})
        if len(known) > MOST_POINTS:
            # A new memory, not an emptied one: another thread may be reading the old one.
            known = self._rows[key] = {}
        new = [point for point in points if point[1:] not in known]
        if new:
            found = snap_points(layer, new)
            columns = (*found.xy.T.tolist(), found.segment.tolist(), found.fraction.tolist(), found.gap_m.tolist())
            for point, *row in zip(new, *columns, found.reasons, strict=True):
                known[point[1:]] = tuple(row)
        rows = [known[point[1:]] for point in points]
        east, north, segment, fraction, gap_m, reasons = zip(*rows, strict=True) if rows else ((),) * 6
        return Places(
            np.array([east, north], np.int32).T.reshape(len(rows), 2).copy(),
            np.array(segment, np.int64),
            np.array(fraction, np.float64),
            np.array(gap_m, np.float64),
            tuple(reasons),
        )
