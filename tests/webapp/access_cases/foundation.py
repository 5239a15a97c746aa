"""Accounts, home and pages of text."""

from tests.webapp.access_cases import ALL, Case
from usecases.people.roles import Role

BEHEER = (Role.BEHEERDER,)

CASES = {
    "home.show_home": Case(ALL),
    "health.show_health": Case(public=True),
    "pages.choose_language": Case(public=True),
    "pages.show_privacy": Case(public=True),
    "pages.show_accessibility": Case(public=True),
    "accounts.show_login": Case(public=True),
    "accounts.log_in": Case(public=True),
    "accounts.show_accept_invitation": Case(public=True, own={"token": "x"}),
    "accounts.accept_invitation": Case(public=True, own={"token": "x"}),
    "accounts.log_out": Case(ALL),
    "accounts.show_second_step": Case(ALL),
    "accounts.check_second_step": Case(ALL),
    "accounts.show_account": Case(ALL),
    "accounts.change_password": Case(ALL),
    "accounts.revoke_sessions": Case(ALL),
    "accounts.show_set_second_step": Case(ALL),
    "accounts.show_second_step_code": Case(ALL),
    "accounts.set_second_step": Case(ALL),
    "accounts.show_accounts": Case(BEHEER),
    "accounts.show_invite": Case(BEHEER),
    "accounts.invite": Case(BEHEER),
    "accounts.end_account": Case(BEHEER, own={"account_id": 999}),
    "accounts.reset_second_step": Case(BEHEER, own={"account_id": 999}),
    "accounts.show_audit": Case(BEHEER),
    "register.show_register": Case(BEHEER),
    "openapi.spec": Case(public=True),
    "static": Case(public=True, own={"filename": "icon.svg"}),
}
