"""Pages of text, and the choice of language."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from webapp.access import principal_or_none, public
from webapp.context import services

bp = Blueprint("pages", __name__)


def safe_target(target: str | None) -> str:
    """Return an address within this site, the home page when the given one is not."""
    if not target:
        return url_for("home.show_home")
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not target.startswith("/") or target.startswith(("//", "/\\")):
        return url_for("home.show_home")
    return target


@bp.post("/taal")
@public
def choose_language() -> Response:
    """Switch to Dutch or English and go back."""
    language = request.form.get("language", "nl")
    if language in {"nl", "en"}:
        session["language"] = language
        person = principal_or_none()
        if person is not None:
            services().logins.set_language(person, language)
    return redirect(safe_target(request.form.get("next")), 303)


@bp.get("/privacy")
@public
def show_privacy() -> str:
    """Show what is stored of whom, and what is not."""
    return render_template("privacy.html", months=services().stages.retention.months)


@bp.get("/toegankelijkheid")
@public
def show_accessibility() -> str:
    """Show the accessibility statement."""
    return render_template("toegankelijkheid.html")
