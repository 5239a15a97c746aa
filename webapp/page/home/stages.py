"""What there is to do today about stage places."""

from __future__ import annotations

from collections import Counter

from flask import url_for
from flask_babel import gettext, ngettext

from usecases.people.roles import Principal, Role
from usecases.services import Services
from webapp.page.home.actions import Action, ActionSource


def find_stage_work(services: Services, person: Principal) -> list[Action]:
    """Pupils without a place first, then places that were taken back, reservations that end, stages that end."""
    counts = Counter(item.kind for item in services.stages.people.list_pupils(person.schools(Role.STAGECOORDINATOR)))
    actions = []
    unlawful = counts["mag_niet"]
    if unlawful:
        actions.append(
            Action(
                ngettext("Eén stage mag niet van de wet", "%(num)s stages mogen niet van de wet", unlawful),
                url_for("pupils.show_pupils", status="mag_niet"),
                gettext("Bekijk"),
                unlawful,
            )
        )
    without = counts["zonder_plek"]
    if without:
        actions.append(
            Action(
                ngettext("Eén leerling zonder plek", "%(num)s leerlingen zonder plek", without),
                url_for("pupils.show_pupils", status="zonder_plek"),
                gettext("Zoek een plek"),
                without,
            )
        )
    if without > 1:
        actions.append(
            Action(
                gettext("Voor een hele groep tegelijk"),
                url_for("proposals.show_proposals"),
                gettext("Maak een voorstel"),
            )
        )
    for kind, sentence, link in (
        (
            "plek_weg",
            ngettext("Bij één leerling is de plek weg", "Bij %(num)s leerlingen is de plek weg", counts["plek_weg"]),
            gettext("Zoek een andere plek"),
        ),
        (
            "verloopt",
            ngettext(
                "Eén reservering verloopt binnenkort", "%(num)s reserveringen verlopen binnenkort", counts["verloopt"]
            ),
            gettext("Bevestig of geef vrij"),
        ),
        (
            "eerst_invullen",
            ngettext(
                "Bij één stage ontbreekt iets voor de wet",
                "Bij %(num)s stages ontbreekt iets voor de wet",
                counts["eerst_invullen"],
            ),
            gettext("Vul in"),
        ),
        (
            "reden_ontbreekt",
            ngettext(
                "Bij één lange reis ontbreekt de reden",
                "Bij %(num)s lange reizen ontbreekt de reden",
                counts["reden_ontbreekt"],
            ),
            gettext("Vul de reden aan"),
        ),
        (
            "loopt_af",
            ngettext("Eén stage eindigt binnenkort", "%(num)s stages eindigen binnenkort", counts["loopt_af"]),
            gettext("Bekijk"),
        ),
    ):
        if counts[kind]:
            actions.append(Action(sentence, url_for("pupils.show_pupils", status=kind), link, counts[kind]))
    return actions


SOURCES = (ActionSource(Role.STAGECOORDINATOR, find_stage_work, order=10),)
