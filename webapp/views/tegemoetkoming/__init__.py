"""Pages of the reiskosten-tegemoetkoming: for schools, for the beheerder, and for everybody."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("subsidy", __name__, url_prefix="/tegemoetkoming")

from webapp.views.tegemoetkoming import beheer, downloads, own, public, scenario, tellingen  # noqa: E402 - they add to bp

__all__ = ["beheer", "bp", "downloads", "own", "public", "scenario", "tellingen"]
