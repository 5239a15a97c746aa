"""One door to the database: a reading session, or a writing session that is one transaction."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, NotSupportedError, ProgrammingError
from sqlalchemy.orm import Session

from data.faults import StorageUnavailableError

__all__ = ["Database", "Session", "build_engine", "is_writing"]

_IMMEDIATE = "stageroute_immediate"
BUSY_TIMEOUT_MS = 15_000


def build_engine(url: str) -> Engine:
    """Return an engine with the guarantees that Stageroute relies on.

    SQLite gets write-ahead logging, foreign keys, a busy timeout and full
    synchronisation, so that an acknowledged write survives a power cut.

    Parameters
    ----------
    url
        ``sqlite:///…`` or ``postgresql+psycopg://…``.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, hide_parameters=True, pool_pre_ping=True, pool_size=5, max_overflow=10)
    engine = create_engine(
        parsed, hide_parameters=True, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling begins too late for BEGIN IMMEDIATE, so we begin ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    _switch_to_wal(cursor)
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _switch_to_wal(cursor: Any) -> None:
    """Wait as long for the switch as for any other lock: for this one statement SQLite itself does not wait."""
    deadline = monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or monotonic() >= deadline:
                raise
            sleep(0.02)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get(_IMMEDIATE, False)
    if immediate:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.connection.cursor().execute("BEGIN")  # waits for nobody and reads nothing, so it cannot be refused


#: What the driver says, and what the user reads; the first that fits.
_OLD_SCHEMA = "de tabellen zijn van een andere versie; voer eerst `flask init` uit"
_REASONS = (
    ("no such table", _OLD_SCHEMA),
    ("no such column", _OLD_SCHEMA),
    ("does not exist", _OLD_SCHEMA),
    ("readonly", "de schijf of het bestand mag alleen worden gelezen"),
    ("read-only", "de schijf of het bestand mag alleen worden gelezen"),
    ("unable to open", "het bestand kan niet worden geopend"),
    ("full", "de schijf is vol"),
    ("no space", "de schijf is vol"),
    ("locked", "iemand anders was te lang bezig"),
    ("malformed", "het bestand is beschadigd"),
    ("not a database", "het bestand is beschadigd"),
    ("deadlock", "twee wijzigingen zaten elkaar in de weg"),
)


def is_writing(session: Session) -> bool:
    """Whether a session came from ``Database.write``, so that what it sees may still be taken back."""
    return bool(session.get_bind().get_execution_options().get(_IMMEDIATE, False))


@contextmanager
def _said_in_words() -> Iterator[None]:
    """Turn a database that is away, full or read-only into one error with a Dutch sentence, without its address."""
    try:
        yield
    except DatabaseError as error:
        said = str(error.orig).lower()
        of_our_own = isinstance(error, IntegrityError | DataError | ProgrammingError | NotSupportedError)
        if of_our_own and not ("does not exist" in said and isinstance(error, ProgrammingError)):
            raise
        reason = next((words for part, words in _REASONS if part in said), "de database geeft geen antwoord")
        raise StorageUnavailableError(f"Opslaan of lezen lukt nu niet: {reason}. Er is niets veranderd.") from error


class _Moment:
    """The reading session that everything inside one moment shares; made at the first question."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._session: Session | None = None
        self._readers = 0
        self._over = False

    @contextmanager
    def read(self) -> Iterator[Session]:
        if self._session is None:
            self._session = Session(self._engine, expire_on_commit=False)
        self._readers += 1
        try:
            yield self._session
        except BaseException:
            self._over = True  # after a failure nothing more may be asked in this transaction
            raise
        finally:
            self._readers -= 1
            self._close_when_over()

    def end(self) -> None:
        """Begin a new moment for who reads next, once the present readers are done."""
        self._over = True
        self._close_when_over()

    def _close_when_over(self) -> None:
        if self._over and not self._readers:
            if self._session is not None:
                self._session.close()
            self._session, self._over = None, False


class Database:
    """The installation's database.

    Parameters
    ----------
    url
        ``sqlite:///…`` or ``postgresql+psycopg://…``.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = build_engine(url)
        self._writer = self.engine.execution_options(**{_IMMEDIATE: True})
        self._moment: ContextVar[_Moment | None] = ContextVar("moment", default=None)
        # SQLite lets one write at a time and makes the others poll; within a process they wait their turn here.
        self._turn = threading.RLock() if self.is_sqlite else nullcontext()

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Yield a session that sees one moment and changes nothing.

        Raises
        ------
        data.faults.StorageUnavailableError
            The database cannot be reached or read.
        """
        moment = self._moment.get()
        reading = Session(self.engine, expire_on_commit=False) if moment is None else moment.read()
        with _said_in_words(), reading as session:
            yield session

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """Let everything that is read inside see one moment, over one connection: a page whose figures belong together.

        A change made inside begins a new moment, so what is read after it sees the change.
        """
        moment = _Moment(self.engine)
        token = self._moment.set(moment)
        try:
            yield
        finally:
            self._moment.reset(token)
            moment.end()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Yield a session that is one transaction: all of it is saved on exit, or none of it on an error.

        Raises
        ------
        data.faults.StorageUnavailableError
            The database cannot be reached or written; nothing was saved.
        """
        moment = self._moment.get()
        try:
            with (
                self._turn,
                _said_in_words(),
                Session(self._writer, expire_on_commit=False) as session,
                session.begin(),
            ):
                yield session
        finally:
            if moment is not None:
                moment.end()

    def close(self) -> None:
        """Close every connection, for instance before a fork."""
        self.engine.dispose()
