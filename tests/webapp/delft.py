"""A real town: pupils at address points, places at named offices and shops, and the roads, all of one OSM extract."""

import csv
import io
import random

import osmium

from data.importers.matching_templates import TEMPLATES
from geo.build import build_network

EXTRACT = "osm/tudelft_demo.osm.pbf"
SCHOOL, VESTIGING = "20AB", "20AB05"
"""Grotius College, department praktijkonderwijs, Vulcanusweg: the one pro school inside the extract."""

PUPILS = 60
SECTOR_OF = {
    "bakery": "horeca",
    "supermarket": "detailhandel",
    "hairdresser": "zorg",
    "beauty": "zorg",
    "hearing_aids": "zorg",
    "bicycle": "techniek",
    "car_repair": "techniek",
    "electronics": "techniek",
    "doityourself": "bouw",
    "kitchen": "bouw",
    "bathroom_furnishing": "bouw",
    "dry_cleaning": "schoonmaak",
    "company": "logistiek",
    "engineer": "techniek",
    "research": "techniek",
    "educational_institution": "schoonmaak",
}
MODES = ("fiets", "fiets", "fiets", "lopen", "fiets lopen", "auto", "fiets auto", "ov")
PATTERNS = ("di do", "ma di", "wo", "di")


def read_points(extract):
    """Address points as (lat, lon), and named offices and shops as (node id, name, kind, lat, lon)."""
    addresses, offers = [], []
    nodes = osmium.FileProcessor(str(extract), osmium.osm.osm_entity_bits.NODE)
    for node in nodes.with_filter(osmium.filter.KeyFilter("addr:housenumber", "shop", "office")):
        lat, lon = node.location.lat, node.location.lon
        if "addr:housenumber" in node.tags:
            addresses.append((lat, lon))
        if "name" in node.tags and ("shop" in node.tags or "office" in node.tags):
            offers.append((node.id, node.tags["name"], node.tags.get("shop") or node.tags["office"], lat, lon))
    return addresses, offers


def _file(name, rows):
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, [column.name for column in TEMPLATES[name]], delimiter=";", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode()


def write_files(extract, seed=5):
    """The three stage files as CSV, made of what the map knows; chance decides on wishes, days and seats."""
    dice = random.Random(seed)
    addresses, offers = read_points(extract)
    period = {"periode_van": "2026-11-30", "periode_tot": "2027-07-09"}
    year = {"periode_van": "2026-08-01", "periode_tot": "2027-07-31"}
    sectors = sorted({*SECTOR_OF.values(), "detailhandel"})
    companies, places, pupils = [], [], []
    for node, name, kind, lat, lon in offers:
        point = {"lat": f"{lat:.7f}", "lon": f"{lon:.7f}"}
        code = f"N{node}"
        companies.append({"bedrijf": code, "naam": name, "delen": "ja", "delen_op": "2026-09-01", **point})
        seats = {f"plekken_{day}": dice.choice((0, 1, 1, 2)) for day in ("ma", "wo", "do")} | {"plekken_di": 1}
        places.append({
            "plek": code, "bedrijf": code, "naam": f"Hulp bij {name}", "school": SCHOOL, "delen": "ja",
            "sector": SECTOR_OF.get(kind, "detailhandel"), "begeleiding_op_maat": dice.choice(("ja", "nee")),
            "reisvergoeding": dice.choice(("ja", "nee")), "taken": "geen", "toezicht": "ja",
            "tijden": "|".join(f"{day} 09:00-15:30/30" for day in ("ma", "di", "wo", "do")), **seats, **year, **point,
        })  # fmt: skip
    for number, (lat, lon) in enumerate(dice.sample(addresses, PUPILS), start=1):
        pupils.append({
            "leerling": f"{number:04d}", "school": SCHOOL, "vestiging": VESTIGING, "lat": f"{lat:.7f}",
            "lon": f"{lon:.7f}", "sectoren": "|".join(dice.sample(sectors, 3)), "dagen": dice.choice(PATTERNS),
            "schooldagen": "vr", "vervoer": dice.choice(MODES), "max_minuten": dice.choice(("", "", "8", "15")),
            "leeftijdsgroep": "16-17", "schooltijden": "vr 08:30-14:00", **period,
        })  # fmt: skip
    return {name: _file(name, rows) for name, rows in
            (("companies", companies), ("places", places), ("pupils", pupils))}  # fmt: skip


def load_delft(services, home, shared):
    """Put the real school and the real town in an installation, everything through the ordinary imports."""
    real = {
        "regio": "regio/gemeente_arbeidsmarktregio_2026.csv",
        "postcodes": "postcode/pc4_centroiden.csv",
        "vestigingen": "duo/alle-vestigingen-vo-2020.csv",
    }
    files = [(name, (shared / path).name, (shared / path).read_bytes()) for name, path in real.items()]
    made = write_files(shared / EXTRACT)
    files += [(name, f"{name}.csv", made[name]) for name in ("companies", "places", "pupils")]
    for name, file, content in files:
        services.imports.accept(services.imports.offer(name, file, content, {}, "test"))
    build_network(home, "delft", shared / EXTRACT)
    services.travel.choose("delft", by="test")
