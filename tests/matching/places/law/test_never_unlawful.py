"""In random worlds no search and no proposal offers what a second evaluation finds unlawful, whatever is relaxed."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.places.index import PlaceIndex
from data.places.open_places import OpenSets, find_open_places
from matching.places.eligibility import Rule
from matching.places.law.facts import AgeGroup, PlaceWork, Stretch, Tasks
from matching.places.model import Weekday
from tests.matching.places.law.second_evaluation import broken_rules
from tests.matching.places.test_eligibility_and_ranking import PLACE, PUPIL

SPANS = [
    (540, 930, (30,)),
    (480, 1020, (60,)),
    (480, 990, (30,)),
    (510, 780, ()),
    (510, 795, ()),
    (600, 1150, (15, 15)),
    (1020, 1320, (30,)),
    (420, 840, (30,)),
    (780, 1140, (30,)),
]
STRETCHES = st.sampled_from([Stretch(*span) for span in SPANS])
HOURS = st.none() | st.dictionaries(st.sampled_from(list(Weekday)), STRETCHES, min_size=1).map(
    lambda week: tuple(sorted(week.items()))
)
TASKS = st.none() | st.sampled_from([Tasks(), Tasks(frozenset({"kassa"})), Tasks(lift_kg=11), Tasks(push_kg=20)])
YES_NO_UNKNOWN = st.sampled_from([True, True, True, False, None])
WORKS = st.none() | st.builds(
    PlaceWork,
    hours=HOURS,
    tasks=TASKS,
    overseen=YES_NO_UNKNOWN,
    sunday=st.booleans(),
    internal=st.sampled_from([False] * 9 + [True]),
)
SCHOOLS = st.none() | st.dictionaries(
    st.sampled_from(list(Weekday)[:5]), st.sampled_from([Stretch(510, 870), Stretch(480, 840)]), max_size=4
).map(lambda week: tuple(sorted(week.items())))
SEEKERS = st.builds(
    lambda group, change, school, days: replace(
        PUPIL, age_group=group, age_change=change, school_hours=school, days=days, sixteen=bool(group)
    ),
    st.none() | st.sampled_from(list(AgeGroup)),
    st.sampled_from([None, None, 2027 * 12 + 3, 2029 * 12]),
    SCHOOLS,
    st.frozensets(st.sampled_from(list(Weekday)), min_size=1, max_size=4),
)
OFFERS = st.lists(WORKS, min_size=1, max_size=8)


def to_places(works):
    seats = dict.fromkeys(Weekday, 1)
    return [replace(PLACE, id=f"P{number}", seats=seats, work=work) for number, work in enumerate(works)]


def is_known(pupil, work, groups):
    """Whether every fact that a rule of these ages looks at is filled in."""
    if None in groups or any(day not in dict(work.hours or ()) for day in pupil.days):
        return False
    only_adult = set(groups) == {AgeGroup.ADULT}
    return only_adult or None not in {pupil.school_hours, work.overseen, work.tasks}


def is_certainly_lawful(pupil, place):
    """By the second evaluation, in every age of the stage, with every fact known; ``None``: it has no word for it."""
    work = place.work or PlaceWork()
    groups = [pupil.age_group]
    months = pupil.period.last.year * 12 + pupil.period.last.month
    if None not in {pupil.age_group, pupil.age_change} and pupil.age_change <= months:
        groups.append(pupil.age_group.following)
    if work.internal or not is_known(pupil, work, groups):
        return work.internal
    week, school, tasks = dict(work.hours), dict(pupil.school_hours or ()), work.tasks or Tasks()
    stage = {
        "kind": "beroepsstage",
        "internal": False,
        "days": {day: (week[day].begin, week[day].end, list(week[day].pauses)) for day in pupil.days},
        "school": {day: (one.begin, one.end, []) for day, one in school.items()},
        "signed": True,
        "overseen": work.overseen,
        "sunday": work.sunday,
        "tasks": (tasks.words, tasks.lift_kg, tasks.push_kg),
    }
    if any(overlap(stage, day) for day in stage["days"].keys() & school.keys()):
        return None  # at two places at once
    return not any(broken_rules(stage | {"group": group.value}) for group in groups)


def overlap(stage, day):
    begin, end, _ = stage["days"][day]
    opens, closes, _ = stage["school"][day]
    return begin < closes and opens < end


@pytest.mark.parametrize("examples", [500, pytest.param(10_000, marks=pytest.mark.deep)])
def test_search_and_proposal_offer_exactly_what_is_certainly_lawful(examples):
    @settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(pupil=SEEKERS, works=OFFERS, relaxed=st.sets(st.sampled_from(list(Rule))).map(frozenset))
    def holds(pupil, works, relaxed):
        places = to_places(works)
        index = PlaceIndex(places, np.zeros((len(places), 2)), 1)
        found = find_open_places(index, lambda _bits, _period: {}, pupil, None, (), relaxed)
        offered = {place.id for place in index.places_in(found.bits)}
        together = OpenSets(index, lambda _bits, _period: {}, ())
        assert index.places_in(together.of(pupil, (1 << len(places)) - 1)) == index.places_in(found.bits)
        for place in places:
            lawful = is_certainly_lawful(pupil, place)
            if lawful is not None:
                assert (place.id in offered) is lawful, place
        apart = {place.id for place in found.find_to_fill(len(places))}
        assert not apart & offered
        assert found.count_to_fill == len(apart)

    holds()
