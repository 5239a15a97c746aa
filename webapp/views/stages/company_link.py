"""The page behind the link of a company: no account, no pupil data, three answers."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from matching.places.model import Weekday
from usecases.stages.questions import read_seats
from webapp.access import public
from webapp.context import services

bp = Blueprint("company_link", __name__)


@bp.get("/bedrijf/<token>")
@public
def show(token: str) -> str:
    """Show what waits for an answer; a link that is wrong, taken back or expired gets a sentence."""
    return render_template(
        "stages/company_link.html",
        answer=services().stages.links.show(token),
        token=token,
        weekdays=list(Weekday),
    )


@bp.post("/bedrijf/<token>/akkoord")
@public
def accept(token: str) -> Response:
    """Say yes to one stage."""
    done = services().stages.links.accept(token, request.form.get("stage", ""))
    if done:
        flash(gettext("Dank u wel. De stage is bevestigd."), "success")
    else:
        flash(gettext("Dank u wel. Uw akkoord is bewaard; de school maakt het af."), "success")
    return redirect(url_for("company_link.show", token=token), 303)


@bp.post("/bedrijf/<token>/weiger")
@public
def refuse(token: str) -> Response:
    """Say no to one stage, with a reason."""
    services().stages.links.refuse(token, request.form.get("stage", ""), request.form.get("reden", ""))
    flash(gettext("Uw antwoord is bewaard. De school zoekt een andere plek."), "success")
    return redirect(url_for("company_link.show", token=token), 303)


@bp.post("/bedrijf/<token>/plekken")
@public
def change_seats(token: str) -> Response:
    """Change the seats per weekday of one place."""
    services().stages.links.change_seats(token, request.form.get("plek", ""), read_seats(request.form))
    flash(gettext("De plekken per dag zijn bewaard."), "success")
    return redirect(url_for("company_link.show", token=token), 303)
