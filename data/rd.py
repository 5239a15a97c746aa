"""From degrees to RD New (EPSG:28992), the metres in which the Netherlands measures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any


@cache
def _transformer() -> Any:
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:4326", "EPSG:28992", always_xy=True)


def to_rd_many(lat: Sequence[float], lon: Sequence[float]) -> tuple[list[float], list[float]]:
    """Turn WGS84 degrees into metres east (x) and north (y), to the centimetre.

    Parameters
    ----------
    lat, lon
        Degrees, of equal length.
    """
    if not lat:
        return [], []
    x, y = _transformer().transform(list(lon), list(lat))
    return [round(float(value), 2) for value in x], [round(float(value), 2) for value in y]


def to_rd(lat: float, lon: float) -> tuple[float, float]:
    """Turn one point into ``(x_m, y_m)``, to the centimetre."""
    x, y = to_rd_many([lat], [lon])
    return x[0], y[0]
