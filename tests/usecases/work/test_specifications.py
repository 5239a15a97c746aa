"""All specifications in one zip, by a real worker on the real queue: progress, stop, again, and the same bytes."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import UTC, date, datetime

import pytest

from data.job_store import CANCELLED, DONE, FAILED, RUNNING
from subsidy.telling import Status
from tests.usecases.work.processes import wait_for
from tests.webapp.access_cases.subsidy import HEAD
from usecases.people.roles import INSTALLATION
from usecases.tegemoetkoming.jobs import ZIP, job_kinds
from usecases.tegemoetkoming.subsidy import NamedFile, Subsidy, zip_specifications
from usecases.work.jobs import JobService

pytestmark = pytest.mark.slow
ID = "reiskosten-2024-2026"
#: Enough to be stopped halfway on any machine.
SCHOOLS = 400


@pytest.fixture
def database_url(tmp_path):
    """SQLite only: the queue itself is tested on both kinds of database."""
    return f"sqlite:///{tmp_path / 'test.sqlite'}"


@pytest.fixture
def jobs(database, tmp_path):
    known = JobService(database, lambda: datetime.now(UTC))
    known.know(job_kinds(Subsidy(database, tmp_path, lambda: datetime.now(UTC), "test")))
    return known


def read_schools_in(database, home, how_many):
    """Read a telling of so many schools in; give the use cases."""
    found = Subsidy(database, home, lambda: datetime.now(UTC), "test")
    rows = [
        f"99{chr(65 + n // 26)}{chr(65 + n % 26)};00;Praktijkschool {n};Ergens;Nergens;Praktijkonderwijs alle vj;"
        f"N.v.t.;N.v.t.;0090;Praktijkonderwijs;{5 + n};" + ";".join(["10"] * 11)
        for n in range(how_many)
    ]
    file = NamedFile("telling-2023.csv", ("\r\n".join([HEAD, *rows]) + "\r\n").encode())
    found.import_telling(file, date(2023, 10, 1), Status.VOORLOPIG, "test")
    return found


def ask(jobs, regeling=ID):
    return jobs.start(ZIP, {"regeling": regeling}, owner=INSTALLATION, by="ik")


def test_a_worker_makes_every_specification_with_progress_and_stops_halfway_when_asked(
    database, jobs, tmp_path, start_worker
):
    subsidy = read_schools_in(database, tmp_path, SCHOOLS)
    start_worker("specificaties")
    job_id = ask(jobs)
    wait_for(jobs, job_id, RUNNING, DONE)
    deadline = time.monotonic() + 60
    while not (halfway := jobs.find(job_id)).progress_done:
        assert time.monotonic() < deadline, "no progress was shown"
        time.sleep(0.02)
    jobs.cancel(job_id)
    assert (halfway.state, halfway.progress_total) == (RUNNING, SCHOOLS)
    stopped = wait_for(jobs, job_id, CANCELLED, DONE, FAILED)
    assert (stopped.state, stopped.result) == (CANCELLED, None)
    assert stopped.progress_done < SCHOOLS

    assert jobs.retry(job_id)
    done = wait_for(jobs, job_id, DONE, FAILED)
    assert (done.state, done.progress_done, done.progress_total) == (DONE, SCHOOLS, SCHOOLS)
    assert (done.result["text"], done.progress_text) == (f"{SCHOOLS} specificaties",) * 2
    kept = jobs.find_file(done.result["file"])
    assert (kept.name, kept.content_type) == (f"specificaties-{ID}.zip", "application/zip")
    content = jobs.load_file(done.result["file"])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        standing = subsidy.standing(ID)
        names = [f"specificatie-{line.key}.pdf" for line in standing.calculation.split.lines]
        assert archive.namelist() == names
        assert all(archive.read(name).startswith(b"%PDF") for name in names)

    unknown = wait_for(jobs, ask(jobs, "reiskosten-2027-2028"), DONE, FAILED)
    assert "window_1" in unknown.result["text"]


def test_the_zip_has_the_same_bytes_every_time(database, tmp_path):
    calculation = read_schools_in(database, tmp_path, 9).standing(ID).calculation
    told = []
    one = zip_specifications(calculation, (), lambda *step: told.append(step[:2]))
    assert told == [(number, 9) for number in range(1, 10)]
    assert one == zip_specifications(calculation, (), lambda *_: None)
