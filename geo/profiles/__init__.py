"""OSM tags → who may use a way, in which direction and as what kind of way; who may pass a node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.definition import Mode
from geo.profiles import bicycle, car, foot
from geo.profiles.tags import Judgement, maxspeed_kmh

if TYPE_CHECKING:
    from collections.abc import Mapping

PROFILES = {Mode.BICYCLE: bicycle, Mode.FOOT: foot, Mode.CAR: car}
MODES = tuple(PROFILES)
# The tags the profiles read; a reader may forget all others.
WAY_TAGS = frozenset(
    {
        "highway", "route", "access", "vehicle", "motor_vehicle", "motorcar", "bicycle", "foot", "oneway",
        "oneway:bicycle", "oneway:foot", "junction", "cycleway", "cycleway:left", "cycleway:right", "cycleway:both",
        "cycleway:left:oneway", "cycleway:right:oneway", "bicycle:forward", "bicycle:backward", "motorroad",
        "bicycle_road", "cyclestreet", "surface", "tracktype", "maxspeed", "area", "service", "foot:forward",
        "foot:backward", "motor_vehicle:forward", "motor_vehicle:backward", "motorcar:forward", "motorcar:backward",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WayRule:
    """What the three profiles say about one combination of tags.

    Attributes
    ----------
    bicycle, foot, car
        Kind of way per direction, None where that mode may not go.
    maxspeed_kmh
        Signed limit in km/h, 0 when not mapped.
    snap
        Whether a trip may begin or end here: not on a ferry, a motorway or a motorroad.
    highway
        The ``highway`` tag, or ``ferry``.
    label
        What to call a way without a name, in Dutch.
    """

    bicycle: Judgement
    foot: Judgement
    car: Judgement
    maxspeed_kmh: int
    snap: bool
    highway: str
    label: str

    def judgement(self, mode: Mode) -> Judgement:
        """The judgement of one mode."""
        return {Mode.BICYCLE: self.bicycle, Mode.FOOT: self.foot, Mode.CAR: self.car}[mode]

    @property
    def used(self) -> bool:
        """Whether anybody may come here at all."""
        return any(direction is not None for judged in (self.bicycle, self.foot, self.car) for direction in judged)


LABELS = {
    "cycleway": "fietspad", "footway": "voetpad", "pedestrian": "voetgangersgebied", "path": "pad", "track": "landweg",
    "steps": "trap", "service": "toegangsweg", "living_street": "woonerf", "motorway": "snelweg",
    "motorway_link": "oprit of afrit", "trunk": "autoweg", "trunk_link": "oprit of afrit", "bridleway": "ruiterpad",
}  # fmt: skip


def judge_way(tags: Mapping[str, str]) -> WayRule:
    """Judge one way for all modes."""
    highway = tags.get("highway", "")
    ferry = not highway and tags.get("route") == "ferry"
    on_motorway = highway.startswith("motorway") or tags.get("motorroad") == "yes"
    return WayRule(
        bicycle=bicycle.judge_way(tags),
        foot=foot.judge_way(tags),
        car=car.judge_way(tags),
        maxspeed_kmh=maxspeed_kmh(tags.get("maxspeed", "")),
        snap=not (ferry or on_motorway),
        highway="ferry" if ferry else highway,
        label="veerpont" if ferry else LABELS.get(highway, "weg"),
    )


def blocked_modes(tags: Mapping[str, str]) -> int:
    """Modes that may not pass a node with these tags, as bits in the order of ``MODES``."""
    if "barrier" not in tags:
        return 0
    return sum(1 << bit for bit, mode in enumerate(MODES) if PROFILES[mode].blocked_by(tags))
