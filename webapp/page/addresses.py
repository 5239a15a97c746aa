"""Addresses of pages, quickly: a page of results has a hundred, and most differ in one number only."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import flask
from flask import Flask, current_app, has_request_context, request
from werkzeug.routing import BuildError

_SAFE = "!$&'()*+,/:;=@"  # what a part of a path may hold as it is, as Werkzeug does it


def url_for(endpoint: str, **values: Any) -> str:
    """Return what :func:`flask.url_for` returns; the shape of an address is built once per endpoint.

    Only an address whose values all stand in its path, as text, is put together from its shape; any other one is
    built by Flask.
    """
    if not has_request_context() or not all(type(value) is str and value for value in values.values()):
        return flask.url_for(endpoint, **values)
    shapes: dict[tuple[str, ...], str] = current_app.extensions["stageroute-addresses"]
    key = (request.environ.get("SCRIPT_NAME", ""), endpoint, *values)
    shape = shapes.get(key)
    if shape is None:
        shape = shapes[key] = _shape_of(endpoint, tuple(values))
    if not shape:
        return flask.url_for(endpoint, **values)
    return shape.format(*(quote(value, safe=_SAFE) for value in values.values()))


def _shape_of(endpoint: str, names: tuple[str, ...]) -> str:
    """Address with ``{}`` for every value, in order; empty when it cannot be put together from text."""
    marks = [f"q{number}q" for number in range(len(names))]
    if endpoint.startswith(".") or any(name.startswith("_") for name in names):
        return ""
    values: dict[str, Any] = dict(zip(names, marks, strict=True))
    try:
        address = flask.url_for(endpoint, **values)
    except (BuildError, ValueError):
        return ""  # Flask says what is wrong with the real values, if anything is
    if "?" in address or any(address.count(mark) != 1 for mark in marks):
        return ""
    for number, mark in enumerate(marks):
        address = address.replace(mark, f"{{{number}}}")
    return address


def init_app(app: Flask) -> None:
    """Let every template use it."""
    app.extensions["stageroute-addresses"] = {}
    app.jinja_env.globals["url_for"] = url_for
