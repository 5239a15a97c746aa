"""The region page with 50 000 stage places in headless Chromium: first view, and panning without a fault."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from data.session import Database
from tests.bench.ground import FOLDER, ROOT
from tests.partners.many_places import fill_places

if TYPE_CHECKING:
    from tests.bench.report import Report

PORT = 8199
DEMANDED_S = 1.5


def measure(report: Report, nodes: int = 10_000) -> None:
    """Load the demo, fill it up to 50 000 places, serve it with gunicorn, and look at it with Chromium."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=FOLDER))
    environment = {**os.environ, "STAGEROUTE_HOME": str(folder), "FLASK_APP": "wsgi"}
    flask = [sys.executable, "-m", "flask"]
    server = None
    try:
        subprocess.run([*flask, "init"], cwd=ROOT, env=environment, check=True, capture_output=True)
        subprocess.run(
            [*flask, "demo", "load", "--nodes", str(nodes)], cwd=ROOT, env=environment, check=True, capture_output=True
        )
        database = Database(f"sqlite:///{folder / 'stageroute.sqlite'}")
        report.add("stage places", fill_places(database, 50_000), "places")
        database.close()
        gunicorn = [sys.executable, "-m", "gunicorn", "-w", "2", "-k", "gthread", "--threads", "4",
                    "--no-control-socket",
                    "-b", f"127.0.0.1:{PORT}", "wsgi:app"]  # fmt: skip
        server = subprocess.Popen(
            gunicorn, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _wait()
        _look(report)
    finally:
        if server is not None:
            server.terminate()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait() -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/gezond", timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError("the server does not answer")


def _look(report: Report) -> None:
    from playwright.sync_api import sync_playwright

    from webapp.demo import PASSWORD

    site = f"http://127.0.0.1:{PORT}"
    flags = ["--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{site}/inloggen")
        page.get_by_label("E-mailadres").fill("netwerkcoordinator@merenveld.example")
        page.get_by_label("Wachtwoord").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(f"{site}/")
        views = []
        for _ in range(7):
            began = time.perf_counter()
            page.goto(f"{site}/regio/merenveld-noord", wait_until="commit")
            page.locator(".map__picture svg").wait_for(state="attached")
            page.locator("#gemeenten table").wait_for(state="attached")
            views.append(time.perf_counter() - began)
        views.sort()
        report.at_most("first view of the region page: map and table (median of 7)", views[3], "s", DEMANDED_S)
        page.locator(".maplibregl-canvas").wait_for(timeout=20_000)
        box = page.locator(".map__stage").bounding_box()
        assert box is not None
        for distance in (250, -400, 150, 300):
            page.mouse.move(box["x"] + 500, box["y"] + 300)
            page.mouse.down()
            page.mouse.move(box["x"] + 500 + distance, box["y"] + 240, steps=10)
            page.mouse.up()
        report.at_most("faults while panning", len(faults), "faults", 0)
        browser.close()
