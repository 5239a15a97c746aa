"""Links for companies without an account: made, taken back, never deleted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data import audit
from data.tables.matching import CompanyLink


class LinkStore:
    """Links on one session."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, link_id: str, company_id: str, brin: str, *, at: datetime, actor: str, expires_at: datetime) -> None:
        """Store a new link."""
        self.session.add(
            CompanyLink(
                id=link_id, company_id=company_id, brin=brin, created_at=at, created_by=actor, expires_at=expires_at
            )
        )
        audit.append(
            self.session,
            at=at,
            actor=actor,
            action="link voor bedrijf gemaakt",
            object_kind="bedrijf",
            object_id=company_id,
            after={"school": brin, "tot": expires_at.isoformat()},
        )

    def find(self, link_id: str) -> CompanyLink | None:
        """One link, or ``None``."""
        return self.session.get(CompanyLink, link_id)

    def open_links(self, company_id: str, brin: str, at: datetime) -> list[CompanyLink]:
        """Links of a school to a company that can still be used."""
        query = select(CompanyLink).where(
            CompanyLink.company_id == company_id,
            CompanyLink.brin == brin,
            CompanyLink.revoked_at.is_(None),
            CompanyLink.expires_at > at,
        )
        return list(self.session.scalars(query.order_by(CompanyLink.created_at)))

    def revoke(self, company_id: str, brin: str, *, at: datetime, actor: str) -> int:
        """Take back every open link of a school to a company."""
        found = self.open_links(company_id, brin, at)
        for link in found:
            link.revoked_at = at
        if found:
            audit.append(
                self.session,
                at=at,
                actor=actor,
                action="links van bedrijf ingetrokken",
                object_kind="bedrijf",
                object_id=company_id,
                after={"aantal": len(found)},
            )
        return len(found)
