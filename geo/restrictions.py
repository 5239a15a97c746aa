"""Turn restrictions as extra copies of nodes.

A copy of a node remembers what the traveller has just driven, and leaves out the turns that are then forbidden. Copies
are made only where needed: everything else keeps its one node. Via ways and overlapping restrictions follow from the
same rule.

Source: OpenStreetMap wiki, "Relation:restriction".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from geo.raw import TurnRestriction

Memory = frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Turn:
    """A sequence of arcs whose last one is forbidden, or, with ``only``, the only one allowed."""

    arcs: tuple[int, ...]
    only: bool


def turns_of(
    restrictions: Iterable[TurnRestriction],
    arcs_of_way: Mapping[int, Sequence[int]],
    tail: NDArray[np.int64],
    head: NDArray[np.int64],
    node_of_id: Mapping[int, int],
) -> Iterator[Turn]:
    """Translate restrictions between ways into sequences of arcs that meet.

    Parameters
    ----------
    arcs_of_way
        OSM way id → arcs made of it, both directions.
    tail, head
        Node of each arc.
    node_of_id
        OSM node id → node, for via nodes.
    """
    for restriction in restrictions:
        if not all(way in arcs_of_way for way in restriction.ways):
            continue
        first, *via, last = restriction.ways
        if restriction.via_nodes:
            for via_id in restriction.via_nodes:
                node = node_of_id.get(via_id)
                sources = [arc for arc in arcs_of_way[first] if head[arc] == node]
                targets = [arc for arc in arcs_of_way[last] if tail[arc] == node]
                yield from (Turn((source, target), restriction.only) for source in sources for target in targets)
            continue
        middle = {arc for way in via for arc in arcs_of_way[way]}
        ends = arcs_of_way[last]
        for source in arcs_of_way[first]:
            for chain in _chains(source, middle, ends, tail, head):
                yield Turn(chain, restriction.only)


def _chains(
    source: int, middle: set[int], ends: Sequence[int], tail: NDArray[np.int64], head: NDArray[np.int64]
) -> Iterator[tuple[int, ...]]:
    """Walk from ``source`` over arcs of the via way(s) until one of ``ends`` can be taken."""
    stack: list[tuple[int, ...]] = [(source,)]
    while stack:
        chain = stack.pop()
        here = head[chain[-1]]
        if len(chain) > 1:
            for end in ends:
                if tail[end] == here:
                    yield (*chain, end)
        visited = {int(tail[arc]) for arc in chain}
        if len(chain) < 30:
            stack.extend((*chain, arc) for arc in sorted(middle) if tail[arc] == here and head[arc] not in visited)


def without_turning_round(
    turns: Sequence[Turn], tail: NDArray[np.int64], head: NDArray[np.int64], segdir: NDArray[np.int64]
) -> list[Turn]:
    """Add that nobody evades a restriction by turning round at it, or at the very next crossing.

    Turning round stays possible everywhere else, and at the end of a dead-end road.

    Parameters
    ----------
    segdir
        ``2 * segment + direction`` of every arc; the way back differs in the last bit.
    """
    nodes = {int(head[arc]) for turn in turns for arc in turn.arcs[:-1]}
    leaving: dict[int, list[int]] = {}
    for arc in np.flatnonzero(np.isin(tail, np.array(sorted(nodes), np.int64))).tolist():
        leaving.setdefault(int(tail[arc]), []).append(arc)
    beyond = {int(head[arc]) for arcs in leaving.values() for arc in arcs}
    there = np.flatnonzero(np.isin(tail, np.array(sorted(beyond | nodes), np.int64))).tolist()
    exits: dict[int, int] = {}
    back: dict[int, int] = {}
    for arc in there:
        exits[int(tail[arc])] = exits.get(int(tail[arc]), 0) + 1
        back[int(segdir[arc])] = arc
    added = set()
    for turn in turns:
        *before, last = turn.arcs
        here = int(head[before[-1]])
        onward = [last] if turn.only else [arc for arc in leaving.get(here, ()) if arc != last]
        for chain in (tuple(before), *((*before, arc) for arc in onward)):
            end = int(head[chain[-1]])
            way_back = back.get(int(segdir[chain[-1]]) ^ 1)
            if way_back is not None and int(tail[way_back]) == end and exits.get(end, 0) > 1 and way_back != last:
                added.add(Turn((*chain, way_back), only=False))
    return [*turns, *sorted(added, key=lambda turn: turn.arcs)]


@dataclass(slots=True)
class Expansion:
    """Arcs after expansion: the first ``len(base)`` keep their number, copies follow.

    Attributes
    ----------
    base
        For every arc, the arc it is (a copy of).
    tail, head
        Node per arc; nodes from ``nodes`` on are copies.
    copy_of
        Original node of each copied node.
    """

    base: NDArray[np.int64]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    copy_of: NDArray[np.int64]


def expand(turns: Sequence[Turn], tail: NDArray[np.int64], head: NDArray[np.int64], nodes: int) -> Expansion:
    """Copy nodes so that every path in the result is a path that obeys all turns."""
    starting: dict[int, list[int]] = {}
    for number, turn in enumerate(turns):
        starting.setdefault(turn.arcs[0], []).append(number)
    involved = np.zeros(nodes, bool)
    for turn in turns:
        involved[[int(head[arc]) for arc in turn.arcs]] = True
    out: dict[int, list[int]] = {}
    for arc in np.flatnonzero(involved[tail]).tolist():
        out.setdefault(int(tail[arc]), []).append(arc)

    new_head = head.copy()
    copies: dict[tuple[int, Memory], int] = {}
    waiting: list[tuple[int, Memory]] = []

    def node_after(arc: int, memory: Memory) -> int:
        after = frozenset(
            {(number, step + 1) for number, step in memory if _continues(turns[number], step, arc)}
            | {(number, 1) for number in starting.get(arc, ())}
        )
        node = int(head[arc])
        if not after:
            return node
        if (node, after) not in copies:
            copies[node, after] = nodes + len(copies)
            waiting.append((node, after))
        return copies[node, after]

    for first in sorted(starting):
        new_head[first] = node_after(first, frozenset())
    base, tails, heads = [], [], []
    while waiting:
        node, memory = waiting.pop(0)
        for arc in out.get(node, ()):
            if not any(_forbids(turns[number], step, arc) for number, step in memory):
                base.append(arc)
                tails.append(copies[node, memory])
                heads.append(node_after(arc, memory))
    return Expansion(
        np.concatenate([np.arange(tail.size), np.array(base, np.int64)]),
        np.concatenate([tail, np.array(tails, np.int64)]),
        np.concatenate([new_head, np.array(heads, np.int64)]),
        np.array([node for node, _ in copies], np.int64),
    )


def _continues(turn: Turn, step: int, arc: int) -> bool:
    return step < len(turn.arcs) - 1 and turn.arcs[step] == arc


def _forbids(turn: Turn, step: int, arc: int) -> bool:
    if step != len(turn.arcs) - 1:
        return False
    return (arc != turn.arcs[-1]) if turn.only else (arc == turn.arcs[-1])
