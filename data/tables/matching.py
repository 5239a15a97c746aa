"""Pupils, companies, stage places, the register of placements, proposals and company links."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base


class Pupil(Base):
    """A pupil by ``BRIN-nummer``: no BSN, no birth date; the first name stays within the school."""

    __tablename__ = "pupil"
    __table_args__ = (CheckConstraint("last_day >= first_day", name="period"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    brin: Mapped[str] = mapped_column(ForeignKey("school.brin"), index=True)
    number: Mapped[str] = mapped_column(String(30))
    vestiging_code: Mapped[str | None] = mapped_column(ForeignKey("vestiging.code"))
    first_name: Mapped[str | None] = mapped_column(String(60))
    postcode: Mapped[str | None] = mapped_column(String(6))
    lat: Mapped[float]
    lon: Mapped[float]
    x_m: Mapped[float]
    y_m: Mapped[float]
    point_precision: Mapped[str] = mapped_column(String(40))
    route: Mapped[str | None] = mapped_column(String(1))
    crebo: Mapped[str | None] = mapped_column(String(5))
    sectors: Mapped[str] = mapped_column(String(200))
    days: Mapped[int]
    school_days: Mapped[int] = mapped_column(default=0)
    mbo_days: Mapped[int] = mapped_column(default=0)
    mbo_postcode: Mapped[str | None] = mapped_column(String(6))
    mbo_lat: Mapped[float | None]
    mbo_lon: Mapped[float | None]
    modes: Mapped[str] = mapped_column(String(40))
    max_minutes: Mapped[int | None]
    supervision: Mapped[bool] = mapped_column(default=False)
    wheelchair: Mapped[bool] = mapped_column(default=False)
    sixteen: Mapped[bool] = mapped_column(default=False)
    certificate: Mapped[bool] = mapped_column(default=False)
    not_leerplichtig_from: Mapped[date | None]
    first_day: Mapped[date]
    last_day: Mapped[date]
    previous_minutes: Mapped[int | None]
    conflicts: Mapped[str] = mapped_column(Text, default="")
    advice_pro_on: Mapped[date | None]
    advice_mbo_on: Mapped[date | None]
    exam_participant_since: Mapped[date | None]
    left_on: Mapped[date | None]
    age_group: Mapped[str | None] = mapped_column(String(6))
    age_change: Mapped[str | None] = mapped_column(String(7))
    school_hours: Mapped[str | None] = mapped_column(Text)


class Company(Base):
    """A company with one contact person and its consent to be shared in the regional pool."""

    __tablename__ = "company"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    leerbedrijf_id: Mapped[str | None] = mapped_column(String(9), index=True)
    address: Mapped[str | None] = mapped_column(String(200))
    postcode: Mapped[str | None] = mapped_column(String(6), index=True)
    town: Mapped[str | None] = mapped_column(String(100))
    lat: Mapped[float]
    lon: Mapped[float]
    x_m: Mapped[float]
    y_m: Mapped[float]
    point_precision: Mapped[str] = mapped_column(String(40))
    contact_name: Mapped[str | None] = mapped_column(String(100))
    contact_email: Mapped[str | None] = mapped_column(String(200))
    contact_phone: Mapped[str | None] = mapped_column(String(40))
    shares: Mapped[bool] = mapped_column(default=False)
    shares_on: Mapped[date | None]
    owner_brin: Mapped[str | None] = mapped_column(ForeignKey("school.brin"))


class CompanyRecognition(Base):
    """The recognition (erkenning, SBB) of a company for one crebo; the end may be open."""

    __tablename__ = "company_recognition"

    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), primary_key=True)
    crebo: Mapped[str] = mapped_column(String(5), primary_key=True)
    first_day: Mapped[date] = mapped_column(primary_key=True)
    last_day: Mapped[date | None]


class DoubleDecision(Base):
    """What a person decided about two companies, places or pupils that look alike: ``zelfde`` or ``verschillend``."""

    __tablename__ = "double_decision"

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    one_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    other_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    decision: Mapped[str] = mapped_column(String(20))
    decided_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(String(200))


class InternshipPlace(Base):
    """A stage place: seats per weekday at one address in one period; never deleted, it is withdrawn."""

    __tablename__ = "internship_place"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="period"),
        CheckConstraint(
            "seats_ma >= 0 AND seats_di >= 0 AND seats_wo >= 0 AND seats_do >= 0 AND seats_vr >= 0 "
            "AND seats_za >= 0 AND seats_zo >= 0",
            name="seats",
        ),
        Index("ix_internship_place_point", "x_m", "y_m"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    sector: Mapped[str] = mapped_column(String(30), index=True)
    address: Mapped[str | None] = mapped_column(String(200))
    postcode: Mapped[str | None] = mapped_column(String(6))
    town: Mapped[str | None] = mapped_column(String(100))
    lat: Mapped[float]
    lon: Mapped[float]
    x_m: Mapped[float]
    y_m: Mapped[float]
    point_precision: Mapped[str] = mapped_column(String(40))
    seats_ma: Mapped[int] = mapped_column(default=0)
    seats_di: Mapped[int] = mapped_column(default=0)
    seats_wo: Mapped[int] = mapped_column(default=0)
    seats_do: Mapped[int] = mapped_column(default=0)
    seats_vr: Mapped[int] = mapped_column(default=0)
    seats_za: Mapped[int] = mapped_column(default=0)
    seats_zo: Mapped[int] = mapped_column(default=0)
    min_days: Mapped[int] = mapped_column(default=1)
    first_day: Mapped[date]
    last_day: Mapped[date]
    supervision: Mapped[bool] = mapped_column(default=False)
    wheelchair: Mapped[bool] = mapped_column(default=False)
    sixteen: Mapped[bool] = mapped_column(default=False)
    certificate: Mapped[bool] = mapped_column(default=False)
    allowance: Mapped[bool] = mapped_column(default=False)
    found_by: Mapped[str | None] = mapped_column(String(40))
    owner_brin: Mapped[str] = mapped_column(ForeignKey("school.brin"), index=True)
    shared: Mapped[bool] = mapped_column(default=False)
    withdrawn_on: Mapped[date | None]
    withdrawn_note: Mapped[str | None] = mapped_column(String(500))
    hours: Mapped[str | None] = mapped_column(Text)
    tasks: Mapped[str | None] = mapped_column(Text)
    overseen: Mapped[bool | None]
    sunday: Mapped[bool] = mapped_column(default=False, server_default=false())
    internal: Mapped[bool] = mapped_column(default=False, server_default=false())


class MatchingRevision(Base):
    """One row that counts changes of places and companies, so that every process knows when to look again."""

    __tablename__ = "matching_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]


class CreboGroup(Base):
    """Qualifications that count for each other from a day on, with the source."""

    __tablename__ = "crebo_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    crebos: Mapped[str] = mapped_column(String(200))
    since: Mapped[date]
    source: Mapped[str] = mapped_column(String(300))


class MatchingPolicy(Base):
    """The weights of one school from a day on; a change is a new row."""

    __tablename__ = "matching_policy"

    brin: Mapped[str] = mapped_column(ForeignKey("school.brin"), primary_key=True)
    since: Mapped[date] = mapped_column(primary_key=True)
    weights: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(String(200))


class Proposal(Base):
    """A computed proposal for a group: its inputs, its levels with bound and gap, and one row per pupil."""

    __tablename__ = "matching_proposal"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    brin: Mapped[str] = mapped_column(ForeignKey("school.brin"), index=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))
    seed: Mapped[int]
    summary: Mapped[dict[str, Any]]


class ProposalRow(Base):
    """One pupil in a proposal: a place or the reason why not, and what a person decided."""

    __tablename__ = "matching_proposal_row"

    proposal_id: Mapped[str] = mapped_column(ForeignKey("matching_proposal.id"), primary_key=True)
    pupil_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    place_id: Mapped[str | None] = mapped_column(String(40))
    minutes: Mapped[int | None]
    metres: Mapped[int | None]
    mode: Mapped[str] = mapped_column(String(10), default="")
    score: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    nearest_place_id: Mapped[str | None] = mapped_column(String(40))
    nearest_minutes: Mapped[int | None]
    locked: Mapped[bool] = mapped_column(default=False)
    decision: Mapped[str | None] = mapped_column(String(20))
    refusal: Mapped[str | None] = mapped_column(Text)
    placement_id: Mapped[str | None] = mapped_column(String(32))


class Placement(Base):
    """A pupil at a place; ``status`` repeats the last entry of its journal, which is never changed."""

    __tablename__ = "placement"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="period"),
        Index("ix_placement_status_expires", "status", "expires_on"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    pupil_id: Mapped[str] = mapped_column(String(40), index=True)
    brin: Mapped[str] = mapped_column(ForeignKey("school.brin"), index=True)
    place_id: Mapped[str] = mapped_column(ForeignKey("internship_place.id"), index=True)
    days: Mapped[int]
    first_day: Mapped[date]
    last_day: Mapped[date]
    status: Mapped[str] = mapped_column(String(12))
    expires_on: Mapped[date | None]
    minutes: Mapped[int | None]
    metres: Mapped[int | None]
    mode: Mapped[str] = mapped_column(String(10), default="")
    score: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    travel_costs: Mapped[bool] = mapped_column(default=False)
    request_key: Mapped[str] = mapped_column(String(80), unique=True)
    proposal_id: Mapped[str | None] = mapped_column(String(32))


class PlacementEntry(Base):
    """One line of the journal of a placement; only ever added."""

    __tablename__ = "placement_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    placement_id: Mapped[str] = mapped_column(ForeignKey("placement.id"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(Text, default="")
    code: Mapped[str | None] = mapped_column(String(20))


class ParentSignature(Base):
    """A parent or carer signed the agreement of a stage (NRK 3:1 lid 1): when, and who wrote it down; never changed."""

    __tablename__ = "parent_signature"

    placement_id: Mapped[str] = mapped_column(ForeignKey("placement.id"), primary_key=True)
    signed_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(200))


class SeatClaim(Base):
    """One seat of one place on one date, held by one placement.

    The primary key is the guard: seat number 1 on a Tuesday exists once, so
    the last seat cannot be sold twice, whatever two processes do.
    """

    __tablename__ = "seat_claim"
    __table_args__ = (CheckConstraint("seat >= 1", name="seat"),)

    place_id: Mapped[str] = mapped_column(ForeignKey("internship_place.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    seat: Mapped[int] = mapped_column(primary_key=True)
    weekday: Mapped[int]
    placement_id: Mapped[str] = mapped_column(ForeignKey("placement.id"), index=True)


class CompanyLink(Base):
    """A signed link for a company without an account; it expires and can be taken back."""

    __tablename__ = "company_link"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), index=True)
    brin: Mapped[str] = mapped_column(ForeignKey("school.brin"))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class RetentionRun(Base):
    """The proof of one clean-up: when, up to which day, how much was erased."""

    __tablename__ = "retention_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    last_day_before: Mapped[date]
    months: Mapped[int]
    pupils: Mapped[int]
    placements: Mapped[int]
    left: Mapped[int]
