"""The k nearest: our search against scipy, pandana and pyroutingkit on the same graph."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from geo.search import many_to_many, nearest, prepare_targets
from geo.snapping import Places, snap_points
from tests.bench.ground import best_of, network, points_of, random_places

if TYPE_CHECKING:
    from geo.graph import Layer
    from tests.bench.report import Report

LIMIT_DM = 150_000  # 15 km
K = 20


def nodes_of(layer: Layer, places: Places) -> np.ndarray:
    """The node where the road of each place begins, for peers that know nodes only."""
    arcs = layer.base_arc[2 * places.segment]
    arcs = np.where(arcs >= 0, arcs, layer.base_arc[2 * places.segment + 1])
    return layer.tail_of(arcs)


def measure(report: Report, name: str, origins: int, destinations: int, *, heavy_peers: bool, demanded: bool) -> None:
    """20 nearest within 15 km by bicycle."""
    graph, _ = network(name)
    layer = graph.layer("fiets-kortst")
    to, start = random_places(layer, destinations, 1), random_places(layer, origins, 2)
    points = points_of(layer, start)
    generator = np.random.default_rng(3)
    # Every destination has property 1; the other bits are noise that the search has to look at.
    mask = generator.integers(0, 16, destinations).astype(np.uint64) | np.uint64(1)
    need = np.ones(origins, np.uint64)
    targets = prepare_targets(layer, to, mask=mask)

    def search(threads: int | None) -> object:
        return nearest(targets, snap_points(layer, points), k=K, limit=LIMIT_DM, need=need, threads=threads)

    search(None)
    what = f"{name}: 20 nearest of {destinations} for {origins} origins"
    _, cpu, hits = best_of(3, lambda: search(1))
    wall, _, _ = best_of(3, lambda: search(None))
    settled = int(hits.settled.sum())
    per_node = f"{what}: per settled node and core"
    if demanded:
        report.at_most(per_node, cpu / settled * 1e9, "ns", 70)
    else:
        report.add(per_node, cpu / settled * 1e9, "ns")
    report.add(f"{what}: nodes settled per origin", settled / origins, "nodes")
    report.against(
        what, wall, "s", "scipy dijkstra(limit)", scipy_seconds(layer, start, to), least=45 if demanded else 0
    )
    if heavy_peers:
        report.against(what, wall, "s", "pandana nearest_pois", pandana_seconds(layer, to))
        measure_matrix(report, name, 500, 500)


def measure_matrix(report: Report, name: str, origins: int, destinations: int) -> None:
    """A full matrix on foot: no turn restrictions there, so that distances between nodes mean the same to both."""
    layer = network(name)[0].layer("lopen-kortst")
    to, start = random_places(layer, destinations, 11), random_places(layer, origins, 12)
    targets = prepare_targets(layer, to)
    wall, _, _ = best_of(1, lambda: many_to_many(targets, start))
    peer, same = pyroutingkit_seconds(layer, start, to)
    report.against(f"{name}: all {origins} x {destinations} distances", wall, "s", "pyroutingkit", peer)
    report.add(f"{name}: distances equal to pyroutingkit between nodes", same, "share", demand="= 1", met=same == 1)


def scipy_seconds(layer: Layer, start: Places, to: Places) -> float:
    """Bounded Dijkstra of scipy per origin, then the 20 smallest of the destinations."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    rows = np.asarray(layer.adj).reshape(-1, 3)
    graph = csr_array((rows[:, 1].astype(np.float64), rows[:, 0], layer.indptr), shape=(layer.nodes, layer.nodes))
    ends = nodes_of(layer, to)
    began = time.perf_counter()
    for origin in nodes_of(layer, start).tolist():
        distances = dijkstra(graph, indices=origin, limit=LIMIT_DM)[ends]
        np.argpartition(distances, min(K, ends.size - 1))
    return time.perf_counter() - began


def pandana_seconds(layer: Layer, to: Places) -> float:
    """The search alone: pandana always answers for all nodes, and is prepared beforehand."""
    import pandana
    import pandas as pd

    rows = np.asarray(layer.adj).reshape(-1, 3)
    xy = layer.node_xy * 1e-7
    tails = np.repeat(np.arange(layer.nodes), np.diff(layer.indptr))
    peer = pandana.Network(
        pd.Series(xy[:, 0]), pd.Series(xy[:, 1]), pd.Series(tails), pd.Series(rows[:, 0]),
        pd.DataFrame({"dm": rows[:, 1].astype(float)}), twoway=False,
    )  # fmt: skip
    ends = xy[nodes_of(layer, to)]
    peer.set_pois("places", LIMIT_DM, K, pd.Series(ends[:, 0]), pd.Series(ends[:, 1]))
    began = time.perf_counter()
    peer.nearest_pois(LIMIT_DM, "places", num_pois=K, include_poi_ids=True)
    return time.perf_counter() - began


def pyroutingkit_seconds(layer: Layer, start: Places, to: Places) -> tuple[float, float]:
    """The whole matrix between nodes, and how much of it is equal to ours."""
    from pyroutingkit import CCHMetric, CCHTopology

    rows = np.asarray(layer.adj).reshape(-1, 3)
    tails = np.repeat(np.arange(layer.nodes), np.diff(layer.indptr)).astype(np.uint32)
    topology, xy = CCHTopology(), (layer.node_xy * 1e-7).astype(np.float32)
    topology.build(tails, rows[:, 0].astype(np.uint32), xy[:, 1].copy(), xy[:, 0].copy(), layer.nodes)
    metric = CCHMetric(topology)
    metric.customize(rows[:, 1].astype(np.uint32))
    sources, ends = nodes_of(layer, start).astype(np.uint32), nodes_of(layer, to).astype(np.uint32)
    began = time.perf_counter()
    theirs = metric.distances_many_to_many(sources, ends)
    seconds = time.perf_counter() - began
    few = min(50, len(sources))
    at_start, at_end = at_node(layer, start, few), at_node(layer, to, len(ends))
    ours = many_to_many(prepare_targets(layer, at_end), at_start)
    comparable = ours.found
    same = (ours.weight == theirs.reshape(len(sources), -1)[:few])[comparable].mean()
    return seconds, float(same)


def at_node(layer: Layer, places: Places, count: int) -> Places:
    """The same places moved to the begin of their road, where the peers have them."""
    leaving = layer.base_arc[2 * places.segment[:count]] >= 0
    return Places(
        places.xy[:count],
        places.segment[:count],
        np.where(leaving, 0.0, 1.0),
        places.gap_m[:count],
        places.reasons[:count],
    )


def measure_masses(report: Report, name: str) -> None:
    """500 origins and 250 000 destinations."""
    graph, _ = network(name)
    layer = graph.layer("fiets-kortst")
    targets = prepare_targets(layer, random_places(layer, 250_000, 5), mask=np.ones(250_000, np.uint64))
    start, need = random_places(layer, 500, 6), np.ones(500, np.uint64)
    wall, _, _ = best_of(5, lambda: nearest(targets, start, k=K, limit=LIMIT_DM, need=need))
    report.at_most(f"{name}: 20 nearest of 250000 for 500 origins", wall, "s", 0.1)
