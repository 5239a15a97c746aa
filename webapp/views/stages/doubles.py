"""Dubbele gegevens: companies, places and pupils that look alike, and a decision per pair."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from matching.errors import InvalidValueError
from webapp.access import allow
from webapp.context import services
from webapp.views.stages.scope import COORDINATOR, actor, own_schools

bp = Blueprint("doubles", __name__)
SHOWN = 25


@bp.get("/dubbel")
@allow(COORDINATOR)
def show_doubles() -> str:
    """Show the pairs that look alike, per kind, with why."""
    return render_template("stages/doubles.html", found=services().stages.doubles.find(own_schools()), shown=SHOWN)


@bp.post("/dubbel")
@allow(COORDINATOR)
def decide() -> Response:
    """Write down that two are the same, or are not."""
    kind, one, other, decision = (request.form.get(name, "") for name in ("soort", "een", "ander", "besluit"))
    doubles, brins = services().stages.doubles, own_schools()
    if decision not in {"zelfde", "verschillend"}:
        raise InvalidValueError("Kies of het dezelfde is of niet. Er is niets veranderd.")
    if kind not in doubles.kinds or not all(doubles.may_decide(kind, each, brins) for each in (one, other)):
        abort(404)
    doubles.decide(kind, one, other, same=decision == "zelfde", actor=actor())
    flash(gettext("Het besluit is bewaard."), "success")
    return redirect(url_for("doubles.show_doubles"), 303)
