"""Stage days by public transport: there before the place begins and home after it ends, on every day of a school week.

A place is reached only when each of its days works in both directions; the headline is the worst of them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from geo.transit.answers import Mode, NoJourney, Question

if TYPE_CHECKING:
    from geo.timetable.store import Feed
    from geo.transit.answers import Journey, JourneyAnswer, Point
    from geo.transit.travel import TransitTravel

SCHOOL_DAYS = 5


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a place: weekdays (0 is Monday), and local times of beginning and ending."""

    days: tuple[int, ...]
    start: dt.time
    end: dt.time


@dataclass(frozen=True, slots=True)
class StageDay:
    """One day: the journey there and the journey back, each with its reason when there is none."""

    day: dt.date
    there: JourneyAnswer
    back: JourneyAnswer

    @property
    def reason(self) -> NoJourney | None:
        """Why this day does not work."""
        return self.there.reason or self.back.reason

    @property
    def journeys(self) -> tuple[Journey, ...]:
        """Both, or none when one of them fails."""
        both = self.there.journey, self.back.journey
        return () if both[0] is None or both[1] is None else (both[0], both[1])


@dataclass(frozen=True, slots=True)
class StageWeek:
    """The days of a place in one school week.

    Attributes
    ----------
    reason
        Why the place is not reached, from the first day that does not work; no number is given then.
    """

    days: tuple[StageDay, ...]
    reason: NoJourney | None

    @property
    def minutes(self) -> list[int]:
        """Minutes of every journey of the week, shortest first; empty when there is a reason."""
        if self.reason is not None:
            return []
        return sorted(journey.minutes for day in self.days for journey in day.journeys)

    @property
    def worst(self) -> StageDay | None:
        """The day with the longest journey; of equal ones the first."""
        if self.reason is not None or not self.days:
            return None
        return max(self.days, key=lambda day: max(journey.minutes for journey in day.journeys))

    def at_share(self, percent: int) -> int | None:
        """Minutes that at least so many percent of the journeys stay within; None when there is a reason."""
        minutes = self.minutes
        return minutes[-(-len(minutes) * percent // 100) - 1] if minutes else None


def school_week(feed: Feed, first: dt.date | None = None) -> dt.date | None:
    """Monday of the most ordinary week of a feed: each weekday's runs are nearest to their median over all weeks.

    Parameters
    ----------
    first
        Weeks that begin before this day do not count.

    Returns
    -------
    date or None
        The earliest of equal ones; None when no week from Monday to Friday lies within the feed.
    """
    begin = max(feed.first_day, first or feed.first_day)
    monday = begin + dt.timedelta(days=-begin.weekday() % 7)
    weeks: list[tuple[dt.date, list[int]]] = []
    while monday + dt.timedelta(days=SCHOOL_DAYS - 1) <= feed.last_day:
        days = [monday + dt.timedelta(days=day) for day in range(SCHOOL_DAYS)]
        weeks.append((monday, [feed.runs_on(day) for day in days]))
        monday += dt.timedelta(days=7)
    if not weeks:
        return None
    middle = [median(runs[day] for _, runs in weeks) for day in range(SCHOOL_DAYS)]
    return min(weeks, key=lambda week: sum(abs(runs - mid) for runs, mid in zip(week[1], middle, strict=True)))[0]


def stage_week(
    travel: TransitTravel,
    home: Point,
    place: Point,
    hours: Hours,
    monday: dt.date,
    *,
    access: Mode,
    limit_s: int,
    most_rides: int,
) -> StageWeek:
    """Every stage day of one pupil at one place in one week; stops at the first day that does not work.

    Parameters
    ----------
    access
        How one goes between home and the stop; between the stop and the place one walks.

    Raises
    ------
    GeoError
        A door is no point on earth, a limit is out of range, or an hour does not exist that day.
    """
    from geo.transit.travel import seconds_of

    days: list[StageDay] = []
    for weekday in hours.days:
        day = monday + dt.timedelta(days=weekday)
        _, start_s = seconds_of(travel.feed, dt.datetime.combine(day, hours.start))
        _, end_s = seconds_of(travel.feed, dt.datetime.combine(day, hours.end))
        there = travel.journey(
            Question(home, place, day, start_s, True, access, Mode.FOOT, limit_s, most_rides), missed=False
        )
        back = travel.journey(
            Question(place, home, day, end_s, False, Mode.FOOT, access, limit_s, most_rides), missed=False
        )
        days.append(StageDay(day, there, back))
        if days[-1].reason is not None:
            return StageWeek(tuple(days), days[-1].reason)
    return StageWeek(tuple(days), None)
