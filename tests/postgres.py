"""A PostgreSQL of the tests themselves: made in a temporary folder, thrown away afterwards."""

from __future__ import annotations

import contextlib
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg

#: Settings of a server whose data nobody will miss. Durability is tested in ``tests/faults``, with ``fsync`` on.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
#: Small enough to run one cluster per xdist worker.
SMALL = {"shared_buffers": "32MB", "max_connections": "100", "max_wal_size": "512MB", "timezone": "UTC"}


class PostgresUnavailableError(RuntimeError):
    """No PostgreSQL can run here; the sentence says why."""


def find_programs() -> Path:
    """Return the folder with ``initdb`` and ``pg_ctl``.

    Raises
    ------
    PostgresUnavailableError
        The server programs of PostgreSQL are not on this machine.
    """
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise PostgresUnavailableError("the server programs of PostgreSQL (initdb, pg_ctl) are not installed")


def _as_postgres(account: str | None, *command: str | Path) -> list[str]:
    words = [str(word) for word in command]
    return ["runuser", "-u", account, "--", *words] if account else words


def _server_account() -> str | None:
    """Name the account the server must run under: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            pwd.getpwnam(name)
            if shutil.which("runuser"):
                return name
    raise PostgresUnavailableError("running as root, and there is no account `postgres` to run the server under")


def _run(command: list[str], cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        raise PostgresUnavailableError(f"{command[0]} failed: {(done.stderr or done.stdout).strip()[-600:]}")


class Cluster:
    """One server in one folder: ``start``, ``kill`` (SIGKILL-like), ``stop``, ``new_database``."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.folder = folder
        self.settings = settings
        self.programs = find_programs()
        self.account = _server_account()
        self.data = folder / "data"
        self._numbers = itertools.count(1)

    def create(self) -> None:
        """Make the cluster on disk."""
        if self.account:
            owner = pwd.getpwnam(self.account)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        _run(
            _as_postgres(
                self.account, self.programs / "initdb", "-D", self.data, "-U", "stageroute",
                "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
            ),
            self.folder,
        )  # fmt: skip
        lines = [f"{name} = '{value}'" for name, value in self.settings.items()]
        lines += ["listen_addresses = ''", f"unix_socket_directories = '{self.folder}'"]
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as config:
            config.write("\n".join(lines) + "\n")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        _run(
            _as_postgres(
                self.account, self.programs / "pg_ctl", "-D", self.data, "-l", self.folder / "server.log",
                "-w", "-t", "60", "start",
            ),
            self.folder,
        )  # fmt: skip

    def stop(self, mode: str = "immediate") -> None:
        """Stop the server; ``immediate`` is what a crash looks like to its clients."""
        with contextlib.suppress(PostgresUnavailableError):
            _run(
                _as_postgres(self.account, self.programs / "pg_ctl", "-D", self.data, "-m", mode, "-w", "stop"),
                self.folder,
            )

    def url(self, database: str) -> str:
        """Return the SQLAlchemy address of a database of this server."""
        return f"postgresql+psycopg://stageroute@/{database}?host={quote(str(self.folder), safe='')}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """Open a plain connection, outside SQLAlchemy."""
        return psycopg.connect(dbname=database, user="stageroute", host=str(self.folder), autocommit=True)

    def new_database(self) -> str:
        """Make an empty database and return its address."""
        name = f"stageroute_{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        return self.url(name)


@contextlib.contextmanager
def running_cluster(**settings: str) -> Iterator[Cluster]:
    """Run a throw-away server; extra ``settings`` go over the fast and small ones.

    Raises
    ------
    PostgresUnavailableError
        The programs are absent, or the server does not start.
    """
    # A unix socket path holds at most 107 characters, so the folder must have a short name.
    folder = Path(tempfile.mkdtemp(prefix="srpg"))
    try:
        cluster = Cluster(folder, {**FAST, **SMALL, **settings})
        cluster.create()
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def postgres_cluster() -> Iterator[Callable[[], str]]:
    """Run a throw-away server and give a function that makes an empty database and returns its address."""
    with running_cluster() as cluster:
        yield cluster.new_database
