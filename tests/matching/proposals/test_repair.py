"""Large groups: the proposal is repaired around places that are filled too far, and proven around who stays behind."""

import random

import pytest

from matching.proposals import sandwich
from matching.proposals.assignment import assign_places
from tests.matching.proposals.brute_force import find_best, is_allowed, value_of
from tests.matching.proposals.random_problems import make_problem
from tests.matching.proposals.test_assignment import ListedColumns


@pytest.fixture(autouse=True)
def every_group_is_large(monkeypatch):
    monkeypatch.setattr(sandwich, "EXACT_OPTIONS", 0)


def cases(block, count=50):
    for seed in range(block * count, block * count + count):
        dice = random.Random(seed)
        yield seed, make_problem(seed, dice.randint(3, 7), dice.randint(1, 4), dice.randint(1, 4), seats=1)


@pytest.mark.parametrize("block", range(4))
def test_a_repaired_proposal_breaks_no_rule_and_every_proven_level_is_what_brute_force_finds(block):
    both_proven = 0
    for seed, problem in cases(block):
        result = assign_places(problem, seed=1)
        assert is_allowed(problem, result.placed), seed
        placed, steps, burden, wish = find_best(problem, 3)
        assert value_of(list(result.placed.values()), 3) >= (placed, steps, burden, wish), seed
        best = [-placed, *(number for step in steps for number in step), burden, -wish]
        for level, value in zip(result.levels, best, strict=False):
            if not level.proven:
                # A bound holds even where the proposal does not reach it.
                assert level.name != "geplaatst" or level.bound >= value, seed
                break
            assert level.value == value, (seed, level)
        both_proven += all(level.proven for level in result.levels[:2])
    assert both_proven >= 45


@pytest.mark.parametrize("first", [1, 2])
def test_nothing_is_proven_that_an_option_outside_the_lists_could_improve(first):
    for seed, problem in cases(9):
        columns = ListedColumns(problem, first)
        sparse = type(problem)(problem.pupils, problem.places, columns.listed(), {}, columns)
        result = assign_places(sparse, seed=1)
        assert is_allowed(problem, result.placed), seed
        placed, steps, _, _ = find_best(problem, 3)
        values = [-placed, *(minutes for minutes, _ in steps[:1])]
        for level, value in zip(result.levels, values, strict=False):
            if not level.proven:
                break
            assert level.value == value, (seed, level)
