"""The append-only log of the partner chain, and the state that follows from it.

A step is exhausted when each of its candidates has a closing outcome: a refusal, or no answer after the number of
dated attempts of the policy. A conversation that still runs closes nothing; an agreement ends the search. An empty
step is exhausted too, which is a finding with the date of the partner data.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matching.partner_chain import STEP_FOUR_BANNER, STEP_TITLES, Candidate, CandidateList, ChainPolicy
from matching.partner_errors import (
    OutcomeDateError,
    ReasonMissingError,
    SecondPersonError,
    StepFourClosedError,
    StepSkippedError,
    UnknownCandidateError,
)
from matching.partner_model import date_text


class EventKind(StrEnum):
    """What can be written in the log."""

    CONVERSATION = "gesprek"
    AGREEMENT = "overeenkomst"
    REFUSED = "afgewezen"
    NO_RESPONSE = "geen-reactie"
    STEP4_REQUEST = "stap4-aanvraag"
    STEP4_APPROVAL = "stap4-akkoord"


OUTCOMES = (EventKind.CONVERSATION, EventKind.AGREEMENT, EventKind.REFUSED, EventKind.NO_RESPONSE)
REASON_CODES = {
    "geen_capaciteit": "Geen plaats of geen docenten",
    "te_weinig_leerlingen": "Te weinig leerlingen voor een groep",
    "geen_aanbod": "De gevraagde opleiding is er niet",
    "financiering": "Geen akkoord over geld",
    "kwaliteit": "Geen akkoord over onderwijs of examens",
    "afstand": "Te ver voor leerlingen of docenten",
    "beleid": "Past niet in het beleid van de mbo",
    "anders": "Anders, zie de toelichting",
}


@dataclass(frozen=True, slots=True)
class ChainEvent:
    """One line of the log; never changed, never removed.

    Parameters
    ----------
    contacted_on, outcome_on
        Day of the attempt and day of its outcome.
    by
        Who did or decided it, as shown in the dossier.
    step
        Step of the partner when the line was written.
    """

    kind: EventKind
    contacted_on: date
    outcome_on: date
    by: str
    note: str
    partner_id: str | None = None
    partner_name: str = ""
    step: int | None = None
    reason_code: str = ""
    document: str = ""


class CandidateStatus(StrEnum):
    """Where the search stands with one candidate."""

    UNTRIED = "nog niet benaderd"
    TALKING = "in gesprek"
    WAITING = "wacht op reactie"
    SILENT = "geen reactie"
    REFUSED = "afgewezen"
    AGREED = "overeenkomst"


@dataclass(frozen=True, slots=True)
class CandidateState:
    """One candidate with the outcome of its attempts."""

    candidate: Candidate
    status: CandidateStatus
    attempts: int
    closed_on: date | None
    """Day on which this candidate was exhausted, or ``None``."""
    sentence: str


@dataclass(frozen=True, slots=True)
class StepState:
    """One step of the stepper."""

    step: int
    title: str
    candidates: tuple[CandidateState, ...]
    open: bool
    exhausted: bool
    exhausted_on: date | None
    """Latest closing date; ``None`` when open or when the step has no candidates."""
    finding: str


@dataclass(frozen=True, slots=True)
class ChainState:
    """Where a school is in the chain."""

    steps: tuple[StepState, ...]
    open_step: int | None
    """The step to work on; ``None`` when an agreement was reached or nothing is left."""
    agreed_with: str | None
    opens_next: str
    """One sentence: what opens the next step."""
    banner: str | None

    def step(self, number: int) -> StepState:
        """Return the state of step 1 to 4."""
        return self.steps[number - 1]


def evaluate(candidates: CandidateList, events: Sequence[ChainEvent], policy: ChainPolicy) -> ChainState:
    """Derive the state of a chain from its candidates and its log.

    Parameters
    ----------
    events
        In the order in which they were written.
    """
    states = {each.partner_id: _candidate_state(each, events, policy) for each in candidates.candidates}
    agreed = next((s.candidate.name for s in states.values() if s.status is CandidateStatus.AGREED), None)
    steps: list[StepState] = []
    earlier_exhausted = True
    open_step: int | None = None
    for number in (1, 2, 3, 4):
        members = tuple(states[each.partner_id] for each in candidates.of_step(number))
        exhausted = earlier_exhausted and all(member.closed_on is not None for member in members)
        allowed = number < 4 or step4_allowed(events, policy)
        is_open = earlier_exhausted and allowed and not exhausted
        if is_open and agreed is None:
            open_step = number
        dates = [member.closed_on for member in members if member.closed_on is not None]
        steps.append(
            StepState(
                number,
                STEP_TITLES[number],
                members,
                is_open,
                exhausted,
                max(dates) if exhausted and dates else None,
                _finding(number, members, candidates, exhausted=exhausted),
            )
        )
        earlier_exhausted = exhausted
    state = ChainState(tuple(steps), open_step, agreed, "", STEP_FOUR_BANNER if _shows_banner(steps) else None)
    return ChainState(state.steps, open_step, agreed, _opens_next(state, events, policy), state.banner)


def _shows_banner(steps: Sequence[StepState]) -> bool:
    return all(each.exhausted for each in steps[:3])


def _candidate_state(candidate: Candidate, events: Sequence[ChainEvent], policy: ChainPolicy) -> CandidateState:
    own = [each for each in events if each.partner_id == candidate.partner_id and each.kind in OUTCOMES]
    name = candidate.name
    if not own:
        return CandidateState(candidate, CandidateStatus.UNTRIED, 0, None, f"{name} is nog niet benaderd.")
    last = own[-1]
    day = date_text(last.outcome_on)
    if last.kind is EventKind.AGREEMENT:
        return CandidateState(candidate, CandidateStatus.AGREED, len(own), None, f"{name}: overeenkomst op {day}.")
    if last.kind is EventKind.CONVERSATION:
        return CandidateState(
            candidate, CandidateStatus.TALKING, len(own), None, f"{name}: gesprek op {day}, nog geen uitkomst."
        )
    if last.kind is EventKind.REFUSED:
        why = REASON_CODES.get(last.reason_code, last.reason_code)
        sentence = f"{name}: afgewezen op {day} ({why[:1].lower()}{why[1:]})."
        return CandidateState(candidate, CandidateStatus.REFUSED, len(own), last.outcome_on, sentence)
    silent_days = _silent_days(own)
    needed = policy.no_response_attempts
    if len(silent_days) >= needed:
        sentence = f"{name}: geen reactie na {len(silent_days)} pogingen, de laatste van {day}."
        return CandidateState(candidate, CandidateStatus.SILENT, len(own), last.outcome_on, sentence)
    sentence = f"{name}: poging {len(silent_days)} van {needed} zonder reactie, op {day}."
    return CandidateState(candidate, CandidateStatus.WAITING, len(own), None, sentence)


def _silent_days(own: Sequence[ChainEvent]) -> set[date]:
    """Different days of the unanswered attempts since the last other outcome."""
    days: set[date] = set()
    for event in reversed(own):
        if event.kind is not EventKind.NO_RESPONSE:
            break
        days.add(event.contacted_on)
    return days


def _finding(number: int, members: Sequence[CandidateState], candidates: CandidateList, *, exhausted: bool) -> str:
    data_day = date_text(candidates.data_date)
    if not members:
        who = {
            1: f"Er is geen bekostigde mbo met dit aanbod in {candidates.region_label} {candidates.region_name}",
            2: f"Er is geen andere bekostigde mbo met dit aanbod in {candidates.region_label} {candidates.region_name}",
            3: "Er is geen bekostigde mbo met dit aanbod in een andere regio",
            4: "Er is geen niet-bekostigde mbo met een geldige erkenning en dit aanbod",
        }[number]
        return f"{who} (gegevens van {data_day})."
    if exhausted:
        return f"Alle {len(members)} kandidaten hebben een uitkomst." if len(members) > 1 else members[0].sentence
    busy = sum(member.closed_on is None for member in members)
    return f"{busy} van {len(members)} zonder afsluitende uitkomst."


def step4_allowed(events: Sequence[ChainEvent], policy: ChainPolicy) -> bool:
    """Tell whether step 4 is switched on, asked for with a reason, and approved by a second person."""
    if not policy.step4_enabled:
        return False
    request: ChainEvent | None = None
    for event in events:
        if event.kind is EventKind.STEP4_REQUEST:
            request = event
        elif event.kind is EventKind.STEP4_APPROVAL and request is not None and event.by != request.by:
            return True
    return False


def _opens_next(state: ChainState, events: Sequence[ChainEvent], policy: ChainPolicy) -> str:
    """Say in one sentence what opens the next step."""
    if state.agreed_with is not None:
        return f"Er is een overeenkomst met {state.agreed_with}; er hoeft geen volgende stap open."
    if state.open_step is None:
        return _opens_step4(state, events, policy)
    waiting = [m for m in state.step(state.open_step).candidates if m.closed_on is None]
    named = [each.candidate.name for each in waiting[:3]]
    if len(waiting) > 3:
        named.append(f"nog {len(waiting) - 3} andere")
    names = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} en {named[-1]}"
    have = "heeft" if len(named) == 1 else "hebben"
    if state.open_step == 4:
        return f"Dit is de laatste stap. Nog zonder uitkomst: {names}."
    return (
        f"Stap {state.open_step + 1} opent als {names} een uitkomst {have}: "
        f"afgewezen, of {policy.no_response_attempts} keer geen reactie."
    )


def _opens_step4(state: ChainState, events: Sequence[ChainEvent], policy: ChainPolicy) -> str:
    """Say what opens step 4, now that steps 1 to 3 are exhausted."""
    if not policy.step4_enabled:
        return "Stap 1 tot en met 3 zijn uitgeput. Stap 4 staat uit; de beheerder kan hem aanzetten."
    if state.step(4).exhausted and step4_allowed(events, policy):
        return "Alle stappen zijn uitgeput. Het dossier laat zien wat er is geprobeerd."
    if any(event.kind is EventKind.STEP4_REQUEST for event in events):
        return "Stap 4 is aangevraagd en opent als een tweede persoon akkoord geeft."
    return "Stap 4 opent na een schriftelijke reden en het akkoord van een tweede persoon."


def check_event(
    candidates: CandidateList, events: Sequence[ChainEvent], new: ChainEvent, policy: ChainPolicy, *, today: date
) -> ChainEvent:
    """Refuse a line that the chain does not allow; return it completed with step and name.

    Raises
    ------
    OutcomeDateError
        The outcome is in the future, before its attempt, or before an earlier line about the same mbo.
    UnknownCandidateError
        The mbo is not in this chain.
    StepSkippedError
        An earlier step was not exhausted, or was exhausted only after this attempt.
    ReasonMissingError
        A refusal without code and text, or a request for step 4 without a reason.
    StepFourClosedError, SecondPersonError
        Step 4 is off, was not asked for, or is approved by the same person.
    """
    if new.outcome_on > today:
        raise OutcomeDateError(
            f"De datum {date_text(new.outcome_on)} ligt in de toekomst; leg alleen vast wat al gebeurd is."
        )
    if new.outcome_on < new.contacted_on:
        raise OutcomeDateError(
            f"De uitkomst van {date_text(new.outcome_on)} ligt vóór de poging van {date_text(new.contacted_on)}."
        )
    state = evaluate(candidates, events, policy)
    if new.kind in OUTCOMES:
        return _check_outcome(candidates, events, new, policy, state)
    _check_step4(events, new, policy, state)
    return new


def _check_outcome(
    candidates: CandidateList, events: Sequence[ChainEvent], new: ChainEvent, policy: ChainPolicy, state: ChainState
) -> ChainEvent:
    candidate = candidates.find(new.partner_id or "")
    if candidate is None:
        reason = next((n.sentence for n in candidates.left_out if n.partner_id == new.partner_id), None)
        raise UnknownCandidateError(
            reason or f"{new.partner_id} is geen kandidaat in de keten van {candidates.school.name}."
        )
    for earlier in events:
        if earlier.partner_id == candidate.partner_id and new.outcome_on < earlier.outcome_on:
            raise OutcomeDateError(
                f"Voor {candidate.name} staat al een uitkomst van {date_text(earlier.outcome_on)}; "
                f"een nieuwe uitkomst kan niet van {date_text(new.outcome_on)} zijn."
            )
    for before in range(1, candidate.step):
        step = state.step(before)
        if not step.exhausted:
            waiting = ", ".join(m.candidate.name for m in step.candidates if m.closed_on is None)
            raise StepSkippedError(
                f"{candidate.name} staat in stap {candidate.step}, en die is nog niet open. "
                f"In stap {before} heeft nog geen afsluitende uitkomst: {waiting}."
            )
        if step.exhausted_on is not None and new.contacted_on < step.exhausted_on:
            raise StepSkippedError(
                f"De poging van {date_text(new.contacted_on)} bij {candidate.name} is van vóór het einde "
                f"van stap {before} op {date_text(step.exhausted_on)}."
            )
    if candidate.step == 4 and not step4_allowed(events, policy):
        raise StepFourClosedError(f"{candidate.name} is niet bekostigd. {_opens_next(state, events, policy)}")
    if new.kind is EventKind.REFUSED and (new.reason_code not in REASON_CODES or not new.note.strip()):
        raise ReasonMissingError(
            f"Een afwijzing heeft een reden en een toelichting nodig. Kies uit: {', '.join(REASON_CODES)}."
        )
    return ChainEvent(
        new.kind, new.contacted_on, new.outcome_on, new.by, new.note.strip(),
        candidate.partner_id, candidate.name, candidate.step, new.reason_code, new.document.strip(),
    )  # fmt: skip


def _check_step4(events: Sequence[ChainEvent], new: ChainEvent, policy: ChainPolicy, state: ChainState) -> None:
    if not policy.step4_enabled:
        raise StepFourClosedError(
            "Stap 4 staat uit. De beheerder kan hem aanzetten; de voorwaarden zijn nog niet vastgesteld."
        )
    open_before = [step.step for step in state.steps[:3] if not step.exhausted]
    if open_before:
        raise StepFourClosedError(
            f"Stap 4 kan pas als stap 1 tot en met 3 zijn uitgeput; stap {open_before[0]} is dat nog niet."
        )
    if new.kind is EventKind.STEP4_REQUEST:
        if not new.note.strip():
            raise ReasonMissingError("Een aanvraag voor stap 4 heeft een schriftelijke reden nodig.")
        return
    request = next((each for each in reversed(events) if each.kind is EventKind.STEP4_REQUEST), None)
    if request is None:
        raise SecondPersonError("Er is nog geen aanvraag voor stap 4 om akkoord op te geven.")
    if request.by == new.by:
        raise SecondPersonError("Het akkoord op stap 4 moet van een tweede persoon komen, niet van de aanvrager.")
