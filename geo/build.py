"""Building a network: slow, offline, and all or nothing."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.assemble import assemble
from geo.definition import load_definitions
from geo.errors import ExtractError, NetworkError
from geo.extract import read_extract
from geo.graph import CURRENT, Networks, RoadGraph
from geo.grid import build_grid
from geo.layers import build_layer
from geo.version import FORMAT, digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo.assemble import Segments
    from geo.definition import DistanceDefinition
    from geo.raw import RawNetwork


def build_network(
    home: Path,
    name: str,
    source: Path | None = None,
    *,
    place: str | None = None,
    definitions: Sequence[DistanceDefinition] | None = None,
    on_progress: Callable[[str], None] = lambda _: None,
) -> RoadGraph:
    """Build a network from a file or, online, from a place name; then switch to it in one step.

    Parameters
    ----------
    home
        ``STAGEROUTE_HOME``.
    name
        Name of the network; lower case letters, digits and dashes.
    source
        ``.osm.pbf``, ``.osm`` or ``.graphml``.
    place
        Instead of ``source``: a place for OSMnx, which asks Nominatim and Overpass.
    on_progress
        Called with one Dutch line per stage.

    Raises
    ------
    GeoError
        The source or the name is refused, the disk is full, or another build of this network runs. The network that
        was in use stays in use.
    """
    networks = Networks(home)
    folder = networks.folder_of(name)
    raw = _read(source, place, on_progress)
    return write_network(networks, folder, raw, definitions, on_progress)


def _read(source: Path | None, place: str | None, on_progress: Callable[[str], None]) -> RawNetwork:
    if source is not None and source.name.endswith(".graphml"):
        from geo.osmnx_bridge import read_graphml

        on_progress(f"{source.name} lezen met OSMnx")
        return read_graphml(source)
    if source is not None:
        on_progress(f"{source.name} lezen")
        return read_extract(source)
    if place is None:
        raise ExtractError.unknown_format("(geen)")
    from geo.osmnx_bridge import read_place

    on_progress(f"{place} ophalen met OSMnx")
    return read_place(place)


def write_network(
    networks: Networks,
    folder: Path,
    raw: RawNetwork,
    definitions: Sequence[DistanceDefinition] | None,
    on_progress: Callable[[str], None],
) -> RoadGraph:
    """Turn a RawNetwork into files, then point ``CURRENT`` at them."""
    chosen = list(load_definitions().values() if definitions is None else definitions)
    name = folder.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _only_builder(folder, name):
            return _write(networks, folder, raw, chosen, on_progress)
    except OSError as error:
        raise NetworkError.not_written(name, error.strerror or str(error)) from error


@contextlib.contextmanager
def _only_builder(folder: Path, name: str) -> Iterator[None]:
    """One build of a network at a time; what a killed build left behind is removed."""
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise NetworkError.busy(name) from error
        _clean(folder)
        try:
            yield
        finally:
            _clean(folder)


def _clean(folder: Path) -> None:
    for left_over in folder.glob("versions/building-*"):
        shutil.rmtree(left_over, ignore_errors=True)


def _write(
    networks: Networks,
    folder: Path,
    raw: RawNetwork,
    definitions: list[DistanceDefinition],
    on_progress: Callable[[str], None],
) -> RoadGraph:
    on_progress("wegen in stukken verdelen")
    segments = assemble(raw)
    if not len(segments):
        raise ExtractError.no_coordinates(raw.source)
    target = folder / "versions" / f"building-{os.getpid()}"
    target.mkdir(parents=True)
    files: dict[str, Any] = {}
    masks = np.zeros((4, len(segments)), np.uint16)
    entries: dict[str, Any] = {}
    for bit, definition in enumerate(definitions):
        on_progress(f"netwerk maken voor {definition.title}")
        layer = build_layer(raw, segments, definition)
        connected = (layer.arrays["base_arc"][0::2] >= 0) | (layer.arrays["base_arc"][1::2] >= 0)
        for row, chosen in enumerate((layer.allowed, connected, layer.snap, layer.island)):
            masks[row] |= (chosen.astype(np.uint16) << bit).astype(np.uint16)
        (target / definition.id).mkdir()
        _save(target, {f"{definition.id}/{key}": array for key, array in layer.arrays.items()}, files)
        entries[definition.id] = _entry(definition, layer.arrays, layer.dropped)
    if not masks[1].any():
        raise ExtractError.no_roads(raw.source)
    on_progress("wegen wegschrijven")
    roads = _roads(raw, segments) | build_grid(segments).arrays()
    roads |= dict(zip(("segment_allowed", "segment_connected", "segment_snap", "segment_island"), masks, strict=True))
    _save(target, roads, files)
    meta = _meta(raw, segments, entries, files)
    meta["digest"] = digest_of(meta)
    (target / "meta.json").write_text(json.dumps(meta, ensure_ascii=False, indent=1, sort_keys=False), "utf-8")
    return _switch(networks, folder, target, meta["digest"][:16])


def _entry(
    definition: DistanceDefinition, arrays: Mapping[str, NDArray[Any]], dropped: dict[str, Any]
) -> dict[str, Any]:
    return {
        "title": definition.title,
        "mode": definition.mode.value,
        "weight": definition.weight.value,
        "valid_from": definition.valid_from.isoformat(),
        "digest": definition.digest,
        "maximum_gap_m": definition.maximum_gap_m,
        "fastest_m_per_s": _fastest(definition),
        "nodes": int(arrays["indptr"].size - 1),
        "arcs": int(arrays["arc_segdir"].size),
        "dropped": dropped,
    }


def _meta(raw: RawNetwork, segments: Segments, entries: dict[str, Any], files: dict[str, Any]) -> dict[str, Any]:
    west, south = (segments.geometry.min(axis=0) * 1e-7).round(7).tolist()
    east, north = (segments.geometry.max(axis=0) * 1e-7).round(7).tolist()
    return {
        "format": FORMAT,
        "source": raw.source,
        "source_sha256": raw.source_sha256,
        "extract_date": raw.extract_date.isoformat() if raw.extract_date else None,
        "licence": raw.licence,
        "bbox": [south, west, north, east],
        "counts": {
            "ways": len(raw.ways.ids),
            "junctions": int(segments.junction_node.size),
            "segments": len(segments),
            "points": int(segments.geometry.shape[0]),
            "kilometres": int(segments.dm.sum() // 10_000),
            "missing_points": segments.missing_points,
            "turn_restrictions": len(raw.restrictions),
            "barriers": len(raw.barriers),
        },
        "kinds": _kinds(raw),
        "definitions": entries,
        "files": files,
    }


def _kinds(raw: RawNetwork) -> list[list[str]]:
    """Every kind of way: its ``highway`` tag and its Dutch label."""
    return [list(kind) for kind in sorted({(rule.highway, rule.label) for rule in raw.ways.rules})]


def _roads(raw: RawNetwork, segments: Segments) -> dict[str, NDArray[Any]]:
    kinds = _kinds(raw)
    kind_of_rule = np.array([kinds.index([rule.highway, rule.label]) for rule in raw.ways.rules], np.uint8)
    names = [name.encode("utf-8") for name in raw.ways.names]
    name_start = np.zeros(len(names) + 1, np.int32)
    np.cumsum([len(name) for name in names], out=name_start[1:])
    return {
        "segment_start": segments.start,
        "segment_end": segments.end,
        "segment_way": segments.way,
        "segment_dm": segments.dm,
        "geometry": segments.geometry,
        "geometry_start": segments.geometry_start,
        "junction_id": raw.node_ids[segments.junction_node],
        "way_id": np.frombuffer(raw.ways.ids, np.int64),
        "way_name": np.frombuffer(raw.ways.name, np.int32),
        "way_kind": kind_of_rule[np.frombuffer(raw.ways.rule, np.int32)],
        "names": np.frombuffer(b"".join(names), np.uint8),
        "name_start": name_start,
    }


def _save(target: Path, arrays: Mapping[str, NDArray[Any]], files: dict[str, Any]) -> None:
    """Write arrays and make sure that they are on the disk before anybody is told about them."""
    for key, array in arrays.items():
        file = target / f"{key}.npy"
        with file.open("wb+") as stream:
            np.save(stream, np.ascontiguousarray(array), allow_pickle=False)
            stream.flush()
            os.fsync(stream.fileno())
            size = stream.tell()
            stream.seek(0)
            digest = sha256()
            while block := stream.read(1 << 20):
                digest.update(block)
        files[f"{key}.npy"] = {"bytes": size, "sha256": digest.hexdigest()}


def _switch(networks: Networks, folder: Path, target: Path, version: str) -> RoadGraph:
    """Give the finished folder its name and point at it; the version before stays for workers that just opened it."""
    try:
        before = (folder / CURRENT).read_text("ascii").strip()
    except OSError:
        before = ""
    final = folder / "versions" / version
    for again in range(2, 100):
        if not final.exists():
            target.rename(final)
            break
        if _is_intact(final, folder.name):
            break
        # The same network was built before, and that copy has been damaged since: never reuse its place.
        final = folder / "versions" / f"{version}-{again}"
    fresh = folder / f"{CURRENT}.new"
    with fresh.open("w") as stream:
        stream.write(final.name + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(folder / CURRENT)
    for old in (folder / "versions").iterdir():
        if old.name not in {final.name, before}:
            shutil.rmtree(old, ignore_errors=True)
    return Networks(networks.home).open(folder.name)


def _is_intact(version: Path, name: str) -> bool:
    try:
        RoadGraph(version, name).verify()
    except NetworkError:
        return False
    return True


def _fastest(definition: DistanceDefinition) -> float:
    """No trip of this definition is faster, in metres per second; ferries by duration may be, so take plenty."""
    return round(max(60.0, *definition.speeds_kmh.values()) * (1 + definition.maxspeed_factor) / 3.6, 3)
