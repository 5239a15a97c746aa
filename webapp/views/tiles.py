"""What maps are made of: vector tiles, the ground of the server-made map, and the style of the live map.

Public, because it holds OpenStreetMap data only and the public map needs it.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, request, url_for

from usecases.travel.map_ground import MapGround
from webapp.access import public
from webapp.context import services
from webapp.page.map.style import build_style

bp = Blueprint("tiles", __name__, url_prefix="/kaart")

_YEAR_S = 31_536_000


@bp.get("/tegels/<network>/<int:zoom>/<int:x>/<int:y>.mvt")
@public
def show_tile(network: str, zoom: int, x: int, y: int) -> Response:
    """Give one vector tile as it lies on disk; the body is not unpacked."""
    ground = _ground(network)
    try:
        raw = ground.tile(zoom, x, y)
    except LookupError:
        abort(404)
    if raw is None:
        return _kept(Response(status=204), ground, "leeg")
    response = Response(raw, mimetype="application/vnd.mapbox-vector-tile")
    response.headers["Content-Encoding"] = "gzip"
    return _kept(response, ground, f"{zoom}-{x}-{y}")


@bp.get("/beeld/<network>/<int:zoom>/<int:left>-<int:right>/<int:top>-<int:bottom>.svg")
@public
def show_background(*, network: str, zoom: int, left: int, right: int, top: int, bottom: int) -> Response:
    """Draw the ground of a server-made map: whole tiles as one SVG."""
    ground = _ground(network)
    try:
        picture = ground.picture(zoom, range(left, right + 1), range(top, bottom + 1))
    except LookupError:
        abort(404)
    response = Response(picture, mimetype="image/svg+xml")
    response.headers["Content-Encoding"] = "gzip"
    # The picture is shown as an image; opened by itself it may load nothing and run nothing.
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return _kept(response, ground, f"{zoom}-{left}-{right}-{top}-{bottom}")


@bp.get("/stijl.json")
@public
def show_style() -> Response:
    """Give the style of the live map on the current network, light or dark."""
    found = services()
    ground = found.travel.ground()
    tiles = ""
    if ground is not None:
        pattern = url_for("tiles.show_tile", network=ground.name, zoom=0, x=0, y=0, _external=True)
        tiles = pattern.replace("/0/0/0.mvt", "/{z}/{x}/{y}.mvt") + f"?v={ground.digest}"
    style = build_style(
        tiles=tiles,
        box=ground.box if ground else None,
        present=ground.layers if ground else frozenset(),
        dark=request.args.get("thema") == "donker",
        pdok=bool(found.config["STAGEROUTE_PDOK_BACKGROUND"]),
    )
    response = jsonify(style)
    response.add_etag()
    response.headers["Cache-Control"] = "no-cache"
    return _only_when_changed(response)


def _ground(network: str) -> MapGround:
    ground = services().travel.ground(network)
    if ground is None:
        abort(404)
    return ground


def _kept(response: Response, ground: MapGround, part: str) -> Response:
    """Let browsers keep it: for good when the address names the version, else asking again by ETag."""
    response.set_etag(f"{ground.digest}-{part}")
    lasting = request.args.get("v") == ground.digest
    keep = f"max-age={_YEAR_S}, immutable" if lasting else "max-age=300, must-revalidate"
    response.headers["Cache-Control"] = f"public, {keep}"
    return _only_when_changed(response)


def _only_when_changed(response: Response) -> Response:
    response.make_conditional(request)
    return response
