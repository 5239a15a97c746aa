"""Headers, cookies, forms and logs."""

import json

import pytest

from usecases.people.roles import Role
from usecases.people.secret import load_secret
from usecases.settings import SettingError, read_settings
from usecases.work import logs
from webapp import create_app
from webapp.server.security import CONTENT_SECURITY_POLICY


def test_every_answer_carries_the_security_headers(client):
    for path in ("/inloggen", "/bestaat-niet", "/gezond", "/static/icon.svg"):
        with client.get(path) as answer:
            assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY, path
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["X-Frame-Options"] == "DENY"


def test_no_inline_script_and_no_inline_style_is_allowed():
    assert "unsafe" not in CONTENT_SECURITY_POLICY


def test_a_form_without_its_token_is_refused_and_stores_nothing(login, app):
    client = login(Role.BEHEERDER)
    answer = client.post(
        "/accounts/uitnodigen", data={"email": "a@b.example", "role": "beheerder", "scope": "installatie"}
    )
    assert answer.status_code == 400
    assert "verlopen" in answer.text
    _, total = app.extensions["stageroute"].audit.newest(1)
    assert all(row.action != "uitgenodigd" for row in app.extensions["stageroute"].audit.newest(total)[0])


def test_production_cookies_are_bound_to_this_host(home):
    app = create_app(read_settings({"STAGEROUTE_HOME": str(home), "STAGEROUTE_MODE": "productie"}))
    assert app.config["SESSION_COOKIE_NAME"] == "__Host-stageroute"
    assert app.config["SESSION_COOKIE_SECURE"]
    app.extensions["stageroute"].close()


def test_the_secret_is_made_once_and_for_the_owner_only(tmp_path):
    first = load_secret(tmp_path)
    assert load_secret(tmp_path) == first
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


def test_a_damaged_secret_is_never_used(tmp_path):
    (tmp_path / "secret").write_text("")
    with pytest.raises(RuntimeError, match="beschadigd"):
        load_secret(tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STAGEROUTE_MODE", "test"),
        ("STAGEROUTE_UPLOAD_MB", "veel"),
        ("DATABASE_URL", "mysql://x"),
        ("STAGEROUTE_IDLE_MINUTES", "0"),
    ],
)
def test_a_wrong_setting_names_the_variable_the_value_and_what_is_allowed(name, value):
    with pytest.raises(SettingError) as error:
        read_settings({name: value})
    assert name in str(error.value)
    assert value in str(error.value)
    assert "Toegestaan" in str(error.value)


def test_a_log_line_holds_no_field_that_is_not_named():
    line = logs._only_allowed(None, "info", {"event": "request", "email": "a@b.example", "path": "/leerling/17"})
    assert line == {"event": "request"}


def test_a_request_is_logged_without_its_path(login, capsys):
    client = login(Role.STAGECOORDINATOR)
    capsys.readouterr()
    client.get("/uitnodiging/geheim-token")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert all("geheim" not in json.dumps(line) for line in lines)


def test_an_upload_that_is_too_large_is_refused_with_a_sentence(login):
    client = login(Role.BEHEERDER)
    answer = client.post("/accounts/uitnodigen", data={"csrf_token": client.token, "email": "x" * 26_000_000})
    assert answer.status_code == 413
    assert "MB" in answer.text
