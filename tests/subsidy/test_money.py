"""Money: reading, writing and the named roundings."""

from __future__ import annotations

import ast
from fractions import Fraction
from pathlib import Path

import pytest

from subsidy.errors import AmountError
from subsidy.money import Rounding, parse_euro, parse_share, round_cents, to_decimal, to_euro

SUBSIDY = Path(__file__).parents[2] / "subsidy"


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("2000000.00", 200_000_000),
        ("2000000", 200_000_000),
        ("2.000.000,00", 200_000_000),
        ("2.000", 200_000),
        ("66,67", 6667),
        (" € 0,05 ", 5),
        ("0", 0),
        ("12.345,60", 1_234_560),
    ],
)
def test_an_amount_is_read_as_whole_cents(text, cents):
    assert parse_euro(text) == cents


@pytest.mark.parametrize("text", ["", "-1", "1,5", "1.50.00", "1e6", "1,234.50", "12.34.567", "abc", "1 000", "0,005"])
def test_what_is_no_amount_is_refused_by_name(text):
    with pytest.raises(AmountError) as caught:
        parse_euro(text)
    assert str(caught.value) == (f"'{text}' is geen bedrag in euro; verwacht bijvoorbeeld 2000000.00 of 2.000.000,00.")


@pytest.mark.parametrize(
    ("text", "share"), [("1/2", Fraction(1, 2)), (" 2 / 3 ", Fraction(2, 3)), ("0", 0), ("1", 1), ("10/10", 1)]
)
def test_a_share_is_a_fraction_of_whole_numbers(text, share):
    assert parse_share(text) == share


@pytest.mark.parametrize("text", ["0.5", "1/0", "-1/2", "half", "1/2/3", ""])
def test_what_is_no_share_is_refused(text):
    with pytest.raises(AmountError) as caught:
        parse_share(text)
    assert str(caught.value) == f"'{text}' is geen deel; verwacht een breuk van hele getallen, zoals 1/2."


def test_a_share_of_more_than_the_whole_is_refused():
    with pytest.raises(AmountError) as caught:
        parse_share("3/2")
    assert str(caught.value) == ("'3/2' is meer dan het geheel; verwacht een breuk van 0 tot en met 1, zoals 1/2.")


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        (Rounding.HALF_UP, [1, 2, 2, 3, 1, 2, 4, 5]),
        (Rounding.HALF_DOWN, [1, 1, 2, 2, 1, 2, 3, 4]),
        (Rounding.HALF_EVEN, [1, 2, 2, 2, 1, 2, 4, 4]),
        (Rounding.DOWN, [1, 1, 1, 2, 1, 1, 3, 4]),
        (Rounding.UP, [1, 2, 2, 3, 2, 2, 4, 5]),
    ],
)
def test_every_rounding_does_what_its_name_says(rounding, expected):
    exact = [Fraction(text) for text in ("1", "3/2", "7/4", "5/2", "5/4", "19/10", "7/2", "9/2")]
    assert [round_cents(value, rounding) for value in exact] == expected


def test_amounts_are_written_as_in_the_netherlands():
    assert [to_decimal(cents) for cents in (0, 5, -5, 123_456_789)] == ["0,00", "0,05", "-0,05", "1234567,89"]
    assert to_euro(123_456_789) == "€\N{NO-BREAK SPACE}1.234.567,89"
    assert to_euro(-5) == "€\N{NO-BREAK SPACE}-0,05"
    assert to_euro(0) == "€\N{NO-BREAK SPACE}0,00"


def test_no_binary_fraction_ever_touches_money():
    for module in sorted(SUBSIDY.glob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), (module, node.lineno)
            assert not (isinstance(node, ast.Name) and node.id == "float"), (module, node.lineno)
            assert not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)), (module, node.lineno)
