"""The register on the pages: a reason that comes later, what a school takes along, and what the region counts."""

import csv
import io
import uuid
from datetime import timedelta

import pytest

from data.audit import entries
from data.tables.matching import Pupil
from matching.places.placing import Claim
from matching.places.register import Status, Withdrawal
from tests.faults.register_checks import faults_of_the_register
from tests.matching.world import company, pupil, read_in, to_csv
from tests.webapp.placing_app import fill
from usecases.people.roles import Role
from usecases.stages.figures import TravelCostFigure


@pytest.fixture
def matching(app):
    return fill(app)


@pytest.fixture
def services(app, matching):
    return app.extensions["stageroute"]


@pytest.fixture
def client(matching, login):
    return login(Role.STAGECOORDINATOR)


def post(client, path, **fields):
    return client.post(path, data={"csrf_token": client.token, **fields})


def reserve(matching, number, place, **more):
    return matching.people.reserve(Claim(f"99AA-{number:04d}", place, uuid.uuid4().hex, **more), "noor")


# ------------------------------------------------ a reason that comes later


@pytest.fixture
def long_trip(matching, services):
    """A placement above the norm; the reason was written by somebody who knew no better."""
    with services.database.write() as session:
        session.get_one(Pupil, "99AA-0001").max_minutes = 150
    return reserve(matching, 1, "P020", reason="later")


def test_a_reason_is_changed_on_the_page_of_the_pupil_and_the_journal_keeps_both(app, matching, client, long_trip):
    path = f"/plaatsingen/{long_trip.id}/reden"
    assert path in client.get("/leerlingen/99AA-0001").text
    for _ in range(2):  # a double click
        assert post(client, path, reden=" De enige plek met dieren. ").status_code == 303
    placement, journal = matching.people.history("99AA-0001")[0]
    assert placement.reason == "De enige plek met dieren."
    assert [entry.note for entry in journal[1:]] == ["Reden van de langere reis: De enige plek met dieren."]
    assert faults_of_the_register(app.extensions["stageroute"].database) == []


def test_an_empty_reason_changes_nothing(matching, client, long_trip):
    answer = post(client, f"/plaatsingen/{long_trip.id}/reden", reden="  ")
    assert answer.status_code == 422
    assert "Schrijf op waarom deze langere reis toch goed is." in answer.text
    assert matching.people.history("99AA-0001")[0][0].reason == "later"


def test_a_placement_that_ended_keeps_its_reason(matching, client, long_trip):
    matching.core.register.withdraw(long_trip.id, Withdrawal.PUPIL_STOPPED, actor="noor")
    answer = post(client, f"/plaatsingen/{long_trip.id}/reden", reden="anders")
    assert answer.status_code == 422
    assert "Deze plaatsing is ingetrokken" in answer.text


def test_a_short_trip_asks_for_no_reason(matching, client):
    placement = reserve(matching, 1, "P001")
    assert f"/plaatsingen/{placement.id}/reden" not in client.get("/leerlingen/99AA-0001").text


# ------------------------------------------------ everything a school has


def table(client, name):
    answer = client.get(f"/scholen/99AA/uitvoer/{name}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))


def test_a_school_takes_everything_it_has_and_nothing_of_another(services, matching, client):
    reserve(matching, 1, "P001")
    matching.people.reserve(Claim("99BB-0007", "P002", "b"), "collega")
    matching.people.save_policy(matching.people.policy("99AA"), "noor")
    matching.links.make("B001", "99AA", actor="noor")
    matching.links.make("B001", "99BB", actor="collega")
    tables = {name: table(client, name) for name in matching.people.export_tables}
    assert [row["id"] for row in tables["leerlingen"]] == [f"99AA-{number:04d}" for number in range(1, 6)]
    assert [row["pupil_id"] for row in tables["plaatsingen"]] == ["99AA-0001"]
    assert [row["status"] for row in tables["journaal"]] == ["gereserveerd"]
    assert {row["owner_brin"] for row in tables["stageplekken"]} == {"99AA"}
    assert [row["brin"] for row in tables["weging"]] == ["99AA"]
    assert '"norm_minutes": 60' in tables["weging"][0]["weights"]
    assert [(row["company_id"], row["brin"]) for row in tables["bedrijfslinks"]] == [("B001", "99AA")]
    with services.database.read() as session:
        actions = [row.action for row in entries(session, object_kind="school", object_id="99AA")]
    assert actions.count("gegevens van de school uitgevoerd") == len(tables)


def test_the_workbook_has_a_sheet_per_table(matching, client):
    import openpyxl

    answer = client.get("/scholen/99AA/uitvoer/xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data), read_only=True)
    assert [name.lower() for name in book.sheetnames if name.lower() in matching.people.export_tables] == list(
        matching.people.export_tables
    )


# ------------------------------------------------ what the region counts


@pytest.fixture
def many(app, matching, services):
    """Twelve more pupils of 99AA and seats for all of them at P002."""
    read_in(services.database, "companies", to_csv("companies", [company(2)]))
    read_in(services.database, "pupils", to_csv("pupils", [pupil(number) for number in range(11, 23)]))
    with services.database.write() as session:
        from data.tables.matching import InternshipPlace

        row = session.get_one(InternshipPlace, "P002")
        row.seats_di = row.seats_do = 20
    return matching


def figure(matching, year=2026):
    return matching.figures.travel_cost_choices("merenveld-noord", year)


def test_the_reiskosten_tick_is_counted_per_region_and_schooljaar_in_steps_of_five(many):
    ticks = dict(zip(range(11, 23), [True] * 7 + [False] * 5, strict=True))
    placements = [reserve(many, number, "P002", travel_costs=tick) for number, tick in ticks.items()]
    assert figure(many) == TravelCostFigure(placements=10, choices=5)
    assert figure(many, 2025) == TravelCostFigure(0, 0)
    assert many.figures.travel_cost_choices("merenveld-zuid", 2026) == TravelCostFigure(0, 0)
    many.core.register.withdraw(placements[0].id, Withdrawal.PUPIL_STOPPED, actor="noor")
    assert figure(many) == TravelCostFigure(10, 5), "one more or less does not show"


def test_fewer_than_five_never_show_nor_do_fewer_than_five_others(many):
    shown = []
    for number in range(11, 22):
        reserve(many, number, "P002", travel_costs=number < 16)
        shown.append((figure(many).placements, figure(many).choices))
    assert shown == [(0, 0)] * 4 + [(5, 5)] + [(5, 0)] * 4 + [(10, 5)] * 2


def test_the_region_page_says_how_often_reiskosten_decided(many, login):
    page = login(Role.NETWERKCOORDINATOR).get("/regio/merenveld-noord").text
    assert "te weinig plaatsingen in dit schooljaar" in page
    for number in range(11, 23):
        reserve(many, number, "P002", travel_costs=number < 18)
    assert (
        "5 keer of vaker, van 10 plaatsingen of meer"
        in login(Role.NETWERKCOORDINATOR).get("/regio/merenveld-noord").text
    )


def test_a_reservation_is_kept_longer_and_not_into_the_past(matching, client, services):
    placement = reserve(matching, 1, "P001")
    later = placement.expires + timedelta(days=7)
    assert post(client, f"/plaatsingen/{placement.id}/verlengen", tot=later.isoformat()).status_code == 303
    assert matching.people.history("99AA-0001")[0][0].expires == later
    for text in ("2020-01-01", "morgen", ""):
        assert post(client, f"/plaatsingen/{placement.id}/verlengen", tot=text).status_code == 422
    matching.core.register.move(placement.id, Status.CONFIRMED, actor="noor")
    answer = post(client, f"/plaatsingen/{placement.id}/verlengen", tot=later.isoformat())
    assert "Deze plaatsing is bevestigd, geen reservering." in answer.text
