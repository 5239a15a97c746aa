"""A company without an account answers through a signed link that expires.

The link names nobody: the page behind it shows days and periods, never a pupil. It can be taken
back, and every answer is a line in the journal with the company as the actor.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from itsdangerous import BadSignature, URLSafeSerializer

from data.link_store import LinkStore
from data.matching_store import MatchingStore
from data.stage_store import StageStore
from matching.errors import MatchingError, UnknownObjectError
from matching.places.model import Weekday
from matching.places.register import Placement, Status, Withdrawal
from matching.service import MatchingCore

if TYPE_CHECKING:
    from usecases.stages import Stores

SALT = "stageroute-bedrijf"
AGREED = "Het bedrijf is akkoord; de school maakt het af."


@dataclass(frozen=True, slots=True)
class CompanyAnswer:
    """What a company sees behind its link."""

    company: Any
    school: str
    expires_at: datetime
    waiting: list[Placement]
    agreed: list[Placement]
    places: list[Any]


class LinkService:
    """Use cases around company links."""

    def __init__(
        self,
        stores: Stores,
        core: MatchingCore,
        clock: Callable[[], datetime],
        secret: Callable[[], str],
        days: int,
    ) -> None:
        self._stores = stores
        self._core = core
        self._clock = clock
        self._secret = secret
        self._days = days

    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self._secret(), salt=SALT)

    def make(self, company_id: str, brin: str, *, actor: str) -> str:
        """A new link for a company on behalf of a school; gives its token."""
        link_id, now = uuid.uuid4().hex, self._clock()
        with self._stores.write() as store:
            LinkStore(store.session).add(
                link_id, company_id, brin, at=now, actor=actor, expires_at=now + timedelta(days=self._days)
            )
        return str(self._signer().dumps(link_id))

    def revoke(self, company_id: str, brin: str, *, actor: str) -> int:
        """Take back every open link of a school to a company; gives how many."""
        with self._stores.write() as store:
            return LinkStore(store.session).revoke(company_id, brin, at=self._clock(), actor=actor)

    def open_links(self, company_id: str, brin: str) -> list[Any]:
        """Links of a school to a company that can still be used."""
        with self._stores.read() as store:
            return LinkStore(store.session).open_links(company_id, brin, self._clock())

    def _load(self, store: MatchingStore, token: str) -> Any:
        try:
            link_id = self._signer().loads(token)
        except BadSignature:
            raise UnknownObjectError("Deze link klopt niet. Vraag de school om een nieuwe.") from None
        link = LinkStore(store.session).find(str(link_id))
        if link is None:
            raise UnknownObjectError("Deze link is niet bekend. Vraag de school om een nieuwe.")
        if link.revoked_at is not None:
            raise MatchingError("De school heeft deze link ingetrokken. Vraag de school om een nieuwe.")
        if link.expires_at <= self._clock():
            raise MatchingError(
                f"Deze link is verlopen op {link.expires_at:%d-%m-%Y}. Vraag de school om een nieuwe. "
                "Er is niets veranderd."
            )
        return link

    def show(self, token: str) -> CompanyAnswer:
        """What a company sees.

        Raises
        ------
        MatchingError
            The link is wrong, unknown, taken back or expired.
        """
        with self._stores.read() as store:
            link = self._load(store, token)
            stage = StageStore(store.session)
            placements = [p for p in store.placements(company_id=link.company_id) if p.school == link.brin]
            return CompanyAnswer(
                company=stage.company(link.company_id),
                school=stage.school_names([link.brin]).get(link.brin, link.brin),
                expires_at=link.expires_at,
                waiting=[p for p in placements if p.status is Status.RESERVED],
                agreed=[p for p in placements if p.status in {Status.CONFIRMED, Status.STARTED}],
                places=[p for p in stage.places_of(link.company_id, {link.brin}) if p.withdrawn_on is None],
            )

    def _placement(self, store: MatchingStore, link: Any, placement_id: str) -> Placement:
        found = store.placement(placement_id)
        place = store.place(found.place) if found is not None else None
        if found is None or place is None or place.company.id != link.company_id or found.school != link.brin:
            raise UnknownObjectError("Deze stage hoort niet bij deze link.")
        return found

    def accept(self, token: str, placement_id: str) -> bool:
        """The company says yes; false when the school still has to complete something before it is confirmed."""
        with self._stores.read() as store:
            link = self._load(store, token)
            placement = self._placement(store, link, placement_id)
        actor = f"bedrijf {link.company_id}"
        _refuse_late_answer(placement)
        try:
            self._core.register.move(placement_id, Status.CONFIRMED, actor=actor, note="Het bedrijf is akkoord.")
        except MatchingError:
            with self._stores.write() as store:
                # The same yes twice is one line; a stage that was withdrawn meanwhile gets none.
                now = store.hold_placement(placement_id)
                if now is None or now.status is not Status.RESERVED:
                    raise
                if all((entry.actor, entry.note) != (actor, AGREED) for entry in store.entries(placement_id)):
                    store.add_note(placement_id, AGREED, at=self._clock(), actor=actor)
            return False
        return True

    def refuse(self, token: str, placement_id: str, note: str) -> None:
        """The company says no, with a reason; the seat is free and this pupil is not offered here again.

        Raises
        ------
        MatchingError
            The link is not valid, the stage has begun or ended, or no reason is written.
        """
        with self._stores.read() as store:
            link = self._load(store, token)
            placement = self._placement(store, link, placement_id)
        if placement.status is Status.WITHDRAWN:
            return  # a double click
        _refuse_late_answer(placement)
        if not note.strip():
            raise MatchingError("Schrijf op waarom de stage niet kan. Er is niets veranderd.")
        self._core.register.withdraw(
            placement_id, Withdrawal.COMPANY_REFUSED, actor=f"bedrijf {link.company_id}", note=note
        )

    def change_seats(self, token: str, place_id: str, seats: Mapping[Weekday, int]) -> None:
        """The company changes the seats of one of its places."""
        with self._stores.write() as store:
            link = self._load(store, token)
            stage = StageStore(store.session)
            if place_id not in {row.id for row in stage.places_of(link.company_id, {link.brin})}:
                raise UnknownObjectError("Deze plek hoort niet bij deze link.")
            stage.change_seats(place_id, seats, at=self._clock(), actor=f"bedrijf {link.company_id}")


def _refuse_late_answer(placement: Placement) -> None:
    if placement.status not in {Status.RESERVED, Status.CONFIRMED}:
        raise MatchingError(
            f"Deze stage is {placement.status.value}; u kunt nu niet meer antwoorden. Bel de school. "
            "Er is niets veranderd."
        )
