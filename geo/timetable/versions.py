"""Writing a version of a timetable beside the one in use, and switching to it in one step."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from hashlib import sha256
from typing import IO, TYPE_CHECKING, Any, Self

import numpy as np

from geo.timetable.faults import TimetableError, TimetableErrorCode
from geo.timetable.store import CURRENT, Feed, Timetables
from geo.version import digest_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from numpy.typing import NDArray


class NewVersion:
    """A version that is being written: one at a time per name, gone without a trace unless it is finished.

    Parameters
    ----------
    timetables, name
        Where it will be found.

    Attributes
    ----------
    meta
        To be set before ``finish``; files and digest are added.
    """

    def __init__(self, timetables: Timetables, name: str) -> None:
        self._timetables = timetables
        self._name = name
        self._folder = timetables.folder_of(name)
        self._target = self._folder / "versions" / f"building-{os.getpid()}"
        self._files: dict[str, Any] = {}
        self._lock: IO[str] | None = None
        self.meta: dict[str, Any] = {}

    def __enter__(self) -> Self:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock = (self._folder / ".lock").open("w")
        except OSError as error:
            raise self._not_written(error) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            raise TimetableError(TimetableErrorCode.BUSY, name=self._name) from error
        self._clean()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clean()
        if self._lock is not None:
            self._lock.close()
        if not any(self._folder.glob("versions/*")):
            # Nothing was ever installed under this name: leave no empty folder behind.
            shutil.rmtree(self._folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise self._not_written(error) from error

    def _not_written(self, error: OSError) -> TimetableError:
        detail = error.strerror or str(error)
        return TimetableError(TimetableErrorCode.NOT_WRITTEN, name=self._name, detail=detail)

    def _clean(self) -> None:
        """Remove what a killed import left behind."""
        for left_over in self._folder.glob("versions/building-*"):
            shutil.rmtree(left_over, ignore_errors=True)

    def save(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Write arrays, and make sure that they are on the disk before anybody is told about them."""
        for key, array in arrays.items():
            file = self._target / f"{key}.npy"
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("wb+") as stream:
                np.save(stream, np.ascontiguousarray(array), allow_pickle=False)
                stream.flush()
                os.fsync(stream.fileno())
                size = stream.tell()
                stream.seek(0)
                digest = sha256()
                while block := stream.read(1 << 20):
                    digest.update(block)
            self._files[f"{key}.npy"] = {"bytes": size, "sha256": digest.hexdigest()}

    def finish(self) -> Feed:
        """Give the finished folder its name and point at it; the version before stays for who just opened it."""
        self.meta["files"] = self._files
        self.meta["digest"] = digest_of(self.meta)
        (self._target / "meta.json").write_text(json.dumps(self.meta, ensure_ascii=False, indent=1), "utf-8")
        pointer = self._folder / CURRENT
        before = pointer.read_text("ascii").strip() if pointer.exists() else ""
        version = str(self.meta["digest"])[:16]
        final = self._folder / "versions" / version
        for again in range(2, 100):
            if not final.exists():
                self._target.rename(final)
                break
            if _is_intact(final, self._name):
                break
            # The same feed was read before, and that copy has been damaged since: never reuse its place.
            final = self._folder / "versions" / f"{version}-{again}"
        fresh = self._folder / f"{CURRENT}.new"
        with fresh.open("w") as stream:
            stream.write(final.name + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(pointer)
        for old in (self._folder / "versions").iterdir():
            if old.name not in {final.name, before}:
                shutil.rmtree(old, ignore_errors=True)
        return self._timetables.open(self._name)


def _is_intact(version: Any, name: str) -> bool:
    try:
        Feed(version, name).verify()
    except TimetableError:
        return False
    return True
