"""Between what the kernel counts in (0.1 s and 0.1 m) and what people read (whole seconds and metres)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from geo.errors import RequestError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.graph import Layer
    from geo.snapping import Places

Amount = TypeVar("Amount", int, "NDArray[np.int32]")


def to_bound(layer: Layer, limit_s: int | None) -> tuple[int | None, int | None]:
    """Limit for the kernel, and the seconds to filter on afterwards when the weight is not time.

    Raises
    ------
    RequestError
        The limit is below one second.
    """
    if limit_s is None:
        return None, None
    if limit_s < 1:
        raise RequestError.bad_number("De grens", "1 seconde of meer")
    if layer.seconds_first:
        # A trip is shown in whole seconds: what rounds to the limit is within it.
        return limit_s * 10 + 4, None
    return int(limit_s * 10 * layer.meta["fastest_m_per_s"]) + 10, limit_s


def to_seconds_and_metres(layer: Layer, weight: Amount, second: Amount) -> tuple[Amount, Amount]:
    """Whole seconds and whole metres, of one trip or of a column of them."""
    seconds_ds, metres_dm = (weight, second) if layer.seconds_first else (second, weight)
    return (seconds_ds + 5) // 10, (metres_dm + 5) // 10


def to_gaps(places: Places) -> list[float | None]:
    """Metres from each point to its place on the road, to a decimetre; None when no road was found."""
    finite = np.isfinite(places.gap_m).tolist()
    return [round(gap, 1) if known else None for gap, known in zip(places.gap_m.tolist(), finite, strict=True)]
