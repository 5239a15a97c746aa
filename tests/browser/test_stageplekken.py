"""From login to a reserved, explained place; a company that answers; the pages without a fault at two widths."""

from __future__ import annotations

import shutil
import time

import pytest

from data.proposal_store import ProposalStore
from geo.build import build_network
from matching.proposals.proposal import Request
from tests.geo.map_town import SOUTH, WEST, write_town
from tests.matching.world import company, fill_town, place, pupil, read_in, to_csv
from usecases.people.roles import Role

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def roads(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stageplekken")
    build_network(folder, "town", write_town(folder / "town.osm"))
    return folder / "networks"


def at(step):
    return {"lat": f"{SOUTH + 0.0012 * step:.4f}", "lon": f"{WEST + 0.002 * step:.4f}"}


@pytest.fixture
def town(app, home, roads):
    """A school with three pupils, and four places on real streets."""
    shutil.copytree(roads, home / "networks")
    services = app.extensions["stageroute"]
    places = [
        place(1, **at(2), begeleiding_op_maat="ja"),
        place(2, **at(5)),
        place(3, **at(7), sector="horeca", plekken_di="2", plekken_do="2"),
        place(4, **at(6), sector="bouw"),
    ]
    fill_town(
        services.database,
        [pupil(n, postcode="", **at(0)) for n in (1, 2, 3)],
        places,
        [company(n) for n in range(1, 5)],
    )
    return services.stages


def go_from_login_to_a_place(page, enter):
    """Five clicks at most: log in, the action, the pupil, reserve."""
    enter(page, Role.STAGECOORDINATOR)
    page.get_by_role("link", name="Zoek een plek", exact=True).click()
    page.get_by_role("link", name="Zoek een plek voor leerling 0001").click()
    page.get_by_role("button", name="Reserveer Bedrijf 1").click()
    page.get_by_text("De plek is gereserveerd tot en met").wait_for()
    assert "begeleiding op maat (+2)" in page.locator("main").inner_text()
    assert "Groen is de eerste keuze (+4)" in page.locator("main").inner_text()


def test_a_coordinator_reserves_an_explained_place_in_four_clicks_and_under_a_minute(town, page, enter):
    began = time.monotonic()
    go_from_login_to_a_place(page, enter)
    assert time.monotonic() - began < 60


def test_the_same_journey_works_without_javascript(town, chromium, enter):
    context = chromium.new_context(java_script_enabled=False, locale="nl-NL")
    go_from_login_to_a_place(context.new_page(), enter)
    context.close()


@pytest.fixture
def proposal(app, town):
    """A stored proposal for three pupils, one of whom somebody was just before."""
    services = app.extensions["stageroute"]
    _, payload = town.groups.compute(Request(("99AA",), locks={"99AA-0001": "P001"}))
    with services.database.write() as session:
        store = ProposalStore(session)
        store.add("voorbeeld", "99AA", payload, at=services.clock(), actor="test")
        store.refuse("voorbeeld", "99AA-0001", "Iemand anders was net eerder met de laatste plek.")
    return "voorbeeld"


@pytest.fixture
def twins(app, town):
    """Two companies that look alike."""
    rows = [company(number, naam="Bakkerij Van Dam", postcode="9811AB") for number in (1, 2)]
    read_in(app.extensions["stageroute"].database, "companies", to_csv("companies", rows))


def test_the_pages_have_no_accessibility_fault_at_two_widths(town, proposal, twins, page, enter, axe):
    site = enter(page, Role.STAGECOORDINATOR)
    for path in (
        "/leerlingen",
        "/leerlingen/99AA-0001",
        "/zoeken?leerling=99AA-0001",
        "/zoeken/waarom-niet?leerling=99AA-0001",
        "/zoeken/vergelijk?leerling=99AA-0001&plek=P001&plek=P002",
        "/leerlingen/99AA-0001/reserveer/P002",
        "/leerlingen/99AA-0001/print/P001",
        "/plekken/P001",
        "/bedrijven/B001",
        "/voorstellen",
        f"/voorstellen/{proposal}",
        "/dubbel",
        "/zoeken?leerling=99AA-0001&hoe=ov&hooguit=60",
        "/plaatsingen",
        "/scholen/99AA/weging",
        "/scholen/99AA/uitvoer",
    ):
        page.goto(site + path)
        assert page.locator("h1").count() == 1, path
        axe(page, schemes=("light",))


def test_who_is_too_late_gets_the_sentence_and_the_next_best_places(town, page, enter):
    site = enter(page, Role.STAGECOORDINATOR)
    page.goto(f"{site}/zoeken?leerling=99AA-0002")
    from matching.places.placing import Claim

    town.people.reserve(Claim("99AA-0001", "P001", "iemand anders"), "collega")
    page.get_by_role("button", name="Reserveer Bedrijf 1").click()
    page.get_by_text("Iemand anders was net eerder met de laatste plek").wait_for()
    assert page.locator(".result").count() == 2
    page.get_by_role("link", name="Bedrijf 2").click()
    page.get_by_role("button", name="Reserveer").click()
    page.get_by_text("De plek is gereserveerd tot en met").wait_for()


def test_a_company_answers_through_its_link_and_an_expired_link_changes_nothing(town, page, enter, axe, clock):
    site = enter(page, Role.STAGECOORDINATOR)
    from matching.places.placing import Claim

    placement = town.people.reserve(Claim("99AA-0001", "P001", "een"), "test")
    other = town.people.reserve(Claim("99AA-0002", "P003", "twee"), "test")
    page.goto(f"{site}/bedrijven/B001")
    page.get_by_role("button", name="Maak een link").click()
    link = page.locator("code").filter(has_text="/bedrijf/").inner_text()
    page.context.clear_cookies()
    page.goto(link)
    axe(page, schemes=("light",))
    shown = page.locator("main").inner_text()
    assert "dinsdag en donderdag" in shown
    assert "0001" not in shown
    page.get_by_role("button", name="Ja, deze stage kan").click()
    page.get_by_text("De stage is bevestigd").wait_for()
    assert town.people.history("99AA-0001")[0][0].status.value == "bevestigd"
    assert town.people.history("99AA-0001")[0][1][-1].actor == "bedrijf B001"
    del placement, other
    clock.move(days=15)
    page.goto(link)
    page.get_by_text("Deze link is verlopen op").wait_for()


def test_a_postcode_search_stores_nothing(town, page, enter):
    site = enter(page, Role.STAGECOORDINATOR)
    page.goto(f"{site}/zoeken?postcode={SOUTH:.4f},{WEST:.4f}&sector=groen&dag=di")
    assert "deze zoekvraag wordt niet bewaard" in page.locator("main").inner_text()
    assert page.locator(".result").count() == 2
    assert page.get_by_role("button", name="Reserveer").count() == 0


def test_a_wrong_number_of_minutes_gives_a_sentence_that_fits_on_a_phone(live_server, page, enter, axe, town):
    enter(page, Role.STAGECOORDINATOR)
    page.goto(f"{live_server}/zoeken?postcode=1234AB&sector=groen&hooguit=999")
    assert page.get_by_text("Vul een heel getal in van 1 tot en met 180.").count() == 2
    assert page.get_by_label("of postcode").input_value() == "1234AB"
    assert page.get_by_label("Hooguit").input_value() == "999"
    assert page.get_by_label("groen").is_checked()
    axe(page)
