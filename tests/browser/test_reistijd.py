"""Reistijd as a coordinator uses it: with and without a script, with and without WebGL, wide and narrow."""

from __future__ import annotations

import re
import shutil
from urllib.parse import quote

import pytest

from geo.build import build_network
from geo.tiles import build_tiles
from tests.conftest import PASSWORD
from tests.geo.map_town import SOUTH, WEST, write_town
from usecases.people.roles import Role

pytestmark = pytest.mark.browser

FROM, TO = f"{SOUTH:.4f}, {WEST:.4f}", f"{SOUTH + 0.0135:.4f}, {WEST + 0.0148:.4f}"
WITHOUT_WEBGL = (
    "const get = HTMLCanvasElement.prototype.getContext;"
    "HTMLCanvasElement.prototype.getContext = function (kind, ...rest)"
    " { return kind.startsWith('webgl') ? null : get.call(this, kind, ...rest); };"
)


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reistijd")
    source = write_town(folder / "town.osm")
    build_network(folder, "town", source)
    build_tiles(source, folder / "networks" / "town" / "tiles.pmtiles", title="town")
    return folder / "networks"


@pytest.fixture
def networks(home, built):
    shutil.copytree(built, home / "networks")


def _ask(page, bereik=False):
    page.get_by_label("Van", exact=True).fill(FROM)
    page.locator("[name=naar]").fill(TO)
    if bereik:
        page.locator("[name=bereik]").check()
    page.get_by_role("button", name="Reken uit").click()
    page.get_by_role("heading", name="Van 52.6").wait_for()


def _check_answer(page):
    trips = page.locator(".trips").inner_text()
    assert len(re.findall(r"\d+\smin", trips)) == 3
    assert page.get_by_role("table").filter(has_text="De reis op drie manieren").count() == 1
    assert "© OpenStreetMap-bijdragers (ODbL)" in page.locator(".map__foot").inner_text()


def test_the_live_map_shows_route_reach_and_attribution_without_a_fault(networks, page, enter, axe):
    page.goto(enter(page, Role.STAGECOORDINATOR))
    page.get_by_role("link", name="Reistijd").click()
    _ask(page, bereik=True)
    _check_answer(page)
    page.wait_for_selector(".map--live", timeout=30_000)
    drawn = page.evaluate(
        "[...new Set(document.querySelector('[data-map]').liveMap"
        ".queryRenderedFeatures().map((one) => one.properties.kind))]"
    )
    assert {"fiets", "van", "naar", "bereik-15", "water"} <= set(drawn)
    assert page.locator(".maplibregl-ctrl-attrib").inner_text().strip() == "© OpenStreetMap-bijdragers (ODbL)"
    axe(page)


def test_a_click_on_the_map_is_a_place_and_the_form_answers_with_it(networks, page, enter):
    page.goto(enter(page, Role.NETWERKCOORDINATOR) + "/reistijd")
    page.wait_for_selector(".map--live", timeout=30_000)
    assert page.get_by_text("Of klik op de kaart.").is_visible()
    box = page.locator(".map__canvas canvas").bounding_box()
    for name, left in (("van", 0.42), ("naar", 0.58)):
        page.mouse.click(box["x"] + box["width"] * left, box["y"] + box["height"] / 2)
        for _ in range(25):
            if page.locator(f"[name={name}]").input_value():
                break
            page.wait_for_timeout(200)
    page.get_by_role("button", name="Reken uit").click()
    page.get_by_role("heading", name="Van 52.6").wait_for()
    assert "van=52." in page.url


def test_without_webgl_the_picture_shows_the_same(networks, page, enter, axe):
    page.add_init_script(WITHOUT_WEBGL)
    site = enter(page, Role.STAGECOORDINATOR)
    page.goto(f"{site}/reistijd?van={quote(FROM)}&naar={quote(TO)}&bereik=ja")
    _check_answer(page)
    assert page.get_by_text("Of klik op de kaart.").is_hidden()
    picture = page.locator(".map__picture svg.map-picture")
    assert picture.is_visible()
    assert picture.locator(".map-line--fiets path").count() == 2
    assert picture.locator(".map-area").count() == 3
    loaded = page.evaluate(
        "fetch(document.querySelector('.map-ground').getAttribute('href')).then((one) => one.text())"
    )
    assert "<path" in loaded
    axe(page)


@pytest.mark.parametrize("width", [1280, 320])
def test_without_a_script_the_journey_is_complete(networks, chromium, live_server, width):
    context = chromium.new_context(java_script_enabled=False, viewport={"width": width, "height": 800}, locale="nl-NL")
    page = context.new_page()
    page.goto(f"{live_server}/inloggen")
    page.get_by_label("E-mailadres").fill(f"{Role.FINANCIEEL}@merenveld.example")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("navigation", name="Hoofdmenu").get_by_role("link", name="Reistijd").click()
    _ask(page, bereik=True)
    _check_answer(page)
    assert page.locator("svg.map-picture").is_visible()
    page.get_by_role("link", name="Lopen").click()
    assert "hoe=lopen" in page.url
    page.get_by_text("Straat voor straat, lopen").click()
    context.close()


def test_a_journey_without_a_route_says_why(networks, page, enter, axe):
    site = enter(page, Role.STAGECOORDINATOR)
    page.goto(f"{site}/reistijd?van={quote(FROM)}&naar=52.62,5.41")
    assert page.get_by_text("Waarom geen route?").is_visible()
    assert "te ver van de weg" in page.locator(".message--warning").inner_text()
    axe(page, schemes=("light",))


def test_the_print_shows_the_answer_and_not_the_form(networks, page, enter):
    site = enter(page, Role.STAGECOORDINATOR)
    page.goto(f"{site}/reistijd?van={quote(FROM)}&naar={quote(TO)}")
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="Reken uit").is_visible()
    assert page.locator(".trips").is_visible()
    assert "© OpenStreetMap-bijdragers (ODbL)" in page.locator(".map__foot").inner_text()


def test_the_map_of_pdok_is_dropped_after_three_errors_and_our_own_ground_stays(networks, page, enter):
    site = enter(page, Role.STAGECOORDINATOR)
    style = page.request.get(f"{site}/kaart/stijl.json").json()
    style["sources"]["pdok"] = {"type": "raster", "tiles": [site + "/kaart/stuk/{z}/{x}/{y}.png"], "tileSize": 256}
    style["layers"].insert(5, {"id": "pdok", "type": "raster", "source": "pdok"})
    asked = []
    page.route("**/kaart/stuk/**", lambda route: (asked.append(1), route.fulfill(status=503, body="storing")))
    page.route("**/kaart/stijl.json*", lambda route: route.fulfill(json=style))
    page.goto(f"{site}/reistijd")
    page.wait_for_selector(".map--live", timeout=30_000)
    for _ in range(50):
        if len(asked) >= 3 and not page.evaluate(
            "Boolean(document.querySelector('[data-map]').liveMap.getLayer('pdok'))"
        ):
            break
        page.wait_for_timeout(200)
    else:
        pytest.fail("the layer of PDOK is still there after ten seconds")
    assert len(asked) >= 3
    assert page.evaluate("Boolean(document.querySelector('[data-map]').liveMap.getLayer('water'))")


def test_the_legend_and_the_page_speak_english_too(networks, page, enter):
    site = enter(page, Role.STAGECOORDINATOR)
    page.get_by_role("button", name="English").click()
    page.goto(f"{site}/reistijd?van={quote(FROM)}&naar={quote(TO)}&bereik=ja")
    assert page.get_by_role("heading", level=1).inner_text() == "Travel time"
    legend = page.locator(".map__legend").inner_text()
    assert "By bicycle" in legend
    assert "Within 30 minutes" in legend
