"""Reistijd and the travel API: a value or a reason, what it was computed with, networks that change while in use."""

from __future__ import annotations

import gc
import re
import runpy
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import pytest

from data.tables.organisation import PostcodePoint
from geo.build import build_network
from geo.errors import NetworkError
from geo.tiles import build_tiles
from tests.geo.map_town import SOUTH, WEST, write_town
from usecases.settings import read_settings
from webapp import create_app
from webapp.page.texts import LANGUAGES
from webapp.server.warm_up import warm_up

FROM, TO = f"{SOUTH:.4f},{WEST:.4f}", f"{SOUTH + 0.0135:.4f},{WEST + 0.0148:.4f}"


@pytest.fixture(scope="session")
def town_home(tmp_path_factory) -> Path:
    """A home folder with a built network and its tiles."""
    folder = tmp_path_factory.mktemp("built")
    source = write_town(folder / "town.osm")
    build_network(folder, "town", source)
    build_tiles(source, folder / "networks" / "town" / "tiles.pmtiles", title="town")
    return folder


@pytest.fixture
def town(app, home, town_home):
    shutil.copytree(town_home / "networks", home / "networks")
    with app.extensions["stageroute"].database.write() as session:
        for postcode, lat, lon in (("3811", SOUTH, WEST), ("3812AB", SOUTH + 0.0135, WEST + 0.0148)):
            session.add(PostcodePoint(postcode=postcode, lat=lat, lon=lon, x_m=0, y_m=0, place="Meerdorp", source="t"))
    return app


def _text(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).replace("\xa0", " ").split())


@pytest.mark.parametrize("role", ["stagecoordinator", "financieel", "netwerkcoordinator", "beheerder"])
def test_every_role_sees_a_journey_by_three_ways_with_what_it_was_computed_with(town, login, role):
    answer = login(role).get("/reistijd?van=3811&naar=3812 ab")
    text = _text(answer.text)
    assert answer.status_code == 200
    assert "Van 3811 Meerdorp naar 3812 AB Meerdorp" in text
    graph = town.extensions["stageroute"].travel.graph()
    assert f"Wegennet town, kaart van onbekende datum, vingerafdruk {graph.digest[:12]}" in text
    assert "Fiets, snelste route, geldig vanaf 1 januari 2026" in text
    assert re.search(r"fiets \d+ min \d,\d km", text)
    assert re.search(r"lopen \d+ min \d,\d km", text)
    assert re.search(r"auto \d+ min \d,\d km", text)
    assert "© OpenStreetMap-bijdragers (ODbL)" in text


def test_the_minutes_on_the_page_are_those_of_the_kernel(town, login):
    travel = town.extensions["stageroute"].travel
    origin, destination = (tuple(map(float, text.split(","))) for text in (FROM, TO))
    trip = travel.route("fiets-snelst", origin, destination).trip
    text = _text(login("stagecoordinator").get("/reistijd", query_string={"van": FROM, "naar": TO}).text)
    assert f"{round(trip.seconds / 60)} min" in text
    assert f"{trip.metres / 1000:.1f} km".replace(".", ",") in text


def test_a_question_without_an_answer_says_which_place_and_why(town, login):
    text = _text(login("stagecoordinator").get(f"/reistijd?van={FROM}&naar=52.62,5.41").text)
    assert "Waarom geen route?" in text
    assert re.search(r"52\.62000, 5\.41000\. De plek ligt te ver van de weg: \d+ m\.", text)
    far = _text(login("stagecoordinator").get(f"/reistijd?van=48.0,11.0&naar={TO}").text)
    assert "48.00000, 11.00000. De plek ligt buiten het gebied van deze kaart." in far


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"van": "9999 ZZ", "naar": "3811"}, "9999 ZZ staat niet in de ingelezen postcodetabel"),
        ({"van": "", "naar": "3811"}, "Vul ook in waar de reis begint"),
        ({"van": "91,5", "naar": "3811"}, "ligt niet op aarde"),
        ({"van": "5.4000,52.6000", "naar": "3811"}, "breedte en lengte verwisseld"),
        ({"van": "<script>alert(1)</script>", "naar": "3811"}, "niet bekend"),
    ],
)
def test_a_place_that_cannot_be_read_is_said_beside_its_field(town, login, query, reason):
    answer = login("stagecoordinator").get("/reistijd", query_string=query)
    assert answer.status_code == 422
    assert reason in _text(answer.text)
    assert "<script>alert" not in answer.text


def test_a_place_in_another_part_of_the_country_does_not_make_the_map_a_dot(town, login):
    page = login("stagecoordinator").get("/reistijd", query_string={"van": "50.85,5.69", "naar": TO}).text
    assert "De plek ligt buiten het gebied van deze kaart." in _text(page)
    assert "map-point--naar" in page
    assert "map-point--van" not in page
    assert "De gekozen plek: " in page
    assert "De gekozen plek: 50.85" not in page


def test_a_place_with_exchanged_coordinates_is_not_on_the_map(town, login):
    page = login("stagecoordinator").get("/reistijd", query_string={"van": "5.4000,52.6000", "naar": TO}).text
    assert "map-point--naar" in page
    assert "map-point--van" not in page


def test_the_reach_of_a_place_is_drawn_and_stands_in_a_table(town, login):
    answer = login("stagecoordinator").get(f"/reistijd?van={FROM}&bereik=ja")
    assert answer.text.count('class="map-area map-area--bereik-') == 3
    assert re.search(r"45 minuten \d+,\d km²", _text(answer.text))


def test_the_reach_does_not_cover_the_middle_of_the_lake(town):
    from shapely import Point
    from shapely.geometry import shape

    travel = town.extensions["stageroute"].travel
    (area,) = travel.reach("fiets-snelst", (SOUTH, WEST), [30])
    covered = shape(area.geometry)
    assert covered.contains(Point(WEST + 0.0074, SOUTH + 0.0045))
    assert not covered.contains(Point(WEST + 0.0110, SOUTH + 0.0066))


def test_without_a_network_the_page_says_what_to_do(client, login):
    text = _text(login("stagecoordinator").get("/reistijd").text)
    assert "Er is nog geen wegennet" in text
    assert "flask geo build" in text


def test_the_route_api_answers_what_the_page_shows_with_its_as_of(town, login):
    answer = login("stagecoordinator").get("/api/v1/travel/route", query_string={"from": FROM, "to": TO})
    assert answer.status_code == 200, answer.json
    found = answer.json
    assert found["seconds"] > 0
    assert found["reason"] is None
    assert sum(step["metres"] for step in found["steps"]) == found["metres"]
    assert len(found["geometry"]["coordinates"]) > 2
    graph = town.extensions["stageroute"].travel.graph()
    assert found["as_of"]["network_digest"] == graph.digest
    assert found["as_of"]["definition"] == "fiets-snelst"


def test_the_route_api_gives_a_reason_instead_of_a_number(town, login):
    found = login("stagecoordinator").get(f"/api/v1/travel/route?from={FROM}&to=52.62,5.41").json
    assert (found["seconds"], found["metres"], found["geometry"]) == (None, None, None)
    assert found["reason_code"] == "te_ver_van_weg"


@pytest.mark.parametrize(
    "query",
    [
        "from=x&to=52.6,5.4",
        "from=52.6&to=52.6,5.4",
        "from=nan,5.4&to=52.6,5.4",
        "to=52.6,5.4",
        "from=5.4,52.6&to=52.6,5.4",
        "from=52.6,5.4&to=52.6,5.4&definition=vliegen",
    ],
)
def test_a_bad_question_to_the_api_is_refused_with_a_sentence(town, login, query):
    answer = login("stagecoordinator").get(f"/api/v1/travel/route?{query}")
    assert answer.status_code == 422
    assert answer.json


@pytest.mark.parametrize("minutes", ["0", "x", "15,,30", "601", "1,2,3,4,5,6,7", "-5", "٣"])
def test_minutes_that_make_no_sense_are_refused(town, login, minutes):
    answer = login("stagecoordinator").get(f"/api/v1/travel/reach?from={FROM}&minutes={minutes}")
    assert answer.status_code == 422
    assert "minuten" in str(answer.json)


def test_the_reach_api_gives_polygons_smallest_first(town, login):
    found = login("netwerkcoordinator").get(f"/api/v1/travel/reach?from={FROM}&minutes=5,2").json
    assert [area["minutes"] for area in found["areas"]] == [2, 5]
    assert found["areas"][0]["square_km"] < found["areas"][1]["square_km"]
    assert found["as_of"]["network"] == "town"


def test_the_api_is_described(app):
    paths = app.test_client().get("/api/openapi.json").json["paths"]
    names = {one["name"] for one in paths["/api/v1/travel/route"]["get"]["parameters"]}
    assert names == {"from", "to", "definition"}
    assert {"/api/v1/travel/reach", "/api/v1/travel/definitions"} <= set(paths)


def test_a_rebuilt_network_is_used_at_the_next_question(town, home, tmp_path):
    travel = town.extensions["stageroute"].travel
    before = travel.as_of()["network_digest"]
    source = write_town(tmp_path / "town.osm")
    source.write_text(source.read_text("utf-8").replace("Langestraat", "Kortestraat"), "utf-8")
    build_network(home, "town", source)
    assert travel.as_of()["network_digest"] != before
    answer = travel.route("fiets-snelst", (SOUTH, WEST), (SOUTH + 0.0135, WEST + 0.0148))
    assert any("Kortestraat" in step.street for step in answer.steps)


def test_the_chosen_network_is_the_one_in_use(town, home, tmp_path):
    travel = town.extensions["stageroute"].travel
    build_network(home, "ander", write_town(tmp_path / "town.osm"))
    travel.choose("town", by="beheerder@merenveld.example")
    assert travel.current_name() == "town"
    travel.choose("ander", by="beheerder@merenveld.example")
    assert travel.as_of()["network"] == "ander"
    with pytest.raises(NetworkError, match="geen bestaat niet"):
        travel.choose("geen", by="beheerder@merenveld.example")


def test_the_commands_build_cut_tiles_and_take_into_use(app, home, tmp_path):
    run = app.test_cli_runner()
    source = write_town(tmp_path / "town.osm")
    assert run.invoke(args=["geo", "build", str(source), "--name", "town"]).exit_code == 0
    made = run.invoke(args=["geo", "tiles", "town"])
    assert made.exit_code == 0, made.output
    assert "laag\twater\t1 objecten" in made.output
    first = (home / "networks" / "town" / "tiles.pmtiles").read_bytes()
    assert run.invoke(args=["geo", "tiles", "town"]).exit_code == 0
    assert (home / "networks" / "town" / "tiles.pmtiles").read_bytes() == first
    assert "in gebruik\ttown" in run.invoke(args=["geo", "use", "town"]).output
    source.write_text(source.read_text("utf-8").replace("Langestraat", "Kortestraat"), "utf-8")
    refused = run.invoke(args=["geo", "tiles", "town"])
    assert refused.exit_code == 2
    assert "is een ander bestand" in refused.output
    source.unlink()
    assert "is er niet meer" in run.invoke(args=["geo", "tiles", "town"]).output
    assert run.invoke(args=["geo", "tiles", "nergens"]).exit_code == 2


def test_a_web_worker_starts_without_osmnx_and_geopandas(home):
    code = (
        "import sys; from webapp import create_app; create_app();"
        "print(sorted({'osmnx', 'geopandas', 'pandas', 'networkx', 'osmium', 'pyogrio', 'pyproj'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_server_is_warm_before_its_first_visitor(town, monkeypatch):
    hooks = runpy.run_path(str(Path(__file__).resolve().parents[2] / "gunicorn.conf.py"))
    monkeypatch.setattr(gc, "freeze", lambda: None)
    closed = []
    monkeypatch.setattr(town.extensions["stageroute"], "close", lambda: closed.append(True))
    hooks["when_ready"](SimpleNamespace(app=SimpleNamespace(wsgi=lambda: town)))
    assert "geo.kernel" in sys.modules
    for language in LANGUAGES:
        assert len(town.jinja_env.in_language(language).cache) > 50
    assert closed, "a connection of this process must not be shared with the workers"


def test_a_server_without_a_database_or_network_starts_all_the_same(tmp_path):
    app = create_app(read_settings({"STAGEROUTE_HOME": str(tmp_path / "new")}))
    warm_up(app)
    assert app.test_client().get("/gezond").status_code == 200
