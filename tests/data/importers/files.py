"""Files to import, made in memory, and one small importer to read them with."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import xlsxwriter
from sqlalchemy import String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from data.importers import fields
from data.importers.framework import Importer
from data.importers.records import Column, Option, Run


class SampleBase(DeclarativeBase):
    """A base of its own, so that no real table is needed."""


class Place(SampleBase):
    __tablename__ = "sample_place"
    code: Mapped[str] = mapped_column(String(4), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    pupils: Mapped[int | None]


class PlaceImporter(Importer):
    """Codes, names and a number that may be empty."""

    name = "plekken"
    title = "Plekken"
    columns = (
        Column("code", "Code", fields.gemeente, aliases=("GEMEENTENUMMER",), example=("0034", "0106")),
        Column("name", "Naam", fields.text(40), example=("Almere", "Assen")),
        Column("pupils", "Leerlingen", fields.whole(0, 5000), required=False, filled=False, example=("12", "")),
    )
    key = ("code",)
    ignored = ("Provincie",)
    options = (Option("jaar", "Jaar", fields.whole(2000, 2100), default="2026"),)

    def existing(self, session, _run):
        return {
            place.code: {"code": place.code, "name": place.name, "pupils": place.pupils}
            for place in session.query(Place)
        }

    def save(self, session, diff, _run):
        for change in diff.gone:
            session.execute(text("DELETE FROM sample_place WHERE code = :code"), {"code": change.key})
        for change in (*diff.new, *diff.changed):
            session.merge(Place(**change.after))


def a_run(file="plekken.csv"):
    return Run(file, "0" * 64, {"jaar": 2026}, "tester", datetime(2026, 11, 22, 12, tzinfo=UTC))


def to_xlsx(rows, *, formula=None, sheet="Blad1", cell=None):
    """Write rows as an XLSX; ``formula`` is (cell, text), ``cell`` is (cell, text) far away."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        if formula:
            page.write_formula(*formula)
        if cell:
            page.write(*cell)
    return buffer.getvalue()


def with_part(workbook: bytes, name: str, content: bytes) -> bytes:
    """Replace or add one part of a zipped workbook."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            if item.filename != name:
                new.writestr(item, old.read(item))
        new.writestr(name, content)
    return buffer.getvalue()
