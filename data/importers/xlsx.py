"""Look into an XLSX file before any library unpacks it: bombs, macros and locks are refused, formulas noted."""

from __future__ import annotations

import io
import re
import zipfile
from pyexpat import ExpatError, ParserCreate

#: An XLSX within the upload limit never needs more than this many bytes when unpacked.
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
#: Sheets of text compress 5 to 20 times; a bomb more than 1 000 times.
MAX_RATIO = 200
MAX_PARTS = 500
MAX_COLUMNS = 500
MAX_ROWS = 1_000_000
MAX_CELLS = 20_000_000
#: Characters of all cells together, repeated shared strings counted as often as they are shown.
MAX_CHARACTERS = 300_000_000
_CELL = re.compile(r"^([A-Z]{1,3})([0-9]{1,7})$")
_SHEET = re.compile(r"^xl/worksheets/[^/]+\.xml$")


class UnsafeWorkbookError(ValueError):
    """The workbook is refused; the message is a Dutch sentence for the user."""


def column_number(letters: str) -> int:
    """Return 1 for ``A``, 27 for ``AA``."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


class _SheetScan:
    """Follows the elements of one worksheet or of the shared strings, and counts."""

    def __init__(self, shared: list[int]) -> None:
        self.shared = shared
        self.cell = ""
        self.kind = ""
        self.value = ""
        self.in_value = False
        self.cells = 0
        self.characters = 0
        self.text = 0
        self.last_row = 0
        self.last_column = 0
        self.formulas: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "f":
            self.formulas.append(self.cell)
        elif name == "c":
            self._start_cell(attributes)
        elif name == "v":
            self.in_value, self.value = True, ""
        elif name == "si":
            self.text = 0

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self.cells += 1
        self.cell, self.kind = attributes.get("r", ""), attributes.get("t", "")
        found = _CELL.match(self.cell)
        if found:
            self.last_row = max(self.last_row, int(found[2]))
            self.last_column = max(self.last_column, column_number(found[1]))
        if self.last_column > MAX_COLUMNS or self.last_row > MAX_ROWS + 1 or self.cells > MAX_CELLS:
            raise UnsafeWorkbookError(
                f"Het blad is te groot (cel {self.cell}). Er mogen {MAX_ROWS} rijen en {MAX_COLUMNS} kolommen in staan."
            )

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "v":
            self.in_value = False
            if self.kind == "s" and self.value.isdigit() and int(self.value) < len(self.shared):
                self._count(self.shared[int(self.value)])
        elif name == "si":
            self.shared.append(self.text)

    def characters_found(self, text: str) -> None:
        self.text += len(text)
        self._count(len(text))
        if self.in_value:
            self.value += text

    def _count(self, length: int) -> None:
        self.characters += length
        if self.characters > MAX_CHARACTERS:
            raise UnsafeWorkbookError("Het blad bevat veel meer tekst dan een lijst kan hebben.")


def _refuse_doctype(*_: object) -> None:
    raise UnsafeWorkbookError("Het bestand bevat eigen XML-definities. Dat hoort niet in een rekenblad.")


def _scan(archive: zipfile.ZipFile, part: str, shared: list[int], budget: int) -> tuple[_SheetScan, int]:
    """Unpack one part bit by bit, follow its elements; return what was seen and the bytes unpacked."""
    scan = _SheetScan(shared)
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.CharacterDataHandler = scan.characters_found
    parser.StartDoctypeDeclHandler = _refuse_doctype
    unpacked = 0
    with archive.open(part) as stream:
        while block := stream.read(1 << 18):
            unpacked += len(block)
            if unpacked > budget:
                raise UnsafeWorkbookError("Het bestand is uitgepakt veel te groot.")
            parser.Parse(block, False)
        parser.Parse(b"", True)
    if scan.last_row * scan.last_column > MAX_CELLS:
        raise UnsafeWorkbookError(f"Het blad is te groot: {scan.last_row} rijen en {scan.last_column} kolommen.")
    return scan, unpacked


def _check_directory(parts: list[zipfile.ZipInfo], packed: int) -> None:
    """Refuse by the table of contents alone, before a byte is unpacked."""
    names = {part.filename for part in parts}
    if len(parts) > MAX_PARTS:
        raise UnsafeWorkbookError("Het bestand heeft te veel onderdelen om een rekenblad te zijn.")
    if "xl/workbook.xml" not in names or not any(_SHEET.match(name) for name in names):
        raise UnsafeWorkbookError("Dit is geen XLSX-bestand. Gebruik CSV of XLSX.")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise UnsafeWorkbookError("Het bestand bevat macro's. Sla het op als gewoon XLSX-bestand.")
    if any(part.flag_bits & 0x1 for part in parts):
        raise UnsafeWorkbookError("Het bestand is versleuteld. Sla het op zonder wachtwoord.")
    total = sum(part.file_size for part in parts)
    if total > MAX_UNPACKED_BYTES or total > max(packed, 10_000) * MAX_RATIO:
        raise UnsafeWorkbookError("Het bestand is uitgepakt veel te groot.")


def split_cell(name: str) -> tuple[int, int] | None:
    """Column and row of a cell, both from 1: (2, 3) for ``B3``; ``None`` when it is no name of a cell."""
    found = _CELL.match(name)
    return (column_number(found[1]), int(found[2])) if found else None


def check_workbook(content: bytes) -> dict[str, list[str]]:
    """Refuse a workbook that must not be opened, in at most `MAX_UNPACKED_BYTES` of work.

    Formulas do no harm here, because nothing calculates them, but their value is not to be trusted: the reader
    refuses those in the rows that it uses. A total under the table or a date on a cover sheet may be one.

    Parameters
    ----------
    content
        The whole file, already within the size limit of an upload.

    Returns
    -------
    dict
        Names of the cells with a formula, per worksheet part of the archive.

    Raises
    ------
    UnsafeWorkbookError
        Zip bomb, macro, password, own XML entities, or too large a sheet; with a Dutch sentence.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_directory(parts, len(content))
            budget = MAX_UNPACKED_BYTES
            shared: list[int] = []
            formulas: dict[str, list[str]] = {}
            # Shared strings first: their lengths are needed to weigh the sheets.
            xml_parts = [part.filename for part in parts if part.filename.endswith((".xml", ".rels"))]
            for name in sorted(xml_parts, key=lambda name: name != "xl/sharedStrings.xml"):
                is_table = name == "xl/sharedStrings.xml" or _SHEET.match(name)
                scan, unpacked = _scan(archive, name, shared if is_table else [], budget)
                budget -= unpacked
                if _SHEET.match(name):
                    formulas[name] = scan.formulas
            return formulas
    except (zipfile.BadZipFile, ExpatError, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        raise UnsafeWorkbookError("Het XLSX-bestand is beschadigd. Sla het opnieuw op.") from error
