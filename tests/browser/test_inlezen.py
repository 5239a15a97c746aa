"""Reading a file in with a browser: choose, watch, look at the difference, confirm; with and without a script."""

import threading
import time

import pytest

import data.importers
from data.importers.framework import compute_diff
from data.importers.postcodes import PostcodesImporter
from data.importers.pupils import PupilImporter
from data.importers.records import Run
from tests.conftest import PASSWORD
from tests.data.importers.test_school_files import FILES, OWN_WORDS
from tests.matching.world import AT
from tests.usecases.work import kinds
from tests.usecases.work.importer import GemeenteImporter
from usecases.people.roles import Owner, Role
from usecases.work.jobs import execute

pytestmark = pytest.mark.browser
GOOD = b"Code;Naam\n9801;Oostermeer\n9802;Westmeer\n9803;Nieuwmeer\n"
BAD = b"Code;Naam\nx;Oost\n9802;\n9803;=1+1\n"


@pytest.fixture
def worker(app, monkeypatch):
    """Do jobs in the background, as a worker would; holds them back while ``paused``."""
    services = app.extensions["stageroute"]
    kinds.register(services.jobs)
    monkeypatch.setattr(data.importers, "IMPORTERS", (GemeenteImporter,))
    stop, paused = threading.Event(), threading.Event()

    def run():
        while not stop.is_set():
            for job in [] if paused.is_set() else services.jobs.newest(20):
                if job.state == "wachtrij":
                    execute(services, job.id, job.attempt, "proef-1", kinds.Steps())
            time.sleep(0.05)

    thread = threading.Thread(target=run)
    thread.start()
    services.paused = paused
    yield services
    stop.set()
    thread.join()


def choose(page, site, content):
    page.goto(f"{site}/inlezen")
    page.get_by_role("link", name="Kies een bestand").click()
    page.get_by_label("Jaar").fill("2026")
    file = {"name": "g.csv", "mimeType": "text/csv", "buffer": content}
    page.get_by_label("Bestand", exact=True).set_input_files(file)
    page.get_by_role("button", name="Controleer het bestand").click()


def test_a_file_is_followed_looked_at_and_saved_without_touching_the_page(page, enter, worker, axe):
    site = enter(page, Role.BEHEERDER)
    page.goto(f"{site}/inlezen/soort/gemeenten")
    axe(page, schemes=("light",))
    worker.paused.set()
    choose(page, site, GOOD)
    page.get_by_text("De taak begint zo").wait_for()
    axe(page, schemes=("light",))
    worker.paused.clear()
    page.get_by_role("button", name="Sla alles op").wait_for()
    assert "Oostmeer → Oostermeer" in page.locator("main").inner_text()
    axe(page)
    page.get_by_role("button", name="Sla alles op").click()
    page.get_by_text("Opgeslagen. Gelezen: 3, nieuw: 1, gewijzigd: 1, weg: 0.").wait_for()
    page.goto(f"{site}/inlezen")
    assert "opgeslagen" in page.locator("main").inner_text()
    axe(page, schemes=("light",))
    page.goto(f"{site}/taken")
    assert "Er loopt nu geen taak." in page.locator("main").inner_text()
    axe(page, schemes=("light",))


def test_a_refused_file_and_a_failed_task_are_readable(page, enter, worker, axe):
    site = enter(page, Role.BEHEERDER)
    choose(page, site, BAD)
    page.get_by_text("Er zijn 3 fouten gevonden.").wait_for()
    axe(page, schemes=("light",))
    job_id = worker.jobs.start("proef-breken", {}, owner=Owner("school", "99AA"), by="ik")
    page.goto(f"{site}/taken/{job_id}")
    page.get_by_role("button", name="Probeer opnieuw").wait_for()
    axe(page, schemes=("light",))


def test_without_a_script_a_link_shows_how_far_it_is(chromium, live_server, worker):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server}/inloggen")
    page.get_by_label("E-mailadres").fill(f"{Role.BEHEERDER}@merenveld.example")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    worker.paused.set()
    choose(page, live_server, GOOD)
    assert page.get_by_role("link", name="Ververs deze pagina").is_visible()
    worker.paused.clear()
    deadline = time.monotonic() + 20
    while page.get_by_role("button", name="Sla alles op").count() == 0:
        assert time.monotonic() < deadline
        page.get_by_role("link", name="Ververs deze pagina").click()
        page.wait_for_timeout(100)
    page.get_by_role("button", name="Sla alles op").click()
    while page.get_by_text("Opgeslagen. Gelezen: 3").count() == 0:
        assert time.monotonic() < deadline
        page.reload()
    context.close()


@pytest.fixture
def pupils(app, monkeypatch, worker):
    """The lists of schools, with the postcodes of the invented files known."""
    monkeypatch.setattr(data.importers, "IMPORTERS", (PupilImporter,))
    monkeypatch.setattr(data.importers, "find_importer", lambda name: PupilImporter() if name == "pupils" else None)
    content = (FILES / "basis" / "postcodes.csv").read_bytes()
    run = Run("postcodes.csv", "x", {}, "test", AT, 1)
    with worker.database.write() as session:
        PostcodesImporter().save(session, compute_diff(PostcodesImporter(), session, content, run), run)
    return worker


@pytest.mark.parametrize("width", [320, 1280])
def test_a_list_with_own_words_and_a_wrong_cell_comes_in_without_a_spreadsheet(page, enter, pupils, axe, width):
    page.set_viewport_size({"width": width, "height": 800})
    site = enter(page, Role.STAGECOORDINATOR)
    page.goto(f"{site}/inlezen/soort/pupils")
    axe(page, schemes=("light",))
    content = (
        FILES / "leerlingen-eigen-woorden.csv"
    ).read_bytes() + b"1102;9901 AB;iets;di do;fiets;1-9-2026;9-7-2027\r\n"
    file = {"name": "lijst.csv", "mimeType": "text/csv", "buffer": content}
    page.get_by_label("Bestand", exact=True).set_input_files(file)
    page.get_by_role("button", name="Controleer het bestand").click()
    page.get_by_text("Wat zijn deze kolommen?").wait_for()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for field, heading in OWN_WORDS:
        page.get_by_label(heading).select_option(field)
    page.get_by_role("button", name="Controleer opnieuw").click()
    page.get_by_text("Regel 3", exact=True).wait_for()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_label("Wil graag").fill("groen")
    page.get_by_role("button", name="Controleer opnieuw").click()
    page.get_by_role("button", name="Sla alles op").click()
    page.get_by_text("Opgeslagen. Gelezen: 2, nieuw: 2").wait_for()
