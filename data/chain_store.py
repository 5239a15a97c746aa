"""The append-only log of every chain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.tables.partners import ChainEventRow
from matching.partners.chain_event import ChainEvent, EventKind


class ChainStore:
    """Appends and reads; there is no way to change or delete a line."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def events(self, vestiging: str, crebo: str = "") -> tuple[ChainEvent, ...]:
        """Load the log of a vestiging in the order in which it was written.

        Parameters
        ----------
        crebo
            Lines about this crebo and lines about entree as a whole; empty gives only the latter.
        """
        rows = self.session.scalars(
            select(ChainEventRow)
            .where(ChainEventRow.vestiging_code == vestiging, ChainEventRow.crebo.in_({"", crebo}))
            .order_by(ChainEventRow.id)
        )
        return tuple(to_event(row) for row in rows)

    def all_events(self) -> dict[str, tuple[ChainEvent, ...]]:
        """Load the logs of every vestiging about entree as a whole."""
        found: dict[str, list[ChainEvent]] = {}
        rows = self.session.scalars(select(ChainEventRow).where(ChainEventRow.crebo == "").order_by(ChainEventRow.id))
        for row in rows:
            found.setdefault(row.vestiging_code, []).append(to_event(row))
        return {code: tuple(events) for code, events in found.items()}

    def partners_of(self, vestiging: str) -> frozenset[str]:
        """Return the ids of mbo's with which an agreement was logged."""
        rows = self.session.scalars(
            select(ChainEventRow.partner_id).where(
                ChainEventRow.vestiging_code == vestiging, ChainEventRow.kind == str(EventKind.AGREEMENT)
            )
        )
        return frozenset(each for each in rows if each is not None)

    def append(self, vestiging: str, crebo: str, event: ChainEvent, *, region_label: str, at: datetime) -> int:
        """Write one line and return its number."""
        row = ChainEventRow(
            vestiging_code=vestiging,
            crebo=crebo,
            kind=str(event.kind),
            partner_id=event.partner_id,
            partner_name=event.partner_name,
            step=event.step,
            contacted_on=event.contacted_on,
            outcome_on=event.outcome_on,
            by=event.by,
            note=event.note,
            reason_code=event.reason_code,
            document=event.document,
            region_label=region_label,
            recorded_at=at,
        )
        self.session.add(row)
        self.session.flush()
        return row.id

    def rows(self, vestiging: str) -> Sequence[ChainEventRow]:
        """Load every line of a vestiging, newest first, for a page."""
        query = select(ChainEventRow).where(ChainEventRow.vestiging_code == vestiging).order_by(ChainEventRow.id.desc())
        return self.session.scalars(query).all()


def to_event(row: ChainEventRow) -> ChainEvent:
    """Turn a stored line into the line of the pure log."""
    return ChainEvent(
        EventKind(row.kind),
        row.contacted_on,
        row.outcome_on,
        row.by,
        row.note,
        row.partner_id,
        row.partner_name,
        row.step,
        row.reason_code,
        row.document,
    )
