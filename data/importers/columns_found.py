"""Which column of a file is which field: what was said, what is remembered, what has a known name.

A name one letter off is asked, an unknown column of a school is left out and named, a forbidden one is never read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from data.faults import Fault, InputRefused
from data.importers.grid import Table
from data.importers.headings import Wanted, is_forbidden, spellings, to_header
from data.importers.records import LEFT_OUT, Column, Columns


@dataclass(frozen=True)
class Sort:
    """What a kind of file says about its columns.

    Attributes
    ----------
    columns
        What may be in the file.
    key
        Fields that together name one object.
    ignored
        Headers that are known and not used.
    of_school
        Schools keep this list themselves: it has columns of their own, and totals.
    of_pupils
        It is about pupils.
    one_of
        Groups of fields of which a file needs one, to name when columns are missing anyway.
    """

    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    of_school: bool = False
    of_pupils: bool = False
    one_of: tuple[tuple[str, ...], ...] = ()

    def wanted(self, columns: Columns) -> Wanted:
        """The headings to look for, with those that the user said."""
        names = {to_header(title): each.key for each in self.columns for title in (each.title, *each.aliases)}
        known = {each.key for each in self.columns}
        names |= {name: key for name, key in columns.remembered.items() if key in known}
        names |= {to_header(heading): key for key, heading in columns.said if key in known}
        required = frozenset(each.key for each in self.columns if each.required)
        return Wanted(names, required, self.key, skips_totals=self.of_school)


@dataclass
class FoundColumns:
    """The place of each field in the rows, and what is not read."""

    place: dict[str, int] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    forbidden: list[str] = field(default_factory=list)

    def sentences(self) -> Iterator[str]:
        """Dutch remarks about the columns that are not read."""
        for titles, one, more in (
            (self.left_out, "Deze kolom is niet gelezen: {}.", "Deze kolommen zijn niet gelezen: {}."),
            (
                self.forbidden,
                "Deze kolom slaan wij nooit op en is niet gelezen: {}.",
                "Deze kolommen slaan wij nooit op en zijn niet gelezen: {}.",
            ),
        ):
            if titles:
                yield (one if len(titles) == 1 else more).format(", ".join(titles))


class _Search:
    """One look through the header of a table; faults are collected."""

    def __init__(self, sort: Sort, table: Table, columns: Columns) -> None:
        self.sort = sort
        self.table = table
        self.columns = columns
        self.wanted = sort.wanted(Columns())
        self.found = FoundColumns()
        self.faults: list[Fault] = []
        self.unknown: list[str] = []
        self.done: set[int] = set()
        self.never = forbidden_columns(sort, table)

    def fault(self, title: str, sentence: str, line: int | None = None) -> None:
        self.faults.append(Fault(self.table.file, line or self.table.header_line, title, None, sentence))

    # ------------------------------------------------ what the user said

    def take_said(self) -> None:
        known = {each.title: each.key for each in self.sort.columns} | {
            each.key: each.key for each in self.sort.columns
        }
        fields: set[str] = set()
        headings: set[str] = set()
        for name, heading in self.columns.said:
            key = known.get(name.strip())
            compared = to_header(heading)
            if key is None and name.strip() != LEFT_OUT:
                titles = ", ".join(each.title for each in self.sort.columns)
                self.fault(heading, f"Het veld '{name}' bestaat niet. Bekend zijn: {titles}, en {LEFT_OUT}.")
            elif key in fields:
                self.fault(heading, f"Het veld '{name}' is al aan een andere kolom gegeven.")
            elif compared in headings:
                self.fault(heading, "Deze kolom is twee keer genoemd. Noem elke kolom één keer.")
            else:
                self._take_one(key, heading, compared)
            if key is not None:
                fields.add(key)
            headings.add(compared)

    def _take_one(self, key: str | None, heading: str, compared: str) -> None:
        places = [at for at, title in enumerate(self.table.header) if title and compared in spellings(title)]
        if not places:
            shown = ", ".join(title for title in self.table.header if title)
            self.fault(heading, f"Deze kolom staat niet in het bestand. Er staan: {shown}.")
        elif len(places) > 1:
            self.fault(heading, "Deze kolom staat twee keer in het bestand. Geef één van de twee een andere naam.")
        elif key is not None and self._is_forbidden(places[0]):
            self.fault(heading, "Deze kolom slaan wij nooit op. Kies een andere kolom.")
        else:
            self._put(key, places[0])

    def _put(self, key: str | None, at: int) -> None:
        self.done.add(at)
        if key is None:
            self.found.left_out.append(self.table.header[at])
        else:
            self.found.place[key] = at

    # ------------------------------------------------ what is remembered, and what has a known name

    def take_remembered(self) -> None:
        keys = {each.key for each in self.sort.columns}
        recalled: dict[str, str] = {}
        for at, title in enumerate(self.table.header):
            key = next(
                (self.columns.remembered[name] for name in spellings(title) if name in self.columns.remembered), ""
            )
            if at in self.done or not title or self._is_forbidden(at):
                continue
            if key == LEFT_OUT:
                self._put(None, at)
            elif key in keys and key in recalled:
                self.fault(title, f"Deze kolom staat er twee keer in, ook als '{recalled[key]}'.")
                self.done.add(at)
            elif key in keys and key not in self.found.place:
                self._put(key, at)
                recalled[key] = title

    def take_known(self) -> None:
        ignored = {to_header(title) for title in self.sort.ignored}
        said = set(self.found.place)
        for at, title in enumerate(self.table.header):
            if at in self.done:
                continue
            key = self.wanted.field_of(title) if title else None
            if key is not None and key in said:
                self.found.left_out.append(title)
            elif key is not None and key in self.found.place:
                sentence = f"Deze kolom staat er twee keer in, ook als '{self.table.header[self.found.place[key]]}'."
                self.fault(title, sentence)
            elif key is not None:
                self.found.place[key] = at
            elif to_header(title) not in ignored or not title:
                self._take_unknown(at, title)

    def _take_unknown(self, at: int, title: str) -> None:
        if not title and not any(self.table.column(at)):
            return
        shown = title or f"kolom {at + 1} (zonder naam)"
        if self.sort.of_pupils and is_bsn(title):
            shown = f"kolom {at + 1}"
        if not self.sort.of_school:
            titles = ", ".join(each.title for each in self.sort.columns)
            self.fault(shown, f"Deze kolom is onbekend. Bekend zijn: {titles}.")
        elif self._is_forbidden(at):
            self.found.forbidden.append(shown)
        elif (near := self.wanted.near(title)) is not None and not self._is_second(title, near):
            meant = next(each.title for each in self.sort.columns if each.key == self.wanted.names[near])
            self.fault(
                shown,
                f"Deze kolom lijkt op '{meant}'. Verbeter de naam, of kies zelf wat de kolom is.",
            )
        else:
            self.unknown.append(shown)

    def _is_second(self, title: str, near: str) -> bool:
        """Whether it is the numbered second of a column that is there: ``Telefoon 2`` beside ``Telefoon``."""
        bare = "".join(letter for letter in to_header(title) if not letter.isdigit())
        key = self.wanted.names[near]
        others = (other for other in self.table.header if other != title)
        return bare == near and any(self.wanted.field_of(other) == key for other in others)

    def _is_forbidden(self, at: int) -> bool:
        return at in self.never

    # ------------------------------------------------ what is missing

    def check_missing(self) -> None:
        missing = [each.title for each in self.sort.columns if each.required and each.key not in self.found.place]
        if missing and self.sort.of_school:
            titles = {each.key: each.title for each in self.sort.columns}
            missing += [titles[group[0]] for group in self.sort.one_of if not set(group) & set(self.found.place)]
        for title in missing:
            self.fault(title, "Deze kolom ontbreekt.")
        if missing and self.sort.of_school:
            for title in self.unknown:
                self.fault(title, "Deze kolom is onbekend. Kies wat de kolom is, bijvoorbeeld met --column VELD=KOP.")
        else:
            self.found.left_out += self.unknown


def find_columns(sort: Sort, table: Table, columns: Columns) -> FoundColumns:
    """Find each field in the header.

    Parameters
    ----------
    sort
        The kind of file.
    table
        The file; its rows are looked at only to see whether a column holds anything, or identity numbers.
    columns
        What the user says, now and earlier.

    Raises
    ------
    InputRefused
        Columns are missing, doubled, unknown or one letter off, or what was said cannot be; one fault each.
    """
    search = _Search(sort, table, columns)
    search.take_said()
    search.take_remembered()
    search.take_known()
    search.check_missing()
    if search.faults:
        raise InputRefused(search.faults)
    return search.found


def forbidden_columns(sort: Sort, table: Table) -> set[int]:
    """Indices of columns that must never come in, by their heading or because they hold identity numbers."""
    if not sort.of_school:
        return set()
    wanted = sort.wanted(Columns())
    return {
        at
        for at, title in enumerate(table.header)
        if wanted.field_of(title) is None
        and (is_forbidden(title, of_pupils=sort.of_pupils) or looks_like_bsn(table.column(at)))
    }


def is_bsn(text: str) -> bool:
    """Whether a number passes the eleven test of a BSN.

    Source
    ------
    Logisch ontwerp GBA/BRP, the check on a burgerservicenummer: 9×, 8×, … 2×, −1× is divisible by eleven.
    """
    digits = "".join(letter for letter in text if letter not in " .-")
    if not (digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 9) or not int(digits):
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(weight * int(digit) for weight, digit in zip(weights, digits.zfill(9), strict=True)) % 11 == 0


def looks_like_bsn(cells: Iterable[str]) -> bool:
    """Whether every filled cell of a column, three or more, passes the eleven test: chance does that once in 1 331."""
    seen = 0
    for cell in cells:
        if not is_bsn(cell):
            return False
        seen += 1
    return seen >= 3


def shape_of(header: Sequence[str]) -> tuple[str, ...]:
    """What makes two files alike: their headings, whatever the order."""
    return tuple(sorted({to_header(title) for title in header if title}))
