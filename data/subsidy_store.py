"""Tellingen, overrides, calculations and journals in the database: the store of ``subsidy.ports.Store``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data import audit
from data.tables import organisation as org
from data.tables.subsidy import (
    RegelingBasis,
    SubsidyCalculation,
    SubsidyEntry,
    SubsidyStep,
    Telling,
    TellingCount,
    TellingOverride,
)
from subsidy.grouping import Bestuur
from subsidy.lifecycle import State, Step
from subsidy.money import Cents
from subsidy.mutations import Entry, Event, Kind
from subsidy.receipt import Document
from subsidy.records import NewTelling, Override, StoredCalculation, StoredTelling
from subsidy.telling import Basis, Count, Leerlingentelling, SchoolCount, Status

#: What changes with every telling, step or entry; asked for every page.
_VERSION = select(
    select(func.max(Telling.id)).scalar_subquery(),
    select(func.count()).select_from(SubsidyStep).scalar_subquery(),
    select(func.max(SubsidyEntry.id)).scalar_subquery(),
)


class SubsidyStore:
    """Everything about the tegemoetkoming, on one session.

    Parameters
    ----------
    session
        Of the use case; this class never commits.
    """

    def __init__(self, session: Session) -> None:
        self.session = session

    # ------------------------------------------------ tellingen

    def add_telling(self, new: NewTelling, at: datetime, by: str) -> StoredTelling:
        """Keep a telling under a new number."""
        telling = new.telling
        row = Telling(
            teldatum=telling.teldatum,
            status=telling.status.value,
            file_name=new.file_name[:200],
            file_sha256=telling.file_sha256,
            digest=telling.digest,
            masking=new.masking,
            derived_from=new.derived_from,
            note=new.note,
            imported_at=at,
            imported_by=by,
        )
        self.session.add(row)
        self.session.flush()
        self.session.add_all(
            TellingCount(
                telling_id=row.id,
                vestiging=school.vestiging,
                name=school.name[:200],
                minimum=school.count.minimum,
                maximum=school.count.maximum,
                bestuur=school.bestuur,
                basis=school.basis.value,
                note=school.note,
            )
            for school in telling.schools
        )
        self.session.flush()
        return _stored_telling(row, telling)

    def telling(self, telling_id: int) -> StoredTelling | None:
        """Return one telling, or None."""
        row = self.session.get(Telling, telling_id)
        return None if row is None else self._with_counts([row])[0]

    def tellingen(self) -> list[StoredTelling]:
        """Return all tellingen in order of number."""
        return self._with_counts(self.session.scalars(select(Telling).order_by(Telling.id)).all())

    def _with_counts(self, rows: Sequence[Telling]) -> list[StoredTelling]:
        query = select(TellingCount).where(TellingCount.telling_id.in_([row.id for row in rows]))
        schools: dict[int, list[SchoolCount]] = {row.id: [] for row in rows}
        for count in self.session.scalars(query.order_by(TellingCount.telling_id, TellingCount.vestiging)):
            schools[count.telling_id].append(
                SchoolCount(
                    count.vestiging,
                    count.name,
                    Count(count.minimum, count.maximum),
                    count.bestuur,
                    Basis(count.basis),
                    count.note,
                )
            )
        return [
            _stored_telling(
                row, Leerlingentelling(row.teldatum, Status(row.status), tuple(schools[row.id]), row.file_sha256)
            )
            for row in rows
        ]

    # ------------------------------------------------ overrides

    def add_override(self, proposal: Override) -> Override:
        """Keep a proposal under a new number."""
        row = TellingOverride(
            telling_id=proposal.telling_id,
            vestiging=proposal.vestiging,
            value=proposal.value,
            reason=proposal.reason,
            source=proposal.source,
            proposed_by=proposal.proposed_by,
            proposed_on=proposal.proposed_on,
        )
        self.session.add(row)
        self.session.flush()
        return _override(row)

    def override(self, override_id: int) -> Override | None:
        """Return one proposal, or None."""
        row = self.session.get(TellingOverride, override_id)
        return None if row is None else _override(row)

    def overrides(self) -> list[Override]:
        """Return all proposals in order of number."""
        return [_override(row) for row in self.session.scalars(select(TellingOverride).order_by(TellingOverride.id))]

    def decide_override(self, override_id: int, by: str, on: date, result_id: int | None) -> None:
        """Note the decision of the second person."""
        row = self.session.get_one(TellingOverride, override_id)
        row.decided_by, row.decided_on, row.result_id = by, on, result_id
        self.session.flush()

    # ------------------------------------------------ basis and register

    def basis(self, regeling_id: str) -> int | None:
        """Return the number of the pinned telling, or None."""
        row = self.session.get(RegelingBasis, regeling_id)
        return None if row is None else row.telling_id

    def pin_basis(self, regeling_id: str, telling_id: int, at: datetime, by: str) -> None:
        """Pin a telling as the legal basis of a regeling."""
        self.session.add(RegelingBasis(regeling_id=regeling_id, telling_id=telling_id, pinned_at=at, pinned_by=by))
        self.session.flush()

    def besturen(self) -> dict[str, Bestuur]:
        """Return the bevoegd gezag per vestiging, as the address register knows it."""
        query = (
            select(org.Vestiging.code, org.Bestuur.number, org.Bestuur.name)
            .join(org.School, org.School.brin == org.Vestiging.brin)
            .join(org.Bestuur, org.Bestuur.number == org.School.bestuur_number)
        )
        return {
            code: Bestuur(number, name or f"Bevoegd gezag {number}")
            for code, number, name in self.session.execute(query)
        }

    def register_brins(self) -> frozenset[str]:
        """Return every BRIN of the address register, the schools of the demonstration (99…) left out."""
        return frozenset(self.session.scalars(select(org.School.brin).where(~org.School.brin.startswith("99"))))

    # ------------------------------------------------ calculations

    def add_calculation(self, regeling_id: str, telling_id: int, document: Document, step: Step) -> StoredCalculation:
        """Put a calculation on record with its first step."""
        row = SubsidyCalculation(regeling_id=regeling_id, telling_id=telling_id, document=document)
        self.session.add(row)
        self.session.flush()
        self.add_step(row.id, step)
        return StoredCalculation(row.id, regeling_id, telling_id, document, (step,))

    def calculation(self, calculation_id: int) -> StoredCalculation | None:
        """Return one calculation, or None."""
        row = self.session.get(SubsidyCalculation, calculation_id)
        return None if row is None else self._calculation(row)

    def calculations(self) -> list[StoredCalculation]:
        """Return all calculations in order of number."""
        rows = self.session.scalars(select(SubsidyCalculation).order_by(SubsidyCalculation.id)).all()
        return [self._calculation(row) for row in rows]

    def _calculation(self, row: SubsidyCalculation) -> StoredCalculation:
        steps = self.session.scalars(
            select(SubsidyStep).where(SubsidyStep.calculation_id == row.id).order_by(SubsidyStep.number)
        )
        entries = self.session.scalars(
            select(SubsidyEntry).where(SubsidyEntry.calculation_id == row.id).order_by(SubsidyEntry.number)
        )
        return StoredCalculation(
            row.id,
            row.regeling_id,
            row.telling_id,
            row.document,
            tuple(Step(State(step.state), step.effective_on, step.signed_by, step.reason) for step in steps),
            tuple(_entry(entry) for entry in entries),
        )

    def add_step(self, calculation_id: int, step: Step) -> None:
        """Append a step."""
        query = select(func.count()).select_from(SubsidyStep).where(SubsidyStep.calculation_id == calculation_id)
        self.session.add(
            SubsidyStep(
                calculation_id=calculation_id,
                number=(self.session.scalar(query) or 0) + 1,
                state=step.state.value,
                effective_on=step.on,
                signed_by=step.by,
                reason=step.reason,
            )
        )
        self.session.flush()

    def add_entries(self, calculation_id: int, entries: Iterable[Entry]) -> None:
        """Append entries to the journal."""
        self.session.add_all(
            SubsidyEntry(
                calculation_id=calculation_id,
                number=entry.number,
                effective_on=entry.on,
                kind=entry.kind.value,
                part=entry.part,
                account=entry.account,
                cents=int(entry.cents),
                event=None if entry.event is None else entry.event.value,
                reason=entry.reason,
                signed_by=entry.by,
                counter=entry.counter,
            )
            for entry in entries
        )
        self.session.flush()

    def version(self) -> tuple[int, int, int]:
        """Return numbers that change whenever a telling, a step or an entry of a journal is added."""
        telling, steps, entry = self.session.connection().execute(_VERSION).one()
        return telling or 0, steps, entry or 0

    def note(self, at: datetime, by: str, action: str, *, kind: str, key: str, after: Mapping[str, Any]) -> None:
        """Append to the audit trail, in this transaction."""
        audit.append(self.session, at=at, actor=by, action=action, object_kind=kind, object_id=key, after=after)


def _stored_telling(row: Telling, telling: Leerlingentelling) -> StoredTelling:
    return StoredTelling(
        row.id, telling, row.file_name, row.masking, row.derived_from, row.note, row.imported_at, row.imported_by
    )


def _override(row: TellingOverride) -> Override:
    return Override(
        row.id,
        row.telling_id,
        row.vestiging,
        row.value,
        row.reason,
        row.source,
        row.proposed_by,
        row.proposed_on,
        row.decided_by,
        row.decided_on,
        row.result_id,
    )


def _entry(row: SubsidyEntry) -> Entry:
    return Entry(
        row.number,
        row.effective_on,
        Kind(row.kind),
        row.part,
        row.account,
        Cents(row.cents),
        None if row.event is None else Event(row.event),
        row.reason,
        row.signed_by,
        row.counter,
    )
