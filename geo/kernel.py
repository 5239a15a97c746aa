# mypy: ignore-errors
# ruff: noqa: ANN001, ANN201, ANN202 -- numba finds the types; the arrays are named in geo.search
"""The compiled search: Dijkstra with a bucket queue on whole numbers. Nothing here is called but by ``geo.search``.

Weights are whole decimetres or tenths of a second, so a bucket holds exactly one distance and the order is exact. The
second value of a path (length when time is the weight, or the other way round) is carried along and, among paths of
equal weight, made as small as possible: the result does not depend on the order of the work.

Node numbers: ``0 .. nodes-1`` are road nodes; then come places in between (ends of extra roads), then destinations. A
destination is a node that is only arrived at; when it comes out of the queue it is the next nearest one.

Source: R. B. Dial, "Algorithm 360: shortest-path forest with topological ordering", CACM 12 (1969).
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numba.cpython.unsafe.numbers import trailing_zeros

from geo.attach_kernel import arrive, index_tails, leave, meet
from geo.path_kernel import trace
from geo.runtime import FAR, RING
from geo.snap_kernel import snap

WORDS = RING >> 6
ONE = np.uint64(1)
TWO = np.uint64(2)
SIX = np.uint64(6)
NONE = np.uint64(0)
LAST_WORD = np.uint64(WORDS - 1)

__all__ = ["arrive", "index_tails", "leave", "meet", "search", "snap", "trace"]


@njit(cache=True, nogil=True)
def _sort(values, size):
    """Shell sort in place: groups are nearly always one or two long."""
    gap = size // 2
    while gap > 0:
        for at in range(gap, size):
            value = values[at]
            back = at
            while back >= gap and values[back - gap] > value:
                values[back] = values[back - gap]
                back -= gap
            values[back] = value
        gap //= 2


@njit(cache=True, nogil=True)
def _popcount(word):
    """Number of ones in 64 bits (H. S. Warren, Hacker's Delight, section 5-1)."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@njit(cache=True, nogil=True)
def _arrive(node, weight, second, arc, base, state, parent, bucket, filled, pool, queue):
    """Note a path to ``node``; queue it when it is shorter than what was known."""
    value = base + weight
    known = state[2 * node]
    if value < known:
        state[2 * node] = value
        state[2 * node + 1] = second
        if parent.size > 0:
            parent[node] = arc
        entry = queue[1]
        if entry >= 0:
            queue[1] = pool[2 * entry + 1]
        else:
            entry = queue[0]
            queue[0] += 1
        at = weight & (RING - 1)
        pool[2 * entry] = node
        pool[2 * entry + 1] = bucket[at]
        bucket[at] = entry
        filled[at >> 6] |= np.uint64(1) << np.uint64(at & 63)
        queue[2] += 1
    elif value == known:
        if second < state[2 * node + 1]:
            state[2 * node + 1] = second
            if parent.size > 0:
                parent[node] = arc
        elif parent.size > 0 and second == state[2 * node + 1] and arc < parent[node]:
            parent[node] = arc


@njit(cache=True, nogil=True)
def search(  # noqa: C901, PLR0912, PLR0915 -- one loop, compiled as one
    indptr, adj, closed, extra_index, extra_start, extra_arc, first_destination, destination_mask, allowed, origins,
    seed_start, seed, need, wanted, limit, state, base_of, parent, trace, hit, hit_weight, hit_second, hit_count,
    settled, bucket, filled, pool, group, report,
):  # fmt: skip
    """Search from every origin in ``origins``; see ``geo.search`` for the meaning of each array."""
    road_nodes = indptr.size - 1
    arcs = adj.size // 3
    has_closed = closed.size > 0
    has_parent = parent.size > 0
    has_trace = trace.size > 0
    room = pool.size // 2
    traced = 0
    queue = np.zeros(3, np.int64)  # entries ever used, first free entry, entries in the queue
    for turn in range(origins.size):
        origin = origins[turn]
        base = base_of[0] - limit - 1
        if base < 0:
            state[0::2] = FAR
            base = FAR - 1 - limit
        # Values of this search lie below all values of earlier ones, so nothing has to be cleared in between.
        base_of[0] = base
        queue[0] = 0
        queue[1] = -1
        queue[2] = 0
        if seed_start[origin + 1] - seed_start[origin] > room:
            report[0] = seed_start[origin + 1] - seed_start[origin]
            return turn
        for at in range(seed_start[origin], seed_start[origin + 1]):
            # All as int64, as below: for another type `_arrive` would be compiled once more.
            node = np.int64(seed[3 * at])
            weight = np.int64(seed[3 * at + 1])
            if weight > limit:
                continue
            if node >= first_destination:
                other = node - first_destination
                if destination_mask[other] & need[origin] != need[origin]:
                    continue
                if allowed.shape[0] > 0 and not (allowed[origin, other >> 6] >> np.uint64(other & 63)) & np.uint64(1):
                    continue
            _arrive(node, weight, np.int64(seed[3 * at + 2]), -1 - at, base, state, parent, bucket, filled, pool, queue)
        current = 0
        reached = 0
        grouped = np.int64(0)
        visited = 0
        traced = 0
        failed = 0
        used = queue[0]
        free = queue[1]
        waiting = queue[2]
        while waiting > 0:
            # The first bucket from here on that is not empty; there is one.
            word = np.uint64(current & (RING - 1)) >> SIX
            bits = filled[word] >> np.uint64(current & 63)
            found = current
            if bits == NONE:
                found -= current & 63
                while bits == NONE:
                    word = (word + ONE) & LAST_WORD
                    bits = filled[word]
                    found += 64
            found += np.int64(trailing_zeros(bits))
            if grouped > 0 and found > current:
                if grouped > 1:
                    _sort(group, grouped)
                for at in range(min(grouped, wanted[origin] - reached)):
                    node = first_destination + group[at]
                    hit[origin, reached] = group[at]
                    hit_weight[origin, reached] = state[2 * node] - base
                    hit_second[origin, reached] = state[2 * node + 1]
                    reached += 1
                grouped = 0
                if reached >= wanted[origin]:
                    break
            current = found
            slot = current & (RING - 1)
            entry = bucket[slot]
            bucket[slot] = -1
            filled[slot >> 6] &= ~(np.uint64(1) << np.uint64(slot & 63))
            progress = False
            while entry >= 0:
                node = np.int64(pool[2 * entry])
                following = pool[2 * entry + 1]
                value = np.int64(state[2 * node]) - base
                if value > current:
                    # This bucket comes round again: a later distance shares it.
                    pool[2 * entry + 1] = bucket[slot]
                    bucket[slot] = entry
                    filled[slot >> 6] |= np.uint64(1) << np.uint64(slot & 63)
                    entry = following
                    continue
                pool[2 * entry + 1] = free
                free = entry
                waiting -= 1
                entry = following
                if value < current:
                    continue
                progress = True
                if node >= first_destination:
                    group[grouped] = node - first_destination
                    grouped += 1
                    continue
                second = state[2 * node + 1]
                if node < road_nodes:
                    visited += 1
                    if has_trace:
                        trace[traced] = node
                        traced += 1
                    begin = indptr[node]
                    end = indptr[node + 1]
                    if used + end - begin > room:
                        failed = used + end - begin
                        break
                    # The same as `_arrive`, written out: this is where the time goes.
                    for arc in range(begin, end):
                        row = np.uint64(3 * arc)
                        weight = current + adj[row + ONE]
                        head = np.uint64(adj[row])
                        there = head << ONE
                        value = base + weight
                        known = np.int64(state[there])
                        if value > known or weight > limit:
                            continue
                        if has_closed and (closed[arc >> 6] >> np.uint64(arc & 63)) & ONE:
                            continue
                        further = second + adj[row + TWO]
                        if value == known:
                            if further < state[there + ONE]:
                                state[there + ONE] = further
                                if has_parent:
                                    parent[head] = arc
                            elif has_parent and further == state[there + ONE] and arc < parent[head]:
                                parent[head] = arc
                            continue
                        state[there] = value
                        state[there + ONE] = further
                        if has_parent:
                            parent[head] = arc
                        fresh = np.uint64(used)
                        if free >= 0:
                            fresh = np.uint64(free)
                            free = np.int64(pool[(fresh << ONE) + ONE])
                        else:
                            used += 1
                        slot_there = np.uint64(weight & (RING - 1))
                        pool[fresh << ONE] = head
                        pool[(fresh << ONE) + ONE] = bucket[slot_there]
                        bucket[slot_there] = fresh
                        filled[slot_there >> SIX] |= ONE << (slot_there & np.uint64(63))
                        waiting += 1
                bits = extra_index[2 * (node >> 6)]
                bit = np.uint64(1) << np.uint64(node & 63)
                if bits & bit:
                    place = np.int64(extra_index[2 * (node >> 6) + 1]) + _popcount(bits & (bit - ONE))
                    begin = extra_start[place]
                    end = extra_start[place + 1]
                    if used + end - begin > room:
                        failed = used + end - begin
                        break
                    queue[0] = used
                    queue[1] = free
                    queue[2] = waiting
                    for at in range(begin, end):
                        weight = current + extra_arc[3 * at + 1]
                        if weight > limit:
                            continue
                        head = np.int64(extra_arc[3 * at])
                        if head >= first_destination:
                            other = head - first_destination
                            if destination_mask[other] & need[origin] != need[origin]:
                                continue
                            if allowed.shape[0] > 0 and not (
                                allowed[origin, other >> 6] >> np.uint64(other & 63)
                            ) & np.uint64(1):
                                continue
                        _arrive(
                            head, weight, second + extra_arc[3 * at + 2], arcs + at,
                            base, state, parent, bucket, filled, pool, queue,
                        )  # fmt: skip
                    used = queue[0]
                    free = queue[1]
                    waiting = queue[2]
            if failed > 0:
                break
            if not progress:
                current += 1
        if grouped > 0 and reached < wanted[origin] and failed == 0:
            if grouped > 1:
                _sort(group, grouped)
            for at in range(min(grouped, wanted[origin] - reached)):
                node = first_destination + group[at]
                hit[origin, reached] = group[at]
                hit_weight[origin, reached] = state[2 * node] - base
                hit_second[origin, reached] = state[2 * node + 1]
                reached += 1
        hit_count[origin] = reached
        settled[origin] = visited
        if waiting > 0 or failed > 0:
            bucket[:] = -1
            filled[:] = NONE
        if failed > 0:
            # The queue is full: the caller makes room and asks again from this origin on.
            report[0] = failed
            return turn
    report[0] = traced
    return origins.size
