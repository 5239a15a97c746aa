"""The question of the page Reistijd, and its answer: three ways of travelling, a reach area, or why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import gettext

from geo.errors import GeoError, PointError, RequestError
from geo.geocode import NoPlace, Place
from webapp.page.map.features import Feature, LatLon, collection, line, point, shape
from webapp.page.map.kinds import KINDS

if TYPE_CHECKING:
    from geo.areas import ReachArea
    from geo.travel import RouteAnswer, Trip
    from usecases.travel.roads import TravelService

MODES: Mapping[str, str] = {"fiets": "fiets-snelst", "lopen": "lopen-kortst", "auto": "auto-snelst"}
"""Way of travelling on the screen, with the definition that answers it."""
REACH_MINUTES = (15, 30, 45)
_VISIBLE_GAP_M = 15.0
_NEAR_DEG = 0.2  # about 20 km
_REASONS_OF_A_PLACE = {"buiten_netwerk", "te_ver_van_weg", "los_eiland"}


@dataclass(frozen=True)
class Question:
    """What was asked, as it was typed.

    Attributes
    ----------
    origin, destination
        Free input; empty when not given.
    mode
        One of :data:`MODES`: whose streets and whose reach are shown.
    reach
        Whether to show how far one comes.
    """

    origin: str
    destination: str
    mode: str
    reach: bool

    @classmethod
    def read(cls, arguments: Mapping[str, str]) -> Question:
        """Read the query string; an unknown way of travelling is the bicycle."""
        mode = arguments.get("hoe", "")
        return cls(
            " ".join(arguments.get("van", "").split()),
            " ".join(arguments.get("naar", "").split()),
            mode if mode in MODES else "fiets",
            bool(arguments.get("bereik")),
        )


@dataclass(frozen=True)
class Leg:
    """The answer for one way of travelling.

    Attributes
    ----------
    route
        Line and streets, of the chosen way of travelling only: one line on the map is enough to look at.
    reason
        Why there is no route, and which place is the cause.
    """

    mode: str
    trip: Trip
    route: RouteAnswer | None = None
    reason: str = ""


@dataclass(frozen=True)
class Journey:
    """The answer of the page.

    Attributes
    ----------
    origin, destination
        Found places; nothing when not asked or not found.
    faults
        Field with the sentence why its place was not found.
    legs
        One per way of travelling, when both places were found.
    areas
        Reach areas, smallest first.
    no_reach
        Why there is no reach area, or empty.
    """

    question: Question
    origin: Place | None
    destination: Place | None
    faults: dict[str, str]
    legs: list[Leg]
    areas: list[ReachArea]
    no_reach: str = ""

    @property
    def chosen(self) -> Leg | None:
        """The leg of the chosen way of travelling."""
        return next((leg for leg in self.legs if leg.mode == self.question.mode), None)

    @property
    def refusals(self) -> list[tuple[list[str], str]]:
        """Reasons why there is no route, each with the ways of travelling it holds for."""
        found: dict[str, list[str]] = {}
        for leg in self.legs:
            if leg.reason:
                found.setdefault(leg.reason, []).append(leg.mode)
        return [(ways, reason) for reason, ways in found.items()]


def compute_journey(travel: TravelService, question: Question) -> Journey:
    """Answer a question of the page Reistijd.

    Raises
    ------
    NetworkError
        There is no network, or it is damaged.
    """
    faults: dict[str, str] = {}
    places: dict[str, Place | None] = {"van": None, "naar": None}
    asked = {field: text for field, text in (("van", question.origin), ("naar", question.destination)) if text}
    for field, found in zip(asked, travel.find_places(list(asked.values())), strict=True):
        if isinstance(found, NoPlace):
            faults[field] = found.reason
        else:
            places[field] = found
    if question.destination and not question.origin:
        faults["van"] = gettext("Vul ook in waar de reis begint.")
    origin, destination = places["van"], places["naar"]
    legs: list[Leg] = []
    if origin is not None and destination is not None:
        try:
            legs = [_compute_leg(travel, mode, origin, destination, chosen=mode == question.mode) for mode in MODES]
        except GeoError as refusal:
            # A point that cannot be one here, such as exchanged coordinates; the sentence says which.
            field = "naar" if "aankomst" in str(refusal) else "van"
            faults[field], places[field] = str(refusal), None
            origin, destination = places["van"], places["naar"]
    areas: list[ReachArea] = []
    no_reach = ""
    if origin is not None and question.reach and not faults:
        try:
            areas = travel.reach(MODES[question.mode], (origin.lat, origin.lon), REACH_MINUTES)
        except GeoError as refusal:
            no_reach = str(refusal)
    return Journey(question, origin, destination, faults, legs, areas, no_reach)


def _compute_leg(travel: TravelService, mode: str, origin: Place, destination: Place, *, chosen: bool) -> Leg:
    definition, start, end = MODES[mode], _at(origin), _at(destination)
    route = travel.route(definition, start, end) if chosen else None
    trip = route.trip if route is not None else travel.trip(definition, start, end)
    reason = trip.reason or ""
    if trip.code in _REASONS_OF_A_PLACE:
        # A trip from a place to itself fails only when the place is the cause.
        for place in (origin, destination):
            itself = travel.trip(definition, _at(place), _at(place))
            if itself.reason is not None:
                reason = f"{place.label}. {itself.reason}"
                break
    return Leg(mode, trip, route, reason)


def features_of(journey: Journey, box: tuple[float, float, float, float]) -> dict[str, Any]:
    """Features of the map: reach areas, the line of the chosen leg, and both places.

    Parameters
    ----------
    box
        South, west, north, east of the network in degrees. A place far outside it has no place on this map: to show it
        would make everything else a dot. The reason beside the map names it.
    """
    found: list[Feature] = [
        shape(
            f"bereik-{area.minutes}",
            area.geometry,
            str(KINDS[f"bereik-{area.minutes}"].label),
            detail=_km2(area.square_km),
        )
        for area in journey.areas
    ]
    chosen = journey.chosen
    if chosen is not None and chosen.route is not None and chosen.route.line:
        trip, ends = chosen.trip, chosen.route.line
        found.append(line(chosen.mode, ends, str(KINDS[chosen.mode].label), detail=_trip_words(trip)))
        for place, gap_m, end in (
            (journey.origin, trip.origin_gap_m, ends[0]),
            (journey.destination, trip.destination_gap_m, ends[-1]),
        ):
            if place is not None and gap_m is not None and gap_m > _VISIBLE_GAP_M:
                found.append(
                    line("verbinding", [_at(place), end], gettext("Van de plek naar de weg"), detail=f"{gap_m:.0f} m")
                )
    for kind, place in (("van", journey.origin), ("naar", journey.destination)):
        if place is not None and _is_near(place, box):
            found.append(point(kind, _at(place), place.label, detail=str(place.precision)))
    return collection(found)


def _is_near(place: Place, box: tuple[float, float, float, float]) -> bool:
    south, west, north, east = box
    return south - _NEAR_DEG <= place.lat <= north + _NEAR_DEG and west - _NEAR_DEG <= place.lon <= east + _NEAR_DEG


def _at(place: Place) -> LatLon:
    return place.lat, place.lon


def _trip_words(trip: Trip) -> str:
    if trip.seconds is None or trip.metres is None:
        return ""
    return f"{round(trip.seconds / 60)} min, {trip.metres / 1000:.1f} km".replace(".", ",")


def _km2(square_km: float) -> str:
    return f"{square_km:.1f} km²".replace(".", ",")


def read_point(name: str, text: str) -> LatLon:
    """Read ``lat,lon`` of a program.

    Raises
    ------
    PointError
        The text is not two numbers; the sentence names the field.
    """
    parts = text.split(",")
    try:
        lat, lon = (float(part) for part in parts)
    except ValueError as error:
        raise PointError.not_a_number(name) from error
    return lat, lon


def read_minutes(text: str) -> list[int]:
    """Read ``15,30,45``.

    Raises
    ------
    RequestError
        Not one to six whole numbers from 1 to 600.
    """
    parts = [part.strip() for part in text.split(",")]
    if not 1 <= len(parts) <= 6 or not all(
        part.isascii() and part.isdigit() and 1 <= int(part) <= 600 for part in parts
    ):
        raise RequestError.bad_number("Het aantal minuten", "één tot zes hele getallen van 1 tot en met 600")
    return [int(part) for part in parts]
