"""The region, the what-if and the dossier as files: the same published figures in every format."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from data.exporters.layers import Cell, Export, Field, Layer, to_csv, to_geojson, to_gpkg, to_xlsx
from data.exporters.typeset import to_pdf
from matching.partners.landkaart import Collaboration
from matching.partners.suppression import AreaFigures, published_level
from usecases.partners.coverage import RegionCoverage
from usecases.partners.documents import region_content
from usecases.partners.figures import SUPPRESSED, minutes, percent

FORMATS = ("csv", "xlsx", "geojson", "gpkg", "pdf", "json")
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "pdf": "application/pdf",
    "json": "application/json",
}
_FIGURE_FIELDS = (
    Field("leerlingen", "Pro-leerlingen op de vestigingen", "leerlingen"),
    Field("gedekt", "Leerlingen met een plaats bij een bekostigde partner binnen de norm", "leerlingen"),
    Field("niet_gedekt", "Leerlingen zonder zo'n plaats", "leerlingen"),
    Field("aandeel_pct", "Aandeel gedekt", "procent"),
    Field("mediaan_min", "Mediaan van de reistijd naar de dichtstbijzijnde partner", "minuten"),
    Field("p90_min", "Reistijd waar 90 procent van de leerlingen onder blijft", "minuten"),
    Field("scholen", "Vestigingen met 5 of meer pro-leerlingen", "vestigingen"),
    Field("scholen_met_overeenkomst", "Daarvan met een geldige overeenkomst", "vestigingen"),
    Field("partners", "Locaties van bekostigde mbo's", "locaties"),
    Field("partners_met_plaats", "Daarvan met vrije plaatsen of zonder opgegeven capaciteit", "locaties"),
    Field("stand", "Geen behoefte, witte vlek, geen overeenkomst of gedekt"),
)
_AREA_FIELDS = (Field("gemeentecode", "Gemeentecode (CBS)"), Field("gemeente", "Gemeente"), *_FIGURE_FIELDS)
_REGION_FIELDS = (Field("regio", "Code van de regio"), Field("naam", "Regio"), *_FIGURE_FIELDS)


def area_row(figures: AreaFigures, name: str) -> dict[str, Cell]:
    """Write the figures of one gemeente under the names of the files."""
    return {"gemeentecode": figures.area, "gemeente": name, **_figure_cells(figures)}


def _figure_cells(figures: AreaFigures) -> dict[str, Cell]:
    return {
        "leerlingen": figures.pupils,
        "gedekt": figures.covered,
        "niet_gedekt": figures.uncovered,
        "aandeel_pct": percent(figures),
        "mediaan_min": minutes(figures.median_s),
        "p90_min": minutes(figures.p90_s),
        "scholen": figures.schools,
        "scholen_met_overeenkomst": figures.schools_with_agreement,
        "partners": figures.partners,
        "partners_met_plaats": figures.partners_with_seats,
        "stand": figures.status,
    }


def to_export(region: RegionCoverage) -> Export:
    """Describe the region as layers: gemeenten, schools, partners, and places per sector."""
    gemeenten = Layer(
        "gemeenten",
        "Dekking per gemeente",
        _AREA_FIELDS,
        tuple(area_row(each, region.gemeente_names.get(each.area, each.area)) for each in region.gemeenten),
        tuple(region.borders.get(each.area) for each in region.gemeenten),
    )
    sectors = Layer(
        "stageplekken",
        "Stageplekken per sector",
        (
            Field("sector", "Sector"),
            Field("plekken", "Stageplekken", "plekken"),
            Field("stoelen", "Plaatsen samen", "plaatsen"),
        ),
        tuple({"sector": s.sector, "plekken": s.places, "stoelen": s.seats} for s in region.sectors),
    )
    return Export(
        f"Dekking {region.region_name}", (gemeenten, _schools(region), _partners(region), sectors), region.as_of
    )  # fmt: skip


def _schools(region: RegionCoverage) -> Layer:
    fields = (
        Field("vestiging", "Vestigingscode"),
        Field("naam", "School"),
        Field("leerlingen", "Pro-leerlingen; leeg is minder dan 5", "leerlingen"),
        Field("gedekt", "Leerlingen met een plaats binnen de norm", "leerlingen"),
        Field("dichtstbij_min", "Reistijd naar de dichtstbijzijnde bekostigde partner", "minuten"),
        Field("geldige_overeenkomst", "Geldige overeenkomst met een mbo"),
    )
    place = {each.vestiging: each for each in region.schools}
    rows: list[Mapping[str, Cell]] = []
    shapes = []
    for point in region.exact.points:
        size = point.need.pupils
        known = size == 0 or size >= 5
        school = place[point.need.point_id]
        rows.append(
            {
                "vestiging": school.vestiging,
                "naam": school.name,
                "leerlingen": size if known else None,
                "gedekt": published_level(size, point.covered) if known else None,
                "dichtstbij_min": minutes(point.nearest.seconds),
                "geldige_overeenkomst": point.need.has_agreement,
            }
        )
        shapes.append({"type": "Point", "coordinates": [school.lon, school.lat]})
    return Layer("scholen", "Scholen voor praktijkonderwijs", fields, tuple(rows), tuple(shapes))


def _partners(region: RegionCoverage) -> Layer:
    fields = (
        Field("locatiecode", "Locatiecode"),
        Field("mbo", "Mbo-instelling"),
        Field("locatie", "Locatie"),
        Field("bekostigd", "Bekostigd"),
        Field("stap", "Eerste stap in de keten voor een school in deze regio"),
        Field("capaciteit", "Pro-leerlingen tegelijk; leeg is niet opgegeven", "leerlingen"),
        Field("plaatsen_vrij", "Vrije plaatsen; leeg is niet opgegeven", "leerlingen"),
        Field("crebos", "Entreekwalificaties"),
    )
    rows = tuple(
        {
            "locatiecode": place.location_id,
            "mbo": mbo.name,
            "locatie": place.name,
            "bekostigd": mbo.bekostigd,
            "stap": step,
            "capaciteit": place.capacity,
            "plaatsen_vrij": place.seats_free,
            "crebos": ", ".join(place.offers_on(region.question.on, None)),
        }
        for mbo, place, step in region.locations
    )
    shapes = tuple({"type": "Point", "coordinates": [p.lon, p.lat]} for _, p, _ in region.locations)
    return Layer("partners", "Mbo-partners", fields, rows, shapes)


def region_json(region: RegionCoverage) -> dict[str, Any]:
    """Write the region for the API and ``--format json``."""
    return {
        "regio": region.question.region,
        "naam": region.region_name,
        "bevinding": region.finding,
        "totaal": {**area_row(region.total, region.region_name), "gemeentecode": None},
        "gemeenten": [
            area_row(each, region.gemeente_names.get(each.area, each.area)) for each in region.gemeenten
        ],
        "keten": {each.label: each.schools for each in region.chain},
        "sectoren": [{"sector": s.sector, "plekken": s.places, "plaatsen": s.seats} for s in region.sectors],
        "zonder_regio": [{"vestiging": code, "reden": why} for code, why in region.unplaced],
        "onderdrukking": SUPPRESSED,
        "as_of": dict(region.as_of),
    }  # fmt: skip


def region_file(region: RegionCoverage, form: str, *, at: datetime) -> bytes:
    """Write a region in one of ``FORMATS``."""
    export = to_export(region)
    if form == "csv":
        return to_csv(export.layers[0])
    if form == "xlsx":
        return to_xlsx(export)
    if form == "geojson":
        return to_geojson(export)
    if form == "gpkg":
        return to_gpkg(export)
    if form == "json":
        return json.dumps(region_json(region), ensure_ascii=False, indent=1).encode()
    return to_pdf("region", region_content(region), at=at)


def country_csv(regions: Sequence[AreaFigures], total: AreaFigures, names: Mapping[str, str]) -> bytes:
    """Write a line per region, and one for all of them together."""
    rows = [{"regio": each.area, "naam": names.get(each.area, each.area), **_figure_cells(each)} for each in regions]
    rows.append({"regio": "", "naam": "alle regio's samen", **_figure_cells(total)})
    return to_csv(Layer("regio", "Dekking per regio", _REGION_FIELDS, tuple(rows)))


def landkaart_csv(records: Sequence[Collaboration], on: date, regions: Mapping[str, str]) -> bytes:
    """Write the public list of collaborations."""
    fields = tuple(
        Field(key, title)
        for key, title in (
            ("titel", "Titel"), ("regio", "Regio"), ("stand", "Stand"), ("sinds", "Sinds"), ("sectoren", "Sectoren"),
            ("routes", "Routes"), ("scholen", "Scholen"), ("mbo", "Mbo"), ("bron", "Bron"),
        )
    )  # fmt: skip
    rows = tuple(
        {
            "titel": each.title,
            "regio": regions.get(each.region, each.region),
            "stand": str(each.rung_on(on)),
            "sinds": max(c.on for c in each.ladder if c.on <= on).isoformat(),
            "sectoren": ", ".join(each.sectors),
            "routes": ", ".join(each.routes),
            "scholen": each.schools,
            "mbo": each.partner,
            "bron": each.source,
        }
        for each in records
    )
    return to_csv(Layer("landkaart", "Landkaart", fields, rows))


def file_name(region: str, form: str, on: date) -> str:
    """Name a download."""
    return f"dekking-{region}-{on:%Y-%m-%d}.{form}"
