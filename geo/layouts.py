"""Lists of destinations laid out on the road, so that a list that is asked about again costs nothing."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from geo.errors import RequestError
from geo.known_places import KnownPlaces
from geo.overlay import NOTHING, Overlay
from geo.snapping import Places, snap_points
from geo.targets import Targets, prepare_targets
from geo.units import to_gaps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.graph import Layer

Named = tuple[str, float, float]

KEPT = 8
"""How many lists are remembered: the stage places of the installation, in every definition that is used."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Destinations in the order of their ids, ready to be searched for.

    Attributes
    ----------
    given
        The list as it was asked about.
    ids
        Sorted, so that the number of a destination is its rank in a tie.
    in_order
        Whether ``given`` was in that order already.
    """

    layer: Layer
    given: Sequence[Named]
    ids: tuple[str, ...]
    in_order: bool
    places: Places
    targets: Targets
    gaps: tuple[float | None, ...]


class Layouts:
    """Lays lists out, and remembers the last few that were given as a tuple.

    A tuple cannot change, so the same object needs no second look; another tuple with the same contents is laid out
    anew. Safe for threads.
    """

    def __init__(self) -> None:
        self._points = KnownPlaces()
        self._kept: tuple[Layout, ...] = ()
        self._lock = threading.Lock()

    def of(self, layer: Layer, destinations: Sequence[Named], overlay: Overlay = NOTHING) -> Layout:
        """The list on this layer.

        Raises
        ------
        RequestError
            Two destinations have the same id.
        PointError
            A point is no place on earth.
        """
        if not isinstance(destinations, tuple) or overlay is not NOTHING:
            return self._lay_out(layer, destinations, overlay)
        # Held while laying out too: visitors who come together must not all do the same work.
        with self._lock:
            for layout in self._kept:
                if layout.given is destinations and layout.layer is layer:
                    return layout
            layout = self._lay_out(layer, destinations, overlay)
            self._kept = (layout, *self._kept[: KEPT - 1])
            return layout

    def _lay_out(self, layer: Layer, destinations: Sequence[Named], overlay: Overlay) -> Layout:
        ordered = sort_unique(destinations, "bestemmingen")
        if overlay is NOTHING:
            places = self._points.of(layer, ordered)
        else:
            places = snap_points(layer, ordered, skip=overlay.segment_bits(layer))
        return Layout(
            layer=layer,
            given=destinations,
            ids=tuple(name for name, _, _ in ordered),
            in_order=all(one is other for one, other in zip(ordered, destinations, strict=True)),
            places=places,
            targets=prepare_targets(layer, places, overlay=overlay),
            gaps=tuple(to_gaps(places)),
        )


def sort_unique(points: Sequence[Named], what: str) -> list[Named]:
    """Sort by id.

    Raises
    ------
    RequestError
        An id occurs twice.
    """
    ordered = sorted(points, key=lambda point: point[0])
    for before, after in pairwise(ordered):
        if before[0] == after[0]:
            raise RequestError.duplicate_id(what, after[0])
    return ordered


def pack_bits(rows: Sequence[int], count: int) -> NDArray[np.uint64]:
    """Whole numbers as rows of ``count`` bits, lowest first, in the words that the search reads."""
    words = -(-count // 64)
    packed = b"".join(row.to_bytes(8 * words, "little") for row in rows)
    return np.frombuffer(packed, np.uint64).reshape(len(rows), words)


def numbers_in(bits: int) -> list[int]:
    """Which bits are set, lowest first."""
    raw = np.frombuffer(bits.to_bytes(-(-bits.bit_length() // 8), "little"), np.uint8)
    found: list[int] = np.flatnonzero(np.unpackbits(raw, bitorder="little")).tolist()
    return found
