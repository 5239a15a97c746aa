"""The motorway: two carriageways, two junctions with ramps, and where it ends a way back to the country roads."""

from typing import Final

import numpy as np

from data.demo.countryside import Country
from data.demo.mesh import Mesh
from data.demo.sheet import Sheet, Tags
from data.demo.terrain import HALF_HEIGHT_M, OUTLINE, Floats, motorway_x, river_y

CARRIAGEWAY_M: Final = 17.0
JUNCTIONS_Y_M: Final = (4_700.0, -4_800.0)
RAMP_M: Final = 450.0
STEP_M: Final = 250.0
ROAD: Final[Tags] = (("highway", "motorway"), ("ref", "A99"), ("oneway", "yes"), ("maxspeed", "100"), ("layer", "1"))
RAMP: Final[Tags] = (("highway", "motorway_link"), ("oneway", "yes"), ("maxspeed", "70"))
END: Final[Tags] = (("highway", "trunk"), ("oneway", "yes"), ("maxspeed", "80"), ("ref", "N999"))


def draw_motorway(sheet: Sheet, mesh: Mesh, country: Country, *, sea: bool) -> list[int]:
    """Draw both carriageways from south to north; give the four end nodes (they go on at the next sheet)."""
    y = _stations(sea=sea)
    north = sheet.nodes(np.column_stack([motorway_x(y) + CARRIAGEWAY_M, y]))
    south = sheet.nodes(np.column_stack([motorway_x(y) - CARRIAGEWAY_M, y]))
    bank = int(np.abs(y - river_y(motorway_x(y))).argmin())
    for nodes, order in ((north, 1), (south, -1)):
        for part, extra in (
            (slice(0, bank), ()),
            (slice(bank - 1, bank + 2), (("bridge", "yes"),)),
            (slice(bank + 1, None), ()),
        ):
            sheet.way(nodes[part][::order], (*ROAD, *extra), rigid=True)
    junctions = np.array(sorted(country.arms))
    places = mesh.xy[junctions]
    for middle in JUNCTIONS_Y_M:
        before, after = (int(np.abs(y - middle - shift).argmin()) for shift in (-RAMP_M, RAMP_M))
        east = _nearest(country, junctions, places, float(motorway_x(np.array([middle]))[0]), middle, east=True)
        west = _nearest(country, junctions, places, float(motorway_x(np.array([middle]))[0]), middle, east=False)
        sheet.way([north[before], east], RAMP)
        sheet.way([east, north[after]], RAMP)
        sheet.way([south[after], west], RAMP)
        sheet.way([west, south[before]], RAMP)
    if sea:
        for place in (0, -1):
            x_end, y_end = float(motorway_x(y)[place]), float(y[place])
            road = _nearest(country, junctions, places, x_end, y_end, east=False)
            arriving, leaving = (south, north) if place == 0 else (north, south)
            sheet.way([arriving[place], road], END)
            sheet.way([road, leaving[place]], END)
        return []
    return [north[0], north[-1], south[0], south[-1]]


def _stations(*, sea: bool) -> Floats:
    y = np.linspace(-HALF_HEIGHT_M, HALF_HEIGHT_M, round(2 * HALF_HEIGHT_M / STEP_M) + 1)
    if not sea:
        return y
    inland = OUTLINE.depth(motorway_x(y), y) > 900
    return y[inland]


def _nearest(
    country: Country,
    junctions: np.ndarray[tuple[int], np.dtype[np.int64]],
    places: Floats,
    x: float,
    y: float,
    *,
    east: bool,
) -> int:
    """The nearest junction for cars on the wanted side of the motorway; any side when that one has none near."""
    gap = np.hypot(places[:, 0] - x, places[:, 1] - y)
    side = gap + np.where((places[:, 0] > x) == east, 0, 3_000)
    return country.junction[int(junctions[int(side.argmin())])]
