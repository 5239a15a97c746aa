"""Bring a database to the newest schema; safe when two processes try at once."""

from __future__ import annotations

import io
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from data.faults import InputRefused
from data.session import Database

_LOCK_KEY = 7_301_202_600


def _settings(connection: Connection | None = None) -> Config:
    settings = Config(stdout=io.StringIO())
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    settings.attributes["connection"] = connection
    return settings


def newest_revision() -> str:
    """Return the one head of the migrations."""
    head = ScriptDirectory.from_config(_settings()).get_current_head()
    if head is None:
        message = "there are no migrations"
        raise RuntimeError(message)
    return head


def current_revision(database: Database) -> str | None:
    """Return the revision that the database is at, or ``None`` when it is empty."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def migrate(database: Database, revision: str = "head") -> tuple[str | None, str | None]:
    """Migrate to ``revision`` in one transaction; a second migration at the same time waits, then finds nothing to do.

    Returns
    -------
    tuple
        The revision before and the one after.

    Raises
    ------
    InputRefused
        The database cannot be reached or written, said without its address or password.
    """
    try:
        return _migrate(database, revision)
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0] if error.orig else "onbekende reden"
        raise InputRefused.because(
            f"De database kan niet worden geopend of beschreven ({reason}). Er is niets veranderd."
        ) from error


def _migrate(database: Database, revision: str) -> tuple[str | None, str | None]:
    # SQLite cannot switch foreign keys off inside a transaction, and batch migrations rebuild tables.
    with database.engine.connect() as connection:
        if database.is_sqlite:
            raw = connection.connection.dbapi_connection
            assert raw is not None  # noqa: S101 - an open connection has one
            raw.cursor().execute("PRAGMA foreign_keys=OFF")
            connection = connection.execution_options(stageroute_immediate=True)  # noqa: PLW2901
        try:
            with connection.begin():
                if not database.is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
                before = MigrationContext.configure(connection).get_current_revision()
                settings = _settings(connection)
                if revision == "base" or (before is not None and _is_older(revision, before)):
                    command.downgrade(settings, revision)
                else:
                    command.upgrade(settings, revision)
                after = MigrationContext.configure(connection).get_current_revision()
        finally:
            if database.is_sqlite:
                connection.invalidate()
    return before, after


def _is_older(revision: str, than: str) -> bool:
    if revision in {"head", than}:
        return False
    script = ScriptDirectory.from_config(_settings())
    return revision in {item.revision for item in script.iterate_revisions(than, "base")}


def differences(database: Database) -> list[str]:
    """Return what ``alembic check`` would complain about: tables that differ from the migrations."""
    from alembic.autogenerate import compare_metadata

    from data.tables import Base

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [repr(difference) for difference in compare_metadata(context, Base.metadata)]
