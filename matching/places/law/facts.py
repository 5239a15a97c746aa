"""What the law asks of one stage: a week that repeats, who goes there, and what is done there.

A fact that nobody knows is ``None``; it is never read as "no". Times are whole minutes after midnight.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import TypeAlias

from matching.errors import InvalidValueError
from matching.places.model import Weekday

DAY_MINUTES = 24 * 60


class AgeGroup(Enum):
    """How old a pupil is at the start of a stage; no birth date is needed or stored."""

    UNDER_13 = "tot-13"
    AGE_13 = "13"
    AGE_14_15 = "14-15"
    AGE_16_17 = "16-17"
    ADULT = "18+"

    @property
    def following(self) -> AgeGroup:
        """The group a pupil grows into; an adult stays one."""
        groups = list(AgeGroup)
        return groups[min(groups.index(self) + 1, len(groups) - 1)]

    @property
    def is_sixteen(self) -> bool:
        """Whether a pupil of this group is 16 or older."""
        return self in {AgeGroup.AGE_16_17, AgeGroup.ADULT}


class StageKind(Enum):
    """A stage to learn a trade, or one to be of use to others."""

    TRADE = "beroepsstage"
    SOCIAL = "maatschappelijk"


@dataclass(frozen=True, slots=True)
class Stretch:
    """One unbroken presence on a day: begin and end in minutes after midnight, and the pauses in minutes.

    Raises
    ------
    InvalidValueError
        It ends before it begins, lies outside the day, or has pauses that leave no work.
    """

    begin: int
    end: int
    pauses: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.begin < self.end <= DAY_MINUTES:
            raise InvalidValueError(
                f"een begin voor het einde, op dezelfde dag (niet {to_clock(self.begin)} tot {to_clock(self.end)})"
            )
        if any(pause < 0 for pause in self.pauses) or sum(self.pauses) >= self.end - self.begin:
            raise InvalidValueError(
                f"pauzes die samen korter zijn dan de dag (niet {sum(self.pauses)} van de {self.end - self.begin}"
                " minuten)"
            )

    @property
    def text(self) -> str:
        """``09:00-15:30``."""
        return f"{to_clock(self.begin)}-{to_clock(self.end)}"

    @property
    def worked(self) -> int:
        """Minutes from begin to end without the pauses."""
        return self.end - self.begin - sum(self.pauses)


Week: TypeAlias = Mapping[Weekday, Stretch]
"""At most one stretch per weekday; the week repeats, so Monday follows Sunday."""


@dataclass(frozen=True, slots=True)
class Tasks:
    """What is done: words of the controlled list, and how heavy the lifting and pushing is, in kilograms."""

    words: frozenset[str] = frozenset()
    lift_kg: Fraction = Fraction(0)
    push_kg: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class StageFacts:
    """One stage as the law looks at it.

    Attributes
    ----------
    groups
        The age group at the start and, when it changes during the stage, the next; each must be lawful. Empty: nobody
        knows.
    internal
        Within the own school, where these rules do not hold (ATW 2:3, Arbobesluit 1.39).
    days, school
        The week at the stage and the week at school, breaks of the school included.
    """

    groups: tuple[AgeGroup, ...]
    days: Week | None
    school: Week | None
    tasks: Tasks | None
    supervised: bool | None
    parent_signed: bool | None
    sunday_agreed: bool | None = False
    kind: StageKind = StageKind.TRADE
    internal: bool | None = False


@dataclass(frozen=True, slots=True)
class PlaceWork:
    """What a company says of the work at a place; everything may still be unknown.

    Attributes
    ----------
    hours
        Weekday with its stretch, in the order of the week; ``None`` when nothing is filled in.
    overseen
        Whether somebody with knowledge of the work supervises (Arbobesluit 1.37).
    sunday
        Work on Sunday belongs to this work and is agreed with the pupil.
    internal
        Within the own school.
    """

    hours: tuple[tuple[Weekday, Stretch], ...] | None = None
    tasks: Tasks | None = None
    overseen: bool | None = None
    sunday: bool = False
    internal: bool = False

    @property
    def week(self) -> Week | None:
        """The hours by weekday."""
        return None if self.hours is None else dict(self.hours)


_CLOCK = r"([01][0-9]|2[0-3]):([0-5][0-9])"
_STRETCH = re.compile(rf"([a-z]+) +{_CLOCK} *- *(?:{_CLOCK}|(24:00))(?: */ *([0-9]{{1,4}}(?: *\+ *[0-9]{{1,4}})*))?")
_HINT = "ma 09:00-15:30/30"


_KILOGRAMS = re.compile(r"(tillen|kracht) *: *([0-9]{1,4})(?:[.,]([0-9]{1,3}))?")
NO_TASKS = "geen"
"""The word for: none of the kinds of task that the law knows; nothing at all is: nobody knows."""


def read_tasks(text: str, words: Iterable[str]) -> Tasks:
    """Read ``kassa|tillen:10``: words of a controlled list, kilograms, or ``geen``.

    Raises
    ------
    InvalidValueError
        A word that is not in the list, or kilograms that are no number; what was expected.
    """
    allowed = tuple(words)
    found, heaviest = set(), {"tillen": Fraction(0), "kracht": Fraction(0)}
    for part in (part.strip().lower() for part in text.split("|")):
        weight = _KILOGRAMS.fullmatch(part)
        if weight is not None:
            heaviest[weight[1]] = max(heaviest[weight[1]], Fraction(f"{weight[2]}.{weight[3] or 0}"))
        elif part in allowed:
            found.add(part)
        elif part not in {"", NO_TASKS}:
            raise InvalidValueError(f"{NO_TASKS}, tillen:KG, kracht:KG of {', '.join(allowed)} (niet ‘{part}’)")
    return Tasks(frozenset(found), heaviest["tillen"], heaviest["kracht"])


def to_tasks_text(tasks: Tasks) -> str:
    """The opposite of `read_tasks`."""
    weights = (("tillen", tasks.lift_kg), ("kracht", tasks.push_kg))
    parts = [*sorted(tasks.words), *(f"{name}:{to_kilograms(weight)}" for name, weight in weights if weight)]
    return "|".join(parts) or NO_TASKS


def to_kilograms(weight: Fraction) -> str:
    """``10`` or ``10,5``."""
    return f"{float(weight):g}".replace(".", ",")


def to_clock(minutes: int) -> str:
    """``09:05`` from minutes after midnight."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def read_week(text: str, *, pauses: bool) -> dict[Weekday, Stretch]:
    """Read ``ma 09:00-15:30/30|za 10:00-16:00/15+15``, in any order of days.

    Parameters
    ----------
    pauses
        Whether the minutes of the pauses must be given (a stage) or may not be (school, whose breaks count).

    Raises
    ------
    InvalidValueError
        Not written like that, a day twice, an end before the begin, or pauses as long as the day; what was expected.
    """
    week: dict[Weekday, Stretch] = {}
    hint = _HINT if pauses else _HINT.partition("/")[0]
    for part in filter(None, (part.strip() for part in text.split("|"))):
        found = _STRETCH.fullmatch(part.lower())
        if found is None or (found[7] is not None) is not pauses:
            raise InvalidValueError(f"per dag een begin en een einde als {hint}, met | tussen de dagen (niet ‘{part}’)")
        name = found[1].upper()
        if name not in Weekday.__members__:
            raise InvalidValueError(f"een dag uit ma di wo do vr za zo (niet ‘{found[1]}’)")
        day = Weekday[name]
        if day in week:
            raise InvalidValueError(f"elke dag één keer ({day.short} staat er twee keer)")
        end = DAY_MINUTES if found[6] else int(found[4]) * 60 + int(found[5])
        rest = tuple(int(pause) for pause in found[7].split("+")) if found[7] else ()
        week[day] = Stretch(int(found[2]) * 60 + int(found[3]), end, tuple(pause for pause in rest if pause))
    return dict(sorted(week.items()))


def to_week_text(week: Week, *, pauses: bool) -> str:
    """The opposite of `read_week`."""
    return "|".join(
        f"{day.short} {to_clock(stretch.begin)}-{to_clock(stretch.end)}"
        + (f"/{'+'.join(map(str, stretch.pauses)) or '0'}" if pauses else "")
        for day, stretch in sorted(week.items())
    )


def only_days(week: Week | None, days: Iterable[Weekday]) -> Week | None:
    """A week cut down to some days; ``None`` when one of them has no hours."""
    wanted = sorted(days)
    if week is None or any(day not in week for day in wanted):
        return None
    return {day: week[day] for day in wanted}
