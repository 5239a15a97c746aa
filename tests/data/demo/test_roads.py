"""The road map of Merenveld: a real extract, the same bytes every time, with every tag that travel must understand."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import osmium
import pytest

from data.demo.roads import write_roads


@pytest.fixture(scope="module")
def extract(tmp_path_factory):
    return write_roads(tmp_path_factory.mktemp("roads") / "merenveld.osm.pbf", nodes=20_000, seed=2026)


def read_tags(path):
    seen = Counter()
    for thing in osmium.FileProcessor(str(path)):
        seen.update((tag.k, tag.v) for tag in thing.tags)
    return seen


def test_two_builds_have_the_same_digest(extract, tmp_path):
    again = write_roads(tmp_path / "again.osm.pbf", nodes=20_000, seed=2026)
    assert again.digest == extract.digest


def test_another_seed_makes_another_map(extract, tmp_path):
    assert write_roads(tmp_path / "other.osm.pbf", nodes=20_000, seed=7).digest != extract.digest


@pytest.mark.parametrize("nodes", [1_000, 5_000, 70_000])
def test_the_roads_have_exactly_the_nodes_that_were_asked_for(nodes, tmp_path):
    extract = write_roads(tmp_path / "m.osm.pbf", nodes=nodes)
    used = set()
    for way in osmium.FileProcessor(str(extract.path)).with_filter(osmium.filter.KeyFilter("highway", "route")):
        if way.is_way():
            used.update(node.ref for node in way.nodes)
    assert len(used) == nodes


@pytest.mark.parametrize("nodes", [999, 3_000_001])
def test_a_size_out_of_range_is_refused(nodes, tmp_path):
    with pytest.raises(ValueError, match="1000 en 3000000"):
        write_roads(tmp_path / "m.osm.pbf", nodes=nodes)


@pytest.mark.parametrize(
    "tag",
    [
        ("highway", "residential"), ("highway", "cycleway"), ("highway", "motorway"), ("highway", "motorway_link"),
        ("highway", "trunk"), ("highway", "steps"), ("highway", "footway"), ("highway", "path"), ("highway", "track"),
        ("highway", "construction"), ("junction", "roundabout"), ("oneway", "yes"), ("oneway:bicycle", "no"),
        ("cycleway", "opposite_lane"), ("cycleway:left:oneway", "-1"), ("bicycle", "use_sidepath"), ("bicycle", "no"),
        ("access", "private"), ("bicycle_road", "yes"), ("route", "ferry"), ("duration", "00:14"), ("motorroad", "yes"),
        ("barrier", "gate"), ("barrier", "bollard"), ("barrier", "cycle_barrier"), ("restriction", "no_left_turn"),
        ("restriction", "only_straight_on"), ("except", "bicycle"), ("natural", "water"), ("place", "town"),
        ("place", "island"), ("landuse", "residential"), ("waterway", "river"), ("bridge", "yes"),
    ],
    ids="=".join,
)  # fmt: skip
def test_the_map_has_every_kind_of_way_that_travel_must_understand(extract, tag):
    assert read_tags(extract.path)[tag] > 0


def test_the_extract_opens_in_osmnx(extract, tmp_path):
    import osmnx

    plain = tmp_path / "m.osm"
    write_roads(plain, nodes=2_000)
    graph = osmnx.graph_from_xml(plain, simplify=False, retain_all=True)
    assert graph.number_of_nodes() > 1_500
    assert {data["highway"] for *_, data in graph.edges(data=True) if "highway" in data} >= {"residential", "cycleway"}


def test_the_island_can_only_be_reached_over_water(extract):
    """Its streets hang together with nothing else, so a trip there must end in a reason."""
    edges: dict[int, set[int]] = {}
    island_nodes = set()
    for way in osmium.FileProcessor(str(extract.path)).with_locations():
        if not way.is_way() or "highway" not in way.tags:
            continue
        nodes = [node.ref for node in way.nodes]
        for a, b in pairwise(nodes):
            edges.setdefault(a, set()).add(b)
            edges.setdefault(b, set()).add(a)
        for node in way.nodes:
            if 52.651 < node.lat < 52.657 and 5.393 < node.lon < 5.405:
                island_nodes.add(node.ref)
    assert island_nodes
    reached, todo = set(), [min(island_nodes)]
    while todo:
        node = todo.pop()
        if node not in reached:
            reached.add(node)
            todo.extend(edges[node])
    assert len(reached) < 0.1 * len(edges)
