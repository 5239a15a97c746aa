"""Every route × role × (own, other, none) has the outcome that the tables in access_cases expect."""

from __future__ import annotations

import importlib
import pkgutil

import pytest
from flask import url_for

import tests.webapp.access_cases as tables
from usecases.people.roles import EVERY_ROLE

MODULES = [importlib.import_module(f"{tables.__name__}.{m.name}") for m in pkgutil.iter_modules(tables.__path__)]
CASES = {endpoint: (case, module) for module in MODULES for endpoint, case in module.CASES.items()}


def test_every_route_is_listed_and_every_listed_route_exists(app):
    assert set(CASES) == {rule.endpoint for rule in app.url_map.iter_rules()}


def test_every_rule_names_the_roles_that_the_table_expects(app):
    rules = app.extensions["stageroute-rules"]
    wrong = [
        e
        for e, (case, _) in CASES.items()
        if set(rules[e].roles) != set(case.roles) or rules[e].is_public != case.public
    ]
    assert wrong == []


def _arguments(app, case, module):
    own, other = dict(case.own), dict(case.other) if case.other is not None else None
    if case.setup:
        extra = getattr(module, case.setup)(app)
        own |= extra.get("own", {})
        other = (other or {}) | extra["other"] if "other" in extra else other
    return own, other


def _ask(app, client, endpoint, arguments):
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
    method = next(m for m in ("GET", "POST", "PUT", "PATCH", "DELETE") if m in (rule.methods or ()))
    with app.test_request_context():
        url = url_for(endpoint, **arguments)
    # Forms go without fields, so that a permitted request changes nothing; 4xx other than 401/403/404 is "let in".
    token = getattr(client, "token", "")
    with client.open(url, method=method, headers={"X-CSRFToken": token, "Referer": "http://localhost/"}) as answer:
        return answer.status_code


@pytest.mark.parametrize("endpoint", sorted(CASES))
def test_a_route_lets_in_whom_it_should(app, login, endpoint):
    case, module = CASES[endpoint]
    own, other = _arguments(app, case, module)
    visitor = app.test_client()
    if case.public:
        assert _ask(app, visitor, endpoint, own) not in {401, 403}
        return
    # Without a session a page leads to the login form, the API says 401, and a forged form is refused first.
    assert _ask(app, visitor, endpoint, own) in {302, 400, 401}
    for role in EVERY_ROLE:
        client = login(role)
        status = _ask(app, client, endpoint, own)
        if role not in case.roles:
            assert status == 403, f"{role} reached {endpoint}: {status}"
            continue
        assert status not in {401, 403, 404, 500}, f"{role} was kept from its own {endpoint}: {status}"
        if other is not None:
            client = login(role)
            status = _ask(app, client, endpoint, other)
            if role in case.unscoped:
                assert status not in {401, 403, 404, 500}, f"{role} was kept from {endpoint}: {status}"
            else:
                assert status == 404, f"{role} saw somebody else's {endpoint}: {status}"
