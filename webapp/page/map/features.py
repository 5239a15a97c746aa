"""Make the features of a map: GeoJSON that both the server-made map and MapLibre draw.

A view makes one collection, and uses it twice: for the picture in the page and for the
address the live map reads. So both always show the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from webapp.page.map.kinds import KINDS

Feature = dict[str, Any]
LatLon = tuple[float, float]


class UnknownKindError(LookupError):
    """A feature of a kind that no map knows how to draw; a mistake of the programmer."""


def point(kind: str, at: LatLon, label: str, *, href: str = "", detail: str = "", symbol: str = "") -> Feature:
    """A point; ``symbol`` is one or two characters in the marker, such as the rank in the list."""
    geometry = {"type": "Point", "coordinates": [at[1], at[0]]}
    return _feature(kind, geometry, label=label, href=href, detail=detail, symbol=symbol)


def line(kind: str, points: Sequence[LatLon], label: str, *, detail: str = "") -> Feature:
    """A line through ``(lat, lon)`` points."""
    geometry = {"type": "LineString", "coordinates": [[round(lon, 6), round(lat, 6)] for lat, lon in points]}
    return _feature(kind, geometry, label=label, detail=detail)


def shape(kind: str, geometry: Mapping[str, Any], label: str, *, href: str = "", detail: str = "") -> Feature:
    """Any GeoJSON geometry, such as a municipality or a reach area."""
    return _feature(kind, dict(geometry), label=label, href=href, detail=detail)


def collection(features: Iterable[Feature]) -> dict[str, Any]:
    """A GeoJSON FeatureCollection, in drawing order: areas, lines, points."""
    order = {key: rank for rank, key in enumerate(KINDS)}
    found = sorted(features, key=lambda one: order[one["properties"]["kind"]])
    return {"type": "FeatureCollection", "features": found}


def corners(features: Mapping[str, Any]) -> list[LatLon]:
    """Every ``(lat, lon)`` of a collection."""
    return [
        (position[1], position[0]) for feature in features["features"] for position in positions(feature["geometry"])
    ]


def positions(geometry: Mapping[str, Any]) -> Iterator[Sequence[float]]:
    """Every position of a GeoJSON geometry, longitude first."""
    if geometry["type"] == "GeometryCollection":
        for one in geometry["geometries"]:
            yield from positions(one)
        return
    if geometry["type"] == "LineString":
        yield from geometry["coordinates"]
        return
    stack: list[Any] = [geometry["coordinates"]]
    while stack:
        item = stack.pop()
        if item and isinstance(item[0], int | float):
            yield item
        else:
            stack.extend(reversed(item))


def _feature(kind: str, geometry: dict[str, Any], **properties: str) -> Feature:
    if kind not in KINDS:
        raise UnknownKindError(f"no kind of map feature is called {kind!r}; known are {', '.join(KINDS)}")
    given = {key: value for key, value in properties.items() if value}
    return {"type": "Feature", "geometry": geometry, "properties": {"kind": kind, **given}}
