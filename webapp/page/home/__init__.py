"""What there is to do today, per role; each room adds its sources to `SOURCES`, here."""

from __future__ import annotations

from usecases.people.roles import Principal
from usecases.services import Services
from webapp.page.home import partners, stages, tegemoetkoming, work
from webapp.page.home.actions import Action, ActionSource

SOURCES: tuple[ActionSource, ...] = (*stages.SOURCES, *partners.SOURCES, *tegemoetkoming.SOURCES, *work.SOURCES)


def actions_for(services: Services, person: Principal) -> list[Action]:
    """Return the actions of every role of this person, in the order of the sources, each line once."""
    ordered = sorted(SOURCES, key=lambda source: source.order)
    found = (action for source in ordered if person.has(source.role) for action in source.find(services, person))
    return list(dict.fromkeys(found))
