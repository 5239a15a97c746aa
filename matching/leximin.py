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
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matching.flow import SeatNetwork, SolverError, Table

LEVELS = 3
"""Over how many different trip lengths the longest trips are made as short as possible."""

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

    def solve(self) -> tuple[Values, list[int]]:
        """The best proposal on this network and what it is worth."""
        placed, _ = self.network.count_placed(None)
        if placed == 0:
            return Values(0, (), 0, 0), []
        steps: list[tuple[int, int]] = []
        while len(steps) < self.levels and sum(pupils for _, pupils in steps) < placed:
            self.check()
            minutes = self._find_bottleneck(placed, steps)
            steps.append((minutes, self._count_at(placed, steps, minutes)))
        self.check()
        chosen = self._finish(placed, steps)
        return measure(self.table, chosen, self.levels), chosen

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
        minutes = self.table.minutes

        def cost(option: int) -> int | None:
            return 0 if minutes[option] <= limit else weights.get(minutes[option])

        found = self.network.place_cheapest(placed, cost)
        return found is not None and found[0] == target

    def _count_at(self, placed: int, steps: list[tuple[int, int]], limit: int) -> int:
        weights, target = self._weights(placed, steps)
        weights = {value: weight * (placed + 1) for value, weight in weights.items()}
        weights[limit] = 1
        minutes = self.table.minutes

        def cost(option: int) -> int | None:
            return 0 if minutes[option] < limit else weights.get(minutes[option])

        found = self.network.place_cheapest(placed, cost)
        if found is None:
            raise SolverError("De oplosser spreekt zichzelf tegen bij de langste reis.")
        return found[0] - target * (placed + 1)

    @staticmethod
    def _weights(placed: int, steps: list[tuple[int, int]]) -> tuple[dict[int, int], int]:
        """Weights that make one pupil on a longer trip worse than everybody on a shorter one, and their known sum."""
        base = placed + 1
        weights = {minutes: base ** (len(steps) - 1 - index) for index, (minutes, _) in enumerate(steps)}
        return weights, sum(weights[minutes] * pupils for minutes, pupils in steps)

    def _finish(self, placed: int, steps: list[tuple[int, int]]) -> list[int]:
        """Least burden, then most wishes, while the counts of the levels stay what they are.

        The levels are held by penalties; a solution that still has exactly the
        known counts is optimal under them (Lagrange), which is checked, and the
        penalties grow until it is so.
        """
        table = self.table
        wishes = range(min(table.wish), max(table.wish) + 1)
        unit = placed * max(len(wishes) - 1, 0) + 1
        last = steps[-1][0]
        levels = dict(steps)
        all_levels = sum(levels.values()) == placed
        ceiling = max(table.burden) * unit + len(wishes)
        penalty = 4 * (ceiling + 1)
        while True:
            self.check()
            weights = {minutes: penalty * 8 ** (len(steps) - 1 - index) for index, (minutes, _) in enumerate(steps)}
            if (max(weights.values()) + ceiling) * (self.network.sink + 1) > _COST_CEILING:
                raise SolverError("De groep is te groot voor één berekening; verdeel haar in regio's.")

            def cost(option: int, weights: dict[int, int] = weights) -> int | None:
                minutes = table.minutes[option]
                if minutes not in weights and (minutes > last or all_levels):
                    return None
                return table.burden[option] * unit + wishes[-1] - table.wish[option] + weights.get(minutes, 0)

            found = self.network.place_cheapest(placed, cost)
            if found is None:
                raise SolverError("De oplosser spreekt zichzelf tegen bij de weeklast.")
            counts = Counter(table.minutes[i] for i in found[1])
            if all(counts[minutes] == pupils for minutes, pupils in steps):
                return found[1]
            penalty *= 8
