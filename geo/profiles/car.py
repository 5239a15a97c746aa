"""The car."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.profiles.tags import (
    GATES,
    NOBODY,
    WIDE_OPEN_BARRIERS,
    Judgement,
    access,
    along,
    by_direction,
    gate_blocks,
    mode_oneway,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
ROADS = frozenset(
    {
        "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link",
        "tertiary", "tertiary_link", "unclassified", "residential", "living_street", "service", "road",
    }
)  # fmt: skip
# A way made for others is open to cars only where a tag about motor vehicles says so.
ONLY_WHEN_NAMED = {
    "track": "track", "pedestrian": "living_street", "cycleway": "living_street", "footway": "living_street",
    "path": "track", "busway": "service",
}  # fmt: skip


def judge_way(tags: Mapping[str, str]) -> Judgement:
    """Where a car may go on this way."""
    highway = tags.get("highway")
    if highway is None:
        named = tags.get("route") == "ferry" and access(tags, KEYS[:3])
        return along("ferry", mode_oneway(tags)) if named else NOBODY
    kind: str | None = highway if highway in ROADS else None
    if highway in ONLY_WHEN_NAMED or tags.get("bicycle_road") == "yes":
        named = access(tags, KEYS[:3])
        kind = ONLY_WHEN_NAMED.get(highway, kind) if named else None
    if kind is None or tags.get("area") == "yes":
        return NOBODY
    judged = NOBODY if access(tags, KEYS) is False else along(kind, mode_oneway(tags))
    for key in ("motor_vehicle", "motorcar"):
        judged = by_direction(judged, tags, key, kind)
    return judged


def blocked_by(tags: Mapping[str, str]) -> bool:
    """Whether a car cannot pass a node with these tags: any barrier not known to open stops it."""
    barrier = tags.get("barrier")
    decided = gate_blocks(tags, KEYS)
    if decided is not None:
        return decided
    return barrier not in WIDE_OPEN_BARRIERS and barrier not in GATES - {"chain", "rope"}
