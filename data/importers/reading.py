"""Read a table out of the bytes of a file: CSV in the shapes Dutch offices make them, or XLSX.

Nothing is interpreted here: every cell is text, leading zeros are kept, and each row
knows its line number in the file. Size and shape are checked before anything is parsed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path

from data.faults import Fault, InputRefused
from data.importers.xlsx import MAX_COLUMNS, MAX_ROWS, UnsafeWorkbookError, check_workbook

#: Bytes. The largest real file (all PC6 of the country) is about 20 MB.
MAX_FILE_BYTES = 50 * 1024 * 1024
#: A quoted cell may hold line ends, but not the rest of the file.
MAX_LINES_PER_ROW = 50
#: Name of the sheet with the rows in our own templates.
DATA_SHEET = "Gegevens"

_LINE = re.compile(r"\r\n|\n|\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FORMULA = re.compile(r"^(=|@[A-Za-z]+\(|[+-][A-Za-z_][A-Za-z0-9_]*[(|!])")
_PADDING = " \t\r\n\u00a0\ufeff\u200b"
_FOREIGN = (
    (b"%PDF", "Dit is een PDF. Gebruik CSV of XLSX."),
    (b"\xd0\xcf\x11\xe0", "Dit is een oud Excel-bestand (.xls) of het heeft een wachtwoord. Sla het op als .xlsx."),
    (b"\xff\xfe", "Dit bestand is opgeslagen als Unicode-tekst (UTF-16). Kies 'CSV UTF-8' bij het opslaan."),
    (b"\xfe\xff", "Dit bestand is opgeslagen als Unicode-tekst (UTF-16). Kies 'CSV UTF-8' bij het opslaan."),
    (b"\x1f\x8b", "Dit bestand is ingepakt (gzip). Pak het eerst uit."),
)


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row: its line number in the file and its cells as trimmed text."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The header and the rows of one file, and the rows that could not be read at all."""

    file: str
    header: tuple[str, ...]
    header_line: int
    rows: tuple[RawRow, ...]
    faults: tuple[Fault, ...]


def _refuse(file: str, sentence: str, line: int | None = None) -> InputRefused:
    return InputRefused([Fault(file, line, None, None, sentence)])


def check_size(file: str, size: int) -> None:
    """Refuse a file that is empty or too large; call it before reading.

    Parameters
    ----------
    file
        Name for the message.
    size
        Bytes.

    Raises
    ------
    InputRefused
        The file is empty or larger than `MAX_FILE_BYTES`.
    """
    if size == 0:
        raise _refuse(file, "Het bestand is leeg.")
    if size > MAX_FILE_BYTES:
        megabytes, limit = size / 1024 / 1024, MAX_FILE_BYTES // 1024 // 1024
        shown = f"{megabytes:.1f}".replace(".", ",")
        raise _refuse(file, f"Het bestand is {shown} MB groot. Er is plaats voor {limit} MB.")


def load_file(path: Path) -> bytes:
    """Read a file of the command line, its size checked first.

    Raises
    ------
    InputRefused
        The file is not there, cannot be read, is empty or too large.
    """
    try:
        if not path.is_file():
            raise _refuse(path.name, "Dit bestand bestaat niet.")
        check_size(path.name, path.stat().st_size)
        return path.read_bytes()
    except OSError as error:
        raise _refuse(path.name, "Dit bestand kan niet worden gelezen.") from error


def read_table(file: str, content: bytes) -> Table:
    """Read the header and all rows of a CSV or XLSX file.

    Parameters
    ----------
    file
        Name of the file, for messages; the content decides what it is.
    content
        The bytes.

    Returns
    -------
    Table
        Cells trimmed, blank rows left out, line numbers those of the file. Rows that
        cannot be read are in ``faults``.

    Raises
    ------
    InputRefused
        The file as a whole is not a table that may be read.
    """
    check_size(file, len(content))
    for magic, sentence in _FOREIGN:
        if content.startswith(magic):
            raise _refuse(file, sentence)
    if content.startswith(b"PK"):
        return _finish(file, _read_xlsx(file, content), [])
    faults: list[Fault] = []
    return _finish(file, _read_csv(file, _decode(file, content), faults), faults)


def _finish(file: str, rows: Iterator[RawRow], faults: list[Fault]) -> Table:
    header: RawRow | None = None
    body: list[RawRow] = []
    for row in rows:
        if not any(row.cells):
            continue
        if header is None:
            header = RawRow(row.line, _without_tail(row.cells))
            continue
        body.append(row)
        if len(body) > MAX_ROWS:
            raise _refuse(file, f"Het bestand heeft meer dan {MAX_ROWS} rijen.")
    if header is None:
        raise _refuse(file, "Het bestand heeft geen regel met kolomnamen.")
    if len(header.cells) > MAX_COLUMNS:
        raise _refuse(file, f"Het bestand heeft meer dan {MAX_COLUMNS} kolommen.")
    whole = tuple(_fit(file, row, len(header.cells), faults) for row in body)
    kept = tuple(row for row in whole if row is not None)
    named = sorted((_with_title(fault, header.cells) for fault in faults), key=lambda fault: fault.line or 0)
    return Table(file, header.cells, header.line, kept, tuple(named))


def _with_title(fault: Fault, header: tuple[str, ...]) -> Fault:
    """Replace the number of a column by its title."""
    if fault.column is None or not fault.column.isdigit() or int(fault.column) > len(header):
        return fault
    return replace(fault, column=header[int(fault.column) - 1])


def _without_tail(cells: tuple[str, ...]) -> tuple[str, ...]:
    last = max((place for place, cell in enumerate(cells, start=1) if cell), default=0)
    return cells[:last]


def _fit(file: str, row: RawRow, width: int, faults: list[Fault]) -> RawRow | None:
    """Give the row as many cells as the header, or note what is wrong with it."""
    if len(row.cells) != width:
        if len(row.cells) < width or any(row.cells[width:]):
            sentence = f"Deze regel heeft {len(row.cells)} velden, de regel met kolomnamen heeft er {width}."
            faults.append(Fault(file, row.line, None, None, sentence))
            return None
        row = RawRow(row.line, row.cells[:width])
    return row


# ---------------------------------------------------------------- CSV


def _decode(file: str, content: bytes) -> str:
    if content.startswith(b"\xef\xbb\xbf"):
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            raise _refuse(file, "Hier staan tekens die geen UTF-8 zijn.", line) from error
    if b"\x00" in content:
        line = content[: content.index(b"\x00")].count(b"\n") + 1
        raise _refuse(file, "Dit is geen tekst. Gebruik CSV of XLSX.", line)
    for encoding in ("utf-8", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if len(_CONTROL.findall(text[:100_000])) > 20:
            break
        return text
    raise _refuse(file, "Dit is geen leesbare tekst. Gebruik CSV (UTF-8 of Windows-1252) of XLSX.")


def _split(line: str, delimiter: str) -> list[str]:
    if '"' not in line:
        return line.split(delimiter)
    return next(csv.reader([line], delimiter=delimiter, strict=True, skipinitialspace=True))


def _find_delimiter(first: str) -> str:
    """Choose what splits the header in most columns; ``;`` when equal."""
    outside_quotes = re.sub(r'"[^"]*"', "", first)
    return max((";", ",", "\t"), key=outside_quotes.count)


def _clean(cell: str) -> str:
    cell = cell.strip(_PADDING)
    # Our own exports put ' before a cell that a spreadsheet would take for a formula.
    return cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@") else cell


def _read_csv(file: str, text: str, faults: list[Fault]) -> Iterator[RawRow]:
    lines = _LINE.split(text)
    first = next((line for line in lines if line.strip(_PADDING)), "")
    delimiter = _find_delimiter(first)
    at = 0
    while at < len(lines):
        cells, used, fault = _one_row(file, lines, at, delimiter)
        at += used
        if fault is None:
            fault = _find_bad_cell(file, at - used + 1, cells)
        if fault is not None:
            faults.append(fault)
            continue
        yield RawRow(at - used + 1, tuple(_clean(cell) for cell in cells))


def _one_row(file: str, lines: list[str], at: int, delimiter: str) -> tuple[list[str], int, Fault | None]:
    """Read the row that starts at index ``at``: its cells, how many lines it took, or what is wrong."""
    joined = lines[at]
    for used in range(1, MAX_LINES_PER_ROW + 1):
        try:
            return _split(joined, delimiter), used, None
        except csv.Error as error:
            open_quote = "unexpected end of data" in str(error)
            if not open_quote or at + used >= len(lines):
                break
            joined += "\n" + lines[at + used]
    sentence = "Een aanhalingsteken in deze regel is niet goed gesloten."
    return [], 1, Fault(file, at + 1, None, None, sentence)


def _find_bad_cell(file: str, line: int, cells: list[str]) -> Fault | None:
    for place, cell in enumerate(cells, start=1):
        text = cell.strip(_PADDING)
        if _FORMULA.match(text):
            return Fault(file, line, str(place), text, "een waarde, geen formule")
        if _CONTROL.search(text):
            return Fault(file, line, str(place), text, "leesbare tekst, zonder stuurtekens")
    return None


# ---------------------------------------------------------------- XLSX


def _read_xlsx(file: str, content: bytes) -> Iterator[RawRow]:
    import io

    import python_calamine

    try:
        check_workbook(content)
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = book.sheet_names
        sheet = book.get_sheet_by_name(DATA_SHEET if DATA_SHEET in names else names[0])
        rows = sheet.to_python(skip_empty_area=False)
    except UnsafeWorkbookError as error:
        raise _refuse(file, str(error)) from error
    except (python_calamine.CalamineError, OSError, ValueError, IndexError) as error:
        raise _refuse(file, "Het XLSX-bestand is beschadigd. Sla het opnieuw op.") from error
    for number, row in enumerate(rows, start=1):
        yield RawRow(number, tuple(_to_text(cell) for cell in row))


def _to_text(cell: object) -> str:
    """Write a cell as a person would type it: ``34``, ``52.1``, ``2019-10-01``, ``ja``."""
    if isinstance(cell, bool):
        return "ja" if cell else "nee"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return _CONTROL.sub("", str(cell)).strip(_PADDING) if not isinstance(cell, str) else _clean(cell)
