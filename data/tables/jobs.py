"""Long work as the user sees it, what of it took effect, who is working, and the files it needs or makes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base, UtcDateTime


class Job(Base):
    """One piece of long work: asked for in the transaction of its use case, done by a worker."""

    __tablename__ = "job"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200))
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    owner_kind: Mapped[str] = mapped_column(String(20))
    owner_key: Mapped[str] = mapped_column(String(60))
    asked_by: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(12))
    attempt: Mapped[int] = mapped_column(Integer, default=1)
    dispatched: Mapped[bool] = mapped_column(Boolean, default=False)
    cancel_asked: Mapped[bool] = mapped_column(Boolean, default=False)
    worker_id: Mapped[str | None] = mapped_column(String(120))
    progress_done: Mapped[int | None] = mapped_column(BigInteger)
    progress_total: Mapped[int | None] = mapped_column(BigInteger)
    progress_text: Mapped[str | None] = mapped_column(String(300))
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    error: Mapped[str | None] = mapped_column(Text)
    error_code: Mapped[str | None] = mapped_column(String(12))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_job_state_dispatched", "state", "dispatched"),
        Index("ix_job_owner", "owner_kind", "owner_key", "created_at"),
    )


class JobEffect(Base):
    """One effect of a job on this database, written in the same transaction as the effect itself."""

    __tablename__ = "job_effect"

    job_id: Mapped[str] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    result: Mapped[Any] = mapped_column(JSON)
    done_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Worker(Base):
    """One place where jobs are executed; its heartbeat says whether it is alive."""

    __tablename__ = "worker"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    pid: Mapped[int] = mapped_column(Integer)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_over_by: Mapped[str | None] = mapped_column(String(120))


class StoredFile(Base):
    """A file between a web process and a worker, which may be on different machines."""

    __tablename__ = "stored_file"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    owner_kind: Mapped[str] = mapped_column(String(20))
    owner_key: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class StoredFilePart(Base):
    """At most one megabyte of a stored file."""

    __tablename__ = "stored_file_part"

    file_id: Mapped[str] = mapped_column(ForeignKey("stored_file.id", ondelete="CASCADE"), primary_key=True)
    part: Mapped[int] = mapped_column(Integer, primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
