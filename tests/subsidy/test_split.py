"""The split: both methods, levels, bands, and what is refused."""

from __future__ import annotations

from fractions import Fraction

import pytest
from making import calculation, code, split_of, telling, terms

from subsidy.errors import CeilingExceededError, NotExactError, NoWeightError
from subsidy.money import Cents, Rounding
from subsidy.parameters import Method, Moment, OddCent

ONE, TWO, THREE = code(1), code(2), code(3)
COUNTS = {ONE: 118, TWO: 201, THREE: 1}


def per_pupil(budget, rounding, moment, rate=None):
    return terms(budget, method=Method.AMOUNT_PER_PUPIL, rounding=rounding, moment=moment, rate=rate)


def amounts(split):
    return [line.amount for line in split.lines]


def test_a_closed_budget_is_spent_to_the_cent_in_two_halves():
    split = split_of(telling(COUNTS), terms(200_000_001))
    assert amounts(split) == [73_750_000, 125_625_001, 625_000]
    assert (split.total, split.total_first, split.total_second) == (200_000_001, 100_000_001, 100_000_000)
    assert [line.first for line in split.lines] == [36_875_000, 62_812_501, 312_500]
    assert [line.second for line in split.lines] == [36_875_000, 62_812_500, 312_500]
    assert split.pupils.minimum == 320
    assert split.difference == 0
    assert split.exact
    assert split.by_key[TWO].share.rank == 1
    assert split.by_key[TWO].share.extra
    for line in split.lines:
        assert (line.low, line.high) == (line.amount, line.amount)
        assert (line.first_low, line.first_high) == (line.first, line.first)
        assert (line.second_low, line.second_high) == (line.second, line.second)
    second = split_of(telling(COUNTS), terms(200_000_001, odd_cent=OddCent.SECOND))
    assert (second.total_first, second.total_second) == (100_000_000, 100_000_001)


def test_a_school_without_pupils_is_named_and_gets_no_line():
    split = split_of(telling(COUNTS | {code(4): 0}), terms())
    assert [line.key for line in split.lines] == [ONE, TWO, THREE]
    assert split.without_pupils == (code(4),)
    with pytest.raises(NoWeightError) as caught:
        split_of(telling({ONE: 0}), terms())
    assert str(caught.value) == "Geen enkele school heeft leerlingen; er is geen verhouding om naar te verdelen."


@pytest.mark.parametrize(
    ("rounding", "moment", "expected", "difference"),
    [
        # 1000 cents over 7 pupils is 142 6/7 cents each.
        (Rounding.DOWN, Moment.SCHOOL, [428, 571], -1),
        (Rounding.HALF_UP, Moment.SCHOOL, [429, 571], 0),
        (Rounding.DOWN, Moment.RATE, [426, 568], -6),
    ],
)
def test_an_amount_per_pupil_says_by_how_much_it_misses_the_budget(rounding, moment, expected, difference):
    split = split_of(telling({ONE: 3, TWO: 4}), per_pupil(1000, rounding, moment))
    assert amounts(split) == expected
    assert split.difference == difference
    assert split.by_key[ONE].share.rank is None
    assert split.by_key[ONE].share.extra is (expected[0] == 429)


def test_a_fixed_rate_is_multiplied_and_may_leave_money():
    split = split_of(telling({ONE: 3, TWO: 4}), per_pupil(1000, Rounding.DOWN, Moment.SCHOOL, Cents(100)))
    assert amounts(split) == [300, 400]
    assert split.difference == -300
    assert split.by_key[ONE].share.exact == 300
    assert split.by_key[ONE].share.remainder == 0


@pytest.mark.parametrize("moment", Moment)
def test_the_plafond_is_never_exceeded(moment):
    with pytest.raises(CeilingExceededError) as caught:
        split_of(telling({ONE: 3, TWO: 4}), per_pupil(1000, Rounding.UP, moment))
    over = {Moment.SCHOOL: ("10,01", "0,01"), Moment.RATE: ("10,01", "0,01")}[moment]
    nbsp = "\N{NO-BREAK SPACE}"
    assert str(caught.value) == (
        f"De bedragen zijn samen €{nbsp}{over[0]}, dat is €{nbsp}{over[1]} meer dan het plafond van €{nbsp}10,00 "
        "(Awb 4:25)."
    )


def test_a_sum_equal_to_the_plafond_is_allowed():
    assert split_of(telling({ONE: 3, TWO: 4}), per_pupil(700, Rounding.UP, Moment.RATE, Cents(100))).difference == 0


def test_one_hidden_count_makes_every_amount_a_band():
    split = split_of(telling({ONE: 10, TWO: (3, 6)}), terms(1000))
    assert not split.exact
    one, two = split.lines
    assert (one.low, one.high) == (625, 770)
    assert (two.low, two.high) == (230, 375)
    assert (one.first_low, one.first_high, one.second_low, one.second_high) == (312, 385, 312, 385)
    assert (split.pupils.minimum, split.pupils.maximum) == (13, 16)
    assert not one.exact
    nbsp = "\N{NO-BREAK SPACE}"
    for name in ("amount", "first", "second"):
        with pytest.raises(NotExactError) as caught:
            getattr(one, name)
        assert str(caught.value) == (
            f"{ONE} heeft een bandbreedte van €{nbsp}6,25 – €{nbsp}7,70: de telling is afgeschermd."
        )
    for name in ("total", "total_first", "total_second", "difference"):
        with pytest.raises(NotExactError):
            getattr(split, name)


def test_bands_of_an_amount_per_pupil_follow_its_rounding():
    fixed = split_of(telling({ONE: 10, TWO: (3, 6)}), per_pupil(2000, Rounding.DOWN, Moment.RATE, Cents(66)))
    assert [(line.low, line.high) for line in fixed.lines] == [(660, 660), (198, 396)]
    rate = split_of(telling({ONE: 10, TWO: (3, 6)}), per_pupil(1000, Rounding.DOWN, Moment.RATE))
    assert [(line.low, line.high) for line in rate.lines] == [(620, 760), (186, 456)]
    school = split_of(telling({ONE: 10, TWO: (3, 6)}), per_pupil(1000, Rounding.DOWN, Moment.SCHOOL))
    assert [(line.low, line.high) for line in school.lines] == [(625, 770), (230, 375)]
    with pytest.raises(CeilingExceededError):
        split_of(telling({ONE: 10, TWO: (3, 6)}), per_pupil(800, Rounding.DOWN, Moment.RATE, Cents(66)))
    half = split_of(telling({ONE: 11, TWO: (2, 6)}), per_pupil(1000, Rounding.HALF_UP, Moment.RATE))
    assert [(line.low, line.high) for line in half.lines] == [(649, 847), (118, 462)]


def test_everything_hidden_still_gives_a_band():
    split = split_of(telling({ONE: (0, 4), TWO: (0, 4)}), terms(1000))
    assert [(line.low, line.high) for line in split.lines] == [(0, 1000), (0, 1000)]
    rated = split_of(telling({ONE: (0, 4), TWO: (0, 4)}), per_pupil(1000, Rounding.DOWN, Moment.RATE))
    assert [(line.low, line.high) for line in rated.lines] == [(0, 4000), (0, 4000)]


def test_a_school_alone_gets_everything_however_many_pupils_it_hides():
    line = split_of(telling({ONE: (1, 4)}), terms(1001)).lines[0]
    assert (line.low, line.high) == (1001, 1001)


def test_a_split_keeps_what_it_was_computed_on():
    computed = calculation(telling(COUNTS), terms())
    assert computed.split.telling_digest == telling(COUNTS).digest
    assert (computed.split.status, computed.split.teldatum) == ("voorlopig", telling(COUNTS).teldatum)
    assert computed.split.lines[0].share.exact == Fraction(200_000_000 * 118, 320)
    assert computed.split.lines[0].members == (ONE,)
    assert computed.split.lines[0].name == f"School {ONE}"
