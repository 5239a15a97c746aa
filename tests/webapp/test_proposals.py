"""Voorstel voor een groep, from the question to a yes: all, some or one; locks, exclusions, what went wrong."""

import re

import pytest

from data.audit import entries
from data.tables.matching import Pupil
from matching.places.placing import Claim
from matching.places.register import Status, Withdrawal
from matching.proposals.proposal import Request
from tests.conftest import GRANTS
from tests.faults.register_checks import faults_of_the_register
from tests.usecases.work.kinds import Steps
from tests.webapp.placing_app import fill
from usecases.people.roles import Grant, Owner, Role
from usecases.work.jobs import execute

FIVE = [f"99AA-{number:04d}" for number in range(1, 6)]


@pytest.fixture
def matching(app):
    return fill(app)


@pytest.fixture
def services(app, matching):
    return app.extensions["stageroute"]


@pytest.fixture
def client(matching, login):
    return login(Role.STAGECOORDINATOR)


def run(services, address):
    """Let a worker do the job behind an address; gives the job as it ended."""
    job_id = address.rsplit("/", 1)[1]
    execute(services, job_id, 1, "een", Steps())
    return services.jobs.find(job_id)


def post(client, path, **fields):
    return client.post(path, data={"csrf_token": client.token, **fields})


@pytest.fixture
def proposal(client, services):
    """The id of a proposal that was asked for on the page and computed by a worker."""
    answer = post(client, "/voorstellen", school="99AA")
    assert answer.status_code == 303
    job = run(services, answer.location)
    assert job.state == "klaar", job.error
    return job.result["proposal"]


def placed(matching):
    return {row.placement.pupil: row.placement for row in matching.people.placements(["99AA"])}


def rows(matching, proposal):
    return {view.row.pupil: view for view in matching.groups.rows(proposal, ["99AA"])}


def test_nothing_is_reserved_without_a_persons_yes(matching, client, proposal):
    assert client.get(f"/voorstellen/{proposal}").status_code == 200
    assert placed(matching) == {}
    assert {view.decision for view in rows(matching, proposal).values()} == {None}


def test_accepting_all_reserves_every_row_with_its_journal_and_says_how_many(app, matching, client, proposal):
    answer = post(client, f"/voorstellen/{proposal}/aannemen", alle="ja")
    assert (answer.status_code, answer.location) == (303, f"/voorstellen/{proposal}")
    found = placed(matching)
    assert sorted(found) == FIVE
    assert {one.status for one in found.values()} == {Status.RESERVED}
    assert {one.proposal for one in found.values()} == {proposal}
    assert {pupil: one.place for pupil, one in found.items()} == {
        pupil: view.row.place for pupil, view in rows(matching, proposal).items()
    }
    page = client.get(answer.location).text
    assert "5 plekken zijn gereserveerd." in page
    assert "Neem alles aan" not in page
    assert faults_of_the_register(app.extensions["stageroute"].database) == []


def test_accepting_all_twice_reserves_once(app, matching, client, proposal):
    for _ in range(2):
        assert post(client, f"/voorstellen/{proposal}/aannemen", alle="ja").status_code == 303
    assert len(matching.people.placements(["99AA"])) == 5
    assert faults_of_the_register(app.extensions["stageroute"].database) == []


def test_accepting_some_leaves_the_others_undecided(matching, client, proposal):
    post(client, f"/voorstellen/{proposal}/aannemen", leerling=FIVE[1:3])
    assert sorted(placed(matching)) == FIVE[1:3]
    decided = {pupil: view.decision for pupil, view in rows(matching, proposal).items()}
    assert decided == {pupil: "aangenomen" if pupil in FIVE[1:3] else None for pupil in FIVE}
    post(client, f"/voorstellen/{proposal}/aannemen", alle="ja")
    assert sorted(placed(matching)) == FIVE


def test_accepting_one_counts_the_button_and_not_the_ticks(matching, client, proposal):
    post(client, f"/voorstellen/{proposal}/aannemen", een=FIVE[4], leerling=FIVE[:2])
    assert sorted(placed(matching)) == [FIVE[4]]


def test_accepting_nobody_is_a_sentence(matching, client, proposal):
    answer = post(client, f"/voorstellen/{proposal}/aannemen")
    assert answer.status_code == 422
    assert "Kies minstens één leerling, of neem alles aan." in answer.text
    assert placed(matching) == {}


def test_a_pupil_of_another_school_in_the_form_is_not_in_the_proposal_and_gets_nothing(matching, client, proposal):
    post(client, f"/voorstellen/{proposal}/aannemen", leerling=["99BB-0007", FIVE[0]])
    assert [row.placement.pupil for row in matching.people.placements(["99AA", "99BB"])] == [FIVE[0]]


def test_a_seat_that_is_gone_is_a_sentence_with_that_pupil_and_the_others_go_on(app, matching, client, proposal):
    full = next(view.row for view in rows(matching, proposal).values() if view.row.place == "P001")
    matching.people.reserve(Claim("99BB-0007", "P001", "eerder"), "collega")
    answer = post(client, f"/voorstellen/{proposal}/aannemen", alle="ja")
    assert sorted(placed(matching)) == [pupil for pupil in FIVE if pupil != full.pupil]
    page = client.get(answer.location).text
    assert "4 plekken zijn gereserveerd." in page
    assert "Eén leerling kon niet worden gereserveerd. Bij de leerling staat waarom." in page
    assert "Iemand anders was net eerder met de laatste plek." in page
    refused = rows(matching, proposal)[full.pupil]
    assert refused.decision is None
    assert refused.refusal.startswith("Iemand anders was net eerder")
    assert faults_of_the_register(app.extensions["stageroute"].database) == []


def test_a_refused_row_can_be_accepted_once_the_seat_is_back(matching, client, proposal):
    full = next(view.row for view in rows(matching, proposal).values() if view.row.place == "P001")
    taken = matching.people.reserve(Claim("99BB-0007", "P001", "eerder"), "collega")
    post(client, f"/voorstellen/{proposal}/aannemen", alle="ja")
    matching.core.register.withdraw(taken.id, Withdrawal.PUPIL_STOPPED, actor="collega")
    post(client, f"/voorstellen/{proposal}/aannemen", een=full.pupil)
    assert placed(matching)[full.pupil].place == "P001"
    assert rows(matching, proposal)[full.pupil].refusal is None


def test_a_pupil_who_left_or_was_erased_since_gets_a_sentence_and_the_others_a_place(matching, services, proposal):
    matching.people.leave(FIVE[0], "noor")
    with services.database.write() as session:
        session.delete(session.get_one(Pupil, FIVE[1]))
    done = matching.groups.accept(proposal, None, brins=["99AA"], reason="", actor="noor")
    assert sorted(done.reserved) == FIVE[2:]
    assert dict(done.refused) == {
        FIVE[0]: f"Leerling {FIVE[0]} is van school. Er is niets gereserveerd.",
        FIVE[1]: f"Leerling ‘{FIVE[1]}’ is niet bekend.",
    }


def test_a_trip_above_the_norm_needs_the_reason_of_the_form(app, matching, client, services):
    with services.database.write() as session:
        session.get_one(Pupil, FIVE[0]).max_minutes = 150
        session.get_one(Pupil, FIVE[0]).sectors = "groen"
    lock = f"{FIVE[0]}=P020"
    job = run(services, post(client, "/voorstellen", school="99AA", leerling=[FIVE[0]], vast=[lock]).location)
    proposal = job.result["proposal"]
    assert "boven de norm" in client.get(f"/voorstellen/{proposal}").text
    post(client, f"/voorstellen/{proposal}/aannemen", alle="ja")
    assert placed(matching) == {}
    assert "langer dan de norm van 60 minuten" in rows(matching, proposal)[FIVE[0]].refusal
    post(client, f"/voorstellen/{proposal}/aannemen", alle="ja", reden="de enige plek met dieren")
    assert placed(matching)[FIVE[0]].reason == "de enige plek met dieren"


# ------------------------------------------------ locks and exclusions


def test_a_ticked_pupil_keeps_the_place_when_it_is_computed_again(matching, client, services, proposal):
    answer = post(client, f"/voorstellen/{proposal}/opnieuw", getoond=FIVE, vast=[f"{FIVE[1]}=P003"])
    again = run(services, answer.location).result["proposal"]
    locked = rows(matching, again)[FIVE[1]]
    assert (locked.row.place, locked.locked, locked.row.status) == ("P003", True, "vastgezet")
    page = client.get(f"/voorstellen/{again}").text
    assert re.search(rf'name="vast" value="{FIVE[1]}=P003" checked', page)
    # A lock that is not on this page of the table stays; one that is, and is not ticked any more, goes.
    kept = run(services, post(client, f"/voorstellen/{again}/opnieuw", getoond=FIVE[2:]).location)
    assert matching.groups.find(kept.result["proposal"]).summary["locks"] == {FIVE[1]: "P003"}
    let_go = run(services, post(client, f"/voorstellen/{again}/opnieuw", getoond=FIVE).location)
    assert matching.groups.find(let_go.result["proposal"]).summary["locks"] == {}


def test_a_pupil_kept_away_from_a_place_gets_another_and_stays_away(matching, client, services, proposal):
    first = next(view.row for view in rows(matching, proposal).values() if view.row.place == "P001")
    answer = post(client, f"/voorstellen/{proposal}/opnieuw", getoond=FIVE, niet=[f"{first.pupil}=P001"])
    again = run(services, answer.location).result["proposal"]
    assert rows(matching, again)[first.pupil].row.place != "P001"
    assert f"Niet gezocht bij: {first.pupil} (P001)." in client.get(f"/voorstellen/{again}").text
    third = run(services, post(client, f"/voorstellen/{again}/opnieuw", getoond=FIVE).location)
    assert matching.groups.find(third.result["proposal"]).summary["excluded"] == [[first.pupil, "P001"]]


def test_who_was_accepted_is_left_alone_when_the_rest_is_computed_again(matching, client, services):
    job = run(
        services, post(client, "/voorstellen", school="99AA", leerling=FIVE[:3], vast=[f"{FIVE[0]}=P002"]).location
    )
    proposal = job.result["proposal"]
    post(client, f"/voorstellen/{proposal}/aannemen", een=FIVE[0])
    fields = {"getoond": FIVE[:3], "vast": [f"{FIVE[0]}=P002"]}
    again = run(services, post(client, f"/voorstellen/{proposal}/opnieuw", **fields).location)
    assert again.state == "klaar", again.error
    assert sorted(rows(matching, again.result["proposal"])) == FIVE[1:3]


def test_a_pupil_kept_at_a_place_and_away_from_it_is_a_sentence(client, proposal):
    pair = [f"{FIVE[0]}=P002"]
    answer = post(client, f"/voorstellen/{proposal}/opnieuw", getoond=FIVE, vast=pair, niet=pair)
    assert answer.status_code == 422
    assert "Kies er één." in answer.text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"vast": ["99AA-0001=P004"]}, "Leerling 99AA-0001 kan niet vast op plek P004: De sector is bouw"),
        ({"vast": ["99AA-0001=P999"]}, "Stageplek ‘P999’ is niet bekend."),
        ({"vast": ["99BB-0007=P001"]}, "Leerling ‘99BB-0007’ is niet bekend bij deze school."),
        ({"leerling": ["99BB-0007"]}, "Leerling ‘99BB-0007’ is niet bekend bij deze school."),
        (
            {"vast": ["99AA-0001=P001", "99AA-0002=P001"]},
            "Op plek P001 zijn meer leerlingen vastgezet dan er plekken zijn.",
        ),
    ],
)
def test_a_lock_that_cannot_be_ends_the_job_with_the_rule_and_stores_nothing(client, services, fields, sentence):
    job = run(services, post(client, "/voorstellen", school="99AA", **fields).location)
    assert job.state == "mislukt"
    assert sentence in job.error
    assert services.stages.groups.list_for(["99AA"]) == []
    assert job.error.splitlines()[0][:20] in client.get(f"/taken/{job.id}").text


@pytest.mark.parametrize("fields", [{"zaad": "x"}, {"zaad": "-1"}, {"vast": ["99AA-0001"]}, {"niet": ["=P001"]}])
def test_a_wrong_form_asks_for_nothing(client, services, fields):
    assert post(client, "/voorstellen", school="99AA", **fields).status_code == 422
    assert services.jobs.newest(5) == []


# ------------------------------------------------ schools


def test_who_coordinates_both_schools_of_a_proposal_sees_the_pupils_of_both(app, services, client):
    both = [GRANTS[Role.STAGECOORDINATOR], Grant(Role.STAGECOORDINATOR, Owner("school", "99BB"))]
    services.accounts.add_demo_account("beide@merenveld.example", "Beide", "x" * 14, both)
    wanted = Request(("99AA", "99BB"))
    job_id = services.stages.groups.start(wanted, owner=Owner("school", "99AA"), by="beide", jobs=services.jobs)
    execute(services, job_id, 1, "een", Steps())
    assert "99BB-0007" not in client.get(f"/voorstellen/{job_id}").text
    row = next(row for row in services.accounts.accounts() if row.email == "beide@merenveld.example")
    other = app.test_client()
    with other.session_transaction() as cookie:
        cookie["token"] = services.logins.open_session(row.id, "pytest")
    page = other.get(f"/voorstellen/{job_id}").text
    assert "99BB-0007" in page
    assert "99AA-0001" in page
    assert job_id in other.get("/voorstellen").text


def test_asking_for_the_school_of_somebody_else_does_not_exist(client, services):
    assert post(client, "/voorstellen", school="99BB").status_code == 404
    assert services.jobs.newest(5) == []


# ------------------------------------------------ what is shown


def test_the_next_proposal_says_who_moved(matching, client, services, proposal, clock):
    clock.move(minutes=5)
    first = next(view.row for view in rows(matching, proposal).values() if view.row.place == "P001")
    answer = post(client, f"/voorstellen/{proposal}/opnieuw", getoond=FIVE, niet=[f"{first.pupil}=P001"])
    again = run(services, answer.location).result["proposal"]
    previous, moved = matching.groups.compare_with_previous(matching.groups.find(again), ["99AA"])
    assert previous.id == proposal
    assert first.pupil in [one.pupil for one in moved]
    assert "Vergeleken met het vorige voorstel" in client.get(f"/voorstellen/{again}").text


def test_the_trail_says_that_a_proposal_was_asked_and_opened_and_names_no_pupil(services, client, proposal):
    client.get(f"/voorstellen/{proposal}")
    with services.database.read() as session:
        found = {entry.action: entry for entry in entries(session) if entry.object_kind in {"school", "leerling"}}
    assert found["voorstel gevraagd"].after == {"zaad": 1, "vast": 0, "niet": 0}
    assert found["leerlingen: voorstel geopend"].object_id == "99AA"


def test_the_service_refuses_a_proposal_that_does_not_exist(matching):
    with pytest.raises(ValueError, match="Dit voorstel is niet bekend"):
        matching.groups.accept("nee", None, brins=["99AA"], reason="", actor="noor")


# ------------------------------------------------ the job


class Stopping(Steps):
    """Steps during which something happens once, after the step of this name was computed."""

    def __init__(self, name, happen):
        super().__init__()
        self._name, self._happen = name, happen

    def __call__(self, name, step):
        found = super().__call__(name, step)
        if name == self._name and self._happen is not None:
            happen, self._happen = self._happen, None
            happen()
        return found


def test_a_proposal_that_is_stopped_while_it_is_computed_is_stored_nowhere(client, services):
    job_id = post(client, "/voorstellen", school="99AA").location.rsplit("/", 1)[1]
    stop = Stopping("berekenen", lambda: post(client, f"/taken/{job_id}/stoppen"))
    execute(services, job_id, 1, "een", stop)
    assert services.jobs.find(job_id).state == "afgebroken"
    assert services.stages.groups.find(job_id) is None
    assert services.stages.groups.list_for(["99AA"]) == []


def test_a_worker_that_dies_after_computing_leaves_one_proposal_to_the_next(client, services, monkeypatch):
    class Killed(BaseException):
        """Not an Exception, so nothing of the job handles it, as with SIGKILL."""

    def die():
        raise Killed

    job_id = post(client, "/voorstellen", school="99AA").location.rsplit("/", 1)[1]
    steps = Stopping("berekenen", die)
    with pytest.raises(Killed):
        execute(services, job_id, 1, "een", steps)
    monkeypatch.setattr(services.stages.groups, "compute", lambda *_: pytest.fail("it was computed again"))
    execute(services, job_id, 1, "twee", steps)
    execute(services, job_id, 1, "drie", steps)
    assert services.jobs.find(job_id).result == {"proposal": job_id}
    assert len(services.stages.groups.rows(job_id, ["99AA"])) == 5
