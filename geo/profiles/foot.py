"""Walking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.profiles.tags import CLOSED_BARRIERS, NOBODY, Judgement, access, along, by_direction, gate_blocks, mode_oneway

if TYPE_CHECKING:
    from collections.abc import Mapping

KEYS = ("foot", "access")
WALKABLE = frozenset(
    {
        "primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link", "unclassified",
        "residential", "living_street", "service", "road", "path", "track", "footway", "pedestrian", "steps",
    }
)  # fmt: skip
# Dutch law lets pedestrians use the cycle path where there is no footway (RVV 1990 art. 4).
WALKABLE_TOO = frozenset({"cycleway", "bridleway"})
ONLY_WHEN_NAMED = frozenset({"trunk", "trunk_link", "busway"})
BLOCKING = CLOSED_BARRIERS


def judge_way(tags: Mapping[str, str]) -> Judgement:
    """Where somebody on foot may go on this way; ``oneway`` is for vehicles and binds nobody on foot."""
    highway = tags.get("highway")
    if highway is None:
        ferry = tags.get("route") == "ferry" and access(tags, KEYS) is not False
        return along("ferry", mode_oneway(tags)) if ferry else NOBODY
    allowed = access(tags, KEYS)
    if tags.get("foot") == "use_sidepath":
        allowed = False
    if highway in ONLY_WHEN_NAMED:
        allowed = bool(access(tags, ("foot",)))
    elif highway not in WALKABLE and highway not in WALKABLE_TOO:
        return NOBODY
    if tags.get("motorroad") == "yes":
        return NOBODY
    kind = "steps" if highway == "steps" else "walk"
    direction = {"yes": 1, "-1": -1}.get(tags.get("oneway:foot", ""), 0)
    judged = NOBODY if allowed is False else along(kind, direction)
    return by_direction(judged, tags, "foot", kind)


def blocked_by(tags: Mapping[str, str]) -> bool:
    """Whether somebody on foot cannot pass a node with these tags."""
    decided = gate_blocks(tags, KEYS)
    return tags.get("barrier") in BLOCKING if decided is None else decided
