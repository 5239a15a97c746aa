"""The pages that everybody meets: seen, measured and used with a keyboard, with and without a script."""

import pytest

from tests.conftest import PASSWORD
from usecases.people.roles import Role

pytestmark = pytest.mark.browser


def test_public_pages_have_no_accessibility_fault(page, live_server, axe):
    for path in ("/inloggen", "/privacy", "/toegankelijkheid", "/uitnodiging/bestaat-niet"):
        page.goto(live_server + path)
        axe(page)


@pytest.mark.parametrize("role", list(Role))
def test_home_of_every_role_has_no_accessibility_fault(page, enter, axe, role):
    enter(page, role)
    assert page.get_by_role("heading", level=1).inner_text() == "Vandaag"
    assert page.locator("html").get_attribute("lang") == "nl"
    axe(page)


def test_pages_about_accounts_have_no_accessibility_fault(page, enter, axe):
    site = enter(page, Role.BEHEERDER)
    for path in ("/account", "/account/tweede-stap", "/accounts", "/accounts/uitnodigen", "/logboek", "/stijl"):
        page.goto(site + path)
        assert page.get_by_role("heading", level=1).count() == 1, path
        axe(page)


def test_error_pages_say_what_to_do_and_have_no_accessibility_fault(page, enter, axe):
    site = enter(page, Role.FINANCIEEL)
    assert page.goto(f"{site}/bestaat-niet").status == 404
    assert page.get_by_role("link", name="Naar Vandaag").is_visible()
    axe(page, schemes=("light",))
    assert page.goto(f"{site}/accounts").status == 403
    assert "rol" in page.locator("main").inner_text()
    axe(page, schemes=("light",))


def test_a_refused_login_reads_out_its_fault_first(page, live_server, axe):
    page.goto(f"{live_server}/inloggen")
    page.get_by_label("E-mailadres").fill("niemand@merenveld.example")
    page.get_by_label("Wachtwoord").fill("verkeerd wachtwoord")
    page.get_by_role("button", name="Log in").click()
    fault = page.get_by_role("alert")
    fault.wait_for()
    page.wait_for_function("document.activeElement?.getAttribute('role') === 'alert'")
    assert page.get_by_label("E-mailadres").input_value() == "niemand@merenveld.example"
    axe(page, schemes=("light",))


def test_a_keyboard_alone_logs_in_and_out(page, live_server):
    page.goto(f"{live_server}/inloggen")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Naar de inhoud"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "email"
    page.keyboard.type(f"{Role.STAGECOORDINATOR}@merenveld.example")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server}/")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "Uitloggen":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server}/inloggen")


def test_without_a_script_everything_general_works(chromium, live_server):
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 320, "height": 800})
    page = context.new_page()
    page.goto(f"{live_server}/inloggen")
    page.get_by_label("E-mailadres").fill(f"{Role.BEHEERDER}@merenveld.example")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("navigation", name="Hoofdmenu").get_by_role("link", name="Accounts").click()
    page.get_by_role("link", name="Nodig iemand uit").click()
    page.get_by_label("E-mailadres").fill("nieuw@merenveld.example")
    page.get_by_label("financieel medewerker").check()
    page.get_by_label("Bereik").fill("school:99AA")
    page.get_by_role("button", name="Maak de uitnodiging").click()
    link = page.locator("main code").inner_text()
    page.get_by_role("button", name="Uitloggen").click()
    page.goto(link)
    page.get_by_label("Uw naam").fill("Nieuwe Medewerker")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Maak mijn account").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Vandaag"
    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    context.close()


def test_a_table_sorts_and_pages_by_its_address(page, enter):
    site = enter(page, Role.BEHEERDER)
    page.goto(f"{site}/stijl")
    table = page.get_by_role("table").filter(has_text="Scholen")
    table.get_by_role("link", name="Leerlingen").click()
    page.wait_for_url("**/stijl?sorteer=leerlingen&richting=op")
    first = table.locator("tbody tr").first.locator("td.number").first.inner_text()
    assert first == "45"
    assert table.locator("th[aria-sort]").get_attribute("aria-sort") == "ascending"
    page.get_by_role("link", name="Volgende").click()
    assert "6–8 van 8" in table.locator("caption").inner_text()


def test_the_page_prints_without_its_menus(page, enter):
    enter(page, Role.BEHEERDER)
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation", name="Hoofdmenu").is_visible()
    assert page.get_by_role("heading", level=1).is_visible()
