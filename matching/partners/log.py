"""What may be added to the append-only log of the partner chain: dates, steps, reasons and the second person."""

from collections.abc import Sequence
from datetime import date

from matching.partners.chain import CandidateList, ChainPolicy
from matching.partners.chain_event import OUTCOMES, REASON_CODES, ChainEvent, EventKind
from matching.partners.chain_state import ChainState, evaluate, opens_next, step4_allowed
from matching.partners.errors import (
    OutcomeDateError,
    ReasonMissingError,
    SecondPersonError,
    StepFourClosedError,
    StepSkippedError,
    UnknownCandidateError,
)
from matching.partners.model import date_text


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
        raise StepFourClosedError(f"{candidate.name} is niet bekostigd. {opens_next(state, events, policy)}")
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
