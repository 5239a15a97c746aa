"""Pages: they ask a service and fill a template."""

from __future__ import annotations

from flask import Blueprint, Flask

from webapp.views import (
    accounts,
    health,
    home,
    imports,
    jobs,
    networks,
    pages,
    partners,
    register,
    stages,
    style,
    tegemoetkoming,
    tiles,
    transit,
    travel,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    home.bp,
    accounts.bp,
    pages.bp,
    health.bp,
    style.bp,
    tiles.bp,
    travel.bp,
    transit.bp,
    networks.bp,
    jobs.bp,
    imports.bp,
    tegemoetkoming.bp,
    *stages.BLUEPRINTS,
    *partners.BLUEPRINTS,
    register.bp,
)


def register_views(app: Flask) -> None:
    """Add every page to the application."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
