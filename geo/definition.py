"""DistanceDefinition: what "far" means, as a dated file that anyone can read."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent / "definitions"
WALKED_KINDS = frozenset({"walk", "steps"})


class Mode(StrEnum):
    """How somebody travels; the Dutch word is the one in files and on screens."""

    BICYCLE = "fiets"
    FOOT = "lopen"
    CAR = "auto"


class Weight(StrEnum):
    """What is made as small as possible; the other one breaks ties and is reported too."""

    SECONDS = "seconds"
    METRES = "metres"


@dataclass(frozen=True, slots=True)
class DistanceDefinition:
    """One dated meaning of distance.

    Attributes
    ----------
    maximum_gap_m
        A point further than this from the road has no trip, but a reason; in metres.
    speeds_kmh
        Speed per way kind of the profile of ``mode``; a kind without a speed may not be used.
    maxspeed_factor
        Share of a signed speed limit that is really driven (car); 0 ignores limits.
    ferry_kmh, ferry_wait_s
        Speed and waiting time of a ferry whose ``duration`` is not mapped.
    """

    id: str
    title: str
    mode: Mode
    weight: Weight
    valid_from: dt.date
    maximum_gap_m: float
    ferries: bool
    ferry_kmh: float
    ferry_wait_s: int
    dismount: bool
    turn_restrictions: bool
    maxspeed_factor: float
    speeds_kmh: Mapping[str, float]
    sources: Mapping[str, str]
    digest: str

    def speed_kmh(self, kind: str | None, maxspeed_kmh: int) -> float | None:
        """Speed on a way of this kind in km/h, or None when this definition does not use it.

        Parameters
        ----------
        kind
            Way kind from the profile; None means nobody of this mode may enter.
        maxspeed_kmh
            Signed limit in km/h, 0 when there is none.
        """
        if kind is None:
            return None
        if kind == "ferry":
            return self.ferry_kmh if self.ferries else None
        if self.mode is Mode.BICYCLE and kind in WALKED_KINDS and not self.dismount:
            return None
        speed = self.speeds_kmh.get(kind)
        if speed is not None and maxspeed_kmh and self.maxspeed_factor:
            return maxspeed_kmh * self.maxspeed_factor
        return speed


def read_definition(file: Path) -> DistanceDefinition:
    """Read one definition file.

    Raises
    ------
    DefinitionError
        The file is not TOML, or a field is missing or impossible; the sentence names the field.
    """
    raw = file.read_bytes()
    try:
        table: dict[str, Any] = tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DefinitionError.bad(file.name, "de opmaak", f"TOML ({error})") from error

    def field(name: str, kind: type | tuple[type, ...], expected: str) -> Any:
        value = table.get(name)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise DefinitionError.bad(file.name, name, expected)
        return value

    number = (int, float)
    speeds = field("speeds_kmh", dict, "een tabel met snelheden in km/u")
    for kind, speed in speeds.items():
        if isinstance(speed, bool) or not isinstance(speed, number) or not 0 < speed <= 130:
            raise DefinitionError.bad(file.name, f"speeds_kmh.{kind}", "een getal van meer dan 0 tot en met 130")
    try:
        mode, weight = Mode(field("mode", str, "tekst")), Weight(field("weight", str, "tekst"))
    except ValueError as error:
        raise DefinitionError.bad(file.name, "mode of weight", "fiets, lopen of auto, en seconds of metres") from error
    return DistanceDefinition(
        id=field("id", str, "tekst"),
        title=field("title", str, "tekst"),
        mode=mode,
        weight=weight,
        valid_from=field("valid_from", dt.date, "een datum zoals 2026-01-01"),
        maximum_gap_m=float(field("maximum_gap_m", number, "meters")),
        ferries=field("ferries", bool, "true of false"),
        ferry_kmh=float(field("ferry_kmh", number, "km/u")),
        ferry_wait_s=field("ferry_wait_s", int, "hele seconden"),
        dismount=field("dismount", bool, "true of false"),
        turn_restrictions=field("turn_restrictions", bool, "true of false"),
        maxspeed_factor=float(field("maxspeed_factor", number, "een getal van 0 tot en met 1")),
        speeds_kmh={kind: float(speed) for kind, speed in speeds.items()},
        sources=field("sources", dict, "een tabel met bronnen"),
        digest=sha256(raw).hexdigest()[:16],
    )


def load_definitions(folder: Path = FOLDER) -> dict[str, DistanceDefinition]:
    """Load the newest definition of every id, ordered by id."""
    return dict(_load(folder))


@cache
def _load(folder: Path) -> dict[str, DistanceDefinition]:
    found: dict[str, DistanceDefinition] = {}
    for file in sorted(folder.glob("*.toml")):
        definition = read_definition(file)
        older = found.get(definition.id)
        if older is None or older.valid_from < definition.valid_from:
            found[definition.id] = definition
    return dict(sorted(found.items()))


def load_definition(definition_id: str) -> DistanceDefinition:
    """Load one definition by id.

    Raises
    ------
    DefinitionError
        No definition has this id; the sentence lists those that exist.
    """
    definitions = load_definitions()
    if definition_id not in definitions:
        raise DefinitionError.unknown(definition_id, list(definitions))
    return definitions[definition_id]
