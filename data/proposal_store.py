"""Computed proposals and what people decided about them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.orm import Session

from data.tables import matching as tables
from matching.places.model import BRIN_LENGTH
from matching.proposals.proposal import Proposal, Request, Row

ACCEPTED = "aangenomen"


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A stored proposal without its rows."""

    id: str
    brin: str
    created_at: datetime
    created_by: str
    seed: int
    summary: dict[str, Any]

    @property
    def schools(self) -> tuple[str, ...]:
        """BRIN codes of every school whose pupils are in it; the first one asked for it."""
        return tuple(self.summary.get("schools") or (self.brin,))


@dataclass(frozen=True, slots=True)
class RowView:
    """A stored row with its decision."""

    row: Row
    locked: bool
    decision: str | None
    placement_id: str | None
    refusal: str | None


def to_summary(proposal: Proposal, request: Request) -> dict[str, Any]:
    """Everything of a proposal but its rows, as JSON."""

    def spread(value: Any) -> dict[str, int]:
        return {"count": value.count, "mean_tenths": value.mean_tenths, "p90": value.p90, "longest": value.longest}

    return {
        "levels": [
            {"name": level.name, "value": level.value, "bound": level.bound, "gap": level.gap, "proven": level.proven}
            for level in proposal.levels
        ],
        "proven": proposal.proven,
        "seed": proposal.seed,
        "help": [item.text for item in proposal.help],
        "spread": spread(proposal.spread),
        "nearest_spread": spread(proposal.nearest_spread),
        "minutes": list(proposal.minutes),
        "nearest_minutes": list(proposal.nearest_minutes),
        "as_of": dict(proposal.as_of),
        "locks": dict(sorted(request.locks.items())),
        "excluded": sorted(map(list, request.excluded)),
        "schools": list(request.schools),
        "pupils": list(request.pupils) if request.pupils is not None else None,
    }


def to_payload(proposal: Proposal, request: Request) -> dict[str, Any]:
    """A whole proposal as JSON: what a job remembers between two steps."""
    return {"summary": to_summary(proposal, request), "rows": [asdict(row) for row in proposal.rows]}


class ProposalStore:
    """Proposals on one session."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, proposal_id: str, brin: str, payload: Mapping[str, Any], *, at: datetime, actor: str) -> None:
        """Store a proposal (`to_payload`) with its rows; it changes nothing else."""
        summary = payload["summary"]
        self.session.add(
            tables.Proposal(
                id=proposal_id, brin=brin, created_at=at, created_by=actor, seed=summary["seed"], summary=summary
            )
        )
        self.session.flush()
        rows = [
            {
                "proposal_id": proposal_id,
                "pupil_id": row["pupil"],
                "place_id": row["place"],
                "minutes": row["minutes"],
                "metres": row["metres"],
                "mode": row["mode"],
                "score": row["score"],
                "reason": row["reason"],
                "nearest_place_id": row["nearest_place"],
                "nearest_minutes": row["nearest_minutes"],
                "locked": row["pupil"] in summary["locks"],
            }
            for row in payload["rows"]
        ]
        # A statement of its own, without an object per row: a proposal of a whole country has 30 000 of them.
        if rows:
            self.session.execute(insert(tables.ProposalRow), rows)

    def find(self, proposal_id: str) -> ProposalView | None:
        """One proposal, or ``None``."""
        row = self.session.get(tables.Proposal, proposal_id)
        return None if row is None else _to_view(row)

    def list_for(self, brins: Sequence[str], limit: int = 50) -> list[ProposalView]:
        """The newest proposals in which pupils of these schools are, or that these schools asked for."""
        table, row = tables.Proposal, tables.ProposalRow
        theirs = select(row.proposal_id).where(row.proposal_id == table.id, _is_of(brins))
        query = select(table).where(table.brin.in_(brins) | theirs.exists())
        query = query.order_by(table.created_at.desc(), table.id).limit(limit)
        return [_to_view(row) for row in self.session.scalars(query)]

    def previous(self, proposal: ProposalView) -> ProposalView | None:
        """The proposal of the same school before this one, or ``None``."""
        table = tables.Proposal
        query = select(table).where(table.brin == proposal.brin, table.created_at < proposal.created_at)
        row = self.session.scalars(query.order_by(table.created_at.desc()).limit(1)).first()
        return None if row is None else _to_view(row)

    def count(self, proposal_id: str) -> int:
        """How many pupils are in a proposal, of all its schools."""
        query = select(func.count()).select_from(tables.ProposalRow)
        return self.session.scalar(query.where(tables.ProposalRow.proposal_id == proposal_id)) or 0

    def rows(self, proposal_id: str, brins: Collection[str]) -> list[RowView]:
        """The rows of a proposal that are about pupils of these schools, by pupil."""
        table = tables.ProposalRow
        query = select(*table.__table__.columns).where(table.proposal_id == proposal_id, _is_of(brins))
        return [
            RowView(
                Row(
                    row.pupil_id,
                    row.place_id,
                    row.minutes,
                    row.metres,
                    row.mode,
                    row.score,
                    "zonder plek" if row.place_id is None else "vastgezet" if row.locked else "geplaatst",
                    row.reason,
                    row.nearest_place_id,
                    row.nearest_minutes,
                ),
                row.locked,
                row.decision,
                row.placement_id,
                row.refusal,
            )
            for row in self.session.execute(query.order_by(table.pupil_id))
        ]

    def places(self, proposal_id: str, brins: Collection[str]) -> dict[str, str | None]:
        """The place, or none, of every pupil of these schools in a proposal."""
        table = tables.ProposalRow
        query = select(table.pupil_id, table.place_id).where(table.proposal_id == proposal_id, _is_of(brins))
        return {row.pupil_id: row.place_id for row in self.session.execute(query)}

    def accept(self, proposal_id: str, pupil_id: str, placement_id: str) -> None:
        """Write down that a person accepted one row, and the placement that came of it."""
        row = self.session.get_one(tables.ProposalRow, (proposal_id, pupil_id))
        row.decision, row.placement_id, row.refusal = ACCEPTED, placement_id, None

    def refuse(self, proposal_id: str, pupil_id: str, sentence: str) -> None:
        """Write down why one row could not be reserved; it may be tried again."""
        self.session.get_one(tables.ProposalRow, (proposal_id, pupil_id)).refusal = sentence


def _is_of(brins: Collection[str]) -> ColumnElement[bool]:
    """Whether a row is about a pupil of these schools."""
    return func.substr(tables.ProposalRow.pupil_id, 1, BRIN_LENGTH).in_(sorted(brins))


def _to_view(row: tables.Proposal) -> ProposalView:
    return ProposalView(row.id, row.brin, row.created_at, row.created_by, row.seed, row.summary)
