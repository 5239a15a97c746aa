"""The region page with 50 000 stage places in headless Chromium: first view, and panning without a fault."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from data.session import Database
from tests.bench.served_demo import loaded_demo, served
from tests.usecases.partners.many_places import fill_places

if TYPE_CHECKING:
    from tests.bench.report import Report

PORT = 8199
DEMANDED_S = 1.5


def measure(report: Report, nodes: int = 10_000) -> None:
    """Load the demo, fill it up to 50 000 places, serve it as ``make start`` does, and look at it with Chromium."""
    with loaded_demo(nodes) as home:
        database = Database(f"sqlite:///{home / 'stageroute.sqlite'}")
        report.add("stage places", fill_places(database, 50_000), "places")
        database.close()
        with served(home, PORT):
            _look(report)


def _look(report: Report) -> None:
    from playwright.sync_api import sync_playwright

    from usecases.demo.merenveld import PASSWORD

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
