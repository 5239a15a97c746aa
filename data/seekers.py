"""Who searches for a place: what the search page asks of the pupils for every question."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from data.tables.matching import Placement, Pupil
from matching.places.register import Status

HOLDING = tuple(status.value for status in Status if status.holds_seat)

# Asked for every search, so they are put together once, and answer with columns.
_HELD = select(Placement.id).where(Placement.pupil_id == Pupil.id, Placement.status.in_(HOLDING)).exists()
_UNPLACED = (
    select(Pupil.id, Pupil.number)
    .where(Pupil.brin.in_(bindparam("brins", expanding=True)), Pupil.left_on.is_(None), ~_HELD)
    .order_by(Pupil.id)
)
_SEEKER = select(
    Pupil.id,
    Pupil.number,
    Pupil.first_name,
    Pupil.postcode,
    _HELD,
    select(func.count()).where(Placement.pupil_id == Pupil.id).scalar_subquery(),
).where(Pupil.id == bindparam("pupil"))
_OWNER = select(Pupil.brin).where(Pupil.id == bindparam("pupil"))


def full_name(number: str, first_name: str | None) -> str:
    """``Leerling 0417 (Sam)``."""
    return f"{number} ({first_name})" if first_name else number


@dataclass(frozen=True, slots=True)
class Seeker:
    """The pupil a search is for; ``placements`` counts all that were ever made, whatever came of them."""

    id: str
    number: str
    first_name: str | None
    postcode: str | None
    has_place: bool
    placements: int

    @property
    def name(self) -> str:
        """``Leerling 0417 (Sam)``."""
        return full_name(self.number, self.first_name)


def find_seeker(session: Session, pupil_id: str) -> Seeker | None:
    """Find what the search page says of a pupil."""
    row = session.connection().execute(_SEEKER, {"pupil": pupil_id}).one_or_none()
    if row is None:
        return None
    pupil, number, first_name, postcode, has_place, placements = row
    return Seeker(pupil, number, first_name, postcode, bool(has_place), placements)


def list_unplaced(session: Session, brins: Collection[str]) -> list[tuple[str, str]]:
    """List (id, number) of the present pupils of these schools who hold no seat, by id."""
    found = session.connection().execute(_UNPLACED, {"brins": sorted(brins)})
    return [(row.id, row.number) for row in found]


def find_owner(session: Session, pupil_id: str) -> str | None:
    """Find the BRIN of the school of a pupil."""
    return session.connection().scalar(_OWNER, {"pupil": pupil_id})
