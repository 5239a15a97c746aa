"""The store on both databases: the rules of the domain, one winner for the last seat, a journal that only grows."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.law_files import load_rulebook
from data.places.index import PlaceIndex
from matching.errors import (
    LockRefusedError,
    MatchingError,
    NoSeatLeftError,
    NotEligibleError,
    ReasonMissingError,
    StatusError,
    UnknownObjectError,
)
from matching.places.eligibility import STATIC_RULES, UNRELAXED, Rule, find_failures, judge_place
from matching.places.model import Period
from matching.places.register import Status, Withdrawal, replay
from matching.proposals.proposal import Request
from matching.service import MatchingCore
from tests.conftest import fill_organisation
from tests.data.matching_world import TODAY, World
from tests.matching.places.test_eligibility_and_ranking import PLACES, PUPILS
from tests.matching.world import AT, fill_town, place, pupil


@pytest.fixture
def world(database):
    fill_organisation(database)
    pupils = [pupil(number) for number in range(1, 6)] + [pupil(9, max_minuten="120")]
    places = [place(1), place(2, plekken_di="2", plekken_do="2"), place(3, sector="horeca"), place(4, sector="bouw")]
    fill_town(database, pupils, [*places, place(20)])
    return World(database)


def ranked_ids(world, number=1):
    return [
        row.place.id for row in world.core.search.rank(world.core.search.find_pupil(f"99AA-{number:04d}"), TODAY).rows
    ]


def test_a_search_ranks_what_fits_and_counts_what_does_not(world):
    ranking = world.core.search.rank(world.core.search.find_pupil("99AA-0001"), TODAY)
    assert [row.place.id for row in ranking.rows] == ["P002", "P001", "P003"]
    assert ranking.hidden == {Rule.SECTOR: 1, Rule.TRAVEL: 1}
    assert len(ranking.rows) + sum(ranking.hidden.values()) == ranking.looked_at


def test_why_not_has_one_sentence_per_place_and_the_cost_of_each_rule(world):
    found = world.core.search.explain_rest(world.core.search.find_pupil("99AA-0001"), TODAY)
    assert [(row[0].id, row[1].code) for row in found.rejected] == [("P004", Rule.SECTOR), ("P020", Rule.TRAVEL)]
    assert found.costs == {Rule.SECTOR: 1, Rule.TRAVEL: 1}


def test_a_reserved_seat_is_gone_for_the_next_and_comes_back_when_it_is_withdrawn(world):
    first = world.reserve(1, "P001")
    assert "P001" not in ranked_ids(world, 2)
    with pytest.raises(NoSeatLeftError, match="net eerder"):
        world.reserve(2, "P001")
    world.core.register.withdraw(first.id, Withdrawal.PUPIL_STOPPED, actor="test")
    assert "P001" in ranked_ids(world, 2)
    assert world.claims() == 0


def test_two_identical_submits_are_one_placement(world):
    one, other = (world.reserve(1, "P001", request="zelfde formulier") for _ in range(2))
    assert one == other
    with world.read() as store:
        assert len(store.placements(school="99AA")) == 1


def test_a_pupil_cannot_be_at_two_places_on_one_day(world):
    world.reserve(1, "P001")
    with pytest.raises(NotEligibleError, match="heeft al een plek"):
        world.reserve(1, "P002")


def test_a_trip_above_the_norm_is_only_stored_with_a_written_reason(world):
    with pytest.raises(ReasonMissingError, match="langer dan de norm van 60 minuten"):
        world.reserve(9, "P020")
    assert world.reserve(9, "P020", reason="enige plek met een kas").reason == "enige plek met een kas"


def test_a_hard_rule_and_an_unknown_place_refuse_a_claim_without_half_a_state(world):
    with pytest.raises(NotEligibleError, match="De sector is bouw"):
        world.reserve(1, "P004")
    with pytest.raises(UnknownObjectError, match="is niet bekend"):
        world.reserve(1, "P999")
    assert world.claims() == 0


def test_the_journal_replays_to_the_present_status_and_nothing_leaves_it(world):
    placement = world.reserve(1, "P001")
    world.sign(placement.id)
    for status in (Status.CONFIRMED, Status.CONFIRMED, Status.STARTED, Status.FINISHED):
        world.core.register.move(placement.id, status, actor="test")
    with pytest.raises(StatusError, match="is afgerond"):
        world.core.register.withdraw(placement.id, Withdrawal.OTHER, note="x", actor="test")
    with world.read() as store:
        entries = store.entries(placement.id)
        assert [entry.status for entry in entries] == [
            Status.RESERVED,
            Status.CONFIRMED,
            Status.STARTED,
            Status.FINISHED,
        ]
        assert replay(placement, tuple(entries)).status is store.placement(placement.id).status


def test_a_reservation_expires_on_its_day_and_the_journal_says_so(world):
    placement = world.reserve(1, "P001")
    register = world.core.register
    assert register.expire(placement.expires, actor="klok") == []
    register.extend(placement.id, placement.expires + timedelta(days=7), on=TODAY, actor="test")
    assert register.expire(placement.expires + timedelta(days=1), actor="klok") == []
    (gone,) = register.expire(placement.expires + timedelta(days=8), actor="klok")
    assert (gone.id, gone.status) == (placement.id, Status.WITHDRAWN)
    assert register.expire(placement.expires + timedelta(days=8), actor="klok") == []
    with world.read() as store:
        assert [entry.code for entry in store.entries(placement.id)] == [None, None, Withdrawal.EXPIRED]
        assert replay(placement, tuple(store.entries(placement.id))).status is Status.WITHDRAWN


def test_a_withdrawal_without_words_is_refused(world):
    placement = world.reserve(1, "P001")
    with pytest.raises(ReasonMissingError):
        world.core.register.withdraw(placement.id, Withdrawal.OTHER, actor="test", note="  ")


def test_a_company_that_refused_a_pupil_is_not_shown_to_that_pupil_again(world):
    placement = world.reserve(1, "P001")
    world.core.register.withdraw(placement.id, Withdrawal.COMPANY_REFUSED, actor="bedrijf")
    assert "P001" not in ranked_ids(world, 1)
    assert "P001" in ranked_ids(world, 2)


def test_reverse_search_finds_who_is_near_and_fits_and_has_no_place(world):
    world.reserve(1, "P002")
    found = [pupil.id for pupil, _ in world.core.search.find_pupils_for("P003", "99AA", TODAY)]
    assert found == ["99AA-0002", "99AA-0003", "99AA-0004", "99AA-0005", "99AA-0009"]


def test_a_group_gets_as_many_places_as_there_are_and_hears_what_would_help(world):
    proposal = world.core.proposals.propose(Request(("99AA",), seed=4), TODAY)
    placed = [row for row in proposal.rows if row.place]
    assert len(placed) == 5
    assert proposal.proven
    (left,) = [row for row in proposal.rows if row.place is None]
    assert left.status == "zonder plek"
    assert "nodig voor" in left.reason
    assert proposal.help[0].text.startswith("1 plek groen op di do binnen")
    with world.read() as store:
        assert store.placements(school="99AA") == []  # nothing is applied without a person's yes


def test_a_lock_that_contradicts_a_hard_rule_is_refused_with_that_rule(world):
    with pytest.raises(LockRefusedError, match="De sector is bouw"):
        world.core.proposals.propose(Request(("99AA",), locks={"99AA-0001": "P004"}), TODAY)
    with pytest.raises(UnknownObjectError, match="niet bekend bij deze school"):
        world.core.proposals.propose(Request(("99AA",), pupils=("99BB-0001",)), TODAY)


def test_an_exclusion_keeps_a_pupil_away_from_a_place(world):
    free = world.core.proposals.propose(Request(("99AA",), pupils=("99AA-0001",)), TODAY)
    assert free.rows[0].place == "P001"
    barred = Request(("99AA",), pupils=("99AA-0001",), excluded=frozenset({("99AA-0001", "P001")}))
    assert world.core.proposals.propose(barred, TODAY).rows[0].place == "P002"


def test_a_place_that_comes_free_while_a_proposal_is_computed_is_left_for_the_next(world, monkeypatch):
    monkeypatch.setattr("matching.proposals.proposal.LIST_ALL_PUPILS", 0)
    monkeypatch.setattr("matching.proposals.proposal.NEAREST", 1)
    held, freed = world.reserve(5, "P003"), []

    def free_it(text, done, _total):
        if text == "reistijden" and done and not freed:
            freed.append(world.core.register.withdraw(held.id, Withdrawal.PUPIL_STOPPED, actor="test"))
            assert "P003" in ranked_ids(world, 2)  # somebody else in this process sees it at once

    asked = Request(("99AA",), pupils=tuple(f"99AA-000{number}" for number in range(1, 5)))
    proposal = world.core.proposals.propose(asked, TODAY, free_it)
    assert freed
    assert sorted(row.place or "" for row in proposal.rows) == ["", "P001", "P002", "P002"]


def test_seats_are_counted_on_the_busiest_day_of_the_period(world):
    world.reserve(1, "P002")
    with world.read() as store:
        outside = Period(date(2027, 7, 20), date(2027, 7, 30))
        assert store.taken(["P002"], outside) == {}
        inside = store.taken(["P002"], Period(date(2027, 7, 1), date(2027, 7, 30)))
        assert {day.short: count for day, count in inside["P002"].items()} == {"di": 1, "do": 1}


def test_confirming_asks_what_the_route_needs(world):
    core = MatchingCore(world.read, world.write, lambda: world.travel, lambda: AT, lambda *_: ["Er mist een advies."])
    placement = world.reserve(1, "P001")
    with pytest.raises(MatchingError, match="Er mist een advies"):
        core.register.move(placement.id, Status.CONFIRMED, actor="test")
    with world.read() as store:
        assert store.placement(placement.id).status is Status.RESERVED


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pupil=PUPILS,
    places=st.lists(PLACES, max_size=12, unique_by=lambda place: place.id),
    relaxed=st.sets(st.sampled_from(STATIC_RULES)),
)
def test_the_index_in_columns_knows_the_same_rules_as_the_domain(pupil, places, relaxed):
    import numpy as np

    index = PlaceIndex(places, np.zeros((len(places), 2)), 1)
    near = index.search(pupil, None, frozenset(relaxed))
    passing, counts = [], {}
    for found in places:
        failures = find_failures(pupil, found, law=judge_place(pupil, found, load_rulebook()))
        failing = [rule for rule, _ in failures if rule in STATIC_RULES and rule not in relaxed - UNRELAXED]
        if failing:
            counts[failing[0]] = counts.get(failing[0], 0) + 1
        else:
            passing.append(found)
    assert index.places_in(near.bits) == passing
    assert dict(near.counts) == counts
