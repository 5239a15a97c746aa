"""Kill the whole server and the worker, again and again, under concurrent writes and running jobs; then count.

Run it with ``make faults``, or ``python -m tests.faults.kill --rounds 20 --database both``. Each round starts gunicorn
and a worker, lets browsers write and jobs run, and sends SIGKILL to every process at a random moment; on PostgreSQL
every third round the database server crashes as well. What was acknowledged must be there after each round. At the
end everything is started once more, and every job must have finished, exactly once in effect.
"""

from __future__ import annotations

import http.client
import http.cookiejar
import json
import random
import re
import sys
import threading
import time
import urllib.error
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
from tests.faults.installation import Browser, Installation, tell
from tests.postgres import Cluster
from tests.usecases.work import kinds
from usecases.people.roles import Grant, Owner, Role
from usecases.settings import read_settings
from usecases.wiring import build_services
from usecases.work.jobs import JobService

PASSWORD = "een heel lang wachtwoord"
EMAIL = "beheerder@merenveld.example"
WRITERS = 4
JOBS_PER_ROUND = 3
EFFECTS = 4
IMPORTS_PER_ROUND = 4


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
                browser.log_in(EMAIL, PASSWORD)
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


def _prepare(place: Installation) -> None:
    """Migrate, and make the account and the counter."""
    database = Database(place.url)
    migrate(database)
    with database.write() as session:
        kinds.put_counter(session)
    database.close()
    services = build_services(read_settings({"STAGEROUTE_HOME": str(place.home), "DATABASE_URL": place.url}))
    grant = Grant(Role.BEHEERDER, Owner("installatie", "*"))
    services.accounts.add_demo_account(EMAIL, "Beheerder", PASSWORD, [grant])
    services.close()


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
        kinds.register(jobs)
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
    report.faults += place.faults_of_the_database()


def run_rounds(home: Path, database_url: str, cluster: Cluster | None, rounds: int, seed: int = 1) -> Report:
    """Run the whole story and return what happened; ``faults`` is empty when every promise held."""
    began = time.monotonic()
    report = Report("postgresql" if cluster else "sqlite")
    chance, known = random.Random(seed), Acknowledged()
    place = Installation(
        home, database_url, cluster, server="tests.faults.app:app", worker=("-m", "tests.faults.worker")
    )
    jars = [http.cookiejar.CookieJar() for _ in range(WRITERS)]
    try:
        _prepare(place)
        for _ in range(rounds):
            _one_round(place, known, report, chance, jars)
        _finish(place, known, report)
    finally:
        place.kill()
        place.log.close()
    report.invitations, report.jobs = len(known.invitations), len(known.jobs)
    report.seconds = round(time.monotonic() - began, 1)
    return report


if __name__ == "__main__":
    sys.exit(tell(run_rounds, __doc__))
