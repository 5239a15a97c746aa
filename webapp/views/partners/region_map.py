"""What stands on the map of a region: gemeenten by status, schools by size, partners by step, squares of places."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from geo.errors import GeoError
from matching.partners.suppression import COVERED, NO_AGREEMENT, WHITE_SPOT
from matching.partners.what_if import Change, ChangeKind
from usecases.partners.coverage import RegionCoverage
from usecases.partners.figures import minutes
from webapp.context import services
from webapp.page.map.features import Feature, collection, point, shape

LAYERS = ("gemeenten", "scholen", "partners", "plekken", "bereik")
FIRST_LAYERS = LAYERS[:4]
MOST_REACH_AREAS = 12
KIND_OF_STATUS = {WHITE_SPOT: "witte-vlek", NO_AGREEMENT: "stap-2", COVERED: "stap-1"}


def words() -> dict[str, str]:
    """Name the kinds on this map in the legend."""
    return {
        "witte-vlek": gettext("Witte vlek: leerlingen zonder plaats binnen de norm"),
        "stap-2": gettext("Partner binnen de norm, nog geen overeenkomst"),
        "stap-1": gettext("Gedekt, met geldige overeenkomst"),
        "gemeente": gettext("Geen pro-leerlingen, geen behoefte"),
        "school-klein": gettext("School tot 75 leerlingen"),
        "school": gettext("School van 75 tot 150 leerlingen"),
        "school-groot": gettext("School vanaf 150 leerlingen"),
        "partner": gettext("Mbo-locatie met plaats, met de stap"),
        "gesloten": gettext("Mbo-locatie die vol is"),
        "plekken": gettext("Stageplekken per vak van 2 km"),
        "gebied": gettext("Binnen de norm van een bekostigde partner met plaats"),
        "pin": gettext("Nieuwe partner in dit scenario"),
    }


def region_features(region: RegionCoverage, layers: Collection[str], sector: str = "") -> dict[str, Any]:
    """Make the features of the chosen layers; only published figures."""
    found: list[Feature] = []
    if "gemeenten" in layers:
        found += _gemeenten(region)
    if "bereik" in layers:
        found += _reach(region)
    if "scholen" in layers:
        found += _schools(region)
    if "partners" in layers:
        found += _partners(region)
    if "plekken" in layers:
        found += _places(region, sector)
    return collection(found)


def _gemeenten(region: RegionCoverage) -> list[Feature]:
    shapes = []
    for each in region.gemeenten:
        border = region.borders.get(each.area)
        if border is None:
            continue
        detail = gettext("geen pro-leerlingen")
        if each.pupils:
            detail = gettext(
                "%(n)s van %(of)s leerlingen gedekt: %(status)s", n=each.covered, of=each.pupils, status=each.status
            )
        name = region.gemeente_names.get(each.area, each.area)
        address = url_for("region.show_gemeente", region=region.question.region, code=each.area)
        shapes.append(shape(KIND_OF_STATUS.get(each.status, "gemeente"), border, name, href=address, detail=detail))
    return shapes


def _schools(region: RegionCoverage) -> list[Feature]:
    where = {each.vestiging: each for each in region.schools}
    points = []
    for each in region.exact.points:
        size = each.need.pupils
        school = where[each.need.point_id]
        kind = "school-klein" if size < 75 else "school" if size < 150 else "school-groot"
        known = (
            gettext("minder dan 5 leerlingen")
            if 0 < size < 5
            else ngettext("%(num)d leerling", "%(num)d leerlingen", size)
        )
        nearest = minutes(each.nearest.seconds)
        travel = (
            gettext("dichtstbijzijnde partner op %(n)s min", n=nearest) if nearest is not None else each.nearest.reason
        )
        points.append(point(kind, (school.lat, school.lon), school.name, detail=f"{known} · {travel}"))
    return points


def _partners(region: RegionCoverage) -> list[Feature]:
    points = []
    for mbo, place, step in region.locations:
        free = place.seats_free
        seats = gettext("capaciteit niet opgegeven") if free is None else gettext("%(n)s plaatsen vrij", n=free)
        paid = gettext("bekostigd") if mbo.bekostigd else gettext("niet bekostigd")
        detail = f"{place.name} · {gettext('stap %(n)s', n=step)} · {paid} · {seats}"
        kind = "gesloten" if free == 0 else "partner"
        points.append(
            point(kind, (place.lat, place.lon), mbo.name, detail=detail, symbol="" if free == 0 else str(step))
        )
    return points


def _reach(region: RegionCoverage) -> list[Feature]:
    """Draw what lies within the norm of each counted partner with a seat, over the network."""
    counted = [(mbo, place) for mbo, place, _ in region.locations if mbo.bekostigd and place.seats_free != 0]
    shapes = []
    question = region.question
    for mbo, place in counted[:MOST_REACH_AREAS]:
        try:
            areas = services().travel.reach(question.definition_id, (place.lat, place.lon), [question.norm_minutes])
        except GeoError:
            # A place off the road has no reach; the table says so, the map leaves it out.
            continue
        label = gettext("%(n)s minuten van %(name)s", n=question.norm_minutes, name=f"{mbo.name}, {place.name}")
        shapes += [shape("gebied", area.geometry, label) for area in areas]
    return shapes


def scenario_features(region: RegionCoverage, changes: Sequence[Change]) -> dict[str, Any]:
    """Make the features of a what-if: schools, partners as they would be, and new pins."""
    closed = {each.location_id for each in changes if each.kind is ChangeKind.CLOSE}
    seats = {each.location_id: each.seats for each in changes if each.kind is ChangeKind.SEATS}
    found = _schools(region)
    for mbo, place, step in region.locations:
        free = 0 if place.location_id in closed else seats.get(place.location_id, place.seats_free)
        words_of = gettext("gesloten") if place.location_id in closed else gettext("capaciteit niet opgegeven")
        if place.location_id not in closed and free is not None:
            words_of = gettext("%(n)s plaatsen vrij", n=free)
        kind = "gesloten" if free == 0 else "partner"
        symbol = "" if free == 0 else str(step)
        found.append(point(kind, (place.lat, place.lon), mbo.name, detail=f"{place.name} · {words_of}", symbol=symbol))
    for each in changes:
        if each.kind is ChangeKind.ADD and each.lat is not None and each.lon is not None:
            detail = gettext("%(n)s plaatsen", n="–" if each.seats is None else each.seats)
            found.append(point("pin", (each.lat, each.lon), each.name, detail=detail))
    return collection(found)


def _places(region: RegionCoverage, sector: str) -> list[Feature]:
    points = []
    for cell in region.cells:
        count = cell.sectors.get(sector, 0) if sector else cell.places
        if count:
            label = ngettext("%(num)d stageplek", "%(num)d stageplekken", count)
            detail = " · ".join(f"{name} {number}" for name, number in cell.sectors.items())
            symbol = str(count) if count < 100 else "99"
            points.append(point("plekken", (cell.lat, cell.lon), label, detail=detail, symbol=symbol))
    return points
