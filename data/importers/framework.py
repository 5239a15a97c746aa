"""One mechanism for every file: read, check every row, show the difference, save all or nothing.

An importer names its columns and options and says how it compares with the base and how it
saves. Reading, headers of several years, faults, double keys, the report and the templates are here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from sqlalchemy.orm import Session

from data.faults import Fault, InputRefused
from data.importers import dates, fields
from data.importers.columns_found import FoundColumns, Sort, find_columns
from data.importers.fields import HIDDEN, ExpectedError, SecretError, Value
from data.importers.headings import list_lines, to_header
from data.importers.reading import RawRow, Table, read_table
from data.importers.records import Change, Column, Columns, Diff, Option, Record, Row, Run

__all__ = ["MAX_FAULTS_SHOWN", "Importer", "compute_diff", "shown_faults", "to_header"]

#: Faults that are shown; the number of all of them is always said.
MAX_FAULTS_SHOWN = 200


class Importer:
    """One kind of file. A subclass gives the class attributes, ``existing`` and ``save``, and what else differs.

    Attributes
    ----------
    name
        Word on the command line.
    title, explanation
        Dutch, for the page.
    columns
        What may be in the file.
    key
        Keys of the columns that together name one object; they may not repeat.
    options
        What the user says beside the file.
    ignored
        Headers that are known and not used.
    of_school
        Schools keep this list themselves: columns of their own are left out and named, totals are skipped, every
        fault of a row is told at once. Otherwise a column that is unknown is refused.
    of_pupils
        It is about pupils, so that family names are kept out too.
    one_of
        Groups of fields of which a file needs one.
    roles
        Names of roles (``usecases.people.roles.Role`` values) that may import on the page, within the ``owner``.
    complete
        Whether the file is the whole list, so that what is not in it is gone.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    explanation: ClassVar[str] = ""
    columns: ClassVar[tuple[Column, ...]]
    key: ClassVar[tuple[str, ...]]
    options: ClassVar[tuple[Option, ...]] = ()
    ignored: ClassVar[tuple[str, ...]] = ()
    of_school: ClassVar[bool] = False
    of_pupils: ClassVar[bool] = False
    one_of: ClassVar[tuple[tuple[str, ...], ...]] = ()
    roles: ClassVar[tuple[str, ...]] = ("beheerder",)
    complete: ClassVar[bool] = True

    # ------------------------------------------------ what a subclass gives

    def title_of(self, key: str) -> str:
        """Return the Dutch title of a field, for the page of differences."""
        return next((column.title for column in self.columns if column.key == key), key)

    def owner(self, options: Mapping[str, Value]) -> tuple[str, str]:
        """Say whose data this is, as (kind, key) of ``usecases.people.roles.Owner``; decides who may confirm it."""
        del options
        return ("installatie", "*")

    def existing(self, session: Session, run: Run) -> Mapping[str, Mapping[str, Value]]:
        """Load what the base holds now, as values by key, with the same fields as a record."""
        raise NotImplementedError

    def save(self, session: Session, diff: Diff, run: Run) -> None:
        """Write the difference; the caller commits or rolls back all of it."""
        raise NotImplementedError

    def skip(self, row: Row) -> bool:
        """Say whether a row is not meant for this importer (other onderwijstype, a total)."""
        del row
        return False

    def check_values(self, values: dict[str, Value], row: Row) -> Iterable[tuple[str, str]]:
        """Check a row across its columns; may change ``values``; gives (column key, what was expected)."""
        del values, row
        return ()

    def fill(self, values: dict[str, Value], row: Row) -> Iterable[tuple[str, str]]:
        """Fill in what the row does not say itself, before it is checked; gives (column key, what was expected)."""
        del values, row
        return ()

    def remarks(self) -> Iterable[str]:
        """Say in Dutch how the rows of the last check were understood."""
        return ()

    def check_all(self, records: Sequence[Record], session: Session, run: Run) -> Iterable[Fault]:
        """Check across rows and against the base."""
        del records, session, run
        return ()

    # ------------------------------------------------ what every importer does

    def check(self, rows: Sequence[Row], session: Session, run: Run) -> tuple[list[Record], list[Fault]]:
        """Turn rows into records and list every fault; DUO-like sums override this one."""
        records: list[Record] = []
        faults: list[Fault] = []
        by_key: dict[str, list[tuple[Row, str]]] = defaultdict(list)
        for row in rows:
            if self.skip(row):
                continue
            record, wrong = self._check_row(row, run.file)
            faults += wrong
            if record.key:
                by_key[self.same_as(record.key)].append((row, record.key))
            records.append(record)
        faults += self._doubles(by_key, run.file)
        if self.of_school or not faults:
            titles = rows[0].titles if rows else {}
            found = self.check_all(records, session, run)
            faults += [replace(fault, column=titles.get(fault.column or "", fault.column)) for fault in found]
        return records, _each_once(faults)

    def _check_row(self, row: Row, file: str) -> tuple[Record, list[Fault]]:
        """Check one row; the record of a row with faults lacks the values that are wrong."""
        values, faults = self.parse_row(row, file)
        wrong = {column.key for column in self.columns if column.key not in values}
        if self.of_school or not faults:
            more = [*self.fill(values, row), *self.check_values(values, row)]
            faults += [self.fault(file, row, key, expected) for key, expected in more if key not in wrong]
            wrong |= {key for key, _ in more}
        named = all(values.get(name) is not None for name in self.key)
        return Record(row.line, self.key_of(values) if named else "", values, frozenset(wrong)), faults

    def same_as(self, key: str) -> str:
        """What two keys of a file share when they name one object."""
        return key

    def _doubles(self, by_key: Mapping[str, Sequence[tuple[Row, str]]], file: str) -> Iterator[Fault]:
        """Name every row whose key stands in the file more than once."""
        for rows in by_key.values():
            for row, key in rows if len(rows) > 1 else ():
                others = list_lines([other.line for other, _ in rows if other.line != row.line])
                expected = f"elke sleutel één keer (deze staat ook op {others})"
                named = row.cells.get(self.key[-1], key)
                yield Fault(file, row.line, row.titles.get(self.key[-1], self.key[-1]), named, expected)

    def diff(self, session: Session, records: Sequence[Record], run: Run) -> Diff:
        """Compare the records with the base."""
        before = self.existing(session, run)
        new, changed, same = [], [], 0
        for record in records:
            old = before.get(record.key)
            if old is None:
                new.append(Change(record.key, None, record.values, record.line))
            elif any(old.get(name) != value for name, value in record.values.items()):
                changed.append(Change(record.key, old, record.values, record.line))
            else:
                same += 1
        here = {record.key for record in records}
        gone = [Change(key, old, None) for key, old in before.items() if key not in here] if self.complete else []
        gone.sort(key=lambda change: change.key)
        return Diff(len(records), tuple(new), tuple(changed), tuple(gone), same)

    def key_of(self, values: Mapping[str, Value]) -> str:
        """Name the object of a record: the key columns joined by a space."""
        return " ".join(str(values[name]) for name in self.key)

    def parse_row(self, row: Row, file: str) -> tuple[dict[str, Value], list[Fault]]:
        """Parse every cell of a row; columns that are not in the file are ``None``."""
        values: dict[str, Value] = {}
        faults: list[Fault] = []
        for column in self.columns:
            cell = row.cells.get(column.key, "")
            if cell == "":
                if not column.filled or column.key not in row.cells:
                    values[column.key] = None
                else:
                    faults.append(Fault(file, row.line, row.titles[column.key], "", "een waarde, deze cel is leeg"))
                continue
            try:
                values[column.key] = column.parse(cell)
            except SecretError as error:
                faults.append(Fault(file, row.line, row.titles[column.key], HIDDEN, str(error)))
            except ExpectedError as error:
                faults.append(Fault(file, row.line, row.titles[column.key], cell, str(error)))
        return values, faults

    def fault(self, file: str, row: Row, key: str, expected: str) -> Fault:
        """Make the fault of one cell of a row."""
        return Fault(file, row.line, row.titles.get(key, key), row.cells.get(key, ""), expected)

    def parse_options(self, given: Mapping[str, str]) -> dict[str, Value]:
        """Parse what the user said beside the file.

        Raises
        ------
        InputRefused
            An option is missing, unknown or wrong; one fault each.
        """
        faults: list[Fault] = []
        values: dict[str, Value] = {}
        known = {option.name for option in self.options}
        faults += [
            Fault(self.name, None, name, None, "deze optie bestaat hier niet") for name in given if name not in known
        ]
        for option in self.options:
            said = (given.get(option.name) or option.default or "").strip()
            if not said:
                values[option.name] = None
                if option.required:
                    faults.append(Fault(self.name, None, f"--{option.name}", None, f"kies een {option.title.lower()}"))
                continue
            try:
                values[option.name] = option.parse(said)
            except ExpectedError as error:
                faults.append(Fault(self.name, None, f"--{option.name}", said, str(error)))
        if faults:
            raise InputRefused(faults)
        return values

    @property
    def sort(self) -> Sort:
        """What this kind of file says about its columns."""
        return Sort(self.columns, self.key, self.ignored, self.of_school, self.of_pupils, self.one_of)

    def read(self, file: str, content: bytes, columns: Columns) -> Table:
        """Find the table of a file, with the headings of this kind and those that the user said."""
        return read_table(file, content, self.sort.wanted(columns), columns.sheet)

    def load_rows(self, table: Table, columns: Columns) -> tuple[list[Row], list[Fault], list[str]]:
        """Turn a table into rows by column key; with the rows that could not be read as faults, and remarks.

        Raises
        ------
        InputRefused
            The columns are not those of this kind of file.
        """
        found = find_columns(self.sort, table, columns)
        titles = {key: table.header[index] for key, index in found.place.items()}
        days = {column.key for column in self.columns if column.parse is fields.day} if table.from_1904 else set()
        rows = [
            Row(raw.line, _cells(raw, found, days), titles) for raw in table.rows if raw.line not in columns.without
        ]
        used = set(titles.values())
        faults = [
            fault
            for fault in table.faults
            if fault.line not in columns.without
            and (not self.of_school or fault.column is None or fault.column in used)
        ]
        remarks = [*table.remarks, *found.sentences()]
        if columns.without:
            remarks.append(f"Weggelaten op verzoek: {list_lines(sorted(columns.without))}.")
        return rows, faults, remarks


def _cells(raw: RawRow, found: FoundColumns, days: set[str]) -> dict[str, str]:
    return {
        key: dates.from_1904(raw.cells[index]) if key in days else raw.cells[index]
        for key, index in found.place.items()
    }


def _each_once(faults: Iterable[Fault]) -> list[Fault]:
    """The first fault of every cell; what follows from it says nothing new."""
    seen: dict[object, Fault] = {}
    for place, fault in enumerate(faults):
        cell = (fault.line, to_header(fault.column)) if fault.column is not None and fault.line is not None else place
        seen.setdefault(cell, fault)
    return list(seen.values())


def compute_diff(importer: Importer, session: Session, content: bytes | Table, run: Run) -> Diff:
    """Read, check and compare a file, or a table that was found in it before; nothing is written.

    Raises
    ------
    InputRefused
        With every fault of the file, in the order of its lines.
    """
    table = content if isinstance(content, Table) else importer.read(run.file, content, run.columns)
    rows, faults, remarks = importer.load_rows(table, run.columns)
    records, more = importer.check(rows, session, run)
    faults = sorted(_each_once([*faults, *more]), key=lambda fault: fault.line or 0)
    if faults:
        raise InputRefused(faults)
    if not rows:
        raise InputRefused([Fault(run.file, None, None, None, "Het bestand heeft kolomnamen, maar geen rijen.")])
    diff = importer.diff(session, records, run)
    return replace(diff, remarks=(*remarks, *importer.remarks(), *diff.remarks))


def shown_faults(faults: Sequence[Fault]) -> Iterator[str]:
    """Give one line per fault, at most `MAX_FAULTS_SHOWN`, and then how many more there are."""
    yield from (str(fault) for fault in faults[:MAX_FAULTS_SHOWN])
    if len(faults) > MAX_FAULTS_SHOWN:
        yield f"en nog {len(faults) - MAX_FAULTS_SHOWN} fouten; totaal {len(faults)}"
