"""What a web server does before its first visitor, so that nobody waits for it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from geo.errors import GeoError
from matching.places.model import Mode, Point
from usecases.refusals import StorageUnavailableError
from usecases.stages.questions import made_up_pupil
from webapp.page import as_of
from webapp.page.texts import LANGUAGES

if TYPE_CHECKING:
    from flask import Flask

    from usecases.services import Services


def warm_up(app: Flask) -> None:
    """Read the templates, load the compiled search, and ask what every page asks; close the database again.

    A server whose database or network is not there yet starts all the same: its pages say what is missing.
    """
    services = app.extensions["stageroute"]
    for language in LANGUAGES:
        templates = app.jinja_env.in_language(language)  # type: ignore[attr-defined] # of TranslatedEnvironment
        for name in templates.list_templates(extensions=["html"]):
            templates.get_template(name)
    with suppress(StorageUnavailableError, GeoError, OSError), app.test_request_context():
        services.travel.warm()
        services.travel.find_places(["1234 AB"])
        services.logins.principal("")
        as_of.phrases(services)
        _search_a_place(services)
    # Connections belong to one process; the workers make their own.
    services.close()


def _search_a_place(services: Services) -> None:
    """Search for somebody in the middle of the map by bicycle, on foot and by car: that reads all stage places."""
    graph = services.travel.graph()
    if graph is not None:
        south, west, north, east = graph.bbox
        pupil = made_up_pupil("", Point((south + north) / 2, (west + east) / 2), services.today())
        pupil = replace(pupil, modes=(Mode.BICYCLE, Mode.FOOT, Mode.CAR))
        services.stages.core.search.rank(pupil, services.today())
