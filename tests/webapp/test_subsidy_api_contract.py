"""The API of the tegemoetkoming keeps its own description: whatever is asked, the answer fits the OpenAPI document."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import response_schema_conformance

from tests.webapp.access_cases.subsidy import on_record
from usecases.people.roles import Role

QUIET = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@pytest.mark.slow
def test_every_answer_fits_the_description(app, login):
    on_record(app)
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app).include(path_regex="^/api/v1/subsidy/")
    client = login(Role.BEHEERDER)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    headers = {"X-CSRFToken": client.token, "Referer": "http://localhost/"}
    cookies = {cookie.key: cookie.value}
    seen: dict[str, set[int]] = {}

    for found in schema.get_all_operations():
        operation = found.ok()

        @QUIET
        @given(case=operation.as_strategy())
        def holds(case):
            answer = case.call(headers=headers, cookies=cookies)
            seen.setdefault(case.operation.label, set()).add(answer.status_code)
            assert answer.status_code < 500
            assert answer.status_code not in {401, 403}
            if answer.status_code < 300:
                case.validate_response(answer, checks=[response_schema_conformance])

        holds()

    assert len(seen) == 9
    assert 200 in seen["GET /api/v1/subsidy/regelingen"]
