"""Questions about public transport and their answers: a journey, or a reason and no number at all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt

Point = tuple[float, float]


class Mode(StrEnum):
    """How a leg is travelled."""

    FOOT = "lopen"
    BICYCLE = "fiets"
    TRANSIT = "ov"


class NoJourney(StrEnum):
    """Why there is no journey; the sentences stand in the catalogue of the edge."""

    EXPIRED = "dienstregeling_verlopen"
    NOT_YET = "dienstregeling_nog_niet"
    NO_STOP = "geen_halte_in_bereik"
    NO_JOURNEY = "geen_reis"
    BEYOND_LIMIT = "verder_dan_grens"
    TOO_MANY_RIDES = "te_veel_overstappen"
    OUTSIDE_NETWORK = "buiten_netwerk"
    TOO_FAR_FROM_ROAD = "te_ver_van_weg"
    SEPARATE_ISLAND = "los_eiland"


@dataclass(frozen=True, slots=True)
class Question:
    """From door to door, to be there by a time or to leave at a time.

    Attributes
    ----------
    day, time_s
        Date, and seconds after noon minus twelve hours of it.
    arrive_by
        Whether ``time_s`` is when somebody must be there; else when somebody can leave.
    access, egress
        On foot or by bicycle at the begin and at the end; who comes home has the bicycle at the end.
    limit_s
        Seconds between ``time_s`` and the other end of the journey, at most.
    most_rides
        Rides at most; a change is between two rides.
    """

    origin: Point
    destination: Point
    day: dt.date
    time_s: int
    arrive_by: bool
    access: Mode = Mode.FOOT
    egress: Mode = Mode.FOOT
    limit_s: int = 3 * 3600
    most_rides: int = 6


@dataclass(frozen=True, slots=True)
class Missed:
    """What it costs to miss a ride: arriving so much later, or a reason why there is no other way."""

    arrive: dt.datetime | None
    late_s: int | None
    reason: NoJourney | None


@dataclass(frozen=True, slots=True)
class Leg:
    """One piece of a journey; times are local.

    Attributes
    ----------
    metres
        Over the road, or along the line.
    from_station_id, to_station_id
        The stations that the stops belong to, or the stops themselves.
    line, trip_id, agency_id, route_id
        Of a ride; of a ride over several trips in which one stays seated, the first, and every line.
    slack_s
        Seconds between being able to get on and getting on.
    measured
        Whether the length of a ride comes from the feed; else it is straight from stop to stop.
    headway_s
        Of a ride without a fixed time: how often it comes, all of which is counted.
    ask
        Codes of what a passenger must do: ``bellen``, ``vraag_bestuurder``.
    guessed
        Whether a time of this ride stands between those of its neighbours because the timetable gives none.
    """

    mode: Mode
    depart: dt.datetime
    arrive: dt.datetime
    metres: int
    from_stop_id: str = ""
    to_stop_id: str = ""
    from_stop: str = ""
    to_stop: str = ""
    platform: str = ""
    from_station_id: str = ""
    to_station_id: str = ""
    line: str = ""
    trip_id: str = ""
    route_id: str = ""
    agency_id: str = ""
    kind: int = -1
    measured: bool = True
    slack_s: int = 0
    headway_s: int = 0
    ask: tuple[str, ...] = ()
    guessed: bool = False
    if_missed: Missed | None = None


@dataclass(frozen=True, slots=True)
class Journey:
    """From door to door."""

    depart: dt.datetime
    arrive: dt.datetime
    legs: tuple[Leg, ...]

    @property
    def rides(self) -> int:
        """How many vehicles."""
        return sum(leg.mode is Mode.TRANSIT for leg in self.legs)

    @property
    def seconds(self) -> int:
        """From leaving to arriving."""
        return round((self.arrive - self.depart).total_seconds())

    @property
    def minutes(self) -> int:
        """The same in minutes, a begun one counted whole."""
        return -(-self.seconds // 60)

    @property
    def walk_m(self) -> int:
        """Metres on foot."""
        return sum(leg.metres for leg in self.legs if leg.mode is Mode.FOOT)


@dataclass(frozen=True, slots=True)
class JourneyAnswer:
    """The best journey and what else there is to choose, or the reason why there is none.

    Attributes
    ----------
    alternatives
        With fewer rides, or more rides and a better time; each is better than every other one in something.
    gap_m
        Straight metres to the road, where that is the reason.
    feed, network
        Name and fingerprint of what it was computed with.
    """

    journey: Journey | None
    alternatives: tuple[Journey, ...]
    reason: NoJourney | None
    feed: tuple[str, str]
    network: tuple[str, str]
    gap_m: float | None = None


def _local(moment: dt.datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")


def leg_to_json(leg: Leg) -> dict[str, Any]:
    """One leg with the keys that programs read."""
    ends = {"mode": leg.mode.value, "depart": _local(leg.depart), "arrive": _local(leg.arrive)}
    if leg.mode is not Mode.TRANSIT:
        return {**ends, "metres": leg.metres}
    missed = leg.if_missed
    return {
        **ends,
        "line": leg.line,
        "trip_id": leg.trip_id,
        "from_stop_id": leg.from_stop_id,
        "to_stop_id": leg.to_stop_id,
        "from_stop": leg.from_stop,
        "to_stop": leg.to_stop,
        "platform": leg.platform,
        "slack_s": leg.slack_s,
        "headway_s": leg.headway_s,
        "ask": list(leg.ask),
        "guessed": leg.guessed,
        "if_missed": None
        if missed is None
        else {
            "reason": missed.reason,
            "arrive": _local(missed.arrive) if missed.arrive else None,
            "late_s": missed.late_s,
        },
    }


def journey_to_json(journey: Journey) -> dict[str, Any]:
    """One journey with the keys that programs read; times are local ISO without an offset."""
    return {
        "depart": _local(journey.depart),
        "arrive": _local(journey.arrive),
        "minutes": journey.minutes,
        "rides": journey.rides,
        "walk_m": journey.walk_m,
        "legs": [leg_to_json(leg) for leg in journey.legs],
    }


NO_NUMBERS: dict[str, Any] = {
    "depart": None, "arrive": None, "minutes": None, "rides": None, "walk_m": None, "legs": [],
}  # fmt: skip


def answer_to_json(answer: JourneyAnswer) -> dict[str, Any]:
    """The whole answer; a reason comes without any number."""
    found = NO_NUMBERS if answer.journey is None else journey_to_json(answer.journey)
    return {
        "reason": answer.reason,
        **found,
        "alternatives": [journey_to_json(other) for other in answer.alternatives],
        "feed": {"name": answer.feed[0], "digest": answer.feed[1]},
        "network": {"name": answer.network[0], "digest": answer.network[1]},
    }
