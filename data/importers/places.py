"""``flask import places``: stage places with seats per weekday."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from data import matching_rows as rows
from data.faults import Fault
from data.importers import fields, stage_columns
from data.importers.fields import Value
from data.importers.framework import Importer
from data.importers.matching_templates import PLACE_COLUMNS, WEEKDAY_COLUMNS
from data.importers.records import Change, Column, Diff, Option, Record, Row, Run
from data.importers.stage_columns import FoundPoint, OfSchool, Points, check_period, check_point, point_fault
from data.tables.matching import Company, InternshipPlace, MatchingRevision
from geo.geocode import Precision

_FLAGS = {
    "begeleiding_op_maat": "supervision",
    "rolstoel": "wheelchair",
    "zestien_plus": "sixteen",
    "praktijkverklaring": "certificate",
    "reisvergoeding": "allowance",
    "delen": "shared",
}
_PLAIN = {
    "bedrijf": "company_id",
    "naam": "name",
    "sector": "sector",
    "adres": "address",
    "postcode": "postcode",
    "plaats": "town",
    "dagen_per_week": "min_days",
    "periode_van": "first_day",
    "periode_tot": "last_day",
    "school": "owner_brin",
}
_SEATS = dict(zip(WEEKDAY_COLUMNS, rows.SEAT_COLUMNS, strict=True))
OF_COMPANY = "via bedrijf: "


class PlaceImporter(Importer):
    """Places by their own code; a place is withdrawn on its page, never by not being in a file."""

    name = "places"
    title = "Stageplekken"
    explanation = "Stageplekken met plekken per weekdag. Lees eerst de bedrijven in."
    columns: ClassVar[tuple[Column, ...]] = stage_columns.to_columns(
        PLACE_COLUMNS,
        {
            "plek": stage_columns.code,
            "bedrijf": stage_columns.code,
            "sector": stage_columns.sector,
            "postcode": fields.pc4_or_pc6,
            "plaats": fields.text(100),
            "lat": fields.latitude,
            "lon": fields.longitude,
            **dict.fromkeys(WEEKDAY_COLUMNS, fields.whole(0, 50)),
            "dagen_per_week": fields.whole(1, 7),
            "periode_van": fields.day,
            "periode_tot": fields.day,
            **dict.fromkeys(_FLAGS, fields.yes_no),
            "gevonden_door": stage_columns.pupil_number,
            "school": fields.brin,
        },
    )
    key: ClassVar[tuple[str, ...]] = ("plek",)
    options: ClassVar[tuple[Option, ...]] = (stage_columns.SCHOOL_OPTION,)
    roles: ClassVar[tuple[str, ...]] = ("stagecoordinator", "beheerder")
    complete: ClassVar[bool] = False
    _school: OfSchool

    def owner(self, options: Mapping[str, Value]) -> tuple[str, str]:
        """The school that is named, or the installation."""
        school = options.get("school")
        return ("school", school) if isinstance(school, str) else ("installatie", "*")

    def check(self, rows_: Sequence[Row], session: Session, run: Run) -> tuple[list[Record], list[Fault]]:
        """Check with the school of the run at hand."""
        self._school = OfSchool(run, session)
        return super().check(rows_, session, run)

    def check_values(self, values: dict[str, Value], row: Row) -> Iterable[tuple[str, str]]:
        """Check what a single row can tell."""
        del row
        for name in _FLAGS:
            values[name] = bool(values.get(name))
        for name in WEEKDAY_COLUMNS:
            values[name] = values.get(name) or 0
        values["dagen_per_week"] = values.get("dagen_per_week") or 1
        yield from self._school.check(values, needed=True)
        yield from check_period(values)
        yield from check_point(values, needed=False)
        if not any(values[name] for name in WEEKDAY_COLUMNS):
            yield WEEKDAY_COLUMNS[0], "minstens één plek op een weekdag"

    def check_all(self, records: Sequence[Record], session: Session, run: Run) -> Iterable[Fault]:
        """Check companies, postcodes, praktijkverklaringen, owners and seats that are already given away."""
        companies = {row.id: row.leerbedrijf_id for row in session.execute(select(Company.id, Company.leerbedrijf_id))}
        owners = {
            row.id: row.owner_brin for row in session.execute(select(InternshipPlace.id, InternshipPlace.owner_brin))
        }
        points = Points(session)
        for record in records:
            values, line = record.values, record.line
            company = str(values["bedrijf"])
            if company not in companies:
                yield Fault(run.file, line, "bedrijf", company, "de code van een ingelezen bedrijf")
            elif values["praktijkverklaring"] and companies[company] is None:
                yield Fault(run.file, line, "praktijkverklaring", "ja", f"nee: {company} is geen erkend leerbedrijf")
            fault = point_fault(run, record, "postcode", points.find(values))
            if fault:
                yield fault
            if self._school.option is not None and owners.get(record.key, self._school.option) != self._school.option:
                yield Fault(run.file, line, "plek", record.key, "een eigen code; deze beheert een andere school")

    def existing(self, session: Session, run: Run) -> Mapping[str, Mapping[str, Value]]:
        """Every place, as values of this file."""
        del run
        found: dict[str, dict[str, Value]] = {}
        for row in session.scalars(select(InternshipPlace)):
            given = row.point_precision == Precision.POINT.value
            found[row.id] = {
                "plek": row.id,
                **{name: getattr(row, column) for name, column in {**_PLAIN, **_FLAGS, **_SEATS}.items()},
                "lat": row.lat if given else None,
                "lon": row.lon if given else None,
                "gevonden_door": row.found_by.split("-", 1)[1] if row.found_by else None,
            }
        return found

    def save(self, session: Session, diff: Diff, run: Run) -> None:
        """Add and change places; a place without an address of its own lies at its company."""
        del run
        points = Points(session)
        companies = {row.id: row for row in session.scalars(select(Company))}
        session.add_all(_to_row(change, points, companies) for change in diff.new)
        for change in diff.changed:
            session.merge(_to_row(change, points, companies))
        if not diff.is_empty:
            session.execute(update(MatchingRevision).values(number=MatchingRevision.number + 1))


def _to_row(change: Change, points: Points, companies: Mapping[str, Company]) -> InternshipPlace:
    values = change.after or {}
    point = points.find(values)
    if not isinstance(point, FoundPoint):
        company = companies[str(values["bedrijf"])]
        point = FoundPoint(company.lat, company.lon, f"{OF_COMPANY}{company.point_precision}")
    x_m, y_m = point.rd
    finder = values["gevonden_door"]
    return InternshipPlace(
        id=change.key,
        **{column: values[name] for name, column in {**_PLAIN, **_FLAGS, **_SEATS}.items()},
        lat=point.lat,
        lon=point.lon,
        x_m=x_m,
        y_m=y_m,
        point_precision=point.precision,
        found_by=f"{values['school']}-{finder}" if finder else None,
    )
