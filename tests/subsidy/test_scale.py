"""A country of ten thousand schools is divided and accounted for in seconds."""

from __future__ import annotations

import time

import pytest
from making import calculation, telling, terms

from subsidy.receipt import build_receipt, inputs_section

SCHOOLS = 4000


@pytest.mark.slow
def test_a_split_with_a_receipt_for_every_school_takes_less_than_a_second_per_thousand():
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    codes = [
        f"{10 + number // 676 % 80}{letters[number // 26 % 26]}{letters[number % 26]}00" for number in range(SCHOOLS)
    ]
    counted = telling({code: 1 + number * 37 % 390 for number, code in enumerate(codes)})
    started = time.perf_counter()
    computed = calculation(counted, terms())
    inputs = inputs_section(computed)
    receipts = [build_receipt(computed, line.key, inputs) for line in computed.split.lines]
    seconds = time.perf_counter() - started
    assert len(receipts) == SCHOOLS
    assert sum(receipt["school"]["amount_cents"] for receipt in receipts) == 200_000_000
    assert seconds < SCHOOLS / 1000
