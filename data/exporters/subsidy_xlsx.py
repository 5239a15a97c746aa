"""A split as a workbook whose formulas recompute every amount from the pupils and the budget."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from data.exporters.subsidy_rows import guard, label_of
from subsidy.apportionment import TieBreak
from subsidy.money import Rounding
from subsidy.parameters import Method, Moment, OddCent
from subsidy.receipt import Calculation
from subsidy.split import Split

INPUT, LINES = "Invoer", "Verdeling"
FIRST = 2
"""Row of the first school, counted from 1; row 1 has the titles."""
_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed stamp, so that equal input gives equal bytes
_TITLES = (
    "school_id", "naam", "leerlingen", "hele centen", "rest (teller)", "plaats van de rest", "extra cent",
    "bedrag in centen", "deel 1 hele centen", "deel 1 rest (teller)", "deel 1 plaats", "deel 1 in centen",
    "deel 2 in centen", "bedrag", "deel 1", "deel 2",
)  # fmt: skip
_BAND_TITLES = (
    "school_id", "naam", "leerlingen minimaal", "leerlingen maximaal", "bedrag minimaal", "bedrag maximaal",
    "deel 1 minimaal", "deel 1 maximaal", "deel 2 minimaal", "deel 2 maximaal",
)  # fmt: skip


def rounded(numerator: str, denominator: str, rounding: Rounding) -> str:
    """Return a formula that rounds a fraction of whole numbers without ever using a part of a number."""
    double = f"(2*{denominator})"
    half_up = f"QUOTIENT(2*{numerator}+{denominator},{double})"
    return {
        Rounding.DOWN: f"QUOTIENT({numerator},{denominator})",
        Rounding.UP: f"QUOTIENT({numerator}+{denominator}-1,{denominator})",
        Rounding.HALF_UP: half_up,
        Rounding.HALF_DOWN: f"QUOTIENT(2*{numerator}+{denominator}-1,{double})",
        Rounding.HALF_EVEN: (f"{half_up}-IF(AND(MOD(2*{numerator}+{denominator},{double})=0,ISODD({half_up})),1,0)"),
    }[rounding]


def rank(column: str, row: int, last: int, tie_break: TieBreak | None) -> str:
    """Return a formula for the place of a remainder, equal ones by the tie-break; the rows are in order of code."""
    whole, here = f"{column}${FIRST}:{column}${last}", f"{column}{row}"
    larger = f'COUNTIF({whole},">"&{here})'
    if tie_break is TieBreak.HIGHEST_CODE:
        return f"{larger}+COUNTIF({here}:{column}${last},{here})"
    before = f"{column}${FIRST}:{here}"
    if tie_break is TieBreak.MOST_PUPILS:
        pupils = f"C${FIRST}:C${last}"
        return (
            f'{larger}+COUNTIFS({whole},{here},{pupils},">"&C{row})+COUNTIFS({before},{here},C${FIRST}:C{row},C{row})'
        )
    return f"{larger}+COUNTIF({before},{here})"


def split_xlsx(calculation: Calculation) -> bytes:
    """Write the workbook: a sheet with the inputs and a sheet with one row per school.

    Every amount is a formula on whole numbers below 10^15, which spreadsheets count exactly. A split with hidden
    numbers has no amounts: its workbook gives the ends of the bands as values.
    """
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": "Verdeling reiskosten-tegemoetkoming", "created": _CREATED})
    _write_input(book, calculation)
    sheet = book.add_worksheet(LINES)
    sheet.freeze_panes(1, 2)
    sheet.set_column("A:A", 12)
    sheet.set_column("B:B", 40)
    sheet.set_column("C:P", 14)
    if calculation.split.exact:
        _write_formulas(book, sheet, calculation)
    else:
        _write_bands(book, sheet, calculation)
    book.close()
    return out.getvalue()


def _write_input(book: Any, calculation: Calculation) -> None:
    split, telling, regeling = calculation.split, calculation.telling, calculation.regeling
    terms = split.terms
    sheet = book.add_worksheet(INPUT)
    sheet.set_column("A:A", 34)
    sheet.set_column("B:B", 60)
    bold = book.add_format({"bold": True})
    last = FIRST + len(split.lines) - 1
    rows: list[tuple[str, object]] = [
        ("Soort", "SCENARIO met eigen cijfers" if calculation.scenario else "Berekening volgens de regeling"),
        ("Budget in centen", int(terms.budget)),
        ("Eerste deel, teller", terms.first_share.numerator),
        ("Eerste deel, noemer", terms.first_share.denominator),
        ("Bedrag per leerling in centen", "" if terms.rate is None else int(terms.rate)),
        ("Methode", terms.method.value),
        ("Afronding", terms.rounding.value if terms.rounding else "grootste_rest"),
        ("Moment van afronden", terms.moment.value if terms.moment else ""),
        ("Niveau van toekenning", terms.level.value),
        ("Oneven cent", terms.odd_cent.value),
        ("Voorrang bij gelijke rest", terms.tie_break.value if terms.tie_break else "geen"),
        ("Teldatum", telling.teldatum.isoformat()),
        ("Status van de telling", telling.status.value),
        ("Kenmerk van de telling", telling.digest),
        ("Regeling", f"{regeling.regeling_id}, versie {regeling.version}" if regeling else "geen (scenario)"),
        ("Kenmerk van de regeling", regeling.digest if regeling else ""),
        ("Aannames", ", ".join(found.name for found in regeling.assumptions) if regeling else ""),
        ("Versie van het programma", calculation.code_version),
    ]
    for number, (title, value) in enumerate(rows):
        sheet.write_string(number, 0, title, bold)
        if isinstance(value, int):
            sheet.write_number(number, 1, value)
        else:
            sheet.write_string(number, 1, str(value))
    if not split.exact:
        return
    at = len(rows) + 1
    for title, column, value in (
        ("Leerlingen samen", "C", split.pupils.minimum),
        ("Som van de bedragen in centen", "H", split.total),
        ("Som van deel 1 in centen", "L", split.total_first),
        ("Som van deel 2 in centen", "M", split.total_second),
    ):
        sheet.write_string(at, 0, title, bold)
        sheet.write_formula(at, 1, f"=SUM({LINES}!{column}{FIRST}:{column}{last})", None, int(value))
        at += 1
    sheet.write_string(at, 0, "Verschil met het budget in centen", bold)
    sheet.write_formula(at, 1, f"=B{len(rows) + 3}-B2", None, split.difference)


def _ratio(split: Split, last: int) -> tuple[str, str]:
    """Return numerator and denominator of the cents per pupil, as formulas."""
    terms, pupils = split.terms, f"SUM(C${FIRST}:C${last})"
    exact = (f"{INPUT}!B$2", pupils) if terms.rate is None else (f"{INPUT}!B$5", "1")
    if terms.method is Method.AMOUNT_PER_PUPIL and terms.moment is Moment.RATE and terms.rate is None:
        return rounded(*exact, terms.rounding or Rounding.DOWN), "1"
    return exact


def _write_formulas(book: Any, sheet: Any, calculation: Calculation) -> None:
    split = calculation.split
    terms = split.terms
    last = FIRST + len(split.lines) - 1
    bold, euro = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "€ #,##0.00"})
    for column, title in enumerate(_TITLES):
        sheet.write_string(0, column, title, bold)
    numerator, denominator = _ratio(split, last)
    pupils, closed = split.pupils.minimum, terms.method is Method.CLOSED_BUDGET
    amounts, firsts = f"H${FIRST}:H${last}", f"I${FIRST}:I${last}"
    whole_first = f"({INPUT}!B$3*SUM({amounts}))"
    odd = Rounding.HALF_UP if terms.odd_cent is OddCent.FIRST else Rounding.HALF_DOWN
    total_first = rounded(whole_first, f"{INPUT}!B$4", odd)
    for row, line in enumerate(split.lines, start=FIRST):
        share = line.share
        assert share is not None  # noqa: S101 - the split is exact
        times = f"(({numerator})*C{row})"
        if closed:
            extra = f"IF(F{row}<={INPUT}!B$2-SUM(D${FIRST}:D${last}),1,0)"
            place = rank("E", row, last, terms.tie_break)
        else:
            extra = f"{rounded(times, denominator, terms.rounding or Rounding.DOWN)}-D{row}"
            place = '""'
        first_times = f"(H{row}*{INPUT}!B$3)"
        first_floor, first_rest = divmod(line.amount * terms.first_share.numerator, terms.first_share.denominator)
        formulas = [
            (3, f"QUOTIENT({times},{denominator})", int(share.floor)),
            (4, f"{times}-D{row}*{denominator}", int(share.remainder * (1 if denominator == "1" else pupils))),
            (5, place, share.rank if share.rank is not None else ""),
            (6, extra, int(share.extra)),
            (7, f"D{row}+G{row}", int(line.amount)),
            (8, f"QUOTIENT({first_times},{INPUT}!B$4)", first_floor),
            (9, f"{first_times}-I{row}*{INPUT}!B$4", first_rest),
            (10, rank("J", row, last, terms.tie_break), ""),
            (11, f"I{row}+IF(K{row}<={total_first}-SUM({firsts}),1,0)", int(line.first)),
            (12, f"H{row}-L{row}", int(line.second)),
        ]
        sheet.write_string(row - 1, 0, line.key)
        sheet.write_string(row - 1, 1, guard(label_of(calculation, line)))
        sheet.write_number(row - 1, 2, line.count.minimum)
        for column, formula, value in formulas:
            sheet.write_formula(row - 1, column, f"={formula}", None, value)
        for column, source, cents in ((13, "H", line.amount), (14, "L", line.first), (15, "M", line.second)):
            sheet.write_formula(row - 1, column, f"={source}{row}/100", euro, f"{cents // 100}.{cents % 100:02d}")


def _write_bands(book: Any, sheet: Any, calculation: Calculation) -> None:
    bold, euro = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "€ #,##0.00"})
    for column, title in enumerate(_BAND_TITLES):
        sheet.write_string(0, column, title, bold)
    for row, line in enumerate(calculation.split.lines, start=FIRST - 1):
        sheet.write_string(row, 0, line.key)
        sheet.write_string(row, 1, guard(label_of(calculation, line)))
        sheet.write_number(row, 2, line.count.minimum)
        sheet.write_number(row, 3, line.count.maximum)
        ends = (line.low, line.high, line.first_low, line.first_high, line.second_low, line.second_high)
        for column, cents in enumerate(ends, start=4):
            sheet.write_formula(row, column, f"={int(cents)}/100", euro, f"{cents // 100}.{cents % 100:02d}")
