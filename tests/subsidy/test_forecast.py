"""Known, expected and unknown money per year."""

from __future__ import annotations

from datetime import date

from subsidy.forecast import Certainty, Part, PeriodAmount, per_period
from subsidy.money import Cents
from subsidy.parameters import Window

AUTUMN, SPRING = Window(date(2024, 7, 1), date(2024, 12, 31)), Window(date(2025, 4, 1), date(2025, 6, 30))
WINTER = Window(date(2024, 11, 1), date(2025, 2, 1))


def part(number=1, low=500, high=None, window=AUTUMN, paid_on=None, final=False, schoolyear="2024/2025"):
    ends = (None, None) if low is None else (Cents(low), Cents(low if high is None else high))
    return Part(number, *ends, window, paid_on, final, schoolyear)


def test_a_part_is_known_once_final_or_paid_and_expected_before():
    assert part().certainty is Certainty.EXPECTED
    assert part(final=True).certainty is Certainty.KNOWN
    assert part(paid_on=date(2024, 11, 14)).certainty is Certainty.KNOWN
    assert part(low=None).certainty is Certainty.UNKNOWN
    assert part(low=None, final=True).certainty is Certainty.UNKNOWN
    assert Part(1, Cents(5), None, None, None, final=False, schoolyear=None).certainty is Certainty.UNKNOWN


def test_the_calendar_year_is_that_of_the_payment_or_of_the_whole_window():
    assert part().calendar_year == "2024"
    assert part(paid_on=date(2025, 1, 3)).calendar_year == "2025"
    assert part(window=WINTER).calendar_year is None
    assert part(window=None).calendar_year is None
    assert part(window=WINTER, paid_on=date(2025, 1, 3)).calendar_year == "2025"


def test_amounts_of_one_year_and_certainty_are_put_together():
    parts = [
        part(2, 400, 600, SPRING, schoolyear="2025/2026"),
        part(1, 500),
        part(1, 100, 200),
        part(1, 7, final=True),
        part(1, None, window=None, schoolyear="2027/2028"),
        part(2, None, window=None, schoolyear=None),
    ]
    assert per_period(parts, by_schoolyear=False) == (
        PeriodAmount("2024", Certainty.KNOWN, 7, 7),
        PeriodAmount("2024", Certainty.EXPECTED, 600, 700),
        PeriodAmount("2025", Certainty.EXPECTED, 400, 600),
        PeriodAmount(None, Certainty.UNKNOWN, None, None),
    )
    assert per_period(parts, by_schoolyear=True) == (
        PeriodAmount("2024/2025", Certainty.KNOWN, 7, 7),
        PeriodAmount("2024/2025", Certainty.EXPECTED, 600, 700),
        PeriodAmount("2025/2026", Certainty.EXPECTED, 400, 600),
        PeriodAmount("2027/2028", Certainty.UNKNOWN, None, None),
        PeriodAmount(None, Certainty.UNKNOWN, None, None),
    )


def test_nothing_gives_nothing():
    assert per_period([], by_schoolyear=True) == ()
