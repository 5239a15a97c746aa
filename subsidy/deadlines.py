"""Dates that Dutch general administrative law counts: objection, payment, and the public holidays that move them."""

from __future__ import annotations

from datetime import date, timedelta

from subsidy.errors import LifecycleError

_WEEKS = timedelta(weeks=6)
_FIRST_YEAR = 2014
"""From this year the King's birthday is celebrated on 27 April; older terms are not computed."""


def easter_sunday(year: int) -> date:
    """Compute Easter Sunday of the Gregorian calendar.

    Source
    ------
    The anonymous Gregorian algorithm, as given by J. Meeus, Astronomical Algorithms (1991), chapter 8.
    """
    a = year % 19
    b, c = divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def public_holidays(year: int) -> dict[date, str]:
    """Name the days that move the end of a legal term, in one year.

    Parameters
    ----------
    year
        From 2014.

    Returns
    -------
    dict
        Dutch name per day, in order of date. Two holidays on one day keep the first name.

    Raises
    ------
    LifecycleError
        The year is before 2014.

    Source
    ------
    Algemene termijnenwet, art. 3 (first paragraph, and Goede Vrijdag by the second). Days that are put on a par by
    royal decree (third paragraph) are not in here: they are published per year and would be data.
    """
    if year < _FIRST_YEAR:
        msg = f"Feestdagen worden berekend vanaf {_FIRST_YEAR}; gevraagd is {year}."
        raise LifecycleError(msg)
    easter = easter_sunday(year)
    birthday = date(year, 4, 27)
    sunday = birthday.isoweekday() == 7
    days = [
        (date(year, 1, 1), "Nieuwjaarsdag"),
        (easter - timedelta(days=2), "Goede Vrijdag"),
        (easter + timedelta(days=1), "Tweede Paasdag"),
        (birthday - timedelta(days=1) if sunday else birthday, "Koningsdag"),
        (date(year, 5, 5), "Bevrijdingsdag"),
        (easter + timedelta(days=39), "Hemelvaartsdag"),
        (easter + timedelta(days=50), "Tweede Pinksterdag"),
        (date(year, 12, 25), "Eerste Kerstdag"),
        (date(year, 12, 26), "Tweede Kerstdag"),
    ]
    holidays: dict[date, str] = {}
    for day, name in sorted(days):
        holidays.setdefault(day, name)
    return holidays


def extended_term_end(last_day: date) -> date:
    """Move the last day of a term to the first day that is not a Saturday, Sunday or public holiday.

    Source
    ------
    Algemene termijnenwet, art. 1, first paragraph.
    """
    day = last_day
    while day.isoweekday() >= 6 or day in public_holidays(day.year):
        day += timedelta(days=1)
    return day


def objection_deadline(announced_on: date) -> date:
    """Compute the last day for an objection (bezwaar).

    Parameters
    ----------
    announced_on
        Day on which the decision was announced (bekendmaking).

    Returns
    -------
    date
        Six weeks from the day after the announcement, extended when that day is a weekend day or a holiday.

    Source
    ------
    Algemene wet bestuursrecht, art. 6:7 and 6:8; Algemene termijnenwet, art. 1.
    """
    return extended_term_end(announced_on + _WEEKS)


def payment_term(decided_on: date) -> date:
    """Compute the last day for payment, six weeks after the decision unless the decision names a later day.

    Source
    ------
    Algemene wet bestuursrecht, art. 4:87, first paragraph.
    """
    return decided_on + _WEEKS
