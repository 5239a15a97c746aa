"""Dates that Dutch general administrative law counts: objection, payment, and the public holidays that move them."""

from __future__ import annotations

from datetime import date, timedelta

from subsidy.errors import LifecycleError

_WEEKS = timedelta(weeks=6)
_FIRST_YEAR = 2014
"""From this year the King's birthday is celebrated on 27 April; older terms are not computed."""
_LAST_YEAR = 2999
"""Beyond this year a date is a typing error; the calendar itself ends in 9999."""

EQUATED_FROM = date(2023, 1, 1)
"""First day of the years for which the decrees about equated days were read."""
EQUATED_UNTIL = date(2028, 12, 31)
"""Last day of the years for which the decrees about equated days were read: the horizon."""
EQUATED_DAYS: dict[date, str] = {
    date(2023, 4, 28): "Besluit gelijkstelling 2023-2025",
    date(2023, 5, 19): "Besluit gelijkstelling 2023-2025",
    date(2024, 5, 10): "Besluit gelijkstelling 2023-2025",
    date(2024, 12, 27): "Besluit gelijkstelling 2023-2025",
    date(2025, 5, 30): "Besluit gelijkstelling 2023-2025",
    date(2026, 1, 2): "Besluit gelijkstelling 2026-2028",
    date(2026, 5, 15): "Besluit gelijkstelling 2026-2028",
    date(2027, 5, 7): "Besluit gelijkstelling 2026-2028",
    date(2028, 4, 28): "Besluit gelijkstelling 2026-2028",
    date(2028, 5, 26): "Besluit gelijkstelling 2026-2028",
}
"""Days put on a par with a public holiday, each with its decree; named by decree only, so never computed.

Sources: the titles of two decrees under Algemene termijnenwet, art. 3, third paragraph: "Besluit gelijkstelling van
28 april 2023, 19 mei 2023, 10 mei 2024, 27 december 2024 en 30 mei 2025 met een algemeen erkende feestdag" and
"Besluit gelijkstelling van 2 januari 2026, 15 mei 2026, 7 mei 2027, 28 april 2028 en 26 mei 2028 met een algemeen
erkende feestdag". Their numbers in the Staatscourant are still to be filled in.
"""


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
        The year is before 2014 or after 2999.

    Source
    ------
    Algemene termijnenwet, art. 3 (first paragraph, and Goede Vrijdag by the second). Days that are put on a par by
    royal decree (third paragraph) are not in here: they are the data of ``EQUATED_DAYS``.
    """
    if year < _FIRST_YEAR:
        msg = f"Feestdagen worden berekend vanaf {_FIRST_YEAR}; gevraagd is {year}."
        raise LifecycleError(msg)
    if year > _LAST_YEAR:
        msg = f"Feestdagen worden berekend tot en met {_LAST_YEAR}; gevraagd is {year}."
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
    """Move the last day of a term to the first day that is not a Saturday, Sunday, public holiday or equated day.

    Source
    ------
    Algemene termijnenwet, art. 1, first paragraph, and art. 3, third paragraph.
    """
    day = last_day
    while day.isoweekday() >= 6 or day in public_holidays(day.year) or day in EQUATED_DAYS:
        day += timedelta(days=1)
    return day


def is_certain(last_day: date) -> bool:
    """Tell whether the end of a term lies where the equated days are known; beyond it the day may still move."""
    return EQUATED_FROM <= last_day <= EQUATED_UNTIL


def _six_weeks_after(day: date) -> date:
    public_holidays(day.year)
    return extended_term_end(day + _WEEKS)


def objection_deadline(announced_on: date) -> date:
    """Compute the last day for an objection (bezwaar).

    Parameters
    ----------
    announced_on
        Day on which the decision was announced (bekendmaking).

    Returns
    -------
    date
        Six weeks from the day after the announcement, moved on over weekend days, holidays and equated days.

    Source
    ------
    Algemene wet bestuursrecht, art. 6:7 and 6:8; Algemene termijnenwet, art. 1.
    """
    return _six_weeks_after(announced_on)


def payment_term(decided_on: date) -> date:
    """Compute the last day for payment, six weeks after the decision unless the decision names a later day.

    Source
    ------
    Algemene wet bestuursrecht, art. 4:87, first paragraph; Algemene termijnenwet, art. 1, first paragraph.
    """
    return _six_weeks_after(decided_on)
