"""Read a leerlingentelling: DUO file 01 in every vintage, with file 03 and the address file to close intervals.

Numbers that the source hides become intervals. Which convention a file follows is concluded from its own cells and
said in words, because the headers do not tell (ADR 0032).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from data.faults import Fault, InputRefused
from data.importers.framework import to_header
from data.importers.reading import RawRow, Table, read_table
from subsidy.telling import Count, Leerlingentelling, SchoolCount, Status, build_telling

PREFIX = "praktijkonderwijs"
LAST_YEAR_OF_FOUR = 2018
"""Through this teldatum DUO published 1, 2, 3 and 4 as 4."""
MANY_FOURS = 20
"""From so many fours on, the absence of any 1, 2 or 3 is no coincidence in a later year either."""

_BRIN = ("BRIN NUMMER", "BRINNUMMER", "INSTELLINGSCODE")
_VESTIGING = ("VESTIGINGSNUMMER", "VESTIGINGSCODE", "VESTIGING NUMMER")
_NAME = ("INSTELLINGSNAAM VESTIGING", "INSTELLINGSNAAM", "VESTIGINGSNAAM")
_TYPE = ("ONDERWIJSTYPE VO EN LEER- OF VERBLIJFSJAAR", "ONDERWIJSTYPE VO")
_LWOO = ("LWOO INDICATIE",)
_BESTUUR = ("BEVOEGD GEZAG NUMMER", "BEVOEGD GEZAG", "BEVOEGD GEZAG CODE")
_STRUCTURE = ("ONDERWIJSSTRUCTUUR",)
_TOTAL = ("AANTAL LEERLINGEN",)
_PUPILS = re.compile(r"leerofverblijfsjaar[1-6](man|vrouw)")
_HIDDEN = re.compile(r"<\s*([1-9][0-9]?)|x", re.IGNORECASE)
_EXPECTED = 'een heel aantal van nul of meer, of een afgeschermd aantal ("<5" of "x")'


@dataclass(frozen=True, slots=True)
class Masking:
    """How this file hides small numbers.

    Attributes
    ----------
    zero_hidden
        Whether a hidden number may be zero: the file has no plain zero at all.
    four_hides
        Whether a 4 stands for 1 to 4.
    text
        Dutch sentence.
    """

    zero_hidden: bool
    four_hides: bool
    text: str


@dataclass(frozen=True)
class ReadTelling:
    """What a file says, and how its hidden numbers were understood."""

    telling: Leerlingentelling
    masking: Masking


@dataclass(frozen=True, slots=True)
class AddressFile:
    """What the address file says per vestiging.

    Attributes
    ----------
    name
        Of the file.
    bestuur
        Number of the bevoegd gezag.
    pro_only
        Vestigingen with praktijkonderwijs and nothing else.
    """

    name: str
    bestuur: Mapping[str, str]
    pro_only: frozenset[str]

    @property
    def brins(self) -> frozenset[str]:
        """Every institution in the file."""
        return frozenset(vestiging[:4] for vestiging in self.bestuur)


def _places(table: Table) -> dict[str, int]:
    return {to_header(title): place for place, title in enumerate(table.header)}


def _find(table: Table, titles: Sequence[str]) -> int:
    """Find a column under one of its names.

    Raises
    ------
    InputRefused
        It is not there.
    """
    place = _optional(table, titles)
    if place is None:
        expected = f"Kolom {' of '.join(titles)} ontbreekt."
        raise InputRefused([Fault(table.file, table.header_line, None, None, expected)])
    return place


def _optional(table: Table, titles: Sequence[str]) -> int | None:
    places = _places(table)
    return next((places[to_header(title)] for title in titles if to_header(title) in places), None)


def _vestiging(table: Table, row: RawRow, brin_place: int, place: int) -> str | Fault:
    """Glue BRIN and number together: ``00``, ``0`` and ``01AB00`` are all in use."""
    brin, number = row.cells[brin_place].upper(), row.cells[place].upper()
    if not re.fullmatch(r"[0-9]{2}[A-Z]{2}", brin):
        return Fault(table.file, row.line, table.header[brin_place], brin, "een BRIN zoals 01AB")
    if re.fullmatch(re.escape(brin) + r"[0-9]{2}", number):
        return number
    if re.fullmatch(r"[0-9]{1,2}", number):
        return brin + number.zfill(2)
    return Fault(table.file, row.line, table.header[place], number, f"een vestigingsnummer van {brin}, zoals 00")


def _conclude_masking(cells: Sequence[str], year: int, choice: str) -> Masking:
    """Conclude the convention from all pupil cells of the pro rows."""
    plain = [int(cell) for cell in cells if cell.isdecimal()]
    marked = sorted({cell.lower().replace(" ", "") for cell in cells if _HIDDEN.fullmatch(cell)})
    zero_hidden = 0 not in plain
    lowest = 0 if zero_hidden else 1
    if marked:
        shown = " en ".join(f"'{mark}'" for mark in marked)
        text = f"{shown} is gelezen als {lowest} tot en met {_highest(marked[0])}"
        text += "; in dit bestand staat nergens een nul." if zero_hidden else "; nullen staan er gewoon in."
        return Masking(zero_hidden, four_hides=False, text=text)
    fours = plain.count(4)
    suspect = fours > 0 and not {1, 2, 3} & set(plain)
    if choice == "vier" or (choice == "auto" and suspect and (year <= LAST_YEAR_OF_FOUR or fours >= MANY_FOURS)):
        text = "Een 4 is gelezen als 1 tot en met 4: het bestand heeft geen enkele 1, 2 of 3."
        return Masking(zero_hidden=False, four_hides=True, text=text)
    return Masking(zero_hidden=False, four_hides=False, text="Geen afgeschermde aantallen.")


def _highest(mark: str) -> int:
    found = _HIDDEN.fullmatch(mark)
    return int(found[1]) - 1 if found and found[1] else 4


def _count(cell: str, masking: Masking) -> Count:
    if cell.isdecimal():
        number = int(cell)
        return Count(1, 4) if masking.four_hides and number == 4 else Count(number, number)
    return Count(0 if masking.zero_hidden else 1, max(_highest(cell), 1))


def read_telling(
    file: str,
    content: bytes,
    *,
    teldatum: date,
    status: Status,
    register: frozenset[str] = frozenset(),
    besturen: Mapping[str, str] | None = None,
    masking: str = "auto",
) -> ReadTelling:
    """Read DUO file 01 ``leerlingen-vo-per-vestiging-naar-onderwijstype-<JJJJ>.csv``.

    Parameters
    ----------
    file, content
        Name for messages, and the bytes.
    teldatum, status
        What the user says the file is; the file itself does not.
    register
        Every known BRIN; when empty there is nothing to compare with. Schools of the demonstration (99…) are known.
    besturen
        Number of the bevoegd gezag per vestiging, when an address file was given.
    masking
        ``auto``, ``geen`` or ``vier``: whether a 4 stands for 1 to 4.

    Raises
    ------
    InputRefused
        No pro rows, a double vestiging, a number that is none, an unknown BRIN, a missing column: every fault with
        its line, column and value.

    Source
    ------
    DUO open onderwijsdata, Leerlingen vo per vestiging naar onderwijstype; a row is pro when its onderwijstype
    starts with "Praktijkonderwijs".
    """
    table = read_table(file, content)
    rows, pupils = _pro_rows(table)
    faults: list[Fault] = []
    cells = [(row, index) for row in rows for index in pupils]
    for row, index in cells:
        cell = row.cells[index]
        if not (re.fullmatch(r"[0-9]{1,6}", cell) or _HIDDEN.fullmatch(cell)):
            faults.append(Fault(file, row.line, table.header[index], cell, _EXPECTED))
    codes = _codes(table, rows, register, faults)
    if faults:
        raise InputRefused(sorted(faults, key=lambda fault: fault.line or 0))
    concluded = _conclude_masking([row.cells[index] for row, index in cells], teldatum.year, masking)
    name_place = _find(table, _NAME)
    schools: dict[str, SchoolCount] = {}
    for row in rows:
        code = codes[row.line]
        total = sum((_count(row.cells[index], concluded) for index in pupils), Count(0, 0))
        if code in schools:
            total += schools[code].count
        note = "" if total.exact else f"Afgeschermd: {total}."
        schools[code] = SchoolCount(code, row.cells[name_place], total, (besturen or {}).get(code), note=note)
    sha256 = hashlib.sha256(content).hexdigest()
    return ReadTelling(build_telling(teldatum, status, schools.values(), sha256), concluded)


def _pro_rows(table: Table) -> tuple[list[RawRow], list[int]]:
    """Find the rows of praktijkonderwijs and the places of the twelve columns with pupils."""
    type_place = _find(table, _TYPE)
    pupils = [index for index, title in enumerate(table.header) if _PUPILS.fullmatch(to_header(title))]
    if len(pupils) != 12:
        expected = f"Verwacht 12 kolommen LEER- OF VERBLIJFSJAAR 1 tot en met 6, MAN en VROUW; gevonden {len(pupils)}."
        raise InputRefused([Fault(table.file, table.header_line, None, None, expected)])
    if table.faults:
        raise InputRefused(table.faults)
    rows = [row for row in table.rows if row.cells[type_place].casefold().startswith(PREFIX)]
    if not rows:
        expected = f"Van {len(table.rows)} rijen heeft geen enkele een onderwijstype dat begint met Praktijkonderwijs."
        raise InputRefused([Fault(table.file, None, table.header[type_place], None, expected)])
    return rows, pupils


def _codes(table: Table, rows: Sequence[RawRow], register: frozenset[str], faults: list[Fault]) -> dict[int, str]:
    """Find the vestiging of every row, by line; note what is wrong.

    Vintages with an LWOO indication may have a row with and one without it: those are two parts of one count.
    """
    brin_place, place, lwoo = _find(table, _BRIN), _find(table, _VESTIGING), _optional(table, _LWOO)
    codes: dict[int, str] = {}
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        code = _vestiging(table, row, brin_place, place)
        if isinstance(code, Fault):
            faults.append(code)
            continue
        if register and code[:4] not in register and not code.startswith("99"):
            expected = "een BRIN uit het adressenbestand; lees eerst een nieuwer adressenbestand in"
            faults.append(Fault(table.file, row.line, table.header[brin_place], code[:4], expected))
        key = (code, "" if lwoo is None else row.cells[lwoo])
        first = seen.setdefault(key, row.line)
        if first != row.line:
            expected = f"elke vestiging één keer; deze staat ook op regel {first}"
            faults.append(Fault(table.file, row.line, table.header[place], code, expected))
        codes[row.line] = code
    return codes


def read_totals(file: str, content: bytes) -> dict[str, int]:
    """Read DUO file 03: all pupils per vestiging, of every onderwijstype, those at the vavo apart.

    Returns
    -------
    dict
        Pupils per vestiging; a vestiging whose total is hidden itself is left out.

    Raises
    ------
    InputRefused
        A column is missing, or a code or number is none.

    Source
    ------
    DUO open onderwijsdata, Leerlingen vo per vestiging en bestuur (vavo apart).
    """
    table = read_table(file, content)
    brin_place, place, total_place = _find(table, _BRIN), _find(table, _VESTIGING), _find(table, _TOTAL)
    faults: list[Fault] = list(table.faults)
    totals: dict[str, int] = {}
    for row in table.rows:
        code, cell = _vestiging(table, row, brin_place, place), row.cells[total_place]
        if isinstance(code, Fault):
            faults.append(code)
        elif re.fullmatch(r"[0-9]{1,6}", cell):
            totals[code] = totals.get(code, 0) + int(cell)
        elif not _HIDDEN.fullmatch(cell):
            faults.append(Fault(file, row.line, table.header[total_place], cell, _EXPECTED))
    if faults:
        raise InputRefused(faults)
    return totals


def read_addresses(file: str, content: bytes) -> AddressFile:
    """Read what a telling needs of DUO's ``alle-vestigingen-vo.csv``: bestuur and structure per vestiging.

    Raises
    ------
    InputRefused
        A column is missing or a code is none.
    """
    table = read_table(file, content)
    brin_place, place = _find(table, _BRIN), _find(table, _VESTIGING)
    bestuur_place, structure_place = _find(table, _BESTUUR), _find(table, _STRUCTURE)
    faults: list[Fault] = list(table.faults)
    bestuur: dict[str, str] = {}
    pro_only: set[str] = set()
    for row in table.rows:
        code = _vestiging(table, row, brin_place, place)
        if isinstance(code, Fault):
            faults.append(code)
            continue
        bestuur[code] = row.cells[bestuur_place]
        if row.cells[structure_place].upper() == "PRO":
            pro_only.add(code)
    if faults:
        raise InputRefused(faults)
    return AddressFile(file, bestuur, frozenset(pro_only))
