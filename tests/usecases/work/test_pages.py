"""The pages of long work and of reading files in: upload, look, confirm, and what goes wrong in between."""

import io

import pytest

import data.importers
from data.import_store import ImportStore
from data.importers.reading import read_table
from data.tables.audit import AuditEntry
from data.tables.organisation import Gemeente
from tests.usecases.work import kinds
from tests.usecases.work.importer import GemeenteImporter
from usecases.people.roles import Owner, Role
from usecases.work.jobs import execute


@pytest.fixture
def services(app, monkeypatch):
    kinds.register(app.extensions["stageroute"].jobs)
    monkeypatch.setattr(data.importers, "IMPORTERS", (GemeenteImporter,))
    return app.extensions["stageroute"]


def work(services):
    """Do every waiting job, as a worker would."""
    waiting = [job for job in reversed(services.jobs.newest(50)) if not job.is_final]
    return [execute(services, job.id, job.attempt, "proef-1", kinds.Steps()) for job in waiting]


def upload(client, content, name="gemeenten.csv", **fields):
    fields = {"bestand": (io.BytesIO(content), name), "jaar": "2026", "csrf_token": client.token, **fields}
    return client.post("/inlezen/soort/gemeenten", data=fields, content_type="multipart/form-data")


def name_of(services, code):
    with services.database.read() as session:
        found = session.get(Gemeente, code)
        return found.name if found else None


GOOD = b"Code;Naam\n9801;Oostermeer\n9802;Westmeer\n9803;Nieuwmeer\n"


def test_a_file_is_shown_first_and_saved_after_a_yes(services, login):
    client = login(Role.BEHEERDER)
    answer = upload(client, GOOD)
    assert answer.status_code == 303
    assert "wacht" in client.get(answer.location).text
    assert work(services) == ["klaar"]
    page = client.get(answer.location).text
    assert "Oostmeer → Oostermeer" in " ".join(page.split())
    assert "Nieuwmeer" in page
    assert name_of(services, "9801") == "Oostmeer"

    saved = client.post(f"{answer.location}/opslaan", data={"csrf_token": client.token})
    assert saved.status_code == 303
    assert work(services) == ["klaar"]
    page = client.get(answer.location).text
    assert "Gelezen: 3, nieuw: 1, gewijzigd: 1, weg: 0." in page
    assert name_of(services, "9801") == "Oostermeer"
    with services.database.read() as session:
        entry = session.query(AuditEntry).filter_by(action="import").one()
        assert (entry.after["rows"], entry.after["new"], entry.actor) == (3, 1, "beheerder@merenveld.example")

    again = upload(client, GOOD)
    work(services)
    assert "verandert niets" in client.get(again.location).text


def test_a_refused_file_lists_its_faults_and_changes_nothing(services, login):
    client = login(Role.BEHEERDER)
    answer = upload(client, b"Code;Naam\nx;Oost\n9802;\n")
    work(services)
    page = client.get(answer.location).text
    assert "Er zijn 2 fouten gevonden" in page
    assert "regel 2, kolom Code" in page
    assert client.post(f"{answer.location}/opslaan", data={"csrf_token": client.token}).status_code == 303
    assert work(services) == []
    assert name_of(services, "9802") == "Westmeer"


def test_a_base_that_moved_after_the_difference_was_shown_refuses_and_shows_it_again(services, login):
    client = login(Role.BEHEERDER)
    answer = upload(client, GOOD)
    work(services)
    with services.database.write() as session:
        session.get(Gemeente, "9802").name = "Intussen"
    client.post(f"{answer.location}/opslaan", data={"csrf_token": client.token})
    assert work(services) == ["mislukt"]
    assert name_of(services, "9801") == "Oostmeer"
    page = " ".join(client.get(answer.location).text.split())
    assert "zijn veranderd sinds het verschil is getoond" in page
    assert "Intussen → Westmeer" in page
    client.post(f"{answer.location}/opslaan", data={"csrf_token": client.token})
    assert work(services) == ["klaar"]
    assert name_of(services, "9802") == "Westmeer"


def test_saving_twice_saves_once(services, login):
    client = login(Role.BEHEERDER)
    answer = upload(client, GOOD)
    work(services)
    for _ in range(2):
        client.post(f"{answer.location}/opslaan", data={"csrf_token": client.token})
    assert work(services) == ["klaar"]
    run_id = int(answer.location.rsplit("/", 1)[1])
    first = services.imports.save_run(run_id, "nog eens")
    assert first["new"] == 1
    with services.database.read() as session:
        assert session.query(AuditEntry).filter_by(action="import").count() == 1


@pytest.mark.parametrize(
    ("content", "fields", "part"),
    [
        (b"", {}, "leeg"),
        (GOOD, {"jaar": "1900"}, "van 2000 tot en met 2100"),
        (GOOD, {"bestand": (io.BytesIO(b""), "")}, "Kies eerst een bestand"),
    ],
)
def test_what_cannot_be_received_is_said_on_the_form(services, login, content, fields, part):
    answer = upload(login(Role.BEHEERDER), content, **fields)
    assert answer.status_code == 422
    assert part in answer.text


def test_a_file_over_the_limit_is_a_page_that_says_so(services, login):
    client = login(Role.BEHEERDER)
    answer = client.post(
        "/inlezen/soort/gemeenten",
        data=b"x" * 26_000_000,
        content_type="multipart/form-data; boundary=x",
        headers={"X-CSRFToken": client.token},
    )
    assert answer.status_code == 413
    assert "25 MB" in answer.text


def test_a_role_that_may_not_import_sees_no_form_and_no_run(services, login):
    location = upload(login(Role.BEHEERDER), GOOD).location
    client = login(Role.FINANCIEEL)
    assert "beheerder" in client.get("/inlezen").text
    assert client.get("/inlezen/soort/gemeenten").status_code == 404
    assert client.get(location).status_code == 404


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_can_be_read_by_its_own_importer(services, login, kind):
    client = login(Role.BEHEERDER)
    answer = client.get(f"/inlezen/soort/gemeenten/sjabloon.{kind}")
    assert answer.status_code == 200
    table = read_table(f"sjabloon.{kind}", answer.data)
    assert table.header == ("Code", "Naam", "Leerlingen")
    assert table.rows[0].cells == ("0034", "Almere", "12")
    assert client.get("/inlezen/soort/gemeenten/sjabloon.exe").status_code == 404


def test_a_job_page_polls_while_it_runs_and_asks_for_a_fresh_page_at_the_end(services, login):
    client = login(Role.STAGECOORDINATOR)
    job_id = services.jobs.start("proef-breken", {}, owner=Owner("school", "99AA"), by="ik")
    assert 'hx-trigger="every 1s"' in client.get(f"/taken/{job_id}").text
    assert "HX-Refresh" not in client.get(f"/taken/{job_id}/stand").headers
    work(services)
    assert client.get(f"/taken/{job_id}/stand").headers["HX-Refresh"] == "true"
    page = client.get(f"/taken/{job_id}").text
    assert "Probeer opnieuw" in page
    assert "Jan de Vries" not in page
    client.post(f"/taken/{job_id}/opnieuw", data={"csrf_token": client.token})
    assert services.jobs.find(job_id).attempt == 2
    client.post(f"/taken/{job_id}/stoppen", data={"csrf_token": client.token})
    assert services.jobs.find(job_id).state == "afgebroken"
    assert "gestopt" in client.get("/taken").text


def test_a_kind_of_job_for_another_role_does_not_exist_for_this_one(services, login):
    job_id = services.jobs.start("proef-weigeren", {}, owner=Owner("school", "99AA"), by="ik")
    assert login(Role.STAGECOORDINATOR).get(f"/taken/{job_id}").status_code == 404
    assert login(Role.BEHEERDER).get(f"/taken/{job_id}").status_code == 200


def test_the_file_of_a_job_is_downloaded_and_noted_and_later_gone(services, login, clock):
    job_id = services.jobs.start("proef-bestand", {}, owner=Owner("school", "99AA"), by="ik")
    work(services)
    client = login(Role.STAGECOORDINATOR)
    answer = client.get(f"/taken/{job_id}/bestand")
    assert (answer.data, answer.mimetype) == (b"inhoud", "text/plain")
    with services.database.read() as session:
        assert session.query(AuditEntry).filter_by(action="bestand opgehaald", object_id=job_id).count() == 1
    from data.file_store import FileStore

    with services.database.write() as session:
        clock.move(days=30)
        assert FileStore(session).remove_expired(clock()) == 1
    client = login(Role.STAGECOORDINATOR)
    assert client.get(f"/taken/{job_id}/bestand", follow_redirects=True).status_code == 200


def test_the_values_of_an_import_are_forgotten_and_the_counts_are_kept(services, login):
    client = login(Role.BEHEERDER)
    location = upload(client, GOOD).location
    work(services)
    with services.database.write() as session:
        ImportStore(session).forget_details(services.clock().replace(year=2030))
    page = client.get(location).text
    assert "Oostermeer" not in page
    assert "na zeven dagen" in page


def test_the_home_page_names_files_that_wait_and_tasks_that_failed_once_each(services, login):
    client = login(Role.BEHEERDER)
    assert "wacht op uw ja" not in client.get("/").text
    upload(client, GOOD)
    services.jobs.start("proef-breken", {}, owner=Owner("school", "99AA"), by="ik")
    work(services)
    page = client.get("/").text
    assert page.count("Eén bestand is gecontroleerd en wacht op uw ja") == 1
    assert page.count("Eén taak is mislukt") == 1
    assert "Eén taak is mislukt" in login(Role.STAGECOORDINATOR).get("/").text
