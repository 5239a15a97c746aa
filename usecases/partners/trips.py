"""Travel for chain and coverage: one search per origin, and a reason wherever there is no trip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from data.faults import InputRefused
from matching.partners.model import ChainSchool, Location, TripFact
from matching.places.columns import Destination
from matching.places.ports import LatLon, Trip

CHAIN_LIMIT_S = 3 * 3600
"""A candidate further away than three hours has no travel time; it keeps its place at the end of its step."""


class TripTable(Protocol):
    """The part of the travel port that is used here."""

    def trips(
        self,
        definition_id: str,
        origins: Sequence[LatLon],
        destinations: Sequence[Destination],
        *,
        limit_s: int | None = None,
    ) -> Sequence[Sequence[tuple[str, Trip]]]:
        """Every origin to every destination, in the order given; each pair has a value or a reason."""
        ...


class PartnerTrips:
    """Trips between schools and partner locations.

    Parameters
    ----------
    travel
        The travel port, or ``None`` on an installation without a road network.
    """

    def __init__(self, travel: TripTable | None) -> None:
        self._travel = travel

    def between(
        self,
        definition_id: str,
        schools: Sequence[ChainSchool],
        locations: Sequence[Location],
        *,
        limit_s: int = CHAIN_LIMIT_S,
        strict: bool = False,
    ) -> dict[str, dict[str, TripFact]]:
        """Return the trip per vestiging and location; every pair has one, if only a reason.

        Parameters
        ----------
        limit_s
            Search no further than this many seconds.
        strict
            Refuse when there is no network or no such definition, instead of giving that as the reason: a chain
            can do without travel times, a coverage cannot.

        Raises
        ------
        InputRefused, geo.errors.GeoError
            Only when ``strict``.
        """
        if not schools or not locations:
            return {each.vestiging: {} for each in schools}
        if self._travel is None:
            if strict:
                raise InputRefused.because("Er is nog geen wegennet ingelezen, dus dekking is niet te berekenen.")
            return _without(schools, locations, "er is nog geen wegennet ingelezen")
        destinations = [(each.location_id, each.lat, each.lon) for each in locations]
        origins = [(each.lat, each.lon) for each in schools]
        try:
            answers = self._travel.trips(definition_id, origins, destinations, limit_s=limit_s)
        except ValueError as error:
            if strict:
                raise
            # No network, or an unknown definition: the chain still stands, without travel times, and says why.
            return _without(schools, locations, str(error).rstrip("."))
        reason = f"verder dan {limit_s // 60} minuten, of niet te bereiken over de weg"
        found: dict[str, dict[str, TripFact]] = {}
        for school, answer in zip(schools, answers, strict=True):
            own = {location_id: _fact(trip, reason) for location_id, trip in answer}
            found[school.vestiging] = own
        return found


def _fact(trip: Trip, reason: str) -> TripFact:
    if trip.seconds is None:
        return TripFact(None, None, (trip.reason or reason).rstrip("."))
    return TripFact(trip.seconds, trip.metres)


def _without(
    schools: Sequence[ChainSchool], locations: Sequence[Location], reason: str
) -> dict[str, dict[str, TripFact]]:
    own = {each.location_id: TripFact(None, None, reason) for each in locations}
    return {each.vestiging: dict(own) for each in schools}


def pairs(trips: Mapping[str, Mapping[str, TripFact]]) -> dict[tuple[str, str], TripFact]:
    """Flatten trips to one mapping by ``(vestiging, location)``."""
    return {(school, place): trip for school, own in trips.items() for place, trip in own.items()}
