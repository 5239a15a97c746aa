"""The search against a judge that tries every run, boarding and alighting, on feeds nobody would publish."""

from __future__ import annotations

import random

import pytest

from geo.timetable.faults import FeedRefused
from tests.geo.transit.feeds import MONDAY, Asked
from tests.geo.transit.judge import Judge
from tests.geo.transit.random_feeds import STOPS, random_feed

ROUNDS, REACH = 4, 3 * 3600


def compare(folder, seed):
    """Ask both everything that fits in one feed; answers how many questions there were."""
    made, draw = random_feed(seed), random.Random(seed + 10_000)
    try:
        asked = Asked.of(folder, made)
    except FeedRefused as refused:
        if [fault.code for fault in refused.faults] != ["geen_dag"]:  # nothing else is wrong with these feeds
            raise
        return 0
    judge = Judge(made, MONDAY)
    served = sorted({call.stop for run in judge.runs for call in run.calls} & set(STOPS))
    count = 0
    for _ in range(5 if len(served) > 1 else 0):
        origin, target = draw.sample(served, 2)
        when = draw.choice((6, 8, 22, 24)) * 3600 + 60 * draw.randrange(60)
        if not asked.feed.knows(MONDAY):
            continue
        told = asked.best(origin, target, when, limit=REACH, rounds=ROUNDS)
        assert told == judge.arrivals(origin, target, when, until=when + REACH, rounds=ROUNDS), (
            seed,
            origin,
            target,
            when,
        )
        told = asked.best(origin, target, when, limit=REACH, rounds=ROUNDS, forward=False)
        assert told == judge.departures(origin, target, when, since=when - REACH, rounds=ROUNDS), (
            seed,
            origin,
            target,
            when,
        )
        count += 2
    return count


@pytest.mark.parametrize("block", range(4))
def test_search_and_judge_agree_on_random_feeds_in_both_directions(tmp_path, block):
    assert sum(compare(tmp_path, seed) for seed in range(25 * block, 25 * block + 25)) > 100


@pytest.mark.slow
@pytest.mark.deep
def test_search_and_judge_agree_on_a_thousand_random_feeds(tmp_path):
    assert sum(compare(tmp_path, seed) for seed in range(1_000)) > 5_000
