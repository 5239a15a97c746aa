"""How amounts and the values of a rule file read on a page, in the language of the reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from flask_babel import gettext

from subsidy.money import Cents
from subsidy.parameters import LARGEST_REMAINDER, Window
from subsidy.regeling import Known, Regeling, Unknown
from subsidy.terms import Terms
from webapp.page.filters import datum, euro, gewoon

_DIGITS = 4


def exact_euro(cents: Fraction) -> str:
    """Write an exact amount: whole cents as they are, others with four decimals more, and … when it goes on."""
    if cents.denominator == 1:
        return euro(cents.numerator)
    scale = 10**_DIGITS
    scaled = cents * scale
    whole = scaled.numerator // scaled.denominator
    tail = "" if scaled.denominator == 1 else "…"
    return f"{euro(whole // scale)}{whole % scale:0{_DIGITS}d}{tail}"


def money(low: Cents | None, high: Cents | None) -> str:
    """Write an amount, both ends of a band, or that it is not known."""
    if low is None or high is None:
        return str(gettext("onbekend"))
    return euro(low) if low == high else f"{euro(low)} – {euro(high)}"


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One value of a rule file, for a table."""

    label: str
    value: str
    status: str
    source: str
    note: str


def _value_words(parameter: Known | Unknown) -> str:
    if isinstance(parameter, Unknown):
        return str(gettext("onbekend"))
    value = parameter.value
    if isinstance(value, Window):
        return str(gettext("%(start)s tot en met %(end)s", start=datum(value.start), end=datum(value.end)))
    if isinstance(value, date):
        return datum(value)
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    if isinstance(value, int):
        return euro(value)
    return gewoon(str(value)) if parameter.kind.unit == "keuze" else str(value)


def parameter_rows(regeling: Regeling) -> list[ParameterRow]:
    """List every value of a regeling with its status, source and note."""
    return [
        ParameterRow(
            gettext(found.kind.label),
            _value_words(found),
            found.status,
            str(found.source) if found.source else "",
            found.note,
        )
        for found in regeling.parameters.values()
    ]


def missing_words(regeling: Regeling) -> str:
    """Name what keeps a regeling from being computed."""
    return ", ".join(gettext(regeling.parameters[name].kind.label) for name in regeling.missing)


def rounding_words(terms: Terms) -> str:
    """Name how amounts are rounded."""
    return gewoon(terms.rounding.value if terms.rounding else LARGEST_REMAINDER)
