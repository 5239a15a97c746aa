"""Read a PMTiles archive from a memory map; directories are parsed once.

Pre-forked web workers share the pages of the file, so an archive costs a worker almost
no memory of its own.

Source
------
PMTiles specification version 3.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import zlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from geo.map_errors import TilesError
from geo.mercator import Box

_HEADER_BYTES = 127


class _Entry(Protocol):
    tile_id: int
    offset: int
    length: int
    run_length: int


class TileArchive:
    """An open archive of vector tiles.

    Parameters
    ----------
    path
        A ``.pmtiles`` file. The open archive keeps serving the file it opened, also
        after a rebuild has put a new one in its place.

    Raises
    ------
    TilesError
        The file is absent, cut off, or not an archive of gzipped vector tiles.
    """

    def __init__(self, path: Path) -> None:
        from pmtiles.tile import Compression, TileType, deserialize_header

        self.path = path
        try:
            with path.open("rb") as stream:
                status = os.fstat(stream.fileno())
                self._map = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
            header = deserialize_header(self._map[:_HEADER_BYTES])
        except (OSError, ValueError, UnicodeDecodeError, IndexError) as error:
            raise TilesError.damaged(path.name, "niet te lezen") from error
        except Exception as error:
            # pmtiles has exceptions of its own without a shared base.
            raise TilesError.damaged(path.name, "geen PMTiles-bestand") from error
        end = header["tile_data_offset"] + header["tile_data_length"]
        kinds = (header["tile_type"], header["tile_compression"], header["internal_compression"])
        if len(self._map) < end or kinds != (TileType.MVT, Compression.GZIP, Compression.GZIP):
            raise TilesError.damaged(path.name, "afgebroken of van een andere soort")
        self._header = header
        self._entries, self._starts = self._directory(header["root_offset"], header["root_length"])
        self._leaf = lru_cache(maxsize=256)(self._directory)
        self.min_zoom: int = header["min_zoom"]
        self.max_zoom: int = header["max_zoom"]
        self.box = Box(
            header["min_lat_e7"] / 1e7,
            header["min_lon_e7"] / 1e7,
            header["max_lat_e7"] / 1e7,
            header["max_lon_e7"] / 1e7,
        )
        self.size_bytes = status.st_size
        self.identity = (status.st_dev, status.st_ino, status.st_mtime_ns)
        """Changes when another file takes this one's place."""
        self.digest = self._digest()

    def _digest(self) -> str:
        """Digest of the directories and metadata: they hold offset and length of every tile, not its content.

        The length of the file and its first and last tile bytes are taken along, so that a rebuild from other data
        gets another digest without reading gigabytes at the start of a worker.
        """
        data_start = self._header["tile_data_offset"]
        found = hashlib.sha256(self._map[: min(data_start, 1 << 22)])
        found.update(str(len(self._map)).encode())
        found.update(self._map[data_start : data_start + 65_536])
        found.update(self._map[-65_536:])
        return found.hexdigest()[:16]

    def metadata(self) -> dict[str, Any]:
        """Name, attribution and layers as written by the build."""
        start = self._header["metadata_offset"]
        raw = zlib.decompress(self._map[start : start + self._header["metadata_length"]], wbits=31)
        described = json.loads(raw)
        if not isinstance(described, dict):
            raise TilesError.damaged(self.path.name, "geen geldige beschrijving")
        return described

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        """One gzipped vector tile, or nothing where the map is empty.

        Raises
        ------
        ValueError
            ``x`` or ``y`` lies outside the zoom level.
        """
        from pmtiles.tile import zxy_to_tileid

        if not self.min_zoom <= zoom <= self.max_zoom:
            return None
        if min(x, y) < 0:
            raise ValueError("tile outside the zoom level")
        tile_id = zxy_to_tileid(zoom, x, y)
        entries, starts = self._entries, self._starts
        for _depth in range(3):
            place = bisect_right(starts, tile_id) - 1
            if place < 0:
                return None
            entry = entries[place]
            if entry.run_length:
                if tile_id >= entry.tile_id + entry.run_length:
                    return None
                start = self._header["tile_data_offset"] + entry.offset
                return self._map[start : start + entry.length]
            entries, starts = self._leaf(self._header["leaf_directory_offset"] + entry.offset, entry.length)
        return None

    def raw_tiles(self) -> Iterator[tuple[int, bytes]]:
        """Every tile id with its gzipped tile, by ascending id."""
        yield from self._walk(self._entries)

    def _walk(self, entries: Sequence[_Entry]) -> Iterator[tuple[int, bytes]]:
        for entry in entries:
            if entry.run_length == 0:
                yield from self._walk(
                    self._directory(self._header["leaf_directory_offset"] + entry.offset, entry.length)[0]
                )
                continue
            start = self._header["tile_data_offset"] + entry.offset
            for step in range(entry.run_length):
                yield entry.tile_id + step, self._map[start : start + entry.length]

    def _directory(self, offset: int, length: int) -> tuple[Sequence[_Entry], list[int]]:
        from pmtiles.tile import deserialize_directory

        try:
            entries: Sequence[_Entry] = deserialize_directory(self._map[offset : offset + length])
        except (OSError, EOFError, ValueError, zlib.error) as error:
            raise TilesError.damaged(self.path.name, "inhoudsopgave onleesbaar") from error
        return entries, [entry.tile_id for entry in entries]

    def close(self) -> None:
        """Give the memory map back."""
        self._map.close()
