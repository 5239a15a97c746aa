"""Vandaag: what there is to do."""

from __future__ import annotations

from flask import Blueprint, render_template

from webapp.access import allow, principal
from webapp.context import services
from webapp.page.home import actions_for

bp = Blueprint("home", __name__)


@bp.get("/")
@allow()
def show_home() -> str:
    """Show the action list of this person."""
    return render_template("home.html", actions=actions_for(services(), principal()))
