"""Pupils, companies and stage places of Merenveld, written in the import formats.

Nobody in it exists. Pupils live near their school, most companies stand where people live, and some of both lie across
the water, so that travel decides. Everything follows from a seed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from data.demo.places import SCHOOLS, Address, Region, school_address
from data.demo.working_hours import WorkDrawer
from data.importers.matching_templates import COMPANY_COLUMNS, PLACE_COLUMNS, PUPIL_COLUMNS, TemplateColumn

PUPILS: Final = 1_200
COMPANIES: Final = 1_500
PLACES: Final = 3_000
PERIOD: Final = ("2026-11-30", "2027-07-09")
SCHOOL_YEAR: Final = ("2026-08-31", "2027-07-31")
DAYS: Final = ("ma", "di", "wo", "do", "vr")
#: Sector, how often companies offer it, its crebo's, what one does there, and how such a company is called.
SECTORS: Final[dict[str, tuple[int, tuple[str, ...], tuple[str, ...], tuple[str, ...]]]] = {
    "detailhandel": (22, ("25257", "25261"), ("Vakkenvuller", "Hulp in de winkel", "Kassa en magazijn"),
                     ("Supermarkt", "Bouwmarkt", "Kledingwinkel", "Fietsenwinkel", "Drogisterij")),
    "horeca": (18, ("25252", "25260"), ("Hulp in de keuken", "Hulp in de bakkerij", "Bediening"),
               ("Bakkerij", "Lunchroom", "Restaurant", "Eetcafé", "IJssalon")),
    "zorg": (15, ("25251",), ("Hulp in de huiskamer", "Hulp bij maaltijden", "Linnenkamer"),
             ("Woonzorgcentrum", "Kinderopvang", "Dagbesteding")),
    "groen": (14, ("25258",), ("Medewerker groen", "Hulp in de kas", "Hulp op het terrein"),
              ("Hoveniersbedrijf", "Kwekerij", "Tuincentrum", "Boomverzorging")),
    "techniek": (13, ("25253", "25255"), ("Hulp in de werkplaats", "Hulpmonteur", "Fietsenmaker"),
                 ("Garage", "Installatiebedrijf", "Metaalbewerking", "Fietsherstel")),
    "logistiek": (11, ("25254", "25259"), ("Orderpicker", "Hulp in het magazijn", "Inpakker"),
                  ("Distributiecentrum", "Groothandel", "Pakketdienst")),
    "bouw": (9, ("25250",), ("Hulp op de bouw", "Schildershulp", "Hulp in de timmerwerkplaats"),
             ("Bouwbedrijf", "Schildersbedrijf", "Timmerfabriek")),
    "schoonmaak": (6, ("25251",), ("Schoonmaker", "Hulp bij de facilitaire dienst"),
                   ("Schoonmaakbedrijf", "Sporthal", "Wasserij")),
    "dierverzorging": (4, (), ("Dierverzorger", "Hulp op stal"), ("Kinderboerderij", "Manege", "Dierenpension")),
}  # fmt: skip
FAMILY: Final = (
    "Wilg", "Van Dam", "De Boer", "Bakker", "Visser", "Smit", "Mulder", "Dijkstra", "Kok", "Vos", "Prins", "Kuiper",
    "Postma", "Hoekstra", "Yilmaz", "El Amrani", "Nguyen", "Kowalski", "De Haan", "Brouwer", "Schouten", "Blom", "Maas",
    "Zwart", "Kroes", "Veenstra", "Hoeksema", "Tol", "Bos", "Groen",
)  # fmt: skip


def write_offers(folder: Path, region: Region) -> dict[str, Path]:
    """Write the three files; returns their paths by importer name."""
    rng, law = np.random.default_rng([region.seed, 51]), WorkDrawer(region.seed)
    companies = _companies(region, rng)
    files = {name: folder / f"{name}_merenveld.csv" for name in ("companies", "places", "pupils")}
    _write(files["companies"], COMPANY_COLUMNS, [row for row, _, _ in companies])
    _write(files["places"], PLACE_COLUMNS, _places(companies, rng, law))
    _write(files["pupils"], PUPIL_COLUMNS, _pupils(region, companies, rng, law))
    return files


Rows = list[dict[str, str]]
Company = tuple[dict[str, str], str, Address]


def _companies(region: Region, rng: np.random.Generator) -> list[Company]:
    names = list(SECTORS)
    weight = np.array([SECTORS[name][0] for name in names], dtype=float)
    sectors = rng.choice(len(names), size=COMPANIES, p=weight / weight.sum())
    at = rng.integers(len(region.addresses), size=COMPANIES)
    draw = rng.random((COMPANIES, 6))
    made: list[Company] = []
    for number in range(COMPANIES):
        sector = names[sectors[number]]
        _, crebos, _, kinds = SECTORS[sector]
        address = region.addresses[int(at[number])]
        family = FAMILY[int(draw[number, 0] * len(FAMILY))]
        recognised = bool(crebos) and draw[number, 1] < 0.62
        shared = draw[number, 2] < 0.9
        lat, lon = address.lat + (draw[number, 3] - 0.5) * 0.002, address.lon + (draw[number, 4] - 0.5) * 0.003
        row = {
            "bedrijf": f"B{number + 1:04d}",
            "naam": f"{kinds[int(draw[number, 5] * len(kinds))]} {family}",
            "leerbedrijf_id": str(100_200_000 + 37 * number) if recognised else "",
            "adres": f"{address.street} {address.number}",
            "postcode": address.postcode,
            "plaats": address.settlement,
            "lat": _number(lat),
            "lon": _number(lon),
            "contact_naam": f"{'ABDEFHJKLMNRST'[number % 14]}. {family}",
            "contact_email": f"stage@bedrijf{number + 1:04d}.example",
            "delen": "ja" if shared else "nee",
            "delen_op": "2026-09-01" if shared else "",
            "erkenningen": "|".join(f"{crebo}:2024-08-01/{'2026-12-31' if number % 17 == 0 else '2028-07-31'}"
                                    for crebo in crebos) if recognised else "",
        }  # fmt: skip
        made.append((row, sector, address))
    return made


def _places(companies: list[Company], rng: np.random.Generator, law: WorkDrawer) -> Rows:
    """Two places a company on average; a few ask a day that few schools have, or run in another period."""
    chosen = np.concatenate([np.arange(COMPANIES), rng.integers(COMPANIES, size=PLACES - COMPANIES)])
    draw = rng.random((PLACES, 8))
    rows: Rows = []
    for number in range(PLACES):
        company, sector, address = companies[int(chosen[number])]
        tasks = SECTORS[sector][2]
        open_days = [day for day, chance in zip(DAYS, rng.random(5), strict=True) if chance < 0.55] or ["di", "do"]
        work = tasks[int(draw[number, 1] * len(tasks))]
        seats = 1 + int(draw[number, 0] < 0.25) + int(draw[number, 0] < 0.06)
        rows.append(
            {
                "plek": f"P{number + 1:04d}",
                "bedrijf": company["bedrijf"],
                "naam": work,
                "sector": sector,
                **{f"plekken_{day}": str(seats if day in open_days else 0) for day in DAYS},
                "dagen_per_week": str(min(len(open_days), 1 + int(draw[number, 2] < 0.6))),
                "periode_van": SCHOOL_YEAR[0] if draw[number, 3] < 0.9 else "2027-02-01",
                "periode_tot": SCHOOL_YEAR[1] if draw[number, 3] < 0.85 else "2027-06-30",
                "begeleiding_op_maat": _yes(draw[number, 4] < 0.4),
                "rolstoel": _yes(draw[number, 5] < 0.3),
                "zestien_plus": _yes(draw[number, 6] < 0.15),
                "praktijkverklaring": _yes(bool(company["leerbedrijf_id"]) and draw[number, 7] < 0.6),
                "reisvergoeding": _yes(draw[number, 7] > 0.85),
                "school": SCHOOLS[_nearest_school(address)].code[:4],
                "delen": company["delen"],
                **law.of_place(work, open_days),
            }
        )
    return rows


_SCHOOL_TOWN: Final = {school.place: number for number, school in enumerate(SCHOOLS)}


def _nearest_school(address: Address) -> int:
    """The school that found the place: the one of its town, or else one by postcode."""
    return _SCHOOL_TOWN.get(address.settlement, int(address.postcode[:4]) % len(SCHOOLS))


def _pupils(region: Region, companies: list[Company], rng: np.random.Generator, law: WorkDrawer) -> Rows:
    """A hundred pupils a vestiging, living around it; one in eight on a route to an entree diploma."""
    rows: Rows = []
    lat = np.array([address.lat for address in region.addresses])
    lon = np.array([address.lon for address in region.addresses])
    counts: dict[str, int] = {}
    for number in range(PUPILS):
        school = SCHOOLS[number % len(SCHOOLS)]
        brin = school.code[:4]
        counts[brin] = counts.get(brin, 0) + 1
        here = school_address(school, region)
        away_km = np.hypot((lat - here.lat) * 111.3, (lon - here.lon) * 67.5)
        near = np.exp(-away_km / 2.8)
        home = region.addresses[int(rng.choice(len(near), p=near / near.sum()))]
        draw = rng.random(12)
        wishes = list(
            rng.permutation([n for n in SECTORS if draw[0] < 0.9 or n != "dierverzorging"])[: 1 + int(draw[1] * 3)]
        )
        stage = [DAYS[place] for place in sorted(rng.permutation(5)[: 1 + int(draw[2] * 3)])]
        route = "" if draw[3] > 0.14 else "ABC"[int(draw[4] * 3)]
        crebos = SECTORS[str(wishes[0])][1] or ("25251",)
        mbo = [next(day for day in DAYS if day not in stage)] if route in {"A", "C"} else []
        rows.append(
            {
                "leerling": f"{counts[brin]:04d}",
                "school": brin,
                "vestiging": school.code,
                "postcode": home.postcode,
                "route": route,
                "crebo": crebos[0] if route in {"B", "C"} else "",
                "sectoren": "|".join(map(str, wishes)),
                "dagen": " ".join(stage),
                "schooldagen": " ".join(day for day in DAYS if day not in {*stage, *mbo}),
                "mbodagen": " ".join(mbo),
                "mbo_postcode": "8942" if mbo else "",
                "vervoer": "fiets" if draw[5] < 0.8 else "lopen" if draw[5] < 0.88 else "fiets ov",
                "max_minuten": "" if draw[6] < 0.6 else str(20 + 5 * int(draw[6] * 8)),
                "begeleiding": _yes(draw[7] < 0.3),
                "rolstoel": _yes(draw[8] < 0.02),
                "zestien_plus": _yes(draw[9] < 0.45),
                "praktijkverklaring": _yes(draw[10] < 0.5),
                "niet_leerplichtig_vanaf": "2026-08-01" if route == "A" else "",
                "periode_van": PERIOD[0],
                "periode_tot": PERIOD[1],
                "vorige_stage_minuten": str(10 + int(draw[11] * 60)) if draw[11] < 0.5 else "",
                "niet_bij": companies[int(draw[11] * 999)][0]["bedrijf"] if draw[11] > 0.98 else "",
                "instroomadvies_pro": "2026-09-14" if route in {"B", "C"} and draw[10] < 0.7 else "",
                "instroomadvies_mbo": "2026-09-21" if route in {"B", "C"} and draw[10] < 0.5 else "",
                "examendeelnemer_sinds": "2026-10-01" if route in {"B", "C"} and draw[10] < 0.4 else "",
                **law.of_pupil(sixteen=bool(draw[9] < 0.45), days=[day for day in DAYS if day not in stage]),
            }
        )
    return rows


def _yes(value: object) -> str:
    return "ja" if value else "nee"


def _number(value: float) -> str:
    return f"{value:.6f}".replace(".", ",")


def _write(path: Path, columns: Sequence[TemplateColumn], rows: Rows) -> None:
    """Write CSV as a school would make it: semicolons, decimal comma, CRLF."""
    names = [column.name for column in columns]
    text = io.StringIO()
    writer = csv.DictWriter(text, names, delimiter=";", lineterminator="\r\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode("utf-8"))
