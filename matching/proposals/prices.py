"""Prices of seats from a linear program, by OR-Tools' GLOP: the raw material of a proof.

The program is elastic: a seat too many, or an earlier level missed, costs ``PENALTY`` instead of being impossible. So
there are always prices, also for a branch in which nothing is possible, and they are then large enough to show it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matching.proposals.flow import SolverError
from matching.proposals.seats import DaySet

PENALTY = 1_000
"""What breaking a row costs, in units of the largest cost."""


@dataclass(frozen=True, slots=True)
class Column:
    """One option in a linear program: who, where, what it costs and what it adds to the earlier levels."""

    pupil: str
    place: str
    cost: int
    earlier: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Priced:
    """The optimum of the program, the prices per seat and per earlier level, and how far each option is chosen."""

    value: float
    seats: Mapping[tuple[str, int], float]
    earlier: tuple[float, ...]
    chosen: Sequence[float]


def find_prices(
    columns: Sequence[Column],
    days: Mapping[str, DaySet],
    seats: Mapping[str, Mapping[int, int]],
    earlier: Sequence[int],
    taken: Mapping[str, str],
) -> Priced:
    """The prices that bound the sum of costs best.

    Parameters
    ----------
    columns
        The options that may be used.
    earlier
        What the earlier levels are worth.
    taken
        Pupils who must take their (only) option.

    Raises
    ------
    SolverError
        The solver did not answer.
    """
    from ortools.linear_solver import pywraplp

    solver = pywraplp.Solver.CreateSolver("GLOP")
    infinity, penalty = solver.infinity(), PENALTY * (1 + max((abs(column.cost) for column in columns), default=0))
    objective = solver.Objective()
    objective.SetMinimization()

    def row(low: float, high: float) -> Any:
        """A row that may be broken at a price, below or above."""
        made = solver.RowConstraint(low, high)
        for sign, bound in ((1, low), (-1, high)):
            if abs(bound) < infinity:
                slack = solver.NumVar(0, infinity, "")
                made.SetCoefficient(slack, sign)
                objective.SetCoefficient(slack, penalty)
        return made

    levels = [row(value, value) for value in earlier]
    pupils = {column.pupil: solver.RowConstraint(float(column.pupil in taken), 1) for column in columns}
    rows = {
        (column.place, slot): row(-infinity, seats[column.place].get(slot, 0))
        for column in columns
        for slot in days[column.pupil]
    }
    variables = []
    for column in columns:
        variable = solver.NumVar(0, infinity, "")
        variables.append(variable)
        objective.SetCoefficient(variable, column.cost)
        pupils[column.pupil].SetCoefficient(variable, 1)
        for slot in days[column.pupil]:
            rows[column.place, slot].SetCoefficient(variable, 1)
        for level, value in zip(levels, column.earlier, strict=True):
            if value:
                level.SetCoefficient(variable, value)
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        raise SolverError("De oplosser gaf geen prijzen.")
    return Priced(
        objective.Value(),
        {key: max(0.0, -found.dual_value()) for key, found in rows.items()},
        tuple(level.dual_value() for level in levels),
        [variable.solution_value() for variable in variables],
    )
