"""The records of the landkaart, the waiting self-reports, and saved what-ifs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.tables.partners import CoverageScenario, LandkaartRecord, LandkaartRung
from matching.partners.landkaart import Collaboration, Moderation, Rung, RungChange


class LandkaartStore:
    """Reads and writes collaborations as values of the pure rules."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def all(self, kind: str) -> tuple[Collaboration, ...]:
        """Load every record of one kind of region, waiting ones too, by number."""
        query = select(LandkaartRecord).where(LandkaartRecord.region_kind == kind).order_by(LandkaartRecord.id)
        return self._values(self.session.scalars(query).all())

    def get(self, record_id: str) -> Collaboration | None:
        """Load one record."""
        row = self.session.get(LandkaartRecord, int(record_id)) if record_id.isdecimal() else None
        return self._values([row])[0] if row is not None else None

    def add(self, new: Collaboration, kind: str, *, at: datetime) -> str:
        """Store a new record and return its number; ``new.record_id`` is not used."""
        row = LandkaartRecord(
            title=new.title,
            region_kind=kind,
            region_key=new.region,
            sectors=list(new.sectors),
            routes=list(new.routes),
            schools=new.schools,
            partner=new.partner,
            description=new.description,
            source=new.source,
            lat=new.lat,
            lon=new.lon,
            moderation=str(new.moderation),
            reported_at=at,
        )
        self.session.add(row)
        self.session.flush()
        for each in new.ladder:
            self.add_rung(str(row.id), each)
        return str(row.id)

    def add_rung(self, record_id: str, change: RungChange) -> None:
        """Append a step of the ladder."""
        self.session.add(LandkaartRung(record_id=int(record_id), rung=str(change.rung), since=change.on))
        self.session.flush()

    def moderate(self, record_id: str, decision: Moderation, *, by: str, at: datetime, note: str) -> None:
        """Write the decision on a self-report."""
        row = self.session.get_one(LandkaartRecord, int(record_id))
        row.moderation = str(decision)
        row.moderated_by = by
        row.moderated_at = at
        row.moderation_note = note

    def recent_reports(self, since: datetime) -> int:
        """Count the reports that came in after a moment."""
        return len(self.session.scalars(select(LandkaartRecord.id).where(LandkaartRecord.reported_at >= since)).all())

    def _values(self, rows: Sequence[LandkaartRecord]) -> tuple[Collaboration, ...]:
        ladders: dict[int, list[RungChange]] = {}
        rungs = self.session.scalars(
            select(LandkaartRung)
            .where(LandkaartRung.record_id.in_([row.id for row in rows]))
            .order_by(LandkaartRung.since, LandkaartRung.id)
        )
        for rung in rungs:
            ladders.setdefault(rung.record_id, []).append(RungChange(Rung(rung.rung), rung.since))
        return tuple(
            Collaboration(
                str(row.id),
                row.title,
                row.region_key,
                tuple(row.sectors),
                tuple(row.routes),
                row.schools,
                row.partner,
                row.description,
                tuple(ladders.get(row.id, ())),
                row.source,
                row.lat,
                row.lon,
                Moderation(row.moderation),
            )
            for row in rows
        )


class ScenarioStore:
    """Saved what-ifs of a region."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def of_region(self, kind: str, key: str) -> Sequence[CoverageScenario]:
        """Load the saved scenarios of one region, newest first."""
        query = (
            select(CoverageScenario)
            .where(CoverageScenario.region_kind == kind, CoverageScenario.region_key == key)
            .order_by(CoverageScenario.id.desc())
        )
        return self.session.scalars(query).all()

    def get(self, scenario_id: int) -> CoverageScenario | None:
        """Load one scenario."""
        return self.session.get(CoverageScenario, scenario_id)

    def named(self, kind: str, key: str, name: str) -> CoverageScenario | None:
        """Load the scenario with this name."""
        query = select(CoverageScenario).where(
            CoverageScenario.region_kind == kind, CoverageScenario.region_key == key, CoverageScenario.name == name
        )
        return self.session.scalars(query).first()

    def add(self, row: CoverageScenario) -> int:
        """Store a scenario and return its number."""
        self.session.add(row)
        self.session.flush()
        return row.id


def first_of_schooljaar(year: int) -> date:
    """Return 1 October of the schooljaar that starts in ``year``: the day its figures are about."""
    return date(year, 10, 1)
