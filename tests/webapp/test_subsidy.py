# ruff: noqa: E501 - a command or a query is one line
"""The tegemoetkoming by page, command and API: the same amounts, the same refusals."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date

import pytest
from openpyxl import load_workbook

from subsidy.telling import Status
from tests.webapp.access_cases.subsidy import on_record, telling_file, two_schools
from usecases.people.roles import Role
from usecases.tegemoetkoming.subsidy import NamedFile

ID = "reiskosten-2024-2026"
NBSP = "\N{NO-BREAK SPACE}"
SCHOOL = f"/tegemoetkoming/{ID}/99AA00"
FILE = "leerlingen-vo-per-vestiging-naar-onderwijstype-2019.csv"


@pytest.fixture
def run(app, tmp_path):
    runner = app.test_cli_runner()

    def invoke(*words):
        return runner.invoke(args=[str(word) for word in words])

    return invoke


def euros(text):
    return int(text.replace(",", ""))


# ---------------------------------------------------------------- commands


@pytest.mark.shared_data
def test_the_count_of_2019_adds_up_at_every_level_by_command_page_api_and_workbook(app, run, login, shared_data):
    read = run("telling", "import", shared_data / "duo" / FILE, "--teldatum", "2019-10-01", "--status", "voorlopig")
    assert read.exit_code == 0, read.output
    assert "175 vestigingen" in read.output
    assert "29315 leerlingen" in read.output
    client = login(Role.BEHEERDER)
    for level in ("vestiging", "brin", "bestuur"):
        words = ("--budget", "2000000.00", "--telling", "1", "--method", "closed_budget", "--level", level)
        answer = run("subsidy", "scenario", *words, "--format", "csv")
        assert answer.exit_code == 0, answer.output
        rows = list(csv.DictReader(io.StringIO(answer.stdout), delimiter=";"))
        for column, total in (("bedrag", 200_000_000), ("tranche_1", 100_000_000), ("tranche_2", 100_000_000)):
            assert sum(euros(row[column]) for row in rows) == total
        query = f"budget=2000000.00&telling=1&method=closed_budget&level={level}"
        page = client.get(f"/tegemoetkoming/beheer/scenario?{query}")
        assert page.status_code == 200
        assert f"€{NBSP}2.000.000,00" in page.text
        assert page.text.count(f"€{NBSP}1.000.000,00") >= 2
        book = load_workbook(
            io.BytesIO(client.get(f"/tegemoetkoming/beheer/scenario.xlsx?{query}").data), data_only=True
        )
        cells = list(book["Verdeling"].iter_rows(min_row=2, values_only=True))
        assert [sum(row[column] for row in cells) for column in (7, 11, 12)] == [200_000_000, 100_000_000, 100_000_000]
        answer = client.post(
            "/api/v1/subsidy/scenario",
            json={"telling": 1, "budget": "2000000.00", "level": level},
            headers={"X-CSRFToken": client.token, "Referer": "http://localhost/"},
        )
        assert answer.status_code == 200, answer.text
        assert [sum(row[name] for row in answer.json["rows"]) for name in ("bedrag", "tranche_1", "tranche_2")] == [
            200_000_000, 100_000_000, 100_000_000,
        ]  # fmt: skip
        assert answer.json["as_of"]["label"] == "scenario"


def test_the_extension_is_refused_by_naming_every_unknown_parameter(run):
    answer = run("subsidy", "split", "reiskosten-2027-2028")
    assert answer.exit_code == 2
    assert answer.stdout == ""
    for name in ("budget", "teldatum", "telling_status", "first_share", "window_1", "window_2"):
        assert name in answer.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("scenario", "--budget", "0", "--telling", "1", "--method", "closed_budget"), "Een budget van 0 cent"),
        (("scenario", "--budget", "1,5", "--telling", "1", "--method", "closed_budget"), "'1,5' is geen bedrag"),
        (("scenario", "--budget", "5", "--telling", "9", "--method", "closed_budget"), "geen telling met nummer 9"),
        (
            ("scenario", "--budget", "5", "--telling", "1", "--method", "closed_budget", "--rate", "3"),
            "amount_per_pupil",
        ),
        (("scenario", "--budget", "5", "--telling", "1", "--method", "closed_budget", "--format", "pdf"), "--out"),
        (("split", "bestaat-niet"), "bekend zijn"),
        (("split", ID, "--telling", "2"), "past niet bij regeling"),
        (("receipt", ID, "99ZZ00"), "krijgt in deze berekening geen bedrag"),
        (("verify", "/bestaat/niet.json"), "Dit bestand bestaat niet"),
        (("split", "slecht.toml"), "onbekende sleutel 'bonus'"),
    ],
)
def test_refused_input_exits_2_with_the_reason_on_stderr(app, run, words, sentence, tmp_path):
    two_schools(app)
    cases = app.extensions["stageroute"].tegemoetkoming
    cases.import_telling(telling_file(_99AA="9"), date(2022, 10, 1), Status.VOORLOPIG, "test")
    bad = tmp_path / "slecht.toml"
    bad.write_text("[regeling]\nbonus = 1\n[parameters]\n", "utf-8")
    answer = run("subsidy", *(bad if word == "slecht.toml" else word for word in words))
    assert answer.exit_code == 2
    assert sentence in answer.stderr
    assert answer.stdout == ""


def test_a_rule_file_of_the_installation_that_is_refused_is_reported(home, app):
    from usecases.tegemoetkoming.subsidy import Subsidy

    folder = home / "regelingen"
    folder.mkdir()
    services = app.extensions["stageroute"]
    shipped = services.tegemoetkoming.splits.regelingen
    (folder / "half.toml").write_text("[regeling]\nbudget = 0.5\n", "utf-8")
    (folder / "dubbel.toml").write_bytes((services.config.home / "regelingen" / "half.toml").read_bytes() and b"\xff")
    again = Subsidy(services.database, home, services.clock, "1")
    assert list(again.splits.regelingen) == list(shipped)
    assert "regeling.budget is 0.5" in again.broken[1]
    assert "UTF-8" in again.broken[0]
    with pytest.raises(ValueError, match=r"half\.toml: regeling\.budget is 0\.5"):
        again.regeling_named("half")


def test_a_receipt_written_by_a_command_verifies_and_a_changed_one_says_where(app, run, tmp_path):
    two_schools(app)
    out = tmp_path / "bon.json"
    assert run("subsidy", "receipt", ID, "99AA00", "--format", "json", "--out", out).exit_code == 0
    good = run("subsidy", "verify", out)
    assert (good.exit_code, good.stdout.startswith("gelijk")) == (0, True)
    document = json.loads(out.read_text("utf-8"))
    document["school"]["tranche_1_cents"] -= 1
    out.write_text(json.dumps(document), "utf-8")
    bad = run("subsidy", "verify", out)
    assert bad.exit_code == 2
    assert "school.tranche_1_cents" in bad.stderr
    out.write_text("geen json", "utf-8")
    assert "is geen JSON-bestand" in run("subsidy", "verify", out).stderr


@pytest.mark.parametrize("kind", ["table", "csv", "json", "xlsx", "pdf"])
def test_a_split_is_written_in_every_format(app, run, tmp_path, kind):
    two_schools(app)
    out = tmp_path / f"uit.{kind}"
    answer = run("subsidy", "split", ID, "--format", kind, "--out", out)
    assert answer.exit_code == 0, answer.output
    assert out.stat().st_size > 200
    if kind == "json":
        assert json.loads(out.read_text("utf-8"))["totaal"]["bedrag"] == 200_000_000
    if kind == "csv":
        assert out.read_bytes().startswith(b"\xef\xbb\xbfschool_id;")
    if kind == "table":
        assert "aanname" in out.read_text("utf-8")


def test_the_whole_life_of_an_award_by_command(app, run):
    two_schools(app)
    assert "berekend" in run("subsidy", "record", ID, "--by", "Anna", "--on", "2024-09-20").stdout
    assert run("subsidy", "approve", "1", "--by", "Anna", "--on", "2024-09-21").exit_code == 2
    assert run("subsidy", "approve", "1", "--by", "Bob", "--on", "2024-09-21").exit_code == 0
    assert (
        "bezwaar tot en met 2024-11-14" in run("subsidy", "determine", "1", "--by", "Bob", "--on", "2024-10-03").stdout
    )
    late = run("subsidy", "pay", "1", "--part", "1", "--by", "Bob", "--on", "2025-01-03")
    assert "buiten het venster" in late.stderr
    assert run("subsidy", "pay", "1", "--part", "1", "--by", "Bob", "--on", "2024-11-14").exit_code == 0
    mutated = run("subsidy", "mutate", "1", "fusie", "99BB00", "--successor", "99AA00", "--by", "Anna", "--on", "2025-01-01",
                  "--reason", "Fusie.")  # fmt: skip
    assert mutated.exit_code == 0, mutated.output
    corrected = run("subsidy", "correct", "1", "--part", "1", "99AA00", "--amount", "-1,00", "--by", "Anna", "--on", "2025-01-02",
                    "--reason", "Bezwaar.")  # fmt: skip
    assert corrected.exit_code == 0, corrected.output
    assert "open van deel 1: -1,00" in run("subsidy", "journal", "1").stdout
    assert run("subsidy", "settle", "1", "--part", "1", "--by", "Anna", "--on", "2025-01-03").exit_code == 0
    assert "open van deel 1: 0,00" in run("subsidy", "journal", "1").stdout
    assert "T1 betaald" in run("subsidy", "list").stdout
    assert run("subsidy", "withdraw", "1", "--by", "Bob", "--reason", "x").exit_code == 2
    assert "grondslag reiskosten-2024-2026" in run("telling", "list").stdout
    assert run("audit", "verify").exit_code == 0


def test_tellingen_are_shown_compared_and_corrected_by_command(app, run, tmp_path):
    two_schools(app)
    path = tmp_path / "duo-2023.csv"
    path.write_bytes(telling_file(_99AA="<5", _99BB="30").content.replace(b";10\r\n", b";0\r\n"))
    read = run("telling", "import", path, "--teldatum", "2023-10-01", "--status", "definitief")
    assert "1 afgeschermd" in read.stdout
    assert "'<5' is gelezen als 1 tot en met 4" in read.stdout
    assert "al ingelezen" in run("telling", "import", path, "--teldatum", "2023-10-01", "--status", "definitief").stdout
    assert "99AA00\t101\t104" in run("telling", "show", "2").stdout
    assert "bandbreedte" in run("telling", "diff", "1", "2").stdout
    words = ("--reason", "Telfout.", "--source", "brief", "--by", "Anna")
    assert run("telling", "override", "2", "99AA00", "103", *words).exit_code == 0
    assert run("telling", "decide", "1", "--approve", "--by", "Anna").exit_code == 2
    assert "telling 3" in run("telling", "decide", "1", "--approve", "--by", "Bob").stdout
    assert "uit 2" in run("telling", "list").stdout
    path.write_bytes(b"leeg")
    before = run("telling", "list").stdout
    assert run("telling", "import", path, "--teldatum", "2023-10-01", "--status", "definitief").exit_code == 2
    assert run("telling", "list").stdout == before
    assert run("telling", "show", "9").exit_code == 2


def test_hidden_counts_are_closed_by_command_with_two_other_files(run, tmp_path):
    count, sums, register = tmp_path / "01-2023.csv", tmp_path / "03.csv", tmp_path / "adressen.csv"
    count.write_bytes(telling_file(_99AA="<5", _99BB="0").content)
    sums.write_text("INSTELLINGSCODE;VESTIGINGSCODE;AANTAL LEERLINGEN\n99AA;99AA00;113\n", "utf-8")
    register.write_text(
        "BEVOEGD GEZAG NUMMER;BRIN NUMMER;VESTIGINGSNUMMER;ONDERWIJSSTRUCTUUR\n99001;99AA;99AA00;PRO\n", "utf-8"
    )
    answer = run("telling", "import", count, "--teldatum", "2023-10-01", "--status", "voorlopig", "--totalen", sums,
                 "--adressen", register)  # fmt: skip
    assert answer.exit_code == 0, answer.output
    assert "telling 2: 2 vestigingen, 223 leerlingen, " in answer.stdout
    assert "1 afgeschermde aantallen afgeleid" in answer.stdout
    again = run("telling", "close", "1", "--totalen", sums, "--adressen", register)
    assert "telling 2:" in again.stdout


# ---------------------------------------------------------------- pages


def test_from_login_to_the_amount_why_and_when_in_two_clicks(app, login):
    on_record(app)
    client = login(Role.FINANCIEEL)
    home = client.get("/").text
    assert 'href="/tegemoetkoming"' in home
    page = client.get("/tegemoetkoming").text
    assert f"€{NBSP}914.728,68" in page  # 118 of 258 pupils
    assert "1 juli 2024".replace(" ", NBSP) in page
    assert "2.000.000,00" in page
    assert "aanname" in page
    assert "Verlenging" in page
    for part in ("/uitleg", "/bon"):
        assert client.get(SCHOOL + part).status_code == 200
    receipt = client.get(SCHOOL + "/bon.json").json
    assert receipt["school"]["pupils_min"] == 118
    assert client.get(SCHOOL + "/specificatie.pdf").data.startswith(b"%PDF")
    assert client.get(SCHOOL + "/berekening.xlsx").data.startswith(b"PK")


def test_a_bestuur_sees_its_schools_with_a_total(app, login):
    two_schools(app)
    cases = app.extensions["stageroute"].tegemoetkoming
    content = telling_file(_99AA="8", _99BB="30").content.replace(b"\r\n99BB;00", b"\r\n99AA;01")
    cases.import_telling(NamedFile("x-2023.csv", content), date(2023, 10, 1), Status.VOORLOPIG, "test")
    page = login(Role.FINANCIEEL).get("/tegemoetkoming")
    assert page.status_code == 200
    assert "kies een van de nummers 1, 2" in page.text
    cases.awards.record(cases.splits.regeling(ID), 2, by="Anna", on=date(2024, 9, 1))
    page = login(Role.FINANCIEEL).get("/tegemoetkoming").text
    assert "99AA01" in page
    assert f"€{NBSP}2.000.000,00" in page


def second_person(app):
    from tests.conftest import GRANTS, PASSWORD, csrf_token

    accounts = app.extensions["stageroute"].accounts
    accounts.add_demo_account("tweede@merenveld.example", "Tweede", PASSWORD, [GRANTS[Role.BEHEERDER]])
    client = app.test_client()
    fields = {"email": "tweede@merenveld.example", "password": PASSWORD, "csrf_token": csrf_token(client)}
    assert client.post("/inloggen", data=fields).status_code == 303
    client.token = csrf_token(client)
    return client


def post(client, path, **fields):
    return client.post(f"/tegemoetkoming/beheer/{path}", data={"csrf_token": client.token, **fields})


def test_two_people_bring_an_award_to_its_payment_by_page(app, login):
    two_schools(app)
    one, two = login(Role.BEHEERDER), second_person(app)
    assert post(one, f"regeling/{ID}/vastleggen", datum="2024-09-20", telling="1").status_code == 303
    step = "berekening/1/stap"
    refused = post(one, step, stap="gecontroleerd", datum="2024-09-21")
    assert refused.status_code == 422
    assert "de controle is door een andere persoon" in refused.text
    assert post(two, step, stap="gecontroleerd", datum="2024-09-21").status_code == 303
    assert post(two, step, stap="vastgesteld", datum="2024-10-03").status_code == 303
    assert post(two, step, stap="T1 betaald", datum="2025-02-01").status_code == 422
    assert post(two, step, stap="T1 betaald", datum="2024-11-14").status_code == 303
    assert post(two, step, stap="iets anders", datum="2024-11-14").status_code == 422
    assert post(two, step, stap="T2 betaald", datum="morgen").status_code == 422
    merged = post(one, "berekening/1/mutatie", gebeurtenis="fusie", school="99BB00", opvolger="99AA00",
                  datum="2025-01-01", reden="Fusie.")  # fmt: skip
    assert merged.status_code == 303
    assert post(one, "berekening/1/mutatie", gebeurtenis="feest", school="99BB00").status_code == 422
    assert post(one, "berekening/1/correctie", deel="1", school="99AA00", bedrag="-5,00", reden="Bezwaar.",
                datum="2025-01-02").status_code == 303  # fmt: skip
    assert post(one, "berekening/1/verrekenen", deel="1", datum="2025-01-03").status_code == 303
    page = one.get(f"/tegemoetkoming/beheer/regeling/{ID}").text
    whole = one.get(f"/tegemoetkoming/beheer/regeling/{ID}/bon.json").json
    assert [school["key"] for school in whole["schools"]] == ["99AA00", "99BB00"]
    assert app.extensions["stageroute"].tegemoetkoming.splits.verify(whole).equal
    assert one.get("/tegemoetkoming/beheer/regeling/reiskosten-2027-2028/bon.json").status_code == 404
    assert "Fusie." in page
    assert "14 november 2024".replace(" ", NBSP) in page
    assert ">nee<" not in page
    school = login(Role.FINANCIEEL).get("/tegemoetkoming").text
    assert "Na vastgelegde wijzigingen" in school


def test_nothing_on_an_interval_becomes_final_by_page_command_or_api(app, login, run):
    cases = app.extensions["stageroute"].tegemoetkoming
    cases.import_telling(telling_file(_99AA="<5", _99BB="0"), date(2023, 10, 1), Status.VOORLOPIG, "test")
    one, two = login(Role.BEHEERDER), second_person(app)
    assert post(one, f"regeling/{ID}/vastleggen", datum="2024-09-20").status_code == 303
    assert "bandbreedte" in post(two, "berekening/1/stap", stap="gecontroleerd", datum="2024-09-21").text
    assert run("subsidy", "approve", "1", "--by", "Bob").exit_code == 2
    assert run("subsidy", "determine", "1", "--by", "Bob").exit_code == 2
    for step in ("gecontroleerd", "vastgesteld"):
        answer = two.post(
            "/api/v1/subsidy/calculations/1/steps",
            json={"step": step, "on": "2024-09-21"},
            headers={"X-CSRFToken": two.token, "Referer": "http://localhost/"},
        )
        assert answer.status_code == 422, answer.text
    assert cases.awards.get(1).steps[-1].state == "berekend"
    page = login(Role.FINANCIEEL).get("/tegemoetkoming").text
    assert "bandbreedte" in page
    assert " – €" in page
    assert one.get(f"/tegemoetkoming/beheer/regeling/{ID}").status_code == 200


def test_a_telling_is_read_in_compared_and_corrected_by_page(app, login):
    two_schools(app)
    one, two = login(Role.BEHEERDER), second_person(app)

    def upload(content, **fields):
        values = {"csrf_token": one.token, "teldatum": "2023-10-01", "status": "definitief", **fields}
        return one.post(
            "/tegemoetkoming/beheer/tellingen/inlezen",
            data={**values, "bestand": (io.BytesIO(content), "duo-2023.csv")},
        )

    good = telling_file(_99AA="9", _99BB="30").content
    assert upload(good).location.endswith("/tellingen/2")
    bad = upload(good.replace(b";30;", b";-1;"))
    assert bad.status_code == 422
    assert "-1" in bad.text
    assert upload(good, teldatum="1 oktober").status_code == 422
    assert upload(good, status="misschien").status_code == 422
    assert one.post("/tegemoetkoming/beheer/tellingen/inlezen", data={"csrf_token": one.token}).status_code == 422
    assert len(app.extensions["stageroute"].tegemoetkoming.tellingen.all()) == 2
    difference = one.get("/tegemoetkoming/beheer/tellingen/verschil?een=1&ander=2").text
    assert "+1" in difference
    page = one.get("/tegemoetkoming/beheer/tellingen/2").text
    assert re.search(r"sha256", page)
    fields = {"vestiging": "99AA00", "aantal": "120", "reden": "Telfout.", "bron": "brief"}
    assert post(one, "tellingen/2/voorstel", **fields).status_code == 303
    assert post(one, "tellingen/2/voorstel", **(fields | {"aantal": "veel"})).status_code == 422
    assert post(one, "voorstellen/1", besluit="akkoord").status_code == 422
    assert "wachten op een tweede persoon" in two.get("/").text
    assert post(two, "voorstellen/1", besluit="akkoord").location.endswith("/tellingen/3")
    assert post(one, "tellingen/2/voorstel", **fields).status_code == 303
    assert post(two, "voorstellen/2", besluit="nee").location.endswith("/beheer")
    assert one.get("/tegemoetkoming/beheer/tellingen/99").status_code == 404


def test_scenarios_show_who_changes_and_refuse_in_words(app, login):
    two_schools(app)
    client = login(Role.BEHEERDER)
    base = "/tegemoetkoming/beheer/scenario"
    assert client.get(base).status_code == 200
    page = client.get(f"{base}?budget=2100000.00&telling=1&method=closed_budget&level=bestuur").text
    assert "Krijgt meer: 2. Krijgt minder: 0." in page
    assert "scenario" in page
    per_pupil = client.get(
        f"{base}?budget=1000&telling=1&method=amount_per_pupil&rate=1,00&rounding=down&moment=school"
    )
    assert per_pupil.status_code == 200
    for query in (
        "budget=0&telling=1",
        "budget=5&telling=x",
        "budget=5&telling=1&method=eerlijk",
        "budget=5&telling=7",
    ):
        assert client.get(f"{base}?{query}").status_code == 422
    for kind in ("csv", "json", "xlsx", "pdf"):
        answer = client.get(f"{base}.{kind}?budget=5.00&telling=1")
        assert answer.status_code == 200
    assert client.get(f"{base}.exe?budget=5.00&telling=1").status_code == 404
    assert client.get(f"/tegemoetkoming/beheer/regeling/{ID}/verdeling.exe").status_code == 404


def test_the_public_page_has_figures_and_no_school(app, client):
    two_schools(app)
    page = client.get("/tegemoetkoming/regelingen").text
    assert f"€{NBSP}2.000.000,00" in page
    assert "betaalvenster van het eerste deel" in page
    assert "99AA00" not in page
    assert "Praktijkschool 99AA" not in page
    assert "99AA" not in client.get("/api/v1/subsidy/regelingen").text


# ---------------------------------------------------------------- api


def test_the_api_gives_a_school_its_receipt_and_the_whole(app, login):
    on_record(app)
    client = login(Role.FINANCIEEL)
    school = client.get(f"/api/v1/subsidy/regelingen/{ID}/schools/99AA00").json
    assert school["as_of"]["telling"]["status"] == "voorlopig"
    assert school["as_of"]["stand"] == "berekend"
    assert school["tranche_1"] + school["tranche_2"] == school["bedrag"]
    receipt = client.get(f"/api/v1/subsidy/regelingen/{ID}/schools/99AA00/receipt").json
    headers = {"X-CSRFToken": client.token, "Referer": "http://localhost/"}
    verdict = client.post("/api/v1/subsidy/verify", json=receipt, headers=headers).json
    assert (verdict["gelijk"], verdict["verschillen"]) == (True, [])
    receipt["school"]["amount_cents"] += 1
    verdict = client.post("/api/v1/subsidy/verify", json=receipt, headers=headers).json
    assert verdict["verschillen"][0].startswith("school.amount_cents")
    whole = login(Role.BEHEERDER).get(f"/api/v1/subsidy/regelingen/{ID}/split").json
    assert sum(row["bedrag"] for row in whole["rows"]) == 200_000_000
    late = login(Role.BEHEERDER).get("/api/v1/subsidy/regelingen/reiskosten-2027-2028/split")
    assert late.status_code == 422
    assert "window_1" in late.text
