"""Networks for the beheerder: which there are, what was left out, and building one from an extract on this machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.errors import ExtractError, GeoError, NetworkError
from geo.graph import NAME
from geo.sources import remember_source
from usecases.people.roles import Role
from usecases.work.jobs import JobContext, JobKind

if TYPE_CHECKING:
    from geo.graph import RoadGraph
    from usecases.travel.roads import TravelService

BUILD = "wegennet-bouwen"
EXTRACTS = "extracts"
_ENDINGS = (".osm.pbf", ".osm")
_STAGES = 8


@dataclass(frozen=True)
class NetworkLine:
    """One network in the list; pieces dropped are those of the bicycle, ``fault`` says why it cannot be used."""

    name: str
    in_use: bool
    digest: str = ""
    extract_date: date | None = None
    source: str = ""
    kilometres: int = 0
    size_bytes: int = 0
    tiles_bytes: int = 0
    dropped_pieces: int = 0
    fault: str = ""


@dataclass(frozen=True)
class Extract:
    """A file that a network can be built from."""

    name: str
    size_bytes: int


class NetworkService:
    """Use cases around networks.

    Parameters
    ----------
    home
        ``STAGEROUTE_HOME``; extracts lie in its folder ``extracts``.
    travel
        Knows the networks and which one is in use.
    """

    def __init__(self, home: Path, travel: TravelService) -> None:
        self._home = home
        self._travel = travel

    def every(self) -> list[NetworkLine]:
        """Every network, by name; a damaged one with its fault."""
        current = self._travel.current_name()
        return [self._line(name, in_use=name == current) for name in self._travel.networks.names()]

    def _line(self, name: str, *, in_use: bool) -> NetworkLine:
        try:
            graph = self._travel.networks.open(name)
        except GeoError as fault:
            return NetworkLine(name, in_use, fault=str(fault))
        tiles = self._travel.tiles_path(name)
        return NetworkLine(
            name,
            in_use,
            graph.digest,
            graph.extract_date,
            graph.source,
            graph.counts["kilometres"],
            sum(entry["bytes"] for entry in graph.meta["files"].values()),
            tiles.stat().st_size if tiles.is_file() else 0,
            int(graph.dropped.get("fiets-snelst", {}).get("pieces", 0)),
        )

    def open(self, name: str) -> RoadGraph | None:
        """One network, or nothing when there is none with this name."""
        return self._travel.networks.open(name) if name in self._travel.networks.names() else None

    def extracts(self) -> list[Extract]:
        """Files on this machine that a network can be built from, by name."""
        files = sorted((self._home / EXTRACTS).glob("*")) if (self._home / EXTRACTS).is_dir() else []
        return [Extract(file.name, file.stat().st_size) for file in files if file.name.endswith(_ENDINGS)]

    def check(self, file: str, name: str) -> None:
        """Refuse a build that cannot begin.

        Raises
        ------
        ExtractError
            There is no such extract on this machine.
        NetworkError
            The name cannot be a name.
        """
        if file not in {extract.name for extract in self.extracts()}:
            raise ExtractError.missing(file)
        if not NAME.fullmatch(name):
            raise NetworkError.bad_name(name)

    def build(self, file: str, name: str, on_stage: Callable[[str], None]) -> dict[str, Any]:
        """Build a network and its tiles; the network that was in use stays until both are complete.

        Raises
        ------
        GeoError
            The extract or the name is refused, or the disk is full.
        """
        from geo.build import build_network
        from geo.tiles import build_tiles

        self.check(file, name)
        source = self._home / EXTRACTS / file
        graph = build_network(self._home, name, source, on_progress=on_stage)
        remember_source(self._travel.networks.folder_of(name), source)
        on_stage("kaart tekenen")
        build_tiles(source, self._travel.tiles_path(name), title=name)
        return {"name": name, "digest": graph.digest}


def job_kinds(networks: NetworkService) -> tuple[JobKind, ...]:
    """Building a network from an extract on this machine, as long work."""

    def build(context: JobContext, params: dict[str, Any]) -> dict[str, Any]:
        done = 0

        def on_stage(text: str) -> None:
            nonlocal done
            context.check_cancelled()
            context.progress(min(done, _STAGES - 1), _STAGES, text)
            done += 1

        result = context.step("bouwen", lambda: networks.build(params["file"], params["name"], on_stage))
        context.progress(_STAGES, _STAGES, "klaar")
        return result

    return (JobKind(BUILD, "Wegennet bouwen", build, frozenset({Role.BEHEERDER})),)
