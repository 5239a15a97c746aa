"""Take the pictures of the README with headless Chromium: ``make screenshots``.

A demo installation is made in a temporary folder (or ``--home FOLDER`` is used as it is), served on a free port, and
every page of ``PAGES`` is photographed at 1280 or 320 pixels. Pictures are WebP files, together at
most one megabyte; pages of a domain that this installation does not have are named and left out.
"""

from __future__ import annotations

import argparse
import base64
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class Shot:
    """One picture: its name, who is logged in (empty for a visitor), the address and the width in pixels.

    ``height`` crops the page, 0 takes the whole of it; ``scheme`` is light or dark.
    """

    name: str
    role: str
    path: str
    width: int = 1280
    height: int = 800
    scheme: str = "light"


_SEARCH = "/zoeken?leerling=99AA-0016"
_ROUTE = "/reistijd?van=8942AS&naar=8957AW&hoe=fiets"
PAGES = (
    Shot("login", "", "/inloggen"),
    Shot("home-stagecoordinator", "stagecoordinator", "/"),
    Shot("home-financieel", "financieel", "/"),
    Shot("home-netwerkcoordinator", "netwerkcoordinator", "/"),
    Shot("home-beheerder", "beheerder", "/"),
    Shot("home-phone", "stagecoordinator", "/", width=320, height=700),
    Shot("zoek-een-plek", "stagecoordinator", _SEARCH, height=1000),
    Shot("zoek-een-plek-phone", "stagecoordinator", _SEARCH, width=320, height=700),
    Shot("entreepartner", "stagecoordinator", "/entreepartner/99AA00", height=1000),
    Shot("tegemoetkoming", "financieel", "/tegemoetkoming/reiskosten-2024-2026/99AA00", height=1000),
    Shot("regio", "netwerkcoordinator", "/regio/merenveld-noord", height=1200),
    Shot("reistijd", "stagecoordinator", _ROUTE, height=1000),
    Shot("reistijd-dark", "stagecoordinator", _ROUTE, height=1000, scheme="dark"),
    Shot("landkaart", "", "/landkaart", height=1000),
)


def run_flask(home: Path, *arguments: str) -> str:
    """Run a command of the installation and give what it prints."""
    found = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
        cwd=ROOT, env={**os.environ, "STAGEROUTE_HOME": str(home)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if found.returncode:
        sys.exit(f"flask {' '.join(arguments)}: {found.stderr.strip()}")
    return found.stdout


def read_accounts(text: str) -> dict[str, tuple[str, str]]:
    """Read role → address and password from the lines of ``flask demo accounts``."""
    accounts: dict[str, tuple[str, str]] = {}
    for line in text.splitlines():
        address, password, what = line.split("\t")
        accounts.setdefault(what.split()[0], (address, password))
    return accounts


@contextmanager
def serve(home: Path) -> Iterator[str]:
    """Serve the installation on a free loopback port, in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "run", "--port", str(port)],
        cwd=ROOT, env={**os.environ, "STAGEROUTE_HOME": str(home)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(100):
            time.sleep(0.2)
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def log_in(page: Page, site: str, account: tuple[str, str]) -> None:
    """Log in through the form."""
    page.goto(f"{site}/inloggen")
    page.locator("[name=email]").fill(account[0])
    page.locator("[name=password]").fill(account[1])
    page.locator("main form button").click()
    page.wait_for_url(f"{site}/")


def take(browser: Browser, site: str, shot: Shot, accounts: dict[str, tuple[str, str]]) -> bool:
    """Take one picture; false when the page is not there."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height or 900}, locale="nl-NL",
        color_scheme="dark" if shot.scheme == "dark" else "light", reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    if shot.role:
        log_in(page, site, accounts[shot.role])
    answer = page.goto(site + shot.path)
    there = answer is not None and answer.ok
    if there:
        # A map below the fold stays the server's picture, as it does for a reader.
        page.wait_for_timeout(500)
        if page.locator("[data-map-state=loading]").count():
            page.wait_for_selector("[data-map-state=live], [data-map-state=picture]", timeout=30_000)
        page.wait_for_load_state("networkidle")
        picture = context.new_cdp_session(page).send(
            "Page.captureScreenshot", {"format": "webp", "quality": 70, "captureBeyondViewport": not shot.height}
        )
        (OUT / f"{shot.name}.webp").write_bytes(base64.b64decode(picture["data"]))
    context.close()
    return there


def main() -> int:
    """Take every picture; 1 when they are too big together."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, help="an installation with the demo; a new one is made when absent")
    parser.add_argument("--only", default="", help="names that contain this text")
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or Path(folder)
        if options.home is None:
            run_flask(home, "init")
            run_flask(home, "demo", "load")
        accounts = read_accounts(run_flask(home, "demo", "accounts"))
        with serve(home) as site, sync_playwright() as playwright:
            flags = ["--enable-unsafe-swiftshader", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
            for shot in PAGES:
                if options.only in shot.name and not take(browser, site, shot, accounts):
                    sys.stdout.write(f"{shot.name}: {shot.path} is not there, left out\n")
            browser.close()
    sizes = {path.name: path.stat().st_size for path in sorted(OUT.glob("*.webp"))}
    for name, size in sizes.items():
        sys.stdout.write(f"{size:9}  {name}\n")
    return 0 if sum(sizes.values()) <= MOST_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
