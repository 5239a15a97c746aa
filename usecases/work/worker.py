"""A worker: hands waiting jobs to the durable queue, executes them, beats, and takes over from those that are gone."""

from __future__ import annotations

import fcntl
import os
import re
import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import IO, Final

from data.file_store import KEEP, FileStore
from data.import_store import ImportStore
from data.job_store import FAILED, JobStore
from usecases.work.daily import plan_day
from usecases.work.durable import DurableQueue, system_url
from usecases.work.jobs import JobHouse, RunStep, execute
from usecases.work.logs import log

#: Seconds between two looks for jobs that nobody was told about.
DISPATCH_SECONDS: Final = 0.3
#: Seconds between two heartbeats.
BEAT_SECONDS: Final = 5.0
#: Seconds between two looks for silent workers and for jobs that the queue gave up.
CARE_SECONDS: Final = 10.0
CLEAN_SECONDS: Final = 3600.0
#: Seconds between two looks whether the work of the day has been asked for.
DAY_SECONDS: Final = 60.0
#: Seconds a stopping worker waits for what it is doing.
STOP_SECONDS: Final = 5
GAVE_UP: Final = (
    "Deze taak is vaak begonnen en nooit afgekomen: de machine stopte er steeds mee. Geef dit door aan de beheerder."
)


class WorkerSlot:
    """A stable name for this worker: the machine and the first number nobody else on it holds.

    The number is held by a file lock, which the operating system lets go when the process
    dies, however it dies; so a worker that is started again gets its old name and its old work.
    """

    def __init__(self, home: Path, machine: str | None = None) -> None:
        folder = home / "workers"
        folder.mkdir(parents=True, exist_ok=True)
        machine = re.sub(r"[^A-Za-z0-9.-]", "-", machine or socket.gethostname())[:80]
        for number in range(1, 1000):
            self._file: IO[str] = (folder / f"{machine}-{number}.lock").open("a", encoding="ascii")
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._file.close()
                continue
            self.executor_id = f"{machine}-{number}"
            return
        raise RuntimeError("there are 999 workers on this machine already")

    def release(self) -> None:
        """Let another process have the name."""
        self._file.close()


class WorkerLoop:
    """What a worker does beside executing: one method per duty, so that each can be tested by itself."""

    def __init__(self, services: JobHouse, queue: DurableQueue, worker_id: str, dead_after: timedelta) -> None:
        self.services = services
        self.queue = queue
        self.worker_id = worker_id
        self.dead_after = dead_after

    def dispatch(self) -> int:
        """Hand every waiting job to the queue; return how many."""
        with self.services.database.read() as session:
            waiting = JobStore(session).waiting()
        for job_id, attempt in waiting:
            self.queue.enqueue(job_id, attempt)
        if waiting:
            # Killed between the two: the next worker puts the same name in the queue again, which changes nothing.
            with self.services.database.write() as session:
                JobStore(session).mark_dispatched(waiting)
        return len(waiting)

    def beat(self) -> None:
        """Say that this worker is alive."""
        with self.services.database.write() as session:
            JobStore(session).beat(self.worker_id, os.getpid(), self.services.clock())

    def take_over(self) -> list[str]:
        """Take over from workers that were silent too long; return their names."""
        now = self.services.clock()
        with self.services.database.read() as session:
            silent = JobStore(session).silent_workers(self.worker_id, now, self.dead_after)
        if silent:
            # First the work, then the note: killed in between, the next worker does it again, which changes nothing.
            self.queue.take_over(silent)
            with self.services.database.write() as session:
                for worker_id in silent:
                    JobStore(session).note_takeover(worker_id, self.worker_id, now, self.dead_after)
        return silent

    def reconcile(self) -> None:
        """Repair jobs whose attempt the queue gave up on or never knew (a restored backup)."""
        with self.services.database.read() as session:
            open_jobs = JobStore(session).dispatched()
        for job_id, attempt in open_jobs:
            status = self.queue.status(job_id, attempt)
            if status is None:
                self.queue.enqueue(job_id, attempt)
            elif status in {"ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "CANCELLED"}:
                with self.services.database.write() as session:
                    JobStore(session).finish(job_id, attempt, FAILED, self.services.clock(), error=GAVE_UP)

    def clean(self) -> None:
        """Forget uploads, results and memories of the queue whose time is over."""
        now = self.services.clock()
        with self.services.database.write() as session:
            FileStore(session).remove_expired(now)
            ImportStore(session).forget_details(now - KEEP)
        self.queue.forget_ended(now - KEEP)

    def plan_day(self) -> None:
        """Ask for the work of today when its hour has come."""
        plan_day(self.services)

    def stop(self) -> None:
        """Say that this worker stopped by itself."""
        with self.services.database.write() as session:
            JobStore(session).stop(self.worker_id, self.services.clock())

    def care(self) -> None:
        """Look after others."""
        self.take_over()
        self.reconcile()


def run_worker(services: JobHouse, stop: threading.Event, ready: Callable[[str], None]) -> None:
    """Execute jobs until ``stop`` is set; ``ready`` is called once with the name of the worker."""
    config = services.config
    slot = WorkerSlot(config.home, config["STAGEROUTE_WORKER_NAME"] or None)
    queue = DurableQueue(
        system_url(config.database_url, config.home), slot.executor_id, config["STAGEROUTE_WORKER_THREADS"]
    )
    silence = float(config["STAGEROUTE_WORKER_SILENCE"])
    loop = WorkerLoop(services, queue, slot.executor_id, timedelta(seconds=silence))

    def execute_here(job_id: str, attempt: int, run_step: RunStep) -> str:
        return execute(services, job_id, attempt, slot.executor_id, run_step)

    loop.beat()
    queue.launch(execute_here)
    ready(slot.executor_id)
    duties: list[tuple[float, Callable[[], object]]] = [
        (DISPATCH_SECONDS, loop.dispatch),
        (min(BEAT_SECONDS, silence / 4), loop.beat),
        (min(CARE_SECONDS, silence / 2), loop.care),
        (CLEAN_SECONDS, loop.clean),
        (DAY_SECONDS, loop.plan_day),
    ]
    due = [0.0] * len(duties)
    while not stop.wait(DISPATCH_SECONDS):
        for index, (seconds, duty) in enumerate(duties):
            if monotonic() < due[index]:
                continue
            due[index] = monotonic() + seconds
            try:
                duty()
            except Exception as error:  # noqa: BLE001 - the database may be away for a while; the worker stays
                log.error("worker duty failed", step=duty.__name__, error=type(error).__name__, exc_info=True)
    queue.close(STOP_SECONDS)
    loop.stop()
    slot.release()
