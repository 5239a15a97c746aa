"""Closures and extra roads on top of a network, without building it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.assemble import great_circle_m
from geo.errors import RequestError
from geo.snapping import NO_BITS, snap_points

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from geo.graph import Layer


@dataclass(frozen=True, slots=True)
class ExtraRoad:
    """A road that is not on the map (yet): a new bridge, a temporary path.

    Attributes
    ----------
    start, end
        ``(lat, lon)``; both are placed on the nearest road.
    kmh
        Speed on it.
    metres
        Length; the straight line when None.
    both_ways
        Whether it may be used from ``end`` to ``start`` too.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    kmh: float
    metres: float | None = None
    both_ways: bool = True
    name: str = "extra weg"

    def length_m(self) -> float:
        """Length in metres."""
        if self.metres is not None:
            return self.metres
        return float(great_circle_m(self.start[1], self.start[0], self.end[1], self.end[0]))


@dataclass(frozen=True, slots=True)
class Overlay:
    """What differs from the network for one question.

    Attributes
    ----------
    closed
        Segment numbers nobody may enter; see ``closing`` and ``closing_ways``.
    extra
        Extra roads.
    """

    closed: frozenset[int] = frozenset()
    extra: tuple[ExtraRoad, ...] = ()

    def segment_bits(self, layer: Layer) -> NDArray[np.uint64]:
        """One bit per segment that is closed; empty when none is."""
        return _bits(np.array(sorted(self.closed), np.int64), layer.graph.segment_dm.size)

    def arc_bits(self, layer: Layer) -> NDArray[np.uint64]:
        """One bit per arc that is closed; empty when none is."""
        if not self.closed:
            return NO_BITS
        segments = np.array(sorted(self.closed), np.int64)
        segdir = np.concatenate([2 * segments, 2 * segments + 1])
        arcs = layer.base_arc[segdir]
        copies = np.isin(layer.copy_segdir, segdir)
        return _bits(np.unique(np.concatenate([arcs[arcs >= 0], layer.copy_arc[copies]])).astype(np.int64), layer.arcs)


def _bits(numbers: NDArray[np.int64], size: int) -> NDArray[np.uint64]:
    if not numbers.size:
        return NO_BITS
    bits = np.zeros(size // 64 + 1, np.uint64)
    np.bitwise_or.at(bits, numbers >> 6, np.uint64(1) << (numbers & 63).astype(np.uint64))
    bits.flags.writeable = False
    return bits


NOTHING = Overlay()


def closing(layer: Layer, points: Sequence[tuple[float, float]]) -> frozenset[int]:
    """Segments to close: the road nearest to each ``(lat, lon)``.

    Raises
    ------
    RequestError
        A point is not near any road of this definition.
    """
    places = snap_points(layer, [(f"afsluiting {at + 1}", lat, lon) for at, (lat, lon) in enumerate(points)])
    if (places.segment < 0).any():
        raise RequestError.bad_number("De plek van een afsluiting", "een plek op een weg van deze kaart")
    return frozenset(places.segment.tolist())


def closing_ways(layer: Layer, way_ids: Iterable[int]) -> frozenset[int]:
    """Segments to close: everything made of these OSM ways."""
    ways = np.flatnonzero(np.isin(layer.graph.way_id, np.array(sorted(way_ids), np.int64)))
    return frozenset(np.flatnonzero(np.isin(layer.graph.segment_way, ways)).tolist())
