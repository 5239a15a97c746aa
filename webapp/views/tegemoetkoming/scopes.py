"""Whose line of a split it is."""

from __future__ import annotations

import re

from subsidy.errors import SubsidyError
from subsidy.split import SplitLine
from usecases.people.roles import Owner
from usecases.tegemoetkoming.subsidy import Standing
from webapp.context import services


def standing_of(regeling: str) -> Standing | None:
    """Return how a regeling stands, or None when it does not exist."""
    try:
        return services().tegemoetkoming.standing(regeling)
    except SubsidyError:
        return None


def find_line(regeling: str, key: str) -> tuple[Standing, SplitLine] | None:
    """Find one line of a regeling, or None."""
    standing = standing_of(regeling)
    if standing is None or standing.calculation is None:
        return None
    line = standing.calculation.split.by_key.get(key)
    return None if line is None else (standing, line)


def owner_of_key(key: str) -> Owner:
    """Say whose a key is: that of a school (BRIN or vestiging) or of a bestuur."""
    if re.fullmatch(r"[0-9]{2}[A-Z]{2}([0-9]{2})?", key):
        return Owner("school", key[:4])
    return Owner("bestuur", key)


def line_owner(regeling: str, key: str, **_arguments: object) -> Owner | None:
    """Find whose a line is; no owner when there is no such line."""
    return owner_of_key(key) if find_line(regeling, key) else None
