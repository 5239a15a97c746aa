"""A generated country in the real tables: schools with vestigingen, pupils around them, companies and stage places.

Drawn from the lists of the demo (`data.demo.offers`): the same sectors, days and wishes in about the same shares, on
the roads of a network. Everything follows from a seed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import insert

from data.demo.offers import DAYS, PERIOD, SCHOOL_YEAR, SECTORS
from data.demo.working_hours import WorkDrawer
from data.importers.stage_columns import hours, school_hours, tasks
from data.matching_rows import SEAT_COLUMNS
from data.rd import to_rd
from data.tables import matching as tables
from data.tables.organisation import Bestuur, School, Vestiging
from tests.bench.ground import points_of, random_places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from data.session import Database
    from data.tables.base import Base
    from geo.graph import Layer

    Rows = Iterator[dict[str, Any]]

BESTUUR = "99001"
BLOCKS = (PERIOD, ("2026-11-30", "2027-01-29"), ("2027-02-01", "2027-07-09"))
"""A school gives its stages in one of these: the whole year, or a half of it."""
NEAR_KM = 2.8
HOMES_PER_PUPIL = 4
AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Size:
    """How large the country is; two out of three vestigingen are a school of their own."""

    vestigingen: int
    pupils: int
    companies: int
    places: int


@dataclass(frozen=True, slots=True)
class Somewhere:
    """Points on roads, in degrees and in RD New metres."""

    degrees: NDArray[np.float64]
    metres: NDArray[np.float64]

    def columns(self, number: int) -> dict[str, float]:
        """One of them as the columns of a row."""
        (lat, lon), (x_m, y_m) = self.degrees[number].tolist(), self.metres[number].tolist()
        return {"lat": lat, "lon": lon, "x_m": x_m, "y_m": y_m}


def fill_country(database: Database, layer: Layer, size: Size, seed: int = 7) -> list[str]:
    """Write a country in empty tables, in one transaction; returns the BRIN of every school."""
    dice, law = np.random.default_rng(seed), WorkDrawer(seed)
    town, shop = (_somewhere(layer, count, seed + at) for at, count in enumerate((size.vestigingen, size.companies)))
    homes = _somewhere(layer, size.pupils * HOMES_PER_PUPIL, seed + 2)
    codes = [_vestiging_code(number) for number in range(size.vestigingen)]
    brins = sorted({code[:4] for code in codes})
    sector_of = _draw_sectors(dice, size.companies)
    owners = _nearest_school(shop, town, codes)
    # The first place of every company, then more at some of them.
    company_of = np.concatenate([np.arange(size.companies), dice.integers(size.companies, size=size.places)])
    with database.write() as session:

        def write(table: type[Base], rows: Rows) -> None:
            while part := list(islice(rows, AT_ONCE)):
                session.execute(insert(table), part)

        write(Bestuur, iter([{"number": BESTUUR, "name": "Stichting van het land"}]))
        write(School, ({"brin": brin, "name": f"Praktijkschool {brin}", "bestuur_number": BESTUUR} for brin in brins))
        write(Vestiging, _vestigingen(codes, town))
        write(tables.Company, _companies(shop, owners))
        write(tables.CompanyRecognition, _recognitions(sector_of))
        write(tables.InternshipPlace, _places(company_of[: size.places], sector_of, owners, shop, dice, law))
        write(tables.Pupil, _pupils(size, codes, town, homes, dice, law))
    return brins


def _somewhere(layer: Layer, count: int, seed: int) -> Somewhere:
    degrees = np.array([(lat, lon) for _, lat, lon in points_of(layer, random_places(layer, count, seed))])
    metres = np.array([to_rd(lat, lon) for lat, lon in degrees.tolist()])
    return Somewhere(degrees, metres)


def _vestiging_code(number: int) -> str:
    """``99AA00``, ``99AA01``, ``99AB00``, …: of every two schools one has two vestigingen."""
    school, second = number // 3 * 2 + (number % 3 == 2), number % 3 == 1
    return f"99{chr(65 + school // 26)}{chr(65 + school % 26)}0{int(second)}"


def _draw_sectors(dice: np.random.Generator, count: int) -> list[str]:
    weight = np.array([share for share, _, _, _ in SECTORS.values()], dtype=float)
    return dice.choice(list(SECTORS), size=count, p=weight / weight.sum()).tolist()


def _nearest_school(shop: Somewhere, town: Somewhere, codes: list[str]) -> list[str]:
    found: list[str] = []
    for part in np.array_split(shop.metres, max(1, len(shop.metres) // AT_ONCE)):
        away = np.linalg.norm(part[:, None] - town.metres[None], axis=2)
        found += [codes[number][:4] for number in away.argmin(axis=1).tolist()]
    return found


def _vestigingen(codes: list[str], town: Somewhere) -> Rows:
    for number, code in enumerate(codes):
        yield {"code": code, "brin": code[:4], "name": f"Vestiging {code}", "structure": "PRO", **town.columns(number)}


def _is_recognised(number: int) -> bool:
    return number % 8 < 5


def _companies(shop: Somewhere, owners: list[str]) -> Rows:
    for number, owner in enumerate(owners):
        shares = number % 10 > 0
        yield {
            "id": f"B{number:06d}",
            "name": f"Bedrijf {number}",
            "leerbedrijf_id": str(100_000_000 + number) if _is_recognised(number) else None,
            "shares": shares,
            "shares_on": date(2026, 9, 1) if shares else None,
            "owner_brin": owner,
            "point_precision": "punt",
            **shop.columns(number),
        }


def _recognitions(sector_of: list[str]) -> Rows:
    for number, sector in enumerate(sector_of):
        for crebo in SECTORS[sector][1] if _is_recognised(number) else ():
            last = date(2026, 12, 31) if number % 17 == 0 else date(2028, 7, 31)
            yield {
                "company_id": f"B{number:06d}",
                "crebo": crebo,
                "first_day": date(2024, 8, 1),
                "last_day": last,
            }


def _places(
    company_of: NDArray[np.int64],
    sector_of: list[str],
    owners: list[str],
    shop: Somewhere,
    dice: np.random.Generator,
    law: WorkDrawer,
) -> Rows:
    first, last = map(date.fromisoformat, SCHOOL_YEAR)
    seat_columns = SEAT_COLUMNS[: len(DAYS)]
    draw, is_open = dice.random((len(company_of), 8)), dice.random((len(company_of), len(DAYS))) < 0.55
    for number, company in enumerate(company_of.tolist()):
        sector, chance = sector_of[company], draw[number].tolist()
        days = is_open[number].tolist() if is_open[number].any() else [False, True, False, True, False]
        seats = 1 + (chance[0] < 0.25) + (chance[0] < 0.06)
        works = SECTORS[sector][2]
        work = works[int(chance[1] * len(works))]
        asked = law.of_place(work, [day for day, there in zip(DAYS, days, strict=True) if there])
        yield {
            "id": f"P{number:06d}",
            "company_id": f"B{company:06d}",
            "name": work,
            "hours": hours(asked["tijden"]) if asked["tijden"] else None,
            "tasks": tasks(asked["taken"]),
            "overseen": True if asked["toezicht"] else None,
            "sector": sector,
            **{column: seats * there for column, there in zip(seat_columns, days, strict=True)},
            "min_days": min(sum(days), 1 + (chance[2] < 0.6)),
            "first_day": first if chance[3] < 0.9 else date(2027, 2, 1),
            "last_day": last if chance[3] < 0.85 else date(2027, 6, 30),
            "supervision": chance[4] < 0.4,
            "wheelchair": chance[5] < 0.3,
            "sixteen": chance[6] < 0.15,
            "certificate": _is_recognised(company) and chance[7] < 0.6,
            "allowance": chance[7] > 0.85,
            "owner_brin": owners[company],
            "shared": True,
            "point_precision": "punt",
            **shop.columns(company),
        }


def _pupils(
    size: Size, codes: list[str], town: Somewhere, homes: Somewhere, dice: np.random.Generator, law: WorkDrawer
) -> Rows:
    """As many pupils at every vestiging, living around it; one in seven on a route to an entree diploma."""
    counts: Counter[str] = Counter()
    for code, here, share in zip(codes, town.metres, np.array_split(np.arange(size.pupils), len(codes)), strict=True):
        brin = code[:4]
        near = np.exp(-np.linalg.norm(homes.metres - here, axis=1) / 1000 / NEAR_KM) + 1e-12
        chosen = dice.choice(len(near), size=len(share), p=near / near.sum()).tolist()
        first, last = map(date.fromisoformat, BLOCKS[max(0, int(brin[2:], 36) % 6 - 3)])
        for home, draw in zip(chosen, dice.random((len(share), 12)).tolist(), strict=True):
            counts[brin] += 1
            number = f"{counts[brin]:04d}"
            yield {
                "id": f"{brin}-{number}",
                "brin": brin,
                "number": number,
                "vestiging_code": code,
                "point_precision": "punt",
                **homes.columns(home),
                **_needs(draw, dice, size.companies, law),
                "first_day": first,
                "last_day": last,
            }


def _needs(draw: list[float], dice: np.random.Generator, companies: int, law: WorkDrawer) -> dict[str, Any]:
    """What a pupil wants and needs, in about the shares of the demo."""
    wishes = dice.permutation(list(SECTORS))[: 1 + int(draw[1] * 3)].tolist()
    days = dice.permutation(len(DAYS)).tolist()
    stage = 1 + int(draw[2] * 3)
    route = "ABC"[int(draw[4] * 3)] if draw[3] < 0.14 else None
    asked = law.of_pupil(sixteen=draw[9] < 0.45, days=[DAYS[day] for day in sorted(days[stage:])])
    return {
        "route": route,
        "crebo": (SECTORS[wishes[0]][1] or ("25251",))[0] if route in {"B", "C"} else None,
        "sectors": "|".join(wishes),
        "days": sum(1 << day for day in days[:stage]),
        "school_days": sum(1 << day for day in days[stage:]),
        "modes": "fiets" if draw[5] < 0.8 else "lopen" if draw[5] < 0.88 else "fiets ov",
        "max_minutes": None if draw[6] < 0.6 else 20 + 5 * int(draw[6] * 8),
        "supervision": draw[7] < 0.3,
        "wheelchair": draw[8] < 0.02,
        "sixteen": draw[9] < 0.45,
        "age_group": asked["leeftijdsgroep"] or None,
        "age_change": asked["leeftijd_verandert"] or None,
        "school_hours": school_hours(asked["schooltijden"]),
        "certificate": draw[10] < 0.5,
        "previous_minutes": 10 + int(draw[11] * 60) if draw[11] < 0.5 else None,
        "conflicts": f"B{int(draw[0] * companies):06d}" if draw[11] > 0.98 else "",
    }
