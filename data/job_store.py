"""The rows behind long work: jobs, their effects, the workers."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import CursorResult, Result, and_, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data.tables.jobs import Job, JobEffect, Worker

WAITING: Final = "wachtrij"
RUNNING: Final = "bezig"
DONE: Final = "klaar"
FAILED: Final = "mislukt"
CANCELLED: Final = "afgebroken"
FINAL: Final = (DONE, FAILED, CANCELLED)


class JobLostError(RuntimeError):
    """Raised to a worker that no longer has the job: another one took it over, or it ended."""


@dataclass(frozen=True, slots=True)
class JobView:
    """One job as it is shown; times in UTC."""

    id: str
    kind: str
    title: str
    params: Mapping[str, Any]
    owner_kind: str
    owner_key: str
    asked_by: str
    state: str
    attempt: int
    cancel_asked: bool
    progress_done: int | None
    progress_total: int | None
    progress_text: str | None
    result: Mapping[str, Any] | None
    error: str | None
    error_code: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def is_final(self) -> bool:
        """Whether nothing will happen any more, unless it is retried."""
        return self.state in FINAL

    @property
    def percent(self) -> int | None:
        """Progress in whole percents, when it is known."""
        if self.state == DONE:
            return 100
        if not self.progress_total or self.progress_done is None:
            return None
        return min(100, 100 * self.progress_done // self.progress_total)


def _view(job: Job) -> JobView:
    return JobView(
        job.id, job.kind, job.title, job.params, job.owner_kind, job.owner_key, job.asked_by, job.state, job.attempt,
        job.cancel_asked, job.progress_done, job.progress_total, job.progress_text, job.result, job.error,
        job.error_code, job.created_at, job.started_at, job.finished_at,
    )  # fmt: skip


def _count(result: Result[Any]) -> int:
    return cast("CursorResult[Any]", result).rowcount


class JobStore:
    """Jobs and workers in one session; the caller owns the transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session

    # ---------------------------------------------------------------- asked for by web and command line

    def add(
        self,
        kind: str,
        title: str,
        params: Mapping[str, Any],
        *,
        owner: tuple[str, str],
        by: str,
        at: datetime,
    ) -> str:
        """Ask for a job in the transaction of its use case; a worker finds it after the commit."""
        job_id = uuid.uuid4().hex
        self._add(job_id, kind, title, params, owner=owner, by=by, at=at)
        return job_id

    def add_once(
        self,
        job_id: str,
        kind: str,
        title: str,
        params: Mapping[str, Any],
        *,
        owner: tuple[str, str],
        by: str,
        at: datetime,
    ) -> bool:
        """Ask for a job whose name exists once, such as the work of one day; false when somebody asked before."""
        try:
            with self.session.begin_nested():
                self._add(job_id, kind, title, params, owner=owner, by=by, at=at)
        except IntegrityError:
            return False
        return True

    def _add(
        self,
        job_id: str,
        kind: str,
        title: str,
        params: Mapping[str, Any],
        *,
        owner: tuple[str, str],
        by: str,
        at: datetime,
    ) -> None:
        self.session.add(
            Job(
                id=job_id, kind=kind, title=title, params=dict(params), owner_kind=owner[0], owner_key=owner[1],
                asked_by=by, state=WAITING, attempt=1, dispatched=False, cancel_asked=False, created_at=at,
            )
        )  # fmt: skip
        self.session.flush()

    def find(self, job_id: str) -> JobView | None:
        """Return one job, or ``None``."""
        job = self.session.get(Job, job_id)
        return _view(job) if job else None

    def list_for(
        self, owners: Collection[tuple[str, str]] | None, kinds: Collection[str], *, limit: int
    ) -> list[JobView]:
        """List the newest jobs of these owners (``None`` is everybody) and kinds."""
        query = select(Job).where(Job.kind.in_(kinds)).order_by(Job.created_at.desc(), Job.id).limit(limit)
        if owners is not None:
            if not owners:
                return []
            query = query.where(or_(*(and_(Job.owner_kind == kind, Job.owner_key == key) for kind, key in owners)))
        return [_view(job) for job in self.session.scalars(query)]

    def newest(self, limit: int) -> list[JobView]:
        """List the newest jobs of everybody."""
        return [_view(job) for job in self.session.scalars(select(Job).order_by(Job.created_at.desc()).limit(limit))]

    def ask_cancel(self, job_id: str, at: datetime) -> None:
        """Ask a job to stop; one that has not been handed to a worker stops at once."""
        self.session.execute(
            update(Job)
            .where(Job.id == job_id, Job.state == WAITING, Job.dispatched.is_(False))
            .values(state=CANCELLED, cancel_asked=True, finished_at=at)
        )
        self.session.execute(
            update(Job).where(Job.id == job_id, Job.state.in_((WAITING, RUNNING))).values(cancel_asked=True)
        )

    def retry(self, job_id: str) -> bool:
        """Put a failed or cancelled job back in the queue; effects it already had stay done."""
        changed = self.session.execute(
            update(Job)
            .where(Job.id == job_id, Job.state.in_((FAILED, CANCELLED)))
            .values(
                state=WAITING, dispatched=False, cancel_asked=False, attempt=Job.attempt + 1, error=None,
                error_code=None, progress_done=None, progress_total=None, progress_text=None, started_at=None,
                finished_at=None,
            )
        )  # fmt: skip
        return _count(changed) > 0

    # ---------------------------------------------------------------- done by workers

    def waiting(self, limit: int = 50) -> list[tuple[str, int]]:
        """List (id, attempt) of jobs that no worker was told about yet, oldest first."""
        found = self.session.execute(
            select(Job.id, Job.attempt)
            .where(Job.state == WAITING, Job.dispatched.is_(False))
            .order_by(Job.created_at, Job.id)
            .limit(limit)
        )
        return [(row.id, row.attempt) for row in found]

    def dispatched(self) -> list[tuple[str, int]]:
        """List (id, attempt) of jobs that a worker was told about and that are not finished."""
        found = self.session.execute(
            select(Job.id, Job.attempt).where(Job.state.in_((WAITING, RUNNING)), Job.dispatched.is_(True))
        )
        return [(row.id, row.attempt) for row in found]

    def mark_dispatched(self, jobs: Sequence[tuple[str, int]]) -> None:
        """Note that the queue holds these attempts."""
        for job_id, attempt in jobs:
            self.session.execute(update(Job).where(Job.id == job_id, Job.attempt == attempt).values(dispatched=True))

    def begin(self, job_id: str, attempt: int, worker_id: str, at: datetime) -> JobView | None:
        """Mark an attempt as running here; ``None`` when it is finished, cancelled or no longer the current one."""
        job = self.session.get(Job, job_id)
        if job is None or job.attempt != attempt or job.state in FINAL:
            return None
        job.dispatched = True
        job.state = RUNNING
        job.worker_id = worker_id
        job.started_at = job.started_at or at
        self.session.flush()
        return _view(job)

    def set_progress(self, job_id: str, worker_id: str, done: int, total: int, text: str) -> None:
        """Write how far the worker that has the job is."""
        self.session.execute(
            update(Job)
            .where(Job.id == job_id, Job.worker_id == worker_id, Job.state == RUNNING)
            .values(progress_done=done, progress_total=total, progress_text=text[:300])
        )

    def cancel_asked(self, job_id: str) -> bool:
        """Whether somebody asked this job to stop."""
        return bool(self.session.scalar(select(Job.cancel_asked).where(Job.id == job_id)))

    def finish(
        self,
        job_id: str,
        attempt: int,
        state: str,
        at: datetime,
        *,
        result: Mapping[str, Any] | None = None,
        error: str | None = None,
        error_code: str | None = None,
        worker_id: str | None = None,
    ) -> bool:
        """End an attempt; false when it had ended already, or is no longer of ``worker_id``."""
        mine = () if worker_id is None else (Job.worker_id == worker_id,)
        changed = self.session.execute(
            update(Job)
            .where(Job.id == job_id, Job.attempt == attempt, Job.state.in_((WAITING, RUNNING)), *mine)
            .values(
                state=state, finished_at=at, result=dict(result) if result is not None else None, error=error,
                error_code=error_code,
            )
        )  # fmt: skip
        return _count(changed) > 0

    def once(self, job_id: str, worker_id: str, name: str, effect: Callable[[], Any], at: datetime) -> Any:
        """Do an effect in this transaction unless this job did it before; return its JSON result.

        The note of the effect and the effect commit together, so a job that is killed and
        run again has each effect exactly once. The row of the job is locked meanwhile, and a
        worker that lost the job to another one has no effect any more.

        Raises
        ------
        JobLostError
            The job is with another worker now, or ended.
        """
        job = self.session.scalar(
            select(Job).where(Job.id == job_id).with_for_update().execution_options(populate_existing=True)
        )
        if job is None or job.worker_id != worker_id or job.state != RUNNING:
            raise JobLostError(job_id)
        known = self.session.get(JobEffect, (job_id, name))
        if known is not None:
            return known.result
        result = effect()
        self.session.add(JobEffect(job_id=job_id, name=name, result=result, done_at=at))
        self.session.flush()
        return result

    # ---------------------------------------------------------------- workers

    def beat(self, worker_id: str, pid: int, at: datetime) -> None:
        """Say that a worker is alive."""
        worker = self.session.get(Worker, worker_id)
        if worker is None or worker.pid != pid or worker.stopped_at is not None:
            worker = worker or Worker(id=worker_id)
            worker.pid, worker.started_at = pid, at
            self.session.add(worker)
        worker.seen_at, worker.stopped_at, worker.taken_over_by = at, None, None

    def stop(self, worker_id: str, at: datetime) -> None:
        """Say that a worker stopped by itself."""
        self.session.execute(update(Worker).where(Worker.id == worker_id).values(stopped_at=at))

    def silent_workers(self, me: str, at: datetime, after: timedelta) -> list[str]:
        """List workers that were not seen for ``after``, or stopped, and whose work nobody took over yet."""
        gone = or_(Worker.seen_at < at - after, and_(Worker.stopped_at.is_not(None), Worker.stopped_at < at - after))
        return list(
            self.session.scalars(select(Worker.id).where(Worker.id != me, Worker.taken_over_by.is_(None), gone))
        )

    def note_takeover(self, worker_id: str, me: str, at: datetime, after: timedelta) -> None:
        """Note that ``me`` took over, unless the silent worker came back meanwhile."""
        self.session.execute(
            update(Worker).where(Worker.id == worker_id, Worker.seen_at < at - after).values(taken_over_by=me)
        )

    def workers(self) -> list[tuple[str, datetime, datetime | None]]:
        """List (id, last seen, stopped at) of every worker."""
        found = self.session.execute(select(Worker.id, Worker.seen_at, Worker.stopped_at).order_by(Worker.id))
        return [(row.id, row.seen_at, row.stopped_at) for row in found]
