"""A group to be placed, and the answer: what ``assign_places`` takes and gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from matching.proposals.seats import DaySet


class Option(NamedTuple):
    """One possible place for one pupil: whole minutes, weekly stage minutes, wish points."""

    pupil: str
    place: str
    minutes: int
    burden: int
    wish: int


class Columns(Protocol):
    """More options on demand, for problems that list only the nearest places of every pupil."""

    def complete_to(self, pupil: str) -> int | None:
        """Up to how many minutes every option of this pupil is listed; ``None``: all of them."""
        ...

    def extend(self, wanted: Mapping[str, int | None]) -> Sequence[Option]:
        """The options not listed yet up to the wanted minutes (``None``: all), per pupil."""
        ...


@dataclass(frozen=True, slots=True)
class Problem:
    """A group: the slots every pupil needs, the seats left per place and slot, and the options."""

    pupils: Mapping[str, DaySet]
    places: Mapping[str, Mapping[int, int]]
    options: Sequence[Option]
    locks: Mapping[str, str] = field(default_factory=dict)
    columns: Columns | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the objective: its value, the bound, and whether they are proven to meet."""

    name: str
    value: int
    bound: int | None
    proven: bool

    @property
    def gap(self) -> int | None:
        """How far the value may be from the best one; ``None``: no bound is known."""
        return 0 if self.proven else None if self.bound is None else abs(self.value - self.bound)


@dataclass(frozen=True, slots=True)
class Assignment:
    """The proposal: an option per placed pupil, the pupils without, and the proof."""

    placed: Mapping[str, Option]
    unplaced: tuple[str, ...]
    contested: frozenset[str]
    levels: tuple[Level, ...]
    seed: int

    @property
    def proven(self) -> bool:
        """Whether every level is proven optimal."""
        return all(level.proven for level in self.levels)
