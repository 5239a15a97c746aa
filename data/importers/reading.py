"""Read a table out of the bytes of a file: CSV in the shapes Dutch offices make them, or XLSX.

Nothing is interpreted here: every cell is text, leading zeros are kept, and each row
knows its line number in the file. Size and shape are checked before anything is parsed.
"""

from __future__ import annotations

from pathlib import Path

from data.importers.csv_text import read_csv
from data.importers.grid import RawRow, Sheet, Table, refuse
from data.importers.headings import Wanted
from data.importers.table_finding import DATA_SHEET, find_table
from data.importers.workbook import read_workbook

__all__ = ["DATA_SHEET", "RawRow", "Table", "Wanted", "check_size", "load_file", "read_sheets", "read_table"]

#: Bytes. The largest real file (all PC6 of the country) is about 20 MB.
MAX_FILE_BYTES = 50 * 1024 * 1024

_FOREIGN = (
    (b"%PDF", "Dit is een PDF. Gebruik CSV of XLSX."),
    (b"\xd0\xcf\x11\xe0", "Dit is een oud Excel-bestand (.xls) of het heeft een wachtwoord. Sla het op als .xlsx."),
    (b"\x1f\x8b", "Dit bestand is ingepakt (gzip). Pak het eerst uit."),
)


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
        raise refuse(file, "Het bestand is leeg.")
    if size > MAX_FILE_BYTES:
        megabytes, limit = size / 1024 / 1024, MAX_FILE_BYTES // 1024 // 1024
        shown = f"{megabytes:.1f}".replace(".", ",")
        raise refuse(file, f"Het bestand is {shown} MB groot. Er is plaats voor {limit} MB.")


def load_file(path: Path) -> bytes:
    """Read a file of the command line, its size checked first.

    Raises
    ------
    InputRefused
        The file is not there, cannot be read, is empty or too large.
    """
    try:
        if not path.is_file():
            raise refuse(path.name, "Dit bestand bestaat niet.")
        check_size(path.name, path.stat().st_size)
        return path.read_bytes()
    except OSError as error:
        raise refuse(path.name, "Dit bestand kan niet worden gelezen.") from error


def read_sheets(file: str, content: bytes) -> list[Sheet]:
    """Read every row of every sheet of a CSV or XLSX file.

    Raises
    ------
    InputRefused
        The file as a whole is nothing that may be read.
    """
    check_size(file, len(content))
    for magic, sentence in _FOREIGN:
        if content.startswith(magic):
            raise refuse(file, sentence)
    if content.startswith(b"PK"):
        return read_workbook(file, content)
    return [read_csv(file, content)]


def read_table(file: str, content: bytes, wanted: Wanted | None = None, sheet: str | None = None) -> Table:
    """Read the header and all rows of a CSV or XLSX file.

    Parameters
    ----------
    file
        Name of the file, for messages; the content decides what it is.
    content
        The bytes.
    wanted
        The headings to look for: the sheet and the row where they stand are found. Without it the first row of the
        first visible sheet is the header.
    sheet
        Name of the sheet, when the user chose one.

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
    return find_table(file, read_sheets(file, content), wanted, sheet)
