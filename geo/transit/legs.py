"""From the rides of a search to legs that a person can read: names, platforms, lengths and local times."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from geo.timetable.calls import ASK_DRIVER, BY_PHONE
from geo.timetable.distances import straight_m
from geo.transit.answers import Journey, Leg, Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.timetable.days import DayTable
    from geo.timetable.store import Feed
    from geo.transit.answers import Missed
    from geo.transit.doors import Door
    from geo.transit.links import Links
    from geo.transit.tracing import Ride

_ASKS = {BY_PHONE: "bellen", ASK_DRIVER: "vraag_bestuurder"}
_GUESSED = 1 << 4
_STRAIGHT_TO_WALK = 1.3


class Teller:
    """Tells journeys of one date of a feed.

    Parameters
    ----------
    feed, links, day, table
        The timetable, its changes, and the date with its runs.
    """

    def __init__(self, feed: Feed, links: Links, day: dt.date, table: DayTable) -> None:
        self._feed = feed
        self._links = links
        self._table = table
        self._begin = feed.begin(day)
        self._zone = ZoneInfo(feed.zone)
        self._stop = feed.array("point_stop")

    def moment(self, seconds: int) -> dt.datetime:
        """Local time of so many seconds after noon minus twelve hours."""
        return (self._begin + dt.timedelta(seconds=seconds)).astimezone(self._zone)

    def journey(
        self,
        rides: Sequence[Ride],
        start: Door,
        end: Door,
        leave_s: int,
        arrive_s: int,
        missed: Sequence[Missed | None],
    ) -> Journey:
        """The whole journey from door to door; ``missed`` has one entry per ride."""
        legs: list[Leg] = []
        first, last = rides[0], rides[-1]
        legs += self._road(start, first.origin, leave_s, first.ready_s)
        for number, ride in enumerate(rides):
            if number:
                before = rides[number - 1]
                legs += self._walk(before.target, ride.origin, before.off_s, ride.ready_s)
            legs.append(self._ride(ride, missed[number]))
        legs += self._road(end, last.target, last.off_s, arrive_s)
        return Journey(self.moment(leave_s), self.moment(arrive_s), tuple(legs))

    def _road(self, door: Door, point: int, begin_s: int, end_s: int) -> list[Leg]:
        metres = door.metres[point]
        if end_s == begin_s and metres == 0:
            return []
        return [Leg(door.mode, self.moment(begin_s), self.moment(end_s), metres)]

    def _walk(self, here: int, there: int, begin_s: int, end_s: int) -> list[Leg]:
        one, other = int(self._stop[here]), int(self._stop[there])
        if one == other:
            return []
        metres = self._links.forward.metres_between(here, there)
        if metres < 0:  # the feed says how long it takes, not how far it is
            ends = self._feed.array("stop_xy")[[one, other]].astype(np.int64)
            metres = round(float(straight_m(ends[:1], ends[1:])[0]) * _STRAIGHT_TO_WALK)
        return [Leg(Mode.FOOT, self.moment(begin_s), self.moment(end_s), metres)]

    def _ride(self, ride: Ride, missed: Missed | None) -> Leg:
        feed, table = self._feed, self._table
        trip = int(table.run_trip[ride.run])
        lead = int(table.run_lead[ride.run])
        begin = int(feed.array("trip_start")[trip])
        calls = slice(begin + ride.first, begin + ride.last + 1)
        parts = list(dict.fromkeys(feed.array("call_trip")[calls].tolist()))
        routes = [int(feed.array("trip_route")[part]) for part in parts]
        asks = feed.array("call_ask")[calls]
        get_on, get_off = int(asks[0]) & 3, int(asks[-1]) >> 2 & 3
        metres = feed.array("call_metres")[calls]
        here, there = int(self._stop[ride.origin]), int(self._stop[ride.target])
        names = feed.texts("route_name")
        return Leg(
            mode=Mode.TRANSIT,
            depart=self.moment(ride.board_s + lead),
            arrive=self.moment(ride.off_s),
            metres=int(metres[-1]) - int(metres[0]),
            from_stop_id=feed.stop_ids[here],
            to_stop_id=feed.stop_ids[there],
            from_stop=feed.stop_names[here],
            to_stop=feed.stop_names[there],
            platform=feed.texts("stop_platform")[here],
            from_station_id=feed.texts("stop_root")[here],
            to_station_id=feed.texts("stop_root")[there],
            line=", ".join(dict.fromkeys(names[route] for route in routes)),
            trip_id=feed.texts("trip_id")[parts[0]],
            route_id=feed.texts("route_id")[routes[0]],
            agency_id=feed.texts("agency_id")[int(feed.array("route_agency")[routes[0]])],
            kind=int(feed.array("route_kind")[routes[0]]),
            measured=bool(feed.array("trip_measured")[trip]),
            slack_s=ride.board_s - ride.ready_s,
            headway_s=lead,
            ask=tuple(dict.fromkeys(_ASKS[way] for way in (get_on, get_off) if way in _ASKS)),
            guessed=bool((int(asks[0]) | int(asks[-1])) & _GUESSED),
            if_missed=missed,
        )
