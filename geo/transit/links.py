"""Changes between points: what the feed says, what one station is, and walks over the road network.

A pair for which the feed says something is taken from the feed, at any distance; a forbidden one is left out. For other
pairs of stops the walk over the roads counts, up to ``WALK_M``; it never takes less than a change at one stop.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from geo.timetable.changes import CHANGE_S, NEVER
from geo.transit.reach import RoadReach

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from geo.graph import RoadGraph
    from geo.timetable.store import Feed

WALK_M = 600
ON_FOOT = "lopen-kortst"
_ARRAYS = ("change_s", "start", "to", "seconds", "metres")


@dataclass(frozen=True, slots=True)
class Walks:
    """Walks from point ``p`` are ``start[p]`` to ``start[p + 1]``: to which point, seconds, metres (-1: not known)."""

    start: NDArray[np.int32]
    to: NDArray[np.int32]
    seconds: NDArray[np.int32]
    metres: NDArray[np.int32]

    @classmethod
    def of(cls, points: int, rows: NDArray[np.int64]) -> Walks:
        """From rows of (from, to, seconds, metres)."""
        order = np.lexsort((rows[:, 1], rows[:, 0]))
        table: NDArray[np.int32] = rows[order].astype(np.int32)
        start = np.zeros(points + 1, np.int32)
        np.cumsum(np.bincount(table[:, 0], minlength=points), out=start[1:])
        columns = (frozen(table[:, at]) for at in (1, 2, 3))
        return cls(frozen(start), *columns)

    def rows(self) -> NDArray[np.int64]:
        """Back to rows of (from, to, seconds, metres)."""
        tail = np.repeat(np.arange(self.start.size - 1), np.diff(self.start))
        return np.stack([tail, self.to, self.seconds, self.metres], axis=1).astype(np.int64)

    def metres_between(self, here: int, there: int) -> int:
        """Length of one walk; -1 when it is not known."""
        begin, end = int(self.start[here]), int(self.start[here + 1])
        at = begin + int(np.searchsorted(self.to[begin:end], there))
        return int(self.metres[at]) if at < end and self.to[at] == there else -1


def frozen(array: NDArray[np.int32]) -> NDArray[np.int32]:
    """A read-only array: compiled code is made once for those, and files are mapped read-only too."""
    array = np.ascontiguousarray(array)
    array.flags.writeable = False
    return array


@dataclass(frozen=True)
class Links:
    """Every change of one feed on one network.

    Attributes
    ----------
    change_s
        Per point the seconds from getting off to getting on at that same point; ``NEVER`` when forbidden.
    forward
        Walks to other points.
    """

    change_s: NDArray[np.int32]
    forward: Walks

    @property
    def points(self) -> int:
        """How many."""
        return int(self.change_s.size)

    @cached_property
    def backward(self) -> Walks:
        """The same walks from their other end."""
        return Walks.of(self.points, self.forward.rows()[:, [1, 0, 2, 3]])


def make_links(feed: Feed, road: RoadReach | None) -> Links:
    """Work out every change; without roads only those of the feed and within stations."""
    points = feed.points
    change_s = np.full(points, CHANGE_S, np.int32)
    origin, target, seconds = (feed.array(name).astype(np.int64) for name in ("change_from", "change_to", "change_s"))
    same = origin == target
    change_s[origin[same]] = seconds[same]
    told = ~same & (seconds != NEVER)
    rows = [np.stack([origin[told], target[told], seconds[told], np.full(int(told.sum()), -1)], axis=1)]
    if road is not None:
        rows.append(_over_roads(feed, road, origin * points + target))
    return Links(frozen(change_s), Walks.of(points, np.concatenate(rows)))


def _over_roads(feed: Feed, road: RoadReach, told: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows for pairs of points whose stops lie within a walk, and for which the feed says nothing."""
    here, there, seconds, metres = road.between_stops(WALK_M)
    seconds = np.maximum(seconds, CHANGE_S)
    stop = feed.array("point_stop")
    order = np.argsort(stop, kind="stable")
    begin = np.searchsorted(stop[order], np.arange(feed.stops + 1))
    many = np.diff(begin)
    # Every point of the one stop to every point of the other; nearly every stop has one.
    sizes = many[here] * many[there]
    pair = np.repeat(np.arange(here.size), sizes)
    number = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    origin = order[begin[here[pair]] + number // many[there[pair]]]
    target = order[begin[there[pair]] + number % many[there[pair]]]
    free = ~np.isin(origin * np.int64(feed.points) + target, told)
    return np.stack([origin, target, seconds[pair], metres[pair]], axis=1)[free].astype(np.int64)


def load_links(feed: Feed, graph: RoadGraph) -> Links:
    """The changes of a feed on a network, from disk; worked out and kept there when they are not."""
    folder = feed.folder / "links" / f"{graph.digest[:16]}-{WALK_M}"
    for _ in range(2):
        try:
            change_s, *walks = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in _ARRAYS)
            change_s, *walks = (frozen(np.asarray(array)) for array in (change_s, *walks))
            return Links(change_s, Walks(*walks))
        except (OSError, ValueError):
            links = make_links(feed, RoadReach(feed, graph.layer(ON_FOOT)))
            _keep(folder, links)
    return links


def _keep(folder: Path, links: Links) -> None:
    """Write the changes beside the feed; when the disk refuses they are worked out again next time."""
    part = folder.with_name(f"{folder.name}.part-{os.getpid()}")
    shutil.rmtree(folder, ignore_errors=True)
    try:
        part.mkdir(parents=True)
        walks = links.forward
        arrays = (links.change_s, walks.start, walks.to, walks.seconds, walks.metres)
        for name, array in zip(_ARRAYS, arrays, strict=True):
            np.save(part / f"{name}.npy", array, allow_pickle=False)
        part.rename(folder)
    except OSError:
        shutil.rmtree(part, ignore_errors=True)
