"""What travel needs from the database: points of postcodes and gemeenten, and which network is in use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from data import audit
from data.tables.organisation import Gemeente, GemeenteBorder, PostcodePoint, Vestiging
from data.tables.travel import NetworkChoice
from geo.geocode import KnownPoint

# Asked twice for every journey, so it is put together once, and answers with columns.
_POINT = select(
    PostcodePoint.postcode, PostcodePoint.place, PostcodePoint.lat, PostcodePoint.lon, PostcodePoint.doubtful
).where(PostcodePoint.postcode == bindparam("postcode"))


class TravelStore:
    """Points and the chosen network, on one session; fits ``geo.geocode.PointTable`` by shape.

    Parameters
    ----------
    session
        Of the use case; this class never commits.
    """

    def __init__(self, session: Session) -> None:
        self.session = session

    def postcode_point(self, postcode: str) -> KnownPoint | None:
        """Point of ``1234AB`` or ``1234``; a PC4 that has no row of its own is the middle of its PC6 points."""
        row = self.session.connection().execute(_POINT, {"postcode": postcode}).one_or_none()
        if row is not None and not row.doubtful:
            return KnownPoint(_words(row.postcode, row.place), row.lat, row.lon)
        if len(postcode) != 4:
            return None
        inside = select(func.avg(PostcodePoint.lat), func.avg(PostcodePoint.lon), func.min(PostcodePoint.place)).where(
            PostcodePoint.postcode.like(f"{postcode}__"), PostcodePoint.doubtful.is_(False)
        )
        lat, lon, place = self.session.execute(inside).one()
        return None if lat is None else KnownPoint(_words(postcode, place), float(lat), float(lon))

    def municipality_of(self, pc4: str) -> KnownPoint | None:
        """Middle of the gemeente that a four-digit postcode lies in, as far as any table knows that."""
        code = self.session.scalar(
            select(PostcodePoint.gemeente_code)
            .where(PostcodePoint.postcode.startswith(pc4), PostcodePoint.gemeente_code.is_not(None))
            .order_by(PostcodePoint.postcode)
            .limit(1)
        ) or self.session.scalar(
            select(Vestiging.gemeente_code)
            .where(Vestiging.postcode.startswith(pc4), Vestiging.gemeente_code.is_not(None))
            .order_by(Vestiging.code)
            .limit(1)
        )
        return self._middle(code) if code else None

    def municipality_named(self, name: str) -> KnownPoint | None:
        """Middle of the gemeente with this name, or else of the place with this name."""
        wanted = name.casefold()
        code = self.session.scalar(select(Gemeente.code).where(func.lower(Gemeente.name) == wanted).limit(1))
        if code is not None:
            return self._middle(code)
        place = select(func.avg(PostcodePoint.lat), func.avg(PostcodePoint.lon), func.min(PostcodePoint.place)).where(
            func.lower(PostcodePoint.place) == wanted, PostcodePoint.doubtful.is_(False)
        )
        lat, lon, words = self.session.execute(place).one()
        return None if lat is None else KnownPoint(str(words), float(lat), float(lon))

    def _middle(self, code: str) -> KnownPoint | None:
        """Middle of a gemeente: of its postcode points, else of its border, else of its schools."""
        name = self.session.scalar(select(Gemeente.name).where(Gemeente.code == code)) or f"gemeente {code}"
        for table in (PostcodePoint, Vestiging):
            middle = select(func.avg(table.lat), func.avg(table.lon)).where(table.gemeente_code == code)
            if table is PostcodePoint:
                middle = middle.where(PostcodePoint.doubtful.is_(False))
            lat, lon = self.session.execute(middle).one()
            if lat is not None:
                return KnownPoint(name, float(lat), float(lon))
            border = self.session.scalar(
                select(GemeenteBorder.geojson)
                .where(GemeenteBorder.gemeente_code == code)
                .order_by(GemeenteBorder.year.desc())
                .limit(1)
            )
            if border is not None:
                corners = list(_positions(json.loads(border)["coordinates"]))
                lons, lats = [corner[0] for corner in corners], [corner[1] for corner in corners]
                return KnownPoint(name, (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2)
        return None

    def chosen_network(self) -> str | None:
        """Name of the network that the installation uses, when one was chosen."""
        return self.session.scalar(select(NetworkChoice.name).where(NetworkChoice.id == 1))

    def choose_network(self, name: str, *, at: datetime, by: str) -> None:
        """Use another network from now on, with an entry in the audit trail."""
        row = self.session.get(NetworkChoice, 1)
        before = None if row is None else {"name": row.name}
        if row is None:
            self.session.add(NetworkChoice(id=1, name=name, chosen_at=at, chosen_by=by))
        else:
            row.name, row.chosen_at, row.chosen_by = name, at, by
        audit.append(
            self.session,
            at=at,
            actor=by,
            action="netwerk-kiezen",
            object_kind="netwerk",
            object_id=name,
            before=before,
            after={"name": name},
        )


def _words(postcode: str, place: str | None) -> str:
    shown = f"{postcode[:4]} {postcode[4:]}".strip()
    return f"{shown} {place}" if place else shown


def _positions(coordinates: Any) -> Iterator[Any]:
    """Every position in the nested coordinates of a GeoJSON geometry."""
    if coordinates and isinstance(coordinates[0], int | float):
        yield coordinates
    else:
        for part in coordinates:
            yield from _positions(part)
