"""From the loose proposal of a large group to one that breaks no rule, without placing the whole group again.

The loose network lets a few places be filled too far, so only whoever sits there is placed anew, in the seats that the
others leave (ADR 60, point 3). What is lost by that is looked for among the neighbours of the losers, exactly where
they are few; and the same few show that it cannot be had when it cannot.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import compress

from matching.proposals.branch import SeatPlan
from matching.proposals.exact import ExactSolver
from matching.proposals.flow import SeatNetwork, Table
from matching.proposals.leximin import LevelSolver, Values, compare_key, measure

MOST_HOPS = 4
"""How far around the pupils who lost others are placed anew."""

FEW_OVERFULL = 100
"""Above so many places that are filled too far, all of them are held tight once before pupils are seated one by one."""

FEW_OPTIONS, EFFORT = 3_000, 1.0
"""Up to how many options the neighbours are placed exactly, and the deterministic effort per level."""


class Repair:
    """Repairs the proposals of one plan.

    Parameters
    ----------
    levels, seed
        As for the whole group.
    """

    def __init__(self, plan: SeatPlan, levels: int, seed: int, check: Callable[[], None]) -> None:
        self.plan = plan
        self.table: Table = plan.table
        self.levels = levels
        self.seed = seed
        self.check = check
        self._choice = Counter(self.table.pupil)

    def repair(self, chosen: Sequence[int], loose: Values) -> list[int]:
        """A proposal that breaks no rule and is worth about as much as ``chosen``, which is worth ``loose``."""
        table = self.table
        overfull = self.plan.find_overfull(chosen)
        best = self._place_anew(chosen, {table.pupil[i] for i in chosen if table.place[i] in overfull}, loose)
        for hops in range(1, MOST_HOPS + 1):
            losers = self._find_losers(best, chosen, loose)
            if not losers:
                break
            around = self._find_neighbours(best, losers, hops)
            few = self._count_options(around) <= FEW_OPTIONS
            other = self._place_exactly(best, around) if few else self._place_anew(best, around, loose)
            best = min(best, other, key=lambda found: compare_key(measure(table, found, self.levels)))
        return sorted(best)

    def bound_placed(self, best: Sequence[int], network: SeatNetwork, open_ended: Collection[int]) -> int:
        """No proposal places more pupils than this; often as many as ``best`` does, which is then proven.

        The pupils around those without a place are counted exactly, as if they had every seat for themselves, and
        the others by the loose ``network``, as if they had.

        Parameters
        ----------
        open_ended
            Pupils of whom not every option is in the table; nothing is assumed of them.
        """
        placed, _ = network.count_placed(None)
        without = set(self.table.pupil) - {self.table.pupil[i] for i in best} - set(open_ended)
        for hops in range(MOST_HOPS + 1):
            if placed <= len(best):
                break
            around = self._find_neighbours(best, without, hops) - set(open_ended)
            if not around or self._count_options(around) > FEW_OPTIONS:
                break
            others, cut = network.count_placed(None, without=around)
            if not (cut - around).isdisjoint(open_ended):
                continue  # an option that is not in the table could place one of the others
            own = self.table.only([pupil in around for pupil in self.table.pupil])
            placed = min(placed, others + self._exact(own, self.plan.seats).count_most())
        return placed

    def _exact(self, table: Table, seats: Sequence[Mapping[int, int]]) -> ExactSolver:
        return ExactSolver(table, self.plan.days, seats, self.levels, self.seed, EFFORT, self.check)

    def _count_options(self, pupils: Collection[int]) -> int:
        return sum(self._choice[pupil] for pupil in pupils)

    # ------------------------------------------------ placing some anew

    def _place_anew(self, chosen: Sequence[int], moved: Collection[int], goal: Values) -> list[int]:
        """The same proposal with these pupils, and those who do not fit, placed as well as the others leave room.

        Round after round those who fit stay and the rest is placed in what is left, until everybody fits.
        """
        seats = [dict(left) for left in self.plan.seats]
        kept = self._seat([i for i in chosen if self.table.pupil[i] not in moved], seats)
        while True:
            self.check()
            table, numbers = self._what_is_left(kept, seats)
            trips = Counter(self.table.minutes[i] for i in kept)
            steps = [(minutes, pupils - trips[minutes]) for minutes, pupils in goal.steps]
            plan = SeatPlan(table, self.plan.days, seats)
            found = self._reach_or_solve(plan.network(), goal.placed - len(kept), steps)
            overfull = plan.find_overfull(found)
            if len(overfull) > FEW_OVERFULL:
                found = self._reach_or_solve(plan.network(overfull), goal.placed - len(kept), steps)
            if not found:
                return kept
            kept += self._seat([numbers[i] for i in found], seats)

    def _place_exactly(self, best: Sequence[int], around: Collection[int]) -> list[int]:
        """The same proposal with these pupils placed by the real rules, in the seats that the others leave."""
        seats = [dict(left) for left in self.plan.seats]
        kept = self._seat([i for i in best if self.table.pupil[i] not in around], seats)
        table, numbers = self._what_is_left(kept, seats)
        if not numbers:
            return list(best)
        row = {number: i for i, number in enumerate(numbers)}
        now = [row[i] for i in best if i in row]
        loose, _ = LevelSolver(SeatPlan(table, self.plan.days, seats).network(), self.levels, None, self.check).solve()
        found, _, _ = self._exact(table, seats).solve(now, loose)
        return kept + [numbers[i] for i in found]

    def _what_is_left(self, kept: Sequence[int], seats: Sequence[dict[int, int]]) -> tuple[Table, list[int]]:
        """The options that are still possible for who is not seated, and which rows of the whole table they are."""
        table, days = self.table, self.plan.days
        there = {table.pupil[i] for i in kept}
        fits = [
            pupil not in there and all(seats[place].get(slot, 0) > 0 for slot in days[pupil])
            for pupil, place in zip(table.pupil, table.place, strict=True)
        ]
        return table.only(fits), list(compress(range(len(table)), fits))

    def _reach_or_solve(self, network: SeatNetwork, placed: int, steps: Sequence[tuple[int, int]]) -> list[int]:
        solver = LevelSolver(network, self.levels, None, self.check)
        return solver.reach(placed, steps) or solver.solve()[1]

    def _seat(self, chosen: Sequence[int], seats: Sequence[dict[int, int]]) -> list[int]:
        """Give seats to those who fit, whoever has the fewest options first; returns who got one."""
        table, seated = self.table, []
        for i in sorted(chosen, key=lambda i: (self._choice[table.pupil[i]], -table.minutes[i], i)):
            left, slots = seats[table.place[i]], self.plan.days[table.pupil[i]]
            if all(left.get(slot, 0) > 0 for slot in slots):
                for slot in slots:
                    left[slot] -= 1
                seated.append(i)
        return seated

    # ------------------------------------------------ who lost, and who sits near

    def _find_losers(self, best: Sequence[int], chosen: Sequence[int], loose: Values) -> set[int]:
        """Who lost a place, or makes a trip of the longest lengths, when ``best`` is not worth as much as ``loose``."""
        table = self.table
        reached = measure(table, best, self.levels)
        losers: set[int] = set()
        if reached.placed != loose.placed:
            losers |= {table.pupil[i] for i in chosen} - {table.pupil[i] for i in best}
        if reached.steps != loose.steps:
            shortest = min(minutes for minutes, _ in loose.steps)
            losers |= {table.pupil[i] for i in best if table.minutes[i] >= shortest}
        return losers

    def _find_neighbours(self, best: Sequence[int], pupils: set[int], hops: int) -> set[int]:
        """These pupils, whoever sits where they could sit, and so on for a number of hops."""
        table = self.table
        sitting: dict[int, list[int]] = defaultdict(list)
        for i in best:
            sitting[table.place[i]].append(table.pupil[i])
        found = set(pupils)
        for _ in range(hops):
            places = {place for pupil, place in zip(table.pupil, table.place, strict=True) if pupil in found}
            found |= {pupil for place in places for pupil in sitting[place]}
        return found
