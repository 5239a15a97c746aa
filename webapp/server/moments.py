"""A page sees one moment: everything it reads comes from one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from flask import Flask


def init_app(app: Flask, one_moment: Callable[[], AbstractContextManager[None]]) -> None:
    """Let every request that only looks read within one transaction; a request that changes things reads as it goes."""
    inner = app.wsgi_app

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return inner(environ, start_response)
        with one_moment():
            return inner(environ, start_response)

    app.wsgi_app = answer  # type: ignore[method-assign] # WSGI middleware is put in this way
