"""Small made-up towns as .osm files: the ground under the tests of travel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

LAT, LON = 52.6, 5.4
METRE_LAT = 1 / 111_194.9
METRE_LON = METRE_LAT / 0.607376  # cosine of 52,6 degrees


def at(east_m: float, north_m: float) -> tuple[float, float]:
    """Point in degrees, so many metres east and north of the corner of the town."""
    return LAT + north_m * METRE_LAT, LON + east_m * METRE_LON


@dataclass
class Town:
    """Nodes in metres, ways and restrictions; writes itself as OSM XML."""

    nodes: dict[int, tuple[float, float]] = field(default_factory=dict)
    node_tags: dict[int, Mapping[str, str]] = field(default_factory=dict)
    ways: list[tuple[int, Sequence[int], Mapping[str, str]]] = field(default_factory=list)
    relations: list[tuple[Sequence[tuple[str, int, str]], Mapping[str, str]]] = field(default_factory=list)

    def way(self, refs: Sequence[int], way_id: int | None = None, /, **tags: str) -> int:
        """Add a way; ``__`` in a key stands for a colon."""
        number = way_id or 100 + len(self.ways)
        self.ways.append((number, refs, {key.replace("__", ":"): value for key, value in tags.items()}))
        return number

    def restrict(self, kind: str, origin: int, via: int | tuple[int, ...], to: int, **tags: str) -> None:
        """Add a turn restriction; via is a node id, or a tuple of way ids."""
        middle = [("way", way, "via") for way in via] if isinstance(via, tuple) else [("node", via, "via")]
        members = [("way", origin, "from"), *middle, ("way", to, "to")]
        self.relations.append((members, {"type": "restriction", "restriction": kind, **tags}))

    def xml(self) -> str:
        lines = ["<?xml version='1.0' encoding='UTF-8'?>", "<osm version='0.6' generator='test'>"]

        def tags_of(tags: Mapping[str, str]) -> str:
            return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())

        for node, (east, north) in self.nodes.items():
            lat, lon = at(east, north)
            inner = tags_of(self.node_tags.get(node, {}))
            lines.append(f"<node id='{node}' version='1' lat='{lat:.7f}' lon='{lon:.7f}'>{inner}</node>")
        for number, refs, tags in self.ways:
            inner = "".join(f"<nd ref='{ref}'/>" for ref in refs) + tags_of(tags)
            lines.append(f"<way id='{number}' version='1' timestamp='2026-01-02T00:00:00Z'>{inner}</way>")
        for number, (members, tags) in enumerate(self.relations, 900):
            inner = "".join(f"<member type='{kind}' ref='{ref}' role='{role}'/>" for kind, ref, role in members)
            lines.append(f"<relation id='{number}' version='1'>{inner}{tags_of(tags)}</relation>")
        return "\n".join([*lines, "</osm>\n"])

    def write(self, folder: Path, name: str = "town.osm") -> Path:
        file = folder / name
        file.write_text(self.xml(), "utf-8")
        return file


def town_with(tags: Mapping[str, str], gate: Mapping[str, str] | None = None) -> Town:
    """A way of 400 m drawn from A (1) to B (2), and a detour of 2000 m without crossings that anybody may use.

    Stubs run from A to A' (11) and from B to B' (12). Way 50 has the tags, 60 is the detour, 61 and
    62 are the stubs.
    """
    town = Town()
    town.nodes = {1: (0, 0), 2: (400, 0), 3: (400, 800), 4: (0, 800), 5: (200, 0), 11: (-100, 0), 12: (500, 0)}
    if gate:
        town.node_tags[5] = gate
    town.ways = [
        (50, [1, 5, 2], tags),
        (60, [2, 3, 4, 1], {"highway": "residential", "name": "Omweg"}),
        (61, [11, 1], {"highway": "residential"}),
        (62, [2, 12], {"highway": "residential"}),
    ]
    return town


def grid_town(side: int, step_m: float = 100) -> Town:
    """Streets in squares: ``side`` by ``side`` crossings, all residential, each street a way with a name."""
    town = Town()
    for row in range(side):
        for column in range(side):
            town.nodes[1 + row * side + column] = (column * step_m, row * step_m)
    for line in range(side):
        town.way([1 + line * side + column for column in range(side)], highway="residential", name=f"Rij {line}")
        town.way([1 + row * side + line for row in range(side)], highway="residential", name=f"Kolom {line}")
    return town
