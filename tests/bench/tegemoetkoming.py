"""The tegemoetkoming of a country far larger than ours: a split with every receipt, and specifications in one zip."""

from __future__ import annotations

import string
import time
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from subsidy.apportionment import TieBreak
from subsidy.grouping import group_schools
from subsidy.money import Cents
from subsidy.parameters import Level, Method, OddCent
from subsidy.receipt import Calculation, build_receipt, inputs_section
from subsidy.split import Split, compute_split
from subsidy.telling import Count, Leerlingentelling, SchoolCount, Status, build_telling
from subsidy.terms import Terms
from usecases.tegemoetkoming.subsidy import zip_specifications

if TYPE_CHECKING:
    from tests.bench.report import Report

BUDGET = Cents(200_000_000)


def _telling(schools: int) -> Leerlingentelling:
    rows = []
    for number in range(schools):
        one, two = string.ascii_uppercase[number // 26 % 26], string.ascii_uppercase[number % 26]
        pupils = 1 + number * 37 % 390
        rows.append(SchoolCount(f"{10 + number // 676 % 80}{one}{two}00", f"School {number}", Count(pupils, pupils)))
    return build_telling(date(2023, 10, 1), Status.VOORLOPIG, rows, "ab" * 32)


def _calculate(schools: int) -> Calculation:
    terms = Terms(BUDGET, Method.CLOSED_BUDGET, Level.VESTIGING, Fraction(1, 2), OddCent.FIRST, TieBreak.LOWEST_CODE)
    telling = _telling(schools)
    groups = group_schools(telling, terms.level, {})
    split = compute_split(telling, terms, groups)
    assert isinstance(split, Split)
    return Calculation(split, telling, groups, None, "bench")


def measure(report: Report, schools: int, specifications: int) -> None:
    """Divide, write every receipt, make specifications; the cents must add up before a time counts."""
    began = time.perf_counter()
    calculation = _calculate(schools)
    inputs = inputs_section(calculation)
    cents = [build_receipt(calculation, line.key, inputs)["school"]["amount_cents"] for line in calculation.split.lines]
    seconds = time.perf_counter() - began
    assert (len(cents), sum(cents)) == (schools, BUDGET)
    report.at_most(f"split over {schools} schools, each with its receipt", seconds, "s", schools / 1000)

    small = _calculate(specifications)
    told: list[int] = []
    began = time.perf_counter()
    content = zip_specifications(small, (), lambda done, _total, _name: told.append(done))
    report.at_most(f"{specifications} specifications as PDF in one zip", time.perf_counter() - began, "s", 60)
    assert told == list(range(1, specifications + 1))
    report.add("size of the zip", len(content) / 1e6, "MB")
