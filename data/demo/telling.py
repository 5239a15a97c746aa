"""The pupil counts of 1 October 2023 for Merenveld and the rest of the country, written as DUO writes its files."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from data.demo.country import DISTANT_SCHOOLS, PROVINCE
from data.demo.places import DUO_COLUMNS, SCHOOLS

TELDATUM: Final = date(2023, 10, 1)
#: Pupils per vestiging in the voorlopige telling of 1 October 2023; the definitieve one differs at some schools.
PUPILS_2023: Final = dict(
    zip((school.code for school in SCHOOLS), (182, 47, 164, 139, 211, 38, 151, 126, 58, 93, 117, 74), strict=True)
)
DEFINITIVE: Final = {"99AA00": 3, "99AD00": -4, "99AJ00": 1}
TELLING_COLUMNS: Final = (
    "INSTELLINGSCODE", "VESTIGINGSCODE", "INSTELLINGSNAAM VESTIGING", "PLAATSNAAM VESTIGING", "PROVINCIE VESTIGING",
    "SAMENWERKINGSVERBAND PASSEND ONDERWIJS VO", "ONDERWIJSTYPE VO EN LEER- OF VERBLIJFSJAAR", "VMBO SECTOR",
    "AFDELING", "ERKENDE OPLEIDINGSCODE", "OPLEIDINGSNAAM",
    *(f"LEER- OF VERBLIJFSJAAR {year} - {sex}" for year in range(1, 7) for sex in ("MAN", "VROUW")),
)  # fmt: skip


def write_telling(path: Path, *, definitive: bool) -> Path:
    """Write DUO file 01 of 1 October 2023: Merenveld with another onderwijstype in between, then the rest."""
    rows: list[list[object]] = []
    for number, school in enumerate(SCHOOLS):
        head = [school.code[:4], school.code[4:].lstrip("0") or "0", school.name, school.place.upper(), "Merenveld"]
        if "/" in school.structure:
            rows.append([*head, "VO9901", "VMBO basisberoepsgerichte leerweg lj 3", "N.v.t.", "N.v.t.", "0300",
                         "VMBO bl", *[0] * 4, 31, 28, *[0] * 6])  # fmt: skip
        pupils = PUPILS_2023[school.code] + (DEFINITIVE.get(school.code, 0) if definitive else 0)
        rows.append([*head, "VO9901", "Praktijkonderwijs alle vj", "N.v.t.", "N.v.t.", "0090", "Praktijkonderwijs",
                     *_cells(pupils, number)])  # fmt: skip
    for number, distant in enumerate(DISTANT_SCHOOLS):
        pupils = distant.pupils + (distant.correction if definitive else 0)
        rows.append([distant.code[:4], "0", distant.name, distant.place.upper(), PROVINCE, "VO9902",
                     "Praktijkonderwijs alle vj", "N.v.t.", "N.v.t.", "0090", "Praktijkonderwijs",
                     *_cells(pupils, number)])  # fmt: skip
    return _write(path, TELLING_COLUMNS, rows)


def write_addresses(path: Path, merenveld: Path) -> Path:
    """Write the address file of the whole country: that of Merenveld, and bestuur and structure of the other schools.

    The register is filled from ``merenveld`` alone; this one only says with which bestuur a school of the telling goes.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, DUO_COLUMNS, delimiter=";", lineterminator="\r\n")
    for school in DISTANT_SCHOOLS:
        writer.writerow(
            {
                "PROVINCIE": PROVINCE,
                "BEVOEGD GEZAG NUMMER": school.bestuur,
                "BRIN NUMMER": school.code[:4],
                "VESTIGINGSNUMMER": school.code,
                "VESTIGINGSNAAM": school.name,
                "PLAATSNAAM": school.place.upper(),
                "ONDERWIJSSTRUCTUUR": "PRO",
            }
        )
    path.write_bytes(merenveld.read_bytes() + text.getvalue().encode("cp1252"))
    return path


def _cells(pupils: int, turn: int) -> list[int]:
    """Divide pupils over six years and two sexes: fewer in the last years, none left over."""
    weights = [11, 8, 12, 8, 11, 8, 11, 7, 9, 6, 5, 4]
    cells = [pupils * weight // 100 for weight in weights]
    for extra in range(pupils - sum(cells)):
        cells[(turn + 5 * extra) % 12] += 1
    return cells


def _write(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode("cp1252"))
    return path
