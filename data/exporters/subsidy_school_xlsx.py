"""The workbook of one school: the sum of its own amount as formulas, without a row of any other school."""

from __future__ import annotations

import io
from datetime import datetime

from data.exporters.subsidy_rows import guard, label_of
from data.exporters.subsidy_xlsx import rounded
from subsidy.money import Rounding
from subsidy.parameters import Method
from subsidy.receipt import Calculation

_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed stamp, so that equal input gives equal bytes


def school_xlsx(calculation: Calculation, key: str) -> bytes:
    """Write the sum of one line: pupils, all pupils, budget, floor, remainder, rank, extra cent, both parts.

    The rank of the remainder and the number of cents that were left depend on all schools and are given as values;
    everything else is a formula. A band gives its two ends as formulas of the smallest and largest count.

    Raises
    ------
    KeyError
        The split has no such line.
    """
    import xlsxwriter

    split = calculation.split
    line, terms, share = split.by_key[key], split.terms, split.by_key[key].share
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": f"Berekening {key}", "created": _CREATED})
    sheet = book.add_worksheet("Berekening")
    sheet.set_column("A:A", 52)
    sheet.set_column("B:B", 24)
    bold, euro = book.add_format({"bold": True}), book.add_format({"num_format": "€ #,##0.00"})
    regeling = calculation.regeling
    sheet.write_string("A1", f"{guard(label_of(calculation, line))} ({key})", bold)
    named = f"{regeling.regeling_id}, versie {regeling.version}" if regeling else "SCENARIO met eigen cijfers"
    telling = calculation.telling
    sheet.write_string("A2", f"{named}; telling {telling.status.value} {telling.teldatum:%d-%m-%Y}, {telling.digest}")
    values: list[tuple[str, int | str]] = [
        ("Leerlingen van deze school", line.count.minimum),
        ("Leerlingen van alle scholen", split.pupils.minimum),
        ("Budget in centen", int(terms.budget)),
        ("Eerste deel, teller", terms.first_share.numerator),
        ("Eerste deel, noemer", terms.first_share.denominator),
    ]
    if share is None:
        values += [("Leerlingen van deze school, ten hoogste", line.count.maximum), ("Bandbreedte", "niet definitief")]
    for row, (title, value) in enumerate(values, start=3):
        sheet.write_string(row, 0, title)
        if isinstance(value, int):
            sheet.write_number(row, 1, value)
        else:
            sheet.write_string(row, 1, value)
    if share is None:
        sheet.write_string("A12", "Bedrag ten minste")
        sheet.write_formula("B12", f"={int(line.low)}/100", euro, f"{line.low // 100}.{line.low % 100:02d}")
        sheet.write_string("A13", "Bedrag ten hoogste")
        sheet.write_formula("B13", f"={int(line.high)}/100", euro, f"{line.high // 100}.{line.high % 100:02d}")
        book.close()
        return out.getvalue()
    closed = terms.method is Method.CLOSED_BUDGET
    left = sum(1 for other in split.lines if other.share is not None and other.share.extra)
    parts_up = sum(other.first - other.amount * terms.first_share.numerator // terms.first_share.denominator
                   for other in split.lines)  # fmt: skip
    first_floor = line.amount * terms.first_share.numerator // terms.first_share.denominator
    rate = "B6" if terms.rate is None else str(int(terms.rate))
    under = "B5" if terms.rate is None else "1"
    times = f"({rate}*B4)"
    extra = "IF(B12<=B13,1,0)" if closed else f"{rounded(times, under, terms.rounding or Rounding.DOWN)}-B10"
    rows: list[tuple[int, str, str | int, int]] = [
        (10, "Hele centen", f"=QUOTIENT({times},{under})", int(share.floor)),
        (
            11,
            "Rest (teller)",
            f"={times}-B10*{under}",
            int(share.remainder * (split.pupils.minimum if under == "B5" else 1)),
        ),
        (12, "Plaats van de rest onder alle scholen (gegeven)", share.rank or 0, 0),
        (13, "Centen die over waren (gegeven)", left if closed else 0, 0),
        (14, "Extra cent", f"={extra}", int(share.extra)),
        (15, "Bedrag in centen", "=B10+B14", int(line.amount)),
        (16, "Deel 1, hele centen", "=QUOTIENT(B15*B7,B8)", int(first_floor)),
        (17, "Extra cent in deel 1 (gegeven; samen " + str(parts_up) + ")", int(line.first - first_floor), 0),
        (18, "Deel 1 in centen", "=B16+B17", int(line.first)),
        (19, "Deel 2 in centen", "=B15-B18", int(line.second)),
    ]
    for number, title, value, cached in rows:
        sheet.write_string(number - 1, 0, title)
        if isinstance(value, int):
            sheet.write_number(number - 1, 1, value)
        else:
            sheet.write_formula(number - 1, 1, value, None, cached)
    for number, title, source, cents in (
        (21, "Bedrag", "B15", line.amount),
        (22, "Deel 1", "B18", line.first),
        (23, "Deel 2", "B19", line.second),
    ):
        sheet.write_string(number - 1, 0, title, bold)
        sheet.write_formula(number - 1, 1, f"={source}/100", euro, f"{cents // 100}.{cents % 100:02d}")
    book.close()
    return out.getvalue()
