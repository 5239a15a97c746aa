"""The line under every page that says of when its figures are."""

from __future__ import annotations

from collections.abc import Callable

from webapp.context import Services

# Each domain adds a function that gives one Dutch phrase, such as "telling van 1 oktober 2023 (voorlopig)",
# or None when it has no data yet.
SOURCES: list[Callable[[Services], str | None]] = []


def phrases(services: Services) -> list[str]:
    """Return what is known of the dates and versions of the data."""
    return [phrase for source in SOURCES if (phrase := source(services)) is not None]
