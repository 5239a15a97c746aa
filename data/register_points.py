"""Where a vestiging lies: the best point that its postcode gives."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.tables.organisation import PostcodePoint, Vestiging

#: Better first; a point of these kinds is replaced when a better one is known, an ``adres`` never.
_FROM_POSTCODE = ("pc6", "pc4")


def place_vestigingen(session: Session) -> int:
    """Give every vestiging the point of its PC6, or else of its PC4; returns how many moved."""
    session.flush()
    rows = session.scalars(select(Vestiging).where(Vestiging.postcode.is_not(None))).all()
    wanted = {key for row in rows if row.postcode for key in (row.postcode, row.postcode[:4])}
    points = {
        point.postcode: point
        for point in session.scalars(select(PostcodePoint).where(PostcodePoint.doubtful.is_(False)))
        if point.postcode in wanted
    }
    moved = 0
    for row in rows:
        if row.point_precision not in (None, *_FROM_POSTCODE) or not row.postcode:
            continue
        for precision, key in zip(_FROM_POSTCODE, (row.postcode, row.postcode[:4]), strict=True):
            point = points.get(key)
            if point is not None:
                moved += (row.lat, row.lon) != (point.lat, point.lon)
                row.lat, row.lon, row.x_m, row.y_m = point.lat, point.lon, point.x_m, point.y_m
                row.point_precision = precision
                break
    session.flush()
    return moved
