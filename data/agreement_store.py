"""Agreements between schools and mbo institutions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

import matching.partners.agreements
from data.tables.partners import (
    AgreementCreboRow,
    AgreementElementRow,
    AgreementRow,
    AgreementSchoolRow,
    MboInstitution,
)
from matching.partners.agreement import Agreement, ElementList, parse_elements
from matching.partners.model import Period


def load_element_lists() -> dict[str, ElementList]:
    """Load every dated version of the element list, oldest first."""
    folder = Path(matching.partners.agreements.__file__).parent
    lists = [parse_elements(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))]
    return {each.version: each for each in sorted(lists, key=lambda one: one.valid_from)}


def elements_on(lists: Mapping[str, ElementList], day: date) -> ElementList:
    """Return the version that holds on ``day``."""
    ordered = sorted(lists.values(), key=lambda one: one.valid_from)
    past = [each for each in ordered if each.valid_from <= day]
    return past[-1] if past else ordered[0]


class AgreementStore:
    """Reads and writes agreements as values of the pure rules."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def all(self, brin: str | None = None) -> tuple[Agreement, ...]:
        """Load every agreement, or those of one school, oldest first."""
        query = select(AgreementRow).order_by(AgreementRow.id)
        if brin is not None:
            joined = select(AgreementSchoolRow.agreement_id).where(AgreementSchoolRow.brin == brin)
            query = query.where(AgreementRow.id.in_(joined))
        return self._values(self.session.scalars(query).all())

    def get(self, agreement_id: str) -> Agreement | None:
        """Load one agreement."""
        row = self.session.get(AgreementRow, int(agreement_id)) if agreement_id.isdecimal() else None
        return self._values([row])[0] if row is not None else None

    def add(self, new: Agreement, *, by: str, at: datetime) -> str:
        """Store a new agreement and return its number; ``new.agreement_id`` is not used."""
        row = AgreementRow(
            partner_id=new.partner_id,
            elements_version=new.elements_version,
            starts_on=new.period.start,
            ends_on=new.period.end or new.period.start,
            ended_on=new.ended_on,
            signed_by_mbo_on=new.signed_by_mbo,
            made_by=by,
            made_at=at,
        )
        self.session.add(row)
        self.session.flush()
        for brin in new.schools:
            signed = new.signed_by_school.get(brin)
            self.session.add(AgreementSchoolRow(agreement_id=row.id, brin=brin, signed_on=signed))
        for crebo in new.crebos:
            self.session.add(AgreementCreboRow(agreement_id=row.id, crebo=crebo))
        for code, text in new.element_texts.items():
            self.session.add(AgreementElementRow(agreement_id=row.id, code=code, text=text))
        self.session.flush()
        return str(row.id)

    def set_elements(self, agreement_id: str, texts: Mapping[str, str]) -> None:
        """Put the texts of the elements in place."""
        found = {
            row.code: row
            for row in self.session.scalars(
                select(AgreementElementRow).where(AgreementElementRow.agreement_id == int(agreement_id))
            )
        }
        for code, text in texts.items():
            if code in found:
                found[code].text = text
            else:
                self.session.add(AgreementElementRow(agreement_id=int(agreement_id), code=code, text=text))
        self.session.flush()

    def sign_by_mbo(self, agreement_id: str, on: date | None) -> None:
        """Set the day on which the mbo signed."""
        row = self.session.get_one(AgreementRow, int(agreement_id))
        row.signed_by_mbo_on = on

    def sign_by_school(self, agreement_id: str, brin: str, on: date | None) -> None:
        """Set the day on which a school signed."""
        row = self.session.get_one(AgreementSchoolRow, (int(agreement_id), brin))
        row.signed_on = on

    def end(self, agreement_id: str, on: date) -> None:
        """End an agreement before its last day."""
        self.session.get_one(AgreementRow, int(agreement_id)).ended_on = on

    def _values(self, rows: Sequence[AgreementRow]) -> tuple[Agreement, ...]:
        ids = [row.id for row in rows]
        schools: dict[int, dict[str, date | None]] = {}
        for each in self.session.scalars(
            select(AgreementSchoolRow).where(AgreementSchoolRow.agreement_id.in_(ids)).order_by(AgreementSchoolRow.brin)
        ):
            schools.setdefault(each.agreement_id, {})[each.brin] = each.signed_on
        crebos: dict[int, list[str]] = {}
        for crebo in self.session.scalars(
            select(AgreementCreboRow).where(AgreementCreboRow.agreement_id.in_(ids)).order_by(AgreementCreboRow.crebo)
        ):
            crebos.setdefault(crebo.agreement_id, []).append(crebo.crebo)
        texts: dict[int, dict[str, str]] = {}
        for element in self.session.scalars(
            select(AgreementElementRow).where(AgreementElementRow.agreement_id.in_(ids))
        ):
            texts.setdefault(element.agreement_id, {})[element.code] = element.text
        found = self.session.execute(select(MboInstitution.partner_id, MboInstitution.name))
        names = {row.partner_id: row.name for row in found}
        return tuple(
            Agreement(
                str(row.id),
                row.partner_id,
                names[row.partner_id],
                tuple(schools[row.id]),
                tuple(crebos[row.id]),
                Period(row.starts_on, row.ends_on),
                row.elements_version,
                texts.get(row.id, {}),
                {brin: day for brin, day in schools[row.id].items() if day is not None},
                row.signed_by_mbo_on,
                row.ended_on,
            )
            for row in rows
        )
