"""Divide seats over groups of pupils: as many as possible, then the least travel, always the same answer.

A small minimum-cost maximum flow by successive shortest paths. A region has tens of groups and partners, so plain
Python is fast enough and every cent of the answer can be followed.

Source
------
Ahuja, Magnanti and Orlin, Network Flows (1993), chapter 9: successive shortest path algorithm.
"""

from collections import deque
from collections.abc import Mapping, Sequence

_NO_NODE = -1


def assign_seats(
    groups: Mapping[str, int], seats: Mapping[str, int | None], seconds: Mapping[tuple[str, str], int]
) -> dict[tuple[str, str], int]:
    """Give every pupil of every group a seat where possible.

    Parameters
    ----------
    groups
        Pupils per group id, zero or more.
    seats
        Free seats per location id; ``None`` means no limit is known.
    seconds
        Travel time of every reachable pair ``(group, location)``; a pair that is absent is out of reach.

    Returns
    -------
    dict
        Pupils per pair, positive numbers only. Their sum is the largest possible; among those the total of
        pupils times seconds is the smallest. The order of the input does not matter.
    """
    network = _Network(groups, seats, seconds)
    while network.augment():
        pass
    return network.assigned()


class _Network:
    """Residual network: source, groups, locations, sink; arcs in pairs (arc ``i`` and its reverse ``i ^ 1``)."""

    def __init__(
        self, groups: Mapping[str, int], seats: Mapping[str, int | None], seconds: Mapping[tuple[str, str], int]
    ) -> None:
        self.group_ids = sorted(groups)
        self.location_ids = sorted(seats)
        total = sum(groups.values())
        first_location = 1 + len(self.group_ids)
        self.sink = first_location + len(self.location_ids)
        self.heads: list[int] = []
        self.room: list[int] = []
        self.cost: list[int] = []
        self.arcs: list[list[int]] = [[] for _ in range(self.sink + 1)]
        self.pairs: dict[int, tuple[str, str]] = {}
        for index, group in enumerate(self.group_ids):
            self._add(0, 1 + index, groups[group], 0)
        location_node = {each: first_location + index for index, each in enumerate(self.location_ids)}
        for index, group in enumerate(self.group_ids):
            for location in self.location_ids:
                if (group, location) in seconds:
                    arc = self._add(1 + index, location_node[location], total, seconds[group, location])
                    self.pairs[arc] = (group, location)
        for location in self.location_ids:
            limit = seats[location]
            self._add(location_node[location], self.sink, total if limit is None else limit, 0)

    def _add(self, tail: int, head: int, room: int, cost: int) -> int:
        arc = len(self.heads)
        self.heads += [head, tail]
        self.room += [room, 0]
        self.cost += [cost, -cost]
        self.arcs[tail].append(arc)
        self.arcs[head].append(arc + 1)
        return arc

    def augment(self) -> bool:
        """Send as much as fits along one cheapest path; tell whether there was one."""
        arrived = self._cheapest_path()
        if arrived[self.sink] == _NO_NODE:
            return False
        path: list[int] = []
        node = self.sink
        while node != 0:
            arc = arrived[node]
            path.append(arc)
            node = self.heads[arc ^ 1]
        amount = min(self.room[arc] for arc in path)
        for arc in path:
            self.room[arc] -= amount
            self.room[arc ^ 1] += amount
        return True

    def _cheapest_path(self) -> Sequence[int]:
        """Bellman-Ford with a queue; the arc by which each node is best reached, or ``_NO_NODE``."""
        best: list[int | None] = [None] * (self.sink + 1)
        arrived = [_NO_NODE] * (self.sink + 1)
        best[0] = 0
        queue = deque([0])
        waiting = {0}
        while queue:
            node = queue.popleft()
            waiting.discard(node)
            here = best[node]
            for arc in self.arcs[node]:
                head = self.heads[arc]
                if self.room[arc] <= 0 or here is None:
                    continue
                there = best[head]
                if there is None or here + self.cost[arc] < there:
                    best[head] = here + self.cost[arc]
                    arrived[head] = arc
                    if head not in waiting:
                        waiting.add(head)
                        queue.append(head)
        return arrived

    def assigned(self) -> dict[tuple[str, str], int]:
        """Read the flow over the pairs."""
        return {pair: self.room[arc ^ 1] for arc, pair in sorted(self.pairs.items()) if self.room[arc ^ 1] > 0}
