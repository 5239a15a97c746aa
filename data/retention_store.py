"""Erasing pupil data after the retention period, in one transaction with its proof.

The pupil and the rows of proposals go, and what a proposal was asked about the pupil. A placement stays,
because the register is never deleted, but its pupil becomes a random name that leads nowhere, and every
written word of it becomes ``gewist``; the database lets no other change of the journal through.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from data import audit
from data.tables import matching as tables
from data.tables.jobs import Job

ERASED = "gewist"
"""What stands where somebody's words stood; the trigger of the journal knows this word."""

_PART = 500


@dataclass(frozen=True, slots=True)
class RetentionProof:
    """One clean-up: up to which last day, how many pupils and placements, and how many were left over (zero)."""

    at: datetime
    last_day_before: date
    months: int
    pupils: int
    placements: int
    left: int


def months_before(day: date, months: int) -> date:
    """The first day of the month that lies ``months`` before the month of ``day``."""
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _without(asked: Mapping[str, Any], ids: Collection[str]) -> dict[str, Any]:
    """A question for a proposal that does not name these pupils."""
    named = asked.get("pupils")
    return {
        **asked,
        "pupils": None if named is None else [pupil for pupil in named if pupil not in ids],
        "locks": {pupil: place for pupil, place in (asked.get("locks") or {}).items() if pupil not in ids},
        "excluded": [[pupil, place] for pupil, place in asked.get("excluded") or () if pupil not in ids],
    }


class RetentionStore:
    """Clean-ups on one session."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def clean(self, today: date, months: int, *, at: datetime, actor: str) -> RetentionProof:
        """Erase every pupil whose last day lies before the first of the month ``months`` ago."""
        limit = months_before(today, months)
        over = select(tables.Pupil.id).where(tables.Pupil.last_day < limit).order_by(tables.Pupil.id)
        ids = list(self.session.scalars(over))
        placements = 0
        for start in range(0, len(ids), _PART):
            part = ids[start : start + _PART]
            placements += self._forget(part)
            self._forget_questions(set(part))
            twin = tables.DoubleDecision
            self.session.execute(
                delete(twin).where(twin.kind == "leerling", or_(twin.one_id.in_(part), twin.other_id.in_(part)))
            )
            self.session.execute(delete(tables.ProposalRow).where(tables.ProposalRow.pupil_id.in_(part)))
            self.session.execute(
                update(tables.InternshipPlace).where(tables.InternshipPlace.found_by.in_(part)).values(found_by=None)
            )
            self.session.execute(delete(tables.Pupil).where(tables.Pupil.id.in_(part)))
        left = self.session.scalar(select(func.count()).select_from(over.subquery())) or 0
        proof = RetentionProof(at, limit, months, len(ids), placements, left)
        self.session.add(
            tables.RetentionRun(
                at=at, last_day_before=limit, months=months, pupils=len(ids), placements=placements, left=left
            )
        )
        audit.append(
            self.session,
            at=at,
            actor=actor,
            action="bewaartermijn toegepast",
            object_kind="leerlingen",
            object_id=f"voor {limit.isoformat()}",
            after={"leerlingen": len(ids), "plaatsingen": placements, "over": left},
        )
        return proof

    def _forget(self, ids: list[str]) -> int:
        names = {pupil: f"gewist-{secrets.token_hex(8)}" for pupil in ids}
        found = self.session.scalars(select(tables.Placement).where(tables.Placement.pupil_id.in_(ids))).all()
        for row in found:
            row.pupil_id, row.request_key = names[row.pupil_id], secrets.token_hex(16)
            row.reason = ERASED if row.reason else ""
        self.session.flush()
        self.session.execute(
            update(tables.PlacementEntry)
            .where(tables.PlacementEntry.placement_id.in_([row.id for row in found]), tables.PlacementEntry.note != "")
            .values(note=ERASED)
        )
        return len(found)

    def _forget_questions(self, ids: set[str]) -> None:
        """Take these pupils out of what was asked of a proposal: the proposal and its job, which have one id."""
        asked = select(tables.ProposalRow.proposal_id).where(tables.ProposalRow.pupil_id.in_(ids)).distinct()
        proposals = list(self.session.scalars(asked))
        for row in self.session.scalars(select(tables.Proposal).where(tables.Proposal.id.in_(proposals))):
            row.summary = _without(row.summary, ids)
        for job in self.session.scalars(select(Job).where(Job.id.in_(proposals))):
            job.params = _without(job.params, ids)

    def proofs(self) -> list[RetentionProof]:
        """Every clean-up, newest first."""
        table = tables.RetentionRun
        return [
            RetentionProof(row.at, row.last_day_before, row.months, row.pupils, row.placements, row.left)
            for row in self.session.scalars(select(table).order_by(table.id.desc()))
        ]
