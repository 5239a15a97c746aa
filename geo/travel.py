"""Trips: a value or a reason. ``RoadTravel`` answers what matching and the screens ask."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from geo.areas import ReachArea, reach_areas
from geo.errors import RequestError
from geo.layouts import Layout, Layouts, Named
from geo.overlay import NOTHING, Overlay
from geo.paths import route
from geo.reached import Reached, find_reached
from geo.routes import RouteStep, line_of, steps_of
from geo.search import prepare_targets
from geo.snapping import NoTripReason, snap_points
from geo.trips import Asked, Trip, refuse
from geo.units import to_gaps, to_seconds_and_metres

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from geo.graph import Layer, Networks, RoadGraph
    from geo.paths import Path
    from geo.snapping import Places

Point = tuple[float, float]


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
        self._layouts = Layouts()

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
        among: int | None = None,
        limit_s: int | None = None,
    ) -> Reached:
        """What ``nearest`` answers without ``k``, in columns; the same tuple of destinations is prepared only once.

        Parameters
        ----------
        among
            The set of the destinations that count: bit ``i`` is the i-th in order of id; all of them when None.

        Raises
        ------
        GeoError
            Unknown definition or network, or a bad point or limit.
        """
        layer = self.graph.layer(definition_id)
        layout = self._layouts.of(layer, destinations)
        _need_order(layout)
        return find_reached(layout.targets, origin, among, limit_s)

    def nearest_many(
        self,
        definition_id: str,
        origins: Sequence[Point],
        destinations: Sequence[Named],
        *,
        k: int | None = None,
        limit_s: int | None = None,
        eligible: Sequence[int] | None = None,
        overlay: Overlay = NOTHING,
        names: Sequence[str] | None = None,
        threads: int | None = None,
    ) -> list[list[tuple[str, Trip]]]:
        """``nearest`` for many origins at once, in their order; an empty row where nothing is within the limit.

        Parameters
        ----------
        destinations
            A tuple is recognised when it is asked about again, and is then not laid out a second time.
        eligible
            Per origin which destinations count: bit ``i`` is the i-th, and the list is in the order of its ids.
        names
            What to call the origins in messages.
        threads
            Cores to use, all when None; the answer is the same for any number.
        """
        if k is not None and k < 1:
            raise RequestError.bad_number("Het aantal (k)", "een heel getal van 1 of meer")
        layer = self.graph.layer(definition_id)
        layout = self._layouts.of(layer, destinations, overlay)
        if eligible is not None:
            _need_order(layout)
        called = names or [f"vertrek {at + 1}" for at in range(len(origins))]
        named = [(name, *point) for name, point in zip(called, origins, strict=True)]
        starts = snap_points(layer, named, skip=overlay.segment_bits(layer))
        return Asked(layout, k, limit_s, threads).rows(starts, eligible)

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
        layout = self._layouts.of(layer, destinations, overlay)
        named = [(f"vertrek {at + 1}", *point) for at, point in enumerate(origins)]
        starts = snap_points(layer, named, skip=overlay.segment_bits(layer))
        found = Asked(layout, None, limit_s, None).rows(starts, None)
        missing = NoTripReason.NO_ROUTE if limit_s is None else NoTripReason.BEYOND_LIMIT
        arrival = dict(zip(layout.ids, zip(layout.places.reasons, layout.gaps, strict=True), strict=True))

        @cache
        def without(name: str) -> Trip:
            reason, gap = arrival[name]
            return refuse(layer, reason or missing, None, gap)

        return [
            [(name, known.get(name) or replace(without(name), origin_gap_m=gap)) for name, _, _ in destinations]
            for known, gap in zip(map(dict, found), to_gaps(starts), strict=True)
        ]

    def trip(self, definition_id: str, origin: Point, destination: Point, *, overlay: Overlay = NOTHING) -> Trip:
        """The trip of ``route``, when nobody asks for the line and the streets."""
        return self._between(definition_id, origin, destination, overlay, pieces=False)[1]

    def route(
        self, definition_id: str, origin: Point, destination: Point, *, overlay: Overlay = NOTHING
    ) -> RouteAnswer:
        """One route with its line and its streets, or the reason why there is none."""
        layer, trip, ends, path = self._between(definition_id, origin, destination, overlay, pieces=True)
        graph = layer.graph
        line = line_of(layer, path, ends) if path else ()
        steps = steps_of(layer, path, overlay) if path else ()
        return RouteAnswer(trip, line, steps, graph.name, graph.extract_date, graph.licence)

    def _between(
        self, definition_id: str, origin: Point, destination: Point, overlay: Overlay, *, pieces: bool
    ) -> tuple[Layer, Trip, Places, Path | None]:
        """One trip, both places on the road, and the path between them when there is one."""
        layer = self.graph.layer(definition_id)
        named = [("vertrek", *origin), ("aankomst", *destination)]
        ends = snap_points(layer, named, skip=overlay.segment_bits(layer))
        gap, place_gap = to_gaps(ends)
        reason = ends.reasons[0] or ends.reasons[1]
        path = None
        if reason is None:
            path = route(prepare_targets(layer, ends.part(1, 2), overlay=overlay), ends.part(0, 1), pieces=pieces)
        if path is None:
            return layer, refuse(layer, reason or NoTripReason.NO_ROUTE, gap, place_gap), ends, None
        cost = to_seconds_and_metres(layer, path.weight, path.second)
        return layer, Trip(*cost, gap, place_gap, definition_id, layer.graph.digest, None), ends, path

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
            raise RequestError(reason.sentence(to_gaps(start)[0]))
        return reach_areas(layer, start, sorted(set(minutes)), overlay=overlay)


def _need_order(layout: Layout) -> None:
    if not layout.in_order:
        raise RequestError("De bestemmingen staan niet op volgorde van naam; dan is een nummer onduidelijk.")


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


__all__ = ["RoadTravel", "RouteAnswer", "Trip", "to_geojson"]
