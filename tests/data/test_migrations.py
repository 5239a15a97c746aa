"""Migrations go up, down and up on both databases, and agree with the models."""

import threading

from sqlalchemy import inspect

from data.migrate import current_revision, differences, migrate, newest_revision
from data.session import Database


def test_up_down_and_up_ends_where_it_began(database):
    assert current_revision(database) == newest_revision()
    migrate(database, "base")
    left = set(inspect(database.engine).get_table_names()) - {"alembic_version"}
    assert left == set()
    migrate(database)
    assert current_revision(database) == newest_revision()
    assert differences(database) == []


def test_two_migrations_at_the_same_time_make_one_schema(database_url):
    outcomes, faults = [], []

    def run():
        database = Database(database_url)
        try:
            outcomes.append(migrate(database))
        except Exception as error:  # noqa: BLE001 - the test reports whatever a thread met
            faults.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sorted(str(before) for before, _ in outcomes) == sorted([newest_revision()] * 3 + ["None"])


def test_a_database_that_cannot_be_written_gets_a_sentence(tmp_path):
    import pytest

    from data.faults import InputRefused

    database = Database(f"sqlite:///{tmp_path / 'missing' / 'x.sqlite'}")
    with pytest.raises(InputRefused, match="Er is niets veranderd"):
        migrate(database)
    database.close()
