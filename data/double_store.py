"""Companies, places and pupils that look alike, and what a person decided about each pair."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any, Final

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from data import audit
from data import matching_rows as rows
from data.seekers import HOLDING
from data.stage_store import StageStore
from data.tables import matching as tables
from matching.errors import InvalidValueError, MatchingError, UnknownObjectError

COMPANY: Final = "bedrijf"
PLACE: Final = "plek"
PUPIL: Final = "leerling"
KINDS: Final = (COMPANY, PLACE, PUPIL)
DIFFERENT: Final = "verschillend"
SAME: Final = "zelfde"


@dataclass(frozen=True, slots=True)
class Twin:
    """One of two that look alike: its id and the words by which a person knows it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Double:
    """Two that look alike, the lower id first, with why we think so."""

    kind: str
    one: Twin
    other: Twin
    why: str


class DoubleStore:
    """Pairs on one session; a decision is written to the audit trail in the same transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def find(self, kind: str, brins: Collection[str]) -> list[Double]:
        """Pairs of one kind that these schools may decide about and that nobody called different, by id.

        A pair that was called the same is not there any more, unless a file brought the other one back.
        """
        alike = {COMPANY: self._companies, PLACE: self._places, PUPIL: self._pupils}[kind](frozenset(brins))
        table = tables.DoubleDecision
        different = {
            (row.one_id, row.other_id)
            for row in self.session.scalars(select(table).where(table.kind == kind, table.decision == DIFFERENT))
        }
        found: dict[tuple[str, str], Double] = {}
        for why, one, other in alike.pairs():
            if (one.id, other.id) not in different:
                found.setdefault((one.id, other.id), Double(kind, one, other, why))
        return [found[key] for key in sorted(found)]

    def _companies(self, brins: frozenset[str]) -> _Groups:
        """The same leerbedrijf-id, or the same postcode and nearly the same name; merged ones have no places left."""
        merged = set(
            self.session.scalars(
                select(tables.DoubleDecision.other_id).where(
                    tables.DoubleDecision.kind == COMPANY, tables.DoubleDecision.decision == SAME
                )
            )
        )
        visible = {
            row.id: row for row in StageStore(self.session).company_rows(brins) if row.places or row.id not in merged
        }
        groups = _Groups()
        query = select(tables.Company.id, tables.Company.leerbedrijf_id, tables.Company.postcode, tables.Company.name)
        for row in self.session.execute(query.order_by(tables.Company.id)):
            if row.id in visible:
                twin = Twin(row.id, row.name)
                groups.add("hetzelfde leerbedrijf-id", row.leerbedrijf_id, twin)
                groups.add("dezelfde postcode en naam", row.postcode and row.postcode + _core(row.name), twin)
        return groups

    def _places(self, brins: frozenset[str]) -> _Groups:
        """The same work on the same days at the same company and address, in periods that touch."""
        table = tables.InternshipPlace
        query = select(table).where(table.owner_brin.in_(brins), table.withdrawn_on.is_(None)).order_by(table.id)
        groups = _Groups()
        for row in self.session.scalars(query):
            days = "".join("x" if getattr(row, name) else "-" for name in rows.SEAT_COLUMNS)
            where = f"{row.company_id} {row.sector} {days} {row.lat:.5f} {row.lon:.5f} {_core(row.name)}"
            groups.add(
                "hetzelfde bedrijf, adres, werk en dagen", where, Twin(row.id, row.name), (row.first_day, row.last_day)
            )
        return groups

    def _pupils(self, brins: frozenset[str]) -> _Groups:
        """The same first name and home in one school, in periods that touch; a postcode of four digits is no home."""
        table = tables.Pupil
        query = select(table).where(table.brin.in_(brins), table.left_on.is_(None)).order_by(table.id)
        groups = _Groups()
        for row in self.session.scalars(query):
            if row.first_name and len(row.postcode or "......") == 6:
                where = f"{row.brin} {row.first_name.casefold().strip()} {row.lat:.5f} {row.lon:.5f}"
                twin = Twin(row.id, f"{row.number} ({row.first_name})")
                groups.add("dezelfde voornaam en woonplek", where, twin, (row.first_day, row.last_day))
        return groups

    # ------------------------------------------------ decisions

    def decide(self, kind: str, one: str, other: str, *, same: bool, at: datetime, actor: str) -> None:
        """Write down that two are the same, or are not; the same answer twice changes nothing.

        Raises
        ------
        InvalidValueError
            It is twice the same one.
        UnknownObjectError
            One of them does not exist.
        MatchingError
            Two pupils that both have a place cannot be one.
        """
        if one == other:
            raise InvalidValueError("Kies twee verschillende regels.")
        one, other = sorted((one, other))
        table = {COMPANY: tables.Company, PLACE: tables.InternshipPlace, PUPIL: tables.Pupil}[kind]
        for each in (one, other):
            if self.session.get(table, each, with_for_update={"key_share": True}, populate_existing=True) is None:
                raise UnknownObjectError(f"‘{each}’ is niet (meer) bekend.")
        decision = SAME if same else DIFFERENT
        known = self.session.get(tables.DoubleDecision, (kind, one, other))
        done = self._join(kind, one, other, at=at, actor=actor) if same else {}
        if known is not None and known.decision == decision and not done:
            return
        self.session.merge(
            tables.DoubleDecision(
                kind=kind, one_id=one, other_id=other, decision=decision, decided_at=at, decided_by=actor
            )
        )
        self.session.execute(update(tables.MatchingRevision).values(number=tables.MatchingRevision.number + 1))
        audit.append(
            self.session,
            at=at,
            actor=actor,
            action=f"dubbel {decision}",
            object_kind=kind,
            object_id=one,
            before={"besluit": known.decision} if known else None,
            after={"ander": other, **done},
        )

    def _join(self, kind: str, one: str, other: str, *, at: datetime, actor: str) -> dict[str, Any]:
        """Make one of two; returns what changed."""
        if kind == COMPANY:
            return self._join_companies(one, other)
        held = {each: self._held(kind, each) for each in (one, other)}
        kept, gone = (other, one) if held[other] and not held[one] else (one, other)
        stage = StageStore(self.session)
        if kind == PLACE:
            row = self.session.get_one(tables.InternshipPlace, gone)
            if row.withdrawn_on is not None:
                return {}
            stage.withdraw_place(gone, f"Dubbel met {kept}.", at=at, actor=actor)
            return {"blijft": kept}
        if held[gone]:
            raise MatchingError(
                f"Leerling {one} en leerling {other} hebben allebei een plaatsing. Trek er eerst één in. "
                "Er is niets veranderd."
            )
        if self.session.get_one(tables.Pupil, gone).left_on is not None:
            return {}
        stage.leave(gone, at=at, actor=actor)
        return {"blijft": kept}

    def _held(self, kind: str, key: str) -> int:
        column = tables.Placement.place_id if kind == PLACE else tables.Placement.pupil_id
        query = select(func.count()).where(column == key, tables.Placement.status.in_(HOLDING))
        return self.session.scalar(query) or 0

    def _join_companies(self, one: str, other: str) -> dict[str, Any]:
        """Places, recognitions and conflicts of the second become those of the first; its consent does not."""
        place = tables.InternshipPlace
        moved = list(self.session.scalars(select(place.id).where(place.company_id == other).order_by(place.id)))
        self.session.execute(update(place).where(place.company_id == other).values(company_id=one))
        first, second = (self.session.get_one(tables.Company, each) for each in (one, other))
        if first.leerbedrijf_id is None:
            first.leerbedrijf_id = second.leerbedrijf_id
        for row in StageStore(self.session).recognitions(other):
            if self.session.get(tables.CompanyRecognition, (one, row.crebo, row.first_day)) is None:
                self.session.add(
                    tables.CompanyRecognition(
                        company_id=one, crebo=row.crebo, first_day=row.first_day, last_day=row.last_day
                    )
                )
        # Who may not be at the second may not be at the first either, or joining would undo a conflict of interest.
        named = or_(tables.Pupil.conflicts == other, tables.Pupil.conflicts.contains(other, autoescape=True))
        for pupil in self.session.scalars(select(tables.Pupil).where(named)):
            conflicts = rows.split(pupil.conflicts)
            if other in conflicts and one not in conflicts:
                pupil.conflicts = "|".join(sorted((*conflicts, one)))
        return {"plekken": moved} if moved else {}


class _Groups:
    """Twins by what they have in common; periods that do not touch keep two apart."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], list[tuple[Twin, tuple[Any, Any] | None]]] = {}

    def add(self, why: str, key: str | None, twin: Twin, period: tuple[Any, Any] | None = None) -> None:
        """Put one with the others that have the same key; without a key it stands alone."""
        if key:
            self._found.setdefault((why, key), []).append((twin, period))

    def pairs(self) -> Iterator[tuple[str, Twin, Twin]]:
        """Each two of a group, in the order in which they were added."""
        for (why, _), members in self._found.items():
            for (one, ours), (other, theirs) in combinations(members, 2):
                if ours is None or theirs is None or (ours[0] <= theirs[1] and theirs[0] <= ours[1]):
                    yield why, one, other


def _core(name: str) -> str:
    """A name without case, punctuation and legal form."""
    words = "".join(letter if letter.isalnum() else " " for letter in name.casefold()).split()
    return "".join(word for word in words if word not in {"bv", "b", "v", "vof", "nv", "de", "het"})
