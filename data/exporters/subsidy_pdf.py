"""The specification as PDF/UA-1 by typst: equal input gives equal bytes, and no font of the machine is used.

It is called *specificatie*, because only the giver of the subsidy issues a beschikking.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from data.exporters.subsidy_rows import SCENARIO, label_of
from subsidy.deadlines import is_certain
from subsidy.lifecycle import State, Step, date_of, objection_until
from subsidy.money import to_euro
from subsidy.parameters import Method, Window
from subsidy.receipt import Calculation
from subsidy.split import SplitLine
from subsidy.words import plain

_TEMPLATE = Path(__file__).parent / "specificatie.typ"
_MONTHS = ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
           "november", "december")  # fmt: skip
_STAMP = datetime(2000, 1, 1, tzinfo=UTC)
Section = dict[str, Any]


def long_date(day: date) -> str:
    """Write ``1 oktober 2024``."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def band(low: int, high: int, *, exact: bool) -> str:
    """Write an amount, or both ends of a band."""
    return to_euro(low) if exact else f"{to_euro(low)} – {to_euro(high)}"


def number(value: int) -> str:
    """Write a whole number with points between the thousands."""
    return f"{value:,}".replace(",", ".")


def count_text(minimum: int, maximum: int) -> str:
    """Write a number of pupils, or both ends."""
    return number(minimum) if minimum == maximum else f"{number(minimum)}–{number(maximum)}"


def _section(
    title: str, text: str, head: Sequence[str] = (), rows: Sequence[Sequence[str]] = (), numbers: Sequence[int] = ()
) -> Section:
    narrow = {0, *numbers} if len(head) > 2 or not numbers else set(numbers)
    widths = ["auto" if column in narrow else "wide" for column in range(len(head))]
    return {
        "title": title,
        "text": text,
        "head": list(head),
        "rows": [list(row) for row in rows],
        "numbers": list(numbers),
        "columns": widths,
    }


def _steps_text(calculation: Calculation, line: SplitLine) -> Section:
    split, share = calculation.split, line.share
    terms, pupils = split.terms, count_text(split.pupils.minimum, split.pupils.maximum)
    rows = [
        ["Leerlingen van deze school", count_text(line.count.minimum, line.count.maximum)],
        ["Leerlingen van alle scholen samen", pupils],
        ["Te verdelen budget", to_euro(terms.budget)],
    ]
    if share is not None:
        rows += [
            ["Precies aandeel in centen", str(share.exact)],
            ["Hele centen daarvan", number(share.floor)],
            ["Rest", str(share.remainder)],
        ]
        if terms.method is Method.CLOSED_BUDGET:
            rows.append(["Plaats van de rest, van groot naar klein", f"{share.rank} van {len(split.lines)}"])
        rows += [
            ["Extra cent", "ja" if share.extra else "nee"],
            ["Bedrag", to_euro(line.amount)],
            ["Deel 1", to_euro(line.first)],
            ["Deel 2", to_euro(line.second)],
        ]
    return _section("Zo is het bedrag berekend", "", ("Stap", "Uitkomst"), rows, (1,))


def _window_text(window: Window | None) -> str:
    return f"{long_date(window.start)} tot en met {long_date(window.end)}" if window else "onbekend"


def _parts_section(calculation: Calculation, line: SplitLine, steps: Sequence[Step]) -> Section:
    windows = calculation.regeling.windows if calculation.regeling else (None, None)
    paid = [date_of(steps, state) if steps else None for state in (State.PAID_1, State.PAID_2)]
    exact = line.exact
    amounts = [band(line.first_low, line.first_high, exact=exact), band(line.second_low, line.second_high, exact=exact)]
    rows = [
        [f"Deel {place + 1}", amounts[place], _window_text(windows[place]), long_date(day) if day else "nog niet"]
        for place, day in enumerate(paid)
    ]
    return _section("Wanneer", "", ("Deel", "Bedrag", "Betaalvenster", "Betaald"), rows, (1,))


def _life_section(steps: Sequence[Step]) -> Section:
    rows = [[plain(step.state), long_date(step.on), step.by] for step in steps]
    until = objection_until(steps)
    text = f"De bezwaartermijn loopt tot en met {long_date(until)} (Awb 6:7 en 6:8)." if until else ""
    if until and not is_certain(until):
        text += " Deze dag kan nog verschuiven."
    return _section("Stand", text, ("Stap", "Datum", "Door"), rows)


def _source_section(calculation: Calculation) -> list[Section]:
    telling, regeling = calculation.telling, calculation.regeling
    rows = [
        ["Telling", f"{telling.status.value}, {long_date(telling.teldatum)}"],
        ["Kenmerk telling (sha256)", _breakable(telling.digest)],
        ["Bestand (sha256)", _breakable(telling.file_sha256)],
        ["Programma", f"Stageroute {calculation.code_version}"],
    ]
    if regeling is None:
        return [_section("Herkomst", "Dit zijn eigen cijfers van de gebruiker.", ("Wat", "Waarde"), rows)]
    rows.insert(0, ["Regeling", f"{regeling.regeling_id}, versie {long_date(regeling.version)}"])
    rows.insert(1, ["Kenmerk regeling (sha256)", _breakable(regeling.digest)])
    assumed = [[found.kind.label, _value_text(found.value), found.note] for found in regeling.assumptions]
    return [
        _section("Herkomst", "", ("Wat", "Waarde"), rows),
        _section(
            "Aannames",
            "Deze waarden zijn niet gepubliceerd. Wij kozen ze zelf; de subsidiegever kan anders beslissen.",
            ("Wat", "Waarde", "Waarom"),
            assumed,
        ),
    ]


def _breakable(digest: str) -> str:
    return f"{digest[:32]} {digest[32:]}"


def _value_text(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    return to_euro(value) if isinstance(value, int) else plain(str(value))


def _document(calculation: Calculation, name: str, lead: str, sections: list[Section]) -> dict[str, Any]:
    scenario = calculation.scenario
    title = "Specificatie reiskosten-tegemoetkoming praktijkonderwijs"
    warning = "Scenario: gerekend met eigen cijfers. Hieraan kan niemand een recht ontlenen." if scenario else ""
    if not warning and not calculation.split.exact:
        warning = "Bandbreedte: de telling is deels afgeschermd. Deze bedragen zijn niet definitief."
    telling = calculation.telling
    footer = (
        f"{'Scenario · ' if scenario else ''}Gegevens per telling {telling.status.value} {long_date(telling.teldatum)}"
    )
    return {
        "title": f"Scenario: {title.lower()}" if scenario else title,
        "name": name,
        "warning": warning,
        "lead": lead,
        "footer": f"{footer} · geen beschikking",
        "sections": sections,
    }


def school_specification(calculation: Calculation, key: str, steps: Sequence[Step] = ()) -> bytes:
    """Make the specification of one line of a split.

    Parameters
    ----------
    calculation
        With the line.
    key
        Which line; raises KeyError when it is not there.
    steps
        Life of the calculation, empty when it is only computed.

    Returns
    -------
    bytes
        PDF/UA-1, the same for the same input.
    """
    line = calculation.split.by_key[key]
    amount = band(line.low, line.high, exact=line.exact)
    nature = "Dit is een specificatie van de berekening, geen beschikking. Alleen de subsidiegever neemt een besluit."
    lead = f"Bedrag: {amount}. {nature}"
    sections = [_parts_section(calculation, line, steps), _steps_text(calculation, line)]
    if steps:
        sections.append(_life_section(steps))
    sections += _source_section(calculation)
    return _compile(_document(calculation, f"{label_of(calculation, line)} ({line.key})", lead, sections))


def split_specification(calculation: Calculation) -> bytes:
    """Make the specification of the whole split, with every school on a row."""
    split = calculation.split
    exact = split.exact
    rows = [
        [
            line.key,
            label_of(calculation, line),
            count_text(line.count.minimum, line.count.maximum),
            band(line.low, line.high, exact=exact),
            band(line.first_low, line.first_high, exact=exact),
            band(line.second_low, line.second_high, exact=exact),
        ]
        for line in split.lines
    ]
    if exact:
        rows.append(
            [
                "",
                "Samen",
                number(split.pupils.minimum),
                to_euro(split.total),
                to_euro(split.total_first),
                to_euro(split.total_second),
            ]
        )
    lead = (
        f"{len(split.lines)} ontvangers, {count_text(split.pupils.minimum, split.pupils.maximum)} leerlingen, "
        f"budget {to_euro(split.terms.budget)}."
    )
    head = ("Code", "Naam", "Leerlingen", "Bedrag", "Deel 1", "Deel 2")
    sections = [_section("Bedragen", "", head, rows, (2, 3, 4, 5)), *_source_section(calculation)]
    name = "Alle scholen" + (f" ({SCENARIO})" if calculation.scenario else "")
    return _compile(_document(calculation, name, lead, sections))


@cache
def _compiler() -> Any:
    import typst

    return typst.Compiler(str(_TEMPLATE), ignore_system_fonts=True)


def _compile(document: dict[str, Any]) -> bytes:
    inputs = {"data": json.dumps(document, ensure_ascii=False, sort_keys=True)}
    made = _compiler().compile(format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"], timestamp=_STAMP)
    assert isinstance(made, bytes)  # noqa: S101 - one PDF is one piece of bytes
    return made
