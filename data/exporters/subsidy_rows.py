"""A split as rows: CSV with Dutch conventions and JSON with integer cents."""

from __future__ import annotations

import csv
import io
from typing import Any

from subsidy.money import to_decimal
from subsidy.receipt import Calculation, terms_section
from subsidy.split import SplitLine

COLUMNS = ("school_id", "naam", "leerlingen_min", "leerlingen_max", "bedrag", "tranche_1", "tranche_2")
SCENARIO = "scenario"
BAND = " – "


def guard(text: str) -> str:
    """Keep a spreadsheet from reading a text as a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def label_of(calculation: Calculation, line: SplitLine) -> str:
    """Name of a line; in a scenario every line says that it is one."""
    return f"[{SCENARIO}] {line.name}" if calculation.scenario else line.name


def _money(low: int, high: int, *, exact: bool) -> str:
    return to_decimal(low) if exact else f"{to_decimal(low)}{BAND}{to_decimal(high)}"


def split_csv(calculation: Calculation) -> str:
    """Write one row per awarded school: ``;``, decimal comma, CRLF; a hidden number gives a band "a – b"."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in calculation.split.lines:
        writer.writerow(
            [
                line.key,
                guard(label_of(calculation, line)),
                line.count.minimum,
                line.count.maximum,
                _money(line.low, line.high, exact=line.exact),
                _money(line.first_low, line.first_high, exact=line.exact),
                _money(line.second_low, line.second_high, exact=line.exact),
            ]
        )
    return out.getvalue()


def _row(calculation: Calculation, line: SplitLine) -> dict[str, Any]:
    row: dict[str, Any] = {
        "school_id": line.key,
        "naam": label_of(calculation, line),
        "leerlingen_min": line.count.minimum,
        "leerlingen_max": line.count.maximum,
        "bedrag": int(line.amount) if line.exact else None,
        "tranche_1": int(line.first) if line.exact else None,
        "tranche_2": int(line.second) if line.exact else None,
        "bedrag_min": int(line.low),
        "bedrag_max": int(line.high),
    }
    if calculation.scenario:
        row["label"] = SCENARIO
    if line.note:
        row["toelichting"] = line.note
    return row


def as_of(calculation: Calculation, telling_id: int | None = None) -> dict[str, Any]:
    """Say of when and of which version the figures are."""
    regeling, telling = calculation.regeling, calculation.telling
    return {
        "label": SCENARIO if calculation.scenario else "berekening",
        "regeling": None
        if regeling is None
        else {"id": regeling.regeling_id, "version": regeling.version.isoformat(), "digest": regeling.digest},
        "aannames": [] if regeling is None else [assumed.name for assumed in regeling.assumptions],
        "telling": {
            "id": telling_id,
            "teldatum": telling.teldatum.isoformat(),
            "status": telling.status.value,
            "digest": telling.digest,
            "file_sha256": telling.file_sha256,
        },
        "code_version": calculation.code_version,
    }


def split_document(calculation: Calculation, telling_id: int | None = None) -> dict[str, Any]:
    """Write the split as JSON values: integer cents, null where an amount is a band."""
    split = calculation.split
    exact = split.exact
    return {
        "as_of": as_of(calculation, telling_id),
        "scenario": calculation.scenario,
        "voorwaarden": terms_section(split.terms),
        "totaal": {
            "scholen": len(split.lines),
            "leerlingen_min": split.pupils.minimum,
            "leerlingen_max": split.pupils.maximum,
            "budget": int(split.terms.budget),
            "bedrag": int(split.total) if exact else None,
            "tranche_1": int(split.total_first) if exact else None,
            "tranche_2": int(split.total_second) if exact else None,
            "verschil_met_budget": split.difference if exact else None,
            "zonder_leerlingen": list(split.without_pupils),
        },
        "rows": [_row(calculation, line) for line in split.lines],
    }


def school_document(calculation: Calculation, key: str, telling_id: int | None = None) -> dict[str, Any]:
    """Write one line of the split as JSON values; raises KeyError when it is not in the split."""
    line = calculation.split.by_key[key]
    return {"as_of": as_of(calculation, telling_id), **_row(calculation, line), "leden": list(line.members)}
