"""What reading hands over: rows of text with their line numbers, sheets of rows, and the table found in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from data.faults import Fault, InputRefused

PADDING = " \t\r\n\u00a0\ufeff\u200b"
"""What is taken off both ends of a cell; spreadsheets leave no-break spaces and byte order marks behind."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row: its line number in the file and its cells as trimmed text."""

    line: int
    cells: tuple[str, ...]

    @property
    def filled(self) -> int:
        """How many cells hold something."""
        return sum(1 for cell in self.cells if cell)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Every row of one sheet of a workbook; a CSV file is one sheet without a name.

    Attributes
    ----------
    name
        As the tab says; empty for CSV.
    visible
        False for a hidden and for a very hidden sheet.
    rows
        Blank ones too.
    faults
        Rows that could not be read at all.
    even
        Whether every row has as many cells as the sheet is wide, as in a workbook. In CSV a row of another width is
        a fault, because cells have moved.
    from_1904
        Whether bare numbers of days count from 1 January 1904 (workbooks of old Macs).
    formulas
        Row numbers (line) of cells with a formula and the name of the cell.
    """

    name: str
    rows: tuple[RawRow, ...]
    faults: tuple[Fault, ...] = ()
    visible: bool = True
    even: bool = False
    from_1904: bool = False
    formulas: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """The header and the rows of one file, and the rows that could not be read at all.

    ``remarks`` are Dutch sentences about what was left out; ``from_1904`` as in `Sheet`.
    """

    file: str
    header: tuple[str, ...]
    header_line: int
    rows: tuple[RawRow, ...]
    faults: tuple[Fault, ...]
    remarks: tuple[str, ...] = ()
    from_1904: bool = False

    def column(self, index: int) -> Iterator[str]:
        """The filled cells of one column."""
        return (row.cells[index] for row in self.rows if row.cells[index])


def refuse(file: str, sentence: str, line: int | None = None) -> InputRefused:
    """The refusal of a file as a whole, or of one of its lines."""
    return InputRefused([Fault(file, line, None, None, sentence)])
