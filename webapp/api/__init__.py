"""The JSON API: the same services as the pages, the same access rules, described by OpenAPI."""

from __future__ import annotations

from apiflask import APIBlueprint, APIFlask

from webapp.api import partners, stages, tegemoetkoming, travel

BLUEPRINTS: tuple[APIBlueprint, ...] = (travel.bp, stages.bp, tegemoetkoming.bp, partners.bp)


def register_api(app: APIFlask) -> None:
    """Add every API blueprint to the application; writes need the CSRF token, as the pages do."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
