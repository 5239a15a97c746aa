"""Every place of the installation in columns, so that a search looks at 50 000 of them in a millisecond.

The columns hold the hard rules that need nothing but the place (``matching.eligibility.STATIC_RULES``),
in the same order and with the same meaning; a test holds the two next to each other. The index is
kept per process and is loaded again when the revision in the database has moved.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from data import matching_rows as rows
from data.rd import to_rd
from data.tables import matching as tables
from matching.eligibility import STATIC_RULES, Rule
from matching.model import InternshipPlace, Point, Pupil
from matching.ports import Destination

MANY = 5_000
"""From so many places on the objects of an index are put out of the garbage collector's sight."""

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Near:
    """What a search found: places that no static rule excludes, and how many each rule names first.

    Attributes
    ----------
    numbers
        Of each place its number in ``destinations``.
    destinations
        Where every place of the index lies.
    """

    places: Sequence[InternshipPlace]
    numbers: Sequence[int]
    destinations: tuple[Destination, ...]
    counts: Mapping[Rule, int]
    looked_at: int


class _Coded:
    """A column of words as small numbers."""

    def __init__(self, words: Sequence[str]) -> None:
        self._code = {word: number for number, word in enumerate(sorted(set(words)))}
        self._codes = np.fromiter((self._code[word] for word in words), dtype=np.int32, count=len(words))

    def is_one_of(self, words: Iterable[str], at: Ints) -> Bools:
        """Per place of ``at`` whether its word is one of ``words``."""
        wanted = np.zeros(len(self._code) + 1, dtype=np.bool_)
        wanted[[self._code[word] for word in words if word in self._code]] = True
        found: Bools = wanted[self._codes[at]]
        return found


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
        self.finders = frozenset(place.found_by for place in places if place.found_by is not None)
        self.destinations = tuple((place.id, place.point.lat, place.point.lon) for place in places)
        self._east, self._north = points[:, 0].copy(), points[:, 1].copy()
        self._sector = _Coded([place.sector for place in places])
        self._owner = _Coded([place.owner for place in places])
        self._shared = self._flags(lambda place: place.shared and place.company.shares)
        self._withdrawn = self._flags(lambda place: place.withdrawn)
        self._found_by = _Coded([place.found_by or "" for place in places])
        self._first = np.array([place.period.first.toordinal() for place in places], dtype=np.int64)
        self._last = np.array([place.period.last.toordinal() for place in places], dtype=np.int64)
        self._days = np.array(
            [rows.to_bits(d for d, n in place.seats.items() if n) for place in places], dtype=np.int64
        )
        self._min_days = np.array([place.min_days for place in places], dtype=np.int64)
        self._supervision = self._flags(lambda place: place.supervision)
        self._wheelchair = self._flags(lambda place: place.wheelchair)
        self._sixteen = self._flags(lambda place: place.sixteen)

    def _flags(self, of: Any) -> Bools:
        return np.fromiter((of(place) for place in self.places), dtype=np.bool_, count=len(self.places))

    def _failing(self, rule: Rule, pupil: Pupil, at: Ints) -> Bools:
        """Per place of ``at`` whether ``rule`` excludes it."""
        nothing: Bools = np.zeros(len(at), dtype=np.bool_)
        tests: dict[Rule, Callable[[], Bools]] = {
            Rule.CONSENT: lambda: ~(self._owner.is_one_of((pupil.school,), at) | self._shared[at]),
            Rule.WITHDRAWN: lambda: self._withdrawn[at],
            Rule.SELF_FOUND: lambda: ~self._found_by.is_one_of(("", pupil.id), at),
            Rule.SECTOR: lambda: ~self._sector.is_one_of(pupil.sectors, at),
            Rule.PERIOD: lambda: (
                (self._first[at] > pupil.period.first.toordinal()) | (self._last[at] < pupil.period.last.toordinal())
            ),
            Rule.DAYS: lambda: (self._days[at] & (bits := rows.to_bits(pupil.days))) != bits,
            Rule.MIN_DAYS: lambda: self._min_days[at] > len(pupil.days),
            Rule.SUPERVISION: lambda: ~self._supervision[at] if pupil.supervision else nothing,
            Rule.WHEELCHAIR: lambda: ~self._wheelchair[at] if pupil.wheelchair else nothing,
            Rule.SIXTEEN: lambda: self._sixteen[at] if not pupil.sixteen else nothing,
        }
        return tests[rule]()

    def within(self, origin: Point, metres: float | None) -> Ints:
        """Numbers of the places within ``metres`` as the crow flies; ``None``: all."""
        if metres is None:
            return np.arange(len(self.places))
        east_m, north_m = to_rd(origin.lat, origin.lon)
        away = (self._east - east_m) ** 2 + (self._north - north_m) ** 2
        found: Ints = np.flatnonzero(away <= metres * metres)
        return found

    def search(self, pupil: Pupil, metres: float | None, relaxed: frozenset[Rule] = frozenset()) -> Near:
        """Places within ``metres`` that pass every static rule that is not relaxed."""
        at = self.within(pupil.origin, metres)
        looked_at = len(at)
        counts: dict[Rule, int] = {}
        for rule in STATIC_RULES:
            if rule in relaxed or len(at) == 0:
                continue
            failing = self._failing(rule, pupil, at)
            if count := int(failing.sum()):
                counts[rule] = count
                at = at[~failing]
        numbers = at.tolist()
        return Near([self.places[number] for number in numbers], numbers, self.destinations, counts, looked_at)

    def near(self, origin: Point, metres: float | None) -> list[InternshipPlace]:
        """Every place within ``metres``, whatever the rules say."""
        return [self.places[number] for number in self.within(origin, metres)]


class PlaceIndexes:
    """Keeps the newest index of one database in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._index: PlaceIndex | None = None

    def of(self, session: Session) -> PlaceIndex:
        """The index at the revision that ``session`` sees."""
        revision = session.scalar(select(tables.MatchingRevision.number)) or 0
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
        found = session.execute(
            select(*tables.InternshipPlace.__table__.columns).order_by(tables.InternshipPlace.id)
        ).all()
        points = np.array([(row.x_m, row.y_m) for row in found], dtype=np.float64).reshape(len(found), 2)
        return PlaceIndex([rows.to_place(row, companies[row.company_id]) for row in found], points, revision)
