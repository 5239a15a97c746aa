"""Chain and coverage of all 35 regions by car, with real schools on a generated network of the whole country."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.ground import FOLDER, ROOT
from tests.partners.test_whole_country import load_country, whole_country

if TYPE_CHECKING:
    from tests.bench.report import Report

SHARED = (ROOT / "../shared/data").resolve()
DEMANDED_S = 60.0


def measure(report: Report, spacing_m: float) -> None:
    """Read everything in, then time chain and coverage; ``spacing_m`` decides how many nodes the network has."""
    moment = datetime(2026, 11, 23, 9, tzinfo=UTC)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        country = load_country(Path(folder), SHARED, lambda: moment, spacing_m)
        whole_country(country.services, moment.date())
        chains, missing, figures, seconds = whole_country(country.services, moment.date())
        report.add("nodes in the network", country.nodes, "nodes")
        report.add("schools with a chain", len(chains), "schools")
        report.add("schools listed with a reason", len(missing), "schools")
        report.add("regions counted", len(figures), "regions")
        report.at_most("chain and coverage of every region by car", seconds, "s", DEMANDED_S)
        country.services.close()
