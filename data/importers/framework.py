"""One mechanism for every file: read, check every row, show the difference, save all or nothing.

An importer names its columns and options and says how it compares with the base and how it
saves. Reading, headers of several years, faults, double keys, the report and the templates are here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import ClassVar

from sqlalchemy.orm import Session

from data.faults import Fault, InputRefused
from data.importers.fields import ExpectedError, Value
from data.importers.reading import RawRow, Table, read_table
from data.importers.records import Change, Column, Diff, Option, Record, Row, Run

#: Faults that are shown; the number of all of them is always said.
MAX_FAULTS_SHOWN = 200


def to_header(title: str) -> str:
    """Reduce a header to what is compared."""
    return "".join(letter for letter in title.casefold() if letter.isalnum())


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
        Headers that are known and not used; anything else that is unknown is refused.
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

    def check_all(self, records: Sequence[Record], session: Session, run: Run) -> Iterable[Fault]:
        """Check across rows and against the base."""
        del records, session, run
        return ()

    # ------------------------------------------------ what every importer does

    def check(self, rows: Sequence[Row], session: Session, run: Run) -> tuple[list[Record], list[Fault]]:
        """Turn rows into records and list every fault; DUO-like sums override this one."""
        records: list[Record] = []
        faults: list[Fault] = []
        seen: dict[str, int] = {}
        for row in rows:
            if self.skip(row):
                continue
            values, wrong = self.parse_row(row, run.file)
            if not wrong:
                wrong = [self.fault(run.file, row, key, expected) for key, expected in self.check_values(values, row)]
            if wrong:
                faults += wrong
                continue
            record = Record(row.line, self.key_of(values), values)
            first = seen.setdefault(record.key, row.line)
            if first != row.line:
                expected = f"elke sleutel één keer (deze staat ook op regel {first})"
                faults.append(Fault(run.file, row.line, row.titles[self.key[0]], record.key, expected))
                continue
            records.append(record)
        if not faults:
            faults += self.check_all(records, session, run)
        return records, faults

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
                values[column.key] = None
                if column.filled and column.key in row.cells:
                    faults.append(Fault(file, row.line, row.titles[column.key], "", "een waarde, deze cel is leeg"))
                continue
            try:
                values[column.key] = column.parse(cell)
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

    def check_header(self, table: Table) -> dict[str, int]:
        """Find each column in the header.

        Returns
        -------
        dict
            Index in the file by column key.

        Raises
        ------
        InputRefused
            Columns are missing, doubled or unknown; one fault each.
        """
        names = {to_header(title): column.key for column in self.columns for title in (column.title, *column.aliases)}
        ignored = {to_header(title) for title in self.ignored}
        place: dict[str, int] = {}
        faults: list[Fault] = []
        for index, title in enumerate(table.header):
            key = names.get(to_header(title))
            if key is not None and key in place:
                sentence = f"Deze kolom staat er twee keer in, ook als '{table.header[place[key]]}'."
                faults.append(Fault(table.file, table.header_line, title, None, sentence))
            elif key is not None:
                place[key] = index
            elif to_header(title) not in ignored:
                what = title or f"kolom {index + 1} (zonder naam)"
                sentence = f"Deze kolom is onbekend. Bekend zijn: {', '.join(column.title for column in self.columns)}."
                faults.append(Fault(table.file, table.header_line, what, None, sentence))
        faults += [
            Fault(table.file, table.header_line, column.title, None, "Deze kolom ontbreekt.")
            for column in self.columns
            if column.required and column.key not in place
        ]
        if faults:
            raise InputRefused(faults)
        return place

    def load_rows(self, file: str, content: bytes) -> tuple[list[Row], list[Fault]]:
        """Read a file into rows by column key, with the rows that could not be read as faults."""
        table = read_table(file, content)
        place = self.check_header(table)
        titles = {key: table.header[index] for key, index in place.items()}
        return [Row(raw.line, _cells(raw, place), titles) for raw in table.rows], list(table.faults)


def _cells(raw: RawRow, place: Mapping[str, int]) -> dict[str, str]:
    return {key: raw.cells[index] for key, index in place.items()}


def compute_diff(importer: Importer, session: Session, content: bytes, run: Run) -> Diff:
    """Read, check and compare a file; nothing is written.

    Raises
    ------
    InputRefused
        With every fault of the file, in the order of its lines.
    """
    rows, faults = importer.load_rows(run.file, content)
    records, more = importer.check(rows, session, run)
    faults = sorted([*faults, *more], key=lambda fault: fault.line or 0)
    if faults:
        raise InputRefused(faults)
    if not rows:
        raise InputRefused([Fault(run.file, None, None, None, "Het bestand heeft kolomnamen, maar geen rijen.")])
    return importer.diff(session, records, run)


def shown_faults(faults: Sequence[Fault]) -> Iterator[str]:
    """Give one line per fault, at most `MAX_FAULTS_SHOWN`, and then how many more there are."""
    yield from (str(fault) for fault in faults[:MAX_FAULTS_SHOWN])
    if len(faults) > MAX_FAULTS_SHOWN:
        yield f"en nog {len(faults) - MAX_FAULTS_SHOWN} fouten; totaal {len(faults)}"
