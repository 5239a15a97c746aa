"""From pupils and places to the problem that ``assign_places`` solves, and back to sentences.

Only the nearest places of every pupil are listed at first; ``GroupColumns``
hands out the rest when the solver shows that they could matter.
"""

from __future__ import annotations

import functools
import operator
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise

from matching.places.eligibility import NO_SEATS, Leg
from matching.places.legs import FoundLegs, LegFinder
from matching.places.model import InternshipPlace, MatchPolicy, Period, Pupil, Weekday
from matching.places.ports import OpenSets, PlaceIndex
from matching.places.ranking import Weighing, kind_of, to_minutes, wish_score
from matching.proposals.problem import Option
from matching.proposals.seats import DaySet

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
        pupil.age_group,
        pupil.age_change,
        pupil.school_hours,
        pupil.route,
        pupil.crebo,
        pupil.conflicts,
        pupil.refusals,
        pupil.id if pupil.id in own_places else "",
    )


class OptionMaker:
    """Makes the options of one pupil; the wishes are the points that are not about travel."""

    def __init__(self, pupil: Pupil, policy: MatchPolicy) -> None:
        self._pupil = pupil
        self._weighing = Weighing(pupil, policy)
        self._of_kind: dict[tuple[object, ...], int] = {}
        self._of_trip: dict[int, int] = {}

    def __call__(self, place: InternshipPlace, leg: Leg) -> Option:
        """One possible place as the solver sees it."""
        kind, minutes = kind_of(place), leg.minutes
        if kind not in self._of_kind:
            self._of_kind[kind] = wish_score(self._weighing.of_place(place))
        if minutes not in self._of_trip:
            self._of_trip[minutes] = wish_score(self._weighing.of_trip(minutes))
        wish = self._of_kind[kind] + self._of_trip[minutes]
        return Option(self._pupil.id, place.id, minutes, 2 * minutes * len(self._pupil.days), wish)


@dataclass
class Group:
    """Pupils that are placed together, with what the hard rules leave for each of them.

    Attributes
    ----------
    signatures
        Per pupil with whom it shares what the rules leave.
    near
        Per school the set of places that lie close enough to be in reach of one of its pupils.
    known
        What is known of the trips of each pupil so far.
    anywhere
        The places that are possible for somebody, as far as was asked.
    """

    pupils: Mapping[str, Pupil]
    policies: Mapping[str, MatchPolicy]
    pieces: Sequence[Period]
    taken: Taken
    signatures: Mapping[str, Signature]
    index: PlaceIndex
    open_sets: OpenSets
    near: Mapping[str, int]
    legs: LegFinder
    check: Callable[[str, int, int], None]
    nearest: int | None = NEAREST
    excluded: frozenset[tuple[str, str]] = frozenset()
    known: dict[str, Candidates] = field(default_factory=dict)
    anywhere: int = 0

    def list_nearest(self) -> list[Option]:
        """The nearest possible places of every pupil, all pupils of a school that travel alike in one question."""
        together: dict[tuple[object, ...], list[Pupil]] = defaultdict(list)
        for pupil in sorted(self.pupils.values(), key=lambda pupil: pupil.id):
            limit = self.policies[pupil.school].limit_minutes(pupil)
            together[pupil.school, pupil.modes, limit].append(pupil)
        parts = [members[at : at + PART] for members in together.values() for at in range(0, len(members), PART)]
        options: list[Option] = []
        done = 0
        self.check("reistijden", done, len(self.pupils))  # the first question lays every place on the road
        for members in parts:
            policy = self.policies[members[0].school]
            # Only of this part: a set is as long as there are places, and of a whole country they take gigabytes.
            shared = {self.signatures[pupil.id]: pupil for pupil in members}
            possible = {signature: self._possible(pupil) for signature, pupil in shared.items()}
            self.anywhere = functools.reduce(operator.or_, possible.values(), self.anywhere)
            found = self.legs.find_many(
                members,
                policy,
                self.index,
                [possible[self.signatures[pupil.id]] for pupil in members],
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
        return self.open_sets.of(pupil, self.near[pupil.school])

    @cached_property
    def places(self) -> dict[str, InternshipPlace]:
        """Every place that is possible for somebody, once all were listed, and those that are added with a lock."""
        return {place.id: place for place in self.index.places_in(self.anywhere)}

    def _to_candidates(self, pupil: Pupil, found: FoundLegs, policy: MatchPolicy) -> Candidates:
        limit = policy.limit_minutes(pupil) * 60
        cut = found.cut_seconds
        within = limit if cut is None else min(cut, limit)
        legs = {place: leg for place, leg in found.legs.items() if leg.seconds <= within}
        # A trip of exactly the last minute may be missing, so the list is complete up to the minute before.
        return Candidates(legs, None if cut is None or cut >= limit else to_minutes(cut) - 1)

    def _to_options(self, pupil: Pupil, legs: Mapping[str, Leg]) -> list[Option]:
        to_option = OptionMaker(pupil, self.policies[pupil.school])
        return [
            to_option(self.index.place(place_id), leg)
            for place_id, leg in sorted(legs.items())
            if (pupil.id, place_id) not in self.excluded
        ]

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
            # A place that came free meanwhile is not in the problem any more; it is there for the next proposal.
            possible = [self._possible(pupil) & self.anywhere]
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
