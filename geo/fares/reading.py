"""Keys of a table of prices, one at a time; what is wrong is noted and reading goes on."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_DECIMAL = re.compile(r"\d{1,4}(\.\d{1,6})?")
_MOST = 10_000_000


class FareFaultCode(StrEnum):
    """What is wrong in a file of prices."""

    NOT_TOML = "geen_toml"
    NOT_UTF8 = "geen_utf8"
    NO_FILE = "geen_bestand"
    UNKNOWN_KEY = "onbekende_sleutel"
    MISSING = "waarde_ontbreekt"
    FLOAT = "getal_met_punt"
    BAD_NUMBER = "getal_kan_niet"
    BAD_DECIMAL = "tarief_kan_niet"
    BAD_TEXT = "tekst_kan_niet"
    BAD_DATE = "datum_kan_niet"
    BAD_CHOICE = "keuze_onbekend"
    BAD_PAIR = "paar_kan_niet"
    BAD_BAND = "staffel_kan_niet"
    DOUBLE = "staat_er_twee_keer"
    END_BEFORE_START = "einde_voor_begin"
    NO_PRICE = "geen_prijs"
    OVERLAP = "overlapt"


@dataclass(frozen=True, slots=True)
class FareFault:
    """One thing that is wrong: the key as it is written, such as ``distance[2].base_cents``, and what stands there."""

    code: FareFaultCode
    key: str
    found: str
    choices: str = ""


class WithPoint(str):
    """A number with a point as it was written: no key accepts it, so that no amount ever becomes a binary fraction."""

    __slots__ = ()


class Reader:
    """One table of a file.

    Parameters
    ----------
    table, name, faults
        What was read, where it stands in the file, and where faults are noted.
    """

    def __init__(self, table: Mapping[str, Any], name: str, faults: list[FareFault]) -> None:
        self._table = table
        self._name = name
        self._faults = faults

    def fault(self, code: FareFaultCode, key: str, found: str, choices: str = "") -> None:
        """Note what is wrong with a key."""
        self._faults.append(FareFault(code, f"{self._name}.{key}" if self._name else key, found, choices))

    def only(self, keys: set[str]) -> None:
        """Note every key that is not one of these."""
        for key in self._table:
            if key not in keys:
                self.fault(FareFaultCode.UNKNOWN_KEY, key, str(self._table[key]), ", ".join(sorted(keys)))

    def _has(self, key: str, kind: type, code: FareFaultCode, default: object) -> bool:
        """Whether a key has a value of a kind; a boolean is no number, and a moment no date."""
        if key not in self._table:
            if default is None:
                self.fault(FareFaultCode.MISSING, key, "")
            return False
        value = self._table[key]
        if type(value) is kind:
            return True
        self.fault(FareFaultCode.FLOAT if type(value) is WithPoint else code, key, str(value))
        return False

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not empty."""
        if not self._has(key, str, FareFaultCode.BAD_TEXT, default):
            return default or ""
        if not self._table[key].strip():
            self.fault(FareFaultCode.MISSING, key, "")
        return str(self._table[key])

    def choice(self, key: str, choices: Sequence[str], *, default: str | None = None) -> str:
        """One of some texts."""
        if not self._has(key, str, FareFaultCode.BAD_CHOICE, default):
            return default or choices[0]
        if self._table[key] not in choices:
            self.fault(FareFaultCode.BAD_CHOICE, key, self._table[key], ", ".join(choices))
            return choices[0]
        return str(self._table[key])

    def date(self, key: str) -> dt.date:
        """A date."""
        found: dt.date = dt.date.min
        if self._has(key, dt.date, FareFaultCode.BAD_DATE, None):
            found = self._table[key]
        return found

    def whole(self, key: str, default: int | None = None) -> int:
        """A whole number of nought or more."""
        if not self._has(key, int, FareFaultCode.BAD_NUMBER, default):
            return default or 0
        if not 0 <= self._table[key] <= _MOST:
            self.fault(FareFaultCode.BAD_NUMBER, key, str(self._table[key]))
            return 0
        return int(self._table[key])

    def cap(self, key: str) -> int | None:
        """A whole number, or None when the key is not there."""
        return self.whole(key) if key in self._table else None

    def decimal(self, key: str) -> Fraction:
        """A number with a point, written as a text so that it stays exact."""
        if not self._has(key, str, FareFaultCode.BAD_DECIMAL, None):
            return Fraction(0)
        if not _DECIMAL.fullmatch(self._table[key]):
            self.fault(FareFaultCode.BAD_DECIMAL, key, self._table[key])
            return Fraction(0)
        return Fraction(self._table[key])

    def names(self, key: str) -> frozenset[str]:
        """A list of texts; empty when the key is not there."""
        found: set[str] = set()
        for value in self.rows(key):
            if type(value) is not str or not value.strip():
                self.fault(FareFaultCode.BAD_TEXT, key, str(value))
                continue
            found.add(value)
        return frozenset(found)

    def rows(self, key: str) -> list[Any]:
        """A list of anything; empty when the key is not there."""
        if not self._has(key, list, FareFaultCode.BAD_TEXT, ()):
            return []
        return list(self._table[key])

    def prices(self, key: str) -> dict[int, int]:
        """Units with cents, both whole."""
        found: dict[int, int] = {}
        if not self._has(key, dict, FareFaultCode.BAD_NUMBER, None):
            return found
        for units, cents in self._table[key].items():
            if not units.isdigit() or type(cents) is not int or not 0 <= cents <= _MOST:
                code = FareFaultCode.FLOAT if type(cents) is WithPoint else FareFaultCode.BAD_NUMBER
                self.fault(code, f"{key}.{units}", str(cents))
                continue
            found[int(units)] = cents
        return found

    def tables(self, key: str) -> Iterator[Reader]:
        """Every table of a list of tables, with its number from 1 in its name."""
        for number, table in enumerate(self.rows(key), 1):
            if isinstance(table, dict):
                yield Reader(table, f"{key}[{number}]", self._faults)
            else:
                self.fault(FareFaultCode.BAD_TEXT, f"{key}[{number}]", str(table))
