"""Trips: a value or a reason. ``RoadTravel`` answers what matching and the screens ask."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from geo.areas import ReachArea, reach_areas
from geo.errors import RequestError
from geo.known_places import KnownPlaces
from geo.overlay import NOTHING, Overlay
from geo.paths import route
from geo.reached import KeptTargets, Reached, find_reached
from geo.routes import RouteStep, line_of, steps_of
from geo.search import nearest, prepare_targets
from geo.snapping import NoTripReason, Places, snap_points
from geo.units import gap_of, to_bound, to_seconds_and_metres

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from geo.graph import Layer, Networks, RoadGraph
    from geo.search import Hits

Point = tuple[float, float]
Named = tuple[str, float, float]


@dataclass(frozen=True, slots=True)
class Trip:
    """One journey over the road network, or the reason why there is none.

    Attributes
    ----------
    seconds, metres
        Time and length of the route, both None when there is a reason. The gaps are not part of them.
    origin_gap_m, destination_gap_m
        Straight distance from each point to its place on the road; None when no road was found.
    definition_id, network_digest
        What it was computed with.
    reason
        One Dutch sentence why there is no trip; None when there is one.
    code
        The same as a code of ``NoTripReason``.
    """

    seconds: int | None
    metres: int | None
    origin_gap_m: float | None
    destination_gap_m: float | None
    definition_id: str
    network_digest: str
    reason: str | None
    code: NoTripReason | None = None


@dataclass(frozen=True, slots=True)
class RouteAnswer:
    """A trip with its line and its streets.

    Attributes
    ----------
    line
        ``(lat, lon)`` from the first to the last place on the road; empty when there is a reason.
    steps
        Streets in order, each with its length and time.
    """

    trip: Trip
    line: tuple[Point, ...]
    steps: tuple[RouteStep, ...]
    network: str
    extract_date: dt.date | None
    licence: str


class RoadTravel:
    """Travel over one network.

    Parameters
    ----------
    networks, network_name
        Where to look, and which one; the version in use is taken at every question.
    """

    def __init__(self, networks: Networks, network_name: str) -> None:
        self._networks = networks
        self._name = network_name
        self._known = KnownPlaces()
        self._kept = KeptTargets()

    @property
    def graph(self) -> RoadGraph:
        """The version in use now."""
        return self._networks.open(self._name)

    def nearest(
        self,
        definition_id: str,
        origin: Point,
        destinations: Sequence[Named],
        *,
        k: int | None = None,
        limit_s: int | None = None,
        overlay: Overlay = NOTHING,
    ) -> list[tuple[str, Trip]]:
        """The k nearest destinations of one origin, nearest first; equal ones by id.

        Parameters
        ----------
        destinations
            ``(id, lat, lon)``; only eligible ones, ids unique.
        k
            How many; all within the limit when None.
        limit_s
            Longest journey in seconds.

        Raises
        ------
        GeoError
            Unknown definition or network, bad point, ids that are not unique.

        Notes
        -----
        When the origin itself has no place on the road, every destination comes back (at most k, by id) with that
        reason instead of a value.
        """
        found = self.nearest_many(definition_id, [origin], destinations, k=k, limit_s=limit_s, overlay=overlay)
        return found[0]

    def reached(
        self,
        definition_id: str,
        origin: Point,
        destinations: tuple[Named, ...],
        *,
        among: Sequence[int] | None = None,
        limit_s: int | None = None,
    ) -> Reached:
        """What ``nearest`` answers without ``k``, in columns; the same tuple of destinations is prepared only once.

        Parameters
        ----------
        among
            Numbers of the destinations that count; all of them when None.

        Raises
        ------
        GeoError
            Unknown definition or network, or a bad point or limit.
        """
        layer = self.graph.layer(definition_id)
        return find_reached(self._kept.of(layer, destinations), origin, among, limit_s)

    def nearest_many(
        self,
        definition_id: str,
        origins: Sequence[Point],
        destinations: Sequence[Named],
        *,
        k: int | None = None,
        limit_s: int | None = None,
        overlay: Overlay = NOTHING,
        names: Sequence[str] | None = None,
        threads: int | None = None,
    ) -> list[list[tuple[str, Trip]]]:
        """``nearest`` for many origins at once, in their order; an empty row where nothing is within the limit.

        Parameters
        ----------
        names
            What to call the origins in messages.
        threads
            Cores to use, all when None; the answer is the same for any number.
        """
        if k is not None and k < 1:
            raise RequestError.bad_number("Het aantal (k)", "een heel getal van 1 of meer")
        layer = self.graph.layer(definition_id)
        ordered = _unique(destinations, "bestemmingen")
        skip = overlay.segment_bits(layer)
        called = names or [f"vertrek {at + 1}" for at in range(len(origins))]
        places = self._known.of(layer, ordered) if overlay is NOTHING else snap_points(layer, ordered, skip=skip)
        starts = snap_points(layer, [(name, *point) for name, point in zip(called, origins, strict=True)], skip=skip)
        targets = prepare_targets(layer, places, overlay=overlay)
        bound, filter_s = to_bound(layer, limit_s)
        hits = nearest(targets, starts, k=None if filter_s else k, limit=bound, threads=threads)
        answer: list[list[tuple[str, Trip]]] = []
        for at, reason in enumerate(starts.reasons):
            if reason is not None:
                trip = _refused(layer, reason, gap_of(starts, at), None)
                answer.append([(name, trip) for name, _, _ in ordered[:k]])
                continue
            row = [
                (ordered[int(hits.destination[at, column])][0], _trip(layer, starts, places, hits, at, column))
                for column in range(int(hits.count[at]))
            ]
            if filter_s:
                row = [pair for pair in row if pair[1].seconds is not None and pair[1].seconds <= filter_s][:k]
            answer.append(row)
        return answer

    def no_hit_reason(self, definition_id: str, destinations: Sequence[Named], *, limit_s: int | None = None) -> str:
        """Why an origin that does have a place on the road found nothing, in one Dutch sentence."""
        places = snap_points(self.graph.layer(definition_id), destinations)
        if all(reason is not None for reason in places.reasons):
            return "Geen van de bestemmingen heeft een plek op een weg van deze kaart."
        return (NoTripReason.NO_ROUTE if limit_s is None else NoTripReason.BEYOND_LIMIT).sentence()

    def trips(
        self,
        definition_id: str,
        origins: Sequence[Point],
        destinations: Sequence[Named],
        *,
        limit_s: int | None = None,
        overlay: Overlay = NOTHING,
    ) -> list[list[tuple[str, Trip]]]:
        """Every origin to every destination, in the order given; each pair has a value or a reason."""
        layer = self.graph.layer(definition_id)
        ordered = _unique(destinations, "bestemmingen")
        skip = overlay.segment_bits(layer)
        places = snap_points(layer, ordered, skip=skip)
        starts = snap_points(layer, [(f"vertrek {at + 1}", *point) for at, point in enumerate(origins)], skip=skip)
        targets = prepare_targets(layer, places, overlay=overlay)
        bound, _ = to_bound(layer, limit_s)
        hits = nearest(targets, starts, limit=bound)
        position = {name: at for at, (name, _, _) in enumerate(ordered)}
        answer = []
        for at in range(len(origins)):
            column_of = {int(hits.destination[at, column]): column for column in range(int(hits.count[at]))}
            row: list[tuple[str, Trip]] = []
            for name, _, _ in destinations:
                to = position[name]
                reason = starts.reasons[at] or places.reasons[to]
                if reason is None and to not in column_of:
                    reason = NoTripReason.NO_ROUTE if limit_s is None else NoTripReason.BEYOND_LIMIT
                trip = None if reason else _trip(layer, starts, places, hits, at, column_of[to])
                if trip is not None and limit_s is not None and trip.seconds is not None and trip.seconds > limit_s:
                    trip, reason = None, NoTripReason.BEYOND_LIMIT
                if trip is None and reason is not None:
                    trip = _refused(layer, reason, gap_of(starts, at), gap_of(places, to))
                if trip is not None:
                    row.append((name, trip))
            answer.append(row)
        return answer

    def route(
        self, definition_id: str, origin: Point, destination: Point, *, overlay: Overlay = NOTHING
    ) -> RouteAnswer:
        """One route with its line and its streets, or the reason why there is none."""
        graph = self.graph
        layer = graph.layer(definition_id)
        skip = overlay.segment_bits(layer)
        start = snap_points(layer, [("vertrek", *origin)], skip=skip)
        place = snap_points(layer, [("aankomst", *destination)], skip=skip)
        reason = start.reasons[0] or place.reasons[0]
        path = None if reason else route(prepare_targets(layer, place, overlay=overlay), start)
        if path is None:
            trip = _refused(layer, reason or NoTripReason.NO_ROUTE, gap_of(start, 0), gap_of(place, 0))
            return RouteAnswer(trip, (), (), graph.name, graph.extract_date, graph.licence)
        seconds, metres = to_seconds_and_metres(layer, path.weight, path.second)
        trip = Trip(seconds, metres, gap_of(start, 0), gap_of(place, 0), definition_id, graph.digest, None)
        line = line_of(layer, path, overlay, start, place)
        return RouteAnswer(trip, line, steps_of(layer, path, overlay), graph.name, graph.extract_date, graph.licence)

    def reach(
        self, definition_id: str, origin: Point, minutes: Sequence[int], *, overlay: Overlay = NOTHING
    ) -> list[ReachArea]:
        """What can be reached within several numbers of minutes, as polygons, smallest first.

        Raises
        ------
        RequestError
            No minutes, or minutes that are not between 1 and 600; or the origin has no place on the road.
        """
        if not minutes or any(not 1 <= minute <= 600 for minute in minutes):
            raise RequestError.bad_number("Het aantal minuten", "hele getallen van 1 tot en met 600")
        layer = self.graph.layer(definition_id)
        start = snap_points(layer, [("vertrek", *origin)], skip=overlay.segment_bits(layer))
        reason = start.reasons[0]
        if reason is not None:
            raise RequestError(reason.sentence(gap_of(start, 0)))
        return reach_areas(layer, start, sorted(set(minutes)), overlay=overlay)


def _unique(points: Sequence[Named], what: str) -> list[Named]:
    """Sorted by id, so that the number of a point is its rank in a tie."""
    ordered = sorted(points, key=lambda point: point[0])
    for before, after in pairwise(ordered):
        if before[0] == after[0]:
            raise RequestError.duplicate_id(what, after[0])
    return ordered


def _trip(layer: Layer, starts: Places, places: Places, hits: Hits, at: int, column: int) -> Trip:
    to = int(hits.destination[at, column])
    seconds, metres = to_seconds_and_metres(layer, int(hits.weight[at, column]), int(hits.second[at, column]))
    return Trip(seconds, metres, gap_of(starts, at), gap_of(places, to), layer.definition_id, layer.graph.digest, None)


def _refused(layer: Layer, reason: NoTripReason, origin_gap_m: float | None, destination_gap_m: float | None) -> Trip:
    gap_m = max((gap for gap in (origin_gap_m, destination_gap_m) if gap is not None), default=None)
    return Trip(
        None,
        None,
        origin_gap_m,
        destination_gap_m,
        layer.definition_id,
        layer.graph.digest,
        reason.sentence(gap_m),
        reason,
    )


def to_geojson(answer: RouteAnswer) -> dict[str, Any]:
    """A route as one GeoJSON feature; its properties say what it was computed with."""
    trip = answer.trip
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": [[lon, lat] for lat, lon in answer.line]}
        if answer.line
        else None,
        "properties": {
            "seconds": trip.seconds,
            "metres": trip.metres,
            "origin_gap_m": trip.origin_gap_m,
            "destination_gap_m": trip.destination_gap_m,
            "reason": trip.reason,
            "definition": trip.definition_id,
            "network": answer.network,
            "network_digest": trip.network_digest,
            "extract_date": answer.extract_date.isoformat() if answer.extract_date else None,
            "licence": answer.licence,
            "steps": [
                {"street": step.street, "kind": step.kind, "metres": step.metres, "seconds": step.seconds}
                for step in answer.steps
            ],
        },
    }
