"""What the use cases need from a store; a fake and the database both keep this contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any, Protocol

from subsidy.grouping import Bestuur
from subsidy.lifecycle import Step
from subsidy.mutations import Entry
from subsidy.receipt import Document
from subsidy.records import NewTelling, Override, StoredCalculation, StoredTelling


class Store(Protocol):
    """One transaction: everything that is written in it is kept, or nothing is."""

    def add_telling(self, new: NewTelling, at: datetime, by: str) -> StoredTelling:
        """Keep a telling under a new number."""
        ...

    def telling(self, telling_id: int) -> StoredTelling | None:
        """Return one telling, or None."""
        ...

    def tellingen(self) -> Sequence[StoredTelling]:
        """Return all tellingen in order of number."""
        ...

    def add_override(self, proposal: Override) -> Override:
        """Keep a proposal; the number in ``proposal`` is replaced by a new one."""
        ...

    def override(self, override_id: int) -> Override | None:
        """Return one proposal, or None."""
        ...

    def overrides(self) -> Sequence[Override]:
        """Return all proposals in order of number."""
        ...

    def decide_override(self, override_id: int, by: str, on: date, result_id: int | None) -> None:
        """Note the decision of the second person; ``result_id`` is None for a rejection."""
        ...

    def basis(self, regeling_id: str) -> int | None:
        """Return the number of the telling that is pinned as legal basis, or None."""
        ...

    def pin_basis(self, regeling_id: str, telling_id: int, at: datetime, by: str) -> None:
        """Pin a telling as the legal basis of a regeling; there was none yet."""
        ...

    def besturen(self) -> Mapping[str, Bestuur]:
        """Return the bevoegd gezag per vestiging, as the address register knows it."""
        ...

    def add_calculation(self, regeling_id: str, telling_id: int, document: Document, step: Step) -> StoredCalculation:
        """Put a calculation on record with its first step."""
        ...

    def calculation(self, calculation_id: int) -> StoredCalculation | None:
        """Return one calculation, or None."""
        ...

    def calculations(self) -> Sequence[StoredCalculation]:
        """Return all calculations in order of number."""
        ...

    def add_step(self, calculation_id: int, step: Step) -> None:
        """Append a step."""
        ...

    def add_entries(self, calculation_id: int, entries: Sequence[Entry]) -> None:
        """Append entries to the journal."""
        ...

    def note(self, at: datetime, by: str, action: str, *, kind: str, key: str, after: Mapping[str, Any]) -> None:
        """Append to the audit trail, in this transaction."""
        ...


Work = Callable[[], AbstractContextManager[Store]]
"""Opens a transaction; leaving it without an error keeps what was written."""
Clock = Callable[[], datetime]
"""Gives the current moment; the only way in for the time."""
