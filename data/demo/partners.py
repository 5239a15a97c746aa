"""Mbo partners of Merenveld in the import format, and the records of its landkaart. Nobody in it exists.

The numbers are chosen so that each side of the water tells something: the north is covered but for one agreement, the
south has a full partner and schools without anybody within the norm.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data.demo.places import Region
from data.importers.partners import PartnersImporter
from data.importers.template import to_rows

MOST: Final = "25250, 25251, 25252, 25253, 25254, 25255, 25257"


@dataclass(frozen=True, slots=True)
class DemoLocation:
    """One row of the file; ``corner`` picks the address within the settlement."""

    partner_id: str
    name: str
    bekostigd: bool
    location_id: str
    location: str
    settlement: str
    corner: int
    offers: str
    capacity: int | None
    taken: int = 0
    willingness: str = "onbekend"
    recognised_from: str = ""


LOCATIONS: Final = (
    DemoLocation("99MA", "ROC Merenveld", True, "99MA-01", "Havenkade", "Hoogmeren", 3, MOST, 420, 60, "ja"),
    DemoLocation("99MA", "ROC Merenveld", True, "99MA-02", "Elzerhaven", "Elzerhaven", 5, MOST, 260, 40, "ja"),
    DemoLocation("99MB", "Groen College Lisdonk", True, "99MB-01", "De Kas", "Lisdonk", 2, "25258, 25259", 180, 20),
    DemoLocation(
        "99MC",
        "Vakcollege Noordoever",
        True,
        "99MC-01",
        "Werkplaats",
        "Oeverlaar",
        4,
        "25250, 25252, 25253, 25254, 25257, 25260",
        240,
        20,
        "ja",
    ),
    DemoLocation(
        "99MC", "Vakcollege Noordoever", True, "99MC-02", "Noordbeemd", "Noordbeemd", 1, "25254, 25257", 160, 10, "ja"
    ),
    DemoLocation("99MD", "ROC Zuideroever", True, "99MD-01", "Zuidermonde", "Zuidermonde", 6, MOST, 150, 30),
    DemoLocation(
        "99ME",
        "Maritiem College Wilgenrade",
        True,
        "99ME-01",
        "De Werf",
        "Wilgenrade",
        2,
        "25253, 25254",
        60,
        60,
        "nee",
    ),
    DemoLocation(
        "99MX",
        "Vakschool Ottervoorde",
        False,
        "99MX-01",
        "Ottervoorde",
        "Ottervoorde",
        3,
        "25252, 25254",
        40,
        0,
        "ja",
        "2021-08-01",
    ),
)


@dataclass(frozen=True, slots=True)
class DemoCollaboration:
    """One record of the landkaart: its ladder as ``(rung, years ago)``."""

    title: str
    region: str
    sectors: tuple[str, ...]
    routes: tuple[str, ...]
    schools: str
    partner: str
    description: str
    ladder: tuple[tuple[str, int], ...]
    source: str
    settlement: str = ""


COLLABORATIONS: Final = (
    DemoCollaboration(
        "Entree in De Kas",
        "merenveld-noord",
        ("groen",),
        ("B", "C"),
        "Praktijkcollege Lisdonk",
        "Groen College Lisdonk",
        "Leerlingen volgen entree groen op de eigen school; een dag per week werken zij in de kas van het mbo.",
        (("idee", 4), ("overeenkomst", 3), ("actief", 2)),
        "Verzonnen voorbeeld bij de demo",
        "Lisdonk",
    ),
    DemoCollaboration(
        "Samen logistiek",
        "merenveld-noord",
        ("logistiek", "detailhandel"),
        ("B",),
        "De Elzentak",
        "ROC Merenveld",
        "Docenten van pro en mbo geven samen les; de examens neemt het mbo af op de pro-school.",
        (("gesprek", 3), ("overeenkomst", 1)),
        "Verzonnen voorbeeld bij de demo",
        "Elzerhaven",
    ),
    DemoCollaboration(
        "Koken voor de buurt",
        "merenveld-zuid",
        ("horeca en voeding",),
        ("C",),
        "Het Wilgenrad",
        "ROC Zuideroever",
        "Een keuken die school en mbo delen. Na een proefjaar zoeken beide naar geld voor het vervolg.",
        (("idee", 2), ("gesprek", 1)),
        "Verzonnen voorbeeld bij de demo",
        "Wilgenrade",
    ),
    DemoCollaboration(
        "Techniek aan de dijk",
        "merenveld-zuid",
        ("techniek",),
        ("A",),
        "Zuidermonde Praktijkschool",
        "Maritiem College Wilgenrade",
        "De samenwerking stopte toen het mbo geen plaats meer had.",
        (("actief", 5), ("beëindigd", 1)),
        "Verzonnen voorbeeld bij de demo",
        "Dijkmonde",
    ),
)

#: The one real record: what the letter of 30-08-2024 names.
RIJNLAND: Final = DemoCollaboration(
    "Convenant mbo Rijnland met vijftien scholen",
    "Holland Rijnland",
    ("zorg en welzijn", "logistiek", "detailhandel"),
    ("A",),
    "Vijftien scholen voor praktijkonderwijs en voortgezet speciaal onderwijs",
    "mbo Rijnland",
    "Convenant van juni 2024 om de instroom van leerlingen naar de entreeopleidingen te verbeteren.",
    (),
    "Kamerbrief ontwikkelingen en knelpunten in het praktijkonderwijs, 30-08-2024, par. 2.6",
    "",
)


def write_partners(folder: Path, region: Region) -> Path:
    """Write the file for ``flask import partners`` and return its path."""
    header = to_rows(PartnersImporter())[0]
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, header, delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    for each in LOCATIONS:
        here = region.in_place(each.settlement)
        at = here[each.corner % len(here)]
        writer.writerow(
            {
                "instellingscode": each.partner_id,
                "instelling": each.name,
                "bekostigd": "ja" if each.bekostigd else "nee",
                "erkend_van": each.recognised_from,
                "locatiecode": each.location_id,
                "locatie": each.location,
                "adres": f"{at.street} {at.number}",
                "postcode": f"{at.postcode[:4]} {at.postcode[4:]}",
                "plaats": each.settlement,
                "gemeentecode": at.gemeente,
                "lat": f"{at.lat:.6f}".replace(".", ","),
                "lon": f"{at.lon:.6f}".replace(".", ","),
                "crebos": each.offers,
                "capaciteit": "" if each.capacity is None else str(each.capacity),
                "bezet": str(each.taken),
                "bereid": each.willingness,
                "contact": "Teamleider entree",
                "e-mail": f"entree@{each.partner_id.lower()}.example",
            }
        )
    path = folder / "partners_merenveld.csv"
    path.write_bytes(b"\xef\xbb\xbf" + buffer.getvalue().encode())
    return path
