"""The composition root: the one place where services meet stores."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from data.migrate import migrate
from data.session import Database
from webapp.accounts import AccountService
from webapp.audit_trail import AuditTrail
from webapp.context import Services
from webapp.imports import ImportService
from webapp.jobs import JobService
from webapp.logins import LoginService
from webapp.passwords import Passwords
from webapp.settings import Config


def now() -> datetime:
    """Return the real moment, in UTC; the only real clock of the house."""
    return datetime.now(UTC)


def build_services(config: Config, clock: Callable[[], datetime] = now) -> Services:
    """Build every service of the installation.

    Parameters
    ----------
    config
        The checked settings; its home folder is made when it is missing.
    clock
        Gives the current moment in UTC; tests give their own.
    """
    config.home.mkdir(parents=True, exist_ok=True)
    database = Database(config.database_url)
    passwords = Passwords(strong=config.production)
    jobs = JobService(database, clock)
    return Services(
        config=config,
        clock=clock,
        database=database,
        logins=LoginService(database, config, clock, passwords),
        accounts=AccountService(database, config, clock, passwords),
        audit=AuditTrail(database, clock),
        jobs=jobs,
        imports=ImportService(database, clock, jobs),
        close=database.close,
    )


def migrate_installation(config: Config) -> tuple[str | None, str | None]:
    """Bring the schema to the newest; returns the revision before and after.

    Raises
    ------
    InputRefused
        The database cannot be reached or written.
    """
    database = Database(config.database_url)
    try:
        return migrate(database)
    finally:
        database.close()
