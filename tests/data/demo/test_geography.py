"""The geography of Merenveld: dry roads, few bridges, right-hand traffic, and borders that tile the land."""

from __future__ import annotations

import csv
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from data.demo.atlas import _share_out, build_atlas, sheet_places
from data.demo.places import GEMEENTEN, SCHOOLS, build_region, school_address
from data.demo.terrain import (
    METRES_PER_DEGREE_LAT,
    METRES_PER_DEGREE_LON,
    OUTLINE,
    SETTLEMENTS,
    to_degrees,
    water_depth,
)


@pytest.fixture(scope="module")
def atlas():
    return build_atlas(12_000, 2026)


@pytest.fixture(scope="module")
def region(atlas):
    return build_region(atlas, 2026)


def ways(atlas):
    for number, tags in enumerate(atlas.way_tags):
        yield dict(tags), atlas.xy[atlas.refs[atlas.offsets[number] : atlas.offsets[number + 1]]]


def test_no_road_lies_in_water_but_bridges_and_the_ferry(atlas):
    wet = []
    for tags, line in ways(atlas):
        if "bridge" in tags or "route" in tags:
            continue
        step = np.linspace(0, 1, 9)[:, None, None]
        points = (line[:-1] + (line[1:] - line[:-1]) * step).reshape(-1, 2)
        if water_depth(points[:, 0], points[:, 1], sea=True).max() > 0:
            wet.append((tags, line[0]))
    assert not wet


def length_between(atlas, start, goal, *, ferry):
    """Metres over all ways, in any direction, between the nodes nearest to two towns."""
    way = np.repeat(np.arange(len(atlas.offsets) - 1), np.diff(atlas.offsets))
    inner = np.ones(len(atlas.refs), dtype=bool)
    inner[atlas.offsets[1:] - 1] = False
    allowed = np.array([ferry or tags[0] != ("route", "ferry") for tags in atlas.way_tags])
    at = np.flatnonzero(inner & allowed[way])
    a, b = atlas.refs[at], atlas.refs[at + 1]
    metres = np.hypot(*(atlas.xy[a] - atlas.xy[b]).T) + 1e-6
    graph = coo_array((metres, (a, b)), shape=(len(atlas.xy), len(atlas.xy))).tocsr()
    towns = {town.name: (town.x_m, town.y_m) for town in SETTLEMENTS}
    ends = [int(np.hypot(*(atlas.xy - np.array(towns[name])).T).argmin()) for name in (start, goal)]
    return float(dijkstra(graph, directed=False, indices=ends[0])[ends[1]])


def test_travel_between_the_shores_is_much_longer_than_the_crow_flies(atlas):
    crow = 8_373
    with_ferry = length_between(atlas, "Hoogmeren", "Zuidermonde", ferry=True)
    by_bridge = length_between(atlas, "Hoogmeren", "Zuidermonde", ferry=False)
    assert with_ferry > 1.5 * crow
    assert 2.2 * crow < by_bridge < 5 * crow


def test_every_town_can_be_reached_over_land(atlas):
    for town in SETTLEMENTS[1:]:
        assert np.isfinite(length_between(atlas, "Hoogmeren", town.name, ferry=False)), town.name


def turning(line):
    """Twice the signed area of a closed line: positive when it runs counter-clockwise."""
    return float(np.sum(line[:-1, 0] * line[1:, 1] - line[1:, 0] * line[:-1, 1]))


@pytest.mark.parametrize("nodes", [12_000, 70_000])
def test_roundabouts_run_counter_clockwise_on_mirrored_sheets_too(nodes):
    rings = [line - line[0] for tags, line in ways(build_atlas(nodes, 3)) if tags.get("junction") == "roundabout"]
    assert len(rings) >= 2 * len(sheet_places(nodes))
    assert all(turning(ring) > 0 for ring in rings)


def test_a_forbidden_left_turn_turns_left(atlas):
    seen = 0
    for turn in atlas.restrictions:
        ends = []
        for way in (turn.way_from, turn.way_to):
            line = atlas.refs[atlas.offsets[way] : atlas.offsets[way + 1]]
            assert turn.node in (line[0], line[-1])
            ends.append(atlas.xy[line[1] if line[0] == turn.node else line[-2]] - atlas.xy[turn.node])
        if dict(turn.tags)["restriction"] == "no_left_turn":
            seen += 1
            (ax, ay), (bx, by) = -ends[0], ends[1]
            assert ax * by - ay * bx > 0
    assert seen >= 3


def test_the_borders_tile_the_land_without_gap_or_overlap(region):
    from shapely import Polygon, unary_union
    from shapely.geometry import shape

    borders = {code: shape(border) for code, border in region.borders.items()}
    assert set(borders) == set(GEMEENTEN.values())
    assert len(borders) == 12
    lat, lon = to_degrees(*OUTLINE.ring(360).T)
    land = Polygon(np.column_stack([lon, lat]))
    assert land.difference(unary_union(list(borders.values()))).area < 0.001 * land.area
    shapes = list(borders.values())
    overlap = sum(a.intersection(b).area for n, a in enumerate(shapes) for b in shapes[n + 1 :])
    assert overlap < 0.001 * land.area


def test_every_address_lies_in_the_gemeente_that_it_names(region):
    from shapely import Point
    from shapely.geometry import shape

    borders = {code: shape(border).buffer(0.0005) for code, border in region.borders.items()}
    assert all(borders[each.gemeente].covers(Point(each.lon, each.lat)) for each in region.addresses)


def test_every_school_stands_beside_a_street(atlas, region):
    for school in SCHOOLS:
        here = school_address(school, region)
        x = (here.lon - 5.38) * METRES_PER_DEGREE_LON
        y = (here.lat - 52.65) * METRES_PER_DEGREE_LAT
        assert np.hypot(atlas.xy[:, 0] - x, atlas.xy[:, 1] - y).min() < 120


def test_schools_stand_on_both_shores(region):
    sides = [school_address(school, region).lat > 52.653 for school in SCHOOLS]
    assert sides.count(True) >= 5
    assert sides.count(False) >= 5


@pytest.mark.shared_data
def test_no_postcode_of_the_demo_is_in_use_in_the_netherlands(region, shared_data):
    with (shared_data / "postcode/pc4_centroiden.csv").open(encoding="utf-8") as file:
        real = {row["pc4"] for row in csv.DictReader(file, delimiter=";")}
    ours = {each.postcode for each in region.addresses}
    assert all(re.fullmatch(r"89[4-9][0-9][A-Z]{2}", postcode) for postcode in ours)
    assert len(ours) == len(region.addresses)
    assert not real & {postcode[:4] for postcode in ours}


@given(
    extra=st.integers(0, 5_000),
    length=st.lists(st.floats(0.01, 1e5), min_size=1, max_size=60).map(np.array),
)
def test_every_shape_point_is_given_out_and_longer_roads_never_get_two_fewer(extra, length):
    count = _share_out(extra, length)
    assert int(count.sum()) == extra
    assert (count >= 0).all()
    order = np.argsort(length)
    assert (np.diff(count[order]) >= -1).all()
