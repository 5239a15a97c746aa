"""The register page of the beheerder."""

from usecases.people.roles import Role


def test_the_register_lists_every_vestiging_and_finds_by_word(login):
    client = login(Role.BEHEERDER)
    page = client.get("/register").text
    assert "99AA00" in page
    assert "99BB00" in page
    found = client.get("/register?zoek=westmeer").text
    assert "99BB00" in found
    assert "99AA00" not in found


def test_a_word_that_is_nowhere_gives_an_empty_state_that_says_what_to_do(login):
    assert "Geen vestiging gevonden" in login(Role.BEHEERDER).get("/register?zoek=bestaatniet").text
