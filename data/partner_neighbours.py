"""What coverage knows of other domains: the telling, the stage places, and the pupils on an entree route."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.tables.matching import InternshipPlace, Pupil
from data.tables.organisation import GemeenteBorder, PostcodePoint
from data.tables.subsidy import Telling, TellingCount
from matching.agreement import PupilOnRoute
from matching.partner_model import date_text

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

    A place lies in the gemeente of its postcode; without a known postcode in the one whose border holds its point.
    """
    query = select(
        InternshipPlace.sector,
        InternshipPlace.postcode,
        InternshipPlace.lat,
        InternshipPlace.lon,
        InternshipPlace.x_m,
        InternshipPlace.y_m,
        *_SEATS,
    ).where(
        InternshipPlace.first_day <= on,
        InternshipPlace.last_day >= on,
        InternshipPlace.withdrawn_on.is_(None) | (InternshipPlace.withdrawn_on > on),
    )
    points = select(PostcodePoint.postcode, PostcodePoint.gemeente_code)
    known = {row.postcode: row.gemeente_code for row in session.execute(points) if row.gemeente_code is not None}
    rows = session.execute(query).all()
    inside: list[bool] = []
    unknown: list[int] = []
    for number, row in enumerate(rows):
        postcode = row.postcode or ""
        gemeente = known.get(postcode) or known.get(postcode[:4])
        inside.append(gemeente in gemeenten)
        if gemeente is None:
            unknown.append(number)
    if unknown:
        found = _within_borders(session, gemeenten, [(rows[each].lat, rows[each].lon) for each in unknown])
        for number, held in zip(unknown, found, strict=True):
            inside[number] = held
    places: dict[str, int] = defaultdict(int)
    seats: dict[str, int] = defaultdict(int)
    cells: dict[tuple[int, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    middle: dict[tuple[int, int], tuple[float, float]] = {}
    for row, held in zip(rows, inside, strict=True):
        if held:
            places[row.sector] += 1
            seats[row.sector] += max(row[6:])
            key = (int(row.x_m // GRID_M), int(row.y_m // GRID_M))
            cells[key][row.sector] += 1
            middle.setdefault(key, (row.lat, row.lon))
    sectors = [SectorSeats(each, places[each], seats[each]) for each in sorted(places)]
    return sectors, [PlaceCell(*middle[key], dict(sorted(cells[key].items()))) for key in sorted(cells)]


def _within_borders(session: Session, gemeenten: frozenset[str], points: Sequence[tuple[float, float]]) -> list[bool]:
    """Tell for each ``(lat, lon)`` whether it lies in one of the gemeenten, by their newest borders."""
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
