"""Mbo partners, the log of the chain, agreements, scenarios and the landkaart."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base


class MboInstitution(Base):
    """An mbo institution, by its BRIN or own code; never deleted, it ends on a date."""

    __tablename__ = "mbo_institution"
    __table_args__ = (
        CheckConstraint("bekostigd OR recognised_from IS NOT NULL", name="niet_bekostigd_has_recognition"),
        CheckConstraint("willingness IN ('ja', 'nee', 'onbekend')", name="willingness_known"),
    )

    partner_id: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    bekostigd: Mapped[bool]
    recognised_from: Mapped[date | None]
    recognised_until: Mapped[date | None]
    willingness: Mapped[str] = mapped_column(String(10), default="onbekend")
    contact: Mapped[str] = mapped_column(String(200), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    ended_on: Mapped[date | None]


class MboLocation(Base):
    """A building where entree is given; its region follows from its gemeente and the region table of the year."""

    __tablename__ = "mbo_location"
    __table_args__ = (
        CheckConstraint("capacity IS NULL OR capacity >= 0", name="capacity_not_negative"),
        CheckConstraint("taken >= 0", name="taken_not_negative"),
    )

    location_id: Mapped[str] = mapped_column(String(24), primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("mbo_institution.partner_id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    street: Mapped[str | None] = mapped_column(String(200))
    postcode: Mapped[str | None] = mapped_column(String(6))
    place: Mapped[str | None] = mapped_column(String(100))
    gemeente_code: Mapped[str] = mapped_column(ForeignKey("gemeente.code"), index=True)
    lat: Mapped[float]
    lon: Mapped[float]
    x_m: Mapped[float]
    y_m: Mapped[float]
    capacity: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)
    opened_on: Mapped[date]
    ended_on: Mapped[date | None]


class MboOffer(Base):
    """One entree qualification at one location, with its dates."""

    __tablename__ = "mbo_offer"
    __table_args__ = (CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="period_in_order"),)

    location_id: Mapped[str] = mapped_column(ForeignKey("mbo_location.location_id"), primary_key=True)
    crebo: Mapped[str] = mapped_column(String(5), primary_key=True)
    starts_on: Mapped[date] = mapped_column(primary_key=True)
    ends_on: Mapped[date | None]


class ChainEventRow(Base):
    """One line of the log of a chain; the database refuses to change or delete it."""

    __tablename__ = "chain_event"
    __table_args__ = (Index("ix_chain_event_chain", "vestiging_code", "crebo"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vestiging_code: Mapped[str] = mapped_column(ForeignKey("vestiging.code"))
    crebo: Mapped[str] = mapped_column(String(5), default="")
    kind: Mapped[str] = mapped_column(String(20))
    partner_id: Mapped[str | None] = mapped_column(String(12))
    partner_name: Mapped[str] = mapped_column(String(200), default="")
    step: Mapped[int | None]
    contacted_on: Mapped[date]
    outcome_on: Mapped[date]
    by: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(2000))
    reason_code: Mapped[str] = mapped_column(String(40), default="")
    document: Mapped[str] = mapped_column(String(300), default="")
    region_label: Mapped[str] = mapped_column(String(120), default="")
    recorded_at: Mapped[datetime]


class PartnerPolicyRow(Base):
    """The settings of chain and coverage from a moment on; the newest one holds."""

    __tablename__ = "partner_policy"

    id: Mapped[int] = mapped_column(primary_key=True)
    definition_id: Mapped[str] = mapped_column(String(60))
    norm_minutes: Mapped[int]
    step4_enabled: Mapped[bool]
    no_response_attempts: Mapped[int]
    set_by: Mapped[str] = mapped_column(String(200))
    set_at: Mapped[datetime]


class AgreementRow(Base):
    """A samenwerkingsovereenkomst with one mbo."""

    __tablename__ = "agreement"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="period_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("mbo_institution.partner_id"), index=True)
    elements_version: Mapped[str] = mapped_column(String(40))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    ended_on: Mapped[date | None]
    signed_by_mbo_on: Mapped[date | None]
    made_by: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]


class AgreementSchoolRow(Base):
    """A school that joins an agreement, and the day it signed."""

    __tablename__ = "agreement_school"

    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    brin: Mapped[str] = mapped_column(ForeignKey("school.brin"), primary_key=True, index=True)
    signed_on: Mapped[date | None]


class AgreementCreboRow(Base):
    """An entree qualification that an agreement covers."""

    __tablename__ = "agreement_crebo"

    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    crebo: Mapped[str] = mapped_column(String(5), primary_key=True)


class AgreementElementRow(Base):
    """What was agreed on one of the ten elements."""

    __tablename__ = "agreement_element"

    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    text: Mapped[str] = mapped_column(String(4000))


class CoverageScenario(Base):
    """A saved what-if: the question, the changes, and the published figures of that moment."""

    __tablename__ = "coverage_scenario"
    __table_args__ = (UniqueConstraint("region_kind", "region_key", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    region_kind: Mapped[str] = mapped_column(String(30))
    region_key: Mapped[str] = mapped_column(String(60), index=True)
    name: Mapped[str] = mapped_column(String(120))
    question: Mapped[dict[str, Any]]
    changes: Mapped[list[Any]]
    result: Mapped[dict[str, Any]]
    made_by: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]


class LandkaartRecord(Base):
    """One collaboration on the public landkaart; institutions only, never people."""

    __tablename__ = "landkaart_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    region_kind: Mapped[str] = mapped_column(String(30))
    region_key: Mapped[str] = mapped_column(String(60), index=True)
    sectors: Mapped[list[Any]]
    routes: Mapped[list[Any]]
    schools: Mapped[str] = mapped_column(String(200))
    partner: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(String(1200))
    source: Mapped[str] = mapped_column(String(300), default="")
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    moderation: Mapped[str] = mapped_column(String(20), index=True)
    reported_at: Mapped[datetime]
    moderated_by: Mapped[str | None] = mapped_column(String(200))
    moderated_at: Mapped[datetime | None]
    moderation_note: Mapped[str] = mapped_column(String(400), default="")


class LandkaartRung(Base):
    """A dated step of a collaboration on the ladder; only added to."""

    __tablename__ = "landkaart_rung"

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("landkaart_record.id"), index=True)
    rung: Mapped[str] = mapped_column(String(20))
    since: Mapped[date]
