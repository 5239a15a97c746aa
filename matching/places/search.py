"""Use cases that look and change nothing: rank, why not, compare, and who would fit a place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from matching.errors import UnknownObjectError
from matching.places.columns import OpenPlaces
from matching.places.eligibility import (
    NO_SEATS,
    Eligible,
    Leg,
    Rejected,
    Rule,
    Verdict,
    check_place,
    count_cost_per_rule,
    count_first_reasons,
    judge_place,
    sort_counts,
)
from matching.places.law.judge import NotJudged
from matching.places.law.rulebook import Rulebook
from matching.places.legs import LegFinder, reach_metres
from matching.places.model import InternshipPlace, MatchPolicy, Pupil
from matching.places.ports import MatchingStore, Travel, Work
from matching.places.ranking import RankedPlace, RankedPlaces, Weighing, rank_places

RELAXED_LIMIT_FACTOR = 3
"""How many times the limit is looked at when the travel rule itself is relaxed."""

MOST_EXPLAINED = 2_000
"""How many places near a pupil are explained one by one in "waarom niet?"; the nearest ones by road come first."""


MOST_TO_FILL = 10
"""How many places of which facts must be filled in first are shown; the nearest as the crow flies."""


@dataclass(frozen=True, slots=True)
class PlaceToFill:
    """A place that fits but for facts that the law needs and nobody filled in."""

    place: InternshipPlace
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Possible places, best first, how many were left out by which rule, and those to fill in first."""

    pupil: Pupil
    policy: MatchPolicy
    on: date
    rows: RankedPlaces
    hidden: Mapping[Rule, int]
    looked_at: int
    network: str
    to_fill: tuple[PlaceToFill, ...] = ()
    to_fill_count: int = 0

    def find(self, place_id: str) -> RankedPlace | None:
        """The row of a place, or ``None``."""
        return self.rows.find(place_id)


@dataclass(frozen=True, slots=True)
class Answer:
    """One place for one pupil: possible or not, with the trip."""

    pupil: Pupil
    place: InternshipPlace
    verdict: Verdict
    leg: Leg | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why places near a pupil are not shown: one sentence each, and what relaxing one rule would bring."""

    rejected: Sequence[tuple[InternshipPlace, Rejected, Leg | None]]
    costs: Mapping[Rule, int]
    counts: Mapping[Rule, int]


class SearchService:
    """Looks in one reading transaction; travel is asked outside of it.

    Parameters
    ----------
    read
        Gives a store for one reading.
    travel
        Gives the travel port over the network in use; raises `MatchingError` when there is none.
    """

    def __init__(self, read: Work, travel: Callable[[], Travel]) -> None:
        self._read = read
        self.legs = LegFinder(travel)

    def find_pupil(self, pupil_id: str) -> Pupil:
        """The pupil of this id.

        Raises
        ------
        UnknownObjectError
            There is no such pupil.
        """
        with self._read() as store:
            return load_pupil(store, pupil_id)

    def rank(self, pupil: Pupil, on: date, relaxed: frozenset[Rule] = frozenset()) -> Ranking:
        """Every possible place for a pupil (stored, or made up for one search), best first."""
        with self._read() as store:
            policy = store.policy(pupil.school, on)
            limit = policy.limit_minutes(pupil) * (RELAXED_LIMIT_FACTOR if Rule.TRAVEL in relaxed else 1)
            places = store.open_places(pupil, reach_metres(pupil, policy, limit), relaxed)
            book = store.rulebook()
        weighing = Weighing(self.legs.with_fixed_minutes(pupil, policy), policy)
        trips = self.legs.find_reached(pupil, policy, places, limit)
        ordered = places.order(trips.columns, limit * 60, weighing)
        rows = RankedPlaces(weighing, ordered, places.place, trips.leg)
        counts = Counter(places.counts)
        not_reached = places.bits.bit_count() - len(rows) - ordered.too_far
        counts[Rule.NO_ROUTE if trips.has_no_road else Rule.TRAVEL] += not_reached
        counts[Rule.TRAVEL] += ordered.too_far
        apart = _find_to_fill(pupil, places, book)
        return Ranking(
            weighing.pupil,
            policy,
            on,
            rows,
            sort_counts(+counts),
            places.looked_at,
            network_of(rows),
            apart,
            places.count_to_fill,
        )

    def answer(self, pupil: Pupil, place_id: str, on: date) -> Answer:
        """Whether one place is possible for one pupil, with the trip however long it is.

        Raises
        ------
        UnknownObjectError
            There is no such place.
        """
        with self._read() as store:
            policy = store.policy(pupil.school, on)
            place = load_place(store, place_id)
            taken = store.taken([place_id], pupil.period)
            classes, book = store.crebo_classes(), store.rulebook()
        found = self.legs.find(pupil, policy, [place], policy.limit_minutes(pupil) * RELAXED_LIMIT_FACTOR)
        leg = found.legs.get(place_id)
        verdict = check_place(
            pupil,
            place,
            policy=policy,
            book=book,
            leg=leg,
            no_route=found.no_route.get(place_id),
            taken=taken.get(place_id, NO_SEATS),
            classes=classes,
        )
        return Answer(pupil, place, verdict, leg)

    def explain_rest(self, pupil: Pupil, on: date) -> Explanation:
        """Why each place near the pupil is not shown, and how many appear when exactly one rule is relaxed."""
        with self._read() as store:
            policy = store.policy(pupil.school, on)
            limit = policy.limit_minutes(pupil)
            near = store.places_near(pupil.origin, reach_metres(pupil, policy, limit))
            places = sorted(near, key=lambda place: (_crow_flies(pupil, place), place.id))[:MOST_EXPLAINED]
            taken = store.taken([place.id for place in places], pupil.period)
            classes, book = store.crebo_classes(), store.rulebook()
        found = self.legs.find(pupil, policy, places, limit)
        rejected = []
        for place in places:
            leg = found.legs.get(place.id)
            verdict = check_place(
                pupil,
                place,
                policy=policy,
                book=book,
                leg=leg,
                no_route=None if leg is not None else found.no_route.get(place.id),
                taken=taken.get(place.id, NO_SEATS),
                classes=classes,
            )
            if isinstance(verdict, Rejected):
                rejected.append((place, verdict, leg))
        verdicts = [verdict for _, verdict, _ in rejected]
        rejected.sort(key=lambda row: (len(row[1].codes), row[2].seconds if row[2] else 10**9, row[0].id))
        return Explanation(rejected, count_cost_per_rule(verdicts), count_first_reasons(verdicts))

    def find_pupils_for(self, place_id: str, school: str, on: date) -> list[tuple[Pupil, RankedPlace]]:
        """Reverse search: pupils of a school who would fit a place, nearest first.

        Raises
        ------
        UnknownObjectError
            There is no such place.
        """
        with self._read() as store:
            policy = store.policy(school, on)
            place = load_place(store, place_id)
            pupils = store.pupils(school)
            classes, book = store.crebo_classes(), store.rulebook()
            placed = {placement.pupil for placement in store.placements(school=school) if placement.status.holds_seat}
            taken = {period: store.taken([place_id], period) for period in {pupil.period for pupil in pupils}}
        fitting = []
        for pupil in pupils:
            if pupil.id in placed:
                continue
            seats = taken[pupil.period].get(place_id, NO_SEATS)
            before = check_place(
                pupil,
                place,
                policy=policy,
                book=book,
                leg=None,
                taken=seats,
                classes=classes,
                relaxed=frozenset({Rule.TRAVEL, Rule.NO_ROUTE}),
            )
            if not isinstance(before, Eligible):
                continue
            limit = policy.limit_minutes(pupil)
            leg = self.legs.find(pupil, policy, [place], limit).legs.get(place_id)
            if leg is not None and leg.seconds <= limit * 60:
                counted = self.legs.with_fixed_minutes(pupil, policy)
                fitting.append((pupil, rank_places(counted, [(place, leg, before)], policy)[0]))
        return sorted(fitting, key=lambda pair: (pair[1].leg.seconds, pair[0].id))


def _find_to_fill(pupil: Pupil, places: OpenPlaces, book: Rulebook) -> tuple[PlaceToFill, ...]:
    verdicts = ((place, judge_place(pupil, place, book)) for place in places.find_to_fill(MOST_TO_FILL))
    return tuple(PlaceToFill(place, law.missing) for place, law in verdicts if isinstance(law, NotJudged))


def _crow_flies(pupil: Pupil, place: InternshipPlace) -> float:
    # Only an order: degrees of longitude are about 0,61 of those of latitude in the Netherlands.
    return (place.point.lat - pupil.origin.lat) ** 2 + (0.61 * (place.point.lon - pupil.origin.lon)) ** 2


def network_of(rows: Sequence[RankedPlace]) -> str:
    """The digest of the network of these trips; empty when there are none."""
    return rows[0].leg.network_digest if rows else ""


def load_pupil(store: MatchingStore, pupil_id: str) -> Pupil:
    """The pupil of this id, or a refusal with a sentence."""
    pupil = store.pupil(pupil_id)
    if pupil is None:
        raise UnknownObjectError(f"Leerling ‘{pupil_id}’ is niet bekend.")
    return pupil


def load_place(store: MatchingStore, place_id: str) -> InternshipPlace:
    """The place of this id, or a refusal with a sentence."""
    place = store.place(place_id)
    if place is None:
        raise UnknownObjectError(f"Stageplek ‘{place_id}’ is niet bekend.")
    return place
