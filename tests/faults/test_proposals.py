"""SIGKILL of server and worker during a proposal: finished exactly once, applied whole or not at all."""

import pytest

from tests.faults.installation import DURABLE
from tests.faults.proposals import run_rounds
from tests.postgres import PostgresUnavailableError, running_cluster

pytestmark = pytest.mark.slow


def assert_everything_held(report):
    assert report.faults == []
    assert report.kills == 4 * report.rounds
    assert report.proposals_stored == report.proposals_acknowledged == 2 * (report.rounds + 1)
    assert report.reserved > 0


def test_on_sqlite_a_proposal_is_finished_once_and_applied_whole(tmp_path, request):
    rounds = request.config.getoption("--rounds")
    assert_everything_held(run_rounds(tmp_path, f"sqlite:///{tmp_path / 'stageroute.sqlite'}", None, rounds))


@pytest.mark.postgresql
def test_on_postgresql_a_proposal_is_finished_once_and_applied_whole(tmp_path, request):
    rounds = request.config.getoption("--rounds")
    try:
        with running_cluster(**DURABLE) as cluster:
            assert_everything_held(run_rounds(tmp_path, cluster.new_database(), cluster, rounds))
    except PostgresUnavailableError as reason:
        pytest.skip(f"PostgreSQL: {reason}")
