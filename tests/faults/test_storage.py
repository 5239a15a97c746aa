"""A read-only disk, a damaged file, a database that is away, two migrations at once: a clear answer, nothing lost."""

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from data.faults import InputRefused, StorageUnavailableError
from data.migrate import current_revision, migrate, newest_revision
from data.session import Database
from data.tables.organisation import Bestuur

ROOT = Path(__file__).resolve().parents[2]


def can_mount():
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", "mount -t tmpfs -o ro tmpfs /mnt"], capture_output=True, check=False
    )
    return done.returncode == 0


@pytest.fixture
def read_only(tmp_path, template_home):
    """Run Python in a world where the home folder is on a read-only disk."""
    if os.geteuid() != 0 or not shutil.which("unshare") or not can_mount():
        pytest.skip("only root may make a disk read-only here")
    home = shutil.copytree(template_home, tmp_path / "home")

    def run(*command):
        words = f'mount --bind {home} {home} && mount -o remount,ro,bind {home} && exec "$@"'
        return subprocess.run(
            ["unshare", "-m", "sh", "-c", words, "sh", *command], cwd=ROOT, capture_output=True, text=True, check=False,
            env={**os.environ, "STAGEROUTE_HOME": str(home), "DATABASE_URL": ""},
        )  # fmt: skip

    run.home = home
    return run


def test_commands_on_a_read_only_disk_answer_with_one_line(read_only):
    for words in (["init"], ["account", "list"], ["account", "invite", "a@b.example", "--role", "beheerder",
                  "--scope", "installatie:*"]):  # fmt: skip
        done = read_only(sys.executable, "-m", "flask", "--app", "wsgi", *words)
        if done.returncode == 0:
            assert words != ["account", "invite"], "reading may work, writing may not"
            continue
        assert done.returncode == 2, done.stderr
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
        assert str(read_only.home) not in done.stderr


def test_pages_on_a_read_only_disk_say_so_and_leak_nothing(read_only):
    script = """
from webapp import create_app
app = create_app()
client = app.test_client()
print(client.get("/gezond").status_code)
app.config["WTF_CSRF_ENABLED"] = False
answer = client.post("/inloggen", data={"email": "beheerder@merenveld.example", "password": "x" * 20})
print(answer.status_code)
print(answer.text)
"""
    done = read_only(sys.executable, "-c", script)
    lines = done.stdout.splitlines()
    assert lines[:2] == ["200", "503"], done.stdout + done.stderr
    assert "lukt nu niet" in done.stdout
    assert "SELECT" not in done.stdout
    assert str(read_only.home) not in done.stdout


def test_a_damaged_file_is_said_in_words(tmp_path):
    path = tmp_path / "kapot.sqlite"
    path.write_bytes(b"dit is geen database" * 500)
    database = Database(f"sqlite:///{path}")
    with pytest.raises(StorageUnavailableError, match="beschadigd"), database.read() as session:
        session.query(Bestuur).all()
    database.close()


def test_a_database_that_is_away_is_said_without_its_password():
    database = Database("postgresql+psycopg://stageroute:geheim@127.0.0.1:1/weg")
    with pytest.raises(StorageUnavailableError, match="geeft geen antwoord") as away, database.read() as session:
        session.query(Bestuur).all()
    assert "geheim" not in str(away.value)
    with pytest.raises(InputRefused) as refused:
        migrate(database)
    assert "geheim" not in str(refused.value)
    database.close()


def test_a_database_without_its_tables_says_which_command_makes_them(database_url):
    database = Database(database_url)
    with pytest.raises(StorageUnavailableError, match="flask init"), database.read() as session:
        session.query(Bestuur).all()
    database.close()


def test_a_full_disk_keeps_what_was_there_and_says_so(sqlite):
    with sqlite.write() as session:
        session.add(Bestuur(number="1", name="was er al"))
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()

    def fill():
        with sqlite.write() as session:
            session.connection().exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
            for number in range(2, 2000):
                session.add(Bestuur(number=str(number), name="x" * 190))
            session.flush()

    with pytest.raises(StorageUnavailableError, match="schijf is vol"):
        fill()
    with sqlite.read() as session:
        assert [row.number for row in session.query(Bestuur)] == ["1"]


def test_a_waiting_writer_is_told_that_somebody_else_was_busy(sqlite, monkeypatch):
    path = sqlite.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with sqlite.read() as session:
            session.connection().exec_driver_sql("PRAGMA busy_timeout=50")

        def write():
            with sqlite.write() as session:
                session.add(Bestuur(number="1", name="te laat"))

        with pytest.raises(StorageUnavailableError, match="te lang bezig"):
            write()


def test_two_migrations_at_the_same_time_make_one_schema(database_url):
    answers = []

    def run():
        database = Database(database_url)
        try:
            answers.append(migrate(database))
        except (RuntimeError, ValueError) as error:
            answers.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    newest = newest_revision()
    assert sorted(answers, key=str) == sorted([(None, newest), (newest, newest), (newest, newest)], key=str)
    database = Database(database_url)
    assert current_revision(database) == newest
    database.close()
