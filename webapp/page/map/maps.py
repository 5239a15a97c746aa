"""The one map of Stageroute: a picture from the server, and the same features for the live map.

A view makes its features once, draws them with :func:`draw_map` and hands the result to the
macro ``map`` (``macros/map.html``); see ``docs/maps.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from markupsafe import Markup

from geo.tile_layers import ATTRIBUTION
from usecases.travel.map_ground import MapGround
from webapp.context import services
from webapp.page.map.features import corners
from webapp.page.map.picture import HEIGHT_PX, WIDTH_PX, Background, draw_features, draw_swatch, legend_of
from webapp.page.map.view import MapView

THE_NETHERLANDS = [(50.75, 3.36), (53.56, 7.23)]


@dataclass(frozen=True)
class LegendLine:
    """One line of the legend: its swatch, its words and how many there are."""

    swatch: Markup
    label: str
    count: int


@dataclass(frozen=True)
class MapPicture:
    """A drawn map, ready for the macro.

    Attributes
    ----------
    svg
        The picture.
    features
        What was drawn, as GeoJSON; embedded in the page when there is no address to read it from.
    legend
        The kinds on this map.
    bounds
        West, south, east, north of what the live map shows first.
    network
        Name of the network whose tiles are behind it, or empty.
    """

    svg: Markup
    features: Mapping[str, Any]
    legend: list[LegendLine]
    bounds: tuple[float, float, float, float]
    title: str
    network: str = ""
    attribution: str = field(default=ATTRIBUTION)


def draw_map(
    features: Mapping[str, Any],
    *,
    title: str,
    description: str,
    words: Mapping[str, str] | None = None,
    around: list[tuple[float, float]] | None = None,
    width_px: int = WIDTH_PX,
    height_px: int = HEIGHT_PX,
    network: str | None = None,
) -> MapPicture:
    """Draw features on the ground of the current network.

    Parameters
    ----------
    features
        From :func:`webapp.page.map.features.collection`.
    title, description
        Short name, and one sentence that says what the map shows to somebody who cannot see it.
    words
        Other words in the legend, by kind.
    around
        Points that must be in view besides the features; without either, the network is.
    network
        Another network than the one in use, whose ground is drawn.
    """
    ground = services().travel.ground(network)
    wanted = corners(features) + (around or [])
    if not wanted:
        wanted = THE_NETHERLANDS
        if ground is not None:
            box = ground.box
            wanted = [(box.south, box.west), (box.north, box.east)]
    view = MapView.around(wanted, width_px, height_px)
    background = None if ground is None else _background(ground, view)
    legend = [
        LegendLine(Markup(draw_swatch(kind)), label, count)  # noqa: S704 - made by us, texts escaped
        for kind, label, count in legend_of(features, words or {})
    ]
    svg = draw_features(features, view, title=title, description=description, background=background)
    return MapPicture(
        Markup(svg),  # noqa: S704 - made by us, texts escaped
        features,
        legend,
        view.bounds(),
        title,
        ground.name if ground is not None else "",
    )


def _background(ground: MapGround, view: MapView) -> Background:
    columns, rows = view.tiles()
    address = url_for(
        "tiles.show_background",
        network=ground.name,
        zoom=view.zoom,
        left=columns.start,
        right=columns.stop - 1,
        top=rows.start,
        bottom=rows.stop - 1,
        v=ground.digest,
    )
    return Background(
        address,
        columns.start * 256 - view.left,
        rows.start * 256 - view.top,
        len(columns) * 256,
        len(rows) * 256,
    )
