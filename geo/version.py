"""One version of a network on disk: its ``meta.json``, and whether its files are the ones that were written."""

from __future__ import annotations

import json
from hashlib import file_digest, sha256
from typing import TYPE_CHECKING, Any

from geo.errors import NetworkError

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 2
CHECK_FULLY_BELOW = 32_000_000  # bytes; larger networks are checked in full by `verify`, not at every opening


def digest_of(meta: dict[str, Any]) -> str:
    """Fingerprint of a version: everything in ``meta.json`` but the digest, and so every file."""
    without = {key: value for key, value in meta.items() if key != "digest"}
    return sha256(json.dumps(without, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def read_meta(folder: Path, name: str) -> dict[str, Any]:
    """Read what a version is, and check that its files are the ones that were written.

    Raises
    ------
    NetworkError
        It is not whole; the sentence names the file.
    """
    try:
        meta: dict[str, Any] = json.loads((folder / "meta.json").read_text("utf-8"))
        if meta["format"] != FORMAT:
            raise NetworkError.damaged(name, f"gemaakt met indeling {meta['format']}, nodig is {FORMAT}")
        if meta["digest"] != digest_of(meta):
            raise NetworkError.damaged(name, "meta.json is veranderd")
        files = meta["files"]
        total = sum(entry["bytes"] for entry in files.values())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, NetworkError):
            raise
        raise NetworkError.damaged(name, f"meta.json: {type(error).__name__}") from error
    check_files(folder, name, files, fully=total < CHECK_FULLY_BELOW)
    return meta


def check_files(folder: Path, name: str, files: dict[str, Any], *, fully: bool) -> None:
    """Compare the files of a version with what was written: their size, and their content when ``fully``.

    Raises
    ------
    NetworkError
        A file differs; the sentence names it.
    """
    for file, entry in files.items():
        try:
            if (folder / file).stat().st_size != entry["bytes"]:
                raise NetworkError.damaged(name, f"{file} heeft niet de goede lengte")
            if fully:
                with (folder / file).open("rb") as stream:
                    if file_digest(stream, "sha256").hexdigest() != entry["sha256"]:
                        raise NetworkError.damaged(name, f"{file} heeft niet de goede inhoud")
        except OSError as error:
            raise NetworkError.damaged(name, f"{file} ontbreekt of is niet te lezen") from error
