"""The API of stage places: the answers of the pages and of the command line, each with what it was computed with."""

import json

import pytest

from tests.usecases.work.kinds import Steps
from tests.webapp.placing_app import fill
from usecases.people.roles import Role
from usecases.work.jobs import execute

BASE = "/api/v1/matching"


@pytest.fixture
def matching(app):
    return fill(app)


@pytest.fixture
def client(matching, login):
    return login(Role.STAGECOORDINATOR)


def ask(client, **body):
    return client.post(f"{BASE}/schools/99AA/proposals", json=body, headers={"X-CSRFToken": client.token})


def compute(app, client, **body):
    """Ask for a proposal and let a worker compute it; gives the id."""
    answer = ask(client, **body)
    assert answer.status_code == 202, answer.text
    execute(app.extensions["stageroute"], answer.json["job_id"], 1, "een", Steps())
    return answer.json["job_id"]


def test_a_ranking_is_what_the_command_writes_and_its_points_add_up(app, client):
    answer = client.get(f"{BASE}/pupils/99AA-0001/places")
    assert answer.status_code == 200
    command = app.test_cli_runner().invoke(args=["match", "rank", "--pupil", "99AA-0001", "--json"])
    assert answer.json == json.loads(command.output)
    assert [row["place_id"] for row in answer.json["places"]] == ["P002", "P001", "P003", "P005"]
    for row in answer.json["places"]:
        assert row["score"] == sum(reason["points"] for reason in row["reasons"])
    assert answer.json["total"] + sum(answer.json["hidden"].values()) == answer.json["looked_at"]


def test_a_ranking_can_be_cut_short_and_still_says_how_many_there_are(client):
    answer = client.get(f"{BASE}/pupils/99AA-0001/places?limit=1").json
    assert (len(answer["places"]), answer["total"]) == (1, 4)


def test_why_not_has_one_code_and_one_sentence_or_neither(client):
    found = {
        place: client.get(f"{BASE}/pupils/99AA-0001/places/{place}").json for place in ("P001", "P004", "P020", "P005")
    }
    assert {place: one["code"] for place, one in found.items()} == {
        "P001": None, "P004": "andere_sector", "P020": "te_ver", "P005": None,
    }  # fmt: skip
    for one in found.values():
        assert one["possible"] == (one["sentence"] is None) == (one["code"] is None)


def test_every_answer_says_what_it_was_computed_with(app, client):
    proposal = compute(app, client)
    ranking = client.get(f"{BASE}/pupils/99AA-0001/places").json["as_of"]
    assert ranking == {
        "date": "2026-11-23",
        "network_digest": "rechte-lijnen",
        "policy_since": "2026-08-01",
        "policy_status": "aanname",
    }
    assert client.get(f"{BASE}/pupils/99AA-0001/places/P001").json["as_of"] == {"date": "2026-11-23"}
    assert ask(client).json["as_of"] == {"date": "2026-11-23"}
    assert client.get(f"{BASE}/proposals/{proposal}").json["as_of"] == {
        "datum": "2026-11-23",
        "wegennet": "rechte-lijnen",
        "weging": "99AA sinds 2026-08-01 (aanname)",
    }


def test_a_proposal_is_the_one_that_the_command_computes(app, client, tmp_path):
    asked = {"locks": {"99AA-0002": "P003"}, "excluded": [["99AA-0001", "P001"]], "seed": 9}
    answer = client.get(f"{BASE}/proposals/{compute(app, client, **asked)}").json
    file = tmp_path / "voorstel.json"
    command = ["match", "propose", "--school", "99AA", "--lock", "99AA-0002=P003", "--exclude", "99AA-0001=P001"]
    done = app.test_cli_runner().invoke(args=[*command, "--seed", "9", "--out", str(file)])
    assert done.exit_code == 0, done.output
    assert answer == json.loads(file.read_text("utf-8"))
    by_pupil = {row["pupil_id"]: row for row in answer["rows"]}
    assert (by_pupil["99AA-0002"]["place_id"], by_pupil["99AA-0002"]["status"]) == ("P003", "vastgezet")
    assert by_pupil["99AA-0001"]["place_id"] != "P001"
    assert set(answer["gap"].values()) == {0}
    assert answer["bound"].keys() == answer["gap"].keys() == {level["name"] for level in answer["objective"]}


def test_a_proposal_for_some_pupils_reserves_nothing(app, client, matching):
    proposal = compute(app, client, pupils=["99AA-0003", "99AA-0004"])
    rows = client.get(f"{BASE}/proposals/{proposal}").json["rows"]
    assert [row["pupil_id"] for row in rows] == ["99AA-0003", "99AA-0004"]
    assert matching.people.placements(["99AA"]) == []


def test_a_proposal_that_is_not_computed_yet_does_not_exist_yet(client):
    assert client.get(f"{BASE}/proposals/{ask(client).json['job_id']}").status_code == 404


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"seed": -1}, "seed"),
        ({"seed": "x"}, "seed"),
        ({"pupils": "99AA-0001"}, "pupils"),
        ({"locks": ["99AA-0001"]}, "locks"),
        ({"excluded": [["99AA-0001"]]}, "excluded"),
        ({"iets": 1}, "iets"),
    ],
)
def test_a_wrong_question_names_the_field_and_asks_for_nothing(app, client, body, said):
    answer = ask(client, **body)
    assert answer.status_code == 422
    assert said in answer.text
    assert app.extensions["stageroute"].jobs.newest(5) == []


@pytest.mark.parametrize("limit", ["0", "501", "x"])
def test_a_wrong_limit_is_refused(client, limit):
    assert client.get(f"{BASE}/pupils/99AA-0001/places?limit={limit}").status_code == 422


def test_a_lock_that_cannot_be_ends_the_job_with_its_sentence(app, client):
    job_id = compute(app, client, locks={"99AA-0001": "P004"})
    job = app.extensions["stageroute"].jobs.find(job_id)
    assert (job.state, job.error.split(":")[0]) == ("mislukt", "Leerling 99AA-0001 kan niet vast op plek P004")


@pytest.mark.parametrize(
    "path",
    [
        "pupils/99AA-9999/places",
        "pupils/99BB-0007/places",
        "pupils/99AA-0001/places/P999",
        "pupils/99AA-0001/places/P006",
        "proposals/weg",
    ],
)
def test_what_does_not_exist_or_is_of_another_school_is_the_same_404(client, path):
    answer = client.get(f"{BASE}/{path}")
    assert answer.status_code == 404
    assert answer.is_json


def test_a_program_without_a_login_gets_nothing(app, matching):
    assert app.test_client().get(f"{BASE}/pupils/99AA-0001/places").status_code in {401, 403}


def test_looking_through_the_api_is_in_the_trail_too(app, client):
    from data.audit import entries

    client.get(f"{BASE}/pupils/99AA-0001/places")
    with app.extensions["stageroute"].database.read() as session:
        found = [(row.action, row.actor) for row in entries(session, object_kind="leerling", object_id="99AA-0001")]
    assert found == [("leerling: plekken gezocht", "stagecoordinator@merenveld.example")]
