"""Pupils, search, proposals, the register, companies and the link of a company."""

import uuid

from matching.places.placing import Claim
from matching.proposals.proposal import Request
from tests.webapp.access_cases import Case
from tests.webapp.placing_app import fill
from usecases.people.roles import Role

COORDINATOR = (Role.STAGECOORDINATOR,)
OTHER_PUPIL = {"pupil_id": "99BB-0007"}


def town(app):
    """Fill both schools; own and other are in the cases themselves."""
    fill(app)
    return {}


def both_placements(app):
    """Reserve a place for a pupil of each school."""
    matching = fill(app)
    made = {}
    for pupil, place in (("99AA-0001", "P001"), ("99BB-0007", "P002")):
        claim = Claim(pupil, place, uuid.uuid4().hex)
        made[pupil] = matching.people.reserve(claim, "test").id
    return {"own": {"placement_id": made["99AA-0001"]}, "other": {"placement_id": made["99BB-0007"]}}


def both_proposals(app):
    """Compute and store a proposal for each school."""
    from data.proposal_store import ProposalStore

    matching, services = fill(app), app.extensions["stageroute"]
    for brin in ("99AA", "99BB"):
        _, payload = matching.groups.compute(Request((brin,)))
        with services.database.write() as session:
            ProposalStore(session).add(f"v-{brin}", brin, payload, at=services.clock(), actor="test")
    return {"own": {"proposal_id": "v-99AA"}, "other": {"proposal_id": "v-99BB"}}


PUPIL = Case(COORDINATOR, own={"pupil_id": "99AA-0001"}, other=OTHER_PUPIL, setup="town")
AT_PLACE = Case(
    COORDINATOR,
    own={"pupil_id": "99AA-0001", "place_id": "P001"},
    other={"pupil_id": "99BB-0007", "place_id": "P001"},
    setup="town",
)
SCHOOL = Case(COORDINATOR, own={"brin": "99AA"}, other={"brin": "99BB"})
PLACEMENT = Case(COORDINATOR, own={}, other={}, setup="both_placements")
PROPOSAL = Case(COORDINATOR, own={}, other={}, setup="both_proposals")
COMPANY = Case(COORDINATOR, own={"company_id": "B001"}, other={"company_id": "B006"}, setup="town")
LINK = Case(public=True, own={"token": "x"})

CASES = {
    "pupils.show_pupils": Case(COORDINATOR),
    "pupils.show_pupil": PUPIL,
    "pupils.leave": PUPIL,
    "pupils.show_exports": SCHOOL,
    "pupils.download": Case(
        COORDINATOR, own={"brin": "99AA", "kind": "leerlingen"}, other={"brin": "99BB", "kind": "leerlingen"}
    ),
    "search.show_search": Case(COORDINATOR),
    "search.show_why_not": Case(COORDINATOR),
    "search.show_compare": Case(COORDINATOR),
    "search.show_reserve": AT_PLACE,
    "search.reserve": AT_PLACE,
    "search.show_print": AT_PLACE,
    "placements.show_register": Case(COORDINATOR),
    "placements.move": PLACEMENT,
    "placements.withdraw": PLACEMENT,
    "placements.extend": PLACEMENT,
    "placements.give_reason": PLACEMENT,
    "proposals.show_proposals": Case(COORDINATOR),
    "proposals.start": Case(COORDINATOR),
    "proposals.show_proposal": PROPOSAL,
    "proposals.accept": PROPOSAL,
    "proposals.again": PROPOSAL,
    "companies.show_companies": Case(COORDINATOR),
    "companies.show_company": COMPANY,
    "companies.make_link": COMPANY,
    "companies.revoke_links": COMPANY,
    "companies.show_place": Case(COORDINATOR, own={"place_id": "P001"}, other={"place_id": "P006"}, setup="town"),
    "companies.change_seats": Case(COORDINATOR, own={"place_id": "P001"}, other={"place_id": "P005"}, setup="town"),
    "companies.withdraw_place": Case(COORDINATOR, own={"place_id": "P001"}, other={"place_id": "P005"}, setup="town"),
    "law.change_work": Case(COORDINATOR, own={"place_id": "P001"}, other={"place_id": "P005"}, setup="town"),
    "law.change_pupil": PUPIL,
    "law.sign": PLACEMENT,
    "doubles.show_doubles": Case(COORDINATOR),
    "doubles.decide": Case(COORDINATOR),
    "weights.show_weights": SCHOOL,
    "weights.save_weights": SCHOOL,
    "matching_api.give_ranking": PUPIL,
    "matching_api.give_why_not": AT_PLACE,
    "matching_api.start_proposal": SCHOOL,
    "matching_api.give_proposal": PROPOSAL,
    "company_link.show": LINK,
    "company_link.accept": LINK,
    "company_link.refuse": LINK,
    "company_link.change_seats": LINK,
}
