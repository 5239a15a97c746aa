"""Fixtures for every test: a home folder, a database of each kind, an application, a browser."""

from __future__ import annotations

import os
import re
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from data.migrate import migrate
from data.session import Database
from data.tables.organisation import Bestuur, Gemeente, Region, RegionMembership, School, Vestiging
from tests.postgres import PostgresUnavailableError, postgres_cluster
from usecases.people.roles import Grant, Owner, Role
from usecases.settings import read_settings
from webapp import create_app

# One cache of compiled code for all tests: every test has a home of its own, and compiling takes seconds.
os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(__file__).resolve().parents[1] / ".pytest_cache" / "numba"))

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
CHROMIUM = Path("/usr/bin/chromium")
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"

settings.register_profile(
    "stageroute", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("stageroute")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rounds", type=int, default=3, help="rounds of each kill test (make faults uses 20)")


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may reach further than this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            pytest.fail(f"a test tried to reach {address!r}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real files, which is not part of this repository."""
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared/data with real files is not on this machine")
    return SHARED


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty STAGEROUTE_HOME."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("STAGEROUTE_HOME", str(folder))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return folder


@pytest.fixture(scope="session")
def new_postgres() -> Iterator[Callable[[], str]]:
    """A function that makes an empty PostgreSQL database; one server per test process."""
    try:
        with postgres_cluster() as new_database:
            yield new_database
    except PostgresUnavailableError as reason:
        pytest.skip(f"PostgreSQL: {reason}")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.sqlite'}"
    url = request.getfixturevalue("new_postgres")()
    assert isinstance(url, str)
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database, of each kind in turn."""
    found = Database(database_url)
    migrate(found)
    yield found
    found.close()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """A migrated SQLite database, for tests that need only one kind."""
    found = Database(f"sqlite:///{tmp_path / 'one.sqlite'}")
    migrate(found)
    yield found
    found.close()


def fill_organisation(database: Database) -> None:
    """Put two small schools, two besturen and two regions in a database: 99AA and 99BB."""
    with database.write() as session:
        session.add_all(
            [Bestuur(number="99001", name="Stichting Merel"), Bestuur(number="99002", name="Stichting Wulp")]
        )
        session.add_all([Gemeente(code="9801", name="Oostmeer"), Gemeente(code="9802", name="Westmeer")])
        session.add_all(
            [
                Region(kind="arbeidsmarktregio", key="merenveld-noord", name="Merenveld-Noord"),
                Region(kind="arbeidsmarktregio", key="merenveld-zuid", name="Merenveld-Zuid"),
            ]
        )
        session.flush()
        for code, key in (("9801", "merenveld-noord"), ("9802", "merenveld-zuid")):
            session.add(RegionMembership(kind="arbeidsmarktregio", year=2026, gemeente_code=code, region_key=key))
        session.add_all(
            [
                School(brin="99AA", name="Praktijkschool De Merel", bestuur_number="99001"),
                School(brin="99BB", name="Praktijkschool De Wulp", bestuur_number="99002"),
            ]
        )
        session.flush()
        for brin, gemeente in (("99AA", "9801"), ("99BB", "9802")):
            session.add(
                Vestiging(
                    code=f"{brin}00", brin=brin, name=f"Hoofdvestiging {brin}", gemeente_code=gemeente, structure="PRO"
                )
            )


GRANTS = {
    Role.STAGECOORDINATOR: Grant(Role.STAGECOORDINATOR, Owner("school", "99AA")),
    Role.FINANCIEEL: Grant(Role.FINANCIEEL, Owner("school", "99AA")),
    Role.NETWERKCOORDINATOR: Grant(Role.NETWERKCOORDINATOR, Owner("regio", "merenveld-noord")),
    Role.BEHEERDER: Grant(Role.BEHEERDER, Owner("installatie", "*")),
}


@pytest.fixture(scope="session")
def template_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with two schools and one account per role, made once and copied for every test."""
    folder = tmp_path_factory.mktemp("template") / "home"
    config = read_settings({"STAGEROUTE_HOME": str(folder)})
    built = create_app(config, Clock(START))
    services = built.extensions["stageroute"]
    database = Database(config.database_url)
    migrate(database)
    fill_organisation(database)
    database.close()
    for role, grant in GRANTS.items():
        services.accounts.add_demo_account(f"{role}@merenveld.example", role.title(), PASSWORD, [grant])
    services.close()
    return folder


@pytest.fixture
def app(home: Path, clock: Clock, template_home: Path):
    """An application on an SQLite database with two schools and one account per role."""
    shutil.copytree(template_home, home, dirs_exist_ok=True)
    built = create_app(read_settings(), clock)
    built.config.update(TESTING=True)
    yield built
    built.extensions["stageroute"].close()


@pytest.fixture
def client(app):
    return app.test_client()


def csrf_token(client) -> str:
    """Return a CSRF token that belongs to the session of this client."""
    page = client.get("/inloggen", follow_redirects=True).text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, "no CSRF token on the page"
    return found.group(1)


@pytest.fixture
def login(app) -> Callable:
    """Log in as a role (the account of 99AA or merenveld-noord); gives a client, with ``client.token`` for forms."""

    def log_in(role: Role | str):
        client = app.test_client()
        services = app.extensions["stageroute"]
        row = next(row for row in services.accounts.accounts() if row.email == f"{role}@merenveld.example")
        with client.session_transaction() as cookie:
            # What a login ends in; the login form itself is tested in tests/webapp/test_logins.py.
            second_step = row.second_step
            cookie["token"] = services.logins.open_session(row.id, "pytest", pending=second_step)
        client.token = csrf_token(client)
        return client

    return log_in


@pytest.fixture
def live_server(app) -> Iterator[str]:
    """The application on a loopback port, for a browser."""
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def chromium():
    """One headless Chromium per test process."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    flags = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync",
             "--disable-component-update", "--enable-unsafe-swiftshader"]  # fmt: skip
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium):
    """A fresh page of 1280 pixels wide; any script error fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="nl-NL")
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    context.close()
    assert not faults, faults


@pytest.fixture(scope="session")
def axe() -> Callable:
    """``axe(page)``: no accessibility fault and nothing wider than the screen, at 1280 and 320 px, light and dark."""
    import axe_playwright_python

    source = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
    rules = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"

    def check(page, widths=(1280, 320), schemes=("light", "dark")) -> None:
        faults = []
        before = page.viewport_size
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            overflow = page.evaluate("document.documentElement.scrollWidth")
            if overflow > width:
                faults.append(f"{page.url}: {overflow} pixels wide on a screen of {width}")
            for scheme in schemes:
                page.emulate_media(color_scheme=scheme)
                if not page.evaluate("typeof axe !== 'undefined'"):
                    page.evaluate(source)
                for found in page.evaluate(f"axe.run(document, {rules})")["violations"]:
                    where = "; ".join(node["html"][:160] for node in found["nodes"][:3])
                    faults.append(f"{page.url} at {width} {scheme}: {found['id']}: {found['help']}: {where}")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(before)
        assert not faults, "\n".join(faults)

    return check


@pytest.fixture
def enter(live_server: str) -> Callable:
    """``enter(page, role)``: log in through the form, as a person does; gives the address of the site."""

    def log_in(page, role: Role | str) -> str:
        page.goto(f"{live_server}/inloggen")
        page.get_by_label("E-mailadres").fill(f"{role}@merenveld.example")
        page.get_by_label("Wachtwoord").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(f"{live_server}/")
        return live_server

    return log_in
