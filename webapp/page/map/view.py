"""Which part of the world a picture of a map shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from geo.mercator import TILE_PX, Box, metres_per_pixel, to_degrees, to_world

_RADIANS = math.pi / 180
_CLOSEST_ZOOM = 16.0
_ZOOM_OF_ONE_POINT = 14.0
_MARGIN_PX = 36.0


@dataclass(frozen=True)
class MapView:
    """A window on the world at a whole zoom level.

    Attributes
    ----------
    zoom
        Zoom level of the tiles.
    left, top
        World pixel of the upper left corner at ``zoom``.
    width, height
        Of the window, in world pixels.
    scale
        How many world pixels make one pixel of the picture.
    """

    zoom: int
    left: float
    top: float
    width: float
    height: float
    scale: float
    latitude: float

    @classmethod
    def around(cls, points: Sequence[tuple[float, float]], width_px: int, height_px: int) -> MapView:
        """Smallest view with every ``(lat, lon)`` inside a margin; there must be at least one point."""
        box = Box.around(list(points))
        x0, y0 = to_world(box.north, box.west, 0)
        x1, y1 = to_world(box.south, box.east, 0)
        room_x, room_y = width_px - 2 * _MARGIN_PX, height_px - 2 * _MARGIN_PX
        fits = [math.log2(room / span) for room, span in ((room_x, x1 - x0), (room_y, y1 - y0)) if span > 0]
        exact = max(2.0, min([_CLOSEST_ZOOM, *fits]) if fits else _ZOOM_OF_ONE_POINT)
        zoom = math.ceil(exact - 0.35)
        scale = 2.0 ** (zoom - exact)
        middle_x, middle_y = (x0 + x1) / 2 * 2**zoom, (y0 + y1) / 2 * 2**zoom
        width, height = width_px * scale, height_px * scale
        return cls(zoom, middle_x - width / 2, middle_y - height / 2, width, height, scale, box.center[0])

    def place(self, lat: float, lon: float) -> tuple[float, float]:
        """Place of a point inside the window, in world pixels from its upper left corner."""
        x, y = to_world(lat, lon, self.zoom)
        return x - self.left, y - self.top

    def path(self, positions: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
        """Places of GeoJSON positions, longitude first; corners within half a pixel of the one before are left out.

        The arithmetic of :func:`geo.mercator.to_world`, written out because a map has thousands of corners.
        """
        size = TILE_PX * 2.0**self.zoom
        across, down = size / 360.0, size / (4 * math.pi)
        left, top, sine_of, log = 180.0 * across - self.left, 0.5 * size - self.top, math.sin, math.log
        step = 0.5 * self.scale
        places: list[tuple[float, float]] = []
        x = y = last_x = last_y = math.inf
        for position in positions:
            x = position[0] * across + left
            sine = sine_of(position[1] * _RADIANS)
            y = top - log((1 + sine) / (1 - sine)) * down
            if abs(x - last_x) + abs(y - last_y) >= step:
                places.append((x, y))
                last_x, last_y = x, y
        if (x, y) != (last_x, last_y):
            places.append((x, y))
        return places

    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the window without its margin, in degrees."""
        margin = _MARGIN_PX * self.scale
        north, west = to_degrees(self.left + margin, self.top + margin, self.zoom)
        south, east = to_degrees(self.left + self.width - margin, self.top + self.height - margin, self.zoom)
        return west, south, east, north

    def tiles(self) -> tuple[range, range]:
        """Columns and rows of tiles that cover the window, inside the world."""
        last = 2**self.zoom - 1
        x0, y0 = (max(0, math.floor(edge / TILE_PX)) for edge in (self.left, self.top))
        x1 = min(last, math.floor((self.left + self.width) / TILE_PX))
        y1 = min(last, math.floor((self.top + self.height) / TILE_PX))
        return range(x0, x1 + 1), range(y0, y1 + 1)

    def scale_bar(self) -> tuple[float, str]:
        """Length in world pixels and words of a round distance, at most a quarter of the width."""
        per_pixel = metres_per_pixel(self.latitude, self.zoom)
        room_m = self.width / 4 * per_pixel
        power = 10 ** math.floor(math.log10(room_m))
        length_m = next(step * power for step in (5, 2, 1) if step * power <= room_m)
        words = f"{length_m / 1000:g} km".replace(".", ",") if length_m >= 1000 else f"{length_m:g} m"
        return length_m / per_pixel, words
