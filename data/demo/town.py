"""The streets of one town or village: a bent grid with a centre, one-ways, parks and dead ends."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from data.demo.sheet import NO_NAME, Sheet, Tags
from data.demo.terrain import Blob, Floats, motorway_x, water_depth

Ints = NDArray[np.int64]
WATER_MARGIN_M: Final = 120.0
MOTORWAY_MARGIN_M: Final = 150.0
EVERY_MAIN: Final = 5

# Kinds of street; the number is the index in KINDS.
KINDS: Final[tuple[Tags, ...]] = (
    (("highway", "residential"), ("maxspeed", "30")),
    (("highway", "tertiary"), ("maxspeed", "50")),
    (("highway", "pedestrian"),),
    (("highway", "residential"), ("maxspeed", "30"), ("oneway", "yes"), ("oneway:bicycle", "no")),
    (("highway", "residential"), ("maxspeed", "30"), ("oneway", "yes")),
    (("highway", "residential"), ("maxspeed", "30"), ("oneway", "yes"), ("cycleway", "opposite_lane")),
    (("highway", "residential"), ("oneway", "yes"), ("cycleway:left", "lane"), ("cycleway:left:oneway", "-1")),
    (("highway", "residential"), ("maxspeed", "30"), ("bicycle_road", "yes"), ("cyclestreet", "yes")),
    (("highway", "footway"),),
    (("highway", "path"),),
    (("highway", "footway"), ("bicycle", "yes")),
    (("highway", "living_street"),),
    (("highway", "cycleway"), ("oneway", "yes")),
    (("highway", "steps"),),
    (("highway", "construction"), ("construction", "residential")),
    (("highway", "service"), ("access", "private")),
    (("highway", "residential"), ("access", "no"), ("bicycle", "yes"), ("foot", "yes")),
    (("highway", "cycleway"), ("surface", "asphalt")),
    (("highway", "pedestrian"), ("bicycle", "yes")),
    (("highway", "service"), ("service", "alley"), ("bicycle", "no")),
)
RESIDENTIAL, MAIN, PEDESTRIAN, FIETSSTRAAT, FOOTWAY, PATH, LIVING = 0, 1, 2, 7, 8, 9, 11
ONEWAY_KINDS: Final = np.array([3, 3, 4, 5, 6])
RARE_KINDS: Final = np.array([10, 12, 13, 14, 15, 16, 17, 18, 19, 13, 15])
BARRIERS: Final[tuple[Tags, ...]] = (
    (("barrier", "bollard"),),
    (("barrier", "cycle_barrier"),),
    (("barrier", "gate"), ("access", "no")),
    (("barrier", "gate"), ("locked", "yes")),
    (("barrier", "bollard"), ("bicycle", "yes")),
)
UNNAMED: Final = frozenset({FOOTWAY, PATH, 10, 12, 13, 15, 17, 19})


@dataclass(frozen=True)
class Town:
    """What the country roads need to know of a town: its shape and the nodes of its streets."""

    shape: Blob
    first_node: int
    xy: Floats


def draw_town(sheet: Sheet, shape: Blob, spacing_m: float, rng: np.random.Generator, *, sea: bool) -> Town:
    """Draw the streets inside ``shape`` with blocks of about ``spacing_m`` metres.

    Returns
    -------
    Town
        The nodes drawn, in the order of the sheet; never empty.
    """
    xy, rows, columns = _grid(shape, spacing_m, rng, sea=sea)
    along, across = _streets(rows, columns, rng)
    keep = _largest_piece(len(xy), along, across)
    renumber = np.cumsum(keep) - 1
    first = sheet.count
    xy = np.ascontiguousarray(xy[keep])
    sheet.nodes(xy)
    number = 0
    for lines in (along, across):
        for line, (nodes, kept) in lines.items():
            alive = kept & keep[nodes[:-1]] & keep[nodes[1:]]
            number = _draw_line(sheet, shape, line, first + renumber[nodes], alive, first, xy, rng, number)
    return Town(shape, first, xy)


def _grid(shape: Blob, spacing_m: float, rng: np.random.Generator, *, sea: bool) -> tuple[Floats, Ints, Ints]:
    reach = float(shape.ring(64)[:, 0].max() - shape.x_m) * 1.2
    deep = spacing_m * 0.75
    columns, rows = int(reach // spacing_m) + 1, int(reach // deep) + 1
    u, v = np.meshgrid(np.arange(-columns, columns + 1), np.arange(-rows, rows + 1))
    jitter = rng.uniform(-0.13, 0.13, size=(2, *u.shape))
    gx, gy = (u + jitter[0]) * spacing_m, (v + jitter[1]) * deep
    bend = rng.uniform(0, 6.28, size=4)
    wave = shape.a_m * 0.05
    gx, gy = gx + wave * np.sin(gy / (shape.a_m * 0.45) + bend[0]), gy + wave * np.sin(gx / (shape.a_m * 0.5) + bend[1])
    turn = rng.uniform(-0.6, 0.6)
    x = shape.x_m + gx * np.cos(turn) - gy * np.sin(turn)
    y = shape.y_m + gx * np.sin(turn) + gy * np.cos(turn)
    inside = (shape.depth(x, y) > 0) & (water_depth(x, y, sea=sea) < -WATER_MARGIN_M)
    inside &= np.abs(x - motorway_x(y)) > MOTORWAY_MARGIN_M
    inside[rows, columns] = True
    return np.column_stack([x[inside], y[inside]]), v[inside].astype(np.int64), u[inside].astype(np.int64)


def _lines(major: Ints, minor: Ints) -> dict[int, Ints]:
    order = np.lexsort((minor, major))
    cuts = np.flatnonzero(np.diff(major[order])) + 1
    return {int(major[part[0]]): part for part in np.split(order, cuts)}


def _streets(
    rows: Ints, columns: Ints, rng: np.random.Generator
) -> tuple[dict[int, tuple[Ints, NDArray[np.bool_]]], ...]:
    """Per grid line its nodes and which of its blocks carry a street: all on main lines, most on the others."""
    drawn = []
    for major, minor in ((rows, columns), (columns, rows)):
        lines = {}
        for line, nodes in _lines(major, minor).items():
            near = np.diff(minor[nodes]) == 1
            chance = 0.0 if line % EVERY_MAIN == 0 else 0.26
            lines[line] = (nodes, near & (rng.random(len(near)) >= chance))
        drawn.append(lines)
    return tuple(drawn)


def _largest_piece(count: int, *drawn: dict[int, tuple[Ints, NDArray[np.bool_]]]) -> NDArray[np.bool_]:
    """Which nodes are in the largest connected piece of the streets."""
    heads = [nodes[:-1][kept] for lines in drawn for nodes, kept in lines.values()]
    tails = [nodes[1:][kept] for lines in drawn for nodes, kept in lines.values()]
    head, tail = np.concatenate(heads), np.concatenate(tails)
    piece = connected_components(coo_array((np.ones(len(head)), (head, tail)), shape=(count, count)), directed=False)[1]
    return np.asarray(piece == np.bincount(piece).argmax())


def _kinds(shape: Blob, line: int, middle: Floats, rng: np.random.Generator) -> tuple[Ints, int, bool]:
    """Kind per block of one line, the usual kind of the line, and whether it runs backwards."""
    reach = np.hypot(middle[:, 0] - shape.x_m, middle[:, 1] - shape.y_m) / shape.a_m
    draw = rng.random(4)
    usual = RESIDENTIAL
    if line % EVERY_MAIN == 0:
        usual = MAIN if line % (2 * EVERY_MAIN) == 0 else FIETSSTRAAT if draw[0] < 0.35 else RESIDENTIAL
    elif shape.a_m < 700 and draw[0] < 0.15:
        usual = LIVING
    kind = np.full(len(middle), usual, dtype=np.int64)
    if usual == RESIDENTIAL and draw[1] < 0.55:
        kind[(reach > 0.16) & (reach < 0.6)] = int(rng.choice(ONEWAY_KINDS))
    if shape.a_m > 700 and line % EVERY_MAIN:
        kind[reach < 0.14] = PEDESTRIAN
        park = np.hypot(middle[:, 0] - shape.x_m - 0.45 * shape.a_m, middle[:, 1] - shape.y_m - 0.3 * shape.b_m)
        kind[park < 0.17 * shape.a_m] = PATH if line % 2 else FOOTWAY
    rare = (rng.random(len(middle)) < 0.035) & (line % EVERY_MAIN != 0)
    kind[rare] = rng.choice(RARE_KINDS, size=int(rare.sum()))
    return kind, usual, bool(draw[2] < 0.5)


def _draw_line(
    sheet: Sheet,
    shape: Blob,
    line: int,
    nodes: Ints,
    alive: NDArray[np.bool_],
    first: int,
    xy: Floats,
    rng: np.random.Generator,
    number: int,
) -> int:
    """Cut one grid line into ways where the kind changes, a block is missing or a new name begins."""
    if not alive.any():
        return number
    ends = xy[np.clip(nodes - first, 0, len(xy) - 1)]
    kind, usual, backwards = _kinds(shape, line, (ends[:-1] + ends[1:]) / 2, rng)
    fresh = rng.random(len(alive)) < (0.02 if line % EVERY_MAIN == 0 else 0.14)
    barrier = (rng.random(len(alive)) < 0.012) & (line % EVERY_MAIN != 0)
    change = np.ones(len(alive), dtype=bool)
    change[1:] = (kind[1:] != kind[:-1]) | ~alive[:-1] | fresh[1:] | barrier[1:] | barrier[:-1]
    starts = np.flatnonzero(change & alive)
    stops = np.append(np.flatnonzero(change), len(alive))
    where = np.searchsorted(stops, starts, side="right")
    base = int(abs(shape.x_m) * 7 + abs(shape.y_m) * 3)
    for start, place in zip(starts.tolist(), where.tolist(), strict=True):
        stop = int(stops[place])
        while stop > start + 1 and not alive[stop - 1]:
            stop -= 1
        if fresh[start] or line % EVERY_MAIN:
            number += 1
        way = nodes[start : stop + 1].tolist()
        code = int(kind[start])
        if backwards and code != usual:
            way.reverse()
        if barrier[start]:
            middle = (ends[start] + ends[start + 1]) / 2
            way.insert(1, sheet.node(float(middle[0]), float(middle[1]), BARRIERS[(start + line) % len(BARRIERS)]))
        sheet.way(way, KINDS[code], NO_NAME if code in UNNAMED else base + 31 * number + 7 * line)
    return number
