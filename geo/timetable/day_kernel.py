# mypy: ignore-errors
# ruff: noqa: ANN001, ANN201 -- numba finds the types; the arrays are named in geo.timetable.days
"""Compiled loops that lay the runs of one day out in patterns in which nobody overtakes.

A run that another one overtakes is never thrown away, however useless it looks: who sits in it may have no time to
change to the other one. Source: "Efficient Pareto-optimal journey planning: do not drop dominated trips",
arXiv 2603.11729.
"""

from __future__ import annotations

import numpy as np
from numba import njit

SAME = -1
"""Instead of a pattern: this run is the one before it once more."""


@njit(cache=True, nogil=True)
def split(sequence, trip, shift, lead, route, start, arrival, departure, pattern):
    """Give every run a pattern; runs come ordered by sequence of points and then by the sum of their times.

    A run goes to the first pattern of its sequence whose last run is nowhere later than it. Answers how many patterns
    there are; ``pattern`` is filled.
    """
    runs = trip.size
    last = np.empty(runs + 1, np.int64)  # last run of every pattern of this sequence
    patterns = 0
    begin = 0
    for run in range(runs):
        if run > 0 and sequence[run] != sequence[run - 1]:
            begin = patterns
        here = start[trip[run]]
        length = start[trip[run] + 1] - here
        chosen = -1
        same = False
        for candidate in range(begin, patterns):
            other = last[candidate - begin]
            there = start[trip[other]]
            fits = True
            equal = route[trip[other]] == route[trip[run]]
            for at in range(length):
                off = np.int64(arrival[here + at]) + shift[run]
                off_other = np.int64(arrival[there + at]) + shift[other]
                board = np.int64(departure[here + at]) + shift[run] - lead[run]
                board_other = np.int64(departure[there + at]) + shift[other] - lead[other]
                if off < off_other or board < board_other:
                    fits = False
                    break
                if off != off_other or board != board_other:
                    equal = False
            if fits:
                chosen = candidate
                same = equal
                break
        if same:
            pattern[run] = SAME
            continue
        if chosen < 0:
            chosen = patterns
            patterns += 1
        last[chosen - begin] = run
        pattern[run] = chosen
    return patterns


@njit(cache=True, nogil=True)
def fill(trip, shift, lead, start, arrival, departure, board, off):
    """Write the times of runs behind each other: when one must be at the stop, and when one gets off."""
    place = 0
    for run in range(trip.size):
        for call in range(start[trip[run]], start[trip[run] + 1]):
            board[place] = departure[call] + shift[run] - lead[run]
            off[place] = arrival[call] + shift[run]
            place += 1
