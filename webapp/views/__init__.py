"""Pages: they ask a service and fill a template."""

from __future__ import annotations

from flask import Blueprint, Flask

<<<<<<< HEAD
from webapp.views import accounts, health, home, imports, jobs, pages, style, tiles, travel
=======
from webapp.views import accounts, health, home, imports, jobs, pages, partners, style, tiles
>>>>>>> 669d9e2 (Show the chain, agreements, the region on the map, what if and the landkaart)

BLUEPRINTS: tuple[Blueprint, ...] = (
    home.bp,
    accounts.bp,
    pages.bp,
    health.bp,
    style.bp,
    tiles.bp,
    travel.bp,
    jobs.bp,
    imports.bp,
    *partners.BLUEPRINTS,
)


def register_views(app: Flask) -> None:
    """Add every page to the application."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
