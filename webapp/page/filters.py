"""How numbers, dates and money look in Dutch and English."""

from __future__ import annotations

from datetime import date, datetime

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency
from flask import Flask, g, has_request_context
from flask_babel import get_locale, gettext

from matching.places.qualifications import load_names
from subsidy.telling import Count
from subsidy.words import plain
from usecases.services import AMSTERDAM

NBSP = "\u00a0"
_DUTCH_MARKS = str.maketrans(",.", ".,")


def _locale() -> str:
    """Language of the reader, found once per request: a page formats a hundred numbers."""
    if not has_request_context():
        return "nl"
    found: str | None = g.get("locale")
    if found is None:
        found = g.locale = str(get_locale() or "nl")
    return found


def euro(cents: int | None) -> str:
    """Return cents as ``€ 1.234,56`` with a no-break space; nothing known is a dash."""
    if cents is None:
        return "–"
    from decimal import Decimal

    return format_currency(Decimal(cents) / 100, "EUR", locale=_locale()).replace(" ", NBSP)


def datum(value: date | datetime | None) -> str:
    """Return ``1 oktober 2024``."""
    return "–" if value is None else format_date(_local(value), "d MMMM y", locale=_locale()).replace(" ", NBSP)


def datum_kort(value: date | datetime | None) -> str:
    """Return ``01-10-2024``."""
    return "–" if value is None else _local(value).strftime("%d-%m-%Y")


def moment(value: datetime | None) -> str:
    """Return ``1 oktober 2024 14:02`` in Dutch time."""
    if value is None:
        return "–"
    return format_datetime(value, "d MMMM y HH:mm", tzinfo=AMSTERDAM, locale=_locale())


def getal(value: float | None, decimals: int = 0) -> str:
    """Return a number with a dot between thousands and a decimal comma."""
    if value is None:
        return "–"
    # Written out, because babel reads its pattern again for every number of a table.
    english = f"{round(value, decimals):,.{decimals}f}"
    return english if _locale() == "en" else english.translate(_DUTCH_MARKS)


def aantal(count: Count) -> str:
    """Return a number of pupils, or both ends of it where the source hides it: ``101–104``."""
    return getal(count.minimum) if count.exact else f"{getal(count.minimum)}–{getal(count.maximum)}"


def gewoon(word: str) -> str:
    """Return a fixed word of the rules in plain words: ``T1 betaald`` is ``eerste deel betaald``."""
    return str(gettext(plain(word)))


def minuten(seconds: float | None) -> str:
    """Return seconds as ``14 min``."""
    return "–" if seconds is None else f"{round(seconds / 60)}{NBSP}min"


def km(metres: float | None) -> str:
    """Return metres as ``3,6 km``, under a kilometre as ``650 m``."""
    if metres is None:
        return "–"
    return f"{round(metres, -1):.0f}{NBSP}m" if metres < 1000 else f"{getal(metres / 1000, 1)}{NBSP}km"


def postcode(value: str | None) -> str:
    """Return ``3511AB`` as ``3511 AB``."""
    if not value:
        return "–"
    return f"{value[:4]}{NBSP}{value[4:]}" if len(value) == 6 else value


def _local(value: date | datetime) -> date | datetime:
    return value.astimezone(AMSTERDAM) if isinstance(value, datetime) and value.tzinfo else value


def crebo(code: str) -> str:
    """Return ``25254`` as ``25254 logistiek``, and an unknown code as it is."""
    name = load_names().get(code)
    return f"{code} {name}" if name else code


def install(app: Flask) -> None:
    """Make the filters known to templates."""
    for filter_ in (euro, datum, datum_kort, moment, getal, aantal, gewoon, minuten, km, postcode, crebo):
        app.add_template_filter(filter_)
