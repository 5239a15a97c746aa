"""The weights of a school: shown, adjustable, dated."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from matching.errors import InvalidValueError
from matching.places.model import MatchPolicy
from webapp.access import allow, school_arg
from webapp.context import services
from webapp.views.stages.scope import COORDINATOR, actor

bp = Blueprint("weights", __name__)
MOST_POINTS = 20

NUMBERS = (
    ("norm_minutes", "Reisnorm", "minuten", 5, 240),
    ("supervision_points", "Begeleiding op maat", "punten", -MOST_POINTS, MOST_POINTS),
    ("certificate_points", "Praktijkverklaring kan", "punten", -MOST_POINTS, MOST_POINTS),
    ("allowance_points", "Het bedrijf vergoedt de reis", "punten", -MOST_POINTS, MOST_POINTS),
    ("seats_left_points", "Nog meer dan één plek vrij", "punten", -MOST_POINTS, MOST_POINTS),
    ("self_found_points", "Zelf gevonden", "punten", -MOST_POINTS, MOST_POINTS),
    ("heavy_minutes", "Vorige stage was zwaar vanaf", "minuten", 0, 240),
    ("relief_minutes", "Nu dichtbij: hooguit", "minuten", 0, 240),
    ("relief_points", "Na een zware stage nu dichtbij", "punten", -MOST_POINTS, MOST_POINTS),
    ("ov_fixed_minutes", "OV-schatting: vaste tijd", "minuten", 0, 120),
    ("ov_metres_per_minute", "OV-schatting: snelheid", "meter per minuut", 50, 2000),
)


@bp.get("/scholen/<brin>/weging")
@allow(COORDINATOR, within=school_arg("brin"))
def show_weights(brin: str) -> str:
    """Show the weights that count now, in a form."""
    return _page(brin, services().stages.people.policy(brin), [])


def _page(brin: str, policy: MatchPolicy, errors: list[str]) -> str:
    return render_template("stages/weights.html", brin=brin, policy=policy, numbers=NUMBERS, errors=errors)


@bp.post("/scholen/<brin>/weging")
@allow(COORDINATOR, within=school_arg("brin"))
def save_weights(brin: str) -> Response:
    """Store the weights from today on."""
    people = services().stages.people
    old = people.policy(brin)
    changes: dict[str, Any] = {name: _whole(name, title, low, high) for name, title, _, low, high in NUMBERS}
    changes["wish_points"] = tuple(
        _whole(f"wish_points_{number}", f"{number}e keuze", -MOST_POINTS, MOST_POINTS) for number in (1, 2, 3)
    )
    for name in ("travel", "burden"):
        bands = getattr(old, f"{name}_bands")
        changes[f"{name}_bands"] = tuple(
            (
                _whole(f"{name}_limit_{number}", "Grens", 1, 3000),
                _whole(f"{name}_points_{number}", "Punten", -MOST_POINTS, MOST_POINTS),
            )
            for number in range(len(bands))
        )
        changes[f"{name}_beyond"] = _whole(f"{name}_beyond", "Verder", -MOST_POINTS, MOST_POINTS)
    people.save_policy(replace(old, since=services().today(), status="vastgesteld", **changes), actor())
    flash(gettext("De weging is bewaard en geldt vanaf vandaag."), "success")
    return redirect(url_for("weights.show_weights", brin=brin), 303)


def _whole(name: str, title: str, low: int, high: int) -> int:
    text = request.form.get(name, "").strip()
    try:
        value = int(text)
    except ValueError:
        value = low - 1
    if not low <= value <= high:
        raise InvalidValueError(f"{title}: vul een heel getal in van {low} tot en met {high}. Er is niets bewaard.")
    return value
