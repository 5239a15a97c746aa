"""agency.txt, routes.txt and trips.txt: whose line a trip runs on, and on which days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from geo.timetable.faults import FeedFaultCode
from geo.timetable.fields import read_whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.timetable.archive import FeedArchive
    from geo.timetable.collecting import Faults

AGENCY, ROUTES, TRIPS = "agency.txt", "routes.txt", "trips.txt"


@dataclass(frozen=True, slots=True)
class Agencies:
    """Carriers, and the one time zone they all keep."""

    ids: list[str]
    names: list[str]
    zone: str
    number: dict[str, int]


@dataclass(frozen=True, slots=True)
class Routes:
    """Lines: id, what people call it, kind of vehicle (GTFS route_type) and carrier."""

    ids: list[str]
    names: list[str]
    kind: NDArray[np.int32]
    agency: NDArray[np.int32]
    number: dict[str, int]


@dataclass(frozen=True, slots=True)
class Trips:
    """Trips in the order of the file: line, service, and whether a wheelchair can (0 not known, 1 yes, 2 no)."""

    ids: list[str]
    route: NDArray[np.int32]
    service: NDArray[np.int32]
    wheelchair: NDArray[np.int8]
    number: dict[str, int]


def read_agencies(archive: FeedArchive, faults: Faults) -> Agencies:
    """Read agency.txt.

    Raises
    ------
    FeedRefused
        No carrier, a carrier twice, or more than one time zone: then nobody can say when a trip leaves.
    """
    ids: list[str] = []
    names: list[str] = []
    zones: dict[str, int] = {}
    for rows in archive.rows(AGENCY, ("agency_name", "agency_timezone"), ("agency_id",)):
        columns = (rows.columns[name] for name in ("agency_id", "agency_name", "agency_timezone"))
        for row, (agency, name, zone) in enumerate(zip(*columns, strict=True), rows.first):
            if agency in ids:
                faults.add(FeedFaultCode.DOUBLE_ID, AGENCY, row, "agency_id", agency)
            if zones and zone not in zones:
                faults.add(FeedFaultCode.SEVERAL_ZONES, AGENCY, row, "agency_timezone", zone, other=next(iter(zones)))
            elif not _is_zone(zone):
                faults.add(FeedFaultCode.UNKNOWN_ZONE, AGENCY, row, "agency_timezone", zone)
            zones.setdefault(zone, row)
            ids.append(agency)
            names.append(name)
    if not ids:
        faults.add(FeedFaultCode.EMPTY_TABLE, AGENCY)
    faults.check()
    return Agencies(ids, names, next(iter(zones)), {agency: at for at, agency in enumerate(ids)})


def _is_zone(text: str) -> bool:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def read_routes(archive: FeedArchive, agencies: Agencies, faults: Faults) -> Routes:
    """Read routes.txt; a route without a carrier belongs to the only one there is."""
    names = ("route_id", "route_type", "agency_id", "route_short_name", "route_long_name")
    ids: list[str] = []
    titles: list[str] = []
    kinds: list[int] = []
    owners: list[int] = []
    number: dict[str, int] = {}
    for rows in archive.rows(ROUTES, names[:2], names[2:]):
        for row, values in enumerate(zip(*(rows.columns[name] for name in names), strict=True), rows.first):
            route, kind, agency, short, long = values
            if not route:
                faults.add(FeedFaultCode.EMPTY_VALUE, ROUTES, row, "route_id")
            if route in number:
                faults.add(FeedFaultCode.DOUBLE_ID, ROUTES, row, "route_id", route)
            kind_number = read_whole(kind)
            if kind_number is None:
                faults.add(FeedFaultCode.BAD_NUMBER, ROUTES, row, "route_type", kind)
            owner = agencies.number.get(agency)
            if owner is None and not agency and len(agencies.ids) == 1:
                owner = 0
            if owner is None:
                faults.add(FeedFaultCode.UNKNOWN_ID, ROUTES, row, "agency_id", agency, table=AGENCY)
            number[route] = len(ids)
            ids.append(route)
            titles.append(short or long or route)
            kinds.append(kind_number or 0)
            owners.append(owner or 0)
    if not ids:
        faults.add(FeedFaultCode.EMPTY_TABLE, ROUTES)
    faults.check()
    return Routes(ids, titles, np.array(kinds, np.int32), np.array(owners, np.int32), number)


def read_trips(archive: FeedArchive, routes: Routes, services: dict[str, int], faults: Faults) -> Trips:
    """Read trips.txt."""
    required = ("trip_id", "route_id", "service_id")
    ids: list[str] = []
    route_of: list[int] = []
    service_of: list[int] = []
    wheelchair: list[int] = []
    number: dict[str, int] = {}
    for rows in archive.rows(TRIPS, required, ("wheelchair_accessible",)):
        columns = (rows.columns[name] for name in (*required, "wheelchair_accessible"))
        for row, (trip, route, service, chair) in enumerate(zip(*columns, strict=True), rows.first):
            if not trip:
                faults.add(FeedFaultCode.EMPTY_VALUE, TRIPS, row, "trip_id")
            if trip in number:
                faults.add(FeedFaultCode.DOUBLE_ID, TRIPS, row, "trip_id", trip)
            if route not in routes.number:
                faults.add(FeedFaultCode.UNKNOWN_ID, TRIPS, row, "route_id", route, table=ROUTES)
            if service not in services:
                faults.add(FeedFaultCode.UNKNOWN_ID, TRIPS, row, "service_id", service, table="calendar.txt")
            number[trip] = len(ids)
            ids.append(trip)
            route_of.append(routes.number.get(route, 0))
            service_of.append(services.get(service, 0))
            wheelchair.append(int(chair) if chair in {"1", "2"} else 0)
    if not ids:
        faults.add(FeedFaultCode.EMPTY_TABLE, TRIPS)
    faults.check()
    return Trips(
        ids, np.array(route_of, np.int32), np.array(service_of, np.int32), np.array(wheelchair, np.int8), number
    )
