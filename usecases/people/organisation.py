"""Use cases of the register: schools, besturen, gemeenten."""

from __future__ import annotations

from collections.abc import Mapping

from data.organisation_store import OrganisationStore, RegisterRow
from data.session import Database
from usecases.settings import Config

__all__ = ["OrganisationService", "RegisterRow"]


class OrganisationService:
    """The register; on ``services().organisation``."""

    def __init__(self, database: Database, config: Config) -> None:
        self._database = database
        self.region_kind: str = config["STAGEROUTE_REGION_KIND"]

    def register(self) -> list[RegisterRow]:
        """List every vestiging by code, the ended ones too."""
        with self._database.read() as session:
            return OrganisationStore(session).register()

    def set_borders(self, borders: Mapping[str, str], year: int, source: str) -> None:
        """Write the borders of gemeenten in a year, as GeoJSON geometry in WGS84."""
        with self._database.write() as session:
            OrganisationStore(session).set_borders(borders, year, source)

    def is_empty(self) -> bool:
        """Whether no school has ever been read in."""
        with self._database.read() as session:
            return OrganisationStore(session).is_empty()

    def as_of(self) -> str | None:
        """Say of which year the regions are."""
        with self._database.read() as session:
            year = OrganisationStore(session).newest_year(self.region_kind)
        return f"indeling in regio's {year}" if year else None
