"""Streaming reader of ``.osm.pbf`` and ``.osm`` (pyosmium): first ways and relations, then only the nodes they use."""

from __future__ import annotations

import datetime as dt
from array import array
from hashlib import file_digest
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.definition import Mode
from geo.errors import ExtractError
from geo.profiles import MODES, blocked_modes
from geo.raw import RawNetwork, TurnRestriction, WayCollector

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

EXCEPTION_OF_MODE = {
    Mode.BICYCLE: frozenset({"bicycle"}),
    Mode.FOOT: frozenset({"foot"}),
    Mode.CAR: frozenset({"motorcar", "motor_vehicle"}),
}
# ``restriction:KIND`` binds only that kind; pedestrians are never bound.
BOUND_BY_KEY = {
    "restriction": (Mode.BICYCLE, Mode.CAR),
    "restriction:motorcar": (Mode.CAR,),
    "restriction:motor_vehicle": (Mode.CAR,),
    "restriction:bicycle": (Mode.BICYCLE,),
}
UNDEFINED = 2**31 - 1  # what osmium stores for a coordinate that is absent
BATCH = 3 * 500_000
PLACE_KINDS = ("city", "town", "village", "hamlet", "suburb", "island")


def read_extract(file: Path) -> RawNetwork:
    """Read an OpenStreetMap extract of any size.

    Memory grows with the roads in the file, not with the file.

    Raises
    ------
    ExtractError
        Missing, empty, truncated or damaged file, no roads, duplicate ids, exchanged coordinates.
    """
    if not file.is_file():
        raise ExtractError.missing(file.name)
    if file.stat().st_size == 0:
        raise ExtractError.empty(file.name)
    if not file.name.endswith((".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")):
        raise ExtractError.unknown_format(file.name)
    with file.open("rb") as stream:
        sha256 = file_digest(stream, "sha256").hexdigest()
    import osmium

    try:
        return _read(osmium, file, sha256)
    except ExtractError:
        raise
    except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as error:
        raise ExtractError.damaged(file.name, " ".join(str(error).split())) from error


def _read(osmium: Any, file: Path, sha256: str) -> RawNetwork:
    ways, restrictions, newest = _read_ways(osmium, file)
    if not ways.ids:
        raise ExtractError.no_roads(file.name)
    _refuse_duplicates(file.name, "weg", np.frombuffer(ways.ids, np.int64))
    wanted = np.unique(np.frombuffer(ways.refs, np.int64))
    ids, xy = _read_nodes(osmium, file, wanted)
    if ids.size == 0:
        raise ExtractError.no_coordinates(file.name)
    order = np.argsort(ids, kind="stable")
    ids, xy = ids[order], xy[order]
    _refuse_duplicates(file.name, "punt", ids)
    if np.abs(xy[:, 1]).max() > 900_000_000:
        raise ExtractError.swapped(file.name)
    header = osmium.io.Reader(str(file), osmium.osm.osm_entity_bits.NOTHING).header()
    stamp = header.get("osmosis_replication_timestamp") or header.get("timestamp")
    date = dt.date.fromisoformat(stamp[:10]) if stamp else newest
    barriers, places = _read_tagged_nodes(osmium, file)
    return RawNetwork(ways, ids, xy, barriers, restrictions, places, file.name, sha256, date)


def _refuse_duplicates(file: str, kind: str, ids: NDArray[np.int64]) -> None:
    ordered = np.sort(ids)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    if twice.size:
        raise ExtractError.duplicate(file, kind, int(twice[0]))


def _read_ways(osmium: Any, file: Path) -> tuple[WayCollector, list[TurnRestriction], dt.date | None]:
    bits = osmium.osm.osm_entity_bits
    ways = WayCollector()
    restrictions: list[TurnRestriction] = []
    newest = 0
    keys = osmium.filter.KeyFilter("highway", "route", *BOUND_BY_KEY)
    for item in osmium.FileProcessor(str(file), bits.WAY | bits.RELATION).with_filter(keys):
        if item.is_way():
            tags = dict(item.tags)
            if "highway" in tags or tags.get("route") == "ferry":
                ways.add(item.id, [node.ref for node in item.nodes], tags)
                newest = max(newest, int(item.timestamp.timestamp()))
        elif item.tags.get("type") == "restriction":
            restrictions.extend(_restriction(dict(item.tags), list(item.members)))
    date = dt.datetime.fromtimestamp(newest, dt.UTC).date() if newest > 0 else None
    return ways, restrictions, date


def _restriction(tags: dict[str, str], members: list[Any]) -> Iterator[TurnRestriction]:
    """Yield the turns of one relation; half-mapped relations say nothing."""
    exempt = frozenset(part.strip() for part in tags.get("except", "").split(";"))
    modes: dict[bool, int] = {}
    for key, bound in BOUND_BY_KEY.items():
        value = tags.get(key, "")
        if value.startswith(("no_", "only_")):
            for mode in bound:
                if not exempt & EXCEPTION_OF_MODE[mode]:
                    only = value.startswith("only_")
                    modes[only] = modes.get(only, 0) | 1 << MODES.index(mode)
    origins = [member.ref for member in members if member.role == "from" and member.type == "w"]
    targets = [member.ref for member in members if member.role == "to" and member.type == "w"]
    via_ways = tuple(member.ref for member in members if member.role == "via" and member.type == "w")
    via_nodes = tuple(member.ref for member in members if member.role == "via" and member.type == "n")
    if not (via_ways or via_nodes):
        return
    for only, bits in modes.items():
        for origin in origins:
            for target in targets:
                yield TurnRestriction((origin, *via_ways, target), via_nodes if not via_ways else (), only, bits)


def _read_nodes(
    osmium: Any,
    file: Path,
    wanted: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Keep the wanted nodes only, a batch at a time, so that memory does not grow with the file."""
    kept: list[NDArray[np.int64]] = []
    batch = array("q")

    def keep() -> None:
        rows = np.frombuffer(batch, np.int64).reshape(-1, 3)
        place = np.searchsorted(wanted, rows[:, 0])
        place[place == wanted.size] = 0
        kept.append(rows[(wanted[place] == rows[:, 0]) & (rows[:, 1] != UNDEFINED)])

    for node in osmium.FileProcessor(str(file), osmium.osm.osm_entity_bits.NODE):
        location = node.location
        batch.extend((node.id, location.x, location.y))
        if len(batch) >= BATCH:
            keep()
            batch = array("q")
    keep()
    rows = np.concatenate(kept)
    return rows[:, 0], rows[:, 1:].astype(np.int32)


def _read_tagged_nodes(osmium: Any, file: Path) -> tuple[dict[int, int], list[tuple[str, float, float]]]:
    """Barriers that stop somebody, and named places."""
    barriers: dict[int, int] = {}
    places: list[tuple[str, float, float]] = []
    tagged = osmium.filter.KeyFilter("barrier", "place")
    for node in osmium.FileProcessor(str(file), osmium.osm.osm_entity_bits.NODE).with_filter(tagged):
        tags = dict(node.tags)
        blocked = blocked_modes(tags)
        if blocked:
            barriers[node.id] = blocked
        if tags.get("place") in PLACE_KINDS and "name" in tags:
            places.append((tags["name"], node.location.lat, node.location.lon))
    return barriers, places
