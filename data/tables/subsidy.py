"""The tegemoetkoming: tellingen, overrides, the pinned basis, calculations, their steps and journal.

Rows of these tables are added and never changed, except that a proposal for an override gets its decision.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base


class Telling(Base):
    """A leerlingentelling as it was read, or a corrected version of one."""

    __tablename__ = "telling"

    id: Mapped[int] = mapped_column(primary_key=True)
    teldatum: Mapped[date]
    status: Mapped[str] = mapped_column(String(12))
    file_name: Mapped[str] = mapped_column(String(200))
    file_sha256: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    masking: Mapped[str] = mapped_column(String(300))
    derived_from: Mapped[int | None] = mapped_column(ForeignKey("telling.id"))
    note: Mapped[str]
    imported_at: Mapped[datetime]
    imported_by: Mapped[str] = mapped_column(String(254))


class TellingCount(Base):
    """Pupils of one vestiging in a telling, as an interval; equal ends are an exact number."""

    __tablename__ = "telling_count"
    __table_args__ = (CheckConstraint("0 <= minimum AND minimum <= maximum", name="interval"),)

    telling_id: Mapped[int] = mapped_column(ForeignKey("telling.id"), primary_key=True)
    vestiging: Mapped[str] = mapped_column(String(6), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    minimum: Mapped[int]
    maximum: Mapped[int]
    bestuur: Mapped[str | None] = mapped_column(String(10))
    basis: Mapped[str] = mapped_column(String(12))
    note: Mapped[str]


class TellingOverride(Base):
    """A number for one school that one person proposes and another decides on."""

    __tablename__ = "telling_override"

    id: Mapped[int] = mapped_column(primary_key=True)
    telling_id: Mapped[int] = mapped_column(ForeignKey("telling.id"), index=True)
    vestiging: Mapped[str] = mapped_column(String(6))
    value: Mapped[int]
    reason: Mapped[str]
    source: Mapped[str]
    proposed_by: Mapped[str] = mapped_column(String(254))
    proposed_on: Mapped[date]
    decided_by: Mapped[str | None] = mapped_column(String(254))
    decided_on: Mapped[date | None]
    result_id: Mapped[int | None] = mapped_column(ForeignKey("telling.id"))


class RegelingBasis(Base):
    """The telling that is the legal basis of a regeling; pinned once."""

    __tablename__ = "regeling_basis"

    regeling_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    telling_id: Mapped[int] = mapped_column(ForeignKey("telling.id"))
    pinned_at: Mapped[datetime]
    pinned_by: Mapped[str] = mapped_column(String(254))


class SubsidyCalculation(Base):
    """A calculation on record: the receipt of the whole, which is never edited."""

    __tablename__ = "subsidy_calculation"

    id: Mapped[int] = mapped_column(primary_key=True)
    regeling_id: Mapped[str] = mapped_column(String(60), index=True)
    telling_id: Mapped[int] = mapped_column(ForeignKey("telling.id"))
    document: Mapped[dict[str, Any]]


class SubsidyStep(Base):
    """One step in the life of a calculation, dated and signed."""

    __tablename__ = "subsidy_step"

    calculation_id: Mapped[int] = mapped_column(ForeignKey("subsidy_calculation.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    effective_on: Mapped[date]
    signed_by: Mapped[str] = mapped_column(String(254))
    reason: Mapped[str]


class SubsidyEntry(Base):
    """One line of the journal of a calculation, in euro cents."""

    __tablename__ = "subsidy_entry"
    __table_args__ = (UniqueConstraint("calculation_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    calculation_id: Mapped[int] = mapped_column(ForeignKey("subsidy_calculation.id"))
    number: Mapped[int]
    effective_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(20))
    part: Mapped[int]
    account: Mapped[str] = mapped_column(String(20))
    cents: Mapped[int] = mapped_column(BigInteger)
    event: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str]
    signed_by: Mapped[str] = mapped_column(String(254))
    counter: Mapped[str | None] = mapped_column(String(20))
