"""The audit trail: append an entry in the transaction of the change, and verify the chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from data.tables.audit import AuditEntry
from data.tables.base import Base

FIRST = "0" * 64
_LOCK_KEY = 7_301_202_611
_LAST = select(AuditEntry.id, AuditEntry.digest).order_by(AuditEntry.id.desc()).limit(1)
_ADD = insert(Base.metadata.tables[AuditEntry.__tablename__])


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place where the chain does not hold, with a Dutch sentence."""

    entry_id: int
    why: str


def queue(session: Session) -> None:
    """Wait for whoever writes, and hold the next ones off until this transaction ends.

    So the chain has one order, and so have the numbers of what is written after this. SQLite has one writer already.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})


def append(
    session: Session,
    *,
    at: datetime,
    actor: str,
    action: str,
    object_kind: str,
    object_id: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> int:
    """Add one entry to the trail, in the caller's transaction.

    Returns
    -------
    int
        The number of the entry; numbers have no gaps, so a missing entry shows.
    """
    queue(session)
    session.flush()
    last = session.execute(_LAST).first()
    number, previous = (last.id + 1, last.digest) if last else (1, FIRST)
    entry = AuditEntry(
        id=number,
        at=at.astimezone(UTC),
        actor=actor,
        action=action,
        object_kind=object_kind,
        object_id=object_id,
        before=_plain(before),
        after=_plain(after),
        previous_digest=previous,
        digest="",
    )
    entry.digest = seal(entry)
    session.execute(_ADD, {column.name: getattr(entry, column.name) for column in AuditEntry.__table__.columns})
    return number


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    # What is sealed must be what the database gives back, so dates become text before either.
    return None if values is None else dict(json.loads(json.dumps(dict(values), default=str)))


def seal(entry: AuditEntry) -> str:
    """Return the SHA-256 over every field of ``entry`` and the digest before it."""
    fields = [
        entry.id,
        entry.at.isoformat(timespec="microseconds"),
        entry.actor,
        entry.action,
        entry.object_kind,
        entry.object_id,
        entry.before,
        entry.after,
        entry.previous_digest,
    ]
    canonical = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def verify(session: Session) -> tuple[int, str, Broken | None]:
    """Walk the whole chain.

    Returns
    -------
    tuple
        Number of entries that hold, digest of the last of them, and the first break or ``None``.
    """
    previous, count = FIRST, 0
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)):
        if entry.id != count + 1:
            return count, previous, Broken(count + 1, f"regel {count + 1} ontbreekt")
        if entry.previous_digest != previous:
            return count, previous, Broken(entry.id, f"regel {entry.id} sluit niet aan op de vorige regel")
        if seal(entry) != entry.digest:
            return count, previous, Broken(entry.id, f"regel {entry.id} is veranderd nadat hij is geschreven")
        previous, count = entry.digest, count + 1
    return count, previous, None


def entries(
    session: Session, *, object_kind: str | None = None, object_id: str | None = None, limit: int = 100, offset: int = 0
) -> Iterator[AuditEntry]:
    """Yield entries, newest first, optionally of one object."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit).offset(offset)
    if object_kind is not None:
        query = query.where(AuditEntry.object_kind == object_kind)
    if object_id is not None:
        query = query.where(AuditEntry.object_id == object_id)
    yield from session.scalars(query)


def count(session: Session) -> int:
    """Return how many entries there are."""
    return session.scalar(select(func.count()).select_from(AuditEntry)) or 0
