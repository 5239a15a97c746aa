"""stops.txt: where one gets on and off, which stations they belong to, and whether a wheelchair can."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from geo.timetable.faults import FeedFaultCode
from geo.timetable.fields import read_degrees

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.timetable.archive import FeedArchive, Rows
    from geo.timetable.collecting import Faults

STOPS = "stops.txt"
STOP, STATION, ENTRANCE, NODE, BOARDING = "0", "1", "2", "3", "4"
_KINDS = {"": STOP, STOP: STOP, STATION: STATION, ENTRANCE: ENTRANCE, NODE: NODE, BOARDING: BOARDING}
_MAY_LACK_POINT = {NODE, BOARDING}
_NEAR_ZERO_DEG = 0.01
_FAR_DEG = 3.0
_NETHERLANDS = (50.0, 3.0, 54.5, 8.0)  # south, west, north, east: degrees that are sea the other way round


@dataclass(frozen=True, slots=True)
class Stops:
    """Stops in the order of their ids; stations and boarding areas are in the same list.

    Attributes
    ----------
    ids, names, platforms
        As in the feed.
    xy
        Longitude, latitude in 1e-7 degree, shape ``(stops, 2)``.
    station
        Number of the station that a stop belongs to, counted from 0; -1 for a stop that stands alone.
    wheelchair
        0 not known, 1 yes, 2 no; what a platform does not tell is what its station tells.
    number
        Id → row.
    children
        Id of a station → the rows of the stops that belong to it, itself included.
    """

    ids: list[str]
    names: list[str]
    platforms: list[str]
    xy: NDArray[np.int32]
    station: NDArray[np.int32]
    wheelchair: NDArray[np.int8]
    number: dict[str, int]
    children: dict[str, tuple[int, ...]]


@dataclass(slots=True)
class _Raw:
    lines: list[int] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)
    parent: list[str] = field(default_factory=list)
    wheelchair: list[str] = field(default_factory=list)
    lat: list[float] = field(default_factory=list)
    lon: list[float] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    platforms: list[str] = field(default_factory=list)


def read_stops(archive: FeedArchive, faults: Faults) -> Stops:
    """Read stops.txt.

    Raises
    ------
    FeedRefused
        A column, id, parent or point is missing, double or impossible.
    """
    raw = _Raw()
    optional = (
        "stop_name", "stop_lat", "stop_lon", "location_type", "parent_station", "wheelchair_boarding", "platform_code",
    )  # fmt: skip
    for rows in archive.rows(STOPS, ("stop_id",), optional):
        _take(rows, raw, faults)
    if not raw.ids:
        faults.add(FeedFaultCode.EMPTY_TABLE, STOPS)
        faults.check()
    _check_swapped(raw, faults)
    _check_parents(raw, faults)
    faults.check()
    return _build(raw)


def _take(rows: Rows, raw: _Raw, faults: Faults) -> None:
    names = (
        "stop_id", "stop_name", "stop_lat", "stop_lon", "location_type", "parent_station", "wheelchair_boarding",
        "platform_code",
    )  # fmt: skip
    for at, values in enumerate(zip(*(rows.columns[name] for name in names), strict=True), rows.first):
        stop, name, lat, lon, kind, parent, wheelchair, platform = values
        if not stop:
            faults.add(FeedFaultCode.EMPTY_VALUE, STOPS, at, "stop_id")
        known = _KINDS.get(kind)
        if known is None:
            faults.add(FeedFaultCode.BAD_CHOICE, STOPS, at, "location_type", kind, choices="0, 1, 2, 3, 4")
        point = _point(lat, lon, known, at, faults)
        raw.lines.append(at)
        raw.ids.append(stop)
        raw.names.append(name)
        raw.kind.append(known or STOP)
        raw.parent.append(parent)
        raw.wheelchair.append(wheelchair)
        raw.platforms.append(platform)
        raw.lat.append(point[0])
        raw.lon.append(point[1])


def _point(lat: str, lon: str, kind: str | None, row: int, faults: Faults) -> tuple[float, float]:
    """Latitude and longitude in degrees; NaN for a place that may go without."""
    if not lat and not lon and kind in _MAY_LACK_POINT:
        return float("nan"), float("nan")
    north, east = read_degrees(lat, 90), read_degrees(lon, 180)
    if north is None or east is None:
        swapped = north is None and read_degrees(lat, 180) is not None and read_degrees(lon, 90) is not None
        code = FeedFaultCode.POINT_SWAPPED if swapped else FeedFaultCode.POINT_IMPOSSIBLE
        faults.add(code, STOPS, row, "stop_lat, stop_lon", f"{lat},{lon}")
        return float("nan"), float("nan")
    if abs(north) < _NEAR_ZERO_DEG and abs(east) < _NEAR_ZERO_DEG:
        faults.add(FeedFaultCode.POINT_ZERO, STOPS, row, "stop_lat, stop_lon", f"{lat},{lon}")
    return north, east


def _check_swapped(raw: _Raw, faults: Faults) -> None:
    """A stop that lies with the others only when its latitude and longitude are exchanged, or a feed in the sea."""
    lat, lon = np.array(raw.lat), np.array(raw.lon)
    known = np.isfinite(lat)
    if not known.any():
        return
    middle_lat, middle_lon = float(np.median(lat[known])), float(np.median(lon[known]))
    far = np.maximum(abs(lat - middle_lat), abs(lon - middle_lon)) > _FAR_DEG
    there = np.maximum(abs(lon - middle_lat), abs(lat - middle_lon)) < _FAR_DEG
    south, west, north, east = _NETHERLANDS
    sea = (south <= lon) & (lon <= north) & (west <= lat) & (lat <= east)
    for row in np.flatnonzero(known & ((far & there) | sea)).tolist():
        found = f"{raw.lat[row]},{raw.lon[row]}"
        faults.add(FeedFaultCode.POINT_SWAPPED, STOPS, raw.lines[row], "stop_lat, stop_lon", found)


def _check_parents(raw: _Raw, faults: Faults) -> None:
    seen: dict[str, int] = {}
    for row, stop in enumerate(raw.ids):
        if stop and stop in seen:
            faults.add(FeedFaultCode.DOUBLE_ID, STOPS, raw.lines[row], "stop_id", stop)
        seen.setdefault(stop, row)
    for row, parent in enumerate(raw.parent):
        if parent and parent not in seen:
            faults.add(FeedFaultCode.UNKNOWN_ID, STOPS, raw.lines[row], "parent_station", parent, table=STOPS)


def _root(row: int, raw: _Raw, number: dict[str, int]) -> int:
    """The station above a stop, or the stop itself; a boarding area belongs to the station of its platform."""
    for _ in range(3):
        parent = raw.parent[row]
        if not parent:
            break
        row = number[parent]
    return row


def _build(raw: _Raw) -> Stops:
    kept = [
        row
        for row, kind in enumerate(raw.kind)
        if kind in {STOP, STATION} or (kind == BOARDING and np.isfinite(raw.lat[row]))
    ]
    kept.sort(key=lambda row: raw.ids[row])
    every = {stop: row for row, stop in enumerate(raw.ids)}
    number = {raw.ids[row]: at for at, row in enumerate(kept)}
    roots = [_root(row, raw, every) for row in kept]
    alone = [root == row and raw.kind[row] != STATION for row, root in zip(kept, roots, strict=True)]
    stations = sorted({root for root, single in zip(roots, alone, strict=True) if not single})
    place = {root: at for at, root in enumerate(stations)}
    members: dict[str, list[int]] = {}
    for at, root in enumerate(roots):
        members.setdefault(raw.ids[root], []).append(at)
    wheelchair = [
        _wheelchair(raw.wheelchair[row]) or _wheelchair(raw.wheelchair[root])
        for row, root in zip(kept, roots, strict=True)
    ]
    degrees = np.array([(raw.lon[row], raw.lat[row]) for row in kept])
    return Stops(
        ids=[raw.ids[row] for row in kept],
        names=[raw.names[row] or raw.ids[row] for row in kept],
        platforms=[raw.platforms[row] for row in kept],
        xy=np.rint(degrees * 1e7).astype(np.int32).reshape(len(kept), 2),
        station=np.array([-1 if single else place[root] for root, single in zip(roots, alone, strict=True)], np.int32),
        wheelchair=np.array(wheelchair, np.int8),
        number=number,
        children={stop: tuple(rows) for stop, rows in members.items()},
    )


def _wheelchair(text: str) -> int:
    return int(text) if text in {"1", "2"} else 0
