"""Collecting what is wrong in a feed, so that it is refused once with everything that is wrong in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geo.timetable.faults import MOST_FAULTS, FeedFault, FeedFaultCode, FeedRefused

if TYPE_CHECKING:
    from geo.timetable.archive import FeedArchive


class Faults:
    """What is wrong so far; rows become lines of the file when the feed is refused.

    Parameters
    ----------
    archive
        The feed, to find the lines in: a quoted text may run over several lines, so they are counted only then.
    """

    def __init__(self, archive: FeedArchive) -> None:
        self._archive = archive
        self._found: list[FeedFault] = []

    def add(
        self,
        code: FeedFaultCode,
        file: str,
        row: int | None = None,
        column: str | None = None,
        found: str | None = None,
        **values: str,
    ) -> None:
        """Note one fault; ``row`` counts from 0 under the header.

        Raises
        ------
        FeedRefused
            There are enough.
        """
        self._found.append(FeedFault(code, file, row, column, found, values))
        if len(self._found) >= MOST_FAULTS:
            self.check()

    def check(self) -> None:
        """Stop when anything was wrong.

        Raises
        ------
        FeedRefused
            Something was.
        """
        if not self._found:
            return
        wanted: dict[str, list[int]] = {}
        for fault in self._found:
            if fault.line is not None:
                wanted.setdefault(fault.file, []).append(fault.line)
        lines = {table: self._archive.lines_of(table, rows) for table, rows in wanted.items()}
        raise FeedRefused(
            [
                fault if fault.line is None else replace(fault, line=lines[fault.file].get(fault.line))
                for fault in self._found
            ]
        )
