"""Mbo institutions, region tables and schools as the pure chain wants them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from data.tables.imports import ImportRun
from data.tables.organisation import (
    Gemeente,
    GemeenteBorder,
    PostcodePoint,
    Region,
    RegionMembership,
    School,
    Vestiging,
)
from data.tables.partners import MboInstitution, MboLocation, MboOffer, PartnerPolicyRow
from matching.partners.model import ChainSchool, Institution, Location, Offer, Period, RegionTable, Willingness

ALWAYS = date(1900, 1, 1)


class PartnerStore:
    """Reads and writes the mbo side and everything a chain needs to know of place and region."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def institutions(self, on: date | None = None) -> tuple[Institution, ...]:
        """Load every institution that has not ended before ``on``, with its locations and offers, by id."""
        offers: dict[str, list[Offer]] = {}
        for offer in self.session.scalars(select(MboOffer).order_by(MboOffer.crebo, MboOffer.starts_on)):
            offers.setdefault(offer.location_id, []).append(Offer(offer.crebo, Period(offer.starts_on, offer.ends_on)))
        locations: dict[str, list[Location]] = {}
        for row in self.session.scalars(select(MboLocation).order_by(MboLocation.location_id)):
            if row.ended_on is not None and row.ended_on < row.opened_on:
                continue
            locations.setdefault(row.partner_id, []).append(
                Location(
                    row.location_id,
                    row.name,
                    row.gemeente_code,
                    row.lat,
                    row.lon,
                    tuple(offers.get(row.location_id, ())),
                    row.capacity,
                    row.taken,
                    Period(row.opened_on, row.ended_on),
                )
            )
        found = []
        for each in self.session.scalars(select(MboInstitution).order_by(MboInstitution.partner_id)):
            ended = each.ended_on is not None and on is not None and each.ended_on < on
            if not ended and each.partner_id in locations:
                found.append(_institution(each, locations[each.partner_id]))
        return tuple(found)

    def institution_row(self, partner_id: str) -> MboInstitution | None:
        """Load one institution with its contact."""
        return self.session.get(MboInstitution, partner_id)

    def location_rows(self) -> Sequence[MboLocation]:
        """Load every location, by id."""
        return self.session.scalars(select(MboLocation).order_by(MboLocation.location_id)).all()

    def replace_offers(self, location_id: str, offers: Iterable[tuple[str, date, date | None]]) -> None:
        """Put the offers of one location in place of what was there."""
        self.session.execute(delete(MboOffer).where(MboOffer.location_id == location_id))
        for crebo, starts_on, ends_on in offers:
            self.session.add(MboOffer(location_id=location_id, crebo=crebo, starts_on=starts_on, ends_on=ends_on))

    def region_years(self, kind: str) -> tuple[int, ...]:
        """List the years of which a region table of this kind is loaded, oldest first."""
        years = self.session.scalars(
            select(RegionMembership.year)
            .where(RegionMembership.kind == kind)
            .distinct()
            .order_by(RegionMembership.year)
        )
        return tuple(years)

    def region_table(self, kind: str, on: date) -> RegionTable:
        """Load the newest region table that is not of a later year than ``on``, or else the oldest there is."""
        years = self.region_years(kind)
        past = [year for year in years if year <= on.year]
        year = past[-1] if past else years[0] if years else on.year
        return self.region_table_of(kind, year)

    def region_table_of(self, kind: str, year: int) -> RegionTable:
        """Load the region table of one year; empty when there is none."""
        rows = self.session.execute(
            select(RegionMembership.gemeente_code, RegionMembership.region_key)
            .where(RegionMembership.kind == kind, RegionMembership.year == year)
            .order_by(RegionMembership.gemeente_code)
        )
        return RegionTable(kind, year, {row.gemeente_code: row.region_key for row in rows}, self.region_names(kind))

    def region_names(self, kind: str) -> Mapping[str, str]:
        """Map the key of every region of a kind to its name."""
        rows = self.session.execute(select(Region.key, Region.name).where(Region.kind == kind).order_by(Region.key))
        return {row.key: row.name for row in rows}

    def gemeente_names(self) -> Mapping[str, str]:
        """Map the code of every gemeente to its name, or to its code when no file gave one."""
        rows = self.session.execute(select(Gemeente.code, Gemeente.name))
        return {code: name or code for code, name in rows}

    def places_in(self, gemeenten: Iterable[str]) -> list[tuple[str, float, float]]:
        """Return name and middle of every place that the postcode table knows in some gemeenten."""
        rows = self.session.execute(
            select(PostcodePoint.place, func.avg(PostcodePoint.lat), func.avg(PostcodePoint.lon))
            .where(PostcodePoint.gemeente_code.in_(sorted(gemeenten)), PostcodePoint.place.is_not(None))
            .group_by(PostcodePoint.place)
            .order_by(PostcodePoint.place)
        )
        return [(str(name), float(lat), float(lon)) for name, lat, lon in rows]

    def borders(self, gemeenten: Iterable[str], on: date) -> dict[str, dict[str, Any]]:
        """Load the GeoJSON border of some gemeenten: of the newest year not after ``on``, else of the oldest."""
        rows = self.session.scalars(
            select(GemeenteBorder)
            .where(GemeenteBorder.gemeente_code.in_(sorted(gemeenten)))
            .order_by(GemeenteBorder.gemeente_code, GemeenteBorder.year)
        )
        found: dict[str, tuple[int, str]] = {}
        for row in rows:
            if row.gemeente_code not in found or row.year <= on.year:
                found[row.gemeente_code] = (row.year, row.geojson)
        return {code: json.loads(text) for code, (_, text) in found.items()}

    def vestigingen(self, on: date | None = None) -> Sequence[Vestiging]:
        """Load every pro vestiging that had not ended before ``on``, by code."""
        rows = self.session.scalars(
            select(Vestiging).where(Vestiging.structure.contains("PRO")).order_by(Vestiging.code)
        )
        return [row for row in rows if on is None or row.ended_on is None or row.ended_on >= on]

    def vestigingen_of(self, code: str) -> Sequence[Vestiging]:
        """Load the pro vestigingen of a BRIN code, or the one of a vestigingscode."""
        wanted = code.strip().upper()
        return [row for row in self.vestigingen() if row.code == wanted or (len(wanted) == 4 and row.brin == wanted)]

    def school(self, brin: str) -> School | None:
        """Load one school."""
        return self.session.get(School, brin)

    def data_date(self, on: date) -> date:
        """Return the day of the last partner import, or ``on`` when nothing was imported."""
        moment = self.session.scalar(select(func.max(ImportRun.saved_at)).where(ImportRun.importer == "partners"))
        return moment.date() if moment is not None else on

    def policy(self) -> PartnerPolicyRow | None:
        """Load the settings that hold now, or ``None`` when nobody ever set them."""
        return self.session.scalars(select(PartnerPolicyRow).order_by(PartnerPolicyRow.id.desc()).limit(1)).first()

    def add_policy(self, row: PartnerPolicyRow) -> None:
        """Append settings; older ones stay as history."""
        self.session.add(row)
        self.session.flush()


def chain_school(row: Vestiging) -> ChainSchool | None:
    """Turn a vestiging into the school of a chain, or ``None`` while it has no point or gemeente."""
    if row.lat is None or row.lon is None or row.gemeente_code is None:
        return None
    return ChainSchool(row.code, row.name, row.gemeente_code, row.lat, row.lon)


def _institution(row: MboInstitution, locations: Sequence[Location]) -> Institution:
    recognitions: tuple[Period, ...] = ()
    if row.recognised_from is not None:
        recognitions = (Period(row.recognised_from, row.recognised_until),)
    return Institution(
        row.partner_id,
        row.name,
        row.bekostigd,
        tuple(locations),
        recognitions,
        Willingness(row.willingness),
        row.contact,
    )
