"""What an import is made of: columns and options, rows and records, and the difference with the base."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from data.importers.fields import Parser, Value, text


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file.

    Attributes
    ----------
    key
        Name in code.
    title
        Header in our own template.
    parse
        Text of a cell to a value; raises `ExpectedError`.
    aliases
        Headers of other years and sources. Compared without case, spaces, ``-``, ``_`` and ``.``.
    required
        The column must be in the file.
    filled
        Every row must have a value; otherwise an empty cell is ``None``.
    example
        Cells of the example rows in the template.
    explanation
        Dutch sentence for the template and the page.
    """

    key: str
    title: str
    parse: Parser = field(default_factory=text)
    aliases: tuple[str, ...] = ()
    required: bool = True
    filled: bool = True
    example: tuple[str, ...] = ()
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """Something the user says beside the file: ``--teldatum 2019-10-01``.

    ``name`` is the name on the command line and in the form; ``default`` is text, or ``None``
    when there is none; ``choices`` are (value, Dutch label).
    """

    name: str
    title: str
    parse: Parser = field(default_factory=text)
    required: bool = True
    default: str | None = None
    choices: tuple[tuple[str, str], ...] = ()
    explanation: str = ""


#: The word that stands for "do not read this column" where a field is expected.
LEFT_OUT = "niet"


@dataclass(frozen=True, slots=True)
class Columns:
    """What a user says about a file: which heading is which field, and what takes no part.

    Attributes
    ----------
    said
        (field, heading) in the order in which they were said; the field `LEFT_OUT` leaves a column out.
    remembered
        Field by heading as `data.importers.headings.to_header` gives it, of earlier files of this school.
    sheet
        Name of the sheet, when the file has several.
    without
        Line numbers of rows that are left out by name.
    """

    said: tuple[tuple[str, str], ...] = ()
    remembered: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None
    without: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file by column key; ``titles`` gives the header as it stands in the file."""

    line: int
    cells: Mapping[str, str]
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Record:
    """One row that passed every check: its line, its key as text, its values by column key.

    ``wrong`` are the columns that did not pass, in a row that is checked further only to name all its faults.
    """

    line: int | None
    key: str
    values: Mapping[str, Value]
    wrong: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one object: before and after, ``None`` where it does not exist."""

    key: str
    before: Mapping[str, Value] | None
    after: Mapping[str, Value] | None
    line: int | None = None

    def fields(self) -> list[tuple[str, Value, Value]]:
        """List (field, before, after) of every field that differs."""
        before, after = self.before or {}, self.after or {}
        names = list(dict.fromkeys([*before, *after]))
        return [(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)]


@dataclass(frozen=True, slots=True)
class Diff:
    """The difference between a file and the base."""

    rows: int
    new: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()
    gone: tuple[Change, ...] = ()
    unchanged: int = 0
    remarks: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether saving would change nothing."""
        return not (self.new or self.changed or self.gone)

    def counts(self) -> dict[str, int]:
        """Count rows read, new, changed, gone, unchanged."""
        return {
            "rows": self.rows,
            "new": len(self.new),
            "changed": len(self.changed),
            "gone": len(self.gone),
            "unchanged": self.unchanged,
        }

    def digest(self) -> str:
        """Return a sha256 over every change, to see at confirmation that nothing moved in between."""
        seen = hashlib.sha256()
        for word, changes in (("new", self.new), ("changed", self.changed), ("gone", self.gone)):
            for change in changes:
                line = [word, change.key, to_json(change.before), to_json(change.after)]
                seen.update(json.dumps(line, sort_keys=True, ensure_ascii=False).encode())
        return seen.hexdigest()


@dataclass(frozen=True, slots=True)
class Run:
    """The circumstances of one import: who, when, which file, with which options.

    ``on`` is the day on which the import counts (a vestiging that is gone ends on it).
    ``id`` is the number of the row in ``import_run`` when saving, otherwise ``None``; ``columns`` is what was said
    about the columns of the file.
    """

    file: str
    file_digest: str
    options: Mapping[str, Value]
    by: str
    at: datetime
    id: int | None = None
    columns: Columns = field(default_factory=Columns)

    @property
    def on(self) -> date:
        """The day of the import."""
        return self.at.date()


def to_json(values: Mapping[str, Value] | None) -> dict[str, Any] | None:
    """Make values fit for JSON: dates become ISO text, tuples lists."""
    if values is None:
        return None
    return {
        name: value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
    }
