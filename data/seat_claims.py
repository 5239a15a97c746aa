"""Seats per date: the guard that keeps the last seat from being sold twice.

A placement claims, for each of its dates, the lowest free seat number of the place. The primary key
(place, date, seat) makes a second owner impossible in SQLite and PostgreSQL alike; the row of the
place is locked first, so that two claims for one place come one after the other.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import ARRAY, ColumnElement, Text, any_, cast, delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from data import matching_rows as rows
from data.tables import matching as tables
from matching.errors import NoSeatLeftError
from matching.places.model import Period, Weekday
from matching.places.register import Placement

MOST_NAMED = 18_000
"""Above so many places, reading every claim of the period is quicker than naming them."""


class SeatClaims:
    """Claims on one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def taken(self, place_ids: Sequence[str], period: Period) -> Mapping[str, Mapping[Weekday, int]]:
        """Per place and weekday the largest number of seats taken on any day of ``period``."""
        claim = tables.SeatClaim
        per_day = (
            select(claim.place_id, claim.weekday, func.count().label("seats"))
            .where(claim.day >= period.first, claim.day <= period.last)
            .group_by(claim.place_id, claim.day, claim.weekday)
        )
        if len(place_ids) <= MOST_NAMED:
            per_day = per_day.where(self._is_one_of(claim.place_id, place_ids))
        days = per_day.subquery()
        query = select(days.c.place_id, days.c.weekday, func.max(days.c.seats)).group_by(
            days.c.place_id, days.c.weekday
        )
        found: dict[str, dict[Weekday, int]] = defaultdict(dict)
        for place_id, weekday, seats in self._session.execute(query):
            found[place_id][Weekday(weekday)] = int(seats)
        return found

    def _is_one_of(self, column: InstrumentedAttribute[str], ids: Sequence[str]) -> ColumnElement[bool]:
        """``column IN (…)`` with all ids in one value: a variable for each takes longer to write than to look up."""
        if self._session.get_bind().dialect.name == "sqlite":
            return column.in_(select(func.json_each(json.dumps(list(ids))).table_valued("value").c.value))
        return column == any_(cast(list(ids), ARRAY(Text)))

    def lock(self, place_id: str) -> tables.InternshipPlace:
        """Queue for a place: the next claim of it waits until this transaction ends.

        To be called before anything refers to the place: a foreign key takes a weaker lock on the same row,
        and two transactions that both want to strengthen theirs would wait for each other for ever.
        """
        return self._session.execute(
            select(tables.InternshipPlace)
            .where(tables.InternshipPlace.id == place_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        ).scalar_one()

    def claim(self, placement: Placement) -> None:
        """Take a seat on every date of ``placement``.

        Raises
        ------
        NoSeatLeftError
            On some date every seat is taken; nothing is claimed then, because the caller's transaction ends.
        """
        place = self.lock(placement.place)
        offered = {day: int(getattr(place, name)) for day, name in zip(Weekday, rows.SEAT_COLUMNS, strict=True)}
        claim = tables.SeatClaim
        used: dict[object, set[int]] = defaultdict(set)
        query = select(claim.day, claim.seat).where(
            claim.place_id == placement.place,
            claim.day >= placement.period.first,
            claim.day <= placement.period.last,
        )
        for day, seat in self._session.execute(query):
            used[day].add(seat)
        rows_to_add = []
        day = placement.period.first
        while day <= placement.period.last:
            weekday = Weekday(day.weekday())
            if weekday in placement.days:
                seat = next(number for number in range(1, len(used[day]) + 2) if number not in used[day])
                if seat > offered[weekday]:
                    raise NoSeatLeftError(f"Op {weekday.label} {day:%d-%m-%Y} is er geen plek meer vrij.")
                rows_to_add.append(
                    {
                        "place_id": placement.place,
                        "day": day,
                        "seat": seat,
                        "weekday": int(weekday),
                        "placement_id": placement.id,
                    }
                )
            day += timedelta(days=1)
        if not rows_to_add:
            raise NoSeatLeftError("In deze periode valt geen van de stagedagen.")
        try:
            self._session.execute(insert(claim), rows_to_add)
        except IntegrityError as error:
            raise NoSeatLeftError("Iemand anders was net eerder met de laatste plek.") from error

    def free(self, placement_id: str) -> None:
        """Give every seat of a placement back."""
        self._session.execute(delete(tables.SeatClaim).where(tables.SeatClaim.placement_id == placement_id))
