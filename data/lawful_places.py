"""Which places are lawful for a pupil, as sets: one verdict per question of a pupil and per kind of work, remembered.

Many places offer the same work, and the pupils of a class ask the same question; so what is judged is neither a pupil
nor a place. Only kinds of work among the places that are asked about are judged.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.law_files import load_rulebook
from matching.places.eligibility import NO_WORK
from matching.places.law.at_place import LawQuestion, judge_work, to_question
from matching.places.law.facts import PlaceWork, Stretch
from matching.places.law.judge import Lawful, Unlawful
from matching.places.model import InternshipPlace, Pupil

MOST_QUESTIONS = 2_000
"""Of how many questions the verdicts are remembered; a school asks some tens."""

_OPEN, _LAWFUL, _UNLAWFUL, _UNKNOWN = 0, 1, 2, 3

Codes = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class LawSets:
    """Of the places that were asked about those that the law does not forbid, and those that are lawful."""

    allowed: int
    lawful: int


class LawfulPlaces:
    """The places at one revision, by kind of work."""

    def __init__(self, places: Sequence[InternshipPlace]) -> None:
        numbers: dict[PlaceWork, int] = {}
        of_place = [numbers.setdefault(place.work or NO_WORK, len(numbers)) for place in places]
        self._kind = np.array(of_place, np.int64)
        self._works = list(numbers)
        self._verdicts: dict[LawQuestion, Codes] = {}
        self._judged: dict[Hashable, int] = {}

    def sets(self, pupil: Pupil, among: int) -> LawSets:
        """What the law says of the places in a set, for this pupil."""
        if not among:
            return LawSets(0, 0)
        question = to_question(pupil, pupil.days, pupil.period, load_rulebook())
        codes = self._verdicts.get(question)
        if codes is None:
            if len(self._verdicts) >= MOST_QUESTIONS:
                self._verdicts.clear()
                self._judged.clear()
            codes = self._verdicts.setdefault(question, np.zeros(len(self._works), np.int8))
        self._judge(question, codes, among)
        found = codes[self._kind]
        return LawSets(_to_bits(found != _UNLAWFUL) & among, _to_bits(found == _LAWFUL) & among)

    def _judge(self, question: LawQuestion, codes: Codes, among: int) -> None:
        """Fill in the verdict on every kind of work in the set that was not asked before."""
        if codes.all():
            return
        wanted = np.zeros(len(codes), np.bool_)
        wanted[self._kind[_to_flags(among, len(self._kind))]] = True
        for number in np.flatnonzero(wanted & (codes == _OPEN)).tolist():
            work = self._works[number]
            key = (question, _on_days(work, question), work.tasks, work.overseen, work.sunday, work.internal)
            if key not in self._judged:
                verdict = judge_work(question, work)
                lawful = _LAWFUL if isinstance(verdict, Lawful) else _UNKNOWN
                self._judged[key] = _UNLAWFUL if isinstance(verdict, Unlawful) else lawful
            codes[number] = self._judged[key]


def _on_days(work: PlaceWork, question: LawQuestion) -> tuple[Stretch | None, ...] | None:
    """The hours on the days of the question: what a place does on other days makes no difference."""
    week = work.week
    return None if week is None else tuple(week.get(day) for day in sorted(question.days))


def _to_flags(bits: int, count: int) -> NDArray[np.bool_]:
    raw = np.frombuffer(bits.to_bytes(-(-count // 8), "little"), np.uint8)
    return np.unpackbits(raw, count=count, bitorder="little").view(np.bool_)


def _to_bits(flags: NDArray[np.bool_]) -> int:
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")
