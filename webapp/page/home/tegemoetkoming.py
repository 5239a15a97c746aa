"""What there is to do today about the tegemoetkoming."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext

from usecases.people.roles import Principal, Role
from usecases.services import Services
from webapp.page.filters import gewoon
from webapp.page.home.actions import Action, ActionSource
from webapp.page.tegemoetkoming.pages import total_of
from webapp.page.tegemoetkoming.words import money


def _own_amount(services: Services, person: Principal) -> list[Action]:
    found = []
    brins = person.schools(Role.FINANCIEEL)
    for standing in services.tegemoetkoming.standings():
        lines = standing.lines_of(brins)
        if lines:
            amount = money(*total_of(lines))
            text = gettext(
                "Tegemoetkoming reiskosten: %(amount)s (%(state)s)", amount=amount, state=gewoon(standing.state)
            )
            found.append(Action(text, url_for("subsidy.show_own"), gettext("bekijk bedrag en uitleg"), len(lines)))
    return found


def _waiting(services: Services, person: Principal) -> list[Action]:
    proposals = [found for found in services.tegemoetkoming.tellingen.overrides() if found.open]
    found = []
    if proposals:
        text = gettext("%(n)s handmatige aantallen wachten op een tweede persoon", n=len(proposals))
        found.append(Action(text, url_for("subsidy.show_beheer"), gettext("bekijk de voorstellen"), len(proposals)))
    for standing in services.tegemoetkoming.standings():
        if standing.state == "berekend" and standing.steps[0].by != person.label:
            text = gettext("De berekening van %(title)s wacht op controle", title=standing.regeling.title)
            url = url_for("subsidy.show_regeling", regeling=standing.regeling.regeling_id)
            found.append(Action(text, url, gettext("controleer"), 1))
    return found


SOURCES = (ActionSource(Role.FINANCIEEL, _own_amount), ActionSource(Role.BEHEERDER, _waiting))
