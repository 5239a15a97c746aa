"""Group proposals with travel included, on generated pupils and places; and the sparse flow beside a dense solver."""

from __future__ import annotations

import random
import resource
import time
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from data.places.index import PlaceIndex
from data.places.open_places import OpenPlaces, OpenSets, find_open_places
from data.rd import to_rd
from matching.places.eligibility import Rule
from matching.places.model import (
    Company,
    CompanyId,
    InternshipPlace,
    MatchPolicy,
    Period,
    PlaceId,
    Point,
    Pupil,
    PupilId,
    Weekday,
)
from matching.proposals.branch import SeatPlan
from matching.proposals.flow import Table
from matching.proposals.proposal import Request
from matching.service import MatchingCore
from tests.bench.ground import FOLDER, network, points_of, random_places

if TYPE_CHECKING:
    from geo.graph import Layer
    from tests.bench.report import Report

SECTORS = ("techniek", "bouw", "groen", "horeca", "zorg", "logistiek", "detailhandel", "schoonmaak", "dierverzorging")
PATTERNS = [frozenset(map(Weekday, days)) for days in ((1, 3), (0, 1), (3, 4), (0, 1, 2), (2,), (1,), (0, 1, 2, 3))]
STAGE = Period(date(2026, 11, 30), date(2027, 7, 9))
YEAR = Period(date(2026, 8, 1), date(2027, 7, 31))


class MemoryStore:
    """Pupils and places in memory, nothing reserved; the index is the one of the product."""

    def __init__(self, pupils: Sequence[Pupil], places: Sequence[InternshipPlace]) -> None:
        self._pupils = {pupil.id: pupil for pupil in pupils}
        points = np.array([to_rd(place.point.lat, place.point.lon) for place in places]).reshape(len(places), 2)
        ordered = sorted(range(len(places)), key=lambda number: places[number].id)
        self.index = PlaceIndex([places[number] for number in ordered], points[ordered], 1)

    @contextmanager
    def read(self) -> Iterator[MemoryStore]:
        yield self

    def pupil(self, pupil_id: str) -> Pupil | None:
        return self._pupils.get(PupilId(pupil_id))

    def pupils(self, school: str) -> list[Pupil]:
        return [pupil for pupil in self._pupils.values() if pupil.school == school]

    def placements(self, **_which: str) -> list[object]:
        return []

    def policy(self, school: str, on: date) -> MatchPolicy:
        return MatchPolicy(school, on)

    def crebo_classes(self) -> tuple[()]:
        return ()

    def finders(self) -> frozenset[str]:
        return frozenset()

    def open_places(self, pupil: Pupil, metres: float | None, relaxed: frozenset[Rule] = frozenset()) -> OpenPlaces:
        return find_open_places(self.index, lambda _bits, _period: {}, pupil, metres, (), relaxed)

    def open_sets(self) -> OpenSets:
        return OpenSets(self.index, lambda _bits, _period: {}, ())

    def taken(self, _ids: Sequence[str], _period: Period) -> Mapping[str, Mapping[Weekday, int]]:
        return {}


def make_store(layer: Layer, pupils: int, places: int, seed: int) -> MemoryStore:
    """Pupils and places on random roads of a network."""
    dice = random.Random(seed)
    company = Company(CompanyId("B1"), "Bedrijf", True)
    offers = [
        InternshipPlace(
            PlaceId(f"P{number}"), company, "werk", dice.choice(SECTORS), Point(lat, lon),
            {day: dice.randint(0, 2) for day in list(Weekday)[:5]}, YEAR, "99AA", shared=True,
            supervision=dice.random() < 0.5, certificate=dice.random() < 0.5,
        )
        for number, lat, lon in points_of(layer, random_places(layer, places, seed))
    ]  # fmt: skip
    people = [
        Pupil(
            PupilId(f"99AA-{number}"), "99AA", Point(lat, lon), tuple(dice.sample(SECTORS, dice.randint(1, 3))),
            dice.choice(PATTERNS), STAGE,
        )
        for number, lat, lon in points_of(layer, random_places(layer, pupils, seed + 1))
    ]  # fmt: skip
    return MemoryStore(people, offers)


def measure(report: Report, nodes: str, pupils: int, places: int, most_s: float) -> None:
    """One proposal, travel included, in this process; the network is built and the kernel warm before."""
    from geo.graph import Networks
    from geo.travel import RoadTravel

    graph, _ = network(nodes)
    layer = graph.layer("fiets-snelst")
    travel = RoadTravel(Networks(FOLDER), f"bench-{nodes}")
    warm = make_store(layer, 5, 20, 3)
    for store in (warm, make_store(layer, pupils, places, 7)):
        core = MatchingCore(store.read, store.read, lambda: travel, lambda: None)
        began = time.perf_counter()
        proposal = core.proposals.propose(Request(("99AA",), seed=1), date(2026, 11, 23))
        seconds = time.perf_counter() - began
    report.at_most(f"{pupils} pupils x {places} places, travel included", seconds, "s", most_s)
    report.add("placed", proposal.spread.count, "pupils")
    report.add("longest trip", proposal.spread.longest, "min")
    report.add("longest trip, nearest first", proposal.nearest_spread.longest, "min")
    report.add("placed, nearest first", proposal.nearest_spread.count, "pupils")
    report.add("levels proven", sum(level.proven for level in proposal.levels), "levels")
    report.at_most("first two levels not proven", sum(not level.proven for level in proposal.levels[:2]), "levels", 0)
    report.add("peak memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000, "MB")


def measure_dense(report: Report, pupils: int, places: int, nearest: int = 60) -> None:
    """Least total minutes with one seat per place: sparse flow over the nearest, beside scipy's dense solver."""
    from scipy.optimize import linear_sum_assignment

    generator = np.random.default_rng(5)
    here, there = generator.uniform(0, 40_000, (pupils, 2)), generator.uniform(0, 40_000, (places, 2))
    minutes = np.ceil(np.linalg.norm(here[:, None] - there[None], axis=2) / 200).astype(np.int32)
    began = time.perf_counter()
    chosen = np.sort(np.argpartition(minutes, nearest, axis=1)[:, :nearest], axis=1)
    columns = [
        array("i", np.repeat(np.arange(pupils), nearest).tolist()),
        array("i", chosen.ravel().tolist()),
        array("i", np.take_along_axis(minutes, chosen, axis=1).ravel().tolist()),
    ]
    table = Table(pupils, *columns, columns[2], array("i", [0]) * len(columns[0]))
    flow = SeatPlan(table, [frozenset({1})] * pupils, [{1: 1}] * places).network()
    found = flow.place_cheapest(pupils, table.minutes)
    sparse = time.perf_counter() - began
    assert found is not None
    began = time.perf_counter()
    rows, picked = linear_sum_assignment(minutes)
    dense = time.perf_counter() - began
    total = int(minutes[rows, picked].sum())
    report.at_most("total of the sparse flow above the dense optimum", found[0] - total, "min", 0)
    report.against(f"{pupils} x {places}, least total minutes", sparse, "s", "scipy linear_sum_assignment", dense)
