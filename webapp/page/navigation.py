"""The words in the header, at most five per role."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString, lazy_gettext

from usecases.people.roles import EVERY_ROLE, Principal, Role


@dataclass(frozen=True, slots=True)
class Item:
    """One word that leads to one page; ``roles`` is empty for everybody, visitors included."""

    roles: tuple[Role, ...]
    endpoint: str
    label: LazyString


_TRAVELLERS = (Role.STAGECOORDINATOR, Role.FINANCIEEL, Role.NETWERKCOORDINATOR)
# The work of the role first, what everybody has last.
ITEMS: list[Item] = [
    Item(EVERY_ROLE, "home.show_home", lazy_gettext("Vandaag")),
    Item((Role.STAGECOORDINATOR,), "pupils.show_pupils", lazy_gettext("Leerlingen")),
    Item((Role.STAGECOORDINATOR,), "companies.show_companies", lazy_gettext("Bedrijven")),
    Item((Role.STAGECOORDINATOR,), "partners.show_own", lazy_gettext("Entreepartner")),
    Item((Role.NETWERKCOORDINATOR,), "region.show_own", lazy_gettext("Regio")),
    Item((Role.NETWERKCOORDINATOR,), "landkaart.show", lazy_gettext("Landkaart")),
    Item((Role.FINANCIEEL,), "subsidy.show_own", lazy_gettext("Tegemoetkoming")),
    Item((Role.BEHEERDER,), "subsidy.show_beheer", lazy_gettext("Tegemoetkoming")),
    Item((Role.BEHEERDER,), "imports.show_imports", lazy_gettext("Inlezen")),
    Item((Role.BEHEERDER,), "jobs.show_jobs", lazy_gettext("Taken")),
    Item((Role.BEHEERDER,), "accounts.show_accounts", lazy_gettext("Accounts")),
    # The beheerder has enough words; the page of road networks leads there.
    Item(_TRAVELLERS, "travel.show_travel", lazy_gettext("Reistijd")),
]


def items_for(person: Principal | None) -> list[Item]:
    """Return the words of this person."""
    roles = person.roles if person else frozenset()
    return [item for item in ITEMS if not item.roles or roles & set(item.roles)]
