"""The quiet background of a server-made map: water, green, built-up area, roads and place names as one SVG.

Drawn from the same vector tiles that MapLibre shows, so both maps agree. Colours and widths
are presentation attributes: no style element, no inline style, fit for a strict content
security policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from geo.mercator import TILE_PX
from geo.tile_archive import TileArchive
from geo.vector_tile import Layer, read_layers

MAX_TILES = 24
"""Largest picture, in tiles; a wider view belongs on a lower zoom level."""


@dataclass(frozen=True)
class Stroke:
    """How a line is drawn: colour, width in pixels at zoom 14, dash pattern in pixels."""

    colour: str
    width_px: float
    casing: str = ""
    dash: str = ""


BACKGROUND_COLOURS: dict[str, str] = {
    "ground": "#f4f6f3",
    "green": "#e3eddc",
    "wood": "#d3e4ca",
    "farmland": "#eef1e4",
    "sand": "#f3ecd6",
    "wetland": "#dcebe4",
    "builtup": "#ebe8e2",
    "water": "#bcd9e8",
    "label": "#3b4657",
    "halo": "#f4f6f3",
}
"""Colours of land and names by layer, or by kind of green."""
_AREAS = ("green", "builtup", "water")
STROKES: dict[str, Stroke] = {
    "waterways": Stroke("#a9cde0", 3.0),
    "ditches": Stroke("#bcd9e8", 1.0),
    "boundaries": Stroke("#9a8fa3", 1.2, dash="6 4"),
    "ferries": Stroke("#5a93b3", 1.4, dash="5 4"),
    "paths": Stroke("#cfc9bd", 1.0, dash="3 2"),
    "railways": Stroke("#a7a7a7", 1.4),
    "streets": Stroke("#ffffff", 2.6, "#d8d5cd"),
    "roads": Stroke("#ffffff", 3.6, "#cfcbc0"),
    "cycleways": Stroke("#8cbfa8", 1.4),
    "main_roads": Stroke("#fdf3d3", 4.6, "#d9c48a"),
    "motorways": Stroke("#f7d9a8", 6.0, "#cf9f52"),
}
_DRAWN = frozenset(_AREAS) | frozenset(STROKES)
_COARSENESS = 2
"""Corners are rounded to four tile units, a quarter of a pixel: a third fewer bytes and no visible difference."""
_NAMED = ("places", "villages")
_LABEL_PX = {"city": 17.0, "town": 15.0, "village": 12.5, "suburb": 11.5, "hamlet": 10.5, "neighbourhood": 10.5}
_LABEL_FROM_ZOOM = {"city": 0, "town": 8, "village": 11, "suburb": 12, "hamlet": 13, "neighbourhood": 14}


def draw_background(archive: TileArchive, zoom: int, x_range: range, y_range: range) -> str:
    """Draw whole tiles as one SVG picture.

    Parameters
    ----------
    archive
        Tiles of the network.
    zoom
        Zoom level of the picture; beyond the deepest tiles these are enlarged.
    x_range, y_range
        Columns and rows of tiles, at most :data:`MAX_TILES` together.

    Returns
    -------
    str
        An SVG document of ``256`` pixels per tile.

    Raises
    ------
    ValueError
        The picture is empty or larger than :data:`MAX_TILES`.
    """
    if not 0 < len(x_range) * len(y_range) <= MAX_TILES:
        raise ValueError("a background has between 1 and 24 tiles")
    width, height = len(x_range) * TILE_PX, len(y_range) * TILE_PX
    depth = max(0, zoom - archive.max_zoom)
    tiles: list[_Placed] = []
    for x in range(x_range.start >> depth, ((x_range.stop - 1) >> depth) + 1):
        for y in range(y_range.start >> depth, ((y_range.stop - 1) >> depth) + 1):
            raw = archive.tile(zoom - depth, x, y)
            if raw is not None:
                layers = read_layers(raw, _DRAWN | frozenset(_NAMED))
                size = TILE_PX << depth
                tiles.append(
                    _Placed(
                        layers,
                        (x << depth) * TILE_PX - x_range.start * TILE_PX,
                        (y << depth) * TILE_PX - y_range.start * TILE_PX,
                        size,
                    )
                )
    body = [
        f"<rect width='{width}' height='{height}' fill='{BACKGROUND_COLOURS['ground']}'/>",
        *(_fill(tiles, name) for name in _AREAS),
        *(_stroke(tiles, name, stroke, zoom) for name, stroke in STROKES.items()),
        _labels(tiles, zoom, width, height),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{"".join(body)}</svg>'
    )


@dataclass(frozen=True)
class _Placed:
    """A tile with its place and size in the picture, in pixels."""

    layers: dict[str, Layer]
    left: int
    top: int
    size_px: int

    def group(self, layer: Layer, content: str) -> str:
        scale = (self.size_px << _COARSENESS) / layer.extent
        return f'<g transform="translate({self.left} {self.top}) scale({scale:.6g})">{content}</g>'


def _fill(tiles: list[_Placed], name: str) -> str:
    """Areas of one layer, one path per colour and tile."""
    drawn: list[str] = []
    for tile in tiles:
        layer = tile.layers.get(name)
        if layer is None:
            continue
        paths: dict[str, list[str]] = {}
        for feature in layer.features:
            if feature.shape == "area":
                shade = str(feature.attributes.get("kind")) if name == "green" else name
                colour = BACKGROUND_COLOURS.get(shade, BACKGROUND_COLOURS[name])
                paths.setdefault(colour, []).append(feature.path(_COARSENESS))
        content = "".join(f'<path fill="{colour}" d="{"".join(parts)}"/>' for colour, parts in paths.items())
        drawn.append(tile.group(layer, content))
    return "".join(drawn)


def _stroke(tiles: list[_Placed], name: str, stroke: Stroke, zoom: int) -> str:
    """Lines of one layer: first all casings, then all lines, so that crossings look open."""
    growth = 2.0 ** (0.45 * (min(zoom, 17) - 14))
    width_px = max(0.6, stroke.width_px * growth)
    casing, lines = [], []
    for tile in tiles:
        layer = tile.layers.get(name)
        if layer is None:
            continue
        path = "".join(feature.path(_COARSENESS) for feature in layer.features if feature.shape != "point")
        unit = layer.extent / (tile.size_px << _COARSENESS)
        round_ends = 'fill="none" stroke-linecap="round" stroke-linejoin="round"'
        if stroke.casing and zoom >= 12:
            content = (
                f'<path {round_ends} stroke="{stroke.casing}" stroke-width="{(width_px + 1.6) * unit:.5g}" d="{path}"/>'
            )
            casing.append(tile.group(layer, content))
        dash = ""
        if stroke.dash:
            lengths = " ".join(f"{float(part) * unit:.5g}" for part in stroke.dash.split())
            dash = f' stroke-dasharray="{lengths}"'
            round_ends = 'fill="none"'
        colour = stroke.casing if stroke.casing and zoom < 12 else stroke.colour
        content = f'<path {round_ends} stroke="{colour}" stroke-width="{width_px * unit:.5g}"{dash} d="{path}"/>'
        lines.append(tile.group(layer, content))
    return "".join(casing) + "".join(lines)


def _labels(tiles: list[_Placed], zoom: int, width: int, height: int) -> str:
    """Place names, the most important first; a name that would touch another is left out."""
    found: list[tuple[float, str, float, float, float]] = []
    for tile in tiles:
        for name in _NAMED:
            layer = tile.layers.get(name)
            for feature in layer.features if layer else ():
                kind, text = str(feature.attributes.get("kind")), str(feature.attributes.get("name", ""))
                if not text or zoom < _LABEL_FROM_ZOOM.get(kind, 99) or not layer:
                    continue
                scale, rank = tile.size_px / layer.extent, float(feature.attributes.get("rank", 9))
                found.extend(
                    (rank, text, tile.left + across * scale, tile.top + down * scale, _LABEL_PX[kind])
                    for across, down in feature.points()
                )
    taken: list[tuple[float, float, float, float]] = []
    drawn: list[str] = []
    ink, halo = BACKGROUND_COLOURS["label"], BACKGROUND_COLOURS["halo"]
    for _rank, text, x, y, size_px in sorted(found):
        half = len(text) * size_px * 0.3
        box = (x - half, y - size_px, x + half, y + size_px * 0.4)
        inside = box[0] >= 2 and box[1] >= 2 and box[2] <= width - 2 and box[3] <= height - 2
        if not inside or any(_overlap(box, other) for other in taken):
            continue
        taken.append(box)
        drawn.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size_px:g}" text-anchor="middle" '
            f'font-family="system-ui, sans-serif" fill="{ink}" stroke="{halo}" stroke-width="3" '
            f'stroke-linejoin="round" paint-order="stroke">{escape(text)}</text>'
        )
    return "".join(drawn)


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
