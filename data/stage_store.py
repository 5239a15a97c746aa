"""What the pages show of pupils, companies and places, and the few changes people make there by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.orm import Session

from data import audit
from data import matching_rows as rows
from data.seat_claims import SeatClaims
from data.seekers import HOLDING, full_name
from data.tables import matching as tables
from data.tables.organisation import School
from matching.errors import MatchingError
from matching.places.model import Period, Weekday
from matching.places.register import Placement, Status, Withdrawal


@dataclass(frozen=True, slots=True)
class PupilRow:
    """One pupil in the list, with the placement that matters now."""

    id: str
    number: str
    first_name: str | None
    brin: str
    sectors: tuple[str, ...]
    days: str
    first_day: date
    last_day: date
    postcode: str | None
    precision: str
    route: str | None
    placement: Placement | None
    place_name: str | None
    company_name: str | None
    last_withdrawal: Withdrawal | None

    @property
    def name(self) -> str:
        """``Leerling 0417 (Sam)``."""
        return full_name(self.number, self.first_name)


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """One company in the list."""

    id: str
    name: str
    town: str | None
    leerbedrijf_id: str | None
    shares: bool
    places: int


class StageStore:
    """Read models on one session; changes are written to the audit trail in the same transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session

    # ------------------------------------------------ pupils

    def pupil_rows(self, brins: Collection[str]) -> list[PupilRow]:
        """Every present pupil of these schools, by id."""
        pupils = self.session.scalars(
            select(tables.Pupil)
            .where(tables.Pupil.brin.in_(sorted(brins)), tables.Pupil.left_on.is_(None))
            .order_by(tables.Pupil.id)
        ).all()
        found: dict[str, list[tables.Placement]] = {}
        for row in self.session.scalars(select(tables.Placement).where(tables.Placement.brin.in_(sorted(brins)))):
            found.setdefault(row.pupil_id, []).append(row)
        names = self.place_names({row.place_id for many in found.values() for row in many})
        codes = self._withdrawals(brins)
        return [self._to_row(pupil, found.get(pupil.id, []), names, codes) for pupil in pupils]

    def count_placements(self, pupil_id: str) -> int:
        """How many placements a pupil has had, whatever came of them."""
        query = select(func.count()).select_from(tables.Placement).where(tables.Placement.pupil_id == pupil_id)
        return self.session.scalar(query) or 0

    def pupil_row(self, pupil_id: str) -> PupilRow | None:
        """One pupil, or ``None``."""
        pupil = self.session.get(tables.Pupil, pupil_id)
        if pupil is None:
            return None
        found = list(self.session.scalars(select(tables.Placement).where(tables.Placement.pupil_id == pupil_id)))
        return self._to_row(
            pupil, found, self.place_names({row.place_id for row in found}), self._withdrawals([pupil.brin])
        )

    def pupil_fields(self, pupil_id: str) -> dict[str, Any]:
        """Every stored field of a pupil: what a school may see and a parent may ask for."""
        row = self.session.get_one(tables.Pupil, pupil_id)
        return {column.name: getattr(row, column.name) for column in tables.Pupil.__table__.columns}

    def leave(self, pupil_id: str, *, at: datetime, actor: str) -> None:
        """A pupil left the school; the row stays until the clean-up."""
        row = self.session.get_one(tables.Pupil, pupil_id)
        if row.left_on is None:
            row.left_on = at.date()
            audit.append(
                self.session,
                at=at,
                actor=actor,
                action="leerling vertrokken",
                object_kind="leerling",
                object_id=pupil_id,
            )

    def count_travel_cost_choices(self, brins: Collection[str], period: Period) -> tuple[int, int]:
        """Placements of these schools that began in a period and still hold, and those that reiskosten decided."""
        table = tables.Placement
        query = select(func.count(), func.sum(case((table.travel_costs, 1), else_=0))).where(
            table.brin.in_(sorted(brins)),
            table.status.in_(HOLDING),
            table.first_day >= period.first,
            table.first_day <= period.last,
        )
        placements, choices = self.session.execute(query).one()
        return int(placements), int(choices or 0)

    def place_names(self, ids: Collection[str]) -> Mapping[str, tuple[str, str]]:
        """(what the pupil does there, company) per place."""
        query = select(tables.InternshipPlace.id, tables.InternshipPlace.name, tables.Company.name).join(
            tables.Company, tables.Company.id == tables.InternshipPlace.company_id
        )
        found = (self.session.execute(query.where(tables.InternshipPlace.id.in_(part))) for part in rows.parts(ids))
        return {row[0]: (row[1], row[2]) for part in found for row in part}

    def _withdrawals(self, brins: Collection[str]) -> Mapping[str, str]:
        query = (
            select(tables.Placement.id, tables.PlacementEntry.code)
            .join(tables.PlacementEntry, tables.PlacementEntry.placement_id == tables.Placement.id)
            .where(tables.Placement.brin.in_(sorted(brins)), tables.PlacementEntry.code.is_not(None))
            .order_by(tables.PlacementEntry.id)
        )
        return {row.id: row.code for row in self.session.execute(query)}

    @staticmethod
    def _to_row(
        pupil: tables.Pupil,
        found: Sequence[tables.Placement],
        names: Mapping[str, tuple[str, str]],
        codes: Mapping[str, str],
    ) -> PupilRow:
        order = {status.value: rank for rank, status in enumerate(Status)}
        held = sorted(
            (row for row in found if row.status in HOLDING), key=lambda row: (row.last_day, order[row.status])
        )
        current = held[-1] if held else None
        ended = [codes[row.id] for row in found if row.id in codes and row.status == Status.WITHDRAWN.value]
        place, company = names.get(current.place_id, (None, None)) if current else (None, None)
        return PupilRow(
            id=pupil.id,
            number=pupil.number,
            first_name=pupil.first_name,
            brin=pupil.brin,
            sectors=rows.split(pupil.sectors),
            days=rows.to_day_words(pupil.days),
            first_day=pupil.first_day,
            last_day=pupil.last_day,
            postcode=pupil.postcode,
            precision=pupil.point_precision,
            route=pupil.route,
            placement=rows.to_placement(current) if current else None,
            place_name=place,
            company_name=company,
            last_withdrawal=Withdrawal(ended[-1]) if ended and current is None else None,
        )

    # ------------------------------------------------ schools

    def school_names(self, brins: Collection[str]) -> dict[str, str]:
        """Names by BRIN."""
        return dict(
            self.session.execute(
                select(School.brin, School.name).where(School.brin.in_(sorted(brins))).order_by(School.name)
            ).all()
        )

    # ------------------------------------------------ companies

    def company_rows(self, brins: Collection[str], search: str = "") -> list[CompanyRow]:
        """Companies that these schools may see (own or shared), by name."""
        company, place = tables.Company, tables.InternshipPlace
        count = (
            select(func.count())
            .where(place.company_id == company.id, place.withdrawn_on.is_(None))
            .correlate(company)
            .scalar_subquery()
        )
        query = select(company, count).where(self._visible(brins)).order_by(func.lower(company.name), company.id)
        if search:
            pattern = f"%{search.replace('%', '').replace('_', '')}%"
            query = query.where(
                or_(company.name.ilike(pattern), company.town.ilike(pattern), company.id.ilike(pattern))
            )
        return [
            CompanyRow(row.id, row.name, row.town, row.leerbedrijf_id, row.shares, number)
            for row, number in self.session.execute(query)
        ]

    def _visible(self, brins: Collection[str]) -> Any:
        company, place = tables.Company, tables.InternshipPlace
        own = sorted(brins)
        has_own = select(place.id).where(place.company_id == company.id, place.owner_brin.in_(own)).exists()
        return or_(company.shares, company.owner_brin.in_(own), has_own)

    def sees_company(self, company_id: str, brins: Collection[str]) -> bool:
        """Whether one of these schools may see a company."""
        query = select(tables.Company.id).where(tables.Company.id == company_id, self._visible(brins))
        return self.session.scalar(query) is not None

    def company(self, company_id: str) -> tables.Company | None:
        """One company, or ``None``."""
        return self.session.get(tables.Company, company_id)

    def recognitions(self, company_id: str) -> list[tables.CompanyRecognition]:
        """Its recognitions, by crebo and first day."""
        table = tables.CompanyRecognition
        query = select(table).where(table.company_id == company_id).order_by(table.crebo, table.first_day)
        return list(self.session.scalars(query))

    def places_of(self, company_id: str, brins: Collection[str]) -> list[tables.InternshipPlace]:
        """Its places that these schools may see, by id."""
        table = tables.InternshipPlace
        query = select(table).where(table.company_id == company_id).order_by(table.id)
        shares = self.session.get_one(tables.Company, company_id).shares
        return [row for row in self.session.scalars(query) if row.owner_brin in brins or (row.shared and shares)]

    def place(self, place_id: str) -> tables.InternshipPlace | None:
        """One place, or ``None``."""
        return self.session.get(tables.InternshipPlace, place_id)

    # ------------------------------------------------ changes

    def change_seats(self, place_id: str, seats: Mapping[Weekday, int], *, at: datetime, actor: str) -> None:
        """Set the seats per weekday.

        Raises
        ------
        MatchingError
            Fewer seats on a weekday than the register has given away from today on.
        """
        row = SeatClaims(self.session).lock(place_id)
        claim = tables.SeatClaim
        for day in Weekday:
            per_day = (
                select(func.count().label("taken"))
                .where(claim.place_id == place_id, claim.weekday == int(day), claim.day >= at.date())
                .group_by(claim.day)
                .subquery()
            )
            taken = self.session.scalar(select(func.max(per_day.c.taken))) or 0
            if seats.get(day, 0) < taken:
                raise MatchingError(
                    f"Op {day.label} zijn al {taken} plekken gegeven; {seats.get(day, 0)} kan dus niet. "
                    "Trek eerst een plaatsing in."
                )
        before = {name: getattr(row, name) for name in rows.SEAT_COLUMNS}
        for day, name in zip(Weekday, rows.SEAT_COLUMNS, strict=True):
            setattr(row, name, seats.get(day, 0))
        after = {name: getattr(row, name) for name in rows.SEAT_COLUMNS}
        if before != after:
            self._write("plekken gewijzigd", "stageplek", place_id, before, after, at=at, actor=actor)

    def withdraw_place(self, place_id: str, note: str, *, at: datetime, actor: str) -> None:
        """A company takes a place back; it stays in the base and is offered to nobody any more."""
        row = self.session.get_one(tables.InternshipPlace, place_id)
        if row.withdrawn_on is None:
            row.withdrawn_on, row.withdrawn_note = at.date(), note.strip() or None
            self._write("plek ingetrokken", "stageplek", place_id, None, {"reden": note}, at=at, actor=actor)

    def _write(
        self,
        action: str,
        kind: str,
        key: str,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
        *,
        at: datetime,
        actor: str,
    ) -> None:
        self.session.execute(update(tables.MatchingRevision).values(number=tables.MatchingRevision.number + 1))
        audit.append(
            self.session, at=at, actor=actor, action=action, object_kind=kind, object_id=key, before=before, after=after
        )
