"""The tegemoetkoming in this installation: the pure use cases on the database, with files in and out."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from data.exporters.subsidy_pdf import school_specification, split_specification
from data.exporters.subsidy_rows import school_document, split_csv, split_document
from data.exporters.subsidy_school_xlsx import school_xlsx
from data.exporters.subsidy_xlsx import split_xlsx
from data.importers.telling import read_addresses, read_telling, read_totals
from data.regeling_files import load_regeling, load_regelingen
from data.session import Database
from data.subsidy_store import SubsidyStore
from subsidy.calculations import Outcome
from subsidy.errors import LifecycleError, RegelingError, SubsidyError, UnknownObjectError
from subsidy.lifecycle import PAYMENTS, State, Step, date_of, state_of
from subsidy.parameters import Level
from subsidy.receipt import Calculation
from subsidy.records import NewTelling, StoredCalculation, StoredTelling
from subsidy.regeling import Regeling
from subsidy.service import SubsidyService
from subsidy.split import SplitLine
from subsidy.telling import Status

BOM = "\ufeff"
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
_ZIP_DATE = (2000, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class NamedFile:
    """A file as somebody gives it: its name and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True)
class ImportedTelling:
    """What an import gave.

    Attributes
    ----------
    stored
        The telling to work with; the one with closed intervals when those could be closed.
    is_new
        Whether it was not there yet.
    closed
        How many hidden counts the other files closed.
    remarks
        Dutch sentences for the user.
    """

    stored: StoredTelling
    is_new: bool
    closed: int
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """How a regeling stands for its readers.

    Attributes
    ----------
    regeling
        Which.
    calculation
        The one on record, or else computed now; None when it cannot be computed.
    stored
        The calculation on record, or None.
    telling
        What it rests on, or None.
    reason
        Dutch sentence why there is no calculation; empty when there is one.
    """

    regeling: Regeling
    calculation: Calculation | None
    stored: StoredCalculation | None
    telling: StoredTelling | None
    reason: str

    @property
    def steps(self) -> tuple[Step, ...]:
        """Life of the calculation; empty when it is only computed."""
        return self.stored.steps if self.stored else ()

    @property
    def state(self) -> str:
        """Dutch word for where it stands."""
        if self.stored:
            return state_of(self.stored.steps).value
        return "voorlopig berekend" if self.calculation else "niet te berekenen"

    def date_of(self, state: str) -> date | None:
        """Return when a state was reached."""
        return date_of(self.steps, State(state)) if self.steps else None

    def lines_of(self, brins: frozenset[str]) -> list[SplitLine]:
        """Return the lines in which one of these schools counts."""
        if self.calculation is None:
            return []
        lines = self.calculation.split.lines
        return [line for line in lines if any(member[:4] in brins for member in line.members)]


class Subsidy(SubsidyService):
    """All use cases of the tegemoetkoming.

    Parameters
    ----------
    database
        Where everything is kept.
    home
        Folder of the installation, with rule files of its own in ``regelingen``.
    clock
        Gives the current moment.
    code_version
        Version of the program, for receipts.
    """

    def __init__(self, database: Database, home: Path, clock: Callable[[], datetime], code_version: str) -> None:
        self._database = database
        regelingen, self.broken = load_regelingen(home)
        self.code_version = code_version
        self._standings: dict[str, tuple[tuple[int, int, int], Standing]] = {}
        super().__init__(self._write, self._read, clock, regelingen, code_version)

    @contextmanager
    def _write(self) -> Iterator[SubsidyStore]:
        with self._database.write() as session:
            yield SubsidyStore(session)

    @contextmanager
    def _read(self) -> Iterator[SubsidyStore]:
        with self._database.read() as session:
            yield SubsidyStore(session)

    # ------------------------------------------------ tellingen

    def import_telling(
        self,
        file: NamedFile,
        teldatum: date,
        status: Status,
        by: str,
        *,
        masking: str = "auto",
        addresses: NamedFile | None = None,
        totals: NamedFile | None = None,
    ) -> ImportedTelling:
        """Read a DUO file 01 and keep it; close hidden counts when the two other files are given.

        Raises
        ------
        InputRefused
            With every fault; nothing is kept.
        TellingError
            The files contradict each other; nothing is closed.
        """
        with self._read() as store:
            register = store.register_brins()
        address_file = read_addresses(addresses.name, addresses.content) if addresses else None
        sums = read_totals(totals.name, totals.content) if totals else {}
        if address_file:
            register = register | address_file.brins
        read = read_telling(
            file.name,
            file.content,
            teldatum=teldatum,
            status=status,
            register=register,
            besturen=address_file.bestuur if address_file else None,
            masking=masking,
        )
        stored, is_new = self.tellingen.add(NewTelling(read.telling, file.name, read.masking.text), by)
        remarks = [] if register else ["Er is nog geen adressenbestand ingelezen; BRIN-codes zijn niet vergeleken."]
        years = re.findall(r"(?<!\d)20\d\d(?!\d)", file.name)
        if years and str(teldatum.year) not in years:
            remarks.append(f"De bestandsnaam {file.name} noemt een ander jaar dan teldatum {teldatum:%d-%m-%Y}.")
        closed = 0
        if totals and address_file and stored.telling.intervals:
            source = f"{totals.name} en {address_file.name}"
            stored, closed = self.tellingen.close(stored.telling_id, sums, address_file.pro_only, source, by)
        return ImportedTelling(stored, is_new, closed, tuple(remarks))

    def close_telling(self, telling_id: int, totals: NamedFile, addresses: NamedFile, by: str) -> ImportedTelling:
        """Close hidden counts of a telling with DUO file 03 and the address file."""
        sums, address_file = read_totals(totals.name, totals.content), read_addresses(addresses.name, addresses.content)
        source = f"{totals.name} en {addresses.name}"
        stored, closed = self.tellingen.close(telling_id, sums, address_file.pro_only, source, by)
        return ImportedTelling(stored, True, closed, ())

    # ------------------------------------------------ regelingen and their standing

    def regeling_named(self, name: str) -> Regeling:
        """Find a regeling by id, or load the rule file when ``name`` is a path that ends in ``.toml``."""
        if name.endswith(".toml"):
            return load_regeling(Path(name))
        try:
            return self.splits.regeling(name)
        except UnknownObjectError as error:
            if self.broken:
                raise RegelingError("\n".join([str(error), *self.broken])) from error
            raise

    def standing(self, regeling_id: str) -> Standing:
        """Say how a regeling stands: on record, computed now, or why neither.

        Pages ask this often, so the answer is kept until a telling, a step or an entry is added. A split per bestuur
        also depends on the address register and is always computed.
        """
        return self._standing(regeling_id, self._version())

    def _version(self) -> tuple[int, int, int]:
        with self._read() as store:
            return store.version()

    def _standing(self, regeling_id: str, version: tuple[int, int, int]) -> Standing:
        kept = self._standings.get(regeling_id)
        if kept is not None and kept[0] == version:
            return kept[1]
        standing = self._find_standing(self.splits.regeling(regeling_id))
        if standing.calculation is None or standing.calculation.split.terms.level is not Level.BESTUUR:
            self._standings[regeling_id] = (version, standing)
        return standing

    def _find_standing(self, regeling: Regeling) -> Standing:
        stored = self.awards.current(regeling.regeling_id)
        if stored is not None:
            telling = self.tellingen.get(stored.telling_id)
            return Standing(regeling, self.awards.restore(stored), stored, telling, "")
        try:
            outcome = self.splits.split(regeling)
        except SubsidyError as refusal:
            return Standing(regeling, None, None, None, str(refusal))
        return Standing(regeling, outcome.calculation, None, outcome.stored, "")

    def standings(self) -> list[Standing]:
        """Return every regeling with how it stands, in order of id."""
        version = self._version()
        return [self._standing(regeling_id, version) for regeling_id in self.splits.regelingen]

    def take_step(self, calculation_id: int, step: str, *, by: str, on: date, reason: str = "") -> StoredCalculation:
        """Take the step that a user names: check, determine, pay or withdraw.

        Raises
        ------
        LifecycleError
            There is no such step, or it is not allowed now.
        """
        awards = self.awards
        if step == State.CHECKED.value:
            return awards.check(calculation_id, by=by, on=on)
        if step == State.DETERMINED.value:
            return awards.determine(calculation_id, by=by, on=on)
        if step == State.WITHDRAWN.value:
            return awards.withdraw(calculation_id, by=by, on=on, reason=reason)
        for state, part in PAYMENTS.items():
            if step == state.value:
                return awards.pay(calculation_id, part, by=by, on=on, reason=reason)
        msg = f"De stap '{step}' bestaat niet."
        raise LifecycleError(msg)

    # ------------------------------------------------ files out

    def export(self, outcome: Outcome, kind: str, *, bom: bool = True) -> bytes:
        """Write a split as csv, json, xlsx or pdf."""
        calculation = outcome.calculation
        if kind == "csv":
            return ((BOM if bom else "") + split_csv(calculation)).encode()
        if kind == "json":
            return to_json(split_document(calculation, outcome.stored.telling_id))
        return split_xlsx(calculation) if kind == "xlsx" else split_specification(calculation)

    def export_standing(self, standing: Standing, kind: str) -> bytes:
        """Write the calculation of a regeling as it stands, as csv, json, xlsx or pdf."""
        assert standing.calculation is not None  # noqa: S101 - the caller checked
        assert standing.telling is not None  # noqa: S101 - a calculation rests on a telling
        return self.export(Outcome(standing.calculation, standing.telling), kind)

    def school_workbook(self, calculation: Calculation, key: str) -> bytes:
        """Write the workbook of one school."""
        return school_xlsx(calculation, key)

    def specification(self, calculation: Calculation, key: str, steps: Sequence[Step] = ()) -> bytes:
        """Make the PDF of one school."""
        return school_specification(calculation, key, steps)

    def document(self, outcome: Outcome) -> dict[str, Any]:
        """Return the whole split as JSON values."""
        return split_document(outcome.calculation, outcome.stored.telling_id)

    def standing_document(self, standing: Standing) -> dict[str, Any]:
        """Return the calculation of a regeling as it stands as JSON values.

        Raises
        ------
        SubsidyError
            There is no calculation; the message says why.
        """
        if standing.calculation is None:
            raise SubsidyError(standing.reason)
        telling_id = standing.telling.telling_id if standing.telling else None
        document = split_document(standing.calculation, telling_id)
        document["as_of"]["stand"] = standing.state
        return document

    def school_document(self, standing: Standing, key: str) -> dict[str, Any]:
        """Return one school as JSON values, with where it stands."""
        assert standing.calculation is not None  # noqa: S101 - the caller found a line in it
        telling_id = standing.telling.telling_id if standing.telling else None
        document = school_document(standing.calculation, key, telling_id)
        document["as_of"]["stand"] = standing.state
        return document


def to_json(document: object) -> bytes:
    """Write JSON for people: indented, Dutch letters as they are."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def zip_specifications(calculation: Calculation, steps: Sequence[Step], tell: Callable[[int, int, str], None]) -> bytes:
    """Make the PDF of every school in one zip, always with the same bytes.

    Parameters
    ----------
    tell
        Called after every school with how many are done, how many there are, and the name.
    """
    out = io.BytesIO()
    lines = calculation.split.lines
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, line in enumerate(lines, start=1):
            entry = zipfile.ZipInfo(f"specificatie-{line.key}.pdf", _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, school_specification(calculation, line.key, steps))
            tell(done, len(lines), line.name)
    return out.getvalue()
