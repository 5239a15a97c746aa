"""The only Flask: pages, API, command line and jobs as thin shells over the use cases."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from webapp.settings import Config, read_settings

if TYPE_CHECKING:
    from apiflask import APIFlask
    from flask import Response

VERSION = "0.1.0"


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
    webapp.settings.SettingError
        A setting has a value that is not allowed.
    LookupError
        An endpoint has no access rule.
    """
    from apiflask import APIFlask
    from flask import g, request, session
    from flask_babel import Babel
    from flask_wtf.csrf import CSRFProtect
    from werkzeug.middleware.proxy_fix import ProxyFix

    from webapp import (
        access,
        as_of,
        errors,
        filters,
        logs,
        moments,
        navigation,
        security,
        static_files,
        texts,
        wiring,
    )
    from webapp.api import register_api
    from webapp.cli import register_commands
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
    moments.init_app(app, services.database)
    security.serve_static(app)
    if config["STAGEROUTE_PROXIES"]:
        count = config["STAGEROUTE_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    filters.install(app)

    def chosen_language() -> str:
        wanted = session.get("language")
        if wanted in {"nl", "en"}:
            return str(wanted)
        person = access.principal_or_none()
        return person.language if person else "nl"

    Babel(app, locale_selector=chosen_language)
    texts.install(app)

    register_views(app)
    register_api(app)
    register_commands(app)
    errors.install(app)
    rules = access.rules_of(app)
    app.extensions["stageroute-rules"] = rules

    def find_principal() -> access.Principal | None:
        token = session.get("token")
        return services.logins.principal(token) if isinstance(token, str) else None

    @app.before_request
    def open_request() -> Any:
        g.started = time.perf_counter()
        g.request_id = uuid.uuid4().hex[:12]
        g.pop("principal", None)
        g.find_principal = find_principal
        return access.guard(rules)

    # After the line above, so that a forged form is logged with a request id.
    CSRFProtect(app)

    @app.after_request
    def write_log(response: Response) -> Response:
        if request.endpoint not in {"static", "health.show_health"}:
            logs.log.info(
                "request",
                endpoint=request.endpoint,
                method=request.method,
                status=response.status_code,
                ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000),
                request_id=g.get("request_id"),
            )
        return response

    @app.context_processor
    def known_to_templates() -> dict[str, Any]:
        person = access.principal_or_none()
        return {
            "person": person,
            "language": chosen_language(),
            "navigation": navigation.items_for(person),
            "as_of": as_of.phrases(services) if person else [],
            "today": services.today(),
            "is_demo": not config.production,
        }

    return app
