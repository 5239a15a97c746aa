"""Errors that say what happened, what was kept and what to do, as a page or as JSON."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, jsonify, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from usecases.refusals import REFUSALS, StorageUnavailableError, sentences
from usecases.work.logs import log
from webapp.access import is_api_request

_KNOWN = {400, 401, 403, 404, 405, 413, 422, 429, 500, 503}


def _answer(status: int, lines: list[str]) -> tuple[Any, int]:
    if is_api_request():
        return jsonify({"error": status, "messages": lines or [_title(status)]}), status
    return render_template(
        "error.html", status=status, title=_title(status), lines=lines, request_id=g.get("request_id")
    ), status


def _title(status: int) -> str:
    titles = {
        400: gettext("Dit verzoek is niet begrepen"),
        401: gettext("Log eerst in"),
        403: gettext("Deze pagina hoort niet bij uw rol"),
        404: gettext("Deze pagina is er niet"),
        405: gettext("Dit kan hier niet"),
        413: gettext("Het bestand is te groot"),
        422: gettext("Dit lukt zo niet") if request.method == "GET" else gettext("Dit kan zo niet worden opgeslagen"),
        429: gettext("Te veel pogingen"),
        500: gettext("Er ging iets mis bij ons"),
        503: gettext("Stageroute is even niet bereikbaar"),
    }
    return str(titles.get(status, gettext("Er ging iets mis")))


def install(app: Flask) -> None:
    """Give every error a clear answer."""

    def on_http_error(error: HTTPException) -> Any:
        status = error.code or 500
        if status < 400:
            return error.get_response()
        lines: list[str] = []
        if status == 413:
            limit = app.config["MAX_CONTENT_LENGTH"] // 1_000_000
            lines = [
                gettext(
                    "Een bestand mag hier ten hoogste %(limit)s MB groot zijn. Er is niets opgeslagen.", limit=limit
                )
            ]
        return _answer(status if status in _KNOWN else 500 if status >= 500 else 400, lines)

    def on_forgery(_error: CSRFError) -> Any:
        line = gettext(
            "Het formulier was verlopen. Er is niets opgeslagen. Ga terug, ververs de pagina en probeer opnieuw."
        )
        return _answer(400, [line])

    def on_refusal(error: ValueError) -> Any:
        return _answer(422, sentences(error))

    def on_storage(error: StorageUnavailableError) -> Any:
        log.error("storage", error=str(error), request_id=g.get("request_id"))
        try:
            return _answer(503, [str(error), gettext("Probeer het later opnieuw, of waarschuw de beheerder.")])
        except StorageUnavailableError:
            # The page itself asks the database for dates and names; without it the sentence still comes.
            return Response(f"{error}\n", 503, mimetype="text/plain")

    def on_fault(error: Exception) -> Any:
        log.error("fault", error=type(error).__name__, request_id=g.get("request_id"), exc_info=True)
        return _answer(500, [])

    app.register_error_handler(CSRFError, on_forgery)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(StorageUnavailableError, on_storage)
    for refusal in REFUSALS:
        app.register_error_handler(refusal, on_refusal)
    if not app.testing:
        app.register_error_handler(Exception, on_fault)
