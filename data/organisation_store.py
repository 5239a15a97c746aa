"""The register of schools in the database: what the beheerder looks through, and what the demo writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from data.tables.organisation import Bestuur, Gemeente, GemeenteBorder, RegionMembership, School, Vestiging

_NEWEST_YEAR = select(func.max(RegionMembership.year)).where(RegionMembership.kind == bindparam("kind"))


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One vestiging with its school, bestuur and gemeente; ``precision`` says how well its point is known."""

    code: str
    brin: str
    name: str
    place: str | None
    postcode: str | None
    gemeente: str | None
    bestuur: str | None
    structure: str
    precision: str | None
    ended_on: date | None


class OrganisationStore:
    """The register, on one session.

    Parameters
    ----------
    session
        Of the use case; this class never commits.
    """

    def __init__(self, session: Session) -> None:
        self.session = session

    def register(self) -> list[RegisterRow]:
        """List every vestiging by code, the ended ones too."""
        query = (
            select(Vestiging, School.bestuur_number, Bestuur.name, Gemeente.name)
            .join(School, School.brin == Vestiging.brin)
            .outerjoin(Bestuur, Bestuur.number == School.bestuur_number)
            .outerjoin(Gemeente, Gemeente.code == Vestiging.gemeente_code)
            .order_by(Vestiging.code)
        )
        return [
            RegisterRow(
                row.code, row.brin, row.name, row.place, row.postcode, gemeente, bestuur or number, row.structure,
                row.point_precision, row.ended_on,
            )
            for row, number, bestuur, gemeente in self.session.execute(query)
        ]  # fmt: skip

    def newest_year(self, kind: str) -> int | None:
        """Return the newest year of which the regions of this kind are known."""
        return self.session.connection().scalar(_NEWEST_YEAR, {"kind": kind})

    def set_borders(self, borders: Mapping[str, str], year: int, source: str) -> None:
        """Write the border, GeoJSON geometry in WGS84, of gemeenten in a year."""
        for code, geojson in borders.items():
            row = self.session.get(GemeenteBorder, (code, year))
            if row is None:
                self.session.add(GemeenteBorder(gemeente_code=code, year=year, geojson=geojson, source=source))
            else:
                row.geojson, row.source = geojson, source

    def is_empty(self) -> bool:
        """Whether no school has ever been read in."""
        return self.session.scalar(select(School.brin).limit(1)) is None
