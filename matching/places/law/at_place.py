"""The verdict of the law on one pupil at one place, and the question it depends on.

Many pupils of a school ask the same question (age, days, school hours), and many places offer the same work, so a
search remembers the answer per question and per kind of work instead of judging every place for every pupil.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matching.places.law.facts import AgeGroup, PlaceWork, StageFacts, Stretch, only_days
from matching.places.law.judge import NotJudged, Verdict, find_groups, judge
from matching.places.law.rulebook import Rule, Rulebook

if TYPE_CHECKING:
    from matching.places.model import Period, Pupil, Weekday

OF_PUPIL = frozenset({"leeftijdsgroep", "schooltijden"})
"""Missing facts that are filled in with the pupil; the others belong to the place."""


@dataclass(frozen=True, slots=True)
class LawQuestion:
    """Everything of a pupil and a stage that the law looks at; equal questions have equal answers."""

    groups: tuple[AgeGroup, ...]
    days: frozenset[Weekday]
    school: tuple[tuple[Weekday, Stretch], ...] | None
    rules: tuple[Rule, ...]


def to_question(pupil: Pupil, days: Iterable[Weekday], period: Period, book: Rulebook) -> LawQuestion:
    """The question of a pupil for some days in a period."""
    months = [day.year * 12 + day.month for day in (period.first, period.last)]
    groups = find_groups(pupil.age_group, pupil.age_change, months)
    return LawQuestion(groups, frozenset(days), pupil.school_hours, book.during(period.first, period.last))


def judge_work(question: LawQuestion, work: PlaceWork, *, signed: bool | None = None, start: bool = False) -> Verdict:
    """The verdict on this work; with ``start`` also what is asked before the first day only."""
    facts = StageFacts(
        groups=question.groups,
        days=only_days(work.week, question.days),
        school=None if question.school is None else dict(question.school),
        tasks=work.tasks,
        supervised=work.overseen,
        parent_signed=signed,
        sunday_agreed=work.sunday,
        internal=work.internal,
    )
    return judge(facts, question.rules, before_start=not start)


def find_missing_of_pupil(verdict: Verdict) -> tuple[str, ...]:
    """The facts that are missing with the pupil, so that no place can be judged."""
    return tuple(fact for fact in verdict.missing if fact in OF_PUPIL) if isinstance(verdict, NotJudged) else ()
