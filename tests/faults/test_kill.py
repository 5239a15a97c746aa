"""SIGKILL of server and worker under load: nothing acknowledged is lost, no job is done twice or not at all."""

import pytest

from tests.faults.installation import DURABLE
from tests.faults.kill import run_rounds
from tests.postgres import PostgresUnavailableError, running_cluster

pytestmark = pytest.mark.slow


def assert_everything_held(report):
    assert report.faults == []
    assert report.kills >= 2 * report.rounds
    assert report.invitations >= 8 * report.rounds
    assert report.jobs_interrupted > 0
    assert report.effects == 4 * report.jobs


def test_on_sqlite_every_yes_is_kept_and_every_job_is_done_once(tmp_path, request):
    rounds = request.config.getoption("--rounds")
    assert_everything_held(run_rounds(tmp_path, f"sqlite:///{tmp_path / 'stageroute.sqlite'}", None, rounds))


@pytest.mark.postgresql
def test_on_postgresql_every_yes_is_kept_and_every_job_is_done_once(tmp_path, request):
    rounds = request.config.getoption("--rounds")
    try:
        with running_cluster(**DURABLE) as cluster:
            assert_everything_held(run_rounds(tmp_path, cluster.new_database(), cluster, rounds))
    except PostgresUnavailableError as reason:
        pytest.skip(f"PostgreSQL: {reason}")
