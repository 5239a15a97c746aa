"""Every file that was offered, what it would change, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base, UtcDateTime


class ImportRun(Base):
    """One file on its way in: received, checked or refused, confirmed and saved."""

    __tablename__ = "import_run"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    importer: Mapped[str] = mapped_column(String(60))
    file_name: Mapped[str] = mapped_column(String(200))
    file_digest: Mapped[str] = mapped_column(String(64))
    file_size: Mapped[int] = mapped_column(BigInteger)
    file_id: Mapped[str | None] = mapped_column(String(32))
    options: Mapped[dict[str, Any]] = mapped_column(JSON)
    owner_kind: Mapped[str] = mapped_column(String(20))
    owner_key: Mapped[str] = mapped_column(String(60))
    asked_by: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(16))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    saved_by: Mapped[str | None] = mapped_column(String(200))
    diff_digest: Mapped[str | None] = mapped_column(String(64))
    counts: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    check_job: Mapped[str | None] = mapped_column(String(32))
    save_job: Mapped[str | None] = mapped_column(String(32))
    columns: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    __table_args__ = (Index("ix_import_run_owner", "owner_kind", "owner_key", "received_at"),)
