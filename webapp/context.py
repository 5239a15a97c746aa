"""All that a view, an API function or a command knows of the rest of the house."""

from __future__ import annotations

from flask import current_app

from usecases.services import Services


def services() -> Services:
    """Return the services of the current application."""
    found = current_app.extensions["stageroute"]
    assert isinstance(found, Services)  # noqa: S101 - set by create_app
    return found
