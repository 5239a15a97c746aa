"""Files that travel between web processes and workers, inside the database, so that no shared disk is needed."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from data.tables.jobs import StoredFile, StoredFilePart

#: Bytes per part: small enough for every driver and for memory.
PART_BYTES: Final = 1024 * 1024
#: Uploads and results are working copies, not an archive.
KEEP: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class FileView:
    """A stored file without its content."""

    id: str
    name: str
    content_type: str
    size: int
    sha256: str
    owner_kind: str
    owner_key: str
    expires_at: datetime


class FileStore:
    """Stored files in one session; the caller owns the transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(
        self,
        name: str,
        content: bytes,
        *,
        content_type: str,
        owner: tuple[str, str],
        at: datetime,
        keep: timedelta = KEEP,
    ) -> str:
        """Store a file and return its id."""
        file_id = uuid.uuid4().hex
        self.session.add(
            StoredFile(
                id=file_id, name=name[:200], content_type=content_type, size=len(content),
                sha256=hashlib.sha256(content).hexdigest(), owner_kind=owner[0], owner_key=owner[1], created_at=at,
                expires_at=at + keep,
            )
        )  # fmt: skip
        self.session.flush()
        for part, start in enumerate(range(0, len(content), PART_BYTES)):
            self.session.add(StoredFilePart(file_id=file_id, part=part, content=content[start : start + PART_BYTES]))
            self.session.flush()
        return file_id

    def find(self, file_id: str) -> FileView | None:
        """Return what is known of a file, or ``None`` when it is not (or no longer) there."""
        file = self.session.get(StoredFile, file_id)
        if file is None:
            return None
        return FileView(
            file.id, file.name, file.content_type, file.size, file.sha256, file.owner_kind, file.owner_key,
            file.expires_at,
        )  # fmt: skip

    def load(self, file_id: str) -> bytes | None:
        """Return the content, or ``None`` when the file is not there or is not what was stored."""
        file = self.session.get(StoredFile, file_id)
        if file is None:
            return None
        parts = self.session.scalars(
            select(StoredFilePart.content).where(StoredFilePart.file_id == file_id).order_by(StoredFilePart.part)
        )
        content = b"".join(parts)
        return content if hashlib.sha256(content).hexdigest() == file.sha256 else None

    def remove(self, file_id: str) -> None:
        """Forget a file."""
        self.session.execute(delete(StoredFilePart).where(StoredFilePart.file_id == file_id))
        self.session.execute(delete(StoredFile).where(StoredFile.id == file_id))

    def remove_expired(self, at: datetime) -> int:
        """Forget every file whose time is over; return how many."""
        expired = list(self.session.scalars(select(StoredFile.id).where(StoredFile.expires_at < at)))
        for file_id in expired:
            self.remove(file_id)
        return len(expired)
