"""Everything slower than a request: kinds of jobs, what a running job may do, and how to ask for one.

Asking is one row in the transaction of the use case; web processes do nothing more. A worker
(`usecases.work.worker`) hands the row to the durable queue (`usecases.work.durable`) and executes it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from data.faults import InputRefused
from data.file_store import FileStore, FileView
from data.importers.framework import shown_faults
from data.job_store import CANCELLED, DONE, FAILED, JobStore, JobView
from data.session import Database, Session
from usecases.people.roles import Owner, Principal, Role
from usecases.refusals import REFUSALS, sentences
from usecases.settings import Config
from usecases.work.logs import log

__all__ = ["FAILED", "JobContext", "JobHouse", "JobKind", "JobService", "JobView", "execute", "owners_of"]

T = TypeVar("T")
#: Seconds between two writes of progress; nobody reads faster.
PROGRESS_SECONDS = 0.5
#: How many times the asked number of jobs is looked at, because some are of another role.
MORE_LOOKED_AT = 4


class JobCancelledError(Exception):
    """The user asked this job to stop; raised by `JobContext.check_cancelled` between two steps."""


class RunStep(Protocol):
    """Do one step at most once per attempt and remember its JSON result (DBOS in a worker)."""

    def __call__(self, name: str, step: Callable[[], T]) -> T:
        """Run or recall the step."""
        ...


class JobHouse(Protocol):
    """The little that a running job and a worker know of the house."""

    @property
    def config(self) -> Config:
        """The checked settings."""
        ...

    @property
    def clock(self) -> Callable[[], datetime]:
        """Gives the current moment in UTC."""
        ...

    @property
    def database(self) -> Database:
        """Where jobs stand."""
        ...

    @property
    def jobs(self) -> JobService:
        """Every kind of long work, and the doors to it."""
        ...


class JobContext:
    """What a running job may do: durable steps, effects that happen exactly once, progress, cancelling."""

    def __init__(self, house: JobHouse, job: JobView, worker_id: str, run_step: RunStep) -> None:
        self._house = house
        self.job = job
        self.job_id = job.id
        self.worker_id = worker_id
        self._run_step = run_step
        self._written = 0.0

    def step(self, name: str, step: Callable[[], T]) -> T:
        """Compute something once per attempt; after a crash its JSON result is recalled, not computed again.

        A step that is interrupted runs again, so what it changes must be changed in `effect`.
        """
        return self._run_step(name, step)

    def effect(self, name: str, change: Callable[[Session], T]) -> T:
        """Change the database exactly once for this job, in one transaction; return the JSON result.

        ``change`` gets the session and may use any store on it. After a crash, a retry or a
        take-over the change is not made again and its first result is returned.
        """
        now = self._house.clock()
        with self._house.database.write() as session:
            result: T = JobStore(session).once(self.job_id, self.worker_id, name, lambda: change(session), now)
        return result

    def progress(self, done: int, total: int, text: str = "") -> None:
        """Say how far the job is; written at most twice a second."""
        if monotonic() - self._written < PROGRESS_SECONDS and done < total:
            return
        with self._house.database.write() as session:
            JobStore(session).set_progress(self.job_id, self.worker_id, done, total, text)
        self._written = monotonic()

    def check_cancelled(self) -> None:
        """Stop here when the user asked for it.

        Raises
        ------
        JobCancelledError
            Somebody pressed *Stoppen*.
        """
        with self._house.database.read() as session:
            if JobStore(session).cancel_asked(self.job_id):
                raise JobCancelledError

    def save_file(self, name: str, content: bytes, content_type: str) -> str:
        """Store a file that the job made, once; put the id in the result under ``file`` to offer it for download."""
        owner = (self.job.owner_kind, self.job.owner_key)
        now = self._house.clock()
        return self.effect(
            f"file {name}",
            lambda session: FileStore(session).add(name, content, content_type=content_type, owner=owner, at=now),
        )


Run = Callable[[JobContext, dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind of long work.

    ``roles`` may see the job on the pages, within its owner; ``retry`` says whether trying again makes sense.
    ``roles_of`` narrows the roles for one job, by its parameters: a school has several roles, and a file of one of
    them is no business of another.
    """

    name: str
    title: str
    run: Run
    roles: frozenset[str]
    retry: bool = True
    roles_of: Callable[[Mapping[str, Any]], frozenset[str]] | None = None


def owners_of(person: Principal, role: Role) -> list[tuple[str, str]] | None:
    """List (kind, key) of every owner that a role of a person covers; ``None`` is everybody."""
    if role is Role.BEHEERDER:
        return None
    scopes = [(grant.scope.kind, grant.scope.key) for grant in person.grants if grant.role is role]
    schools = [("school", brin) for brin in person.schools(role)]
    return list(dict.fromkeys([*scopes, *schools, ("account", str(person.account_id))]))


class JobService:
    """Ask for jobs and follow them; on ``services().jobs``."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        #: Every kind of long work of this installation; filled once, by ``usecases.wiring``.
        self.kinds: Mapping[str, JobKind] = MappingProxyType({})

    def know(self, kinds: Iterable[JobKind]) -> None:
        """Add kinds of long work.

        Raises
        ------
        ValueError
            Two kinds have one name.
        """
        known = dict(self.kinds)
        for kind in kinds:
            if kind.name in known:
                raise ValueError(f"job kind {kind.name} is known twice")
            known[kind.name] = kind
        self.kinds = MappingProxyType(known)

    def start(self, kind: str, params: Mapping[str, Any], *, owner: Owner, by: str, title: str | None = None) -> str:
        """Ask for a job and return its id; a worker starts it within a second."""
        with self._database.write() as session:
            return self.add(session, kind, params, owner=owner, by=by, title=title)

    def add(
        self, session: Session, kind: str, params: Mapping[str, Any], *, owner: Owner, by: str, title: str | None = None
    ) -> str:
        """Ask for a job in a transaction that is already open: both happen, or neither."""
        known = self.kinds[kind]
        return JobStore(session).add(
            kind, title or known.title, params, owner=(owner.kind, owner.key), by=by, at=self._clock()
        )

    def start_once(
        self, job_id: str, kind: str, params: Mapping[str, Any], *, owner: Owner, by: str, title: str
    ) -> bool:
        """Ask for the job of this name unless it was asked before, by whomever; false when it was."""
        if self.find(job_id) is not None:
            return False
        with self._database.write() as session:
            return JobStore(session).add_once(
                job_id, kind, title, params, owner=(owner.kind, owner.key), by=by, at=self._clock()
            )

    def find(self, job_id: str) -> JobView | None:
        """Return one job, or ``None``."""
        with self._database.read() as session:
            return JobStore(session).find(job_id)

    def visible_to(self, person: Principal, limit: int = 50) -> list[JobView]:
        """List the newest jobs that a person may see: per role, the kinds of that role within its scopes."""
        found: dict[str, JobView] = {}
        with self._database.read() as session:
            store = JobStore(session)
            listed = [
                (role, job)
                for role in person.roles
                for job in store.list_for(
                    owners_of(person, role),
                    [kind.name for kind in self.kinds.values() if role in kind.roles],
                    limit=limit * MORE_LOOKED_AT,
                )
            ]
        for role, job in listed:
            if role in self.roles_of(job):
                found[job.id] = job
        return sorted(found.values(), key=lambda job: job.created_at, reverse=True)[:limit]

    def roles_of(self, job: JobView) -> frozenset[str]:
        """The roles that may see one job, within its owner; none for a kind that is not known."""
        kind = self.kinds.get(job.kind)
        if kind is None:
            return frozenset()
        return kind.roles if kind.roles_of is None else kind.roles & kind.roles_of(job.params)

    def newest(self, limit: int) -> list[JobView]:
        """List the newest jobs of everybody, for the operator of the machine."""
        with self._database.read() as session:
            return JobStore(session).newest(limit)

    def workers(self) -> list[tuple[str, datetime, datetime | None]]:
        """List (name, last seen, stopped at) of every worker, for the operator of the machine."""
        with self._database.read() as session:
            return JobStore(session).workers()

    def cancel(self, job_id: str) -> None:
        """Ask a job to stop."""
        with self._database.write() as session:
            JobStore(session).ask_cancel(job_id, self._clock())

    def retry(self, job_id: str) -> bool:
        """Try a failed or cancelled job again; false when it is neither."""
        with self._database.write() as session:
            return JobStore(session).retry(job_id)

    def find_file(self, file_id: str) -> FileView | None:
        """Return what is known of a stored file, or ``None``."""
        with self._database.read() as session:
            return FileStore(session).find(file_id)

    def load_file(self, file_id: str) -> bytes | None:
        """Return the content of a stored file, or ``None``."""
        with self._database.read() as session:
            return FileStore(session).load(file_id)


def execute(house: JobHouse, job_id: str, attempt: int, worker_id: str, run_step: RunStep) -> str:
    """Run one attempt of a job to its end and write the end; called by the durable queue only.

    Returns
    -------
    str
        The final state, or ``"vervallen"`` when this attempt was over already.
    """
    with house.database.write() as session:
        job = JobStore(session).begin(job_id, attempt, worker_id, house.clock())
    if job is None:
        return "vervallen"
    outcome: dict[str, Any]
    try:
        kind = house.jobs.kinds.get(job.kind)
        if kind is None:
            raise InputRefused.because("Deze taak is van een andere versie van Stageroute.")
        context = JobContext(house, job, worker_id, run_step)
        context.check_cancelled()
        outcome = {"state": DONE, "result": kind.run(context, dict(job.params))}
    except JobCancelledError:
        outcome = {"state": CANCELLED}
    except InputRefused as refused:
        outcome = {"state": FAILED, "error": "\n".join(shown_faults(refused.faults))}
    except REFUSALS as refused:
        outcome = {"state": FAILED, "error": "\n".join(sentences(refused))}
    except Exception as error:  # noqa: BLE001 - whatever it is, the user gets a sentence and the log the cause
        code = secrets.token_hex(3).upper()
        log.error(
            "job failed", request_id=code, job_id=job_id, job_kind=job.kind, error=type(error).__name__, exc_info=True
        )
        sentence = f"Er ging iets mis. Probeer het opnieuw. Gaat het weer mis, geef de beheerder dan code {code}."
        outcome = {"state": FAILED, "error": sentence, "error_code": code}
    with house.database.write() as session:
        JobStore(session).finish(job_id, attempt, at=house.clock(), worker_id=worker_id, **outcome)
    return str(outcome["state"])
