"""The pupil count (leerlingentelling): whole pupils per vestiging, or an interval where the source hides them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from subsidy.errors import TellingError

_VESTIGING = re.compile(r"[0-9]{2}[A-Z]{2}[0-9]{2}")


class Status(StrEnum):
    """Whether the source still calls its count provisional."""

    VOORLOPIG = "voorlopig"
    DEFINITIEF = "definitief"


class Basis(StrEnum):
    """Where a count comes from."""

    FILE = "bestand"
    CLOSED = "afgeleid"
    OVERRIDE = "handmatig"


@dataclass(frozen=True, slots=True)
class Count:
    """Number of pupils as an interval, both ends included; equal ends are an exact count.

    Attributes
    ----------
    minimum, maximum
        Pupils, zero or more.
    """

    minimum: int
    maximum: int

    def __post_init__(self) -> None:
        if not 0 <= self.minimum <= self.maximum:
            msg = f"Een aantal van {self.minimum} tot en met {self.maximum} leerlingen bestaat niet."
            raise TellingError(msg)

    @property
    def exact(self) -> bool:
        """Whether the number is known."""
        return self.minimum == self.maximum

    def __add__(self, other: Count) -> Count:
        return Count(self.minimum + other.minimum, self.maximum + other.maximum)

    def __str__(self) -> str:
        return str(self.minimum) if self.exact else f"{self.minimum}–{self.maximum}"


NOBODY = Count(0, 0)


@dataclass(frozen=True, slots=True)
class SchoolCount:
    """The count of one vestiging.

    Attributes
    ----------
    vestiging
        Six characters, BRIN and two digits.
    name
        As in the source.
    count
        Pupils in praktijkonderwijs.
    bestuur
        Number of the bevoegd gezag on import, or None when no address file named it.
    basis
        Where the count comes from.
    note
        Dutch sentence for a count that is not simply the file's: what was hidden, what closed it, who decided.
    """

    vestiging: str
    name: str
    count: Count
    bestuur: str | None = None
    basis: Basis = Basis.FILE
    note: str = ""

    def __post_init__(self) -> None:
        if not _VESTIGING.fullmatch(self.vestiging):
            msg = f"'{self.vestiging}' is geen vestigingscode; verwacht zes tekens zoals 01AB00."
            raise TellingError(msg)

    @property
    def brin(self) -> str:
        """The first four characters: the institution."""
        return self.vestiging[:4]


@dataclass(frozen=True)
class Leerlingentelling:
    """Pupils per vestiging on a teldatum.

    Attributes
    ----------
    teldatum
        The day of counting.
    status
        What the source called it.
    schools
        In order of vestiging, each vestiging once.
    file_sha256
        Digest of the bytes of the file it was read from.
    """

    teldatum: date
    status: Status
    schools: tuple[SchoolCount, ...]
    file_sha256: str

    @cached_property
    def digest(self) -> str:
        """SHA-256 over teldatum, status, file digest and every count: what a calculation is pinned to."""
        return telling_digest(
            self.teldatum,
            self.status,
            self.file_sha256,
            ((row.vestiging, row.count.minimum, row.count.maximum) for row in self.schools),
        )

    @cached_property
    def total(self) -> Count:
        """All pupils together."""
        return sum((row.count for row in self.schools), NOBODY)

    @property
    def intervals(self) -> tuple[SchoolCount, ...]:
        """The schools whose number is hidden."""
        return tuple(row for row in self.schools if not row.count.exact)


def telling_digest(teldatum: date, status: str, file_sha256: str, counts: Iterable[tuple[str, int, int]]) -> str:
    """Compute the digest that pins a telling.

    Parameters
    ----------
    teldatum, status, file_sha256
        As in :class:`Leerlingentelling`.
    counts
        Vestiging, minimum and maximum, in order of vestiging.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    lines = [f"{teldatum.isoformat()};{status};{file_sha256}"]
    lines += [f"{vestiging};{minimum};{maximum}" for vestiging, minimum, maximum in counts]
    return hashlib.sha256("\n".join(lines).encode("ascii")).hexdigest()


def build_telling(
    teldatum: date, status: Status, schools: Iterable[SchoolCount], file_sha256: str
) -> Leerlingentelling:
    """Order the schools and refuse what cannot be a telling.

    Raises
    ------
    TellingError
        There are no schools, or a vestiging occurs twice.
    """
    ordered = tuple(sorted(schools, key=lambda row: row.vestiging))
    if not ordered:
        msg = "De telling heeft geen enkele vestiging met praktijkonderwijs."
        raise TellingError(msg)
    for before, after in pairwise(ordered):
        if before.vestiging == after.vestiging:
            msg = f"Vestiging {after.vestiging} staat twee keer in de telling."
            raise TellingError(msg)
    return Leerlingentelling(teldatum, status, ordered, file_sha256)


def _replace_counts(telling: Leerlingentelling, rows: Mapping[str, SchoolCount]) -> Leerlingentelling:
    """Return the same telling with some schools replaced."""
    schools = tuple(rows.get(row.vestiging, row) for row in telling.schools)
    return Leerlingentelling(telling.teldatum, telling.status, schools, telling.file_sha256)


def close_intervals(
    telling: Leerlingentelling, totals: Mapping[str, int], pro_only: frozenset[str], source: str
) -> Leerlingentelling:
    """Replace a hidden count by the exact total of a vestiging that has praktijkonderwijs only.

    Parameters
    ----------
    telling
        With intervals.
    totals
        All pupils per vestiging, from DUO file 03.
    pro_only
        Vestigingen with structure ``PRO`` in the address file.
    source
        Names of the two files, for the note.

    Returns
    -------
    Leerlingentelling
        The same telling where nothing could be closed; other counts are never touched.

    Raises
    ------
    TellingError
        A total lies outside the interval, so that the files contradict each other.
    """
    closed: dict[str, SchoolCount] = {}
    for row in telling.intervals:
        total = totals.get(row.vestiging)
        if total is None or row.vestiging not in pro_only:
            continue
        if not row.count.minimum <= total <= row.count.maximum:
            msg = (
                f"Vestiging {row.vestiging} heeft {row.count} leerlingen in de telling maar {total} in het bestand "
                "met totalen; de bestanden spreken elkaar tegen."
            )
            raise TellingError(msg)
        note = f"Afgeschermd als {row.count}; {total} volgens {source} (vestiging heeft alleen praktijkonderwijs)."
        closed[row.vestiging] = replace(row, count=Count(total, total), basis=Basis.CLOSED, note=note)
    return _replace_counts(telling, closed)


def override_count(telling: Leerlingentelling, vestiging: str, value: int, note: str) -> Leerlingentelling:
    """Put a number that two people agreed on in the place of one school's count.

    Parameters
    ----------
    telling
        The count to correct; it is not changed, a new one is returned.
    vestiging
        Which school.
    value
        Pupils, zero or more.
    note
        Reason, source and both names.

    Raises
    ------
    TellingError
        The vestiging is not in the telling, or the number is negative.
    """
    rows = {row.vestiging: row for row in telling.schools}
    if vestiging not in rows:
        msg = f"Vestiging {vestiging} staat niet in deze telling."
        raise TellingError(msg)
    changed = replace(rows[vestiging], count=Count(value, value), basis=Basis.OVERRIDE, note=note)
    return _replace_counts(telling, {vestiging: changed})


@dataclass(frozen=True, slots=True)
class CountChange:
    """One school in two tellings.

    Attributes
    ----------
    before, after
        None where the school is not in that telling.
    """

    vestiging: str
    name: str
    before: Count | None
    after: Count | None

    @property
    def difference(self) -> int | None:
        """Pupils more (positive) or fewer; a school that is absent counts as zero; None when a side is hidden."""
        before, after = self.before or NOBODY, self.after or NOBODY
        return after.minimum - before.minimum if before.exact and after.exact else None


def diff_tellingen(one: Leerlingentelling, other: Leerlingentelling) -> tuple[CountChange, ...]:
    """List every school of two tellings side by side, in order of vestiging."""
    before = {row.vestiging: row for row in one.schools}
    after = {row.vestiging: row for row in other.schools}
    changes = []
    for vestiging in sorted(before.keys() | after.keys()):
        old, new = before.get(vestiging), after.get(vestiging)
        name = new.name if new else before[vestiging].name
        changes.append(CountChange(vestiging, name, old.count if old else None, new.count if new else None))
    return tuple(changes)
