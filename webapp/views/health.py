"""Whether the server answers, for whoever watches over it."""

from __future__ import annotations

from flask import Blueprint, Response

from webapp.access import public

bp = Blueprint("health", __name__)


@bp.get("/gezond")
@public
def show_health() -> Response:
    """Say that this process answers; tells nothing else."""
    return Response("ok\n", mimetype="text/plain")
