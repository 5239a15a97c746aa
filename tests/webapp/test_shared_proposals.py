"""A proposal over several schools: everybody sees and decides about the pupils of the own school, and no others."""

import pytest

from data.proposal_store import ProposalStore
from data.tables.matching import Proposal
from data.tables.organisation import School
from matching.proposals.proposal import Request
from tests.conftest import PASSWORD, csrf_token
from tests.webapp.placing_app import fill
from usecases.people.roles import Grant, Owner, Role


@pytest.fixture
def shared(app):
    """A proposal that 99AA asked for over 99AA and 99BB, and a coordinator of each school."""
    matching, services = fill(app), app.extensions["stageroute"]
    _, payload = matching.groups.compute(Request(("99AA", "99BB")))
    with services.database.write() as session:
        ProposalStore(session).add("samen", "99AA", payload, at=services.clock(), actor="test")
    clients = {}
    for brin in ("99AA", "99BB"):
        email = f"coordinator-{brin.lower()}@merenveld.example"
        grant = Grant(Role.STAGECOORDINATOR, Owner("school", brin))
        services.accounts.add_demo_account(email, brin, PASSWORD, [grant])
        account = next(row for row in services.accounts.accounts() if row.email == email)
        client = clients[brin] = app.test_client()
        with client.session_transaction() as cookie:
            cookie["token"] = services.logins.open_session(account.id, "pytest")
        client.token = csrf_token(client)
    return matching, clients


def accept(client, **form):
    return client.post("/voorstellen/samen/aannemen", data={"csrf_token": client.token, **form}, follow_redirects=True)


def placed(matching, brin):
    return [item.row.id for item in matching.people.list_pupils([brin]) if item.row.placement is not None]


def test_each_coordinator_finds_the_proposal_with_the_pupils_of_the_own_school_only(shared):
    _, clients = shared
    for brin, other in (("99AA", "99BB"), ("99BB", "99AA")):
        assert "/voorstellen/samen" in clients[brin].get("/voorstellen").text
        page = clients[brin].get("/voorstellen/samen")
        assert page.status_code == 200
        assert f"{brin}-000" in page.text
        assert f"{other}-000" not in page.text
        rows = clients[brin].get("/api/v1/matching/proposals/samen").json["rows"]
        assert {row["pupil_id"].split("-")[0] for row in rows} == {brin}
    text = clients["99BB"].get("/voorstellen/samen").text
    assert "Samen met Praktijkschool De Merel" in text
    assert "1 van de 6" in text


def test_accepting_everything_reserves_for_the_own_school_only(shared):
    matching, clients = shared
    accept(clients["99BB"], alle="ja")
    assert placed(matching, "99BB") == ["99BB-0007"]
    assert placed(matching, "99AA") == []


def test_a_pupil_of_another_school_cannot_be_accepted_by_name(shared):
    matching, clients = shared
    accept(clients["99BB"], een="99AA-0001")
    accept(clients["99BB"], leerling=["99AA-0001", "99AA-0002"])
    assert placed(matching, "99AA") == []


def test_computing_it_again_asks_for_the_own_school_only(shared, app):
    _, clients = shared
    client = clients["99BB"]
    answer = client.post("/voorstellen/samen/opnieuw", data={"csrf_token": client.token})
    job = app.extensions["stageroute"].jobs.find(answer.location.rsplit("/", 1)[1])
    assert job.params["schools"] == ["99BB"]


def test_of_a_proposal_over_many_schools_only_some_are_named(shared, app):
    _matching, clients = shared
    services = app.extensions["stageroute"]
    with services.database.write() as session:
        proposal = ProposalStore(session).find("samen")
        session.add_all(School(brin=f"98A{letter}", name=f"School {letter}") for letter in "ABCDEFG")
        row = session.get_one(Proposal, "samen")
        row.summary = {**proposal.summary, "schools": [*proposal.schools, *(f"98A{letter}" for letter in "ABCDEFG")]}
    page = clients["99BB"].get("/voorstellen/samen").text
    assert "nog 3 scholen" in page
    assert sum(f"School {letter}" in page for letter in "ABCDEFG") < 7
    assert "en nog 4" in clients["99BB"].get("/voorstellen").text


def test_rows_and_places_are_read_of_the_schools_that_are_asked_for(shared):
    matching, _ = shared
    with matching.stores.read() as store:
        proposals = ProposalStore(store.session)
        assert proposals.count("samen") == 6
        assert [view.row.pupil for view in proposals.rows("samen", ["99BB"])] == ["99BB-0007"]
        assert proposals.rows("samen", []) == []
        both = proposals.places("samen", ["99AA", "99BB"])
        assert both == {view.row.pupil: view.row.place for view in proposals.rows("samen", ["99AA", "99BB"])}
        assert len(both) == 6


def test_who_has_very_many_pupils_without_a_place_asks_for_whole_schools(shared, monkeypatch):
    _, clients = shared
    text = clients["99AA"].get("/voorstellen").text
    assert "5 leerlingen hebben nog geen plek" in text
    assert text.count('name="leerling"') == 5
    monkeypatch.setattr("webapp.views.stages.proposals.MOST_TO_CHOOSE", 4)
    text = clients["99AA"].get("/voorstellen").text
    assert "5 leerlingen hebben nog geen plek" in text
    assert 'name="leerling"' not in text
    assert "Bereken een voorstel" in text
