"""Seats per weekday as a tree that a flow solver understands.

Pupils come on sets of days, and a place has a number of seats per day. The rule
"on Tuesday at most two" is a row over the day sets that contain Tuesday. When
the rows of a place are nested or disjoint (laminar), they are a tree of
capacities and a network flow holds them exactly. When rows cross, this module
gives two trees: a *loose* one that allows everything that is allowed and
perhaps more (a bound), and a *tight* one that allows nothing that is forbidden
(a solution). Where both give the same proposal, it is proven (ADR 60).

Source: Edmonds and Giles, "A min-max relation for submodular functions on
graphs" (1977): two laminar families give a totally unimodular system.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

DaySet = frozenset[int]
"""The slots one pupil needs; a slot is a weekday, or a weekday in one piece of the school year."""

Row = tuple[frozenset[DaySet], int]


@dataclass(frozen=True, slots=True)
class SeatTree:
    """Capacities as a tree: ``parents[i]`` is the row above row ``i`` (-1: none).

    ``entry`` tells for each day set the smallest row that counts it, -1 when
    nothing limits it. ``exact`` means that this tree is the rule itself.
    """

    capacities: tuple[int, ...]
    parents: tuple[int, ...]
    entry: Mapping[DaySet, int]
    exact: bool


def build_seat_tree(demand: Mapping[DaySet, int], seats: Mapping[int, int], *, tight: bool) -> SeatTree:
    """The tree of one place.

    Parameters
    ----------
    demand
        How many candidates ask for each set of slots.
    seats
        Seats left per slot; a slot that is not named has none.
    tight
        Which side to err on when rows cross.
    """
    most = max(seats.values(), default=0)
    key = tuple(sorted((tuple(sorted(days)), min(count, most + 1)) for days, count in demand.items()))
    return _build(key, tuple(sorted(seats.items())), tight)


@lru_cache(maxsize=65536)
def _build(
    demand_key: tuple[tuple[tuple[int, ...], int], ...], seats_key: tuple[tuple[int, int], ...], tight: bool
) -> SeatTree:
    demand = {frozenset(days): count for days, count in demand_key}
    rows = _find_rows(demand, dict(seats_key))
    family, exact = _to_laminar(rows, tight)
    # From small to large, so that the first row that contains a set is the smallest one.
    family.sort(key=lambda row: (len(row[0]), row[1], sorted(sorted(days) for days in row[0])))
    parents = tuple(
        next((above for above in range(index + 1, len(family)) if row[0] < family[above][0]), -1)
        for index, row in enumerate(family)
    )
    entry = {days: next((index for index, row in enumerate(family) if days in row[0]), -1) for days in demand}
    return SeatTree(tuple(capacity for _, capacity in family), parents, entry, exact)


def _find_rows(demand: Mapping[DaySet, int], seats: Mapping[int, int]) -> list[Row]:
    rows: dict[frozenset[DaySet], int] = {}
    for slot in sorted({slot for days in demand for slot in days}):
        members = frozenset(days for days in demand if slot in days)
        capacity = seats.get(slot, 0)
        if sum(demand[days] for days in members) > capacity:
            rows[members] = min(rows.get(members, capacity), capacity)
    everybody = frozenset().union(*rows) if rows else frozenset()
    single = [frozenset(slot for slot in days if seats.get(slot, 0) == 1) for days in everybody]
    if len(rows) > 1 and all(one & other for one in single for other in single):
        return [(everybody, 1)]  # any two candidates meet on a day with one seat: exactly one of them
    return [
        (members, capacity)
        for members, capacity in rows.items()
        if not any(members < other and capacity >= above for other, above in rows.items())
    ]


def _crosses(one: frozenset[DaySet], other: frozenset[DaySet]) -> bool:
    return bool(one & other) and not (one <= other or other <= one)


def _to_laminar(rows: list[Row], tight: bool) -> tuple[list[Row], bool]:
    """A laminar family that is implied by the rows (loose) or implies them (tight), and whether nothing was lost."""
    family: dict[frozenset[DaySet], int] = {}
    exact = True
    for members, capacity in sorted(rows, key=lambda row: (row[1], -len(row[0]), sorted(sorted(d) for d in row[0]))):
        union, limit = members, capacity
        while crossing := [other for other in family if _crosses(union, other)]:
            exact = False
            for other in crossing:
                union |= other
                limit = min(limit, family[other]) if tight else limit + family[other]
                if tight:
                    del family[other]  # the union with the smaller limit implies it
        family[union] = min(family.get(union, limit), limit)
    return list(family.items()), exact
