"""Merenveld by bus and train: a small timetable (GTFS) on the streets of the region, equal to the byte every time.

A rail spine with platforms runs through the largest towns; every other town has a bus to the nearest station; the
largest town has a town bus that comes every so often. School days and holidays differ, and the last train arrives after
midnight.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from data.demo.places import Address, Region

NAME = "merenveld"
FIRST, LAST = "20260803", "20270730"
_HOLIDAYS = (dt.date(2026, 10, 19), dt.date(2026, 12, 21), dt.date(2026, 12, 28))
"""Mondays of weeks in which the holiday timetable runs from Monday to Friday; invented."""
_STAMP = (2026, 8, 1, 0, 0, 0)
_STATIONS, _BUS_STOPS, _LEAST_M = 6, 3, 50
_TRAIN_KMH, _BUS_KMH, _DETOUR = 80, 28, 1.3
FARES = """# Verzonnen tarieven van Merenveld; geen ervan is uit een besluit overgenomen.
id = "merenveld-2026-2027"
valid_from = 2026-08-01
valid_to = 2027-07-31
source = "Verzonnen voor de demo"
status = "aanname"

[[distance]]
agencies = ["MV"]
base_cents = 116
transfer_minutes = 35
eur_per_km = "0.201"
rounding = "per_rit"

[[units]]
agencies = ["MS"]
pairs = [{pairs}]
cents = {{ {cents} }}

[[product]]
id = "jong"
name = "Merenveld Jong: 35 % korting"
agencies = ["MV"]
percent = 35
cap_day_cents = 650
cap_month_cents = 10000
age_from = 12
age_to = 18
"""


@dataclass(frozen=True, slots=True)
class _Stop:
    id: str
    name: str
    lat: float
    lon: float
    station: str = ""
    platform: str = ""
    kind: str = "0"


@dataclass
class _Feed:
    """Rows of every table."""

    stops: list[_Stop] = field(default_factory=list)
    routes: list[tuple[str, str, str, str]] = field(default_factory=list)
    trips: list[tuple[str, str, str]] = field(default_factory=list)
    calls: list[tuple[object, ...]] = field(default_factory=list)
    frequencies: list[tuple[object, ...]] = field(default_factory=list)
    transfers: list[tuple[object, ...]] = field(default_factory=list)

    def run(self, route: str, service: str, start: int, stops: Sequence[_Stop], kmh: int) -> str:
        """Add a trip that leaves at so many minutes after midnight."""
        trip = f"{route}-{service}-{len(self.trips):04d}"
        self.trips.append((route, service, trip))
        now, metres = start, 0
        for number, stop in enumerate(stops):
            if number:
                length = _metres(stops[number - 1], stop)
                metres += length
                now += max(1, math.ceil(length / (kmh * 1000 / 60)))
            self.calls.append((trip, number + 1, stop.id, _clock(now), _clock(now), metres))
        return trip


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}:00"


def _metres(one: _Stop | Address, other: _Stop | Address) -> int:
    north = (other.lat - one.lat) * 111_195
    east = (other.lon - one.lon) * 111_195 * math.cos(math.radians(one.lat))
    return round(math.hypot(north, east) * _DETOUR)


def _towns(region: Region) -> list[list[Address]]:
    """Addresses per town, largest town first; equal ones by name."""
    found: dict[str, list[Address]] = defaultdict(list)
    for address in region.addresses:
        found[address.settlement].append(address)
    return [found[name] for name in sorted(found, key=lambda name: (-len(found[name]), name))]


def _middle(town: Sequence[Address]) -> Address:
    """The address nearest to the middle of a town, so that a stop lies on a street."""
    lat = sum(address.lat for address in town) / len(town)
    lon = sum(address.lon for address in town) / len(town)
    return min(town, key=lambda one: ((one.lat - lat) ** 2 + (one.lon - lon) ** 2, one.postcode, one.number))


def _spread(town: Sequence[Address], count: int) -> list[Address]:
    """The middle, and addresses each as far as possible from those before."""
    chosen = [_middle(town)]
    while len(chosen) < min(count, len(town)):
        chosen.append(max(town, key=lambda one: (min(_metres(one, known) for known in chosen), one.postcode)))
    return chosen


def write_transit(path: Path, region: Region) -> Path:
    """Write the timetable as a zip; the same region gives the same bytes."""
    towns = _towns(region)
    feed = _Feed()
    rail = sorted(towns[:_STATIONS], key=lambda town: _middle(town).lon)
    stations = [_station(feed, number, _middle(town)) for number, town in enumerate(rail)]
    _trains(feed, stations)
    for number, town in enumerate([*towns[_STATIONS:], *towns[:_STATIONS]], 1):
        _bus(feed, number, town, stations)
    _town_bus(feed, towns[0])
    _write(path, feed)
    return path


def write_fares(path: Path, region: Region) -> Path:
    """Write the invented prices: tariff units are kilometres of track, ten kilometres at least eight."""
    feed = _Feed()
    rail = sorted(_towns(region)[:_STATIONS], key=lambda town: _middle(town).lon)
    stations = [_station(feed, number, _middle(town))[0] for number, town in enumerate(rail)]
    pairs: list[tuple[str, str, int]] = []
    for at, one in enumerate(stations):
        length = 0
        for before, other in zip(stations[at:], stations[at + 1 :], strict=False):
            length += _metres(before, other)
            pairs.append((one.id, other.id, max(8, -(-length // 1000))))
    units = sorted({count for *_, count in pairs})
    told = FARES.format(
        pairs=", ".join(f'["{one}", "{other}", {count}]' for one, other, count in pairs),
        cents=", ".join(f"{count} = {300 + 21 * (count - 8)}" for count in units),
    )
    path.write_text(told, "utf-8")
    return path


def _station(feed: _Feed, number: int, address: Address) -> tuple[_Stop, _Stop, _Stop]:
    name = f"{address.settlement}, station"
    whole = _Stop(f"st{number}", name, address.lat, address.lon, kind="1")
    sides = [_Stop(f"st{number}p{side}", name, address.lat, address.lon, whole.id, str(side)) for side in (1, 2)]
    feed.stops += [whole, *sides]
    feed.transfers.append((whole.id, whole.id, 2, 150))
    return whole, sides[0], sides[1]


def _trains(feed: _Feed, stations: Sequence[tuple[_Stop, _Stop, _Stop]]) -> None:
    feed.routes.append(("trein", "MS", "Sprinter", "2"))
    for service, every in (("school", 30), ("vakantie", 60)):
        for start in range(6 * 60, 24 * 60, every):
            feed.run("trein", service, start + 5, [sides[1] for sides in stations], _TRAIN_KMH)
            feed.run("trein", service, start + 20, [sides[2] for sides in reversed(stations)], _TRAIN_KMH)


def _bus(feed: _Feed, number: int, town: Sequence[Address], stations: Sequence[tuple[_Stop, _Stop, _Stop]]) -> None:
    route = f"bus{number}"
    stops = [
        _Stop(f"{route}h{at}", f"{one.settlement}, {one.street}", one.lat, one.lon)
        for at, one in enumerate(reversed(_spread(town, _BUS_STOPS)))
    ]
    station = min((sides[0] for sides in stations), key=lambda one: (_metres(stops[-1], one), one.id))
    end = _Stop(f"{route}st", station.name, station.lat, station.lon, station.id, f"bus {number}")
    line = _apart([end, *reversed(stops)])[::-1]
    feed.stops += line
    feed.routes.append((route, "MV", str(number), "3"))
    for service, every in (("school", 30), ("vakantie", 60)):
        for start in range(6 * 60 + number % 15, 23 * 60, every):
            feed.run(route, service, start, line, _BUS_KMH)
            feed.run(route, service, start + every // 2, line[::-1], _BUS_KMH)


def _apart(stops: Sequence[_Stop]) -> list[_Stop]:
    """The stops without those that lie where the one before lies: nobody rides there."""
    kept = [stops[0]]
    kept += [stop for before, stop in pairwise(stops) if _metres(before, stop) >= _LEAST_M]
    return kept


def _town_bus(feed: _Feed, town: Sequence[Address]) -> None:
    """A line that tells only how often it comes."""
    feed.routes.append(("stadsbus", "MV", "Stadsbus", "3"))
    stops = [
        _Stop(f"sb{at}", f"{one.settlement}, {one.street}", one.lat, one.lon) for at, one in enumerate(_spread(town, 5))
    ]
    stops = _apart(stops)
    feed.stops += stops
    for line in (stops, stops[::-1]):
        trip = feed.run("stadsbus", "school", 7 * 60, line, _BUS_KMH)
        feed.frequencies.append((trip, "07:00:00", "19:00:00", 900, 0))


def _write(path: Path, feed: _Feed) -> None:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    holidays = [f"{monday + dt.timedelta(days=day):%Y%m%d}" for monday in _HOLIDAYS for day in range(5)]
    tables: tuple[tuple[str, Sequence[str], Iterable[Sequence[object]]], ...] = (
        ("agency.txt", ("agency_id", "agency_name", "agency_url", "agency_timezone"), [
            ("MS", "Merenveld Spoor", "https://spoor.merenveld.example", "Europe/Amsterdam"),
            ("MV", "Merenveld Vervoer", "https://vervoer.merenveld.example", "Europe/Amsterdam"),
        ]),
        ("stops.txt", (
            "stop_id", "stop_name", "stop_lat", "stop_lon", "location_type", "parent_station", "platform_code",
        ), [
            (stop.id, stop.name, f"{stop.lat:.6f}", f"{stop.lon:.6f}", stop.kind, stop.station, stop.platform)
            for stop in feed.stops
        ]),
        ("routes.txt", ("route_id", "agency_id", "route_short_name", "route_type"), feed.routes),
        ("trips.txt", ("route_id", "service_id", "trip_id"), feed.trips),
        ("stop_times.txt", (
            "trip_id", "stop_sequence", "stop_id", "arrival_time", "departure_time", "shape_dist_traveled",
        ), feed.calls),
        ("calendar.txt", ("service_id", *days, "start_date", "end_date"), [
            ("school", 1, 1, 1, 1, 1, 0, 0, FIRST, LAST), ("vakantie", 0, 0, 0, 0, 0, 1, 1, FIRST, LAST),
        ]),
        ("calendar_dates.txt", ("service_id", "date", "exception_type"), [
            row for day in holidays for row in (("school", day, 2), ("vakantie", day, 1))
        ]),
        ("frequencies.txt", ("trip_id", "start_time", "end_time", "headway_secs", "exact_times"), feed.frequencies),
        ("transfers.txt", ("from_stop_id", "to_stop_id", "transfer_type", "min_transfer_time"), feed.transfers),
        ("feed_info.txt", (
            "feed_publisher_name", "feed_publisher_url", "feed_lang", "feed_start_date", "feed_end_date",
            "feed_version",
        ), [("Merenveld Vervoer", "https://vervoer.merenveld.example", "nl", FIRST, LAST, "demo-1")]),
    )  # fmt: skip
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, columns, rows in tables:
            out = io.StringIO()
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows(rows)
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, out.getvalue())
