"""Ranking: whole points with reasons that add up to the score.

A score is nothing but the sum of its reasons, so a coordinator can read why a
place stands where it stands, and a policy change shows in the reasons first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matching.eligibility import Eligible, Leg
from matching.model import InternshipPlace, MatchPolicy, Mode, Pupil
from matching.ports import Trip


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason with its points; ``code`` is stable, ``text`` is Dutch."""

    code: str
    text: str
    points: int

    def __str__(self) -> str:
        return f"{self.text} ({self.points:+d})"


@dataclass(frozen=True, slots=True)
class RankedPlace:
    """A possible place with its trip, its reasons, and what it lost to the place above it."""

    place: InternshipPlace
    leg: Leg
    seats_left: int
    burden_minutes: int
    reasons: tuple[Reason, ...]
    lost_on: tuple[Reason, ...] = ()

    @property
    def score(self) -> int:
        """The sum of the points of the reasons."""
        return sum(reason.points for reason in self.reasons)


def to_minutes(seconds: int) -> int:
    """Whole minutes, rounded up: a trip is never shown shorter than it is."""
    return -(-seconds // 60)


def estimate_ov(metres: int, policy: MatchPolicy) -> int:
    """Seconds by OV, an ESTIMATE from the length by road: a fixed part for walking and waiting, and a speed.

    Both are settings of the policy with status *aanname*; no timetable is read.
    """
    return policy.ov_fixed_minutes * 60 + (metres * 60) // policy.ov_metres_per_minute


def to_leg(mode: Mode, trip: Trip, policy: MatchPolicy) -> Leg | None:
    """A trip of the network as a leg in one mode, or ``None`` when there is no trip."""
    if trip.seconds is None or trip.metres is None:
        return None
    estimate = mode is Mode.OV
    seconds = estimate_ov(trip.metres, policy) if estimate else trip.seconds
    return Leg(mode, to_minutes(seconds), seconds, trip.metres, trip.definition_id, trip.network_digest, estimate)


def best_leg(legs: Iterable[Leg]) -> Leg | None:
    """The quickest leg; with equal seconds the mode that is named first in ``Mode``."""
    order = list(Mode)
    return min(legs, key=lambda leg: (leg.seconds, order.index(leg.mode)), default=None)


def compute_burden(pupil: Pupil, minutes: int) -> int:
    """Weekly minutes on the road: return trips on stage days, plus those to school and mbo."""
    return 2 * minutes * len(pupil.days) + pupil.fixed_minutes


def _band_points(value: int, bands: Sequence[tuple[int, int]], beyond: int) -> int:
    return next((points for limit, points in bands if value <= limit), beyond)


_ORDINALS = ("eerste", "tweede", "derde", "vierde", "vijfde", "zesde", "zevende", "achtste", "negende")


def _sector_reason(pupil: Pupil, place: InternshipPlace, policy: MatchPolicy) -> Reason:
    if place.sector not in pupil.sectors:
        return Reason("sector", f"{place.sector.capitalize()} staat niet bij de wensen", 0)
    rank = pupil.sectors.index(place.sector)
    points = policy.wish_points[rank] if rank < len(policy.wish_points) else 0
    return Reason("sector", f"{place.sector.capitalize()} is de {_ORDINALS[min(rank, 8)]} keuze", points)


def explain(pupil: Pupil, place: InternshipPlace, leg: Leg, seats_left: int, policy: MatchPolicy) -> tuple[Reason, ...]:
    """The reasons with points for one pupil at one place, in the order they are shown."""
    burden = compute_burden(pupil, leg.minutes)
    reasons = [
        _sector_reason(pupil, place, policy),
        Reason("reis", leg.text, _band_points(leg.minutes, policy.travel_bands, policy.travel_beyond)),
    ]
    burden_points = _band_points(burden, policy.burden_bands, policy.burden_beyond)
    if burden_points:
        reasons.append(Reason("weeklast", f"{burden} minuten reizen per week", burden_points))
    heavy = pupil.previous_minutes is not None and pupil.previous_minutes >= policy.heavy_minutes
    if heavy and leg.minutes <= policy.relief_minutes:
        reasons.append(Reason("vorige_stage", f"vorige stage {pupil.previous_minutes} minuten", policy.relief_points))
    if place.found_by is not None and place.found_by == pupil.id:
        reasons.append(Reason("zelf_gevonden", "zelf gevonden", policy.self_found_points))
    if place.supervision:
        reasons.append(Reason("begeleiding", "begeleiding op maat", policy.supervision_points))
    if place.certificate and place.company.leerbedrijf_id is not None:
        reasons.append(Reason("praktijkverklaring", "praktijkverklaring kan", policy.certificate_points))
    if place.allowance:
        reasons.append(Reason("reisvergoeding", "het bedrijf vergoedt de reis", policy.allowance_points))
    if seats_left > 1:
        reasons.append(Reason("vrij", f"nog {seats_left} plekken vrij", policy.seats_left_points))
    return tuple(reasons)


_TRAVEL_CODES = frozenset({"reis", "weeklast"})


def wish_score(reasons: Iterable[Reason]) -> int:
    """The points that are not about travel: the last level of the group proposal."""
    return sum(reason.points for reason in reasons if reason.code not in _TRAVEL_CODES and reason.code != "vrij")


def find_losses(better: Sequence[Reason], worse: Sequence[Reason]) -> tuple[Reason, ...]:
    """On which reasons ``worse`` got fewer points than ``better``, the largest loss first."""
    have = {reason.code: reason for reason in worse}
    losses = []
    for reason in better:
        own = have.pop(reason.code, None)
        difference = (own.points if own else 0) - reason.points
        if difference < 0:
            losses.append(Reason(reason.code, f"{reason.text} (hier: {own.text if own else 'niet'})", difference))
    losses += [Reason(reason.code, reason.text, reason.points) for reason in have.values() if reason.points < 0]
    return tuple(sorted(losses, key=lambda loss: (loss.points, loss.code)))


def rank_places(
    pupil: Pupil,
    candidates: Iterable[tuple[InternshipPlace, Leg, Eligible]],
    policy: MatchPolicy,
) -> list[RankedPlace]:
    """Possible places, best first: by score, then shortest trip, then id.

    Every place below the first also tells on which reasons it lost to the place
    right above it.
    """
    ranked = [
        RankedPlace(
            place,
            leg,
            verdict.seats_left,
            compute_burden(pupil, leg.minutes),
            explain(pupil, place, leg, verdict.seats_left, policy),
        )
        for place, leg, verdict in candidates
    ]
    ranked.sort(key=lambda row: (-row.score, row.leg.seconds, row.place.id))
    return [
        row
        if index == 0
        else RankedPlace(
            row.place,
            row.leg,
            row.seats_left,
            row.burden_minutes,
            row.reasons,
            find_losses(ranked[index - 1].reasons, row.reasons),
        )
        for index, row in enumerate(ranked)
    ]


def needs_reason(leg: Leg, policy: MatchPolicy) -> bool:
    """Whether this trip exceeds the norm of the school, so that a written reason is asked."""
    return leg.seconds > policy.norm_minutes * 60


def is_travel_costs_choice(chosen: RankedPlace, ranked: Sequence[RankedPlace]) -> bool:
    """Whether a place further away scores higher: then the tick "reiskosten" is offered."""
    return any(row.score > chosen.score and row.leg.seconds > chosen.leg.seconds for row in ranked)


def relevant_modes(pupil: Pupil, policy: MatchPolicy) -> Mapping[Mode, str]:
    """The pupil's modes with the distance definition the school uses for each."""
    return {mode: policy.definitions[mode] for mode in pupil.modes if mode in policy.definitions}
