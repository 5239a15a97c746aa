"""From login to the amount, the reason and the day; two people who bring an award to its payments."""

from __future__ import annotations

import json
from datetime import date

import pytest

from subsidy.telling import Status
from tests.conftest import GRANTS, PASSWORD
from tests.webapp.access_cases.subsidy import on_record, telling_file, two_schools
from usecases.people.roles import Grant, Owner, Role
from usecases.tegemoetkoming.subsidy import NamedFile

pytestmark = pytest.mark.browser
ID = "reiskosten-2024-2026"
#: 118 of the 258 pupils of the telling are on 99AA00.
AMOUNT, PART = "€ 914.728,68", "€ 457.364,34"


def plain_spaces(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


class Clicker:
    """Somebody who clicks, and counts: logging in is the first click."""

    def __init__(self, page, site):
        self.page, self.site, self.clicks = page, site, 0

    def log_in(self, email):
        self.page.goto(f"{self.site}/inloggen")
        self.page.get_by_label("E-mailadres").fill(email)
        self.page.get_by_label("Wachtwoord").fill(PASSWORD)
        self.click("button", "Log in")

    def click(self, role, name):
        self.page.locator("body").get_by_role(role, name=name, exact=True).click()
        self.clicks += 1

    def read(self):
        return plain_spaces(self.page.locator("main").inner_text())


@pytest.fixture
def paid_once(app):
    """An award with its first part paid."""
    on_record(app)
    awards = app.extensions["stageroute"].tegemoetkoming.awards
    awards.check(1, by="Bob", on=date(2024, 9, 21))
    awards.determine(1, by="Bob", on=date(2024, 10, 3))
    awards.pay(1, 1, by="Bob", on=date(2024, 11, 14))


def read_amount_why_and_when(someone):
    """Three clicks from the form for logging in: our amount, why, when, and the sum in our own numbers."""
    someone.log_in(f"{Role.FINANCIEEL}@merenveld.example")
    someone.click("link", "Tegemoetkoming")
    shown = someone.read()
    assert AMOUNT in shown
    assert "Waarom dit bedrag?" in shown
    assert "118 van de 258 leerlingen op 1 oktober 2023 (voorlopige telling)" in shown
    assert "betaald op 14 november 2024" in shown
    assert "verwacht tussen 1 april 2025 en 30 juni 2025" in shown
    assert "eerste deel betaald" in shown
    assert "T1" not in shown
    someone.click("link", "Uitleg")
    assert someone.clicks == 3
    steps = [plain_spaces(text) for text in someone.page.locator("main ol li strong").locator("..").all_inner_texts()]
    assert "telde DUO 118 leerlingen" in steps[0]
    assert "118 gedeeld door 258" in steps[1]
    assert "€ 914.728,682170…" in steps[1]
    assert "Uw bedrag is € 914.728,68." in steps[2]
    assert steps[3].count(PART) == 2


def test_our_amount_why_and_when_take_three_clicks(paid_once, page, live_server):
    someone = Clicker(page, live_server)
    read_amount_why_and_when(someone)
    page.go_back()
    for name, start in (("PDF", b"%PDF-1."), ("Excel", b"PK"), ("JSON", b"{")):
        with page.expect_download() as waiting:
            someone.click("link", name)
        content = waiting.value.path().read_bytes()
        assert content.startswith(start)
    assert json.loads(content)["school"]["amount_cents"] == 91_472_868


def test_the_same_three_clicks_work_on_a_phone_without_javascript(paid_once, chromium, live_server):
    context = chromium.new_context(
        java_script_enabled=False, locale="nl-NL", viewport={"width": 320, "height": 640}, is_mobile=False
    )
    page = context.new_page()
    read_amount_why_and_when(Clicker(page, live_server))
    context.close()


def test_the_pages_of_finance_have_no_accessibility_fault_and_fit_a_phone(paid_once, page, enter, axe):
    site = enter(page, Role.FINANCIEEL)
    school = f"/tegemoetkoming/{ID}/99AA00"
    for path in ("/", "/tegemoetkoming", school, f"{school}/uitleg", f"{school}/bon", "/tegemoetkoming/regelingen"):
        page.goto(site + path)
        assert page.locator("h1").count() == 1, path
        axe(page, schemes=("light",))


def test_the_pages_of_the_beheerder_have_no_accessibility_fault_and_fit_a_phone(paid_once, app, page, enter, axe):
    cases = app.extensions["stageroute"].tegemoetkoming
    cases.import_telling(telling_file(_99AA="9", _99BB="<5"), date(2023, 10, 1), Status.DEFINITIEF, "test")
    site = enter(page, Role.BEHEERDER)
    base = f"{site}/tegemoetkoming/beheer"
    for path in (
        "",
        f"/regeling/{ID}",
        "/regeling/reiskosten-2027-2028",
        "/tellingen/2",
        "/tellingen/verschil?een=1&ander=2",
        "/scenario?budget=2100000.00&telling=1&level=bestuur",
    ):
        page.goto(base + path)
        assert page.locator("h1").count() == 1, path
        axe(page, schemes=("light",))


def test_a_bestuur_sees_its_schools_and_their_total(app, page, live_server):
    services = app.extensions["stageroute"]
    content = telling_file(_99AA="8", _99BB="30").content.replace(b"\r\n99BB;00", b"\r\n99AA;01")
    services.tegemoetkoming.import_telling(
        NamedFile("x-2023.csv", content), date(2023, 10, 1), Status.VOORLOPIG, "test"
    )
    grant = Grant(Role.FINANCIEEL, Owner("bestuur", "99001"))
    services.accounts.add_demo_account("bestuur@merenveld.example", "Bestuur", PASSWORD, [grant])
    someone = Clicker(page, live_server)
    someone.log_in("bestuur@merenveld.example")
    someone.click("link", "Tegemoetkoming")
    shown = someone.read()
    assert "Uw scholen krijgen samen: € 2.000.000,00" in " ".join(shown.split())
    assert "€ 1.000.000,00\tverwacht tussen 1 juli 2024 en 31 december 2024" in shown
    rows = page.get_by_role("region", name="Bedrag per school").get_by_role("row").all_inner_texts()
    assert [row.split("\t")[0].split("(")[-1] for row in rows[1:]] == ["99AA00)", "99AA01)"]
    someone.click("link", "Praktijkschool 99AA")
    assert someone.clicks == 3
    assert AMOUNT in someone.read()


def two_beheerders(app, chromium, site):
    """Two people with a browser of their own, both logged in."""
    accounts = app.extensions["stageroute"].accounts
    accounts.add_demo_account("tweede@merenveld.example", "Tweede", PASSWORD, [GRANTS[Role.BEHEERDER]])
    found = []
    for email in (f"{Role.BEHEERDER}@merenveld.example", "tweede@merenveld.example"):
        someone = Clicker(chromium.new_context(locale="nl-NL").new_page(), site)
        someone.log_in(email)
        someone.click("link", "Tegemoetkoming")
        someone.page.get_by_role("link", name="2024–2026").click()
        found.append(someone)
    return found


def take_step(someone, button, day, reason=None):
    """Fill in the form of the next step and press its button; give what the page says."""
    page = someone.page
    form = page.locator("form", has=page.get_by_role("button", name=button))
    form.get_by_label("Datum").fill(day)
    if reason is not None:
        form.get_by_label("Reden").fill(reason)
    form.get_by_role("button", name=button).click()
    return someone.read()


def test_two_people_click_an_award_to_its_payments_and_a_payment_out_of_time_gives_a_reason(app, chromium, live_server):
    two_schools(app)
    one, two = two_beheerders(app, chromium, live_server)
    take_step(one, "Leg deze berekening vast", "2024-09-20")
    refused = take_step(one, "Controleer als tweede persoon", "2024-09-21")
    assert "de controle is door een andere persoon" in refused
    two.page.reload()
    take_step(two, "Controleer als tweede persoon", "2024-09-21")
    take_step(two, "Stel vast", "2024-10-03")
    refused = take_step(two, "Leg betaling van deel 1 vast", "2025-01-03")
    assert "buiten het venster van 01-07-2024 tot en met 31-12-2024; geef een reden." in refused
    two.page.go_back()
    shown = take_step(two, "Leg betaling van deel 1 vast", "2025-01-03", "Het rekeningnummer was te laat bekend.")
    assert "eerste deel betaald" in shown
    assert "Het rekeningnummer was te laat bekend." in shown
    shown = take_step(two, "Leg betaling van deel 2 vast", "2025-05-20", "")
    assert "Vastgelegd: tweede deel betaald." in shown
    steps = app.extensions["stageroute"].tegemoetkoming.awards.get(1).steps
    assert [(step.state.value, step.by.split("@")[0]) for step in steps] == [
        ("berekend", "beheerder"),
        ("gecontroleerd", "tweede"),
        ("vastgesteld", "tweede"),
        ("T1 betaald", "tweede"),
        ("T2 betaald", "tweede"),
    ]
    for someone in (one, two):
        someone.page.context.close()
