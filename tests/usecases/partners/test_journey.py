"""From two refusals to a green region: coordinator, pupil on route B, netwerkcoördinator, and the finance page."""

from __future__ import annotations

import re
import threading

import pytest

from usecases.demo.merenveld import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AGREED_CREBOS = {"25250", "25252", "25253", "25254", "25257"}


@pytest.fixture
def site(merenveld):
    """The demo region on a loopback port."""
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, merenveld, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", merenveld.extensions["stageroute"]
    server.shutdown()
    thread.join()
    server.server_close()


def log_in(chromium, address, who):
    page = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="nl-NL").new_page()
    page.goto(f"{address}/inloggen")
    page.get_by_label("E-mailadres").fill(f"{who}@merenveld.example")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{address}/")
    return page


def figures_of(page, address):
    page.goto(f"{address}/tegemoetkoming")
    return page.locator("main").inner_text()


def route_b_pupil(services):
    """A pupil of De Merel on route B with both advices and the registration, and no place yet."""
    for row in services.stages.people.list_pupils(["99AA"]):
        pupil = services.stages.people.pupil(row.row.id)
        route_b = pupil.route is not None and pupil.route.value == "B" and pupil.crebo in AGREED_CREBOS
        in_order = pupil.advice_pro_on and pupil.advice_mbo_on and pupil.exam_participant_since
        if route_b and in_order and row.row.placement is None:
            return pupil
    pytest.fail("the demo has no pupil of De Merel on route B with everything in order")


def reserve_a_recognised_place(page, address, pupil):
    """Find the pupil, look at the first place that was found, go back and reserve it."""
    page.goto(f"{address}/leerlingen")
    page.get_by_role("textbox", name="Leerling").fill(pupil.id.partition("-")[2])
    page.get_by_role("button", name="Toon").click()
    page.wait_for_url("**zoek=**")
    page.get_by_role("rowheader").get_by_role("link").first.click()
    assert f"entree, route B, crebo {pupil.crebo}" in page.locator("main").inner_text()
    page.get_by_role("link", name="Zoek een plek", exact=True).click()
    first = page.locator("li.result").first
    first.locator("h2 a").click()
    recognised = page.locator("dt", has_text="Erkend leerbedrijf voor").locator("+ dd")
    assert pupil.crebo in recognised.inner_text()
    page.go_back()
    first.get_by_role("button", name="Reserveer").click()
    page.get_by_text("De plek is gereserveerd tot en met").wait_for()


def confirm(page, address, pupil):
    page.goto(f"{address}/leerlingen/{pupil.id}")
    page.get_by_role("button", name="Bevestig", exact=True).click()
    return page.locator("main").inner_text()


def refuse(page, name):
    page.locator("li.result", has=page.get_by_role("heading", name=name)).get_by_role("link", name="Afgewezen").click()
    page.get_by_label("Toelichting").fill("Geen docent beschikbaar dit schooljaar.")
    page.get_by_role("button", name="Bewaar").click()


def test_two_refusals_an_agreement_a_pupil_and_a_green_region(site, chromium, axe):
    address, services = site
    finance = log_in(chromium, address, "financieel")
    amounts = figures_of(finance, address)
    network = log_in(chromium, address, "netwerkcoordinator")
    network.goto(f"{address}/regio/merenveld-noord")
    assert "2 vestigingen hebben nog geen geldige overeenkomst" in network.locator("main").inner_text()

    pupil = route_b_pupil(services)
    page = log_in(chromium, address, "stagecoordinator")
    reserve_a_recognised_place(page, address, pupil)
    axe(page)
    refused = confirm(page, address, pupil)
    assert f"Er is geen overeenkomst met een mbo voor crebo {pupil.crebo}." in refused
    assert "wie: de pro-school en de mbo-instelling samen" in refused
    assert "gereserveerd" in refused
    axe(page)

    page.goto(f"{address}/entreepartner/99AA00")
    axe(page)
    refuse(page, "Groen College Lisdonk")
    assert "Stap 2 opent als ROC Merenveld een uitkomst heeft" in page.locator("main").inner_text()
    refuse(page, "ROC Merenveld")
    stepper = page.locator(".stepper [aria-current=step]")
    assert "Een andere bekostigde mbo in de regio" in stepper.inner_text()
    stepper.get_by_role("link", name="Overeenkomst").click()
    page.get_by_role("button", name="Bewaar").click()
    page.get_by_role("link", name="Maak de overeenkomst met de tien onderdelen").first.click()
    page.get_by_label("Mbo", exact=True).select_option("99MC")
    page.get_by_label(re.compile(f"^{pupil.crebo} ")).check()
    page.get_by_role("button", name="Maak de overeenkomst").click()
    assert "nog niet geldig" in page.locator("main").inner_text()
    for box in page.locator("form textarea").all():
        box.fill("Zo hebben pro en mbo het samen afgesproken.")
    page.get_by_role("button", name="Bewaar de onderdelen").click()
    page.get_by_role("button", name="De school heeft getekend").click()
    page.get_by_role("button", name="De mbo heeft getekend").click()
    assert "Deze overeenkomst is geldig." in page.locator("main").inner_text()
    axe(page)

    confirmed = confirm(page, address, pupil)
    assert "De plaatsing is nu: bevestigd." in confirmed
    assert "Bevestigen kan nog niet" not in confirmed

    network.goto(f"{address}/regio/merenveld-noord")
    assert "elke school heeft een geldige overeenkomst" in network.locator("main").inner_text()
    features = network.request.get(f"{address}/regio/merenveld-noord/kaart.json?laag=gemeenten").json()["features"]
    assert {f["properties"]["kind"] for f in features} == {"stap-1", "gemeente"}
    axe(network)
    assert figures_of(finance, address) == amounts


def test_the_region_page_and_the_landkaart_say_the_same_without_a_script(site, chromium, axe):
    address, _ = site
    account = log_in(chromium, address, "netwerkcoordinator")
    cookies = account.context.cookies()
    context = chromium.new_context(viewport={"width": 320, "height": 800}, java_script_enabled=False, locale="nl-NL")
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{address}/regio/merenveld-noord")
    assert page.locator(".map__picture svg").is_visible()
    assert page.get_by_role("table").filter(has_text="Dekking per gemeente").is_visible()
    page.get_by_label("Norm in minuten").fill("5")
    page.get_by_role("button", name="Toon").click()
    assert "norm=5" in page.url
    page.goto(f"{address}/landkaart?route=B")
    assert page.get_by_role("table").filter(has_text="Samen logistiek").count() == 1
    page.get_by_role("link", name="Samen logistiek").last.click()
    assert "ROC Merenveld" in page.locator("main").inner_text()
