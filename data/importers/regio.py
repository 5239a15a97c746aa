"""Which gemeente belongs to which region, per year.

Source: CBS, "Gebieden in Nederland" (table 86247NED for 2026).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from data.faults import Fault
from data.importers.fields import Value, choice, gemeente, text, whole
from data.importers.framework import Importer
from data.importers.names import name as proper
from data.importers.names import spare_fiction, to_key, write_gemeenten
from data.importers.records import Column, Diff, Option, Record, Row, Run
from data.tables.organisation import Gemeente, Region, RegionMembership


class RegioImporter(Importer):
    """Which gemeente belongs to which region, in one year."""

    name = "regio"
    title = "Gemeenten per regio (CBS)"
    explanation = (
        "De indeling van alle gemeenten voor één jaar. Het jaar staat in de bestandsnaam of kiest u zelf. De indeling "
        "van andere jaren blijft staan."
    )
    key = ("gemeente",)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("gemeente", "gemeentecode", gemeente, ("GEMEENTENUMMER", "Gemeentecode (GM)"), example=("9801",)),
        Column("region", "arbeidsmarktregio", text(100), ("regio", "RMC-REGIO NAAM", "Arbeidsmarktregio's"),
               example=("Merenveld-Noord",)),
        Column("gemeente_name", "gemeentenaam", proper(100), ("GEMEENTE",), required=False, filled=False,
               example=("Hoogmeren",)),
    )  # fmt: skip
    options: ClassVar[tuple[Option, ...]] = (
        Option("year", "Jaar", whole(2000, 2100), required=False, explanation="Leeg: het jaar uit de bestandsnaam."),
        Option(
            "kind", "Soort regio", choice({"arbeidsmarktregio": "arbeidsmarktregio", "rmc": "rmc"}),
            default="arbeidsmarktregio",
            choices=(("arbeidsmarktregio", "arbeidsmarktregio"), ("rmc", "RMC-regio")),
        ),
    )  # fmt: skip

    def check_values(self, values: dict[str, Value], row: Row) -> Iterable[tuple[str, str]]:
        """Leave the name of a gemeente as it is when the file does not tell it."""
        if values["gemeente_name"] is None:
            del values["gemeente_name"]
        if not to_key(str(values["region"])):
            yield "region", "de naam van een regio"
        del row

    def check_all(self, records: Sequence[Record], session: Session, run: Run) -> Iterable[Fault]:
        """Refuse a file of which nobody knows the year."""
        del records, session
        if _year(run) is None:
            sentence = "Van welk jaar is deze indeling? Zet het jaar in de bestandsnaam of kies het met --year."
            yield Fault(run.file, None, None, None, sentence)

    def existing(self, session: Session, run: Run) -> Mapping[str, Mapping[str, Value]]:
        """Load the membership of the year and kind of this run."""
        query = (
            select(RegionMembership.gemeente_code, Region.name, Gemeente.name)
            .join(Region, (Region.kind == RegionMembership.kind) & (Region.key == RegionMembership.region_key))
            .join(Gemeente, Gemeente.code == RegionMembership.gemeente_code)
            .where(RegionMembership.kind == str(run.options["kind"]), RegionMembership.year == (_year(run) or 0))
        )
        return {
            code: {"gemeente": code, "region": region, "gemeente_name": name}
            for code, region, name in session.execute(query)
        }

    def diff(self, session: Session, records: Sequence[Record], run: Run) -> Diff:
        """Compare with the base; the invented gemeenten of the demo stay when a real table comes in."""
        found = super().diff(session, records, run)
        return spare_fiction(found, "98", any(record.key.startswith("98") for record in records))

    def save(self, session: Session, diff: Diff, run: Run) -> None:
        """Write the membership of one year and kind."""
        kind, year = str(run.options["kind"]), _year(run) or 0
        written = [change.after for change in (*diff.new, *diff.changed) if change.after is not None]
        write_gemeenten(session, {str(v["gemeente"]): v.get("gemeente_name") for v in written})
        for name in sorted({str(values["region"]) for values in written}):
            row = session.get(Region, (kind, to_key(name)))
            if row is None:
                session.add(Region(kind=kind, key=to_key(name), name=name))
            else:
                row.name = name
        session.flush()
        for change in (*diff.changed, *diff.gone):
            session.execute(
                delete(RegionMembership).where(
                    RegionMembership.kind == kind,
                    RegionMembership.year == year,
                    RegionMembership.gemeente_code == change.key,
                )
            )
        session.add_all(
            RegionMembership(
                kind=kind, year=year, gemeente_code=str(values["gemeente"]), region_key=to_key(str(values["region"]))
            )
            for values in written
        )


def _year(run: Run) -> int | None:
    chosen = run.options.get("year")
    if isinstance(chosen, int):
        return chosen
    found = re.search(r"(?<![0-9])(20[0-9]{2})(?![0-9])", run.file)
    return int(found[1]) if found else None
