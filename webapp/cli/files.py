"""Files that commands write: whole or not at all, and a sentence when it cannot be done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from usecases.refusals import InputRefused


@contextmanager
def whole(out: Path) -> Iterator[Path]:
    """Give a place beside ``out`` to write to; it becomes ``out`` when everything is written.

    Raises
    ------
    InputRefused
        The folder does not exist, may not be written, or is full; a file that was there before is untouched.
    """
    part = out.with_name(f".{out.name}.part")
    try:
        part.touch()
        try:
            yield part
            part.replace(out)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise InputRefused.because(f"{out} kan niet worden geschreven: {error.strerror or error}.") from error


def write_whole(out: Path, content: str | bytes) -> None:
    """Write a file whole; text as UTF-8.

    Raises
    ------
    InputRefused
        As for :func:`whole`.
    """
    with whole(out) as part:
        part.write_bytes(content.encode() if isinstance(content, str) else content)
