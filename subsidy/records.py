"""What is kept: tellingen, overrides, calculations with their steps and journal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from subsidy.lifecycle import Step
from subsidy.mutations import Journal
from subsidy.receipt import Document
from subsidy.telling import Leerlingentelling


@dataclass(frozen=True)
class NewTelling:
    """A telling that is about to be kept.

    Attributes
    ----------
    telling
        The counts.
    file_name
        Name of the file as the user knows it.
    masking
        Dutch sentence: which convention hides small numbers in this file.
    derived_from
        Number of the telling of which this is a corrected version, or None.
    note
        Dutch sentence: what was corrected, and by whom.
    """

    telling: Leerlingentelling
    file_name: str
    masking: str
    derived_from: int | None = None
    note: str = ""


@dataclass(frozen=True)
class StoredTelling:
    """A telling that is kept; it never changes.

    Attributes
    ----------
    telling_id
        Its number.
    imported_at, imported_by
        When it was read (the file at its public address is overwritten later), and by whom.
    """

    telling_id: int
    telling: Leerlingentelling
    file_name: str
    masking: str
    derived_from: int | None
    note: str
    imported_at: datetime
    imported_by: str

    def __str__(self) -> str:
        return f"telling {self.telling_id} ({self.telling.status} van {self.telling.teldatum:%d-%m-%Y})"


@dataclass(frozen=True, slots=True)
class Override:
    """A proposal to put a number in the place of one count; it needs a second person.

    Attributes
    ----------
    override_id, telling_id, vestiging
        Which proposal, on what.
    value
        Pupils.
    reason, source
        Why, and where the number is written down.
    proposed_by, proposed_on
        The first person.
    decided_by, decided_on
        The second person, None while open.
    result_id
        Number of the new telling when approved.
    """

    override_id: int
    telling_id: int
    vestiging: str
    value: int
    reason: str
    source: str
    proposed_by: str
    proposed_on: date
    decided_by: str | None = None
    decided_on: date | None = None
    result_id: int | None = None

    @property
    def open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.decided_by is None


@dataclass(frozen=True)
class StoredCalculation:
    """A calculation that was put on record.

    Attributes
    ----------
    calculation_id
        Its number.
    regeling_id
        Of which regeling.
    telling_id
        The telling it is pinned to.
    document
        The receipt of the whole; never edited.
    steps
        Its life so far, at least "berekend".
    journal
        Empty until it is vastgesteld.
    """

    calculation_id: int
    regeling_id: str
    telling_id: int
    document: Document
    steps: tuple[Step, ...]
    journal: Journal = field(default=())
