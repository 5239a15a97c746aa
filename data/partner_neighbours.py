"""What coverage knows of other domains: the telling, the stage places, and the pupils on an entree route."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Integer, Row, cast, func, select
from sqlalchemy.orm import Session

from data.tables.matching import InternshipPlace, Pupil
from data.tables.organisation import GemeenteBorder, PostcodePoint
from data.tables.subsidy import Telling, TellingCount
from matching.partners.agreement import PupilOnRoute
from matching.partners.model import date_text

_SEATS = tuple(getattr(InternshipPlace, f"seats_{day}") for day in ("ma", "di", "wo", "do", "vr", "za", "zo"))
GRID_M = 2000


@dataclass(frozen=True, slots=True)
class PupilCounts:
    """Pro pupils per vestiging in one telling, and its name for a screen."""

    pupils: Mapping[str, int] = field(default_factory=dict)
    label: str = "nog geen telling ingelezen"


@dataclass(frozen=True, slots=True)
class SectorSeats:
    """Stage places of one sector in an area, and the most seats they have together on one weekday."""

    sector: str
    places: int
    seats: int


@dataclass(frozen=True, slots=True)
class PlaceCell:
    """Stage places in a square of two kilometres, per sector; a map of fifty thousand places stays small."""

    lat: float
    lon: float
    sectors: Mapping[str, int]

    @property
    def places(self) -> int:
        """All places in the square."""
        return sum(self.sectors.values())


def count_pupils(session: Session, on: date) -> PupilCounts:
    """Read the telling whose teldatum is the newest not after ``on``, else the oldest.

    Of one teldatum the version that was read last counts. A number that the source hides is an interval from one to
    four; whatever end is taken, such a group is below five and stays out of every published figure.
    """
    tellingen = session.scalars(select(Telling).order_by(Telling.teldatum, Telling.id)).all()
    if not tellingen:
        return PupilCounts()
    past = [each for each in tellingen if each.teldatum <= on]
    chosen = past[-1] if past else next(e for e in reversed(tellingen) if e.teldatum == tellingen[0].teldatum)
    rows = session.execute(
        select(TellingCount.vestiging, TellingCount.minimum).where(TellingCount.telling_id == chosen.id)
    )
    label = f"{date_text(chosen.teldatum)} ({chosen.status})"
    return PupilCounts({row.vestiging: row.minimum for row in rows}, label)


def count_places(session: Session, gemeenten: frozenset[str], on: date) -> tuple[list[SectorSeats], list[PlaceCell]]:
    """Count the stage places in some gemeenten on a day, per sector and per square.

    A place lies in the gemeente of its postcode; places without a known postcode count, per square, in the gemeente
    whose border holds their middle. The database groups, so fifty thousand places take a moment.
    """
    place = InternshipPlace
    column, row = cast(place.x_m, Integer) // GRID_M, cast(place.y_m, Integer) // GRID_M
    query = (
        select(
            place.sector,
            place.postcode,
            column.label("column"),
            row.label("row"),
            func.count().label("places"),
            func.avg(place.lat).label("lat"),
            func.avg(place.lon).label("lon"),
            *(func.sum(each) for each in _SEATS),
        )
        .where(
            place.first_day <= on,
            place.last_day >= on,
            place.withdrawn_on.is_(None) | (place.withdrawn_on > on),
        )
        .group_by(place.sector, place.postcode, column, row)
        .order_by(place.sector, place.postcode, column, row)
    )
    points = select(PostcodePoint.postcode, PostcodePoint.gemeente_code)
    known = {each.postcode: each.gemeente_code for each in session.execute(points) if each.gemeente_code is not None}
    groups = session.execute(query).all()
    found = [known.get(each.postcode or "") or known.get((each.postcode or "")[:4]) for each in groups]
    unknown = [number for number, gemeente in enumerate(found) if gemeente is None]
    held = _within_borders(session, gemeenten, [(groups[each].lat, groups[each].lon) for each in unknown])
    inside = {number for number, gemeente in enumerate(found) if gemeente in gemeenten}
    inside |= {number for number, is_held in zip(unknown, held, strict=True) if is_held}
    return _sum_places([groups[number] for number in sorted(inside)])


def _sum_places(groups: Sequence[Row[Any]]) -> tuple[list[SectorSeats], list[PlaceCell]]:
    places: dict[str, int] = defaultdict(int)
    days: dict[str, list[int]] = defaultdict(lambda: [0] * len(_SEATS))
    cells: dict[tuple[int, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    middle: dict[tuple[int, int], tuple[float, float]] = {}
    for each in groups:
        places[each.sector] += each.places
        days[each.sector] = [old + int(count) for old, count in zip(days[each.sector], tuple(each)[7:], strict=True)]
        key = (each.column, each.row)
        cells[key][each.sector] += each.places
        middle.setdefault(key, (float(each.lat), float(each.lon)))
    sectors = [SectorSeats(each, places[each], max(days[each])) for each in sorted(places)]
    return sectors, [PlaceCell(*middle[key], dict(sorted(cells[key].items()))) for key in sorted(cells)]


def _within_borders(session: Session, gemeenten: frozenset[str], points: Sequence[tuple[float, float]]) -> list[bool]:
    """Tell for each ``(lat, lon)`` whether it lies in one of the gemeenten, by their newest borders."""
    if not points:
        return []
    newest: dict[str, str] = {}
    rows = session.scalars(
        select(GemeenteBorder).where(GemeenteBorder.gemeente_code.in_(sorted(gemeenten))).order_by(GemeenteBorder.year)
    )
    for row in rows:
        newest[row.gemeente_code] = row.geojson
    if not newest:
        return [False] * len(points)
    from shapely import contains_xy, prepare, union_all
    from shapely.geometry import shape

    area = union_all([shape(json.loads(text)) for text in newest.values()])
    prepare(area)
    found = contains_xy(area, [lon for _, lon in points], [lat for lat, _ in points])
    return [bool(each) for each in found]


def pupils_on_route(session: Session, brin: str) -> Sequence[PupilOnRoute]:
    """List the present pupils of a school that are on route B or C."""
    rows = session.scalars(
        select(Pupil).where(Pupil.brin == brin, Pupil.route.in_(("B", "C")), Pupil.left_on.is_(None)).order_by(Pupil.id)
    )
    return [PupilOnRoute(row.id, row.brin, row.route or "", row.crebo or "", None, row.last_day) for row in rows]
