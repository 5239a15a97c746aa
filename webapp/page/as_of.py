"""The line under every page that says of when its figures are."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext

from geo.errors import GeoError
from usecases.services import Services
from webapp.page.filters import datum, gewoon


def _network(services: Services) -> str | None:
    """Network in use, with the date of its map."""
    try:
        graph = services.travel.graph()
    except GeoError:
        return None
    if graph is None:
        return None
    return f"wegennet {graph.name}" + (f" van {datum(graph.extract_date)}" if graph.extract_date else "")


def _telling(services: Services) -> str | None:
    for standing in services.tegemoetkoming.standings():
        if standing.telling is not None:
            telling = standing.telling.telling
            phrase = gettext(
                "regeling %(regeling)s, telling van %(day)s (%(status)s)",
                regeling=standing.regeling.regeling_id,
                status=gewoon(telling.status.value),
                day=f"{telling.teldatum:%d-%m-%Y}",
            )
            return str(phrase)
    return None


# One phrase each, such as "telling van 1 oktober 2023 (voorlopig)", or None when there is no such data yet.
SOURCES: tuple[Callable[[Services], str | None], ...] = (
    _network,
    lambda services: services.organisation.as_of(),
    _telling,
)


def phrases(services: Services) -> list[str]:
    """Return what is known of the dates and versions of the data."""
    return [phrase for source in SOURCES if (phrase := source(services)) is not None]
