"""One extract, read by pyosmium and by OSMnx: the same rules, the same distances; and the way back to GraphML."""

from __future__ import annotations

import warnings
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest

from geo.build import build_network, write_network
from geo.definition import Weight, load_definitions
from geo.graph import Networks
from geo.osmnx_bridge import from_osmnx, read_graphml, to_osmnx, write_graphml
from geo.profiles import WAY_TAGS
from geo.travel import RoadTravel
from tests.geo.towns import at, grid_town, town_with

ox = pytest.importorskip("osmnx")
NODE_TAGS = ["barrier", "access", "bicycle", "foot", "motor_vehicle", "motorcar", "locked"]


@pytest.fixture(autouse=True)
def tags_that_matter(monkeypatch):
    monkeypatch.setattr(ox.settings, "useful_tags_way", sorted(WAY_TAGS | {"name", "ref", "duration"}))
    monkeypatch.setattr(ox.settings, "useful_tags_node", NODE_TAGS)
    monkeypatch.setattr(ox.settings, "all_oneway", True)


def without_turns():
    """An OSMnx graph knows no turn restrictions, so neither side may."""
    return [replace(definition, turn_restrictions=False) for definition in load_definitions().values()]


def read_with_osmnx(file):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ox.graph_from_xml(file, simplify=False, retain_all=True)


def both_ways(tmp_path, file):
    """The network built from the file, and the one built from what OSMnx makes of it."""
    build_network(tmp_path, "osmium", file, definitions=without_turns())
    networks = Networks(tmp_path)
    raw = from_osmnx(read_with_osmnx(file), source=file.name, source_sha256="")
    write_network(networks, networks.folder_of("osmnx"), raw, without_turns(), lambda _: None)
    return RoadTravel(networks, "osmium"), RoadTravel(networks, "osmnx")


def roads_only(source, folder):
    """The roads of a .pbf as XML, which is all that OSMnx reads."""
    import osmium

    target = folder / "wegen.osm"
    wanted = osmium.filter.KeyFilter("highway", "route")
    bits = osmium.osm.osm_entity_bits
    ways, used = set(), set()
    for way in osmium.FileProcessor(str(source), bits.WAY).with_filter(wanted):
        if "highway" in way.tags or way.tags.get("route") == "ferry":
            ways.add(way.id)
            used.update(node.ref for node in way.nodes)
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for item in osmium.FileProcessor(str(source), bits.NODE | bits.WAY):
            if item.id in (used if item.is_node() else ways):
                writer.add(item)
    return target


CASES = {
    "oneway": ({"highway": "residential", "oneway": "yes"}, None),
    "oneway, the other way": ({"highway": "residential", "oneway": "-1"}, None),
    "contraflow": ({"highway": "residential", "oneway": "yes", "oneway:bicycle": "no"}, None),
    "roundabout": ({"highway": "residential", "junction": "roundabout"}, None),
    "cycleway": ({"highway": "cycleway", "oneway": "yes"}, None),
    "footway": ({"highway": "footway"}, None),
    "ferry": ({"route": "ferry", "bicycle": "yes", "foot": "yes", "duration": "00:02"}, None),
    "private": ({"highway": "residential", "access": "private"}, None),
    "gate": ({"highway": "residential"}, {"barrier": "gate", "access": "no"}),
    "bollard": ({"highway": "residential"}, {"barrier": "bollard"}),
}


@pytest.mark.parametrize("name", CASES)
def test_both_ways_in_agree_on_every_rule(tmp_path, name):
    tags, gate = CASES[name]
    osmium, osmnx = both_ways(tmp_path, town_with(tags, gate).write(tmp_path))
    for definition in load_definitions():
        for pair in ((at(500, 0), at(-100, 0)), (at(-100, 0), at(500, 0))):
            one, other = osmium.route(definition, *pair).trip, osmnx.route(definition, *pair).trip
            assert one.metres == pytest.approx(other.metres, abs=1), (definition, pair)
            assert one.seconds == pytest.approx(other.seconds, abs=1), (definition, pair)


@pytest.mark.slow
@pytest.mark.shared_data
@pytest.mark.parametrize("definition", ["fiets-snelst", "lopen-kortst", "auto-snelst"])
def test_both_ways_in_agree_on_a_real_town(tmp_path, shared_data, definition):
    file = roads_only(shared_data / "osm/tudelft_demo.osm.pbf", tmp_path)
    osmium, osmnx = both_ways(tmp_path, file)
    layer = osmium.graph.layer(definition)
    generator = np.random.default_rng(5)
    nodes = layer.node_xy[generator.integers(0, layer.nodes, 80)] * 1e-7 + generator.uniform(-2e-4, 2e-4, (80, 2))
    south, west, north, east = osmium.graph.bbox
    points = [(min(max(lat, south), north), min(max(lon, west), east)) for lon, lat in nodes]
    ends = [(f"d{number:02d}", *point) for number, point in enumerate(points[40:])]
    compared = 0
    for one, other in zip(
        osmium.trips(definition, points[:40], ends), osmnx.trips(definition, points[:40], ends), strict=True
    ):
        for (name, trip), (_, same) in zip(one, other, strict=True):
            assert trip.code == same.code, name
            if trip.metres is not None:
                # Pieces are rounded one by one, and OSMnx makes more of them; of two routes that are equal within
                # that rounding either may win, so the value that is not minimised is only roughly the same.
                exact = {"abs": 3, "rel": 0.01}
                rough = {"abs": 20, "rel": 0.05}
                assert trip.metres == pytest.approx(same.metres, **(rough if layer.seconds_first else exact))
                assert trip.seconds == pytest.approx(same.seconds, **(exact if layer.seconds_first else rough))
                compared += 1
    assert compared > 400


def place(graph, node):
    return float(graph.nodes[node]["y"]), float(graph.nodes[node]["x"])


@pytest.mark.shared_data
def test_a_graphml_of_osmnx_keeps_its_lengths(tmp_path, shared_data):
    file = shared_data / "osm/Delft_drive_maassim.graphml"
    shortest = replace(load_definitions()["auto-snelst"], weight=Weight.METRES, id="auto-kortst")
    graph = build_network(tmp_path, "delft", file, definitions=[shortest])
    travel = RoadTravel(Networks(tmp_path), "delft")
    judge = nx.read_graphml(file, node_type=int, force_multigraph=True)
    for _, _, row in judge.edges(data=True):
        row["length"] = float(row["length"])
    # The same access rules: OSMnx keeps a few edges that are closed to everybody.
    judge.remove_edges_from([edge for *edge, row in judge.edges(keys=True, data=True) if row.get("access") == "no"])
    main = max(nx.strongly_connected_components(judge), key=len)
    generator = np.random.default_rng(6)
    nodes = sorted(main)
    assert graph.layer("auto-kortst").nodes >= 0.95 * len(nodes)
    for origin in generator.choice(nodes, 12):
        lengths = nx.single_source_dijkstra_path_length(judge, int(origin), weight="length")
        targets = [int(node) for node in generator.choice(nodes, 25)]
        ends = [
            (str(node), float(judge.nodes[node]["y"]), float(judge.nodes[node]["x"])) for node in sorted(set(targets))
        ]
        start = (float(judge.nodes[origin]["y"]), float(judge.nodes[origin]["x"]))
        for name, trip in travel.trips("auto-kortst", [start], ends)[0]:
            assert trip.metres == pytest.approx(lengths[int(name)], rel=0.004, abs=3)


def test_the_way_back_gives_osmnx_the_same_graph(tmp_path):
    town = grid_town(6)
    town.ways[2] = (town.ways[2][0], town.ways[2][1], town.ways[2][2] | {"oneway": "yes"})
    graph = build_network(tmp_path, "stad", town.write(tmp_path))
    layer = graph.layer("fiets-kortst")
    back = to_osmnx(layer)
    assert back.graph["crs"] == "epsg:4326"
    assert nx.is_strongly_connected(back)
    assert back.number_of_edges() == layer.arcs
    travel = RoadTravel(Networks(tmp_path), "stad")
    nodes = sorted(back.nodes)
    for origin in nodes[::7]:
        lengths = nx.single_source_dijkstra_path_length(back, origin, weight="length")
        ends = [(f"{node:05d}", back.nodes[node]["y"], back.nodes[node]["x"]) for node in nodes]
        for name, trip in travel.trips("fiets-kortst", [(back.nodes[origin]["y"], back.nodes[origin]["x"])], ends)[0]:
            assert trip.metres == pytest.approx(lengths[int(name)], abs=1)


def test_graphml_goes_out_and_comes_in_again(tmp_path):
    graph = build_network(tmp_path, "stad", grid_town(6).write(tmp_path))
    file = tmp_path / "uit.graphml"
    write_graphml(graph.layer("fiets-snelst"), file)
    loaded = ox.load_graphml(file)
    assert {row["highway"] for _, _, row in loaded.edges(data=True)} == {"residential"}
    raw = read_graphml(file)
    networks = Networks(tmp_path)
    again = write_network(networks, networks.folder_of("terug"), raw, None, lambda _: None)
    assert again.layer("fiets-snelst").arcs == graph.layer("fiets-snelst").arcs
    one, other = RoadTravel(networks, "stad"), RoadTravel(networks, "terug")
    assert one.route("fiets-snelst", at(20, 0), at(480, 500)).trip.metres == pytest.approx(
        other.route("fiets-snelst", at(20, 0), at(480, 500)).trip.metres, abs=1
    )
