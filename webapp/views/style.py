"""The style guide: every part of the pages once, with invented data, for who builds a page."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

from flask import Blueprint, render_template, request

from usecases.people.roles import Role
from webapp.access import allow
from webapp.page.home.actions import Action
from webapp.page.listing import Listing, ListQuery
from webapp.page.map.features import collection, line, point, shape
from webapp.page.map.maps import MapPicture, draw_map

bp = Blueprint("style", __name__)

_NAMES = ("De Merel", "De Wilg", "Het Anker", "Waterrijk", "De Brug", "Zonneheuvel", "Het Kompas", "De Linde")
_SCHOOLS = tuple(
    SimpleNamespace(naam=f"Praktijkschool {name}", plaats=place, leerlingen=pupils, bedrag=pupils * 6667)
    for name, place, pupils in zip(
        _NAMES,
        ("Merenveld", "Oosterwold", "Havenstad", "Waterrijk", "Brugge", "Heuvel", "Merenveld", "Lindedorp"),
        (118, 204, 87, 61, 142, 99, 1310, 45),
        strict=True,
    )
)
_SAMPLE = SimpleNamespace(
    actions=[
        Action("3 leerlingen zonder plek", "#", "zoek samen een voorstel", 3),
        Action("Bakkerij Van Dam trok een plek in op dinsdag", "#", "bekijk vervanging voor 2 leerlingen", 2),
        Action("2 reserveringen verlopen vrijdag", "#", "bevestig of geef vrij", 2),
    ],
    steps=[
        SimpleNamespace(
            number=1,
            title="Bekostigde mbo in de regio",
            state="done",
            state_label="afgerond",
            finding="ROC Merenveld wees af op 3 september 2026: geen plaats voor groen.",
        ),
        SimpleNamespace(
            number=2, title="Andere bekostigde mbo in de regio", state="open", state_label="nu bezig", finding=None
        ),
        SimpleNamespace(
            number=3, title="Bekostigde mbo in een andere regio", state="closed", state_label="nog dicht", finding=None
        ),
        SimpleNamespace(
            number=4, title="Niet-bekostigde mbo", state="closed", state_label="alleen bij uitzondering", finding=None
        ),
    ],
    attempts=[
        {
            "date": date(2026, 9, 10),
            "title": "gesprek",
            "by": "J. de Boer",
            "text": "Zij antwoorden voor 1 oktober.",
        },
        {"date": date(2026, 9, 24), "title": "geen reactie", "by": "J. de Boer", "text": "Tweede poging per brief."},
    ],
    bins=[
        {"label": label, "a": a, "b": b}
        for label, a, b in (
            ("0–10", 12, 19),
            ("10–20", 24, 18),
            ("20–30", 17, 9),
            ("30–40", 5, 6),
            ("40–50", 0, 4),
            ("50–60", 0, 1),
            ("60–70", 0, 1),
        )
    ],
    bars=[
        {"label": f"Praktijkschool {name}", "value": value, "text": f"€ {value}.000,00"}
        for name, value in zip(_NAMES[:4], (19, 14, 12, 10), strict=True)
    ],
    dots=[
        {"label": "Merenveld", "value": 96, "text": "96%", "earlier": 91},
        {"label": "Havenstad", "value": 83, "text": "83%", "earlier": 60},
        {"label": "Lindedorp", "value": 41, "text": "41%", "earlier": 44},
        {"label": "Eiland", "value": None, "text": "geen leerlingen"},
    ],
)
_KEYS = {name: lambda row, name=name: getattr(row, name) for name in ("naam", "plaats", "leerlingen", "bedrag")}


_BLANK = {
    "type": "Polygon",
    "coordinates": [[[5.42, 52.61], [5.5, 52.61], [5.5, 52.655], [5.45, 52.65], [5.42, 52.61]]],
}


def _draw_sample() -> MapPicture:
    features = collection(
        [
            shape("witte-vlek", _BLANK, "Lindedorp", detail="61 leerlingen, geen partner binnen 45 minuten fietsen"),
            line(
                "fiets", [(52.63, 5.38), (52.638, 5.4), (52.641, 5.43)], "Route op de fiets", detail="14 min · 3,6 km"
            ),
            point("leerling", (52.63, 5.38), "Leerling 0417"),
            point("plek", (52.641, 5.43), "Hoveniersbedrijf Wilg", detail="14 min · 3,6 km", symbol="1", href="#tabel"),
            point("plek", (52.62, 5.41), "Bakkerij Van Dam", detail="17 min · 4,2 km", symbol="2", href="#tabel"),
        ]
    )
    return draw_map(
        features,
        title="Plekken op de kaart",
        description="Twee plekken bij leerling 0417; de dichtstbijzijnde is 14 minuten fietsen.",
    )


@bp.get("/stijl")
@allow(Role.BEHEERDER)
def show_style() -> str:
    """Show every part of the pages."""
    query = ListQuery.read(request.args, sortable=tuple(_KEYS), default="naam", size=5)
    listing = Listing.of_all(query, _SCHOOLS, _KEYS)
    return render_template("stijl.html", sample=_SAMPLE, listing=listing, picture=_draw_sample())
