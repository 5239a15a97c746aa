"""Who and where: besturen, schools, vestigingen, gemeenten, regions per year, postcode points."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base


class Bestuur(Base):
    """A bevoegd gezag, by its DUO number."""

    __tablename__ = "bestuur"

    number: Mapped[str] = mapped_column(String(10), primary_key=True)
    name: Mapped[str | None] = mapped_column(String(200))


class School(Base):
    """An instelling, by its BRIN code; never deleted, it ends on a date."""

    __tablename__ = "school"

    brin: Mapped[str] = mapped_column(String(4), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    bestuur_number: Mapped[str | None] = mapped_column(ForeignKey("bestuur.number"), index=True)
    ended_on: Mapped[date | None]


class Gemeente(Base):
    """A municipality, by its four digit CBS code; the name is filled by the first file that knows it."""

    __tablename__ = "gemeente"

    code: Mapped[str] = mapped_column(String(4), primary_key=True)
    name: Mapped[str | None] = mapped_column(String(100))


class GemeenteBorder(Base):
    """The border of a gemeente in a year, as GeoJSON geometry in WGS84."""

    __tablename__ = "gemeente_border"

    gemeente_code: Mapped[str] = mapped_column(ForeignKey("gemeente.code"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    geojson: Mapped[str]
    source: Mapped[str] = mapped_column(String(200))


class Vestiging(Base):
    """A school location, by its six character code; never deleted, it ends on a date."""

    __tablename__ = "vestiging"
    __table_args__ = (
        CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="point_whole"),
        Index("ix_vestiging_point", "x_m", "y_m"),
    )

    code: Mapped[str] = mapped_column(String(6), primary_key=True)
    brin: Mapped[str] = mapped_column(ForeignKey("school.brin"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    street: Mapped[str | None] = mapped_column(String(200))
    house_number: Mapped[str | None] = mapped_column(String(40))
    postcode: Mapped[str | None] = mapped_column(String(6))
    place: Mapped[str | None] = mapped_column(String(100))
    gemeente_code: Mapped[str | None] = mapped_column(ForeignKey("gemeente.code"), index=True)
    structure: Mapped[str] = mapped_column(String(100), default="")
    website: Mapped[str | None] = mapped_column(String(200))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    x_m: Mapped[float | None]
    y_m: Mapped[float | None]
    point_precision: Mapped[str | None] = mapped_column(String(10))
    ended_on: Mapped[date | None]


class Region(Base):
    """A region of one kind: arbeidsmarktregio by default, rmc possible."""

    __tablename__ = "region"

    kind: Mapped[str] = mapped_column(String(30), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))


class RegionMembership(Base):
    """Which region a gemeente belongs to, per kind and year."""

    __tablename__ = "region_membership"
    __table_args__ = (ForeignKeyConstraint(["kind", "region_key"], ["region.kind", "region.key"]),)

    kind: Mapped[str] = mapped_column(String(30), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    gemeente_code: Mapped[str] = mapped_column(ForeignKey("gemeente.code"), primary_key=True)
    region_key: Mapped[str] = mapped_column(String(60), index=True)


class PostcodePoint(Base):
    """The point of a PC4 (``3811``) or PC6 (``3811AB``)."""

    __tablename__ = "postcode_point"

    postcode: Mapped[str] = mapped_column(String(6), primary_key=True)
    lat: Mapped[float]
    lon: Mapped[float]
    x_m: Mapped[float]
    y_m: Mapped[float]
    place: Mapped[str | None] = mapped_column(String(100))
    gemeente_code: Mapped[str | None] = mapped_column(ForeignKey("gemeente.code"))
    source: Mapped[str] = mapped_column(String(200))
    doubtful: Mapped[bool] = mapped_column(default=False)
