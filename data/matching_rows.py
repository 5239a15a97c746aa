"""Between rows and the values of ``matching.places.model``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from data.law_files import load_rulebook
from data.tables import matching as tables
from data.tables.organisation import Vestiging
from matching.places.law.facts import (
    AgeGroup,
    PlaceWork,
    Stretch,
    Tasks,
    read_tasks,
    read_week,
    to_tasks_text,
    to_week_text,
)
from matching.places.model import (
    Company,
    CompanyId,
    InternshipPlace,
    MatchPolicy,
    Mode,
    Period,
    PlaceId,
    Point,
    Pupil,
    PupilId,
    Recognition,
    Route,
    Weekday,
    to_day_text,
)
from matching.places.register import Entry, Placement, Status, Withdrawal

# Asked by every search, so they are put together once, and of columns of the tables: those need no unit of work.
_pupil, _school = tables.Pupil.__table__, Vestiging.__table__
_WITH_SCHOOL = select(*_pupil.c, _school.c.lat.label("school_lat"), _school.c.lon.label("school_lon")).select_from(
    _pupil.outerjoin(_school, _school.c.code == func.coalesce(_pupil.c.vestiging_code, _pupil.c.brin + "00"))
)
_PUPIL = _WITH_SCHOOL.where(_pupil.c.id == bindparam("id"))
_PUPILS = _WITH_SCHOOL.where(_pupil.c.brin == bindparam("school"), _pupil.c.left_on.is_(None)).order_by(_pupil.c.id)
_placement, _entry = tables.Placement.__table__, tables.PlacementEntry.__table__
_place = tables.InternshipPlace.__table__
_REFUSALS = (
    select(_placement.c.pupil_id, _place.c.company_id)
    .select_from(
        _placement.join(_entry, _entry.c.placement_id == _placement.c.id).join(
            _place, _place.c.id == _placement.c.place_id
        )
    )
    .where(
        _entry.c.code == Withdrawal.COMPANY_REFUSED.value, _placement.c.pupil_id.in_(bindparam("ids", expanding=True))
    )
)

SEAT_COLUMNS = tuple(f"seats_{day.short}" for day in Weekday)


_PART = 900
"""Ids in one query; SQLite allows 32 766 and older builds 999 variables."""


def parts(ids: Iterable[str]) -> Iterable[Sequence[str]]:
    """Ids in parts, sorted and each once."""
    wanted = sorted(set(ids))
    return (wanted[at : at + _PART] for at in range(0, len(wanted), _PART))


def to_bits(days: Iterable[Weekday]) -> int:
    """Weekdays as a number: Monday is bit 0."""
    return sum(1 << day for day in days)


def to_days(bits: int) -> frozenset[Weekday]:
    """The opposite of `to_bits`."""
    return frozenset(day for day in Weekday if bits >> day & 1)


def to_day_words(bits: int) -> str:
    """``di do`` from a number."""
    return to_day_text(to_days(bits))


def split(text: str | None) -> tuple[str, ...]:
    """Values joined by ``|``."""
    return tuple(part for part in (text or "").split("|") if part)


def load_companies(session: Session, ids: Iterable[str] | None = None) -> dict[str, Company]:
    """Companies with their recognitions, all of them or the named ones."""
    query = select(tables.CompanyRecognition)
    chosen = select(tables.Company.id, tables.Company.name, tables.Company.shares, tables.Company.leerbedrijf_id)
    if ids is not None:
        wanted = sorted(set(ids))
        query = query.where(tables.CompanyRecognition.company_id.in_(wanted))
        chosen = chosen.where(tables.Company.id.in_(wanted))
    recognitions: dict[str, list[Recognition]] = defaultdict(list)
    for row in session.scalars(query.order_by(tables.CompanyRecognition.crebo, tables.CompanyRecognition.first_day)):
        recognitions[row.company_id].append(Recognition(row.crebo, row.first_day, row.last_day))
    return {
        row.id: Company(CompanyId(row.id), row.name, row.shares, row.leerbedrijf_id, tuple(recognitions[row.id]))
        for row in session.execute(chosen)
    }


def to_place(row: Any, company: Company) -> InternshipPlace:
    """A row of ``internship_place`` as a value."""
    return InternshipPlace(
        id=PlaceId(row.id),
        company=company,
        name=row.name,
        sector=row.sector,
        point=Point(row.lat, row.lon, row.point_precision),
        seats={day: count for day, name in zip(Weekday, SEAT_COLUMNS, strict=True) if (count := getattr(row, name))},
        period=Period(row.first_day, row.last_day),
        owner=row.owner_brin,
        shared=row.shared,
        min_days=row.min_days,
        supervision=row.supervision,
        wheelchair=row.wheelchair,
        sixteen=row.sixteen,
        certificate=row.certificate,
        allowance=row.allowance,
        found_by=PupilId(row.found_by) if row.found_by else None,
        withdrawn=row.withdrawn_on is not None,
        work=to_work(row),
    )


@cache
def _hours(text: str, *, pauses: bool) -> tuple[tuple[Weekday, Stretch], ...]:
    return tuple(read_week(text, pauses=pauses).items())


@cache
def _tasks(text: str) -> Tasks:
    return read_tasks(text, load_rulebook().tasks)


def to_work(row: Any) -> PlaceWork:
    """What the law asks of a place, from its row; texts were checked when they came in."""
    return PlaceWork(
        None if row.hours is None else _hours(row.hours, pauses=True),
        None if row.tasks is None else _tasks(row.tasks),
        row.overseen,
        row.sunday,
        row.internal,
    )


def to_work_columns(work: PlaceWork) -> dict[str, Any]:
    """The opposite of `to_work`."""
    return {
        "hours": None if work.week is None else to_week_text(work.week, pauses=True),
        "tasks": None if work.tasks is None else to_tasks_text(work.tasks),
        "overseen": work.overseen,
        "sunday": work.sunday,
        "internal": work.internal,
    }


def load_pupil(session: Session, pupil_id: str) -> Pupil | None:
    """One pupil, or ``None``."""
    found = _to_pupils(session, session.execute(_PUPIL, {"id": pupil_id}).all())
    return found[0] if found else None


def load_pupils(session: Session, brin: str) -> list[Pupil]:
    """Every present pupil of a school, by id."""
    return _to_pupils(session, session.execute(_PUPILS, {"school": brin}).all())


def _to_pupils(session: Session, found: Sequence[Any]) -> list[Pupil]:
    refusals: dict[str, set[CompanyId]] = defaultdict(set)
    for part in parts(row.id for row in found):
        for row in session.execute(_REFUSALS, {"ids": part}):
            refusals[row.pupil_id].add(CompanyId(row.company_id))
    return [_to_pupil(row, frozenset(refusals.get(row.id, ()))) for row in found]


def _to_pupil(row: Any, refusals: frozenset[CompanyId]) -> Pupil:
    fixed = []
    if row.school_lat is not None and row.school_days:
        fixed.append((Point(row.school_lat, row.school_lon), row.school_days.bit_count()))
    if row.mbo_lat is not None and row.mbo_lon is not None and row.mbo_days:
        fixed.append((Point(row.mbo_lat, row.mbo_lon), row.mbo_days.bit_count()))
    return Pupil(
        id=PupilId(row.id),
        school=row.brin,
        origin=Point(row.lat, row.lon, row.point_precision),
        sectors=split(row.sectors),
        days=to_days(row.days),
        period=Period(row.first_day, row.last_day),
        modes=tuple(Mode(word) for word in row.modes.split()),
        route=Route(row.route) if row.route else None,
        crebo=row.crebo,
        max_minutes=row.max_minutes,
        supervision=row.supervision,
        wheelchair=row.wheelchair,
        sixteen=row.sixteen,
        certificate=row.certificate,
        not_leerplichtig_from=row.not_leerplichtig_from,
        previous_minutes=row.previous_minutes,
        conflicts=frozenset(CompanyId(company) for company in split(row.conflicts)),
        refusals=refusals,
        advice_pro_on=row.advice_pro_on,
        advice_mbo_on=row.advice_mbo_on,
        exam_participant_since=row.exam_participant_since,
        fixed_trips=tuple(fixed),
        left=row.left_on is not None,
        age_group=AgeGroup(row.age_group) if row.age_group else None,
        age_change=to_month_number(row.age_change),
        school_hours=to_school_hours(row.school_hours, row.school_days | row.mbo_days),
    )


def to_school_hours(text: str | None, days: int) -> tuple[tuple[Weekday, Stretch], ...] | None:
    """The week at school and mbo; nobody knows it while one of the ``days`` there has no hours."""
    if text is None:
        return None
    found = _hours(text, pauses=False)
    return found if to_bits(day for day, _ in found) & days == days else None


def to_month_number(text: str | None) -> int | None:
    """Year times twelve plus month, from ``2027-03``."""
    return None if text is None else int(text[:4]) * 12 + int(text[5:])


def to_placement(row: tables.Placement) -> Placement:
    """A row of ``placement`` as a value."""
    return Placement(
        id=row.id,
        pupil=PupilId(row.pupil_id),
        school=row.brin,
        place=PlaceId(row.place_id),
        days=to_days(row.days),
        period=Period(row.first_day, row.last_day),
        status=Status(row.status),
        expires=row.expires_on,
        minutes=row.minutes,
        metres=row.metres,
        mode=row.mode,
        score=row.score,
        reason=row.reason,
        travel_costs=row.travel_costs,
        request=row.request_key,
        proposal=row.proposal_id,
    )


def to_entry(row: tables.PlacementEntry) -> Entry:
    """A row of ``placement_entry`` as a value."""
    return Entry(row.at, row.actor, Status(row.status), row.note, Withdrawal(row.code) if row.code else None)


WEIGHTS = (
    "norm_minutes",
    "wish_points",
    "travel_bands",
    "travel_beyond",
    "burden_bands",
    "burden_beyond",
    "supervision_points",
    "certificate_points",
    "allowance_points",
    "seats_left_points",
    "self_found_points",
    "heavy_minutes",
    "relief_minutes",
    "relief_points",
    "ov_fixed_minutes",
    "ov_metres_per_minute",
)


def to_policy(brin: str, since: date, weights: Mapping[str, Any] | None) -> MatchPolicy:
    """The policy of a school; the start values, marked as an assumption, when it never chose any."""
    if weights is None:
        return MatchPolicy(brin, since)
    values = {name: weights[name] for name in WEIGHTS if name in weights}
    for name in ("travel_bands", "burden_bands"):
        if name in values:
            values[name] = tuple((int(limit), int(points)) for limit, points in values[name])
    if "wish_points" in values:
        values["wish_points"] = tuple(int(points) for points in values["wish_points"])
    if "definitions" in weights:
        values["definitions"] = {Mode(mode): str(name) for mode, name in weights["definitions"].items()}
    return MatchPolicy(brin, since, **values, status="vastgesteld")


def to_weights(policy: MatchPolicy) -> dict[str, Any]:
    """The weights of a policy as JSON."""
    values = {name: getattr(policy, name) for name in WEIGHTS}
    return {**values, "definitions": {mode.value: name for mode, name in policy.definitions.items()}}
