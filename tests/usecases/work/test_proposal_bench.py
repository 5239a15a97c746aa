"""The benchmark of a proposal for a country, at the size of a hamlet, so that it cannot rot unseen."""

import pytest

from geo.build import build_network
from tests.bench.country_rows import Size
from tests.bench.proposal_job import installed_country, measure_job, measure_pages, running_worker
from tests.bench.report import Report
from tests.geo.map_town import write_town

HAMLET = Size(vestigingen=3, pupils=30, companies=50, places=100)
pytestmark = pytest.mark.slow


def test_a_generated_country_is_placed_by_the_real_worker_and_its_pages_answer(tmp_path):
    graph = build_network(tmp_path, "town", write_town(tmp_path / "town.osm"))
    report = Report("hamlet")
    with installed_country(graph, HAMLET, tmp_path / "homes") as country:
        assert country.brins == ["99AA", "99AB"]
        with running_worker(country.home) as worker:
            job_id = measure_job(report, country, HAMLET, worker.pid)
        measure_pages(report, country, job_id, seconds=0.2)
    said = {row.what: row for row in report.rows}
    exact = [row for row in report.rows if row.demand.startswith("<= 0")]
    assert len(exact) == 4
    assert [row.what for row in exact if not row.met] == []
    assert 15 <= said["placed"].value <= 30
    assert said["placed"].value >= said["placed, nearest first"].value
    assert sum(what.startswith("page of ") for what in said) == 6
    assert list((tmp_path / "homes").iterdir()) == []
