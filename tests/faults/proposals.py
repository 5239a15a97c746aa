"""Kill the server and the worker while proposals are computed and while they are accepted; then count.

Run it with ``make faults``, or ``python -m tests.faults.proposals --rounds 20 --database both``. Two schools share one
town with too few places. Each round has two halves, and each half ends with SIGKILL to every process at a random
moment. In the first, both schools ask for a proposal through the page, and the worker computes it on a real road
network. In the second, after a new start has finished what was asked, two people of each school press *Neem alles
aan* for the same proposal at the same time. On PostgreSQL the database server crashes as well in every third round.
After each kill what was acknowledged must be there, each proposal must be stored once and whole, and accepting must
have happened for every row or for none.
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
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from data.job_store import RUNNING, WAITING, JobStore
from data.migrate import migrate
from data.session import Database
from data.tables.matching import Placement, PlacementEntry, Proposal, ProposalRow
from geo.build import build_network
from matching.places.register import Withdrawal
from tests.conftest import fill_organisation
from tests.faults.installation import Browser, Installation, tell
from tests.faults.register_checks import faults_of_proposals, faults_of_the_register
from tests.geo.map_town import SOUTH, WEST, write_town
from tests.matching.world import company, fill_town, place, pupil
from tests.postgres import Cluster
from usecases.people.roles import Grant, Owner, Role
from usecases.settings import read_settings
from usecases.wiring import build_services

PASSWORD = "een heel lang wachtwoord"
SCHOOLS = ("99AA", "99BB")
PEOPLE = 2
PUPILS = {"99AA": 40, "99BB": 40}
PLACES = 60
#: The first try is slow, the next ones are not: the moment of the kill moves until about half of them are in time.
SOONER, LATER = 0.75, 1.25
BROKEN = (OSError, urllib.error.URLError, http.client.HTTPException)


@dataclass
class Known:
    """What the installation said yes to, and what was sent without an answer."""

    asked: dict[str, str] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class Report:
    """What happened, in numbers, and what was wrong."""

    database: str
    rounds: int = 0
    kills: int = 0
    crashes: int = 0
    proposals_acknowledged: int = 0
    proposals_interrupted: int = 0
    proposals_stored: int = 0
    accepts_acknowledged: int = 0
    accepts_cut_off_and_applied: int = 0
    accepts_cut_off_and_not_applied: int = 0
    reserved: int = 0
    refused_with_a_sentence: int = 0
    journal_lines: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    def lines(self) -> str:
        """Return the numbers as JSON."""
        return json.dumps(self.__dict__, indent=1)


class Town:
    """An installation with two schools that want the same places, and two coordinators per school."""

    def __init__(self, place_: Installation, chance: random.Random) -> None:
        self.installation = place_
        self.chance = chance
        self.known = Known()
        self.jars = {(brin, n): http.cookiejar.CookieJar() for brin in SCHOOLS for n in range(PEOPLE)}
        self.compute_seconds = 0.0
        self.accept_seconds = 0.0
        self.crashing = False

    def prepare(self) -> None:
        """Build the network, migrate, and read in schools, companies, places and pupils as files."""
        home = self.installation.home
        build_network(home, "town", write_town(home / "town.osm"))
        database = Database(self.installation.url)
        migrate(database)
        fill_organisation(database)
        today = datetime.now(UTC).date()
        stage = {"periode_van": _day(today, 7), "periode_tot": _day(today, 200)}
        offer = {"periode_van": _day(today, -30), "periode_tot": _day(today, 400)}
        fill_town(
            database,
            [
                pupil(number, school=brin, postcode="", **stage, **self._somewhere())
                for brin in SCHOOLS
                for number in range(1, PUPILS[brin] + 1)
            ],
            [
                place(number, sector=self.chance.choice(("groen", "horeca")), **offer, **self._somewhere())
                for number in range(1, PLACES + 1)
            ],
            [company(number, delen_op=_day(today, -30)) for number in range(1, PLACES + 1)],
        )
        database.close()
        services = self._services()
        for brin, number in self.jars:
            grant = Grant(Role.STAGECOORDINATOR, Owner("school", brin))
            services.accounts.add_demo_account(_email(brin, number), f"{brin} {number}", PASSWORD, [grant])
        services.close()

    def _somewhere(self) -> dict[str, str]:
        lat, lon = SOUTH + 0.018 * self.chance.random(), WEST + 0.0296 * self.chance.random()
        return {"lat": f"{lat:.5f}", "lon": f"{lon:.5f}"}

    def _services(self):
        settings = {"STAGEROUTE_HOME": str(self.installation.home), "DATABASE_URL": self.installation.url}
        return build_services(read_settings(settings))

    def free_every_seat(self) -> None:
        """Withdraw every placement, so that the next round has pupils without a place again."""
        services = self._services()
        for row in services.stages.people.placements(SCHOOLS):
            if row.placement.status.holds_seat:
                services.stages.core.register.withdraw(row.placement.id, Withdrawal.OTHER, actor="ronde", note="op")
        services.close()

    # ------------------------------------------------ what people do

    def enter(self, brin: str, number: int) -> Browser:
        """Come in with the cookies of before; log in again when the session is not known."""
        browser = Browser(self.installation.base, self.jars[brin, number])
        if "Uitloggen" not in browser.get("/account"):
            browser.log_in(_email(brin, number), PASSWORD)
        return browser

    def ask(self, brin: str, seed: int) -> None:
        """Ask for a proposal through the page; only an address of a job is a yes."""
        browser = self.enter(brin, 0)
        url, _ = browser.post("/voorstellen", browser.token("/voorstellen"), school=brin, zaad=str(seed))
        found = re.search(r"/taken/([0-9a-f]+)$", url)
        assert found, url
        with self.known.lock:
            self.known.asked[found[1]] = brin

    def accept(self, proposal_id: str, brin: str, number: int, ready: threading.Barrier) -> None:
        """Press *Neem alles aan*; only the page that follows is a yes."""
        try:
            browser = self.enter(brin, number)
            # Both processes of the server have read the network before the button is pressed.
            browser.get(f"/zoeken?leerling={brin}-0001")
            token = browser.token("/voorstellen")
            ready.wait(timeout=60)
            began = time.monotonic()
            browser.post(f"/voorstellen/{proposal_id}/aannemen", token, alle="ja", reden="dit is het dichtst bij")
        except urllib.error.HTTPError as error:
            # The server was there to answer, so it must have been the database that was not.
            if not self.crashing:
                self.known.broken.append(f"accepting {proposal_id} was answered with {error.code}")
            return
        except BROKEN:
            return
        with self.known.lock:
            self.known.accepted.add(proposal_id)
            self.accept_seconds = self.accept_seconds or time.monotonic() - began

    # ------------------------------------------------ the two halves of a round

    def compute(self, seed: int, *, kill: bool) -> int:
        """Both schools ask; returns how many jobs were running when everything was killed."""
        self.installation.start()
        self.installation.wait_until_it_answers()
        before = len(self.known.asked)
        for brin in SCHOOLS:
            self.ask(brin, seed)
        new = list(self.known.asked)[before:]
        database = Database(self.installation.url)
        try:
            self._wait(database, new, lambda states: any(state != WAITING for state in states))
            began = time.monotonic()
            if kill:
                time.sleep(self.chance.uniform(0.0, self.compute_seconds))
                self.installation.kill()
            else:
                self._wait(database, new, lambda states: WAITING not in states and RUNNING not in states)
                self.compute_seconds = time.monotonic() - began
            with database.read() as session:
                running = sum(job.state == RUNNING for job in JobStore(session).newest(10))
            if kill:
                self.compute_seconds *= SOONER if running == 0 else LATER
            return running
        finally:
            database.close()

    def apply(self, *, kill: bool, crash: bool) -> None:
        """Two people of each school accept its newest proposal; kill while they wait for the answer."""
        if not self.installation.processes:
            self.installation.start()
            self.installation.wait_until_it_answers()
        database = Database(self.installation.url)
        self._wait(database, list(self.known.asked), lambda states: WAITING not in states and RUNNING not in states)
        newest = {brin: job_id for job_id, brin in self.known.asked.items()}
        database.close()
        ready = threading.Barrier(len(self.jars) + 1)
        people = [
            threading.Thread(target=self.accept, args=(newest[brin], brin, number, ready)) for brin, number in self.jars
        ]
        for person in people:
            person.start()
        ready.wait(timeout=60)
        self.known.sent |= set(newest.values())
        self.crashing = crash
        if kill:
            time.sleep(self.chance.uniform(0.0, self.accept_seconds))
            if crash:
                self.installation.crash_database()
            self.installation.kill()
        for person in people:
            person.join()
        if kill:
            self.accept_seconds *= SOONER if self.known.accepted.issuperset(newest.values()) else LATER

    def _wait(self, database: Database, job_ids: list[str], enough) -> None:
        """Wait until the states of these jobs are enough; what stands still says so with the words of the processes."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            with database.read() as session:
                states = [job.state for job in map(JobStore(session).find, job_ids) if job is not None]
            if enough(states):
                return
            time.sleep(0.02)
        raise AssertionError(f"the worker does not get on: {states}\n{self.installation.last_words()}")


def _email(brin: str, number: int) -> str:
    return f"{brin}-{number}@merenveld.example".lower()


def _day(today: date, days: int) -> str:
    return (today + timedelta(days=days)).isoformat()


def _check(town: Town, report: Report, when: str, *, ended: bool = False) -> None:
    database = Database(town.installation.url)
    try:
        with database.read() as session:
            applied = set(session.scalars(select(ProposalRow.proposal_id).where(ProposalRow.decision == "aangenomen")))
        lost = [f"accepting {one} was acknowledged and is gone" for one in sorted(town.known.accepted - applied)]
        found = [
            *lost,
            *town.known.broken,
            *faults_of_proposals(database, town.known.asked, PUPILS, ended=ended),
            *faults_of_the_register(database),
        ]
        report.faults += [f"{when}: {fault}" for fault in found]
        town.known.broken.clear()
        cut = town.known.sent - town.known.accepted
        report.accepts_acknowledged = len(town.known.accepted)
        report.accepts_cut_off_and_applied = len(cut & applied)
        report.accepts_cut_off_and_not_applied = len(cut - applied)
    finally:
        database.close()


def _count(town: Town, report: Report) -> None:
    database = Database(town.installation.url)
    with database.read() as session:
        report.proposals_stored = session.scalar(select(func.count()).select_from(Proposal)) or 0
        report.reserved = session.scalar(select(func.count()).select_from(Placement)) or 0
        report.journal_lines = session.scalar(select(func.count()).select_from(PlacementEntry)) or 0
        report.refused_with_a_sentence = (
            session.scalar(select(func.count()).select_from(ProposalRow).where(ProposalRow.refusal != "")) or 0
        )
    database.close()


def run_rounds(home: Path, database_url: str, cluster: Cluster | None, rounds: int, seed: int = 1) -> Report:
    """Run the whole story and return what happened; ``faults`` is empty when every promise held."""
    began = time.monotonic()
    report = Report("postgresql" if cluster else "sqlite")
    place_ = Installation(home, database_url, cluster)
    town = Town(place_, random.Random(seed))
    try:
        town.prepare()
        # Once without a kill, to learn how long it takes, and to see that it works at all.
        town.compute(0, kill=False)
        town.apply(kill=False, crash=False)
        place_.kill()
        _check(town, report, "before the first round", ended=True)
        for number in range(rounds):
            town.free_every_seat()
            report.proposals_interrupted += town.compute(number, kill=True)
            _check(town, report, f"round {number}, computing")
            crash = cluster is not None and number % 3 == 2
            town.apply(kill=True, crash=crash)
            report.crashes += crash
            report.kills += 4  # gunicorn and the worker, twice
            _check(town, report, f"round {number}, accepting", ended=True)
            report.rounds += 1
        # Whoever got no answer presses the button again: nothing is reserved twice.
        town.apply(kill=False, crash=False)
        place_.kill()
        _check(town, report, "at the end", ended=True)
        report.faults += place_.faults_of_the_database()
        _count(town, report)
    finally:
        place_.kill()
        place_.log.close()
    report.proposals_acknowledged = len(town.known.asked)
    report.seconds = round(time.monotonic() - began, 1)
    return report


if __name__ == "__main__":
    sys.exit(tell(run_rounds, __doc__))
