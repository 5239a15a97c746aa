"""Ranking: whole points with reasons that add up to the score.

A score is nothing but the sum of its reasons, so a coordinator can read why a
place stands where it stands, and a policy change shows in the reasons first.
"""

import operator
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import overload

from matching.places.columns import Ordered
from matching.places.eligibility import Eligible, Leg
from matching.places.model import InternshipPlace, MatchPolicy, Mode, Pupil
from matching.places.ports import Trip


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


class Weighing:
    """How the points of one pupil are counted: those of the place, of the trip and of the seats left, apart.

    A score is the sum of the three, so a search over thousands of places counts each once per kind of place, per minute
    and per number of seats, and adds up columns (``data.places.open_places``). `explain` puts words to the same points.
    """

    def __init__(self, pupil: Pupil, policy: MatchPolicy) -> None:
        self.pupil, self.policy = pupil, policy
        self._relieved = pupil.previous_minutes is not None and pupil.previous_minutes >= policy.heavy_minutes

    def of_place(self, place: InternshipPlace) -> dict[str, int]:
        """Points per code for what the place is; places of one `kind_of` get the same."""
        pupil, policy = self.pupil, self.policy
        wish = pupil.sectors.index(place.sector) if place.sector in pupil.sectors else len(policy.wish_points)
        points = {"sector": policy.wish_points[wish] if wish < len(policy.wish_points) else 0}
        if place.found_by is not None and place.found_by == pupil.id:
            points["zelf_gevonden"] = policy.self_found_points
        if place.supervision:
            points["begeleiding"] = policy.supervision_points
        if place.certificate and place.company.leerbedrijf_id is not None:
            points["praktijkverklaring"] = policy.certificate_points
        if place.allowance:
            points["reisvergoeding"] = policy.allowance_points
        return points

    def of_trip(self, minutes: int) -> dict[str, int]:
        """Points per code for a trip of so many whole minutes."""
        policy = self.policy
        points = {"reis": _band_points(minutes, policy.travel_bands, policy.travel_beyond)}
        burden = _band_points(compute_burden(self.pupil, minutes), policy.burden_bands, policy.burden_beyond)
        if burden:
            points["weeklast"] = burden
        if self._relieved and minutes <= policy.relief_minutes:
            points["vorige_stage"] = policy.relief_points
        return points

    def of_seats(self, left: int) -> dict[str, int]:
        """Points per code for so many seats left."""
        return {"vrij": self.policy.seats_left_points} if left > 1 else {}


def kind_of(place: InternshipPlace) -> tuple[object, ...]:
    """Everything of a place that ``Weighing.of_place`` looks at."""
    certified = place.certificate and place.company.leerbedrijf_id is not None
    return (place.sector, place.found_by, place.supervision, certified, place.allowance)


_ORDINALS = ("eerste", "tweede", "derde", "vierde", "vijfde", "zesde", "zevende", "achtste", "negende")


def _describe_sector(pupil: Pupil, sector: str) -> str:
    if sector not in pupil.sectors:
        return f"{sector.capitalize()} staat niet bij de wensen"
    return f"{sector.capitalize()} is de {_ORDINALS[min(pupil.sectors.index(sector), 8)]} keuze"


def explain(pupil: Pupil, place: InternshipPlace, leg: Leg, seats_left: int, policy: MatchPolicy) -> tuple[Reason, ...]:
    """The reasons with points for one pupil at one place, in the order they are shown."""
    weighing = Weighing(pupil, policy)
    points = weighing.of_place(place) | weighing.of_trip(leg.minutes) | weighing.of_seats(seats_left)
    words = {
        "sector": _describe_sector(pupil, place.sector),
        "reis": leg.text,
        "weeklast": f"{compute_burden(pupil, leg.minutes)} minuten reizen per week",
        "vorige_stage": f"vorige stage {pupil.previous_minutes} minuten",
        "zelf_gevonden": "zelf gevonden",
        "begeleiding": "begeleiding op maat",
        "praktijkverklaring": "praktijkverklaring kan",
        "reisvergoeding": "het bedrijf vergoedt de reis",
        "vrij": f"nog {seats_left} plekken vrij",
    }
    return tuple(Reason(code, text, points[code]) for code, text in words.items() if code in points)


_NO_WISH = frozenset({"reis", "weeklast", "vrij"})


def wish_score(points: Mapping[str, int]) -> int:
    """Of points per code those that are not about travel or seats: the last level of the group proposal."""
    return sum(value for code, value in points.items() if code not in _NO_WISH)


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


class RankedPlaces(Sequence[RankedPlace]):
    """Possible places, best first: by score, then shortest trip, then id. A row is explained when it is looked at.

    Every place below the first also tells on which reasons it lost to the place right above it.

    Parameters
    ----------
    place_of, leg_of
        Give the place with a number, and the trip in a row of what was reached.
    """

    def __init__(
        self,
        weighing: Weighing,
        ordered: Ordered,
        place_of: Callable[[int], InternshipPlace],
        leg_of: Callable[[int], Leg],
    ) -> None:
        self._weighing, self._ordered, self._place_of, self._leg_of = weighing, ordered, place_of, leg_of
        self._explained: dict[int, tuple[Leg, tuple[Reason, ...]]] = {}

    def __len__(self) -> int:
        return len(self._ordered.numbers)

    @overload
    def __getitem__(self, index: int) -> RankedPlace: ...
    @overload
    def __getitem__(self, index: slice) -> list[RankedPlace]: ...
    def __getitem__(self, index: int | slice) -> RankedPlace | list[RankedPlace]:
        if isinstance(index, slice):
            return [self._row(at) for at in range(*index.indices(len(self)))]
        return self._row(range(len(self))[index])

    def find(self, place_id: str) -> RankedPlace | None:
        """The row of a place, or ``None``."""
        numbers = enumerate(self._ordered.numbers)
        return next((self._row(at) for at, number in numbers if self._place_of(number).id == place_id), None)

    def has_better_further_away(self, row: RankedPlace) -> bool:
        """Whether a place with a longer trip scores higher: then the tick "reiskosten" is offered."""
        above = bisect_left(self._ordered.scores, -row.score, key=operator.neg)
        return any(seconds > row.leg.seconds for seconds in self._ordered.seconds[:above])

    def _place(self, at: int) -> InternshipPlace:
        return self._place_of(self._ordered.numbers[at])

    def _explain(self, at: int) -> tuple[Leg, tuple[Reason, ...]]:
        if at not in self._explained:
            weighing, leg = self._weighing, self._leg_of(self._ordered.trips[at])
            left = self._ordered.seats_left[at]
            self._explained[at] = leg, explain(weighing.pupil, self._place(at), leg, left, weighing.policy)
        return self._explained[at]

    def _row(self, at: int) -> RankedPlace:
        leg, reasons = self._explain(at)
        lost = find_losses(self._explain(at - 1)[1], reasons) if at else ()
        burden = compute_burden(self._weighing.pupil, leg.minutes)
        return RankedPlace(self._place(at), leg, self._ordered.seats_left[at], burden, reasons, lost)


def rank_places(
    pupil: Pupil, candidates: Iterable[tuple[InternshipPlace, Leg, Eligible]], policy: MatchPolicy
) -> list[RankedPlace]:
    """What `RankedPlaces` says of places with legs that are made already, place by place."""
    rows = [
        RankedPlace(
            place,
            leg,
            verdict.seats_left,
            compute_burden(pupil, leg.minutes),
            explain(pupil, place, leg, verdict.seats_left, policy),
        )
        for place, leg, verdict in candidates
    ]
    rows.sort(key=lambda row: (-row.score, row.leg.seconds, row.place.id))
    better = (None, *rows)
    return [
        row if above is None else replace(row, lost_on=find_losses(above.reasons, row.reasons))
        for above, row in zip(better, rows, strict=False)
    ]


def needs_reason(leg: Leg, policy: MatchPolicy) -> bool:
    """Whether this trip exceeds the norm of the school, so that a written reason is asked."""
    return leg.seconds > policy.norm_minutes * 60


def relevant_modes(pupil: Pupil, policy: MatchPolicy) -> Mapping[Mode, str]:
    """The pupil's modes with the distance definition the school uses for each."""
    return {mode: policy.definitions[mode] for mode in pupil.modes if mode in policy.definitions}
