"""The public landkaart of collaborations, the self-report, and its moderation."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from matching.partners.landkaart import Collaboration, LandkaartFilter, Rung, count_rungs
from usecases.partners.exports import landkaart_csv
from usecases.partners.landkaart import ROUTES, SECTORS
from usecases.people.roles import Owner, Role
from usecases.refusals import REFUSALS, sentences
from webapp.access import allow, principal, public
from webapp.context import services
from webapp.page.map.features import collection, point
from webapp.page.map.maps import draw_map

bp = Blueprint("landkaart", __name__)
Page = str | tuple[str, int] | BaseResponse
READERS = (Role.NETWERKCOORDINATOR, Role.BEHEERDER)


def read_filter() -> LandkaartFilter:
    """Read the filter from the address."""
    args = request.args
    return LandkaartFilter(args.get("regio", ""), args.get("sector", ""), args.get("route", ""), args.get("stand", ""))


@bp.get("/landkaart")
@public
def show() -> str:
    """Show the collaborations that pass the filter, as map, cards and table, with the series since 2020."""
    service = services().partners.landkaart
    wanted = read_filter()
    records, total = service.find(wanted)
    today = services().today()
    names = services().partners.coverage.regions()
    spots = services().partners.coverage.region_middles()
    placed = [(each, _spot(each, spots)) for each in records]
    found = collection(
        point(
            "samenwerking",
            spot,
            each.title,
            symbol=_symbol(each.rung_on(today)),
            href=url_for("landkaart.show_record", record_id=each.record_id),
            detail=f"{names.get(each.region, each.region)} · {each.rung_on(today)}",
        )
        for each, spot in placed
        if spot is not None
    )
    sentence = gettext("%(n)s van %(total)s samenwerkingen", n=len(records), total=total)
    picture = draw_map(found, title=gettext("Landkaart"), description=sentence, around=list(spots.values()))
    return render_template(
        "partners/landkaart.html",
        records=records,
        total=total,
        wanted=wanted,
        names=names,
        sectors=SECTORS,
        routes=ROUTES,
        rungs=[str(each) for each in Rung],
        today=today,
        picture=picture,
        unplaced=sum(spot is None for _, spot in placed),
        sentence=sentence,
        counts=count_rungs(records, today),
        series=service.series(),
    )


def _spot(each: Collaboration, spots: Any) -> tuple[float, float] | None:
    if each.lat is not None and each.lon is not None:
        return each.lat, each.lon
    spot: tuple[float, float] | None = spots.get(each.region)
    return spot


def _symbol(rung: Rung | None) -> str:
    return str(list(Rung).index(rung) + 1) if rung is not None else ""


@bp.get("/landkaart/samenwerkingen.csv")
@public
def download() -> Response:
    """Give the filtered list as CSV."""
    records, _ = services().partners.landkaart.find(read_filter())
    content = landkaart_csv(records, services().today(), services().partners.coverage.regions())
    headers = {"Content-Disposition": "attachment; filename=landkaart.csv"}
    return Response(content, mimetype="text/csv; charset=utf-8", headers=headers)


@bp.get("/landkaart/<int:record_id>")
@public
def show_record(record_id: int) -> str:
    """Show one collaboration with its ladder."""
    try:
        found = services().partners.landkaart.published(str(record_id))
    except REFUSALS:
        abort(404)
    names = services().partners.coverage.regions()
    may_climb = principal_may(found)
    return render_template(
        "partners/collaboration.html",
        found=found,
        names=names,
        today=services().today(),
        may_climb=may_climb,
        rungs=[str(each) for each in Rung],
    )


def principal_may(found: Collaboration) -> bool:
    """Whether whoever looks may put a step on the ladder."""
    from webapp.access import principal_or_none

    person = principal_or_none()
    return person is not None and person.sees(Owner("regio", found.region), READERS)


@bp.get("/landkaart/meld")
@public
def show_report() -> str:
    """Show the form with which a school reports a collaboration itself."""
    return _report_form([], {})


@bp.post("/landkaart/meld")
@public
def report() -> Page:
    """Take in a self-report; it waits for the netwerkcoördinator."""
    form = request.form
    fields = {key: form.get(key, "") for key in ("title", "region", "schools", "partner", "description")}
    try:
        services().partners.landkaart.report(
            fields, form.getlist("sectors"), form.getlist("routes"), form.get("rung", "")
        )
    except REFUSALS as refusal:
        return _report_form(sentences(refusal), form), 422
    flash(
        gettext("Dank u. De netwerkcoördinator van de regio kijkt ernaar voordat de samenwerking op de kaart komt."),
        "ok",
    )
    return redirect(url_for("landkaart.show"), 303)


def _report_form(errors: list[str], given: Any) -> str:
    return render_template(
        "partners/report.html",
        errors=errors,
        given=given,
        names=services().partners.coverage.regions(),
        sectors=SECTORS,
        routes=ROUTES,
        rungs=[str(each) for each in Rung],
    )


@bp.get("/landkaart/meldingen")
@allow(*READERS)
def show_waiting() -> str:
    """Show the self-reports of the own regions that wait for a decision."""
    partners = services().partners
    names = partners.coverage.regions()
    regions = list(names) if principal().has(Role.BEHEERDER) else list(principal().regions())
    return render_template("partners/waiting.html", records=partners.landkaart.waiting(regions), names=names)


def record_owner(record_id: int) -> Owner | None:
    """Find the region of a record."""
    try:
        return Owner("regio", services().partners.landkaart.record(str(record_id)).region)
    except REFUSALS:
        return None


@bp.post("/landkaart/meldingen/<int:record_id>")
@allow(*READERS, within=record_owner)
def moderate(record_id: int) -> Page:
    """Publish or refuse a self-report."""
    try:
        services().partners.landkaart.moderate(
            str(record_id),
            publish=request.form.get("besluit") == "plaats",
            by=principal().name or principal().label,
            note=request.form.get("reden", ""),
        )
    except REFUSALS as refusal:
        flash(" ".join(sentences(refusal)), "error")
    else:
        flash(gettext("Het besluit is bewaard."), "ok")
    return redirect(url_for("landkaart.show_waiting"), 303)


@bp.post("/landkaart/<int:record_id>/stand")
@allow(*READERS, within=record_owner)
def climb(record_id: int) -> Page:
    """Put a dated step on the ladder."""
    try:
        on = date.fromisoformat(request.form.get("op", ""))
    except ValueError:
        abort(400)
    try:
        services().partners.landkaart.climb(
            str(record_id), request.form.get("stand", ""), on, by=principal().name or principal().label
        )
    except REFUSALS as refusal:
        flash(" ".join(sentences(refusal)), "error")
    else:
        flash(gettext("De stand is bijgewerkt."), "ok")
    return redirect(url_for("landkaart.show_record", record_id=record_id), 303)
