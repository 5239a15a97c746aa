"""The second way in, and the way back: OSMnx ``MultiDiGraph`` ↔ RoadGraph.

OSMnx is imported here and nowhere else; never from a web worker.
"""

from __future__ import annotations

import ast
import datetime as dt
from hashlib import file_digest, sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.errors import ExtractError
from geo.profiles.tags import duration_s
from geo.raw import OSM_LICENCE, RawNetwork, WayCollector

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import networkx as nx

    from geo.graph import Layer

DIRECTION_TAGS = ("oneway", "junction", "reversed")


def read_graphml(file: Path) -> RawNetwork:
    """Read a GraphML file as OSMnx writes it.

    Raises
    ------
    ExtractError
        Missing, empty or damaged file, no roads, or points that are not in degrees.
    """
    if not file.is_file():
        raise ExtractError.missing(file.name)
    if file.stat().st_size == 0:
        raise ExtractError.empty(file.name)
    import networkx as nx

    with file.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
    try:
        graph = nx.read_graphml(file, node_type=int, force_multigraph=True)
    except (OSError, ValueError, KeyError, TypeError, SyntaxError, nx.NetworkXError) as error:
        raise ExtractError.damaged(file.name, f"{type(error).__name__}: {error}") from error
    return from_osmnx(graph, source=file.name, source_sha256=digest)


def read_place(place: str) -> RawNetwork:
    """Ask OSMnx (Nominatim and Overpass) for all roads of a place; needs the internet.

    Raises
    ------
    ExtractError
        The place is unknown or the servers cannot be reached.
    """
    import osmnx as ox

    from geo.profiles import WAY_TAGS

    ox.settings.useful_tags_way = sorted(WAY_TAGS | {"name", "ref", "duration"})
    ox.settings.useful_tags_node = ["barrier", "access", "bicycle", "foot", "motor_vehicle", "motorcar", "locked"]
    ox.settings.all_oneway = True
    try:
        graph = ox.graph_from_place(
            place, custom_filter=['["highway"]', '["route"="ferry"]'], simplify=False, retain_all=True
        )
    except Exception as error:  # OSMnx lets the errors of several libraries through
        raise ExtractError.place(place) from error
    return from_osmnx(graph, source=place, source_sha256=sha256(place.encode()).hexdigest())


def from_osmnx(graph: nx.MultiDiGraph, *, source: str, source_sha256: str) -> RawNetwork:
    """Take the roads of an OSMnx graph.

    Simplified and unsimplified graphs are both understood. An edge and its twin in the other direction are one way
    with both directions open. What OSMnx made one-way is one-way for vehicles, unless the tags say otherwise.

    Notes
    -----
    A graph knows no turn restrictions; barriers only when its nodes carry the tags.
    """
    from geo.profiles import blocked_modes

    if not graph.number_of_edges():
        raise ExtractError.no_roads(source)
    ways = WayCollector()
    ids = sorted(int(node) for node in graph.nodes)
    places = {int(node): (float(row["x"]), float(row["y"])) for node, row in graph.nodes(data=True)}
    if any(abs(lon) > 180 or abs(lat) > 90 for lon, lat in places.values()):
        raise ExtractError.swapped(source)
    barriers = {}
    for node, row in graph.nodes(data=True):
        blocked = blocked_modes({str(key): str(value) for key, value in row.items()})
        if blocked:
            barriers[int(node)] = blocked
    made = min(0, ids[0])
    ferry_m = _ferry_lengths(graph)
    for number, (tail, head, row) in enumerate(_roads_of(graph)):
        refs = [tail]
        for point in _inner_points(row):
            made -= 1
            places[made] = point
            refs.append(made)
        ways.add(_number(_value(row.get("osmid")), number + 1), [*refs, head], _tags(row, ferry_m))
    if not ways.ids:
        raise ExtractError.no_roads(source)
    node_ids = np.array(sorted(places), np.int64)
    node_xy = np.rint(np.array([places[node] for node in node_ids.tolist()]) * 1e7).astype(np.int32)
    created = str(graph.graph.get("created_date", ""))[:10]
    date = dt.date.fromisoformat(created) if len(created) == 10 and created[4] == "-" else None
    return RawNetwork(ways, node_ids, node_xy, barriers, [], [], source, source_sha256, date, OSM_LICENCE)


def _value(value: Any) -> Any:
    if isinstance(value, str) and value[:1] == "[" and value[-1:] == "]":
        try:
            value = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            return value
    return value[0] if isinstance(value, list) and value else value


def _number(value: Any, otherwise: int) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return otherwise


def _is_true(value: Any) -> bool:
    return str(_value(value)).lower() in {"true", "yes", "1"}


def _roads_of(graph: nx.MultiDiGraph) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Every road once: the twin that OSMnx adds for the other direction is left out and opens the first one."""
    seen: dict[tuple[int, int, str], list[tuple[int, ...]]] = {}
    for tail, head, row in graph.edges(data=True):
        tail, head = int(tail), int(head)  # noqa: PLW2901 -- GraphML has text
        oneway = row.get("oneway")
        if oneway is not None and not _is_true(oneway) and str(_value(oneway)) not in {"-1", "reverse"}:
            key = (min(tail, head), max(tail, head), _shape_key(row))
            if key in seen:
                seen.pop(key)
                continue
            seen[key] = []
        yield tail, head, row


def _shape_key(row: dict[str, Any]) -> str:
    numbers = sorted(part.strip(" []") for part in str(row.get("osmid", "")).split(","))
    length = row.get("length")
    return f"{numbers}|{None if length is None else round(float(length), 1)}"


def _ferry_lengths(graph: nx.MultiDiGraph) -> dict[str, float]:
    """Length of every crossing: OSMnx cuts it in pieces that all carry the duration of the whole."""
    total: dict[str, float] = {}
    for _, _, row in graph.edges(data=True):
        if row.get("route") == "ferry" and "duration" in row:
            key = str(_value(row.get("osmid")))
            total[key] = total.get(key, 0.0) + float(row.get("length", 0))
    return total


def _tags(row: dict[str, Any], ferry_m: dict[str, float]) -> dict[str, str]:
    tags = {str(key): str(_value(value)) for key, value in row.items() if value is not None}
    whole_m = ferry_m.get(tags.get("osmid", ""), 0.0)
    seconds = duration_s(tags.get("duration"))
    if whole_m and seconds and "length" in tags:
        tags["duration"] = f"PT{max(1, round(seconds * float(tags['length']) / whole_m))}S"
    oneway = tags.pop("oneway", None)
    if oneway is not None:
        tags["oneway"] = {"True": "yes", "False": "no"}.get(oneway, oneway)
        if tags["oneway"] in {"-1", "reverse"}:
            tags["oneway"] = "yes"  # OSMnx has already turned it round
    return tags


def _inner_points(row: dict[str, Any]) -> list[tuple[float, float]]:
    shape = row.get("geometry")
    if shape is None:
        return []
    if isinstance(shape, str):
        import shapely

        shape = shapely.from_wkt(shape)
    return [(float(x), float(y)) for x, y in list(shape.coords)[1:-1]]


def to_osmnx(layer: Layer) -> nx.MultiDiGraph:
    """A layer as an OSMnx graph: nodes with x and y, edges with osmid, length, travel_time, name and geometry.

    Copies of nodes made for turn restrictions are merged back into one, because an OSMnx graph has no turns.
    """
    import networkx as nx
    from shapely import LineString

    graph = nx.MultiDiGraph(crs="epsg:4326", simplified=True, created_with="Stageroute", licence=layer.graph.licence)
    base = np.arange(layer.nodes)
    base[layer.copy_node] = layer.copy_base
    degrees = (layer.node_xy * 1e-7).round(7)
    for node in np.unique(base).tolist():
        graph.add_node(node, x=float(degrees[node, 0]), y=float(degrees[node, 1]))
    arcs = np.flatnonzero(np.isin(np.arange(layer.arcs), layer.base_arc))
    tails = base[layer.tail_of(arcs)]
    time_column = 1 if layer.seconds_first else 2
    for arc, tail in zip(arcs.tolist(), tails.tolist(), strict=True):
        segdir = int(layer.arc_segdir[arc])
        segment = segdir >> 1
        points = layer.graph.geometry_of(segment)[:: -1 if segdir & 1 else 1] * 1e-7
        graph.add_edge(
            tail,
            int(base[layer.adj[3 * arc]]),
            osmid=int(layer.graph.way_id[layer.graph.segment_way[segment]]),
            length=float(layer.adj[3 * arc + 3 - time_column]) / 10,
            travel_time=float(layer.adj[3 * arc + time_column]) / 10,
            oneway=bool(layer.base_arc[segdir ^ 1] < 0),
            reversed=bool(segdir & 1),
            name=layer.graph.street_of(int(layer.graph.segment_way[segment]))[0],
            highway=layer.graph.highway_of(segment),
            geometry=LineString(points.round(7)),
        )
    return graph


def write_graphml(layer: Layer, file: Path) -> None:
    """Write a layer as GraphML for OSMnx and QGIS users."""
    import osmnx as ox

    ox.save_graphml(to_osmnx(layer), file)
