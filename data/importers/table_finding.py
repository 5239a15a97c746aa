"""Find the table in a file as a school has it: the sheet, the row of headings under titles, and where it ends.

What has one meaning is read and said in a remark; what has two is asked in a refusal. Nothing is left out in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from data.faults import Fault
from data.importers.grid import RawRow, Sheet, Table, refuse
from data.importers.headings import Wanted, list_lines, to_header
from data.importers.xlsx import MAX_COLUMNS, MAX_ROWS, split_cell

#: Name of the sheet with the rows in our own templates.
DATA_SHEET = "Gegevens"
#: Rows in which the headings are looked for.
LOOKED_THROUGH = 100
#: A row with this share of the widest row may be the headings when no name is known.
WIDE = 0.6

_TOTAL = re.compile(
    r"^(((eind|sub|groeps?|klas(se)?)[\s-]*)?(totaal|totalen|total)|gemiddelden?|gemiddeld|gem\.?|som|aantal|average|sum)"
    r"(\s|:|$)",
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"^((pagina|bladzijde|blz\.?|pag\.?|page)\s*\d+|(afgedrukt|geprint|uitgedraaid|gemaakt)\s+(op|door)\b|"
    r"(print|afdruk)\s*-?datum\b)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^[-+]?[0-9]+([.,][0-9]+)?\s*%?$")


@dataclass(frozen=True, slots=True)
class _Heading:
    """Where the headings are: index of the row in the sheet, the cells, and the fields that were recognised."""

    index: int
    cells: tuple[str, ...]
    fields: frozenset[str]
    complete: bool


@dataclass
class _LeftOut:
    """Lines that are no rows, by what they are."""

    above: list[int] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)

    def sentences(self) -> Iterator[str]:
        for lines, text in (
            (self.above, "{} boven de kolomnamen: niet gelezen."),
            (self.repeated, "{} met nog een keer de kolomnamen: overgeslagen."),
            (self.totals, "{} met een totaal of gemiddelde: overgeslagen."),
            (self.pages, "{} met een titel of bladzijde: overgeslagen."),
        ):
            if lines:
                shown = list_lines(lines)
                yield text.format(shown[:1].upper() + shown[1:])


def find_table(file: str, sheets: Sequence[Sheet], wanted: Wanted | None = None, sheet: str | None = None) -> Table:
    """Find the one table of a file.

    Parameters
    ----------
    file
        Name for messages.
    sheets
        What was read; a CSV file is one sheet.
    wanted
        The headings to look for. Without it the first row that is not blank holds the headings.
    sheet
        Name of the sheet that the user chose, when there are several.

    Raises
    ------
    InputRefused
        There is no table, or there are two and the file does not say which.
    """
    chosen, heading, others = _choose(file, sheets, wanted, sheet)
    table = _to_table(file, chosen, heading, wanted)
    if not others:
        return table
    names = ", ".join(f"'{other.name}'" + ("" if other.visible else " (verborgen)") for other in others)
    remark = f"Gelezen is het blad '{chosen.name}'. Niet gelezen: {names}."
    return replace(table, remarks=(remark, *table.remarks))


def _choose(
    file: str, sheets: Sequence[Sheet], wanted: Wanted | None, named: str | None
) -> tuple[Sheet, _Heading, list[Sheet]]:
    """Choose the sheet; gives it with its headings and the other sheets that hold something."""
    filled = [each for each in sheets if any(row.filled for row in each.rows)]
    if named is not None:
        candidates = [each for each in filled if each.name.casefold() == named.casefold()]
        if not candidates:
            known = ", ".join(f"'{each.name}'" for each in filled)
            raise refuse(file, f"Het blad '{named}' bestaat niet of is leeg. Er is: {known}.")
    else:
        visible = [each for each in filled if each.visible]
        candidates = [each for each in visible if each.name == DATA_SHEET] or visible
        if filled and not visible:
            raise refuse(file, "Alle bladen met gegevens zijn verborgen. Maak het goede blad zichtbaar.")
    found = [(each, heading) for each in candidates if (heading := _find_heading(each, wanted)) is not None]
    if not found:
        broken = [fault for each in sheets for fault in each.faults]
        raise refuse(file, "Het bestand heeft geen regel met kolomnamen.", broken[0].line if broken else None)
    best = _best(file, found, wanted)
    return (*best, [each for each in filled if each is not best[0]])


def _best(file: str, found: Sequence[tuple[Sheet, _Heading]], wanted: Wanted | None) -> tuple[Sheet, _Heading]:
    """The sheet that has all fields, otherwise the one with most of them."""
    if len(found) == 1 or wanted is None:
        return found[0]
    whole = [
        pair for pair in found if pair[1].complete and any(row.filled for row in pair[0].rows[pair[1].index + 1 :])
    ]
    if len(whole) > 1:
        names = " en ".join(f"'{sheet.name}'" for sheet, _ in whole)
        raise refuse(
            file, f"Meer bladen hebben deze kolommen: {names}. Kies er één, of verberg wat niet mee moet doen."
        )
    if whole:
        return whole[0]
    return max(found, key=lambda pair: (len(pair[1].fields), sum(row.filled for row in pair[0].rows)))


def _find_heading(sheet: Sheet, wanted: Wanted | None) -> _Heading | None:
    """Find the row of headings: the first that is complete, or the one that names most fields, or the widest."""
    places = [place for place, row in enumerate(sheet.rows) if row.filled][:LOOKED_THROUGH]
    if not places:
        return None
    if wanted is None:
        return _Heading(places[0], sheet.rows[places[0]].cells, frozenset(), complete=False)
    best: _Heading | None = None
    for place in places:
        heading = _as_heading(sheet, place, wanted)
        if heading.complete:
            return heading
        if best is None or len(heading.fields) > len(best.fields):
            best = heading
    assert best is not None  # noqa: S101 - there is at least one place
    if len(best.fields) > 1:
        return best
    widest = max(sheet.rows[place].filled for place in places)
    first = next(place for place in places if sheet.rows[place].filled >= widest * WIDE)
    return _as_heading(sheet, first, wanted)


def _as_heading(sheet: Sheet, place: int, wanted: Wanted) -> _Heading:
    """See a row as headings; a name that is merged downwards from the row above counts with it."""
    cells = sheet.rows[place].cells
    fields = wanted.fields_of(cells)
    if len(fields) > 1 and place > 0:
        above = sheet.rows[place - 1].cells
        joined = tuple(
            cell or (above[at] if at < len(above) and wanted.field_of(above[at]) else "")
            for at, cell in enumerate(cells)
        )
        more = wanted.fields_of(joined)
        if len(more) > len(fields):
            cells, fields = joined, more
    return _Heading(place, cells, fields, wanted.required <= fields)


def _to_table(file: str, sheet: Sheet, heading: _Heading, wanted: Wanted | None) -> Table:
    line = sheet.rows[heading.index].line
    body = [row for row in sheet.rows[heading.index + 1 :] if row.filled]
    if len(body) > MAX_ROWS:
        raise refuse(file, f"Het bestand heeft meer dan {MAX_ROWS} rijen.")
    header = _header(sheet, heading, body, wanted)
    if len(header) > MAX_COLUMNS:
        raise refuse(file, f"Het bestand heeft meer dan {MAX_COLUMNS} kolommen.")
    faults = [fault for fault in sheet.faults if (fault.line or 0) >= line] if wanted else list(sheet.faults)
    left_out = _LeftOut(above=[row.line for row in sheet.rows[: heading.index] if row.filled])
    if wanted is not None:
        titles = {_bare(row.cells) for row in sheet.rows[: heading.index] if row.filled}
        body = list(_only_rows(file, body, header, line, titles, wanted, left_out, faults))
    rows = [whole for row in body if (whole := _fit(file, row, len(header), faults)) is not None]
    faults += _formula_faults(file, sheet, {row.line for row in rows} | {line}, len(header))
    named = sorted((_with_title(fault, header) for fault in faults), key=lambda fault: fault.line or 0)
    return Table(file, header, line, tuple(rows), tuple(named), tuple(left_out.sentences()), sheet.from_1904)


def _header(sheet: Sheet, heading: _Heading, body: Sequence[RawRow], wanted: Wanted | None) -> tuple[str, ...]:
    """The headings; in a workbook as wide as its rows, so that a column without a name is seen."""
    width = max((place for place, cell in enumerate(heading.cells, start=1) if cell), default=0)
    if sheet.even and wanted is not None:
        filled = (place for row in body for place, cell in enumerate(row.cells[width:], start=width + 1) if cell)
        width = max(filled, default=width)
    return tuple(" ".join(cell.split()) for cell in (heading.cells + ("",) * width)[:width])


def _bare(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(to_header(cell) for cell in cells if cell)


def _only_rows(
    file: str,
    body: Sequence[RawRow],
    header: tuple[str, ...],
    line: int,
    titles: set[tuple[str, ...]],
    wanted: Wanted,
    left_out: _LeftOut,
    faults: list[Fault],
) -> Iterator[RawRow]:
    """Give what is a row; note what is not."""
    names = _bare(header)
    places = {found: at for at, title in enumerate(header) if (found := wanted.field_of(title)) is not None}
    starts = {names[:1], *(title[:1] for title in titles)}
    for row in body:
        bare = _bare_like(row, starts, wanted)
        if bare == names:
            left_out.repeated.append(row.line)
        elif bare in titles or (wanted.skips_totals and row.filled <= 3 and _is_page(row)):
            left_out.pages.append(row.line)
        elif wanted.skips_totals and _is_total(row, places, wanted):
            left_out.totals.append(row.line)
        elif bare and _is_other_heading(row, wanted):
            sentence = f"Hier staan andere kolomnamen dan op regel {line}. Zet elke lijst in een eigen bestand."
            faults.append(Fault(file, row.line, None, None, sentence))
        else:
            yield row


def _bare_like(row: RawRow, starts: set[tuple[str, ...]], wanted: Wanted) -> tuple[str, ...]:
    """The bare cells of a row that begins as headings or titles do; nothing for the many rows that do not."""
    first = next(cell for cell in row.cells if cell)
    bare = to_header(first)
    return _bare(row.cells) if (bare,) in starts or bare in wanted.names else ()


def _is_page(row: RawRow) -> bool:
    first = next(cell for cell in row.cells if cell)
    return _PAGE.match(first) is not None


def _is_total(row: RawRow, places: dict[str, int], wanted: Wanted) -> bool:
    """Whether a row adds up the rows above it: it says so, or has numbers only, and it lacks what a row must have."""

    def lacks(name: str) -> bool:
        at = places.get(name)
        return at is not None and (at >= len(row.cells) or not row.cells[at])

    missing = [name for name in wanted.required if lacks(name)]
    if not missing:
        return False
    cells = [cell for cell in row.cells if cell]
    nameless = all(map(lacks, wanted.key))
    if _TOTAL.match(cells[0]) or (nameless and any(_TOTAL.match(cell) for cell in cells)):
        return True
    return len(missing) > 1 and nameless and all(_NUMBER.match(cell) for cell in cells)


def _is_other_heading(row: RawRow, wanted: Wanted) -> bool:
    fields = wanted.fields_of(row.cells)
    return len(fields) > 2 and len(fields) * 2 > row.filled


def _with_title(fault: Fault, header: tuple[str, ...]) -> Fault:
    """Replace the number of a column by its title."""
    if fault.column is None or not fault.column.isdigit() or int(fault.column) > len(header):
        return fault
    return replace(fault, column=header[int(fault.column) - 1])


def _fit(file: str, row: RawRow, width: int, faults: list[Fault]) -> RawRow | None:
    """Give the row as many cells as the header, or note what is wrong with it."""
    if len(row.cells) != width:
        if len(row.cells) < width or any(row.cells[width:]):
            sentence = f"Deze regel heeft {len(row.cells)} velden, de regel met kolomnamen heeft er {width}."
            faults.append(Fault(file, row.line, None, None, sentence))
            return None
        row = RawRow(row.line, row.cells[:width])
    return row


def _formula_faults(file: str, sheet: Sheet, lines: set[int], width: int) -> Iterator[Fault]:
    """Refuse a formula in a cell that is read: nothing here calculates it."""
    for line, cell in sheet.formulas:
        place = split_cell(cell)
        if line in lines and place is not None and place[0] <= width:
            sentence = f"Cel {cell} bevat een formule. Plak de waarden in het blad en sla het opnieuw op."
            yield Fault(file, line, str(place[0]), None, sentence)
