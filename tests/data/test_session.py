"""Reading and writing: what a page reads belongs to one moment, and a change is seen by what is read after it."""

import sqlite3
from threading import Thread, Timer

import pytest
from sqlalchemy import event, text

from data.faults import StorageUnavailableError
from data.session import Database

COUNT = text("SELECT count(*) FROM bestuur")
ADD = text("INSERT INTO bestuur (number, name) VALUES ('41001', 'Stichting Merel')")


def count(database):
    with database.read() as session:
        return session.scalar(COUNT)


def add(database):
    with database.write() as session:
        session.execute(ADD)


def in_another_thread(work, *arguments):
    thread = Thread(target=work, args=arguments)
    thread.start()
    thread.join()


@pytest.fixture
def begun(database):
    """The transactions that have begun."""
    found = []
    event.listen(database.engine, "begin", found.append)
    return found


def test_everything_read_in_one_moment_is_one_transaction(database, begun):
    with database.one_moment():
        for _ in range(5):
            count(database)
    assert len(begun) == 1
    count(database)
    count(database)
    assert len(begun) == 3


def test_a_moment_in_which_nobody_reads_asks_nothing(database, begun):
    with database.one_moment():
        pass
    assert begun == []


def test_what_somebody_else_writes_meanwhile_is_not_seen_by_a_moment_in_sqlite(database):
    with database.one_moment():
        assert count(database) == 0
        in_another_thread(add, database)
        # PostgreSQL shows each statement what is saved by then; there a figure is asked in one statement.
        assert count(database) == (0 if database.is_sqlite else 1)
    assert count(database) == 1


def test_an_own_change_is_seen_by_what_is_read_after_it(database):
    with database.one_moment():
        assert count(database) == 0
        add(database)
        assert count(database) == 1


def test_a_change_within_a_reading_does_not_close_that_reading(database):
    with database.one_moment():
        with database.read() as session:
            assert session.scalar(COUNT) == 0
            add(database)
            session.scalar(COUNT)
        assert count(database) == 1


def test_a_reading_within_a_change_leaves_nothing_old_behind(database):
    with database.one_moment():
        with database.write() as session:
            session.execute(ADD)
            assert count(database) == 0
        assert count(database) == 1


def test_after_a_question_that_failed_a_moment_goes_on_with_a_new_transaction(database):
    with database.one_moment():
        count(database)
        with pytest.raises(StorageUnavailableError), database.read() as session:
            session.execute(text("SELECT * FROM bestaat_niet"))
        assert count(database) == 0


def test_no_connection_stays_taken_after_a_moment(database):
    with pytest.raises(ZeroDivisionError), database.one_moment():
        count(database) / 0
    assert database.engine.pool.checkedout() == 0


def test_a_moment_belongs_to_one_thread(database):
    seen = []
    with database.one_moment():
        assert count(database) == 0
        in_another_thread(add, database)
        in_another_thread(lambda: seen.append(count(database)))
    assert seen == [1]


def test_a_refused_change_leaves_the_turn_to_the_next_one(database):
    with pytest.raises(ZeroDivisionError), database.write():
        raise ZeroDivisionError
    in_another_thread(add, database)
    assert count(database) == 1


def test_who_opens_a_new_file_waits_for_who_is_writing_in_it(tmp_path):
    file = tmp_path / "nieuw.sqlite"
    first = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    first.execute("CREATE TABLE proef (n INTEGER)")
    first.execute("BEGIN IMMEDIATE")
    Timer(0.5, lambda: first.execute("COMMIT")).start()
    database = Database(f"sqlite:///{file}")
    with database.read() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
    database.close()
    first.close()
