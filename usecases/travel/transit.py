"""Public transport for pages and commands: the timetables of this installation, journeys by them and what they cost."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geo.fares.price import price
from geo.fares.rules import FareRefused
from geo.fares.store import FareSets, rides_of
from geo.timetable.faults import TimetableError
from geo.timetable.store import Timetables

if TYPE_CHECKING:
    from pathlib import Path

    from geo.fares.price import Fare
    from geo.fares.rules import FareFile
    from geo.graph import RoadGraph
    from geo.timetable.store import Feed
    from geo.transit.answers import Journey, JourneyAnswer, Question
    from geo.transit.travel import TransitTravel

WARN_DAYS = 30
"""A timetable that ends within so many days is named beforehand."""


@dataclass(frozen=True, slots=True)
class InstalledFeed:
    """One timetable of this installation.

    Attributes
    ----------
    days_left
        Days from today to its last day; below nought when it has expired.
    fault
        What is wrong with it on disk; the rest is empty then.
    fares
        The files of prices under the same name, by first day; None when one of them is damaged.
    """

    name: str
    feed: Feed | None
    days_left: int
    fault: TimetableError | None
    fares: tuple[FareFile, ...] | None

    @property
    def ends_soon(self) -> bool:
        """Whether somebody should look for a new one."""
        return self.feed is not None and self.days_left < WARN_DAYS


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with its answer, what it costs, and the last way back; each may be a reason instead of a number."""

    answer: JourneyAnswer
    fare: Fare | None
    last_home: JourneyAnswer | None


class TransitService:
    """Use cases of public transport.

    Parameters
    ----------
    home
        ``STAGEROUTE_HOME``; timetables live in its folder ``ov``, prices in ``ov-fares``.
    """

    def __init__(self, home: Path) -> None:
        self.timetables = Timetables(home)
        self.fares = FareSets(home)
        self._travels: dict[tuple[str, str], TransitTravel] = {}
        self._lock = threading.Lock()

    def every(self, today: dt.date) -> list[InstalledFeed]:
        """Every timetable by name; one that is damaged is listed with what is wrong."""
        return [self._installed(name, today) for name in self.timetables.names()]

    def _installed(self, name: str, today: dt.date) -> InstalledFeed:
        fares: tuple[FareFile, ...] | None
        try:
            fares = tuple(self.fares.open(name))
        except FareRefused:
            fares = None
        try:
            feed = self.timetables.open(name)
        except TimetableError as error:
            return InstalledFeed(name, None, 0, error, fares)
        return InstalledFeed(name, feed, (feed.last_day - today).days, None, fares)

    def travel(self, name: str, graph: RoadGraph) -> TransitTravel:
        """Travel by one timetable over one network; kept for as long as both stay the same.

        Raises
        ------
        TimetableError
            Unknown or damaged timetable, or a network without the layer for walking.
        """
        from geo.transit.travel import TransitTravel

        feed = self.timetables.open(name)
        key = feed.digest, graph.digest
        with self._lock:
            if key not in self._travels:
                self._travels = {kept: travel for kept, travel in self._travels.items() if kept[0] != feed.digest}
                self._travels[key] = TransitTravel(feed, graph)
            return self._travels[key]

    def ask(self, travel: TransitTravel, question: Question, *, home_at: bool = False) -> Asked:
        """Answer one question with the price of the best journey; ``home_at`` adds the last way back of that day.

        Raises
        ------
        GeoError
            A door is no point on earth, or the question is out of range.
        """
        answer = travel.journey(question)
        fare = None if answer.journey is None else self.price(travel.feed.name, answer.journey)
        last_home = None
        if home_at and answer.reason is None:
            back = replace(
                question,
                origin=question.destination,
                destination=question.origin,
                access=question.egress,
                egress=question.access,
                arrive_by=False,
            )
            last_home = travel.last_way_home(back)
        return Asked(answer, fare, last_home)

    def price(self, name: str, journey: Journey) -> Fare:
        """What a journey costs by the prices of a set on the date it begins, or the reason why nobody can say.

        Raises
        ------
        FareRefused
            A file of prices was changed on disk and is wrong now.
        """
        return price(rides_of(journey), self.fares.open(name), journey.depart.date())
