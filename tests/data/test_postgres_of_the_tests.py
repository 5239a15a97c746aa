"""The PostgreSQL that the tests start themselves."""

import psycopg
import pytest

from tests.postgres import PostgresUnavailableError, running_cluster

pytestmark = pytest.mark.postgresql


@pytest.fixture(scope="module")
def cluster():
    try:
        with running_cluster() as cluster:
            yield cluster
    except PostgresUnavailableError as reason:
        pytest.skip(str(reason))


def test_every_database_is_empty_and_its_own(cluster):
    first, second = cluster.new_database(), cluster.new_database()
    assert first != second
    with psycopg.connect(first.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE only_here (n int)")
    with psycopg.connect(second.replace("+psycopg", "")) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert tables == (0,)


def test_the_server_comes_back_after_a_crash(cluster):
    url = cluster.new_database().replace("+psycopg", "")
    cluster.stop("immediate")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
    cluster.start()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
