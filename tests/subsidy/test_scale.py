"""A country of thousands of schools is divided and accounted for; how fast stands in tests/bench."""

from __future__ import annotations

import pytest
from making import calculation, telling, terms

from subsidy.receipt import build_receipt, inputs_section

SCHOOLS = 4000


@pytest.mark.slow
def test_each_of_thousands_of_schools_gets_a_receipt_and_together_they_are_the_budget():
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    codes = [
        f"{10 + number // 676 % 80}{letters[number // 26 % 26]}{letters[number % 26]}00" for number in range(SCHOOLS)
    ]
    counted = telling({code: 1 + number * 37 % 390 for number, code in enumerate(codes)})
    computed = calculation(counted, terms())
    inputs = inputs_section(computed)
    receipts = [build_receipt(computed, line.key, inputs) for line in computed.split.lines]
    assert len(receipts) == SCHOOLS
    assert sum(receipt["school"]["amount_cents"] for receipt in receipts) == 200_000_000
