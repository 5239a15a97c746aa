"""Every place of the installation as rows of bits, so that a search looks at 50 000 of them in a millisecond.

A set of places is a whole number: bit ``i`` is the place on row ``i`` of the table. Every hard rule that needs nothing
but the place (``matching.places.eligibility.STATIC_RULES``) is such a set, in the same order and with the same
meaning; a test holds the two next to each other. The index is kept per process and is loaded again when the revision
in the database has moved.
"""

from __future__ import annotations

import gc
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from data import matching_rows as rows
from data.lawful_places import LawfulPlaces
from data.places.columns import Bools, PlaceColumns
from data.places.seats_in_use import SeatsInUse
from data.rd import to_rd
from data.session import Session, is_writing
from data.tables import matching as tables
from geo.layouts import numbers_in
from matching.places.eligibility import STATIC_RULES, UNRELAXED, Rule
from matching.places.model import InternshipPlace, Period, Point, Pupil, Weekday

MOST_PERIODS = 200
"""Of how many periods the places that are there all the time are remembered."""

_REVISION = select(tables.MatchingRevision.__table__.c.number)

MANY = 5_000
"""From so many places on the objects of an index are put out of the garbage collector's sight."""


def to_bits(flags: Bools) -> int:
    """A column of yes and no as one number."""
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")


@dataclass(frozen=True, slots=True)
class Near:
    """What a search found: the set of places that no static rule excludes, and how many each rule names first.

    Attributes
    ----------
    bits
        The set, as ``PlaceIndex`` writes it.
    looked_at
        How many places lie within the distance.
    without_facts
        Places that only miss facts for the law: they are shown apart.
    """

    bits: int
    counts: Mapping[Rule, int]
    looked_at: int
    without_facts: int


Passing = Callable[[int], int]
"""Of a set of places those that a rule does not exclude; it may give others beside."""


def narrow(
    at: int, rules: Iterable[tuple[Rule, Passing]], relaxed: frozenset[Rule]
) -> tuple[int, dict[Rule, int], int]:
    """What is left of a set after rules that each say which places pass, and how many each rule names first.

    Age and the law are looked at whatever is relaxed. Last come the places of which facts must be filled in first.
    """
    without_facts = 0
    counts: dict[Rule, int] = {}
    for rule, passing in rules:
        if (rule in relaxed and rule not in UNRELAXED) or not at:
            continue
        left = at & passing(at)
        if rule is Rule.FACTS:
            without_facts = at & ~left
        if left != at:
            counts[rule] = at.bit_count() - left.bit_count()
            at = left
    return at, counts, without_facts


class PlaceIndex:
    """The places at one revision.

    Parameters
    ----------
    places
        In order of id.
    points
        RD New metres per place, shape (places, 2).
    """

    def __init__(self, places: Sequence[InternshipPlace], points: NDArray[np.float64], revision: int) -> None:
        self.places = places
        self.revision = revision
        self.destinations = tuple((place.id, place.point.lat, place.point.lon) for place in places)
        self._all = (1 << len(places)) - 1
        self._number: dict[str, int] = {place.id: number for number, place in enumerate(places)}
        self._east, self._north = np.ascontiguousarray(points.T)
        self._corners = (points.min(axis=0), points.max(axis=0)) if len(points) else None
        self._sector = self._sets(lambda place: [place.sector])
        self._owner = self._sets(lambda place: [place.owner])
        self._day = self._sets(lambda place: [day for day, seats in place.seats.items() if seats])
        self._min_days = self._sets(lambda place: [place.min_days])
        self._shared = self._set(lambda place: place.shared and place.company.shares)
        self._open = self._set(lambda place: not place.withdrawn)
        self._free = self._set(lambda place: place.found_by is None)
        self._supervision = self._set(lambda place: place.supervision)
        self._wheelchair = self._set(lambda place: place.wheelchair)
        self._young = self._set(lambda place: not place.sixteen)
        self._found_by: dict[str, list[str]] = defaultdict(list)
        for place in places:
            if place.found_by is not None:
                self._found_by[place.found_by].append(place.id)
        self._first = np.array([place.period.first.toordinal() for place in places], dtype=np.int32)
        self._last = np.array([place.period.last.toordinal() for place in places], dtype=np.int32)
        self._periods: dict[Period, int] = {}
        self.columns = PlaceColumns(places)
        self._law = LawfulPlaces(places)

    @property
    def finders(self) -> frozenset[str]:
        """Ids of the pupils who found a place themselves."""
        return frozenset(self._found_by)

    def _set(self, of: Callable[[InternshipPlace], Any]) -> int:
        return to_bits(np.fromiter(map(of, self.places), dtype=np.bool_, count=len(self.places)))

    def _sets(self, of: Callable[[InternshipPlace], Iterable[Any]]) -> Mapping[Any, int]:
        """Per word the set of places that have it; nothing for other words."""
        members: dict[Any, list[int]] = defaultdict(list)
        for number, place in enumerate(self.places):
            for word in of(place):
                members[word].append(number)
        return defaultdict(int, {word: self.bits_at(numbers) for word, numbers in members.items()})

    def bits_at(self, numbers: Sequence[int]) -> int:
        """The set of the places with these numbers."""
        flags = np.zeros(len(self.places), dtype=np.bool_)
        flags[numbers] = True
        return to_bits(flags)

    def _passing(self, pupil: Pupil) -> Mapping[Rule, Passing]:
        """Per rule the places that it does not exclude."""
        return {
            Rule.CONSENT: lambda _: self._owner.get(pupil.school, 0) | self._shared,
            Rule.WITHDRAWN: lambda _: self._open,
            Rule.SELF_FOUND: lambda _: self._free | self.bits_of(self._found_by.get(pupil.id, ())),
            Rule.SECTOR: lambda _: _any(self._sector, pupil.sectors),
            Rule.PERIOD: lambda _: self._in_period(pupil.period),
            Rule.DAYS: lambda _: self._on_days(pupil.days),
            Rule.MIN_DAYS: lambda _: _any(self._min_days, range(len(pupil.days) + 1)),
            Rule.SUPERVISION: lambda _: self._supervision if pupil.supervision else self._all,
            Rule.WHEELCHAIR: lambda _: self._wheelchair if pupil.wheelchair else self._all,
            Rule.SIXTEEN: lambda _: self._all if pupil.sixteen else self._young,
            Rule.LAW: lambda at: self._law.sets(pupil, at).allowed,
            Rule.FACTS: lambda at: self._law.sets(pupil, at).lawful,
        }

    def _in_period(self, period: Period) -> int:
        found = self._periods.get(period)
        if found is None:
            first, last = period.first.toordinal(), period.last.toordinal()
            found = to_bits((self._first <= first) & (self._last >= last))
            if len(self._periods) >= MOST_PERIODS:
                self._periods.clear()
            self._periods[period] = found
        return found

    def _on_days(self, days: Iterable[Weekday]) -> int:
        found = self._all
        for day in days:
            found &= self._day.get(day, 0)
        return found

    def within(self, origin: Point, metres: float | None) -> int:
        """The places within ``metres`` as the crow flies; ``None``: all."""
        if metres is None or self._corners is None:
            return self._all
        here = np.array(to_rd(origin.lat, origin.lon))
        furthest = np.maximum(np.abs(self._corners[0] - here), np.abs(self._corners[1] - here))
        if furthest @ furthest <= metres * metres:
            return self._all
        east, north = self._east - here[0], self._north - here[1]
        return to_bits(east * east + north * north <= metres * metres)

    def find_nearest(self, origin: Point, bits: int, most: int) -> list[InternshipPlace]:
        """Of a set the places that lie nearest as the crow flies, nearest first; equal ones by id."""
        numbers = np.array(numbers_in(bits), np.int64)
        here = to_rd(origin.lat, origin.lon)
        away = np.hypot(self._east[numbers] - here[0], self._north[numbers] - here[1])
        return [self.places[number] for number in numbers[np.lexsort((numbers, away))[:most]].tolist()]

    def search(self, pupil: Pupil, metres: float | None, relaxed: frozenset[Rule] = frozenset()) -> Near:
        """Places within ``metres`` that pass every static rule that is not relaxed."""
        near = self.within(pupil.origin, metres)
        at, counts, without_facts = narrow(near, self.rules_of(pupil), relaxed)
        return Near(at, counts, near.bit_count(), without_facts)

    def rules_of(self, pupil: Pupil) -> Iterator[tuple[Rule, Passing]]:
        """Every static rule with the places that pass it for this pupil."""
        passing = self._passing(pupil)
        return ((rule, passing[rule]) for rule in STATIC_RULES)

    def near(self, origin: Point, metres: float | None) -> list[InternshipPlace]:
        """Every place within ``metres``, whatever the rules say."""
        return self.places_in(self.within(origin, metres))

    def places_in(self, bits: int) -> list[InternshipPlace]:
        """The places of a set, by id."""
        return [self.places[number] for number in numbers_in(bits)]

    def bits_of(self, place_ids: Iterable[str]) -> int:
        """The set of these places; ids that are not in the table are left out."""
        return self.bits_at([self._number[name] for name in place_ids if name in self._number])

    def number_of(self, place_id: str) -> int | None:
        """The row of this place, or ``None``."""
        return self._number.get(place_id)

    def place(self, place_id: str) -> InternshipPlace:
        """The place of this id; ``KeyError`` when the table does not have it."""
        return self.places[self._number[place_id]]


def _any(sets: Mapping[Any, int], words: Iterable[Any]) -> int:
    found = 0
    for word in words:
        found |= sets.get(word, 0)
    return found


class PlaceIndexes:
    """Keeps the newest index of one database in this process, and the seats in use at its places."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._index: PlaceIndex | None = None
        self._seats: SeatsInUse[PlaceIndex] | None = None

    def seats(self, session: Session) -> SeatsInUse[PlaceIndex]:
        """The seats in use as ``session`` sees them, or later ones."""
        index = self.of(session)
        if is_writing(session):
            return SeatsInUse(session, index)  # what it has not saved yet is for nobody else
        with self._lock:
            seats = self._seats
            if seats is None or seats.index is not index:
                seats = self._seats = SeatsInUse(session, index)
                return seats
        seats.catch_up(session)
        return seats

    def of(self, session: Session) -> PlaceIndex:
        """The index at the revision that ``session`` sees."""
        revision = session.scalar(_REVISION) or 0
        index = self._index
        if index is not None and index.revision == revision:
            return index
        with self._lock:
            if self._index is None or self._index.revision != revision:
                self._index = self._load(session, revision)
                if len(self._index.places) >= MANY:
                    # Hundreds of thousands of objects that stay: the garbage collector need not walk them again and
                    # again, which takes a tenth of a second in the middle of somebody's search.
                    gc.collect()
                    gc.freeze()
            return self._index

    @staticmethod
    def _load(session: Session, revision: int) -> PlaceIndex:
        companies = rows.load_companies(session)
        # Sorted here: a database may have an order of its own for letters.
        found = sorted(
            session.execute(select(*tables.InternshipPlace.__table__.columns)).all(), key=lambda row: str(row.id)
        )
        points = np.array([(row.x_m, row.y_m) for row in found], dtype=np.float64).reshape(len(found), 2)
        return PlaceIndex([rows.to_place(row, companies[row.company_id]) for row in found], points, revision)
