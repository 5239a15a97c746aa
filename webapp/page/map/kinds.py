"""What can be drawn on a map, and how: one table for the server-made map and for MapLibre.

No kind is told apart by colour alone: lines differ in dash, areas in edge or hatching,
points in the letter or number they carry, and everything is named in the legend.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flask_babel import LazyString, lazy_gettext

Shape = Literal["area", "line", "point"]


@dataclass(frozen=True)
class Kind:
    """How one kind of thing is drawn.

    Attributes
    ----------
    key
        Value of the property ``kind`` of a feature.
    shape
        Area, line or point.
    label
        Dutch words for the legend.
    colour
        Line, edge or fill of the marker.
    width_px
        Width of a line or an edge, radius of a point.
    dash
        Dash pattern in multiples of the width; empty is solid.
    fill
        Colour of an area; empty is not filled.
    opacity
        Of the fill of an area.
    hatched
        Whether an area is hatched, for those who cannot see the colour.
    symbol
        Letter in a point; the property ``symbol`` of a feature goes before it.
    """

    key: str
    shape: Shape
    label: LazyString
    colour: str
    width_px: float
    dash: tuple[float, ...] = ()
    fill: str = ""
    opacity: float = 0.0
    hatched: bool = False
    symbol: str = ""


BICYCLE, FOOT, CAR, TRANSIT = "#0b6b4f", "#7a4fbf", "#b5482a", "#1a6fb5"
INK, GREY, AMBER = "#16233b", "#5c6675", "#8a5a00"

_ALL = (
    # Areas, the widest first: later ones are drawn above earlier ones.
    Kind("regio", "area", lazy_gettext("Regio"), INK, 2.5),
    Kind("gemeente", "area", lazy_gettext("Gemeente"), GREY, 1.2, (), "#ffffff", 0.25),
    Kind(
        "witte-vlek", "area", "Witte vlek: geen aanbod binnen bereik", "#9b1c1c", 1.6, (), "#9b1c1c", 0.22, hatched=True
    ),
    Kind("stap-4", "area", lazy_gettext("Stap 4"), BICYCLE, 2.0, (2, 2)),
    Kind("stap-3", "area", lazy_gettext("Stap 3"), BICYCLE, 1.4, (), BICYCLE, 0.3, hatched=True),
    Kind("stap-2", "area", lazy_gettext("Stap 2"), BICYCLE, 1.4, (), BICYCLE, 0.25),
    Kind("stap-1", "area", lazy_gettext("Stap 1"), BICYCLE, 1.4, (), BICYCLE, 0.6),
    Kind("bereik-45", "area", lazy_gettext("Binnen 45 minuten"), BICYCLE, 1.0, (1, 2), BICYCLE, 0.12),
    Kind("bereik-30", "area", lazy_gettext("Binnen 30 minuten"), BICYCLE, 1.0, (4, 2), BICYCLE, 0.16),
    Kind("bereik-15", "area", lazy_gettext("Binnen 15 minuten"), BICYCLE, 1.2, (), BICYCLE, 0.22),
    Kind("gebied", "area", lazy_gettext("Gebied"), TRANSIT, 1.6, (4, 2), TRANSIT, 0.12),
    # Lines.
    Kind("weggevallen", "line", lazy_gettext("Los stuk weg, niet gebruikt"), "#9b1c1c", 2.5, (2, 1.5)),
    Kind("verbinding", "line", lazy_gettext("Hoort bij elkaar (niet de route)"), GREY, 1.6, (2, 2)),
    Kind("ov", "line", lazy_gettext("Openbaar vervoer (schatting)"), TRANSIT, 4.0, (4, 1.5)),
    Kind("auto", "line", lazy_gettext("Met de auto"), CAR, 4.0, (3, 1)),
    Kind("lopen", "line", lazy_gettext("Lopend"), FOOT, 4.0, (1, 1)),
    Kind("fiets", "line", lazy_gettext("Op de fiets"), BICYCLE, 4.5),
    # Points.
    Kind("gesloten", "point", lazy_gettext("Gesloten"), GREY, 8, symbol="×"),
    Kind("plekken", "point", lazy_gettext("Stageplekken per vak"), AMBER, 9),
    Kind("plek", "point", lazy_gettext("Stageplek"), BICYCLE, 10, symbol="S"),
    Kind("partner", "point", lazy_gettext("Mbo-partner"), FOOT, 10, symbol="M"),
    Kind("school-klein", "point", lazy_gettext("Kleine school"), TRANSIT, 8, symbol="P"),
    Kind("school", "point", lazy_gettext("School"), TRANSIT, 10, symbol="P"),
    Kind("school-groot", "point", lazy_gettext("Grote school"), TRANSIT, 13, symbol="P"),
    Kind("samenwerking", "point", lazy_gettext("Samenwerking, met de trede op de ladder"), BICYCLE, 11),
    Kind("keuze", "point", lazy_gettext("Gekozen"), AMBER, 12, symbol="★"),
    Kind("pin", "point", lazy_gettext("Proefpunt"), "#9b1c1c", 11, symbol="?"),
    Kind("leerling", "point", lazy_gettext("Woonplek van de leerling (postcode)"), INK, 11, symbol="L"),
    Kind("naar", "point", lazy_gettext("Naar"), INK, 12, symbol="B"),
    Kind("van", "point", lazy_gettext("Van"), INK, 12, symbol="A"),
)

KINDS: dict[str, Kind] = {kind.key: kind for kind in _ALL}
"""Every kind, in drawing order."""
