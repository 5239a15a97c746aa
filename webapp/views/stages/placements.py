"""The register: placements with their status, and the steps a person takes."""

from __future__ import annotations

from collections import Counter
from datetime import date

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from matching.errors import InvalidValueError, MatchingError
from matching.places.register import Status, Withdrawal
from usecases.refusals import sentences
from webapp.access import allow
from webapp.context import services
from webapp.page.listing import Listing, ListQuery
from webapp.views.stages.pupils import pupil_page
from webapp.views.stages.scope import COORDINATOR, actor, own_schools, placement_owner

bp = Blueprint("placements", __name__)


@bp.get("/plaatsingen")
@allow(COORDINATOR)
def show_register() -> str:
    """List every placement of the own schools, newest first, with a filter on status."""
    everything = services().stages.people.placements(own_schools())
    wanted = request.args.get("status", "")
    shown = [row for row in everything if not wanted or row.placement.status.value == wanted]
    query = ListQuery.read(
        request.args, sortable=("van", "leerling", "bedrijf", "reis"), default="van", descending=True
    )
    keys = {
        "van": lambda row: (row.placement.period.first, row.placement.id),
        "leerling": lambda row: row.placement.pupil,
        "bedrijf": lambda row: row.company,
        "reis": lambda row: row.placement.minutes,
    }
    return render_template(
        "stages/register.html",
        listing=Listing.of_all(query, shown, keys),
        counts=Counter(row.placement.status for row in everything),
        travel_costs=sum(row.placement.travel_costs for row in everything),
        statuses=list(Status),
        wanted=wanted,
        total=len(everything),
    )


@bp.post("/plaatsingen/<placement_id>/stap")
@allow(COORDINATOR, within=placement_owner)
def move(placement_id: str) -> Response:
    """Take the next step: bevestigd, gestart or afgerond."""
    wanted = request.form.get("status", "")
    status = next((status for status in Status if status.value == wanted), None)
    if status not in {Status.CONFIRMED, Status.STARTED, Status.FINISHED}:
        raise InvalidValueError("Kies bevestigd, gestart of afgerond.")
    matching = services().stages
    try:
        placement = matching.core.register.move(
            placement_id, status, actor=actor(), note=request.form.get("toelichting", "")
        )
    except MatchingError as error:
        refused = matching.people.placement(placement_id) or abort(404)
        return make_response(pupil_page(refused.pupil, sentences(error)), 422)
    flash(gettext("De plaatsing is nu: %(status)s.", status=placement.status.value), "success")
    return redirect(url_for("pupils.show_pupil", pupil_id=placement.pupil), 303)


@bp.post("/plaatsingen/<placement_id>/intrekken")
@allow(COORDINATOR, within=placement_owner)
def withdraw(placement_id: str) -> Response:
    """End a placement early, with who and why."""
    wanted = request.form.get("reden", "")
    code = next((code for code in Withdrawal if code.value == wanted), None)
    if code is None:
        raise InvalidValueError("Kies een reden voor het intrekken.")
    placement = services().stages.core.register.withdraw(
        placement_id, code, actor=actor(), note=request.form.get("toelichting", "")
    )
    flash(gettext("De plaatsing is ingetrokken. De plek is weer vrij."), "success")
    return redirect(url_for("pupils.show_pupil", pupil_id=placement.pupil), 303)


@bp.post("/plaatsingen/<placement_id>/reden")
@allow(COORDINATOR, within=placement_owner)
def give_reason(placement_id: str) -> Response:
    """Write down why a trip above the norm is right."""
    placement = services().stages.core.register.give_reason(placement_id, request.form.get("reden", ""), actor=actor())
    flash(gettext("De reden is bewaard."), "success")
    return redirect(url_for("pupils.show_pupil", pupil_id=placement.pupil), 303)


@bp.post("/plaatsingen/<placement_id>/verlengen")
@allow(COORDINATOR, within=placement_owner)
def extend(placement_id: str) -> Response:
    """Keep a reservation longer."""
    try:
        until = date.fromisoformat(request.form.get("tot", ""))
    except ValueError:
        raise InvalidValueError("Vul een datum in tot wanneer de reservering blijft staan.") from None
    placement = services().stages.core.register.extend(placement_id, until, on=services().today(), actor=actor())
    flash(gettext("De reservering blijft staan tot en met %(day)s.", day=f"{until:%d-%m-%Y}"), "success")
    return redirect(url_for("pupils.show_pupil", pupil_id=placement.pupil), 303)
