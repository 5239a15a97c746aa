"""Regio op de kaart: the finding, the map, the figures per gemeente, the files, and all regions beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from io import BytesIO

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from matching.partners.suppression import AreaFigures
from usecases.partners.coverage import CountryCoverage, RegionCoverage
from usecases.partners.exports import CONTENT_TYPES, FORMATS, country_csv, file_name, region_file
from usecases.partners.figures import SUPPRESSED, as_of_text, minutes, percent
from usecases.partners.situation import CoverageQuestion
from usecases.people.roles import Role
from webapp.access import allow, principal, region_arg
from webapp.context import services
from webapp.page.listing import Listing, ListQuery
from webapp.page.map.maps import draw_map
from webapp.views.partners.region_map import FIRST_LAYERS, LAYERS, region_features, words

bp = Blueprint("region", __name__)
Page = str | BaseResponse
READERS = (Role.NETWERKCOORDINATOR, Role.BEHEERDER)
DEFINITIONS = (("fiets-snelst", "fiets"), ("auto-snelst", "auto"), ("lopen-kortst", "lopen"))
_SORT = ("gemeente", "leerlingen", "gedekt", "aandeel", "mediaan", "p90", "partners", "stand")


@bp.get("/regio")
@allow(*READERS)
def show_own() -> Page:
    """Lead to the own region; somebody with several, or with all of them, sees them beside each other."""
    regions = principal().regions()
    if len(regions) == 1 and not principal().has(Role.BEHEERDER):
        return redirect(url_for("region.show", region=regions[0]))
    return redirect(url_for("region.show_all"))


def schooljaar_of(day: date) -> int:
    """Return the first calendar year of the schooljaar of a day (from 1 August)."""
    return day.year if day.month >= 8 else day.year - 1


def read_question(region: str) -> CoverageQuestion:
    """Read norm, travel definition and schooljaar from the address; anything unknown falls back to the setting."""
    args = request.args
    norm = args.get("norm", "")
    definition = args.get("hoe", "")
    year = args.get("schooljaar", "")
    today = services().today()
    on = None
    if year.isascii() and year.isdecimal() and len(year) == 4 and int(year) != schooljaar_of(today):
        on = date(int(year), 10, 1)
    return services().partners.coverage.question(
        region,
        norm_minutes=int(norm) if norm.isascii() and norm.isdecimal() and len(norm) < 4 else None,
        definition_id=definition if definition in dict(DEFINITIONS) else None,
        on=on,
    )


def read_layers() -> tuple[str, ...]:
    """Read which layers are on; all but the reach areas when the address names none."""
    wanted = tuple(each for each in request.args.getlist("laag") if each in LAYERS)
    return wanted or FIRST_LAYERS


@bp.get("/regio/<region>")
@allow(*READERS, within=region_arg("region"))
def show(region: str) -> str:
    """Show the finding, the map and the figures of a region."""
    question = read_question(region)
    found = services().partners.coverage.compute(question)
    layers, sector = read_layers(), request.args.get("sector", "")
    picture = draw_map(
        region_features(found, layers, sector),
        title=gettext("Regio op de kaart"),
        description=found.finding,
        words=words(),
    )
    names = found.gemeente_names
    query = ListQuery.read(request.args, sortable=_SORT, default="gemeente", size=100)
    listing = Listing.of_all(
        query,
        found.gemeenten,
        {
            "gemeente": lambda each: names.get(each.area, each.area),
            "leerlingen": lambda each: each.pupils,
            "gedekt": lambda each: each.covered,
            "aandeel": lambda each: each.share,
            "mediaan": lambda each: each.median_s,
            "p90": lambda each: each.p90_s,
            "partners": lambda each: each.partners,
            "stand": lambda each: each.status,
        },
    )
    this_year = schooljaar_of(services().today())
    return render_template(
        "partners/region.html",
        found=found,
        as_of_text=as_of_text,
        question=question,
        picture=picture,
        listing=listing,
        layers=layers,
        all_layers=LAYERS,
        sector=sector,
        definitions=DEFINITIONS,
        minutes=minutes,
        percent=percent,
        suppressed=SUPPRESSED,
        formats=FORMATS,
        years=list(range(this_year - 6, this_year + 1)),
        year=schooljaar_of(question.on),
        bins=travel_bins(found),
        travel_costs=services().stages.figures.travel_cost_choices(region, schooljaar_of(question.on)),
        kept=request.query_string.decode("ascii", "ignore"),
    )


def travel_bins(found: RegionCoverage) -> list[dict[str, object]]:
    """Count pupils per ten minutes of travel to the nearest partner; groups below five are left out."""
    edges = list(range(0, 60, 10))
    counts = dict.fromkeys([*edges, 60], 0)
    for each in found.exact.points:
        found_minutes = minutes(each.nearest.seconds)
        if each.need.pupils >= 5 and found_minutes is not None:
            counts[min(60, (found_minutes // 10) * 10)] += each.need.pupils
    return [{"label": f"{low}–{low + 9}" if low < 60 else "60+", "a": count} for low, count in counts.items()]


@bp.get("/regio/<region>/kaart.json")
@allow(*READERS, within=region_arg("region"))
def show_features(region: str) -> Response:
    """Give the features of the map as GeoJSON."""
    found = services().partners.coverage.compute(read_question(region))
    answer = Response(mimetype="application/geo+json")
    answer.set_data(_dumps(region_features(found, read_layers(), request.args.get("sector", ""))))
    return answer


def _dumps(content: object) -> str:
    from flask import json

    return json.dumps(content)


@bp.get("/regio/<region>/gemeente/<code>")
@allow(*READERS, within=region_arg("region"))
def show_gemeente(region: str, code: str) -> str:
    """Show one gemeente: its schools in totals, the nearest partners per step, whether it is a white spot."""
    question = read_question(region)
    found = services().partners.coverage.compute(question)
    figures = next((each for each in found.gemeenten if each.area == code), None) or abort(404)
    schools = [each for each in found.schools if each.gemeente == code]
    chains, _ = services().partners.coverage.chains(question.on, gemeente=code)
    points = {each.need.point_id: each for each in found.exact.points}
    return render_template(
        "partners/gemeente.html",
        found=found,
        as_of_text=as_of_text,
        question=question,
        figures=figures,
        minutes=minutes,
        percent=percent,
        name=found.gemeente_names.get(code, code),
        suppressed=SUPPRESSED,
        schools=[(each, points[each.vestiging], chains.get(each.vestiging)) for each in schools],
    )


@bp.get("/regio/<region>/bestand.<form>")
@allow(*READERS, within=region_arg("region"))
def download(region: str, form: str) -> BaseResponse:
    """Give the region as CSV, XLSX, GeoJSON, GeoPackage, PDF or JSON."""
    if form not in FORMATS:
        abort(404)
    question = read_question(region)
    content = region_file(services().partners.coverage.compute(question), form, at=services().clock())
    return send_file(
        BytesIO(content), CONTENT_TYPES[form], as_attachment=True, download_name=file_name(region, form, question.on)
    )


@bp.get("/regio/alle")
@allow(*READERS)
def show_all() -> str:
    """Show the coverage of every region beside each other, as ordered dots with their table."""
    coverage = services().partners.coverage
    names = coverage.regions()
    question = read_question(next(iter(names))) if names else None
    country = coverage.compute_country(question) if question else None
    own = set(principal().regions())
    return render_template(
        "partners/regions.html",
        country=country,
        rows=_lowest_first(country, names) if country else [],
        names=names,
        own=own,
        as_of_text=as_of_text,
        kept=request.query_string.decode("ascii", "ignore"),
        all_of_them=principal().has(Role.BEHEERDER),
        minutes=minutes,
        percent=percent,
        suppressed=SUPPRESSED,
        definitions=DEFINITIONS,
        question=question,
    )


def _lowest_first(country: CountryCoverage, names: Mapping[str, str]) -> list[AreaFigures]:
    return sorted(
        country.regions.values(), key=lambda each: (each.share is None, each.share or 0, names.get(each.area, ""))
    )


@bp.get("/regio/alle.csv")
@allow(*READERS)
def download_all() -> BaseResponse:
    """Give the figures of every region, and of all of them together, as CSV."""
    coverage = services().partners.coverage
    names = coverage.regions()
    question = read_question(next(iter(names))) if names else abort(404)
    country = coverage.compute_country(question)
    content = country_csv(_lowest_first(country, names), country.total, names)
    return send_file(
        BytesIO(content), CONTENT_TYPES["csv"], as_attachment=True, download_name=file_name("alle", "csv", question.on)
    )
