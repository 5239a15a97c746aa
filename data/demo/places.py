"""Gemeenten, regions, postcodes and schools of Merenveld, written in the formats of DUO, CBS and the postcode tables.

Codes cannot clash with real ones: gemeenten 98xx (CBS gives out codes up to 1999), BRIN 99xx (none in DUO's registers),
and four-digit postcodes from 8942 to 9000, a stretch that no place in the Netherlands uses.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from data.demo.atlas import Atlas
from data.demo.names import street_name
from data.demo.terrain import (
    HALF_WIDTH_M,
    ISLAND,
    ISLAND_SHAPE,
    OUTLINE,
    SETTLEMENT_SHAPES,
    SETTLEMENTS,
    Floats,
    Settlement,
    river_y,
    to_degrees,
)

REGION_YEAR: Final = 2026
FIRST_PC4: Final = 8942
QUARTERS: Final = {"city": 5, "town": 4, "village": 1, "hamlet": 1}
PC6_PER_PC4: Final = 30
NORTH: Final = ("Hoogmeren", "Elzerhaven", "Lisdonk", "Rietbroek", "Noordbeemd", "Kwakelveen")
SOUTH: Final = ("Zuidermonde", "Wilgenrade", "Ottervoorde", "Kievitsheem", "Zandelaar", "Zeggelaar")
GEMEENTEN: Final = {name: f"98{number:02d}" for number, name in enumerate((*NORTH, *SOUTH), 1)}
REGIONS: Final = {"Merenveld-Noord": NORTH, "Merenveld-Zuid": SOUTH}
SOURCE: Final = "Merenveld, gemaakt door Stageroute"


@dataclass(frozen=True, slots=True)
class School:
    """One vestiging: its code, name, place, bestuur and onderwijsstructuur."""

    code: str
    name: str
    place: str
    bestuur: str
    structure: str = "PRO"


BESTUREN: Final = {
    "99001": "Stichting Merenveld Onderwijs",
    "99002": "Vereniging De Elzen",
    "99003": "Stichting Zuideroever",
    "99004": "Stichting Praktijkwijs",
    "99005": "Stichting Ottervoorde voor Voortgezet Onderwijs",
    "99006": "Stichting Brede School Noordbeemd",
}
SCHOOLS: Final = (
    School("99AA00", "Praktijkschool De Merel", "Hoogmeren", "99001"),
    School("99AA01", "Praktijkschool De Merel, locatie Oever", "Oeverlaar", "99001"),
    School("99AB00", "De Elzentak, school voor praktijkonderwijs", "Elzerhaven", "99002"),
    School("99AC00", "Praktijkcollege Lisdonk", "Lisdonk", "99002"),
    School("99AD00", "Zuidermonde Praktijkschool", "Zuidermonde", "99003"),
    School("99AD01", "Zuidermonde Praktijkschool, locatie Dijkmonde", "Dijkmonde", "99003"),
    School("99AE00", "Het Wilgenrad", "Wilgenrade", "99003"),
    School("99AF00", "Praktijkschool De Otter", "Ottervoorde", "99005"),
    School("99AG00", "Noordbeemd College", "Noordbeemd", "99006", "VBO/MAVO/PRO"),
    School("99AH00", "De Zilvermeeuw, praktijkonderwijs", "Hoogmeren", "99001"),
    School("99AI00", "Praktijkschool Havenkwartier", "Zuidermonde", "99004"),
    School("99AJ00", "De Kievit, praktijkonderwijs", "Kievitsheem", "99004"),
)


@dataclass(frozen=True, slots=True)
class Address:
    """A PC6 on a street of the map."""

    postcode: str
    lat: float
    lon: float
    settlement: str
    gemeente: str
    street: str
    number: int


@dataclass(frozen=True)
class Region:
    """Everything of Merenveld that is not a road, before it is written."""

    addresses: tuple[Address, ...]
    borders: dict[str, dict[str, Any]]
    seed: int

    def in_place(self, settlement: str) -> tuple[Address, ...]:
        """Return the addresses of one settlement."""
        return tuple(address for address in self.addresses if address.settlement == settlement)


def build_region(atlas: Atlas, seed: int) -> Region:
    """Lay borders and postcodes over a drawn map; the same arguments give the same region."""
    borders = _borders()
    return Region(tuple(_addresses(atlas, borders, seed)), {c: _to_geojson(b) for c, b in borders.items()}, seed)


def _borders() -> dict[str, Any]:
    """One polygon per gemeente code, in metres: towns with the land around them, each side of the water by itself.

    A town or village belongs to the nearest town that gives a gemeente its name, and lies in it as a whole.
    """
    from shapely import MultiPoint, Point, Polygon, unary_union, voronoi_polygons

    land = Polygon(OUTLINE.ring(240, 350.0))
    x = np.linspace(-HALF_WIDTH_M, HALF_WIDTH_M, 181)
    water = np.column_stack([x, river_y(x)])
    far = 20_000.0
    island = Polygon(ISLAND_SHAPE.ring(60, 60.0))
    north = Polygon([*water, (HALF_WIDTH_M, far), (-HALF_WIDTH_M, far)]).buffer(0).intersection(land).union(island)
    halves = {NORTH: north, SOUTH: land.difference(north)}
    place = {town.name: (town.x_m, town.y_m) for town in SETTLEMENTS}
    borders: dict[str, Any] = {}
    for names, half in halves.items():
        here = [point for point in place.values() if half.covers(Point(point))]
        cells = list(voronoi_polygons(MultiPoint(here), extend_to=land).geoms)
        parts: dict[str, list[Any]] = {name: [] for name in names}
        for point in here:
            seat = min(names, key=lambda name: np.hypot(place[name][0] - point[0], place[name][1] - point[1]))
            parts[seat].append(next(cell for cell in cells if cell.covers(Point(point))))
        for name in names:
            borders[GEMEENTEN[name]] = unary_union(parts[name]).intersection(half)
    return borders


def _to_geojson(border: Any) -> dict[str, Any]:
    from shapely import MultiPolygon, simplify

    shape = simplify(border, 15)
    parts = [shape] if shape.geom_type == "Polygon" else sorted(shape.geoms, key=lambda part: -part.area)
    polygon = MultiPolygon([part for part in parts if part.area > 1_000])
    rings = [[_ring(np.array(part.exterior.coords))] for part in polygon.geoms]
    return {"type": "MultiPolygon", "coordinates": rings}


def _ring(points: Floats) -> list[list[float]]:
    lat, lon = to_degrees(points[:, 0], points[:, 1])
    return [[round(float(b), 5), round(float(a), 5)] for a, b in zip(lat, lon, strict=True)]


def _addresses(atlas: Atlas, borders: dict[str, Any], seed: int) -> list[Address]:
    """Give every quarter of every settlement a PC4, and thirty of its street corners a PC6."""
    from shapely import Point

    addresses: list[Address] = []
    pc4 = FIRST_PC4
    for number, (town, shape) in enumerate(zip((*SETTLEMENTS, ISLAND), SETTLEMENT_SHAPES, strict=True)):
        rng = np.random.default_rng([seed, 31, number])
        inside = np.flatnonzero(shape.depth(atlas.xy[:, 0], atlas.xy[:, 1]) > 0)
        code = next((code for code, border in borders.items() if border.covers(Point(town.x_m, town.y_m))), "")
        angle = np.arctan2(atlas.xy[inside, 1] - town.y_m, atlas.xy[inside, 0] - town.x_m)
        quarters = QUARTERS[town.kind]
        part = np.floor((angle + np.pi) / (2 * np.pi) * quarters).astype(int) % quarters
        for quarter in range(quarters):
            nodes = inside[part == quarter]
            chosen = np.sort(rng.permutation(nodes)[:PC6_PER_PC4])
            addresses += _corners(atlas.xy[chosen], pc4, town, code)
            pc4 += 1
    return addresses


def _corners(points: Floats, pc4: int, town: Settlement, gemeente: str) -> list[Address]:
    letters = "ABCDEGHJKLMNPRSTVWXZ"
    lat, lon = to_degrees(points[:, 0], points[:, 1])
    found = []
    for place, (a, b) in enumerate(zip(lat.tolist(), lon.tolist(), strict=True)):
        pair = letters[place // len(letters)] + letters[place % len(letters)]
        street = street_name(pc4 * 37 + place * 5)
        found.append(Address(f"{pc4}{pair}", round(a, 6), round(b, 6), town.name, gemeente, street, 3 + 7 * place % 90))
    return found


def write_region(folder: Path, region: Region) -> dict[str, Path]:
    """Write every file of the register.

    Returns
    -------
    dict
        Path by importer: ``regio``, ``pc4``, ``pc6``, ``vestigingen``, and ``borders`` (GeoJSON, WGS84).
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "regio": folder / f"gemeente_arbeidsmarktregio_{REGION_YEAR}.csv",
        "pc4": folder / "pc4_merenveld.csv",
        "pc6": folder / "pc6_merenveld.csv",
        "vestigingen": folder / "alle-vestigingen-vo-merenveld.csv",
        "borders": folder / "gemeenten.geojson",
    }
    members = [(GEMEENTEN[name], key, name) for key, names in REGIONS.items() for name in names]
    _write(files["regio"], ["gemeentecode", "arbeidsmarktregio", "gemeentenaam"], sorted(members))
    _write(files["pc4"], ["pc4", "lat", "lon", "plaats", "gemeentecode", "bron"], _pc4_rows(region))
    rows = [(a.postcode, a.lat, a.lon, a.settlement, a.gemeente, SOURCE) for a in region.addresses]
    _write(files["pc6"], ["pc6", "lat", "lon", "plaats", "gemeentecode", "bron"], rows)
    _write(files["vestigingen"], DUO_COLUMNS, [_duo_row(school, region) for school in SCHOOLS], "cp1252")
    features = [
        {"type": "Feature", "properties": {"code": code, "name": name}, "geometry": region.borders[code]}
        for name, code in GEMEENTEN.items()
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":"))
    files["borders"].write_text(text, "utf-8")
    return files


def _pc4_rows(region: Region) -> list[Sequence[object]]:
    rows: dict[str, list[Address]] = {}
    for address in region.addresses:
        rows.setdefault(address.postcode[:4], []).append(address)
    return [
        (
            pc4,
            round(sum(a.lat for a in here) / len(here), 5),
            round(sum(a.lon for a in here) / len(here), 5),
            here[0].settlement,
            here[0].gemeente,
            SOURCE,
        )
        for pc4, here in rows.items()
    ]


DUO_COLUMNS: Final = [
    "PROVINCIE", "BEVOEGD GEZAG NUMMER", "BEVOEGD GEZAG NAAM", "BRIN NUMMER", "VESTIGINGSNUMMER", "VESTIGINGSNAAM",
    "STRAATNAAM", "HUISNUMMER-TOEVOEGING", "POSTCODE", "PLAATSNAAM", "GEMEENTENUMMER", "GEMEENTENAAM", "DENOMINATIE",
    "TELEFOONNUMMER", "INTERNETADRES", "ONDERWIJSSTRUCTUUR",
]  # fmt: skip


def school_address(school: School, region: Region) -> Address:
    """Return where a school stands: a corner of its place, another one for each school there."""
    here = region.in_place(school.place)
    return here[(int(school.code[4:]) * 11 + ord(school.code[3]) * 7) % len(here)]


def _duo_row(school: School, region: Region) -> list[str]:
    at = school_address(school, region)
    gemeente = next(name for name, code in GEMEENTEN.items() if code == at.gemeente)
    website = f"www.{school.name.split(',')[0].lower().replace(' ', '').replace('praktijkschool', 'ps-')}.example"
    return [
        "Merenveld", school.bestuur, BESTUREN[school.bestuur], school.code[:4], school.code, school.name.ljust(80),
        at.street, str(at.number), f"{at.postcode[:4]} {at.postcode[4:]}", school.place.upper(), at.gemeente,
        gemeente.upper(), "Algemeen bijzonder", " " * 10, website.ljust(80), school.structure,
    ]  # fmt: skip


def _write(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]], encoding: str = "utf-8") -> None:
    """Write CSV as the real files are: semicolons, CRLF."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
