"""From WGS84 degrees to RD New metres (EPSG:28992)."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def _transformer() -> Any:
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:4326", "EPSG:28992", always_xy=True)


def to_rd(lat: float, lon: float) -> tuple[float, float]:
    """Return ``(x_m, y_m)`` in metres, to the centimetre."""
    x_m, y_m = _transformer().transform(lon, lat)
    return round(x_m, 2), round(y_m, 2)
