"""Travel for programs: one route, and reach areas. Every answer says what it was computed with."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field

from webapp.access import allow
from webapp.context import services
from webapp.page.map.journeys import read_minutes, read_point

bp = APIBlueprint("travel_api", __name__, url_prefix="/api/v1/travel", tag="Travel")


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AsOf(_Answer):
    """What an answer was computed with."""

    network: str | None
    network_digest: str | None
    extract_date: str | None
    licence: str | None
    definition: str
    definition_valid_from: str
    definition_digest: str


class RouteQuery(BaseModel):
    """From where to where."""

    model_config = ConfigDict(populate_by_name=True)

    origin: str = Field(alias="from", examples=["52.6500,5.4000"], description="lat,lon in WGS84 degrees")
    destination: str = Field(alias="to", examples=["52.6600,5.4200"], description="lat,lon in WGS84 degrees")
    definition: str = Field("fiets-snelst", description="id of a distance definition")


class RouteStepOut(_Answer):
    """One street of a route."""

    street: str
    kind: str
    metres: int
    seconds: int


class RouteOut(_Answer):
    """A trip, or the reason why there is none; never a sentinel number."""

    seconds: int | None
    metres: int | None
    origin_gap_m: float | None
    destination_gap_m: float | None
    reason: str | None
    reason_code: str | None
    geometry: dict[str, Any] | None = Field(description="GeoJSON LineString, longitude first")
    steps: list[RouteStepOut]
    as_of: AsOf


class ReachQuery(BaseModel):
    """How far one comes."""

    model_config = ConfigDict(populate_by_name=True)

    origin: str = Field(alias="from", examples=["52.6500,5.4000"], description="lat,lon in WGS84 degrees")
    minutes: str = Field("15,30,45", description="whole numbers from 1 to 600, at most six, with commas")
    definition: str = Field("fiets-snelst", description="id of a distance definition")


class ReachAreaOut(_Answer):
    """What can be reached within some minutes."""

    minutes: int
    square_km: float
    geometry: dict[str, Any] = Field(description="GeoJSON MultiPolygon")


class ReachOut(_Answer):
    """Reach areas, smallest first."""

    areas: list[ReachAreaOut]
    as_of: AsOf


class DefinitionOut(_Answer):
    """One dated meaning of distance."""

    id: str
    title: str
    mode: str
    valid_from: str
    digest: str
    maximum_gap_m: float
    speeds_kmh: dict[str, float]


class DefinitionsOut(_Answer):
    """Every named meaning of distance, and the network in use."""

    definitions: list[DefinitionOut]
    as_of: dict[str, str | None]


@bp.get("/route")
@bp.input(RouteQuery, location="query", arg_name="query")
@bp.output(RouteOut)
@allow()
def give_route(query: RouteQuery) -> dict[str, Any]:
    """Give one route with its line and its streets, or the reason why there is none."""
    travel = services().travel
    origin, destination = read_point("from", query.origin), read_point("to", query.destination)
    answer = travel.route(query.definition, origin, destination)
    trip = answer.trip
    line = [[lon, lat] for lat, lon in answer.line]
    return {
        "seconds": trip.seconds,
        "metres": trip.metres,
        "origin_gap_m": trip.origin_gap_m,
        "destination_gap_m": trip.destination_gap_m,
        "reason": trip.reason,
        "reason_code": trip.code.value if trip.code else None,
        "geometry": {"type": "LineString", "coordinates": line} if line else None,
        "steps": [
            {"street": step.street, "kind": step.kind, "metres": step.metres, "seconds": step.seconds}
            for step in answer.steps
        ],
        "as_of": travel.as_of(query.definition),
    }


@bp.get("/reach")
@bp.input(ReachQuery, location="query", arg_name="query")
@bp.output(ReachOut)
@allow()
def give_reach(query: ReachQuery) -> dict[str, Any]:
    """Give what can be reached within several numbers of minutes, as polygons."""
    travel = services().travel
    areas = travel.reach(query.definition, read_point("from", query.origin), read_minutes(query.minutes))
    return {
        "areas": [{"minutes": area.minutes, "square_km": area.square_km, "geometry": area.geometry} for area in areas],
        "as_of": travel.as_of(query.definition),
    }


@bp.get("/definitions")
@bp.output(DefinitionsOut)
@allow()
def give_definitions() -> dict[str, Any]:
    """Give every named meaning of distance."""
    travel = services().travel
    return {
        "definitions": [
            {
                "id": one.id,
                "title": one.title,
                "mode": one.mode.value,
                "valid_from": one.valid_from.isoformat(),
                "digest": one.digest,
                "maximum_gap_m": one.maximum_gap_m,
                "speeds_kmh": dict(one.speeds_kmh),
            }
            for one in travel.definitions().values()
        ],
        "as_of": travel.as_of(),
    }
