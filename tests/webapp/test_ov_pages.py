"""Met bus en trein and Dienstregelingen: the answer, its price, and every reason instead of a number."""

from __future__ import annotations

import pytest

from geo.build import build_network
from geo.fares.store import FareSets
from geo.timetable.build import import_feed
from tests.geo.towns import at, grid_town
from tests.geo.transit.feeds import EVERY_DAY, Made, zipped
from tests.webapp.test_ov_commands import PRICES

TRIPS = {
    "t": [("A", "08:00"), ("B", "08:10")],
    "u": [("A", "08:15"), ("B", "08:25")],
    "h": [("B", "16:00"), ("A", "16:10")],
}
ALWAYS = {"school": (EVERY_DAY, "20261101", "20271231")}


@pytest.fixture
def town(app, home, tmp_path):
    """A town with a network in use; gives a function that reads a timetable in."""
    build_network(home, "stad", grid_town(11).write(tmp_path))
    app.extensions["stageroute"].travel.choose("stad", "proef")

    def install(made=None, name="regio"):
        return import_feed(home, name, zipped(tmp_path, (made or Made(TRIPS, calendar=ALWAYS)).tables()))

    return install


def ask(client, **more):
    (lat, lon), (to_lat, to_lon) = at(0, 0), at(900, 100)
    words = {
        "van": f"{lat:.5f}, {lon:.5f}",
        "naar": f"{to_lat:.5f}, {to_lon:.5f}",
        "dag": "2026-12-08",
        "tijd": "08:30",
    }
    return client.get("/reistijd/ov", query_string=words | more)


def test_a_journey_shows_its_lines_times_slack_and_what_missing_it_costs(town, login):
    town()
    page = ask(login("stagecoordinator"))
    assert page.status_code == 200
    for words in ("Lijn lijn", "Halte A", "Halte B", "08:15", "08:27", "Lopen, 100 m", "dan komt er geen reis meer"):
        assert words in page.text, words
    assert "De laatste reis terug gaat om" in page.text
    assert "Er zijn nog geen tarieven ingelezen." in page.text
    assert "geldig van" in page.text


def test_an_earlier_bus_says_what_it_costs_to_miss_it(town, login):
    town()
    page = ask(login("stagecoordinator"), tijd="08:20")
    assert "08:00 – 08:10" in page.text
    assert "dan 7\xa0min te laat" in page.text  # with the bus of 08:15 one is there at 08:26:12, not at 08:20


def test_the_price_is_a_receipt_with_status_and_source(town, login, home, tmp_path):
    town()
    file = tmp_path / "prijzen.toml"
    file.write_text(PRICES, "utf-8")
    FareSets(home).add("regio", file)
    page = ask(login("financieel"))
    for words in ("€ 1,34", "€ 1,16", "€ 0,18", "aanname", "Verzonnen tarieven voor deze test"):
        assert words in page.text.replace("\xa0", " "), words
    assert "proef" in login("beheerder").get("/dienstregelingen").text
    (home / "ov-fares" / "regio" / "proef.toml").write_text("kapot = [", "utf-8")
    damaged = ask(login("financieel"))
    assert damaged.status_code == 422
    assert "De tarieven van deze dienstregeling zijn beschadigd" in damaged.text
    assert "beschadigd" in login("beheerder").get("/dienstregelingen").text


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"dag": "2028-01-03"}, "De dienstregeling is verlopen op deze dag"),
        ({"dag": "2026-10-05"}, "De dienstregeling begint pas na dit moment"),
        ({"tijd": "07:00"}, "geen bus of trein die erheen brengt"),
        ({"wanneer": "vertrek", "tijd": "23:00"}, "geen bus of trein die erheen brengt"),
    ],
)
def test_a_reason_stands_there_and_no_number(town, login, more, sentence):
    town()
    page = ask(login("stagecoordinator"), **more)
    assert page.status_code == 200
    assert sentence in page.text
    assert "Wat de reis kost" not in page.text
    assert "Weg van huis" not in page.text


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"dag": "morgen"}, "Vul een dag in"),
        ({"dag": "2026-02-30"}, "Vul een dag in"),
        ({"tijd": "25:00"}, "Vul een tijd in"),
        ({"tijd": ""}, "Vul een tijd in"),
        ({"van": ""}, "Vul hier een plek in"),
        ({"naar": ""}, "Vul hier een plek in"),
        ({"van": "Nergenshuizen"}, "Nergenshuizen"),
        ({"dag": "2027-03-28", "tijd": "02:30"}, "bestaat niet"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_its_field(town, login, more, sentence):
    town()
    page = ask(login("stagecoordinator"), **more)
    assert page.status_code == 422
    assert sentence in page.text


def test_unknown_choices_in_the_address_are_the_first_one(town, login):
    town()
    page = ask(login("stagecoordinator"), dienstregeling="weg", wanneer="ooit", halte="ov")
    assert page.status_code == 200
    assert "Lijn lijn" in page.text


def test_of_two_timetables_one_is_chosen(town, login):
    town()
    town(Made({"x": [("A", "08:05"), ("B", "08:12")]}, calendar=ALWAYS), name="anders")
    assert "08:05" in ask(login("stagecoordinator"), dienstregeling="anders").text
    assert "08:15" in ask(login("stagecoordinator"), dienstregeling="regio").text


def test_without_a_timetable_or_a_network_the_page_says_what_to_do(login, town):
    assert "Er is nog geen dienstregeling" in login("stagecoordinator").get("/reistijd/ov").text
    assert "flask ov import" in login("beheerder").get("/dienstregelingen").text


def test_without_a_network_the_page_says_so(login):
    assert login("stagecoordinator").get("/reistijd/ov").status_code == 200


@pytest.mark.parametrize(
    ("last", "words"),
    [
        ("20261120", "is verlopen; lees een nieuwe in"),
        ("20261214", "loopt af op 14\xa0december\xa02026"),
        ("20271231", None),
    ],
)
def test_a_timetable_that_ends_soon_is_named_beforehand(town, login, last, words):
    made = Made(TRIPS, calendar={"school": (EVERY_DAY, "20261101", last)})
    town(made)
    page = login("beheerder").get("/dienstregelingen").text
    if words is None:
        assert "loopt af" not in page
        assert "verlopen;" not in page
    else:
        assert words in page


def test_a_damaged_timetable_is_listed_with_what_to_do(town, login):
    feed = town()
    file = feed.folder / "stop_xy.npy"
    file.write_bytes(file.read_bytes()[:-1])
    login_beheer = login("beheerder")
    page = login_beheer.get("/dienstregelingen")
    assert page.status_code == 200
    assert "regio" in page.text


def test_reistijd_leads_to_the_page_and_takes_the_places_along(town, login):
    town()
    page = login("stagecoordinator").get("/reistijd?van=52.6,5.4&naar=52.601,5.401").text
    assert "/reistijd/ov?van=52.6,5.4" in page.replace("%2C", ",")
