"""``flask match``: the commands of the issue, their columns, and a sentence with exit code 2 for bad input."""

import csv
import io
import json

import pytest

from data.audit import entries
from tests.webapp.placing_app import fill


@pytest.fixture
def run(app):
    fill(app)
    return app.test_cli_runner().invoke


def test_rank_prints_every_place_with_points_that_add_up(run):
    result = run(args=["match", "rank", "--pupil", "99AA-0001"])
    assert result.exit_code == 0, result.output
    lines = [line.split("\t") for line in result.output.splitlines()]
    assert [line[1] for line in lines[:-1]] == ["P002", "P001", "P003", "P005"]
    for line in lines[:-1]:
        points = sum(int(part.rsplit("(", 1)[1].rstrip(")")) for part in line[6].split(" · "))
        assert line[5] == f"{points} punten"
    assert "1 niet gedeeld" in lines[-1][0]


def test_rank_as_json_says_what_it_was_computed_with(run):
    answer = json.loads(run(args=["match", "rank", "--pupil", "99AA-0001", "--json"]).output)
    assert answer["as_of"] == {
        "date": "2026-11-23",
        "network_digest": "rechte-lijnen",
        "policy_since": "2026-08-01",
        "policy_status": "aanname",
    }
    for place in answer["places"]:
        assert place["score"] == sum(reason["points"] for reason in place["reasons"])


def test_why_not_names_the_code_and_the_sentence(run):
    result = run(args=["match", "why-not", "--pupil", "99AA-0001", "--place", "P004"])
    assert result.output.startswith("andere_sector\tDe sector is bouw; gevraagd is groen, horeca.")
    assert run(args=["match", "why-not", "--pupil", "99AA-0001", "--place", "P001"]).output.startswith("mogelijk\t")


def test_propose_writes_the_columns_of_the_issue_the_same_bytes_for_the_same_seed(run, tmp_path):
    one, other = tmp_path / "a.csv", tmp_path / "b.csv"
    for path in (one, other):
        result = run(args=["match", "propose", "--school", "99AA", "--seed", "3", "--out", str(path)])
        assert result.exit_code == 0, result.output
    assert one.read_bytes() == other.read_bytes()
    rows = list(csv.reader(io.StringIO(one.read_text("utf-8")), delimiter=";"))
    assert rows[0] == ["pupil_id", "place_id", "minuten", "meters", "status", "reden"]
    assert len(rows) == 6
    assert {row[4] for row in rows[1:]} == {"geplaatst"}


def test_propose_as_json_adds_objective_levels_bound_gap_seed_and_as_of(run, tmp_path):
    path = tmp_path / "voorstel.json"
    lock = ["--lock", "99AA-0002=P003"]
    result = run(args=["match", "propose", "--school", "99AA", *lock, "--out", str(path), "--seed", "9"])
    assert result.exit_code == 0, result.output
    answer = json.loads(path.read_text("utf-8"))
    assert answer["seed"] == 9
    assert [level["name"] for level in answer["objective"]][:3] == [
        "geplaatst",
        "langste_reis_1",
        "leerlingen_met_reis_1",
    ]
    assert set(answer["gap"].values()) == {0}
    assert answer["as_of"]["wegennet"] == "rechte-lijnen"
    locked = next(row for row in answer["rows"] if row["pupil_id"] == "99AA-0002")
    assert (locked["place_id"], locked["status"]) == ("P003", "vastgezet")


BAD = [
    (["rank", "--pupil", "99AA-9999"], "Leerling ‘99AA-9999’ is niet bekend"),
    (["why-not", "--pupil", "99AA-0001", "--place", "P999"], "Stageplek ‘P999’ is niet bekend"),
    (["propose", "--school", "99XX"], "School ‘99XX’ is niet bekend"),
    (["propose", "--school", "99AA", "--lock", "99AA-0001"], "is geen vaste keuze"),
    (["propose", "--school", "99AA", "--lock", "99AA-0001=P004"], "De sector is bouw"),
    (["propose", "--school", "99AA", "--lock", "99BB-0007=P001"], "niet bekend bij deze school"),
    (["propose", "--school", "99AA", "--out", "x.pdf"], "eindigt op .csv of .json"),
]


@pytest.mark.parametrize(("arguments", "sentence"), BAD)
def test_bad_input_is_one_sentence_and_exit_code_2(run, arguments, sentence):
    result = run(args=["match", *arguments])
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_looking_at_a_pupil_is_in_the_audit_trail(app, run):
    run(args=["match", "rank", "--pupil", "99AA-0001"])
    with app.extensions["stageroute"].database.read() as session:
        (entry,) = [row for row in entries(session) if row.object_id == "99AA-0001"]
        assert entry.action == "leerling: plekken gezocht"


def test_clean_erases_what_is_over_and_leaves_a_proof(app, run, clock):
    assert "0 gewist" in run(args=["match", "clean"]).output
    clock.move(days=365 * 3)
    assert "6 gewist, 0 plaatsingen zonder naam bewaard, 0 over" in run(args=["match", "clean"]).output
    assert "0 gewist" in run(args=["match", "clean"]).output
    proofs = app.extensions["stageroute"].stages.retention.proofs()
    assert [(proof.pupils, proof.left) for proof in proofs] == [(0, 0), (6, 0), (0, 0)]


def test_a_certificate_of_a_proposal_is_checked_by_a_command_of_its_own(run, tmp_path):
    file = tmp_path / "bewijs.json"
    made = run(args=["match", "propose", "--school", "99AA", "--certificate", str(file)])
    assert made.exit_code == 0, made.output
    levels = json.loads(run(args=["match", "verify", str(file), "--json"]).output)["levels"]
    assert levels[0]["name"] == "geplaatst"
    assert all(level["proven"] for level in levels)
    said = run(args=["match", "verify", str(file)])
    assert (said.exit_code, said.output.splitlines()[-1]) == (0, "Het certificaat klopt.")

    file.write_text(file.read_text("utf-8").replace('"value":', '"value": 1', 1), "utf-8")
    refused = run(args=["match", "verify", str(file)])
    assert refused.exit_code == 2
    assert "controlesom klopt niet" in refused.output
