"""The chain by its letter: order, opening of steps, refusals, and the stateful property of the log."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from matching.partners.chain import CandidateList, ChainPolicy, build_candidates, chain_changes
from matching.partners.chain_event import OUTCOMES, ChainEvent, EventKind
from matching.partners.chain_state import CandidateStatus, evaluate
from matching.partners.dossier import replay_dossier, to_dossier
from matching.partners.errors import (
    DossierError,
    LocationMissingError,
    OutcomeDateError,
    PartnerError,
    ReasonMissingError,
    SecondPersonError,
    StepFourClosedError,
    StepSkippedError,
    UnknownCandidateError,
)
from matching.partners.log import check_event
from matching.partners.model import (
    ChainSchool,
    Institution,
    Location,
    Offer,
    Period,
    RegionTable,
    TripFact,
    place_in_regions,
)

DAY = date(2026, 9, 1)
TODAY = date(2027, 6, 1)
TABLE = RegionTable("arbeidsmarktregio", 2026, {"9801": "noord", "9802": "noord", "9803": "zuid"})
SCHOOL = ChainSchool("99AA00", "De Merel", "9801", 52.6, 5.3)
OFFER = (Offer("25254", Period(date(2015, 8, 1))),)


def institution(partner_id, gemeente="9801", *, bekostigd=True, offers=OFFER, recognised=(), name=None):
    location = Location(f"{partner_id}-1", f"Locatie {partner_id}", gemeente, 52.6, 5.3, offers, 100)
    return Institution(partner_id, name or f"Mbo {partner_id}", bekostigd, (location,), recognised)


def chain(institutions, minutes, existing=(), *, table=TABLE, crebos=None):
    trips = {f"{k}-1": TripFact(v * 60, v * 250) for k, v in minutes.items()}
    return build_candidates(SCHOOL, institutions, table, trips, existing=existing, on=DAY, data_date=DAY, crebos=crebos)


def event(kind, partner="", on=DAY, *, contacted=None, by="Kim", note="toelichting", code="geen_capaciteit"):
    return ChainEvent(kind, contacted or on, on, by, note, partner or None, reason_code=code)


def log_all(candidates, events, policy=None, today=TODAY):
    log = []
    for each in events:
        log.append(check_event(candidates, log, each, policy or ChainPolicy(), today=today))
    return log


FIVE = [
    institution("A"),
    institution("B", "9802"),
    institution("C", "9802"),
    institution("D", "9803"),
    institution("E", "9803", bekostigd=False, recognised=(Period(date(2020, 1, 1)),)),
]
MINUTES = {"A": 30, "B": 20, "C": 40, "D": 5, "E": 1}


def test_the_order_is_step_then_agreement_then_travel_and_a_near_partner_elsewhere_stays_in_step_three():
    found = chain(FIVE, MINUTES, existing={"C"})
    assert [(c.partner_id, c.step) for c in found.candidates] == [("C", 1), ("B", 1), ("A", 2), ("D", 3), ("E", 4)]
    assert "De school werkt al samen met deze mbo." in found.candidates[0].reasons


def test_without_a_partner_the_nearest_bekostigde_in_the_region_is_the_only_candidate_of_step_one():
    found = chain(FIVE, MINUTES)
    assert [(c.partner_id, c.step) for c in found.candidates] == [("B", 1), ("A", 2), ("C", 2), ("D", 3), ("E", 4)]


def test_a_partner_that_does_not_offer_the_crebo_or_has_no_recognition_is_left_out_with_a_sentence():
    expired = institution("X", bekostigd=False, recognised=(Period(date(2010, 1, 1), date(2012, 1, 1)),))
    other = institution("Y", offers=(Offer("25250", Period(date(2015, 8, 1))),))
    found = chain([*FIVE, expired, other], MINUTES, crebos=["25254"])
    assert {(n.partner_id, n.code) for n in found.left_out} == {("X", "geen_erkenning"), ("Y", "geen_aanbod")}
    assert all(n.sentence.endswith(".") for n in found.left_out)


def test_an_institution_without_a_location_is_refused_with_a_sentence():
    with pytest.raises(LocationMissingError, match="geen locatie"):
        Institution("Z", "Mbo Z", True, ())


def test_a_candidate_without_a_trip_goes_last_in_its_step_and_says_why():
    found = chain(FIVE, {"B": 20, "D": 5, "C": 50})
    assert [c.partner_id for c in found.of_step(2)] == ["C", "A"]
    assert any("geen reistijd berekend" in reason for reason in found.find("A").reasons)


def test_a_school_in_a_gemeente_outside_the_table_is_listed_with_the_reason():
    lost = replace(SCHOOL, vestiging="99AB00", gemeente="9899")
    placed, missing = place_in_regions([SCHOOL, lost], TABLE)
    assert placed == {"99AA00": "noord"}
    assert missing[0][0] == "99AB00"
    assert "9899" in missing[0][1]
    assert chain(FIVE, MINUTES, table=RegionTable("arbeidsmarktregio", 2025, {})) is None


def test_another_region_table_says_which_candidates_change_step():
    later = RegionTable("arbeidsmarktregio", 2027, {"9801": "noord", "9802": "zuid", "9803": "zuid"})
    changes = chain_changes(chain(FIVE, MINUTES), chain(FIVE, MINUTES, table=later))
    assert "Mbo B gaat van stap 1 naar stap 3." in changes
    assert "Mbo A gaat van stap 2 naar stap 1." in changes
    assert chain_changes(chain(FIVE, MINUTES), chain(FIVE, MINUTES)) == ()


def test_two_refusals_in_step_one_open_step_two_and_one_does_not():
    candidates = chain(FIVE, MINUTES, existing={"C"})
    one = log_all(candidates, [event(EventKind.REFUSED, "C")])
    assert evaluate(candidates, one, ChainPolicy()).open_step == 1
    two = log_all(candidates, [event(EventKind.REFUSED, "C"), event(EventKind.REFUSED, "B")])
    state = evaluate(candidates, two, ChainPolicy())
    assert state.open_step == 2
    assert state.opens_next == "Stap 3 opent als Mbo A een uitkomst heeft: afgewezen, of 2 keer geen reactie."


def test_one_silent_attempt_is_not_an_outcome_and_two_on_one_day_are_one():
    candidates = chain(FIVE, MINUTES)
    again = event(EventKind.NO_RESPONSE, "B", DAY + timedelta(days=14))
    twice_a_day = log_all(candidates, [event(EventKind.NO_RESPONSE, "B"), event(EventKind.NO_RESPONSE, "B")])
    assert evaluate(candidates, twice_a_day, ChainPolicy()).open_step == 1
    assert evaluate(candidates, log_all(candidates, [*twice_a_day, again]), ChainPolicy()).open_step == 2


def test_an_agreement_ends_the_search():
    candidates = chain(FIVE, MINUTES)
    state = evaluate(candidates, log_all(candidates, [event(EventKind.AGREEMENT, "B")]), ChainPolicy())
    assert state.open_step is None
    assert state.agreed_with == "Mbo B"


def test_an_empty_step_is_a_finding_with_the_date_of_the_data():
    candidates = chain([institution("D", "9803")], {"D": 5})
    state = evaluate(candidates, [], ChainPolicy())
    assert state.open_step == 3
    assert "(gegevens van 1 september 2026)" in state.step(1).finding


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (event(EventKind.REFUSED, "A"), StepSkippedError),
        (event(EventKind.REFUSED, "B", TODAY + timedelta(days=1)), OutcomeDateError),
        (event(EventKind.REFUSED, "B", DAY, contacted=DAY + timedelta(days=1)), OutcomeDateError),
        (event(EventKind.REFUSED, "Q"), UnknownCandidateError),
        (event(EventKind.REFUSED, "B", code="zomaar"), ReasonMissingError),
        (event(EventKind.REFUSED, "B", note=" "), ReasonMissingError),
        (event(EventKind.STEP4_REQUEST), StepFourClosedError),
    ],
)
def test_a_line_that_the_chain_does_not_allow_is_refused_with_a_dutch_sentence(bad, error):
    with pytest.raises(error) as caught:
        log_all(chain(FIVE, MINUTES), [bad])
    assert str(caught.value).endswith(".")


def test_an_attempt_in_step_two_from_before_the_end_of_step_one_is_refused():
    candidates = chain(FIVE, MINUTES)
    with pytest.raises(StepSkippedError, match="vóór het einde van stap 1"):
        log_all(candidates, [event(EventKind.REFUSED, "B"), event(EventKind.REFUSED, "A", DAY - timedelta(days=1))])


def test_an_outcome_older_than_the_last_one_about_the_same_mbo_is_refused():
    candidates = chain(FIVE, MINUTES)
    with pytest.raises(OutcomeDateError, match="staat al een uitkomst"):
        log_all(
            candidates, [event(EventKind.CONVERSATION, "B"), event(EventKind.REFUSED, "B", DAY - timedelta(days=3))]
        )


def exhausted_to_three(candidates):
    days = iter(range(1, 20))
    return [event(EventKind.REFUSED, c.partner_id, DAY + timedelta(days=next(days))) for c in candidates.candidates[:4]]


def test_step_four_needs_the_setting_a_reason_and_a_second_person():
    candidates = chain(FIVE, MINUTES)
    tried = exhausted_to_three(candidates)
    late = DAY + timedelta(days=30)
    with pytest.raises(StepFourClosedError):
        log_all(candidates, [*tried, event(EventKind.REFUSED, "E", late)])
    on = ChainPolicy(step4_enabled=True)
    with pytest.raises(StepFourClosedError):
        log_all(candidates, [*tried, event(EventKind.REFUSED, "E", late)], on)
    with pytest.raises(ReasonMissingError):
        log_all(candidates, [*tried, event(EventKind.STEP4_REQUEST, on=late, note="")], on)
    asked = [*tried, event(EventKind.STEP4_REQUEST, on=late, note="geen enkele bekostigde wil")]
    with pytest.raises(SecondPersonError):
        log_all(candidates, [*asked, event(EventKind.STEP4_APPROVAL, on=late)], on)
    approved = log_all(candidates, [*asked, event(EventKind.STEP4_APPROVAL, on=late, by="Bo")], on)
    state = evaluate(candidates, approved, on)
    assert state.open_step == 4
    assert "nog niet vastgesteld" in state.banner


def test_a_changed_dossier_is_refused():
    candidates = chain(FIVE, MINUTES)
    log = log_all(candidates, [event(EventKind.REFUSED, "B")])
    dossier = to_dossier(candidates, log, ChainPolicy(), made_at=datetime(2027, 1, 1, tzinfo=UTC))
    dossier["events"][0]["note"] = "anders"
    with pytest.raises(DossierError, match="controlesom"):
        replay_dossier(dossier)


@given(st.permutations(FIVE))
@settings(max_examples=20)
def test_the_order_of_the_input_does_not_matter(shuffled):
    assert chain(shuffled, MINUTES) == chain(FIVE, MINUTES)


class ChainMachine(RuleBasedStateMachine):
    """Random logs, good and bad, against a chain of random candidates."""

    @initialize(
        minutes=st.lists(st.integers(1, 90), min_size=6, max_size=6),
        homes=st.lists(st.sampled_from(["9801", "9802", "9803"]), min_size=6, max_size=6),
        paid=st.lists(st.booleans(), min_size=6, max_size=6),
        existing=st.sets(st.sampled_from("UVWXYZ"), max_size=2),
        step4=st.booleans(),
    )
    def start(self, minutes, homes, paid, existing, step4):
        members = [
            institution(letter, homes[i], bekostigd=paid[i], recognised=(Period(date(2020, 1, 1)),))
            for i, letter in enumerate("UVWXYZ")
        ]
        self.candidates: CandidateList = chain(members, dict(zip("UVWXYZ", minutes, strict=True)), existing)
        self.policy = ChainPolicy(step4_enabled=step4)
        self.log: tuple[ChainEvent, ...] = ()
        self.seen: list[tuple[ChainEvent, ...]] = []

    @rule(
        kind=st.sampled_from([*OUTCOMES, EventKind.REFUSED, EventKind.REFUSED, EventKind.NO_RESPONSE]),
        partner=st.sampled_from("UVWXYZ"),
        day=st.integers(0, 300),
        lag=st.integers(-2, 20),
        by=st.sampled_from(["Kim", "Bo"]),
    )
    def attempt(self, kind, partner, day, lag, by):
        contacted = DAY + timedelta(days=day)
        self._try(event(kind, partner, contacted + timedelta(days=lag), contacted=contacted, by=by))

    @rule(pick=st.integers(0, 5), silent=st.booleans())
    def work_in_order(self, pick, silent):
        state = evaluate(self.candidates, self.log, self.policy)
        if state.open_step is not None:
            waiting = [m for m in state.step(state.open_step).candidates if m.closed_on is None]
            last = max((e.outcome_on for e in self.log), default=DAY) + timedelta(days=1)
            kind = EventKind.NO_RESPONSE if silent else EventKind.REFUSED
            self._try(event(kind, waiting[pick % len(waiting)].candidate.partner_id, last))

    @rule(kind=st.sampled_from([EventKind.STEP4_REQUEST, EventKind.STEP4_APPROVAL]), by=st.sampled_from(["Kim", "Bo"]))
    def step_four(self, kind, by):
        self._try(event(kind, on=TODAY, by=by))

    def _try(self, new):
        try:
            accepted = check_event(self.candidates, self.log, new, self.policy, today=TODAY)
        except PartnerError:
            return
        self._judge(accepted)
        self.seen.append(self.log)
        self.log = (*self.log, accepted)

    def _judge(self, accepted):
        """An independent reading of the letter: every candidate of every earlier step was closed in the log so far."""
        if accepted.kind not in OUTCOMES:
            assert self.policy.step4_enabled
            earlier = [c for c in self.candidates.candidates if c.step < 4]
        else:
            earlier = [c for c in self.candidates.candidates if c.step < accepted.step]
        for candidate in earlier:
            own = [e for e in self.log if e.partner_id == candidate.partner_id]
            refused = bool(own) and own[-1].kind is EventKind.REFUSED
            tail = []
            for e in reversed(own):
                if e.kind is not EventKind.NO_RESPONSE:
                    break
                tail.append(e.contacted_on)
            assert refused or len(set(tail)) >= 2
            assert own[-1].outcome_on <= accepted.contacted_on
        if accepted.step == 4:
            asked = [e for e in self.log if e.kind is EventKind.STEP4_REQUEST]
            agreed = [e for e in self.log if e.kind is EventKind.STEP4_APPROVAL]
            assert any(a.by != r.by for a in agreed for r in asked)

    @invariant()
    def no_step_opens_before_the_previous_one_is_exhausted(self):
        if not hasattr(self, "log"):
            return
        state = evaluate(self.candidates, self.log, self.policy)
        for step in state.steps:
            if step.open:
                assert all(before.exhausted for before in state.steps[: step.step - 1])
                assert not step.exhausted
        assert sum(step.open for step in state.steps) <= 1
        if state.step(4).open:
            assert self.policy.step4_enabled

    @invariant()
    def order_within_a_step_is_existing_first_and_then_travel(self):
        if not hasattr(self, "log"):
            return
        for number in (1, 2, 3, 4):
            members = self.candidates.of_step(number)
            keys = [(not c.existing, c.trip.seconds) for c in members]
            assert keys == sorted(keys)
        assert [c.step for c in self.candidates.candidates] == sorted(c.step for c in self.candidates.candidates)

    @invariant()
    def history_never_changes(self):
        for earlier in getattr(self, "seen", []):
            assert self.log[: len(earlier)] == earlier

    @invariant()
    def the_dossier_replays_to_the_same_state(self):
        if not hasattr(self, "log"):
            return
        made = datetime(2027, 6, 1, tzinfo=UTC)
        dossier = to_dossier(self.candidates, self.log, self.policy, made_at=made)
        assert replay_dossier(dossier) == evaluate(self.candidates, self.log, self.policy)
        assert len(dossier["events"]) == len(self.log)


ChainMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestChainProperty = ChainMachine.TestCase


def test_the_status_of_a_candidate_follows_its_last_line():
    candidates = chain(FIVE, MINUTES)
    log = log_all(
        candidates, [event(EventKind.REFUSED, "B"), event(EventKind.CONVERSATION, "B", DAY + timedelta(days=9))]
    )
    state = evaluate(candidates, log, ChainPolicy())
    assert state.step(1).candidates[0].status is CandidateStatus.TALKING
    assert state.open_step == 1
