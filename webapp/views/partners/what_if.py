"""Wat als: close, enlarge or add a partner and see before and after; and the best next partner."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from matching.partners.model import Location
from matching.partners.what_if import Change, ChangeKind
from usecases.partners.candidates import read_candidates, refuse_change
from usecases.partners.documents import check_pdf
from usecases.partners.figures import SUPPRESSED, as_of_text, change_sentence, comparison_sentence, minutes, percent
from usecases.partners.scenarios import Scenario
from usecases.partners.situation import CoverageQuestion
from usecases.people.roles import Role
from usecases.refusals import REFUSALS, sentences
from webapp.access import allow, principal, region_arg
from webapp.context import services
from webapp.page.map.maps import MapPicture, draw_map
from webapp.views.partners.region import DEFINITIONS, read_question
from webapp.views.partners.region_map import scenario_features, words

bp = Blueprint("whatif", __name__)
Page = str | tuple[str, int] | Response
READERS = (Role.NETWERKCOORDINATOR, Role.BEHEERDER)
MOST_CHANGES = 20


def read_changes() -> list[Change]:
    """Read the changes from the address: ``w=sluit:LOCATIE``, ``w=plaatsen:LOCATIE:80``, ``w=nieuw:lat:lon:80:Naam``.

    Raises
    ------
    InputRefused
        A change that cannot be read.
    """
    planning = services().partners.planning
    found: list[Change] = []
    for number, text in enumerate(request.values.getlist("w")[:MOST_CHANGES], start=1):
        kind, _, rest = text.partition(":")
        parts = rest.split(":", 3)
        if kind == ChangeKind.CLOSE and rest:
            found.append(Change(ChangeKind.CLOSE, rest))
        elif kind == ChangeKind.SEATS and len(parts) == 2 and parts[1].isdecimal():
            found.append(Change(ChangeKind.SEATS, parts[0], int(parts[1])))
        elif kind == ChangeKind.ADD and len(parts) == 4:
            place = read_candidates(
                "kaart", f"naam;lat;lon;capaciteit\n{parts[3]};{parts[0]};{parts[1]};{parts[2]}".encode()
            )[0]
            gemeente = planning.nearest_gemeente(place.lat, place.lon)
            found.append(
                Change(ChangeKind.ADD, f"nieuw-{number}", place.capacity, place.name, place.lat, place.lon, gemeente)
            )
        else:
            refuse_change(text)
    return found


@bp.get("/regio/<region>/wat-als")
@allow(*READERS, within=region_arg("region"))
def show(region: str) -> Page:
    """Show the form and, when there are changes, before and after in the same figures."""
    return _page(region, [])


def _page(region: str, errors: list[str]) -> Page:
    partners = services().partners
    question = read_question(region)
    locations = partners.planning.locations_in(question)
    changes: list[Change] = []
    comparison = None
    lines = list(errors)
    try:
        changes = read_changes()
        comparison = partners.planning.what_if(question, changes) if changes else None
    except REFUSALS as refusal:
        lines += sentences(refusal)
    picture = _picture(question, changes)
    names = {place.location_id: f"{mbo.name}, {place.name}" for mbo, place in locations}
    saved = partners.scenarios.of_region(region)
    chosen = {int(each) for each in request.args.getlist("vergelijk") if each.isdecimal()}
    page = render_template(
        "partners/what_if.html",
        region=region,
        region_name=partners.coverage.regions()[region],
        question=question,
        locations=locations,
        changes=changes,
        figures_of=as_of_text(partners.coverage.as_of(question)),
        picture=picture,
        comparison=comparison,
        errors=lines,
        names=names,
        saved=saved,
        compared=[each for each in saved if each.id in chosen],
        raw=request.values.getlist("w"),
        gemeente_names=partners.coverage.gemeente_names(),
        change_sentence=change_sentence,
        comparison_sentence=comparison_sentence,
        minutes=minutes,
        percent=percent,
        suppressed=SUPPRESSED,
        definitions=DEFINITIONS,
    )
    return (page, 422) if lines else page


def _picture(question: CoverageQuestion, changes: list[Change]) -> MapPicture | None:
    try:
        found = services().partners.coverage.compute(question)
    except REFUSALS:
        return None
    return draw_map(
        scenario_features(found, changes),
        title=gettext("Partners in dit scenario"),
        description=gettext("Scholen en mbo-partners zoals zij in dit scenario zouden zijn."),
        words=words(),
    )


@bp.get("/regio/<region>/wat-als/wijzig")
@allow(*READERS, within=region_arg("region"))
def add_change(region: str) -> Response:
    """Turn the fields of the form into one more change in the address."""
    args = request.args
    kind, place = args.get("wijziging", ""), args.get("locatie", "")
    seats = args.get("plaatsen", "").strip()
    changes = args.getlist("w")
    if kind == ChangeKind.CLOSE and place:
        changes.append(f"{kind}:{place}")
    elif kind == ChangeKind.SEATS and place:
        changes.append(f"{kind}:{place}:{seats}")
    elif kind == ChangeKind.ADD:
        lat, _, lon = args.get("punt", "").replace(" ", "").partition(",")
        name = args.get("naam", "").strip().replace(":", " ").replace(";", " ") or gettext("Nieuwe partner")
        changes.append(f"{kind}:{lat}:{lon}:{seats}:{name}")
    return redirect(
        url_for("whatif.show", region=region, w=changes, norm=args.get("norm") or None, hoe=args.get("hoe") or None)
    )


@bp.post("/regio/<region>/wat-als")
@allow(*READERS, within=region_arg("region"))
def save(region: str) -> Page:
    """Save the what-if with the figures of now."""
    try:
        number = services().partners.scenarios.save(
            request.form.get("naam", ""),
            _form_question(region),
            read_changes(),
            by=principal().name or principal().label,
        )
    except REFUSALS as refusal:
        return _page(region, sentences(refusal))
    flash(gettext("Het scenario is bewaard."), "ok")
    return redirect(url_for("whatif.show_saved", region=region, scenario_id=number), 303)


def _form_question(region: str) -> CoverageQuestion:
    norm = request.form.get("norm", "")
    hoe = request.form.get("hoe", "")
    return services().partners.coverage.question(
        region,
        norm_minutes=int(norm) if norm.isascii() and norm.isdecimal() and len(norm) < 4 else None,
        definition_id=hoe if hoe in dict(DEFINITIONS) else None,
    )


@bp.get("/regio/<region>/wat-als/<int:scenario_id>")
@allow(*READERS, within=region_arg("region"))
def show_saved(region: str, scenario_id: int) -> str:
    """Show a saved what-if as it was."""
    partners = services().partners
    scenario = _saved(region, scenario_id)
    names = {p.location_id: f"{mbo.name}, {p.name}" for mbo, p in partners.planning.locations_in(scenario.question)}
    return render_template(
        "partners/scenario.html",
        scenario=scenario,
        region=region,
        region_name=partners.coverage.regions()[region],
        names=names,
        gemeente_names=partners.coverage.gemeente_names(),
        change_sentence=change_sentence,
        comparison_sentence=comparison_sentence,
        minutes=minutes,
        percent=percent,
        suppressed=SUPPRESSED,
    )


@bp.get("/regio/<region>/wat-als/<int:scenario_id>.pdf")
@allow(*READERS, within=region_arg("region"))
def download_check(region: str, scenario_id: int) -> Response:
    """Give a saved what-if as a praktijkonderwijs-check of one page."""
    coverage, planning = services().partners.coverage, services().partners.planning
    scenario = _saved(region, scenario_id)
    names = {p.location_id: f"{mbo.name}, {p.name}" for mbo, p in planning.locations_in(scenario.question)}
    content = check_pdf(scenario, names, coverage.gemeente_names(), coverage.regions()[region])
    return send_file(
        BytesIO(content),
        "application/pdf",
        as_attachment=True,
        download_name=f"praktijkonderwijs-check-{scenario_id}.pdf",
    )


def _saved(region: str, scenario_id: int) -> Scenario:
    try:
        return services().partners.scenarios.get(scenario_id, region)
    except REFUSALS:
        abort(404)


@bp.route("/regio/<region>/volgende-partner", methods=["GET", "POST"])
@allow(*READERS, within=region_arg("region"))
def show_next(region: str) -> Page:
    """Rank candidate locations by extra pupils covered; the list starts with the places of the region."""
    coverage, planning = services().partners.coverage, services().partners.planning
    question = read_question(region) if request.method == "GET" else _form_question(region)
    text = request.values.get("kandidaten", "")
    if not text.strip():
        text = planning.suggest_candidates(question)
    count_text = request.values.get("aantal", "3")
    count = int(count_text) if count_text.isascii() and count_text.isdecimal() and len(count_text) < 3 else 0
    found, errors = None, []
    places: list[Location] = []
    if request.method == "POST":
        try:
            places = read_candidates(gettext("kandidaten"), text.encode())
            found = planning.next_partners(question, places, count=count)
        except REFUSALS as refusal:
            errors = sentences(refusal)
    page = render_template(
        "partners/next_partner.html",
        region=region,
        region_name=coverage.regions()[region],
        question=question,
        figures_of=as_of_text(coverage.as_of(question)),
        text=text,
        found=found,
        errors=errors,
        names={each.location_id: each for each in places},
        count=count_text,
        minutes=minutes,
        suppressed=SUPPRESSED,
        definitions=DEFINITIONS,
    )
    return (page, 422) if errors else page
