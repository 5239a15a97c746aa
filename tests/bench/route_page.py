"""The page Reistijd and the tiles of its map under twenty people at once, on the server of ``make start``."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from data.demo.size import DEFAULT_NODES
from geo.mercator import to_world
from tests.bench.ground import ROOT
from tests.bench.served_demo import HOST, ask, loaded_demo, log_in, served
from usecases.demo.merenveld import PASSWORD
from usecases.travel.map_ground import MapGrounds
from webapp.page.map.journeys import MODES

if TYPE_CHECKING:
    from tests.bench.report import Report

PORT = 8198
USERS = 20
PAGE_MS, TILE_MS = 100, 30
_ACCOUNTS = ("stagecoordinator", "financieel", "netwerkcoordinator")
_JOURNEYS = 400  # per user; more than are asked, and than the server remembers


@dataclass(frozen=True)
class Visit:
    """What one run of visitors met: waits from short to long, and the work per page."""

    waits_ms: list[float]
    seconds: float
    server_ms: float
    visitor_ms: float

    def share(self, share: float) -> float:
        """The wait that this share of the pages stayed within."""
        return self.waits_ms[min(len(self.waits_ms) - 1, int(share * len(self.waits_ms)))]

    @property
    def per_second(self) -> float:
        """Pages per second."""
        return len(self.waits_ms) / self.seconds


def measure(report: Report) -> None:
    """Load the demo, start the server, log twenty people in and let them travel."""
    with loaded_demo(DEFAULT_NODES) as home:
        journeys, tiles = _journeys(home), _tiles(home)
        with served(home, PORT):
            cookies = [log_in(PORT, f"{_ACCOUNTS[number % 3]}@merenveld.example", PASSWORD) for number in range(USERS)]
        first = []
        for number in range(5):
            with served(home, PORT) as server:
                first += visit(server, cookies[:1], [journeys[number]], once=True).waits_ms
        report.at_most("the very first page after a start, worst of 5 starts", max(first), "ms", PAGE_MS)
        with served(home, PORT) as server:
            at_once = visit(server, cookies, journeys, once=True)
            report.add("the first page of 20 people at once after a start: longest", at_once.share(1), "ms")
            _measure_load(report, server, cookies, journeys, tiles)


def _measure_load(
    report: Report, server: subprocess.Popen[bytes], cookies: list[str], journeys: list[list[str]], tiles: list[str]
) -> None:
    thinking = visit(server, cookies, journeys, pause_s=1, seconds=20)
    report.at_most("page, 20 people who look for 1 s at each: p95", thinking.share(0.95), "ms", PAGE_MS)
    report.add("  the same: p50", thinking.share(0.5), "ms")
    frame = visit(server, cookies, [["/privacy"]] * USERS, seconds=6)
    bare = visit(server, cookies, [["/gezond"]] * USERS, seconds=6)
    eager = visit(server, cookies, journeys, seconds=15)
    report.at_most("page, 20 people without any pause: p95", eager.share(0.95), "ms", PAGE_MS)
    for name, peer in (("/privacy", frame), ("/gezond", bare)):
        report.against("  the same: p50", eager.share(0.5), "ms", name, peer.share(0.5))
        report.against("  the same: work of the server per page", eager.server_ms, "ms", name, peer.server_ms)
    report.add("  the same: pages per second", eager.per_second, "/s")
    report.add("  the same: work of the visitors per page, on the same cores", eager.visitor_ms, "ms")
    far = visit(server, cookies, [[f"{path}&bereik=ja" for path in paths] for paths in journeys], pause_s=5, seconds=20)
    report.add("page with reach areas never asked before, 5 s pause: p95", far.share(0.95), "ms")
    report.add("  the same: work of the server per page", far.server_ms, "ms")
    drawn = visit(server, cookies, [tiles[number:] + tiles[:number] for number in range(USERS)], seconds=8)
    report.at_most("tile, 20 people without any pause: p95", drawn.share(0.95), "ms", TILE_MS)
    report.against("  the same: p50", drawn.share(0.5), "ms", "/gezond", bare.share(0.5))


def _journeys(home: Path) -> list[list[str]]:
    """Per user a list of journeys between postcodes, none asked twice."""
    with sqlite3.connect(home / "stageroute.sqlite") as database:
        rows = database.execute("SELECT postcode FROM postcode_point WHERE length(postcode) = 6 ORDER BY postcode")
        codes = [code for (code,) in rows]
    luck = random.Random(1)
    return [
        [
            f"/reistijd?van={luck.choice(codes)}&naar={luck.choice(codes)}&hoe={luck.choice(list(MODES))}"
            for _ in range(_JOURNEYS)
        ]
        for _ in range(USERS)
    ]


def _tiles(home: Path) -> list[str]:
    """Tiles in the middle of the demo region, as somebody sees them who zooms in."""
    grounds = MapGrounds(home / "networks")
    ground = grounds.ground(next(path.parent.name for path in (home / "networks").glob("*/CURRENT")))
    assert ground is not None
    box, found = ground.box, []
    for zoom in range(9, 15):
        x, y = (int(value // 256) for value in to_world(*box.center, zoom))
        found += [(zoom, x + right, y + down) for right in range(-2, 3) for down in range(-1, 2)]
    return [
        f"/kaart/tegels/{ground.name}/{zoom}/{x}/{y}.mvt?v={ground.digest}"
        for zoom, x, y in found
        if ground.tile(zoom, x, y) is not None
    ]


def visit(
    server: subprocess.Popen[bytes],
    cookies: list[str],
    paths: list[list[str]],
    *,
    pause_s: float = 0,
    seconds: float = 10,
    once: bool = False,
    port: int = PORT,
) -> Visit:
    """Let visitors ask, in a process of their own.

    Raises
    ------
    RuntimeError
        A page did not come.
    """
    visitors = [{"cookie": cookie, "paths": own} for cookie, own in zip(cookies, paths, strict=True)]
    work = {"host": HOST, "port": port, "pause_s": pause_s, "seconds": seconds, "once": once, "visitors": visitors}
    before = _work_s(server.pid)
    done = subprocess.run(
        [sys.executable, "-I", Path(__file__).with_name("visitors.py")],
        cwd=ROOT, input=json.dumps(work).encode(), capture_output=True, check=True,
    )  # fmt: skip
    spent = _work_s(server.pid) - before
    told = json.loads(done.stdout)
    if told["refused"] or not told["waits_ms"]:
        raise RuntimeError(f"pages that did not come: {told['refused']}")
    count = len(told["waits_ms"])
    return Visit(sorted(told["waits_ms"]), told["seconds"], spent * 1000 / count, told["cpu_s"] * 1000 / count)


def _work_s(parent: int) -> float:
    """Processor time of a process and its children so far."""
    found = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if parent in {int(stat.parent.name), int(words[1])}:
            found += (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
    return found


__all__ = ["ask", "measure"]
