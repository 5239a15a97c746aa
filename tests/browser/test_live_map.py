"""The live map takes the place of the picture where the browser can, and nowhere else."""

import pytest

from usecases.people.roles import Role

pytestmark = pytest.mark.browser


@pytest.fixture
def map_page(page, enter):
    page.goto(enter(page, Role.BEHEERDER) + "/stijl")
    page.locator("[data-map]").scroll_into_view_if_needed()
    return page


def test_the_live_map_shows_itself_under_the_strict_policy(map_page, axe):
    complaints = []
    map_page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
    map_page.wait_for_selector(".map--live", timeout=30_000)
    assert not map_page.locator(".map__picture svg").first.is_visible()
    assert map_page.evaluate("document.querySelector('[data-map]').liveMap.hasImage('hatch-witte-vlek')")
    axe(map_page, schemes=("light",))
    assert complaints == []


def test_a_click_on_the_map_fills_the_form(map_page):
    map_page.wait_for_selector(".map--live", timeout=30_000)
    box = map_page.locator(".map__canvas canvas").bounding_box()
    map_page.mouse.click(box["x"] + 20, box["y"] + 20)
    map_page.wait_for_function("document.querySelector('[name=van]').value !== ''")
    lat, lon = (float(part) for part in map_page.locator("[name=van]").input_value().split(","))
    assert 52.5 < lat < 52.75
    assert 5.3 < lon < 5.6
    assert "Van" in map_page.locator(".map__said").inner_text()


def test_without_webgl_the_picture_and_the_table_stay(page, enter):
    page.add_init_script(
        "const get = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...rest)"
        " { return kind.startsWith('webgl') ? null : get.call(this, kind, ...rest); };"
    )
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(enter(page, Role.BEHEERDER) + "/stijl")
    page.locator("[data-map]").scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert page.locator(".map__picture svg").first.is_visible()
    assert page.locator("#tabel").is_visible()
    assert not [address for address in asked if "live-map" in address], "MapLibre was fetched for nothing"


def test_a_map_that_cannot_start_leaves_the_picture(page, enter):
    page.route("**/kaart/stijl.json*", lambda route: route.fulfill(status=500, body="stuk"))
    page.goto(enter(page, Role.BEHEERDER) + "/stijl")
    page.locator("[data-map]").scroll_into_view_if_needed()
    page.wait_for_selector("[data-map-state=picture]")
    assert page.locator(".map__picture svg").first.is_visible()
