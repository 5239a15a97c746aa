"""A fair proposal for a whole group: ``assign_places``.

First as many pupils placed as possible, then the longest trips as short as
possible (leximin over a documented number of levels), then the least weekly
burden, then the wishes (``leximin``). Exact: the answer carries a proof or the
gap that is left. Deterministic: the same problem and seed give the same answer,
in whatever order the input comes; the seed only decides between proposals that
are equally good.
"""

from collections.abc import Callable

from matching.errors import LockRefusedError
from matching.proposals.leximin import LEVELS
from matching.proposals.problem import Assignment, Option, Problem
from matching.proposals.sandwich import Order, Sandwich


def nothing_to_check() -> None:
    """The default check: a job passes one that raises when it is cancelled."""


def assign_places(
    problem: Problem,
    *,
    seed: int,
    levels: int = LEVELS,
    check: Callable[[], None] = nothing_to_check,
) -> Assignment:
    """The best proposal for the group, with its proof.

    Raises
    ------
    LockRefusedError
        A lock is not among the options, or two locks want the same last seat.
    """
    locked, seats = _apply_locks(problem)
    order = Order(seed, problem.pupils, problem.places)
    solver = Sandwich(problem, order, locked, seats, levels=levels, check=check, seed=seed)
    return solver.solve()


def place_nearest_first(problem: Problem) -> dict[str, Option]:
    """What happens without a proposal: the shortest trip of all first, then the next, while seats last."""
    left = {place: dict(seats) for place, seats in problem.places.items()}
    placed: dict[str, Option] = {}
    for option in sorted(problem.options, key=lambda option: (option.minutes, option.pupil, option.place)):
        days = problem.pupils[option.pupil]
        if option.pupil not in placed and all(left[option.place].get(day, 0) > 0 for day in days):
            placed[option.pupil] = option
            for day in days:
                left[option.place][day] -= 1
    return placed


def _apply_locks(problem: Problem) -> tuple[dict[str, Option], dict[str, dict[int, int]]]:
    seats = {place: dict(left) for place, left in problem.places.items()}
    wanted = set(problem.locks.items())
    found = {option.pupil: option for option in problem.options if (option.pupil, option.place) in wanted}
    for pupil, place in sorted(problem.locks.items()):
        if pupil not in found:
            raise LockRefusedError(f"Leerling {pupil} kan niet vast op plek {place}: een harde regel sluit dat uit.")
        for day in problem.pupils[pupil]:
            seats[place][day] = seats[place].get(day, 0) - 1
            if seats[place][day] < 0:
                raise LockRefusedError(f"Op plek {place} zijn meer leerlingen vastgezet dan er plekken zijn.")
    return found, seats
