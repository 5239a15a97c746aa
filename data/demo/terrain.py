"""The fixed geography of Merenveld: land, water, towns and bridges, in metres and in degrees.

Coordinates are metres east (x) and north (y) of the middle of the region. The geography never depends
on a seed: towns, bridges and schools stay where they are, only streets and names differ per seed.
One sheet is 27 by 22 kilometres. Networks too large for one sheet continue on mirrored sheets around it.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CENTRE_LAT: Final = 52.65
CENTRE_LON: Final = 5.38
METRES_PER_DEGREE_LAT: Final = 111_270.0
METRES_PER_DEGREE_LON: Final = (
    111_320.0 * 0.606_682_351
)  # cosine of 52.65 degrees, written out to be the same everywhere
HALF_WIDTH_M: Final = 13_500.0
HALF_HEIGHT_M: Final = 11_000.0
LAKE_NAME: Final = "Merenveldermeer"
RIVER_NAME: Final = "Lange Aa"
SEA_NAME: Final = "Grote Plas"
BRIDGES_X_M: Final = (-9_600.0, 8_000.0)
FERRY_M: Final = ((3_250.0, 1_700.0), (3_350.0, -1_100.0))  # two landings, on the dike
LAKE_EAST_X_M: Final = 4_250.0
LAKE_WEST_X_M: Final = -6_250.0
LAKE_Y_M: Final = 300.0


@dataclass(frozen=True)
class Settlement:
    """A town, village or hamlet.

    Attributes
    ----------
    name
        Fictional name.
    x_m, y_m
        Middle, metres east and north of the middle of the region.
    radius_m
        Mean radius of the built-up area, metres.
    kind
        Value of the OSM tag ``place``.
    """

    name: str
    x_m: float
    y_m: float
    radius_m: float
    kind: str


SETTLEMENTS: Final = (
    Settlement("Hoogmeren", -1_800, 4_350, 1_700, "city"),
    Settlement("Elzerhaven", 6_500, 4_300, 1_300, "town"),
    Settlement("Lisdonk", -8_700, 5_300, 1_300, "town"),
    Settlement("Zuidermonde", -700, -3_950, 1_750, "city"),
    Settlement("Wilgenrade", 7_000, -4_400, 1_300, "town"),
    Settlement("Ottervoorde", -8_100, -4_700, 1_350, "town"),
    Settlement("Rietbroek", -5_400, 8_000, 600, "village"),
    Settlement("Kwakelveen", 1_500, 8_100, 620, "village"),
    Settlement("Zilverdijk", 5_000, 7_500, 430, "village"),
    Settlement("Noordbeemd", 11_000, 6_700, 560, "village"),
    Settlement("Vlierhuizen", -10_900, 2_200, 470, "village"),
    Settlement("Oeverlaar", 3_000, 3_550, 430, "village"),
    Settlement("Roerdomp", -5_700, 3_500, 420, "village"),
    Settlement("Kievitsheem", -4_700, -7_600, 600, "village"),
    Settlement("Zeggelaar", 1_300, -7_900, 600, "village"),
    Settlement("Langeweide", 4_400, -6_700, 420, "village"),
    Settlement("Zandelaar", 11_000, -6_500, 450, "village"),
    Settlement("Snoekhoven", -11_000, -1_700, 450, "village"),
    Settlement("Veerlaken", 3_500, -2_750, 420, "village"),
    Settlement("Dijkmonde", -4_900, -2_900, 400, "village"),
    Settlement("Bredewaard", 10_900, -1_500, 520, "village"),
)
ISLAND: Final = Settlement("Stiltewaard", 1_300, 450, 360, "hamlet")
ISLAND_HALF_AXES_M: Final = (820.0, 560.0)


@dataclass(frozen=True)
class Blob:
    """A rounded shape: an ellipse whose edge swings with four harmonics; all lengths in metres."""

    x_m: float
    y_m: float
    a_m: float
    b_m: float
    swing: float
    phase: float
    power: float = 2.0

    def radius(self, angle: Floats) -> Floats:
        """Metres from the middle to the edge at ``angle`` (radians, from east, counter-clockwise)."""
        flat = (np.abs(np.cos(angle)) / self.a_m) ** self.power + (np.abs(np.sin(angle)) / self.b_m) ** self.power
        wave = (
            np.sin(2 * angle + self.phase)
            + 0.7 * np.sin(3 * angle + 2 * self.phase)
            + 0.45 * np.sin(5 * angle + 3 * self.phase)
            + 0.25 * np.sin(9 * angle + self.phase)
        )
        edge: Floats = flat ** (-1.0 / self.power) * (1.0 + self.swing * wave)
        return edge

    def depth(self, x: Floats, y: Floats) -> Floats:
        """Metres inside the edge along the radius: positive inside, negative outside."""
        dx, dy = x - self.x_m, y - self.y_m
        inside: Floats = self.radius(np.arctan2(dy, dx)) - np.hypot(dx, dy)
        return inside

    def ring(self, count: int, grow_m: float = 0.0) -> Floats:
        """``count`` points on the edge, moved ``grow_m`` metres outwards, counter-clockwise, shape (count, 2)."""
        angle: Floats = np.arange(count, dtype=np.float64) * (2 * math.pi / count)
        radius = self.radius(angle) + grow_m
        return np.column_stack([self.x_m + radius * np.cos(angle), self.y_m + radius * np.sin(angle)])


OUTLINE: Final = Blob(0, 0, 12_900, 10_300, 0.018, 1.1, power=3.2)
LAKE: Final = Blob(-1_000, LAKE_Y_M, 5_350, 2_050, 0.062, 0.6)
ISLAND_SHAPE: Final = Blob(ISLAND.x_m, ISLAND.y_m, *ISLAND_HALF_AXES_M, 0.05, 2.0)
PONDS: Final = (
    Blob(-10_300, 8_100, 620, 420, 0.06, 0.3),
    Blob(8_100, 8_300, 700, 430, 0.06, 1.9),
    Blob(-7_700, -8_000, 680, 380, 0.06, 4.0),
    Blob(4_300, -4_500, 420, 560, 0.06, 2.7),
    Blob(-4_300, 5_900, 360, 300, 0.05, 5.0),
)
POND_NAMES: Final = ("Spiegelplas", "Wijde Kolk", "Zwanenwater", "Otterplas", "Elzenplas")
FORESTS: Final = (
    Blob(-4_000, -5_700, 900, 640, 0.07, 0.9),
    Blob(9_300, -8_000, 1_000, 560, 0.07, 2.2),
    Blob(-7_900, 7_700, 800, 600, 0.07, 3.3),
    Blob(3_600, 5_700, 900, 620, 0.07, 4.1),
    Blob(-11_000, -6_700, 620, 900, 0.07, 5.2),
)
FOREST_NAMES: Final = ("Kievitsbos", "Zandelaarsebos", "Rietbroekerbos", "Elzenbos", "Snoekhoverbos")
SETTLEMENT_SHAPES: Final = tuple(
    Blob(town.x_m, town.y_m, town.radius_m * 1.06, town.radius_m * 0.95, 0.045, 0.7 * number)
    for number, town in enumerate((*SETTLEMENTS, ISLAND))
)


def river_y(x: Floats) -> Floats:
    """Metres north of the middle of the river at ``x``; inside the lake, the axis of the lake."""
    east = LAKE_Y_M + 1_150 * np.sin((x - LAKE_EAST_X_M) / 2_500)
    west = LAKE_Y_M - 950 * np.sin((LAKE_WEST_X_M - x) / 2_300)
    axis: Floats = np.where(x > LAKE_EAST_X_M, east, np.where(x < LAKE_WEST_X_M, west, LAKE_Y_M))
    return axis


def river_half_width(x: Floats) -> Floats:
    """Half the width of the river in metres; it widens towards its two mouths."""
    wide: Floats = 75.0 + 260.0 * np.clip((np.abs(x) - 11_300) / 1_500, 0, 1) ** 2
    return wide


def water_depth(x: Floats, y: Floats, *, sea: bool) -> Floats:
    """Metres inside the nearest water (positive in the water, negative on land); ``sea``: is there water around."""
    lake = np.minimum(LAKE.depth(x, y), -ISLAND_SHAPE.depth(x, y))
    river = np.where(
        (x > LAKE_EAST_X_M - 400) | (x < LAKE_WEST_X_M + 400), river_half_width(x) - np.abs(y - river_y(x)), -1e9
    )
    depth = np.maximum(lake, river)
    for pond in PONDS:
        depth = np.maximum(depth, pond.depth(x, y))
    if sea:
        depth = np.maximum(depth, -OUTLINE.depth(x, y))
    return depth


def motorway_x(y: Floats) -> Floats:
    """Metres east of the middle of the motorway at ``y``."""
    axis: Floats = 9_350 + 220 * np.sin(y * (math.pi / HALF_HEIGHT_M))
    return axis


def to_degrees(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Latitude and longitude (WGS84 degrees, seven decimals) of points in metres."""
    return (
        np.round(CENTRE_LAT + y / METRES_PER_DEGREE_LAT, 7),
        np.round(CENTRE_LON + x / METRES_PER_DEGREE_LON, 7),
    )
