"""The words in the header: few, and each leads somewhere that its reader may go."""

import pytest

from usecases.people.roles import Role
from webapp.page.navigation import ITEMS


@pytest.mark.parametrize("role", list(Role))
def test_a_role_reads_at_most_five_words(role):
    words = [item for item in ITEMS if not item.roles or role in item.roles]
    assert 2 <= len(words) <= 5


@pytest.mark.parametrize("role", list(Role))
def test_every_word_opens_for_its_reader(login, app, role):
    client = login(role)
    rules = app.extensions["stageroute-rules"]
    with app.test_request_context():
        from flask import url_for

        urls = {item.endpoint: url_for(item.endpoint) for item in ITEMS if not item.roles or role in item.roles}
    for endpoint, url in urls.items():
        assert rules[endpoint].is_public or role in rules[endpoint].roles
        # Without a road network a page may answer with a sentence that says so.
        assert client.get(url, follow_redirects=True).status_code in {200, 422}, endpoint
