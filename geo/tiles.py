"""Offline map tiles: one extract of OpenStreetMap in, one PMTiles archive out.

GDAL (inside pyogrio's wheel) reads the extract and cuts each layer into Mapbox Vector
Tiles; here the layers of one tile are put together, which for this format is plain
concatenation, and written as one archive. The same extract gives the same bytes.

Source
------
PMTiles specification version 3; Mapbox Vector Tile specification 2.1, par. 4.1.
"""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from geo.errors import ExtractError
from geo.map_errors import TilesError
from geo.tile_layers import ATTRIBUTION, LAYERS, MAX_ZOOM, Rows, TileLayer

_COMPRESSION_LEVEL = 6
_SETTINGS = Path(__file__).with_name("osm_layers.ini")


@dataclass(frozen=True)
class TilesBuilt:
    """What a build of tiles made.

    Attributes
    ----------
    path
        The archive.
    tiles
        Number of tiles.
    size_bytes
        Size of the archive.
    rows
        Objects per layer, in drawing order.
    """

    path: Path
    tiles: int
    size_bytes: int
    rows: dict[str, int]


def build_tiles(
    source: Path, target: Path, *, title: str, on_layer: Callable[[str, int], None] | None = None
) -> TilesBuilt:
    """Cut the map tiles of an extract; slow, offline, and atomic.

    The archive appears at ``target`` when it is complete; until then, and when anything
    fails, the archive that was there stays as it is.

    Parameters
    ----------
    source
        ``.osm.pbf`` or ``.osm`` file.
    target
        The ``.pmtiles`` file to make or to replace.
    title
        Name written into the archive.
    on_layer
        Called with the name and the number of rows of each finished layer.

    Raises
    ------
    ExtractError
        The file is absent, empty, truncated or not OpenStreetMap data.
    TilesError
        The extract holds nothing that is drawn on a map, or the disk is full or not writable.
    """
    if not source.is_file():
        raise ExtractError.missing(source.name)
    if source.stat().st_size == 0:
        raise ExtractError.empty(source.name)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".tiles-", dir=target.parent))
    except OSError as error:
        raise TilesError.not_written(target.name, error.strerror or "schijf") from error
    try:
        rows = _cut_layers(source, work, on_layer or (lambda _name, _rows: None))
        if not rows:
            raise TilesError.nothing_to_draw(source.name)
        partial = work / "complete.pmtiles"
        tiles = _join_layers(work, list(rows), partial, title)
        size_bytes = partial.stat().st_size
        partial.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise TilesError.not_written(target.name, error.strerror or "schijf") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return TilesBuilt(target, tiles, size_bytes, rows)


def _cut_layers(source: Path, work: Path, on_layer: Callable[[str, int], None]) -> dict[str, int]:
    """Write one archive per layer that has rows; return the rows per layer, in drawing order."""
    import pyogrio

    # Threads would make the order of tiles depend on the machine; warnings about odd shapes are not ours to show.
    pyogrio.set_gdal_config_options({"GDAL_NUM_THREADS": "1", "CPL_TMPDIR": str(work), "OSM_MAX_TMPFILE_SIZE": "512"})
    counts: dict[str, int] = {}
    for table in ("multipolygons", "lines", "points"):
        rows = _read_table(source, table)
        for layer in (one for one in LAYERS if one.table == table):
            chosen = layer.choose(rows) if len(rows) else rows
            counts[layer.name] = len(chosen)
            if len(chosen):
                _write_layer(chosen[["kind", *layer.columns, chosen.geometry.name]], layer, work)
            on_layer(layer.name, len(chosen))
    return {layer.name: counts[layer.name] for layer in LAYERS if counts[layer.name]}


def _read_table(source: Path, table: str) -> Rows:
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

    try:
        return pyogrio.read_dataframe(
            source, layer=table, CONFIG_FILE=str(_SETTINGS), where=_WORTH_READING[table], encoding="utf-8"
        )
    except (DataSourceError, DataLayerError, FeatureError, ValueError) as error:
        raise ExtractError.damaged(source.name, "geen leesbaar OpenStreetMap-bestand") from error


_WORTH_READING = {
    "multipolygons": (
        '"natural" IS NOT NULL OR landuse IS NOT NULL OR leisure IS NOT NULL OR waterway IS NOT NULL '
        "OR boundary = 'administrative'"
    ),
    "lines": "highway IS NOT NULL OR waterway IS NOT NULL OR railway IS NOT NULL OR route = 'ferry'",
    "points": "place IS NOT NULL AND name IS NOT NULL",
}


def _write_layer(rows: Rows, layer: TileLayer, work: Path) -> None:
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

    try:
        pyogrio.write_dataframe(
            rows,
            work / f"{layer.name}.pmtiles",
            layer=layer.name,
            driver="PMTiles",
            dataset_options={
                "MINZOOM": str(layer.min_zoom),
                "MAXZOOM": str(layer.max_zoom),
                "MAX_SIZE": "1000000",
                "MAX_FEATURES": "400000",
                "SIMPLIFICATION": "2",
                "SIMPLIFICATION_MAX_ZOOM": "0.5",
                "NAME": layer.name,
            },
        )
    except (DataSourceError, DataLayerError, FeatureError) as error:
        raise TilesError.not_written(f"van laag {layer.name}", "schijf vol of niet te schrijven") from error


def _join_layers(work: Path, names: list[str], partial: Path, title: str) -> int:
    """Put the layers of each tile together and write the archive; return the number of tiles."""
    from pmtiles.tile import Compression, TileType, deserialize_header
    from pmtiles.writer import Writer

    archives = {name: work / f"{name}.pmtiles" for name in names}
    headers = {name: deserialize_header(path.read_bytes()[:127]) for name, path in archives.items()}
    written = 0
    with partial.open("wb") as stream:
        writer: Any = Writer(stream)  # type: ignore[no-untyped-call]
        for tile_id, parts in _tiles_in_order(archives):
            whole = b"".join(parts)
            writer.write_tile(tile_id, gzip.compress(whole, _COMPRESSION_LEVEL, mtime=0))
            written += 1
        west, south = (min(h[key] for h in headers.values()) for key in ("min_lon_e7", "min_lat_e7"))
        east, north = (max(h[key] for h in headers.values()) for key in ("max_lon_e7", "max_lat_e7"))
        writer.finalize(
            {
                "tile_type": TileType.MVT,
                "tile_compression": Compression.GZIP,
                "min_lon_e7": west,
                "min_lat_e7": south,
                "max_lon_e7": east,
                "max_lat_e7": north,
                "center_zoom": 11,
                "center_lon_e7": (west + east) // 2,
                "center_lat_e7": (south + north) // 2,
            },
            _describe(names, title),
        )
        stream.flush()
        os.fsync(stream.fileno())
    return written


def _describe(names: list[str], title: str) -> dict[str, Any]:
    """Metadata of the archive: nothing in it depends on the clock or on the machine."""
    layers = {layer.name: layer for layer in LAYERS}
    return {
        "name": title,
        "format": "pbf",
        "type": "baselayer",
        "attribution": ATTRIBUTION,
        "generator": f"Stageroute, pyogrio {metadata.version('pyogrio')}",
        "vector_layers": [
            {
                "id": name,
                "minzoom": layers[name].min_zoom,
                "maxzoom": MAX_ZOOM,
                "fields": {
                    column: "Number" if column == "rank" else "String" for column in ("kind", *layers[name].columns)
                },
            }
            for name in names
        ],
    }


def _tiles_in_order(archives: dict[str, Path]) -> Iterator[tuple[int, list[bytes]]]:
    """Tiles of all archives by ascending id, each with its parts in the order of the layers."""
    import heapq

    from geo.tile_archive import TileArchive

    opened = [TileArchive(path) for path in archives.values()]
    try:
        streams = [((tile_id, rank, data) for tile_id, data in one.raw_tiles()) for rank, one in enumerate(opened)]
        current: int | None = None
        parts: list[bytes] = []
        for tile_id, _rank, data in heapq.merge(*streams, key=lambda row: row[:2]):
            if current is not None and tile_id != current:
                yield current, parts
                parts = []
            current = tile_id
            parts.append(zlib.decompress(data, wbits=31))
        if current is not None:
            yield current, parts
    finally:
        for one in opened:
            one.close()


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
