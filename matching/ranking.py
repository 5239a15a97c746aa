"""Ranking: whole points with reasons that add up to the score.

A score is nothing but the sum of its reasons, so a coordinator can read why a
place stands where it stands, and a policy change shows in the reasons first.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, overload

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


def _is_relieved(pupil: Pupil, minutes: int, policy: MatchPolicy) -> bool:
    heavy = pupil.previous_minutes is not None and pupil.previous_minutes >= policy.heavy_minutes
    return heavy and minutes <= policy.relief_minutes


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
    if _is_relieved(pupil, leg.minutes, policy):
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


class Weighing:
    """The score of a place without its words: the points that ``explain`` adds up to, for one pupil.

    A search over thousands of places explains only those that are shown; a property test holds the two together.
    """

    def __init__(self, pupil: Pupil, policy: MatchPolicy) -> None:
        self._pupil = pupil
        self._policy = policy
        wishes = zip(pupil.sectors, policy.wish_points, strict=False)
        self._wishes = dict(reversed(list(wishes)))  # a sector that is wished for twice counts as its first wish
        self._trips: dict[int, int] = {}

    def score(self, place: InternshipPlace, minutes: int, seats_left: int) -> int:
        """The sum of the points of ``explain`` for a trip of so many whole minutes."""
        policy = self._policy
        points = self._trips.get(minutes)
        if points is None:
            points = self._trips[minutes] = self._trip_points(minutes)
        points += self._wishes.get(place.sector, 0)
        if place.supervision:
            points += policy.supervision_points
        if place.allowance:
            points += policy.allowance_points
        if place.certificate and place.company.leerbedrijf_id is not None:
            points += policy.certificate_points
        if place.found_by is not None and place.found_by == self._pupil.id:
            points += policy.self_found_points
        if seats_left > 1:
            points += policy.seats_left_points
        return points

    def _trip_points(self, minutes: int) -> int:
        pupil, policy = self._pupil, self._policy
        points = _band_points(minutes, policy.travel_bands, policy.travel_beyond)
        points += _band_points(compute_burden(pupil, minutes), policy.burden_bands, policy.burden_beyond)
        return points + (policy.relief_points if _is_relieved(pupil, minutes, policy) else 0)


class Candidate(NamedTuple):
    """A possible place before it is explained; ``number`` is what its leg is asked by."""

    place: InternshipPlace
    seconds: int
    seats_left: int
    number: int


class RankedPlaces(Sequence[RankedPlace]):
    """Possible places, best first: by score, then shortest trip, then id. A row is explained when it is looked at.

    Every place below the first also tells on which reasons it lost to the place right above it.

    Parameters
    ----------
    leg_of
        Gives the trip to a candidate by its number.
    """

    def __init__(
        self, pupil: Pupil, candidates: Iterable[Candidate], policy: MatchPolicy, leg_of: Callable[[int], Leg]
    ) -> None:
        self._pupil, self._policy, self._leg_of = pupil, policy, leg_of
        weighing = Weighing(pupil, policy)
        self._order = sorted(
            (-weighing.score(one.place, to_minutes(one.seconds), one.seats_left), one.seconds, one.place.id, one)
            for one in candidates
        )
        self._explained: dict[int, tuple[Leg, tuple[Reason, ...]]] = {}

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, index: int) -> RankedPlace: ...
    @overload
    def __getitem__(self, index: slice) -> list[RankedPlace]: ...
    def __getitem__(self, index: int | slice) -> RankedPlace | list[RankedPlace]:
        if isinstance(index, slice):
            return [self._row(number) for number in range(*index.indices(len(self._order)))]
        return self._row(range(len(self._order))[index])

    def find(self, place_id: str) -> RankedPlace | None:
        """The row of a place, or ``None``."""
        return next((self._row(at) for at, (_, _, name, _) in enumerate(self._order) if name == place_id), None)

    def has_better_further_away(self, row: RankedPlace) -> bool:
        """Whether a place with a longer trip scores higher: then the tick "reiskosten" is offered."""
        above = itertools.takewhile(lambda other: -other[0] > row.score, self._order)
        return any(seconds > row.leg.seconds for _, seconds, _, _ in above)

    def _explain(self, number: int) -> tuple[Leg, tuple[Reason, ...]]:
        if number not in self._explained:
            one = self._order[number][3]
            leg = self._leg_of(one.number)
            self._explained[number] = leg, explain(self._pupil, one.place, leg, one.seats_left, self._policy)
        return self._explained[number]

    def _row(self, number: int) -> RankedPlace:
        one = self._order[number][3]
        leg, reasons = self._explain(number)
        lost = find_losses(self._explain(number - 1)[1], reasons) if number else ()
        return RankedPlace(one.place, leg, one.seats_left, compute_burden(self._pupil, leg.minutes), reasons, lost)


def rank_places(
    pupil: Pupil, candidates: Iterable[tuple[InternshipPlace, Leg, Eligible]], policy: MatchPolicy
) -> RankedPlaces:
    """``RankedPlaces`` of places with legs that are made already."""
    found = list(candidates)
    rows = (Candidate(place, leg.seconds, v.seats_left, at) for at, (place, leg, v) in enumerate(found))
    return RankedPlaces(pupil, rows, policy, lambda number: found[number][1])


def needs_reason(leg: Leg, policy: MatchPolicy) -> bool:
    """Whether this trip exceeds the norm of the school, so that a written reason is asked."""
    return leg.seconds > policy.norm_minutes * 60


def relevant_modes(pupil: Pupil, policy: MatchPolicy) -> Mapping[Mode, str]:
    """The pupil's modes with the distance definition the school uses for each."""
    return {mode: policy.definitions[mode] for mode in pupil.modes if mode in policy.definitions}
