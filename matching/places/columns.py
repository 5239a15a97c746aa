"""What a search over all places needs from outside, as shapes: sets and columns, so that no place costs an object."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from matching.places.eligibility import Rule
from matching.places.model import InternshipPlace

Destination = tuple[str, float, float]


class Points(Protocol):
    """Points per code, by what they are for; a score is the sum of the three."""

    def of_place(self, place: InternshipPlace) -> Mapping[str, int]:
        """For what the place is; the same for places of one ``ranking.kind_of``."""
        ...

    def of_trip(self, minutes: int) -> Mapping[str, int]:
        """For a trip of so many whole minutes."""
        ...

    def of_seats(self, left: int) -> Mapping[str, int]:
        """For so many seats left."""
        ...


class Ordered(Protocol):
    """Places in the order of their scores, best first, as columns."""

    @property
    def numbers(self) -> Sequence[int]:
        """Which places."""
        ...

    @property
    def scores(self) -> Sequence[int]:
        """The points of each."""
        ...

    @property
    def seconds(self) -> Sequence[int]:
        """The time of the quickest trip to each."""
        ...

    @property
    def seats_left(self) -> Sequence[int]:
        """The smallest number of seats left on the pupil's days."""
        ...

    @property
    def trips(self) -> Sequence[int]:
        """Where the quickest trip to each stands in the columns that were given, counted through all of them."""
        ...

    @property
    def too_far(self) -> int:
        """How many more places were reached, but not within the limit."""
        ...


class OpenPlaces(Protocol):
    """The places that no rule but travel keeps from one pupil, each with a number."""

    @property
    def bits(self) -> int:
        """The places as a set: the bit of a place is its number."""
        ...

    @property
    def destinations(self) -> tuple[Destination, ...]:
        """Where every place of the installation lies, by number; the same tuple as long as no place changes."""
        ...

    @property
    def counts(self) -> Mapping[Rule, int]:
        """How many places each rule names first."""
        ...

    @property
    def looked_at(self) -> int:
        """How many places lie within the distance."""
        ...

    @property
    def count_to_fill(self) -> int:
        """How many places would be in the set if the law could be judged there."""
        ...

    def find_to_fill(self, most: int) -> Sequence[InternshipPlace]:
        """Those of them that lie nearest as the crow flies, nearest first."""
        ...

    def place(self, number: int) -> InternshipPlace:
        """The place with this number."""
        ...

    def order(self, trips: Sequence[tuple[Sequence[int], Sequence[int]]], limit_s: int, points: Points) -> Ordered:
        """Put what was reached in order: by score, then the quickest trip, then number.

        Parameters
        ----------
        trips
            Per way to travel the numbers that were reached and the seconds to each; with equal seconds the way that is
            named first counts.
        limit_s
            What takes longer is too far.
        """
        ...
