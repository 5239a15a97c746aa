"""What the lists of pupils, companies and places share: they belong to a school, hold a part, and change what lives.

A column that is not in the file stays as it is. A code that lost its zeros, or the case of its letters, is the code
that is known already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.faults import Fault
from data.importers import stage_columns
from data.importers.fields import Value
from data.importers.framework import Importer
from data.importers.records import Option, Record, Row, Run
from data.importers.stage_columns import OfSchool
from data.tables.matching import Company

#: What is named one by one in a remark.
MOST_NAMED = 20


class KnownCodes:
    """Codes that exist, to be found again when a spreadsheet ate their zeros or somebody typed another case."""

    def __init__(self, codes: Iterable[str]) -> None:
        self._codes = frozenset(codes)
        self._alike: dict[str, list[str]] = defaultdict(list)
        for known in sorted(self._codes):
            self._alike[bare_code(known)].append(known)

    def __contains__(self, code: str) -> bool:
        """Whether a code exists as it is written."""
        return code in self._codes

    def find(self, code: str) -> str:
        """The code that is meant: itself, or the only known one that differs in zeros or case."""
        alike = self._alike.get(bare_code(code), [])
        return alike[0] if code not in self._codes and len(alike) == 1 else code


def bare_code(key: str) -> str:
    """A code without case, and a number without the zeros in front; a school before it stays."""
    before, _, code = key.rpartition(" ")
    return f"{before} {(code.lstrip('0') or '0') if code.isdigit() else code.casefold()}".strip()


class StageImporter(Importer):
    """Lists that a school keeps itself.

    Attributes
    ----------
    blank
        Values of a new object where the file has no column or an empty cell.
    code
        Field with the own code of an object.
    """

    blank: ClassVar[Mapping[str, Value]] = {}
    code: ClassVar[str]
    of_school: ClassVar[bool] = True
    options: ClassVar[tuple[Option, ...]] = (stage_columns.SCHOOL_OPTION,)
    roles: ClassVar[tuple[str, ...]] = ("stagecoordinator", "beheerder")
    complete: ClassVar[bool] = False
    _school: OfSchool
    _before: Mapping[str, Mapping[str, Value]]
    _codes: KnownCodes
    _companies: KnownCodes
    _found_again: dict[str, list[int]]
    _touched: list[str]

    def owner(self, options: Mapping[str, Value]) -> tuple[str, str]:
        """The school that is named, or the installation."""
        school = options.get("school")
        return ("school", school) if isinstance(school, str) else ("installatie", "*")

    def check(self, rows: Sequence[Row], session: Session, run: Run) -> tuple[list[Record], list[Fault]]:
        """Check with the school of the run and what the base holds at hand."""
        self._school = OfSchool(run, session)
        self._before = self.existing(session, run)
        self._codes = KnownCodes(self.own_codes(session))
        self._companies = KnownCodes(session.scalars(select(Company.id)))
        self._found_again = {}
        self._touched = []
        return super().check(rows, session, run)

    def own_codes(self, session: Session) -> Iterable[str]:
        """Keys of which one may be meant."""
        del session
        return self._before

    def find_company(self, written: str, row: Row) -> str:
        """The code of a company that is known, when only zeros or case differ."""
        known = self._companies.find(written)
        if known != written:
            self._found_again.setdefault(f"{written} is {known}", []).append(row.line)
        return known

    def same_as(self, key: str) -> str:
        """A new code counts without case and zeros, so that 417 and 0417 in one file are seen as one."""
        return key if key in self._codes else bare_code(key)

    def fill(self, values: dict[str, Value], row: Row) -> Iterable[tuple[str, str]]:
        """Put the school, the known code and the columns that the file does not have in place."""
        yield from self.fill_school(values)
        if any(values.get(name) is None for name in self.key):
            old: Mapping[str, Value] = {}
        else:
            written = self.key_of(values)
            known = self._codes.find(written)
            if known != written:
                self._found_again.setdefault(f"{values[self.code]} is {known.split()[-1]}", []).append(row.line)
                values[self.code] = known.split()[-1]
            old = self._before.get(known, {})
        for column in self.columns:
            if column.key not in row.cells and column.key not in self.key and column.key in values:
                said = values[column.key] if column.key == "school" else None
                values[column.key] = said if said is not None else old.get(column.key)
        for name, value in self.blank.items():
            if name in values and values[name] is None:
                values[name] = value
        self.keep_point_with_address(values, row, old)

    def fill_school(self, values: dict[str, Value]) -> Iterable[tuple[str, str]]:
        """Fill in the school where the kind of file has one."""
        if "school" in values:
            yield from self._school.check(values, needed=True)

    @staticmethod
    def keep_point_with_address(values: dict[str, Value], row: Row, old: Mapping[str, Value]) -> None:
        """Forget a point that was given for an older postcode: an address is one thing."""
        moved = "postcode" in row.cells and values.get("postcode") != old.get("postcode")
        if old and moved and not {"lat", "lon"} & set(row.cells):
            values["lat"] = values["lon"] = None

    def remarks(self) -> Iterable[str]:
        """Say which codes were found again, and which placements a change touches."""
        yield from self._touched[:MOST_NAMED]
        if len(self._touched) > MOST_NAMED:
            yield f"En nog {len(self._touched) - MOST_NAMED} wijzigingen bij iemand die geplaatst is."
        if self._found_again:
            shown = [f"{what} (regel {lines[0]})" for what, lines in list(self._found_again.items())[:MOST_NAMED]]
            more = len(self._found_again) - len(shown)
            yield (
                "Herkend als een bekende code, zonder nullen of met andere hoofdletters: "
                f"{', '.join(shown)}{f', en nog {more}' if more else ''}."
            )
