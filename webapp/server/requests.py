"""What happens around every request: who asks, in which language, may that be, and a line in the log."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, g, has_request_context, request, session
from flask_wtf.csrf import CSRFProtect

from usecases.people.roles import Principal
from usecases.services import Services
from usecases.work import logs
from webapp import access
from webapp.page import as_of, navigation


def chosen_language() -> str:
    """Return ``nl`` or ``en``: as chosen in this browser, or as the account has it; commands speak Dutch."""
    if not has_request_context():
        return "nl"
    wanted = session.get("language")
    if wanted in {"nl", "en"}:
        return str(wanted)
    person = access.principal_or_none()
    return person.language if person else "nl"


def install(app: Flask, services: Services, rules: Mapping[str, access.Rule]) -> None:
    """Guard every request by ``rules``, log it without personal data, and give templates what every page shows."""

    def find_principal() -> Principal | None:
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
            "is_demo": not services.config.production,
        }
