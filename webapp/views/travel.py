"""Reistijd: from one place to another by bicycle, on foot and by car, and how far one comes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext

from webapp.access import allow
from webapp.context import services
from webapp.page.filters import km, minuten
from webapp.page.map.journeys import MODES, Journey, Question, compute_journey, features_of
from webapp.page.map.maps import draw_map

bp = Blueprint("travel", __name__)


@bp.get("/reistijd")
@allow()
def show_travel() -> tuple[str, int]:
    """Show the form, and the answer when a place was given; the query string is the state."""
    travel = services().travel
    question = Question.read(request.args)
    network = travel.graph()
    if network is None:
        return render_template("no_network.html"), 200
    journey = compute_journey(travel, question)
    features = features_of(journey, network.bbox)
    picture = draw_map(
        features,
        title=gettext("Kaart van de reis"),
        description=_describe(journey, features),
        words={
            "van": gettext("Van: %(place)s", place=journey.origin.label) if journey.origin else "",
            "naar": gettext("Naar: %(place)s", place=journey.destination.label) if journey.destination else "",
        },
    )
    page = render_template(
        "reistijd.html",
        question=question,
        journey=journey,
        picture=picture,
        modes=MODES,
        definitions=travel.definitions(),
        network=network,
        finds_addresses=travel.finds_addresses,
    )
    return page, 422 if journey.faults else 200


def _describe(journey: Journey, features: Mapping[str, Any]) -> str:
    """One sentence that says what the map shows."""
    if journey.origin is None or not features["features"]:
        return str(gettext("De wegen en het water van het netwerk dat in gebruik is."))
    if journey.chosen is None or journey.chosen.trip.reason is not None:
        if journey.areas:
            return str(
                gettext(
                    "Hoe ver iemand komt vanaf %(place)s in 15, 30 en 45 minuten: %(size)s km² in 45 minuten.",
                    place=journey.origin.label,
                    size=round(journey.areas[-1].square_km),
                )
            )
        shown = [one["properties"]["label"] for one in features["features"] if one["geometry"]["type"] == "Point"]
        return str(gettext("De gekozen plek: %(place)s.", place=" · ".join(shown)))
    trip = journey.chosen.trip
    ways = {"fiets": gettext("op de fiets"), "lopen": gettext("lopend"), "auto": gettext("met de auto")}
    return str(
        gettext(
            "De route van %(origin)s naar %(destination)s %(how)s: %(time)s, %(length)s.",
            origin=journey.origin.label,
            destination=journey.destination.label if journey.destination else "",
            how=ways[journey.question.mode],
            time=minuten(trip.seconds),
            length=km(trip.metres),
        )
    )
