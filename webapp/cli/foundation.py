"""Commands of the house itself: schema, accounts, access table, audit trail, settings."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from usecases.people.accounts import read_grant
from usecases.people.roles import EVERY_ROLE
from usecases.settings import SETTINGS
from usecases.wiring import migrate_installation
from webapp.context import services

OPERATOR = "beheer via de opdrachtregel"


@click.command("init")
@with_appcontext
def init() -> None:
    """Bring the database to the newest schema; does nothing when it is there already."""
    before, after = migrate_installation(services().config)
    if before == after:
        click.echo(f"database is bij: {after}")
    else:
        click.echo(f"database bijgewerkt: {before or 'leeg'} → {after}")


@click.group("account")
def account() -> None:
    """Accounts and invitations."""


@account.command("invite")
@click.argument("email")
@click.option("--role", required=True, help="stagecoordinator, financieel, netwerkcoordinator or beheerder")
@click.option("--scope", required=True, help="school:BRIN, bestuur:NUMBER, regio:KEY or installatie")
@with_appcontext
def invite(email: str, role: str, scope: str) -> None:
    """Print a one-time link with which EMAIL makes an account."""
    token = services().accounts.invite(email, [read_grant(role, scope)], OPERATOR)
    click.echo(f"/uitnodiging/{token}")


@account.command("list")
@with_appcontext
def list_accounts() -> None:
    """Print every account: number, address, grants."""
    for row in services().accounts.accounts():
        grants = " ".join(f"{grant.role}@{grant.scope}" for grant in row.grants)
        click.echo(f"{row.id}\t{row.email}\t{grants}{'' if row.ended_at is None else chr(9) + 'beëindigd'}")


@click.group("access")
def access() -> None:
    """Who may do what."""


@access.command("list")
@with_appcontext
def list_access() -> None:
    """Print every route with its rule: endpoint, methods, path, roles, scope."""
    rules = current_app.extensions["stageroute-rules"]
    for route in sorted(current_app.url_map.iter_rules(), key=lambda item: (item.endpoint, item.rule)):
        rule = rules[route.endpoint]
        who = "iedereen" if rule.is_public else ",".join(role for role in EVERY_ROLE if role in rule.roles)
        scope = "-" if rule.within is None else "eigen bereik, anders 404"
        methods = ",".join(sorted((route.methods or set()) - {"HEAD", "OPTIONS"}))
        click.echo(f"{route.endpoint}\t{methods}\t{route.rule}\t{who}\t{scope}")


@click.group("audit")
def audit() -> None:
    """The audit trail."""


@audit.command("verify")
@with_appcontext
def verify_audit() -> None:
    """Walk the whole chain; exit 2 at the first entry that does not hold."""
    verdict = services().audit.verify()
    if verdict.broken:
        click.echo(f"logboek klopt niet: {verdict.broken}", err=True)
        sys.exit(2)
    click.echo(f"logboek klopt: {verdict.entries} regels, laatste zegel {verdict.digest}")


@click.command("settings")
@with_appcontext
def settings() -> None:
    """Print every setting with its value and what is allowed."""
    config = services().config
    for setting in SETTINGS:
        value = "…" if setting.name == "DATABASE_URL" and config[setting.name] else config[setting.name]
        click.echo(f"{setting.name}\t{value}\t{setting.allowed}")
