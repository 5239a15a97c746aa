"""Public: the figures of the scheme, without a row of any school."""

from __future__ import annotations

from flask import render_template

from webapp.access import public
from webapp.context import services
from webapp.page.tegemoetkoming.words import missing_words, parameter_rows
from webapp.views.tegemoetkoming import bp


@bp.get("/regelingen")
@public
def show_public() -> str:
    """Show what is known of every regeling: budget, pupils, windows, sources, and what is not known."""
    standings = services().tegemoetkoming.standings()
    return render_template(
        "tegemoetkoming/public.html",
        standings=standings,
        parameters={found.regeling.regeling_id: parameter_rows(found.regeling) for found in standings},
        missing=missing_words,
    )
