"""What the three stage imports share: columns with their parsers, the school option and points from postcodes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.faults import Fault
from data.importers import fields
from data.importers.columns_found import is_bsn
from data.importers.fields import HIDDEN, ExpectedError, Parser, SecretError, Value
from data.importers.matching_templates import TemplateColumn
from data.importers.records import Column, Option, Record, Row, Run
from data.law_files import load_rulebook
from data.rd import to_rd
from data.tables.organisation import School
from data.travel_store import TravelStore
from geo.geocode import Geocoder, NoPlace, Precision
from matching.errors import InvalidValueError
from matching.places.law.facts import NO_TASKS, AgeGroup, read_tasks, read_week, to_tasks_text, to_week_text

SCHOOL_OPTION = Option(
    "school",
    "BRIN van de school",
    fields.brin,
    required=False,
    explanation="BRIN van de school waar dit bestand van is; verplicht voor een stagecoördinator.",
)

crebo = fields.pattern(r"[0-9]{5}", "een crebo van vijf cijfers")


def code(cell: str) -> str:
    """A code of our own: letters, digits, ``-``, ``_`` and ``.``, at most 30."""
    return str(fields.pattern(r"[0-9A-Za-z._-]{1,30}", "een code van hoogstens 30 letters, cijfers, - _ of .")(cell))


def pupil_number(cell: str) -> str:
    """A school-local number; a number that passes the eleven test of a BSN is refused."""
    if cell == HIDDEN or ("-" not in cell and is_bsn(cell)):
        raise SecretError("een nummer van de school; dit lijkt op een BSN en dat slaan wij niet op")
    return code(cell)


def hours(cell: str) -> str:
    """Hours per weekday with pauses as ``di 09:00-15:30/30|do 09:00-15:30/30``, in the order of the week."""
    try:
        return to_week_text(read_week(cell, pauses=True), pauses=True)
    except InvalidValueError as error:
        raise ExpectedError(str(error)) from error


def school_hours(cell: str) -> str:
    """Hours at school per weekday as ``wo 08:30-14:30``, or ``geen``, which is kept as nothing."""
    try:
        return to_week_text(read_week("" if cell.lower() == NO_TASKS else cell, pauses=False), pauses=False)
    except InvalidValueError as error:
        raise ExpectedError(str(error)) from error


def tasks(cell: str) -> str:
    """Kinds of task of the controlled list, or ``geen``."""
    try:
        return to_tasks_text(read_tasks(cell, load_rulebook().tasks))
    except InvalidValueError as error:
        raise ExpectedError(str(error)) from error


def age_group(cell: str) -> str:
    """An age group; ``14–15``, ``14 t/m 15`` and ``14 en 15 jaar`` are read too."""
    word = re.sub(r"\s*(–|t/m|en|of|tot en met)\s*", "-", cell.lower().removesuffix("jaar").strip())
    word = re.sub(r"\s+", "-", word)
    if word not in [group.value for group in AgeGroup]:
        raise ExpectedError(f"een van {', '.join(group.value for group in AgeGroup)}")
    return word


def month(cell: str) -> str:
    """A month as ``2027-03`` or ``03-2027``."""
    found = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", cell) or re.fullmatch(
        r"(0?[1-9]|1[0-2])[-/](20[0-9]{2})", cell
    )
    if found is None:
        raise ExpectedError("een maand als 2027-03")
    year, number = (found[1], found[2]) if len(found[1]) == 4 else (found[2], found[1])
    return f"{year}-{int(number):02}"


def recognitions(cell: str) -> tuple[str, ...]:
    """``25258:2024-08-01/2028-07-31|25254:2025-01-01/`` as sorted ISO parts."""
    found = []
    for part in (word.strip() for word in cell.split("|")):
        match = re.fullmatch(r"([0-9]{5}):([0-9-]{8,10})/([0-9-]{8,10})?", part)
        if not part:
            continue
        if match is None:
            raise ExpectedError("erkenningen als 25258:2024-08-01/2028-07-31, gescheiden door |")
        first, last = fields.day(match[2]), fields.day(match[3]) if match[3] else None
        if last is not None and last < first:
            raise ExpectedError(f"een erkenning die eindigt na haar begin ({part})")
        found.append(f"{match[1]}:{first}/{last or ''}")
    return tuple(sorted(found))


def to_columns(
    template: Sequence[TemplateColumn], parsers: Mapping[str, Parser], names: Mapping[str, tuple[str, ...]]
) -> tuple[Column, ...]:
    """The columns of the mechanism, from the description that is also the template, and what schools call them."""
    return tuple(
        Column(
            column.name,
            column.name,
            parsers.get(column.name, fields.text()),
            required=column.required,
            filled=column.required,
            example=column.examples,
            explanation=column.meaning,
            aliases=names.get(column.name, ()),
        )
        for column in template
    )


def check_period(values: Mapping[str, Value]) -> Iterable[tuple[str, str]]:
    """``periode_tot`` on or after ``periode_van``."""
    first, last = values.get("periode_van"), values.get("periode_tot")
    if isinstance(first, date) and isinstance(last, date) and last < first:
        yield "periode_tot", f"een dag op of na het begin van de periode ({first:%d-%m-%Y})"


def check_point(values: Mapping[str, Value], *, needed: bool) -> Iterable[tuple[str, str]]:
    """``lat`` and ``lon`` come together; without them a postcode is needed."""
    if (values.get("lat") is None) != (values.get("lon") is None):
        yield "lat" if values.get("lat") is None else "lon", "lat en lon samen, of allebei leeg"
    elif needed and values.get("lat") is None and values.get("postcode") is None:
        yield "postcode", "een postcode, of anders lat en lon"


@dataclass(frozen=True, slots=True)
class FoundPoint:
    """A point in degrees and metres, with the precision that is shown."""

    lat: float
    lon: float
    precision: str

    @property
    def rd(self) -> tuple[float, float]:
        """RD New metres."""
        return to_rd(self.lat, self.lon)


class Points:
    """Points of rows: given ones, or found with the postcode; each postcode is looked up once."""

    def __init__(self, session: Session) -> None:
        self._geocoder = Geocoder(TravelStore(session))
        self._known: dict[str, FoundPoint | str] = {}

    def find(self, values: Mapping[str, Value]) -> FoundPoint | str | None:
        """The point of a row, the reason why it is not found, or ``None`` when the row names no place."""
        lat, lon, postcode = values.get("lat"), values.get("lon"), values.get("postcode")
        if isinstance(lat, float) and isinstance(lon, float):
            return FoundPoint(lat, lon, Precision.POINT.value)
        return self.of_postcode(postcode) if isinstance(postcode, str) else None

    def of_postcode(self, postcode: str) -> FoundPoint | str:
        """The point of a postcode, or the reason why it is not found."""
        if postcode not in self._known:
            place = self._geocoder.find(postcode)
            self._known[postcode] = (
                place.reason if isinstance(place, NoPlace) else FoundPoint(place.lat, place.lon, place.precision.value)
            )
        return self._known[postcode]


Found = FoundPoint | str | None


def point_fault(run: Run, record: Record, column: str, found: Found) -> Fault | None:
    """The fault of a row whose postcode is unknown."""
    if not isinstance(found, str):
        return None
    return Fault(run.file, record.line, column, str(record.values.get(column) or ""), found)


class OfSchool:
    """Fills in the school of ``--school`` and refuses rows of another one."""

    def __init__(self, run: Run, session: Session) -> None:
        option = run.options.get("school")
        self.option = option if isinstance(option, str) else None
        self._known = frozenset(session.scalars(select(School.brin)))

    def check(self, values: dict[str, Value], needed: bool) -> Iterable[tuple[str, str]]:
        """Fill in ``school``; gives what is wrong with it."""
        if "school" not in values:
            return  # the cell itself is refused already
        said = values["school"]
        if said is None and self.option is not None:
            values["school"] = said = self.option
        if said is None:
            if needed:
                yield "school", "een BRIN in de kolom school, of de optie --school"
        elif self.option is not None and said != self.option:
            yield "school", f"een rij van school {self.option}; deze is van een andere school"
        elif said not in self._known:
            yield "school", "een school die in de installatie bekend is"


CheckRow = Callable[[dict[str, Value], Row], Iterable[tuple[str, str]]]
