"""A search over columns says what the rules and the reasons say place by place: the same rows, words, points, order."""

import random
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.law_files import load_rulebook
from data.places.index import PlaceIndex
from data.places.open_places import OpenSets, find_open_places
from data.rd import to_rd
from geo.layouts import numbers_in
from matching.places.eligibility import Eligible, Rule, check_place
from matching.places.legs import limit_seconds
from matching.places.model import (
    ENTREE_CLASSES,
    Company,
    InternshipPlace,
    MatchPolicy,
    Mode,
    Point,
    Recognition,
    Route,
    Weekday,
)
from matching.places.ranking import (
    Weighing,
    best_leg,
    compute_burden,
    explain,
    find_losses,
    kind_of,
    rank_places,
    to_leg,
)
from matching.places.search import RELAXED_LIMIT_FACTOR, SearchService
from matching.proposals.group import OptionMaker
from tests.matching.places.test_eligibility_and_ranking import (
    COMPANY,
    HERE,
    LEGS,
    PLACE,
    PLACES,
    POLICY,
    PUPIL,
    PUPILS,
    SCHOOL_YEAR,
    TAKEN,
    WORK,
)
from tests.matching.places.test_eligibility_and_ranking import leg as make_leg
from tests.matching.plain_travel import PlainReached, PlainTravel

ON = date(2026, 11, 23)
POLICIES = st.builds(
    MatchPolicy,
    school=st.just("99AA"),
    since=st.just(ON),
    norm_minutes=st.integers(5, 90),
    wish_points=st.lists(st.integers(-3, 6), max_size=4).map(tuple),
    travel_beyond=st.integers(-5, 0),
    supervision_points=st.integers(-2, 4),
    certificate_points=st.integers(-2, 4),
    allowance_points=st.integers(-2, 4),
    seats_left_points=st.integers(-2, 4),
    self_found_points=st.integers(-2, 6),
    heavy_minutes=st.integers(10, 60),
    relief_points=st.integers(0, 5),
)
AT = st.builds(
    Point,
    st.floats(HERE.lat - 0.12, HERE.lat + 0.12).map(lambda lat: round(lat, 5)),
    st.sampled_from([5.38, 5.4, 5.45]),
)
SEEKERS = st.builds(
    lambda pupil, modes, most, way, refused: replace(
        pupil, modes=modes, max_minutes=most, route=way, crebo="25258" if way else None, refusals=refused
    ),
    PUPILS,
    st.lists(st.sampled_from(list(Mode)), min_size=1, max_size=3, unique=True).map(tuple),
    st.none() | st.integers(1, 60),
    st.sampled_from([None, None, Route.A, Route.B]),
    st.sampled_from([frozenset(), frozenset({"B2"})]),
)
OFFERS = st.lists(st.builds(lambda place, at: replace(place, point=at), PLACES, AT), max_size=14)


class OneWorld:
    """The store and the travel port of one example."""

    def __init__(self, places, policy, taken, off_road):
        places = sorted(places, key=lambda place: place.id)
        points = np.array([to_rd(place.point.lat, place.point.lon) for place in places]).reshape(len(places), 2)
        self.index = PlaceIndex(places, points, 1)
        self.kept, self.used, self.off_road = policy, taken, off_road
        self.plain = PlainTravel()

    @contextmanager
    def read(self):
        yield self

    def rulebook(self):
        return load_rulebook()

    def policy(self, _school, _on):
        return self.kept

    def open_places(self, pupil, metres, relaxed):
        return find_open_places(self.index, self.in_use, pupil, metres, ENTREE_CLASSES, relaxed)

    def in_use(self, bits, _period):
        return {number: self.used[self.index.places[number].id] for number in numbers_in(bits & self.busy)}

    @property
    def busy(self):
        return self.index.bits_of(self.used)

    def reached(self, definition_id, origin, destinations, *, among, limit_s):
        if definition_id in self.off_road:
            return PlainReached([], [], [], definition_id, reason="Te ver van de weg: 412 m.")
        return self.plain.reached(definition_id, origin, destinations, among=among, limit_s=limit_s)


def place_by_place(world, pupil, policy, relaxed, places):
    """The same search without columns: every rule and every reason for every place by itself."""
    limit = policy.limit_minutes(pupil) * (RELAXED_LIMIT_FACTOR if Rule.TRAVEL in relaxed else 1)
    counts, rows = Counter(), []
    for place in places:
        legs = []
        for mode in pupil.modes:
            definition = policy.definitions[mode]
            if definition not in world.off_road:
                found = world.plain.nearest(
                    definition, (HERE.lat, HERE.lon), [(place.id, place.point.lat, place.point.lon)], k=None,
                    limit_s=limit_seconds(mode, policy, limit),
                )  # fmt: skip
                legs += [to_leg(mode, trip, policy) for _, trip in found]
        leg = best_leg(legs)
        taken = world.used.get(place.id, {})
        asked = {"policy": policy, "book": load_rulebook(), "taken": taken, "classes": ENTREE_CLASSES}
        before = check_place(pupil, place, leg=None, relaxed=relaxed | {Rule.TRAVEL, Rule.NO_ROUTE}, **asked)
        if not isinstance(before, Eligible):
            counts[before.code] += 1
        elif leg is None or leg.seconds > limit * 60:
            stranded = leg is None and any(policy.definitions[mode] in world.off_road for mode in pupil.modes)
            counts[Rule.NO_ROUTE if stranded else Rule.TRAVEL] += 1
        else:
            rows.append((place, leg, before.seats_left, explain(pupil, place, leg, before.seats_left, policy)))
    rows.sort(key=lambda row: (-sum(reason.points for reason in row[3]), row[1].seconds, row[0].id))
    return rows, counts


@settings(max_examples=500)
@given(
    pupil=SEEKERS,
    places=OFFERS,
    policy=POLICIES,
    data=st.data(),
    relaxed=st.sets(st.sampled_from([rule for rule in Rule if rule.may_be_relaxed]), max_size=3).map(frozenset),
    off_road=st.sampled_from([frozenset(), frozenset(), frozenset({"fiets-snelst"})]),
)
def test_a_search_over_columns_finds_what_the_rules_say_place_by_place(pupil, places, policy, data, relaxed, off_road):
    taken = {place.id: data.draw(TAKEN) for place in places if data.draw(st.booleans())}
    check_row_by_row(OneWorld(places, policy, taken, off_road), pupil, policy, relaxed, places)


@pytest.mark.parametrize("seed", range(40))
def test_a_search_among_many_that_fit_is_the_same_row_by_row(seed):
    dice = random.Random(seed)
    companies = [
        COMPANY,
        Company("B2", "Bakker", True, None, (Recognition("25258", date(2024, 8, 1), date(2027, 7, 8)),)),
        Company("B3", "Smid", True, "100000003", (Recognition("25258", date(2026, 11, 30), date(2027, 7, 9)),)),
        Company("B4", "Winkel", True, "100000004", (Recognition("25259", date(2024, 8, 1)),)),
    ]
    places = [
        InternshipPlace(
            f"P{number:03d}", dice.choice(companies), "werk", dice.choice(["groen", "bouw", "zorg", "horeca"]),
            Point(HERE.lat + dice.uniform(-0.09, 0.09), HERE.lon + dice.uniform(-0.05, 0.05)),
            {day: dice.randint(1, 3) for day in Weekday}, SCHOOL_YEAR, "99AA",
            supervision=dice.random() < 0.5, certificate=dice.random() < 0.5, allowance=dice.random() < 0.5,
            found_by=dice.choice([None, None, None, "99AA-1"]), work=dice.choice([WORK, WORK, WORK, None]),
        )
        for number in dice.sample(range(1000), 80)
    ]  # fmt: skip
    pupil = replace(
        PUPIL,
        sectors=tuple(dice.sample(["groen", "bouw", "zorg"], 3)),
        days=frozenset(dice.sample(list(Weekday)[:5], 2)),
        modes=tuple(dice.sample(list(Mode), dice.randint(1, 4))),
        max_minutes=dice.choice([None, 45, 90]),
        previous_minutes=dice.choice([None, 60]),
        fixed_minutes=dice.choice([0, 250]),
        route=dice.choice([None, None, Route.B]),
        crebo=dice.choice(["25258", "25254"]),
        conflicts=dice.choice([frozenset(), frozenset({"B3"})]),
    )
    taken = {place.id: {day: dice.randint(0, 2) for day in dice.sample(list(Weekday), 3)} for place in places[::3]}
    rows = check_row_by_row(OneWorld(places, POLICY, taken, frozenset()), pupil, POLICY, frozenset(), places)
    assert len(rows) > 4
    assert [row.leg.seconds for row in rows] != sorted(row.leg.seconds for row in rows)


def check_row_by_row(world, pupil, policy, relaxed, places):
    found = SearchService(world.read, lambda: world).rank(pupil, ON, relaxed)
    rows, counts = place_by_place(world, pupil, policy, relaxed, places)
    got = [(row.place, row.leg, row.seats_left, row.reasons) for row in found.rows]
    assert got == rows
    assert [row.lost_on for row in found.rows] == [
        find_losses(rows[at - 1][3], row[3]) if at else () for at, row in enumerate(rows)
    ]
    assert all(row.burden_minutes == compute_burden(pupil, row.leg.minutes) for row in found.rows)
    beyond = len(places) - found.looked_at  # so far as the crow flies that the network was not asked
    assert sum(counts.values()) == sum(found.hidden.values()) + beyond
    assert all(count >= found.hidden.get(rule, 0) for rule, count in counts.items())
    for row in found.rows:
        assert found.find(row.place.id) == row
        better = any(one.score > row.score and one.leg.seconds > row.leg.seconds for one in found.rows)
        assert found.rows.has_better_further_away(row) == better
    return found.rows


@settings(max_examples=500)
@given(pupil=PUPILS, place=PLACES, policy=POLICIES, trip=LEGS.filter(bool), left=st.integers(-1, 4))
def test_the_points_of_place_trip_and_seats_are_those_of_the_reasons(pupil, place, policy, trip, left):
    weighing = Weighing(pupil, policy)
    parts = (weighing.of_place(place), weighing.of_trip(trip.minutes), weighing.of_seats(left))
    reasons = explain(pupil, place, trip, left, policy)
    assert sum(sum(part.values()) for part in parts) == sum(reason.points for reason in reasons)
    assert {reason.code for reason in reasons} == {code for part in parts for code in part}


@given(pupil=PUPILS, policy=POLICIES, places=st.lists(PLACES, min_size=2, max_size=40))
def test_places_of_one_kind_get_the_same_points(pupil, policy, places):
    points = {}
    for place in places:
        assert points.setdefault(kind_of(place), Weighing(pupil, policy).of_place(place)) == Weighing(
            pupil, policy
        ).of_place(place)


def test_a_part_of_the_rows_is_that_part_of_all_rows():
    places = [
        replace(PLACE, id=f"P{number}", point=Point(HERE.lat + 0.01 * (9 - number), HERE.lon)) for number in range(7)
    ]
    world = OneWorld(places, POLICY, {}, frozenset())
    rows = SearchService(world.read, lambda: world).rank(PUPIL, ON).rows
    everything = list(rows)
    assert [row.place.id for row in everything] == [f"P{number}" for number in reversed(range(7))]
    assert rows[2:5] == everything[2:5]
    assert rows[-1] == everything[-1]
    assert rows.find("P9") is None
    assert rank_places(PUPIL, [(row.place, row.leg, Eligible(row.seats_left)) for row in rows], POLICY) == everything


@settings(max_examples=200)
@given(pupil=SEEKERS, places=OFFERS, data=st.data())
def test_the_places_open_to_one_of_many_pupils_are_those_that_a_search_finds(pupil, places, data):
    taken = {place.id: data.draw(TAKEN) for place in places if data.draw(st.booleans())}
    world = OneWorld(places, POLICY, taken, frozenset())
    among = data.draw(st.integers(0, (1 << len(places)) - 1))
    searched = find_open_places(world.index, world.in_use, pupil, None, ENTREE_CLASSES, frozenset())
    sets = OpenSets(world.index, world.in_use, ENTREE_CLASSES)
    assert sets.of(pupil, among) == searched.bits & among
    assert sets.of(pupil, among) == searched.bits & among  # the second time from what it remembers


@given(
    pupil=SEEKERS,
    places=st.lists(PLACES, min_size=1, max_size=4),
    trips=st.lists(st.integers(0, 150), min_size=1, max_size=6),
    policy=POLICIES,
)
def test_the_wishes_of_an_option_are_the_points_that_are_not_about_travel(pupil, places, trips, policy):
    to_option = OptionMaker(pupil, policy)
    for place, leg in product(places, map(make_leg, trips)):
        reasons = explain(pupil, place, leg, 1, policy)
        wish = sum(reason.points for reason in reasons if reason.code not in {"reis", "weeklast"})
        assert to_option(place, leg) == (pupil.id, place.id, leg.minutes, 2 * leg.minutes * len(pupil.days), wish)
