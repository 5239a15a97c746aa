# mypy: ignore-errors
# ruff: noqa: ANN001, ANN201, ANN202 -- numba finds the types; the arrays are named in geo.transit.search
"""The compiled search over one day: rounds of rides, forwards or backwards in time. Called by ``geo.transit.search``.

Backwards is the same loop on the mirror of the day: times negated, patterns and their runs turned round. The runs of a
pattern lie behind each other, so the mirror of ``run * length + position`` is the same number counted from the end,
and nothing has to be stored twice.

Two labels per point and round: ``off`` is the best time of getting off a vehicle there, ``ready`` the best time of
being able to get on. Walks begin at ``off`` only, so one walk never follows another. A label of round ``k`` is the
best with at most ``k`` rides: an improvement is handed on to the higher rounds at once.

Source: D. Delling, T. Pajor, R. F. Werneck, "Round-Based Public Transit Routing", Transportation Science 49 (2015).
"""

from __future__ import annotations

import numpy as np
from numba import njit

FAR = 2**30
"""Later than every time of a day, in either direction."""
NEVER = -1


@njit(cache=True, nogil=True)
def _earliest(times, place, sign, length, position, runs, ready):
    """First run of a pattern that can be boarded at a position by who is ready then; ``runs`` when there is none."""
    low = 0
    high = runs
    while low < high:
        middle = (low + high) // 2
        if sign * times[place + sign * (middle * length + position)] >= ready:
            high = middle
        else:
            low = middle + 1
    return low


@njit(cache=True, nogil=True)
def search(  # noqa: C901, PLR0912, PLR0915 -- one loop, compiled as one
    pattern_start, pattern_point, pattern_open, pattern_run, pattern_time, board, off_time, point_start, point_pattern,
    point_position, walk_start, walk_to, walk_s, change_s, sign, board_bit, alight_bit, departures, access_point,
    access_s, egress_s, limits, rounds, off, ready, off_round, off_pattern, off_run, off_from, off_at, ready_round,
    ready_from, first_position, marked, improved, touched, best, best_point,
):  # fmt: skip
    """Search for every departure, latest first; see ``geo.transit.search`` for the meaning of each array.

    ``board`` and ``off_time`` come exchanged when ``sign`` is -1, as do the bits; ``departures`` and ``limits`` are
    negated. ``best[d, k]`` becomes the earliest arrival at the goal of departure ``d`` with at most ``k`` rides.
    Answers how many points got a label: ``touched`` names them, and the caller gives them back clean.
    """
    patterns = first_position.size
    queue = np.empty(patterns, np.int32)
    waiting = np.empty(off.shape[1], np.int32)
    fresh = np.empty(off.shape[1], np.int32)
    has_goal = egress_s.size > 0
    goal = np.full(rounds + 1, FAR, np.int64)
    goal_point = np.full(rounds + 1, -1, np.int32)
    touches = 0
    for turn in range(departures.size):
        limit = limits[turn]
        count = 0
        for at in range(access_point.size):
            point = access_point[at]
            time = departures[turn] + access_s[at]
            if time > limit or time >= ready[0, point]:
                continue
            if ready[rounds, point] == FAR and off[rounds, point] == FAR:
                touched[touches] = point
                touches += 1
            for later in range(rounds + 1):
                if time >= ready[later, point]:
                    break
                ready[later, point] = time
                ready_round[later, point] = 0
            ready_from[0, point] = -1
            if not marked[point]:
                marked[point] = True
                waiting[count] = point
                count += 1
        for ride in range(1, rounds + 1):
            if count == 0:
                break
            # Every pattern that passes a point with a better label, from the first such position on.
            queued = 0
            for at in range(count):
                point = waiting[at]
                marked[point] = False
                for entry in range(point_start[point], point_start[point + 1]):
                    pattern = point_pattern[entry]
                    position = point_position[entry]
                    if sign < 0:
                        position = pattern_start[pattern + 1] - pattern_start[pattern] - 1 - position
                    if first_position[pattern] < 0:
                        queue[queued] = pattern
                        queued += 1
                        first_position[pattern] = position
                    elif position < first_position[pattern]:
                        first_position[pattern] = position
            count = 0
            got_off = 0
            for at in range(queued):
                pattern = queue[at]
                begin = first_position[pattern]
                first_position[pattern] = -1
                length = np.int64(pattern_start[pattern + 1] - pattern_start[pattern])
                runs = np.int64(pattern_run[pattern + 1] - pattern_run[pattern])
                # Where the times begin, and where the points begin, seen in the direction of the search.
                place = pattern_time[pattern]
                here = np.int64(pattern_start[pattern])
                if sign < 0:
                    place += runs * length - 1
                    here += length - 1
                run = runs
                boarded = 0
                for position in range(begin, length):
                    point = pattern_point[here + sign * position]
                    opened = pattern_open[here + sign * position]
                    if run < runs and opened & alight_bit:
                        time = sign * np.int64(off_time[place + sign * (run * length + position)])
                        if time < off[ride, point] and time <= limit and time < goal[ride]:
                            if ready[rounds, point] == FAR and off[rounds, point] == FAR:
                                touched[touches] = point
                                touches += 1
                            for later in range(ride, rounds + 1):
                                if time >= off[later, point]:
                                    break
                                off[later, point] = time
                                off_round[later, point] = ride
                            off_pattern[ride, point] = pattern
                            off_run[ride, point] = run
                            off_from[ride, point] = boarded
                            off_at[ride, point] = position
                            if not improved[point]:
                                improved[point] = True
                                fresh[got_off] = point
                                got_off += 1
                            if has_goal and egress_s[point] >= 0:
                                arrival = time + egress_s[point]
                                if arrival <= limit:
                                    for later in range(ride, rounds + 1):
                                        if arrival >= goal[later]:
                                            break
                                        goal[later] = arrival
                                        goal_point[later] = point
                    if opened & board_bit:
                        time = np.int64(ready[ride - 1, point])
                        if time < FAR and (
                            run == runs
                            or (
                                run > 0
                                and time <= sign * np.int64(board[place + sign * ((run - 1) * length + position)])
                            )
                        ):
                            earlier = _earliest(board, place, sign, length, position, run, time)
                            if earlier < run:
                                run = earlier
                                boarded = position
            # Walks and changes, from where somebody got off better than before.
            for at in range(got_off):
                point = fresh[at]
                improved[point] = False
                time = np.int64(off[ride, point])
                for entry in range(walk_start[point] - 1, walk_start[point + 1]):
                    if entry < walk_start[point]:
                        target = point
                        seconds = change_s[point]
                    else:
                        target = walk_to[entry]
                        seconds = walk_s[entry]
                    if seconds == NEVER:
                        continue
                    there = time + seconds
                    if there >= ready[ride, target] or there > limit or there >= goal[ride]:
                        continue
                    if ready[rounds, target] == FAR and off[rounds, target] == FAR:
                        touched[touches] = target
                        touches += 1
                    for later in range(ride, rounds + 1):
                        if there >= ready[later, target]:
                            break
                        ready[later, target] = there
                        ready_round[later, target] = ride
                    ready_from[ride, target] = point
                    if not marked[target]:
                        marked[target] = True
                        waiting[count] = target
                        count += 1
        # A mark that is left would spoil the next departure.
        for at in range(count):
            marked[waiting[at]] = False
        for ride in range(rounds + 1):
            best[turn, ride] = goal[ride]
            best_point[turn, ride] = goal_point[ride]
    return touches
