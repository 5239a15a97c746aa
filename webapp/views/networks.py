"""Wegennetten: the beheerder sees what trips are computed on, what was left out, and builds a new one."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from usecases.people.roles import INSTALLATION, Role
from usecases.refusals import REFUSALS, sentences
from usecases.travel.networks import BUILD
from webapp.access import allow, principal
from webapp.context import services
from webapp.page.filters import getal
from webapp.page.map.features import collection, point, shape
from webapp.page.map.maps import draw_map

bp = Blueprint("networks", __name__, url_prefix="/wegennetten")


@bp.get("")
@allow(Role.BEHEERDER)
def show_networks() -> str:
    """List the networks, and the extracts that one can be built from."""
    return _list_page({})


def _list_page(errors: dict[str, str]) -> str:
    found = services().networks
    extracts = found.extracts()
    return render_template(
        "wegennetten.html",
        networks=found.every(),
        extracts=extracts,
        extract_options=[(one.name, f"{one.name} ({getal(one.size_bytes / 1e6, 1)} MB)") for one in extracts],
        errors=errors,
        asked=request.form,
    )


@bp.get("/<name>")
@allow(Role.BEHEERDER)
def show_network(name: str) -> str:
    """Show one network: where it comes from, and per definition what is not connected with the rest."""
    graph = services().networks.open(name) or abort(404)
    definition = request.args.get("definitie", "fiets-snelst")
    if definition not in graph.definitions:
        definition = graph.definitions[0]
    dropped = graph.dropped[definition]
    lines = graph.dropped_lines(definition)
    features = [
        point("gesloten", (piece["lat"], piece["lon"]), _piece_name(piece), symbol=str(rank))
        for rank, piece in enumerate(dropped["biggest"], 1)
    ]
    if lines["geometry"]["coordinates"]:
        features.append(shape("weggevallen", lines["geometry"], gettext("Losse stukken weg")))
    definitions = services().travel.definitions()
    south, west, north, east = graph.bbox
    picture = draw_map(
        collection(features),
        title=gettext("Losse stukken weg"),
        description=gettext(
            "%(pieces)s losse stukken weg, samen %(km)s kilometer, die niet verbonden zijn met de rest van %(name)s.",
            pieces=dropped["pieces"],
            km=round(dropped["metres"] / 1000, 1),
            name=name,
        ),
        words={"gesloten": gettext("De grootste losse stukken, genummerd zoals in de tabel")},
        around=[(south, west), (north, east)],
        network=name,
    )
    return render_template(
        "wegennet.html",
        graph=graph,
        definition=definition,
        dropped=dropped,
        picture=picture,
        definition_options=[(key, definitions[key].title if key in definitions else key) for key in graph.definitions],
        in_use=services().travel.current_name() == name,
        piece_name=_piece_name,
    )


def _piece_name(piece: dict[str, object]) -> str:
    streets = piece["streets"]
    assert isinstance(streets, list)  # noqa: S101 - written by the build
    named = ", ".join(streets) or str(gettext("wegen zonder naam"))
    return f"{named} ({piece['place']})" if piece.get("place") else named


@bp.post("/<name>/gebruik")
@allow(Role.BEHEERDER)
def use_network(name: str) -> Response:
    """Compute every trip on this network from now on."""
    if services().networks.open(name) is None:
        abort(404)
    services().travel.choose(name, by=principal().label)
    flash(gettext("Vanaf nu wordt elke reis berekend op wegennet %(name)s.", name=name))
    return redirect(url_for("networks.show_networks"), 303)


@bp.post("/bouw")
@allow(Role.BEHEERDER)
def build_network() -> Response | tuple[str, int]:
    """Ask for a build; a worker does it, and trips go on over the present network meanwhile."""
    file, name = request.form.get("bestand", ""), request.form.get("naam", "").strip()
    try:
        services().networks.check(file, name)
    except REFUSALS as refusal:
        return _list_page({"naam" if file else "bestand": sentences(refusal)[0]}), 422
    job_id = services().jobs.start(
        BUILD,
        {"file": file, "name": name},
        owner=INSTALLATION,
        by=principal().label,
        title=str(gettext("Wegennet %(name)s bouwen uit %(file)s", name=name, file=file)),
    )
    return redirect(url_for("jobs.show_job", job_id=job_id), 303)
