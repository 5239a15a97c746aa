"""Travel for every page: the network in use, trips over it, its ground for maps, and places from free input."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.definition import DistanceDefinition, load_definitions
from geo.errors import GeoError, NetworkError
from geo.geocode import AddressSearch, Geocoder, NoPlace, Place
from geo.graph import Networks, RoadGraph
from usecases.travel.map_ground import MapGround, MapGrounds
from usecases.travel.recent import Recent

if TYPE_CHECKING:
    from data.travel_store import TravelStore
    from geo.areas import ReachArea
    from geo.travel import RoadTravel, RouteAnswer, Trip

_LOOK_AGAIN_S = 2.0
Work = Callable[[], "AbstractContextManager[TravelStore]"]
LatLon = tuple[float, float]
Destination = tuple[str, float, float]


class TravelService:
    """Use cases of travel; fits the travel ports of matching and partners by shape.

    Parameters
    ----------
    home
        ``STAGEROUTE_HOME``; networks live in its folder ``networks``.
    read, write
        Give a store for one reading, or for one transaction.
    clock
        Gives the current moment in UTC.
    search
        Address service, or none.
    """

    def __init__(
        self,
        home: Path,
        read: Work,
        write: Work,
        clock: Callable[[], datetime],
        search: AddressSearch | None = None,
    ) -> None:
        self.networks = Networks(home)
        self._read = read
        self._write = write
        self._clock = clock
        self._search = search
        self._grounds = MapGrounds(self.networks.folder)
        self._roads: dict[str, RoadTravel] = {}
        self._routes: Recent[RouteAnswer] = Recent(256)
        self._reaches: Recent[list[ReachArea]] = Recent(32)
        self._lock = threading.Lock()
        self._current: tuple[float, str | None] = (float("-inf"), None)

    # Which network

    def current_name(self) -> str | None:
        """Name of the network in use: the chosen one, else the first by name; none when nothing was built."""
        looked_at, name = self._current
        if name is None or time.monotonic() - looked_at > _LOOK_AGAIN_S:
            with self._read() as store:
                chosen = store.chosen_network()
            built = self.networks.names()
            name = chosen if chosen in built else (built[0] if built else None)
            self._current = (time.monotonic(), name)
        return name

    def choose(self, name: str, by: str) -> None:
        """Use another network from now on; other workers follow within two seconds.

        Raises
        ------
        NetworkError
            Unknown or damaged network.
        """
        self.networks.open(name)
        with self._write() as store:
            store.choose_network(name, at=self._clock(), by=by)
        self._current = (float("-inf"), None)

    def graph(self) -> RoadGraph | None:
        """Network in use, in its newest version, or nothing when there is none.

        Raises
        ------
        NetworkError
            The network is damaged on disk.
        """
        name = self.current_name()
        return self.networks.open(name) if name else None

    def road(self) -> RoadTravel:
        """Travel over the network in use; a rebuild is taken over at the next question.

        Raises
        ------
        NetworkError
            No network was built yet.
        """
        from geo.travel import RoadTravel

        name = self.current_name()
        if name is None:
            raise NetworkError.unknown("in gebruik", [])
        with self._lock:
            if name not in self._roads:
                self._roads[name] = RoadTravel(self.networks, name)
            return self._roads[name]

    def warm(self) -> None:
        """Ask the network in use one of every kind of question; quiet when there is none yet."""
        # A damaged network is said on the page that needs it, and in the list of the beheerder.
        with suppress(GeoError):
            graph = self.graph()
            if graph is None:
                return
            road = self.road()
            for definition_id in graph.definitions:
                lon, lat = (graph.layer(definition_id).node_xy[0] * 1e-7).tolist()
                road.nearest(definition_id, (lat, lon), [("", lat, lon)], limit_s=60)
                road.route(definition_id, (lat, lon), (lat, lon))
            road.reach(definition_id, (lat, lon), [1])
            self.ground()

    @staticmethod
    def definitions() -> dict[str, DistanceDefinition]:
        """Every named meaning of distance, by id."""
        return load_definitions()

    def as_of(self, definition_id: str | None = None) -> dict[str, Any]:
        """What an answer was computed with: network, its date and digest, and the dated definition."""
        graph = self.graph()
        found: dict[str, Any] = {
            "network": graph.name if graph else None,
            "network_digest": graph.digest if graph else None,
            "extract_date": graph.extract_date.isoformat() if graph and graph.extract_date else None,
            "licence": graph.licence if graph else None,
        }
        if definition_id is not None:
            definition = load_definitions()[definition_id]
            found["definition"] = definition.id
            found["definition_valid_from"] = definition.valid_from.isoformat()
            found["definition_digest"] = definition.digest
        return found

    # Trips

    def nearest(
        self,
        definition_id: str,
        origin: LatLon,
        destinations: Sequence[Destination],
        *,
        k: int | None = None,
        limit_s: int | None = None,
    ) -> list[tuple[str, Trip]]:
        """The ``k`` nearest destinations of one origin; see :meth:`geo.travel.RoadTravel.nearest`."""
        return self.road().nearest(definition_id, origin, destinations, k=k, limit_s=limit_s)

    def nearest_many(
        self,
        definition_id: str,
        origins: Sequence[LatLon],
        destinations: Sequence[Destination],
        *,
        k: int | None = None,
        limit_s: int | None = None,
        eligible: Sequence[int] | None = None,
    ) -> list[list[tuple[str, Trip]]]:
        """``nearest`` for many origins at once; see :meth:`geo.travel.RoadTravel.nearest_many`."""
        road = self.road()
        return road.nearest_many(definition_id, origins, destinations, k=k, limit_s=limit_s, eligible=eligible)

    def trips(
        self,
        definition_id: str,
        origins: Sequence[LatLon],
        destinations: Sequence[Destination],
        *,
        limit_s: int | None = None,
    ) -> list[list[tuple[str, Trip]]]:
        """Every origin to every destination: each pair has a value or a reason."""
        return self.road().trips(definition_id, origins, destinations, limit_s=limit_s)

    def trip(self, definition_id: str, origin: LatLon, destination: LatLon) -> Trip:
        """The trip of a route, when nobody asks for its line and its streets."""
        return self.road().trip(definition_id, origin, destination)

    def route(self, definition_id: str, origin: LatLon, destination: LatLon) -> RouteAnswer:
        """One route with its line and streets, or the reason why there is none."""
        road = self.road()
        key = (road.graph.digest, definition_id, origin, destination)
        return self._routes.get(key, lambda: road.route(definition_id, origin, destination))

    def reach(self, definition_id: str, origin: LatLon, minutes: Sequence[int]) -> list[ReachArea]:
        """What can be reached within several numbers of minutes, smallest first."""
        road = self.road()
        key = (road.graph.digest, definition_id, origin, tuple(minutes))
        return self._reaches.get(key, lambda: road.reach(definition_id, origin, minutes))

    # Maps and places

    def ground(self, name: str | None = None) -> MapGround | None:
        """Ground of a network, of the one in use by default; nothing when it has no tiles."""
        wanted = name or self.current_name()
        return self._grounds.ground(wanted) if wanted else None

    def tiles_path(self, name: str) -> Path:
        """Where the tiles of a network are, or will be."""
        return self._grounds.path(name)

    def find_place(self, text: str) -> Place | NoPlace:
        """Find a place from free input; an unknown place is an answer with a reason."""
        return self.find_places([text])[0]

    def find_places(self, texts: Sequence[str]) -> list[Place | NoPlace]:
        """Find several places from free input, in their order."""
        with self._read() as store:
            geocoder = Geocoder(store, self._search)
            return [geocoder.find(text) for text in texts]

    @property
    def finds_addresses(self) -> bool:
        """Whether an address may be typed, because an address service is switched on."""
        return self._search is not None
