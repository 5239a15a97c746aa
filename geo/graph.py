"""RoadGraph: a network on disk, memory-mapped; Networks: which version of which network is in use.

On disk::

    networks/NAME/CURRENT                     the version in use, replaced in one step
    networks/NAME/versions/DIGEST/meta.json   what it is, with size and SHA-256 of every file
    networks/NAME/versions/DIGEST/*.npy       roads: geometry, names, grid
    networks/NAME/versions/DIGEST/DEFINITION/*.npy   one directed graph per definition
"""

from __future__ import annotations

import datetime as dt
import os
import re
import threading
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from geo.errors import DefinitionError, NetworkError
from geo.runtime import keep_cache_in
from geo.version import check_files, read_meta

if TYPE_CHECKING:
    from numpy.typing import NDArray

CURRENT = "CURRENT"
NAME = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$")


class _Arrays:
    """The ``.npy`` files of a folder as read-only arrays on first use."""

    def __init__(self, folder: Path, network: str) -> None:
        self._folder = folder
        self._network = network
        self._loaded: dict[str, NDArray[Any]] = {}

    def __getitem__(self, name: str) -> NDArray[Any]:
        array = self._loaded.get(name)
        if array is None:
            try:
                array = np.asarray(np.load(self._folder / f"{name}.npy", mmap_mode="r", allow_pickle=False))
            except (OSError, ValueError) as error:
                raise NetworkError.damaged(self._network, f"{name}.npy: {error}") from error
            array.flags.writeable = False
            self._loaded[name] = array
        return array


class Layer:
    """The directed graph of one definition.

    Attributes
    ----------
    definition_id
        Whose graph this is.
    index
        Bit of this definition in the segment masks.
    nodes, arcs
        How many.
    """

    def __init__(self, graph: RoadGraph, definition_id: str, index: int) -> None:
        self.graph = graph
        self.definition_id = definition_id
        self.index = index
        self._arrays = _Arrays(graph.folder / definition_id, graph.name)
        self.meta: dict[str, Any] = graph.meta["definitions"][definition_id]

    @property
    def nodes(self) -> int:
        """Number of nodes, copies for turns included."""
        return int(self.indptr.size - 1)

    @property
    def arcs(self) -> int:
        """Number of directed arcs."""
        return int(self.arc_segdir.size)

    @property
    def seconds_first(self) -> bool:
        """Whether the weight is time in 0.1 s and the second value length in 0.1 m, or the other way round."""
        return bool(self.meta["weight"] == "seconds")

    @cached_property
    def indptr(self) -> NDArray[np.int32]:
        """Arcs of node ``n`` are ``indptr[n]`` to ``indptr[n + 1]``; shape ``(nodes + 1,)``."""
        return self._arrays["indptr"]

    @cached_property
    def adj(self) -> NDArray[np.int32]:
        """Head, weight, second value per arc, in one row; flat, shape ``(3 * arcs,)``."""
        return self._arrays["adj"]

    @cached_property
    def arc_segdir(self) -> NDArray[np.int32]:
        """``2 * segment + direction`` per arc; direction 1 is against the drawing order."""
        return self._arrays["arc_segdir"]

    @cached_property
    def node_xy(self) -> NDArray[np.int32]:
        """Longitude, latitude per node in 1e-7 degree."""
        return self._arrays["node_xy"]

    @cached_property
    def base_arc(self) -> NDArray[np.int32]:
        """Arc of every ``2 * segment + direction``, -1 where this definition may not go."""
        return self._arrays["base_arc"]

    @cached_property
    def copy_segdir(self) -> NDArray[np.int32]:
        """Sorted; with ``copy_arc``: further arcs over the same road, made for turn restrictions."""
        return self._arrays["copy_segdir"]

    @cached_property
    def copy_arc(self) -> NDArray[np.int32]:
        """See ``copy_segdir``."""
        return self._arrays["copy_arc"]

    @cached_property
    def copy_base(self) -> NDArray[np.int32]:
        """Sorted; with ``copy_node``: further nodes for the same junction, made for turn restrictions."""
        return self._arrays["copy_base"]

    @cached_property
    def copy_node(self) -> NDArray[np.int32]:
        """See ``copy_base``."""
        return self._arrays["copy_node"]

    @cached_property
    def originals(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The copied nodes in order, and the node that each is a copy of."""
        order = np.argsort(self.copy_node)
        copies, originals = self.copy_node[order], self.copy_base[order]
        copies.flags.writeable = originals.flags.writeable = False
        return copies, originals

    def tail(self, arc: int) -> int:
        """Node where one arc begins."""
        return int(self.indptr.searchsorted(self.indptr.dtype.type(arc), side="right")) - 1

    def tail_of(self, arcs: NDArray[Any]) -> NDArray[np.int64]:
        """Node where each arc begins."""
        # Of the same type on purpose: otherwise numpy first converts the whole array, for every question.
        return np.searchsorted(self.indptr, np.asarray(arcs).astype(self.indptr.dtype), side="right") - 1


class RoadGraph:
    """One version of one network: where it comes from, its roads, and a graph per definition."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.name = name
        self.meta = read_meta(folder, name)
        self._arrays = _Arrays(folder, name)
        #: Name of the street of a way (empty when it has none) and what kind of way it is, in Dutch.
        self.street_of = lru_cache(maxsize=16_384)(self._street_of)
        self._layers = {key: Layer(self, key, at) for at, key in enumerate(self.meta["definitions"])}

    @property
    def digest(self) -> str:
        """Fingerprint of everything in this version."""
        return str(self.meta["digest"])

    @property
    def source(self) -> str:
        """Name of the file it was built from."""
        return str(self.meta["source"])

    @property
    def extract_date(self) -> dt.date | None:
        """Date of the map data, None when the source does not tell."""
        text = self.meta["extract_date"]
        return dt.date.fromisoformat(text) if text else None

    @property
    def bbox(self) -> tuple[float, float, float, float]:
        """South, west, north, east in degrees."""
        south, west, north, east = self.meta["bbox"]
        return south, west, north, east

    @property
    def licence(self) -> str:
        """What has to be shown with every map and number."""
        return str(self.meta["licence"])

    @property
    def definitions(self) -> tuple[str, ...]:
        """Ids of the definitions this network was built for."""
        return tuple(self._layers)

    @property
    def counts(self) -> dict[str, int]:
        """Junctions, segments, points and kilometres of road."""
        return dict(self.meta["counts"])

    @property
    def dropped(self) -> dict[str, dict[str, Any]]:
        """Per definition: what is not part of the largest connected part."""
        return {key: entry["dropped"] for key, entry in self.meta["definitions"].items()}

    def layer(self, definition_id: str) -> Layer:
        """The graph of one definition.

        Raises
        ------
        DefinitionError
            This network has no graph for it.
        """
        layer = self._layers.get(definition_id)
        if layer is None:
            raise DefinitionError.unknown(definition_id, list(self._layers))
        return layer

    def __getattr__(self, name: str) -> NDArray[Any]:
        if name.startswith("_") or name not in ROAD_ARRAYS:
            raise AttributeError(name)
        # Kept as a plain attribute: a question reads these hundreds of times.
        array = self.__dict__[name] = self._arrays[name]
        return array

    def _street_of(self, way: int) -> tuple[str, str]:
        at = int(self.way_name[way])
        text = bytes(self.names[self.name_start[at] : self.name_start[at + 1]]).decode("utf-8")
        return text, str(self.meta["kinds"][int(self.way_kind[way])][1])

    def highway_of(self, segment: int) -> str:
        """The ``highway`` tag of a segment, or ``ferry``."""
        return str(self.meta["kinds"][int(self.way_kind[int(self.segment_way[segment])])][0])

    def geometry_of(self, segment: int) -> NDArray[np.int32]:
        """Points of a segment in drawing order: longitude, latitude in 1e-7 degree."""
        points: NDArray[np.int32] = self.geometry[self.geometry_start[segment] : self.geometry_start[segment + 1]]
        return points

    def dropped_lines(self, definition_id: str, limit: int = 20_000) -> dict[str, Any]:
        """The roads that are not connected with the largest part, as GeoJSON lines to draw."""
        bit = 1 << self.layer(definition_id).index
        lost = np.flatnonzero((self.segment_allowed & bit > 0) & (self.segment_connected & bit == 0))[:limit]
        lines = [(self.geometry_of(int(segment)) * 1e-7).round(7).tolist() for segment in lost]
        geometry = {"type": "MultiLineString", "coordinates": lines}
        return {"type": "Feature", "properties": {"definition": definition_id}, "geometry": geometry}

    def verify(self) -> None:
        """Read every byte and compare it with what was written.

        Raises
        ------
        NetworkError
            A file differs; the sentence names it.
        """
        check_files(self.folder, self.name, self.meta["files"], fully=True)


ROAD_ARRAYS = frozenset(
    {
        "segment_start", "segment_end", "segment_way", "segment_dm", "segment_allowed", "segment_snap",
        "segment_island",
        "segment_connected", "geometry", "geometry_start", "way_id", "way_name", "way_kind", "names", "name_start",
        "grid_shape", "grid_start", "grid_segment", "junction_id",
    }
)  # fmt: skip


class _Opened(NamedTuple):
    """A version that was opened, and the file that says which version is in use."""

    version: str
    graph: RoadGraph
    pointer: str


def _read_pointer(file: str) -> str:
    """Version that is in use; read anew for every question, so without what ``open`` adds to three system calls."""
    descriptor = os.open(file, os.O_RDONLY)
    try:
        return os.read(descriptor, 64).decode("ascii").strip()
    finally:
        os.close(descriptor)


class Networks:
    """The networks of one installation; safe for threads, follows rebuilds by other processes.

    Parameters
    ----------
    home
        ``STAGEROUTE_HOME``; networks live in its folder ``networks``.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / "networks"
        keep_cache_in(home)
        self._open: dict[str, _Opened] = {}
        self._lock = threading.Lock()

    def names(self) -> list[str]:
        """Networks that have a complete version, ordered by name."""
        return sorted(file.parent.name for file in self.folder.glob(f"*/{CURRENT}"))

    def folder_of(self, name: str) -> Path:
        """Folder of one network.

        Raises
        ------
        NetworkError
            The name cannot be a name.
        """
        if not NAME.fullmatch(name):
            raise NetworkError.bad_name(name)
        return self.folder / name

    def open(self, name: str) -> RoadGraph:
        """Open the version in use; a graph that was opened before is handed out again.

        Raises
        ------
        NetworkError
            Unknown or damaged network.
        """
        for last_try in (False, False, True):
            known = self._open.get(name)
            pointer = known.pointer if known else f"{self.folder_of(name)}/{CURRENT}"
            try:
                version = _read_pointer(pointer)
            except (OSError, UnicodeDecodeError) as error:
                raise NetworkError.unknown(name, self.names()) from error
            if known and known.version == version:
                return known.graph
            with self._lock:
                known = self._open.get(name)
                if known and known.version == version:
                    return known.graph
                if not re.fullmatch(r"[0-9a-f]{16}(-[0-9]+)?", version):
                    raise NetworkError.damaged(name, f"{CURRENT} wijst nergens naar")
                try:
                    graph = RoadGraph(self.folder_of(name) / "versions" / version, name)
                except NetworkError:
                    # A rebuild may just have moved on and cleaned up; look once more at the pointer.
                    if last_try or _read_pointer(pointer) == version:
                        raise
                    continue
                self._open[name] = _Opened(version, graph, pointer)
                return graph
        raise NetworkError.unknown(name, self.names())  # pragma: no cover -- the loop above returns or raises
