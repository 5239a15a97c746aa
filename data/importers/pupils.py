"""``flask import pupils``: the pupils of one or more schools."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from data import matching_rows as rows
from data.faults import Fault
from data.importers import fields, stage_columns
from data.importers.fields import Value
from data.importers.live_changes import LivePlacement, by_pupil, check_pupil, load_live, touched
from data.importers.matching_templates import PUPIL_COLUMNS
from data.importers.own_names import PUPIL_NAMES
from data.importers.records import Change, Column, Diff, Option, Record, Row, Run
from data.importers.sector_words import read_sectors
from data.importers.stage_columns import FoundPoint, Points, check_period, check_point, point_fault
from data.importers.stage_importer import StageImporter
from data.importers.week_words import read_days, read_modes
from data.law_store import LawStore, describe_harm
from data.tables.matching import Company, Pupil
from data.tables.organisation import Vestiging
from geo.geocode import Precision
from matching.places.law.facts import AgeGroup
from matching.places.model import read_weekdays, to_day_text

_FLAGS = {
    "begeleiding": "supervision",
    "rolstoel": "wheelchair",
    "zestien_plus": "sixteen",
    "praktijkverklaring": "certificate",
}
_LAW = {"leeftijdsgroep": "age_group", "leeftijd_verandert": "age_change", "schooltijden": "school_hours"}
"""What the law on minors asks."""
_PLAIN = {
    "vestiging": "vestiging_code",
    "voornaam": "first_name",
    "postcode": "postcode",
    "route": "route",
    "crebo": "crebo",
    "mbo_postcode": "mbo_postcode",
    "vervoer": "modes",
    "max_minuten": "max_minutes",
    "niet_leerplichtig_vanaf": "not_leerplichtig_from",
    "periode_van": "first_day",
    "periode_tot": "last_day",
    "vorige_stage_minuten": "previous_minutes",
    "instroomadvies_pro": "advice_pro_on",
    "instroomadvies_mbo": "advice_mbo_on",
    "examendeelnemer_sinds": "exam_participant_since",
}
_DAYS = {"dagen": "days", "schooldagen": "school_days", "mbodagen": "mbo_days"}
_LEFT = select(Pupil).where(Pupil.left_on.is_not(None))
_TOUCHES = (
    "postcode",
    "lat",
    "lon",
    "schooldagen",
    "vervoer",
    "max_minuten",
    "begeleiding",
    "rolstoel",
    "zestien_plus",
)
"""Fields of which a change asks to look at a placement again."""
BACK_OPTION = Option(
    "terug",
    "Vertrokken leerlingen zijn terug",
    fields.yes_no,
    default="nee",
    choices=(("nee", "nee"), ("ja", "ja")),
    explanation="Kies ja als leerlingen die vertrokken waren weer op school zijn.",
)


class PupilImporter(StageImporter):
    """Pupils by school and number; a file holds some of them, so nobody leaves by not being in it."""

    name = "pupils"
    title = "Leerlingen"
    explanation = "Leerlingen die een stageplek zoeken. Zonder naam, BSN of geboortedatum."
    columns: ClassVar[tuple[Column, ...]] = stage_columns.to_columns(
        PUPIL_COLUMNS,
        {
            "leerling": stage_columns.pupil_number,
            "school": fields.brin,
            "vestiging": fields.vestiging,
            "voornaam": fields.text(60),
            "postcode": fields.pc4_or_pc6,
            "lat": fields.latitude,
            "lon": fields.longitude,
            "route": fields.choice({"a": "A", "b": "B", "c": "C"}),
            "crebo": stage_columns.crebo,
            "sectoren": read_sectors,
            "dagen": read_days,
            "schooldagen": read_days,
            "mbodagen": read_days,
            "mbo_postcode": fields.pc4_or_pc6,
            "vervoer": read_modes,
            "max_minuten": fields.minutes(5, 240),
            **dict.fromkeys(_FLAGS, fields.yes_no),
            "leeftijdsgroep": stage_columns.age_group,
            "leeftijd_verandert": stage_columns.month,
            "schooltijden": stage_columns.school_hours,
            "niet_leerplichtig_vanaf": fields.day,
            "periode_van": fields.day,
            "periode_tot": fields.day,
            "vorige_stage_minuten": fields.minutes(0, 240),
            "niet_bij": fields.words(stage_columns.code, separators="|"),
            "instroomadvies_pro": fields.day,
            "instroomadvies_mbo": fields.day,
            "examendeelnemer_sinds": fields.day,
        },
        PUPIL_NAMES,
    )
    key: ClassVar[tuple[str, ...]] = ("school", "leerling")
    code: ClassVar[str] = "leerling"
    options: ClassVar[tuple[Option, ...]] = (stage_columns.SCHOOL_OPTION, BACK_OPTION)
    of_pupils: ClassVar[bool] = True
    one_of: ClassVar[tuple[tuple[str, ...], ...]] = (("postcode", "lat"),)
    blank: ClassVar[Mapping[str, Value]] = {
        **dict.fromkeys(_FLAGS, False),
        "schooldagen": "",
        "mbodagen": "",
        "niet_bij": (),
    }

    def fill(self, values: dict[str, Value], row: Row) -> Iterable[tuple[str, str]]:
        """Find the companies of a conflict again, too."""
        yield from super().fill(values, row)
        values["niet_bij"] = tuple(self.find_company(company, row) for company in _words(values.get("niet_bij")))

    def check_values(self, values: dict[str, Value], row: Row) -> Iterable[tuple[str, str]]:
        """Check what a single row can tell."""
        yield from _check_age(values, row)
        yield from check_period(values)
        yield from check_point(values, needed=True)
        if not values.get("sectoren"):
            yield "sectoren", "minstens één sector"
        if not values.get("dagen"):
            yield "dagen", "minstens één stagedag"
        if not values.get("vervoer"):
            yield "vervoer", "minstens één manier van reizen"
        if values.get("route") in {"B", "C"} and values.get("crebo") is None:
            yield "crebo", f"een crebo, want route {values['route']} vraagt die"
        school, location = values.get("school"), values.get("vestiging")
        if isinstance(location, str) and isinstance(school, str) and not location.startswith(school):
            yield "vestiging", f"een vestiging van school {school}"

    def check_all(self, records: Sequence[Record], session: Session, run: Run) -> Iterable[Fault]:
        """Check against the base: locations, companies and postcodes."""
        locations = frozenset(session.scalars(select(Vestiging.code)))
        companies = frozenset(session.scalars(select(Company.id)))
        points = Points(session)
        placed = by_pupil(load_live(session, run.on))
        gone = {f"{row.brin} {row.number}": row.left_on for row in session.scalars(_LEFT)}
        for record in records:
            values = record.values
            if record.key in self._before:
                yield from self._check_known(record, placed, gone, run)
            if values.get("vestiging") is not None and values["vestiging"] not in locations:
                yield Fault(run.file, record.line, "vestiging", str(values["vestiging"]), "een bekende vestiging")
            unknown = [company for company in _words(values.get("niet_bij")) if company not in companies]
            if unknown:
                yield Fault(run.file, record.line, "niet_bij", "|".join(unknown), "codes van ingelezen bedrijven")
            fault = point_fault(run, record, "postcode", points.find(values))
            if fault:
                yield fault
            yield from self._check_law(record, session, run)
            if isinstance(values.get("mbo_postcode"), str):
                fault = point_fault(run, record, "mbo_postcode", points.of_postcode(str(values["mbo_postcode"])))
                if fault:
                    yield fault

    def _check_known(
        self, record: Record, placed: Mapping[str, Sequence[LivePlacement]], gone: Mapping[str, date | None], run: Run
    ) -> Iterable[Fault]:
        """Check a pupil who is known already: what is placed stays true, and nobody comes back unasked."""
        old, new = self._before[record.key], record.values
        here = placed.get(record.key.replace(" ", "-", 1), ())
        for name, expected in check_pupil(old, new, here, run.on):
            if name not in record.wrong:
                yield Fault(run.file, record.line, name, _shown(new.get(name)), expected)
        fields = touched(old, new, _TOUCHES) if here else []
        if fields and not record.wrong:
            self._touched.append(
                f"Regel {record.line}: leerling {new['leerling']} is {here[0]}. Er verandert: {', '.join(fields)}. "
                "Bekijk de plaatsing opnieuw."
            )
        left = gone.get(record.key)
        if left is not None and run.options.get("terug") is not True and not record.wrong and dict(old) != dict(new):
            expected = f"geen leerling die op {left:%d-%m-%Y} is vertrokken; is die terug, kies dan bij 'terug' ja"
            yield Fault(run.file, record.line, "leerling", str(new["leerling"]), expected)

    @staticmethod
    def _check_law(record: Record, session: Session, run: Run) -> Iterable[Fault]:
        """A file may not make a stage unlawful that is there already."""
        if record.wrong:
            return
        values, pupil_id = record.values, f"{record.values['school']}-{record.values['leerling']}"
        row = session.get(Pupil, pupil_id)
        if row is None or row.left_on is not None:
            return
        before = {name: getattr(row, column) for name, column in _LAW.items()}
        group, change, hours = (values[name] for name in _LAW)
        there = rows.to_bits(read_weekdays(f"{values['schooldagen']} {values['mbodagen']}"))
        if (group, change, hours, there) == (*before.values(), row.school_days | row.mbo_days):
            return
        pupil = rows.load_pupil(session, pupil_id)
        assert pupil is not None  # noqa: S101 - the row is there
        changed = replace(
            pupil,
            age_group=AgeGroup(group) if isinstance(group, str) else None,
            age_change=rows.to_month_number(change if isinstance(change, str) else None),
            school_hours=rows.to_school_hours(hours if isinstance(hours, str) else None, there),
        )
        for harmed in LawStore(session).find_harmed(run.on, pupils={pupil_id: changed}):
            yield Fault(
                run.file, record.line, "leeftijdsgroep", str(group or ""), f"een andere. {describe_harm(harmed)}"
            )

    def existing(self, session: Session, run: Run) -> Mapping[str, Mapping[str, Value]]:
        """Every pupil of the school (or of all schools), as values of this file."""
        query = select(Pupil)
        if isinstance(school := run.options.get("school"), str):
            query = query.where(Pupil.brin == school)
        return {f"{row.brin} {row.number}": _to_values(row) for row in session.scalars(query)}

    def save(self, session: Session, diff: Diff, run: Run) -> None:
        """Add and change pupils; the point is found again, because the postcode table may have grown."""
        points = Points(session)
        back = run.options.get("terug") is True
        left = {} if back else {f"{row.brin} {row.number}": row.left_on for row in session.scalars(_LEFT)}
        session.add_all(_to_row(change, points) for change in diff.new)
        for change in diff.changed:
            session.merge(_to_row(change, points, left.get(change.key)))


def _shown(value: Value) -> str:
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    return "|".join(value) if isinstance(value, tuple) else str(value or "")


def _check_age(values: dict[str, Value], row: Row) -> Iterable[tuple[str, str]]:
    """Hold the flag and the age group next to each other; what the file does not say follows from what it says.

    A file that only says "16 or older" names no group: then it is 16–17, the stricter of the two, unless the group that
    was known fits what the file says.
    """
    said = values.get("zestien_plus") if row.cells.get("zestien_plus") else None
    group = values.get("leeftijdsgroep")
    older = isinstance(group, str) and AgeGroup(group).is_sixteen
    if said is None or said is older:
        values["zestien_plus"] = older
    elif isinstance(group, str) and row.cells.get("leeftijdsgroep"):
        yield "zestien_plus", f"{'ja' if older else 'nee'}, want de leeftijdsgroep is {group}"
    else:
        values["leeftijdsgroep"] = AgeGroup.AGE_16_17.value if said else None
    hours = values.get("schooltijden")
    if isinstance(hours, str) and "schooltijden" in row.cells:
        there = {part[:2] for part in hours.split("|") if part}
        mbo = set(str(values.get("mbodagen") or "").split())
        school = set(str(values.get("schooldagen") or "").split())
        if not school:
            values["schooldagen"] = to_day_text(read_weekdays(" ".join(there - mbo)))
        elif there != school | mbo:
            days = to_day_text(read_weekdays(" ".join(school | mbo)))
            yield "schooltijden", f"tijden voor elke dag op school of mbo: {days}"


def _words(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _to_values(row: Pupil) -> dict[str, Value]:
    given = row.point_precision == Precision.POINT.value
    return {
        "leerling": row.number,
        "school": row.brin,
        **{name: getattr(row, column) for name, column in {**_PLAIN, **_FLAGS, **_LAW}.items()},
        "lat": row.lat if given else None,
        "lon": row.lon if given else None,
        "sectoren": rows.split(row.sectors),
        **{name: rows.to_day_words(getattr(row, column)) for name, column in _DAYS.items()},
        "niet_bij": rows.split(row.conflicts),
    }


def _to_row(change: Change, points: Points, left_on: date | None = None) -> Pupil:
    values = change.after or {}
    point = points.find(values)
    assert isinstance(point, FoundPoint)  # noqa: S101 - check_all refused the file otherwise
    x_m, y_m = point.rd
    mbo = points.of_postcode(values["mbo_postcode"]) if isinstance(values["mbo_postcode"], str) else None
    return Pupil(
        id=f"{values['school']}-{values['leerling']}",
        brin=values["school"],
        number=values["leerling"],
        **{column: values[name] for name, column in {**_PLAIN, **_FLAGS, **_LAW}.items()},
        **{column: rows.to_bits(read_weekdays(str(values[name]))) for name, column in _DAYS.items()},
        sectors="|".join(_words(values["sectoren"])),
        conflicts="|".join(_words(values["niet_bij"])),
        lat=point.lat,
        lon=point.lon,
        x_m=x_m,
        y_m=y_m,
        point_precision=point.precision,
        mbo_lat=mbo.lat if isinstance(mbo, FoundPoint) else None,
        mbo_lon=mbo.lon if isinstance(mbo, FoundPoint) else None,
        left_on=left_on,
    )
