"""Points of postcodes: PC4 areas and PC6 postcodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.importers.fields import Value, decimal, gemeente, latitude, longitude, pc4_or_pc6, text
from data.importers.framework import Importer
from data.importers.names import name as proper
from data.importers.names import write_gemeenten
from data.importers.records import Change, Column, Diff, Row, Run
from data.rd import to_rd_many
from data.register_points import place_vestigingen
from data.tables.organisation import PostcodePoint

#: A second source that lies further away than this makes a point doubtful, unless a known school lies beside it.
DOUBTFUL_KM = 5.0
CONFIRMED_KM = 2.0


class PostcodesImporter(Importer):
    """Points of PC4 areas and of PC6 postcodes; a file may hold either."""

    name = "postcodes"
    title = "Punten van postcodes (PC4 of PC6)"
    explanation = (
        "Per postcode van vier cijfers of zes tekens een punt. Twijfelachtige punten worden gemerkt en niet gebruikt."
    )
    key = ("postcode",)
    complete = False
    columns: ClassVar[tuple[Column, ...]] = (
        Column("postcode", "postcode", pc4_or_pc6, ("pc4", "pc6"), example=("9901", "9901AB")),
        Column("lat", "lat", latitude, ("latitude", "breedtegraad"), example=("52,65", "52,651")),
        Column("lon", "lon", longitude, ("longitude", "lengtegraad"), example=("5,38", "5,381")),
        Column("place", "plaats", proper(100), ("woonplaats",), required=False, filled=False, example=("Hoogmeren",)),
        Column("gemeente", "gemeentecode", gemeente, required=False, filled=False, example=("9801",)),
        Column("source", "bron", text(200), required=False, filled=False, example=("voorbeeld",)),
        Column("apart_km", "verschil_km_geonames_4pp", decimal(0, 1000), required=False, filled=False,
               explanation="Afstand tot een tweede bron; boven de 5 km is het punt twijfelachtig."),
        Column("school_km", "afstand_km_tot_school", decimal(0, 1000), required=False, filled=False,
               explanation="Afstand tot een bekende school met deze postcode; tot 2 km bevestigt die het punt."),
    )  # fmt: skip
    ignored = ("adressen",)

    def check_values(self, values: dict[str, Value], row: Row) -> Iterable[tuple[str, str]]:
        """Decide whether the point is doubtful, and refuse a point that is nowhere in the Netherlands."""
        del row
        apart, school = values.pop("apart_km"), values.pop("school_km")
        confirmed = isinstance(school, float) and school <= CONFIRMED_KM
        values["doubtful"] = isinstance(apart, float) and apart > DOUBTFUL_KM and not confirmed
        values["source"] = values["source"] or "bestand"
        return ()

    def title_of(self, key: str) -> str:
        """Return the Dutch title of a field."""
        return "twijfelachtig" if key == "doubtful" else super().title_of(key)

    def existing(self, session: Session, run: Run) -> Mapping[str, Mapping[str, Value]]:
        """Load every point."""
        del run
        return {
            row.postcode: {
                "postcode": row.postcode, "lat": row.lat, "lon": row.lon, "place": row.place,
                "gemeente": row.gemeente_code, "source": row.source, "doubtful": row.doubtful,
            }
            for row in session.scalars(select(PostcodePoint))
        }  # fmt: skip

    def save(self, session: Session, diff: Diff, run: Run) -> None:
        """Add and change points; then give every vestiging the best point there is now."""
        del run
        changes: list[Change] = [*diff.new, *diff.changed]
        written = [change.after for change in changes if change.after is not None]
        codes = {str(values["gemeente"]) for values in written if values["gemeente"] is not None}
        write_gemeenten(session, dict.fromkeys(codes))
        x, y = to_rd_many([float(str(v["lat"])) for v in written], [float(str(v["lon"])) for v in written])
        known = {row.postcode: row for row in session.scalars(select(PostcodePoint))} if diff.changed else {}
        fresh = []
        for values, x_m, y_m in zip(written, x, y, strict=True):
            fields = {
                "lat": values["lat"], "lon": values["lon"], "x_m": x_m, "y_m": y_m, "place": values["place"],
                "gemeente_code": values["gemeente"], "source": values["source"], "doubtful": values["doubtful"],
            }  # fmt: skip
            row = known.get(str(values["postcode"]))
            if row is None:
                fresh.append({"postcode": values["postcode"], **fields})
            else:
                for name, value in fields.items():
                    setattr(row, name, value)
        session.flush()
        if fresh:
            session.bulk_insert_mappings(PostcodePoint, fresh)
        place_vestigingen(session)
