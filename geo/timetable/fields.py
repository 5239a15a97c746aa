"""What stands in one field of a feed: a time, a date, a number, a choice. Each answers None when it is not one.

Source: General Transit Feed Specification, Schedule Reference, "Field types".
"""

from __future__ import annotations

import datetime as dt
import math
import re

NOTHING = -(2**31)
"""Stands for a time or distance that is not given."""

_TIME = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)")
_DATE = re.compile(r"\d{8}")
_LATEST_S = 96 * 3600


def read_time(text: str) -> int | None:
    """Seconds after noon minus twelve hours; more than 24 hours is the night that follows."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, seconds = map(int, found.groups())
    value = hours * 3600 + minutes * 60 + seconds
    return value if value <= _LATEST_S else None


def read_date(text: str) -> dt.date | None:
    """A day written as YYYYMMDD."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def read_degrees(text: str, most: int) -> float | None:
    """Degrees between ``-most`` and ``most``."""
    value = read_real(text)
    return value if value is not None and -most <= value <= most else None


def read_real(text: str) -> float | None:
    """A finite number with a point."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None


def read_whole(text: str) -> int | None:
    """A whole number of zero or more."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


class Times(dict[str, int]):
    """Texts of times with their seconds: a feed writes the same few thousand texts millions of times.

    A text that is no time raises ``ValueError``; an empty one is ``NOTHING``.
    """

    def __missing__(self, text: str) -> int:
        """Read a text that was not met before."""
        value = read_time(text) if text else NOTHING
        if value is None:
            raise ValueError(text)
        self[text] = value
        return value


class Metres(dict[str, float]):
    """Texts of distances with their number; an empty one is NaN, and what is no distance raises ``ValueError``."""

    def __missing__(self, text: str) -> float:
        """Read a text that was not met before; it is not kept, for these rarely come back."""
        value = read_real(text) if text else math.nan
        if value is None or value < 0:
            raise ValueError(text)
        return value
