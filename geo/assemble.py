"""RawNetwork → segments: pieces of one way between two junctions, with their geometry and length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.hilbert import hilbert_rank

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.raw import RawNetwork

EARTH_RADIUS_M = 6_371_009.0  # the same sphere as OSMnx, so that lengths can be compared


@dataclass(slots=True)
class Segments:
    """Pieces of road between junctions, ordered along a Hilbert curve.

    Attributes
    ----------
    start, end
        Junction index of both ends, in drawing order.
    way
        Index of the way in the RawNetwork.
    dm
        Length in decimetres, at least 1.
    geometry_start
        Where the points of a segment begin in ``geometry``; one more than there are segments.
    geometry
        Longitude, latitude in 1e-7 degree; both ends included.
    junction_node
        Node index (in the RawNetwork) per junction.
    """

    start: NDArray[np.int32]
    end: NDArray[np.int32]
    way: NDArray[np.int32]
    dm: NDArray[np.int32]
    geometry_start: NDArray[np.int64]
    geometry: NDArray[np.int32]
    junction_node: NDArray[np.int64]
    missing_points: int

    def __len__(self) -> int:
        return int(self.start.size)


def great_circle_m(lon1: Any, lat1: Any, lon2: Any, lat2: Any) -> Any:
    """Length in metres over the sphere between points in degrees (haversine)."""
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    half = np.sin((phi2 - phi1) / 2) ** 2 + np.cos(phi1) * np.cos(phi2) * np.sin(np.radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(half)))


def assemble(raw: RawNetwork) -> Segments:
    """Cut every way at its junctions.

    A junction is a node used more than once, the end of a way, or a barrier that stops somebody.
    """
    refs = np.frombuffer(raw.ways.refs, np.int64)
    starts = np.frombuffer(raw.ways.starts, np.int64)
    way_of = np.repeat(np.arange(starts.size - 1, dtype=np.int32), np.diff(starts))
    place = np.searchsorted(raw.node_ids, refs)
    place[place == raw.node_ids.size] = 0
    known = raw.node_ids[place] == refs
    # A step goes from one point of a way to the next; points outside the extract interrupt the way.
    step = np.flatnonzero((way_of[:-1] == way_of[1:]) & known[:-1] & known[1:] & (place[:-1] != place[1:]))
    a, b, way = place[step], place[step + 1], way_of[step]
    follows = np.zeros(step.size, bool)
    follows[1:] = (way[1:] == way[:-1]) & (a[1:] == b[:-1])
    junction = _junctions(raw, a, b, follows)
    begins = ~follows | junction[a]
    first = np.flatnonzero(begins)
    last = np.append(first[1:], step.size) - 1
    xy = raw.node_xy
    order = hilbert_rank(xy[a[first]])
    counts = last - first + 2
    geometry_start = np.zeros(first.size + 1, np.int64)
    np.cumsum(counts[order], out=geometry_start[1:])
    points = _points(a, b, first[order], last[order], geometry_start)
    dm = _lengths_dm(xy, a, b, first)[order]
    numbers = np.cumsum(junction) - 1
    return Segments(
        start=numbers[a[first]][order].astype(np.int32),
        end=numbers[b[last]][order].astype(np.int32),
        way=way[first][order],
        dm=dm,
        geometry_start=geometry_start,
        geometry=xy[points],
        junction_node=np.flatnonzero(junction),
        missing_points=int((~known).sum()),
    )


def _junctions(
    raw: RawNetwork, a: NDArray[np.int64], b: NDArray[np.int64], follows: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    uses = np.bincount(a, minlength=raw.node_ids.size)
    ends = np.append(~follows[1:], True) if a.size else np.zeros(0, bool)
    np.add.at(uses, b[ends], 1)
    junction = uses > 1
    junction[a[~follows]] = True
    junction[b[ends]] = True
    if raw.barriers:
        ids = np.fromiter(raw.barriers, np.int64, len(raw.barriers))
        where = np.minimum(np.searchsorted(raw.node_ids, ids), raw.node_ids.size - 1)
        junction[where[(raw.node_ids[where] == ids) & (uses[where] > 0)]] = True
    return junction


def _points(
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    geometry_start: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Node index of every geometry point: the beginning of each step, and the end of the last one."""
    steps = last - first + 1
    offset = np.arange(int(steps.sum())) - np.repeat(np.cumsum(steps) - steps, steps)
    points = np.empty(int(geometry_start[-1]), np.int64)
    points[np.repeat(geometry_start[:-1], steps) + offset] = a[np.repeat(first, steps) + offset]
    points[geometry_start[1:] - 1] = b[last]
    return points


def _lengths_dm(
    xy: NDArray[np.int32], a: NDArray[np.int64], b: NDArray[np.int64], first: NDArray[np.int64]
) -> NDArray[np.int32]:
    if not a.size:
        return np.zeros(0, np.int32)
    p, q = xy[a] * 1e-7, xy[b] * 1e-7
    metres = np.add.reduceat(great_circle_m(p[:, 0], p[:, 1], q[:, 0], q[:, 1]), first)
    decimetres: NDArray[np.int32] = np.maximum(1, np.rint(metres * 10)).astype(np.int32)
    return decimetres
