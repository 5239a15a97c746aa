"""One origin and very many destinations: what a search over all stage places asks, answered in columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.layouts import pack_bits
from geo.search import nearest
from geo.snapping import snap_points
from geo.units import to_bound, to_gaps, to_seconds_and_metres

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.targets import Targets


@dataclass(frozen=True, slots=True)
class Reached:
    """Destinations within a limit of one origin, nearest first and equal ones by number, as columns.

    Attributes
    ----------
    numbers
        Which of the destinations.
    seconds, metres
        Time and length of each, as in ``geo.travel.Trip``. Views on arrays of the network: nothing is copied.
    reason
        Why the origin itself has no place on the road, as a Dutch sentence; the columns are empty then.
    """

    numbers: Sequence[int]
    seconds: Sequence[int]
    metres: Sequence[int]
    definition_id: str
    network_digest: str
    reason: str | None = None


def find_reached(targets: Targets, origin: tuple[float, float], among: int | None, limit_s: int | None) -> Reached:
    """Every destination within a limit.

    Parameters
    ----------
    among
        The set of the destinations that count, bit ``i`` for the i-th; all of them when None.
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
        return Reached([], [], [], *named, refused.sentence(to_gaps(start)[0]))
    allowed = None if among is None else pack_bits([among], len(targets.places))
    hits = nearest(targets, start, limit=bound, allowed=allowed, threads=1)
    count = int(hits.count[0])
    numbers = hits.destination[0, :count]
    seconds, metres = to_seconds_and_metres(layer, hits.weight[0, :count], hits.second[0, :count])
    if filter_s is not None:
        keep = seconds <= filter_s
        numbers, seconds, metres = numbers[keep], seconds[keep], metres[keep]
    return Reached(numbers.data, seconds.data, metres.data, *named)
