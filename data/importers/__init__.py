"""Every kind of file that Stageroute reads; one mechanism (`data.importers.framework`) for all of them.

A domain adds its importer to `IMPORTERS` in its own line; the command line, the page, the templates and the job follow.
"""

from __future__ import annotations

from data.importers.companies import CompanyImporter
from data.importers.framework import Importer
from data.importers.partners import PartnersImporter
from data.importers.places import PlaceImporter
from data.importers.postcodes import PostcodesImporter
from data.importers.pupils import PupilImporter
from data.importers.regio import RegioImporter
from data.importers.vestigingen import VestigingenImporter

#: In the order of the page.
IMPORTERS: tuple[type[Importer], ...] = (
    VestigingenImporter,
    RegioImporter,
    PostcodesImporter,
    PartnersImporter,
    CompanyImporter,
    PlaceImporter,
    PupilImporter,
)


def all_importers() -> list[Importer]:
    """Return every importer."""
    return [importer() for importer in IMPORTERS]


def find_importer(name: str) -> Importer | None:
    """Return the importer of that name, or ``None``."""
    return next((importer() for importer in IMPORTERS if importer.name == name), None)
