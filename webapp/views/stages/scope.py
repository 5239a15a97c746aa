"""Whose a pupil, place, company, placement or proposal is; the access rules of these pages ask here."""

from __future__ import annotations

from usecases.people.roles import Owner, Role
from webapp.access import principal
from webapp.context import services

COORDINATOR = Role.STAGECOORDINATOR


def own_schools() -> frozenset[str]:
    """BRIN codes of the schools this person coordinates."""
    return principal().schools(COORDINATOR)


def actor() -> str:
    """Who is written in journals and the audit trail."""
    return principal().label


def pupil_owner(pupil_id: str, **_arguments: object) -> Owner | None:
    """The school of a pupil."""
    brin = services().stages.people.owner_of(pupil_id)
    return None if brin is None else Owner("school", brin)


def placement_owner(placement_id: str, **_arguments: object) -> Owner | None:
    """The school of a placement."""
    placement = services().stages.people.placement(placement_id)
    return None if placement is None else Owner("school", placement.school)


def proposal_owner(proposal_id: str, **_arguments: object) -> Owner | None:
    """A school of this person whose pupils are in a proposal; else the school that asked for it."""
    found = services().stages.groups.find(proposal_id)
    if found is None:
        return None
    own = own_schools()
    return Owner("school", next((brin for brin in found.schools if brin in own), found.brin))


def place_viewer(place_id: str, **_arguments: object) -> Owner | None:
    """A school of this person that may see a place: the owner of an unshared one, any of them otherwise."""
    brin = services().stages.offers.visible_owner(place_id, own_schools())
    return None if brin is None else Owner("school", brin)


def place_owner(place_id: str, **_arguments: object) -> Owner | None:
    """The school that manages a place."""
    brin = services().stages.offers.owner_of_place(place_id)
    return None if brin is None else Owner("school", brin)


def company_viewer(company_id: str, **_arguments: object) -> Owner | None:
    """A school of this person that may see a company."""
    own = own_schools()
    if not own or not services().stages.offers.sees_company(company_id, own):
        return None
    return Owner("school", min(own))
