"""Agreements with an mbo: the ten elements, signatures, and who is exposed when one ends."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from usecases.partners.agreements import AgreementView
from usecases.people.roles import Owner, Role
from usecases.refusals import REFUSALS, sentences
from webapp.access import allow, principal, school_arg
from webapp.context import services

bp = Blueprint("agreements", __name__)
Page = str | tuple[str, int] | Response
READERS = (Role.STAGECOORDINATOR, Role.BEHEERDER)


def agreement_owner(agreement_id: str, **_arguments: object) -> Owner | None:
    """Find the school of this person in an agreement, or the first school in it."""
    schools = services().partners.agreements.schools_of(agreement_id)
    if not schools:
        return None
    own = [brin for brin in schools if brin in principal().schools()]
    return Owner("school", (own or list(schools))[0])


def _view(agreement_id: str) -> AgreementView:
    owner = agreement_owner(agreement_id) or abort(404)
    return services().partners.agreements.get(agreement_id, owner.key)


@bp.get("/entreepartner/<code>/overeenkomst")
@allow(Role.STAGECOORDINATOR, within=school_arg("code"))
def show_new(code: str) -> str:
    """Show the form of a new agreement."""
    return _new_form(code, [])


@bp.post("/entreepartner/<code>/overeenkomst")
@allow(Role.STAGECOORDINATOR, within=school_arg("code"))
def make(code: str) -> Page:
    """Make an agreement with empty elements."""
    form = request.form
    try:
        start, end = date.fromisoformat(form.get("van", "")), date.fromisoformat(form.get("tot", ""))
    except ValueError:
        return _new_form(code, [gettext("Vul een begindatum en een einddatum in.")]), 422
    schools = {code[:4].upper(), *form.getlist("scholen")}
    if not schools <= principal().schools(Role.STAGECOORDINATOR) and not principal().has(Role.BEHEERDER):
        abort(404)
    try:
        number = services().partners.agreements.make(
            form.get("partner", ""),
            sorted(schools),
            form.getlist("crebos"),
            start,
            end,
            by=principal().name or principal().label,
        )
    except REFUSALS as refusal:
        return _new_form(code, sentences(refusal)), 422
    return redirect(url_for("agreements.show", agreement_id=number), 303)


def _new_form(code: str, errors: list[str]) -> str:
    view = services().partners.chain.view(code)
    today = services().today()
    # From March on people write agreements for the coming schooljaar; before that for the one that runs.
    start = today.year if today.month >= 3 else today.year - 1
    return render_template(
        "partners/agreement_new.html",
        view=view,
        errors=errors,
        given=request.values,
        start=f"{start}-08-01",
        end=f"{start + 1}-07-31",
        others=sorted(principal().schools(Role.STAGECOORDINATOR) - {view.brin}),
    )


@bp.get("/overeenkomst/<agreement_id>")
@allow(*READERS, within=agreement_owner)
def show(agreement_id: str) -> str:
    """Show one agreement with what is missing and who must act."""
    return render_template("partners/agreement.html", found=_view(agreement_id), errors=[], **_page())


def _page() -> dict[str, object]:
    return {"may_edit": principal().has(Role.STAGECOORDINATOR), "today_text": services().today().isoformat()}


@bp.post("/overeenkomst/<agreement_id>")
@allow(Role.STAGECOORDINATOR, within=agreement_owner)
def fill(agreement_id: str) -> Page:
    """Write what was agreed per element."""
    found = _view(agreement_id)
    texts = {e.code: request.form[e.code] for e in found.elements.elements if e.code in request.form}
    return _change(
        agreement_id,
        lambda who: services().partners.agreements.fill(agreement_id, texts, by=who),
        gettext("De onderdelen zijn bewaard."),
    )


@bp.post("/overeenkomst/<agreement_id>/teken")
@allow(Role.STAGECOORDINATOR, within=agreement_owner)
def sign(agreement_id: str) -> Page:
    """Record a signature of the school or of the mbo."""
    owner = agreement_owner(agreement_id) or abort(404)
    brin = None if request.form.get("wie") == "mbo" else owner.key
    on = _day(request.form.get("op", ""))
    return _change(
        agreement_id,
        lambda who: services().partners.agreements.sign(agreement_id, brin=brin, on=on, by=who),
        gettext("De handtekening is vastgelegd."),
    )


@bp.post("/overeenkomst/<agreement_id>/beeindig")
@allow(Role.STAGECOORDINATOR, within=agreement_owner)
def end(agreement_id: str) -> Page:
    """End an agreement early."""
    on = _day(request.form.get("op", ""))
    return _change(
        agreement_id,
        lambda who: services().partners.agreements.end(agreement_id, on=on, by=who),
        gettext("De einddatum is vastgelegd."),
    )


def _change(agreement_id: str, change: object, done: str) -> Page:
    assert callable(change)  # noqa: S101 - always one of the lambdas above
    try:
        change(principal().name or principal().label)
    except REFUSALS as refusal:
        page = render_template(
            "partners/agreement.html", found=_view(agreement_id), errors=sentences(refusal), **_page()
        )
        return page, 422
    flash(done, "ok")
    return redirect(url_for("agreements.show", agreement_id=agreement_id), 303)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return abort(400)
