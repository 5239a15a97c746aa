"""Kill the whole server and the worker, again and again, under concurrent writes and running jobs; then count.

Run it with ``make faults``, or ``python -m tests.faults.kill --rounds 20 --database both``. Each round starts gunicorn
and a worker, lets browsers write and jobs run, and sends SIGKILL to every process at a random moment; on PostgreSQL
every third round the database server crashes as well. What was acknowledged must be there after each round. At the
end everything is started once more, and every job must have finished, exactly once in effect.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import http.cookiejar
import json
import os
import random
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from data import audit
from data.job_store import DONE, WAITING, JobStore
from data.migrate import migrate
from data.session import Database
from data.tables.accounts import Invitation
from data.tables.audit import AuditEntry
from data.tables.imports import ImportRun
from data.tables.organisation import Gemeente
from tests.jobs import kinds
from tests.postgres import Cluster, PostgresUnavailableError, running_cluster
from webapp.access import Grant, Owner, Role
from webapp.jobs import JobService
from webapp.settings import read_settings
from webapp.wiring import build_services

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "een heel lang wachtwoord"
EMAIL = "beheerder@merenveld.example"
WRITERS = 4
JOBS_PER_ROUND = 3
EFFECTS = 4
IMPORTS_PER_ROUND = 4
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


@dataclass
class Acknowledged:
    """What the installation said yes to; only that must be there."""

    invitations: set[str] = field(default_factory=set)
    runs: set[int] = field(default_factory=set)
    confirmed: set[int] = field(default_factory=set)
    jobs: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class Report:
    """What happened, in numbers, and what was wrong."""

    database: str
    rounds: int = 0
    kills: int = 0
    crashes: int = 0
    invitations: int = 0
    imports: int = 0
    jobs: int = 0
    effects: int = 0
    jobs_interrupted: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    def lines(self) -> str:
        """Return the numbers as JSON."""
        return json.dumps(self.__dict__, indent=1)


class Browser:
    """One person with a browser: keeps cookies, sends the CSRF token of the page."""

    def __init__(self, base: str, cookies: http.cookiejar.CookieJar) -> None:
        self.base = base
        self.open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies)).open

    def get(self, path: str) -> str:
        with self.open(self.base + path, timeout=10) as answer:
            return answer.read().decode()

    def token(self, path: str) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(path))
        assert found, path
        return found[1]

    def post(self, path: str, token: str, **fields: str) -> tuple[str, str]:
        """Send a form; return the address it ended on and the page."""
        body = urllib.parse.urlencode({"csrf_token": token, **fields}).encode()
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
    """A home, a database, and the processes that serve it."""

    def __init__(self, home: Path, database_url: str, cluster: Cluster | None) -> None:
        self.home = home
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

    def prepare(self) -> None:
        """Migrate, and make the account and the counter."""
        database = Database(self.url)
        migrate(database)
        with database.write() as session:
            kinds.put_counter(session)
        database.close()
        services = build_services(read_settings({"STAGEROUTE_HOME": str(self.home), "DATABASE_URL": self.url}))
        grant = Grant(Role.BEHEERDER, Owner("installatie", "*"))
        services.accounts.add_demo_account(EMAIL, "Beheerder", PASSWORD, [grant])
        services.close()

    def start(self) -> None:
        """Start gunicorn with two processes, and a worker."""
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        server = [
            sys.executable, "-m", "gunicorn", "tests.faults.app:app", "--bind", f"127.0.0.1:{port}", "--workers", "2",
            "--worker-class", "gthread", "--threads", "4", "--no-control-socket", "--log-level", "error",
        ]  # fmt: skip
        for command in (server, [sys.executable, "-m", "tests.faults.worker"]):
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


def _write(
    place: Installation,
    known: Acknowledged,
    who: tuple[int, int],
    cookies: http.cookiejar.CookieJar,
    stop: threading.Event,
) -> None:
    """Write as fast as one person's browser can, and note each yes; a broken connection is no answer."""
    round_number, writer = who
    browser = Browser(place.base, cookies)
    number = 0
    while not stop.is_set():
        try:
            # A cookie alone is no login: the kill may have come between the form and its answer.
            if "Nodig" not in browser.get("/accounts"):
                browser.post("/inloggen", browser.token("/inloggen"), email=EMAIL, password=PASSWORD)
            token = browser.token("/accounts/uitnodigen")
            email = f"r{round_number}w{writer}-{number}-{time.monotonic_ns()}@voorbeeld.example"
            _, page = browser.post("/accounts/uitnodigen", token, email=email, role="beheerder", scope="installatie:*")
            if "/uitnodiging/" in page:
                with known.lock:
                    known.invitations.add(email)
            number += 1
            if number % 3 == 0:
                _import(browser, known, token, IMPORTS_PER_ROUND * (round_number + 1))
        except (OSError, urllib.error.URLError, http.client.HTTPException, AssertionError):
            time.sleep(0.02)


def _import(browser: Browser, known: Acknowledged, token: str, most: int) -> None:
    """Offer a file of one new gemeente, and say yes to what was checked before."""
    if len(known.runs) < most:
        code = f"{random.randint(1000, 9999)}"
        ended = browser.upload("/inlezen/soort/gemeenten", token, f"Code;Naam\n{code};Dorp {code}\n".encode())
        received = re.search(r"/inlezen/([0-9]+)$", ended)
        if received:
            with known.lock:
                known.runs.add(int(received[1]))
    with known.lock:
        waiting = sorted(known.runs - known.confirmed)[:3]
    for waiting_id in waiting:
        page = browser.get(f"/inlezen/{waiting_id}")
        if "wordt gecontroleerd" in page or f"/inlezen/{waiting_id}/opslaan" not in page:
            continue
        _, page = browser.post(f"/inlezen/{waiting_id}/opslaan", token)
        if "wacht niet (meer)" not in page:
            with known.lock:
                known.confirmed.add(waiting_id)


def _check(database: Database, known: Acknowledged) -> list[str]:
    """Say which acknowledged writes are not there."""
    with database.read() as session:
        there = {row[0] for row in session.query(Invitation.email).all()}
        runs = {row[0] for row in session.query(ImportRun.id).all()}
        saving = {row[0] for row in session.query(ImportRun.id).where(ImportRun.save_job.is_not(None)).all()}
        saved = {row[0] for row in session.query(ImportRun.id).where(ImportRun.state == "opgeslagen").all()}
        jobs = {job_id for job_id in known.jobs if JobStore(session).find(job_id) is None}
        _, _, broken = audit.verify(session)
    return [
        *(f"invitation {email} was acknowledged and is gone" for email in sorted(known.invitations - there)),
        *(f"import {run} was acknowledged and is gone" for run in sorted(known.runs - runs)),
        *(f"the yes to import {run} is gone" for run in sorted(known.confirmed - saving - saved)),
        *(f"job {job_id} was acknowledged and is gone" for job_id in sorted(jobs)),
        *([f"audit trail: {broken.why}"] if broken else []),
    ]


def _check_effects(database: Database, known: Acknowledged) -> tuple[list[str], int, int]:
    """Say which jobs did not finish, or not exactly once in effect; count imports and effects."""
    faults = []
    with database.read() as session:
        for job_id, prefix in known.jobs.items():
            job = JobStore(session).find(job_id)
            expected = [f"{prefix}-{number}" for number in range(EFFECTS)]
            if job is None or job.state != DONE or (job.result or {}).get("made") != expected:
                faults.append(f"job {job_id} ended as {job and job.state}: {job and job.error}")
        made = kinds.besturen(session)
        wanted = sorted(f"{prefix}-{number}" for prefix in known.jobs.values() for number in range(EFFECTS))
        if made != wanted:
            faults.append(f"effects {len(made)}, wanted {len(wanted)}")
        if kinds.counter(session) != len(wanted):
            faults.append(f"the counter says {kinds.counter(session)} effects, wanted {len(wanted)}")
        saved = {str(row[0]) for row in session.query(ImportRun.id).where(ImportRun.state == "opgeslagen").all()}
        noted = [row[0] for row in session.query(AuditEntry.object_id).where(AuditEntry.action == "import").all()]
        if sorted(noted) != sorted(saved):
            faults.append(f"{len(saved)} imports saved, {len(noted)} noted in the trail")
        for code, name in session.query(Gemeente.code, Gemeente.name).all():
            if name != f"Dorp {code}":
                faults.append(f"gemeente {code} is half saved: {name}")
    return faults, len(saved), len(wanted)


def _check_integrity(place: Installation) -> list[str]:
    """Ask the database itself whether it is whole."""
    if place.cluster is not None:
        done = subprocess.run(
            [place.cluster.programs / "pg_amcheck", "-h", place.cluster.folder, "-U", "stageroute", "--all",
             "--install-missing", "--heapallindexed"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return [f"pg_amcheck: {done.stdout}{done.stderr}"] if done.returncode else []
    faults = []
    for name in ("stageroute.sqlite", "jobs.sqlite"):
        with contextlib.closing(sqlite3.connect(place.home / name)) as connection:
            verdict = connection.execute("PRAGMA integrity_check").fetchall()
            broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        if verdict != [("ok",)] or broken:
            faults.append(f"{name}: {verdict} {broken}")
    return faults


def _wait_until_written(known: Acknowledged, number: int) -> None:
    deadline = time.monotonic() + 60
    while len(known.invitations) < number:
        assert time.monotonic() < deadline, "nobody can write"
        time.sleep(0.02)


def _wait_until_one_runs(database: Database, job_ids: list[str]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with database.read() as session:
            store = JobStore(session)
            if any(job is not None and job.state != WAITING for job in map(store.find, job_ids)):
                return
        time.sleep(0.02)
    raise AssertionError("no worker takes a job")


def _one_round(
    place: Installation,
    known: Acknowledged,
    report: Report,
    chance: random.Random,
    jars: list[http.cookiejar.CookieJar],
) -> None:
    place.start()
    database = Database(place.url)
    stop = threading.Event()
    try:
        place.wait_until_it_answers()
        writers = [
            threading.Thread(target=_write, args=(place, known, (report.rounds, n), jars[n], stop))
            for n in range(WRITERS)
        ]
        for writer in writers:
            writer.start()
        _wait_until_written(known, len(known.invitations) + 2 * WRITERS)
        jobs = JobService(database, lambda: datetime.now(UTC))
        for number in range(JOBS_PER_ROUND):
            prefix = f"{report.rounds}.{number}"
            job_id = jobs.start(
                "proef-tellen", {"effects": EFFECTS, "prefix": prefix, "seconds": 0.2},
                owner=Owner("installatie", "*"), by="proef",
            )  # fmt: skip
            known.jobs[job_id] = prefix
        _wait_until_one_runs(
            database, [job_id for job_id in known.jobs if known.jobs[job_id].startswith(f"{report.rounds}.")]
        )
        time.sleep(chance.uniform(0.0, 1.5))
        if place.cluster is not None and report.rounds % 3 == 2:
            database.close()
            place.crash_database()
            report.crashes += 1
            time.sleep(chance.uniform(0.0, 1.0))
        report.kills += place.kill()
        stop.set()
        for writer in writers:
            writer.join()
        with database.read() as session:
            report.jobs_interrupted += sum(job.state == "bezig" for job in JobStore(session).newest(10_000))
        report.faults += [f"round {report.rounds}: {fault}" for fault in _check(database, known)]
    finally:
        stop.set()
        place.kill()
        database.close()
    report.rounds += 1


def _finish(place: Installation, known: Acknowledged, report: Report) -> None:
    place.start()
    database = Database(place.url)
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            with database.read() as session:
                if all(job.is_final for job in JobStore(session).newest(10_000)):
                    break
            time.sleep(0.2)
        else:
            report.faults.append("jobs were not finished two minutes after the last start")
        place.kill()
        report.faults += _check(database, known)
        faults, report.imports, report.effects = _check_effects(database, known)
        report.faults += faults
    finally:
        place.kill()
        database.close()
    report.faults += _check_integrity(place)


def run_rounds(home: Path, database_url: str, cluster: Cluster | None, rounds: int, seed: int = 1) -> Report:
    """Run the whole story and return what happened; ``faults`` is empty when every promise held."""
    began = time.monotonic()
    report = Report("postgresql" if cluster else "sqlite")
    kinds.register()
    chance, known = random.Random(seed), Acknowledged()
    place = Installation(home, database_url, cluster)
    jars = [http.cookiejar.CookieJar() for _ in range(WRITERS)]
    try:
        place.prepare()
        for _ in range(rounds):
            _one_round(place, known, report, chance, jars)
        _finish(place, known, report)
    finally:
        place.kill()
        place.log.close()
    report.invitations, report.jobs = len(known.invitations), len(known.jobs)
    report.seconds = round(time.monotonic() - began, 1)
    return report


def run_on(database: str, rounds: int, seed: int) -> Report:
    """Run on a throw-away SQLite file or PostgreSQL server with full durability."""
    with tempfile.TemporaryDirectory(prefix="stageroute-faults-") as folder:
        home = Path(folder)
        if database == "sqlite":
            return run_rounds(home, f"sqlite:///{home / 'stageroute.sqlite'}", None, rounds, seed)
        with running_cluster(**DURABLE) as cluster:
            return run_rounds(home, cluster.new_database(), cluster, rounds, seed)


def main() -> int:
    """Print a report per database; exit 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    broken = False
    for database in ("sqlite", "postgresql") if asked.database == "both" else (asked.database,):
        try:
            report = run_on(database, asked.rounds, asked.seed)
        except PostgresUnavailableError as reason:
            sys.stdout.write(f"postgresql: skipped, {reason}\n")
            continue
        sys.stdout.write(report.lines() + "\n")
        broken = broken or bool(report.faults)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
