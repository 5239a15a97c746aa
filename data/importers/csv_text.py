"""CSV in the shapes that Dutch offices make: UTF-8, Windows-1252 or UTF-16, and ``;``, ``,`` or a tab between cells.

A line ``sep=;`` on top, which spreadsheets write and hide again, says what stands between the cells.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from data.faults import Fault
from data.importers.grid import PADDING, RawRow, Sheet, refuse

#: A quoted cell may hold line ends, but not the rest of the file.
MAX_LINES_PER_ROW = 50
#: Lines from which the separator is concluded.
LOOKED_AT = 60

#: No-break spaces are spaces; soft hyphens, joiners and marks of direction are nothing.
_UNSEEN = {
    **dict.fromkeys((0xA0, 0x2007, 0x202F), " "),
    **dict.fromkeys((0xAD, 0xFEFF, 0x2060, *range(0x200B, 0x2010), *range(0x202A, 0x202F)), None),
}
_LINE = re.compile(r"\r\n|\n|\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FORMULA = re.compile(r"^(=|@[A-Za-z]+\(|[+-][A-Za-z_][A-Za-z0-9_]*[(|!])")
_SEPARATOR = re.compile(r'^"?sep=(\t|.)"?[;,\t]*$', re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')
_DELIMITERS = (";", "\t", ",")


def read_csv(file: str, content: bytes) -> Sheet:
    """Read every row of a CSV file.

    Raises
    ------
    InputRefused
        The bytes are no text.
    """
    lines = _LINE.split(_decode(file, content))
    first = next((place for place, line in enumerate(lines) if line.strip(PADDING)), 0)
    said = _SEPARATOR.match(lines[first].strip(" \r\n\ufeff"))
    faults: list[Fault] = []
    start = first + 1 if said else 0
    rows = tuple(_rows(file, lines, start, said[1] if said else _find_delimiter(lines), faults))
    return Sheet("", rows, tuple(faults))


def _decode(file: str, content: bytes) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return _decode_marked(file, content, encoding)
    if b"\x00" in content:
        line = content[: content.index(b"\x00")].count(b"\n") + 1
        raise refuse(file, "Dit is geen tekst. Gebruik CSV of XLSX.", line)
    for encoding in ("utf-8", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if len(_CONTROL.findall(text[:100_000])) > 20:
            break
        return text
    raise refuse(file, "Dit is geen leesbare tekst. Gebruik CSV (UTF-8 of Windows-1252) of XLSX.")


def _decode_marked(file: str, content: bytes, encoding: str) -> str:
    """Decode text that says itself what it is."""
    name = "UTF-8" if encoding == "utf-8-sig" else "UTF-16"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise refuse(file, f"Hier staan tekens die geen {name} zijn.", line) from error
    if "\x00" in text or len(_CONTROL.findall(text[:100_000])) > 20:
        raise refuse(file, "Dit is geen leesbare tekst. Gebruik CSV (UTF-8 of Windows-1252) of XLSX.")
    return text


def _find_delimiter(lines: Sequence[str]) -> str:
    """Choose what gives the most rows of one and the same width; ``;`` when equal.

    A title above the table may hold a comma, so no single line decides.
    """
    looked_at = [_QUOTED.sub("", line) for line in lines if line.strip(PADDING)][:LOOKED_AT]

    def regular(delimiter: str) -> int:
        widths = Counter(count for line in looked_at if (count := line.count(delimiter)))
        return max((width * times for width, times in widths.items()), default=0)

    return max(_DELIMITERS, key=regular)


def _split(line: str, delimiter: str) -> list[str]:
    if '"' not in line:
        return line.split(delimiter)
    return next(csv.reader([line], delimiter=delimiter, strict=True, skipinitialspace=True))


def clean(cell: str) -> str:
    """A cell without the space around it, signs that nobody sees, and the guard of our own exports.

    Those put ``'`` before a cell that a spreadsheet would take for a formula.
    """
    cell = cell.translate(_UNSEEN).strip(PADDING)
    return cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@") else cell


def without_control(cell: str) -> str:
    """A cell without the characters that steer a terminal."""
    return _CONTROL.sub("", cell)


def _rows(file: str, lines: list[str], at: int, delimiter: str, faults: list[Fault]) -> Iterator[RawRow]:
    while at < len(lines):
        cells, used, fault = _one_row(file, lines, at, delimiter)
        at += used
        if fault is not None:
            faults.append(fault)
            continue
        line = at - used + 1
        bad = list(_find_bad_cells(file, line, cells))
        faults += bad
        spoiled = {fault.column for fault in bad}
        yield RawRow(
            line, tuple("" if str(place) in spoiled else clean(cell) for place, cell in enumerate(cells, start=1))
        )


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


def _find_bad_cells(file: str, line: int, cells: list[str]) -> Iterator[Fault]:
    """Note cells that are formulas or hold signs that steer; the column is a number until the header is known."""
    for place, cell in enumerate(cells, start=1):
        text = cell.strip(PADDING)
        if _FORMULA.match(text):
            yield Fault(file, line, str(place), text, "een waarde, geen formule")
        elif _CONTROL.search(text):
            yield Fault(file, line, str(place), text, "leesbare tekst, zonder stuurtekens")
