"""The seats that placements hold, kept in this process, so that a search need not count thousands of claims.

The register only grows: triggers of the database refuse to delete a placement or a line of its journal, and the store
changes a placement only together with a new line, in one transaction. So the lines after the last one that was read
tell everything that changed since, and one small question to the database keeps this up to date. Lines are numbered in
the order in which their transactions end (``MatchingStore._write_entry``): none can appear before one that was read.

``data.seat_claims`` guards the seats themselves; a test holds the two next to each other.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from data import matching_rows as rows
from data.seekers import HOLDING
from data.tables import matching as tables
from geo.layouts import numbers_in
from matching.places.model import Period, Weekday
from matching.places.register import count_seats_in_use

_placement, _entry = tables.Placement.__table__, tables.PlacementEntry.__table__
_COLUMNS = [_placement.c[name] for name in ("id", "place_id", "days", "first_day", "last_day", "status")]
_NEWEST = select(func.coalesce(func.max(_entry.c.id), 0))
_ALL = select(*_COLUMNS).where(_placement.c.status.in_(HOLDING))
_SINCE = (
    select(_entry.c.id.label("entry"), *_COLUMNS)
    .select_from(_entry.join(_placement, _placement.c.id == _entry.c.placement_id))
    .where(_entry.c.id > bindparam("seen"))
    .order_by(_entry.c.id)
)

MOST_KNOWN = 100_000
"""How many answers about one place and one period are remembered."""


class NumberedPlaces(Protocol):
    """An index that gives every place a number, and a set of places as bits."""

    def number_of(self, place_id: str) -> int | None:
        """The number of a place, or ``None`` when it is not in the index."""
        ...

    def bits_at(self, numbers: Sequence[int]) -> int:
        """The set of the places with these numbers."""
        ...


Index = TypeVar("Index", bound=NumberedPlaces)


class SeatsInUse(Generic[Index]):
    """What placements hold at the places of one index."""

    def __init__(self, session: Session, index: Index) -> None:
        self.index = index
        self._lock = threading.Lock()
        self._held: dict[int, Mapping[str, tuple[frozenset[Weekday], Period]]] = {}
        # Asked before the placements are read: what is written in between is then read twice, not missed.
        self._seen = int(session.scalar(_NEWEST) or 0)
        self._put(session.execute(_ALL).all())

    def catch_up(self, session: Session) -> None:
        """Read what was written since; only with a session that reads, because what a writer takes back would stay."""
        with self._lock:
            fresh = session.execute(_SINCE, {"seen": self._seen}).all()
            if fresh:
                self._put(fresh)
                self._seen = fresh[-1].entry

    def _put(self, found: Sequence[Any]) -> None:
        for row in found:
            number = self.index.number_of(row.place_id)
            if number is not None:
                # Another thread may be looking at the old ones: they are replaced, not changed.
                held = {name: one for name, one in self._held.get(number, {}).items() if name != row.id}
                if row.status in HOLDING:
                    held[row.id] = (rows.to_days(row.days), Period(row.first_day, row.last_day))
                self._held[number] = held
        self._bits = self.index.bits_at([number for number, held in self._held.items() if held])
        self._known: dict[tuple[int, Period], Mapping[Weekday, int]] = {}

    def within(self, bits: int, period: Period) -> dict[int, Mapping[Weekday, int]]:
        """Of the places in a set where somebody holds a seat: per weekday how many on the busiest date of a period."""
        known = self._known
        if len(known) > MOST_KNOWN:
            known.clear()
        found = {}
        for number in numbers_in(bits & self._bits):
            used = known.get((number, period))
            if used is None:
                used = known[number, period] = count_seats_in_use(self._held[number].values(), period)
            found[number] = used
        return found
