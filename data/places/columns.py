"""What a search counts with per place, as columns of whole numbers: seats, the points of its kind, and its company.

A row is a place, in the order of ``data.places.index``. What the points are is up to the domain
(``matching.places.ranking.Weighing``); here they are asked once per kind of place, per minute and per number of seats.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matching.places.columns import Points
from matching.places.model import CompanyId, InternshipPlace, Period, Weekday
from matching.places.ranking import kind_of

Bools = NDArray[np.bool_]
Column = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ordered:
    """Places in the order of their scores; fits ``matching.places.columns.Ordered``."""

    numbers: Sequence[int]
    scores: Sequence[int]
    seconds: Sequence[int]
    seats_left: Sequence[int]
    trips: Sequence[int]
    too_far: int


class PlaceColumns:
    """The columns of some places."""

    def __init__(self, places: Sequence[InternshipPlace]) -> None:
        self._seats = {day: np.array([place.seats.get(day, 0) for place in places], np.int64) for day in Weekday}
        self._kind, kinds = _to_numbers(kind_of(place) for place in places)
        self._examples = [places[row] for row in kinds.values()]
        self._company, companies = _to_numbers(place.company.id for place in places)
        self._company_number = {name: number for number, name in enumerate(companies)}
        found: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for number, row in enumerate(companies.values()):
            for one in places[row].company.recognitions:
                last = date.max if one.last is None else one.last
                found[one.crebo].append((number, one.first.toordinal(), last.toordinal()))
        self._recognitions = {crebo: np.array(rows, np.int64).T for crebo, rows in found.items()}

    def of_companies(self, ids: Iterable[CompanyId]) -> Bools:
        """Which places are at one of these companies."""
        return self._at([self._company_number[name] for name in ids if name in self._company_number])

    def recognised(self, crebos: frozenset[str], period: Period) -> Bools:
        """Which places are at a company that is recognised for one of these crebos during the whole period."""
        companies: list[int] = []
        for crebo in self._recognitions.keys() & crebos:
            company, first, last = self._recognitions[crebo]
            # `Recognition.holds_during`, of a column
            holds = (first <= period.first.toordinal()) & (period.last.toordinal() <= last)
            companies += company[holds].tolist()
        return self._at(companies)

    def _at(self, companies: Sequence[int]) -> Bools:
        wanted = np.zeros(len(self._company_number), np.bool_)
        wanted[companies] = True
        return wanted[self._company]

    def order(
        self,
        trips: Sequence[tuple[Sequence[int], Sequence[int]]],
        limit_s: int,
        points: Points,
        days: Iterable[Weekday],
        left_over: Mapping[int, int],
    ) -> Ordered:
        """Put what was reached in order: see ``matching.places.columns.OpenPlaces``.

        Parameters
        ----------
        days
            The pupil's days.
        left_over
            Seats left on those days where somebody holds a seat already; elsewhere it is what the place offers.
        """
        number, seconds, trip = _quickest(trips)
        near = seconds <= limit_s
        too_far = int(near.size - np.count_nonzero(near))
        number, seconds, trip = number[near], seconds[near], trip[near]
        left = np.min([self._seats[day][number] for day in days], axis=0)
        if left_over:
            for row in np.flatnonzero(np.isin(number, list(left_over))).tolist():
                left[row] = left_over[int(number[row])]
        score = (
            _each(self._kind[number], lambda kind: points.of_place(self._examples[kind]))
            + _each(-(-seconds // 60), points.of_trip)  # `matching.places.ranking.to_minutes`, of a column
            + _each(left, points.of_seats)
        )
        best = np.lexsort((number, seconds, -score))
        numbers, scores, times, seats, rows = (column[best].data for column in (number, score, seconds, left, trip))
        return Ordered(numbers, scores, times, seats, rows, too_far)


def _to_numbers(words: Iterable[Hashable]) -> tuple[Column, dict[Hashable, int]]:
    """Words as numbers from 0 on, and of each word, by number, the first row that has it."""
    first: dict[Hashable, int] = {}
    seen: dict[Hashable, int] = {}
    numbers = []
    for row, word in enumerate(words):
        first.setdefault(word, row)
        numbers.append(seen.setdefault(word, len(seen)))
    return np.array(numbers, np.int64), first


def _quickest(trips: Sequence[tuple[Sequence[int], Sequence[int]]]) -> tuple[Column, Column, Column]:
    """Number, seconds and row of the quickest trip to each; of equally quick ones the first."""
    number, seconds = (
        np.concatenate([np.empty(0, np.int64), *(np.asarray(trip[part], np.int64) for trip in trips)])
        for part in (0, 1)
    )
    if len(trips) <= 1:
        return number, seconds, np.arange(number.size)
    by_number = np.lexsort((seconds, number))  # keeps the order of what is equal
    first = np.append(True, np.diff(number[by_number]) != 0)[: number.size]
    best = by_number[first]
    return number[best], seconds[best], best


def _each(column: Column, points_of: Callable[[int], Mapping[str, int]]) -> Column:
    """The sum of points per row, asked once per different value."""
    if not column.size:
        return column
    lowest = int(column.min())
    shifted = column - lowest
    table = np.zeros(int(shifted.max()) + 1, np.int64)
    for value in np.flatnonzero(np.bincount(shifted)).tolist():
        table[value] = sum(points_of(value + lowest).values())
    return table[shifted]
