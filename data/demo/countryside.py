"""Country roads, dike, ferry and motorway drawn on a sheet, with the tags that make travel interesting."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from data.demo.mesh import CYCLEWAY, MINOR, PRIVATE, SECONDARY, TERTIARY, TRACK, TRUNK, UNUSED, Mesh
from data.demo.names import country_road
from data.demo.sheet import NO_NAME, Restriction, Sheet, Tags
from data.demo.terrain import FERRY_M, LAKE, Floats, river_half_width, river_y, water_depth
from data.demo.town import BARRIERS, Town

ROUNDABOUT_RADIUS_M: Final = 19.0
CYCLEWAY_OFFSET_M: Final = 10.0
DIKE_OFFSET_M: Final = 70.0
DIKE_POINTS: Final = 1_440
LAKE_SHORE_M: Final = 25_000.0
STEPS_M: Final = 14.0
MOST_ROUNDABOUTS: Final = 14
MOST_RESTRICTIONS: Final = 24
FERRY_TAGS: Final[Tags] = (
    ("route", "ferry"), ("name", "Pont Oeverlaar–Veerlaken"), ("duration", "00:14"), ("bicycle", "yes"),
    ("foot", "yes"), ("motor_vehicle", "no"),
)  # fmt: skip
MAIN_TAGS: Final[dict[int, Tags]] = {
    TERTIARY: (("highway", "tertiary"), ("maxspeed", "60")),
    SECONDARY: (("highway", "secondary"), ("maxspeed", "80"), ("bicycle", "use_sidepath")),
    TRUNK: (("highway", "trunk"), ("maxspeed", "100"), ("motorroad", "yes"), ("ref", "N998")),
}
MINOR_TAGS: Final[dict[int, tuple[Tags, ...]]] = {
    MINOR: ((("highway", "unclassified"), ("maxspeed", "60")),),
    TRACK: ((("highway", "track"), ("surface", "gravel")),),
    CYCLEWAY: ((("highway", "cycleway"), ("surface", "asphalt")), (("highway", "path"), ("bicycle", "designated"))),
    PRIVATE: ((("highway", "unclassified"), ("access", "private")), (("highway", "service"), ("access", "private"))),
}
SIDE_TAGS: Final[Tags] = (("highway", "cycleway"), ("surface", "asphalt"), ("mofa", "yes"))
DRIVEWAY: Final[Tags] = (("highway", "service"), ("service", "driveway"), ("access", "private"))
DIKE_TAGS: Final[tuple[Tags, ...]] = (
    (("highway", "unclassified"), ("maxspeed", "60"), ("name", "Meerdijk")),
    (("highway", "cycleway"), ("name", "Meerdijkpad")),
    (("highway", "unclassified"), ("maxspeed", "30"), ("name", "Meerdijk"), ("motor_vehicle", "destination")),
    (("highway", "track"), ("bicycle", "yes"), ("motor_vehicle", "no"), ("name", "Meerdijk")),
)


@dataclass
class Country:
    """What has been drawn of the mesh: the sheet node per junction and the ways that meet there."""

    junction: dict[int, int] = field(default_factory=dict)
    arms: dict[int, list[tuple[int, float, bool]]] = field(default_factory=lambda: defaultdict(list))
    rings: dict[int, dict[int, int]] = field(default_factory=dict)


def draw_country(sheet: Sheet, mesh: Mesh, towns: list[Town], rng: np.random.Generator) -> Country:
    """Draw every used road of the mesh, with roundabouts, side cycleways, driveways and turn restrictions."""
    country = Country()
    used = np.flatnonzero(mesh.grade > UNUSED).tolist()
    total = len(mesh.xy)
    junctions = sorted({end for road in used for end in mesh.edge[road].tolist() if end < total})
    country.junction = dict(zip(junctions, sheet.nodes(mesh.xy[junctions]), strict=True))
    _draw_roundabouts(sheet, mesh, country)
    for road in used:
        _draw_road(sheet, mesh, country, road, towns, rng)
    _restrict_turns(sheet, country, rng)
    return country


def _draw_roundabouts(sheet: Sheet, mesh: Mesh, country: Country) -> None:
    """Where three main roads meet: a ring driven counter-clockwise, each road on its own node of the ring."""
    meet: dict[int, list[int]] = defaultdict(list)
    for road in np.flatnonzero(mesh.grade > UNUSED).tolist():
        for end in mesh.edge[road].tolist():
            meet[end].append(road)
    built = 0
    for junction, roads in sorted(meet.items()):
        main = [road for road in roads if mesh.grade[road] in {TERTIARY, SECONDARY}]
        crowded = any(mesh.grade[road] == TRUNK or mesh.at_town[road] >= 0 for road in roads)
        if len(main) < 3 or crowded or junction >= len(mesh.xy) or built >= MOST_ROUNDABOUTS:
            continue
        built += 1
        middle = mesh.xy[junction]
        angles = []
        for road in roads:
            a, b = mesh.edge[road].tolist()
            away = mesh.xy[b if a == junction else a] - middle
            angles.append((float(np.arctan2(away[1], away[0])), road))
        angles.sort()
        corner = np.array([angle for angle, _ in angles])
        between = corner + (np.diff(np.append(corner, corner[0] + 2 * np.pi)) / 2)
        ring_angle = np.column_stack([corner, between]).ravel()
        points = middle + ROUNDABOUT_RADIUS_M * np.column_stack([np.cos(ring_angle), np.sin(ring_angle)])
        nodes = sheet.nodes(points)
        tags = (("highway", "secondary"), ("junction", "roundabout"), ("oneway", "yes"))
        sheet.way([*nodes, nodes[0]], tags, rigid=True)
        country.rings[junction] = {road: nodes[2 * place] for place, (_, road) in enumerate(angles)}


def _draw_road(
    sheet: Sheet, mesh: Mesh, country: Country, road: int, towns: list[Town], rng: np.random.Generator
) -> None:
    a, b = mesh.edge[road].tolist()
    start = country.rings.get(a, {}).get(road, country.junction[a])
    if b >= len(mesh.xy):
        end = int(mesh.at_town[road])
        town = towns[b - len(mesh.xy)]
        end_xy = town.xy[end - town.first_node]
    else:
        end = country.rings.get(b, {}).get(road, country.junction[b])
        end_xy = mesh.xy[b]
    line = np.array([mesh.xy[a], end_xy])
    grade = int(mesh.grade[road])
    draw = rng.random(4)
    if mesh.bridge[road]:
        _draw_bridge(sheet, start, end, line, grade)
        return
    if grade < TERTIARY:
        way = _draw_minor(sheet, start, end, line, grade, draw)
    else:
        way = _draw_main(sheet, start, end, line, grade, draw, country_road(int(mesh.route[road])))
    angle = float(np.arctan2(*(line[1] - line[0])[::-1]))
    drivable = grade not in {CYCLEWAY, TRACK, PRIVATE}
    for junction, direction in ((a, angle), (b, angle + np.pi)):
        if junction < len(mesh.xy) and junction not in country.rings and drivable and way >= 0:
            country.arms[junction].append((way, direction, junction == a))


def _bow(line: Floats, count: int, height: float) -> tuple[Floats, Floats]:
    """``count`` points between the ends of a line that bows ``height`` of its length, and the unit normal."""
    along = line[1] - line[0]
    normal = np.array([-along[1], along[0]]) / np.hypot(*along)
    step = (np.arange(count) + 1) / (count + 1)
    points = line[0] + np.outer(step, along) + np.outer(np.sin(np.pi * step) * height * np.hypot(*along), normal)
    return points, normal


def _draw_main(sheet: Sheet, start: int, end: int, line: Floats, grade: int, draw: Floats, name: int) -> int:
    """A main road; with a separate cycleway beside it the road itself is tagged so that cyclists use that."""
    points, normal = _bow(line, 3, 0.05 * (draw[0] - 0.5))
    inner = sheet.nodes(points)
    tags = MAIN_TAGS[grade]
    beside = grade != TERTIARY or draw[2] < 0.5
    if beside and grade == TERTIARY:
        tags = (*tags, ("bicycle", "use_sidepath"))
    way = sheet.way([start, *inner, end], tags, NO_NAME if grade == TRUNK else name, rigid=beside)
    if beside:
        side = sheet.nodes(points + normal * CYCLEWAY_OFFSET_M)
        sheet.way([start, *side, end], SIDE_TAGS, rigid=True)
    return way


def _draw_minor(sheet: Sheet, start: int, end: int, line: Floats, grade: int, draw: Floats) -> int:
    """A small road, track or path: sometimes with a gate, a bollard or a farm at the end of a private drive."""
    choice = MINOR_TAGS[grade]
    tags = choice[int(draw[0] * len(choice))]
    points, normal = _bow(line, 1, 0.04 * (draw[1] - 0.5) if draw[1] < 0.4 else 0.0)
    middle = sheet.nodes(points)[0]
    name = country_road(int(draw[2] * 70)) if grade == MINOR else NO_NAME
    if grade != MINOR and draw[3] < 0.3:
        sheet.node_tags[middle] = BARRIERS[int(draw[2] * len(BARRIERS))]
    way = sheet.way([start, middle, end], tags, name)
    if grade == MINOR and draw[3] < 0.55:
        farm = points[0] + normal * (80 + 120 * draw[0]) * (1 if draw[3] < 0.3 else -1)
        sheet.way([middle, sheet.node(float(farm[0]), float(farm[1]))], DRIVEWAY)
    return way


def _draw_bridge(sheet: Sheet, start: int, end: int, line: Floats, grade: int) -> None:
    """Two approaches and a bridge over the river, the same for the cycleway beside it."""
    x = line.mean(axis=0)[0]
    bank = river_half_width(np.array([x]))[0] + 40
    middle = river_y(np.array([x]))[0]
    sign = 1 if line[0, 1] > line[1, 1] else -1
    heads = np.array([[x, middle + sign * bank], [x, middle - sign * bank]])
    name = country_road(round(abs(float(x))))
    bridge = (("bridge", "yes"), ("layer", "1"))
    for tags, offset in ((MAIN_TAGS[grade], 0.0), (SIDE_TAGS, CYCLEWAY_OFFSET_M)):
        first, second = sheet.nodes(heads + np.array([offset, 0.0]))
        way_name = name if offset == 0 else NO_NAME
        sheet.way([start, first], tags, way_name, rigid=True)
        sheet.way([first, second], (*tags, *bridge), way_name, rigid=True)
        sheet.way([second, end], tags, way_name, rigid=True)


def _restrict_turns(sheet: Sheet, country: Country, rng: np.random.Generator) -> None:
    """Forbid a left turn, or allow only straight on, at some junctions; now and then except for bicycles."""
    crossings = [junction for junction, arms in sorted(country.arms.items()) if len(arms) >= 3]
    rng.shuffle(crossings)
    for place, junction in enumerate(crossings[:MOST_RESTRICTIONS]):
        arms = country.arms[junction]
        way_from, direction_from, _ = arms[0]
        turns = []
        for way_to, direction_to, _ in arms[1:]:
            turn = (direction_to - direction_from) % (2 * np.pi) - np.pi
            turns.append((float(turn), way_to))
        turns.sort()
        left, straight = turns[-1], min(turns, key=lambda pair: abs(pair[0]))
        kind, way_to = ("only_straight_on", straight[1])
        if place % 3 < 2 and 0.6 < left[0] < 2.5:
            kind, way_to = ("no_left_turn", left[1])
        tags: Tags = (("type", "restriction"), ("restriction", kind))
        if place % 4 == 1:
            tags = (*tags, ("except", "bicycle"))
        sheet.restrictions.append(Restriction(way_from, country.junction[junction], way_to, tags))


def draw_dike(
    sheet: Sheet, mesh: Mesh, country: Country, towns: list[Town], spacing_m: float, rng: np.random.Generator
) -> None:
    """Draw the dike around the lake, its ways up from roads and towns, and the ferry between its two landings."""
    ring = LAKE.ring(DIKE_POINTS, DIKE_OFFSET_M)
    dry = water_depth(ring[:, 0], ring[:, 1], sea=False) < -30
    turn = int(np.flatnonzero(~dry)[0])  # the river runs out of the lake, so the dike is never a whole circle
    ring, dry = np.roll(ring, -turn, axis=0), np.roll(dry, -turn)
    where = np.flatnonzero(dry)
    step = max(1, round(DIKE_POINTS * 0.3 * spacing_m / LAKE_SHORE_M))
    drawn: list[int] = []
    for stretch in np.split(where, np.flatnonzero(np.diff(where) > 1) + 1):
        thin = np.unique(np.append(stretch[::step], stretch[-1]))
        piece = sheet.nodes(ring[thin])
        drawn += thin.tolist()
        for part in range(0, len(piece) - 1, 9):
            sheet.way(piece[part : part + 10], DIKE_TAGS[int(rng.integers(len(DIKE_TAGS)))])
    points = ring[drawn]
    nodes = np.arange(sheet.count - len(drawn), sheet.count)
    _climb(sheet, points, nodes, mesh, country, towns, spacing_m)
    landing = [int(nodes[np.hypot(*(points - np.array(spot)).T).argmin()]) for spot in FERRY_M]
    sheet.way(landing, FERRY_TAGS, rigid=True)


def _climb(
    sheet: Sheet,
    points: Floats,
    nodes: np.ndarray[tuple[int], np.dtype[np.int64]],
    mesh: Mesh,
    country: Country,
    towns: list[Town],
    spacing_m: float,
) -> None:
    """Ways up to the dike from the junctions and town streets nearest to it; the last ones of a town are steps."""
    tags: Tags = (("highway", "unclassified"), ("maxspeed", "30"))
    for junction, node in country.junction.items():
        gap = np.hypot(*(points - mesh.xy[junction]).T)
        if gap.min() >= 1.15 * spacing_m:
            continue
        way_up = mesh.xy[junction] + np.outer(np.linspace(0, 1, 25), points[gap.argmin()] - mesh.xy[junction])
        if water_depth(way_up[:, 0], way_up[:, 1], sea=False).max() < 0:
            sheet.way([node, int(nodes[gap.argmin()])], tags)
    for town in towns:
        if float(np.hypot(*(points - np.array([town.shape.x_m, town.shape.y_m])).T).min()) > town.shape.a_m + 900:
            continue
        gaps = np.hypot(points[:, None, 0] - town.xy[None, :, 0], points[:, None, 1] - town.xy[None, :, 1])
        best = gaps.min(axis=1)
        close = np.argsort(best, kind="stable")[:8:2]
        for place, spot in enumerate(close.tolist()):
            street = int(gaps[spot].argmin())
            foot, top = town.first_node + street, int(nodes[spot])
            if place < 3:
                sheet.way([foot, top], tags)
                continue
            part = STEPS_M / max(float(best[spot]), 2 * STEPS_M)
            landing = points[spot] + (town.xy[street] - points[spot]) * part
            bottom = sheet.node(float(landing[0]), float(landing[1]))
            sheet.way([foot, bottom], (("highway", "path"),), rigid=True)
            sheet.way([bottom, top], (("highway", "steps"), ("name", "Dijktrap")), rigid=True)
