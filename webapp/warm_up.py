"""What a web server does before its first visitor, so that nobody waits for it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from data.faults import StorageUnavailableError
from webapp import as_of

if TYPE_CHECKING:
    from flask import Flask


def warm_up(app: Flask) -> None:
    """Read the templates, load the compiled search, and ask what every page asks; close the database again.

    A server whose database or network is not there yet starts all the same: its pages say what is missing.
    """
    services = app.extensions["stageroute"]
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    with suppress(StorageUnavailableError, OSError), app.test_request_context():
        services.travel.warm()
        services.travel.find_places(["1234 AB"])
        services.logins.principal("")
        as_of.phrases(services)
    # Connections belong to one process; the workers make their own.
    services.close()
