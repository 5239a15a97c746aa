"""Closing the gap: the same levels with the real seat rules, by CP-SAT of OR-Tools.

Only used where the loose and the tight trees of ``seats`` disagree, and only up
to a size where it answers in seconds. One worker and a deterministic time limit
keep the answer the same on every machine.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from matching.proposals.flow import Table
from matching.proposals.leximin import Values, compare_key, measure
from matching.proposals.seats import DaySet

Terms = list[tuple[int, int]]


@dataclass
class ExactSolver:
    """Solves level after level from a known solution (``chosen``) and a bound.

    ``proven`` counts how many levels are proven when ``solve`` returns, and
    ``bound`` is the bound of the first one that is not.
    """

    table: Table
    days: Sequence[DaySet]
    seats: Sequence[Mapping[int, int]]
    levels: int
    seed: int
    effort: float
    check: Callable[[], None]
    fixed: list[tuple[Terms, int]] = field(default_factory=list)
    forbidden_above: int | None = None
    allowed: set[int] = field(default_factory=set)

    def solve(self, chosen: list[int], loose: Values) -> tuple[list[int], int, int | None]:
        """The best proposal found, the number of proven levels, and the bound of the next (``None``: all proven)."""
        best = chosen
        level = 0
        bounds: list[int] | None = [value for _, value in loose.as_levels()]
        while True:
            self.check()
            values = measure(self.table, best, self.levels)
            named = values.as_levels()
            if level == len(named):
                return best, level, None
            name, value = named[level]
            if bounds is None or level >= len(bounds) or bounds[level] != value:
                found, bound, proven = self._improve(name, values, best)
                if compare_key(measure(self.table, found, self.levels)) < compare_key(values):
                    best = found
                if not proven:
                    return best, level, bound
                values = measure(self.table, best, self.levels)
                if bounds is not None and [v for _, v in values.as_levels()][: level + 1] != bounds[: level + 1]:
                    bounds = None  # the loose bound speaks of other levels from here on
            self._fix(name, values)
            level += 1

    def count_most(self) -> int:
        """No more pupils than this can be placed, whatever the other levels cost."""
        return self._improve("geplaatst", Values(0, (), 0, 0), [])[1]

    def _terms(self, name: str, values: Values) -> Terms:
        minutes = self.table.minutes
        if name == "geplaatst":
            return [(i, 1) for i in range(len(self.table))]
        if name == "weeklast":
            return [(i, self.table.burden[i]) for i in range(len(self.table))]
        if name == "wensen":
            return [(i, self.table.wish[i]) for i in range(len(self.table))]
        step = values.steps[int(name.rsplit("_", 1)[1]) - 1][0]
        return [(i, 1) for i in range(len(self.table)) if minutes[i] == step]

    def _fix(self, name: str, values: Values) -> None:
        if name.startswith("langste_reis"):
            self.forbidden_above = values.steps[int(name.rsplit("_", 1)[1]) - 1][0]
            self.allowed.add(self.forbidden_above)
            return
        terms = self._terms(name, values)
        total = dict(values.as_levels())[name]
        self.fixed.append((terms, total))

    def _is_open(self, option: int) -> bool:
        minutes = self.table.minutes[option]
        return self.forbidden_above is None or minutes <= self.forbidden_above or minutes in self.allowed

    def _improve(self, name: str, values: Values, hint: list[int]) -> tuple[list[int], int, bool]:
        """A proposal that is at least as good on this level, the bound that was reached, and whether they meet."""
        from ortools.sat.python import cp_model

        model: Any = cp_model.CpModel()
        choose = [model.new_bool_var("") for _ in range(len(self.table))]
        self._add_rules(model, choose)
        if name.startswith("langste_reis"):
            previous = self.forbidden_above
            longest = model.new_int_var(0, max(self.table.minutes), "")
            for i, minutes in enumerate(self.table.minutes):
                if previous is None or minutes < previous:
                    model.add(longest >= minutes).only_enforce_if(choose[i])
            model.minimize(longest)
        else:
            objective = sum(weight * choose[i] for i, weight in self._terms(name, values))
            if name in {"geplaatst", "wensen"}:
                model.maximize(objective)
            else:
                model.minimize(objective)
        taken = frozenset(hint)
        for i, variable in enumerate(choose):
            model.add_hint(variable, i in taken)
        solver: Any = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = self.seed % (1 << 31)
        solver.parameters.max_deterministic_time = self.effort
        status = solver.solve(model)
        bound = round(solver.best_objective_bound)
        if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return hint, bound, False
        return (
            [i for i, variable in enumerate(choose) if solver.boolean_value(variable)],
            bound,
            status == cp_model.OPTIMAL,
        )

    def _add_rules(self, model: Any, choose: list[Any]) -> None:
        per_pupil: dict[int, list[Any]] = defaultdict(list)
        per_seat: dict[tuple[int, int], list[Any]] = defaultdict(list)
        for i, variable in enumerate(choose):
            if not self._is_open(i):
                model.add(variable == 0)
                continue
            pupil, place = self.table.pupil[i], self.table.place[i]
            per_pupil[pupil].append(variable)
            for slot in self.days[pupil]:
                per_seat[place, slot].append(variable)
        for variables in per_pupil.values():
            model.add_at_most_one(variables)
        for (place, slot), variables in per_seat.items():
            capacity = self.seats[place].get(slot, 0)
            if len(variables) > capacity:
                model.add(sum(variables) <= capacity)
        for terms, total in self.fixed:
            model.add(sum(weight * choose[i] for i, weight in terms) == total)
