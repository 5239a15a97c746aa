"""The pupil counts of Merenveld on 1 October 2023, written as DUO writes file 01."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from data.demo.places import SCHOOLS

TELDATUM: Final = date(2023, 10, 1)
#: Pupils per vestiging in the voorlopige telling of 1 October 2023; the definitieve one differs at three schools.
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
    """Write DUO file 01 of 1 October 2023 for the schools of Merenveld, with another onderwijstype between them."""
    rows: list[list[object]] = []
    for number, school in enumerate(SCHOOLS):
        head = [school.code[:4], school.code[4:].lstrip("0") or "0", school.name, school.place.upper(), "Merenveld"]
        if "/" in school.structure:
            rows.append([*head, "VO9901", "VMBO basisberoepsgerichte leerweg lj 3", "N.v.t.", "N.v.t.", "0300",
                         "VMBO bl", *[0] * 4, 31, 28, *[0] * 6])  # fmt: skip
        pupils = PUPILS_2023[school.code] + (DEFINITIVE.get(school.code, 0) if definitive else 0)
        rows.append([*head, "VO9901", "Praktijkonderwijs alle vj", "N.v.t.", "N.v.t.", "0090", "Praktijkonderwijs",
                     *_cells(pupils, number)])  # fmt: skip
    return _write(path, TELLING_COLUMNS, rows)


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
