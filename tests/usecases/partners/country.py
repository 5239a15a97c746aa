"""A generated road network as large as the country, and partners at real towns, for measuring chain and coverage."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from math import cos, radians
from pathlib import Path
from random import Random

from geo.build import build_network
from geo.definition import load_definition
from geo.graph import Networks, RoadGraph

SOUTH, NORTH, WEST, EAST = 50.72, 53.60, 3.30, 7.25


def build_country(home: Path, spacing_m: float) -> RoadGraph:
    """Make a network of the country for travel by car, or open the one that an earlier run left in this home."""
    networks = Networks(home)
    name = f"land-{spacing_m:.0f}"
    if name not in networks.names():
        extract = home / f"{name}.osm.pbf"
        write_country(extract, spacing_m)
        build_network(home, name, extract, definitions=[load_definition("auto-snelst")])
        extract.unlink()
    return networks.open(name)


def write_country(path: Path, spacing_m: float, seed: int = 7) -> int:
    """Write a lattice of roads over the whole country as a real ``.osm.pbf``; returns how many nodes it has.

    Every fifth street is a secondary road and every fortieth a motorway, so that long trips bend to the fast ones.
    """
    import osmium

    random = Random(seed)
    step_lat = spacing_m / 111_200
    step_lon = spacing_m / (111_200 * cos(radians(52.2)))
    rows, columns = int((NORTH - SOUTH) / step_lat), int((EAST - WEST) / step_lon)
    shake = step_lat / 8

    def number(row: int, column: int) -> int:
        return row * columns + column + 1

    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for row in range(rows):
            for column in range(columns):
                lon = WEST + column * step_lon + random.uniform(-shake, shake)
                lat = SOUTH + row * step_lat + random.uniform(-shake, shake)
                writer.add_node(osmium.osm.mutable.Node(id=number(row, column), location=(lon, lat)))
        way = 0
        for row in range(rows):
            way += 1
            nodes = [number(row, column) for column in range(columns)]
            writer.add_way(osmium.osm.mutable.Way(id=way, nodes=nodes, tags=_tags(row)))
        for column in range(columns):
            way += 1
            nodes = [number(row, column) for row in range(rows)]
            writer.add_way(osmium.osm.mutable.Way(id=way, nodes=nodes, tags=_tags(column)))
    return rows * columns


def _tags(index: int) -> dict[str, str]:
    if index % 40 == 0:
        return {"highway": "trunk", "maxspeed": "100", "oneway": "no"}
    return {"highway": "secondary" if index % 5 == 0 else "residential"}


def partner_rows(shared: Path) -> list[str]:
    """Place two bekostigde mbo's with three locations in real towns of every region, and three niet-bekostigde."""
    region_of = {}
    with (shared / "regio/gemeente_arbeidsmarktregio_2026.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file, delimiter=";"):
            region_of[row["gemeentecode"]] = row["arbeidsmarktregio"]
    towns: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    with (shared / "postcode/pc4_centroiden.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file, delimiter=";"):
            if row["gemeentecode"] in region_of:
                towns[row["gemeentecode"]].append((row["lat"], row["lon"], row["plaats"]))
    lines = []
    for number, region in enumerate(sorted(set(region_of.values()))):
        sizes = Counter({code: len(towns[code]) for code, own in region_of.items() if own == region and towns[code]})
        largest = [code for code, _ in sorted(sizes.items(), key=lambda each: (-each[1], each[0]))[:3]]
        for place, gemeente in enumerate(largest):
            lat, lon, name = towns[gemeente][0]
            partner = f"R{number:02d}" if place < 2 else f"V{number:02d}"
            who = f"ROC {region}" if place < 2 else f"Vakcollege {region}"
            seats = 150 + 100 * place
            lines.append(
                f"{partner};{who};ja;;;{partner}-{place};{name};;{gemeente};{lat};{lon};25254 25257;{seats};0;ja"
            )
        if number < 3:
            lat, lon, name = towns[largest[0]][-1]
            who, code = f"Vakschool {name}", f"P{number:02d}"
            lines.append(f"{code};{who};nee;2020-08-01;;{code}-0;{name};;{largest[0]};{lat};{lon};25254;50;0;ja")
    return lines
