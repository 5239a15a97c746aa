"""The durable queue: the only module that knows DBOS.

DBOS remembers which workflow is queued, with whom, and which steps are done, in its own
tables: a SQLite file beside the database, or the schema ``dbos`` of the same PostgreSQL.
A worker that starts again with the same executor id goes on where it was killed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from dbos import DBOS, DBOSConfig, SetWorkflowID

from usecases.work.jobs import RunStep

T = TypeVar("T")
QUEUE: Final = "taken"
#: Seconds between two looks at the queue.
POLL_SECONDS: Final = 0.25
#: A job that took its worker down this often is given up, with a sentence for the user.
MAX_RECOVERIES: Final = 25
#: Workflows of an older release go on in a newer one: the workflow itself never changes.
APPLICATION_VERSION: Final = "stageroute-1"

#: States after which the queue does nothing with an attempt any more.
ENDED: Final = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

Execute = Callable[[str, int, RunStep], str]
_execute: Execute | None = None


@DBOS.workflow(name="stageroute.job", max_recovery_attempts=MAX_RECOVERIES)
def _job_workflow(job_id: str, attempt: int) -> str:
    if _execute is None:  # pragma: no cover - set before launch
        raise RuntimeError("no worker in this process")
    return _execute(job_id, attempt, _run_step)


def _run_step(name: str, step: Callable[[], T]) -> T:
    return DBOS.run_step({"name": name}, step)


def system_url(database_url: str, home: Path) -> str:
    """Return where DBOS keeps its tables for a database of ours."""
    if database_url.startswith("postgresql"):
        return database_url
    return f"sqlite:///{home / 'jobs.sqlite'}"


def workflow_id(job_id: str, attempt: int) -> str:
    """Name one attempt of one job in the queue."""
    return f"{job_id}-{attempt}"


class DurableQueue:
    """DBOS in this process, between ``launch`` and ``close``."""

    def __init__(self, url: str, executor_id: str, threads: int) -> None:
        self.url = url
        self.executor_id = executor_id
        self.threads = threads

    def launch(self, execute: Execute) -> None:
        """Start executing; what this executor had left unfinished goes first."""
        global _execute  # noqa: PLW0603 - DBOS registers functions, not methods
        _execute = execute
        if self.url.startswith("sqlite:///"):
            with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=30)) as connection:
                connection.execute("PRAGMA journal_mode=WAL")
        config: DBOSConfig = {
            "name": "stageroute",
            "system_database_url": self.url,
            "executor_id": self.executor_id,
            "application_version": APPLICATION_VERSION,
            "log_level": "ERROR",
            "sys_db_pool_size": 5,
            "max_executor_threads": 8 + self.threads,
        }
        DBOS(config=config)
        DBOS.listen_queues([QUEUE])
        DBOS.launch()
        DBOS.register_queue(QUEUE, worker_concurrency=self.threads, polling_interval_sec=POLL_SECONDS)

    def enqueue(self, job_id: str, attempt: int) -> None:
        """Put an attempt in the queue; a second time changes nothing."""
        with SetWorkflowID(workflow_id(job_id, attempt)):
            DBOS.enqueue_workflow(QUEUE, _job_workflow, job_id, attempt)

    def status(self, job_id: str, attempt: int) -> str | None:
        """Return the state of an attempt in the queue, or ``None`` when the queue does not know it."""
        found = DBOS.get_workflow_status(workflow_id(job_id, attempt))
        return found.status if found else None

    def take_over(self, executor_ids: Sequence[str]) -> None:
        """Give unfinished work of executors that are gone back to the queue; twice is once."""
        DBOS._recover_pending_workflows(list(executor_ids))  # noqa: SLF001 - the only door DBOS has for it

    def forget_ended(self, before: datetime, limit: int = 500) -> int:
        """Forget ended attempts that were asked before a moment, with what their steps computed; return how many."""
        ended = DBOS.list_workflows(
            status=ENDED, end_time=before.isoformat(), limit=limit, load_input=False, load_output=False
        )
        if ended:
            DBOS.delete_workflows([one.workflow_id for one in ended])
        return len(ended)

    def close(self, wait_seconds: int) -> None:
        """Stop taking work, wait for what is running, let go of the rest: it is taken up again later."""
        DBOS.destroy(workflow_completion_timeout_sec=wait_seconds)
