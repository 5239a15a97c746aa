"""Use cases of entree partners: chain, agreements, coverage, scenarios and the landkaart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from data.session import Database
from usecases.partners.agreements import AgreementService, PupilsOf
from usecases.partners.chain import ChainService
from usecases.partners.coverage import CountPlaces, CoverageService
from usecases.partners.landkaart import LandkaartService
from usecases.partners.planning import PlanningService
from usecases.partners.scenarios import ScenarioService
from usecases.partners.situation import CountPupils, SituationReader
from usecases.partners.trips import PartnerTrips, TripTable


@dataclass(frozen=True)
class Partners:
    """The use cases of entree partners; on ``services().partners``."""

    chain: ChainService
    agreements: AgreementService
    coverage: CoverageService
    planning: PlanningService
    scenarios: ScenarioService
    landkaart: LandkaartService
    region_kind: str


def build_partners(
    database: Database,
    clock: Callable[[], datetime],
    today: Callable[[], date],
    *,
    travel: TripTable | None,
    region_kind: str,
    count_pupils: CountPupils,
    count_places: CountPlaces,
    pupils_of: PupilsOf,
) -> Partners:
    """Join the use cases with the database, the travel port and what other domains know.

    Parameters
    ----------
    count_pupils, count_places, pupils_of
        The telling, the stage places per sector, and the pupils of a school on an entree route.
    """
    trips = PartnerTrips(travel)
    agreements = AgreementService(database, clock, today, pupils_of)
    reader = SituationReader(trips, region_kind, agreements, count_pupils)
    coverage = CoverageService(
        database, today, trips, region_kind, agreements, reader=reader, count_places=count_places
    )
    planning = PlanningService(database, today, reader)
    return Partners(
        ChainService(database, clock, today, trips, region_kind),
        agreements,
        coverage,
        planning,
        ScenarioService(database, clock, planning, region_kind),
        LandkaartService(database, clock, today, region_kind),
        region_kind,
    )
