"""Random groups for the proposal: small ones for brute force, larger ones for properties."""

import random

from matching.proposals.problem import Option, Problem

PATTERNS = [
    frozenset(days) for days in ({1, 3}, {0, 1}, {3, 4}, {0, 1, 2}, {2}, {1}, {0, 3}, {0, 1, 2, 3}, {4}, {1, 2}, {2, 3})
]


def make_problem(seed: int, pupils: int, places: int, options: int, *, spread: int = 8, seats: int = 2) -> Problem:
    """A group in which day sets cross, trips tie and places are short."""
    dice = random.Random(seed)
    names = [f"L{i:03d}" for i in range(pupils)]
    offers = [f"P{i:03d}" for i in range(places)]
    days = {name: dice.choice(PATTERNS) for name in names}
    left = {place: {day: dice.randint(0 if seats < 3 else 1, seats) for day in range(5)} for place in offers}
    table = []
    for name in names:
        for place in dice.sample(offers, min(options, places)):
            minutes = dice.randint(1, spread) * 5
            table.append(Option(name, place, minutes, 2 * minutes * len(days[name]), dice.randint(-1, 6)))
    dice.shuffle(table)
    return Problem(days, left, table)
