"""Read the table of ``flask match lawful``: one stage per row, every fault with its line and column.

Unlike an import this file changes nothing, so its columns are exact and no column may be missing or unknown. Two rows
may have the same name: each gets its own answer, in the order of the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from data.faults import Fault, InputRefused
from data.importers.reading import RawRow, Table, read_table
from matching.errors import InvalidValueError
from matching.places.law.facts import AgeGroup, StageFacts, StageKind, Tasks, Week, read_week

COLUMNS = (
    "stage",
    "leeftijdsgroep",
    "soort",
    "plaats",
    "dagen",
    "school",
    "ouder_getekend",
    "toezicht",
    "zondag_afgesproken",
    "taken",
)
MAY_BE_EMPTY = frozenset({"school", "taken"})

_WORDS = frozenset({"kassa", "eenzijdig", "zeevarende", "pbm_permanent", "machine_gevaar"})
_ONLY_AT_13 = frozenset({"machine_gevaar"})
"""From 14 on machines fall under Arbobesluit 7.39, which this table does not ask."""
_WEIGHT = re.compile(r"(tillen|kracht)\b(.*)")
_KILOGRAMS = re.compile(r"\s*:\s*([0-9]{1,4})(?:[.,]([0-9]{1,3}))?")

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class AskedStage:
    """The name of a row and its facts."""

    name: str
    facts: StageFacts


def read_asked_stages(file: str, content: bytes) -> list[AskedStage]:
    """Read every row.

    Raises
    ------
    InputRefused
        With every fault, in the order of the lines; nothing is answered then.
    """
    table = read_table(file, content)
    place = _find_columns(table)
    faults = list(table.faults)
    stages = [_read_row(file, row, place, faults) for row in table.rows]
    if faults:
        raise InputRefused(sorted(faults, key=lambda fault: fault.line or 0))
    return [stage for stage in stages if stage is not None]


def _find_columns(table: Table) -> dict[str, int]:
    place: dict[str, int] = {}
    faults = []
    for index, title in enumerate(table.header):
        name = title.strip().lower()
        if name not in COLUMNS:
            sentence = f"Deze kolom is onbekend. Bekend zijn: {', '.join(COLUMNS)}."
            faults.append(Fault(table.file, table.header_line, title or f"{index + 1}", None, sentence))
        elif name in place:
            faults.append(Fault(table.file, table.header_line, title, None, "Deze kolom staat er twee keer in."))
        else:
            place[name] = index
    faults += [
        Fault(table.file, table.header_line, name, None, "Deze kolom ontbreekt.")
        for name in COLUMNS
        if name not in place
    ]
    if faults:
        raise InputRefused(faults)
    return place


def _read_row(file: str, row: RawRow, place: Mapping[str, int], faults: list[Fault]) -> AskedStage | None:
    before = len(faults)

    def read(column: str, parse: Callable[[str], Value]) -> Value | None:
        cell = row.cells[place[column]]
        if not cell and column not in MAY_BE_EMPTY:
            faults.append(Fault(file, row.line, column, cell, "een waarde, deze cel is leeg"))
            return None
        try:
            return parse(cell)
        except InvalidValueError as error:
            faults.append(Fault(file, row.line, column, cell, str(error)))
            return None

    name = read("stage", str)
    group = read("leeftijdsgroep", lambda cell: AgeGroup(_word(cell, [group.value for group in AgeGroup])))
    kind = read("soort", lambda cell: StageKind(_word(cell, [kind.value for kind in StageKind])))
    where = read("plaats", lambda cell: _word(cell, ["extern", "intern"]))
    days, school = read("dagen", _stage_week), read("school", lambda cell: read_week(cell, pauses=False))
    signed, overseen, sunday = (
        read(column, _yes_no) for column in ("ouder_getekend", "toezicht", "zondag_afgesproken")
    )
    tasks = read("taken", lambda cell: _tasks(cell, group))
    if len(faults) > before or name is None or group is None or kind is None:
        return None
    facts = StageFacts((group,), days, school, tasks, overseen, signed, sunday, kind, where == "intern")
    return AskedStage(name, facts)


def _word(cell: str, allowed: list[str]) -> str:
    if cell.lower() not in allowed:
        raise InvalidValueError(f"{', '.join(allowed[:-1])} of {allowed[-1]}")
    return cell.lower()


def _yes_no(cell: str) -> bool:
    return _word(cell, ["ja", "nee"]) == "ja"


def _stage_week(cell: str) -> Week:
    week = read_week(cell, pauses=True)
    if not week:
        raise InvalidValueError("minstens één dag, als ma 09:00-15:30/30")
    return week


def _tasks(cell: str, group: AgeGroup | None) -> Tasks:
    """Words that mean something, and kilograms; every other word means nothing to the law."""
    words, heaviest = set(), {"tillen": Fraction(0), "kracht": Fraction(0)}
    for part in (part.strip().lower() for part in cell.split("|")):
        weight = _WEIGHT.fullmatch(part)
        if weight is not None and (":" in weight[2] or not weight[2].strip()):
            found = _KILOGRAMS.fullmatch(weight[2])
            if found is None:
                raise InvalidValueError(f"na {weight[1]} een dubbele punt en hele kilo's, als {weight[1]}:10")
            heaviest[weight[1]] = max(heaviest[weight[1]], Fraction(f"{found[1]}.{found[2] or 0}"))
        elif part in _WORDS and (group is AgeGroup.AGE_13 or part not in _ONLY_AT_13):
            words.add(part)
    return Tasks(frozenset(words), heaviest["tillen"], heaviest["kracht"])
