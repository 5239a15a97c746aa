"""Real workers in real processes on the real queue: killed, started again, taken over, stopped."""

import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.job_store import DONE, RUNNING, WAITING, JobStore
from data.tables.matching import RetentionRun
from tests.usecases.work import kinds
from tests.usecases.work.processes import SILENCE, kill, wait_for
from usecases.people.roles import Owner
from usecases.services import AMSTERDAM
from usecases.work.jobs import JobService

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.slow


@pytest.fixture
def jobs(database):
    with database.write() as session:
        kinds.put_counter(session)
    jobs = JobService(database, lambda: datetime.now(UTC))
    kinds.register(jobs)
    return jobs


def ask(jobs, prefix, effects=6, seconds=0.5):
    params = {"effects": effects, "prefix": prefix, "seconds": seconds}
    return jobs.start("proef-tellen", params, owner=Owner("school", "99AA"), by="ik")


def assert_done_once(database, prefix, effects=6):
    with database.read() as session:
        assert kinds.besturen(session) == [f"{prefix}-{number}" for number in range(effects)]
        assert kinds.counter(session) == effects


def test_a_killed_worker_that_starts_again_goes_on_at_once_and_another_machine_takes_over_in_time(
    database, jobs, start_worker
):
    first = start_worker("daar")
    job_id = ask(jobs, "d")
    wait_for(jobs, job_id, RUNNING)
    time.sleep(0.7)
    kill(first)
    assert jobs.find(job_id).state == RUNNING

    again = start_worker("daar")
    time.sleep(0.1)
    deadline = time.monotonic() + 60
    while (jobs.find(job_id).progress_done or 0) < 3:
        assert time.monotonic() < deadline, "the worker that came back did not go on"
        time.sleep(0.05)
    kill(again)
    with database.read() as session:
        assert {name for name, _, _ in JobStore(session).workers()} == {"daar-1"}, "the name is stable"

    start_worker("hier")
    began = time.monotonic()
    assert wait_for(jobs, job_id, DONE).result == {"made": [f"d-{number}" for number in range(6)]}
    # Silence, the look for silent workers, the rest of the work, and starting Python on a busy machine.
    assert time.monotonic() - began < SILENCE + SILENCE / 2 + 3 + 20
    assert_done_once(database, "d")


def test_a_stopped_worker_lets_go_and_waiting_work_waits(database, jobs, start_worker):
    worker = start_worker("stil")
    job_id = ask(jobs, "s", effects=1, seconds=0)
    wait_for(jobs, job_id, DONE)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    with database.read() as session:
        assert [stopped is not None for _, _, stopped in JobStore(session).workers()] == [True]
    later = ask(jobs, "t", effects=1, seconds=0)
    time.sleep(0.5)
    assert jobs.find(later).state == WAITING
    start_worker("stil")
    wait_for(jobs, later, DONE)


def test_two_workers_do_the_work_of_the_day_once(database, jobs, start_worker):
    today = f"dag-{datetime.now(AMSTERDAM):%Y-%m-%d}"
    start_worker("hier")
    start_worker("daar")
    deadline = time.monotonic() + 60
    while jobs.find(today) is None:
        assert time.monotonic() < deadline, "nobody asked for the work of today"
        time.sleep(0.05)
    assert wait_for(jobs, today, DONE).result == {"reserveringen": 0, "leerlingen": 0, "aanmeldingen": 0}
    assert [job.id for job in jobs.newest(10) if job.kind == "dagwerk"] == [today]
    with database.read() as session:
        assert session.query(RetentionRun).count() == 1


def test_the_queue_forgets_what_ended_attempts_computed_and_keeps_what_runs(database_url, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.usecases.work.queue_that_forgets", database_url, str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=90,
    )  # fmt: skip
    assert done.stdout.splitlines() == ["0 SUCCESS PENDING", "1 None PENDING"], done.stderr
