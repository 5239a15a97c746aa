"""What a user says for a scenario, the same words on the command line, the page and the API."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from subsidy.apportionment import TieBreak
from subsidy.errors import TermsError
from subsidy.money import Rounding, parse_euro, parse_share
from subsidy.parameters import Level, Method, Moment, OddCent
from subsidy.terms import Terms

Choice = TypeVar("Choice", bound=StrEnum)
NO_TIE_BREAK = "geen"


def _choose(kind: type[Choice], value: str, name: str) -> Choice:
    try:
        return kind(value)
    except ValueError as error:
        msg = f"{name} is '{value}'; verwacht een van {', '.join(kind)}."
        raise TermsError(msg) from error


def read_scenario(fields: Mapping[str, str]) -> Terms:
    """Read the terms of a scenario.

    Parameters
    ----------
    fields
        ``budget`` (euros), and optionally ``method``, ``first_share``, ``level``, ``odd_cent``, ``tie_break``,
        ``rate`` (euros), ``rounding`` and ``moment``. Absent or empty ones get the defaults of the command line.

    Raises
    ------
    SubsidyError
        A field cannot be read, or fields contradict each other; the message names it.
    """
    given = {name: value.strip() for name, value in fields.items() if value.strip()}
    if "budget" not in given:
        msg = "Een scenario heeft een budget nodig."
        raise TermsError(msg)
    method = _choose(Method, given.get("method", Method.CLOSED_BUDGET.value), "methode")
    per_pupil = method is Method.AMOUNT_PER_PUPIL
    if not per_pupil and given.keys() & {"rate", "rounding", "moment"}:
        msg = "Bedrag per leerling, afronding en moment horen bij een vast bedrag per leerling (amount_per_pupil)."
        raise TermsError(msg)
    tie_break = given.get("tie_break", TieBreak.LOWEST_CODE.value)
    return Terms(
        budget=parse_euro(given["budget"]),
        method=method,
        level=_choose(Level, given.get("level", Level.VESTIGING.value), "niveau"),
        first_share=parse_share(given.get("first_share", "1/2")),
        odd_cent=_choose(OddCent, given.get("odd_cent", OddCent.FIRST.value), "oneven cent"),
        tie_break=None if tie_break == NO_TIE_BREAK else _choose(TieBreak, tie_break, "voorrang"),
        rounding=_choose(Rounding, given.get("rounding", Rounding.DOWN.value), "afronding") if per_pupil else None,
        moment=_choose(Moment, given.get("moment", Moment.SCHOOL.value), "moment") if per_pupil else None,
        rate=parse_euro(given["rate"]) if "rate" in given else None,
    )
