"""From pupils and places to the problem that ``assign_places`` solves, and back to sentences.

Only the nearest places of every pupil are listed at first; ``GroupColumns``
hands out the rest when the solver shows that they could matter.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise

from matching.eligibility import NO_SEATS, Eligible, Leg, Rule, check_place
from matching.legs import FoundLegs, LegFinder
from matching.model import CreboClass, InternshipPlace, MatchPolicy, Period, Pupil, Weekday
from matching.ports import PlaceIndex
from matching.problem import Option
from matching.ranking import explain, to_minutes, wish_score
from matching.seats import DaySet

NEAREST = 60
"""How many of the nearest possible places are listed per pupil before the solver asks for more."""

LIST_ALL_PUPILS = 400
"""Up to how many pupils every possible place is listed at once, so that every level can be proven."""

PART = 2_000
"""How many pupils are asked about at once, between two looks at progress and cancel."""

Seats = Mapping[Weekday, int]
Taken = Mapping[Period, Mapping[str, Seats]]
_DAYS = len(Weekday)


def split_periods(periods: Iterable[Period]) -> list[Period]:
    """The pieces of time between every first and last day, so that each period is a row of whole pieces."""
    found = sorted(set(periods), key=lambda period: (period.first, period.last))
    cuts = sorted({period.first for period in found} | {period.last + timedelta(days=1) for period in found})
    pieces = [Period(first, until - timedelta(days=1)) for first, until in pairwise(cuts)]
    return [piece for piece in pieces if any(period.overlaps(piece) for period in found)]


def to_slots(days: Iterable[Weekday], period: Period, pieces: Sequence[Period]) -> DaySet:
    """The slots a pupil needs: each day in each piece of the period."""
    wanted = tuple(days)
    return frozenset(
        number * _DAYS + day for number, piece in enumerate(pieces) if period.covers(piece) for day in wanted
    )


def seats_left(place: InternshipPlace, pieces: Sequence[Period], taken: Taken) -> dict[int, int]:
    """Seats left per slot of a place."""
    left = {}
    for number, piece in enumerate(pieces):
        used = taken[piece].get(place.id, NO_SEATS)
        for day, count in place.seats.items():
            left[number * _DAYS + day] = max(count - used.get(day, 0), 0)
    return left


@dataclass
class Candidates:
    """What is known of the trips of one pupil: legs per place, and up to how many minutes the list is complete."""

    legs: dict[str, Leg] = field(default_factory=dict)
    complete_to: int | None = None


Signature = tuple[object, ...]


def signature_of(pupil: Pupil, policy: MatchPolicy, own_places: frozenset[str]) -> Signature:
    """Everything the hard rules and the search of the network depend on, except where the pupil lives.

    Pupils with the same signature share one search: a whole class with the same days and wishes, for example.
    """
    return (
        pupil.school,
        tuple(sorted(pupil.sectors)),
        pupil.days,
        pupil.period,
        pupil.modes,
        policy.limit_minutes(pupil),
        pupil.supervision,
        pupil.wheelchair,
        pupil.sixteen,
        pupil.route,
        pupil.crebo,
        pupil.conflicts,
        pupil.refusals,
        pupil.id if pupil.id in own_places else "",
    )


@dataclass
class Group:
    """Pupils that are placed together, with what the hard rules leave for each of them.

    Attributes
    ----------
    signatures
        Per pupil which search it shares.
    found
        Per signature the set of places that pass the static rules.
    known
        What is known of the trips of each pupil so far.
    """

    pupils: Mapping[str, Pupil]
    policies: Mapping[str, MatchPolicy]
    classes: tuple[CreboClass, ...]
    pieces: Sequence[Period]
    taken: Taken
    signatures: Mapping[str, Signature]
    index: PlaceIndex
    found: Mapping[Signature, int]
    legs: LegFinder
    check: Callable[[str, int, int], None]
    nearest: int | None = NEAREST
    excluded: frozenset[tuple[str, str]] = frozenset()
    known: dict[str, Candidates] = field(default_factory=dict)
    possible: dict[Signature, int] = field(default_factory=dict)

    def list_nearest(self) -> list[Option]:
        """The nearest possible places of every pupil, all pupils of a school that travel alike in one question."""
        together: dict[tuple[object, ...], list[Pupil]] = defaultdict(list)
        for pupil in sorted(self.pupils.values(), key=lambda pupil: pupil.id):
            limit = self.policies[pupil.school].limit_minutes(pupil)
            together[pupil.school, pupil.modes, limit].append(pupil)
        parts = [members[at : at + PART] for members in together.values() for at in range(0, len(members), PART)]
        options: list[Option] = []
        done = 0
        for members in parts:
            policy = self.policies[members[0].school]
            found = self.legs.find_many(
                members,
                policy,
                self.index,
                [self._possible(pupil) for pupil in members],
                count=self.nearest,
                limit_minutes=policy.limit_minutes(members[0]),
            )
            for pupil, legs in zip(members, found, strict=True):
                self.known[pupil.id] = self._to_candidates(pupil, legs, policy)
                options += self._to_options(pupil, self.known[pupil.id].legs)
            done += len(members)
            self.check("reistijden", done, len(self.pupils))
        return options

    def _possible(self, pupil: Pupil) -> int:
        """Places that pass every rule but travel, for everybody with the signature of this pupil."""
        signature = self.signatures[pupil.id]
        if signature not in self.possible:
            policy = self.policies[pupil.school]
            found = self.found[signature]
            # The static rules were looked at when ``found`` was made; most places have nothing else to refuse on.
            personal = bool(pupil.conflicts or pupil.refusals or (pupil.route and pupil.route.needs_recognition))
            doubtful = self.index.places_in(found if personal else found & self._busy)
            failing = [place.id for place in doubtful if not self._passes(pupil, place, policy)]
            self.possible[signature] = found & ~self.index.bits_of(failing)
        return self.possible[signature]

    @cached_property
    def _busy(self) -> int:
        """Places where somebody has a seat already."""
        return self.index.bits_of({place_id for taken in self.taken.values() for place_id in taken})

    @cached_property
    def places(self) -> dict[str, InternshipPlace]:
        """Every place that is possible for somebody, and those that are added with a lock."""
        everywhere = 0
        for pupil in self.pupils.values():
            everywhere |= self._possible(pupil)
        return {place.id: place for place in self.index.places_in(everywhere)}

    def _passes(self, pupil: Pupil, place: InternshipPlace, policy: MatchPolicy) -> bool:
        used: dict[Weekday, int] = {}
        for piece in self.pieces:
            if pupil.period.covers(piece):
                for day, count in self.taken[piece].get(place.id, NO_SEATS).items():
                    used[day] = max(used.get(day, 0), count)
        verdict = check_place(
            pupil,
            place,
            policy=policy,
            leg=None,
            taken=used,
            classes=self.classes,
            relaxed=frozenset({Rule.TRAVEL, Rule.NO_ROUTE}),
        )
        return isinstance(verdict, Eligible)

    def _to_candidates(self, pupil: Pupil, found: FoundLegs, policy: MatchPolicy) -> Candidates:
        limit = policy.limit_minutes(pupil) * 60
        cut = found.cut_seconds
        within = limit if cut is None else min(cut, limit)
        legs = {place: leg for place, leg in found.legs.items() if leg.seconds <= within}
        # A trip of exactly the last minute may be missing, so the list is complete up to the minute before.
        return Candidates(legs, None if cut is None or cut >= limit else to_minutes(cut) - 1)

    def _to_options(self, pupil: Pupil, legs: Mapping[str, Leg]) -> list[Option]:
        return [
            self.to_option(pupil, self.places[place_id], leg)
            for place_id, leg in sorted(legs.items())
            if (pupil.id, place_id) not in self.excluded
        ]

    def to_option(self, pupil: Pupil, place: InternshipPlace, leg: Leg) -> Option:
        """A possible place as the solver sees it; the wishes are the points that are not about travel."""
        reasons = explain(pupil, place, leg, 1, self.policies[pupil.school])
        return Option(pupil.id, place.id, leg.minutes, 2 * leg.minutes * len(pupil.days), wish_score(reasons))

    # ------------------------------------------------ the columns that were left out

    def complete_to(self, pupil: str) -> int | None:
        """Up to how many minutes every option of this pupil is listed; ``None``: all of them."""
        return self.known[pupil].complete_to

    def extend(self, wanted: Mapping[str, int | None]) -> list[Option]:
        """The options not listed yet up to the wanted minutes (``None``: all), per pupil."""
        options: list[Option] = []
        for number, (name, minutes) in enumerate(sorted(wanted.items())):
            pupil = self.pupils[name]
            policy = self.policies[pupil.school]
            limit = policy.limit_minutes(pupil)
            upto = limit if minutes is None else min(minutes, limit)
            possible = [self._possible(pupil)]
            found = self.legs.find_many([pupil], policy, self.index, possible, count=None, limit_minutes=upto)[0]
            known = self.known[name]
            new = {
                place: leg for place, leg in found.legs.items() if place not in known.legs and leg.seconds <= limit * 60
            }
            known.legs.update(new)
            known.complete_to = None if upto >= limit else upto
            options += self._to_options(pupil, new)
            self.check("meer plekken", number + 1, len(wanted))
        return options


@dataclass(frozen=True, slots=True)
class Help:
    """What would place pupils who have no place now: so many seats, where and when."""

    count: int
    sector: str
    days: str
    minutes: int

    @property
    def text(self) -> str:
        """``2 plekken groen op di do binnen 30 min``."""
        noun = "plek" if self.count == 1 else "plekken"
        return f"{self.count} {noun} {self.sector} op {self.days} binnen {self.minutes} min"


def find_help(pupils: Iterable[Pupil], policies: Mapping[str, MatchPolicy]) -> list[Help]:
    """Per first wish and days how many seats are missing, within the shortest limit of those pupils."""
    counts: Counter[tuple[str, str]] = Counter()
    limits: dict[tuple[str, str], int] = {}
    for pupil in pupils:
        key = (pupil.sectors[0] if pupil.sectors else "in elke sector", pupil.day_text)
        counts[key] += 1
        limit = policies[pupil.school].limit_minutes(pupil)
        limits[key] = min(limits.get(key, limit), limit)
    found = [Help(count, sector, days, limits[sector, days]) for (sector, days), count in counts.items()]
    return sorted(found, key=lambda help_: (-help_.count, help_.sector, help_.days))


def first_school_day(pupils: Iterable[Pupil]) -> date:
    """The day on which the policy of a group counts: the first day of its first period."""
    return min(pupil.period.first for pupil in pupils)
