"""The group proposal: best on every level, proven, fair to input order, and honest about who is left."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import LockRefusedError
from matching.proposals.assignment import assign_places, place_nearest_first
from matching.proposals.problem import Option, Problem
from tests.matching.proposals.brute_force import find_best, is_allowed, value_of
from tests.matching.proposals.random_problems import make_problem


def best_value(problem: Problem, levels: int = 3, seed: int = 1):
    result = assign_places(problem, seed=seed, levels=levels)
    assert is_allowed(problem, result.placed)
    return value_of(list(result.placed.values()), levels), result


@pytest.mark.parametrize("block", range(10))
def test_the_proposal_equals_brute_force_on_every_level_in_500_small_cases(block):
    crossing = 0
    for number in range(50):
        seed = block * 50 + number
        dice = random.Random(seed)
        problem = make_problem(
            seed, dice.randint(2, 7), dice.randint(1, 5), dice.randint(1, 4), seats=dice.choice((1, 2))
        )
        for levels in (1, 3):
            value, result = best_value(problem, levels)
            assert value == find_best(problem, levels), seed
            assert result.proven, seed
        crossing += len({frozenset(days) for days in problem.pupils.values()}) > 2
    assert crossing > 10  # the cases do contain day sets that cross


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_input_order_does_not_matter_and_the_same_seed_gives_the_same_proposal(seed):
    problem = make_problem(seed, 15, 10, 5)
    dice = random.Random(seed)
    pupils, places, options = list(problem.pupils.items()), list(problem.places.items()), list(problem.options)
    for items in (pupils, places, options):
        dice.shuffle(items)
    shuffled = Problem(dict(pupils), dict(places), options)
    assert repr(assign_places(problem, seed=7)) == repr(assign_places(shuffled, seed=7))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_another_seed_may_place_others_but_is_worth_the_same(seed):
    problem = make_problem(seed, 12, 8, 4)
    one, _ = best_value(problem, seed=1)
    other, _ = best_value(problem, seed=2)
    assert one == other


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), pupils=st.integers(20, 80), seats=st.integers(1, 4))
def test_no_fewer_are_placed_than_nearest_first_and_the_longest_trip_is_no_longer(seed, pupils, seats):
    problem = make_problem(seed, pupils, pupils // 2, 8, spread=20, seats=seats)
    result = assign_places(problem, seed=1)
    nearest = place_nearest_first(problem)
    assert is_allowed(problem, nearest)
    assert len(result.placed) >= len(nearest)
    if len(result.placed) == len(nearest) and nearest:
        assert max(o.minutes for o in result.placed.values()) <= max(o.minutes for o in nearest.values())


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_a_lock_is_kept_and_the_rest_is_as_good_as_it_can_be_around_it(seed):
    problem = make_problem(seed, 6, 4, 3)
    possible = [o for o in problem.options if all(problem.places[o.place].get(d, 0) for d in problem.pupils[o.pupil])]
    if not possible:
        return
    lock = random.Random(seed).choice(possible)
    result = assign_places(replace(problem, locks={lock.pupil: lock.place}), seed=3)
    assert result.placed[lock.pupil] == lock
    rest = Problem(
        {p: d for p, d in problem.pupils.items() if p != lock.pupil},
        {
            place: {d: n - (place == lock.place and d in problem.pupils[lock.pupil]) for d, n in left.items()}
            for place, left in problem.places.items()
        },
        [o for o in problem.options if o.pupil != lock.pupil],
    )
    others = [o for p, o in result.placed.items() if p != lock.pupil]
    assert value_of(others, 3) == find_best(rest, 3)


def test_a_lock_outside_the_hard_rules_is_refused_with_a_sentence():
    problem = Problem({"L1": frozenset({1})}, {"P1": {1: 1}, "P2": {1: 1}}, [Option("L1", "P1", 5, 10, 0)])
    with pytest.raises(LockRefusedError, match="L1 kan niet vast op plek P2"):
        assign_places(replace(problem, locks={"L1": "P2"}), seed=1)


def test_two_locks_on_one_seat_are_refused_with_a_sentence():
    problem = Problem(
        {"L1": frozenset({1}), "L2": frozenset({1, 2})},
        {"P1": {1: 1, 2: 1}},
        [Option("L1", "P1", 5, 10, 0), Option("L2", "P1", 5, 20, 0)],
    )
    with pytest.raises(LockRefusedError, match="meer leerlingen vastgezet"):
        assign_places(replace(problem, locks={"L1": "P1", "L2": "P1"}), seed=1)


def test_an_empty_group_and_a_group_without_options_have_an_answer():
    assert assign_places(Problem({}, {}, []), seed=1).placed == {}
    result = assign_places(Problem({"L1": frozenset({1})}, {"P1": {1: 1}}, []), seed=1)
    assert result.unplaced == ("L1",)
    assert result.contested == frozenset()
    assert result.proven


class ListedColumns:
    """The full list of options, of which only the nearest few are handed out first."""

    def __init__(self, problem: Problem, first: int) -> None:
        self.all = {
            p: sorted((o for o in problem.options if o.pupil == p), key=lambda o: (o.minutes, o.place))
            for p in problem.pupils
        }
        self.given = {p: min(first, len(options)) for p, options in self.all.items()}
        self.asked = 0

    def listed(self):
        return [o for p, options in self.all.items() for o in options[: self.given[p]]]

    def complete_to(self, pupil):
        rest = self.all[pupil][self.given[pupil] :]
        return rest[0].minutes - 1 if rest else None

    def extend(self, wanted):
        more = []
        for pupil, limit in wanted.items():
            rest = self.all[pupil][self.given[pupil] :]
            new = [o for o in rest if limit is None or o.minutes <= limit]
            more += new
            self.given[pupil] += len(new)
            self.asked += 1
        return more


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), first=st.integers(1, 3))
def test_sparse_lists_that_grow_on_demand_prove_the_same_first_two_levels(seed, first):
    problem = make_problem(seed, 14, 8, 8, spread=12)
    columns = ListedColumns(problem, first)
    whole = assign_places(problem, seed=5)
    sparse = assign_places(replace(problem, options=columns.listed(), columns=columns), seed=5)
    assert [level.value for level in sparse.levels[:2]] == [level.value for level in whole.levels[:2]]
    assert all(level.proven for level in sparse.levels[:2])
    assert is_allowed(problem, sparse.placed)


def test_a_cancelled_job_stops_the_search():
    class CancelledError(Exception):
        pass

    def check():
        raise CancelledError

    with pytest.raises(CancelledError):
        assign_places(make_problem(1, 20, 10, 5), seed=1, check=check)
