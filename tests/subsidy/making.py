"""Small tellingen, terms and splits for the tests of the rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path

from subsidy.apportionment import TieBreak, UndecidedTie
from subsidy.grouping import Bestuur, group_schools
from subsidy.money import Cents
from subsidy.parameters import Level, Method, OddCent
from subsidy.receipt import Calculation
from subsidy.regeling import Regeling, parse_regeling
from subsidy.split import Split, compute_split
from subsidy.telling import Count, Leerlingentelling, SchoolCount, Status, build_telling
from subsidy.terms import Terms

TELDATUM = date(2023, 10, 1)
RULES = Path(__file__).parents[2] / "subsidy" / "regelingen"
FILE_SHA256 = "ab" * 32


def code(number: int) -> str:
    """Return the vestiging with this number: ascending numbers give ascending codes."""
    return f"{number // 600 % 90 + 10}{chr(65 + number // 20 % 30 % 26)}A{number % 20:02d}"


def telling(counts: Mapping[str, int | tuple[int, int]], **changes) -> Leerlingentelling:
    """Build a telling from counts per vestiging; a pair is an interval."""
    rows = [
        SchoolCount(key, f"School {key}", Count(*value) if isinstance(value, tuple) else Count(value, value))
        for key, value in counts.items()
    ]
    return build_telling(changes.get("teldatum", TELDATUM), changes.get("status", Status.VOORLOPIG), rows, FILE_SHA256)


def terms(budget: int = 200_000_000, **changes) -> Terms:
    """Return the terms of a closed budget in two halves, with changes."""
    values = {
        "budget": Cents(budget),
        "method": Method.CLOSED_BUDGET,
        "level": Level.VESTIGING,
        "first_share": Fraction(1, 2),
        "odd_cent": OddCent.FIRST,
        "tie_break": TieBreak.LOWEST_CODE,
    }
    return Terms(**(values | changes))


def calculation(counted: Leerlingentelling, asked: Terms, besturen: Mapping[str, Bestuur] | None = None) -> Calculation:
    """Compute a scenario with all its inputs."""
    groups = group_schools(counted, asked.level, besturen or {})
    split = compute_split(counted, asked, groups)
    assert isinstance(split, Split)
    return Calculation(split, counted, groups, None, "1.0")


def split_of(counted: Leerlingentelling, asked: Terms, besturen: Mapping[str, Bestuur] | None = None) -> Split:
    """Compute a split that is decided."""
    return calculation(counted, asked, besturen).split


def undecided(counted: Leerlingentelling, asked: Terms) -> UndecidedTie:
    """Compute a split that must end in an undecided tie."""
    result = compute_split(counted, asked, group_schools(counted, asked.level, {}))
    assert isinstance(result, UndecidedTie)
    return result


def rule_text(name: str = "reiskosten-2024-2026") -> str:
    """Read a rule file that ships with the program."""
    return (RULES / f"{name}.toml").read_text(encoding="utf-8")


def regeling(name: str = "reiskosten-2024-2026") -> Regeling:
    """Parse a rule file that ships with the program."""
    return parse_regeling(rule_text(name), f"{name}.toml")
