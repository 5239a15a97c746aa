"""The flow solver of OR-Tools on pupils, options and seat trees.

The only module, with ``exact``, that knows the solver library; ``assignment``
asks three questions: how many pupils can be placed with these options, who is
in the way if it is not everybody, and what is the cheapest way to place them.
"""

from __future__ import annotations  # array[int] is only a name for the type checker in Python 3.11

from array import array
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import compress

from matching.errors import MatchingError
from matching.proposals.seats import SeatTree


class SolverError(MatchingError):
    """The solver did not answer; never expected, never hidden."""


@dataclass(frozen=True, slots=True)
class Table:
    """Options as columns, sorted by pupil: option ``i`` sends ``pupil[i]`` to ``place[i]``."""

    pupils: int
    pupil: array[int]
    place: array[int]
    minutes: array[int]
    burden: array[int]
    wish: array[int]

    def __len__(self) -> int:
        return len(self.pupil)

    def only(self, keep: Sequence[bool]) -> Table:
        """The same pupils with fewer options."""
        columns = (self.pupil, self.place, self.minutes, self.burden, self.wish)
        return Table(self.pupils, *(array("i", compress(column, keep)) for column in columns))


class SeatNetwork:
    """Pupils → options → seat trees → sink, for one choice of trees.

    Parameters
    ----------
    table
        The options.
    entries
        Per option the row of its place's tree that it enters (-1: nothing limits it).
    trees
        Per place its tree; rows are numbered place after place.
    """

    def __init__(self, table: Table, entries: Sequence[int], trees: Sequence[SeatTree]) -> None:
        self.table = table
        first_row = array("i")
        rows = 1 + table.pupils
        for tree in trees:
            first_row.append(rows)
            rows += len(tree.capacities)
        self.sink = rows
        self.heads = array(
            "i",
            (
                self.sink if entry < 0 else first_row[place] + entry
                for entry, place in zip(entries, table.place, strict=True)
            ),
        )
        self.tails = array("i", (1 + pupil for pupil in table.pupil))
        self.row_tails, self.row_heads, self.row_capacities = array("i"), array("i"), array("q")
        for place, tree in enumerate(trees):
            base = first_row[place]
            for index, (capacity, parent) in enumerate(zip(tree.capacities, tree.parents, strict=True)):
                self.row_tails.append(base + index)
                self.row_heads.append(self.sink if parent < 0 else base + parent)
                self.row_capacities.append(capacity)

    def count_placed(
        self, allowed: Callable[[int], bool] | None, without: Collection[int] = ()
    ) -> tuple[int, frozenset[int]]:
        """How many pupils can be placed with options of ``allowed`` minutes, and which pupils are in the way.

        Pupils in ``without`` do not take part.

        The second value is the source side of a minimum cut: the pupils without
        a place and everybody they could push aside. Only a new option for one
        of *them* can raise the number.
        """
        from ortools.graph.python import max_flow

        pupils = self.table.pupils
        chosen = None if allowed is None else [allowed(minutes) for minutes in self.table.minutes]
        if without:
            chosen = [pupil not in without for pupil in self.table.pupil]
        tails, heads = self._options(chosen)
        if not tails:
            return 0, frozenset(range(pupils))  # the solver does not know the sink when nothing leads to it
        solver = max_flow.SimpleMaxFlow()
        solver.add_arcs_with_capacity(
            array("i", [0] * pupils) + tails + self.row_tails,
            array("i", range(1, pupils + 1)) + heads + self.row_heads,
            array("q", [1]) * (pupils + len(tails)) + self.row_capacities,
        )
        status = solver.solve(0, self.sink)
        if status != solver.OPTIMAL:
            raise SolverError(f"De oplosser gaf geen antwoord ({status.name}).")
        cut = solver.get_source_side_min_cut()
        return int(solver.optimal_flow()), frozenset(int(node) - 1 for node in cut if 1 <= node <= pupils)

    def place_cheapest(self, placed: int, costs: Sequence[int | None]) -> tuple[int, list[int]] | None:
        """The cheapest way to place ``placed`` pupils, as (total cost, chosen options); ``None`` when there is none.

        Parameters
        ----------
        costs
            The cost per option; ``None`` forbids it.

        Notes
        -----
        Every pupil is a source of one, and those who stay without a place leave through a node of their own. With one
        source for all pupils the solver (cost scaling) needs minutes instead of seconds for 30 000 of them.
        """
        from ortools.graph.python import min_cost_flow

        pupils, aside = self.table.pupils, self.sink + 1
        chosen = [cost is not None for cost in costs]
        tails, heads = self._options(chosen)
        count = len(tails)
        capacities = array("q", [1]) * count + self.row_capacities
        prices = array("q", (cost for cost in costs if cost is not None)) + array("q", [0]) * len(self.row_capacities)
        tails, heads = tails + self.row_tails, heads + self.row_heads
        if placed < pupils:
            tails += array("i", [*range(1, pupils + 1), aside])
            heads += array("i", [*([aside] * pupils), self.sink])
            capacities += array("q", [*([1] * pupils), pupils - placed])
            prices += array("q", [0]) * (pupils + 1)
        solver = min_cost_flow.SimpleMinCostFlow()
        solver.add_arcs_with_capacity_and_unit_cost(tails, heads, capacities, prices)
        solver.set_nodes_supplies(array("i", range(1, pupils + 1)), array("q", [1]) * pupils)
        solver.set_node_supply(self.sink, -pupils)
        status = solver.solve()
        if status == solver.INFEASIBLE:
            return None
        if status != solver.OPTIMAL:
            raise SolverError(f"De oplosser gaf geen antwoord ({status.name}).")
        flows = solver.flows(array("i", range(count)))
        numbers = compress(range(len(costs)), chosen)
        return int(solver.optimal_cost()), list(compress(numbers, (int(flow) for flow in flows)))

    def _options(self, chosen: Sequence[bool] | None) -> tuple[array[int], array[int]]:
        """Tails and heads of the options, all or the chosen ones."""
        if chosen is None:
            return self.tails, self.heads
        return array("i", compress(self.tails, chosen)), array("i", compress(self.heads, chosen))
