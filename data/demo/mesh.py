"""The country roads as a graph: a jittered polder grid around towns and water, bridges, and main routes over it."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra

from data.demo.terrain import (
    BRIDGES_X_M,
    HALF_HEIGHT_M,
    HALF_WIDTH_M,
    ISLAND_SHAPE,
    SETTLEMENTS,
    Floats,
    motorway_x,
    river_half_width,
    river_y,
    water_depth,
)
from data.demo.town import Ints, Town

UNUSED, MINOR, TRACK, CYCLEWAY, PRIVATE, TERTIARY, SECONDARY, TRUNK = range(8)
NODE_MARGIN_M: Final = 190.0
EDGE_MARGIN_M: Final = 130.0
TOWN_MARGIN_M: Final = 70.0
MOTORWAY_MARGIN_M: Final = 110.0
TRUNK_ROUTE: Final = ("Hoogmeren", "Elzerhaven")
NEIGHBOURS: Final = 3
LEAST_ENTRANCES: Final = 2


@dataclass
class Mesh:
    """Country junctions and the roads between them.

    Attributes
    ----------
    xy
        Junctions in metres, shape (n, 2).
    edge
        Two junction numbers per road, shape (m, 2); numbers of ``n`` and up are the towns, in order.
    grade
        What each road is: one of the constants of this module, shape (m,).
    at_town
        For roads into a town: the sheet node they end on; -1 elsewhere, shape (m,).
    bridge
        Which roads cross the river, shape (m,).
    route
        Number of the main route that a road is part of, -1 for small roads, shape (m,).
    border
        Junctions on the edge of the sheet, where the next sheet goes on.
    """

    xy: Floats
    edge: Ints
    grade: Ints
    at_town: Ints
    bridge: NDArray[np.bool_]
    route: Ints
    border: list[int] = field(default_factory=list)


def build_mesh(towns: list[Town], spacing_m: float, rng: np.random.Generator, *, sea: bool) -> Mesh:
    """Lay out the country roads between ``towns`` with junctions about ``spacing_m`` metres apart."""
    xy, index = _junctions(spacing_m, rng)
    pairs = np.concatenate(
        [
            np.column_stack([index[:, :-1].ravel(), index[:, 1:].ravel()]),
            np.column_stack([index[:-1, :].ravel(), index[1:, :].ravel()]),
        ]
    )
    owner = _owner(towns, xy)
    wet = water_depth(xy[:, 0], xy[:, 1], sea=sea) > -NODE_MARGIN_M
    wet |= ISLAND_SHAPE.depth(xy[:, 0], xy[:, 1]) > -NODE_MARGIN_M
    hidden = wet | (np.abs(xy[:, 0] - motorway_x(xy[:, 1])) < MOTORWAY_MARGIN_M)
    free = ~hidden & (owner < 0)
    both = free[pairs[:, 0]] & free[pairs[:, 1]]
    country = pairs[both]
    country = country[_clear(xy[country[:, 0]], xy[country[:, 1]], towns, sea=sea)]
    entrances, at_town = _entrances(xy, pairs, free, owner, towns, spacing_m, sea=sea)
    bridges = _bridges(xy, free)
    edge = np.concatenate([country, entrances, bridges])
    at = np.concatenate([np.full(len(country), -1), at_town, np.full(len(bridges), -1)])
    is_bridge = np.zeros(len(edge), dtype=bool)
    is_bridge[len(country) + len(entrances) :] = True
    mesh = Mesh(xy, edge, np.zeros(len(edge), dtype=np.int64), at, is_bridge, np.full(len(edge), -1))
    _grade(mesh, towns, rng)
    if not sea:
        _open_borders(mesh, len(towns))
    _drop_loose_pieces(mesh, len(towns))
    return mesh


def _open_borders(mesh: Mesh, towns: int) -> None:
    """Roads that leave the sheet are always built, roads along its edge never: the next sheet draws the same edge."""
    outer = (np.abs(mesh.xy[:, 0]) >= HALF_WIDTH_M - 1) | (np.abs(mesh.xy[:, 1]) >= HALF_HEIGHT_M - 1)
    mesh.border = np.flatnonzero(outer).tolist()
    ends = np.append(outer, np.zeros(towns, dtype=bool))[mesh.edge]
    mesh.grade[ends.all(axis=1)] = UNUSED
    leaving = ends.any(axis=1) & ~ends.all(axis=1)
    mesh.grade[leaving] = np.maximum(mesh.grade[leaving], MINOR)


def _drop_loose_pieces(mesh: Mesh, towns: int) -> None:
    """Country roads that hang together with no town are not built."""
    used = mesh.edge[mesh.grade > UNUSED]
    total = len(mesh.xy) + towns
    links = coo_array((np.ones(len(used)), (used[:, 0], used[:, 1])), shape=(total, total))
    piece = connected_components(links, directed=False)[1]
    mesh.grade[piece[mesh.edge[:, 0]] != np.bincount(piece).argmax()] = UNUSED


def _junctions(spacing_m: float, rng: np.random.Generator) -> tuple[Floats, Ints]:
    columns = max(4, round(2 * HALF_WIDTH_M / spacing_m))
    rows = max(4, round(2 * HALF_HEIGHT_M / spacing_m))
    x, y = np.meshgrid(
        np.linspace(-HALF_WIDTH_M, HALF_WIDTH_M, columns + 1), np.linspace(-HALF_HEIGHT_M, HALF_HEIGHT_M, rows + 1)
    )
    dx, dy = 2 * HALF_WIDTH_M / columns, 2 * HALF_HEIGHT_M / rows
    # A slow swing turns the polder blocks a little; on the edge of the sheet it is nil, so that mirrored sheets meet.
    calm = np.cos(x / HALF_WIDTH_M * np.pi / 2) * np.cos(y / HALF_HEIGHT_M * np.pi / 2)
    jitter = rng.uniform(-0.16, 0.16, size=(2, *x.shape))
    inner = (np.abs(x) < HALF_WIDTH_M - 1) & (np.abs(y) < HALF_HEIGHT_M - 1)
    moved_x = x + np.where(inner, jitter[0] * dx + 420 * calm * np.sin(y / 2_300), 0)
    moved_y = y + np.where(inner, jitter[1] * dy + 420 * calm * np.sin(x / 2_900 + 1), 0)
    return np.column_stack([moved_x.ravel(), moved_y.ravel()]), np.arange(x.size).reshape(x.shape)


def _owner(towns: list[Town], xy: Floats) -> Ints:
    """Number of the town that a point lies in, or -1."""
    owner = np.full(len(xy), -1, dtype=np.int64)
    for number, town in enumerate(towns):
        owner[town.shape.depth(xy[:, 0], xy[:, 1]) > -TOWN_MARGIN_M] = number
    return owner


def _clear(start: Floats, end: Floats, towns: list[Town], *, sea: bool, town_free: bool = True) -> NDArray[np.bool_]:
    """Which straight roads stay dry and (``town_free``) outside towns, looked at in eleven points each."""
    good = np.ones(len(start), dtype=bool)
    for step in np.linspace(0, 1, 11):
        point = start + (end - start) * step
        good &= water_depth(point[:, 0], point[:, 1], sea=sea) < -EDGE_MARGIN_M * (1 if 0 < step < 1 else 0.5)
        if town_free:
            good &= _owner(towns, point) < 0
    return good


def _entrances(
    xy: Floats,
    pairs: Ints,
    free: NDArray[np.bool_],
    owner: Ints,
    towns: list[Town],
    spacing_m: float,
    *,
    sea: bool,
) -> tuple[Ints, Ints]:
    """Roads from free junctions to the nearest street node of a town.

    A junction whose neighbour lies in a town leads into it; a town between the junctions gets the nearest ones.
    """
    both_ways = np.concatenate([pairs, pairs[:, ::-1]])
    beside = both_ways[free[both_ways[:, 0]] & (owner[both_ways[:, 1]] >= 0)]
    wished = [(int(outside), int(owner[inside])) for outside, inside in beside.tolist()]
    reach_m = {number: max(1.6 * spacing_m, 2 * town.shape.a_m) for number, town in enumerate(towns)}
    found = _lead_in(xy, wished, towns, reach_m, sea=sea)
    for number, town in enumerate(towns):
        if sum(1 for _, other, _ in found if other == number) < LEAST_ENTRANCES:
            gap = np.where(free, np.hypot(xy[:, 0] - town.shape.x_m, xy[:, 1] - town.shape.y_m), np.inf)
            near = [(int(place), number) for place in np.argsort(gap, kind="stable")[:8]]
            more = _lead_in(xy, near, towns, {number: 3 * spacing_m}, sea=sea)
            found += [road for road in more if road not in found][:LEAST_ENTRANCES]
    rows = [(outside, len(xy) + number) for outside, number, _ in found]
    return np.array(rows, dtype=np.int64).reshape(-1, 2), np.array([end for *_, end in found], dtype=np.int64)


def _lead_in(
    xy: Floats, wished: list[tuple[int, int]], towns: list[Town], reach_m: dict[int, float], *, sea: bool
) -> list[tuple[int, int, int]]:
    """Junction, town and sheet node of every wished road that is short enough and stays dry."""
    near = []
    for outside, number in dict.fromkeys(wished):
        town = towns[number]
        gap = np.hypot(town.xy[:, 0] - xy[outside, 0], town.xy[:, 1] - xy[outside, 1])
        nearest = int(gap.argmin())
        if gap[nearest] < reach_m[number]:
            near.append((outside, number, nearest))
    if not near:
        return []
    start = xy[[outside for outside, *_ in near]]
    end = np.array([towns[number].xy[nearest] for _, number, nearest in near])
    dry = _clear(start, end, towns, sea=sea, town_free=False).tolist()
    return [(a, number, towns[number].first_node + b) for (a, number, b), good in zip(near, dry, strict=True) if good]


def _bridges(xy: Floats, free: NDArray[np.bool_]) -> Ints:
    """Per bridge the nearest free junctions on both banks."""
    rows = []
    for bridge_x in BRIDGES_X_M:
        middle = float(river_y(np.array([bridge_x]))[0])
        gap = np.hypot(xy[:, 0] - bridge_x, xy[:, 1] - middle)
        north = xy[:, 1] > river_y(xy[:, 0]) + river_half_width(xy[:, 0])
        rows.append([int(np.where(free & side, gap, np.inf).argmin()) for side in (north, ~north)])
    return np.array(rows, dtype=np.int64)


def _grade(mesh: Mesh, towns: list[Town], rng: np.random.Generator) -> None:
    """Main roads are the shortest routes between neighbouring towns; the rest is drawn by lot."""
    edge, total = mesh.edge, len(mesh.xy) + len(towns)
    centres = np.array([(town.shape.x_m, town.shape.y_m) for town in towns])
    place = np.concatenate([mesh.xy, centres])
    length = np.hypot(*(place[edge[:, 0]] - place[edge[:, 1]]).T) + 1.0
    weight = length * rng.uniform(0.8, 1.25, size=len(edge))
    graph = coo_array((weight, (edge[:, 0], edge[:, 1])), shape=(total, total)).tocsr()
    number = {(int(a), int(b)): n for n, (a, b) in enumerate(edge.tolist())}
    number |= {(b, a): n for (a, b), n in number.items()}
    sources = np.arange(len(mesh.xy), total)
    distance, before = dijkstra(graph, directed=False, indices=sources, return_predecessors=True)
    lot = rng.random(len(edge))
    mesh.grade = np.select(
        [lot < 0.42, lot < 0.52, lot < 0.60, lot < 0.65], [MINOR, TRACK, CYCLEWAY, PRIVATE], default=UNUSED
    ).astype(np.int64)
    mesh.grade[mesh.at_town >= 0] = MINOR
    names = [town.name for town in SETTLEMENTS]
    big = [town.kind != "village" for town in SETTLEMENTS]
    for start in range(len(SETTLEMENTS)):
        gaps = np.hypot(*(centres[: len(SETTLEMENTS)] - centres[start]).T)
        wanted = set(np.argsort(gaps, kind="stable")[1 : NEIGHBOURS + 1].tolist())
        wanted |= {other for other in range(start) if big[start] and big[other]}
        for goal in sorted(wanted):
            if not np.isfinite(distance[start, len(mesh.xy) + goal]):
                continue
            grade = SECONDARY if big[start] and big[goal] else TERTIARY
            if {names[start], names[goal]} == set(TRUNK_ROUTE):
                grade = TRUNK
            at = len(mesh.xy) + goal
            while before[start, at] >= 0:
                road = number[int(before[start, at]), at]
                mesh.grade[road] = max(int(mesh.grade[road]), grade)
                if mesh.route[road] < 0:
                    mesh.route[road] = 7 * start + 3 * goal
                at = int(before[start, at])
    mesh.grade[mesh.bridge] = np.maximum(mesh.grade[mesh.bridge], SECONDARY)
