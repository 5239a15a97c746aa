"""What there is to do today, per role: what one line says, and where lines come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from usecases.people.roles import Principal, Role
from usecases.services import Services


@dataclass(frozen=True, slots=True)
class Action:
    """One line of the home page: a sentence, where it leads, and how much it concerns."""

    text: str
    url: str
    link_text: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class ActionSource:
    """A function that looks for work for one role; the smallest ``order`` stands first on the page."""

    role: Role
    find: Callable[[Services, Principal], list[Action]]
    order: int = 50
