"""What is wrong in a file of a user, said so that the user can repair it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where.

    Attributes
    ----------
    file
        Name of the file as the user knows it; empty when the fault concerns no file.
    line
        Line number in the file, the header is line 1; ``None`` when the whole file is meant.
    column
        Title of the column as it stands in the file, or ``None``.
    value
        What was found, or ``None``.
    expected
        Dutch: what should have been there, or a whole sentence when there is no value.
    """

    file: str
    line: int | None
    column: str | None
    value: str | None
    expected: str

    def __str__(self) -> str:
        """One Dutch line: file, line, column, value, what was expected."""
        where = [self.file] if self.file else []
        if self.line is not None:
            where.append(f"regel {self.line}")
        if self.column is not None:
            where.append(f"kolom {self.column}")
        if self.value is None:
            return f"{', '.join(where)}: {self.expected}" if where else self.expected
        shown = self.value if len(self.value) <= 60 else self.value[:57] + "..."
        shown = "".join(letter if letter.isprintable() else "?" for letter in shown)
        return f'{", ".join(where)}: gevonden "{shown}", verwacht {self.expected}'


class InputRefused(ValueError):  # noqa: N818 - a refusal is an answer, not a breakdown
    """The input is refused as a whole; nothing was changed.

    Attributes
    ----------
    faults
        Everything that is wrong, in the order of the file.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    @classmethod
    def because(cls, sentence: str) -> Self:
        """Refuse with one Dutch sentence that concerns no file."""
        return cls([Fault("", None, None, None, sentence)])


class StorageUnavailableError(RuntimeError):
    """The database is away, full, damaged or read-only; the message is a Dutch sentence without its address."""
