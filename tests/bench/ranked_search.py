"""Zoek een plek with 50 000 places and 20 coordinators, on the real server; one question beside two peers."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np

from data.rd import to_rd
from geo.layouts import numbers_in
from geo.reached import Reached
from geo.snapping import snap_points
from geo.trips import Trip
from tests.bench.route_page import visit
from tests.bench.served_demo import loaded_demo, served
from tests.bench.travel_nearest import nodes_of
from tests.usecases.partners.many_places import fill_places

if TYPE_CHECKING:
    from geo.graph import Layer
    from matching.places.model import Pupil
    from tests.bench.report import Report
    from usecases.services import Services

PLACES, PEOPLE, PORT = 50_000, 20, 8196
DEMANDED_MS = 150
READING_S = 5
"""How long a person looks at a page before the next one, on average."""


def measure(report: Report) -> None:
    """Load the demo, fill it up, and ask: many people at the server first, then one question in this process."""
    with loaded_demo() as home:
        measure_home(report, home)


def measure_home(report: Report, home: Path) -> None:
    """The same on an installation that has the demo."""
    from usecases.settings import read_settings
    from webapp import create_app

    app = create_app(read_settings({"STAGEROUTE_HOME": str(home)}))
    services: Services = app.extensions["stageroute"]
    report.add("stage places", fill_places(services.database, PLACES), "places")
    cookies, pupils = make_people(app, services)
    pages = make_questions(services, pupils)
    asked = [[f"/api/v1/matching/pupils/{quote(pupil)}/places?limit=20" for pupil in own] for own in pupils]
    with served(home, PORT) as server:
        first, reading, eager = ([own[turn::3] for own in pages] for turn in range(3))
        visit(server, cookies, first, pause_s=0.2, seconds=8, port=PORT)  # every worker has its index and its kernel
        for what, paths, pause_s, seconds in (
            ("page, 20 people who read for 5 s", reading, READING_S, 40),
            ("page, 20 people without any pause", eager, 0, 15),
            ("ranking by the API, 20 programs, 1 s pause", asked, 1, 15),
            ("ranking by the API, 20 programs without any pause", asked, 0, 15),
        ):
            seen = visit(server, cookies, paths, pause_s=pause_s, seconds=seconds, port=PORT)
            report.at_most(f"{what}: p95", seen.share(0.95), "ms", DEMANDED_MS)
            report.add("  the same: p50", seen.share(0.5), "ms")
            report.add("  the same: answers per second", seen.per_second, "/s")
            report.add("  the same: work of the server per answer", seen.server_ms, "ms")
    measure_question(report, services)
    services.close()


def make_people(app: Any, services: Services) -> tuple[list[str], list[list[str]]]:
    """Twenty logged-in coordinators over the schools of the demo, each with the pupils they would search for."""
    from usecases.people.roles import Grant, Owner, Role

    with services.stages.people._stores.read() as store:
        schools = _schools(store.session)
    signer = app.session_interface.get_signing_serializer(app)
    name = app.config["SESSION_COOKIE_NAME"]
    cookies, pupils = [], []
    for number, brin in enumerate(islice(cycle(schools), PEOPLE)):
        email = f"drukte{number}@merenveld.example"
        grant = Grant(Role.STAGECOORDINATOR, Owner("school", brin))
        services.accounts.add_demo_account(email, f"Drukte {number}", "merenveld-2026-demo", [grant])
        account = next(row for row in services.accounts.accounts() if row.email == email)
        token = services.logins.open_session(account.id, "bench")
        cookies.append(f"{name}={signer.dumps({'token': token})}")
        unplaced = [pupil for pupil, _ in services.stages.people.search_form({brin}, None).unplaced]
        pupils.append(unplaced[number // len(schools) :: -(-PEOPLE // len(schools))])
    return cookies, pupils


def make_questions(services: Services, pupils: list[list[str]]) -> list[list[str]]:
    """Per person more searches than are asked, none of them twice.

    The own pupils as they are, then with other days and limits; every fourth search is for a postcode.
    """
    from sqlalchemy import text

    with services.database.read() as session:
        rows = session.execute(text("SELECT postcode FROM postcode_point WHERE length(postcode) = 6 ORDER BY postcode"))
        codes = [str(row[0]) for row in rows]
    days = ("ma", "di", "wo", "do", "vr")
    questions = []
    for number, own in enumerate(pupils):
        changed = [
            f"leerling={quote(one)}&dag={day}&hooguit={most}" for most in (60, 45, 30) for day in days for one in own
        ]
        about = iter([*(f"leerling={quote(one)}" for one in own), *changed])
        elsewhere = [f"postcode={code}&dag={day}" for day in days for code in codes[number::PEOPLE]]
        questions.append([f"/zoeken?{one}" for each in elsewhere for one in (*islice(about, 3), each)])
    return questions


def _schools(session: Any) -> list[str]:
    from sqlalchemy import text

    return [str(row[0]) for row in session.execute(text("SELECT DISTINCT brin FROM pupil ORDER BY brin"))]


# ------------------------------------------------ one question, beside peers


def measure_question(report: Report, services: Services, count: int = 40) -> None:
    """The ranking alone, without a page and without a crowd, for pupils of all schools."""
    search, on = services.stages.core.search, services.today()
    with services.stages.people._stores.read() as store:
        pupils = [pupil for brin in _schools(store.session) for pupil in store.pupils(brin)]
    pupils = pupils[:: max(1, len(pupils) // count)][:count]
    ours = search.legs._travel
    ms = _each(pupils, lambda pupil: search.rank(pupil, on).rows[:20])
    report.add("one question: places found on average", _mean(len(search.rank(pupil, on).rows) for pupil in pupils), "")
    circle = _each(pupils, lambda pupil: straight_line(services, pupil))
    report.against("one question, ranked, no page (mean)", _mean(ms), "ms", "SQL and a circle, unranked", _mean(circle))
    travel = ScipyTravel(services.travel.graph())
    search.legs._travel = lambda: travel
    try:
        peer = _each(pupils, lambda pupil: search.rank(pupil, on).rows[:20])
    finally:
        search.legs._travel = ours
    report.against("one question, ranked, no page (mean)", _mean(ms), "ms", "same with scipy distances", _mean(peer))


def _each(pupils: Sequence[Pupil], ask: Callable[[Pupil], object]) -> list[float]:
    for pupil in pupils:
        ask(pupil)  # statements, destinations on the road and matrices are ready for everybody
    times = []
    for pupil in pupils:
        began = time.perf_counter()
        ask(pupil)
        times.append((time.perf_counter() - began) * 1000)
    return times


def _mean(values: Any) -> float:
    found = list(values)
    return sum(found) / len(found)


def straight_line(services: Services, pupil: Pupil) -> list[Any]:
    """What a circle on a map does: rows of the wished sectors with a seat, by distance as the crow flies, 15 km."""
    from sqlalchemy import text

    east, north = to_rd(pupil.origin.lat, pupil.origin.lon)
    days = " AND ".join(f"seats_{day.short} > 0" for day in pupil.days)
    sectors = ", ".join(f"'{sector}'" for sector in pupil.sectors)
    query = text(
        "SELECT p.id, p.name, c.name, p.sector, p.x_m, p.y_m FROM internship_place p JOIN company c"
        f" ON c.id = p.company_id WHERE p.sector IN ({sectors}) AND {days} AND p.withdrawn_on IS NULL"
        " AND p.x_m BETWEEN :west AND :east AND p.y_m BETWEEN :south AND :north"
        " AND p.first_day <= :first AND p.last_day >= :last"
    )
    reach = 15_000
    box = {"west": east - reach, "east": east + reach, "south": north - reach, "north": north + reach}
    with services.database.read() as session:
        rows = session.execute(query, box | {"first": pupil.period.first, "last": pupil.period.last}).all()
    away = [((row.x_m - east) ** 2 + (row.y_m - north) ** 2, row[0]) for row in rows]
    order = sorted(range(len(rows)), key=away.__getitem__)
    return [rows[at] for at in order if away[at][0] <= reach * reach][:20]


class ScipyTravel:
    """The travel port over scipy: bounded Dijkstra to every node, places at the begin of their road."""

    def __init__(self, graph: Any) -> None:
        self._graph = graph
        self._matrices: dict[str, Any] = {}
        self._ends: dict[str, np.ndarray] = {}

    def reached(
        self, definition_id: str, origin: tuple[float, float], destinations: tuple[tuple[str, float, float], ...],
        *, among: int | None, limit_s: int | None,
    ) -> Reached:  # fmt: skip
        """Every destination within the limit; nearest first. The metres are a guess: scipy keeps one value only."""
        layer: Layer = self._graph.layer(definition_id)
        if definition_id not in self._ends:
            self._ends[definition_id] = nodes_of(layer, snap_points(layer, destinations))
        found = self._away(layer, origin, limit_s)
        wanted = np.array(range(len(destinations)) if among is None else numbers_in(among), np.int64)
        away = found[self._ends[definition_id][wanted]]
        order = np.argsort(away, kind="stable")
        order = order[np.isfinite(away[order])]
        seconds = (away[order] // 10).astype(np.int64)
        return Reached(wanted[order].tolist(), seconds.tolist(), (seconds * 5).tolist(), definition_id, "scipy")

    def nearest(
        self, definition_id: str, origin: tuple[float, float], destinations: Sequence[tuple[str, float, float]],
        *, k: int | None, limit_s: int | None,
    ) -> list[tuple[str, Trip]]:  # fmt: skip
        """Trips to a few points: to school and mbo."""
        layer: Layer = self._graph.layer(definition_id)
        away = self._away(layer, origin, limit_s)[nodes_of(layer, snap_points(layer, destinations))]
        rows = sorted(
            (float(each), name) for each, (name, _, _) in zip(away, destinations, strict=True) if each < np.inf
        )
        return [
            (name, Trip(int(each // 10), int(each // 2), None, None, definition_id, "scipy", None))
            for each, name in rows
        ][:k]

    def _away(self, layer: Layer, origin: tuple[float, float], limit_s: int | None) -> np.ndarray:
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        if layer.definition_id not in self._matrices:
            rows = np.asarray(layer.adj).reshape(-1, 3)
            self._matrices[layer.definition_id] = csr_array(
                (rows[:, 1].astype(np.float64), rows[:, 0], layer.indptr), shape=(layer.nodes, layer.nodes)
            )
        start = int(nodes_of(layer, snap_points(layer, [("start", *origin)]))[0])
        limit = np.inf if limit_s is None else limit_s * 10
        away: np.ndarray = dijkstra(self._matrices[layer.definition_id], indices=start, limit=limit)
        return away
