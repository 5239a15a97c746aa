"""One sheet of the road map while it is being drawn: nodes, ways, node tags and turn restrictions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from data.demo.terrain import Floats

Tags = tuple[tuple[str, str], ...]
NO_NAME: Final = -1


@dataclass(frozen=True)
class Restriction:
    """A turn restriction: numbers of the way in, the node and the way out, and its tags."""

    way_from: int
    node: int
    way_to: int
    tags: Tags


@dataclass
class Sheet:
    """Nodes and ways drawn so far; coordinates in metres east and north of the middle of the sheet.

    Attributes
    ----------
    xy
        Blocks of node coordinates, each of shape (n, 2).
    ways, way_tags, way_name
        Node numbers, tags and street-name number per way (``NO_NAME``: none).
    rigid
        Numbers of ways that must keep exactly these points (roundabouts, ferries, bridges).
    node_tags
        Tags of the few nodes that have any.
    """

    xy: list[Floats] = field(default_factory=list)
    count: int = 0
    ways: list[Sequence[int]] = field(default_factory=list)
    way_tags: list[Tags] = field(default_factory=list)
    way_name: list[int] = field(default_factory=list)
    rigid: set[int] = field(default_factory=set)
    node_tags: dict[int, Tags] = field(default_factory=dict)
    restrictions: list[Restriction] = field(default_factory=list)

    def nodes(self, points: Floats) -> list[int]:
        """Add points, shape (n, 2), and give their node numbers."""
        first = self.count
        self.xy.append(points)
        self.count += len(points)
        return list(range(first, self.count))

    def node(self, x: float, y: float, tags: Tags = ()) -> int:
        """Add one point and give its node number."""
        number = self.nodes(np.array([[x, y]]))[0]
        if tags:
            self.node_tags[number] = tags
        return number

    def way(self, nodes: Sequence[int], tags: Tags, name: int = NO_NAME, *, rigid: bool = False) -> int:
        """Add a way and give its number."""
        self.ways.append(nodes)
        self.way_tags.append(tags)
        self.way_name.append(name)
        if rigid:
            self.rigid.add(len(self.ways) - 1)
        return len(self.ways) - 1

    def coordinates(self) -> Floats:
        """All points so far, shape (count, 2)."""
        if len(self.xy) > 1:
            self.xy = [np.concatenate(self.xy)]
        return self.xy[0] if self.xy else np.empty((0, 2))
