"""Use cases of coverage: a region in figures, and the country in one go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from data.chain_store import ChainStore
from data.faults import InputRefused
from data.partner_neighbours import PlaceCell, SectorSeats
from data.partner_store import PartnerStore, chain_school
from data.session import Database, Session
from matching.partners.chain import CandidateList, build_candidates
from matching.partners.chain_state import evaluate
from matching.partners.coverage import Coverage, PointCoverage, Supply, compute_coverage
from matching.partners.model import ChainSchool, Institution, Location, place_in_regions
from matching.partners.suppression import THRESHOLD, AreaFigures, finding, publish_gemeenten, publish_total
from usecases.partners.agreements import AgreementService
from usecases.partners.chain import load_policy
from usecases.partners.situation import CoverageQuestion, Situation, SituationReader
from usecases.partners.trips import PartnerTrips

CountPlaces = Callable[[Session, frozenset[str], date], tuple[Sequence[SectorSeats], Sequence[PlaceCell]]]


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
class CountryCoverage:
    """The published figures of every region and of all of them together."""

    regions: Mapping[str, AreaFigures]
    total: AreaFigures
    as_of: Mapping[str, str]


class CoverageService:
    """Coverage of regions.

    Parameters
    ----------
    reader
        Reads the situation of a day.
    count_places
        Counts the stage places; they belong to another domain.
    """

    def __init__(
        self, database: Database, today: Callable[[], date], trips: PartnerTrips, region_kind: str,
        agreements: AgreementService, *, reader: SituationReader, count_places: CountPlaces,
    ) -> None:  # fmt: skip
        self._database = database
        self._today = today
        self._trips = trips
        self._kind = region_kind
        self._agreements = agreements
        self._reader = reader
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
            situation = self._reader.read(session, question.on)
            here = situation.gemeenten_of(question.region)
            sectors, cells = self._count_places(session, here, question.on)
            logs = ChainStore(session).all_events()
            policy = load_policy(session)
            borders = PartnerStore(session).borders(here, question.on)
        schools = situation.schools_of(question.region)
        coverage = self._coverage(situation, question, schools)
        chains = self._chains(situation, schools, policy.chain.definition_id, question.on)
        states = {code: evaluate(each, logs.get(code, ()), policy.chain) for code, each in chains.items()}
        figures = publish_gemeenten(coverage, here)
        _, unplaced = place_in_regions(situation.schools, situation.table)
        return RegionCoverage(
            question,
            situation.region_names.get(question.region, question.region),
            situation.gemeente_names,
            figures,
            publish_total(question.region, coverage),
            finding(figures, question.norm_minutes, question.how),
            _count_chains(states, situation.valid),
            tuple(sectors),
            tuple(cells),
            schools,
            _locations(situation, question, chains),
            borders,
            (*unplaced, *situation.without_point),
            _as_of(situation, question),
            coverage,
        )

    def as_of(self, question: CoverageQuestion) -> Mapping[str, str]:
        """Say of which day and by which definitions the figures of a question are."""
        with self._database.read() as session:
            return _as_of(self._reader.read(session, question.on), question)

    def compute_country(self, question: CoverageQuestion) -> CountryCoverage:
        """Compute the published total of every region and of the country, in one reading of the database."""
        with self._database.read() as session:
            situation = self._reader.read(session, question.on)
        regions: dict[str, AreaFigures] = {}
        points: list[PointCoverage] = []
        supplies: list[Supply] = []
        for key in situation.region_names:
            coverage = self._coverage(situation, replace(question, region=key), situation.schools_of(key))
            regions[key] = publish_total(key, coverage)
            points += coverage.points
            supplies += coverage.supplies
        everything = Coverage(question.norm_minutes * 60, tuple(points), tuple(supplies))
        return CountryCoverage(regions, publish_total("land", everything), _as_of(situation, question))

    def chains(
        self, on: date, gemeente: str | None = None
    ) -> tuple[dict[str, CandidateList], tuple[tuple[str, str], ...]]:
        """Build the candidates of every pro vestiging in the country, or in one gemeente.

        Returns
        -------
        tuple
            Candidates per vestiging, and the vestigingen without a chain with the reason.
        """
        with self._database.read() as session:
            situation = self._reader.read(session, on)
            policy = load_policy(session)
        placed, missing = place_in_regions(situation.schools, situation.table)
        schools = [each for each in situation.schools if each.vestiging in placed and gemeente in {None, each.gemeente}]
        return self._chains(situation, schools, policy.chain.definition_id, on), (*missing, *situation.without_point)

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

    # ------------------------------------------------ inside

    def _coverage(self, situation: Situation, question: CoverageQuestion, schools: Sequence[ChainSchool]) -> Coverage:
        """Coverage as it may be published: who is not shown takes no seat, or the others would tell (ADR 71)."""
        return compute_coverage(
            situation.needs(schools, question.region),
            situation.supplies(question),
            self._reader.pairs(situation, question, schools),
            norm_s=question.norm_minutes * 60,
            smallest=THRESHOLD,
        )

    def _chains(
        self, situation: Situation, schools: Sequence[ChainSchool], definition_id: str, on: date
    ) -> dict[str, CandidateList]:
        locations = [place for each in situation.institutions for place in each.locations]
        trips = self._trips.between(definition_id, schools, locations)
        existing = self._existing(schools)
        found: dict[str, CandidateList] = {}
        for school in schools:
            each = build_candidates(
                school, situation.institutions, situation.table, trips[school.vestiging],
                existing=existing.get(school.vestiging[:4], frozenset()), on=on, data_date=situation.data_date,
            )  # fmt: skip
            if each is not None:
                found[school.vestiging] = each
        return found

    def _existing(self, schools: Sequence[ChainSchool]) -> dict[str, frozenset[str]]:
        with self._database.read() as session:
            return self._agreements.partners_of(session, {each.vestiging[:4] for each in schools})


def _as_of(situation: Situation, question: CoverageQuestion) -> dict[str, str]:
    return {
        "op": question.on.isoformat(),
        "telling": situation.counts.label,
        "regiotabel": situation.table.label,
        "partnergegevens": situation.data_date.isoformat(),
        "reisdefinitie": question.definition_id,
        "norm_minuten": str(question.norm_minutes),
    }


def _locations(
    situation: Situation, question: CoverageQuestion, chains: Mapping[str, CandidateList]
) -> tuple[tuple[Institution, Location, int], ...]:
    """Every location with an offer in the region, with the first step it has for a school there."""
    first: dict[str, int] = {}
    for each in chains.values():
        for candidate in each.candidates:
            first[candidate.partner_id] = min(candidate.step, first.get(candidate.partner_id, 4))
    return tuple(
        (each, place, first.get(each.partner_id, 2 if each.bekostigd else 4))
        for each in situation.institutions
        for place in each.locations
        if place.offers_on(question.on, None) and situation.table.region(place.gemeente) == question.region
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
