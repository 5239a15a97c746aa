"""What a file may change about pupils and places that are placed: it keeps, warns or refuses per field.

A screen refuses to give fewer seats than are taken; a file walks through the same door. A change that would make a
placement untrue (another day, another period, another company) is refused with the placement; one that only touches
it (an address, a need) is saved and named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data import matching_rows as rows
from data.importers.fields import Value
from data.importers.matching_templates import WEEKDAY_COLUMNS
from data.tables.matching import Company, InternshipPlace, Placement, SeatClaim
from matching.places.model import Weekday
from matching.places.register import Status

LIVE = (Status.RESERVED.value, Status.CONFIRMED.value, Status.STARTED.value)
_FIRST = "Trek eerst de plaatsing in, of laat deze regel weg"


@dataclass(frozen=True, slots=True)
class LivePlacement:
    """A placement that is not over, with the names that a person knows it by."""

    pupil_id: str
    place_id: str
    place: str
    company_id: str
    company: str
    days: str
    first: date
    last: date
    status: str

    def __str__(self) -> str:
        """``bevestigd bij Hulp in de bakkerij, Van Dam, op di do, t/m 09-07-2027``."""
        return f"{self.status} bij {self.place}, {self.company}, op {self.days}, t/m {self.last:%d-%m-%Y}"


def load_live(session: Session, on: date) -> list[LivePlacement]:
    """Every placement that holds a seat and is not over on a day."""
    query = (
        select(Placement, InternshipPlace.name, Company.id, Company.name.label("company"))
        .join(InternshipPlace, InternshipPlace.id == Placement.place_id)
        .join(Company, Company.id == InternshipPlace.company_id)
        .where(Placement.status.in_(LIVE), Placement.last_day >= on)
        .order_by(Placement.first_day, Placement.id)
    )
    return [
        LivePlacement(
            row.Placement.pupil_id, row.Placement.place_id, row.name, row.id, row.company,
            rows.to_day_words(row.Placement.days), row.Placement.first_day, row.Placement.last_day,
            row.Placement.status,
        )
        for row in session.execute(query)
    ]  # fmt: skip


def by_pupil(found: Sequence[LivePlacement]) -> Mapping[str, list[LivePlacement]]:
    """The placements of each pupil."""
    made: dict[str, list[LivePlacement]] = defaultdict(list)
    for placement in found:
        made[placement.pupil_id].append(placement)
    return made


def check_pupil(
    old: Mapping[str, Value], new: Mapping[str, Value], placements: Sequence[LivePlacement], on: date
) -> Iterator[tuple[str, str]]:
    """What a file may not say about a pupil who is placed: (field, what was expected)."""

    def changed(name: str) -> bool:
        return old.get(name) != new.get(name)

    for placement in placements:
        if changed("dagen") and not set(placement.days.split()) <= set(str(new.get("dagen") or "").split()):
            yield "dagen", f"{placement.days} erbij: deze leerling is {placement}. {_FIRST}"
        first, last = new.get("periode_van"), new.get("periode_tot")
        if changed("periode_van") and isinstance(first, date) and first > max(placement.first, on):
            yield (
                "periode_van",
                f"een dag op of voor {placement.first:%d-%m-%Y}: deze leerling is {placement}. {_FIRST}",
            )
        if changed("periode_tot") and isinstance(last, date) and last < placement.last:
            yield "periode_tot", f"een dag op of na {placement.last:%d-%m-%Y}: deze leerling is {placement}. {_FIRST}"
        if changed("niet_bij") and placement.company_id in _words(new.get("niet_bij")):
            yield "niet_bij", f"een ander bedrijf dan {placement.company_id}: deze leerling is {placement}. {_FIRST}"


def check_place(
    old: Mapping[str, Value], new: Mapping[str, Value], place_id: str, session: Session, on: date
) -> Iterator[tuple[str, str]]:
    """What a file may not say about a place of which seats are given away: (field, what was expected)."""
    claim = SeatClaim
    per_day = (
        select(claim.weekday, claim.day, func.count().label("taken"))
        .where(claim.place_id == place_id, claim.day >= on)
        .group_by(claim.weekday, claim.day)
    )
    days = [(Weekday(row.weekday), row.day, int(row.taken)) for row in session.execute(per_day)]
    if not days:
        return
    for name, weekday in zip(WEEKDAY_COLUMNS, Weekday, strict=True):
        taken = max((count for day, _, count in days if day is weekday), default=0)
        seats = new.get(name)
        if isinstance(seats, int) and seats < taken and seats != old.get(name):
            yield name, f"minstens {taken}: zoveel plekken zijn op {weekday.label} al gegeven. {_FIRST}"
    start, end = min(day for _, day, _ in days), max(day for _, day, _ in days)
    first, last = new.get("periode_van"), new.get("periode_tot")
    if isinstance(first, date) and first > start and first != old.get("periode_van"):
        yield "periode_van", f"een dag op of voor {start:%d-%m-%Y}, want dan is er een stage. {_FIRST}"
    if isinstance(last, date) and last < end and last != old.get("periode_tot"):
        yield "periode_tot", f"een dag op of na {end:%d-%m-%Y}, want dan is er een stage. {_FIRST}"
    if old.get("bedrijf") != new.get("bedrijf"):
        yield "bedrijf", f"{old.get('bedrijf')}: op deze plek lopen stages. {_FIRST}"


def touched(old: Mapping[str, Value], new: Mapping[str, Value], fields: Sequence[str]) -> list[str]:
    """The fields of these that change."""
    return [name for name in fields if old.get(name) != new.get(name)]


def _words(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()
