"""Terms of the Awb and the holidays of the Algemene termijnenwet."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from dateutil.easter import easter

from subsidy.deadlines import (
    EQUATED_DAYS,
    easter_sunday,
    extended_term_end,
    is_certain,
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
        (date(2024, 11, 13), date(2024, 12, 30)),  # both Christmas days, the equated Friday, weekend
        (date(2025, 3, 7), date(2025, 4, 22)),  # Good Friday, weekend, Easter Monday
        (date(2025, 4, 17), date(2025, 6, 2)),  # Ascension Day, the equated Friday, weekend
        (date(2024, 11, 20), date(2025, 1, 2)),  # New Year's Day
    ],
)
def test_an_objection_is_in_time_until_six_weeks_after_and_never_ends_on_a_free_day(announced, last_day):
    assert objection_deadline(announced) == last_day


def test_a_working_day_is_not_moved():
    assert extended_term_end(date(2024, 11, 15)) == date(2024, 11, 15)


def test_the_last_day_of_payment_moves_like_that_of_an_objection():
    assert payment_term(date(2024, 10, 3)) == date(2024, 11, 14)
    assert payment_term(date(2024, 10, 6)) == date(2024, 11, 18)  # Sunday 17 November
    assert payment_term(date(2024, 11, 15)) == date(2024, 12, 30)  # the equated Friday


def _rows(name):
    with (Path(__file__).parent / "deadlines" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.mark.parametrize("row", _rows("bezwaartermijnen.csv"), ids=lambda row: row["bekendgemaakt"])
def test_a_published_example_of_a_term_ends_on_its_day_with_its_certainty(row):
    last = objection_deadline(date.fromisoformat(row["bekendgemaakt"]))
    assert (last.isoformat(), is_certain(last)) == (row["bezwaar_tot_en_met"], row["zeker"] == "ja")


def test_the_equated_days_are_those_of_the_decrees_and_each_is_a_friday_after_a_holiday():
    assert [day.isoformat() for day in EQUATED_DAYS] == [row["datum"] for row in _rows("gelijkgestelde_dagen.csv")]
    for day in EQUATED_DAYS:
        assert day.isoweekday() == 5
        assert day - timedelta(days=1) in public_holidays(day.year)


def test_a_bridging_monday_that_no_decree_names_does_not_move():
    for monday in (date(2026, 5, 4), date(2027, 4, 26)):
        assert extended_term_end(monday) == monday


def test_every_day_of_six_years_agrees_with_an_independent_count():
    equated = {date.fromisoformat(row["datum"]) for row in _rows("gelijkgestelde_dagen.csv")}
    free = set(equated)
    for year in range(2023, 2030):
        spring = [easter(year) + timedelta(days=days) for days in (-2, 1, 39, 50)]
        kings = date(year, 4, 26 if date(year, 4, 27).weekday() == 6 else 27)
        free |= {date(year, 1, 1), kings, date(year, 5, 5), date(year, 12, 25), date(year, 12, 26), *spring}
    day = date(2023, 1, 1)
    while day.year < 2029:
        working = (day + timedelta(days=42 + more) for more in range(30))
        expected = next(found for found in working if found.weekday() < 5 and found not in free)
        assert objection_deadline(day) == payment_term(day) == expected
        assert is_certain(expected) is (expected.year < 2029)
        day += timedelta(days=1)


def test_a_term_outside_the_years_of_the_read_decrees_is_not_certain():
    assert not is_certain(date(2022, 12, 31))
    assert is_certain(date(2023, 1, 1))
    assert is_certain(date(2028, 12, 31))
    assert not is_certain(date(2029, 1, 1))


@pytest.mark.parametrize("day", [date(3000, 1, 1), date(9999, 12, 31)])
def test_a_day_beyond_any_calendar_is_refused_and_does_not_crash(day):
    with pytest.raises(LifecycleError, match="tot en met 2999"):
        objection_deadline(day)
    with pytest.raises(LifecycleError, match="tot en met 2999"):
        payment_term(day)


def test_the_last_year_that_is_computed_is_computed():
    assert objection_deadline(date(2999, 11, 1)).year == 2999
