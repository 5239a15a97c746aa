"""The levels of a fair proposal, one after the other, on a seat network.

The objective of a group proposal is a list of numbers that is compared from
left to right (lexicographically): pupils placed; then the longest trip and how
many pupils make it, the next longest trip and how many, … (leximin, over
``levels`` different trip lengths in whole minutes); then the total weekly stage
minutes; then the wish points. Nothing on the right is ever bought with
something on the left.

Source for leximin over bottleneck assignments: Burkard and Rendl,
"Lexicographic bottleneck problems" (1991).
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from matching.proposals.flow import SeatNetwork, SolverError, Table

LEVELS = 3
"""Over how many different trip lengths the longest trips are made as short as possible."""

FEW = 8
"""How many of the nearest options of every pupil are tried before all of them: an answer that reaches its bound on
these is the answer, in a quarter of the time."""

_COST_CEILING = 1 << 62

Check = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Values:
    """What a proposal is worth: ``steps`` are (minutes, pupils), longest first."""

    placed: int
    steps: tuple[tuple[int, int], ...]
    burden: int
    wish: int

    def as_levels(self) -> list[tuple[str, int]]:
        """The values in the order they are compared, each with the name of its level."""
        named = [("geplaatst", self.placed)]
        for number, (minutes, pupils) in enumerate(self.steps, start=1):
            named += [(f"langste_reis_{number}", minutes), (f"leerlingen_met_reis_{number}", pupils)]
        return [*named, ("weeklast", self.burden), ("wensen", self.wish)]


def compare_key(values: Values) -> tuple[object, ...]:
    """Smaller is better: the levels in order, as Python compares tuples."""
    return (-values.placed, values.steps, values.burden, -values.wish)


def measure(table: Table, chosen: Sequence[int], levels: int) -> Values:
    """The values of a proposal, from the options it chose."""
    counts = Counter(table.minutes[i] for i in chosen)
    return Values(
        placed=len(chosen),
        steps=tuple(sorted(counts.items(), reverse=True)[:levels]),
        burden=sum(table.burden[i] for i in chosen),
        wish=sum(table.wish[i] for i in chosen),
    )


class LevelSolver:
    """Solves the levels on one network; ``known`` holds lower bounds that are tried first.

    Raises
    ------
    SolverError
        The weights of a level do not fit in the solver's integers.
    """

    def __init__(self, network: SeatNetwork, levels: int, known: Values | None, check: Check) -> None:
        self.network = network
        self.table = network.table
        self.levels = levels
        self.known = known
        self.check = check
        nearest: dict[int, int] = {}
        for pupil, minutes in zip(self.table.pupil, self.table.minutes, strict=True):
            nearest[pupil] = min(nearest.get(pupil, minutes), minutes)
        self._nearest = sorted(nearest.values())
        self._lengths = sorted(set(self.table.minutes))
        self._near = [at < FEW for _, group in groupby(self.table.pupil) for at, _ in enumerate(group)]
        self._has_many = len(self.table) > FEW * self.table.pupils

    def solve(self) -> tuple[Values, list[int]]:
        """The best proposal on this network and what it is worth."""
        placed, _ = self.network.count_placed(None)
        if placed == 0:
            return Values(0, (), 0, 0), []
        if self.known is not None and self.known.placed == placed:
            # No proposal is better than the bound, so one that reaches it needs no search level by level.
            reached = self._reach(placed, list(self.known.steps), penalty=self._first_penalty(placed))
            if reached is not None:
                return measure(self.table, reached, self.levels), reached
        steps: list[tuple[int, int]] = []
        while len(steps) < self.levels and sum(pupils for _, pupils in steps) < placed:
            self.check()
            minutes = self._find_bottleneck(placed, steps)
            steps.append((minutes, self._count_at(placed, steps, minutes)))
        self.check()
        chosen = self._finish(placed, steps)
        return measure(self.table, chosen, self.levels), chosen

    def reach(self, placed: int, steps: Sequence[tuple[int, int]]) -> list[int] | None:
        """The cheapest proposal with exactly these levels, or ``None`` when that is not found at once."""
        if placed <= 0 or any(pupils < 0 for _, pupils in steps) or self.network.count_placed(None)[0] < placed:
            return None
        return self._reach(placed, list(steps), self._first_penalty(placed))

    def find_longest(self, placed: int) -> int:
        """Only the first length: the shortest possible longest trip when ``placed`` pupils are placed."""
        return self._find_bottleneck(placed, [])

    def _find_bottleneck(self, placed: int, steps: list[tuple[int, int]]) -> int:
        """The smallest number of minutes below the levels above that still places everybody."""
        below = steps[-1][0] if steps else None
        values = sorted({m for m in self.table.minutes if below is None or m < below})
        # Nobody travels less than to the own nearest place, and that bound is often reached.
        alone = self._nearest[: placed - sum(pupils for _, pupils in steps)][-1]
        low, high = bisect_left(values, alone), len(values) - 1
        if low < high and self._is_feasible(placed, steps, values[low]):
            return values[low]
        low = min(low + 1, high)
        if self.known is not None and self.known.placed == placed and len(self.known.steps) > len(steps):
            guess = bisect_left(values, self.known.steps[len(steps)][0])
            if guess <= high and self._is_feasible(placed, steps, values[guess]):
                if self.known.steps[: len(steps)] == tuple(steps):
                    return values[guess]  # the bound itself is reached
                high = guess
        while low < high:
            middle = (low + high) // 2
            if self._is_feasible(placed, steps, values[middle]):
                high = middle
            else:
                low = middle + 1
        return values[low]

    def _is_feasible(self, placed: int, steps: list[tuple[int, int]], limit: int) -> bool:
        self.check()
        if not steps:
            return self.network.count_placed(lambda minutes: minutes <= limit)[0] == placed
        weights, target = self._weights(placed, steps)
        prices = {minutes: 0 if minutes <= limit else weights.get(minutes) for minutes in self._lengths}
        return any(
            (found := self._place(placed, prices, few=few)) is not None and found == target for few in (True, False)
        )

    def _count_at(self, placed: int, steps: list[tuple[int, int]], limit: int) -> int:
        """How many pupils travel ``limit`` minutes, at least; the shortest length that is possible after ``steps``."""
        weights, target = self._weights(placed, steps)
        longer = {minutes: weight * (placed + 1) for minutes, weight in weights.items()}
        prices = {minutes: 0 if minutes < limit else longer.get(minutes) for minutes in self._lengths} | {limit: 1}
        known = target * (placed + 1)
        # Whoever cannot be placed with shorter trips only makes this one, or a longer one.
        shorter, _ = self.network.count_placed(lambda minutes: minutes < limit)
        least = max(1, placed - shorter - sum(pupils for _, pupils in steps))
        found = self._place(placed, prices, few=True)
        if found is None or found != known + least:
            found = self._place(placed, prices, few=False)
        if found is None:
            raise SolverError("De oplosser spreekt zichzelf tegen bij de langste reis.")
        return found - known

    def _place(self, placed: int, prices: Mapping[int, int | None], *, few: bool) -> int | None:
        """The least sum of prices, over all options or over the few nearest of every pupil: quicker, never less."""
        minutes = self.table.minutes
        if not few:
            found = self.network.place_cheapest(placed, [prices[value] for value in minutes])
        elif not self._has_many:
            return None
        else:
            found = self.network.place_cheapest(
                placed, [prices[value] if near else None for value, near in zip(minutes, self._near, strict=True)]
            )
        return None if found is None else found[0]

    @staticmethod
    def _weights(placed: int, steps: list[tuple[int, int]]) -> tuple[dict[int, int], int]:
        """Weights that make one pupil on a longer trip worse than everybody on a shorter one, and their known sum."""
        base = placed + 1
        weights = {minutes: base ** (len(steps) - 1 - index) for index, (minutes, _) in enumerate(steps)}
        return weights, sum(weights[minutes] * pupils for minutes, pupils in steps)

    def _finish(self, placed: int, steps: list[tuple[int, int]]) -> list[int]:
        """Least burden, then most wishes, while the counts of the levels stay what they are."""
        penalty = self._first_penalty(placed)
        while True:
            chosen = self._reach(placed, steps, penalty)
            if chosen is not None:
                return chosen
            penalty *= 8

    def _first_penalty(self, placed: int) -> int:
        return 4 * (self._ceiling(placed) + 1)

    def _unit(self, placed: int) -> int:
        """What a minute of burden weighs: more than all wishes together."""
        return placed * (max(self.table.wish) - min(self.table.wish)) + 1

    def _ceiling(self, placed: int) -> int:
        return max(self.table.burden) * self._unit(placed) + max(self.table.wish) - min(self.table.wish) + 1

    def _reach(self, placed: int, steps: list[tuple[int, int]], penalty: int) -> list[int] | None:
        """The cheapest proposal when the levels are held by a penalty, if it has exactly these levels.

        It is then optimal under them (Lagrange). ``None``: the penalty is too small, or no proposal has these levels.
        """
        self.check()
        table = self.table
        unit, best_wish, last, levels = self._unit(placed), max(table.wish), steps[-1][0], dict(steps)
        closed = sum(levels.values()) == placed
        weights = {
            minutes: penalty * 8 ** (len(steps) - 1 - index) if pupils else None
            for index, (minutes, pupils) in enumerate(steps)
        }
        largest = max(weight or 0 for weight in weights.values()) + self._ceiling(placed)
        if largest * (self.network.sink + 1) > _COST_CEILING:
            raise SolverError("De groep is te groot voor één berekening; verdeel haar in regio's.")
        extra = {minutes: weights.get(minutes, None if minutes > last or closed else 0) for minutes in self._lengths}
        costs = [
            None if (more := extra[minutes]) is None else burden * unit + best_wish - wish + more
            for minutes, burden, wish in zip(table.minutes, table.burden, table.wish, strict=True)
        ]
        found = self.network.place_cheapest(placed, costs)
        if found is None:
            return None
        counts = Counter(table.minutes[i] for i in found[1])
        return found[1] if all(counts[minutes] == pupils for minutes, pupils in steps) else None
