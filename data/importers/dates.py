"""Dates as offices write them: numbers, Dutch months, and the day numbers that spreadsheets keep."""

from __future__ import annotations

import re
from datetime import date, timedelta

_DUTCH = re.compile(r"^(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})$")
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$")
_WORDS = re.compile(r"^(\d{1,2})e?[\s.-]+([a-z]{3,9})\.?[\s.-]+(\d{4})$")
_WEEKDAY = re.compile(r"^(ma|di|wo|do|vr|za|zo|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag)[.,]?\s+")
_MIDNIGHT = re.compile(r"[\sT]+0?0[:.]00([:.]00([.,]0+)?)?$", re.IGNORECASE)
_SERIAL = re.compile(r"^(\d{5})([.,]0+)?$")
_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip
_SHORT = {"jan", "feb", "febr", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "sept", "okt", "nov", "dec"}

DAY_ZERO = date(1899, 12, 30)
"""What number 0 is in a workbook that counts from 1900, from 1 March 1900 on."""
BETWEEN_1900_AND_1904 = 1462
"""Days by which the numbers of a workbook that counts from 1904 are smaller."""
FIRST_SERIAL, LAST_SERIAL = 36526, 73050
"""1 January 2000 and 31 December 2099: a number outside is no date of a stage."""


def read_date(text: str) -> date | None:
    """Read one whole date; ``None`` when the text is none, lacks its day, or names a day that does not exist.

    A year has four digits: with two, ``10-11-12`` has three meanings.
    """
    lowered = _MIDNIGHT.sub("", text.strip().casefold())
    serial = _SERIAL.match(lowered)
    if serial and FIRST_SERIAL <= int(serial[1]) <= LAST_SERIAL:
        return DAY_ZERO + timedelta(days=int(serial[1]))
    lowered = _WEEKDAY.sub("", lowered)
    if found := _DUTCH.match(lowered):
        return _date(int(found[3]), int(found[2]), int(found[1]))
    if found := _ISO.match(lowered):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _WORDS.match(lowered):
        month = _month(found[2])
        return None if month is None else _date(int(found[3]), month, int(found[1]))
    return None


def _month(word: str) -> int | None:
    if word in _MONTHS:
        return _MONTHS.index(word) + 1
    if word not in _SHORT:
        return None
    start = {"mrt": "maa"}.get(word, word[:3])
    return next(number for number, name in enumerate(_MONTHS, start=1) if name.startswith(start))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def from_1904(text: str) -> str:
    """A bare day number of a workbook that counts from 1904, as one that counts from 1900; other text stays."""
    found = _SERIAL.match(text)
    return str(int(found[1]) + BETWEEN_1900_AND_1904) if found else text
