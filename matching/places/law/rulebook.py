"""The rules as data: each with article, lid, source, status and the days it is in force, read from one TOML text."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from matching.errors import MatchingError
from matching.places.law.facts import DAY_MINUTES, AgeGroup, StageKind

CONFIRMED, ASSUMED = "bevestigd", "aanname"
OFFER, START = "aanbod", "begin"
"""From which moment a rule is looked at: when a place is offered, or only before the first day."""

CHECKS: Mapping[str, Mapping[str, type]] = {
    "no_work": {},
    "signature": {},
    "supervision": {},
    "sunday": {"agreement_helps": bool},
    "days_per_week": {"days": int},
    "hours_per_day": {"minutes": int, "school_counts": bool},
    "hours_on_school_day": {"minutes": int},
    "hours_on_other_day": {"minutes": int},
    "hours_per_week": {"minutes": int, "school_counts": bool},
    "pause": {"above_minutes": int, "minutes": int, "piece_minutes": int, "school_counts": bool},
    "daily_rest": {"minutes": int, "quiet_from": str, "quiet_until": str, "school_counts": bool},
    "weekly_rest": {"minutes": int, "school_counts": bool},
    "task": {"tasks": list},
    "lifting": {"kilograms": int},
    "pushing": {"kilograms": int},
    "undecided": {"tasks": list},
}
"""What a rule may look at, with the names of its limits and what they are."""

_TOP = ("law", "task", "rule")
_HEAD = ("id", "title", "read_on", "note")
_RULE = (
    "article",
    "lid",
    "title",
    "check",
    "groups",
    "kinds",
    "moment",
    "status",
    "note",
    "source",
    "valid_from",
    "valid_to",
)
_NEEDED = ("article", "title", "check", "groups", "status", "source", "valid_from")


class LawError(MatchingError):
    """A rule file that cannot be used; the message names the file, the place and the value."""


@dataclass(frozen=True, slots=True)
class LegalSource:
    """Where a rule is written down, and the day of the text that was read."""

    title: str
    paragraph: str
    date: date

    def __str__(self) -> str:
        return f"{self.title}, {self.paragraph} ({self.date:%d-%m-%Y})"


@dataclass(frozen=True, eq=False)
class Rule:
    """One rule of the law on the days it is in force, for some ages and kinds of stage; equal to itself only."""

    article: str
    lid: str
    title: str
    check: str
    groups: frozenset[AgeGroup]
    kinds: frozenset[StageKind]
    moment: str
    status: str
    note: str
    source: LegalSource
    valid_from: date
    valid_to: date | None
    limits: Mapping[str, object]

    @property
    def citation(self) -> str:
        """``NRK 3:1 lid 2 c``."""
        return f"{self.article} lid {self.lid}" if self.lid else self.article

    def holds_on(self, day: date) -> bool:
        """Whether the rule is in force on a day, first and last day included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def number(self, name: str) -> int:
        """A limit that is a whole number."""
        return int(str(self.limits[name]))

    def flag(self, name: str) -> bool:
        """A limit that is yes or no."""
        return bool(self.limits[name])

    @property
    def words(self) -> frozenset[str]:
        """The kinds of task that the rule is about."""
        found = self.limits.get("tasks", ())
        return frozenset(map(str, found)) if isinstance(found, tuple) else frozenset()


@dataclass(frozen=True, eq=False)
class Rulebook:
    """One file of rules.

    Attributes
    ----------
    read_on
        The state of the text that was read; the law of today may be another.
    tasks
        The controlled list of kinds of task, Dutch words by code.
    digest
        SHA-256 of the file.
    """

    law_id: str
    title: str
    read_on: date
    note: str
    tasks: Mapping[str, str]
    rules: tuple[Rule, ...]
    digest: str

    def on(self, day: date) -> tuple[Rule, ...]:
        """The rules in force on a day; none when the file does not know the law of that day."""
        return tuple(rule for rule in self.rules if rule.holds_on(day))

    def during(self, first: date, last: date) -> tuple[Rule, ...]:
        """Every rule that is in force on some day of a stage: it must keep to all of them."""
        return tuple(
            rule for rule in self.rules if rule.valid_from <= last and (rule.valid_to is None or first <= rule.valid_to)
        )


def parse_rulebook(text: str, place: str) -> Rulebook:
    """Read one rule file.

    Raises
    ------
    LawError
        No TOML, an unknown or absent key, a limit of the wrong kind, an assumption without a reason.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LawError(f"{place}: geen geldig TOML-bestand ({error}).") from error
    _check_keys(document, _TOP, _TOP, place)
    head = _table(document["law"], f"{place}: [law]")
    _check_keys(head, _HEAD, _HEAD, f"{place}: [law]")
    labels = _table(document["task"], f"{place}: [task]")
    tasks = {code: _text(label, f"{place}: [task] {code}") for code, label in labels.items()}
    entries = document["rule"]
    if not isinstance(entries, list) or not entries:
        raise LawError(f"{place}: [[rule]] is leeg; verwacht minstens één regel.")
    rules = tuple(_rule(entry, f"{place}: [[rule]] {number}", tasks) for number, entry in enumerate(entries, start=1))
    return Rulebook(
        _text(head["id"], f"{place}: [law] id"),
        _text(head["title"], f"{place}: [law] title"),
        _day(head["read_on"], f"{place}: [law] read_on"),
        _text(head["note"], f"{place}: [law] note"),
        tasks,
        rules,
        hashlib.sha256(text.encode("utf-8")).hexdigest(),
    )


def _rule(value: object, place: str, tasks: Mapping[str, str]) -> Rule:
    entry = _table(value, place)
    check = str(entry.get("check", ""))
    if check not in CHECKS:
        raise LawError(f"{place} check is {check!r}; verwacht {', '.join(CHECKS)}.")
    limits = tuple(CHECKS[check])
    _check_keys(entry, (*_RULE, *limits), (*_NEEDED, *limits), place)
    status = _one_of(entry["status"], (CONFIRMED, ASSUMED), f"{place} status")
    note = _text(entry["note"], f"{place} note") if "note" in entry else ""
    if status == ASSUMED and not note:
        raise LawError(f"{place}: een aanname heeft een reden nodig (note).")
    first = _day(entry["valid_from"], f"{place} valid_from")
    last = _day(entry["valid_to"], f"{place} valid_to") if "valid_to" in entry else None
    if last is not None and last < first:
        raise LawError(f"{place} valid_to is {last:%d-%m-%Y}; verwacht een dag op of na {first:%d-%m-%Y}.")
    kinds = entry.get("kinds", [kind.value for kind in StageKind])
    return Rule(
        _text(entry["article"], f"{place} article"),
        _text(entry["lid"], f"{place} lid") if "lid" in entry else "",
        _text(entry["title"], f"{place} title"),
        check,
        frozenset(map(AgeGroup, _words(entry["groups"], [group.value for group in AgeGroup], f"{place} groups"))),
        frozenset(map(StageKind, _words(kinds, [kind.value for kind in StageKind], f"{place} kinds"))),
        _one_of(entry.get("moment", OFFER), (OFFER, START), f"{place} moment"),
        status,
        note,
        _source(entry["source"], f"{place} source"),
        first,
        last,
        {name: _limit(name, entry[name], kind, tasks, place) for name, kind in CHECKS[check].items()},
    )


def _limit(name: str, value: object, kind: type, tasks: Mapping[str, str], place: str) -> object:
    if name == "tasks":
        return tuple(_words(value, list(tasks), f"{place} tasks"))
    if type(value) is not kind or (isinstance(value, int) and value < 0):
        raise LawError(f"{place} {name} is {value!r}; verwacht {_EXPECTED[kind]}.")
    return _clock(value, f"{place} {name}") if isinstance(value, str) else value


_EXPECTED = {int: "een heel getal, nul of hoger", bool: "true of false", str: "een tijd als 19:00", list: "een lijst"}


def _clock(value: str, place: str) -> int:
    found = re.fullmatch(r"([0-9]{2}):([0-5][0-9])", value)
    minutes = int(found[1]) * 60 + int(found[2]) if found else -1
    if not 0 <= minutes <= DAY_MINUTES:
        raise LawError(f"{place} is {value!r}; verwacht een tijd als 19:00.")
    return minutes


def _words(value: object, allowed: Sequence[str], place: str) -> list[str]:
    if not isinstance(value, list) or not value:
        raise LawError(f"{place} is {value!r}; verwacht een lijst van {', '.join(allowed)}.")
    return [_one_of(word, allowed, place) for word in value]


def _one_of(value: object, allowed: Sequence[str], place: str) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise LawError(f"{place} is {value!r}; verwacht {', '.join(allowed)}.")
    return value


def _check_keys(table: Mapping[str, object], allowed: Sequence[str], needed: Sequence[str], place: str) -> None:
    for key in table:
        if key not in allowed:
            raise LawError(f"{place}: onbekende sleutel '{key}'; verwacht {', '.join(allowed)}.")
    for key in needed:
        if key not in table:
            raise LawError(f"{place}: sleutel '{key}' ontbreekt.")


def _table(value: object, place: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise LawError(f"{place} is {value!r}; verwacht een tabel.")
    return value


def _text(value: object, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise LawError(f"{place} is {value!r}; verwacht tekst.")
    return value


def _day(value: object, place: str) -> date:
    if type(value) is not date:
        raise LawError(f"{place} is {value!r}; verwacht een datum.")
    return value


def _source(value: object, place: str) -> LegalSource:
    table = _table(value, place)
    names = ("title", "paragraph", "date")
    _check_keys(table, names, names, place)
    return LegalSource(
        _text(table["title"], f"{place} title"),
        _text(table["paragraph"], f"{place} paragraph"),
        _day(table["date"], f"{place} date"),
    )
