"""The work of the day: asked for once by any number of workers, done once, and seen by the beheerder."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from data.account_store import AccountStore
from data.job_store import DONE, RUNNING, JobStore
from data.tables.accounts import AccountSession, Invitation
from data.tables.jobs import Job
from data.tables.matching import Proposal, Pupil, RetentionRun
from matching.places.placing import Claim
from matching.places.register import Status
from matching.proposals.proposal import Request
from tests.conftest import GRANTS, fill_organisation
from tests.faults.register_checks import faults_of_the_register
from tests.matching.plain_travel import PlainTravel
from tests.matching.world import fill_town, place, pupil
from tests.usecases.work import kinds
from usecases.people.roles import Owner, Role
from usecases.settings import read_settings
from usecases.wiring import build_services
from usecases.work.daily import KIND, plan_day
from usecases.work.jobs import JobContext, execute


@pytest.fixture
def services(database, database_url, home, clock):
    """Everything of an installation on each database; its clock stands at ten o'clock in the Netherlands."""
    fill_organisation(database)
    fill_town(database, [pupil(1), pupil(2)], [place(1), place(2)])
    built = build_services(read_settings({"STAGEROUTE_HOME": str(home), "DATABASE_URL": database_url}), clock)
    travel = PlainTravel()
    built.stages.core.search.legs._travel = lambda: travel
    yield built
    built.close()


def run(services, job_id, worker="een", steps=None):
    return execute(services, job_id, 1, worker, steps or kinds.Steps())


def days(services):
    return sorted(job.id for job in services.jobs.newest(50) if job.kind == KIND)


def test_the_day_is_asked_for_from_its_hour_and_once(services, clock):
    clock.now = datetime(2026, 11, 24, 1, 59, tzinfo=UTC)  # 02:59 in the Netherlands
    assert not plan_day(services)
    clock.move(minutes=1)
    assert plan_day(services)
    assert not plan_day(services)
    clock.move(hours=20, minutes=59)  # 23:59
    assert not plan_day(services)
    clock.move(minutes=1)  # the next day, but too early
    assert not plan_day(services)
    clock.move(hours=3)
    assert plan_day(services)
    assert days(services) == ["dag-2026-11-24", "dag-2026-11-25"]


def test_a_worker_that_was_away_for_days_does_today_and_not_each_missed_day(services, clock):
    plan_day(services)
    clock.move(days=5)
    plan_day(services)
    assert days(services) == ["dag-2026-11-23", "dag-2026-11-28"]


def test_workers_that_ask_at_the_same_moment_make_one_job(services):
    ready, answers = threading.Barrier(6), []

    def ask():
        ready.wait(timeout=30)
        answers.append(plan_day(services))

    workers = [threading.Thread(target=ask) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(answers) == [False] * 5 + [True]
    assert days(services) == ["dag-2026-11-23"]


def test_a_reservation_expires_and_an_old_pupil_is_erased_by_the_work_of_the_day(services, clock):
    kept = services.stages.people.reserve(Claim("99AA-0001", "P001", "een"), "noor")
    clock.now = datetime.combine(kept.expires, datetime.min.time(), UTC) + timedelta(hours=9)
    plan_day(services)
    assert run(services, days(services)[-1]) == DONE
    assert services.stages.people.history("99AA-0001")[0][0].status is Status.RESERVED, "today still counts"
    clock.move(days=1)
    plan_day(services)
    assert run(services, days(services)[-1]) == DONE
    job = services.jobs.find(days(services)[-1])
    assert job.result == {"reserveringen": 1, "leerlingen": 0, "aanmeldingen": 0}
    assert job.progress_text.startswith("Verlopen reserveringen: 1. Gewiste leerlingen: 0.")
    placement, journal = services.stages.people.history("99AA-0001")[0]
    assert (placement.status, journal[-1].actor) == (Status.WITHDRAWN, "werk van de dag")
    clock.move(days=365 * 3)
    plan_day(services)
    run(services, days(services)[-1])
    assert services.jobs.find(days(services)[-1]).result["leerlingen"] == 2
    assert services.stages.retention.proofs()[0].left == 0
    assert faults_of_the_register(services.database) == []


def test_the_work_of_a_killed_worker_is_finished_by_another_without_a_second_effect(services, clock, monkeypatch):
    clock.move(days=365 * 3)
    plan_day(services)
    (job_id,) = days(services)
    effect = JobContext.effect

    class Killed(BaseException):
        """Not an Exception, so nothing of the job handles it, as with SIGKILL."""

    def dying(self, name, change):
        result = effect(self, name, change)
        if name == "bewaartermijn toepassen":
            raise Killed
        return result

    monkeypatch.setattr(JobContext, "effect", dying)
    with pytest.raises(Killed):
        run(services, job_id)
    assert services.jobs.find(job_id).state == RUNNING
    monkeypatch.undo()
    assert run(services, job_id, worker="twee") == DONE
    assert services.jobs.find(job_id).result["leerlingen"] == 2
    with services.database.read() as session:
        assert session.query(RetentionRun).count() == 1


def test_the_clean_up_takes_a_pupil_out_of_what_proposals_were_asked(services, clock):
    asked = Request(("99AA",), ("99AA-0001", "99AA-0002"), {"99AA-0001": "P001"}, frozenset({("99AA-0002", "P002")}), 1)
    job_id = services.stages.groups.start(asked, owner=Owner("school", "99AA"), by="noor", jobs=services.jobs)
    assert run(services, job_id) == DONE
    with services.database.write() as session:
        session.get(Pupil, "99AA-0002").last_day = date(2031, 7, 1)
    clock.move(days=365 * 3)
    plan_day(services)
    run(services, days(services)[-1])
    with services.database.read() as session:
        summary, params = session.get(Proposal, job_id).summary, session.get(Job, job_id).params
    for question in (summary, params):
        assert (question["pupils"], question["locks"]) == (["99AA-0002"], {})
        assert question["excluded"] == [["99AA-0002", "P002"]]
    assert [view.row.pupil for view in services.stages.groups.rows(job_id, ["99AA"])] == ["99AA-0002"]


def test_logins_and_invitations_that_are_long_over_are_forgotten(services, clock):
    account = services.accounts.add_demo_account("noor@voorbeeld.example", "Noor", "x" * 14, [GRANTS[Role.BEHEERDER]])
    services.logins.open_session(account, "pytest")
    with services.database.write() as session:
        AccountStore(session).add_invitation(
            Invitation(token_digest="0" * 64, email="sam@voorbeeld.example", grants=[], created_by="noor",
                       created_at=clock.now, expires_at=clock.now + timedelta(days=7))
        )  # fmt: skip
    for wait, left in ((29, (1, 1)), (4, (0, 1)), (7, (0, 0))):
        clock.move(days=wait)
        plan_day(services)
        run(services, days(services)[-1])
        with services.database.read() as session:
            assert (session.query(AccountSession).count(), session.query(Invitation).count()) == left


def test_the_beheerder_sees_the_work_of_the_day_and_nobody_else(app, login):
    services = app.extensions["stageroute"]
    plan_day(services)
    (job_id,) = days(services)
    run(services, job_id)
    page = login(Role.BEHEERDER).get(f"/taken/{job_id}").text
    assert "Werk van de dag, 23-11-2026" in page
    assert "Verlopen reserveringen: 0. Gewiste leerlingen: 0." in page
    assert login(Role.STAGECOORDINATOR).get(f"/taken/{job_id}").status_code == 404
    with services.database.read() as session:
        assert JobStore(session).find(job_id).asked_by == "werk van de dag"
