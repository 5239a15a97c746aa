"""The style of the live map: MapLibre's JSON for the same layers and kinds as the server-made picture.

There is no ``glyphs`` key, so MapLibre draws labels with the fonts of the page itself and
asks nobody for fonts.

Source
------
MapLibre Style Specification, root property ``glyphs`` ("omit to use local fonts", GL JS 5.11 and later).
"""

from __future__ import annotations

from typing import Any

from geo.mercator import Box
from geo.svg_background import BACKGROUND_COLOURS, STROKES
from geo.tile_layers import ATTRIBUTION, LAYERS, MAX_ZOOM
from webapp.page.map.kinds import KINDS, Kind

JsonDict = dict[str, Any]

FONTS = ["system-ui", "sans-serif"]
DARK = {
    "ground": "#1c2735",
    "green": "#21332f",
    "wood": "#1f3a31",
    "farmland": "#222f33",
    "sand": "#3a3730",
    "wetland": "#203638",
    "builtup": "#2a3443",
    "water": "#17405c",
    "label": "#dfe7f0",
    "halo": "#1c2735",
}
_DARK_STROKES = {
    "waterways": "#17405c",
    "ditches": "#1b4560",
    "boundaries": "#77808f",
    "ferries": "#6fa9c9",
    "paths": "#4b5666",
    "railways": "#66707f",
    "streets": "#45526a",
    "roads": "#51607a",
    "cycleways": "#4f9c7c",
    "main_roads": "#7d7450",
    "motorways": "#94713b",
}
PDOK_TILES = "https://service.pdok.nl/brt/achtergrondkaart/wmts/v2_0/grijs/EPSG:3857/{z}/{x}/{y}.png"
PDOK_BOUNDS = (3.2, 50.6, 7.3, 53.7)
"""West, south, east, north in degrees; elsewhere PDOK has no map and is not asked for one."""
PDOK_ATTRIBUTION = "Kaartgegevens: Kadaster (PDOK), CC BY 4.0"


def build_style(*, tiles: str, box: Box | None, present: frozenset[str], dark: bool, pdok: bool) -> JsonDict:
    """Build the whole style, features included; the page fills the source ``features``.

    Parameters
    ----------
    tiles
        Address of a tile, with ``{z}``, ``{x}`` and ``{y}``; empty when there are no tiles.
    box
        Where the tiles are; outside it nothing is asked for.
    present
        Layers these tiles have.
    dark
        Colours for a dark page.
    pdok
        Whether the grey map of PDOK is laid over our own ground.
    """
    palette = BACKGROUND_COLOURS | (DARK if dark else {})
    sources: JsonDict = {"features": {"type": "geojson", "data": {"type": "FeatureCollection", "features": []}}}
    layers: list[JsonDict] = [
        {"id": "ground", "type": "background", "paint": {"background-color": palette["ground"]}},
    ]
    if tiles and box is not None:
        sources["network"] = {
            "type": "vector",
            "tiles": [tiles],
            "minzoom": min(layer.min_zoom for layer in LAYERS),
            "maxzoom": MAX_ZOOM,
            "bounds": [box.west, box.south, box.east, box.north],
            "attribution": ATTRIBUTION,
        }
        layers.extend(_fills(palette, present))
        layers.extend(_strokes(present, dark=dark))
    if pdok:
        sources["pdok"] = {
            "type": "raster",
            "tiles": [PDOK_TILES],
            "tileSize": 256,
            "maxzoom": 19,
            "bounds": list(PDOK_BOUNDS),
            "attribution": PDOK_ATTRIBUTION,
        }
        layers.append({"id": "pdok", "type": "raster", "source": "pdok", "paint": {"raster-opacity": 0.9}})
    if tiles:
        layers.extend(_names(palette, present))
    for kind in KINDS.values():
        layers.extend(_feature_layers(kind))
    return {"version": 8, "name": "Stageroute", "sources": sources, "layers": layers}


def _fills(palette: dict[str, str], present: frozenset[str]) -> list[JsonDict]:
    greens = ["match", ["get", "kind"]]
    for kind in ("wood", "farmland", "sand", "wetland"):
        greens += [kind, palette[kind]]
    colours: dict[str, Any] = {
        "green": [*greens, palette["green"]],
        "builtup": palette["builtup"],
        "water": palette["water"],
    }
    return [
        {
            "id": name,
            "type": "fill",
            "source": "network",
            "source-layer": name,
            "paint": {"fill-color": colour, "fill-antialias": True},
        }
        for name, colour in colours.items()
        if name in present
    ]


def _strokes(present: frozenset[str], *, dark: bool) -> list[JsonDict]:
    """Lines: the casings of all layers first, so that crossings look open."""
    casings, lines = [], []
    for name, stroke in STROKES.items():
        if name not in present:
            continue
        colour = _DARK_STROKES[name] if dark else stroke.colour
        base = {"type": "line", "source": "network", "source-layer": name}
        layout = {"line-cap": "butt" if stroke.dash else "round", "line-join": "round"}
        if stroke.casing and not dark:
            casings.append(
                base
                | {
                    "id": f"{name}-casing",
                    "minzoom": 12,
                    "layout": layout,
                    "paint": {"line-color": stroke.casing, "line-width": _width(stroke.width_px, 1.6)},
                }
            )
        paint: JsonDict = {"line-color": colour, "line-width": _width(stroke.width_px, 0)}
        if stroke.casing and not dark:
            paint["line-color"] = ["step", ["zoom"], stroke.casing, 12, colour]
        if stroke.dash:
            paint["line-dasharray"] = [float(part) / stroke.width_px for part in stroke.dash.split()]
        lines.append(base | {"id": name, "layout": layout, "paint": paint})
    return casings + lines


def _width(at_14_px: float, extra_px: float) -> list[Any]:
    """Width growing with the zoom as in the server-made picture."""
    stops: list[Any] = ["interpolate", ["exponential", 1.37], ["zoom"]]
    for zoom in (8, 11, 14, 17):
        stops += [zoom, round(max(0.6, at_14_px * 2.0 ** (0.45 * (zoom - 14))) + extra_px, 2)]
    return stops


def _names(palette: dict[str, str], present: frozenset[str]) -> list[JsonDict]:
    paint = {"text-color": palette["label"], "text-halo-color": palette["halo"], "text-halo-width": 1.6}
    found: list[JsonDict] = []
    roads = [name for name in ("streets", "roads", "main_roads", "cycleways") if name in present]
    found.extend(
        {
            "id": f"{name}-names",
            "type": "symbol",
            "source": "network",
            "source-layer": name,
            "minzoom": 14,
            "layout": {
                "text-field": ["get", "name"],
                "text-font": FONTS,
                "text-size": 11,
                "symbol-placement": "line",
                "symbol-spacing": 350,
            },
            "paint": paint,
        }
        for name in roads
    )
    sizes = ["match", ["get", "kind"], "city", 17, "town", 15, "village", 13, 11.5]
    found.extend(
        {
            "id": name,
            "type": "symbol",
            "source": "network",
            "source-layer": name,
            "layout": {
                "text-field": ["get", "name"],
                "text-font": FONTS,
                "text-size": sizes,
                "symbol-sort-key": ["get", "rank"],
                "text-max-width": 8,
            },
            "paint": paint,
        }
        for name in ("villages", "places")
        if name in present
    )
    return found


def _feature_layers(kind: Kind) -> list[JsonDict]:
    """Layers for one kind of feature; the page's module adds the hatching image itself."""
    base: JsonDict = {"source": "features", "filter": ["==", ["get", "kind"], kind.key]}
    if kind.shape == "point":
        circle = {
            "circle-radius": kind.width_px,
            "circle-color": kind.colour,
            "circle-stroke-color": "#ffffff",
            "circle-stroke-width": 2,
        }
        letter = {
            "text-field": ["coalesce", ["get", "symbol"], kind.symbol],
            "text-font": FONTS,
            "text-size": kind.width_px * 1.25,
            "text-allow-overlap": True,
            "text-ignore-placement": True,
        }
        return [
            base | {"id": f"f-{kind.key}", "type": "circle", "paint": circle},
            base
            | {"id": f"f-{kind.key}-letter", "type": "symbol", "layout": letter, "paint": {"text-color": "#ffffff"}},
        ]
    line: JsonDict = {"line-color": kind.colour, "line-width": kind.width_px}
    if kind.dash:
        line["line-dasharray"] = list(kind.dash)
    layout = {"line-join": "round", "line-cap": "butt" if kind.dash else "round"}
    drawn = base | {"id": f"f-{kind.key}", "type": "line", "layout": layout, "paint": line}
    if kind.shape == "line":
        halo = {"line-color": "#ffffff", "line-width": kind.width_px + 3, "line-opacity": 0.85}
        return [base | {"id": f"f-{kind.key}-halo", "type": "line", "layout": layout, "paint": halo}, drawn]
    if kind.hatched:
        fill = {"fill-pattern": f"hatch-{kind.key}", "fill-opacity": 0.8}
    elif kind.fill:
        fill = {"fill-color": kind.fill, "fill-opacity": kind.opacity}
    else:
        return [drawn]
    return [base | {"id": f"f-{kind.key}-fill", "type": "fill", "paint": fill}, drawn]
