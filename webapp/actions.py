"""What there is to do today, per role; every domain adds its own source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from webapp.access import Principal, Role
from webapp.context import Services


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


SOURCES: list[ActionSource] = []


def actions_for(services: Services, person: Principal) -> list[Action]:
    """Return the actions of every role of this person, in the order of the sources, each line once."""
    ordered = sorted(SOURCES, key=lambda source: source.order)
    found = (action for source in ordered if person.has(source.role) for action in source.find(services, person))
    return list(dict.fromkeys(found))
