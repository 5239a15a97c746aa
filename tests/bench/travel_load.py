"""Reading an extract, opening a network, memory, and one route."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from geo.graph import Networks
from geo.travel import RoadTravel
from tests.bench.ground import BUILD, FOLDER, extract, measured, network, points_of, random_places

if TYPE_CHECKING:
    from tests.bench.report import Report

READ = """
from pathlib import Path
from geo.assemble import assemble
from geo.definition import load_definition
from geo.extract import read_extract
from geo.layers import build_layer
raw = read_extract(Path(sys.argv[1]))
segments = assemble(raw)
layer = build_layer(raw, segments, load_definition('auto-snelst'))
answer = {'nodes': int(layer.arrays['indptr'].size)}
"""
OSMNX = """
import osmnx as ox
graph = ox.graph_from_xml(sys.argv[1], simplify=True, retain_all=False)
answer = {'nodes': graph.number_of_nodes()}
"""
PYROSM = """
import pyrosm
osm = pyrosm.OSM(sys.argv[1])
nodes, edges = osm.get_network(network_type='driving', nodes=True)
graph = osm.to_graph(nodes, edges, graph_type='networkx')
answer = {'nodes': graph.number_of_nodes()}
"""
ROADS_TO_XML = """
import osmium
bits, used, ways = osmium.osm.osm_entity_bits, set(), set()
for way in osmium.FileProcessor(sys.argv[1], bits.WAY).with_filter(osmium.filter.KeyFilter('highway')):
    ways.add(way.id)
    used.update(node.ref for node in way.nodes)
with osmium.SimpleWriter(sys.argv[2], overwrite=True) as writer:
    for item in osmium.FileProcessor(sys.argv[1], bits.NODE | bits.WAY):
        if item.id in (used if item.is_node() else ways):
            writer.add(item)
answer = {}
"""
WORKER = """
import os
from pathlib import Path
import psutil
from geo.graph import Networks
from geo.travel import RoadTravel
import numpy, json
# A worker that has answered one question has paid for numba; what the network adds comes after that.
tiny = RoadTravel(Networks(Path(sys.argv[1])), sys.argv[2])
points = json.loads(sys.argv[4])
tiny.route('fiets-snelst', *json.loads(sys.argv[5]))
before = psutil.Process().memory_full_info()
opening = time.perf_counter()
networks = Networks(Path(sys.argv[1]))
graph = networks.open(sys.argv[3])
opened_ms = (time.perf_counter() - opening) * 1000
travel = RoadTravel(networks, sys.argv[3])
times = []
for number in range(0, len(points) - 1, 2):
    began = time.perf_counter()
    travel.route('fiets-snelst', points[number], points[number + 1])
    times.append(time.perf_counter() - began)
after = psutil.Process().memory_full_info()
answer = {'opened_ms': opened_ms, 'rss_mb': (after.rss - before.rss) / 1e6, 'uss_mb': (after.uss - before.uss) / 1e6,
          'route_ms': sorted(times)[len(times) // 2] * 1000}
"""


def measure_load(report: Report, name: str) -> None:
    """Seconds and memory from file to routable graph, each in a process of its own."""
    source = extract(name)
    xml = FOLDER / f"{name}.osm"
    FOLDER.mkdir(parents=True, exist_ok=True)
    measured(ROADS_TO_XML, source, xml)
    ours = measured(READ, source)
    for peer, done in (("OSMnx", measured(OSMNX, xml)), ("pyrosm", measured(PYROSM, source))):
        report.against(f"{name}: from file to car graph", ours["seconds"], "s", peer, done["seconds"])
        report.against(f"{name}: peak memory for it", ours["peak_mb"], "MB", peer, done["peak_mb"])


def measure_build(report: Report, name: str, seconds: float, megabytes: float) -> None:
    """The whole build: all modes and definitions, to the disk."""
    done = measured(BUILD, FOLDER, f"bench-{name}", extract(name))
    again = measured(BUILD, FOLDER, f"bench-{name}", extract(name))
    report.at_most(f"{name}: building the network", done["seconds"], "s", seconds)
    report.at_most(f"{name}: peak memory of the build", done["peak_mb"], "MB", megabytes)
    same = done["digest"] == again["digest"]
    report.add(f"{name}: the second build is byte-equal", float(same), "share", demand="= 1", met=same)


def measure_worker(report: Report, name: str) -> None:
    """What a web worker pays for a network: opening it, and memory after a hundred routes of some kilometres."""
    import json

    graph, _ = network(name)
    layer = graph.layer("fiets-snelst")
    points = [point for _, *point in points_of(layer, random_places(layer, 100, 7))]
    pairs = [place for lat, lon in points for place in ((lat, lon), nearby(graph, lat, lon))]
    small = network("30000")[0].layer("fiets-snelst")
    start = [point for _, *point in points_of(small, random_places(small, 2, 8))]
    done = measured(WORKER, FOLDER, "bench-30000", f"bench-{name}", json.dumps(pairs), json.dumps(start))
    report.at_most(f"{name}: opening the network", done["opened_ms"], "ms", 50)
    report.at_most(f"{name}: resident memory added to a worker", done["rss_mb"], "MB", 200)
    report.add(f"{name}: of which not shared with other workers", done["uss_mb"], "MB")
    report.add(f"{name}: one route of about 6 km, in the worker", done["route_ms"], "ms")


def nearby(graph: object, lat: float, lon: float) -> tuple[float, float]:
    """A point about six kilometres away, inside the network."""
    south, west, north, east = graph.bbox  # type: ignore[attr-defined]
    return min(max(lat + 0.04, south), north), min(max(lon + 0.06, west), east)


def measure_route(report: Report, name: str, pairs: int) -> None:
    """One route with its line and streets, against OSMnx on the same graph."""
    import osmnx as ox

    from geo.osmnx_bridge import to_osmnx

    graph, _ = network(name)
    layer = graph.layer("fiets-snelst")
    travel = RoadTravel(Networks(FOLDER), f"bench-{name}")
    peer = to_osmnx(layer)
    generator = np.random.default_rng(9)
    nodes = generator.choice(sorted(peer.nodes), (pairs, 2))
    began = time.perf_counter()
    for origin, destination in nodes.tolist():
        ox.shortest_path(peer, origin, destination, weight="travel_time")
    theirs = (time.perf_counter() - began) / pairs
    places = [[(peer.nodes[node]["y"], peer.nodes[node]["x"]) for node in pair] for pair in nodes.tolist()]
    travel.route("fiets-snelst", *places[0])
    began = time.perf_counter()
    for origin, destination in places:
        travel.route("fiets-snelst", origin, destination)
    ours = (time.perf_counter() - began) / pairs
    report.against(f"{name}: one route, with line and streets", ours * 1000, "ms", "OSMnx shortest_path", theirs * 1000)
