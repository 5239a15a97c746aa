"""A proposal for a whole country as people get it: rows in the database, a durable job, a worker, and its pages.

Makes an installation of its own with a generated country (`country_rows`), asks for one proposal over all its schools,
lets the worker of ``make start`` compute it, and looks at what was stored and at the pages that show it. Then it asks
again and presses *Stop deze taak* halfway.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import subprocess
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from sqlalchemy import func, select

from data.job_store import CANCELLED, DONE
from data.matching_rows import SEAT_COLUMNS
from data.migrate import migrate
from data.session import Database
from data.tables.jobs import JobEffect
from data.tables.matching import InternshipPlace, Proposal, ProposalRow, Pupil
from matching.places.model import Weekday
from matching.proposals.proposal import Request
from tests.bench.country_rows import Size, fill_country
from tests.bench.ground import FOLDER, ROOT, network
from tests.bench.route_page import visit
from tests.bench.served_demo import log_in, served
from tools.start import flask
from usecases.people.roles import Grant, Owner, Role
from usecases.settings import read_settings
from usecases.wiring import build_services

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from data.session import Session
    from geo.graph import RoadGraph
    from tests.bench.report import Report
    from usecases.services import Services
    from usecases.work.jobs import JobView

COUNTRY = Size(vestigingen=180, pupils=30_000, companies=125_000, places=250_000)
MOST_S, MOST_MB, STOP_S, PAGE_MS = 300, 8_000, 10, 500
PORT = 8197
PASSWORD = "een heel lang wachtwoord"
LOOK_S = 0.1


@dataclass
class Country:
    """An installation with a generated country in it."""

    home: Path
    brins: list[str]
    services: Services


@dataclass
class Watch:
    """What was seen of a job while it ran."""

    pid: int
    peak_mb: float = 0.0
    seen: dict[tuple[str, int], float] = field(default_factory=dict)

    def look(self, job: JobView) -> None:
        """Look at the memory of the worker with its children, and at how far the job says it is."""
        with contextlib.suppress(psutil.NoSuchProcess):
            worker = psutil.Process(self.pid)
            family = [worker, *worker.children(recursive=True)]
            self.peak_mb = max(self.peak_mb, sum(process.memory_info().rss for process in family) / 1e6)
        if job.progress_text:
            self.seen.setdefault((job.progress_text, job.progress_done or 0), time.monotonic())

    @property
    def longest_silence_s(self) -> float:
        """The longest time between two changes of the progress."""
        times = sorted(self.seen.values())
        return max((after - before for before, after in itertools.pairwise(times)), default=0.0)


@contextlib.contextmanager
def installed_country(graph: RoadGraph, size: Size, folder: Path) -> Iterator[Country]:
    """A migrated installation with this network and a country of this size, removed at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(dir=folder))
    services = build_services(read_settings({"STAGEROUTE_HOME": str(home)}))
    try:
        source = graph.folder.parents[1]
        shutil.copytree(source, home / "networks" / graph.name, copy_function=os.link)
        migrate(services.database)
        brins = fill_country(services.database, graph.layer("fiets-snelst"), size)
        services.travel.choose(graph.name, by="bench")
        services.travel.warm()  # compiles the search, as building the network in this home would have done
        yield Country(home, brins, services)
    finally:
        services.close()
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def running_worker(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The worker of ``make start`` on a home folder."""
    environment = {**os.environ, "STAGEROUTE_HOME": str(home)}
    with subprocess.Popen(flask("worker"), cwd=ROOT, env=environment, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        if not worker.stdout.readline():
            raise RuntimeError("the worker does not start")
        try:
            yield worker
        finally:
            worker.terminate()  # whatever went wrong above, nobody waits for a worker that goes on


def measure(report: Report) -> None:
    """The country that was asked for, on a network of 3 000 000 nodes."""
    graph, _ = network("3000000")
    began = time.monotonic()
    with installed_country(graph, COUNTRY, FOLDER) as country:
        report.add("country written in the database", time.monotonic() - began, "s")
        with running_worker(country.home) as worker:
            job_id = measure_job(report, country, COUNTRY, worker.pid)
            measure_stop(report, country, worker.pid)
        measure_pages(report, country, job_id)


def _ask(country: Country) -> str:
    brins = country.brins
    return country.services.stages.groups.start(
        Request(tuple(brins), seed=1), owner=Owner("school", brins[0]), by="bench", jobs=country.services.jobs
    )


def measure_job(report: Report, country: Country, size: Size, pid: int) -> str:
    """One proposal over every school, from asking to the stored rows; gives its id."""
    watch = Watch(pid)
    began = time.monotonic()
    job_id = _ask(country)
    job = _wait(country.services, job_id, watch, lambda job: job.is_final)
    seconds = time.monotonic() - began
    if job.state != DONE:
        raise RuntimeError(f"the job ended as {job.state}: {job.error}")
    report.at_most(f"{size.pupils} pupils x {size.places} places as one job, asked to finished", seconds, "s", MOST_S)
    report.at_most("peak memory of the worker and its children", watch.peak_mb, "MB", MOST_MB)
    report.add("times the progress was seen to change", len(watch.seen), "times")
    report.add("longest time without a change of the progress", watch.longest_silence_s, "s")
    _check_stored(report, country.services.database, job_id, size)
    return job_id


def _wait(services: Services, job_id: str, watch: Watch, enough: Callable[[JobView], bool]) -> JobView:
    while True:
        job = services.jobs.find(job_id)
        assert job is not None
        watch.look(job)
        if enough(job) or job.is_final:
            return job
        time.sleep(LOOK_S)  # the job runs in another process; its state is looked at, as a page does


def _check_stored(report: Report, database: Database, job_id: str, size: Size) -> None:
    """One proposal, whole, with room for everybody it places, and proven as far as was asked."""
    with database.read() as session:
        proposal = session.get_one(Proposal, job_id)
        rows = session.scalar(select(func.count()).where(ProposalRow.proposal_id == job_id)) or 0
        stored = session.scalar(select(func.count()).select_from(Proposal)) or 0
        effects = session.scalar(select(func.count()).where(JobEffect.job_id == job_id)) or 0
        overfull = count_overfull(session, job_id)
    summary: dict[str, Any] = proposal.summary
    ours, nearest, levels = summary["spread"], summary["nearest_spread"], summary["levels"]
    report.add("placed", ours["count"], "pupils")
    report.add("placed, nearest first", nearest["count"], "pupils")
    report.against("longest trip", ours["longest"], "min", "nearest first", nearest["longest"])
    report.against("mean trip", ours["mean_tenths"] / 10, "min", "nearest first", nearest["mean_tenths"] / 10)
    report.add("levels proven", sum(level["proven"] for level in levels), "levels")
    report.at_most("first two levels not proven", sum(not level["proven"] for level in levels[:2]), "levels", 0)
    report.at_most("pupils whose row is missing", size.pupils - rows, "pupils", 0)
    report.at_most("proposals or effects too many", stored - 1 + effects - 1, "rows", 0)
    report.at_most("places with more pupils than seats on some day", overfull, "places", 0)


def count_overfull(session: Session, proposal_id: str) -> int:
    """Places where a proposal puts more pupils than there are seats, on some weekday of some date."""
    sitting: dict[str, list[Any]] = defaultdict(list)
    query = select(ProposalRow.place_id, Pupil.days, Pupil.first_day, Pupil.last_day).join(
        Pupil, Pupil.id == ProposalRow.pupil_id
    )
    for row in session.execute(query.where(ProposalRow.proposal_id == proposal_id, ProposalRow.place_id.is_not(None))):
        sitting[row.place_id].append(row)
    columns = [InternshipPlace.id, *(getattr(InternshipPlace, name) for name in SEAT_COLUMNS)]
    seats = {row[0]: row[1:] for row in session.execute(select(*columns))}
    return sum(_is_overfull(people, seats[place]) for place, people in sitting.items())


def _is_overfull(people: Sequence[Any], seats: Sequence[int]) -> bool:
    # The most pupils at once are there on the first day of one of them.
    return any(
        sum(one.days >> day & 1 for one in people if one.first_day <= start <= one.last_day) > seats[day]
        for start in {one.first_day for one in people}
        for day in Weekday
    )


def measure_stop(report: Report, country: Country, pid: int) -> None:
    """Ask once more, stop it while the solver is busy, and see that nothing came of it."""
    watch = Watch(pid)
    job_id = _ask(country)
    _wait(country.services, job_id, watch, lambda job: (job.progress_text or "").startswith("voorstel berekenen"))
    began = time.monotonic()
    country.services.jobs.cancel(job_id)
    job = _wait(country.services, job_id, watch, lambda job: job.is_final)
    report.at_most("stopped in the middle: asked to ended", time.monotonic() - began, "s", STOP_S)
    stored = country.services.stages.groups.find(job_id) is not None
    report.at_most(
        "stopped in the middle: not stopped, or stored all the same", stored + (job.state != CANCELLED), "", 0
    )


def measure_pages(report: Report, country: Country, job_id: str, seconds: float = 3) -> None:
    """The pages that show the proposal, for who coordinates one school and for who coordinates them all."""
    for name, brins in (("one school", country.brins[:1]), ("every school", country.brins)):
        grants = [Grant(Role.STAGECOORDINATOR, Owner("school", brin)) for brin in brins]
        country.services.accounts.add_demo_account(_email(name), name, PASSWORD, grants)
    paths = {"the proposal": f"/voorstellen/{job_id}", "the proposals": "/voorstellen", "the job": f"/taken/{job_id}"}
    with served(country.home, PORT) as server:
        for who in ("one school", "every school"):
            cookie = log_in(PORT, _email(who), PASSWORD)
            for page, path in paths.items():
                seen = visit(server, [cookie], [[path]], seconds=seconds, port=PORT)
                if who == "one school":
                    report.at_most(f"page of {page}, {who}: p95", seen.share(0.95), "ms", PAGE_MS)
                else:
                    report.add(f"page of {page}, {who}: p95", seen.share(0.95), "ms")


def _email(who: str) -> str:
    return f"{who.replace(' ', '-')}@merenveld.example"
