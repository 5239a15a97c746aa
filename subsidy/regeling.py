"""The regeling as data: a dated version of the scheme in which every value has a source and a status."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from subsidy.errors import AmountError, MissingParameterError, RegelingError
from subsidy.money import Cents
from subsidy.parameters import PARAMETERS, ParameterKind, Window

Value = TypeVar("Value")

_TOP = ("regeling", "parameters")
_HEAD = ("id", "version", "title")
_ENTRY = ("value", "unit", "status", "source", "note")
_SOURCE = ("title", "paragraph", "date")
CONFIRMED, ASSUMED, UNKNOWN = "bevestigd", "aanname", "onbekend"


@dataclass(frozen=True, slots=True)
class LegalSource:
    """Where a value is written down.

    Attributes
    ----------
    title, paragraph, date
        Title and place as printed; the day it was published, or the year when no day is known.
    """

    title: str
    paragraph: str
    date: str

    def __str__(self) -> str:
        return f"{self.title}, {self.paragraph} ({self.date})"


@dataclass(frozen=True, slots=True)
class Known:
    """A parameter with a value: ``bevestigd`` by its source, or an ``aanname`` with the reason for it."""

    name: str
    value: object
    status: str
    source: LegalSource | None
    note: str

    @property
    def kind(self) -> ParameterKind:
        """Label, unit and reader."""
        return PARAMETERS[self.name]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A parameter that was looked for and not found. It is never read as zero."""

    name: str
    note: str
    source: LegalSource | None

    status = UNKNOWN

    @property
    def kind(self) -> ParameterKind:
        """Label, unit and reader."""
        return PARAMETERS[self.name]


@dataclass(frozen=True)
class Regeling:
    """One dated version of a scheme.

    Attributes
    ----------
    regeling_id
        Name by which commands and pages refer to it.
    version
        Day of the text this version follows.
    title
        Dutch name.
    parameters
        Every parameter of the format, in the order of the format.
    digest
        SHA-256 of the rule file.
    """

    regeling_id: str
    version: date
    title: str
    parameters: Mapping[str, Known | Unknown]
    digest: str

    def value(self, name: str, kind: type[Value]) -> Value:
        """Return a value that must be known.

        Raises
        ------
        MissingParameterError
            It is unknown.
        """
        value = self.optional(name, kind)
        if value is None:
            label = PARAMETERS[name].label
            msg = f"Van regeling {self.regeling_id} is nog niet bekend: {name} ({label})."
            raise MissingParameterError(msg, [name])
        return value

    def optional(self, name: str, kind: type[Value]) -> Value | None:
        """Return a value, or None when it is unknown."""
        parameter = self.parameters[name]
        if isinstance(parameter, Known) and isinstance(parameter.value, kind):
            return parameter.value
        return None

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the unknown parameters without which nothing can be computed."""
        return tuple(
            name for name, found in self.parameters.items() if found.kind.required and isinstance(found, Unknown)
        )

    @property
    def computable(self) -> bool:
        """Whether amounts can be computed."""
        return not self.missing

    def require_known(self) -> None:
        """Refuse to compute while a parameter is unknown.

        Raises
        ------
        MissingParameterError
            Naming every unknown parameter that is needed.
        """
        if self.missing:
            names = ", ".join(f"{name} ({PARAMETERS[name].label})" for name in self.missing)
            msg = f"Regeling {self.regeling_id} kan niet worden berekend: onbekend is {names}."
            raise MissingParameterError(msg, self.missing)

    @property
    def assumptions(self) -> tuple[Known, ...]:
        """The values that are our own assumption, to be shown on every output."""
        return tuple(
            found for found in self.parameters.values() if isinstance(found, Known) and found.status == ASSUMED
        )

    @property
    def windows(self) -> tuple[Window | None, Window | None]:
        """The two payment windows, None where unknown."""
        return self.optional("window_1", Window), self.optional("window_2", Window)


class _DecimalLiteral(str):
    """What TOML would read as a binary fraction; kept as text so that the refusal can show it."""

    __slots__ = ()


def parse_regeling(text: str, place: str) -> Regeling:
    """Read one rule file.

    Parameters
    ----------
    text
        TOML.
    place
        Name of the file, for refusals.

    Returns
    -------
    Regeling
        With every parameter of the format.

    Raises
    ------
    RegelingError
        No TOML, an unknown or absent key, a decimal number, a value of the wrong kind, a value without a source
        or an assumption without a reason; the message names the place and the value.
    """
    try:
        document = tomllib.loads(text, parse_float=_DecimalLiteral)
    except tomllib.TOMLDecodeError as error:
        msg = f"{place}: geen geldig TOML-bestand ({error})."
        raise RegelingError(msg) from error
    _refuse_decimals(document, place, "")
    _check_keys(document, _TOP, _TOP, place)
    head = _table(document["regeling"], f"{place}: [regeling]")
    _check_keys(head, _HEAD, _HEAD, f"{place}: [regeling]")
    entries = _table(document["parameters"], f"{place}: [parameters]")
    _check_keys(entries, tuple(PARAMETERS), tuple(PARAMETERS), f"{place}: [parameters]")
    parameters = {
        name: _parameter(kind, entries[name], f"{place}: [parameters.{name}]") for name, kind in PARAMETERS.items()
    }
    version = head["version"]
    if type(version) is not date:
        msg = f"{place}: [regeling] version is {version!r}; verwacht een datum."
        raise RegelingError(msg)
    regeling = Regeling(
        _text(head["id"], f"{place}: [regeling] id"),
        version,
        _text(head["title"], f"{place}: [regeling] title"),
        parameters,
        hashlib.sha256(text.encode("utf-8")).hexdigest(),
    )
    _refuse_minimum(regeling, place)
    return regeling


def _refuse_minimum(regeling: Regeling, place: str) -> None:
    minimum = regeling.optional("minimum_amount", int)
    if minimum:
        shown = f"{Cents(minimum)} cent"
        msg = f"{place}: [parameters.minimum_amount] value is {shown}; een minimumbedrag wordt niet ondersteund."
        raise RegelingError(msg)


def _refuse_decimals(node: object, place: str, path: str) -> None:
    if isinstance(node, _DecimalLiteral):
        msg = f"{place}: {path} is {node}; een getal met een punt is niet exact, schrijf het als tekst."
        raise RegelingError(msg)
    if isinstance(node, dict):
        for key, value in node.items():
            _refuse_decimals(value, place, f"{path}.{key}".lstrip("."))
    elif isinstance(node, list):
        for number, value in enumerate(node, start=1):
            _refuse_decimals(value, place, f"{path}[{number}]")


def _check_keys(table: Mapping[str, object], allowed: tuple[str, ...], needed: tuple[str, ...], place: str) -> None:
    for key in table:
        if key not in allowed:
            msg = f"{place}: onbekende sleutel '{key}'; verwacht {', '.join(allowed)}."
            raise RegelingError(msg)
    for key in needed:
        if key not in table:
            msg = f"{place}: sleutel '{key}' ontbreekt; een onbekende waarde wordt genoemd met status \"{UNKNOWN}\"."
            raise RegelingError(msg)


def _table(value: object, place: str) -> dict[str, object]:
    if not isinstance(value, dict):
        msg = f"{place} is {value!r}; verwacht een tabel."
        raise RegelingError(msg)
    return value


def _text(value: object, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        msg = f"{place} is {value!r}; verwacht tekst."
        raise RegelingError(msg)
    return value


def _source(value: object, place: str) -> LegalSource:
    table = _table(value, place)
    _check_keys(table, _SOURCE, _SOURCE, place)
    day = table["date"]
    published = day.isoformat() if isinstance(day, date) else _text(day, f"{place} date")
    return LegalSource(
        _text(table["title"], f"{place} title"), _text(table["paragraph"], f"{place} paragraph"), published
    )


def _parameter(kind: ParameterKind, value: object, place: str) -> Known | Unknown:
    entry = _table(value, place)
    _check_keys(entry, _ENTRY, ("unit", "status"), place)
    if entry["unit"] != kind.unit:
        msg = f'{place} unit is {entry["unit"]!r}; verwacht "{kind.unit}".'
        raise RegelingError(msg)
    source = _source(entry["source"], f"{place} source") if "source" in entry else None
    note = _text(entry["note"], f"{place} note") if "note" in entry else ""
    status = entry["status"]
    if status == UNKNOWN:
        return _unknown(kind, entry, source, note, place)
    if status not in {CONFIRMED, ASSUMED}:
        msg = f"{place} status is {status!r}; verwacht {CONFIRMED}, {ASSUMED} of {UNKNOWN}."
        raise RegelingError(msg)
    if "value" not in entry:
        msg = f"{place}: sleutel 'value' ontbreekt bij status \"{status}\"."
        raise RegelingError(msg)
    if status == CONFIRMED and source is None:
        msg = f"{place}: een bevestigde waarde heeft een bron nodig (title, paragraph, date)."
        raise RegelingError(msg)
    if status == ASSUMED and not note:
        msg = f"{place}: een aanname heeft een reden nodig (note)."
        raise RegelingError(msg)
    try:
        read = kind.read(entry["value"])
    except (AmountError, TypeError, ValueError) as error:
        msg = f"{place} value is {entry['value']!r}; verwacht {kind.expected}."
        raise RegelingError(msg) from error
    return Known(kind.name, read, str(status), source, note)


def _unknown(
    kind: ParameterKind, entry: Mapping[str, object], source: LegalSource | None, note: str, place: str
) -> Unknown:
    if "value" in entry:
        msg = f'{place} value is {entry["value"]!r}, maar de status is "{UNKNOWN}".'
        raise RegelingError(msg)
    if not note:
        msg = f"{place}: een onbekende waarde heeft een toelichting nodig (note)."
        raise RegelingError(msg)
    return Unknown(kind.name, note, source)
