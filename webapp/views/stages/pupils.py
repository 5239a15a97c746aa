"""Pupils: the list with status and action, one pupil with the register, and everything a school has as a file."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from matching.places.law.facts import AgeGroup
from matching.places.law.judge import Verdict
from matching.places.model import Weekday
from matching.places.register import Placement, Status
from usecases.stages.lawful_work import to_hours_text
from usecases.stages.people import STATUSES
from webapp.access import allow, school_arg
from webapp.context import services
from webapp.page.law_words import age_word, law_sentences
from webapp.page.listing import Listing, ListQuery
from webapp.views.stages.scope import COORDINATOR, actor, own_schools, pupil_owner

bp = Blueprint("pupils", __name__)
_CONTENT = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@bp.get("/leerlingen")
@allow(COORDINATOR)
def show_pupils() -> str:
    """List pupils with status and action; filters in the query string."""
    brins = own_schools()
    everybody = services().stages.people.list_pupils(brins)
    kind, search = request.args.get("status", ""), request.args.get("zoek", "").strip().casefold()
    shown = [
        item
        for item in everybody
        if (kind not in STATUSES or item.kind == kind) and (not search or search in item.row.name.casefold())
    ]
    order = {name: rank for rank, name in enumerate(STATUSES)}
    query = ListQuery.read(request.args, sortable=("wat", "leerling", "plek", "einde"), default="wat")
    keys = {
        "wat": lambda item: (order[item.kind], item.row.id),
        "leerling": lambda item: item.row.id,
        "plek": lambda item: item.row.company_name,
        "einde": lambda item: (item.row.last_day, item.row.id),
    }
    listing = Listing.of_all(query, shown, keys)
    counts = {name: sum(item.kind == name for item in everybody) for name in STATUSES}
    return render_template(
        "stages/pupils.html",
        listing=listing,
        everybody=len(everybody),
        counts=counts,
        statuses=STATUSES,
        kind=kind,
        search=request.args.get("zoek", ""),
        schools=services().stages.people.school_names(brins),
    )


@bp.get("/leerlingen/<pupil_id>")
@allow(COORDINATOR, within=pupil_owner)
def show_pupil(pupil_id: str) -> str:
    """Show one pupil with needs, wishes and the journal of every placement."""
    return pupil_page(pupil_id)


def pupil_page(pupil_id: str, errors: Sequence[str] = ()) -> str:
    """The page of one pupil; ``errors`` are the sentences of a step that was refused."""
    matching = services().stages
    matching.people.note("leerling: geopend", pupil_id, actor())
    item = matching.people.find(pupil_id) or abort(404)
    pupil, history = matching.people.pupil(pupil_id), matching.people.history(pupil_id)
    return render_template(
        "stages/pupil.html",
        item=item,
        pupil=pupil,
        history=history,
        missing={placement.id: matching.core.register.missing(placement) for placement, _ in history},
        errors=errors,
        law={placement.id: law_sentences(_law_of(placement)) for placement, _ in history},
        signed={placement.id: matching.law.signed_on(placement.id) for placement, _ in history},
        groups=[(group.value, age_word(group)) for group in AgeGroup],
        weekdays=list(Weekday),
        to_hours_text=to_hours_text,
        age_change=_month_text(pupil.age_change),
        today=services().today(),
        policy=matching.people.policy(item.row.brin),
    )


def _month_text(number: int | None) -> str:
    """``2027-03`` from year times twelve plus month."""
    return "" if number is None else f"{(number - 1) // 12}-{(number - 1) % 12 + 1:02}"


def _law_of(placement: Placement) -> Verdict | None:
    open_ = placement.status.is_open and placement.status is not Status.PROPOSED
    return services().stages.core.register.judge(placement) if open_ else None


@bp.post("/leerlingen/<pupil_id>/vertrokken")
@allow(COORDINATOR, within=pupil_owner)
def leave(pupil_id: str) -> Response:
    """Write down that a pupil left; the pupil stays until the clean-up."""
    services().stages.people.leave(pupil_id, actor())
    flash(gettext("De leerling staat niet meer in de lijst. De gegevens worden gewist na de bewaartermijn."), "success")
    return redirect(url_for("pupils.show_pupils"), 303)


@bp.get("/scholen/<brin>/uitvoer")
@allow(COORDINATOR, within=school_arg("brin"))
def show_exports(brin: str) -> str:
    """Offer everything a school has."""
    return render_template(
        "stages/exports.html",
        brin=brin,
        tables=services().stages.people.export_tables,
        months=services().stages.retention.months,
        proofs=services().stages.retention.proofs()[:5],
    )


@bp.get("/scholen/<brin>/uitvoer/<kind>")
@allow(COORDINATOR, within=school_arg("brin"))
def download(brin: str, kind: str) -> Response:
    """Give everything as one workbook, or one table as CSV; the audit trail says who took it."""
    people = services().stages.people
    if kind != "xlsx" and kind not in people.export_tables:
        abort(404)
    content = people.export_file(brin, kind, actor())
    ending = "xlsx" if kind == "xlsx" else "csv"
    name = f"stageroute-{brin}-{services().today().isoformat()}{'' if kind == 'xlsx' else '-' + kind}.{ending}"
    return send_file(BytesIO(content), mimetype=_CONTENT[ending], as_attachment=True, download_name=name)
