"""The judge: networkx on the very same arcs, its own reading of places on edges, and nothing of ``geo.search``."""

from __future__ import annotations

import networkx as nx
import numpy as np

SHIFT = 1 << 40  # weight and second value in one whole number: first the weight, then the second value


def graph_of(layer):
    """All arcs of a layer; of parallel arcs only the best can matter."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(layer.nodes))
    rows = np.asarray(layer.adj).reshape(-1, 3).tolist()
    tails = np.repeat(np.arange(layer.nodes), np.diff(layer.indptr)).tolist()
    for tail, (head, weight, second) in zip(tails, rows, strict=True):
        connect(graph, tail, head, weight, second)
    return graph


def connect(graph, tail, head, weight, second):
    cost = weight * SHIFT + second
    if not graph.has_edge(tail, head) or graph[tail][head]["cost"] > cost:
        graph.add_edge(tail, head, cost=cost)


class Judge:
    """Costs from places to places."""

    def __init__(self, layer):
        self.layer = layer
        self.graph = graph_of(layer)
        self.rows = np.asarray(layer.adj).reshape(-1, 3)
        self.tails = np.repeat(np.arange(layer.nodes), np.diff(layer.indptr))
        self.order = np.argsort(layer.arc_segdir, kind="stable")
        self.sorted = np.asarray(layer.arc_segdir)[self.order]
        self.twins = {}
        for base, copy in zip(layer.copy_base.tolist(), layer.copy_node.tolist(), strict=True):
            self.twins.setdefault(base, []).append(copy)
        self.base = {copy: base for base, copies in self.twins.items() for copy in copies}

    def arcs(self, segment, direction):
        low, high = np.searchsorted(self.sorted, [2 * segment + direction, 2 * segment + direction + 1])
        return self.order[low:high].tolist()

    def junction(self, segment, end):
        """Node at one end of a segment; None for its inside."""
        leaving = [int(self.tails[arc]) for arc in self.arcs(segment, end)]
        arriving = [int(self.rows[arc][0]) for arc in self.arcs(segment, 1 - end)]
        return {self.base.get(node, node) for node in leaving + arriving}.pop()

    def part(self, arc, fraction, direction):
        share = fraction if direction == 0 else 1 - fraction
        return [int(np.floor(int(value) * share + 0.5)) for value in self.rows[arc][1:]]

    def with_places(self, places):
        """Copy of the graph with an arrival node ``("to", i)`` per place."""
        graph = self.graph.copy()
        for at, (segment, fraction) in enumerate(zip(places.segment.tolist(), places.fraction.tolist(), strict=True)):
            graph.add_node(("to", at))
            if segment < 0:
                continue
            if fraction in (0.0, 1.0):
                node = self.junction(segment, int(fraction))
                for copy in [node, *self.twins.get(node, [])]:
                    connect(graph, copy, ("to", at), 0, 0)
                continue
            for direction in (0, 1):
                for arc in self.arcs(segment, direction):
                    connect(graph, int(self.tails[arc]), ("to", at), *self.part(arc, fraction, direction))
        return graph

    def costs(self, graph, places, at, destinations):
        """``{destination: (weight, second)}`` from one place, with networkx Dijkstra."""
        segment, fraction = int(places.segment[at]), float(places.fraction[at])
        if segment < 0:
            return {}
        start = ("from", at)
        graph.add_node(start)
        if fraction in (0.0, 1.0):
            connect(graph, start, self.junction(segment, int(fraction)), 0, 0)
        for direction in (0, 1):
            arcs = [arc for arc in self.arcs(segment, direction) if int(self.tails[arc]) not in self.base]
            for arc in arcs[:1]:
                begin = self.part(arc, fraction, direction)
                if fraction not in (0.0, 1.0):
                    head, weight, second = (int(value) for value in self.rows[arc])
                    connect(graph, start, head, weight - begin[0], second - begin[1])
                for to in np.flatnonzero(destinations.segment == segment).tolist():
                    moved = float(destinations.fraction[to]) - fraction
                    if (moved >= 0) if direction == 0 else (moved <= 0):
                        end = self.part(arc, float(destinations.fraction[to]), direction)
                        connect(graph, start, ("to", to), end[0] - begin[0], end[1] - begin[1])
        found = nx.single_source_dijkstra_path_length(graph, start, weight="cost")
        graph.remove_node(start)
        return {
            node[1]: (cost // SHIFT, cost % SHIFT)
            for node, cost in found.items()
            if isinstance(node, tuple) and node[0] == "to"
        }
