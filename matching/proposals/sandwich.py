"""A proposal between two networks: a loose one that bounds it and a tight one that is it (ADR 60).

Where both give the same values the proposal is proven; what is left between them is closed by branching when the
group is small enough, and stated otherwise.
"""

from __future__ import annotations  # array[int] is only a name for the type checker in Python 3.11

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import chain

from matching.proposals.branch import Brancher, SeatPlan
from matching.proposals.exact import ExactSolver
from matching.proposals.flow import SeatNetwork, SolverError, Table
from matching.proposals.leximin import LevelSolver, Values, measure
from matching.proposals.problem import Assignment, Columns, Level, Option, Problem
from matching.proposals.repair import Repair

EXACT_OPTIONS = 60_000
"""Up to how many options the gap is closed by branching; above it the gap is stated."""

NODES_OF_OPTIONS, FEWEST_NODES = 2_000_000, 20
"""How many options all nodes of the branching look at together, and the fewest nodes."""

CP_OPTIONS, CP_EFFORT = 3_000, 5.0
"""Up to how many options CP-SAT tries what branching left open, and its deterministic effort per level."""


class Order:
    """The order in which equals are treated: drawn by lot from the seed, never from the input."""

    def __init__(self, seed: int, pupils: Iterable[str], places: Iterable[str]) -> None:
        self.pupils = self._draw(seed, pupils)
        self.places = self._draw(seed, places)
        self.pupil_rank = {pupil: rank for rank, pupil in enumerate(self.pupils)}
        self.place_rank = {place: rank for rank, place in enumerate(self.places)}

    @staticmethod
    def _draw(seed: int, ids: Iterable[str]) -> list[str]:
        return sorted(ids, key=lambda name: (sha256(f"{seed}:{name}".encode()).digest(), name))


class Sandwich:
    """Solves the loose and the tight network until they meet, then closes what is left exactly."""

    def __init__(
        self,
        problem: Problem,
        order: Order,
        locked: Mapping[str, Option],
        seats: Mapping[str, Mapping[int, int]],
        *,
        levels: int,
        check: Callable[[], None],
        seed: int,
    ) -> None:
        self.seed = seed
        self.problem = problem
        self.order = order
        self.locked = locked
        self.seats = [seats[place] for place in order.places]
        self.days = [problem.pupils[pupil] for pupil in order.pupils]
        self.levels = levels
        self.check = check
        self.options = [option for option in problem.options if self._is_open(option)]

    def _is_open(self, option: Option) -> bool:
        """Whether the pupil is not locked elsewhere and, after the locks, there is a seat on every day."""
        seats = self.seats[self.order.place_rank[option.place]]
        days = self.problem.pupils[option.pupil]
        return option.pupil not in self.locked and all(seats.get(day, 0) > 0 for day in days)

    def solve(self) -> Assignment:
        """Solve on the listed options, and list more until nothing that is left out can matter for the first levels."""
        columns = self.problem.columns
        while True:
            loose, chosen, proven, bound = self._solve_listed()
            wanted = {} if columns is None else self._find_unproven(chosen, loose, columns)
            if columns is None or not wanted:
                return self._report(chosen, proven, bound)
            self._extend(columns, wanted)

    def _solve_listed(self) -> tuple[Values, list[int], int, int | None]:
        """Bound, proposal, number of proven levels and the bound of the next one, on the options listed so far."""
        self._index()
        network = self.plan.network()
        if self.problem.columns is not None:
            network = self._complete(network, self.problem.columns)
        loose, chosen = LevelSolver(network, self.levels, None, self.check).solve()
        if len(self.table) > EXACT_OPTIONS:
            loose, chosen = self._repair(chosen, loose, network)
        else:
            chosen = self._settle(chosen, loose)
        proven, bound = self._count_equal(loose, measure(self.table, chosen, self.levels))
        if bound is not None and len(self.table) <= EXACT_OPTIONS:
            nodes = max(NODES_OF_OPTIONS // len(self.table), FEWEST_NODES)
            closed = Brancher(self.table, self.days, self.seats, self.levels, self.check, nodes).close(chosen, loose)
            chosen = closed.chosen
            if closed.proven:
                return loose, chosen, len(closed.bound.as_levels()), None
            loose = closed.bound
            proven, bound = self._count_equal(loose, measure(self.table, chosen, self.levels))
            if len(self.table) <= CP_OPTIONS:
                solver = ExactSolver(self.table, self.days, self.seats, self.levels, self.seed, CP_EFFORT, self.check)
                chosen, proven, bound = solver.solve(chosen, loose)
        return loose, chosen, proven, bound

    def _find_unproven(self, chosen: Sequence[int], loose: Values, columns: Columns) -> dict[str, int | None]:
        """Whose lists must grow because the first two levels were settled by crossing days, not by the flow."""
        values = measure(self.table, chosen, self.levels)
        known = {pupil: limit for pupil in self.order.pupils if (limit := columns.complete_to(pupil)) is not None}
        if len(self.table) > EXACT_OPTIONS or not known:
            return {}
        if values.placed != loose.placed:
            return dict.fromkeys(known)
        if values.steps[:1] and values.steps[0][0] != loose.steps[0][0]:
            wanted = values.steps[0][0] - 1
            return {pupil: wanted for pupil, limit in known.items() if limit < wanted}
        return {}

    def _extend(self, columns: Columns, wanted: Mapping[str, int | None]) -> None:
        self.options = [*self.options, *(option for option in columns.extend(wanted) if self._is_open(option))]

    def _index(self) -> None:
        rank_of_pupil, rank_of_place = self.order.pupil_rank, self.order.place_rank
        rows = sorted(
            (rank_of_pupil[o.pupil], o.minutes, rank_of_place[o.place], o.burden, -o.wish) for o in self.options
        )
        columns = [array("i", column) for column in zip(*rows, strict=True)] or [array("i") for _ in range(5)]
        pupil, minutes, place, burden, unwish = columns
        self.table = Table(len(self.order.pupils), pupil, place, minutes, burden, array("i", (-w for w in unwish)))
        self.plan = SeatPlan(self.table, self.days, self.seats)

    def _complete(self, network: SeatNetwork, columns: Columns) -> SeatNetwork:
        """Asks for more options until neither the number placed nor the longest trip can be improved by any.

        Only pupils on the source side of a minimum cut can raise the number
        placed, so only their lists are completed (column generation).
        """
        while wanted := self._find_wanted(network, columns):
            self.check()
            self._extend(columns, wanted)
            self._index()
            network = self.plan.network()
        return network

    def _find_wanted(self, network: SeatNetwork, columns: Columns) -> dict[str, int | None]:
        """Which lists must grow, up to how many minutes; empty when the first two levels are proven."""
        placed, cut = network.count_placed(None)
        if placed < len(self.order.pupils) - len(self.locked):
            pupils = [self.order.pupils[i] for i in cut]
            short: dict[str, int | None] = {p: None for p in pupils if columns.complete_to(p) is not None}
            if short:
                return short
        if placed == 0:
            return {}
        longest = LevelSolver(network, 1, None, self.check).find_longest(placed)
        _, cut = network.count_placed(lambda minutes: minutes < longest)
        known = {pupil: columns.complete_to(pupil) for pupil in (self.order.pupils[i] for i in cut)}
        return {pupil: longest - 1 for pupil, limit in known.items() if limit is not None and limit < longest - 1}

    def _settle(self, chosen: list[int], loose: Values) -> list[int]:
        """Make every place tight that is filled too far, and solve again, until none is."""
        tight: frozenset[int] = frozenset()
        while broken := self.plan.find_overfull(chosen):
            self.check()
            if broken <= tight:
                raise SolverError("De plekken per weekdag kloppen niet in het voorstel.")
            tight |= broken
            _, chosen = LevelSolver(self.plan.network(tight), self.levels, loose, self.check).solve()
        return chosen

    def _repair(self, chosen: list[int], loose: Values, network: SeatNetwork) -> tuple[Values, list[int]]:
        """For a large group: a bound, and a proposal that breaks no rule, without placing everybody again."""
        repair = Repair(self.plan, self.levels, self.seed, self.check)
        found = repair.repair(chosen, loose)
        if len(found) == loose.placed:
            return loose, found
        columns = self.problem.columns
        open_ended = {
            number
            for number, pupil in enumerate(self.order.pupils)
            if columns is not None and columns.complete_to(pupil) is not None
        }
        most = repair.bound_placed(found, network, open_ended)
        # When fewer can be placed than the loose network thinks, its other values say nothing, but it can be asked.
        longest = LevelSolver(network, 1, None, self.check).find_longest(most)
        return Values(most, ((longest, 1),), 0, 0), found

    def _count_equal(self, loose: Values, values: Values) -> tuple[int, int | None]:
        """How many levels meet their bound, and the bound of the first that does not."""
        pairs = zip(values.as_levels(), loose.as_levels(), strict=False)
        for number, ((_, value), (_, bound)) in enumerate(pairs):
            if value != bound:
                return number, bound
        return len(values.as_levels()), None

    def _report(self, chosen: Sequence[int], proven: int, bound: int | None) -> Assignment:
        table, order = self.table, self.order
        values = measure(table, chosen, self.levels)
        listed_all = self._is_complete()
        alone = self._bounds_alone(values)
        levels = []
        for number, (name, value) in enumerate(values.as_levels()):
            # Options that are not listed can still change what comes after the longest trip (see ``_complete``).
            if number < proven and (listed_all or number < 2):
                levels.append(Level(name, value, value, proven=True))
                continue
            before = all(level.proven for level in levels)
            limit = bound if number == proven and (listed_all or number < 2) else alone.get(name)
            levels.append(Level(name, value, limit if before else None, proven=before and limit == value))
        placed = {
            option.pupil: option
            for option in chain(
                self.locked.values(),
                (
                    Option(
                        order.pupils[table.pupil[i]],
                        order.places[table.place[i]],
                        table.minutes[i],
                        table.burden[i],
                        table.wish[i],
                    )
                    for i in chosen
                ),
            )
        }
        has_options = {option.pupil for option in self.options}
        unplaced = tuple(sorted(pupil for pupil in self.problem.pupils if pupil not in placed))
        return Assignment(
            dict(sorted(placed.items())),
            unplaced,
            frozenset(pupil for pupil in unplaced if pupil in has_options),
            tuple(levels),
            self.seed,
        )

    def _bounds_alone(self, values: Values) -> dict[str, int]:
        """Bounds that hold whatever is not listed: nobody travels less than to the own nearest place.

        They speak of a level as long as every level before it is proven. The
        wishes have none, because an unlisted place may suit better.
        """
        nearest: dict[int, int] = {}
        least: dict[int, int] = {}
        for pupil, minutes, burden in zip(self.table.pupil, self.table.minutes, self.table.burden, strict=True):
            nearest[pupil] = min(nearest.get(pupil, minutes), minutes)
            least[pupil] = min(least.get(pupil, burden), burden)
        shortest = sorted(nearest.values())[: values.placed][::-1]
        bounds = {"weeklast": sum(sorted(least.values())[: values.placed])}
        passed = 0
        for number, (_, pupils) in enumerate(values.steps, start=1):
            bounds[f"langste_reis_{number}"] = shortest[passed]
            bounds[f"leerlingen_met_reis_{number}"] = 1
            passed += pupils
        return bounds

    def _is_complete(self) -> bool:
        columns = self.problem.columns
        return columns is None or all(columns.complete_to(pupil) is None for pupil in self.problem.pupils)
