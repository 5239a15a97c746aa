"""Logging in and out, one's own account, and the accounts of everybody for the beheerder."""

from __future__ import annotations

import io

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask import Response as FlaskResponse
from flask_babel import gettext
from werkzeug.wrappers import Response

from usecases.people.accounts import read_grant
from usecases.people.logins import LoginRefused, LoginThrottled
from usecases.people.roles import SCOPES_OF, Role
from usecases.refusals import sentences
from webapp.access import allow, own_account, principal, principal_or_none, public
from webapp.context import services
from webapp.views.pages import safe_target

bp = Blueprint("accounts", __name__)
Page = tuple[str, int] | str | Response


@bp.get("/inloggen")
@public
def show_login() -> Page:
    """Show the login form."""
    if principal_or_none() is not None:
        return redirect(safe_target(request.args.get("next")))
    return render_template("login.html", errors=[], email="", next=request.args.get("next", ""))


@bp.post("/inloggen")
@public
def log_in() -> Page:
    """Log in with address and password."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    target = request.form.get("next", "")
    try:
        token = services().logins.log_in(email, password, request.remote_addr or "", request.user_agent.string)
    except LoginRefused as refusal:
        status = 429 if isinstance(refusal, LoginThrottled) else 422
        return render_template("login.html", errors=sentences(refusal), email=email, next=target), status
    language = session.get("language")
    session.clear()
    session["token"] = token
    if language:
        session["language"] = language
    return redirect(safe_target(target), 303)


@bp.post("/uitloggen")
@allow(within=own_account)
def log_out() -> Response:
    """End this session."""
    services().logins.log_out(principal())
    session.clear()
    return redirect(url_for("accounts.show_login"), 303)


@bp.get("/tweede-stap")
@allow(within=own_account)
def show_second_step() -> Page:
    """Ask for the code of the app."""
    return render_template("totp.html", errors=[])


@bp.post("/tweede-stap")
@allow(within=own_account)
def check_second_step() -> Page:
    """Check the code of the app."""
    try:
        services().logins.check_second_step(principal(), request.form.get("code", ""))
    except LoginRefused as refusal:
        status = 429 if isinstance(refusal, LoginThrottled) else 422
        return render_template("totp.html", errors=sentences(refusal)), status
    return redirect(url_for("home.show_home"), 303)


@bp.get("/account")
@allow(within=own_account)
def show_account() -> Page:
    """Show one's own account: sessions, password, second step."""
    return _account_page([])


def _account_page(errors: list[str], message: str = "") -> str:
    person = principal()
    return render_template(
        "account.html",
        errors=errors,
        message=message,
        sessions=services().logins.sessions(person),
        current=person.session_id,
        secret=None,
        totp_uri=None,
    )


@bp.post("/account/wachtwoord")
@allow(within=own_account)
def change_password() -> Page:
    """Change one's password."""
    form = request.form
    try:
        services().logins.change_password(principal(), form.get("old", ""), form.get("new", ""))
    except ValueError as refusal:
        return _account_page(sentences(refusal)), 422
    return _account_page([], gettext("Uw wachtwoord is gewijzigd. Andere sessies zijn beëindigd."))


@bp.post("/account/sessies")
@allow(within=own_account)
def revoke_sessions() -> Response:
    """End one session, or all others."""
    chosen = request.form.get("session", "")
    if chosen.isdigit():
        services().logins.revoke_session(principal(), int(chosen))
    else:
        services().logins.revoke_other_sessions(principal())
    return redirect(url_for("accounts.show_account"), 303)


@bp.get("/account/tweede-stap")
@allow(within=own_account)
def show_set_second_step() -> Page:
    """Show a new secret to put in the app."""
    secret, uri = services().logins.new_second_step(principal())
    session["totp"] = secret
    return render_template("set_totp.html", errors=[], secret=secret, uri=uri)


@bp.get("/account/tweede-stap.svg")
@allow(within=own_account)
def show_second_step_code() -> Page:
    """Show the QR code of the secret that waits in this session."""
    import pyotp
    import segno

    secret = session.get("totp")
    if not secret:
        abort(400)
    uri = pyotp.TOTP(secret).provisioning_uri(name=principal().label, issuer_name="Stageroute")
    picture = io.BytesIO()
    segno.make(uri).save(picture, kind="svg", scale=5, light="#fff")
    return FlaskResponse(picture.getvalue(), mimetype="image/svg+xml")


@bp.post("/account/tweede-stap")
@allow(within=own_account)
def set_second_step() -> Page:
    """Switch the second step on."""
    secret = session.get("totp", "")
    try:
        services().logins.set_second_step(principal(), secret, request.form.get("code", ""))
    except ValueError as refusal:
        return render_template("set_totp.html", errors=sentences(refusal), secret=secret, uri=""), 422
    session.pop("totp", None)
    return redirect(url_for("accounts.show_account"), 303)


@bp.get("/accounts")
@allow(Role.BEHEERDER)
def show_accounts() -> Page:
    """Show every account."""
    return render_template("accounts.html", accounts=services().accounts.accounts(), errors=[])


@bp.get("/accounts/uitnodigen")
@allow(Role.BEHEERDER)
def show_invite() -> Page:
    """Show the invitation form."""
    return render_template("invite.html", errors=[], form={}, roles=list(Role), scopes=SCOPES_OF, link=None)


@bp.post("/accounts/uitnodigen")
@allow(Role.BEHEERDER)
def invite() -> Page:
    """Make an invitation and show its link once."""
    form = request.form
    try:
        grant = read_grant(form.get("role", ""), form.get("scope", ""))
        token = services().accounts.invite(form.get("email", ""), [grant], principal().label)
    except ValueError as refusal:
        page = render_template(
            "invite.html", errors=sentences(refusal), form=form, roles=list(Role), scopes=SCOPES_OF, link=None
        )
        return page, 422
    link = url_for("accounts.show_accept_invitation", token=token, _external=True)
    return render_template("invite.html", errors=[], form={}, roles=list(Role), scopes=SCOPES_OF, link=link)


@bp.post("/accounts/<int:account_id>/beeindigen")
@allow(Role.BEHEERDER)
def end_account(account_id: int) -> Response:
    """End an account."""
    services().accounts.end_account(account_id, principal())
    return redirect(url_for("accounts.show_accounts"), 303)


@bp.post("/accounts/<int:account_id>/tweede-stap-uit")
@allow(Role.BEHEERDER)
def reset_second_step(account_id: int) -> Response:
    """Switch off the second step of somebody who lost the phone."""
    services().accounts.reset_second_step(account_id, principal())
    return redirect(url_for("accounts.show_accounts"), 303)


@bp.get("/logboek")
@allow(Role.BEHEERDER)
def show_audit() -> Page:
    """Show the audit trail, newest first."""
    page = max(1, request.args.get("pagina", 1, type=int) or 1)
    rows, total = services().audit.newest(50, (page - 1) * 50)
    return render_template("audit.html", rows=rows, total=total, page=page, pages=max(1, -(-total // 50)))


@bp.get("/uitnodiging/<token>")
@public
def show_accept_invitation(token: str) -> Page:
    """Ask the invited person for a name and a password."""
    try:
        email = services().accounts.invitation_email(token)
    except ValueError as refusal:
        return render_template("accept_invite.html", errors=sentences(refusal), email=None, name="", token=token), 410
    return render_template("accept_invite.html", errors=[], email=email, name="", token=token)


@bp.post("/uitnodiging/<token>")
@public
def accept_invitation(token: str) -> Page:
    """Make the account and log in."""
    name, password = request.form.get("name", ""), request.form.get("password", "")
    accounts = services().accounts
    try:
        account_id = accounts.accept_invitation(token, name, password)
    except ValueError as refusal:
        try:
            email: str | None = accounts.invitation_email(token)
        except ValueError:
            email = None
        return render_template(
            "accept_invite.html", errors=sentences(refusal), email=email, name=name, token=token
        ), 422
    session.clear()
    session["token"] = services().logins.open_session(account_id, request.user_agent.string)
    return redirect(url_for("home.show_home"), 303)
