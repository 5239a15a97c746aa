"""Installed timetables, memory-mapped: which version of which feed is in use, and the table of a date.

On disk::

    ov/NAME/CURRENT                        the version in use, replaced in one step
    ov/NAME/versions/DIGEST/meta.json      what it is, with size and SHA-256 of every file
    ov/NAME/versions/DIGEST/*.npy          stops, lines, trips, calls, changes
    ov/NAME/versions/DIGEST/days/KEY/*.npy one table of runs; equal dates share one
"""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.errors import NetworkError
from geo.graph import NAME
from geo.runtime import keep_cache_in
from geo.timetable.days import DayTable, day_begin
from geo.timetable.faults import TimetableError, TimetableErrorCode
from geo.timetable.texts import Texts
from geo.version import CHECK_FULLY_BELOW, check_files, digest_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

FORMAT = 2
CURRENT = "CURRENT"
_VERSION = re.compile(r"[0-9a-f]{16}(-[0-9]+)?")
_DAYS_KEPT = 16


class Feed:
    """One version of a timetable.

    Attributes
    ----------
    first_day, last_day
        The days that it tells about, both included; outside of them nothing is known.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.name = name
        self.meta = _read_meta(folder, name)
        self.first_day = dt.date.fromisoformat(self.meta["first_day"])
        self.last_day = dt.date.fromisoformat(self.meta["last_day"])
        self._arrays: dict[str, NDArray[Any]] = {}
        self._days: dict[str, DayTable] = {}
        self._lock = threading.Lock()

    @property
    def digest(self) -> str:
        """Fingerprint of everything in this version."""
        return str(self.meta["digest"])

    @property
    def zone(self) -> str:
        """The time zone of every time in it."""
        return str(self.meta["zone"])

    @property
    def counts(self) -> dict[str, int]:
        """Stops, trips, calls and so on."""
        return dict(self.meta["counts"])

    @property
    def dropped(self) -> dict[str, int]:
        """What was accepted but not used, or looked odd."""
        return dict(self.meta["dropped"])

    def array(self, name: str) -> NDArray[Any]:
        """One array of this version, read-only and memory-mapped."""
        found = self._arrays.get(name)
        if found is None:
            try:
                found = np.asarray(np.load(self.folder / f"{name}.npy", mmap_mode="r", allow_pickle=False))
            except (OSError, ValueError) as error:
                raise damaged(self.name, f"{name}.npy") from error
            found.flags.writeable = False
            self._arrays[name] = found
        return found

    def texts(self, name: str) -> Texts:
        """One list of texts."""
        return Texts(self.array(f"{name}_text"), self.array(f"{name}_start"))

    @cached_property
    def stop_ids(self) -> Texts:
        """Id of every stop; sorted."""
        return self.texts("stop_id")

    @cached_property
    def stop_names(self) -> Texts:
        """Name of every stop."""
        return self.texts("stop_name")

    @property
    def stops(self) -> int:
        """How many."""
        return int(self.array("stop_xy").shape[0])

    @property
    def points(self) -> int:
        """How many; the first are the stops."""
        return int(self.array("point_stop").size)

    def knows(self, day: dt.date) -> bool:
        """Whether the timetable tells about this date."""
        return self.first_day <= day <= self.last_day

    def begin(self, day: dt.date) -> dt.datetime:
        """What the times of a date are counted from, in UTC."""
        return day_begin(day, self.zone)

    def runs_on(self, day: dt.date) -> int:
        """Runs of the date itself."""
        return int(self.meta["days"][(day - self.first_day).days]["runs"])

    def day(self, day: dt.date) -> DayTable:
        """The runs of a date that ``knows`` answers yes to."""
        key = str(self.meta["days"][(day - self.first_day).days]["table"])
        found = self._days.get(key)
        if found is None:
            names = list(DayTable.__dataclass_fields__)
            found = DayTable.of({name: self.array(f"days/{key}/{name}") for name in names})
            with self._lock:
                while len(self._days) >= _DAYS_KEPT:
                    self._days.pop(next(iter(self._days)))
                self._days[key] = found
        return found

    def verify(self) -> None:
        """Read every byte and compare it with what was written.

        Raises
        ------
        TimetableError
            A file differs.
        """
        _checked(lambda: check_files(self.folder, self.name, self.meta["files"], fully=True), self.name)


def damaged(name: str, detail: str) -> TimetableError:
    """A file of an installed timetable is not what was written."""
    return TimetableError(TimetableErrorCode.DAMAGED, name=name, detail=detail)


def _checked(check: Callable[[], None], name: str) -> None:
    try:
        check()
    except NetworkError as error:
        raise damaged(name, str(error)) from error


def _read_meta(folder: Path, name: str) -> dict[str, Any]:
    try:
        meta: dict[str, Any] = json.loads((folder / "meta.json").read_text("utf-8"))
        if meta["format"] != FORMAT or meta["digest"] != digest_of(meta):
            raise damaged(name, "meta.json")
        files = meta["files"]
        total = sum(entry["bytes"] for entry in files.values())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, TimetableError):
            raise
        raise damaged(name, "meta.json") from error
    _checked(lambda: check_files(folder, name, files, fully=total < CHECK_FULLY_BELOW), name)
    return meta


class Timetables:
    """The timetables of one installation; safe for threads, follows new versions made by other processes.

    Parameters
    ----------
    home
        ``STAGEROUTE_HOME``; timetables live in its folder ``ov``.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / "ov"
        keep_cache_in(home)
        self._open: dict[str, tuple[str, Feed]] = {}
        self._lock = threading.Lock()

    def names(self) -> list[str]:
        """Timetables that have a complete version, ordered by name."""
        return sorted(file.parent.name for file in self.folder.glob(f"*/{CURRENT}"))

    def folder_of(self, name: str) -> Path:
        """Folder of one timetable.

        Raises
        ------
        TimetableError
            The name cannot be a name.
        """
        if not NAME.fullmatch(name):
            raise TimetableError(TimetableErrorCode.BAD_NAME, name=name)
        return self.folder / name

    def open(self, name: str) -> Feed:
        """Open the version in use; one that was opened before is handed out again.

        Raises
        ------
        TimetableError
            Unknown or damaged.
        """
        version = self._version(name)
        with self._lock:
            known = self._open.get(name)
            if known is not None and known[0] == version:
                return known[1]
            try:
                feed = Feed(self.folder_of(name) / "versions" / version, name)
            except TimetableError:
                # A new version may just have come and cleaned up; look once more at the pointer.
                again = self._version(name)
                if again == version:
                    raise
                version = again
                feed = Feed(self.folder_of(name) / "versions" / version, name)
            self._open[name] = (version, feed)
            return feed

    def _version(self, name: str) -> str:
        try:
            version = (self.folder_of(name) / CURRENT).read_text("ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise TimetableError(TimetableErrorCode.UNKNOWN, name=name, known=", ".join(self.names()) or "–") from error
        if not _VERSION.fullmatch(version):
            raise damaged(name, CURRENT)
        return version
