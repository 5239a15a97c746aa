"""Draw the features of a map as SVG on the server: the map for everybody without JavaScript or WebGL, and for print.

Only classes and presentation attributes are used, never a style: the content security policy forbids it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from webapp.page.map.features import corners
from webapp.page.map.kinds import KINDS, Kind
from webapp.page.map.view import MapView

WIDTH_PX, HEIGHT_PX = 760, 540
#: From this many points of one kind the picture shows dots without letters and names; the table has the names.
_DOTS_FROM = 400
_DOT_PX = 4


@dataclass(frozen=True)
class Background:
    """Picture behind the features: its address and its place in the window, in world pixels."""

    address: str
    left: float
    top: float
    width: float
    height: float


def draw_features(
    features: Mapping[str, Any], view: MapView, *, title: str, description: str, background: Background | None
) -> str:
    """Draw a collection as an SVG image with a title and a description.

    Parameters
    ----------
    features
        A FeatureCollection of :mod:`webapp.page.map.features`.
    view
        The window.
    title, description
        Short name and full sentence of what the map shows, for those who do not see it.
    background
        Picture of land, water and roads, or none.
    """
    key = uuid5(NAMESPACE_URL, f"{title}|{description}|{view}").hex[:8]
    body: list[str] = []
    if background is not None:
        body.append(
            f'<image class="map-ground" href="{escape(background.address)}" x="{background.left:.1f}" '
            f'y="{background.top:.1f}" width="{background.width:.1f}" height="{background.height:.1f}"/>'
        )
    kinds = [KINDS[one["properties"]["kind"]] for one in features["features"]]
    body.extend(_hatch(kind, key, view.scale) for kind in {kind.key: kind for kind in kinds}.values() if kind.hatched)
    counts = Counter(kind.key for kind in kinds)
    crowds: dict[str, list[Mapping[str, Any]]] = {}
    for feature, kind in zip(features["features"], kinds, strict=True):
        if kind.shape == "point" and counts[kind.key] >= _DOTS_FROM:
            crowds.setdefault(kind.key, []).append(feature)
            if len(crowds[kind.key]) == counts[kind.key]:
                body.append(_draw_crowd(crowds[kind.key], kind, view))
        else:
            body.append(_draw(feature, kind, view, key))
    body.append(_scale_bar(view))
    # An image has no parts one can reach; a picture with links is a group.
    role = "group" if any("href" in one["properties"] for one in features["features"]) else "img"
    return (
        f'<svg class="map-picture" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {view.width:.1f} {view.height:.1f}" '
        f'role="{role}" aria-labelledby="map-title-{key} map-desc-{key}">'
        f'<title id="map-title-{key}">{escape(title)}</title><desc id="map-desc-{key}">{escape(description)}</desc>'
        f"{''.join(body)}</svg>"
    )


def legend_of(features: Mapping[str, Any], words: Mapping[str, str]) -> list[tuple[Kind, str, int]]:
    """Kinds on this map with their words and how many there are, in drawing order turned around: points first."""
    counts: dict[str, int] = {}
    for feature in features["features"]:
        kind = feature["properties"]["kind"]
        counts[kind] = counts.get(kind, 0) + 1
    return [
        (kind, words.get(key) or str(kind.label), counts[key]) for key, kind in reversed(KINDS.items()) if key in counts
    ]


def draw_swatch(kind: Kind) -> str:
    """Small picture of a kind for the legend; its meaning stands in words beside it."""
    if kind.shape == "point":
        inside = _marker(kind, kind.symbol, 14, 10, 0.7)
    elif kind.shape == "line":
        inside = f'<path d="M1 10H27" {_line_attributes(kind, 0.9)}/>'
    else:
        pattern = _hatch(kind, "legend", 0.8) if kind.hatched else ""
        inside = f'{pattern}<path d="M2 2H26V18H2z" {_area_attributes(kind, "legend", 0.8)}/>'
    return (
        '<svg class="map-swatch" width="28" height="20" viewBox="0 0 28 20" aria-hidden="true" focusable="false">'
        f"{inside}</svg>"
    )


def everything(features: Mapping[str, Any], otherwise: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points the view must hold: those of the features, or the given ones when there are none."""
    return corners(features) or list(otherwise)


def _draw(feature: Mapping[str, Any], kind: Kind, view: MapView, key: str) -> str:
    properties, geometry = feature["properties"], feature["geometry"]
    name = escape(": ".join(filter(None, (properties.get("label", ""), properties.get("detail", "")))))
    title = f"<title>{name}</title>" if name else ""
    if kind.shape == "point":
        x, y = view.place(geometry["coordinates"][1], geometry["coordinates"][0])
        mark = _marker(kind, properties.get("symbol", kind.symbol), x, y, view.scale)
        drawn = f'<g class="map-point map-point--{kind.key}">{title}{mark}</g>'
    elif kind.shape == "line":
        path = "".join(_path(part, view) for part in _parts(geometry))
        halo = (
            f'<path d="{path}" fill="none" stroke="#ffffff" stroke-width="{(kind.width_px + 3) * view.scale:.2f}" '
            'stroke-linejoin="round" stroke-linecap="round" stroke-opacity="0.85"/>'
        )
        drawn = (
            f'<g class="map-line map-line--{kind.key}">{title}{halo}'
            f'<path d="{path}" {_line_attributes(kind, view.scale)}/></g>'
        )
    else:
        path = "".join(_path(part, view, close=True) for part in _parts(geometry))
        drawn = (
            f'<g class="map-area map-area--{kind.key}">{title}'
            f'<path d="{path}" {_area_attributes(kind, key, view.scale)}/></g>'
        )
    href = properties.get("href")
    return f'<a href="{escape(href)}" tabindex="-1" aria-label="{name}">{drawn}</a>' if href else drawn


def _draw_crowd(crowd: Sequence[Mapping[str, Any]], kind: Kind, view: MapView) -> str:
    """Draw many points as one path of dots, one dot for all points in a square of a few pixels."""
    step = _DOT_PX * view.scale
    squares = set()
    for feature in crowd:
        lon, lat = feature["geometry"]["coordinates"]
        x, y = view.place(lat, lon)
        if 0 <= x <= view.width and 0 <= y <= view.height:
            squares.add((round(x / step), round(y / step)))
    path = "".join(f"M{column * step:.0f} {row * step:.0f}h0" for column, row in sorted(squares))
    return (
        f'<path class="map-crowd map-crowd--{kind.key}" d="{path}" fill="none" stroke="{kind.colour}" '
        f'stroke-width="{step:.2f}" stroke-linecap="round"/>'
    )


def _marker(kind: Kind, symbol: str, x: float, y: float, scale: float) -> str:
    radius = kind.width_px * scale
    size = radius * (1.25 if len(symbol) < 2 else 1.0)
    letter = (
        f'<text x="{x:.1f}" y="{y + size * 0.36:.1f}" font-size="{size:.1f}" font-weight="700" text-anchor="middle" '
        f'font-family="system-ui, sans-serif" fill="#ffffff">{escape(symbol)}</text>'
    )
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{kind.colour}" stroke="#ffffff" '
        f'stroke-width="{2 * scale:.2f}"/>{letter}'
    )


def _line_attributes(kind: Kind, scale: float) -> str:
    width = kind.width_px * scale
    cap = "butt" if kind.dash else "round"
    return (
        f'fill="none" stroke="{kind.colour}" stroke-width="{width:.2f}" stroke-linejoin="round" '
        f'stroke-linecap="{cap}"{_dash(kind, width)}'
    )


def _area_attributes(kind: Kind, key: str, scale: float) -> str:
    width = kind.width_px * scale
    if kind.hatched:
        fill = f'fill="url(#hatch-{kind.key}-{key})"'
    elif kind.fill:
        fill = f'fill="{kind.fill}" fill-opacity="{kind.opacity:g}"'
    else:
        fill = 'fill="none"'
    return (
        f'{fill} fill-rule="evenodd" stroke="{kind.colour}" stroke-width="{width:.2f}" '
        f'stroke-linejoin="round"{_dash(kind, width)}'
    )


def _dash(kind: Kind, width: float) -> str:
    if not kind.dash:
        return ""
    lengths = " ".join(f"{part * width:.1f}" for part in kind.dash)
    return f' stroke-dasharray="{lengths}"'


def _hatch(kind: Kind, key: str, scale: float) -> str:
    step = 7 * scale
    return (
        f'<defs><pattern id="hatch-{kind.key}-{key}" width="{step:.1f}" height="{step:.1f}" '
        'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="{step:.1f}" height="{step:.1f}" fill="{kind.fill}" fill-opacity="{kind.opacity / 2:g}"/>'
        f'<path d="M0 0V{step:.1f}" stroke="{kind.colour}" stroke-width="{step * 0.45:.1f}" stroke-opacity="0.7"/>'
        "</pattern></defs>"
    )


def _scale_bar(view: MapView) -> str:
    length, words = view.scale_bar()
    x, y, unit = 14 * view.scale, view.height - 14 * view.scale, view.scale
    return (
        f'<g class="map-scale"><path d="M{x:.1f} {y - 6 * unit:.1f}V{y:.1f}H{x + length:.1f}V{y - 6 * unit:.1f}" '
        f'fill="none" stroke="#16233b" stroke-width="{1.5 * unit:.2f}"/>'
        f'<text x="{x + length / 2:.1f}" y="{y - 5 * unit:.1f}" font-size="{12 * unit:.1f}" text-anchor="middle" '
        f'font-family="system-ui, sans-serif" fill="#16233b" stroke="#ffffff" stroke-width="{3 * unit:.1f}" '
        f'paint-order="stroke">{words}</text></g>'
    )


def _parts(geometry: Mapping[str, Any]) -> Iterable[Sequence[Sequence[float]]]:
    """Every line or ring of a geometry, as positions with longitude first."""
    coordinates = geometry["coordinates"]
    match geometry["type"]:
        case "LineString":
            yield coordinates
        case "MultiLineString" | "Polygon":
            yield from coordinates
        case "MultiPolygon":
            for polygon in coordinates:
                yield from polygon
        case other:
            raise ValueError(f"a map cannot draw a {other} as a line or an area")


def _path(positions: Sequence[Sequence[float]], view: MapView, *, close: bool = False) -> str:
    """Path data of one line or ring."""
    return "M" + "L".join([f"{x:.1f} {y:.1f}" for x, y in view.path(positions)]) + ("z" if close else "")
