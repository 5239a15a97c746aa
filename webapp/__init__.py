"""The only Flask: pages, API, command line and jobs as thin shells over the use cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from usecases.settings import Config, read_settings
from usecases.version import VERSION

if TYPE_CHECKING:
    from apiflask import APIFlask


def create_app(config: Config | None = None, clock: Callable[[], datetime] | None = None) -> APIFlask:
    """Build the application.

    Parameters
    ----------
    config
        The settings; read from the environment when absent.
    clock
        Gives the current moment in UTC; the real one when absent.

    Raises
    ------
    usecases.settings.SettingError
        A setting has a value that is not allowed.
    LookupError
        An endpoint has no access rule.
    """
    from apiflask import APIFlask
    from flask_babel import Babel
    from werkzeug.middleware.proxy_fix import ProxyFix

    from usecases import wiring
    from usecases.work import logs
    from webapp import access
    from webapp.api import register_api
    from webapp.cli import register_commands
    from webapp.page import filters, static_files, texts
    from webapp.server import errors, moments, requests, security
    from webapp.views import register_views

    config = config or read_settings()
    logs.configure()
    services = wiring.build_services(config, clock or wiring.now)

    app = APIFlask(
        __name__,
        title="Stageroute",
        version=VERSION,
        spec_path="/api/openapi.json",
        docs_path=None,
        static_folder="static",
        json_errors=False,
    )
    app.jinja_environment = texts.TranslatedEnvironment
    app.extensions["stageroute"] = services
    app.config.update(OPENAPI_VERSION="3.1.0", BABEL_DEFAULT_LOCALE="nl", BABEL_DEFAULT_TIMEZONE="Europe/Amsterdam")
    security.configure(app, config)
    static_files.init_app(app)
    moments.init_app(app, services.database.one_moment)
    security.serve_static(app)
    if config["STAGEROUTE_PROXIES"]:
        count = config["STAGEROUTE_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    filters.install(app)

    Babel(app, locale_selector=requests.chosen_language)
    texts.install(app)

    register_views(app)
    register_api(app)
    register_commands(app)
    errors.install(app)
    rules = access.rules_of(app)
    app.extensions["stageroute-rules"] = rules

    requests.install(app, services, rules)
    return app
