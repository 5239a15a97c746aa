"""Which objects of OpenStreetMap become which layer of the map tiles, from which zoom.

Every layer is one row of :data:`LAYERS`; the map style and the server-made map read the same names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MAX_ZOOM = 14
"""Deepest zoom with tiles of its own; maps enlarge these when one zooms further in."""

ATTRIBUTION = "© OpenStreetMap-bijdragers (ODbL)"

Rows = Any
"""A geopandas GeoDataFrame; geopandas is imported only while tiles are being built."""


@dataclass(frozen=True)
class TileLayer:
    """One layer of the tiles.

    Attributes
    ----------
    name
        Name inside the tiles.
    table
        Table of GDAL's OSM driver: ``points``, ``lines`` or ``multipolygons``.
    choose
        From all rows of that table to the rows of this layer, with a column ``kind``.
    min_zoom, max_zoom
        Zoom levels that carry the layer.
    columns
        Columns kept as attributes besides ``kind``.
    """

    name: str
    table: str
    choose: Callable[[Rows], Rows]
    min_zoom: int
    columns: tuple[str, ...] = ()
    max_zoom: int = MAX_ZOOM


def _of(column: str, *values: str) -> Callable[[Rows], Rows]:
    """Rows whose ``column`` is one of ``values``; the value (without ``_link``) becomes the kind."""

    def choose(rows: Rows) -> Rows:
        chosen = rows[rows[column].isin(values)].copy()
        chosen["kind"] = chosen[column].str.removesuffix("_link")
        return chosen

    return choose


def _cycleways(rows: Rows) -> Rows:
    """Ways made for bicycles: cycleways, bicycle streets, and paths signed for bicycles."""
    street = (rows["bicycle_road"] == "yes") | (rows["cyclestreet"] == "yes")
    signed = rows["highway"].isin(("path", "footway", "track", "pedestrian")) & (rows["bicycle"] == "designated")
    chosen = rows[rows["highway"].notna() & ((rows["highway"] == "cycleway") | street | signed)].copy()
    chosen["kind"] = "cycleway"
    return chosen


def _paths(rows: Rows) -> Rows:
    chosen = rows[
        rows["highway"].isin(("footway", "path", "track", "steps", "bridleway")) & (rows["bicycle"] != "designated")
    ].copy()
    chosen["kind"] = chosen["highway"]
    return chosen


def _water(rows: Rows) -> Rows:
    chosen = rows[
        (rows["natural"] == "water")
        | rows["waterway"].isin(("riverbank", "dock"))
        | rows["landuse"].isin(("reservoir", "basin"))
    ].copy()
    chosen["kind"] = "water"
    return chosen


_GREEN = {
    "forest": "wood",
    "wood": "wood",
    "park": "park",
    "garden": "park",
    "recreation_ground": "park",
    "pitch": "park",
    "golf_course": "park",
    "nature_reserve": "grass",
    "grass": "grass",
    "meadow": "grass",
    "village_green": "grass",
    "grassland": "grass",
    "heath": "heath",
    "scrub": "heath",
    "wetland": "wetland",
    "sand": "sand",
    "beach": "sand",
    "farmland": "farmland",
    "orchard": "farmland",
    "vineyard": "farmland",
}


def _green(rows: Rows) -> Rows:
    kind = rows["landuse"].map(_GREEN).fillna(rows["natural"].map(_GREEN)).fillna(rows["leisure"].map(_GREEN))
    chosen = rows[kind.notna()].copy()
    chosen["kind"] = kind[kind.notna()]
    return chosen


def _boundaries(rows: Rows) -> Rows:
    """Municipal and wider borders as lines; a border shared by two neighbours is drawn once."""
    chosen = rows[(rows["boundary"] == "administrative") & rows["admin_level"].isin(("2", "4", "8"))].copy()
    chosen = chosen.sort_values("admin_level", kind="stable")
    if len(chosen):
        drawn = None
        lines = []
        for geometry in chosen.geometry:
            border = geometry.boundary if drawn is None else geometry.boundary.difference(drawn)
            lines.append(border)
            drawn = border if drawn is None else drawn.union(border)
        chosen = chosen.set_geometry(lines, crs=rows.crs)
        chosen = chosen[~chosen.geometry.is_empty]
    chosen["kind"] = chosen["admin_level"].map({"2": "country", "4": "province", "8": "gemeente"})
    return chosen


def _ferries(rows: Rows) -> Rows:
    chosen = rows[rows["route"] == "ferry"].copy()
    chosen["kind"] = "ferry"
    return chosen


_PLACE_RANK = {"city": 1, "town": 2, "village": 3, "suburb": 4, "hamlet": 5, "neighbourhood": 6}


def _places(*kinds: str) -> Callable[[Rows], Rows]:
    def choose(rows: Rows) -> Rows:
        chosen = rows[rows["place"].isin(kinds) & rows["name"].notna()].copy()
        chosen["kind"] = chosen["place"]
        chosen["rank"] = chosen["place"].map(_PLACE_RANK)
        return chosen.sort_values("rank", kind="stable")

    return choose


LAYERS: tuple[TileLayer, ...] = (
    TileLayer("green", "multipolygons", _green, 9),
    TileLayer("builtup", "multipolygons", _of("landuse", "residential", "commercial", "retail", "industrial"), 8),
    TileLayer("water", "multipolygons", _water, 6, ("name",)),
    TileLayer("waterways", "lines", _of("waterway", "river", "canal"), 8, ("name",)),
    TileLayer("ditches", "lines", _of("waterway", "stream", "ditch", "drain"), 13),
    TileLayer("boundaries", "multipolygons", _boundaries, 6),
    TileLayer("ferries", "lines", _ferries, 8, ("name",)),
    TileLayer("paths", "lines", _paths, 13, ("name",)),
    TileLayer("railways", "lines", _of("railway", "rail", "light_rail", "tram"), 9),
    TileLayer(
        "streets",
        "lines",
        _of("highway", "residential", "living_street", "pedestrian", "service", "road"),
        12,
        ("name",),
    ),
    TileLayer("roads", "lines", _of("highway", "tertiary", "tertiary_link", "unclassified"), 10, ("name",)),
    TileLayer("cycleways", "lines", _cycleways, 11, ("name",)),
    TileLayer(
        "main_roads", "lines", _of("highway", "primary", "primary_link", "secondary", "secondary_link"), 7, ("name",)
    ),
    TileLayer("motorways", "lines", _of("highway", "motorway", "motorway_link", "trunk", "trunk_link"), 5, ("name",)),
    TileLayer("places", "points", _places("city", "town"), 6, ("name", "rank")),
    TileLayer("villages", "points", _places("village", "suburb", "hamlet", "neighbourhood"), 10, ("name", "rank")),
)
