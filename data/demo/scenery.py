"""What a map shows beside roads: water, woods, built-up land, fields and place names."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from data.demo.sheet import Tags
from data.demo.terrain import (
    FOREST_NAMES,
    FORESTS,
    HALF_WIDTH_M,
    ISLAND,
    ISLAND_SHAPE,
    LAKE,
    LAKE_EAST_X_M,
    LAKE_NAME,
    LAKE_WEST_X_M,
    OUTLINE,
    POND_NAMES,
    PONDS,
    RIVER_NAME,
    SEA_NAME,
    SETTLEMENT_SHAPES,
    SETTLEMENTS,
    Floats,
    river_half_width,
    river_y,
)

SEA_MARGIN_M: Final = 3_000.0
POPULATION: Final = {"city": 61_000, "town": 28_000, "village": 3_400, "hamlet": 140}


@dataclass
class Scenery:
    """Shapes in metres on one sheet.

    Attributes
    ----------
    areas
        Closed rings (first point not repeated) with their tags.
    holed
        An outer ring, an inner ring and the tags of the area between them.
    lines
        Open lines with their tags.
    points
        One point each with its tags.
    """

    areas: list[tuple[Floats, Tags]] = field(default_factory=list)
    holed: list[tuple[Floats, Floats, Tags]] = field(default_factory=list)
    lines: list[tuple[Floats, Tags]] = field(default_factory=list)
    points: list[tuple[Floats, Tags]] = field(default_factory=list)


def draw_scenery(*, sea: bool) -> Scenery:
    """Everything on one sheet that is not a road; with ``sea`` also the open water around the region."""
    scenery = Scenery()
    _draw_water(scenery, sea=sea)
    for shape, name in zip(FORESTS, FOREST_NAMES, strict=True):
        scenery.areas.append((shape.ring(48), (("landuse", "forest"), ("name", name))))
    for number, (town, shape) in enumerate(zip((*SETTLEMENTS, ISLAND), SETTLEMENT_SHAPES, strict=True)):
        scenery.areas.append((shape.ring(56, 15.0), (("landuse", "residential"),)))
        people = POPULATION[town.kind] + 517 * number % 900
        place: Tags = (("place", town.kind), ("name", town.name), ("population", str(people)))
        scenery.points.append((np.array([[town.x_m, town.y_m]]), place))
        if town.radius_m > 1_000:
            centre = np.array([[town.x_m + 0.45 * shape.a_m, town.y_m + 0.3 * shape.b_m]])
            angle = np.arange(24) * (2 * np.pi / 24)
            park = centre + 0.16 * shape.a_m * np.column_stack([np.cos(angle), np.sin(angle)])
            scenery.areas.append((park, (("leisure", "park"), ("name", f"{town.name}se Park"))))
            _draw_estate(scenery, town.name, town.x_m + 0.8 * shape.a_m, town.y_m - 0.55 * shape.b_m)
    island: Tags = (("place", "island"), ("name", ISLAND.name))
    scenery.points.append((np.array([[ISLAND.x_m, ISLAND.y_m]]), island))
    _draw_fields(scenery)
    scenery.lines.append((np.vstack([LAKE.ring(180, 62.0), LAKE.ring(180, 62.0)[:1]]), (("man_made", "dyke"),)))
    return scenery


def _draw_estate(scenery: Scenery, town: str, x: float, y: float) -> None:
    box = np.array([[-260, -150], [240, -190], [290, 170], [-230, 200]])
    scenery.areas.append((np.array([[x, y]]) + box, (("landuse", "industrial"), ("name", f"Bedrijvenpark {town}"))))


def _draw_water(scenery: Scenery, *, sea: bool) -> None:
    lake: Tags = (("natural", "water"), ("water", "lake"), ("name", LAKE_NAME))
    scenery.holed.append((LAKE.ring(240), ISLAND_SHAPE.ring(60), lake))
    for shape, name in zip(PONDS, POND_NAMES, strict=True):
        scenery.areas.append((shape.ring(40), (("natural", "water"), ("water", "pond"), ("name", name))))
    far = HALF_WIDTH_M + (600.0 if sea else 0.0)
    for x in (np.linspace(LAKE_EAST_X_M - 350, far, 90), np.linspace(-far, LAKE_WEST_X_M + 350, 70)):
        middle, half = river_y(x), river_half_width(x)
        bank = np.vstack([np.column_stack([x, middle - half]), np.column_stack([x, middle + half])[::-1]])
        scenery.areas.append((bank, (("natural", "water"), ("water", "river"), ("name", RIVER_NAME))))
        inland = OUTLINE.depth(x, middle) > 0 if sea else np.ones(len(x), dtype=bool)
        line = np.column_stack([x, middle])[inland]
        scenery.lines.append((line, (("waterway", "river"), ("name", RIVER_NAME))))
    if sea:
        _draw_sea(scenery)


def _draw_sea(scenery: Scenery) -> None:
    """Four pieces of open water, each between a quarter of the coast and a corner of the map."""
    coast = OUTLINE.ring(720)
    coast = np.vstack([coast, coast[:1]])
    for quarter in range(4):
        stretch = coast[quarter * 180 : (quarter + 1) * 180 + 1]
        a, b = OUTLINE.a_m + SEA_MARGIN_M, OUTLINE.b_m + SEA_MARGIN_M
        axis = [np.array([a, 0.0]), np.array([0.0, b]), np.array([-a, 0.0]), np.array([0.0, -b])]
        begin, stop = axis[quarter], axis[(quarter + 1) % 4]
        ring = np.vstack([stretch, stop, begin + stop, begin])
        scenery.areas.append((ring, (("natural", "water"), ("water", "lake"), ("name", SEA_NAME))))


def _draw_fields(scenery: Scenery) -> None:
    """Long polder lots of meadow and farmland, with a ditch between them, where there is room on dry land."""
    from data.demo.terrain import water_depth

    kinds: tuple[Tags, ...] = (
        (("landuse", "meadow"),), (("landuse", "farmland"),), (("landuse", "meadow"),), (("landuse", "orchard"),),
    )  # fmt: skip
    lot = np.array([[-380, -190], [380, -190], [380, 190], [-380, 190]])
    for row, y in enumerate(np.arange(-9_600, 9_601, 480.0)):
        for column, x in enumerate(np.arange(-12_000, 12_001, 880.0)):
            ring = lot + np.array([[x + 420 * np.sin(y / 2_300), y + 420 * np.sin(x / 2_900 + 1)]])
            edge = np.vstack([ring, ring[[1, 2, 3, 0]] / 2 + ring / 2])
            wet = water_depth(edge[:, 0], edge[:, 1], sea=True).max() > -40
            shapes = (*SETTLEMENT_SHAPES, *FORESTS)
            if wet or any(shape.depth(edge[:, 0], edge[:, 1]).max() > -30 for shape in shapes):
                continue
            scenery.areas.append((ring, kinds[(row * 7 + column * 5 + row * column) % 4]))
            if column % 2 == 0:
                ditch = np.array([ring[3], ring[2]]) + np.array([0, 40.0])
                scenery.lines.append((ditch, (("waterway", "ditch"),)))
