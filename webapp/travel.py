"""Travel for every page: which network is in use, its ground for maps, and places from what somebody types."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from geo.geocode import AddressSearch, Geocoder, NoPlace, Place
from webapp.map_ground import MapGround, MapGrounds

if TYPE_CHECKING:
    from data.travel_store import TravelStore

_LOOK_AGAIN_S = 2.0
Work = Callable[[], "AbstractContextManager[TravelStore]"]


class TravelService:
    """Use cases of travel.

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
        self._folder = home / "networks"
        self._read = read
        self._write = write
        self._clock = clock
        self._search = search
        self._grounds = MapGrounds(self._folder)
        self._chosen: tuple[float, str | None] = (float("-inf"), None)

    def current_name(self) -> str | None:
        """Name of the network in use: the chosen one, else the first by name; none when nothing was built."""
        looked_at, name = self._chosen
        if time.monotonic() - looked_at > _LOOK_AGAIN_S:
            with self._read() as store:
                name = store.chosen_network()
            self._chosen = (time.monotonic(), name)
        if name is not None and (self._folder / name).is_dir():
            return name
        built = sorted(path.name for path in self._folder.glob("*") if path.is_dir() and path.name[0] != ".")
        return built[0] if built else None

    def choose(self, name: str, by: str) -> None:
        """Use another network from now on."""
        with self._write() as store:
            store.choose_network(name, at=self._clock(), by=by)
        self._chosen = (float("-inf"), None)

    def ground(self, name: str | None = None) -> MapGround | None:
        """Ground of a network, of the one in use by default; nothing when it has no tiles."""
        wanted = name or self.current_name()
        return self._grounds.ground(wanted) if wanted else None

    def find_place(self, text: str) -> Place | NoPlace:
        """Find a place from free input; an unknown place is an answer with a reason."""
        with self._read() as store:
            return Geocoder(store, self._search).find(text)
