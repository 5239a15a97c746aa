"""Dividing cents: worked examples, ties, and the paradox that is known and accepted."""

from __future__ import annotations

from fractions import Fraction

import pytest
from making import code, telling, terms, undecided

from subsidy.apportionment import Share, TieBreak, UndecidedTie, apportion, split_first_part
from subsidy.errors import NoWeightError, TermsError
from subsidy.money import Cents, Rounding


def cents(shares):
    return {key: share.cents for key, share in shares.items()}


def test_the_largest_remainders_get_the_cents_that_are_left():
    shares = apportion(Cents(100), {"A": 3, "B": 3, "C": 1}, None)
    assert shares == {
        "A": Share(Fraction(300, 7), Cents(42), Fraction(6, 7), 1, extra=True),
        "B": Share(Fraction(300, 7), Cents(42), Fraction(6, 7), 2, extra=True),
        "C": Share(Fraction(100, 7), Cents(14), Fraction(2, 7), 3, extra=False),
    }
    assert cents(shares) == {"A": 43, "B": 43, "C": 14}


def test_a_school_without_pupils_gets_nothing():
    assert cents(apportion(Cents(5), {"A": 0, "B": 2}, TieBreak.LOWEST_CODE)) == {"A": 0, "B": 5}


def test_nothing_can_be_divided_too():
    assert cents(apportion(Cents(0), {"A": 1, "B": 2}, None)) == {"A": 0, "B": 0}


@pytest.mark.parametrize(
    ("tie_break", "expected"),
    [
        (TieBreak.LOWEST_CODE, {"A": 1, "B": 0, "C": 0}),
        (TieBreak.HIGHEST_CODE, {"A": 0, "B": 0, "C": 1}),
    ],
)
def test_the_tie_break_decides_among_equal_remainders(tie_break, expected):
    assert cents(apportion(Cents(1), {"C": 1, "A": 1, "B": 1}, tie_break)) == expected


def test_most_pupils_goes_before_the_lowest_code():
    # Exact shares 4,5 and 1,5 and 1,5 and 0,5: four remainders of a half, two cents left.
    weights = {"A": 1, "B": 3, "C": 3, "D": 9}
    shares = apportion(Cents(8), weights, TieBreak.MOST_PUPILS)
    assert cents(shares) == {"A": 0, "B": 2, "C": 1, "D": 5}
    assert [shares[key].rank for key in "ABCD"] == [4, 2, 3, 1]


def test_without_a_tie_break_a_tie_that_matters_is_a_result():
    assert apportion(Cents(1), {"B": 1, "A": 1}, None) == UndecidedTie("bedrag", 1, ("A", "B"))


def test_an_undecided_tie_counts_only_the_cents_and_schools_that_are_undecided():
    # Exact shares 2,75 and 3 × 1,5 and 0,75: A and E are ahead with three quarters, then three compete for one cent.
    weights = {"A": 11, "B": 6, "C": 6, "D": 6, "E": 3}
    assert apportion(Cents(8), weights, None) == UndecidedTie("bedrag", 1, ("B", "C", "D"))


def test_a_tie_between_schools_that_all_get_a_cent_needs_no_tie_break():
    assert cents(apportion(Cents(11), {"A": 3, "B": 3, "C": 1}, None)) == {"A": 5, "B": 5, "C": 1}


@pytest.mark.parametrize(
    ("total", "weights", "error", "message"),
    [
        (5, {"A": 0}, NoWeightError, "Geen enkele school heeft leerlingen; er is geen verhouding om naar te verdelen."),
        (5, {}, NoWeightError, "Geen enkele school heeft leerlingen; er is geen verhouding om naar te verdelen."),
        (-1, {"A": 1}, TermsError, "Een bedrag van -1 cent kan niet worden verdeeld; verwacht nul of meer."),
        (1, {"B": -2, "A": 3, "C": -1}, TermsError, "B heeft -2 leerlingen; verwacht nul of meer."),
    ],
)
def test_what_cannot_be_divided_is_refused(total, weights, error, message):
    with pytest.raises(error) as caught:
        apportion(Cents(total), weights, None)
    assert str(caught.value) == message


def test_one_more_cent_in_the_budget_may_cost_a_school_a_cent():
    """The Alabama paradox of the largest remainder method, known and accepted: ADR 0031."""
    weights = {"A": 6, "B": 6, "C": 2}
    ten = cents(apportion(Cents(10), weights, TieBreak.LOWEST_CODE))
    eleven = cents(apportion(Cents(11), weights, TieBreak.LOWEST_CODE))
    assert ten == {"A": 4, "B": 4, "C": 2}
    assert eleven == {"A": 5, "B": 5, "C": 1}


def test_the_first_parts_add_up_to_the_share_of_the_total_rounded_once():
    amounts = {"A": 3, "B": 5, "C": 4, "D": 7}
    first = split_first_part(amounts, Fraction(1, 2), Rounding.HALF_UP, TieBreak.LOWEST_CODE, amounts)
    assert cents(first) == {"A": 2, "B": 3, "C": 2, "D": 3}
    other = split_first_part(amounts, Fraction(1, 2), Rounding.HALF_DOWN, TieBreak.HIGHEST_CODE, amounts)
    assert cents(other) == {"A": 1, "B": 2, "C": 2, "D": 4}


def test_an_undecided_first_part_is_a_result_too():
    amounts = {"A": 3, "B": 5, "C": 1}
    result = split_first_part(amounts, Fraction(1, 2), Rounding.HALF_UP, None, amounts)
    assert result == UndecidedTie("eerste deel", 2, ("A", "B", "C"))


def test_a_split_passes_both_kinds_of_ties_on():
    assert undecided(telling({code(1): 1, code(2): 1}), terms(1, tie_break=None)).stage == "bedrag"
    assert undecided(telling({code(1): 1, code(2): 3}), terms(4, tie_break=None)).stage == "eerste deel"
