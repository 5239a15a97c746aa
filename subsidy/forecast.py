"""What a school can put in its books: known, expected and unknown money per schooljaar and per calendar year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from subsidy.money import Cents
from subsidy.parameters import Window


class Certainty(StrEnum):
    """How sure an amount is."""

    KNOWN = "bekend"
    EXPECTED = "verwacht"
    UNKNOWN = "onbekend"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the amount of a school.

    Attributes
    ----------
    number
        1 or 2.
    low, high
        Cents; equal when exact; None when the amount is not known.
    window
        When it is paid, or None.
    paid_on
        When it was paid, or None.
    final
        Whether the calculation is vastgesteld.
    schoolyear
        The schooljaar it is meant for, or None.
    """

    number: int
    low: Cents | None
    high: Cents | None
    window: Window | None
    paid_on: date | None
    final: bool
    schoolyear: str | None

    @property
    def certainty(self) -> Certainty:
        """Known once paid, or vastgesteld with a window; expected while only computed; otherwise unknown."""
        if self.low is None or self.high is None:
            return Certainty.UNKNOWN
        return Certainty.KNOWN if self.final or self.paid_on is not None else Certainty.EXPECTED

    @property
    def calendar_year(self) -> str | None:
        """The year in which it is paid, when the payment or its whole window lies in one year."""
        if self.paid_on is not None:
            return str(self.paid_on.year)
        if self.window is not None and self.window.start.year == self.window.end.year:
            return str(self.window.start.year)
        return None


@dataclass(frozen=True, slots=True)
class PeriodAmount:
    """Money of one period at one certainty; ``period`` is None where the source does not name one."""

    period: str | None
    certainty: Certainty
    low: Cents | None
    high: Cents | None


def per_period(parts: Sequence[Part], *, by_schoolyear: bool) -> tuple[PeriodAmount, ...]:
    """Put parts of the same period and certainty together.

    Parameters
    ----------
    parts
        Of one school, possibly of several regelingen.
    by_schoolyear
        Per schooljaar; otherwise per calendar year, as the annual report needs it.

    Returns
    -------
    tuple of PeriodAmount
        In order of period; parts without a period come last.

    Source
    ------
    Annual report per calendar year: Regeling jaarverslaggeving onderwijs.
    """
    found: dict[tuple[bool, str, Certainty], PeriodAmount] = {}
    for part in parts:
        period = part.schoolyear if by_schoolyear else part.calendar_year
        key = (period is None, period or "", part.certainty)
        before = found.get(key)
        low, high = part.low, part.high
        if before is not None and low is not None and high is not None:
            low, high = Cents(low + (before.low or 0)), Cents(high + (before.high or 0))
        found[key] = PeriodAmount(period, part.certainty, low, high)
    return tuple(found[key] for key in sorted(found, key=lambda key: (key[0], key[1], key[2].value)))
