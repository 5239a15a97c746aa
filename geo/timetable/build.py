"""From a GTFS zip to a version on disk: slow, offline, and all or nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import file_digest
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.runtime import keep_cache_in
from geo.timetable.archive import FeedArchive
from geo.timetable.calls import CLOSED, Calls, read_calls
from geo.timetable.changes import Points, place_points, read_transfers
from geo.timetable.collecting import Faults
from geo.timetable.days import ALIGHT, BOARD, Lines, build_day, runs_of
from geo.timetable.distances import along_trips
from geo.timetable.faults import FeedFaultCode
from geo.timetable.headways import Headway, read_headways, templates_of
from geo.timetable.places import STOPS, read_stops
from geo.timetable.routes import AGENCY, ROUTES, TRIPS, read_agencies, read_routes, read_trips
from geo.timetable.seated import Ride, append_rides, find_rides
from geo.timetable.services import read_info, read_services
from geo.timetable.store import FORMAT, Feed, Timetables
from geo.timetable.texts import pack_texts
from geo.timetable.versions import NewVersion

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from geo.timetable.places import Stops
    from geo.timetable.routes import Agencies, Routes, Trips
    from geo.timetable.services import FeedInfo, Services


def import_feed(
    home: Path,
    name: str,
    source: Path,
    *,
    today: dt.date | None = None,
    on_progress: Callable[[str], None] = lambda _: None,
) -> Feed:
    """Read a feed and use it from then on.

    Parameters
    ----------
    home
        ``STAGEROUTE_HOME``.
    name
        Name of the timetable: lower case letters, digits and dashes.
    source
        A GTFS zip.
    today
        Which years to read of a service that runs "for ever"; those from its start when not given.
    on_progress
        Called with the name of each table before it is read.

    Raises
    ------
    FeedRefused
        Something in the feed is wrong; all that was met is named.
    TimetableError
        The name cannot be one, the disk refuses, or another import of this name is running. The version that was in
        use stays in use.
    """
    timetables = Timetables(home)
    timetables.folder_of(name)
    keep_cache_in(home)
    archive = FeedArchive(source)
    try:
        archive.need(AGENCY, STOPS, ROUTES, TRIPS, "stop_times.txt")
        plan = _read(archive, today, on_progress)
    finally:
        archive.close()
    with source.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
    with NewVersion(timetables, name) as version:
        _write(version, plan, source.name, digest, on_progress)
        return version.finish()


@dataclass(frozen=True, slots=True)
class _Plan:
    """Everything that was read, ready to be written."""

    agencies: Agencies
    info: FeedInfo
    stops: Stops
    routes: Routes
    trips: Trips
    services: Services
    points: Points
    lines: Lines
    parts: NDArray[np.int32]
    counts: dict[str, int]
    dropped: dict[str, int]
    distances: tuple[NDArray[np.int32], NDArray[np.int8]]
    service: NDArray[np.int32]


def _read(archive: FeedArchive, today: dt.date | None, on_progress: Callable[[str], None]) -> _Plan:
    faults = Faults(archive)
    on_progress(STOPS)
    agencies = read_agencies(archive, faults)
    stops = read_stops(archive, faults)
    info = read_info(archive, faults)
    services = read_services(archive, info, faults, around=today)
    on_progress(TRIPS)
    routes = read_routes(archive, agencies, faults)
    trips = read_trips(archive, routes, services.number, faults)
    on_progress("stop_times.txt")
    calls = read_calls(archive, trips, stops, faults)
    headways = read_headways(archive, trips, faults)
    transfers = read_transfers(archive, stops, routes, trips, faults)
    faults.check()
    own_calls, own_trips = len(calls), int(np.count_nonzero(np.diff(calls.start) > 1))
    templates = {row.trip for row in headways}
    pairs = [pair for pair in transfers.seated if not templates.intersection(pair)]
    rides = find_rides(pairs, calls, trips.service, services)
    parts = np.repeat(np.arange(len(trips.ids), dtype=np.int32), np.diff(calls.start))
    calls, parts = append_rides(calls, parts, rides)
    service, services = _with_rides(trips.service, services, rides)
    route = np.concatenate([trips.route, trips.route[[ride.trips[0] for ride in rides]]]).astype(np.int32)
    points = place_points(transfers, stops, trips, calls, parts)
    metres, measured, odd = along_trips(calls, stops, parts)
    lines = _lines(calls, points, route, headways)
    if not services.runs[service[lines.templates.trip]].any():
        faults.add(FeedFaultCode.NO_DAY, "calendar.txt" if archive.has("calendar.txt") else "calendar_dates.txt")
        faults.check()
    counts = {
        "stops": len(stops.ids), "trips": len(trips.ids), "calls": own_calls, "routes": len(routes.ids),
        "points": lines.points, "rides": len(rides), "headways": len(headways), "rules": len(transfers.rules),
    }  # fmt: skip
    used = np.zeros(len(stops.ids), bool)
    used[calls.stop] = True
    dropped = {
        "trips_without_times": len(trips.ids) - own_trips,
        "unused_stops": int(np.count_nonzero(~used)),
        "guessed_times": int(np.count_nonzero(calls.guessed[:own_calls])),
        "odd_speed": odd,
    }
    return _Plan(
        agencies,
        info,
        stops,
        routes,
        trips,
        services,
        points,
        lines,
        parts,
        counts,
        dropped,
        (metres, measured),
        service,
    )


def _with_rides(
    service: NDArray[np.int32], services: Services, rides: list[Ride]
) -> tuple[NDArray[np.int32], Services]:
    """Every ride is a trip behind the others, with a service of its own."""
    if not rides:
        return service, services
    fresh = np.arange(len(rides), dtype=np.int32) + services.runs.shape[0]
    runs = np.concatenate([services.runs, np.array([ride.runs for ride in rides])])
    return np.concatenate([service, fresh]), replace(services, runs=runs)


def _lines(calls: Calls, points: Points, route: NDArray[np.int32], headways: list[Headway]) -> Lines:
    count = calls.start.size - 1
    opened = (calls.pickup != CLOSED).astype(np.uint8) * BOARD | (calls.drop_off != CLOSED).astype(np.uint8) * ALIGHT
    begins, ends = calls.start[:-1], calls.start[1:] - 1
    filled = np.diff(calls.start) > 0
    opened[begins[filled]] &= BOARD
    opened[ends[filled]] &= ALIGHT
    templates = templates_of(calls, headways)
    total = np.zeros(len(calls) + 1, np.int64)
    np.cumsum(calls.arrival.astype(np.int64) + calls.departure, out=total[1:])
    shift = templates.shift.astype(np.int64)
    first_s = calls.departure[begins[templates.trip]] + shift - templates.lead
    last_s = calls.arrival[ends[templates.trip]] + shift
    return Lines(
        calls=calls,
        call_point=points.call_point,
        call_open=opened,
        sequence=_sequences(calls, points.call_point, opened, count),
        weight=total[calls.start[1:]] - total[calls.start[:-1]],
        route=route,
        templates=templates,
        first_s=first_s,
        last_s=last_s,
        points=int(points.stop.size),
    )


def _sequences(calls: Calls, call_point: NDArray[np.int32], opened: NDArray[np.uint8], count: int) -> NDArray[np.int32]:
    """Number of the sequence of points of every trip, in order of first use."""
    known: dict[bytes, int] = {}
    found = np.empty(count, np.int32)
    bounds = calls.start.tolist()
    for trip in range(count):
        here = slice(bounds[trip], bounds[trip + 1])
        key = call_point[here].tobytes() + opened[here].tobytes()
        found[trip] = known.setdefault(key, len(known))
    return found


def _write(
    version: NewVersion, plan: _Plan, source: str, source_sha256: str, on_progress: Callable[[str], None]
) -> None:
    days, joined = _write_days(version, plan, on_progress)
    lines, calls = plan.lines, plan.lines.calls
    version.save(
        {
            "stop_xy": plan.stops.xy,
            "stop_station": plan.stops.station,
            "stop_wheelchair": plan.stops.wheelchair,
            "point_stop": plan.points.stop,
            "change_from": plan.points.change_from,
            "change_to": plan.points.change_to,
            "change_s": plan.points.change_s,
            "trip_start": calls.start,
            "trip_route": lines.route,
            "trip_wheelchair": plan.trips.wheelchair,
            "trip_measured": plan.distances[1],
            "call_trip": plan.parts,
            "call_metres": plan.distances[0],
            "call_ask": calls.pickup | calls.drop_off << 2 | calls.guessed.astype(np.int8) << 4,
            "route_kind": plan.routes.kind,
            "route_agency": plan.routes.agency,
        }
    )
    for key, texts in (
        ("stop_id", plan.stops.ids),
        ("stop_name", plan.stops.names),
        ("stop_platform", plan.stops.platforms),
        ("stop_root", _roots(plan.stops)),
        ("trip_id", plan.trips.ids),
        ("route_id", plan.routes.ids),
        ("route_name", plan.routes.names),
        ("agency_id", plan.agencies.ids),
        ("agency_name", plan.agencies.names),
    ):
        raw, start = pack_texts(texts)
        version.save({f"{key}_text": raw, f"{key}_start": start})
    version.meta = {
        "format": FORMAT,
        "source": source,
        "source_sha256": source_sha256,
        "publisher": plan.info.publisher or ", ".join(plan.agencies.names[:3]),
        "version": plan.info.version,
        "first_day": plan.services.first.isoformat(),
        "last_day": plan.services.day(plan.services.runs.shape[1] - 1).isoformat(),
        "zone": plan.agencies.zone,
        "counts": plan.counts,
        "dropped": {**plan.dropped, "doubled_runs": joined},
        "days": days,
    }


def _roots(stops: Stops) -> list[str]:
    """Per stop the id of its station, or its own."""
    roots = list(stops.ids)
    for station, rows in stops.children.items():
        for row in rows:
            roots[row] = station
    return roots


def _write_days(
    version: NewVersion, plan: _Plan, on_progress: Callable[[str], None]
) -> tuple[list[dict[str, Any]], int]:
    """Write the table of every date, equal ones once; gives what each date uses and how many runs were doubles."""
    days: list[dict[str, Any]] = []
    made: dict[str, int] = {}
    for column in range(plan.services.runs.shape[1]):
        runs, own = runs_of(column, plan.services, plan.service, plan.lines, plan.agencies.zone)
        key = runs.digest
        if key not in made:
            on_progress(f"{plan.services.day(column):%Y-%m-%d}")
            table, made[key] = build_day(runs, plan.lines)
            version.save({f"days/{key}/{name}": array for name, array in table.arrays().items()})
        days.append({"table": key, "runs": own})
    return days, sum(made.values())
