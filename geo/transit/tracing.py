"""From the labels of a search back to the rides that made them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo.timetable.days import DayTable
    from geo.transit.search import Found

AT_DOOR = -1


@dataclass(frozen=True, slots=True)
class Ride:
    """One ride of a journey; times are seconds of the day.

    Attributes
    ----------
    origin, target
        Points of getting on and off.
    run
        Row of the run in the table of the day.
    first, last
        Positions along the run.
    came_from
        Point at which the walk to ``origin`` began; ``AT_DOOR`` for the first ride.
    ready_s, board_s, off_s
        Being able to get on, when one must be there, getting off.
    """

    origin: int
    target: int
    run: int
    first: int
    last: int
    came_from: int
    ready_s: int
    board_s: int
    off_s: int


def trace(found: Found, day: DayTable, rides: int) -> list[Ride]:
    """The rides of the best journey with at most so many, of a search forwards with one departure and a goal."""
    labels = found.labels
    point = int(found.best_point[0, rides])
    ride = int(labels.off_round[rides, point])
    answer: list[Ride] = []
    while True:
        pattern, run = int(labels.off_pattern[ride, point]), int(labels.off_run[ride, point])
        first, last = int(labels.off_from[ride, point]), int(labels.off_at[ride, point])
        begin = int(day.pattern_start[pattern])
        length = int(day.pattern_start[pattern + 1]) - begin
        place = int(day.pattern_time[pattern]) + run * length
        origin = int(day.pattern_point[begin + first])
        before = int(labels.ready_round[ride - 1, origin])
        came_from = int(labels.ready_from[before, origin])
        answer.append(
            Ride(
                origin, point, int(day.pattern_run[pattern]) + run, first, last, came_from,
                int(labels.ready[ride - 1, origin]), int(day.board[place + first]), int(day.off[place + last]),
            )
        )  # fmt: skip
        if came_from == AT_DOOR:
            return answer[::-1]
        point = came_from
        ride = int(labels.off_round[before, point])
