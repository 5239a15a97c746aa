"""The register of schools: DUO's list of all vestigingen in het voortgezet onderwijs.

Source: DUO, open onderwijsdata, "Adressen van alle vestigingen in het voortgezet onderwijs", every column vintage.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.importers.fields import ExpectedError, Value, brin, gemeente, pattern, postcode, text
from data.importers.framework import Importer
from data.importers.names import name as proper
from data.importers.names import spare_fiction, write_gemeenten
from data.importers.records import Column, Diff, Record, Row, Run
from data.register_points import place_vestigingen
from data.tables.organisation import Bestuur, Gemeente, School, Vestiging


def _short_vestiging(cell: str) -> str:
    if not re.fullmatch(r"[0-9]{1,2}|[0-9]{2}[A-Za-z]{2}[0-9]{2}", cell):
        raise ExpectedError("een vestigingscode als 18BR00, of het volgnummer 00")
    return cell.upper()


def _bestuur(cell: str) -> str:
    return str(pattern(r"[0-9]{1,6}", "het nummer van een bevoegd gezag, alleen cijfers")(cell)).zfill(5)


class VestigingenImporter(Importer):
    """DUO's list of all vestigingen in het voortgezet onderwijs."""

    name = "vestigingen"
    title = "Vestigingen (DUO, voortgezet onderwijs)"
    explanation = (
        "De adressenlijst van DUO met alle vestigingen. Een vestiging die niet meer in de lijst staat, wordt niet "
        "verwijderd: zij eindigt op de dag van inlezen."
    )
    key = ("code",)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("bestuur", "BEVOEGD GEZAG NUMMER", _bestuur, ("BEVOEGD GEZAG CODE",), required=False, filled=False,
               example=("99001",)),
        Column("bestuur_name", "BEVOEGD GEZAG NAAM", text(200), ("NAAM BEVOEGD GEZAG",), required=False, filled=False,
               example=("Stichting Merel",)),
        Column("brin", "BRIN NUMMER", brin, ("INSTELLINGSCODE", "BRINNUMMER", "BRIN"), example=("99AA",)),
        Column("code", "VESTIGINGSNUMMER", _short_vestiging, ("VESTIGINGSCODE",), example=("99AA00",)),
        Column("name", "VESTIGINGSNAAM", text(200), ("INSTELLINGSNAAM VESTIGING", "NAAM VESTIGING"),
               example=("Praktijkschool De Merel",)),
        Column("street", "STRAATNAAM", text(200), required=False, filled=False, example=("Kerkstraat",)),
        Column("house_number", "HUISNUMMER-TOEVOEGING", text(40), ("HUISNUMMER",), required=False, filled=False,
               example=("12",)),
        Column("postcode", "POSTCODE", postcode, required=False, filled=False, example=("3811 AB",)),
        Column("place", "PLAATSNAAM", proper(100), ("PLAATSNAAM VESTIGING",), required=False, filled=False,
               example=("HOOGMEREN",)),
        Column("gemeente", "GEMEENTENUMMER", gemeente, ("GEMEENTECODE",), example=("9801",)),
        Column("gemeente_name", "GEMEENTENAAM", proper(100), required=False, filled=False, example=("HOOGMEREN",)),
        Column("structure", "ONDERWIJSSTRUCTUUR", text(100), required=False, filled=False, example=("PRO",)),
        Column("website", "INTERNETADRES", text(200), ("WEBADRES",), required=False, filled=False,
               example=("www.demerel.example",)),
    )  # fmt: skip
    ignored = (
        "PROVINCIE", "PROVINCIE VESTIGING", "DENOMINATIE", "TELEFOONNUMMER", "STRAATNAAM CORRESPONDENTIEADRES",
        "HUISNUMMER-TOEVOEGING CORRESPONDENTIEADRES", "POSTCODE CORRESPONDENTIEADRES",
        "PLAATSNAAM CORRESPONDENTIEADRES", "NODAAL GEBIED CODE", "NODAAL GEBIED NAAM", "RPA-GEBIED CODE",
        "RPA-GEBIED NAAM", "WGR-GEBIED CODE", "WGR-GEBIED NAAM", "COROPGEBIED CODE", "COROPGEBIED NAAM",
        "ONDERWIJSGEBIED CODE", "ONDERWIJSGEBIED NAAM", "RMC-REGIO CODE", "RMC-REGIO NAAM",
    )  # fmt: skip

    def check_values(self, values: dict[str, Value], row: Row) -> Iterable[tuple[str, str]]:
        """Glue a short vestigingsnummer to its BRIN code, and refuse a long one that belongs to another school."""
        code, school = str(values["code"]), str(values["brin"])
        values["code"] = code if len(code) == 6 else school + code.zfill(2)
        values["structure"] = values["structure"] or ""
        if not str(values["code"]).startswith(school):
            yield "code", f"een vestigingscode die met BRIN-code {school} begint"
        for name in ("bestuur", "bestuur_name", "gemeente_name"):
            # What a vintage of the file does not tell is left as the base has it.
            if values[name] is None and name not in row.cells:
                del values[name]

    def existing(self, session: Session, run: Run) -> Mapping[str, Mapping[str, Value]]:
        """Load the vestigingen that have not ended."""
        del run
        query = (
            select(Vestiging, School.bestuur_number, Bestuur.name, Gemeente.name)
            .join(School, School.brin == Vestiging.brin)
            .outerjoin(Bestuur, Bestuur.number == School.bestuur_number)
            .outerjoin(Gemeente, Gemeente.code == Vestiging.gemeente_code)
            .where(Vestiging.ended_on.is_(None))
        )
        return {
            row.code: {
                "bestuur": number, "bestuur_name": bestuur_name, "brin": row.brin, "code": row.code, "name": row.name,
                "street": row.street, "house_number": row.house_number, "postcode": row.postcode, "place": row.place,
                "gemeente": row.gemeente_code, "gemeente_name": gemeente_name, "structure": row.structure,
                "website": row.website,
            }
            for row, number, bestuur_name, gemeente_name in session.execute(query)
        }  # fmt: skip

    def diff(self, session: Session, records: Sequence[Record], run: Run) -> Diff:
        """Compare with the base; the invented schools of the demo stay when a real list comes in."""
        found = super().diff(session, records, run)
        return spare_fiction(found, "99", any(record.key.startswith("99") for record in records))

    def save(self, session: Session, diff: Diff, run: Run) -> None:
        """Add, change and end; nothing is ever removed."""
        written = [change.after for change in (*diff.new, *diff.changed) if change.after is not None]
        _write_besturen(session, written)
        write_gemeenten(session, {str(v["gemeente"]): v.get("gemeente_name") for v in written})
        _write_schools(session, written)
        for values in written:
            code = str(values["code"])
            row = session.get(Vestiging, code)
            if row is None:
                row = Vestiging(code=code, brin=str(values["brin"]), name="")
                session.add(row)
            row.name, row.street, row.house_number = (
                str(values["name"]),
                _text(values["street"]),
                _text(values["house_number"]),
            )
            row.postcode, row.place = _text(values["postcode"]), _text(values["place"])
            row.gemeente_code, row.structure = _text(values["gemeente"]), str(values["structure"])
            row.website, row.ended_on = _text(values["website"]), None
        for change in diff.gone:
            ended = session.get(Vestiging, change.key)
            if ended is not None:
                ended.ended_on = run.on
        session.flush()
        _end_schools(session, run)
        place_vestigingen(session)


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def _write_besturen(session: Session, written: Iterable[Mapping[str, Value]]) -> None:
    for values in written:
        number = values.get("bestuur")
        if number is None:
            continue
        row = session.get(Bestuur, str(number))
        if row is None:
            row = Bestuur(number=str(number), name=None)
            session.add(row)
        row.name = _text(values.get("bestuur_name")) or row.name
    session.flush()


def _write_schools(session: Session, written: Sequence[Mapping[str, Value]]) -> None:
    """A school is named after its first vestiging, which is the main one in DUO's numbering."""
    for values in sorted(written, key=lambda item: str(item["code"]), reverse=True):
        school = str(values["brin"])
        row = session.get(School, school)
        if row is None:
            row = School(brin=school, name=str(values["name"]))
            session.add(row)
        row.ended_on = None
        if str(values["code"]) <= min([str(values["code"]), *_codes_of(session, school)]):
            row.name = str(values["name"])
        if values.get("bestuur") is not None:
            row.bestuur_number = str(values["bestuur"])
    session.flush()


def _codes_of(session: Session, school: str) -> list[str]:
    return list(session.scalars(select(Vestiging.code).where(Vestiging.brin == school, Vestiging.ended_on.is_(None))))


def _end_schools(session: Session, run: Run) -> None:
    """A school ends with its last vestiging."""
    alive = set(session.scalars(select(Vestiging.brin).where(Vestiging.ended_on.is_(None))))
    for row in session.scalars(select(School).where(School.ended_on.is_(None))):
        if row.brin not in alive:
            row.ended_on = run.on
