"""The ground under every map: the vector tiles of one network, and the pictures drawn from them."""

from __future__ import annotations

import gzip
import threading
from functools import lru_cache
from pathlib import Path

from geo.mercator import Box
from geo.svg_background import MAX_TILES, draw_background
from geo.tile_archive import TileArchive

DEEPEST_ZOOM = 18
TILES_FILE = "tiles.pmtiles"


class MapGround:
    """Tiles of one network.

    Parameters
    ----------
    name
        Name of the network.
    archive
        Its open archive.
    """

    def __init__(self, name: str, archive: TileArchive) -> None:
        self.name = name
        self.archive = archive
        self._draw = lru_cache(maxsize=64)(self._draw_fresh)

    @property
    def digest(self) -> str:
        """Fingerprint of the tiles; part of every address, so that browsers keep them for good."""
        return self.archive.digest

    @property
    def box(self) -> Box:
        """Where the tiles are."""
        return self.archive.box

    @property
    def layers(self) -> frozenset[str]:
        """Layers that these tiles have."""
        return frozenset(layer["id"] for layer in self.archive.metadata()["vector_layers"])

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        """One gzipped vector tile, or nothing where the map is empty.

        Raises
        ------
        LookupError
            There is no such tile in the world.
        """
        if not (0 <= zoom <= DEEPEST_ZOOM and max(x, y) < 1 << zoom):
            raise LookupError("no such tile")
        return self.archive.tile(zoom, x, y)

    def picture(self, zoom: int, columns: range, rows: range) -> bytes:
        """Whole tiles drawn as one gzipped SVG.

        Raises
        ------
        LookupError
            The tiles are not in the world, or too many for one picture.
        """
        inside = 0 <= zoom <= DEEPEST_ZOOM and max(columns.stop, rows.stop) <= 1 << zoom
        if not inside or not 0 < len(columns) * len(rows) <= MAX_TILES:
            raise LookupError("no such picture")
        return self._draw(zoom, columns, rows)

    def _draw_fresh(self, zoom: int, columns: range, rows: range) -> bytes:
        return gzip.compress(draw_background(self.archive, zoom, columns, rows).encode(), 6, mtime=0)


class MapGrounds:
    """The grounds of all networks; opened once, and again when a rebuild has put a new archive in place.

    Parameters
    ----------
    folder
        The folder ``networks`` of the installation.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, MapGround] = {}
        self._lock = threading.Lock()

    def path(self, name: str) -> Path:
        """Where the archive of a network is, or will be."""
        return self._folder / name / TILES_FILE

    def ground(self, name: str) -> MapGround | None:
        """Ground of a network, or nothing when it has no tiles.

        Raises
        ------
        TilesError
            The archive is damaged.
        """
        path = self.path(name)
        if path.parent.parent != self._folder or name.startswith("."):
            return None
        try:
            status = path.stat()
        except OSError:
            return None
        identity = (status.st_dev, status.st_ino, status.st_mtime_ns)
        with self._lock:
            known = self._open.get(name)
            if known is None or known.archive.identity != identity:
                # The archive before stays open as long as a request reads from it.
                known = self._open[name] = MapGround(name, TileArchive(path))
            return known
