"""Use cases of the chain: where a school is, log an attempt, ask and approve step 4, the dossier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from data import audit
from data.agreement_store import AgreementStore
from data.chain_store import ChainStore
from data.faults import InputRefused
from data.partner_store import PartnerStore, chain_school
from data.session import Database, Session
from data.tables.organisation import Vestiging
from data.tables.partners import ChainEventRow, PartnerPolicyRow
from matching.partners.chain import CandidateList, ChainPolicy, build_candidates, chain_changes
from matching.partners.chain_event import ChainEvent, EventKind
from matching.partners.chain_state import ChainState, evaluate
from matching.partners.dossier import to_dossier
from matching.partners.log import check_event
from matching.partners.model import ChainSchool, RegionTable
from usecases.partners.trips import PartnerTrips

DEFAULT_NORM_MINUTES = 45


@dataclass(frozen=True, slots=True)
class PartnerPolicy:
    """The settings of chain and coverage, with who set them and when."""

    chain: ChainPolicy = field(default_factory=ChainPolicy)
    norm_minutes: int = DEFAULT_NORM_MINUTES
    set_by: str = "beginwaarde van Stageroute (aanname)"
    set_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChainView:
    """Everything a page, a command or a dossier shows of one chain."""

    vestiging: str
    brin: str
    school: ChainSchool
    crebo: str
    region_name: str
    candidates: CandidateList
    events: tuple[ChainEvent, ...]
    state: ChainState
    policy: PartnerPolicy
    siblings: tuple[tuple[str, str], ...]
    """Other pro vestigingen of the same school: code and name; each has a chain of its own."""

    @property
    def region_label(self) -> str:
        """The region with the table it comes from, as written beside every line of the log."""
        return f"{self.candidates.region_label}: {self.region_name}"

    def as_json(self) -> dict[str, Any]:
        """Write the chain for ``--json`` and the API."""
        return {
            "school": self.vestiging,
            "naam": self.school.name,
            "regio": self.candidates.region,
            "regiotabel": self.candidates.region_label,
            "crebo": self.crebo or None,
            "open_stap": self.state.open_step,
            "overeenkomst_met": self.state.agreed_with,
            "wat_opent_de_volgende_stap": self.state.opens_next,
            "banner": self.state.banner,
            "stappen": [_step_json(each) for each in self.state.steps],
            "niet_in_de_keten": [
                {"partner": n.partner_id, "naam": n.name, "code": n.code, "zin": n.sentence}
                for n in self.candidates.left_out
            ],
            "as_of": self.as_of(),
        }

    def as_of(self) -> dict[str, str]:
        """Say of when and under which settings this is."""
        return {
            "op": self.candidates.on.isoformat(),
            "partnergegevens": self.candidates.data_date.isoformat(),
            "regiotabel": self.candidates.region_label,
            "reisdefinitie": self.policy.chain.definition_id,
        }


def _step_json(step: Any) -> dict[str, Any]:
    return {
        "stap": step.step,
        "titel": step.title,
        "open": step.open,
        "uitgeput": step.exhausted,
        "uitgeput_op": step.exhausted_on.isoformat() if step.exhausted_on else None,
        "bevinding": step.finding,
        "kandidaten": [
            {
                "partner": m.candidate.partner_id,
                "naam": m.candidate.name,
                "locatie": m.candidate.location_name,
                "bestaande_overeenkomst": m.candidate.existing,
                "minuten": None if m.candidate.trip.seconds is None else -(-m.candidate.trip.seconds // 60),
                "meters": m.candidate.trip.metres,
                "geen_reis": m.candidate.trip.reason,
                "crebos": list(m.candidate.crebos),
                "plaatsen_vrij": m.candidate.seats_free,
                "status": str(m.status),
                "pogingen": m.attempts,
                "redenen": list(m.candidate.reasons),
            }
            for m in step.candidates
        ],
    }


class ChainService:
    """The chain of every school.

    Parameters
    ----------
    region_kind
        What "regio" means on this installation.
    """

    def __init__(
        self, database: Database, clock: Callable[[], datetime], today: Callable[[], date], trips: PartnerTrips,
        region_kind: str,
    ) -> None:  # fmt: skip
        self._database = database
        self._clock = clock
        self._today = today
        self._trips = trips
        self._kind = region_kind

    def policy(self) -> PartnerPolicy:
        """Return the settings that hold now."""
        with self._database.read() as session:
            return load_policy(session)

    def set_policy(
        self, *, definition_id: str, norm_minutes: int, step4_enabled: bool, no_response_attempts: int, by: str
    ) -> None:
        """Set other settings from now on; the old ones stay as history.

        Raises
        ------
        InputRefused
            A number outside its limits, or no definition.
        """
        if not 1 <= norm_minutes <= 240:
            raise InputRefused.because("De norm is een heel aantal minuten van 1 tot en met 240.")
        if not 2 <= no_response_attempts <= 5:
            raise InputRefused.because("Vraag twee tot vijf pogingen zonder reactie.")
        if not definition_id.strip():
            raise InputRefused.because("Kies een reisdefinitie, zoals fiets-snelst of auto-snelst.")
        with self._database.write() as session:
            before = load_policy(session)
            row = PartnerPolicyRow(
                definition_id=definition_id.strip(), norm_minutes=norm_minutes, step4_enabled=step4_enabled,
                no_response_attempts=no_response_attempts, set_by=by, set_at=self._clock(),
            )  # fmt: skip
            PartnerStore(session).add_policy(row)
            audit.append(
                session, at=self._clock(), actor=by, action="partnerbeleid gewijzigd", object_kind="partner_policy",
                object_id=str(row.id), before=_policy_json(before), after=_policy_json(load_policy(session)),
            )  # fmt: skip

    def vestigingen(self, brins: Sequence[str] | frozenset[str]) -> list[tuple[str, str]]:
        """List code and name of the open pro vestigingen of some schools."""
        with self._database.read() as session:
            rows = PartnerStore(session).vestigingen(self._today())
            return [(row.code, row.name) for row in rows if row.brin in brins]

    def view(self, code: str, *, crebo: str = "", on: date | None = None, year: int | None = None) -> ChainView:
        """Return the chain of a school (BRIN, for its first pro vestiging) or of one vestiging.

        Parameters
        ----------
        year
            Use the region table of this year instead of the one that fits ``on``.

        Raises
        ------
        InputRefused
            The school is unknown, has no point yet, or lies outside the region table.
        """
        day = on or self._today()
        with self._database.read() as session:
            return self._view(session, code, crebo, day, year)

    def changes(self, code: str, year: int) -> tuple[str, ...]:
        """Say what the region table of another year changes in the chain of a school."""
        return chain_changes(self.view(code).candidates, self.view(code, year=year).candidates)

    def region_years(self) -> tuple[int, ...]:
        """List the years of which there is a region table."""
        with self._database.read() as session:
            return PartnerStore(session).region_years(self._kind)

    def log(
        self, code: str, partner_id: str, outcome: str, *, on: date, by: str, note: str = "", crebo: str = "",
        contacted_on: date | None = None, reason_code: str = "", document: str = "",
    ) -> ChainView:  # fmt: skip
        """Write one attempt with its outcome in the log.

        The same line sent twice (a double click) is written once.

        Raises
        ------
        InputRefused
            The outcome is no known word.
        matching.partners.errors.PartnerError
            The chain does not allow the line.
        """
        words = [str(kind) for kind in EventKind][:4]
        if outcome not in words:
            raise InputRefused.because(f"Uitkomst '{outcome}' bestaat niet; kies uit {', '.join(words)}.")
        event = ChainEvent(
            EventKind(outcome), contacted_on or on, on, by, note, partner_id.strip().upper(),
            reason_code=reason_code, document=document,
        )  # fmt: skip
        return self._append(code, crebo, event)

    def ask_step4(self, code: str, *, reason: str, by: str, crebo: str = "") -> ChainView:
        """Ask for step 4 with a written reason."""
        day = self._today()
        return self._append(code, crebo, ChainEvent(EventKind.STEP4_REQUEST, day, day, by, reason))

    def approve_step4(self, code: str, *, by: str, note: str = "", crebo: str = "") -> ChainView:
        """Approve step 4 as the second person."""
        day = self._today()
        return self._append(code, crebo, ChainEvent(EventKind.STEP4_APPROVAL, day, day, by, note))

    def dossier(self, code: str, *, crebo: str = "") -> dict[str, Any]:
        """Return the dossier of a chain as JSON content."""
        view = self.view(code, crebo=crebo)
        return to_dossier(view.candidates, view.events, view.policy.chain, made_at=self._clock())

    def rows(self, vestiging: str) -> Sequence[ChainEventRow]:
        """List every line of the log, newest first."""
        with self._database.read() as session:
            return ChainStore(session).rows(vestiging)

    def waiting_for_approval(self) -> list[str]:
        """List the vestigingen where step 4 was asked for and nobody approved it yet."""
        with self._database.read() as session:
            logs = ChainStore(session).all_events()
        asked = {EventKind.STEP4_REQUEST, EventKind.STEP4_APPROVAL}
        last = {code: [e.kind for e in events if e.kind in asked][-1:] for code, events in logs.items()}
        return sorted(code for code, kinds in last.items() if kinds == [EventKind.STEP4_REQUEST])

    def _append(self, code: str, crebo: str, event: ChainEvent) -> ChainView:
        before = self.view(code, crebo=crebo)
        with self._database.write() as session:
            store = ChainStore(session)
            events = store.events(before.vestiging, crebo)
            if events and _same(events[-1], event):
                return before
            accepted = check_event(before.candidates, events, event, before.policy.chain, today=self._today())
            number = store.append(
                before.vestiging, crebo, accepted, region_label=before.region_label,
                at=self._clock(),
            )  # fmt: skip
            audit.append(
                session, at=self._clock(), actor=event.by, action=f"keten: {event.kind}", object_kind="chain_event",
                object_id=str(number),
                after={"vestiging": before.vestiging, "partner": event.partner_id, "op": event.outcome_on.isoformat()},
            )  # fmt: skip
        return self.view(code, crebo=crebo)

    def _view(self, session: Session, code: str, crebo: str, day: date, year: int | None) -> ChainView:
        store = PartnerStore(session)
        rows = [row for row in store.vestigingen_of(code) if row.ended_on is None or row.ended_on >= day]
        if not rows:
            raise InputRefused.because(
                f"School {code} is geen bekende pro-school. Geef een BRIN of een vestigingscode."
            )
        row = rows[0]
        school = _school_of(row)
        table = store.region_table(self._kind, day) if year is None else store.region_table_of(self._kind, year)
        policy = load_policy(session)
        candidates = self._candidates(session, school, table=table, day=day, crebo=crebo, policy=policy)
        events = ChainStore(session).events(row.code, crebo)
        siblings = tuple(
            (each.code, each.name) for each in store.vestigingen(day) if each.brin == row.brin and each is not row
        )
        names = store.region_names(self._kind)
        return ChainView(
            row.code, row.brin, school, crebo, names.get(candidates.region, candidates.region), candidates, events,
            evaluate(candidates, events, policy.chain), policy, siblings,
        )  # fmt: skip

    def _candidates(
        self, session: Session, school: ChainSchool, *, table: RegionTable, day: date, crebo: str, policy: PartnerPolicy
    ) -> CandidateList:  # fmt: skip
        institutions = PartnerStore(session).institutions(day)
        locations = [place for each in institutions for place in each.locations]
        trips = self._trips.between(policy.chain.definition_id, [school], locations)[school.vestiging]
        agreed = {each.partner_id for each in AgreementStore(session).all(school.vestiging[:4])}
        found = build_candidates(
            school, institutions, table, trips,
            existing=agreed, on=day, data_date=PartnerStore(session).data_date(day), crebos=[crebo] if crebo else None,
        )  # fmt: skip
        if found is None:
            raise InputRefused.because(
                f"{school.name} ligt in gemeente {school.gemeente}, en die staat niet in de tabel {table.label}. "
                "Lees een regiotabel in waar deze gemeente in staat."
            )
        return found


def _same(one: ChainEvent, other: ChainEvent) -> bool:
    keys = ("kind", "contacted_on", "outcome_on", "by", "partner_id", "reason_code", "document")
    return all(getattr(one, key) == getattr(other, key) for key in keys) and one.note == other.note.strip()


def _school_of(row: Vestiging) -> ChainSchool:
    school = chain_school(row)
    if school is None:
        raise InputRefused.because(
            f"{row.name} ({row.code}) heeft nog geen plek op de kaart. Lees de adressen en de postcodetabel in."
        )
    return school


def load_policy(session: Session) -> PartnerPolicy:
    """Load the settings that hold now, or the start values."""
    row = PartnerStore(session).policy()
    if row is None:
        return PartnerPolicy()
    chain = ChainPolicy(row.definition_id, row.step4_enabled, row.no_response_attempts)
    return PartnerPolicy(chain, row.norm_minutes, row.set_by, row.set_at)


def _policy_json(policy: PartnerPolicy) -> dict[str, Any]:
    return {
        "definition_id": policy.chain.definition_id,
        "step4_enabled": policy.chain.step4_enabled,
        "no_response_attempts": policy.chain.no_response_attempts,
        "norm_minutes": policy.norm_minutes,
    }
