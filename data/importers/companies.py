"""``flask import companies``: companies with their recognitions and their consent to be shared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import ClassVar

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from data.faults import Fault
from data.importers import fields, stage_columns
from data.importers.fields import Value
from data.importers.headings import list_lines
from data.importers.matching_templates import COMPANY_COLUMNS
from data.importers.own_names import COMPANY_NAMES
from data.importers.records import Column, Diff, Record, Row, Run
from data.importers.stage_columns import FoundPoint, Points, check_point, point_fault
from data.importers.stage_importer import StageImporter
from data.tables.matching import Company, CompanyRecognition, MatchingRevision
from geo.geocode import Precision

_PLAIN = {
    "naam": "name",
    "leerbedrijf_id": "leerbedrijf_id",
    "adres": "address",
    "postcode": "postcode",
    "plaats": "town",
    "contact_naam": "contact_name",
    "contact_email": "contact_email",
    "contact_telefoon": "contact_phone",
    "delen": "shares",
    "delen_op": "shares_on",
}


class CompanyImporter(StageImporter):
    """Companies by their own code; companies that look alike are proposed as doubles, never merged by a file."""

    name = "companies"
    title = "Bedrijven"
    explanation = "Bedrijven met hun erkenningen, één contactpersoon en de toestemming om te delen."
    columns: ClassVar[tuple[Column, ...]] = stage_columns.to_columns(
        COMPANY_COLUMNS,
        {
            "bedrijf": stage_columns.code,
            "leerbedrijf_id": fields.pattern(r"[1-9][0-9]{8}", "een leerbedrijf-id van 9 cijfers"),
            "postcode": fields.pc4_or_pc6,
            "plaats": fields.text(100),
            "lat": fields.latitude,
            "lon": fields.longitude,
            "contact_naam": fields.text(100),
            "contact_email": fields.pattern(r"[^@\s]{1,64}@[^@\s]{1,120}", "een e-mailadres"),
            "contact_telefoon": fields.phone,
            "delen": fields.yes_no,
            "delen_op": fields.day,
            "erkenningen": stage_columns.recognitions,
        },
        COMPANY_NAMES,
    )
    key: ClassVar[tuple[str, ...]] = ("bedrijf",)
    code: ClassVar[str] = "bedrijf"
    one_of: ClassVar[tuple[tuple[str, ...], ...]] = (("postcode", "lat"),)
    blank: ClassVar[Mapping[str, Value]] = {"delen": False, "erkenningen": ()}
    _phones: list[int]

    def check(self, rows: Sequence[Row], session: Session, run: Run) -> tuple[list[Record], list[Fault]]:
        """Check, with no number completed yet."""
        self._phones = []
        return super().check(rows, session, run)

    def own_codes(self, session: Session) -> Iterable[str]:
        """Codes of companies of the school itself, or of all."""
        query = select(Company.id)
        if self._school.option is not None:
            query = query.where(Company.owner_brin == self._school.option)
        return session.scalars(query)

    def fill(self, values: dict[str, Value], row: Row) -> Iterable[tuple[str, str]]:
        """Note where a telephone number got its zero back."""
        yield from super().fill(values, row)
        written, number = row.cells.get("contact_telefoon", ""), values.get("contact_telefoon")
        if isinstance(number, str) and number in {f"0{written}", f"+{written}"}:
            self._phones.append(row.line)

    def remarks(self) -> Iterable[str]:
        """Say which numbers were completed."""
        yield from super().remarks()
        if self._phones:
            yield f"De nul of plus voor het telefoonnummer is teruggezet: {list_lines(self._phones)}."

    def check_values(self, values: dict[str, Value], row: Row) -> Iterable[tuple[str, str]]:
        """Check what a single row can tell."""
        del row
        yield from check_point(values, needed=True)
        if values.get("delen") and values.get("delen_op") is None:
            yield "delen_op", "de datum van de toestemming, want bij delen staat ja"
        if values.get("erkenningen") and values.get("leerbedrijf_id") is None:
            yield "leerbedrijf_id", "een leerbedrijf-id, want er zijn erkenningen"

    def check_all(self, records: Sequence[Record], session: Session, run: Run) -> Iterable[Fault]:
        """Check postcodes, and that a school changes its own companies only."""
        points, school = Points(session), self._school
        owners = {row.id: row.owner_brin for row in session.execute(select(Company.id, Company.owner_brin))}
        for record in records:
            fault = point_fault(run, record, "postcode", points.find(record.values))
            if fault:
                yield fault
            owner = owners.get(record.key)
            if school.option is not None and record.key in owners and owner != school.option:
                yield Fault(
                    run.file, record.line, "bedrijf", record.key, "een eigen code; deze beheert een andere school"
                )

    def existing(self, session: Session, run: Run) -> Mapping[str, Mapping[str, Value]]:
        """Every company, as values of this file."""
        del run
        recognised: dict[str, list[str]] = defaultdict(list)
        for row in session.scalars(select(CompanyRecognition)):
            recognised[row.company_id].append(f"{row.crebo}:{row.first_day}/{row.last_day or ''}")
        found: dict[str, dict[str, Value]] = {}
        for company in session.scalars(select(Company)):
            given = company.point_precision == Precision.POINT.value
            found[company.id] = {
                "bedrijf": company.id,
                **{name: getattr(company, column) for name, column in _PLAIN.items()},
                "lat": company.lat if given else None,
                "lon": company.lon if given else None,
                "erkenningen": tuple(sorted(recognised[company.id])),
            }
        return found

    def save(self, session: Session, diff: Diff, run: Run) -> None:
        """Add and change companies; the recognitions of a changed company are those of the file."""
        points = Points(session)
        school = run.options.get("school")
        for change in (*diff.new, *diff.changed):
            values = change.after or {}
            point = points.find(values)
            assert isinstance(point, FoundPoint)  # noqa: S101 - check_all refused the file otherwise
            x_m, y_m = point.rd
            known = session.get(Company, change.key) if change.before else None
            row = Company(
                id=change.key,
                **{column: values[name] for name, column in _PLAIN.items()},
                lat=point.lat,
                lon=point.lon,
                x_m=x_m,
                y_m=y_m,
                point_precision=point.precision,
                owner_brin=known.owner_brin if known else school,
            )
            if known is None:
                session.add(row)
            else:
                session.merge(row)
                session.execute(delete(CompanyRecognition).where(CompanyRecognition.company_id == change.key))
            for part in values["erkenningen"] if isinstance(values["erkenningen"], tuple) else ():
                crebo, _, days = part.partition(":")
                first, _, last = days.partition("/")
                session.add(
                    CompanyRecognition(
                        company_id=change.key,
                        crebo=crebo,
                        first_day=date.fromisoformat(first),
                        last_day=date.fromisoformat(last) if last else None,
                    )
                )
        if not diff.is_empty:
            session.execute(update(MatchingRevision).values(number=MatchingRevision.number + 1))
