"""The verdict of the law on one stage: lawful, unlawful with every article that is broken, or not to be judged.

Sources: Arbeidstijdenwet 3:2, 4:4, 5:3 to 5:7; Nadere regeling kinderarbeid 1:1, 3:1, 3:2; Arbobesluit 1.37. The
limits are data (`rulebook`); here is only what each kind of rule looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from matching.places.law.facts import DAY_MINUTES, AgeGroup, StageFacts, Stretch, Week, to_kilograms
from matching.places.law.rulebook import START, Rule
from matching.places.model import Weekday

Values: TypeAlias = Mapping[str, int | str]
Findings: TypeAlias = Iterator[Values]


@dataclass(frozen=True, slots=True)
class Breach:
    """One rule that is broken, with what was found: ``day`` (two letters), ``minutes``, ``kilograms``, ``days``."""

    rule: Rule
    values: Values


@dataclass(frozen=True, slots=True)
class Lawful:
    """Every rule that holds is kept."""


@dataclass(frozen=True, slots=True)
class Unlawful:
    """At least one rule is broken; every one of them is here, each day of it apart."""

    breaches: tuple[Breach, ...]

    @property
    def citations(self) -> tuple[str, ...]:
        """Every broken article once, sorted as text: ``NRK 3:1 lid 2 c``."""
        return tuple(sorted({breach.rule.citation for breach in self.breaches}))


@dataclass(frozen=True, slots=True)
class NotJudged:
    """No rule is broken as far as is known, and these facts are missing.

    ``wet`` (no rules for that day), ``leeftijdsgroep``, ``tijden``, ``schooltijden``, ``taken``, ``toezicht``,
    ``zondag``, ``handtekening``, ``binnen_of_buiten``, and ``beoordeling:TAAK`` for a task that a person must judge.
    """

    missing: tuple[str, ...]


Verdict: TypeAlias = Lawful | Unlawful | NotJudged


class _MissingFactError(Exception):
    """A rule cannot be looked at without this fact."""


@dataclass(frozen=True, slots=True)
class _Day:
    """One day with work: first and last minute, minutes worked, and the unbroken pauses."""

    first: int
    last: int
    worked: int
    pauses: tuple[int, ...]


def judge(facts: StageFacts, rules: Sequence[Rule], *, before_start: bool = False) -> Verdict:
    """Give the verdict on one stage.

    Parameters
    ----------
    rules
        Those in force (`Rulebook.on`).
    before_start
        Leave out what is only asked before the first day: the signature of a parent.

    Returns
    -------
    Lawful, Unlawful or NotJudged
        In every age group of the facts; a broken rule outweighs a missing fact. Where work as such is forbidden
        only that is named.
    """
    if facts.internal:
        return Lawful()
    if not rules:
        return NotJudged(("wet",))
    if not facts.groups:
        return NotJudged(("leeftijdsgroep",))
    breaches: dict[tuple[str, tuple[tuple[str, int | str], ...]], Breach] = {}
    missing: dict[str, None] = {} if facts.internal is not None else {"binnen_of_buiten": None}
    for group in facts.groups:
        here = [rule for rule in rules if group in rule.groups and facts.kind in rule.kinds]
        forbidden = [rule for rule in here if rule.check == "no_work"]
        for rule in forbidden or here:
            if before_start and rule.moment == START:
                continue
            found, unknown = _look(rule, facts)
            breaches.update({(rule.citation, tuple(sorted(one.items()))): Breach(rule, one) for one in found})
            missing.update(dict.fromkeys(unknown))
    if breaches and facts.internal is not None:
        return Unlawful(tuple(breaches.values()))
    return NotJudged(tuple(missing)) if missing else Lawful()


def _look(rule: Rule, facts: StageFacts) -> tuple[list[Values], tuple[str, ...]]:
    """What one rule finds, and which facts it misses."""
    try:
        return list(_CHECKS[rule.check](rule, facts)), ()
    except _MissingFactError as missing:
        return [], tuple(map(str, missing.args))


def find_groups(start: AgeGroup | None, change: int | None, months: Iterable[int]) -> tuple[AgeGroup, ...]:
    """The age groups of a pupil during a stage.

    Parameters
    ----------
    start
        The group at the start, ``None`` when nobody knows.
    change
        The month in which it changes, counted as year times twelve plus month, or ``None``.
    months
        The first and the last month of the stage, counted alike.
    """
    if start is None:
        return ()
    first, last = min(months), max(months)
    return (start, start.following) if change is not None and first <= change <= last else (start,)


# ------------------------------------------------ measuring a week


def _hours(facts: StageFacts) -> Week:
    if not facts.days:
        raise _MissingFactError("tijden")
    return facts.days


def _school(facts: StageFacts) -> Week:
    if facts.school is None:
        raise _MissingFactError("schooltijden")
    return facts.school


def _measure(stage: Stretch | None, school: Stretch | None) -> _Day:
    """A day of stage and school together; the gap between them counts as a pause, the breaks of school do not."""
    parts = sorted((part for part in (stage, school) if part is not None), key=lambda part: part.begin)
    pauses = list(stage.pauses) if stage else []
    if len(parts) == 2:
        pauses.append(max(0, parts[1].begin - parts[0].end))
    worked = (stage.worked if stage else 0) + (school.end - school.begin if school else 0)
    return _Day(parts[0].begin, max(part.end for part in parts), worked, tuple(pauses))


def _week(rule: Rule, facts: StageFacts) -> dict[Weekday, _Day]:
    """Every day with work, by day; with those of school when the rule counts school as work."""
    days = _hours(facts)
    school = _school(facts) if rule.flag("school_counts") else {}
    return {day: _measure(days.get(day), school.get(day)) for day in Weekday if day in days or day in school}


# ------------------------------------------------ what each kind of rule looks at


def _no_work(_rule: Rule, _facts: StageFacts) -> Findings:
    yield {}


def _signature(_rule: Rule, facts: StageFacts) -> Findings:
    if facts.parent_signed is None:
        raise _MissingFactError("handtekening")
    if not facts.parent_signed:
        yield {}


def _supervision(_rule: Rule, facts: StageFacts) -> Findings:
    if facts.supervised is None:
        raise _MissingFactError("toezicht")
    if not facts.supervised:
        yield {}


def _sunday(rule: Rule, facts: StageFacts) -> Findings:
    if Weekday.ZO not in _hours(facts):
        return
    if rule.flag("agreement_helps"):
        if facts.sunday_agreed is None:
            raise _MissingFactError("zondag")
        if facts.sunday_agreed:
            return
    yield {"day": Weekday.ZO.short}


def _days_per_week(rule: Rule, facts: StageFacts) -> Findings:
    days = len(_hours(facts))
    if days > rule.number("days"):
        yield {"days": days, "limit": rule.number("days")}


def _hours_per_day(rule: Rule, facts: StageFacts) -> Findings:
    days, limit = _hours(facts), rule.number("minutes")
    for day, found in _week(rule, facts).items():
        if day in days and found.worked > limit:
            yield {"day": day.short, "minutes": found.worked, "limit": limit}


def _hours_on_school_day(rule: Rule, facts: StageFacts) -> Findings:
    yield from _longer_than(rule, facts, at_school=True)


def _hours_on_other_day(rule: Rule, facts: StageFacts) -> Findings:
    yield from _longer_than(rule, facts, at_school=False)


def _longer_than(rule: Rule, facts: StageFacts, *, at_school: bool) -> Findings:
    school, limit = _school(facts), rule.number("minutes")
    for day, stretch in _hours(facts).items():
        if (day in school) is at_school and stretch.worked > limit:
            yield {"day": day.short, "minutes": stretch.worked, "limit": limit}


def _hours_per_week(rule: Rule, facts: StageFacts) -> Findings:
    worked, limit = sum(day.worked for day in _week(rule, facts).values()), rule.number("minutes")
    if worked > limit:
        yield {"minutes": worked, "limit": limit}


def _pause(rule: Rule, facts: StageFacts) -> Findings:
    days, piece, needed = _hours(facts), rule.number("piece_minutes"), rule.number("minutes")
    for day, found in _week(rule, facts).items():
        if day not in days or found.worked <= rule.number("above_minutes"):
            continue
        rested = sum(pause for pause in found.pauses if pause >= piece)
        if rested < needed:
            yield {"day": day.short, "minutes": found.worked, "pause": rested, "limit": needed}


def _daily_rest(rule: Rule, facts: StageFacts) -> Findings:
    """Rest in the 24 hours that begin at the first moment of a day with work, and until the next day with work.

    The period begins there for 16 and 17 (ATW 5:3 lid 3), and is read alike for children (NRK 3:1, 3:2).
    """
    days, needed = _hours(facts), rule.number("minutes")
    week = _week(rule, facts)
    for day, found in week.items():
        following = Weekday((day + 1) % 7)
        if day in days:
            if found.first < rule.number("quiet_until"):
                yield {"day": day.short, "begin": found.first, "limit": rule.number("quiet_until")}
            if found.last > rule.number("quiet_from"):
                yield {"day": day.short, "end": found.last, "limit": rule.number("quiet_from")}
            if found.last - found.first > DAY_MINUTES - needed:
                yield {"day": day.short, "from_first_to_last": found.last - found.first, "limit": DAY_MINUTES - needed}
        if following not in week or not (day in days or following in days):
            continue
        then = week[following].first
        if DAY_MINUTES - found.last + then < needed:
            yield {"day": day.short, "rest": DAY_MINUTES - found.last + then, "limit": needed}
        if following not in days and then < rule.number("quiet_until"):
            yield {"day": following.short, "begin": then, "limit": rule.number("quiet_until")}


def _weekly_rest(rule: Rule, facts: StageFacts) -> Findings:
    """The longest rest of the repeating week; the period of seven days begins at a day with work (ATW 5:5 lid 3)."""
    week = list(_week(rule, facts).items())
    first_again = (Weekday.MA + 7 + week[0][0], week[0][1])
    longest, needed = 0, rule.number("minutes")
    for (day, found), (later, then) in zip(week, [*week[1:], first_again], strict=True):
        longest = max(longest, (later - day) * DAY_MINUTES - found.last + then.first)
    if longest < needed:
        yield {"rest": longest, "limit": needed}


def _task(rule: Rule, facts: StageFacts) -> Findings:
    if facts.tasks is None:
        raise _MissingFactError("taken")
    for word in sorted(facts.tasks.words & rule.words):
        yield {"task": word}


def _lifting(rule: Rule, facts: StageFacts) -> Findings:
    if facts.tasks is None:
        raise _MissingFactError("taken")
    if facts.tasks.lift_kg > rule.number("kilograms"):
        yield {"kilograms": to_kilograms(facts.tasks.lift_kg), "limit": rule.number("kilograms")}


def _pushing(rule: Rule, facts: StageFacts) -> Findings:
    if facts.tasks is None:
        raise _MissingFactError("taken")
    if facts.tasks.push_kg > rule.number("kilograms"):
        yield {"kilograms": to_kilograms(facts.tasks.push_kg), "limit": rule.number("kilograms")}


def _undecided(rule: Rule, facts: StageFacts) -> Findings:
    """Work whose article nobody entered yet: a person must judge it, so it is neither allowed nor forbidden here."""
    if facts.tasks is None:
        raise _MissingFactError("taken")
    words = sorted(facts.tasks.words & rule.words)
    if words:
        raise _MissingFactError(*(f"beoordeling:{word}" for word in words))
    yield from ()


_CHECKS: Mapping[str, Callable[[Rule, StageFacts], Findings]] = {
    "no_work": _no_work,
    "signature": _signature,
    "supervision": _supervision,
    "sunday": _sunday,
    "days_per_week": _days_per_week,
    "hours_per_day": _hours_per_day,
    "hours_on_school_day": _hours_on_school_day,
    "hours_on_other_day": _hours_on_other_day,
    "hours_per_week": _hours_per_week,
    "pause": _pause,
    "daily_rest": _daily_rest,
    "weekly_rest": _weekly_rest,
    "task": _task,
    "lifting": _lifting,
    "pushing": _pushing,
    "undecided": _undecided,
}
