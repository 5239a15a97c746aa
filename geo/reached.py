"""One origin and very many destinations: what a search over all stage places asks, answered in columns.

A question with new destinations places each of them on the road and lays out the arcs that lead there, which takes
longer than the search itself. The stage places are the same for everybody who searches, so both are kept.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.search import nearest, prepare_targets
from geo.snapping import snap_points
from geo.units import gap_of, to_bound, to_seconds_and_metres

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.graph import Layer
    from geo.targets import Targets

MOST_KEPT = 8
"""Lists of destinations in memory: one per definition in use, and room for the next version of a list."""

Named = tuple[str, float, float]


@dataclass(frozen=True, slots=True)
class Reached:
    """Destinations within a limit of one origin, nearest first and equal ones by number, as columns.

    Attributes
    ----------
    numbers
        Which of the destinations.
    seconds, metres
        Time and length of each, as in ``geo.travel.Trip``.
    reason
        Why the origin itself has no place on the road, as a Dutch sentence; the columns are empty then.
    """

    numbers: list[int]
    seconds: list[int]
    metres: list[int]
    definition_id: str
    network_digest: str
    reason: str | None = None


class KeptTargets:
    """The newest lists of destinations, ready to be searched; a list is known by being the very same tuple."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, int], tuple[tuple[Named, ...], Targets]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, layer: Layer, destinations: tuple[Named, ...]) -> Targets:
        """What ``prepare_targets`` makes of these destinations.

        Raises
        ------
        PointError
            A point is no place on earth.
        """
        key = (layer.graph.digest, layer.definition_id, id(destinations))
        # Held while preparing too: visitors who come together must not all do the same work.
        with self._lock:
            if key not in self._kept:
                # The tuple is kept with them: as long as it is here, no other can have its identity.
                self._kept[key] = destinations, prepare_targets(layer, snap_points(layer, destinations))
                if len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key][1]


def find_reached(
    targets: Targets, origin: tuple[float, float], among: Sequence[int] | None, limit_s: int | None
) -> Reached:
    """Every destination within a limit.

    Parameters
    ----------
    among
        Numbers of the destinations that count; all of them when None.
    limit_s
        Longest journey in seconds.

    Raises
    ------
    GeoError
        Bad point or limit.
    """
    layer = targets.layer
    named = layer.definition_id, layer.graph.digest
    start = snap_points(layer, [("vertrek", *origin)])
    bound, filter_s = to_bound(layer, limit_s)
    refused = start.reasons[0]
    if refused is not None:
        return Reached([], [], [], *named, refused.sentence(gap_of(start, 0)))
    allowed = None
    if among is not None:
        allowed = np.zeros((1, len(targets.places)), np.bool_)
        allowed[0, among] = True
    hits = nearest(targets, start, limit=bound, allowed=allowed, threads=1)
    count = int(hits.count[0])
    numbers = hits.destination[0, :count]
    seconds, metres = to_seconds_and_metres(layer, hits.weight[0, :count], hits.second[0, :count])
    if filter_s is not None:
        keep = seconds <= filter_s
        numbers, seconds, metres = numbers[keep], seconds[keep], metres[keep]
    return Reached(numbers.tolist(), seconds.tolist(), metres.tolist(), *named)
