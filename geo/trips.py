"""Trips: a value or a reason. From the whole numbers of the search to what matching and the screens read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.layouts import Layout, numbers_in, pack_bits
from geo.search import nearest
from geo.snapping import NoTripReason, Places
from geo.units import to_bound, to_gaps, to_seconds_and_metres

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.graph import Layer

ROOM_BYTES = 64_000_000
"""How much memory the answers of one part of the origins may take; more origins are asked part by part."""


@dataclass(frozen=True, slots=True)
class Trip:
    """One journey over the road network, or the reason why there is none.

    Attributes
    ----------
    seconds, metres
        Time and length of the route, both None when there is a reason. The gaps are not part of them.
    origin_gap_m, destination_gap_m
        Straight distance from each point to its place on the road; None when no road was found.
    definition_id, network_digest
        What it was computed with.
    reason
        One Dutch sentence why there is no trip; None when there is one.
    code
        The same as a code of ``NoTripReason``.
    """

    seconds: int | None
    metres: int | None
    origin_gap_m: float | None
    destination_gap_m: float | None
    definition_id: str
    network_digest: str
    reason: str | None
    code: NoTripReason | None = None


Row = list[tuple[str, Trip]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about one list of destinations.

    Attributes
    ----------
    k
        How many per origin; all within the limit when None.
    limit_s
        Longest journey in seconds; None when any length will do.
    """

    layout: Layout
    k: int | None
    limit_s: int | None
    threads: int | None

    def rows(self, starts: Places, eligible: Sequence[int] | None) -> list[Row]:
        """Per origin the destinations with their trips, nearest first; all with a reason where an origin has one."""
        count = len(self.layout.ids)
        width = count if self.k is None or not self.layout.layer.seconds_first else min(self.k, count)
        step = max(1, ROOM_BYTES // (12 * width + (0 if eligible is None else count // 4) + 1))
        answer: list[Row] = []
        for begin in range(0, len(starts), step):
            chosen = None if eligible is None else eligible[begin : begin + step]
            answer += self._part(starts.part(begin, begin + step), chosen)
        return answer

    def _part(self, starts: Places, eligible: Sequence[int] | None) -> list[Row]:
        layout, layer = self.layout, self.layout.layer
        bound, filter_s = to_bound(layer, self.limit_s)
        hits = nearest(
            layout.targets,
            starts,
            k=None if filter_s else self.k,
            limit=bound,
            allowed=None if eligible is None else pack_bits(eligible, len(layout.ids)),
            threads=self.threads,
        )
        definition, digest = layer.definition_id, layer.graph.digest
        answer: list[Row] = []
        for at, (gap, reason) in enumerate(zip(to_gaps(starts), starts.reasons, strict=True)):
            if reason is not None:
                trip = refuse(layer, reason, gap, None)
                numbers = range(len(layout.ids)) if eligible is None else numbers_in(eligible[at])
                answer.append([(layout.ids[number], trip) for number in numbers[: self.k]])
                continue
            count = int(hits.count[at])
            columns = (hits.destination[at, :count], hits.weight[at, :count], hits.second[at, :count])
            row: Row = []
            for to, weight, second in zip(*(column.tolist() for column in columns), strict=True):
                trip = Trip(
                    *to_seconds_and_metres(layer, weight, second), gap, layout.gaps[to], definition, digest, None
                )
                row.append((layout.ids[to], trip))
            if filter_s:
                row = [pair for pair in row if pair[1].seconds is not None and pair[1].seconds <= filter_s][: self.k]
            answer.append(row)
        return answer


def refuse(layer: Layer, reason: NoTripReason, origin_gap_m: float | None, destination_gap_m: float | None) -> Trip:
    """No trip, and why."""
    gap_m = max((gap for gap in (origin_gap_m, destination_gap_m) if gap is not None), default=None)
    return Trip(
        None,
        None,
        origin_gap_m,
        destination_gap_m,
        layer.definition_id,
        layer.graph.digest,
        reason.sentence(gap_m),
        reason,
    )
