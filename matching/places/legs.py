"""From travel to legs: the best trip of a pupil to each place, in one of the pupil's modes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from matching.places.columns import Destination, OpenPlaces
from matching.places.eligibility import Leg
from matching.places.model import InternshipPlace, MatchPolicy, Mode, Point, Pupil
from matching.places.ports import PlaceIndex, Reached, Travel, Trip
from matching.places.ranking import best_leg, estimate_ov, relevant_modes, to_leg, to_minutes

FASTEST_METRES_PER_MINUTE: Mapping[Mode, int] = {Mode.BICYCLE: 420, Mode.FOOT: 130, Mode.CAR: 2200}
"""No trip covers more road than this per minute (25, 8 and 130 km/h), so no place beyond it can be within the limit."""

_SLOWEST_METRES_PER_SECOND = 1.0


def reach_metres(pupil: Pupil, policy: MatchPolicy, limit_minutes: int) -> int:
    """As the crow flies, beyond which no place can be within ``limit_minutes`` in any of the pupil's modes."""
    return max(
        (
            max(limit_minutes - policy.ov_fixed_minutes, 0) * policy.ov_metres_per_minute
            if mode is Mode.OV
            else limit_minutes * FASTEST_METRES_PER_MINUTE[mode]
            for mode in relevant_modes(pupil, policy)
        ),
        default=0,
    )


def limit_seconds(mode: Mode, policy: MatchPolicy, limit_minutes: int) -> int:
    """How far the network is searched for one mode; for the OV estimate by the metres that fit in the limit."""
    if mode is Mode.OV:
        metres = max(limit_minutes - policy.ov_fixed_minutes, 0) * policy.ov_metres_per_minute
        return max(round(metres / _SLOWEST_METRES_PER_SECOND), 1)
    return limit_minutes * 60


@dataclass
class FoundLegs:
    """The best leg per place id, and the reason per place the network has no route to."""

    legs: dict[str, Leg] = field(default_factory=dict)
    no_route: dict[str, str] = field(default_factory=dict)
    cut_seconds: int | None = None
    """In some mode only the nearest were asked, up to this time: beyond it legs are missing or not the best."""

    def add(self, trips: Sequence[tuple[str, Trip]], mode: Mode, policy: MatchPolicy, count: int | None = None) -> None:
        """Keep what is quicker than what was known; a full list of the ``count`` nearest ends somewhere, note where."""
        last: int | None = None
        for place_id, trip in trips:
            leg = to_leg(mode, trip, policy)
            if leg is None:
                self.no_route.setdefault(place_id, (trip.reason or "onbekend").rstrip("."))
                continue
            last = leg.seconds if last is None else max(last, leg.seconds)
            known = self.legs.get(place_id)
            self.legs[place_id] = leg if known is None else best_leg((known, leg)) or leg
        if count is not None and len(trips) >= count and last is not None:
            self.cut_seconds = last if self.cut_seconds is None else min(self.cut_seconds, last)


@dataclass(frozen=True, slots=True)
class ModeTrips:
    """What is reached in one mode: the seconds to each of ``reached.numbers``, an estimate for OV."""

    mode: Mode
    reached: Reached
    seconds: Sequence[int]


@dataclass(frozen=True, slots=True)
class ReachedTrips:
    """What is reached in each of the pupil's modes; a leg is made only where one is shown."""

    modes: Sequence[ModeTrips]

    @property
    def columns(self) -> list[tuple[Sequence[int], Sequence[int]]]:
        """Numbers and seconds per mode, as ``OpenPlaces.order`` wants them."""
        return [(one.reached.numbers, one.seconds) for one in self.modes]

    @property
    def has_no_road(self) -> bool:
        """Whether in some mode the origin itself has no place on the road."""
        return any(one.reached.reason is not None for one in self.modes)

    def leg(self, row: int) -> Leg:
        """The trip in this row, counted through all columns."""
        for one in self.modes:
            if row < len(one.seconds):
                seconds, metres, road = one.seconds[row], one.reached.metres[row], one.reached
                named = road.definition_id, road.network_digest
                return Leg(one.mode, to_minutes(seconds), seconds, metres, *named, one.mode is Mode.OV)
            row -= len(one.seconds)
        raise IndexError(row)


def to_destinations(places: Iterable[InternshipPlace]) -> list[Destination]:
    """Places as the travel port wants them, by id."""
    return [(place.id, place.point.lat, place.point.lon) for place in sorted(places, key=lambda place: place.id)]


class LegFinder:
    """Asks travel."""

    def __init__(self, travel: Callable[[], Travel]) -> None:
        self._travel = travel

    def find(
        self, pupil: Pupil, policy: MatchPolicy, places: Sequence[InternshipPlace], limit_minutes: int
    ) -> FoundLegs:
        """Legs of one pupil within ``limit_minutes``; without a leg the place is further or has no route."""
        found = FoundLegs()
        if places:
            destinations = to_destinations(places)
            origin = (pupil.origin.lat, pupil.origin.lon)
            for mode, definition in relevant_modes(pupil, policy).items():
                seconds = limit_seconds(mode, policy, limit_minutes)
                found.add(
                    self._travel().nearest(definition, origin, destinations, k=None, limit_s=seconds), mode, policy
                )
        return found

    def find_reached(self, pupil: Pupil, policy: MatchPolicy, places: OpenPlaces, limit_minutes: int) -> ReachedTrips:
        """``find`` for a search over all places, in columns; the modes in the order of ``Mode``."""
        found = []
        definitions = relevant_modes(pupil, policy)
        for mode in Mode:
            if mode in definitions and places.bits:
                reached = self._travel().reached(
                    definitions[mode],
                    (pupil.origin.lat, pupil.origin.lon),
                    places.destinations,
                    among=places.bits,
                    limit_s=limit_seconds(mode, policy, limit_minutes),
                )
                estimate = [estimate_ov(metres, policy) for metres in reached.metres] if mode is Mode.OV else None
                found.append(ModeTrips(mode, reached, reached.seconds if estimate is None else estimate))
        return ReachedTrips(found)

    def find_many(
        self,
        pupils: Sequence[Pupil],
        policy: MatchPolicy,
        index: PlaceIndex,
        possible: Sequence[int],
        *,
        count: int | None,
        limit_minutes: int,
    ) -> list[FoundLegs]:
        """The ``count`` nearest places in every mode for pupils that share their modes, one answer per pupil.

        Parameters
        ----------
        possible
            Per pupil the set of places that may be in the answer.
        """
        found = [FoundLegs() for _ in pupils]
        if not any(possible):
            return found
        origins = [(pupil.origin.lat, pupil.origin.lon) for pupil in pupils]
        for mode, definition in relevant_modes(pupils[0], policy).items():
            seconds = limit_seconds(mode, policy, limit_minutes)
            answers = self._travel().nearest_many(
                definition, origins, index.destinations, k=count, limit_s=seconds, eligible=possible
            )
            for legs, trips in zip(found, answers, strict=True):
                legs.add(trips, mode, policy, count)
        return found

    def with_fixed_minutes(self, pupil: Pupil, policy: MatchPolicy) -> Pupil:
        """The pupil with the weekly minutes to school and mbo filled in; a trip without a route counts as nothing."""
        if not pupil.fixed_trips:
            return pupil
        days: dict[Point, int] = defaultdict(int)
        for point, count in pupil.fixed_trips:
            days[point] += count
        named = {str(number): point for number, point in enumerate(days)}
        destinations = [(name, point.lat, point.lon) for name, point in named.items()]
        found = FoundLegs()
        for mode, definition in relevant_modes(pupil, policy).items():
            trips = self._travel().nearest(
                definition, (pupil.origin.lat, pupil.origin.lon), destinations, k=None, limit_s=None
            )
            found.add(trips, mode, policy)
        minutes = sum(2 * leg.minutes * days[named[name]] for name, leg in found.legs.items())
        return replace(pupil, fixed_minutes=minutes)
