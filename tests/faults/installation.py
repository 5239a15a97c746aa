"""A whole installation that can be killed: a home, a database, gunicorn, a worker, and people with a browser."""

from __future__ import annotations

import argparse
import contextlib
import http.cookiejar
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Protocol

from sqlalchemy import text

from data.session import Database
from tests.postgres import Cluster, PostgresUnavailableError, running_cluster

ROOT = Path(__file__).resolve().parents[2]
_ACTIVITY = """SELECT pid, state, wait_event_type, wait_event, pg_blocking_pids(pid), now() - xact_start,
  left(query, 120)
FROM pg_stat_activity WHERE datname = current_database()"""
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class Browser:
    """One person with a browser: keeps cookies, sends the CSRF token of the page."""

    def __init__(self, base: str, cookies: http.cookiejar.CookieJar) -> None:
        self.base = base
        self.open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies)).open

    def get(self, path: str) -> str:
        with self.open(self.base + path, timeout=10) as answer:
            return answer.read().decode()

    def log_in(self, email: str, password: str) -> None:
        """Fill in the form of the login page."""
        self.post("/inloggen", self.token("/inloggen"), email=email, password=password)

    def token(self, path: str) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(path))
        assert found, path
        return found[1]

    def post(self, path: str, token: str, **fields: str | list[str]) -> tuple[str, str]:
        """Send a form; return the address it ended on and the page."""
        body = urllib.parse.urlencode({"csrf_token": token, **fields}, doseq=True).encode()
        request = urllib.request.Request(self.base + path, body, {"Referer": self.base + path})
        with self.open(request, timeout=10) as answer:
            return answer.url, answer.read().decode()

    def upload(self, path: str, token: str, content: bytes) -> str:
        """Send a file; return the address it ended on."""
        edge = "rand"
        parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
                 for name, value in (("csrf_token", token), ("jaar", "2026"))]  # fmt: skip
        head = f'--{edge}\r\nContent-Disposition: form-data; name="bestand"; filename="g.csv"\r\n\r\n'.encode()
        body = b"".join([*parts, head, content, f"\r\n--{edge}--\r\n".encode()])
        headers = {"Content-Type": f"multipart/form-data; boundary={edge}", "Referer": self.base + path}
        with self.open(urllib.request.Request(self.base + path, body, headers), timeout=10) as answer:
            return answer.url


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Installation:
    """A home, a database, and the processes that serve it.

    ``server`` and ``worker`` are what gunicorn serves and what runs the jobs; a story with kinds of jobs of its own
    names others than the real ones.
    """

    def __init__(
        self,
        home: Path,
        database_url: str,
        cluster: Cluster | None,
        *,
        server: str = "wsgi:app",
        worker: tuple[str, ...] = ("-m", "flask", "--app", "wsgi", "worker"),
    ) -> None:
        self.home = home
        self.server = server
        self.worker = worker
        self.url = database_url
        self.cluster = cluster
        self.environment = {
            **os.environ,
            "STAGEROUTE_HOME": str(home),
            "DATABASE_URL": database_url,
            # A login that is killed halfway counts as a failed try, and here that happens all the time.
            "STAGEROUTE_LOGIN_TRIES": "100",
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "",
        }
        self.processes: list[subprocess.Popen[bytes]] = []
        self.base = ""
        self.log = (home / "log.txt").open("ab")

    def start(self) -> None:
        """Start gunicorn with two processes, and a worker."""
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        server = [
            sys.executable, "-m", "gunicorn", self.server, "--bind", f"127.0.0.1:{port}", "--workers", "2",
            "--no-control-socket", "--log-level", "error",
        ]  # fmt: skip
        for command in (server, [sys.executable, *self.worker]):
            self.processes.append(
                subprocess.Popen(
                    command, cwd=ROOT, env=self.environment, start_new_session=True, stdout=self.log, stderr=self.log
                )
            )

    def wait_until_it_answers(self) -> None:
        """Wait for the login page."""
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), urllib.request.urlopen(self.base + "/gezond", timeout=2) as answer:
                if answer.status == 200:
                    return
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.05)

    def last_words(self, most: int = 6_000) -> str:
        """Which processes live, and the end of what they wrote."""
        self.log.flush()
        alive = [process.poll() is None for process in self.processes]
        activity = "" if self.cluster is None else self._ask_activity()
        said = (self.home / "log.txt").read_text("utf-8", errors="replace")
        return f"alive (server, worker): {alive}\n{activity}\n{said[-most:]}"

    def _ask_activity(self) -> str:
        """Who does what in PostgreSQL, and for whom it waits."""
        database = Database(self.url)
        with database.read() as session:
            rows = session.execute(text(_ACTIVITY)).all()
        database.close()
        return "\n".join(map(str, rows))

    def kill(self) -> int:
        """Send SIGKILL to every process of the server and the worker; return how many groups died."""
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        for process in self.processes:
            process.wait()
        killed = len(self.processes)
        self.processes = []
        return killed

    def crash_database(self) -> None:
        """Let the PostgreSQL server die and come back."""
        assert self.cluster is not None
        self.cluster.stop("immediate")
        self.cluster.start()

    def faults_of_the_database(self) -> list[str]:
        """Ask the database itself whether it is whole."""
        if self.cluster is not None:
            done = subprocess.run(
                [self.cluster.programs / "pg_amcheck", "-h", self.cluster.folder, "-U", "stageroute", "--all",
                 "--install-missing", "--heapallindexed"],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            return [f"pg_amcheck: {done.stdout}{done.stderr}"] if done.returncode else []
        faults = []
        for name in ("stageroute.sqlite", "jobs.sqlite"):
            with contextlib.closing(sqlite3.connect(self.home / name)) as connection:
                verdict = connection.execute("PRAGMA integrity_check").fetchall()
                broken = connection.execute("PRAGMA foreign_key_check").fetchall()
            if verdict != [("ok",)] or broken:
                faults.append(f"{name}: {verdict} {broken}")
        return faults


class Story(Protocol):
    """One way to use and kill an installation; gives a report with ``faults`` and ``lines()``."""

    def __call__(self, home: Path, database_url: str, cluster: Cluster | None, rounds: int, seed: int) -> Told:
        """Run the whole story."""
        ...


class Told(Protocol):
    """What a story tells afterwards."""

    faults: list[str]

    def lines(self) -> str:
        """Return the numbers as text."""
        ...


def run_on(story: Story, database: str, rounds: int, seed: int) -> Told:
    """Run on a throw-away SQLite file or PostgreSQL server with full durability."""
    with tempfile.TemporaryDirectory(prefix="stageroute-faults-") as folder:
        home = Path(folder)
        if database == "sqlite":
            return story(home, f"sqlite:///{home / 'stageroute.sqlite'}", None, rounds, seed)
        with running_cluster(**DURABLE) as cluster:
            return story(home, cluster.new_database(), cluster, rounds, seed)


def tell(story: Story, what: str | None) -> int:
    """Run a story as the command line asks and print a report per database; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    broken = False
    for database in ("sqlite", "postgresql") if asked.database == "both" else (asked.database,):
        try:
            report = run_on(story, database, asked.rounds, asked.seed)
        except PostgresUnavailableError as reason:
            sys.stdout.write(f"postgresql: skipped, {reason}\n")
            continue
        sys.stdout.write(report.lines() + "\n")
        broken = broken or bool(report.faults)
    return 1 if broken else 0
