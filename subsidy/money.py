"""Money as whole cents, exact fractions, and the named roundings between them."""

from __future__ import annotations

import re
from enum import StrEnum
from fractions import Fraction
from typing import NewType

from subsidy.errors import AmountError

Cents = NewType("Cents", int)
"""Whole euro cents. Every amount in this package is of this type; ratios are :class:`fractions.Fraction`."""

_PLAIN = re.compile(r"(\d+)(?:[.,](\d{2}))?")
_DUTCH = re.compile(r"(\d{1,3}(?:\.\d{3})+)(?:,(\d{2}))?")


class Rounding(StrEnum):
    """Named roundings of an exact amount to whole cents."""

    HALF_UP = "half_up"
    HALF_DOWN = "half_down"
    HALF_EVEN = "half_even"
    DOWN = "down"
    UP = "up"


def round_cents(exact: Fraction, rounding: Rounding) -> Cents:
    """Round an exact number of cents once, by a named rule.

    Parameters
    ----------
    exact
        Cents, zero or more.
    rounding
        What happens with a part of a cent.

    Returns
    -------
    Cents
        Whole cents.
    """
    floor = exact.numerator // exact.denominator
    rest = exact - floor
    half = Fraction(1, 2)
    ups = {
        Rounding.HALF_UP: rest >= half,
        Rounding.HALF_DOWN: rest > half,
        Rounding.HALF_EVEN: rest > half or (rest == half and floor % 2 == 1),
        Rounding.DOWN: False,
        Rounding.UP: rest > 0,
    }
    return Cents(floor + ups[rounding])


def parse_euro(text: str) -> Cents:
    """Read an amount in euros, written with a point or a comma, with or without Dutch thousands points.

    Parameters
    ----------
    text
        For example ``2000000.00``, ``2000000``, ``66,67`` or ``2.000.000,00``. In ``2.000`` the point marks
        thousands, as in Dutch.

    Returns
    -------
    Cents
        Zero or more.

    Raises
    ------
    AmountError
        It is something else, has a minus sign, or has a number of decimals other than two.
    """
    bare = text.strip().removeprefix("€").strip()
    found = _DUTCH.fullmatch(bare) or _PLAIN.fullmatch(bare)
    if found is None:
        msg = f"'{text}' is geen bedrag in euro; verwacht bijvoorbeeld 2000000.00 of 2.000.000,00."
        raise AmountError(msg)
    euros, cents = found.groups(default="00")
    return Cents(int(euros.replace(".", "")) * 100 + int(cents))


def parse_share(text: str) -> Fraction:
    """Read a share between zero and one, such as ``1/2``.

    Raises
    ------
    AmountError
        It is not written as a fraction of whole numbers, or lies outside 0 to 1.
    """
    found = re.fullmatch(r"\s*(\d+)\s*(?:/\s*([1-9]\d*)\s*)?", text)
    if found is None:
        msg = f"'{text}' is geen deel; verwacht een breuk van hele getallen, zoals 1/2."
        raise AmountError(msg)
    share = Fraction(int(found[1]), int(found[2] or 1))
    if share > 1:
        msg = f"'{text}' is meer dan het geheel; verwacht een breuk van 0 tot en met 1, zoals 1/2."
        raise AmountError(msg)
    return share


def to_decimal(cents: int) -> str:
    """Write cents as euros with two decimals and a comma, without thousands marks: ``1234,05``."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100},{abs(cents) % 100:02d}"


def to_euro(cents: int) -> str:
    """Write cents as a Dutch amount with a no-break space: ``€ 1.234,05``."""
    sign = "-" if cents < 0 else ""
    whole = f"{abs(cents) // 100:,}".replace(",", ".")
    return f"€\N{NO-BREAK SPACE}{sign}{whole},{abs(cents) % 100:02d}"
