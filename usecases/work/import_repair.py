"""What can be asked and mended about an offered file of a school: which heading is which field, and wrong cells.

The file stays as it is on the computer of the user; the table that waits here is corrected and checked again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from data.faults import InputRefused
from data.importers.columns_found import find_columns, forbidden_columns
from data.importers.framework import Importer
from data.importers.grid import Table
from data.importers.headings import to_header
from data.importers.kept_table import correct
from data.importers.records import LEFT_OUT, Columns

#: Lines of which the cells are shown.
LINES_SHOWN = 100
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class HeadingQuestion:
    """One heading of the file: its index, what stands under it, and the field that it seems to be."""

    index: int
    title: str
    examples: tuple[str, ...]
    field: str


@dataclass(frozen=True, slots=True)
class CellQuestion:
    """One cell that is wrong; without an index the row as a whole is."""

    line: int
    index: int | None
    title: str
    value: str
    expected: str


@dataclass(frozen=True, slots=True)
class Questions:
    """What the page asks: headings first, then cells; ``more`` lines with faults are not shown."""

    headings: tuple[HeadingQuestion, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    cells: tuple[CellQuestion, ...] = ()
    more: int = 0

    @property
    def lines(self) -> list[int]:
        """The lines that can be left out."""
        return sorted({cell.line for cell in self.cells})


def ask(
    importer: Importer, table: Table, columns: Columns, faults: Collection[tuple[int, str | None, str | None, str]]
) -> Questions:
    """Make the questions about a refused table; ``faults`` are line, title, value and what was expected."""
    sort = importer.sort
    try:
        find_columns(sort, table, columns)
    except InputRefused:
        wanted, never = sort.wanted(columns), forbidden_columns(sort, table)
        headings = tuple(
            HeadingQuestion(index, title, tuple(table.column(index))[:EXAMPLES], wanted.field_of(title) or "")
            for index, title in enumerate(table.header)
            if title and index not in never
        )
        return Questions(headings, tuple((column.key, column.title) for column in importer.columns))
    at = {title: index for index, title in enumerate(table.header)}
    lines = sorted({line for line, *_ in faults})
    shown = set(lines[:LINES_SHOWN])
    rows = {row.line: row.cells for row in table.rows if row.line in shown}
    cells = []
    for line, title, _value, expected in faults:
        index = at.get(title or "") if line in rows else None
        if line in shown:
            cells.append(CellQuestion(line, index, title or "", "" if index is None else rows[line][index], expected))
    return Questions(cells=tuple(cells), more=len(lines) - len(shown))


def say(table: Table, columns: Columns, fields: Mapping[int, str], without: Collection[int]) -> Columns:
    """Add what the user chose: a field, or `LEFT_OUT`, by index of the heading; and the lines to leave out."""
    chosen = [
        (field, table.header[index])
        for index, field in sorted(fields.items())
        if field and 0 <= index < len(table.header) and table.header[index]
    ]
    headings = {to_header(heading) for _, heading in chosen}
    kept = [(field, heading) for field, heading in columns.said if to_header(heading) not in headings]
    return replace(columns, said=(*kept, *chosen), without=columns.without | frozenset(without))


__all__ = ["LEFT_OUT", "CellQuestion", "HeadingQuestion", "Questions", "ask", "correct", "say"]
