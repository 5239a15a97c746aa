"""Write the road map of Merenveld as a real OpenStreetMap extract (``.osm.pbf``, or ``.osm`` for reading along)."""

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from data.demo.atlas import Atlas, build_atlas, to_atlas
from data.demo.names import street_name
from data.demo.scenery import Scenery, draw_scenery
from data.demo.sheet import NO_NAME
from data.demo.size import DEFAULT_NODES, DEFAULT_SEED
from data.demo.terrain import Floats, to_degrees

EXTRACT_DATE: Final = "2026-01-01T00:00:00Z"


@dataclass(frozen=True)
class Extract:
    """What was written: where, how much, its SHA-256 digest and how long it took."""

    path: Path
    road_nodes: int
    road_ways: int
    sheets: int
    digest: str
    seconds: float


def write_roads(path: Path, nodes: int = DEFAULT_NODES, seed: int = DEFAULT_SEED) -> Extract:
    """Write the extract to ``path``; the same arguments give the same bytes.

    Parameters
    ----------
    path
        Must end in ``.osm.pbf`` or ``.osm``; an existing file is replaced.
    nodes
        Exact number of nodes on roads, 1 000 to 3 000 000. Up to 60 000 it is Merenveld alone, an
        area of 27 by 22 kilometres; beyond that mirrored sheets with other streets lie around it.
    seed
        Decides streets, tags and names; towns, water and bridges are always the same.

    Raises
    ------
    ValueError
        ``nodes`` is out of range.
    """
    return write_atlas(path, build_atlas(nodes, seed))


def write_atlas(path: Path, atlas: Atlas) -> Extract:
    """Write a drawn map to ``path`` (``.osm.pbf`` or ``.osm``); an existing file is replaced."""
    began = time.perf_counter()
    lat, lon = to_degrees(atlas.xy[:, 0], atlas.xy[:, 1])
    sea = len(atlas.sheets) == 1
    scenery = draw_scenery(sea=sea)
    scenes = [(scenery, column, row) for column, row in atlas.sheets]
    _write(path, atlas, lat, lon, scenes)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Extract(path, len(atlas.xy), len(atlas.way_tags), len(atlas.sheets), digest, time.perf_counter() - began)


def _write(path: Path, atlas: Atlas, lat: Floats, lon: Floats, scenes: list[tuple[Scenery, int, int]]) -> None:
    import osmium

    header = osmium.io.Header()
    header.set("generator", "Stageroute Merenveld")
    header.set("osmosis_replication_timestamp", EXTRACT_DATE)
    header.add_box(osmium.osm.Box(float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())))
    writer = osmium.SimpleWriter(str(path), bufsz=4 * 1024 * 1024, header=header, overwrite=True)
    try:
        pen = _Pen(writer, osmium.osm.mutable)
        pen.road_nodes(atlas, lat, lon)
        drawn = [pen.scenery_nodes(scene, column, row) for scene, column, row in scenes]
        pen.road_ways(atlas)
        relations = [pair for rings in drawn for pair in pen.scenery_ways(rings)]
        pen.relations(atlas, relations)
    finally:
        writer.close()


Rings = list[tuple[str, list[list[int]], dict[str, str]]]


class _Pen:
    """Hands out ids in the order in which the file wants them: nodes, then ways, then relations."""

    def __init__(self, writer: Any, mutable: Any) -> None:
        self.writer, self.mutable = writer, mutable
        self.node_id = self.way_id = self.relation_id = 0

    def road_nodes(self, atlas: Atlas, lat: Floats, lon: Floats) -> None:
        node = self.mutable.Node(version=1, timestamp=EXTRACT_DATE)
        add = self.writer.add_node
        for number, location in enumerate(zip(lon.tolist(), lat.tolist(), strict=True)):
            node.id, node.location = number + 1, location
            tags = atlas.node_tags.get(number)
            if tags is None:
                add(node)
            else:
                node.tags = dict(tags)
                add(node)
                node.tags = None
        self.node_id = len(lat)

    def road_ways(self, atlas: Atlas) -> None:
        way = self.mutable.Way(version=1, timestamp=EXTRACT_DATE)
        refs, offsets = (atlas.refs + 1).tolist(), atlas.offsets.tolist()
        for number, tags in enumerate(atlas.way_tags):
            named = dict(tags)
            if atlas.way_name[number] != NO_NAME:
                named["name"] = street_name(atlas.way_name[number])
            way.id, way.nodes, way.tags = number + 1, refs[offsets[number] : offsets[number + 1]], named
            self.writer.add_way(way)
        self.way_id = len(atlas.way_tags)

    def scenery_nodes(self, scene: Scenery, column: int, row: int) -> Rings:
        """Write the nodes of one sheet's scenery and remember the rings for the ways."""
        rings: Rings = []
        for points, tags in scene.points:
            self._nodes(to_atlas(points, column, row), dict(tags))
        for ring, tags in scene.areas:
            rings.append(("ring", [self._nodes(to_atlas(ring, column, row))], dict(tags)))
        for line, tags in scene.lines:
            rings.append(("line", [self._nodes(to_atlas(line, column, row))], dict(tags)))
        for outer, inner, tags in scene.holed:
            both = [self._nodes(to_atlas(edge, column, row)) for edge in (outer, inner)]
            rings.append(("holed", both, dict(tags)))
        return rings

    def _nodes(self, points: Floats, tags: dict[str, str] | None = None) -> list[int]:
        lat, lon = to_degrees(points[:, 0], points[:, 1])
        written = []
        for location in zip(lon.tolist(), lat.tolist(), strict=True):
            self.node_id += 1
            self.writer.add_node(
                self.mutable.Node(id=self.node_id, version=1, timestamp=EXTRACT_DATE, location=location, tags=tags)
            )
            written.append(self.node_id)
        return written

    def scenery_ways(self, rings: Rings) -> list[tuple[int, int, dict[str, str]]]:
        """Write the ways of one sheet's scenery; give outer way, inner way and tags of areas with a hole."""
        holed = []
        for kind, edges, tags in rings:
            ids = []
            for nodes in edges:
                self.way_id += 1
                self.writer.add_way(
                    self.mutable.Way(
                        id=self.way_id,
                        version=1,
                        timestamp=EXTRACT_DATE,
                        nodes=nodes if kind == "line" else [*nodes, nodes[0]],
                        tags={} if kind == "holed" else tags,
                    )
                )
                ids.append(self.way_id)
            if kind == "holed":
                holed.append((ids[0], ids[1], tags))
        return holed

    def relations(self, atlas: Atlas, holed: list[tuple[int, int, dict[str, str]]]) -> None:
        for outer, inner, tags in holed:
            self._relation([("w", outer, "outer"), ("w", inner, "inner")], {"type": "multipolygon", **tags})
        for turn in atlas.restrictions:
            members = [("w", turn.way_from + 1, "from"), ("n", turn.node + 1, "via"), ("w", turn.way_to + 1, "to")]
            self._relation(members, dict(turn.tags))

    def _relation(self, members: list[tuple[str, int, str]], tags: dict[str, str]) -> None:
        self.relation_id += 1
        self.writer.add_relation(
            self.mutable.Relation(id=self.relation_id, version=1, timestamp=EXTRACT_DATE, members=members, tags=tags)
        )


def bounds(atlas: Atlas) -> tuple[float, float, float, float]:
    """South, west, north and east edge of the roads, in degrees."""
    lat, lon = to_degrees(atlas.xy[:, 0], atlas.xy[:, 1])
    return float(np.min(lat)), float(np.min(lon)), float(np.max(lat)), float(np.max(lon))
