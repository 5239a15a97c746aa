"""``flask import places``: stage places with seats per weekday."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import SimpleNamespace
from typing import ClassVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from data import matching_rows as rows
from data.faults import Fault, InputRefused
from data.importers import fields, stage_columns
from data.importers.fields import Value
from data.importers.live_changes import check_place
from data.importers.matching_templates import PLACE_COLUMNS, WEEKDAY_COLUMNS
from data.importers.own_names import PLACE_NAMES
from data.importers.records import Change, Column, Diff, Record, Row, Run
from data.importers.sector_words import read_sector
from data.importers.stage_columns import FoundPoint, Points, check_period, check_point, point_fault
from data.importers.stage_importer import StageImporter
from data.law_store import LawStore, describe_harm
from data.seat_claims import SeatClaims
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
LAW = {
    "tijden": "hours",
    "taken": "tasks",
    "toezicht": "overseen",
    "zondag_afgesproken": "sunday",
    "in_de_school": "internal",
}
"""What the law on minors asks."""
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


class PlaceImporter(StageImporter):
    """Places by their own code; a place is withdrawn on its page, never by not being in a file."""

    name = "places"
    title = "Stageplekken"
    explanation = "Stageplekken met plekken per weekdag. Lees eerst de bedrijven in."
    columns: ClassVar[tuple[Column, ...]] = stage_columns.to_columns(
        PLACE_COLUMNS,
        {
            "plek": stage_columns.code,
            "bedrijf": stage_columns.code,
            "sector": read_sector,
            "postcode": fields.pc4_or_pc6,
            "plaats": fields.text(100),
            "lat": fields.latitude,
            "lon": fields.longitude,
            **dict.fromkeys(WEEKDAY_COLUMNS, fields.whole(0, 50)),
            "dagen_per_week": fields.whole(1, 7),
            "periode_van": fields.day,
            "periode_tot": fields.day,
            **dict.fromkeys(_FLAGS, fields.yes_no),
            "tijden": stage_columns.hours,
            "taken": stage_columns.tasks,
            **dict.fromkeys(("toezicht", "zondag_afgesproken", "in_de_school"), fields.yes_no),
            "gevonden_door": stage_columns.pupil_number,
            "school": fields.brin,
        },
        PLACE_NAMES,
    )
    key: ClassVar[tuple[str, ...]] = ("plek",)
    code: ClassVar[str] = "plek"
    blank: ClassVar[Mapping[str, Value]] = {
        **dict.fromkeys(_FLAGS, False),
        **dict.fromkeys(WEEKDAY_COLUMNS, 0),
        "dagen_per_week": 1,
        "zondag_afgesproken": False,
        "in_de_school": False,
    }

    def check_values(self, values: dict[str, Value], row: Row) -> Iterable[tuple[str, str]]:
        """Check what a single row can tell."""
        del row
        yield from check_period(values)
        yield from check_point(values, needed=False)
        if not any(values.get(name, 1) for name in WEEKDAY_COLUMNS):
            yield WEEKDAY_COLUMNS[0], "minstens één plek op een weekdag"

    def own_codes(self, session: Session) -> Iterable[str]:
        """Codes of places of the school itself, or of all."""
        query = select(InternshipPlace.id)
        if self._school.option is not None:
            query = query.where(InternshipPlace.owner_brin == self._school.option)
        return session.scalars(query)

    def fill(self, values: dict[str, Value], row: Row) -> Iterable[tuple[str, str]]:
        """Find the company again, too."""
        yield from super().fill(values, row)
        if values.get("bedrijf") is not None:
            values["bedrijf"] = self.find_company(str(values["bedrijf"]), row)

    def check_all(self, records: Sequence[Record], session: Session, run: Run) -> Iterable[Fault]:
        """Check companies, postcodes, praktijkverklaringen, owners and seats that are already given away."""
        companies = {row.id: row.leerbedrijf_id for row in session.execute(select(Company.id, Company.leerbedrijf_id))}
        owners = {
            row.id: row.owner_brin for row in session.execute(select(InternshipPlace.id, InternshipPlace.owner_brin))
        }
        points = Points(session)
        for record in records:
            values, line = record.values, record.line
            company = str(values.get("bedrijf"))
            if "bedrijf" in record.wrong:
                pass
            elif company not in companies:
                yield Fault(run.file, line, "bedrijf", company, "de code van een ingelezen bedrijf")
            elif values.get("praktijkverklaring") and companies[company] is None:
                yield Fault(run.file, line, "praktijkverklaring", "ja", f"nee: {company} is geen erkend leerbedrijf")
            if record.key in self._before:
                yield from self._check_known(record, session, run)
            fault = point_fault(run, record, "postcode", points.find(values))
            if fault:
                yield fault
            yield from self._check_law(record, session, run)
            if self._school.option is not None and owners.get(record.key, self._school.option) != self._school.option:
                yield Fault(run.file, line, "plek", record.key, "een eigen code; deze beheert een andere school")

    def _check_known(self, record: Record, session: Session, run: Run) -> Iterable[Fault]:
        """Check a place that is known already: what is given away stays given."""
        old, new = self._before[record.key], record.values
        if dict(old) == dict(new):
            return
        for name, expected in check_place(old, new, record.key, session, run.on):
            if name not in record.wrong:
                shown = new.get(name)
                value = f"{shown:%d-%m-%Y}" if isinstance(shown, date) else str(shown)
                yield Fault(run.file, record.line, name, value, expected)

    @staticmethod
    def _check_law(record: Record, session: Session, run: Run) -> Iterable[Fault]:
        """A file may not make a stage unlawful that is there already."""
        row = None if record.wrong else session.get(InternshipPlace, record.key)
        if row is None:
            return
        after = {column: record.values[name] for name, column in LAW.items()}
        if all(getattr(row, column) == value for column, value in after.items()):
            return
        work = rows.to_work(SimpleNamespace(**after))
        for harmed in LawStore(session).find_harmed(run.on, works={record.key: work}):
            yield Fault(
                run.file,
                record.line,
                "tijden",
                str(after["hours"] or ""),
                f"andere tijden of taken. {describe_harm(harmed)}",
            )

    def existing(self, session: Session, run: Run) -> Mapping[str, Mapping[str, Value]]:
        """Every place, as values of this file."""
        del run
        found: dict[str, dict[str, Value]] = {}
        for row in session.scalars(select(InternshipPlace)):
            given = row.point_precision == Precision.POINT.value
            found[row.id] = {
                "plek": row.id,
                **{name: getattr(row, column) for name, column in {**_PLAIN, **_FLAGS, **_SEATS, **LAW}.items()},
                "lat": row.lat if given else None,
                "lon": row.lon if given else None,
                "gevonden_door": row.found_by.split("-", 1)[1] if row.found_by else None,
            }
        return found

    def save(self, session: Session, diff: Diff, run: Run) -> None:
        """Add and change places; a place without an address of its own lies at its company."""
        points = Points(session)
        companies = {row.id: row for row in session.scalars(select(Company))}
        session.add_all(_to_row(change, points, companies) for change in diff.new)
        for change in diff.changed:
            # A reservation that came in between waits for this row, or is seen here.
            SeatClaims(session).lock(change.key)
            wrong = list(check_place(change.before or {}, change.after or {}, change.key, session, run.on))
            if wrong:
                raise InputRefused(
                    [Fault(run.file, change.line, name, None, f"Verwacht: {said}.") for name, said in wrong]
                )
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
        **{column: values[name] for name, column in {**_PLAIN, **_FLAGS, **_SEATS, **LAW}.items()},
        lat=point.lat,
        lon=point.lon,
        x_m=x_m,
        y_m=y_m,
        point_precision=point.precision,
        found_by=f"{values['school']}-{finder}" if finder else None,
    )
