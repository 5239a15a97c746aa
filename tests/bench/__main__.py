"""Run benchmarks by name; without names all of them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

from tests.bench import (
    partners_country,
    proposal_job,
    proposals,
    ranked_search,
    region_page,
    route_page,
    tegemoetkoming,
    travel_load,
    travel_nearest,
)
from tests.bench.ground import FOLDER, NoGroundError
from tests.bench.report import Report

Bench = Callable[[Report], None]


def _travel(report: Report, name: str, origins: int, destinations: int, *, heavy_peers: bool) -> None:
    if name == "liechtenstein":
        travel_load.measure_load(report, name)
        travel_load.measure_build(report, name, 10, 400)
        travel_load.measure_route(report, name, 100)
    elif name == "3000000":
        travel_load.measure_build(report, name, 600, 10_000)
    travel_load.measure_worker(report, name)
    travel_nearest.measure(report, name, origins, destinations, heavy_peers=heavy_peers, demanded=name == "3000000")
    if name == "3000000":
        travel_nearest.measure_masses(report, name)


# Every domain adds its benchmarks here. On 3 000 000 nodes pandana and pyroutingkit need many minutes to prepare, so
# they are only asked there by name.
BENCHES: dict[str, Bench] = {
    "travel-liechtenstein": partial(_travel, name="liechtenstein", origins=500, destinations=500, heavy_peers=True),
    "travel-200000": partial(_travel, name="200000", origins=1000, destinations=5000, heavy_peers=True),
    "travel-3000000": partial(_travel, name="3000000", origins=2000, destinations=20_000, heavy_peers=False),
    "region-page": region_page.measure,
    "route-page": route_page.measure,
    "ranked-search": ranked_search.measure,
    "proposal-60": partial(proposals.measure, nodes="30000", pupils=60, places=200, most_s=1),
    "proposal-2000": partial(proposals.measure, nodes="200000", pupils=2_000, places=20_000, most_s=15),
    "proposal-30000": proposal_job.measure,
    "proposal-dense": partial(proposals.measure_dense, pupils=2_000, places=20_000),
    "tegemoetkoming": partial(tegemoetkoming.measure, schools=10_000, specifications=200),
    "partners-country-80000": partial(partners_country.measure, spacing_m=1_100),
    "partners-country-3000000": partial(partners_country.measure, spacing_m=170),
}
BY_NAME_ONLY: dict[str, Bench] = {
    "travel-3000000-all-peers": partial(_travel, name="3000000", origins=2000, destinations=20_000, heavy_peers=True),
}


def main(names: list[str]) -> int:
    """Run and print; 1 when something that was demanded is not met."""
    known = BENCHES | BY_NAME_ONLY
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"onbekend: {', '.join(unknown)}; kies uit {', '.join(known)}")
        return 2
    failed = 0
    for name in names or BENCHES:
        print(name)
        report = Report(name)
        try:
            known[name](report)
        except NoGroundError as missing:
            print(f"  overgeslagen: {missing}")
            continue
        failed += sum(1 for row in report.rows if row.met is False)
        print(f"  bewaard in {report.save(FOLDER)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
