"""The zip of a feed: opened with suspicion, its tables read in pieces of rows."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from geo.timetable.faults import FeedFault, FeedFaultCode, FeedRefused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

CHUNK = 50_000
"""Rows that are in memory as text at the same time."""

_BROKEN = (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, zlib.error)


@dataclass(frozen=True, slots=True)
class Rows:
    """A piece of a table.

    Attributes
    ----------
    first
        Number of its first row; the first row under the header is 0.
    columns
        Per column that was asked for, its texts without spaces around them; empty texts where the table lacks it.
    """

    first: int
    columns: dict[str, list[str]]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))


class FeedArchive:
    """The tables of a GTFS zip.

    Parameters
    ----------
    path
        The zip.

    Raises
    ------
    FeedRefused
        It is not a zip, is cut off, or holds a path that leads outside or a table twice.
    """

    def __init__(self, path: Path) -> None:
        self.name = path.name
        try:
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError as error:
            raise self._refused(FeedFaultCode.NO_FILE, self.name) from error
        except _BROKEN as error:
            code = FeedFaultCode.CUT_OFF if _begins_as_zip(path) else FeedFaultCode.NO_ZIP
            raise self._refused(code, self.name) from error
        self._check_names()

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()

    def _check_names(self) -> None:
        seen: set[str] = set()
        for entry in self._zip.namelist():
            path = entry.replace("\\", "/")
            if path.startswith("/") or ".." in path.split("/") or ":" in path.split("/", maxsplit=1)[0]:
                raise self._refused(FeedFaultCode.OUTSIDE_PATH, self.name, found=entry)
            if entry in seen:
                raise self._refused(FeedFaultCode.DOUBLE_TABLE, self.name, found=entry)
            seen.add(entry)

    def has(self, table: str) -> bool:
        """Whether the feed has this table."""
        return table in self._zip.namelist()

    def need(self, *tables: str) -> None:
        """Refuse a feed without these tables.

        Raises
        ------
        FeedRefused
            One or more are missing; all of them are named.
        """
        missing = [table for table in tables if not self.has(table)]
        if missing:
            raise FeedRefused([FeedFault(FeedFaultCode.MISSING_TABLE, self.name, found=table) for table in missing])

    def rows(
        self, table: str, required: Sequence[str], optional: Sequence[str] = (), *, chunk: int = CHUNK
    ) -> Iterator[Rows]:
        """The rows of a table, piece by piece; rows without any text are passed over.

        Parameters
        ----------
        required, optional
            Names of columns; others are not looked at. Order in the file is free.

        Raises
        ------
        FeedRefused
            A required column is missing, one is there twice, a row has fields beyond the header, the bytes are not
            UTF-8, or the zip breaks off.
        """
        with self._open(table) as lines:
            reader = csv.reader(lines)
            header = [name.strip() for name in next(reader, [])]
            self._check_header(table, header, required)
            wanted = {name: header.index(name) for name in (*required, *optional) if name in header}
            absent = [name for name in optional if name not in header]
            width = len(header)
            first = 0
            piece: list[list[str]] = []
            for row in reader:
                if len(row) != width or not row[0]:
                    self._fit(table, reader.line_num, row, width)
                    if not row:
                        continue
                piece.append(row)
                if len(piece) == chunk:
                    yield _cut(first, piece, wanted, absent)
                    first += len(piece)
                    piece = []
            if piece:
                yield _cut(first, piece, wanted, absent)

    def lines_of(self, table: str, numbers: Sequence[int]) -> dict[int, int]:
        """Line in the file of these rows; slow, for refusals only."""
        wanted = set(numbers)
        found: dict[int, int] = {}
        with self._open(table) as lines:
            reader = csv.reader(lines)
            next(reader, None)
            at = -1
            end = 1
            for row in reader:
                begin, end = end + 1, reader.line_num
                if not row or not any(row):
                    continue
                at += 1
                if at in wanted:
                    found[at] = begin
                    if len(found) == len(wanted):
                        break
        return found

    @contextmanager
    def _open(self, table: str) -> Iterator[IO[str]]:
        try:
            with self._zip.open(table) as stream:
                yield io.TextIOWrapper(stream, "utf-8-sig", newline="")
        except UnicodeDecodeError as error:
            raise self._refused(FeedFaultCode.NOT_UTF8, table, line=self._undecodable(table)) from error
        except csv.Error as error:
            raise self._refused(FeedFaultCode.NOT_CSV, table, found=str(error)) from error
        except _BROKEN as error:
            raise self._refused(FeedFaultCode.CUT_OFF, self.name, found=table) from error

    def _undecodable(self, table: str) -> int | None:
        with self._zip.open(table) as stream:
            for number, line in enumerate(stream, 1):
                try:
                    line.decode("utf-8")
                except UnicodeDecodeError:
                    return number
        return None

    def _check_header(self, table: str, header: list[str], required: Sequence[str]) -> None:
        faults = [
            FeedFault(FeedFaultCode.MISSING_COLUMN, table, 1, found=None, values={"column": name})
            for name in required
            if name not in header
        ]
        doubles = sorted({name for name in header if name and header.count(name) > 1})
        faults += [FeedFault(FeedFaultCode.DOUBLE_COLUMN, table, 1, name, name) for name in doubles]
        if faults:
            raise FeedRefused(faults)

    def _fit(self, table: str, line: int, row: list[str], width: int) -> None:
        """Give a row as many fields as the header, in place; a row without text becomes empty."""
        if not any(row):
            row.clear()
            return
        if any(text.strip() for text in row[width:]):
            raise self._refused(FeedFaultCode.TOO_MANY_FIELDS, table, line=line, found=str(len(row)), most=str(width))
        row[width:] = []
        row += [""] * (width - len(row))

    def _refused(
        self, code: FeedFaultCode, file: str, *, line: int | None = None, found: str | None = None, **values: str
    ) -> FeedRefused:
        return FeedRefused([FeedFault(code, file, line, None, found, values)])


def _begins_as_zip(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(4) == b"PK\x03\x04"
    except OSError:
        return False


def _cut(first: int, piece: list[list[str]], wanted: dict[str, int], absent: list[str]) -> Rows:
    columns = {name: [row[at].strip() for row in piece] for name, at in wanted.items()}
    columns |= {name: [""] * len(piece) for name in absent}
    return Rows(first, columns)
