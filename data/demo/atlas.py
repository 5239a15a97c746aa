"""All sheets of the road map glued together, with exactly the number of nodes that was asked for."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.demo.countryside import draw_country, draw_dike
from data.demo.mesh import build_mesh
from data.demo.motorway import draw_motorway
from data.demo.sheet import Restriction, Sheet, Tags
from data.demo.size import LEAST_NODES, MOST_NODES
from data.demo.terrain import HALF_HEIGHT_M, HALF_WIDTH_M, SETTLEMENT_SHAPES, SETTLEMENTS, Floats
from data.demo.town import Ints, draw_town

MOST_PER_SHEET: Final = 60_000
SHEET_NODES: Final = 40_000
BUILT_UP_M2: Final = 52e6
LAND_M2: Final = 594e6
SHARE_OF_CROSSINGS: Final = 0.8


@dataclass(frozen=True)
class Atlas:
    """The whole road map as flat arrays.

    Attributes
    ----------
    xy
        Node coordinates in metres from the middle of the region, shape (nodes, 2).
    refs, offsets
        Way ``w`` runs over the nodes ``refs[offsets[w]:offsets[w + 1]]``.
    way_tags, way_name
        Tags and street-name number per way.
    node_tags
        Tags of the few nodes that have any.
    restrictions
        Turn restrictions, by way and node number.
    sheets
        Column and row of every sheet; (0, 0) is Merenveld itself.
    """

    xy: Floats
    refs: Ints
    offsets: Ints
    way_tags: list[Tags]
    way_name: list[int]
    node_tags: dict[int, Tags]
    restrictions: list[Restriction]
    sheets: list[tuple[int, int]]


def sheet_places(nodes: int) -> list[tuple[int, int]]:
    """Columns and rows of the sheets that ``nodes`` road nodes need, from the middle outwards."""
    count = 1 if nodes <= MOST_PER_SHEET else -(-nodes // SHEET_NODES)
    reach = range(-count, count + 1) if count < 12 else range(-12, 13)
    spots = [(column, row) for column in reach for row in reach]
    spots.sort(key=lambda spot: (np.hypot(spot[0] * HALF_WIDTH_M, spot[1] * HALF_HEIGHT_M), spot))
    return spots[:count]


def to_atlas(points: Floats, column: int, row: int) -> Floats:
    """Points of a sheet, shape (n, 2), as metres from the middle of the region; odd sheets are mirrored."""
    flip = np.array([-1.0 if column % 2 else 1.0, -1.0 if row % 2 else 1.0])
    moved: Floats = points * flip + np.array([2 * HALF_WIDTH_M * column, 2 * HALF_HEIGHT_M * row])
    return moved


def draw_sheet(budget: int, seed: int, column: int, row: int, *, sea: bool) -> tuple[Sheet, list[int]]:
    """Draw one sheet with at most ``budget`` nodes; also give the nodes where the next sheets go on."""
    coarser = 1.0
    while True:
        rng = np.random.default_rng([seed, column + 100, row + 100])
        street_m = coarser * float(np.sqrt(BUILT_UP_M2 / (0.27 * budget)))
        country_m = float(np.clip(coarser * np.sqrt(LAND_M2 / (0.04 * budget)), 620, 2_300))
        sheet = Sheet()
        towns = [draw_town(sheet, shape, street_m, rng, sea=sea) for shape in SETTLEMENT_SHAPES]
        mainland = towns[: len(SETTLEMENTS)]
        mesh = build_mesh(mainland, country_m, rng, sea=sea)
        country = draw_country(sheet, mesh, mainland, rng)
        draw_dike(sheet, mesh, country, mainland, country_m, rng)
        ends = draw_motorway(sheet, mesh, country, sea=sea)
        if sheet.count <= SHARE_OF_CROSSINGS * budget:
            break
        coarser *= 1.12
    border = [country.junction[junction] for junction in mesh.border if junction in country.junction]
    return sheet, border + ends


def build_atlas(nodes: int, seed: int) -> Atlas:
    """Draw every sheet, glue them together and add bends until there are exactly ``nodes`` nodes.

    Raises
    ------
    ValueError
        ``nodes`` is not between 1 000 and 3 000 000.
    """
    if not LEAST_NODES <= nodes <= MOST_NODES:
        message = f"Het aantal knooppunten moet tussen {LEAST_NODES} en {MOST_NODES} liggen, niet {nodes}."
        raise ValueError(message)
    places = sheet_places(nodes)
    xy: list[Floats] = []
    refs: list[Ints] = []
    lengths: list[Ints] = []
    rigid: list[NDArray[np.bool_]] = []
    tags: list[Tags] = []
    names: list[int] = []
    node_tags: dict[int, Tags] = {}
    restrictions: list[Restriction] = []
    known: dict[tuple[int, int], int] = {}
    first_node = first_way = 0
    for column, row in places:
        sheet, border = draw_sheet(nodes // len(places), seed, column, row, sea=len(places) == 1)
        points = to_atlas(sheet.coordinates(), column, row)
        number = np.arange(sheet.count) + first_node
        shared = _glue(points, border, number, known)
        fresh = np.ones(sheet.count, dtype=bool)
        fresh[shared] = False
        number[fresh] = first_node + np.arange(int(fresh.sum()))
        for node in border:
            known.setdefault(_spot(points[node]), int(number[node]))
        mirrored = (column + row) % 2 == 1
        for way, way_tags in zip(sheet.ways, sheet.way_tags, strict=True):
            turned = mirrored and any(key in {"oneway", "junction"} for key, _ in way_tags)
            refs.append(number[np.asarray(way[::-1] if turned else way)])
        lengths.append(np.array([len(way) for way in sheet.ways]))
        stiff = np.zeros(len(sheet.ways), dtype=bool)
        stiff[sorted(sheet.rigid)] = True
        rigid.append(stiff)
        xy.append(points[fresh])
        tags += sheet.way_tags
        names += sheet.way_name
        node_tags |= {int(number[node]): value for node, value in sheet.node_tags.items()}
        if not mirrored:  # a left turn in a mirror is a right turn, so mirrored sheets go without
            restrictions += [
                Restriction(r.way_from + first_way, int(number[r.node]), r.way_to + first_way, r.tags)
                for r in sheet.restrictions
            ]
        first_node += int(fresh.sum())
        first_way += len(sheet.ways)
    length = np.concatenate(lengths)
    offsets = np.concatenate([[0], np.cumsum(length)])
    ferry = np.array([tag[0] == ("route", "ferry") for tag in tags])
    drawn, flat = np.concatenate(xy), np.concatenate(refs)
    # A crossing whose streets were all left out is on no road, and so does not count as a road node.
    on_road = np.zeros(len(drawn), dtype=bool)
    on_road[flat] = True
    renumbered = np.cumsum(on_road) - 1
    node_tags = {int(renumbered[node]): value for node, value in node_tags.items() if on_road[node]}
    restrictions = [Restriction(r.way_from, int(renumbered[r.node]), r.way_to, r.tags) for r in restrictions]
    points, flat, offsets = _bend(drawn[on_road], renumbered[flat], offsets, np.concatenate(rigid), ferry, nodes, seed)
    return Atlas(points, flat, offsets, tags, names, node_tags, restrictions, places)


def _spot(point: Floats) -> tuple[int, int]:
    return round(float(point[0]) * 10), round(float(point[1]) * 10)


def _glue(points: Floats, border: list[int], number: Ints, known: dict[tuple[int, int], int]) -> list[int]:
    """Give border nodes that an earlier sheet also has the number they got there; list those nodes."""
    shared = []
    for node in border:
        earlier = known.get(_spot(points[node]))
        if earlier is not None:
            number[node] = earlier
            shared.append(node)
    return shared


def _bend(
    xy: Floats,
    refs: Ints,
    offsets: Ints,
    rigid: NDArray[np.bool_],
    ferry: NDArray[np.bool_],
    nodes: int,
    seed: int,
) -> tuple[Floats, Ints, Ints]:
    """Add shape points, evenly by length, until there are ``nodes`` nodes; roads that may bend a little, do."""
    extra = nodes - len(xy)
    way = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    head = np.ones(len(refs), dtype=bool)
    head[offsets[1:] - 1] = False
    start = np.flatnonzero(head & ~ferry[way])
    a, b = xy[refs[start]], xy[refs[start + 1]]
    along = b - a
    length = np.hypot(along[:, 0], along[:, 1])
    count = _share_out(extra, length)
    bow = np.random.default_rng([seed, 7]).uniform(-0.02, 0.02, size=len(start))
    bow[rigid[way[start]]] = 0.0
    segment = np.repeat(np.arange(len(start)), count)
    place = np.arange(extra) - np.repeat(np.cumsum(count) - count, count)
    step = (place + 1) / (count[segment] + 1)
    swing = (np.sin(np.pi * step) * bow[segment])[:, None]
    normal = np.column_stack([-along[segment, 1], along[segment, 0]])
    fresh = a[segment] + along[segment] * step[:, None] + normal * swing
    inserted = np.zeros(len(refs), dtype=np.int64)
    inserted[start] = count
    slot = np.arange(len(refs)) + np.cumsum(inserted) - inserted
    flat = np.full(len(refs) + extra, -1, dtype=np.int64)
    flat[slot] = refs
    flat[flat < 0] = len(xy) + np.arange(extra)
    before = np.concatenate([[0], np.cumsum(inserted)])
    return np.concatenate([xy, fresh]), flat, offsets + before[offsets]


def _share_out(extra: int, length: Floats) -> Ints:
    """Divide ``extra`` whole points over segments in proportion to length, largest remainders first."""
    share = length * (extra / length.sum())
    count = np.floor(share).astype(np.int64)
    left = extra - int(count.sum())
    count[np.argsort(count - share, kind="stable")[:left]] += 1
    return np.asarray(count, dtype=np.int64)
