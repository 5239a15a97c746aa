"""What a rule file may say: every parameter by name, with its Dutch label, its unit and how its value is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from subsidy.apportionment import TieBreak
from subsidy.errors import AmountError
from subsidy.money import Cents, Rounding, parse_euro, parse_share
from subsidy.telling import Status


class Method(StrEnum):
    """How the budget becomes amounts."""

    CLOSED_BUDGET = "closed_budget"
    AMOUNT_PER_PUPIL = "amount_per_pupil"


class Moment(StrEnum):
    """When an amount per pupil is rounded."""

    RATE = "tarief"
    SCHOOL = "school"


class Level(StrEnum):
    """Who is awarded an amount."""

    VESTIGING = "vestiging"
    BRIN = "brin"
    BESTUUR = "bestuur"


class OddCent(StrEnum):
    """Which part gets the cent that cannot be halved, of the total."""

    FIRST = "eerste_deel"
    SECOND = "tweede_deel"

    @property
    def rounding(self) -> Rounding:
        """How the total of the first parts is rounded."""
        return Rounding.HALF_UP if self is OddCent.FIRST else Rounding.HALF_DOWN


LARGEST_REMAINDER = "grootste_rest"
"""The rounding of ``closed_budget``; it has no other."""


@dataclass(frozen=True, slots=True)
class Window:
    """Days between which a part is paid, both included."""

    start: date
    end: date

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end


@dataclass(frozen=True, slots=True)
class ParameterKind:
    """One thing a rule file can say.

    Attributes
    ----------
    name, label
        Key in the file and its Dutch name on screens.
    unit
        What the value is measured in; the file must say the same.
    read
        From the TOML value to the domain value; raises ValueError, TypeError or AmountError.
    expected
        Dutch description of what is expected, for the refusal.
    required
        Whether nothing can be computed without it.
    """

    name: str
    label: str
    unit: str
    read: Callable[[object], object]
    expected: str
    required: bool = True


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError
    return value


def _positive_euro(value: object) -> Cents:
    cents = parse_euro(_text(value))
    if cents == 0:
        raise AmountError
    return cents


def _euro(value: object) -> Cents:
    return parse_euro(_text(value))


def _share(value: object) -> Fraction:
    return parse_share(_text(value))


def _day(value: object) -> date:
    if type(value) is not date:
        raise TypeError
    return value


def _window(value: object) -> Window:
    if not isinstance(value, list) or len(value) != 2:
        raise TypeError
    window = Window(_day(value[0]), _day(value[1]))
    if window.end < window.start:
        raise ValueError
    return window


def _schoolyears(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise TypeError
    years = tuple(_text(item) for item in value)
    for year in years:
        found = re.fullmatch(r"(\d{4})/(\d{4})", year)
        if found is None or int(found[2]) != int(found[1]) + 1:
            raise ValueError
    return years


def _rounding(value: object) -> str:
    text = _text(value)
    return text if text == LARGEST_REMAINDER else Rounding(text).value


def _choice(kind: type[StrEnum]) -> Callable[[object], object]:
    return lambda value: kind(_text(value))


def _names(kind: type[StrEnum]) -> str:
    return "een van " + ", ".join(kind)


_EURO = 'een bedrag in euro als tekst, zoals "2000000.00"'
_WINDOW = "twee datums [van, tot en met]"

PARAMETERS: dict[str, ParameterKind] = {
    kind.name: kind
    for kind in (
        ParameterKind("budget", "budget", "euro", _positive_euro, _EURO + ", meer dan nul"),
        ParameterKind("teldatum", "teldatum", "datum", _day, "een datum"),
        ParameterKind("telling_status", "status van de telling", "keuze", _choice(Status), _names(Status)),
        ParameterKind("method", "verdeelmethode", "keuze", _choice(Method), _names(Method)),
        ParameterKind(
            "rounding",
            "afronding",
            "keuze",
            _rounding,
            f"{LARGEST_REMAINDER} of {_names(Rounding).removeprefix('een van ')}",
        ),
        ParameterKind(
            "rounding_moment", "moment van afronden", "keuze", _choice(Moment), _names(Moment), required=False
        ),
        ParameterKind("amount_per_pupil", "bedrag per leerling", "euro", _positive_euro, _EURO, required=False),
        ParameterKind("level", "niveau van toekenning", "keuze", _choice(Level), _names(Level)),
        ParameterKind(
            "tie_break", "voorrang bij gelijke rest", "keuze", _choice(TieBreak), _names(TieBreak), required=False
        ),
        ParameterKind("odd_cent", "oneven cent", "keuze", _choice(OddCent), _names(OddCent)),
        ParameterKind("first_share", "aandeel van het eerste deel", "deel", _share, 'een breuk als tekst, zoals "1/2"'),
        ParameterKind("window_1", "betaalvenster van het eerste deel", "periode", _window, _WINDOW),
        ParameterKind("window_2", "betaalvenster van het tweede deel", "periode", _window, _WINDOW),
        ParameterKind("schooljaren", "schooljaren", "schooljaar", _schoolyears, 'een lijst zoals ["2024/2025"]'),
        ParameterKind(
            "schooljaar_per_deel",
            "schooljaar per deel",
            "schooljaar",
            _schoolyears,
            'een lijst zoals ["2024/2025", "2025/2026"]',
            required=False,
        ),
        ParameterKind("minimum_amount", "minimumbedrag per school", "euro", _euro, _EURO, required=False),
        ParameterKind(
            "successor_rule", "fusie of sluiting na de teldatum", "tekst", _text, "een omschrijving", required=False
        ),
        ParameterKind("accountability", "verantwoording", "tekst", _text, "een omschrijving", required=False),
        ParameterKind("payer", "uitbetaler", "tekst", _text, "een naam", required=False),
    )
}
