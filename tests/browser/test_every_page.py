"""Every page that needs no object in its address is measured, so that a new page cannot be forgotten."""

import pytest

from usecases.people.roles import EVERY_ROLE, Role

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def pages_of(app, role):
    """Addresses of the pages whose own role this is: each page is measured once, by the first role that may open it."""
    rules = app.extensions["stageroute-rules"]
    found = []
    for route in app.url_map.iter_rules():
        rule = rules.get(route.endpoint)
        if rule is None or route.arguments or "GET" not in route.methods or route.rule.startswith(("/api/", "/static")):
            continue
        if (EVERY_ROLE if rule.is_public else rule.roles)[0] == role:
            found.append(route.rule)
    return sorted(found)


@pytest.mark.parametrize("role", list(Role))
def test_every_page_of_a_role_has_no_accessibility_fault(app, page, enter, axe, role):
    site = enter(page, role)
    measured = []
    for path in pages_of(app, role):
        if page.request.get(site + path).headers.get("content-type", "").startswith("text/html"):
            answer = page.goto(site + path)
            # A page that needs a question in its address answers with a sentence.
            assert answer.status in {200, 404, 422}, path
            axe(page, schemes=("light",))
            # A filter that starts at "all" must not ask for a choice: the form could not be sent.
            assert page.locator("form[role=search] select:invalid").count() == 0, path
            measured.append(path)
    assert measured
