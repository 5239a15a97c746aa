"""Chain and coverage of all 35 regions by car, with real schools on a generated network of the whole country."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.bench.ground import FOLDER, ROOT, NoGroundError
from tests.usecases.partners.country import build_country
from tests.usecases.partners.test_whole_country import load_schools, whole_country

if TYPE_CHECKING:
    from tests.bench.report import Report

SHARED = (ROOT / "../shared/data").resolve()
DEMANDED_S = 60.0


def measure(report: Report, spacing_m: float) -> None:
    """Read everything in, then time chain and coverage; ``spacing_m`` decides how many nodes the network has.

    The network, for the car only, and the compiled search are kept for the next run; the database is made anew.
    """
    if not SHARED.exists():
        raise NoGroundError("de map ../shared/data met echte bestanden is er niet")
    home = FOLDER / "country"
    home.mkdir(parents=True, exist_ok=True)
    for file in home.glob("stageroute.sqlite*"):
        file.unlink()
    moment = datetime(2026, 11, 23, 9, tzinfo=UTC)
    print(f"  land met een punt per {spacing_m:g} m: tekenen en bouwen, als het er nog niet is ...", flush=True)
    began = time.perf_counter()
    graph = build_country(home, spacing_m)
    report.add("road network drawn and built, or opened", time.perf_counter() - began, "s")
    began = time.perf_counter()
    services = load_schools(home, SHARED, lambda: moment)
    services.travel.choose(graph.name, by="bench")
    services.travel.warm()
    report.add("real schools, regions and postcodes read in", time.perf_counter() - began, "s")
    chains, missing, country, seconds = whole_country(services, moment.date())
    report.add("nodes in the network", graph.layer("auto-snelst").nodes, "nodes")
    report.add("schools with a chain", len(chains), "schools")
    report.add("schools listed with a reason", len(missing), "schools")
    report.add("regions counted", len(country.regions), "regions")
    report.at_most("chain and coverage of every region by car", seconds, "s", DEMANDED_S)
    services.close()
