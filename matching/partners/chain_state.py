"""The state of a partner chain, derived from its candidates and its log.

A step is exhausted when each of its candidates has a closing outcome: a refusal, or no answer after the number of
dated attempts of the policy. A conversation that still runs closes nothing; an agreement ends the search. An empty
step is exhausted too, which is a finding with the date of the partner data.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matching.partners.chain import STEP_FOUR_BANNER, STEP_TITLES, Candidate, CandidateList, ChainPolicy
from matching.partners.chain_event import OUTCOMES, REASON_CODES, ChainEvent, EventKind
from matching.partners.model import date_text


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
    return ChainState(state.steps, open_step, agreed, opens_next(state, events, policy), state.banner)


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


def opens_next(state: ChainState, events: Sequence[ChainEvent], policy: ChainPolicy) -> str:
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
