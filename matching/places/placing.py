"""Use cases that change the register: reserve, confirm, start, finish, withdraw, expire.

Every use case is one transaction of the store. A claim is checked against the
hard rules inside that transaction, with the seats as they are then; travel is
asked before it, because a road does not change by a click.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from matching.errors import (
    MatchingError,
    NoSeatLeftError,
    NotEligibleError,
    NotLawfulError,
    ReasonMissingError,
    StatusError,
    UnknownObjectError,
)
from matching.places.eligibility import NO_SEATS, NO_WORK, Leg, Rejected, Rule, check_place, find_law_failure
from matching.places.law.at_place import judge_work, to_question
from matching.places.law.judge import Verdict as LawVerdict
from matching.places.model import InternshipPlace, Pupil
from matching.places.ports import MatchingStore, Work
from matching.places.ranking import explain, needs_reason
from matching.places.register import Entry, Placement, Status, Withdrawal
from matching.places.search import SearchService, load_place, load_pupil

RESERVED_DAYS = 14
"""For how many days a seat is kept without an answer; a choice of ours, shown with every reservation."""

ConfirmRule = Callable[[Pupil, InternshipPlace, date], Sequence[str]]
"""Sentences about what is still missing before a placement may be confirmed; none when all is well."""


def nothing_missing(_pupil: Pupil, _place: InternshipPlace, _start: date) -> Sequence[str]:
    """The default confirm rule: an ordinary stage needs nothing more."""
    return ()


@dataclass(frozen=True, slots=True)
class Claim:
    """What a coordinator asks for: a seat for a pupil at a place.

    ``request`` is a key that the form carries: the same key twice (a double
    click) is one placement. ``reason`` is needed above the norm;
    ``travel_costs`` is the tick that the reiskosten decided.
    """

    pupil: str
    place: str
    request: str
    reason: str = ""
    travel_costs: bool = False
    proposal: str | None = None


class RegisterService:
    """Changes the register.

    Parameters
    ----------
    write
        Gives a store inside one writing transaction.
    search
        For the trip and the score at the moment of the claim.
    confirm_rule
        What entree partners ask before a placement is confirmed.
    """

    def __init__(
        self,
        read: Work,
        write: Work,
        search: SearchService,
        clock: Callable[[], datetime],
        confirm_rule: ConfirmRule = nothing_missing,
    ) -> None:
        self._read = read
        self._write = write
        self._search = search
        self._clock = clock
        self._confirm_rule = confirm_rule

    def reserve(self, claim: Claim, *, placement_id: str, on: date, actor: str) -> Placement:
        """Take a seat for a pupil; asking twice with the same key gives the same placement.

        Raises
        ------
        UnknownObjectError
            No such pupil or place.
        NotEligibleError
            A hard rule excludes the place (travel above the pupil's own limit included).
        ReasonMissingError
            The trip exceeds the norm and no reason is written.
        NoSeatLeftError
            Somebody else was earlier with the last seat; nothing is stored.
        """
        pupil = self._search.find_pupil(claim.pupil)
        answer = self._search.answer(pupil, claim.place, on)
        with self._write() as store:
            return self.reserve_in(store, claim, answer.leg, placement_id=placement_id, on=on, actor=actor)

    def reserve_in(
        self, store: MatchingStore, claim: Claim, leg: Leg | None, *, placement_id: str, on: date, actor: str
    ) -> Placement:
        """``reserve`` inside a transaction that is already open; ``leg`` is the trip that was found before it."""
        # First the queue, then the look: the other half of a double click is through by now.
        store.queue([claim.pupil], [claim.place])
        earlier = store.placement_by_request(claim.request)
        if earlier is not None:
            return earlier
        pupil, place = load_pupil(store, claim.pupil), load_place(store, claim.place)
        if pupil.left:
            raise NotEligibleError(f"Leerling {pupil.id} is van school. Er is niets gereserveerd.")
        policy = store.policy(pupil.school, on)
        taken = store.taken([place.id], pupil.period).get(place.id, NO_SEATS)
        verdict = check_place(
            pupil,
            place,
            policy=policy,
            book=store.rulebook(),
            leg=leg,
            taken=taken,
            classes=store.crebo_classes(),
        )
        if isinstance(verdict, Rejected):
            if verdict.code is Rule.FULL and not verdict.also:
                raise NoSeatLeftError(f"Iemand anders was net eerder met de laatste plek. {verdict.sentence}")
            raise NotEligibleError(verdict.sentence)
        _refuse_second_place(store, pupil)
        if leg is None:
            raise NotEligibleError("Er is geen route naar deze plek.")
        if needs_reason(leg, policy) and not claim.reason.strip():
            raise ReasonMissingError(
                f"De reis is {leg.text}; dat is langer dan de norm van {policy.norm_minutes} minuten. "
                "Schrijf op waarom dat toch goed is."
            )
        reasons = explain(pupil, place, leg, verdict.seats_left, policy)
        score = sum(reason.points for reason in reasons)
        placement = Placement(
            id=placement_id,
            pupil=pupil.id,
            school=pupil.school,
            place=place.id,
            days=pupil.days,
            period=pupil.period,
            status=Status.RESERVED,
            expires=on + timedelta(days=RESERVED_DAYS),
            minutes=leg.minutes,
            metres=leg.metres,
            mode=leg.mode.value,
            score=score,
            reason=claim.reason.strip(),
            travel_costs=claim.travel_costs,
            request=claim.request,
            proposal=claim.proposal,
        )
        why = " · ".join(map(str, reasons))
        return store.add_placement(placement, Entry(self._clock(), actor, Status.RESERVED, why))

    def move(self, placement_id: str, status: Status, *, actor: str, note: str = "") -> Placement:
        """The next step: bevestigd, gestart or afgerond.

        Raises
        ------
        StatusError
            The step does not follow from the present status.
        NotLawfulError
            Confirming or starting what the law on minors forbids, or cannot judge; starting under 16 without the
            signature of a parent or carer.
        MatchingError
            Confirming an entree placement while a route condition is missing; one sentence per condition.
        """
        with self._write() as store:
            placement = self._load(store, placement_id)
            if placement.status is status:
                return placement  # a double click
            if status in {Status.CONFIRMED, Status.STARTED}:
                pupil, place = load_pupil(store, placement.pupil), load_place(store, placement.place)
                self._refuse_unlawful(store, placement, start=status is Status.STARTED)
                missing = self._confirm_rule(pupil, place, placement.period.first)
                if missing and status is Status.CONFIRMED:
                    raise MatchingError("\n".join(missing))
            return store.append_entry(placement_id, Entry(self._clock(), actor, status, note.strip()))

    def missing(self, placement: Placement) -> Sequence[str]:
        """Tell what a reservation still lacks before it may be confirmed; nothing for any other status."""
        if placement.status is not Status.RESERVED:
            return ()
        with self._read() as store:
            pupil, place = load_pupil(store, placement.pupil), load_place(store, placement.place)
        return self._confirm_rule(pupil, place, placement.period.first)

    def judge(self, placement: Placement) -> LawVerdict:
        """What the law says of a placement: of the step that comes next, and of the stage itself once it started."""
        with self._read() as store:
            return judge_placement(store, placement, self._clock().date(), start=placement.status in _FROM_CONFIRMED)

    def _refuse_unlawful(self, store: MatchingStore, placement: Placement, *, start: bool) -> None:
        failure = find_law_failure(judge_placement(store, placement, self._clock().date(), start=start))
        if failure is not None:
            raise NotLawfulError(f"{failure[1]} Er is niets veranderd.")

    def withdraw(self, placement_id: str, code: Withdrawal, *, actor: str, note: str = "") -> Placement:
        """End a placement early, with who and why; its seats are free again at once."""
        with self._write() as store:
            placement = self._load(store, placement_id)
            if placement.status is Status.WITHDRAWN:
                return placement  # a double click
            entry = Entry(self._clock(), actor, Status.WITHDRAWN, note.strip(), code)
            return store.append_entry(placement_id, entry)

    def extend(self, placement_id: str, until: date, *, on: date, actor: str) -> Placement:
        """Keep a reservation longer.

        Raises
        ------
        MatchingError
            The new day lies in the past, or the placement is no reservation.
        """
        if until < on:
            raise MatchingError(f"De nieuwe dag ({until:%d-%m-%Y}) ligt in het verleden.")
        with self._write() as store:
            self._load(store, placement_id)
            return store.extend_reservation(placement_id, until, at=self._clock(), actor=actor)

    def give_reason(self, placement_id: str, reason: str, *, actor: str) -> Placement:
        """Write down why a trip above the norm is right; the journal keeps every reason that was given.

        Raises
        ------
        ReasonMissingError
            Nothing is written.
        StatusError
            The placement has ended.
        """
        if not reason.strip():
            raise ReasonMissingError("Schrijf op waarom deze langere reis toch goed is. Er is niets veranderd.")
        with self._write() as store:
            placement = self._load(store, placement_id)
            if not placement.status.is_open:
                raise StatusError(f"Deze plaatsing is {placement.status.value}; er valt niets meer te kiezen.")
            if placement.reason == reason.strip():
                return placement  # a double click
            return store.set_reason(placement_id, reason.strip(), at=self._clock(), actor=actor)

    def expire(self, on: date, *, actor: str) -> Sequence[Placement]:
        """Withdraw every reservation whose last day has passed; running it again changes nothing."""
        with self._write() as store:
            return self.expire_in(store, on, actor=actor)

    def expire_in(self, store: MatchingStore, on: date, *, actor: str) -> Sequence[Placement]:
        """``expire`` inside a transaction that is already open."""
        return [
            store.append_entry(
                placement.id,
                Entry(
                    self._clock(),
                    actor,
                    Status.WITHDRAWN,
                    f"De reservering liep tot en met {placement.expires:%d-%m-%Y}.",
                    Withdrawal.EXPIRED,
                ),
            )
            for placement in store.expired(on)
        ]

    @staticmethod
    def _load(store: MatchingStore, placement_id: str) -> Placement:
        placement = store.hold_placement(placement_id)
        if placement is None:
            raise UnknownObjectError("Deze plaatsing is niet bekend.")
        return placement


_FROM_CONFIRMED = frozenset({Status.CONFIRMED, Status.STARTED})


def judge_placement(store: MatchingStore, placement: Placement, today: date, *, start: bool) -> LawVerdict:
    """The verdict of the law on a placement as pupil and place are now.

    Parameters
    ----------
    start
        Look at what is asked before the first day too: a signature that a parent gave on or before ``today``.
    """
    pupil, place = load_pupil(store, placement.pupil), load_place(store, placement.place)
    signed_on = store.parent_signed_on(placement.id) if start else None
    question = to_question(pupil, placement.days, placement.period, store.rulebook())
    signed = signed_on is not None and signed_on <= today
    return judge_work(question, place.work or NO_WORK, signed=signed, start=start)


def _refuse_second_place(store: MatchingStore, pupil: Pupil) -> None:
    """One pupil is never at two places on the same day."""
    for other in store.placements(pupil_id=pupil.id):
        if other.status.holds_seat and other.period.overlaps(pupil.period) and other.days & pupil.days:
            raise NotEligibleError(
                f"Leerling {pupil.id} heeft al een plek ({other.place}, {other.status.value}) op die dagen."
            )
