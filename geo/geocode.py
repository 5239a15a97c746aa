"""From what somebody types to a point: coordinates, a postcode, the name of a gemeente, or an address.

A postcode falls back from six characters to its four digits and then to the middle of the
gemeente; the precision that was used is part of the answer and is shown wherever the point is.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

_POSTCODE = re.compile(r"(?<![0-9A-Za-z])([1-9][0-9]{3})(?:\s*([A-Za-z]{2}))?(?![0-9A-Za-z])")
_NEVER_ISSUED = frozenset({"SA", "SD", "SS"})
_NUMBER = r"[-+]?[0-9]{1,3}(?:[.,][0-9]+)?"
_POINT = re.compile(rf"^\s*({_NUMBER})\s*(?:[,;]\s*|\s+)({_NUMBER})\s*$")
MAX_LENGTH = 120
"""Characters; longer text is not a place."""


class Precision(StrEnum):
    """How exactly a point is known; the value is the word on the screen."""

    POINT = "punt op de kaart"
    ADDRESS = "adres"
    PC6 = "postcode (6 tekens)"
    PC4 = "postcodegebied (4 cijfers)"
    MUNICIPALITY = "midden van de gemeente"


@dataclass(frozen=True)
class Place:
    """A found place.

    Attributes
    ----------
    asked
        What was typed.
    label
        What was found, in words for the reader.
    lat, lon
        WGS84 degrees.
    precision
        How exactly the point is known.
    note
        Why the answer is coarser than the question, or empty.
    """

    asked: str
    label: str
    lat: float
    lon: float
    precision: Precision
    note: str = ""


@dataclass(frozen=True)
class NoPlace:
    """A place that was not found, with the reason as a Dutch sentence."""

    asked: str
    reason: str


@dataclass(frozen=True)
class KnownPoint:
    """A point from a table: its words and its place in degrees."""

    label: str
    lat: float
    lon: float


class PointTable(Protocol):
    """The imported tables of postcodes and gemeenten."""

    def postcode_point(self, postcode: str) -> KnownPoint | None:
        """Point of ``1234AB`` or of ``1234``; nothing when the table does not have exactly that."""
        ...

    def municipality_of(self, pc4: str) -> KnownPoint | None:
        """Middle of the gemeente that a four-digit postcode lies in."""
        ...

    def municipality_named(self, name: str) -> KnownPoint | None:
        """Middle of the gemeente or place with this name, whatever its capitals."""
        ...


@dataclass(frozen=True)
class SearchFailed:
    """An address service that did not give a usable answer."""

    reason: str


class AddressSearch(Protocol):
    """An address service outside the house; it may fail, and it never raises."""

    def find_address(self, text: str) -> KnownPoint | SearchFailed | None:
        """Best address, nothing when the service knows none, or why it could not be asked."""
        ...


def normalise_postcode(text: str) -> str | None:
    """``3511AB`` or ``3511`` from free input such as `` 3511 ab``; nothing when it is no Dutch postcode.

    Source
    ------
    NEN 5825 and the Dutch postcode: four digits, the first not zero, two letters, not SA, SD or SS.
    """
    match = _POSTCODE.fullmatch(text.strip())
    if match is None:
        return None
    digits, letters = match.group(1), (match.group(2) or "").upper()
    return None if letters in _NEVER_ISSUED else digits + letters


class Geocoder:
    """Finds places in the tables and, when it is switched on, with an address service.

    Parameters
    ----------
    table
        Postcodes and gemeenten.
    search
        Address service, or none: the usual case, since it is off by default.
    """

    def __init__(self, table: PointTable, search: AddressSearch | None = None) -> None:
        self._table = table
        self._search = search

    def find(self, text: str) -> Place | NoPlace:
        """Find one place; never raises, an unknown place is an answer with a reason."""
        asked = " ".join(text.split())
        if not asked:
            return NoPlace(asked, "Vul een postcode, een plaats of een punt (breedte, lengte) in.")
        if len(asked) > MAX_LENGTH:
            return NoPlace(asked[:MAX_LENGTH], f"Een plek heeft hooguit {MAX_LENGTH} tekens.")
        point = _POINT.match(asked)
        if point is not None:
            return _read_point(asked, point)
        postcode = normalise_postcode(asked)
        if postcode is not None:
            return self._find_postcode(asked, postcode)
        return self._find_text(asked)

    def _find_text(self, asked: str) -> Place | NoPlace:
        failed = ""
        named = self._table.municipality_named(asked)
        if named is not None:
            return Place(asked, named.label, named.lat, named.lon, Precision.MUNICIPALITY)
        if self._search is not None:
            found = self._search.find_address(asked)
            if isinstance(found, KnownPoint):
                return Place(asked, found.label, found.lat, found.lon, Precision.ADDRESS)
            failed = found.reason if isinstance(found, SearchFailed) else "De adreszoeker kent dit adres niet."
        inside = [match.group(0) for match in _POSTCODE.finditer(asked)]
        postcodes = [code for code in map(normalise_postcode, inside) if code and len(code) == 6]
        if postcodes:
            place = self._find_postcode(asked, postcodes[-1])
            if isinstance(place, Place):
                note = failed or "Adressen worden niet opgezocht; alleen de postcode is gebruikt."
                return Place(asked, place.label, place.lat, place.lon, place.precision, note)
            return place
        if failed:
            return NoPlace(asked, f"{failed} Probeer een postcode.")
        return NoPlace(asked, "Deze plek is niet bekend. Gebruik een postcode, een gemeente of een punt op de kaart.")

    def _find_postcode(self, asked: str, postcode: str) -> Place | NoPlace:
        shown = f"{postcode[:4]} {postcode[4:]}".strip()
        exact = self._table.postcode_point(postcode)
        if exact is not None:
            precision = Precision.PC6 if len(postcode) == 6 else Precision.PC4
            return Place(asked, exact.label, exact.lat, exact.lon, precision)
        area = self._table.postcode_point(postcode[:4]) if len(postcode) == 6 else None
        if area is not None:
            note = f"Van {shown} is alleen het gebied {postcode[:4]} bekend."
            return Place(asked, shown, area.lat, area.lon, Precision.PC4, note)
        around = self._table.municipality_of(postcode[:4])
        if around is not None:
            note = f"Van {shown} is alleen de gemeente bekend: {around.label}."
            return Place(asked, shown, around.lat, around.lon, Precision.MUNICIPALITY, note)
        return NoPlace(asked, f"De postcode {shown} staat niet in de ingelezen postcodetabel.")


def _read_point(asked: str, match: re.Match[str]) -> Place | NoPlace:
    lat, lon = (float(part.replace(",", ".")) for part in match.groups())
    if not (math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
        return NoPlace(asked, "Dit punt ligt niet op aarde: geef eerst de breedte (-90 tot 90), dan de lengte.")
    return Place(asked, f"{lat:.5f}, {lon:.5f}", lat, lon, Precision.POINT)
