"""Hard rules give a code and a sentence; points of reasons add up; relaxing the named rules makes a place appear."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.law_files import load_rulebook
from matching.errors import InvalidValueError
from matching.places.eligibility import UNRELAXED, Eligible, Leg, Rejected, Rule, check_place, count_cost_per_rule
from matching.places.law.facts import AgeGroup, PlaceWork, Stretch, Tasks
from matching.places.model import (
    ENTREE_CLASSES,
    Company,
    CreboClass,
    InternshipPlace,
    MatchPolicy,
    Mode,
    Period,
    Point,
    Pupil,
    Recognition,
    Route,
    Weekday,
    read_weekdays,
)
from matching.places.ranking import best_leg, explain, find_losses, needs_reason, rank_places

SCHOOL_YEAR = Period(date(2026, 8, 1), date(2027, 7, 31))
STAGE = Period(date(2026, 11, 30), date(2027, 7, 9))
HERE = Point(52.65, 5.4)
POLICY = MatchPolicy("99AA", date(2026, 8, 1))
COMPANY = Company("B1", "Hoveniersbedrijf Wilg", True, "100000001", (Recognition("25258", date(2024, 8, 1)),))
PLACE = InternshipPlace(
    "P1", COMPANY, "groen", "groen", HERE, {Weekday.DI: 2, Weekday.DO: 2}, SCHOOL_YEAR, "99BB", shared=True
)
WORK = PlaceWork(tuple((day, Stretch(540, 930, (30,))) for day in list(Weekday)[:5]), Tasks(), overseen=True)
PLACE = replace(PLACE, work=WORK)
PUPIL = Pupil(
    "99AA-1",
    "99AA",
    HERE,
    ("groen",),
    frozenset({Weekday.DI, Weekday.DO}),
    STAGE,
    age_group=AgeGroup.AGE_14_15,
    school_hours=(),
)


def leg(minutes: int, mode: Mode = Mode.BICYCLE) -> Leg:
    return Leg(mode, minutes, minutes * 60, minutes * 200, "fiets-snelst", "net")


def verdict(pupil=PUPIL, place=PLACE, trip=14, **more):
    trip = leg(trip) if isinstance(trip, int) else trip
    return check_place(pupil, place, policy=POLICY, book=load_rulebook(), leg=trip, classes=ENTREE_CLASSES, **more)


def test_a_place_that_fits_is_possible_and_tells_the_seats_left():
    assert verdict(taken={Weekday.DI: 1}) == Eligible(1)


CASES = [
    (Rule.CONSENT, {}, {"shared": False}, {}),
    (Rule.CONSENT, {}, {"company": replace(COMPANY, shares=False)}, {}),
    (Rule.WITHDRAWN, {}, {"withdrawn": True}, {}),
    (Rule.SELF_FOUND, {}, {"found_by": "99BB-7"}, {}),
    (Rule.SECTOR, {"sectors": ("bouw",)}, {}, {}),
    (Rule.PERIOD, {}, {"period": Period(date(2026, 8, 1), date(2027, 5, 1))}, {}),
    (Rule.DAYS, {"days": frozenset({Weekday.MA})}, {}, {}),
    (Rule.MIN_DAYS, {}, {"min_days": 3}, {}),
    (Rule.SUPERVISION, {"supervision": True}, {}, {}),
    (Rule.WHEELCHAIR, {"wheelchair": True}, {}, {}),
    (Rule.SIXTEEN, {}, {"sixteen": True}, {}),
    (Rule.LAW, {}, {"work": replace(WORK, overseen=False)}, {}),
    (Rule.FACTS, {}, {"work": None}, {}),
    (Rule.FACTS, {"age_group": None}, {}, {}),
    (Rule.FACTS, {"school_hours": None}, {}, {}),
    (Rule.CONFLICT, {"conflicts": frozenset({"B1"})}, {}, {}),
    (Rule.REFUSED, {"refusals": frozenset({"B1"})}, {}, {}),
    (Rule.RECOGNITION, {"route": Route.B, "crebo": "25250"}, {}, {}),
    (Rule.FULL, {}, {}, {"taken": {Weekday.DI: 2}}),
    (Rule.TRAVEL, {}, {}, {"trip": 61}),
    (Rule.NO_ROUTE, {}, {}, {"trip": None, "no_route": "te ver van de weg: 412 m"}),
]


@pytest.mark.parametrize(("rule", "pupil", "place", "more"), CASES, ids=lambda value: getattr(value, "value", ""))
def test_each_hard_rule_rejects_with_its_own_code_and_one_sentence(rule, pupil, place, more):
    found = verdict(replace(PUPIL, **pupil), replace(PLACE, **place), **more)
    assert isinstance(found, Rejected)
    assert (found.code, found.also) == (rule, ())
    assert found.sentence.endswith(".")
    assert found.sentence[0].isupper()
    relaxed = more | {"relaxed": frozenset({rule})}
    # What the law or the age forbids stays forbidden, whoever asks.
    possible = isinstance(verdict(replace(PUPIL, **pupil), replace(PLACE, **place), **relaxed), Eligible)
    assert possible is (rule not in UNRELAXED)


def test_an_own_place_needs_no_consent_to_be_shared():
    assert isinstance(verdict(place=replace(PLACE, shared=False, owner="99AA")), Eligible)


def test_an_expired_recognition_is_refused_with_its_last_day():
    company = replace(COMPANY, recognitions=(Recognition("25258", date(2020, 1, 1), date(2026, 12, 31)),))
    found = verdict(replace(PUPIL, route=Route.C, crebo="25258"), replace(PLACE, company=company))
    assert found.code is Rule.RECOGNITION
    assert "tot en met 31-12-2026" in found.sentence


def test_a_recognition_for_an_equivalent_crebo_counts_from_its_day_on():
    company = replace(COMPANY, recognitions=(Recognition("25259", date(2020, 1, 1)),))
    pupil = replace(PUPIL, route=Route.B, crebo="25254")
    assert isinstance(verdict(pupil, replace(PLACE, company=company)), Eligible)
    later = (CreboClass(frozenset({"25254", "25259"}), date(2030, 1, 1), "test"),)
    assert CreboClass.equivalents("25254", date(2026, 1, 1), later) == {"25254"}


def test_an_ordinary_stage_and_route_a_need_no_recognition():
    bare = replace(PLACE, company=Company("B2", "Bakker", True))
    assert isinstance(verdict(place=bare), Eligible)
    assert isinstance(verdict(replace(PUPIL, route=Route.A, crebo="25252"), bare), Eligible)


DAYS = st.frozensets(st.sampled_from(list(Weekday)[:5]), min_size=1, max_size=3)
PUPILS = st.builds(
    Pupil,
    id=st.just("99AA-1"),
    school=st.just("99AA"),
    origin=st.just(HERE),
    sectors=st.lists(st.sampled_from(["groen", "bouw", "zorg"]), min_size=1, max_size=3, unique=True).map(tuple),
    days=DAYS,
    period=st.just(STAGE),
    supervision=st.booleans(),
    wheelchair=st.booleans(),
    sixteen=st.booleans(),
    age_group=st.sampled_from([None, *AgeGroup]),
    school_hours=st.sampled_from([None, (), ((Weekday.MA, Stretch(510, 870)), (Weekday.DI, Stretch(510, 870)))]),
    previous_minutes=st.none() | st.integers(0, 90),
    fixed_minutes=st.integers(0, 900),
    conflicts=st.sampled_from([frozenset(), frozenset({"B1"})]),
)
PLACES = st.builds(
    InternshipPlace,
    id=st.uuids().map(str),
    company=st.sampled_from([COMPANY, Company("B2", "Bakker", True), Company("B3", "Smid", False)]),
    name=st.just("werk"),
    sector=st.sampled_from(["groen", "bouw", "zorg", "horeca"]),
    point=st.just(HERE),
    seats=st.dictionaries(st.sampled_from(list(Weekday)[:5]), st.integers(0, 3)),
    period=st.sampled_from([SCHOOL_YEAR, Period(date(2027, 1, 1), date(2027, 2, 1))]),
    owner=st.sampled_from(["99AA", "99BB"]),
    shared=st.booleans(),
    min_days=st.integers(1, 3),
    supervision=st.booleans(),
    wheelchair=st.booleans(),
    sixteen=st.booleans(),
    certificate=st.booleans(),
    allowance=st.booleans(),
    found_by=st.sampled_from([None, "99AA-1", "99AA-2"]),
    work=st.sampled_from([None, WORK, replace(WORK, overseen=None), replace(WORK, tasks=Tasks(frozenset({"kassa"})))]),
)
LEGS = st.none() | st.builds(leg, st.integers(0, 150), st.sampled_from(list(Mode)))
TAKEN = st.dictionaries(st.sampled_from(list(Weekday)[:5]), st.integers(0, 3))


@settings(max_examples=500)
@given(pupil=PUPILS, place=PLACES, trip=LEGS, taken=TAKEN)
def test_every_excluded_place_has_a_reason_and_relaxing_the_rules_named_makes_it_appear(pupil, place, trip, taken):
    found = verdict(pupil, place, trip, taken=taken)
    if isinstance(found, Eligible):
        return
    assert found.sentence
    fixed = found.codes & UNRELAXED
    relaxed = verdict(pupil, place, trip, taken=taken, relaxed=found.codes)
    assert isinstance(relaxed, Rejected if fixed else Eligible)
    assert not fixed or relaxed.codes == fixed
    for rule in () if fixed else found.codes:
        still = verdict(pupil, place, trip, taken=taken, relaxed=found.codes - {rule})
        assert isinstance(still, Rejected)
        assert still.code is rule
    if not found.also:
        assert count_cost_per_rule([found]) == {found.code: 1}


@settings(max_examples=500)
@given(pupil=PUPILS, rows=st.lists(st.tuples(PLACES, LEGS.filter(bool), st.integers(1, 3)), max_size=8))
def test_points_of_the_reasons_add_up_to_the_score_for_every_row_and_losses_explain_the_difference(pupil, rows):
    ranked = rank_places(pupil, [(place, trip, Eligible(left)) for place, trip, left in rows], POLICY)
    for row in ranked:
        assert row.score == sum(reason.points for reason in row.reasons)
        assert len({reason.code for reason in row.reasons}) == len(row.reasons)
    for above, below in pairwise(ranked):
        assert above.score >= below.score
        gains = find_losses(below.reasons, above.reasons)
        lost = sum(loss.points for loss in below.lost_on)
        won = sum(gain.points for gain in gains)
        assert lost - won == below.score - above.score


def test_the_order_is_score_then_shortest_trip_then_id():
    near, far = replace(PLACE, id="P9"), replace(PLACE, id="P1")
    rows = rank_places(PUPIL, [(far, leg(12), Eligible(1)), (near, leg(11), Eligible(1))], POLICY)
    assert [row.place.id for row in rows] == ["P9", "P1"]


def test_a_heavy_earlier_stage_is_compensated_with_a_reason():
    pupil = replace(PUPIL, previous_minutes=55)
    reasons = {str(reason) for reason in explain(pupil, PLACE, leg(14), 1, POLICY)}
    assert "vorige stage 55 minuten (+3)" in reasons
    assert not any("vorige stage" in str(reason) for reason in explain(pupil, PLACE, leg(31), 1, POLICY))


def test_a_trip_above_the_norm_needs_a_reason_even_when_the_pupil_may_travel_further():
    pupil = replace(PUPIL, max_minutes=90)
    assert isinstance(verdict(pupil, trip=75), Eligible)
    assert needs_reason(leg(75), POLICY)
    assert not needs_reason(leg(60), POLICY)


def test_the_quickest_mode_counts_and_ov_says_that_it_is_an_estimate():
    found = best_leg([leg(20), leg(18, Mode.OV)])
    assert found.text == "18 minuten met het OV (schatting)"


@pytest.mark.parametrize("text", ["di xx", "8", "maandag dinsdagg"])
def test_a_weekday_that_does_not_exist_gets_a_sentence(text):
    with pytest.raises(InvalidValueError, match="bestaat niet"):
        read_weekdays(text)


def test_a_period_that_ends_before_it_starts_gets_a_sentence():
    with pytest.raises(InvalidValueError, match="eindigt"):
        Period(date(2027, 1, 1), date(2026, 1, 1))
