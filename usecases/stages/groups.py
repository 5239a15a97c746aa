"""Proposals for a group: computed by a durable job, shown, and applied only after a person's yes."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from time import monotonic
from typing import TYPE_CHECKING, Any

from data import audit
from data.proposal_store import ACCEPTED, ProposalStore, ProposalView, RowView, to_payload
from matching.certificate.check import Checked, check_certificate
from matching.certificate.form import read_certificate, to_bytes
from matching.errors import InvalidValueError, MatchingError, UnknownObjectError
from matching.places.eligibility import Leg
from matching.places.model import school_of
from matching.places.placing import Claim
from matching.proposals.proposal import Proposal, Request, Row
from matching.service import MatchingCore
from usecases.people.roles import Owner, Role
from usecases.work.jobs import JobContext, JobKind

if TYPE_CHECKING:
    from usecases.stages import Stores

KIND = "voorstel"
_LOOK_EVERY_S = 0.5


@dataclass(frozen=True, slots=True)
class Accepted:
    """What came of accepting: who has a reservation, and a sentence per pupil who has none."""

    reserved: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """Who has another place than in the previous proposal."""

    pupil: str
    before: str | None
    after: str | None


class GroupService:
    """Use cases around proposals."""

    def __init__(
        self, stores: Stores, core: MatchingCore, clock: Callable[[], datetime], today: Callable[[], date]
    ) -> None:
        self._stores = stores
        self._core = core
        self._clock = clock
        self._today = today

    def compute(
        self, request: Request, progress: Callable[[str, int, int], None] | None = None
    ) -> tuple[Proposal, dict[str, Any]]:
        """A proposal and its JSON; nothing is stored.

        Raises
        ------
        MatchingError
            An unknown pupil, or a lock that contradicts a hard rule.
        """
        today = self._today()
        found = (
            self._core.proposals.propose(request, today)
            if progress is None
            else self._core.proposals.propose(request, today, progress)
        )
        return found, to_payload(found, request)

    def certify(self, request: Request) -> tuple[dict[str, Any], bytes]:
        """A proposal as JSON and its certificate as a file; nothing is stored.

        Raises
        ------
        MatchingError
            An unknown pupil, or a lock that contradicts a hard rule.
        """
        found, certificate = self._core.proposals.certify(request, self._today())
        return to_payload(found, request), to_bytes(certificate)

    @staticmethod
    def verify(content: bytes) -> tuple[Checked, ...]:
        """The levels of a certificate, each proven or not; needs nothing but the file.

        Raises
        ------
        CertificateRefusedError
            It is no certificate, was changed, or proves less than it claims.
        """
        return check_certificate(read_certificate(content))

    # ------------------------------------------------ looking

    def find(self, proposal_id: str) -> ProposalView | None:
        """One proposal, or ``None``."""
        with self._stores.read() as store:
            return ProposalStore(store.session).find(proposal_id)

    def rows(self, proposal_id: str, brins: Collection[str]) -> list[RowView]:
        """The rows of a proposal that are about pupils of these schools, by pupil."""
        with self._stores.read() as store:
            return ProposalStore(store.session).rows(proposal_id, brins)

    def count(self, proposal_id: str) -> int:
        """How many pupils are in a proposal, of all its schools."""
        with self._stores.read() as store:
            return ProposalStore(store.session).count(proposal_id)

    def payload(self, proposal_id: str, brins: Collection[str]) -> dict[str, Any]:
        """A stored proposal in the form it was computed in, with the rows about pupils of these schools.

        Raises
        ------
        UnknownObjectError
            There is no such proposal.
        """
        found = self.find(proposal_id)
        if found is None:
            raise UnknownObjectError("Dit voorstel is niet bekend.")
        return {"summary": found.summary, "rows": [asdict(view.row) for view in self.rows(proposal_id, brins)]}

    def list_for(self, brins: Collection[str]) -> list[ProposalView]:
        """The newest proposals in which pupils of these schools are."""
        with self._stores.read() as store:
            return ProposalStore(store.session).list_for(sorted(brins))

    def compare_with_previous(
        self, proposal: ProposalView, brins: Collection[str]
    ) -> tuple[ProposalView | None, list[Moved]]:
        """The proposal before this one, and who of these schools moved."""
        with self._stores.read() as store:
            proposals = ProposalStore(store.session)
            previous = proposals.previous(proposal)
            if previous is None:
                return None, []
            before, after = (proposals.places(one.id, brins) for one in (previous, proposal))
        moved = [
            Moved(pupil, before[pupil], after[pupil])
            for pupil in sorted(before.keys() & after.keys())
            if before[pupil] != after[pupil]
        ]
        return previous, moved

    # ------------------------------------------------ a person's yes

    def accept(
        self, proposal_id: str, pupils: Sequence[str] | None, *, brins: Collection[str], reason: str, actor: str
    ) -> Accepted:
        """Reserve the places of some pupils of these schools, or of all (``None``), that are still undecided.

        Who decides for one school leaves the pupils of the others alone. One transaction: after a crash
        it happened for all of them or for nobody. Within it every pupil stands alone: where a seat is
        gone meanwhile, that pupil gets a sentence, which stays with the row, and the others go on.
        Asking twice reserves once.

        Raises
        ------
        UnknownObjectError
            There is no such proposal.
        """
        if self.find(proposal_id) is None:
            raise UnknownObjectError("Dit voorstel is niet bekend.")
        wanted = [
            view.row
            for view in self.rows(proposal_id, brins)
            if view.row.place is not None and view.decision != ACCEPTED and (pupils is None or view.row.pupil in pupils)
        ]
        today = self._today()
        legs = {row.pupil: self._leg(row, today) for row in wanted}
        reserved: list[str] = []
        refused: list[tuple[str, str]] = []
        with self._stores.write() as store:
            proposals = ProposalStore(store.session)
            # Everything at once and in order: two people who accept overlapping proposals never wait in a circle.
            store.queue([row.pupil for row in wanted], [row.place for row in wanted if row.place])
            for row in wanted:
                claim = Claim(
                    row.pupil, row.place or "", f"voorstel:{proposal_id}:{row.pupil}", reason, proposal=proposal_id
                )
                try:
                    with store.session.begin_nested():
                        placement = self._core.register.reserve_in(
                            store, claim, legs[row.pupil], placement_id=uuid.uuid4().hex, on=today, actor=actor
                        )
                except MatchingError as error:
                    refused.append((row.pupil, str(error)))
                    proposals.refuse(proposal_id, row.pupil, str(error))
                    continue
                proposals.accept(proposal_id, row.pupil, placement.id)
                reserved.append(row.pupil)
        return Accepted(tuple(reserved), tuple(refused))

    def _leg(self, row: Row, today: date) -> Leg | None:
        try:
            return self._core.search.answer(self._core.search.find_pupil(row.pupil), row.place or "", today).leg
        except UnknownObjectError:
            return None  # erased since the proposal was made; the claim says so for this pupil alone

    def ask_again(
        self,
        proposal: ProposalView,
        *,
        brins: Collection[str],
        shown: Collection[str],
        locks: Mapping[str, str],
        barred: Mapping[str, str],
    ) -> Request:
        """The question of a proposal once more, for who of these schools was not accepted yet.

        Parameters
        ----------
        shown
            The pupils that the person saw: their locks are those of ``locks``, the others keep theirs.
        barred
            Pupil to place: never there, on top of what was barred before.

        Raises
        ------
        InvalidValueError
            A pupil is kept at a place and barred from it.
        """
        for pupil, place in barred.items():
            if locks.get(pupil) == place:
                raise InvalidValueError(
                    f"Leerling {pupil} staat bij {place} op ‘zet vast’ en op ‘niet hier’. Kies er één."
                )
        views = self.rows(proposal.id, brins)
        settled = {view.row.pupil for view in views if view.decision == ACCEPTED}
        kept = {
            pupil: place
            for pupil, place in proposal.summary["locks"].items()
            if pupil not in shown and school_of(pupil) in brins
        }
        asked = proposal.summary["pupils"]
        before = {(pupil, place) for pupil, place in proposal.summary["excluded"] if school_of(pupil) in brins}
        excluded = before | set(barred.items())
        return Request(
            tuple(brin for brin in proposal.schools if brin in brins),
            None if asked is None else tuple(p for p in asked if p not in settled and school_of(p) in brins),
            {pupil: place for pupil, place in {**kept, **locks}.items() if pupil not in settled},
            frozenset(excluded),
            proposal.seed,
        )

    def start(self, request: Request, *, owner: Owner, by: str, jobs: Any) -> str:
        """Ask for a proposal as a job; gives the id of the job, which is the id of the proposal too."""
        with self._stores.write() as store:
            for school in request.schools:
                audit.append(
                    store.session,
                    at=self._clock(),
                    actor=by,
                    action="voorstel gevraagd",
                    object_kind="school",
                    object_id=school,
                    # Who is locked where stands in the proposal, which is cleaned; the trail is for ever.
                    after={"zaad": request.seed, "vast": len(request.locks), "niet": len(request.excluded)},
                )
            return str(jobs.add(store.session, KIND, to_params(request), owner=owner, by=by))


def to_params(request: Request) -> dict[str, Any]:
    """A request as the JSON of a job."""
    return {
        "schools": list(request.schools),
        "pupils": list(request.pupils) if request.pupils is not None else None,
        "locks": dict(request.locks),
        "excluded": sorted(map(list, request.excluded)),
        "seed": request.seed,
    }


def from_params(params: Mapping[str, Any]) -> Request:
    """The opposite of `to_params`."""
    return Request(
        tuple(params["schools"]),
        tuple(params["pupils"]) if params.get("pupils") is not None else None,
        dict(params.get("locks") or {}),
        frozenset((pupil, place) for pupil, place in params.get("excluded") or ()),
        int(params.get("seed", 1)),
    )


def job_kinds(groups: GroupService, clock: Callable[[], datetime]) -> tuple[JobKind, ...]:
    """A proposal as long work: one durable step, stored in one effect; it is applied by nobody but a person."""

    def run_proposal(ctx: JobContext, params: dict[str, Any]) -> dict[str, Any]:
        request = from_params(params)
        looked_at = 0.0

        def progress(text: str, done: int, total: int) -> None:
            nonlocal looked_at
            if monotonic() - looked_at >= _LOOK_EVERY_S:
                looked_at = monotonic()
                ctx.check_cancelled()
                ctx.progress(done, total, text)

        payload = ctx.step("berekenen", lambda: groups.compute(request, progress)[1])
        ctx.check_cancelled()
        at = clock()

        def save(session: Any) -> dict[str, Any]:
            ProposalStore(session).add(ctx.job_id, request.schools[0], payload, at=at, actor=ctx.job.asked_by)
            return {"proposal": ctx.job_id}

        return ctx.effect("opslaan", save)

    return (JobKind(KIND, "Voorstel voor een groep", run_proposal, frozenset({Role.STAGECOORDINATOR})),)
