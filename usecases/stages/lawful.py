"""Answer the question whether stages are lawful, for a file with one stage per row."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date

from data.importers.lawful import read_asked_stages
from data.law_files import load_rulebook
from matching.errors import UnknownObjectError
from matching.places.law.judge import NotJudged, Unlawful, judge

COLUMNS = ("stage", "oordeel", "regels")


@dataclass(frozen=True, slots=True)
class LawfulAnswer:
    """The answers as CSV, and how many stages may and may not."""

    text: str
    lawful: int
    unlawful: int


def judge_file(name: str, content: bytes, on: date) -> LawfulAnswer:
    """Judge every stage of a file by the law of a day.

    Raises
    ------
    InputRefused
        The file is not as it must be; every fault with its line and column.
    UnknownObjectError
        No rules are known for that day.
    """
    stages = read_asked_stages(name, content)
    rules = load_rulebook().on(on)
    if not rules:
        raise UnknownObjectError(f"De regels voor {on:%d-%m-%Y} zijn niet bekend.")
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    unlawful = 0
    for stage in stages:
        verdict = judge(stage.facts, rules)
        if isinstance(verdict, NotJudged):  # every fact is in the file, so this says that the reader is wrong
            raise UnknownObjectError(f"Stage {stage.name} is niet te beoordelen: {', '.join(verdict.missing)}.")
        broken = verdict.citations if isinstance(verdict, Unlawful) else ()
        unlawful += bool(broken)
        writer.writerow((stage.name, "mag niet" if broken else "mag", "|".join(broken)))
    return LawfulAnswer(buffer.getvalue(), len(stages) - unlawful, unlawful)
