"""The bicycle: TRAVEL.md section 4, first column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.profiles.tags import (
    CLOSED_BARRIERS,
    NOBODY,
    Judgement,
    access,
    along,
    by_direction,
    gate_blocks,
    mode_oneway,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

KEYS = ("bicycle", "vehicle", "access")
ROADS = frozenset(
    {
        "primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link", "unclassified",
        "residential", "living_street", "service", "road",
    }
)  # fmt: skip
ON_FOOT = frozenset({"footway", "pedestrian"})
ONLY_WHEN_NAMED = frozenset({"trunk", "trunk_link", "bridleway", "busway"})
RIGHT_TO_RIDE = frozenset({"yes", "designated", "permissive", "destination", "official"})
UNPAVED = frozenset(
    {"unpaved", "compacted", "fine_gravel", "gravel", "dirt", "earth", "ground", "grass", "pebblestone"}
)
ROUGH = frozenset({"sand", "mud", "rock", "cobblestone", "unhewn_cobblestone", "woodchips"})
BLOCKING = CLOSED_BARRIERS | {
    "stile", "kissing_gate", "turnstile", "full-height_turnstile", "log", "horse_stile", "step",
}  # fmt: skip


def judge_way(tags: Mapping[str, str]) -> Judgement:
    """Where and how somebody with a bicycle may go on this way."""
    highway = tags.get("highway")
    if highway is None:
        return _ferry(tags)
    kind = _kind(highway, tags)
    if kind is None:
        return NOBODY
    if tags.get("bicycle") == "dismount":
        return Judgement("walk", "walk")
    allowed = access(tags, KEYS)
    if kind in {"walk", "steps"}:
        # Who pushes a bicycle is a pedestrian, unless bicycles are named as unwelcome.
        closed = tags.get("bicycle") == "no" or access(tags, ("foot", "access")) is False
        return NOBODY if closed else Judgement(kind, kind)
    cycle_street = tags.get("bicycle_road") == "yes" or tags.get("cyclestreet") == "yes"
    if allowed is False and not (cycle_street and "bicycle" not in tags):
        return _named_directions(NOBODY, tags, kind)
    return _named_directions(along(kind, _direction(tags)), tags, kind)


def _named_directions(judged: Judgement, tags: Mapping[str, str], kind: str) -> Judgement:
    return by_direction(judged, tags, "bicycle", kind)


def _kind(highway: str, tags: Mapping[str, str]) -> str | None:  # noqa: PLR0911 -- a table, read from the top
    """Way kind without regard to access; None for ways that are never for bicycles."""
    if tags.get("motorroad") == "yes" or highway in {"motorway", "motorway_link"}:
        return None
    named = tags.get("bicycle") in RIGHT_TO_RIDE
    if highway == "steps":
        return "steps"
    if highway in ON_FOOT:
        return _surface("path", tags) if named else "walk"
    if highway in ONLY_WHEN_NAMED:
        return _surface("road", tags) if named else None
    if highway in ROADS:
        return _surface("road", tags)
    if highway == "cycleway":
        return _surface("cycleway", tags)
    if highway == "path":
        return _surface("path", tags)
    if highway == "track":
        paved = tags.get("tracktype") == "grade1" or tags.get("surface", "") in {"asphalt", "concrete", "paving_stones"}
        return _surface("path" if paved else "unpaved", tags)
    return None


def _surface(kind: str, tags: Mapping[str, str]) -> str:
    surface = tags.get("surface", "")
    if surface in ROUGH:
        return "rough"
    return "unpaved" if surface in UNPAVED else kind


def _direction(tags: Mapping[str, str]) -> int:
    """1 along, -1 against, 0 both, for a cyclist."""
    own = tags.get("oneway:bicycle")
    if own is not None:
        return {"yes": 1, "true": 1, "1": 1, "-1": -1, "reverse": -1}.get(own, 0)
    direction = mode_oneway(tags)
    if direction and _contraflow(tags, direction):
        return 0
    return direction


def _contraflow(tags: Mapping[str, str], direction: int) -> bool:
    """Whether a lane or track lets cyclists ride against the one-way traffic."""
    sides = ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both")
    if any(tags.get(side, "").startswith("opposite") for side in sides):
        return True
    against = {"-1", "no"} if direction > 0 else {"yes", "1", "no"}
    absent = {"", "no", "none", "separate"}
    for side in ("cycleway:left", "cycleway:right"):
        if tags.get(f"{side}:oneway") in against and tags.get(side, "lane") not in absent:
            return True
    return False


def _ferry(tags: Mapping[str, str]) -> Judgement:
    if tags.get("route") != "ferry":
        return NOBODY
    allowed = access(tags, ("bicycle",))
    if allowed is None and tags.get("bicycle") != "dismount":
        # Where a car may board, so may a bicycle; a ferry without any of these tags is for passengers.
        allowed = access(tags, ("vehicle", "motor_vehicle", "motorcar", "access"))
        if allowed and access(tags, ("motorcar", "motor_vehicle", "vehicle")) is not True:
            allowed = False
    if allowed is None:
        allowed = tags.get("bicycle") == "dismount"
    return along("ferry", mode_oneway(tags)) if allowed else NOBODY


def blocked_by(tags: Mapping[str, str]) -> bool:
    """Whether a cyclist cannot pass a node with these tags."""
    decided = gate_blocks(tags, KEYS)
    if tags.get("bicycle") == "dismount":
        return False
    return tags.get("barrier") in BLOCKING if decided is None else decided
