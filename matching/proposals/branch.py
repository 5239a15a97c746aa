"""Closing the gap by branching: where day sets cross, decide pupil by pupil who gets the seat.

Every node is the loose network with some options taken out, so its value is a
bound for everything below it. A node that breaks no rule is a solution. The
first node that is no better than the best solution ends the search with a proof.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import compress

from matching.proposals.flow import SeatNetwork, Table
from matching.proposals.leximin import LevelSolver, Values, compare_key, measure
from matching.proposals.seats import DaySet, SeatTree, build_seat_tree

Commits = frozenset[tuple[int, int]]
Key = tuple[object, ...]

NO_ROWS = SeatTree((), (), {}, exact=True)
"""The tree of a place that nobody may go to."""


class SeatPlan:
    """One seat tree per place for the options of a table; the network with some places tight is made from it.

    Parameters
    ----------
    days
        The slots every pupil needs.
    seats
        Per place the seats left per slot.
    """

    def __init__(self, table: Table, days: Sequence[DaySet], seats: Sequence[Mapping[int, int]]) -> None:
        self.table = table
        self.days = days
        self.seats = seats
        self._demand: dict[int, Counter[DaySet]] = defaultdict(Counter)
        for pupil, place in zip(table.pupil, table.place, strict=True):
            self._demand[place][days[pupil]] += 1
        self._trees = [self._tree(place, tight=False) for place in range(len(seats))]
        self._entries = array("i", map(self._entry, table.pupil, table.place))

    def find_overfull(self, chosen: Sequence[int]) -> frozenset[int]:
        """Places with more pupils than seats in some slot: what a loose tree may let through."""
        used: Counter[tuple[int, int]] = Counter()
        for i in chosen:
            for slot in self.days[self.table.pupil[i]]:
                used[self.table.place[i], slot] += 1
        return frozenset(place for (place, slot), count in used.items() if count > self.seats[place].get(slot, 0))

    def _tree(self, place: int, *, tight: bool) -> SeatTree:
        return (
            NO_ROWS
            if place not in self._demand
            else build_seat_tree(self._demand[place], self.seats[place], tight=tight)
        )

    def _entry(self, pupil: int, place: int) -> int:
        return self._trees[place].entry[self.days[pupil]]

    def network(self, tight: frozenset[int] = frozenset()) -> SeatNetwork:
        """Pupils, options and trees: loose, or tight at the named places."""
        if not tight:
            return SeatNetwork(self.table, self._entries, self._trees)
        trees, entries = list(self._trees), self._entries[:]
        for place in tight:
            trees[place] = self._tree(place, tight=True)
        for option, place in enumerate(self.table.place):
            if place in tight:
                entries[option] = trees[place].entry[self.days[self.table.pupil[option]]]
        return SeatNetwork(self.table, entries, trees)


@dataclass(frozen=True, slots=True)
class Closed:
    """The best proposal found, and the value that nothing can beat."""

    chosen: list[int]
    bound: Values
    proven: bool


@dataclass
class Brancher:
    """Best-first search over who may use which option; ``most_nodes`` keeps it finite and repeatable."""

    table: Table
    days: Sequence[DaySet]
    seats: Sequence[Mapping[int, int]]
    levels: int
    check: Callable[[], None]
    most_nodes: int

    def close(self, chosen: list[int], loose: Values) -> Closed:
        """Improve ``chosen`` until it is proven, or the nodes are used up."""
        best, best_key = chosen, compare_key(measure(self.table, chosen, self.levels))
        heap: list[tuple[Key, int, frozenset[int], Commits, list[int], Values]] = []
        counter = 0
        pending: list[tuple[frozenset[int], Commits]] = [(frozenset(), frozenset())]
        while True:
            for forbidden, commits in pending:
                self.check()
                counter += 1
                values, found = self._solve(forbidden, loose)
                key = compare_key(values)
                if key >= best_key:
                    continue
                if self._broken(found) is None:
                    best, best_key = found, key
                else:
                    heappush(heap, (key, counter, forbidden, commits, found, values))
            if not heap or heap[0][0] >= best_key:
                return Closed(best, measure(self.table, best, self.levels), proven=True)
            if counter >= self.most_nodes:
                return Closed(best, heap[0][5], proven=False)
            _, _, forbidden, commits, found, _ = heappop(heap)
            pending = self._split(forbidden, commits, found)

    def _solve(self, forbidden: frozenset[int], loose: Values) -> tuple[Values, list[int]]:
        if not forbidden:
            network = SeatPlan(self.table, self.days, self.seats).network()
            return LevelSolver(network, self.levels, loose, self.check).solve()
        keep = [i not in forbidden for i in range(len(self.table))]
        part = self.table.only(keep)
        network = SeatPlan(part, self.days, self.seats).network()
        values, found = LevelSolver(network, self.levels, loose, self.check).solve()
        numbers = list(compress(range(len(keep)), keep))
        return values, [numbers[i] for i in found]

    def _broken(self, found: Sequence[int]) -> tuple[int, int] | None:
        """The first place and slot with more pupils than seats, or ``None``."""
        used: Counter[tuple[int, int]] = Counter()
        for i in found:
            for slot in self.days[self.table.pupil[i]]:
                used[self.table.place[i], slot] += 1
        over = [key for key, count in used.items() if count > self.seats[key[0]].get(key[1], 0)]
        return min(over, default=None)

    def _split(
        self, forbidden: frozenset[int], commits: Commits, found: Sequence[int]
    ) -> list[tuple[frozenset[int], Commits]]:
        """Two nodes: one pupil of the broken row may not come here, or may only come here.

        A pupil who may only come here counts as having the seat, so whoever no
        longer fits beside the pupils that count is taken out as well. Proposals
        in which such a pupil stays without the place are in the first node.
        """
        broken = self._broken(found)
        assert broken is not None  # noqa: S101 - only broken nodes are split
        place, slot = broken
        table = self.table
        row = [i for i in found if table.place[i] == place and slot in self.days[table.pupil[i]]]
        option = next(i for i in row if (table.pupil[i], place) not in commits)
        pupil = table.pupil[option]
        committed = commits | {(pupil, place)}
        left = dict(self.seats[place])
        for other, where in committed:
            if where == place:
                for day in self.days[other]:
                    left[day] = left.get(day, 0) - 1
        out = set(forbidden)
        for i in range(len(table)):
            if (table.pupil[i] == pupil and table.place[i] != place) or (
                table.place[i] == place
                and (table.pupil[i], place) not in committed
                and any(left.get(day, 0) <= 0 for day in self.days[table.pupil[i]])
            ):
                out.add(i)
        return [(forbidden | {option}, commits), (frozenset(out), committed)]
