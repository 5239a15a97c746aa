"""What the law on minors asks, on one session: the facts people fill in, signatures, and open placements judged anew.

A change that would make an open placement unlawful, or no longer to be judged, is refused: the stage comes first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from data import audit
from data import matching_rows as rows
from data.law_files import load_rulebook
from data.tables import matching as tables
from matching.errors import MatchingError, NotLawfulError, UnknownObjectError
from matching.places.eligibility import NO_WORK, find_law_failure
from matching.places.law.at_place import judge_work, to_question
from matching.places.law.facts import AgeGroup, PlaceWork
from matching.places.law.judge import Lawful, NotJudged, Verdict
from matching.places.model import Pupil
from matching.places.register import Placement, Status

OPEN = tuple(status.value for status in (Status.RESERVED, Status.CONFIRMED, Status.STARTED))


@dataclass(frozen=True, slots=True)
class JudgedPlacement:
    """An open placement and what the law says of it."""

    placement: Placement
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class PupilFacts:
    """What the law asks of a pupil: group at the start, the month it changes, and the week at school as text."""

    age_group: AgeGroup | None
    age_change: str | None
    school_hours: str | None


class LawStore:
    """Facts, signatures and verdicts on one session."""

    def __init__(self, session: Session) -> None:
        self.session = session

    # ------------------------------------------------ open placements

    def judge_open(self, brins: Collection[str], today: date) -> list[JudgedPlacement]:
        """Every open placement of these schools that is not lawful, or cannot be judged.

        Of a stage that started the signature of a parent or carer counts too.
        """
        found = self._open(tables.Placement.brin.in_(sorted(brins)), today)
        signed = {
            row.placement_id: row.signed_on
            for row in self.session.scalars(
                select(tables.ParentSignature).where(tables.ParentSignature.placement_id.in_([p.id for p in found]))
            )
        }
        pupils, works = self._pupils(found), self._works(found)
        judged = []
        for placement in found:
            start = placement.status is Status.STARTED
            verdict = _judge(placement, pupils, works, signed=placement.id in signed, start=start)
            if not isinstance(verdict, Lawful):
                judged.append(JudgedPlacement(placement, verdict))
        return judged

    def find_harmed(
        self,
        today: date,
        *,
        works: Mapping[str, PlaceWork] | None = None,
        pupils: Mapping[str, Pupil] | None = None,
    ) -> Iterator[JudgedPlacement]:
        """Open placements that a change of these places or pupils would make worse: unlawful, or not to be judged."""
        if works:
            found = self._open_at(tables.Placement.place_id, works, today)
        else:
            found = self._open_at(tables.Placement.pupil_id, pupils or {}, today)
        before_pupils, before_works = self._pupils(found), self._works(found)
        for placement in found:
            before = _judge(placement, before_pupils, before_works)
            after = _judge(placement, {**before_pupils, **(pupils or {})}, {**before_works, **(works or {})})
            if isinstance(after, Lawful) or after == before:
                continue
            if not isinstance(after, NotJudged) or isinstance(before, Lawful):
                yield JudgedPlacement(placement, after)

    def _open(self, condition: Any, today: date) -> list[Placement]:
        table = tables.Placement
        query = select(table).where(condition, table.status.in_(OPEN), table.last_day >= today).order_by(table.id)
        return [rows.to_placement(row) for row in self.session.scalars(query)]

    def _open_at(self, column: Any, ids: Collection[str], today: date) -> list[Placement]:
        return [one for part in rows.parts(ids) for one in self._open(column.in_(part), today)]

    def _pupils(self, placements: Collection[Placement]) -> dict[str, Pupil]:
        found: dict[str, Pupil] = {}
        for brin in sorted({placement.school for placement in placements}):
            found |= {str(pupil.id): pupil for pupil in rows.load_pupils(self.session, brin)}
        return found

    def _works(self, placements: Collection[Placement]) -> dict[str, PlaceWork]:
        table = tables.InternshipPlace
        return {
            row.id: rows.to_work(row)
            for part in rows.parts(placement.place for placement in placements)
            for row in self.session.scalars(select(table).where(table.id.in_(part)))
        }

    # ------------------------------------------------ changes

    def change_work(self, place_id: str, work: PlaceWork, *, at: datetime, actor: str) -> None:
        """Set hours and tasks of a place.

        Raises
        ------
        NotLawfulError
            An open placement would no longer be lawful.
        """
        row = self.session.get_one(tables.InternshipPlace, place_id)
        self._refuse_harm(at.date(), works={place_id: work})
        after = rows.to_work_columns(work)
        before = {name: getattr(row, name) for name in after}
        if before == after:
            return
        for name, value in after.items():
            setattr(row, name, value)
        self.session.execute(update(tables.MatchingRevision).values(number=tables.MatchingRevision.number + 1))
        self._write("tijden en taken gewijzigd", "stageplek", place_id, before, after, at=at, actor=actor)

    def change_pupil(self, pupil_id: str, facts: PupilFacts, *, at: datetime, actor: str) -> None:
        """Set the age group and the school hours of a pupil; the audit trail says that, not what they are.

        Raises
        ------
        NotLawfulError
            An open placement would no longer be lawful.
        """
        row = self.session.get_one(tables.Pupil, pupil_id)
        pupil = rows.load_pupil(self.session, pupil_id)
        assert pupil is not None  # noqa: S101 - the row is there
        changed = replace(
            pupil,
            age_group=facts.age_group,
            age_change=rows.to_month_number(facts.age_change),
            school_hours=rows.to_school_hours(facts.school_hours, row.school_days | row.mbo_days),
        )
        self._refuse_harm(at.date(), pupils={pupil_id: changed})
        row.age_group = None if facts.age_group is None else facts.age_group.value
        row.sixteen = facts.age_group is not None and facts.age_group.is_sixteen
        row.age_change, row.school_hours = facts.age_change, facts.school_hours
        self._write("leeftijdsgroep en schooltijden gewijzigd", "leerling", pupil_id, None, None, at=at, actor=actor)

    def sign(self, placement_id: str, signed_on: date, *, at: datetime, actor: str) -> None:
        """Write down that a parent or carer signed the agreement; what is written stays.

        Raises
        ------
        MatchingError
            The day lies in the future, or the placement has ended.
        """
        placement = self.session.get(tables.Placement, placement_id)
        if placement is None:
            raise UnknownObjectError("Deze plaatsing is niet bekend.")
        if placement.status not in OPEN:
            raise MatchingError(f"Deze plaatsing is {placement.status}; er valt niets meer te tekenen.")
        if signed_on > at.date():
            raise MatchingError(f"De dag van de handtekening ({signed_on:%d-%m-%Y}) ligt in de toekomst.")
        if self.session.get(tables.ParentSignature, placement_id) is not None:
            return  # a double click; the first day that was written down stays
        self.session.add(
            tables.ParentSignature(placement_id=placement_id, signed_on=signed_on, recorded_at=at, recorded_by=actor)
        )
        self._write(
            "handtekening van ouder of verzorger", "plaatsing", placement_id, None,
            {"getekend_op": signed_on.isoformat()}, at=at, actor=actor,
        )  # fmt: skip

    def _refuse_harm(
        self,
        today: date,
        *,
        works: Mapping[str, PlaceWork] | None = None,
        pupils: Mapping[str, Pupil] | None = None,
    ) -> None:
        harmed = next(self.find_harmed(today, works=works, pupils=pupils), None)
        if harmed is not None:
            raise NotLawfulError(f"{describe_harm(harmed)} Er is niets veranderd. Trek eerst die plaatsing in.")

    def _write(
        self,
        action: str,
        kind: str,
        key: str,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
        *,
        at: datetime,
        actor: str,
    ) -> None:
        audit.append(
            self.session, at=at, actor=actor, action=action, object_kind=kind, object_id=key, before=before, after=after
        )


def describe_harm(harmed: JudgedPlacement) -> str:
    """Why a change is refused; somebody else's pupil is not named, only the place and the period."""
    failure, placement = find_law_failure(harmed.verdict), harmed.placement
    why = failure[1] if failure else ""
    return f"Een stage bij {placement.place} ({placement.period.text}) kan dan niet meer. {why}"


def _judge(
    placement: Placement,
    pupils: Mapping[str, Pupil],
    works: Mapping[str, PlaceWork],
    *,
    signed: bool = False,
    start: bool = False,
) -> Verdict:
    pupil = pupils.get(placement.pupil)
    if pupil is None:
        return Lawful()  # the pupil left: there is nobody to judge, and the stage is ended by hand
    question = to_question(pupil, placement.days, placement.period, load_rulebook())
    return judge_work(question, works.get(placement.place, NO_WORK), signed=signed, start=start)
