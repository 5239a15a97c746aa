"""Web Mercator tile arithmetic: degrees to world pixels and back.

A *world pixel* at zoom ``z`` is 1/256 of a tile; the whole world is ``256 * 2**z``
pixels wide, x grows to the east and y to the south.

Source
------
OpenStreetMap wiki, "Slippy map tilenames".
"""

from __future__ import annotations

import math
from dataclasses import dataclass

TILE_PX = 256
LATITUDE_LIMIT = 85.05112878
"""Degrees; beyond this Web Mercator has no place."""


def to_world(lat: float, lon: float, zoom: float) -> tuple[float, float]:
    """World pixel of a point.

    Parameters
    ----------
    lat, lon
        WGS84 degrees; latitudes beyond 85 degrees are held at the edge.
    zoom
        Zoom level, also between two whole levels.

    Returns
    -------
    tuple
        ``(x, y)`` in world pixels.
    """
    size = TILE_PX * math.pow(2.0, zoom)
    bounded = max(-LATITUDE_LIMIT, min(LATITUDE_LIMIT, lat))
    sine = math.sin(math.radians(bounded))
    x = (lon + 180.0) / 360.0 * size
    y = (0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)) * size
    return x, y


def to_degrees(x: float, y: float, zoom: float) -> tuple[float, float]:
    """Point of a world pixel, the inverse of :func:`to_world`: ``(lat, lon)`` in degrees."""
    size = TILE_PX * math.pow(2.0, zoom)
    lon = x / size * 360.0 - 180.0
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / size))))
    return lat, lon


@dataclass(frozen=True)
class Box:
    """A box in WGS84 degrees."""

    south: float
    west: float
    north: float
    east: float

    @classmethod
    def around(cls, points: list[tuple[float, float]]) -> Box:
        """Smallest box around ``(lat, lon)`` points; there must be at least one."""
        lats = [lat for lat, _ in points]
        lons = [lon for _, lon in points]
        return cls(min(lats), min(lons), max(lats), max(lons))

    @property
    def center(self) -> tuple[float, float]:
        """Middle as ``(lat, lon)``."""
        return (self.south + self.north) / 2, (self.west + self.east) / 2

    def holds(self, lat: float, lon: float) -> bool:
        """Whether the point lies in the box, edges included."""
        return self.south <= lat <= self.north and self.west <= lon <= self.east


def metres_per_pixel(lat: float, zoom: float) -> float:
    """Length on the ground of one world pixel at a latitude, in metres."""
    circumference_m = 40_075_016.686
    return circumference_m * math.cos(math.radians(lat)) / (TILE_PX * math.pow(2.0, zoom))
