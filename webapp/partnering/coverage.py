"""Use cases of coverage: a region in figures, what if, the best next partner, and the country in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from data.chain_store import ChainStore
from data.faults import InputRefused
from data.partner_neighbours import PlaceCell, PupilCounts, SectorSeats
from data.partner_store import PartnerStore, chain_school
from data.session import Database, Session
from matching.coverage import Coverage, NeedPoint, Supply, compute_coverage
from matching.next_partner import NextPartners, best_next_partners
from matching.partner_chain import CandidateList, build_candidates
from matching.partner_log import evaluate
from matching.partner_model import ChainSchool, Institution, Location, RegionTable, TripFact, place_in_regions
from matching.suppression import AreaFigures, finding, publish_gemeenten, publish_total
from matching.what_if import Change, ChangeKind, Comparison, compare
from webapp.partnering.agreements import AgreementService
from webapp.partnering.chain import load_policy
from webapp.partnering.trips import CHAIN_LIMIT_S, PartnerTrips, pairs

HOW = {"fiets": "fietsen", "lopen": "lopen", "auto": "met de auto"}


CountPupils = Callable[[Session, date], PupilCounts]
CountPlaces = Callable[[Session, frozenset[str], date], tuple[Sequence[SectorSeats], Sequence[PlaceCell]]]


@dataclass(frozen=True, slots=True)
class CoverageQuestion:
    """What is asked: a region, a norm in minutes, a named travel definition, and a day."""

    region: str
    norm_minutes: int
    definition_id: str
    on: date

    @property
    def how(self) -> str:
        """The words for the way of travelling."""
        return HOW.get(self.definition_id.partition("-")[0], self.definition_id)


@dataclass(frozen=True, slots=True)
class ChainCount:
    """How many schools of the region stand where in the chain."""

    label: str
    schools: int


@dataclass(frozen=True, slots=True)
class RegionCoverage:
    """Everything the region page, its exports and the command show; published figures only, but for ``exact``."""

    question: CoverageQuestion
    region_name: str
    gemeente_names: Mapping[str, str]
    gemeenten: tuple[AreaFigures, ...]
    total: AreaFigures
    finding: str
    chain: tuple[ChainCount, ...]
    sectors: tuple[SectorSeats, ...]
    cells: tuple[PlaceCell, ...]
    """Stage places per square of two kilometres."""
    schools: tuple[ChainSchool, ...]
    locations: tuple[tuple[Institution, Location, int], ...]
    """Locations with the step they most often have: 1 for an agreement or nearest, 2 in the region, 3, 4."""
    borders: Mapping[str, Mapping[str, Any]]
    """GeoJSON border per gemeente of the region, as far as they were loaded."""
    unplaced: tuple[tuple[str, str], ...]
    as_of: Mapping[str, str]
    exact: Coverage


@dataclass(frozen=True, slots=True)
class _World:
    """What the database says on a day."""

    table: RegionTable
    region_names: Mapping[str, str]
    gemeente_names: Mapping[str, str]
    institutions: tuple[Institution, ...]
    schools: tuple[ChainSchool, ...]
    without_point: tuple[tuple[str, str], ...]
    counts: PupilCounts
    valid: frozenset[str]
    data_date: date


class CoverageService:
    """Coverage of regions.

    Parameters
    ----------
    count_pupils, count_places
        Read the telling and the stage places; they belong to other domains.
    """

    def __init__(
        self, database: Database, today: Callable[[], date], trips: PartnerTrips, region_kind: str,
        agreements: AgreementService, *, count_pupils: CountPupils, count_places: CountPlaces,
    ) -> None:  # fmt: skip
        self._database = database
        self._today = today
        self._trips = trips
        self._kind = region_kind
        self._agreements = agreements
        self._count_pupils = count_pupils
        self._count_places = count_places

    # ------------------------------------------------ which region, which question

    def regions(self) -> Mapping[str, str]:
        """Map the key of every region to its name."""
        with self._database.read() as session:
            return PartnerStore(session).region_names(self._kind)

    def find_region(self, text: str) -> str:
        """Return the key of a region that somebody named by key or name.

        Raises
        ------
        InputRefused
            There is no such region.
        """
        names = self.regions()
        wanted = text.strip().casefold()
        for key, name in names.items():
            if wanted in {key.casefold(), name.casefold()}:
                return key
        raise InputRefused.because(f"Regio '{text}' is niet bekend. Zie flask region list voor alle regio's.")

    def question(
        self, region: str, *, norm_minutes: int | None = None, definition_id: str | None = None, on: date | None = None
    ) -> CoverageQuestion:
        """Complete a question with the settings of the installation.

        Raises
        ------
        InputRefused
            The region is unknown, or the norm is outside 1 to 240 minutes.
        """
        with self._database.read() as session:
            policy = load_policy(session)
        norm = policy.norm_minutes if norm_minutes is None else norm_minutes
        if not 1 <= norm <= 240:
            raise InputRefused.because(f"Een norm van {norm} minuten kan niet; kies 1 tot en met 240.")
        return CoverageQuestion(self.find_region(region), norm, definition_id or "fiets-snelst", on or self._today())

    # ------------------------------------------------ coverage

    def compute(self, question: CoverageQuestion) -> RegionCoverage:
        """Compute one region."""
        with self._database.read() as session:
            world = self._world(session, question.on)
            here = frozenset(code for code, key in world.table.region_of.items() if key == question.region)
            sectors, cells = self._count_places(session, here, question.on)
            logs = ChainStore(session).all_events()
            policy = load_policy(session)
            borders = PartnerStore(session).borders(here, question.on)
        schools = tuple(each for each in world.schools if each.gemeente in here)
        coverage, _ = self._coverage(world, question, schools)
        chains = self._chains(world, schools, policy.chain.definition_id, question.on)
        states = {code: evaluate(each, logs.get(code, ()), policy.chain) for code, each in chains.items()}
        figures = publish_gemeenten(coverage, here)
        _, unplaced = place_in_regions(world.schools, world.table)
        return RegionCoverage(
            question,
            world.region_names.get(question.region, question.region),
            world.gemeente_names,
            figures,
            publish_total(question.region, coverage),
            finding(figures, question.norm_minutes, question.how),
            _count_chains(states, world.valid),
            tuple(sectors),
            tuple(cells),
            schools,
            _locations(world, question, chains),
            borders,
            (*unplaced, *world.without_point),
            {
                "op": question.on.isoformat(),
                "telling": world.counts.label,
                "regiotabel": world.table.label,
                "partnergegevens": world.data_date.isoformat(),
                "reisdefinitie": question.definition_id,
                "norm_minuten": str(question.norm_minutes),
            },
            coverage,
        )

    def compute_country(self, question_of: Callable[[str], CoverageQuestion]) -> dict[str, AreaFigures]:
        """Compute the published total of every region, in one reading of the database."""
        questions = {key: question_of(key) for key in self.regions()}
        if not questions:
            return {}
        day = next(iter(questions.values())).on
        with self._database.read() as session:
            world = self._world(session, day)
        found: dict[str, AreaFigures] = {}
        for key, question in questions.items():
            schools = tuple(each for each in world.schools if world.table.region(each.gemeente) == key)
            coverage, _ = self._coverage(world, question, schools)
            found[key] = publish_total(key, coverage)
        return found

    def chains(self, on: date) -> tuple[dict[str, CandidateList], tuple[tuple[str, str], ...]]:
        """Build the candidates of every pro vestiging in the country.

        Returns
        -------
        tuple
            Candidates per vestiging, and the vestigingen without a chain with the reason.
        """
        with self._database.read() as session:
            world = self._world(session, on)
            policy = load_policy(session)
        placed, missing = place_in_regions(world.schools, world.table)
        schools = [each for each in world.schools if each.vestiging in placed]
        return self._chains(world, schools, policy.chain.definition_id, on), (*missing, *world.without_point)

    # ------------------------------------------------ what if, next partner

    def what_if(self, question: CoverageQuestion, changes: Sequence[Change]) -> Comparison:
        """Put a region before and after some changes side by side.

        Raises
        ------
        matching.partner_errors.CoverageError
            A change does not fit the region.
        """
        with self._database.read() as session:
            world = self._world(session, question.on)
        here = sorted(code for code, key in world.table.region_of.items() if key == question.region)
        schools = tuple(each for each in world.schools if each.gemeente in here)
        new = [
            Location(c.location_id, c.name, c.gemeente, c.lat, c.lon)
            for c in changes
            if c.kind is ChangeKind.ADD and c.lat is not None and c.lon is not None
        ]
        needs = _needs(world, schools, question.region)
        supplies = _supplies(world, question)
        trips = self._pairs(world, question, schools, new)
        own = [_in_region(each, question.region) for each in changes]
        return compare(
            question.region, needs, supplies, trips, own, norm_s=question.norm_minutes * 60, gemeenten=here
        )  # fmt: skip

    def next_partners(self, question: CoverageQuestion, candidates: Sequence[Location], *, count: int) -> NextPartners:
        """Rank candidate locations by the pupils they would add, and choose the best set.

        Raises
        ------
        matching.partner_errors.CoverageError
            No candidates, a known location, or a count below one.
        """
        with self._database.read() as session:
            world = self._world(session, question.on)
        schools = tuple(each for each in world.schools if world.table.region(each.gemeente) == question.region)
        trips = self._pairs(world, question, schools, candidates)
        options = [
            Supply(each.location_id, each.location_id, each.name, each.gemeente, question.region, each.seats_free)
            for each in candidates
        ]
        return best_next_partners(
            _needs(world, schools, question.region), _supplies(world, question), options, trips,
            count=count, norm_s=question.norm_minutes * 60,
        )  # fmt: skip

    def locations_in(self, question: CoverageQuestion) -> tuple[tuple[Institution, Location], ...]:
        """List the counted locations of a region, for the what-if form."""
        with self._database.read() as session:
            world = self._world(session, question.on)
        return tuple(
            (each, place)
            for each in world.institutions
            for place in each.locations
            if each.bekostigd
            and place.offers_on(question.on, None)
            and world.table.region(place.gemeente) == question.region
        )

    def nearest_gemeente(self, lat: float, lon: float) -> str:
        """Return the gemeente of the school or partner nearest to a trial point, as the crow flies.

        Only used to name a trial location on screen; no figure depends on it.
        """
        with self._database.read() as session:
            world = self._world(session, self._today())
        points = [(each.lat, each.lon, each.gemeente) for each in world.schools]
        points += [(p.lat, p.lon, p.gemeente) for each in world.institutions for p in each.locations]
        if not points:
            return ""
        return min(points, key=lambda each: (each[0] - lat) ** 2 + (0.61 * (each[1] - lon)) ** 2)[2]

    def gemeente_names(self) -> Mapping[str, str]:
        """Map the code of every gemeente to its name."""
        with self._database.read() as session:
            return PartnerStore(session).gemeente_names()

    def region_middles(self) -> dict[str, tuple[float, float]]:
        """Return the middle of the schools of every region, for a marker on a map."""
        with self._database.read() as session:
            store = PartnerStore(session)
            table = store.region_table(self._kind, self._today())
            schools = [each for row in store.vestigingen() if (each := chain_school(row)) is not None]
        points: dict[str, list[ChainSchool]] = {}
        for each in schools:
            region = table.region(each.gemeente)
            if region is not None:
                points.setdefault(region, []).append(each)
        return {
            key: (sum(e.lat for e in own) / len(own), sum(e.lon for e in own) / len(own))
            for key, own in sorted(points.items())
        }

    def suggest_candidates(self, question: CoverageQuestion) -> str:
        """Write the places of a region (from the postcode table) as candidates with a hundred seats each."""
        with self._database.read() as session:
            world = self._world(session, question.on)
            here = {code for code, key in world.table.region_of.items() if key == question.region}
            places = PartnerStore(session).places_in(here)
        lines = [f"{name};{lat:.4f};{lon:.4f};100" for name, lat, lon in places]
        return "\n".join(["naam;lat;lon;capaciteit", *lines])

    # ------------------------------------------------ inside

    def _world(self, session: Session, on: date) -> _World:
        store = PartnerStore(session)
        schools: list[ChainSchool] = []
        lost: list[tuple[str, str]] = []
        for row in store.vestigingen(on):
            school = chain_school(row)
            if school is None:
                lost.append((row.code, f"{row.name} ({row.code}) heeft nog geen plek op de kaart of geen gemeente."))
            else:
                schools.append(school)
        return _World(
            store.region_table(self._kind, on),
            store.region_names(self._kind),
            store.gemeente_names(),
            store.institutions(on),
            tuple(schools),
            tuple(lost),
            self._count_pupils(session, on),
            self._agreements.schools_with_valid(session, on),
            store.data_date(on),
        )

    def _pairs(
        self, world: _World, question: CoverageQuestion, schools: Sequence[ChainSchool], new: Sequence[Location]
    ) -> dict[tuple[str, str], TripFact]:
        locations = [*_counted(world, question), *new]
        limit = max(CHAIN_LIMIT_S // 2, question.norm_minutes * 60)
        return pairs(self._trips.between(question.definition_id, schools, locations, limit_s=limit, strict=True))

    def _coverage(
        self, world: _World, question: CoverageQuestion, schools: Sequence[ChainSchool]
    ) -> tuple[Coverage, Mapping[tuple[str, str], TripFact]]:
        trips = self._pairs(world, question, schools, ())
        found = compute_coverage(
            _needs(world, schools, question.region), _supplies(world, question), trips,
            norm_s=question.norm_minutes * 60,
        )  # fmt: skip
        return found, trips

    def _chains(
        self, world: _World, schools: Sequence[ChainSchool], definition_id: str, on: date
    ) -> dict[str, CandidateList]:
        locations = [place for each in world.institutions for place in each.locations]
        trips = self._trips.between(definition_id, schools, locations)
        existing = self._existing(schools)
        found: dict[str, CandidateList] = {}
        for school in schools:
            each = build_candidates(
                school, world.institutions, world.table, trips[school.vestiging],
                existing=existing.get(school.vestiging[:4], frozenset()), on=on, data_date=world.data_date,
            )  # fmt: skip
            if each is not None:
                found[school.vestiging] = each
        return found

    def _existing(self, schools: Sequence[ChainSchool]) -> dict[str, frozenset[str]]:
        with self._database.read() as session:
            return self._agreements.partners_of(session, {each.vestiging[:4] for each in schools})


def _counted(world: _World, question: CoverageQuestion) -> list[Location]:
    return [
        place
        for each in world.institutions
        for place in each.locations
        if each.bekostigd
        and place.offers_on(question.on, None)
        and world.table.region(place.gemeente) == question.region
    ]


def _supplies(world: _World, question: CoverageQuestion) -> list[Supply]:
    return [
        Supply(place.location_id, each.partner_id, place.name, place.gemeente, question.region, place.seats_free)
        for each in world.institutions
        for place in each.locations
        if each.bekostigd
        and place.offers_on(question.on, None)
        and world.table.region(place.gemeente) == question.region
    ]


def _needs(world: _World, schools: Iterable[ChainSchool], region: str) -> list[NeedPoint]:
    return [
        NeedPoint(
            each.vestiging,
            each.name,
            each.gemeente,
            region,
            world.counts.pupils.get(each.vestiging, 0),
            each.vestiging[:4] in world.valid,
        )
        for each in schools
    ]


def _in_region(change: Change, region: str) -> Change:
    if change.kind is not ChangeKind.ADD:
        return change
    return Change(
        change.kind, change.location_id, change.seats, change.name, change.lat, change.lon, change.gemeente, region
    )  # fmt: skip


def _locations(
    world: _World, question: CoverageQuestion, chains: Mapping[str, CandidateList]
) -> tuple[tuple[Institution, Location, int], ...]:
    """Every location with an offer in the region, with the first step it has for a school there."""
    first: dict[str, int] = {}
    for each in chains.values():
        for candidate in each.candidates:
            first[candidate.partner_id] = min(candidate.step, first.get(candidate.partner_id, 4))
    return tuple(
        (each, place, first.get(each.partner_id, 2 if each.bekostigd else 4))
        for each in world.institutions
        for place in each.locations
        if place.offers_on(question.on, None) and world.table.region(place.gemeente) == question.region
    )


def _count_chains(states: Mapping[str, Any], valid: frozenset[str]) -> tuple[ChainCount, ...]:
    labels = ("geldige overeenkomst", "overeenkomst gelogd", "stap 1", "stap 2", "stap 3", "stap 4", "uitgeput")
    counts = dict.fromkeys(labels, 0)
    for code, state in states.items():
        if code[:4] in valid:
            counts["geldige overeenkomst"] += 1
        elif state.agreed_with is not None:
            counts["overeenkomst gelogd"] += 1
        elif state.open_step is not None:
            counts[f"stap {state.open_step}"] += 1
        else:
            counts["uitgeput"] += 1
    return tuple(ChainCount(label, count) for label, count in counts.items())
