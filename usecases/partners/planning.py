"""Use cases of what could be: what if a partner closes, grows or comes, and which partner is the best next one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from data.partner_store import PartnerStore
from data.session import Database
from matching.partners.coverage import Supply
from matching.partners.model import Institution, Location
from matching.partners.next_partner import NextPartners, best_next_partners
from matching.partners.suppression import THRESHOLD
from matching.partners.what_if import Change, ChangeKind, Comparison, compare
from usecases.partners.situation import CoverageQuestion, SituationReader


class PlanningService:
    """Trial changes of a region, over the situation of the day of the question."""

    def __init__(self, database: Database, today: Callable[[], date], reader: SituationReader) -> None:
        self._database = database
        self._today = today
        self._reader = reader

    def what_if(self, question: CoverageQuestion, changes: Sequence[Change]) -> Comparison:
        """Put a region before and after some changes side by side.

        Raises
        ------
        matching.partners.errors.CoverageError
            A change does not fit the region.
        """
        with self._database.read() as session:
            situation = self._reader.read(session, question.on)
        schools = situation.schools_of(question.region)
        new = [
            Location(c.location_id, c.name, c.gemeente, c.lat, c.lon)
            for c in changes
            if c.kind is ChangeKind.ADD and c.lat is not None and c.lon is not None
        ]
        own = [replace(c, region=question.region) if c.kind is ChangeKind.ADD else c for c in changes]
        return compare(
            question.region,
            situation.needs(schools, question.region),
            situation.supplies(question),
            self._reader.pairs(situation, question, schools, new),
            own,
            norm_s=question.norm_minutes * 60,
            gemeenten=sorted(situation.gemeenten_of(question.region)),
        )

    def next_partners(self, question: CoverageQuestion, candidates: Sequence[Location], *, count: int) -> NextPartners:
        """Rank candidate locations by the pupils they would add, and choose the best set.

        Raises
        ------
        matching.partners.errors.CoverageError
            No candidates, a known location, or a count below one.
        """
        with self._database.read() as session:
            situation = self._reader.read(session, question.on)
        schools = situation.schools_of(question.region)
        options = [
            Supply(each.location_id, each.location_id, each.name, each.gemeente, question.region, each.seats_free)
            for each in candidates
        ]
        return best_next_partners(
            situation.needs(schools, question.region),
            situation.supplies(question),
            options,
            self._reader.pairs(situation, question, schools, candidates),
            count=count,
            norm_s=question.norm_minutes * 60,
            smallest=THRESHOLD,
        )

    def locations_in(self, question: CoverageQuestion) -> tuple[tuple[Institution, Location], ...]:
        """List the counted locations of a region, for the what-if form."""
        with self._database.read() as session:
            return self._reader.read(session, question.on).counted(question)

    def nearest_gemeente(self, lat: float, lon: float) -> str:
        """Return the gemeente of the school or partner nearest to a trial point, as the crow flies.

        Only used to name a trial location on screen; no figure depends on it.
        """
        with self._database.read() as session:
            situation = self._reader.read(session, self._today())
        points = [(each.lat, each.lon, each.gemeente) for each in situation.schools]
        points += [(p.lat, p.lon, p.gemeente) for each in situation.institutions for p in each.locations]
        if not points:
            return ""
        return min(points, key=lambda each: (each[0] - lat) ** 2 + (0.61 * (each[1] - lon)) ** 2)[2]

    def suggest_candidates(self, question: CoverageQuestion) -> str:
        """Write the places of a region (from the postcode table) as candidates with a hundred seats each."""
        with self._database.read() as session:
            here = self._reader.read(session, question.on).gemeenten_of(question.region)
            places = PartnerStore(session).places_in(set(here))
        lines = [f"{name};{lat:.4f};{lon:.4f};100" for name, lat, lon in places]
        return "\n".join(["naam;lat;lon;capaciteit", *lines])
