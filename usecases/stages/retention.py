"""Erasing pupils whose stage ended long ago, with a proof that it happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from data.retention_store import RetentionProof, RetentionStore
from data.session import Database, Session


class RetentionService:
    """The clean-up, and its proofs."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], today: Callable[[], date], months: int
    ) -> None:
        self._database = database
        self._clock = clock
        self._today = today
        self.months = months

    def clean(self, actor: str) -> RetentionProof:
        """Erase pupils whose last day lies more than the setting ago; a second run the same day erases nothing."""
        with self._database.write() as session:
            return self.clean_in(session, self._today(), actor)

    def clean_in(self, session: Session, on: date, actor: str) -> RetentionProof:
        """``clean`` as it is due on a day, inside a transaction that is already open."""
        return RetentionStore(session).clean(on, self.months, at=self._clock(), actor=actor)

    def proofs(self) -> list[RetentionProof]:
        """Every clean-up, newest first."""
        with self._database.read() as session:
            return RetentionStore(session).proofs()
