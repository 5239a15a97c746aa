"""Places that are open to one pupil: every hard rule but travel, as sets of places."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from data.place_columns import Ordered
from data.place_index import PlaceIndex, narrow, to_bits
from matching.columns import Destination, Points
from matching.eligibility import Rule, count_seats_left, find_full_days, find_wanted_crebos
from matching.model import CompanyId, CreboClass, InternshipPlace, Period, Pupil, Weekday


@dataclass(frozen=True, slots=True)
class OpenPlaces:
    """The set, what each rule left out, and who holds seats there; fits ``matching.columns.OpenPlaces``.

    Attributes
    ----------
    used
        Per number of a place the seats in use on each weekday, where there are any.
    """

    index: PlaceIndex
    pupil: Pupil
    bits: int
    counts: Mapping[Rule, int]
    looked_at: int
    used: Mapping[int, Mapping[Weekday, int]]

    @property
    def destinations(self) -> tuple[Destination, ...]:
        """Where every place of the index lies."""
        return self.index.destinations

    def place(self, number: int) -> InternshipPlace:
        """The place with this number."""
        return self.index.places[number]

    def order(self, trips: Sequence[tuple[Sequence[int], Sequence[int]]], limit_s: int, points: Points) -> Ordered:
        """Put what was reached in order."""
        left = {number: count_seats_left(self.pupil, self.place(number), used) for number, used in self.used.items()}
        return self.index.columns.order(trips, limit_s, points, self.pupil.days, left)


def find_open_places(
    index: PlaceIndex,
    in_use: Callable[[int, Period], Mapping[int, Mapping[Weekday, int]]],
    pupil: Pupil,
    metres: float | None,
    classes: tuple[CreboClass, ...],
    relaxed: frozenset[Rule],
) -> OpenPlaces:
    """Places within ``metres`` that pass every rule but travel; in the order of ``matching.eligibility``.

    Parameters
    ----------
    in_use
        Of a set of places the numbers of those where somebody holds a seat in a period, and how many per weekday.
    """
    near = index.search(pupil, metres, relaxed)
    used = in_use(near.bits, pupil.period)
    wanted = find_wanted_crebos(pupil, classes)
    rules = {
        Rule.CONFLICT: lambda: ~_at_companies(index, pupil.conflicts),
        Rule.REFUSED: lambda: ~_at_companies(index, pupil.refusals),
        Rule.RECOGNITION: lambda: -1 if wanted is None else to_bits(index.columns.recognised(wanted, pupil.period)),
        Rule.FULL: lambda: (
            ~index.bits_at(
                [number for number, taken in used.items() if find_full_days(pupil, index.places[number], taken)]
            )
        ),
    }
    bits, counts = narrow(near.bits, rules.items(), relaxed)
    return OpenPlaces(index, pupil, bits, {**near.counts, **counts}, near.looked_at, used)


def _at_companies(index: PlaceIndex, companies: frozenset[CompanyId]) -> int:
    return to_bits(index.columns.of_companies(companies)) if companies else 0
