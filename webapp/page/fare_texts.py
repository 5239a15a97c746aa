"""Codes of prices as sentences, in the language of the reader; commands speak Dutch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext

from geo.fares.price import LineKind, NoFare
from geo.fares.reading import FareFaultCode
from usecases.refusals import Fault, InputRefused

if TYPE_CHECKING:
    from geo.fares.rules import FareRefused

Code = FareFaultCode
EXPECTED = {
    Code.NOT_TOML: lazy_gettext("een bestand in TOML"),
    Code.NOT_UTF8: lazy_gettext("tekst in UTF-8"),
    Code.NO_FILE: lazy_gettext("een bestand dat bestaat en te lezen is"),
    Code.UNKNOWN_KEY: lazy_gettext("alleen sleutels die bekend zijn"),
    Code.MISSING: lazy_gettext("een waarde"),
    Code.FLOAT: lazy_gettext('hele centen, of een tarief als tekst: "0.201"'),
    Code.BAD_NUMBER: lazy_gettext("een heel getal van 0 of meer"),
    Code.BAD_DECIMAL: lazy_gettext('een tarief als "0.201", met een punt'),
    Code.BAD_TEXT: lazy_gettext("tekst, of een lijst van teksten"),
    Code.BAD_DATE: lazy_gettext("een datum als 2026-01-01, zonder aanhalingstekens"),
    Code.BAD_CHOICE: lazy_gettext("een keuze die bekend is"),
    Code.BAD_PAIR: lazy_gettext("twee verschillende stations en een heel getal"),
    Code.BAD_BAND: lazy_gettext("oplopende grenzen in centen, elk met 0 tot en met 100 procent"),
    Code.DOUBLE: lazy_gettext("één regel per vervoerder, lijn, paar of product"),
    Code.END_BEFORE_START: lazy_gettext("een einde niet vóór het begin"),
    Code.NO_PRICE: lazy_gettext("minstens één regel met prijzen (distance of units)"),
    Code.OVERLAP: lazy_gettext("dagen waarop geen ander bestand van deze naam geldt"),
}  # fmt: skip
NO_FARE = {
    NoFare.NO_FILE: lazy_gettext("Er zijn nog geen tarieven ingelezen."),
    NoFare.EXPIRED: lazy_gettext("De tarieven zijn verlopen op deze dag."),
    NoFare.NOT_YET: lazy_gettext("De tarieven gelden nog niet op deze dag."),
    NoFare.GAP: lazy_gettext("Voor deze dag ontbreken tarieven."),
    NoFare.UNKNOWN: lazy_gettext("Het tarief is niet bekend."),
    NoFare.NO_LENGTH: lazy_gettext("De lengte van de rit is niet bekend."),
}
KINDS = {
    LineKind.BASE: lazy_gettext("Basistarief"),
    LineKind.DISTANCE: lazy_gettext("Kilometers"),
    LineKind.UNITS: lazy_gettext("Trein, tariefeenheden"),
}


def refused_fares(source: str, refused: FareRefused) -> InputRefused:
    """Everything that is wrong in a file of prices as faults with key, value and remedy."""
    return InputRefused(
        [
            Fault(source, None, fault.key or None, fault.found, _expected(fault.code, fault.choices))
            for fault in refused.faults
        ]
    )


def _expected(code: FareFaultCode, choices: str) -> str:
    return f"{EXPECTED[code]}: {choices}" if choices else str(EXPECTED[code])
