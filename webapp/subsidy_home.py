"""What the tegemoetkoming adds to every page: the home page, the line under each page."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext

from webapp import actions, as_of
from webapp.access import Principal, Role
from webapp.actions import Action, ActionSource
from webapp.context import Services
from webapp.filters import gewoon
from webapp.subsidy_pages import total_of
from webapp.subsidy_words import money


def _own_amount(services: Services, person: Principal) -> list[Action]:
    found = []
    brins = person.schools(Role.FINANCIEEL)
    for standing in services.subsidy.standings():
        lines = standing.lines_of(brins)
        if lines:
            amount = money(*total_of(lines))
            text = gettext(
                "Tegemoetkoming reiskosten: %(amount)s (%(state)s)", amount=amount, state=gewoon(standing.state)
            )
            found.append(Action(text, url_for("subsidy.show_own"), gettext("bekijk bedrag en uitleg"), len(lines)))
    return found


def _waiting(services: Services, person: Principal) -> list[Action]:
    proposals = [found for found in services.subsidy.tellingen.overrides() if found.open]
    found = []
    if proposals:
        text = gettext("%(n)s handmatige aantallen wachten op een tweede persoon", n=len(proposals))
        found.append(Action(text, url_for("subsidy.show_beheer"), gettext("bekijk de voorstellen"), len(proposals)))
    for standing in services.subsidy.standings():
        if standing.state == "berekend" and standing.steps[0].by != person.label:
            text = gettext("De berekening van %(title)s wacht op controle", title=standing.regeling.title)
            url = url_for("subsidy.show_regeling", regeling=standing.regeling.regeling_id)
            found.append(Action(text, url, gettext("controleer"), 1))
    return found


def _phrase(services: Services) -> str | None:
    for standing in services.subsidy.standings():
        if standing.telling is not None:
            telling = standing.telling.telling
            phrase = gettext(
                "regeling %(regeling)s, telling van %(day)s (%(status)s)",
                regeling=standing.regeling.regeling_id,
                status=gewoon(telling.status.value),
                day=f"{telling.teldatum:%d-%m-%Y}",
            )
            return str(phrase)
    return None


actions.SOURCES.append(ActionSource(Role.FINANCIEEL, _own_amount))
actions.SOURCES.append(ActionSource(Role.BEHEERDER, _waiting))
as_of.SOURCES.append(_phrase)
