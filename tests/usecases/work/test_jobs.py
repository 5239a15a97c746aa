"""Long work: asked for in the transaction of its use case, exactly once in effect, told in plain words."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from data.file_store import PART_BYTES, FileStore
from data.job_store import CANCELLED, DONE, FAILED, RUNNING, WAITING, JobLostError, JobStore
from tests.usecases.work import kinds
from usecases.people.roles import Grant, Owner, Principal, Role
from usecases.work.jobs import JobContext, JobService, execute
from usecases.work.worker import WorkerLoop, WorkerSlot

SCHOOL = Owner("school", "99AA")


@pytest.fixture
def services(database, clock):
    with database.write() as session:
        kinds.put_counter(session)
    services = SimpleNamespace(database=database, clock=clock, jobs=JobService(database, clock))
    kinds.register(services.jobs)
    return services


def ask(services, kind="proef-tellen", **params):
    return services.jobs.start(kind, params, owner=SCHOOL, by="tester")


def run(services, job_id, steps=None, worker="een", attempt=1):
    return execute(services, job_id, attempt, worker, steps or kinds.Steps())


def state_of(services, job_id):
    return services.jobs.find(job_id).state


def test_a_job_runs_to_its_result_and_shows_its_progress(services):
    job_id = ask(services, effects=3, prefix="a")
    assert state_of(services, job_id) == WAITING
    assert run(services, job_id) == DONE
    view = services.jobs.find(job_id)
    assert view.result == {"made": ["a-0", "a-1", "a-2"]}
    assert (view.percent, view.progress_done, view.progress_text) == (100, 3, "3 gedaan")
    assert view.finished_at == services.clock.now


def test_a_job_asked_in_a_transaction_that_fails_was_never_asked(services):
    def ask_and_fail():
        with services.database.write() as session:
            services.jobs.add(session, "proef-tellen", {}, owner=SCHOOL, by="tester")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        ask_and_fail()
    assert services.jobs.newest(10) == []


@pytest.mark.parametrize("killed_at", range(4))
def test_a_job_killed_after_any_effect_has_every_effect_exactly_once(services, killed_at, monkeypatch):
    job_id = ask(services, effects=4, prefix="k")
    steps, done = kinds.Steps(), []
    effect = JobContext.effect

    class Killed(BaseException):
        """Not an Exception, so nothing of the job handles it, as with SIGKILL."""

    def dying(self, name, change):
        result = effect(self, name, change)
        done.append(name)
        if len(done) == killed_at + 1:
            raise Killed
        return result

    monkeypatch.setattr(JobContext, "effect", dying)
    with pytest.raises(Killed):
        run(services, job_id, steps)
    assert state_of(services, job_id) == RUNNING
    assert run(services, job_id, steps, worker="twee") == DONE
    with services.database.read() as session:
        assert kinds.besturen(session) == ["k-0", "k-1", "k-2", "k-3"]
        assert kinds.counter(session) == 4


def test_a_worker_that_lost_the_job_has_no_effect_any_more(services):
    job_id = ask(services, effects=1, prefix="l")
    with services.database.write() as session:
        job = JobStore(session).begin(job_id, 1, "oud", services.clock())
    old = JobContext(services, job, "oud", kinds.Steps())
    assert run(services, job_id, worker="nieuw") == DONE
    with pytest.raises(JobLostError):
        old.effect("bewaar 0", lambda _: pytest.fail("it had an effect"))
    with services.database.write() as session:
        assert not JobStore(session).finish(job_id, 1, FAILED, services.clock(), worker_id="oud")
    assert state_of(services, job_id) == DONE


def test_an_attempt_that_is_over_does_nothing(services):
    job_id = ask(services, effects=1, prefix="o")
    assert run(services, job_id) == DONE
    assert run(services, job_id) == "vervallen"
    assert run(services, "no-such-job") == "vervallen"
    with services.database.read() as session:
        assert kinds.counter(session) == 1


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_between_two_steps(services):
    waiting = ask(services, effects=1, prefix="w")
    services.jobs.cancel(waiting)
    assert state_of(services, waiting) == CANCELLED
    assert run(services, waiting) == "vervallen"

    running = ask(services, effects=3, prefix="r")

    class CancelAfterFirst(kinds.Steps):
        def __call__(self, name, step):
            services.jobs.cancel(running)
            return super().__call__(name, step)

    assert run(services, running, CancelAfterFirst()) == CANCELLED
    with services.database.read() as session:
        assert kinds.besturen(session) == ["r-0"]


def test_a_retry_keeps_the_effects_that_were_done(services, monkeypatch):
    job_id = ask(services, effects=2, prefix="t")
    with monkeypatch.context() as broken:
        broken.setattr(JobContext, "progress", lambda *_: 1 / 0)
        assert run(services, job_id) == FAILED
    assert not services.jobs.retry("no-such-job")
    assert services.jobs.retry(job_id)
    assert not services.jobs.retry(job_id)
    assert run(services, job_id, attempt=1) == "vervallen"
    assert run(services, job_id, attempt=2) == DONE
    with services.database.read() as session:
        assert kinds.besturen(session) == ["t-0", "t-1"]
        assert kinds.counter(session) == 2


def test_a_refusal_is_the_sentence_and_a_breakdown_is_a_code_without_details(services):
    refused, broken = ask(services, "proef-weigeren"), ask(services, "proef-breken")
    assert run(services, refused) == run(services, broken) == FAILED
    assert services.jobs.find(refused).error == "Dit kan niet."
    view = services.jobs.find(broken)
    assert "Jan" not in view.error
    assert view.error_code in view.error
    assert len(view.error_code) == 6


def person(*grants, schools=()):
    return Principal(1, "ik", "Ik", grants, {grant: frozenset(schools) for grant in grants})


def test_the_list_shows_own_jobs_of_kinds_for_the_own_role_only(services):
    own, hidden = ask(services, effects=0, prefix="x"), ask(services, "proef-weigeren")
    other = services.jobs.start("proef-tellen", {}, owner=Owner("school", "99BB"), by="ander")

    def seen(*grants, schools=()):
        return {job.id for job in services.jobs.visible_to(person(*grants, schools=schools))}

    assert seen(Grant(Role.STAGECOORDINATOR, SCHOOL)) == {own}
    assert seen(Grant(Role.FINANCIEEL, Owner("bestuur", "99001")), schools=["99AA"]) == {own}
    assert seen(Grant(Role.NETWERKCOORDINATOR, Owner("regio", "noord"))) == set()
    assert seen(Grant(Role.BEHEERDER, Owner("installatie", "*"))) == {own, hidden, other}


def test_a_stored_file_comes_back_byte_for_byte_and_is_forgotten_in_time(database, clock):
    content = bytes(range(256)) * 10_000
    assert len(content) > 2 * PART_BYTES
    with database.write() as session:
        file_id = FileStore(session).add(
            "groot.bin", content, content_type="application/octet-stream", owner=("school", "99AA"), at=clock()
        )
    with database.read() as session:
        assert FileStore(session).load(file_id) == content
        assert FileStore(session).load("weg") is None
    with database.write() as session:
        assert FileStore(session).remove_expired(clock() + timedelta(days=6)) == 0
        assert FileStore(session).remove_expired(clock() + timedelta(days=8)) == 1
        assert FileStore(session).find(file_id) is None


# ---------------------------------------------------------------- the worker's duties


class Queue:
    """A queue in memory, with the promises that DBOS makes."""

    def __init__(self):
        self.states, self.taken = {}, []

    def enqueue(self, job_id, attempt):
        self.states.setdefault((job_id, attempt), "ENQUEUED")

    def status(self, job_id, attempt):
        return self.states.get((job_id, attempt))

    def take_over(self, executors):
        self.taken += executors


@pytest.fixture
def loop(services):
    return WorkerLoop(services, Queue(), "hier-1", timedelta(seconds=60))


def test_every_waiting_job_reaches_the_queue_once_also_after_a_kill_in_between(services, loop, monkeypatch):
    first, second = ask(services, effects=0, prefix="d"), ask(services, effects=0, prefix="e")
    with monkeypatch.context() as killed:
        killed.setattr(JobStore, "mark_dispatched", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            loop.dispatch()
    assert loop.dispatch() == 2
    assert loop.dispatch() == 0
    assert set(loop.queue.states) == {(first, 1), (second, 1)}


def test_a_silent_worker_is_taken_over_once_and_a_beating_or_returned_one_is_not(services, loop, clock):
    other = WorkerLoop(services, loop.queue, "daar-1", timedelta(seconds=60))
    loop.beat()
    other.beat()
    clock.move(seconds=59)
    assert loop.take_over() == []
    clock.move(seconds=2)
    assert loop.take_over() == ["daar-1"]
    assert loop.take_over() == []
    other.beat()
    assert loop.take_over() == []
    clock.move(seconds=61)
    assert loop.take_over() == ["daar-1"]
    assert loop.queue.taken == ["daar-1", "daar-1"]


def test_a_job_that_the_queue_gave_up_or_never_knew_is_repaired(services, loop):
    given_up, forgotten = ask(services, effects=0, prefix="g"), ask(services, effects=0, prefix="f")
    loop.dispatch()
    loop.queue.states = {(given_up, 1): "MAX_RECOVERY_ATTEMPTS_EXCEEDED"}
    loop.care()
    assert state_of(services, given_up) == FAILED
    assert "beheerder" in services.jobs.find(given_up).error
    assert loop.queue.status(forgotten, 1) == "ENQUEUED"


def test_a_worker_gets_its_own_name_back_and_two_at_once_differ(tmp_path):
    first, second = WorkerSlot(tmp_path, "machine"), WorkerSlot(tmp_path, "machine")
    assert (first.executor_id, second.executor_id) == ("machine-1", "machine-2")
    first.release()
    again = WorkerSlot(tmp_path, "machine")
    assert again.executor_id == "machine-1"
    again.release()
    second.release()
