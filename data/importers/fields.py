"""How the text of one cell becomes a value; every function says in Dutch what it expected.

A parser takes trimmed, non-empty text and returns a value, or raises `ExpectedError` whose
message completes the sentence "gevonden "…", verwacht …".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeAlias

from data.importers.dates import read_date

Value: TypeAlias = str | int | float | bool | date | tuple[str, ...] | None
Parser: TypeAlias = Callable[[str], Value]

HIDDEN = "•••"
"""What stands instead of a value that must be kept nowhere."""

_POSTCODE = re.compile(r"^([1-9][0-9]{3})[\s\u00a0.-]*([A-Za-z]{2})$")
_YES = frozenset({"ja", "j", "yes", "true", "waar", "1", "x"})
_NO = frozenset({"nee", "n", "no", "false", "onwaar", "0", "-"})


class ExpectedError(ValueError):
    """The cell does not hold what was expected; the message is the Dutch end of a sentence."""


class SecretError(ExpectedError):
    """The cell holds what must be kept nowhere, not even in the message: a BSN."""


def text(longest: int = 200) -> Parser:
    """Text of at most ``longest`` characters, runs of spaces made one."""

    def parse(cell: str) -> str:
        value = re.sub(r"\s+", " ", cell)
        if len(value) > longest:
            raise ExpectedError(f"hoogstens {longest} tekens")
        return value

    return parse


def pattern(expression: str, expected: str, *, upper: bool = False) -> Parser:
    """Text that matches the whole ``expression``; ``expected`` ends the sentence."""
    compiled = re.compile(expression)

    def parse(cell: str) -> str:
        value = cell.upper() if upper else cell
        if not compiled.fullmatch(value):
            raise ExpectedError(expected)
        return value

    return parse


def whole(lowest: int = 0, highest: int = 1_000_000_000) -> Parser:
    """Whole number between two limits, both allowed."""

    def parse(cell: str) -> int:
        if not re.fullmatch(r"[+-]?[0-9]{1,15}", cell) or not lowest <= int(cell) <= highest:
            raise ExpectedError(f"een heel getal van {lowest} tot en met {highest}")
        return int(cell)

    return parse


def decimal(lowest: float, highest: float) -> Parser:
    """Decimal number between two limits, with a comma or a point."""

    def parse(cell: str) -> float:
        if re.fullmatch(r"[+-]?[0-9]{1,12}([.,][0-9]{1,18})?", cell):
            value = float(cell.replace(",", "."))
            if lowest <= value <= highest:
                return value
        raise ExpectedError(f"een getal van {lowest:g} tot en met {highest:g}".replace(".", ","))

    return parse


def day(cell: str) -> date:
    """Date as ``01-10-2024``, ``2024-10-01``, ``1 oktober 2024`` or the day number of a spreadsheet."""
    found = read_date(cell)
    if found is None:
        raise ExpectedError("een datum als 01-10-2024")
    return found


def minutes(lowest: int, highest: int) -> Parser:
    """Whole minutes; the word behind the number may be there: ``45 min``."""
    parse = whole(lowest, highest)

    def parse_minutes(cell: str) -> Value:
        found = re.fullmatch(r"([0-9]{1,4})\s*(min|minuten|minuut|m)?\.?", cell.casefold())
        return parse(found[1] if found else cell)

    return parse_minutes


def phone(cell: str) -> str:
    """Telephone number; a spreadsheet makes 0612345678 a number and loses its zero, which is put back.

    Nine digits without a zero in front are a Dutch number, eleven that begin with 31 are one with its country.
    """
    value = str(text(40)(cell))
    digits = re.sub(r"[\s().-]", "", value)
    if re.fullmatch(r"[1-9][0-9]{8}", digits):
        return f"0{value}"
    if re.fullmatch(r"31[1-9][0-9]{8}", digits):
        return f"+{value}"
    return value


def yes_no(cell: str) -> bool:
    """``ja`` or ``nee``, in the spellings people use."""
    lowered = cell.lower()
    if lowered in _YES:
        return True
    if lowered in _NO:
        return False
    raise ExpectedError("ja of nee")


def choice(options: Mapping[str, str]) -> Parser:
    """One of the spellings in ``options`` (lower case), giving the value behind it."""
    words = sorted(set(options.values()))
    expected = " of ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)

    def parse(cell: str) -> str:
        if cell.lower() not in options:
            raise ExpectedError(expected)
        return options[cell.lower()]

    return parse


def words(parse_one: Parser, *, separators: str = ",;|/") -> Parser:
    """Several values in one cell, each parsed by ``parse_one``; in their own order, without doubles."""

    def parse(cell: str) -> tuple[str, ...]:
        parts = (part.strip() for part in re.split(f"[{re.escape(separators)}]", cell))
        return tuple(dict.fromkeys(str(parse_one(part)) for part in parts if part))

    return parse


def brin(cell: str) -> str:
    """BRIN code of a school: two digits, two letters."""
    return str(pattern(r"[0-9]{2}[A-Z]{2}", "een BRIN-code als 18BR", upper=True)(cell))


def vestiging(cell: str) -> str:
    """Vestigingscode: BRIN and two digits."""
    return str(pattern(r"[0-9]{2}[A-Z]{2}[0-9]{2}", "een vestigingscode als 18BR00", upper=True)(cell))


def gemeente(cell: str) -> str:
    """Gemeentecode of four digits; a spreadsheet may have eaten the leading zeros."""
    if not re.fullmatch(r"(GM)?[0-9]{1,4}", cell):
        raise ExpectedError("een gemeentecode van vier cijfers als 0034")
    return cell.removeprefix("GM").zfill(4)


def postcode(cell: str) -> str:
    """Postcode as ``3511 AB`` or ``3511ab``, stored as ``3511AB``."""
    found = _POSTCODE.match(cell)
    if not found:
        raise ExpectedError("een postcode als 3511 AB")
    return found[1] + found[2].upper()


def pc4_or_pc6(cell: str) -> str:
    """Postcode of four digits, or of four digits and two letters."""
    if re.fullmatch(r"[1-9][0-9]{3}", cell):
        return cell
    try:
        return postcode(cell)
    except ExpectedError as error:
        raise ExpectedError("een postcode als 3511 of 3511 AB") from error


latitude = decimal(50.5, 53.8)
longitude = decimal(3.1, 7.4)
