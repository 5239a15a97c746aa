"""What the database says on a day about schools, mbo's, the telling and the regions, and the trips between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from data.partner_neighbours import PupilCounts
from data.partner_store import PartnerStore, chain_school
from data.session import Session
from matching.partners.coverage import NeedPoint, Supply
from matching.partners.model import ChainSchool, Institution, Location, RegionTable, TripFact
from usecases.partners.agreements import AgreementService
from usecases.partners.trips import CHAIN_LIMIT_S, PartnerTrips, pairs

HOW = {"fiets": "fietsen", "lopen": "lopen", "auto": "met de auto"}

CountPupils = Callable[[Session, date], PupilCounts]


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
class Situation:
    """Everything that coverage is computed from, as it is on a day."""

    table: RegionTable
    region_names: Mapping[str, str]
    gemeente_names: Mapping[str, str]
    institutions: tuple[Institution, ...]
    schools: tuple[ChainSchool, ...]
    without_point: tuple[tuple[str, str], ...]
    """Vestigingen that cannot be placed, with the reason."""
    counts: PupilCounts
    valid: frozenset[str]
    """BRIN codes with a geldige agreement."""
    data_date: date

    def gemeenten_of(self, region: str) -> frozenset[str]:
        """Codes of the gemeenten of a region."""
        return frozenset(code for code, key in self.table.region_of.items() if key == region)

    def schools_of(self, region: str) -> tuple[ChainSchool, ...]:
        """Vestigingen in a region."""
        return tuple(each for each in self.schools if self.table.region(each.gemeente) == region)

    def counted(self, question: CoverageQuestion) -> tuple[tuple[Institution, Location], ...]:
        """Locations that may cover pupils: bekostigd, in the region, with an offer on the day."""
        return tuple(
            (each, place)
            for each in self.institutions
            for place in each.locations
            if each.bekostigd
            and place.offers_on(question.on, None)
            and self.table.region(place.gemeente) == question.region
        )

    def supplies(self, question: CoverageQuestion) -> list[Supply]:
        """The counted locations as coverage asks for them."""
        return [
            Supply(place.location_id, each.partner_id, place.name, place.gemeente, question.region, place.seats_free)
            for each, place in self.counted(question)
        ]

    def needs(self, schools: Iterable[ChainSchool], region: str) -> list[NeedPoint]:
        """The pupils of some vestigingen as coverage asks for them."""
        return [
            NeedPoint(
                each.vestiging,
                each.name,
                each.gemeente,
                region,
                self.counts.pupils.get(each.vestiging, 0),
                each.vestiging[:4] in self.valid,
            )
            for each in schools
        ]


class SituationReader:
    """Reads the situation of a day.

    Parameters
    ----------
    count_pupils
        Reads the telling; it belongs to another domain.
    """

    def __init__(
        self, trips: PartnerTrips, region_kind: str, agreements: AgreementService, count_pupils: CountPupils
    ) -> None:
        self._trips = trips
        self._kind = region_kind
        self._agreements = agreements
        self._count_pupils = count_pupils

    def read(self, session: Session, on: date) -> Situation:
        """Read everything in one session."""
        store = PartnerStore(session)
        schools: list[ChainSchool] = []
        lost: list[tuple[str, str]] = []
        for row in store.vestigingen(on):
            school = chain_school(row)
            if school is None:
                lost.append((row.code, f"{row.name} ({row.code}) heeft nog geen plek op de kaart of geen gemeente."))
            else:
                schools.append(school)
        return Situation(
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

    def pairs(
        self,
        situation: Situation,
        question: CoverageQuestion,
        schools: Sequence[ChainSchool],
        new: Sequence[Location] = (),
    ) -> dict[tuple[str, str], TripFact]:
        """Trips of some vestigingen to the counted locations and to ``new`` ones."""
        locations = [*(place for _, place in situation.counted(question)), *new]
        limit = max(CHAIN_LIMIT_S // 2, question.norm_minutes * 60)
        return pairs(self._trips.between(question.definition_id, schools, locations, limit_s=limit, strict=True))
