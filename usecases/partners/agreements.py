"""Use cases of agreements: make, fill the ten elements, sign, end; and the conditions of a route."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from data import audit
from data.agreement_store import AgreementStore, elements_on, load_element_lists
from data.chain_store import ChainStore
from data.faults import InputRefused
from data.partner_store import PartnerStore
from data.session import Database, Session
from matching.partners.agreement import (
    Agreement,
    ElementList,
    ExpiryWarning,
    PupilOnRoute,
    Standing,
    check_overlap,
    expiry_warnings,
    exposed_pupils,
    standing,
)
from matching.partners.chain_event import EventKind
from matching.partners.model import Period, date_text
from matching.partners.route_conditions import Admission, Condition, require_route_conditions, route_conditions

PupilsOf = Callable[[Session, str], Sequence[PupilOnRoute]]
UNKNOWN = "Deze overeenkomst bestaat niet."


@dataclass(frozen=True, slots=True)
class AgreementView:
    """One agreement as one school sees it."""

    agreement: Agreement
    elements: ElementList
    standing: Standing
    exposed: tuple[PupilOnRoute, ...]


class AgreementService:
    """Agreements of every school.

    Parameters
    ----------
    pupils_of
        Gives the pupils on an entree route of a school (BRIN), for who is exposed when an agreement lapses.
    """

    def __init__(
        self, database: Database, clock: Callable[[], datetime], today: Callable[[], date], pupils_of: PupilsOf
    ) -> None:
        self._database = database
        self._clock = clock
        self._today = today
        self._pupils_of = pupils_of
        self._lists = load_element_lists()

    def elements(self, day: date | None = None) -> ElementList:
        """Return the version of the element list that holds on a day, today by default."""
        return elements_on(self._lists, day or self._today())

    def of_school(self, brin: str) -> tuple[AgreementView, ...]:
        """List the agreements of a school, newest first."""
        with self._database.read() as session:
            found = AgreementStore(session).all(brin)
            pupils = self._pupils_of(session, brin)
        return tuple(self._view(each, brin, pupils) for each in reversed(found))

    def get(self, agreement_id: str, brin: str) -> AgreementView:
        """Return one agreement as ``brin`` sees it.

        Raises
        ------
        InputRefused
            It does not exist, or the school has no part in it.
        """
        with self._database.read() as session:
            found = AgreementStore(session).get(agreement_id)
            if found is None or brin not in found.schools:
                raise InputRefused.because(UNKNOWN)
            return self._view(found, brin, self._pupils_of(session, brin))

    def schools_of(self, agreement_id: str) -> tuple[str, ...]:
        """Return the BRIN codes in an agreement; empty when it does not exist."""
        with self._database.read() as session:
            found = AgreementStore(session).get(agreement_id)
        return found.schools if found else ()

    def make(
        self, partner_id: str, schools: Sequence[str], crebos: Sequence[str], start: date, end: date, *, by: str
    ) -> str:
        """Make an agreement with empty elements and return its number.

        Raises
        ------
        InputRefused
            Unknown mbo or school, or no talk with this mbo stands in the log of the chain.
        matching.partners.errors.PartnerError
            It overlaps another one, or its period is not in order.
        """
        with self._database.write() as session:
            store = AgreementStore(session)
            partners = PartnerStore(session)
            mbo = partners.institution_row(partner_id)
            if mbo is None:
                raise InputRefused.because(f"Mbo {partner_id} is niet bekend.")
            for brin in schools:
                if partners.school(brin) is None:
                    raise InputRefused.because(f"School {brin} is niet bekend.")
                _require_talk(session, brin, partner_id, mbo.name)
            new = Agreement(
                "", partner_id, mbo.name, tuple(sorted(set(schools))), tuple(sorted(set(crebos))),
                Period(start, end), elements_on(self._lists, start).version,
            )  # fmt: skip
            check_overlap(store.all(), new)
            number = store.add(new, by=by, at=self._clock())
            after = {
                "partner": partner_id,
                "scholen": list(new.schools),
                "van": start.isoformat(),
                "tot": end.isoformat(),
            }
            self._audit(session, by, "overeenkomst gemaakt", number, after)
            return number

    def fill(self, agreement_id: str, texts: Mapping[str, str], *, by: str) -> None:
        """Write what was agreed per element; a changed text takes the signatures back.

        Raises
        ------
        InputRefused
            The agreement or an element does not exist, it is over, or a text is too long.
        """
        with self._database.write() as session:
            store, found = self._load(session, agreement_id)
            self._refuse_when_over(found)
            known = {each.code for each in self._lists[found.elements_version].elements}
            for code, text in texts.items():
                if code not in known:
                    raise InputRefused.because(f"Onderdeel '{code}' hoort niet bij {found.elements_version}.")
                if len(text) > 4000:
                    raise InputRefused.because("De tekst van een onderdeel mag hoogstens 4000 tekens lang zijn.")
            cleaned = {code: text.strip() for code, text in texts.items()}
            if all(found.element_texts.get(code, "") == text for code, text in cleaned.items()):
                return
            store.set_elements(agreement_id, cleaned)
            store.sign_by_mbo(agreement_id, None)
            for brin in found.schools:
                store.sign_by_school(agreement_id, brin, None)
            self._audit(session, by, "overeenkomst ingevuld", agreement_id, {"onderdelen": sorted(cleaned)})

    def sign(self, agreement_id: str, *, brin: str | None, on: date, by: str) -> None:
        """Record the signature of a school (``brin``) or, without one, of the mbo.

        Raises
        ------
        InputRefused
            The day lies in the future, an element is still empty, or the agreement is over.
        """
        if on > self._today():
            raise InputRefused.because("Een handtekening kan niet in de toekomst gezet zijn.")
        with self._database.write() as session:
            store, found = self._load(session, agreement_id)
            self._refuse_when_over(found)
            lacking = [
                e.title for e in self._lists[found.elements_version].elements if not found.element_texts.get(e.code)
            ]
            if lacking:
                raise InputRefused.because(
                    f"Tekenen kan pas als alle onderdelen zijn ingevuld. Nog leeg: {', '.join(lacking)}."
                )
            if brin is None:
                store.sign_by_mbo(agreement_id, on)
            elif brin in found.schools:
                store.sign_by_school(agreement_id, brin, on)
            else:
                raise InputRefused.because(f"School {brin} doet niet mee aan deze overeenkomst.")
            self._audit(
                session, by, "overeenkomst getekend", agreement_id, {"door": brin or "mbo", "op": on.isoformat()}
            )

    def end(self, agreement_id: str, *, on: date, by: str) -> None:
        """End an agreement on a day within its period."""
        with self._database.write() as session:
            store, found = self._load(session, agreement_id)
            if not found.period.holds_on(on):
                raise InputRefused.because(f"Kies een einddatum binnen de looptijd ({found.period.text()}).")
            store.end(agreement_id, on)
            self._audit(session, by, "overeenkomst beëindigd", agreement_id, {"op": on.isoformat()})

    def schools_with_valid(self, session: Session, day: date) -> frozenset[str]:
        """Return the BRIN codes with a geldige agreement on a day."""
        return frozenset(
            brin
            for each in AgreementStore(session).all()
            for brin in each.schools
            if standing(each, self._lists[each.elements_version], brin, day).geldig
        )

    def partners_of(self, session: Session, brins: Collection[str]) -> dict[str, frozenset[str]]:
        """Return per BRIN the ids of the mbo's it has or had an agreement with."""
        found: dict[str, set[str]] = {}
        for each in AgreementStore(session).all():
            for brin in set(each.schools) & set(brins):
                found.setdefault(brin, set()).add(each.partner_id)
        return {brin: frozenset(ids) for brin, ids in found.items()}

    def warnings(self, brin: str) -> tuple[ExpiryWarning, ...]:
        """List the agreements of a school that end soon and have no successor."""
        today = self._today()
        with self._database.read() as session:
            found = AgreementStore(session).all(brin)
            pupils = self._pupils_of(session, brin)
        valid = [each for each in found if standing(each, self._lists[each.elements_version], brin, today).geldig]
        renewed = [
            each.agreement_id
            for each in valid
            if any(o.period.start > each.last_day and set(o.crebos) >= set(each.crebos) for o in found)
        ]
        return expiry_warnings(valid, pupils, today, renewed=renewed)

    def conditions(self, admission: Admission, start: date) -> tuple[Condition, ...]:
        """Check the conditions of the route of one pupil on the first day of a placement."""
        with self._database.read() as session:
            found = AgreementStore(session).all(admission.brin)
        return route_conditions(admission, found, elements_on(self._lists, start), start=start)

    def require(self, admission: Admission, start: date) -> None:
        """Refuse to confirm a placement while a condition of the route is open.

        Raises
        ------
        matching.partners.errors.RouteConditionError
            Says what is missing and who is responsible.
        """
        require_route_conditions(self.conditions(admission, start))

    def _view(self, found: Agreement, brin: str, pupils: Sequence[PupilOnRoute]) -> AgreementView:
        elements = self._lists[found.elements_version]
        return AgreementView(
            found, elements, standing(found, elements, brin, self._today()), exposed_pupils(found, pupils)
        )  # fmt: skip

    def _load(self, session: Session, agreement_id: str) -> tuple[AgreementStore, Agreement]:
        store = AgreementStore(session)
        found = store.get(agreement_id)
        if found is None:
            raise InputRefused.because(UNKNOWN)
        return store, found

    def _refuse_when_over(self, found: Agreement) -> None:
        """What both agreed and signed for a period that is over stays as it was."""
        signed = found.signed_by_mbo is not None and set(found.signed_by_school) == set(found.schools)
        if signed and found.last_day < self._today():
            until = date_text(found.last_day)
            raise InputRefused.because(f"Deze overeenkomst liep tot en met {until} en blijft zo. Maak een nieuwe.")

    def _audit(self, session: Session, by: str, action: str, agreement_id: str, after: Mapping[str, object]) -> None:
        audit.append(
            session, at=self._clock(), actor=by, action=action, object_kind="agreement", object_id=agreement_id,
            after=dict(after),
        )  # fmt: skip


def _require_talk(session: Session, brin: str, partner_id: str, name: str) -> None:
    """Refuse an agreement with an mbo that the chain of the school did not reach."""
    log = ChainStore(session)
    talked = {EventKind.CONVERSATION, EventKind.AGREEMENT}
    for vestiging in PartnerStore(session).vestigingen_of(brin):
        own = [row for row in log.rows(vestiging.code) if row.partner_id == partner_id]
        if own and EventKind(own[0].kind) in talked:
            return
    raise InputRefused.because(
        f"Leg eerst in de keten van school {brin} een gesprek of overeenkomst met {name} vast; "
        "dan kan de overeenkomst volgen."
    )
