"""Journeys from door to door: there by a time, from a time on, and the last way home; or the reason why not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from geo.timetable.changes import NEVER
from geo.timetable.faults import TimetableError, TimetableErrorCode
from geo.transit.answers import JourneyAnswer, Missed, Mode, NoJourney
from geo.transit.doors import Linked
from geo.transit.legs import Teller
from geo.transit.search import MOST_RIDES, Ends, one, searching
from geo.transit.tracing import trace

if TYPE_CHECKING:
    from geo.graph import RoadGraph
    from geo.timetable.days import DayTable
    from geo.timetable.store import Feed
    from geo.transit.answers import Journey, Question
    from geo.transit.doors import Door
    from geo.transit.tracing import Ride

LEAST_LIMIT_S, MOST_LIMIT_S = 60, 6 * 3600
_NIGHT_S = 4 * 3600
_LATE_S = 28 * 3600
"""The night after a date ends here; nobody waits for the first bus of the next morning."""


@dataclass(frozen=True, slots=True)
class _Span:
    """Leaving and arriving with at most so many rides, in seconds of the day."""

    rides: int
    leave_s: int
    arrive_s: int


def seconds_of(feed: Feed, moment: dt.datetime) -> tuple[dt.date, int]:
    """Date and seconds after noon minus twelve hours of a local time; of an hour that comes twice the first.

    Raises
    ------
    TimetableError
        The clock skips this hour: it does not exist.
    """
    zone = ZoneInfo(feed.zone)
    local = moment.replace(tzinfo=zone)
    if local.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise TimetableError(TimetableErrorCode.NO_SUCH_HOUR, found=moment.isoformat(timespec="minutes"))
    day = moment.date()
    return day, round((local.astimezone(dt.UTC) - feed.begin(day)).total_seconds())


class TransitTravel:
    """Travel by one timetable, with one road network at both ends of every journey.

    Parameters
    ----------
    feed, graph
        The version in use of each; ask for them again when a new version may have come.

    Raises
    ------
    TimetableError
        The network has no layer for walking.
    """

    def __init__(self, feed: Feed, graph: RoadGraph) -> None:
        self.feed = feed
        self._linked = Linked.of(feed, graph)

    def journey(self, question: Question, *, missed: bool = True) -> JourneyAnswer:
        """The best journey and its alternatives by number of rides.

        To be there by a time: leave as late as possible, then arrive early, then few rides. To leave at a time:
        arrive as early as possible, then leave late, then few rides. ``missed`` asks what missing each ride costs,
        and is most of the work.

        Raises
        ------
        GeoError
            A door is no point on earth, a limit is out of range, the network lacks the layer.
        """
        _check(question)
        reason = self._horizon(question.day)
        if reason is not None:
            return self._no(reason)
        start, end, refused = self._doors(question)
        if refused is not None:
            return refused
        table = self.feed.day(question.day)
        spans = self._spans(question, table, start, end)
        if not spans:
            return self._no(self._why_not(question, table, start, end))
        return self._told(question, table, start, end, spans, missed=missed)

    def last_way_home(self, question: Question) -> JourneyAnswer:
        """The latest journey of the day from ``time_s`` on that still gets there before the night ends."""
        _check(question)
        reason = self._horizon(question.day)
        if reason is not None:
            return self._no(reason)
        start, end, refused = self._doors(question)
        if refused is not None:
            return refused
        table = self.feed.day(question.day)
        late = replace(question, time_s=_LATE_S, arrive_by=True, limit_s=_LATE_S - question.time_s)
        spans = self._spans(late, table, start, end)
        if spans:
            return self._told(late, table, start, end, spans[-1:])
        # After midnight one may depend on the runs of a day that nobody knows yet.
        unknown = question.day == self.feed.last_day and question.time_s >= 24 * 3600
        return self._no(NoJourney.EXPIRED if unknown else NoJourney.NO_JOURNEY)

    def _no(self, reason: NoJourney, gap_m: float | None = None) -> JourneyAnswer:
        return self._answer(None, (), reason, gap_m)

    def _answer(
        self, best: Journey | None, others: tuple[Journey, ...], reason: NoJourney | None, gap_m: float | None = None
    ) -> JourneyAnswer:
        graph = self._linked.graph
        names = (self.feed.name, self.feed.digest), (graph.name, graph.digest)
        return JourneyAnswer(best, others, reason, *names, gap_m)

    def _horizon(self, day: dt.date) -> NoJourney | None:
        if day < self.feed.first_day:
            return NoJourney.NOT_YET
        return NoJourney.EXPIRED if day > self.feed.last_day else None

    def _doors(self, question: Question) -> tuple[Door, Door, JourneyAnswer | None]:
        start = self._linked.from_door(question.origin, question.access)
        end = self._linked.to_door(question.destination, question.egress)
        wrong = next((door for door in (start, end) if door.reason is not None), None)
        refused = None if wrong is None or wrong.reason is None else self._no(wrong.reason, wrong.gap_m)
        return start, end, refused

    def _spans(
        self, question: Question, table: DayTable, start: Door, end: Door, rides: int | None = None
    ) -> list[_Span]:
        """One span per number of rides that helps, fewest rides first; the last one is the best in time."""
        sign = -1 if question.arrive_by else 1
        ends = (end.ends, start.ends) if question.arrive_by else (start.ends, end.ends)
        most = rides or question.most_rides
        edge = question.time_s + sign * question.limit_s
        with searching(
            table, self._linked.links, one(question.time_s), one(edge), *ends, most, forward=not question.arrive_by
        ) as found:
            best = [int(found.best[0, ride]) if found.reached[0, ride] else None for ride in range(most + 1)]
        spans: list[_Span] = []
        known: int | None = None
        for ride, value in enumerate(best):
            if value is None or (known is not None and sign * value >= sign * known):
                continue
            known = value
            if question.arrive_by:
                spans.append(_Span(ride, value, question.time_s))
            else:
                spans.append(_Span(ride, self._latest(table, start, end, question.time_s, value, ride), value))
        return spans

    def _latest(self, table: DayTable, start: Door, end: Door, leave_s: int, arrive_s: int, rides: int) -> int:
        """Leave no earlier than needed for an arrival that is known to be possible."""
        with searching(
            table, self._linked.links, one(arrive_s), one(leave_s), end.ends, start.ends, rides, forward=False
        ) as found:
            return int(found.best[0, rides])

    def _told(
        self,
        question: Question,
        table: DayTable,
        start: Door,
        end: Door,
        spans: list[_Span],
        *,
        missed: bool = True,
    ) -> JourneyAnswer:
        teller = Teller(self.feed, self._linked.links, question.day, table)
        journeys = []
        for span in reversed(spans):
            rides, arrive_s = self._rides(table, start, end, span)
            due_s = question.time_s if question.arrive_by and question.time_s != _LATE_S else arrive_s
            costs = [
                self._missed(question, table, teller, rides, at, start, end, (span.leave_s, due_s)) if missed else None
                for at in range(len(rides))
            ]
            journeys.append(teller.journey(rides, start, end, span.leave_s, arrive_s, costs))
        return self._answer(journeys[0], tuple(journeys[1:]), None)

    def _rides(self, table: DayTable, start: Door, end: Door, span: _Span) -> tuple[list[Ride], int]:
        """The rides of a span, as few as give the earliest arrival."""
        with searching(
            table, self._linked.links, one(span.leave_s), one(span.arrive_s), start.ends, end.ends, span.rides
        ) as found:
            arrive_s = int(found.best[0, span.rides])
            fewest = next(
                ride for ride in range(1, span.rides + 1)
                if found.reached[0, ride] and int(found.best[0, ride]) == arrive_s
            )  # fmt: skip
            return trace(found, table, fewest), arrive_s

    def _missed(
        self,
        question: Question,
        table: DayTable,
        teller: Teller,
        rides: list[Ride],
        at: int,
        start: Door,
        end: Door,
        times: tuple[int, int],
    ) -> Missed:
        """What happens to who comes a second too late for a ride: the next way from there, by any other stop near."""
        leave_s, due_s = times
        late_s = rides[at].board_s + 1
        reach = {rides[at].origin: 0}
        if at == 0:
            options = {int(point): leave_s + int(took) for point, took in zip(*_pairs(start.ends), strict=True)}
        else:
            options = self._changes(rides[at - 1].target, rides[at - 1].off_s)
        for point, ready_s in options.items():
            reach[point] = min(reach.get(point, MOST_LIMIT_S), max(0, ready_s - late_s))
        left = max(1, question.most_rides - at)
        with searching(
            table, self._linked.links, one(late_s), one(late_s + MOST_LIMIT_S), Ends.of(reach), end.ends, left
        ) as found:
            if not found.reached[0, left]:
                return Missed(None, None, NoJourney.NO_JOURNEY)
            arrive_s = int(found.best[0, left])
        return Missed(teller.moment(arrive_s), max(0, arrive_s - due_s), None)

    def _changes(self, point: int, off_s: int) -> dict[int, int]:
        """When one can be ready at other points after getting off."""
        links = self._linked.links
        walks = slice(int(links.forward.start[point]), int(links.forward.start[point + 1]))
        took = zip(links.forward.to[walks].tolist(), links.forward.seconds[walks].tolist(), strict=True)
        ready = {target: off_s + seconds for target, seconds in took}
        if int(links.change_s[point]) != NEVER:
            ready[point] = off_s + int(links.change_s[point])
        return ready

    def _why_not(self, question: Question, table: DayTable, start: Door, end: Door) -> NoJourney:
        """Why there is no journey: what would have to be wider for there to be one."""
        edge = question.time_s + (-question.limit_s if question.arrive_by else question.limit_s)
        first_s, last_s = sorted((question.time_s, edge))
        if self.feed.first_day == question.day and first_s < _NIGHT_S:
            return NoJourney.NOT_YET  # it may need a run of the night before, which nobody knows
        if self.feed.last_day == question.day and last_s > 24 * 3600:
            return NoJourney.EXPIRED
        if self._spans(question, table, start, end, MOST_RIDES):
            return NoJourney.TOO_MANY_RIDES
        wide = replace(question, limit_s=MOST_LIMIT_S)
        if self._spans(wide, table, start, end) or self._spans(wide, table, start, end, MOST_RIDES):
            return NoJourney.BEYOND_LIMIT
        return NoJourney.NO_JOURNEY


def _pairs(ends: Ends) -> tuple[list[int], list[int]]:
    return ends.point.tolist(), ends.seconds.tolist()


def _check(question: Question) -> None:
    if not LEAST_LIMIT_S <= question.limit_s <= MOST_LIMIT_S:
        raise TimetableError(TimetableErrorCode.BAD_LIMIT, found=str(question.limit_s // 60))
    if not 1 <= question.most_rides <= MOST_RIDES:
        raise TimetableError(TimetableErrorCode.BAD_RIDES, found=str(question.most_rides), most=str(MOST_RIDES))
    for mode in (question.access, question.egress):
        if mode is Mode.TRANSIT:
            raise TimetableError(TimetableErrorCode.BAD_ACCESS, mode=mode)
