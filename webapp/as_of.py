"""The line under every page that says of when its figures are."""

from __future__ import annotations

from collections.abc import Callable

from geo.errors import GeoError
from webapp.context import Services
from webapp.filters import datum


def _network(services: Services) -> str | None:
    """Network in use, with the date of its map."""
    try:
        graph = services.travel.graph()
    except GeoError:
        return None
    if graph is None:
        return None
    return f"wegennet {graph.name}" + (f" van {datum(graph.extract_date)}" if graph.extract_date else "")


# Each domain adds a function that gives one Dutch phrase, such as "telling van 1 oktober 2023 (voorlopig)",
# or None when it has no data yet.
SOURCES: list[Callable[[Services], str | None]] = [_network, lambda services: services.organisation.as_of()]


def phrases(services: Services) -> list[str]:
    """Return what is known of the dates and versions of the data."""
    return [phrase for source in SOURCES if (phrase := source(services)) is not None]
