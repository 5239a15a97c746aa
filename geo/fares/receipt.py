"""Receipts as they are written down, and the check that recomputes one from its own lines alone."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from geo.fares.price import Fare, LineKind, half_up

if TYPE_CHECKING:
    from collections.abc import Mapping


def to_json(fare: Fare) -> dict[str, Any]:
    """A receipt with the keys that programs read; a reason comes without any number."""
    return {
        "cents": fare.cents,
        "reason": fare.reason,
        "missing": fare.missing,
        "status": None if fare.reason is not None else fare.status.value,
        "fares": {"id": fare.file_id, "digest": fare.file_digest},
        "lines": [
            {
                "what": f"{line.kind} {line.what}",
                "kind": line.kind.value,
                "agency": line.agency,
                "cents": line.cents,
                "metres": line.metres,
                "eur_per_km": _euro(line.cents_per_km),
                "units": line.units,
                "source": line.origin.source,
                "status": line.status.value,
            }
            for line in fare.lines
        ],
    }


def _euro(cents_per_km: Fraction) -> str:
    euro = cents_per_km / 100
    return f"{Decimal(euro.numerator) / Decimal(euro.denominator):f}"


def faults_of(receipt: Mapping[str, Any]) -> list[str]:
    """What does not add up in a receipt that was written: a sum, or a line by the kilometre. Empty when all is well."""
    lines = receipt["lines"]
    if receipt["reason"] is not None:
        return [] if receipt["cents"] is None and not lines else ["cents"]
    faults = []
    for number, line in enumerate(lines, 1):
        if line["kind"] == LineKind.DISTANCE:
            if line["cents"] != half_up(Fraction(line["eur_per_km"]) * line["metres"] / 10):
                faults.append(f"lines[{number}].cents")
        elif line["metres"]:
            faults.append(f"lines[{number}].metres")
    if receipt["cents"] != sum(line["cents"] for line in lines):
        faults.append("cents")
    return faults
