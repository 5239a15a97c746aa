"""Coming in: passwords, throttling, second step, sessions."""

import pyotp
import pytest

from tests.conftest import PASSWORD, csrf_token
from usecases.people.logins import THROTTLED, WRONG, LoginRefused, LoginThrottled, describe_browser
from usecases.people.roles import Role

EMAIL = "stagecoordinator@merenveld.example"


@pytest.fixture
def logins(app):
    return app.extensions["stageroute"].logins


def test_a_wrong_password_and_an_unknown_account_get_the_same_sentence(logins):
    said = set()
    for email in (EMAIL, "niemand@merenveld.example"):
        with pytest.raises(LoginRefused) as refusal:
            logins.log_in(email, "a wrong password", "127.0.0.1")
        said.add(str(refusal.value))
    assert said == {WRONG}


def test_an_unknown_account_costs_a_hash_verification_too(logins, monkeypatch):
    calls = []
    inner = logins._passwords._hasher

    class Counting:
        def verify(self, *arguments):
            calls.append(arguments)
            return inner.verify(*arguments)

    logins._passwords._hasher = Counting()
    for email in (EMAIL, "niemand@merenveld.example"):
        with pytest.raises(LoginRefused):
            logins.log_in(email, "a wrong password", "127.0.0.1")
    assert len(calls) == 2


def test_the_eleventh_try_in_a_quarter_of_an_hour_is_throttled_even_with_the_right_password(logins, clock):
    for _ in range(10):
        with pytest.raises(LoginRefused):
            logins.log_in(EMAIL, "a wrong password", "127.0.0.1")
    with pytest.raises(LoginThrottled, match="Wacht een kwartier"):
        logins.log_in(EMAIL, PASSWORD, "127.0.0.1")
    clock.move(minutes=16)
    assert logins.log_in(EMAIL, PASSWORD, "127.0.0.1")


def test_throttling_holds_for_unknown_accounts_too_so_that_it_tells_nothing(logins):
    for _ in range(10):
        with pytest.raises(LoginRefused):
            logins.log_in("niemand@merenveld.example", "x", "127.0.0.1")
    with pytest.raises(LoginThrottled):
        logins.log_in("niemand@merenveld.example", "x", "127.0.0.1")


def test_one_address_that_tries_many_accounts_is_throttled(logins):
    for number in range(40):
        with pytest.raises(LoginRefused):
            logins.log_in(f"gok{number}@merenveld.example", "x", "192.0.2.1")
    with pytest.raises(LoginThrottled):
        logins.log_in(EMAIL, PASSWORD, "192.0.2.1")


def test_the_login_page_says_when_it_is_throttled(client):
    for _ in range(11):
        token = csrf_token(client)
        answer = client.post("/inloggen", data={"email": EMAIL, "password": "x", "csrf_token": token})
    assert answer.status_code == 429
    assert THROTTLED in answer.text


def test_a_session_ends_when_idle(login, clock):
    client = login(Role.STAGECOORDINATOR)
    clock.move(minutes=59)
    assert client.get("/").status_code == 200
    clock.move(minutes=61)
    assert client.get("/").status_code == 302


def test_a_session_ends_after_twelve_hours_of_use(login, clock):
    client = login(Role.STAGECOORDINATOR)
    for _ in range(24):
        clock.move(minutes=29)
        assert client.get("/").status_code == 200
    clock.move(minutes=29)
    assert client.get("/").status_code == 302


def test_a_revoked_session_is_out_at_once(login):
    first, second = login(Role.FINANCIEEL), login(Role.FINANCIEEL)
    answer = first.post("/account/sessies", data={"csrf_token": first.token})
    assert answer.status_code == 303
    assert first.get("/").status_code == 200
    assert second.get("/").status_code == 302


def test_another_persons_session_cannot_be_revoked(login, app):
    victim, attacker = login(Role.FINANCIEEL), login(Role.STAGECOORDINATOR)
    for number in range(1, 10):
        attacker.post("/account/sessies", data={"csrf_token": attacker.token, "session": str(number)})
    assert victim.get("/").status_code == 200


def test_logging_out_kills_the_token_and_not_only_the_cookie(app, login):
    client = login(Role.FINANCIEEL)
    with client.session_transaction() as cookie:
        token = cookie["token"]
    client.post("/uitloggen", data={"csrf_token": client.token})
    assert app.extensions["stageroute"].logins.principal(token) is None


def test_changing_the_password_ends_the_other_sessions(login):
    first, second = login(Role.FINANCIEEL), login(Role.FINANCIEEL)
    answer = first.post(
        "/account/wachtwoord", data={"old": PASSWORD, "new": "a new and long password", "csrf_token": first.token}
    )
    assert answer.status_code == 200
    assert second.get("/").status_code == 302


def test_a_second_step_is_asked_and_its_code_works_once(app, login, clock):
    client = login(Role.BEHEERDER)
    client.get("/account/tweede-stap")
    with client.session_transaction() as cookie:
        secret = cookie["totp"]
    code = pyotp.TOTP(secret).at(clock.now)
    assert client.post("/account/tweede-stap", data={"code": code, "csrf_token": client.token}).status_code == 303
    clock.move(minutes=2)
    fresh = login(Role.BEHEERDER)
    assert fresh.get("/accounts").location == "/tweede-stap"
    code = pyotp.TOTP(secret).at(clock.now)
    assert fresh.post("/tweede-stap", data={"code": "000000", "csrf_token": fresh.token}).status_code == 422
    assert fresh.post("/tweede-stap", data={"code": code, "csrf_token": fresh.token}).status_code == 303
    assert fresh.get("/accounts").status_code == 200
    again = login(Role.BEHEERDER)
    assert again.post("/tweede-stap", data={"code": code, "csrf_token": again.token}).status_code == 422


def test_the_address_to_go_on_to_stays_within_this_site(client):
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        answer = client.post(
            "/inloggen",
            data={"email": EMAIL, "password": PASSWORD, "next": target, "csrf_token": csrf_token(client)},
        )
        assert answer.location == "/"
        client = client.application.test_client()


def test_a_tampered_cookie_is_a_visitor(login):
    client = login(Role.BEHEERDER)
    client.set_cookie("stageroute", "eyJ0b2tlbiI6ImZvcmdlZCJ9.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge op Windows",
        ),
        ("Mozilla/5.0 (X11; CrOS x86_64 1) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome op Chromebook"),
        ("curl/8", "onbekend apparaat"),
    ],
)
def test_a_session_names_the_browser_as_a_person_knows_it(user_agent, said):
    assert describe_browser(user_agent) == said
