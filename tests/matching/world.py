"""A small town with schools, companies, places and pupils, put in a database through the real importers."""

import csv
import io
from datetime import UTC, datetime

from data.importers import find_importer
from data.importers.framework import compute_diff
from data.importers.matching_templates import TEMPLATES
from data.importers.records import Run
from data.rd import to_rd
from data.tables.organisation import PostcodePoint

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LAT, LON = 52.65, 5.40


def to_csv(name, rows):
    """A file in the real format: unnamed columns are empty."""
    titles = [column.name for column in TEMPLATES[name]]
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, titles, delimiter=";", restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode()


def read_in(database, name, content, **options):
    """Check and save a file; returns the difference that was saved."""
    importer = find_importer(name)
    run = Run(f"{name}.csv", "x", importer.parse_options(options), "test", AT, 1)
    with database.write() as session:
        diff = compute_diff(importer, session, content, run)
        importer.save(session, diff, run)
    return diff


def add_postcodes(database):
    with database.write() as session:
        for code, lat, lon in (("9811", LAT, LON), ("9812", LAT + 0.05, LON), ("9811AB", LAT, LON + 0.001)):
            x_m, y_m = to_rd(lat, lon)
            session.add(
                PostcodePoint(postcode=code, lat=lat, lon=lon, x_m=x_m, y_m=y_m, place="Merendorp", source="test")
            )


def company(number, **more):
    return {
        "bedrijf": f"B{number:03d}",
        "naam": f"Bedrijf {number}",
        "postcode": "9811",
        "delen": "ja",
        "delen_op": "2026-09-01",
        "leerbedrijf_id": str(100000000 + number),
        "erkenningen": "25258:2024-08-01/2028-07-31",
    } | more


def place(number, **more):
    return {
        "plek": f"P{number:03d}",
        "bedrijf": f"B{number:03d}",
        "naam": f"Werk {number}",
        "sector": "groen",
        "lat": f"{LAT + 0.01 * number:.5f}",
        "lon": f"{LON:.5f}",
        "plekken_di": "1",
        "plekken_do": "1",
        "periode_van": "2026-08-01",
        "periode_tot": "2027-07-31",
        "school": "99AA",
        "delen": "ja",
        "tijden": "|".join(f"{day} 09:00-15:30/30" for day in ("ma", "di", "wo", "do", "vr")),
        "taken": "geen",
        "toezicht": "ja",
    } | more


def pupil(number, **more):
    return {
        "leerling": f"{number:04d}",
        "school": "99AA",
        "postcode": "9811",
        "sectoren": "groen|horeca",
        "dagen": "di do",
        "vervoer": "fiets",
        "periode_van": "2026-11-30",
        "periode_tot": "2027-07-09",
        "leeftijdsgroep": "14-15",
        "schooltijden": "geen",
    } | more


def fill_town(database, pupils, places, companies=None):
    """Put rows in the base, companies first; every place gets a company with its own number by default."""
    add_postcodes(database)
    companies = companies if companies is not None else [company(number) for number in range(1, 41)]
    read_in(database, "companies", to_csv("companies", companies))
    read_in(database, "places", to_csv("places", places))
    read_in(database, "pupils", to_csv("pupils", pupils))
