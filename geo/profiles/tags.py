"""Reading access, direction and speed from tags: what the three profiles share.

Sources: OpenStreetMap wiki, pages "Key:access" (the most specific key wins), "Key:oneway", "Key:oneway:bicycle",
"Key:cycleway", "Key:barrier", "Key:duration" and "Default speed limits" (Netherlands: 50, 80, 100 km/h).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DENIED = frozenset(
    {
        "no", "private", "use_sidepath", "agricultural", "forestry", "agricultural;forestry", "delivery", "customers",
        "permit", "residents", "employees", "military", "emergency", "bus", "psv", "restricted", "service", "none",
        "separate",
    }
)  # fmt: skip
ALLOWED = frozenset({"yes", "designated", "permissive", "destination", "official", "public", "optional_sidepath"})
WIDE_OPEN_BARRIERS = frozenset(
    {"entrance", "kerb", "border_control", "toll_booth", "height_restrictor", "cattle_grid", "sally_port", "no", "open"}
)
GATES = frozenset({"gate", "lift_gate", "swing_gate", "sliding_gate", "hampshire_gate", "chain", "rope", "bump_gate"})
CLOSED_BARRIERS = frozenset({"wall", "fence", "hedge", "ditch", "retaining_wall", "guard_rail", "debris"})


class Judgement(NamedTuple):
    """Kind of way along and against the drawing direction; None where this mode may not go."""

    forward: str | None
    backward: str | None


NOBODY = Judgement(None, None)


def access(tags: Mapping[str, str], keys: Sequence[str]) -> bool | None:
    """What the most specific of these access keys says; None when none of them says anything.

    Parameters
    ----------
    keys
        Most specific first, such as ``("bicycle", "vehicle", "access")``.
    """
    for key in keys:
        value = tags.get(key)
        if value is None:
            continue
        if value in DENIED:
            return False
        if value in ALLOWED:
            return True
    return None


def mode_oneway(tags: Mapping[str, str]) -> int:
    """Direction of the ``oneway`` tag: 1 along, -1 against, 0 both; a roundabout is one way by itself."""
    value = tags.get("oneway")
    if value in {"yes", "true", "1"}:
        return 1
    if value in {"-1", "reverse"}:
        return -1
    if value in {"no", "false", "0"}:
        return 0
    implied = tags.get("junction") in {"roundabout", "circular"} or tags.get("highway") == "motorway"
    return 1 if implied else 0


def along(kind: str, direction: int) -> Judgement:
    """One kind in the directions that are open."""
    return Judgement(kind if direction >= 0 else None, kind if direction <= 0 else None)


def by_direction(judged: Judgement, tags: Mapping[str, str], key: str, kind: str) -> Judgement:
    """Let ``key:forward`` and ``key:backward`` overrule, being more specific than ``key``."""
    forward, backward = judged
    ahead, back = tags.get(f"{key}:forward"), tags.get(f"{key}:backward")
    if ahead in DENIED:
        forward = None
    elif ahead in ALLOWED:
        forward = forward or kind
    if back in DENIED:
        backward = None
    elif back in ALLOWED:
        backward = backward or kind
    return Judgement(forward, backward)


def gate_blocks(tags: Mapping[str, str], keys: Sequence[str]) -> bool | None:
    """Whether access tags or a lock close this node; None when the kind of barrier has to decide."""
    allowed = access(tags, keys)
    if tags.get("locked") == "yes":
        # Only a right that names this very mode opens a lock.
        return access(tags, keys[:1]) is not True
    return None if allowed is None else not allowed


_SPEED = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?\s*$")
_ZONES = {"walk": 6, "NL:urban": 50, "NL:rural": 80, "NL:trunk": 100, "NL:motorway": 100, "NL:living_street": 15}


def maxspeed_kmh(value: str) -> int:
    """Signed speed limit in km/h, 0 when absent or not understood."""
    if value in _ZONES:
        return _ZONES[value]
    match = _SPEED.match(value.split(";", maxsplit=1)[0])
    if match is None:
        return 0
    speed = float(match[1]) * (1.609344 if match[2] == "mph" else 1.0)
    return round(speed) if 1 <= speed <= 250 else 0


_CLOCK = re.compile(r"^(\d{1,3}):([0-5]?\d)(?::([0-5]?\d))?$")
_ISO = re.compile(r"^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$")


def duration_s(value: str | None) -> int | None:
    """Duration of a crossing in seconds: ``15``, ``0:15``, ``0:15:00`` or ``PT15M``; None when absent or unreadable."""
    if not value:
        return None
    if value.isdecimal():
        return int(value) * 60 or None
    match = _CLOCK.match(value)
    if match is None:
        match = _ISO.match(value)
    if match is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds or None
