"""Forms for what the law on minors asks: hours and tasks of a place, age of a pupil, the signature of a parent."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from matching.errors import InvalidValueError
from usecases.stages.lawful_work import read_pupil_facts, read_work
from webapp.access import allow
from webapp.context import services
from webapp.views.stages.scope import COORDINATOR, actor, place_owner, placement_owner, pupil_owner

bp = Blueprint("law", __name__)


@bp.post("/plekken/<place_id>/tijden")
@allow(COORDINATOR, within=place_owner)
def change_work(place_id: str) -> Response:
    """Set hours, kinds of task and supervision of a place."""
    work = read_work(request.form, request.form.getlist("taak"))
    services().stages.law.change_work(place_id, work, actor=actor())
    flash(gettext("De tijden en taken zijn bewaard."), "success")
    return redirect(url_for("companies.show_place", place_id=place_id), 303)


@bp.post("/leerlingen/<pupil_id>/leeftijd")
@allow(COORDINATOR, within=pupil_owner)
def change_pupil(pupil_id: str) -> Response:
    """Set the age group and the school hours of a pupil."""
    services().stages.law.change_pupil(pupil_id, read_pupil_facts(request.form), actor=actor())
    flash(gettext("De leeftijdsgroep en de schooltijden zijn bewaard."), "success")
    return redirect(url_for("pupils.show_pupil", pupil_id=pupil_id), 303)


@bp.post("/plaatsingen/<placement_id>/handtekening")
@allow(COORDINATOR, within=placement_owner)
def sign(placement_id: str) -> Response:
    """Write down on which day a parent or carer signed the agreement."""
    try:
        signed_on = date.fromisoformat(request.form.get("getekend_op", ""))
    except ValueError:
        raise InvalidValueError("Vul de dag in waarop de ouder of verzorger heeft getekend.") from None
    matching = services().stages
    matching.law.sign(placement_id, signed_on, actor=actor())
    placement = matching.people.placement(placement_id)
    flash(gettext("De handtekening is bewaard."), "success")
    return redirect(url_for("pupils.show_pupil", pupil_id=placement.pupil if placement else ""), 303)
