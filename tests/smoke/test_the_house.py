"""The few tests that every landing runs: the house starts, migrates, and lets the right people in."""

from data.migrate import differences, migrate, newest_revision
from usecases.people.roles import Role


def test_the_migrations_make_exactly_the_tables_of_the_models(sqlite):
    assert differences(sqlite) == []


def test_the_migrations_have_one_head():
    assert newest_revision()


def test_a_visitor_is_sent_to_the_login_page(client):
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer.location.startswith("/inloggen?next=")


def test_every_role_logs_in_and_sees_its_own_home_page(login):
    for role in Role:
        answer = login(role).get("/")
        assert answer.status_code == 200
        assert "Vandaag" in answer.text


def test_migrating_twice_changes_nothing(sqlite):
    before, after = migrate(sqlite)
    assert before == after
