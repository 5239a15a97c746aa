"""Tellingen for the beheerder: read one in, look at it, compare two, correct a number with two people."""

from __future__ import annotations

from datetime import date
from pathlib import PurePath

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from subsidy.errors import SubsidyError, TellingError, UnknownObjectError
from subsidy.records import StoredTelling
from subsidy.telling import Status
from subsidy.terms import terms_of
from usecases.people.roles import Role
from usecases.refusals import REFUSALS, sentences
from usecases.tegemoetkoming.subsidy import NamedFile
from webapp.access import allow, principal
from webapp.context import services
from webapp.page.listing import Listing, ListQuery
from webapp.views.tegemoetkoming import bp

_SORTABLE = {
    "code": lambda row: row.vestiging,
    "naam": lambda row: row.name.casefold(),
    "leerlingen": lambda row: row.count.minimum,
    "herkomst": lambda row: row.basis,
}
_CHANGES = {
    "code": lambda change: change.key,
    "naam": lambda change: change.name.casefold(),
    "leerlingen": lambda change: change.pupils,
    "euro": lambda change: change.cents,
}


def _telling(telling_id: int) -> StoredTelling:
    try:
        return services().tegemoetkoming.tellingen.get(telling_id)
    except UnknownObjectError:
        abort(404)


def _upload(name: str) -> NamedFile | None:
    file = request.files.get(name)
    if file is None or not file.filename:
        return None
    return NamedFile(PurePath(file.filename.replace("\\", "/")).name, file.read())


@bp.get("/beheer/tellingen/inlezen")
@allow(Role.BEHEERDER)
def show_import() -> str:
    """Show the form that reads a telling in."""
    return render_template("tegemoetkoming/telling_import.html", given={}, errors=[])


@bp.post("/beheer/tellingen/inlezen")
@allow(Role.BEHEERDER)
def import_telling() -> tuple[str, int] | Response:
    """Read a telling in; nothing is kept when one row is wrong."""
    form = request.form
    try:
        file = _upload("bestand")
        if file is None:
            raise TellingError(gettext("Kies eerst een bestand."))
        imported = services().tegemoetkoming.import_telling(
            file,
            _read_day(form.get("teldatum", "")),
            _read_status(form.get("status", "")),
            principal().label,
            addresses=_upload("adressen"),
            totals=_upload("totalen"),
        )
    except REFUSALS as refusal:
        return render_template("tegemoetkoming/telling_import.html", given=form, errors=sentences(refusal)), 422
    for remark in (imported.stored.masking, *imported.remarks):
        flash(remark, "info")
    if not imported.is_new:
        flash(gettext("Deze telling was al ingelezen; er is niets veranderd."), "info")
    return redirect(url_for("subsidy.show_telling", telling_id=imported.stored.telling_id), 303)


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        msg = f"De teldatum is '{text}'; verwacht bijvoorbeeld 2023-10-01."
        raise TellingError(msg) from error


def _read_status(text: str) -> Status:
    try:
        return Status(text)
    except ValueError as error:
        msg = f"De status is '{text}'; verwacht voorlopig of definitief."
        raise TellingError(msg) from error


@bp.get("/beheer/tellingen/<int:telling_id>")
@allow(Role.BEHEERDER)
def show_telling(telling_id: int) -> str:
    """Show one telling with every vestiging."""
    stored = _telling(telling_id)
    cases = services().tegemoetkoming
    query = ListQuery.read(request.args, sortable=tuple(_SORTABLE), default="code")
    rows = stored.telling.schools
    if request.args.get("toon") == "afgeschermd":
        rows = stored.telling.intervals
    listing = Listing.of_all(query, rows, _SORTABLE)
    return render_template(
        "tegemoetkoming/telling.html",
        stored=stored,
        listing=Listing(listing.query, listing.rows, listing.total, len(stored.telling.schools)),
        basis=cases.tellingen.bases(cases.splits.regelingen).get(telling_id, []),
        proposals=[found for found in cases.tellingen.overrides() if found.telling_id == telling_id],
        others=[found for found in cases.tellingen.all() if found.telling_id != telling_id],
    )


@bp.get("/beheer/tellingen/verschil")
@allow(Role.BEHEERDER)
def show_difference() -> str:
    """Put two tellingen beside each other: pupils and euros per school."""
    cases = services().tegemoetkoming
    one, other = request.args.get("een", 0, type=int), request.args.get("ander", 0, type=int)
    first, second = _telling(one), _telling(other)
    regeling = next((found for found in cases.splits.regelingen.values() if found.computable), None)
    if regeling is None:
        abort(404)
    changes = cases.splits.compare(one, other, terms_of(regeling))
    different = [found for found in changes if found.pupils != 0 or found.cents != 0]
    query = ListQuery.read(request.args, sortable=tuple(_CHANGES), default="code")
    listing = Listing.of_all(query, different, _CHANGES)
    return render_template(
        "tegemoetkoming/difference.html",
        one=first,
        other=second,
        regeling=regeling,
        listing=Listing(listing.query, listing.rows, listing.total, len(changes)),
        bases=cases.tellingen.bases(cases.splits.regelingen),
        counted=sum(1 for change in different if change.pupils != 0),
        paid=sum(1 for change in different if change.cents != 0),
        largest=sorted((c for c in different if c.cents), key=lambda c: -abs(c.cents or 0))[:12],
    )


@bp.post("/beheer/tellingen/<int:telling_id>/voorstel")
@allow(Role.BEHEERDER)
def propose_override(telling_id: int) -> Response:
    """Propose a number for one school; a second person decides."""
    form = request.form
    value = form.get("aantal", type=int)
    if value is None:
        msg = f"Het aantal is '{form.get('aantal', '')}'; verwacht een heel getal van nul of meer."
        raise SubsidyError(msg)
    services().tegemoetkoming.tellingen.propose_override(
        telling_id,
        form.get("vestiging", "").strip().upper(),
        value,
        reason=form.get("reden", "").strip(),
        source=form.get("bron", "").strip(),
        by=principal().label,
        on=services().today(),
    )
    flash(gettext("Het voorstel staat klaar voor een tweede persoon."), "ok")
    return redirect(url_for("subsidy.show_telling", telling_id=telling_id), 303)


@bp.post("/beheer/voorstellen/<int:override_id>")
@allow(Role.BEHEERDER)
def decide_override(override_id: int) -> Response:
    """Approve or reject a proposed number as the second person."""
    approve = request.form.get("besluit") == "akkoord"
    stored = services().tegemoetkoming.tellingen.decide_override(
        override_id, approve=approve, by=principal().label, on=services().today()
    )
    if stored is None:
        flash(gettext("Het voorstel is afgewezen."), "ok")
        return redirect(url_for("subsidy.show_beheer"), 303)
    flash(gettext("Er is een nieuwe telling met dit aantal."), "ok")
    return redirect(url_for("subsidy.show_telling", telling_id=stored.telling_id), 303)
