"""Places that are open to one pupil: every hard rule but travel, as sets of places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from data.places.columns import Ordered
from data.places.index import Passing, PlaceIndex, narrow, to_bits
from matching.places.columns import Destination, Points
from matching.places.eligibility import Rule, count_seats_left, find_full_days, find_wanted_crebos
from matching.places.model import CompanyId, CreboClass, InternshipPlace, Period, Pupil, Weekday

Used = Mapping[int, Mapping[Weekday, int]]
"""Per number of a place the seats in use on each weekday, where there are any."""

InUse = Callable[[int, Period], Used]


@dataclass(frozen=True, slots=True)
class OpenPlaces:
    """The set, what each rule left out, and who holds seats there; fits ``matching.places.columns.OpenPlaces``."""

    index: PlaceIndex
    pupil: Pupil
    bits: int
    counts: Mapping[Rule, int]
    looked_at: int
    used: Used
    without_facts: int

    @property
    def destinations(self) -> tuple[Destination, ...]:
        """Where every place of the index lies."""
        return self.index.destinations

    @property
    def count_to_fill(self) -> int:
        """How many places would be in the set if the law could be judged there."""
        return self.without_facts.bit_count()

    def find_to_fill(self, most: int) -> list[InternshipPlace]:
        """Those of them that lie nearest as the crow flies."""
        return self.index.find_nearest(self.pupil.origin, self.without_facts, most)

    def place(self, number: int) -> InternshipPlace:
        """The place with this number."""
        return self.index.places[number]

    def order(self, trips: Sequence[tuple[Sequence[int], Sequence[int]]], limit_s: int, points: Points) -> Ordered:
        """Put what was reached in order."""
        left = {number: count_seats_left(self.pupil, self.place(number), used) for number, used in self.used.items()}
        return self.index.columns.order(trips, limit_s, points, self.pupil.days, left)


def find_open_places(
    index: PlaceIndex,
    in_use: InUse,
    pupil: Pupil,
    metres: float | None,
    classes: tuple[CreboClass, ...],
    relaxed: frozenset[Rule],
) -> OpenPlaces:
    """Places within ``metres`` that pass every rule but travel; in the order of ``matching.places.eligibility``.

    Parameters
    ----------
    in_use
        Of a set of places the numbers of those where somebody holds a seat in a period, and how many per weekday.
    """
    near = index.search(pupil, metres, relaxed)
    used = in_use(near.bits, pupil.period)
    sets = OpenSets(index, in_use, classes)
    bits, counts, _ = narrow(near.bits, sets.rules_of_the_moment(pupil, used), relaxed)
    apart = near.without_facts
    if apart:
        apart, _, _ = narrow(apart, sets.rules_of_the_moment(pupil, in_use(apart, pupil.period)), relaxed)
    return OpenPlaces(index, pupil, bits, {**near.counts, **counts}, near.looked_at, used, apart)


class OpenSets:
    """Which places are open to each of many pupils, without counting what keeps the others away.

    Fits ``matching.places.ports.OpenSets``; the parameters are those of `find_open_places`.
    """

    def __init__(self, index: PlaceIndex, in_use: InUse, classes: tuple[CreboClass, ...]) -> None:
        self._index = index
        self._in_use = in_use
        self._classes = classes
        self._recognised: dict[tuple[frozenset[str], Period], int] = {}

    def of(self, pupil: Pupil, among: int) -> int:
        """The places of a set that pass every rule but travel."""
        for _, passing in self._index.rules_of(pupil):
            if not among:
                return 0
            among &= passing(among)
        for _, passing in self.rules_of_the_moment(pupil, self._in_use(among, pupil.period)):
            among &= passing(among)
        return among

    def rules_of_the_moment(self, pupil: Pupil, used: Used) -> Iterator[tuple[Rule, Passing]]:
        """Every other rule that can exclude a place for this pupil, in the order of ``matching.places.eligibility``."""
        for rule, companies in ((Rule.CONFLICT, pupil.conflicts), (Rule.REFUSED, pupil.refusals)):
            if companies:
                yield rule, partial(self._elsewhere, companies)
        wanted = find_wanted_crebos(pupil, self._classes)
        if wanted is not None:
            yield Rule.RECOGNITION, partial(self._recognised_for, wanted, pupil.period)
        full = [number for number, taken in used.items() if find_full_days(pupil, self._index.places[number], taken)]
        if full:
            yield Rule.FULL, lambda _: ~self._index.bits_at(full)

    def _elsewhere(self, companies: frozenset[CompanyId], _among: int) -> int:
        return ~to_bits(self._index.columns.of_companies(companies))

    def _recognised_for(self, crebos: frozenset[str], period: Period, _among: int) -> int:
        key = (crebos, period)
        if key not in self._recognised:
            self._recognised[key] = to_bits(self._index.columns.recognised(crebos, period))
        return self._recognised[key]
