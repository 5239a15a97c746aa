"""The group proposal by trying everything: the judge of ``assign_places`` on small cases."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from matching.proposals.problem import Option, Problem


def iterate_proposals(problem: Problem) -> Iterator[Sequence[Option]]:
    """Every choice of at most one option per pupil that the seats allow."""
    per_pupil = [[None, *(o for o in problem.options if o.pupil == pupil)] for pupil in sorted(problem.pupils)]
    for choice in product(*per_pupil):
        taken = [option for option in choice if option is not None]
        used = Counter((o.place, day) for o in taken for day in problem.pupils[o.pupil])
        if all(count <= problem.places[place].get(day, 0) for (place, day), count in used.items()):
            yield taken


def value_of(taken: Sequence[Option], levels: int) -> tuple[int, tuple[tuple[int, int], ...], int, int]:
    """Pupils not placed last, longest trips, burden, wishes: smaller is better, written down independently."""
    lengths = Counter(o.minutes for o in taken)
    return (
        -len(taken),
        tuple((minutes, lengths[minutes]) for minutes in sorted(lengths, reverse=True)[:levels]),
        sum(o.burden for o in taken),
        -sum(o.wish for o in taken),
    )


def find_best(problem: Problem, levels: int) -> tuple[int, tuple[tuple[int, int], ...], int, int]:
    """The best value over every proposal."""
    return min(value_of(taken, levels) for taken in iterate_proposals(problem))


def is_allowed(problem: Problem, placed: Mapping[str, Option]) -> bool:
    """Whether a proposal respects every seat and uses options that exist."""
    used = Counter((o.place, day) for o in placed.values() for day in problem.pupils[o.pupil])
    return all(count <= problem.places[place].get(day, 0) for (place, day), count in used.items()) and all(
        o in problem.options and o.pupil == pupil for pupil, o in placed.items()
    )
