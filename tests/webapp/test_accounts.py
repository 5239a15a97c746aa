"""Accounts and invitations."""

import pytest

from data.faults import InputRefused
from tests.conftest import PASSWORD
from usecases.people.accounts import INVITATION_DEAD, read_grant
from usecases.people.roles import Grant, Owner, Role

GRANT = Grant(Role.FINANCIEEL, Owner("bestuur", "99001"))


@pytest.fixture
def accounts(app):
    return app.extensions["stageroute"].accounts


def test_an_invitation_makes_one_account_with_the_grants_it_names(accounts, app):
    token = accounts.invite("Nieuw@School.example", [GRANT], "test")
    number = accounts.accept_invitation(token, "Noor", "a long enough password")
    row = next(row for row in accounts.accounts() if row.id == number)
    assert (row.email, row.name, row.grants) == ("nieuw@school.example", "Noor", (GRANT,))
    assert row.scope_names == ("Stichting Merel",)
    with pytest.raises(InputRefused, match="al gebruikt of verlopen"):
        accounts.accept_invitation(token, "Nog eens", "a long enough password")


def test_an_invitation_expires(accounts, clock):
    token = accounts.invite("nieuw@school.example", [GRANT], "test")
    clock.move(days=8)
    with pytest.raises(InputRefused) as refusal:
        accounts.accept_invitation(token, "Noor", "a long enough password")
    assert str(refusal.value) == INVITATION_DEAD


def test_a_short_password_uses_nothing_up(accounts):
    token = accounts.invite("nieuw@school.example", [GRANT], "test")
    with pytest.raises(InputRefused, match="ten minste 12 tekens"):
        accounts.accept_invitation(token, "Noor", "kort")
    assert accounts.accept_invitation(token, "Noor", "a long enough password")


def test_an_invitation_for_an_unknown_school_is_refused(accounts):
    with pytest.raises(InputRefused, match="99ZZ"):
        accounts.invite("a@b.example", [read_grant("stagecoordinator", "school:99zz")], "test")


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        ("beheerder", "school:99AA"),
        ("netwerkcoordinator", "school:99AA"),
        ("baas", "installatie"),
        ("financieel", "school:"),
    ],
)
def test_a_role_has_only_its_own_kind_of_scope(role, scope):
    with pytest.raises(InputRefused):
        read_grant(role, scope)


def test_an_ended_account_is_out_at_once_and_cannot_come_back(accounts, login, app):
    client = login(Role.FINANCIEEL)
    admin = login(Role.BEHEERDER)
    number = next(row.id for row in accounts.accounts() if row.email.startswith("financieel"))
    assert admin.post(f"/accounts/{number}/beeindigen", data={"csrf_token": admin.token}).status_code == 303
    assert client.get("/").status_code == 302
    with pytest.raises(InputRefused):
        app.extensions["stageroute"].logins.log_in("financieel@merenveld.example", PASSWORD, "127.0.0.1")


def test_a_beheerder_cannot_end_the_own_account(accounts, login):
    admin = login(Role.BEHEERDER)
    number = next(row.id for row in accounts.accounts() if row.email.startswith("beheerder"))
    answer = admin.post(f"/accounts/{number}/beeindigen", data={"csrf_token": admin.token})
    assert answer.status_code == 422
    assert "eigen account" in answer.text


def test_a_scope_of_a_bestuur_or_region_reaches_its_schools(app):
    accounts, logins = app.extensions["stageroute"].accounts, app.extensions["stageroute"].logins
    number = accounts.add_demo_account(
        "twee@merenveld.example",
        "Twee",
        PASSWORD,
        [GRANT, Grant(Role.NETWERKCOORDINATOR, Owner("regio", "merenveld-zuid"))],
    )
    person = logins.principal(logins.open_session(number, "test"))
    assert person.schools(Role.FINANCIEEL) == {"99AA"}
    assert person.schools(Role.NETWERKCOORDINATOR) == {"99BB"}
    assert person.sees(Owner("school", "99AA"), (Role.FINANCIEEL,))
    assert not person.sees(Owner("school", "99AA"), (Role.NETWERKCOORDINATOR,))


def test_every_account_change_is_in_the_audit_trail(app, accounts):
    token = accounts.invite("nieuw@school.example", [GRANT], "test")
    accounts.accept_invitation(token, "Noor", "a long enough password")
    rows, _ = app.extensions["stageroute"].audit.newest(2)
    assert [row.action for row in rows] == ["account gemaakt uit uitnodiging", "uitgenodigd"]
