"""Use cases of the audit trail: note what was opened or exported, read it, verify it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data import audit
from data.session import Database


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the chain holds."""

    entries: int
    digest: str
    broken: str | None


class AuditTrail:
    """The audit trail of this installation."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def note(
        self, actor: str, action: str, object_kind: str, object_id: str, after: Mapping[str, Any] | None = None
    ) -> None:
        """Note something that changed nothing else, such as opening or exporting pupil data."""
        with self._database.write() as session:
            audit.append(
                session,
                at=self._clock(),
                actor=actor,
                action=action,
                object_kind=object_kind,
                object_id=object_id,
                after=after,
            )

    def newest(self, limit: int, offset: int = 0) -> tuple[list[Any], int]:
        """Return a page of entries, newest first, and how many there are in all."""
        with self._database.read() as session:
            return list(audit.entries(session, limit=limit, offset=offset)), audit.count(session)

    def verify(self) -> Verdict:
        """Walk the whole chain."""
        with self._database.read() as session:
            count, digest, broken = audit.verify(session)
        return Verdict(count, digest, broken.why if broken else None)
