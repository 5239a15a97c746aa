"""What there is to do today about entree partners, for the home page."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext, ngettext

from usecases.people.roles import Principal, Role
from usecases.refusals import REFUSALS
from usecases.services import Services
from webapp.page.home.actions import Action, ActionSource


def find_for_school(services: Services, person: Principal) -> list[Action]:
    """List agreements that end soon, and chains that wait for the school."""
    found: list[Action] = []
    schools = person.schools(Role.STAGECOORDINATOR)
    for brin in sorted(schools):
        for warning in services.partners.agreements.warnings(brin):
            address = url_for("agreements.show", agreement_id=warning.agreement.agreement_id)
            found.append(Action(warning.sentence, address, gettext("bekijk de overeenkomst"), len(warning.exposed)))
    for code, name in services.partners.chain.vestigingen(schools):
        try:
            view = services.partners.chain.view(code)
        except REFUSALS:
            continue
        if view.state.open_step is not None and not _has_valid(services, view.brin):
            text = gettext("%(name)s: stap %(step)s van de partnerketen", name=name, step=view.state.open_step)
            found.append(Action(text, url_for("partners.show_chain", code=code), gettext("leg een gesprek vast")))
    return found


def _has_valid(services: Services, brin: str) -> bool:
    return any(each.standing.geldig for each in services.partners.agreements.of_school(brin))


def find_for_region(services: Services, person: Principal) -> list[Action]:
    """List the self-reports that wait for a decision."""
    count = len(services.partners.landkaart.waiting(person.regions()))
    if not count:
        return []
    text = ngettext("%(num)d melding voor de landkaart", "%(num)d meldingen voor de landkaart", count)
    return [Action(text, url_for("landkaart.show_waiting"), gettext("beoordeel"), count)]


def find_for_beheer(services: Services, person: Principal) -> list[Action]:
    """List the schools where step 4 waits for the second person."""
    del person
    return [
        Action(
            gettext("%(code)s vraagt stap 4 van de partnerketen aan", code=code),
            url_for("partners.show_chain", code=code),
            gettext("beoordeel"),
        )
        for code in services.partners.chain.waiting_for_approval()
    ]


SOURCES = (
    ActionSource(Role.STAGECOORDINATOR, find_for_school),
    ActionSource(Role.NETWERKCOORDINATOR, find_for_region),
    ActionSource(Role.BEHEERDER, find_for_beheer),
)
