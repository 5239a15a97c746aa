"""Every setting of the installation: its environment variable, its default, what is allowed, and what it does.

The table in ``docs/operations.md`` is held equal to :data:`SETTINGS` by a test.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class SettingError(ValueError):
    """An environment variable has a value that is not allowed."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable."""

    name: str
    default: str
    allowed: str
    explanation: str
    read: Callable[[str], Any]


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text)
        if not low <= number <= high:
            raise ValueError(text)
        return number

    return read


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(text)
        return text

    return read


def _switch(text: str) -> bool:
    return {"aan": True, "uit": False}[text]


def _worker_name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.-]{0,60}", text):
        raise ValueError(text)
    return text


def _database_url(text: str) -> str:
    if text and not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError(text)
    return text


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "STAGEROUTE_HOME",
        "instance",
        "a folder that can be written",
        "holds everything that is not code: database, networks, tiles, uploads, secret",
        lambda text: (ROOT / Path(text).expanduser()).resolve(),
    ),
    Setting(
        "DATABASE_URL",
        "",
        "sqlite:///… or postgresql+psycopg://…; empty is an SQLite file in STAGEROUTE_HOME",
        "the database of the installation, and of its jobs",
        _database_url,
    ),
    Setting(
        "STAGEROUTE_MODE",
        "demo",
        "demo or productie",
        "productie asks for https cookies and for two-step login of every beheerder",
        _one_of("demo", "productie"),
    ),
    Setting(
        "STAGEROUTE_PROXIES",
        "0",
        "0 to 3",
        "how many reverse proxies stand in front; 0 trusts no X-Forwarded header",
        _whole(0, 3),
    ),
    Setting(
        "STAGEROUTE_IDLE_MINUTES", "60", "5 to 1440", "a session without a request ends after this", _whole(5, 1440)
    ),
    Setting("STAGEROUTE_SESSION_HOURS", "12", "1 to 168", "a session ends after this, used or not", _whole(1, 168)),
    Setting("STAGEROUTE_INVITATION_DAYS", "7", "1 to 60", "an invitation link expires after this", _whole(1, 60)),
    Setting(
        "STAGEROUTE_LOGIN_TRIES",
        "10",
        "3 to 100",
        "failed logins per account in 15 minutes; four times that per address",
        _whole(3, 100),
    ),
    Setting("STAGEROUTE_UPLOAD_MB", "25", "1 to 90", "largest file that may be uploaded, in megabytes", _whole(1, 90)),
    Setting("STAGEROUTE_WORKER_THREADS", "2", "1 to 32", "jobs that one worker executes at once", _whole(1, 32)),
    Setting(
        "STAGEROUTE_WORKER_SILENCE",
        "60",
        "2 to 3600",
        "seconds without a heartbeat after which another worker takes over the jobs of a worker",
        _whole(2, 3600),
    ),
    Setting(
        "STAGEROUTE_WORKER_NAME",
        "",
        "letters, digits, dot and dash; empty is the name of the machine",
        "first part of the name of a worker; give machines whose name changes at every start a stable one",
        _worker_name,
    ),
    Setting(
        "STAGEROUTE_DAILY_HOUR",
        "3",
        "0 to 23",
        "from this hour, Dutch time, a worker does the work of the day once: reservations expire, old data is erased",
        _whole(0, 23),
    ),
    Setting(
        "STAGEROUTE_LINK_DAYS",
        "14",
        "1 to 60",
        "a link for a company without an account expires after this",
        _whole(1, 60),
    ),
    Setting(
        "STAGEROUTE_RETENTION_MONTHS",
        "24",
        "1 to 120",
        "the work of the day (and flask match clean) erases pupils whose stage ended longer ago than this",
        _whole(1, 120),
    ),
    Setting(
        "STAGEROUTE_REGION_KIND",
        "arbeidsmarktregio",
        "arbeidsmarktregio or rmc",
        "what the word regio means in the partner chain and on every map",
        _one_of("arbeidsmarktregio", "rmc"),
    ),
    Setting(
        "STAGEROUTE_PDOK_BACKGROUND",
        "uit",
        "aan or uit",
        "lays the grey map of PDOK behind every live map; browsers then ask PDOK for pictures",
        _switch,
    ),
    Setting(
        "STAGEROUTE_PDOK_ADDRESSES",
        "uit",
        "aan or uit",
        "looks up addresses with PDOK Locatieserver; what somebody types as a place is then sent to PDOK",
        _switch,
    ),
)


@dataclass(frozen=True)
class Config:
    """The settings of this process, checked."""

    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        """Return the value of the setting called ``name``."""
        return self.values[name]

    @property
    def home(self) -> Path:
        """The folder of everything that is not code."""
        return Path(self.values["STAGEROUTE_HOME"])

    @property
    def database_url(self) -> str:
        """The database, the SQLite file in the home folder unless another is named."""
        return str(self.values["DATABASE_URL"]) or f"sqlite:///{self.home / 'stageroute.sqlite'}"

    @property
    def production(self) -> bool:
        """Whether this installation serves real people."""
        return bool(self.values["STAGEROUTE_MODE"] == "productie")


def read_settings(environment: Mapping[str, str] | None = None) -> Config:
    """Read and check every setting.

    Raises
    ------
    SettingError
        A value is not allowed; the message names the variable, the value and what is allowed.
    """
    source = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = source.get(setting.name, "").strip() or setting.default
        try:
            values[setting.name] = setting.read(text)
        except (ValueError, KeyError) as error:
            message = f"{setting.name}={text!r} kan niet. Toegestaan: {setting.allowed}."
            raise SettingError(message) from error
    return Config(values)
