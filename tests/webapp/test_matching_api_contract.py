"""The API of stage places keeps its own description: whatever is asked, the answer fits the OpenAPI document."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import response_schema_conformance

from tests.webapp.access_cases.matching import both_proposals
from usecases.people.roles import Role

QUIET = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
KNOWN = {"pupil_id": "99AA-0001", "place_id": "P001", "brin": "99AA", "proposal_id": "v-99AA"}


@pytest.mark.slow
def test_every_answer_fits_the_description_for_what_exists_and_for_what_does_not(app, login):
    both_proposals(app)
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app).include(path_regex="^/api/v1/matching/")
    client = login(Role.STAGECOORDINATOR)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    headers = {"X-CSRFToken": client.token, "Referer": "http://localhost/"}
    cookies = {cookie.key: cookie.value}
    seen: dict[str, set[int]] = {}

    for found in schema.get_all_operations():
        operation = found.ok()

        @QUIET
        @given(case=operation.as_strategy())
        def holds(case):
            made_up = dict(case.path_parameters)
            for parameters in (made_up, {name: KNOWN[name] for name in made_up}):
                case.path_parameters = parameters
                answer = case.call(headers=headers, cookies=cookies)
                seen.setdefault(case.operation.label, set()).add(answer.status_code)
                assert answer.status_code < 500
                assert answer.status_code not in {401, 403}
                if answer.status_code < 300:
                    case.validate_response(answer, checks=[response_schema_conformance])
                    assert answer.json()["as_of"]

        holds()

    prefix = "/api/v1/matching"
    assert {label: {200, 202} & codes for label, codes in seen.items()} == {
        f"GET {prefix}/pupils/{{pupil_id}}/places": {200},
        f"GET {prefix}/pupils/{{pupil_id}}/places/{{place_id}}": {200},
        f"POST {prefix}/schools/{{brin}}/proposals": {202},
        f"GET {prefix}/proposals/{{proposal_id}}": {200},
    }
