"""Terms of the Awb and the holidays of the Algemene termijnenwet."""

from __future__ import annotations

from datetime import date

import pytest
from dateutil.easter import easter

from subsidy.deadlines import (
    easter_sunday,
    extended_term_end,
    objection_deadline,
    payment_term,
    public_holidays,
)
from subsidy.errors import LifecycleError


def test_easter_is_where_another_implementation_puts_it():
    for year in range(1700, 2800):
        assert easter_sunday(year) == easter(year)


def test_the_holidays_of_a_year_are_those_of_the_law():
    assert public_holidays(2025) == {
        date(2025, 1, 1): "Nieuwjaarsdag",
        date(2025, 4, 18): "Goede Vrijdag",
        date(2025, 4, 21): "Tweede Paasdag",
        date(2025, 4, 26): "Koningsdag",
        date(2025, 5, 5): "Bevrijdingsdag",
        date(2025, 5, 29): "Hemelvaartsdag",
        date(2025, 6, 9): "Tweede Pinksterdag",
        date(2025, 12, 25): "Eerste Kerstdag",
        date(2025, 12, 26): "Tweede Kerstdag",
    }
    assert list(public_holidays(2025)) == sorted(public_holidays(2025))


def test_two_holidays_on_one_day_keep_one_name():
    assert public_holidays(2016)[date(2016, 5, 5)] == "Bevrijdingsdag"
    assert len(public_holidays(2016)) == 8


def test_the_kings_birthday_is_celebrated_on_saturday_when_it_is_a_sunday():
    assert public_holidays(2024)[date(2024, 4, 27)] == "Koningsdag"
    assert date(2025, 4, 27) not in public_holidays(2025)


def test_years_before_the_kings_day_are_refused():
    assert public_holidays(2014)
    with pytest.raises(LifecycleError) as caught:
        public_holidays(2013)
    assert str(caught.value) == "Feestdagen worden berekend vanaf 2014; gevraagd is 2013."


@pytest.mark.parametrize(
    ("announced", "last_day"),
    [
        (date(2024, 10, 3), date(2024, 11, 14)),
        (date(2024, 10, 5), date(2024, 11, 18)),  # Saturday 16 November
        (date(2024, 10, 6), date(2024, 11, 18)),  # Sunday 17 November
        (date(2024, 11, 13), date(2024, 12, 27)),  # both Christmas days
        (date(2025, 3, 7), date(2025, 4, 22)),  # Good Friday, weekend, Easter Monday
        (date(2025, 4, 17), date(2025, 5, 30)),  # Ascension Day
        (date(2024, 11, 20), date(2025, 1, 2)),  # New Year's Day
    ],
)
def test_an_objection_is_in_time_until_six_weeks_after_and_never_ends_on_a_free_day(announced, last_day):
    assert objection_deadline(announced) == last_day


def test_a_working_day_is_not_moved():
    assert extended_term_end(date(2024, 11, 15)) == date(2024, 11, 15)


def test_payment_is_due_six_weeks_after_the_decision_also_on_a_sunday():
    assert payment_term(date(2024, 10, 6)) == date(2024, 11, 17)
