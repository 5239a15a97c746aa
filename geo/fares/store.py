"""Sets of prices of one installation: ``ov-fares/NAME/ID.toml``, as they were handed in."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from geo.fares.price import FareRide
from geo.fares.reading import FareFault, FareFaultCode
from geo.fares.rules import FareFile, FareRefused, overlapping, read_fares
from geo.graph import NAME
from geo.transit.answers import Mode

if TYPE_CHECKING:
    from pathlib import Path

    from geo.transit.answers import Journey

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


class FareSets:
    """The sets of prices under a home folder.

    Parameters
    ----------
    home
        ``STAGEROUTE_HOME``.
    """

    def __init__(self, home: Path) -> None:
        self._folder = home / "ov-fares"

    def names(self) -> list[str]:
        """Every set that has a file."""
        return sorted({file.parent.name for file in self._folder.glob("*/*.toml")})

    def open(self, name: str) -> list[FareFile]:
        """The files of a set by first day; empty for a set that is not there.

        Raises
        ------
        FareRefused
            A file was changed on disk and is wrong now.
        """
        files = self._folder.glob(f"{name}/*.toml") if NAME.fullmatch(name) else iter(())
        return sorted((read_fares(_text(file)) for file in files), key=lambda file: file.valid_from)

    def add(self, name: str, source: Path) -> FareFile:
        """Take a file into a set; one with the same id takes the place of the old one.

        Raises
        ------
        FareRefused
            The file is wrong, or holds on a date on which another one holds; nothing was changed.
        """
        text = _text(source)
        fresh = read_fares(text)
        if not NAME.fullmatch(name) or not _ID.fullmatch(fresh.id):
            raise FareRefused([FareFault(FareFaultCode.BAD_TEXT, "id", fresh.id)])
        others = [file for file in self.open(name) if file.id != fresh.id]
        both = overlapping([*others, fresh])
        if both is not None:
            other = both[0] if both[1].id == fresh.id else both[1]
            raise FareRefused([FareFault(FareFaultCode.OVERLAP, "valid_from", other.id)])
        folder = self._folder / name
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f".{fresh.id}.{os.getpid()}.part"
        part.write_text(text, "utf-8")
        part.replace(folder / f"{fresh.id}.toml")
        return fresh


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FareRefused([FareFault(FareFaultCode.NOT_UTF8, "", file.name)]) from error
    except OSError as error:
        raise FareRefused([FareFault(FareFaultCode.NO_FILE, "", file.name)]) from error


def rides_of(journey: Journey) -> list[FareRide]:
    """The rides of a journey as a fare sees them."""
    return [
        FareRide(
            leg.agency_id,
            leg.route_id,
            tuple(dict.fromkeys((leg.from_stop_id, leg.from_station_id))),
            tuple(dict.fromkeys((leg.to_stop_id, leg.to_station_id))),
            leg.depart,
            leg.arrive,
            leg.metres,
            leg.measured,
        )
        for leg in journey.legs
        if leg.mode is Mode.TRANSIT
    ]
