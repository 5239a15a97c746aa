"""A list of a school on the page: headings are asked, cells mended, lines left out, and secrets never kept."""

import io
from pathlib import Path

import pytest

from data.import_store import ImportStore
from data.tables.jobs import StoredFile
from data.tables.matching import Pupil
from tests.data.importers.test_school_files import FILES, HEAD, OWN_WORDS, offer, row
from tests.usecases.work import kinds
from tests.usecases.work.test_pages import work
from usecases.people.roles import Role


@pytest.fixture
def services(app):
    found = app.extensions["stageroute"]
    kinds.register(found.jobs)
    for kind, file, school in (("postcodes", "postcodes.csv", None), ("companies", "bedrijven.csv", "99AA")):
        offer(found.database, kind, file, (FILES / "basis" / file).read_bytes(), school=school)
    return found


@pytest.fixture
def client(services, login):
    return login(Role.STAGECOORDINATOR)


def upload(client, content, **fields):
    fields = {"bestand": (io.BytesIO(content), "lijst.csv"), "csrf_token": client.token, **fields}
    return client.post("/inlezen/soort/pupils", data=fields, content_type="multipart/form-data")


def checked(services, client, content, **fields):
    """Upload, check, and return the address of the page."""
    answer = upload(client, content, **fields)
    assert answer.status_code == 303, answer.text
    work(services)
    return answer.location


def mend(services, client, address, **fields):
    answer = client.post(
        f"{address}/verbeteren",
        data={"csrf_token": client.token, **{name.replace("_", "-"): value for name, value in fields.items()}},
    )
    assert answer.status_code == 303
    work(services)
    return client.get(address).text


def save(services, client, address):
    client.post(f"{address}/opslaan", data={"csrf_token": client.token})
    work(services)
    return client.get(address).text


def numbers(services):
    with services.database.read() as session:
        return {pupil.id: pupil.sectors for pupil in session.query(Pupil) if pupil.brin == "99AA"}


def kept_bytes(home: Path):
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_a_coordinator_of_one_school_need_not_name_it_and_another_school_stays_refused(services, client):
    assert 'value="99AA"' in client.get("/inlezen/soort/pupils").text
    address = checked(services, client, HEAD + row("9001"))
    assert "99AA-9001" not in numbers(services)
    assert "Opgeslagen" in save(services, client, address)
    assert "99AA-9001" in numbers(services)
    assert upload(client, HEAD + row("9002"), school="99BB").status_code == 422


def test_headings_are_asked_once_and_a_second_file_of_the_same_shape_needs_no_click(services, client):
    content = (FILES / "leerlingen-eigen-woorden.csv").read_bytes()
    address = checked(services, client, content)
    page = client.get(address).text
    assert "Wat zijn deze kolommen?" in page
    assert "Nr intern" in page
    assert "9901 AB" in page
    page = mend(services, client, address, **{f"kop_{at}": field for at, (field, _) in enumerate(OWN_WORDS)})
    assert "Sla alles op" in page
    save(services, client, address)
    assert "99AA-1101" in numbers(services)
    again = checked(services, client, content.replace(b"1101", b"1102"))
    assert "Sla alles op" in client.get(again).text


def test_a_wrong_cell_is_mended_on_the_page_and_the_others_stay_as_they_are(services, client):
    address = checked(services, client, HEAD + row("9001", sectoren="iets met dieren") + row("9002"))
    page = client.get(address).text
    assert 'value="iets met dieren"' in page
    page = mend(services, client, address, cel_2_2="dierverzorging")
    assert "Sla alles op" in page
    save(services, client, address)
    assert numbers(services)["99AA-9001"] == "dierverzorging"
    assert numbers(services)["99AA-9002"] == "groen"


def test_a_line_is_left_out_by_name_and_said(services, client):
    address = checked(services, client, HEAD + row("9001", dagen="weet niet") + row("9002"))
    page = mend(services, client, address, weg_2="ja", cel_2_3="weet niet")
    assert "Weggelaten op verzoek: regel 2." in page
    save(services, client, address)
    assert "99AA-9001" not in numbers(services)
    assert "99AA-9002" in numbers(services)


def test_a_form_that_changes_nothing_keeps_the_fault_of_a_double(services, client):
    address = checked(services, client, HEAD + row("9001") + row("9001"))
    page = mend(services, client, address, cel_2_0="9001", cel_3_0="9001")
    assert "elke sleutel één keer" in page


def test_a_form_of_somebody_else_or_about_a_saved_file_changes_nothing(services, client, login):
    address = checked(services, client, HEAD + row("9001"))
    save(services, client, address)
    answer = client.post(f"{address}/verbeteren", data={"csrf_token": client.token, "cel-2-0": "9009"})
    assert answer.status_code == 303
    assert "niet meer bewaard" in client.get(address).text
    assert "99AA-9009" not in numbers(services)
    other = login(Role.FINANCIEEL)
    assert other.post(f"{address}/verbeteren", data={"csrf_token": other.token}).status_code == 404


@pytest.mark.parametrize("field", ["kop-999", "cel-2-999", "cel-999999-1", "weg-999999", "kop-x", "cel-2"])
def test_a_form_with_fields_that_are_not_there_is_no_breakdown(services, client, field):
    address = checked(services, client, HEAD + row("9001", dagen="?"))
    answer = client.post(f"{address}/verbeteren", data={"csrf_token": client.token, field: "x" * 10_000})
    assert answer.status_code == 303
    work(services)
    assert client.get(address).status_code == 200


def test_no_value_of_a_forbidden_column_is_anywhere_in_the_home_before_or_after_saving(services, client, home):
    content = (FILES / "leerlingen-verboden-kolommen.csv").read_bytes()
    address = checked(services, client, content)
    for _ in range(2):
        kept = kept_bytes(home)
        assert not any(secret in kept for secret in (b"123456782", b"14-03-2011", b"Oorbeeld"))
        save(services, client, address)
    assert "99AA-1141" in numbers(services)


def test_a_bsn_where_a_number_of_the_school_should_be_is_not_kept_with_the_refused_file(services, client, home):
    address = checked(services, client, HEAD + row("123456782"))
    page = client.get(address).text
    assert "lijkt op een BSN" in page
    assert "123456782" not in page
    assert b"123456782" not in kept_bytes(home)


def test_remarks_of_a_school_are_not_kept(services, client, home):
    checked(services, client, (FILES / "leerlingen-extra-kolommen.csv").read_bytes())
    assert b"belt graag zelf" not in kept_bytes(home)


@pytest.mark.parametrize("content", [b"PK\x03\x04 damaged", b"\xff\xfe\x00", b"%PDF-1.7", b"\n\n\n"])
def test_a_damaged_file_is_refused_on_its_page_and_not_kept(services, client, content):
    address = checked(services, client, content)
    assert "niet ingelezen" in client.get(address).text
    with services.database.read() as session:
        assert ImportStore(session).find(int(address.rsplit("/", 1)[1])).file_id is None
        assert session.query(StoredFile).count() == 0


def test_a_job_of_a_file_belongs_to_the_role_that_the_file_is_for(services, client, login):
    upload(client, HEAD + row("9001"))
    (job,) = services.jobs.newest(1)
    assert client.get(f"/taken/{job.id}").status_code == 200
    assert "lijst.csv" in client.get("/taken").text
    finance = login(Role.FINANCIEEL)
    assert "lijst.csv" not in finance.get("/taken").text
    assert finance.get(f"/taken/{job.id}").status_code == 404
    for action in ("opnieuw", "stoppen", "stop"):
        assert finance.post(f"/taken/{job.id}/{action}", data={"csrf_token": finance.token}).status_code in {404, 405}
    assert services.jobs.find(job.id).state == "wachtrij"


def test_the_number_of_a_person_in_the_place_of_a_heading_is_not_kept_or_said(services, client, home):
    address = checked(services, client, b"123456782;Jan;9901AB;groen;di;fiets\r\n111222333;Piet;9901AB;zorg;di;ov\r\n")
    page = client.get(address).text
    assert "123456782" not in page
    assert b"123456782" not in kept_bytes(home)
