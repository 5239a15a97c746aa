"""Onze entreepartner: where a school is in the chain, log an attempt, step 4, the dossier, the settings."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from matching.partners.chain_event import REASON_CODES
from matching.partners.chain_state import StepState
from usecases.partners.chain import ChainView
from usecases.partners.documents import dossier_pdf
from usecases.partners.figures import minutes
from usecases.people.roles import Role
from usecases.refusals import REFUSALS, sentences
from webapp.access import allow, principal, school_arg
from webapp.context import services

bp = Blueprint("partners", __name__)
Page = str | tuple[str, int] | Response
READERS = (Role.STAGECOORDINATOR, Role.NETWERKCOORDINATOR, Role.BEHEERDER)
OUTCOMES = {
    "gesprek": "Gesprek gevoerd",
    "overeenkomst": "We komen tot een overeenkomst",
    "afgewezen": "De mbo wijst het af",
    "geen-reactie": "Geen reactie op onze poging",
}


@bp.get("/entreepartner")
@allow(Role.STAGECOORDINATOR)
def show_own() -> Page:
    """Lead to the chain of the own school, or let somebody with several vestigingen choose."""
    own = services().partners.chain.vestigingen(principal().schools(Role.STAGECOORDINATOR))
    if len(own) == 1:
        return redirect(url_for("partners.show_chain", code=own[0][0]))
    return render_template("partners/choose.html", vestigingen=own)


@bp.get("/entreepartner/<code>")
@allow(*READERS, within=school_arg("code"))
def show_chain(code: str) -> str:
    """Show the stepper of four with the attempts, and what opens the next step."""
    partners = services().partners
    crebo = request.args.get("crebo", "")
    view = partners.chain.view(code, crebo=crebo)
    year = request.args.get("regiojaar", "")
    changes = partners.chain.changes(code, int(year)) if year.isdecimal() and len(year) == 4 else None
    return render_template(
        "partners/chain.html",
        view=view,
        steps=[_step(each, view) for each in view.state.steps],
        agreements=partners.agreements.of_school(view.brin),
        events=list(reversed(view.events)),
        may_log=principal().has(Role.STAGECOORDINATOR),
        may_approve=principal().has(Role.BEHEERDER),
        year_options=[(str(each), str(each)) for each in partners.chain.region_years()],
        year=year,
        changes=changes,
        outcomes=OUTCOMES,
        reasons=REASON_CODES,
        minutes=minutes,
    )


def _step(step: StepState, view: ChainView) -> dict[str, Any]:
    """Say one step in the words of the stepper."""
    if view.state.agreed_with is not None and any(m.status == "overeenkomst" for m in step.candidates):
        state, label = "open", gettext("overeenkomst")
    elif step.exhausted:
        state, label = "done", gettext("klaar")
    elif step.open and view.state.agreed_with is None:
        state, label = "open", gettext("nu aan de beurt")
    else:
        state, label = "closed", gettext("nog dicht")
    return {
        "number": step.step,
        "title": step.title,
        "state": state,
        "state_label": label,
        "finding": step.finding,
        "members": step.candidates,
    }


@bp.get("/entreepartner/<code>/poging/<partner_id>")
@allow(Role.STAGECOORDINATOR, within=school_arg("code"))
def show_log(code: str, partner_id: str) -> str:
    """Show the form of one attempt, filled in as far as possible."""
    return _log_form(code, partner_id, request.args, [])


@bp.post("/entreepartner/<code>/poging/<partner_id>")
@allow(Role.STAGECOORDINATOR, within=school_arg("code"))
def log_attempt(code: str, partner_id: str) -> Page:
    """Write an attempt in the log."""
    form = request.form
    try:
        on = _day(form.get("uitkomst_op", ""))
        view = services().partners.chain.log(
            code,
            partner_id,
            form.get("uitkomst", ""),
            on=on,
            by=principal().name or principal().label,
            note=form.get("toelichting", "")[:2000],
            crebo=form.get("crebo", ""),
            contacted_on=_day(form.get("poging_op", "")) if form.get("poging_op") else on,
            reason_code=form.get("reden", "") if form.get("uitkomst") == "afgewezen" else "",
            document=form.get("document", "")[:300],
        )
    except REFUSALS as refusal:
        return _log_form(code, partner_id, form, sentences(refusal)), 422
    flash(gettext("Vastgelegd. %(next)s", next=view.state.opens_next), "ok")
    return redirect(url_for("partners.show_chain", code=code, crebo=form.get("crebo") or None), 303)


def _log_form(code: str, partner_id: str, given: Any, errors: list[str]) -> str:
    view = services().partners.chain.view(code, crebo=given.get("crebo", ""))
    candidate = view.candidates.find(partner_id) or abort(404)
    return render_template(
        "partners/log.html",
        view=view,
        candidate=candidate,
        given=given,
        errors=errors,
        outcomes=OUTCOMES,
        reasons=REASON_CODES,
        today_text=services().today().isoformat(),
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return abort(400)


@bp.post("/entreepartner/<code>/stap4")
@allow(Role.STAGECOORDINATOR, within=school_arg("code"))
def ask_step4(code: str) -> Response:
    """Ask for step 4 with a written reason."""
    who = principal().name or principal().label
    return _step4(code, lambda: services().partners.chain.ask_step4(code, reason=request.form.get("reden", ""), by=who))


@bp.post("/entreepartner/<code>/stap4/akkoord")
@allow(Role.BEHEERDER, within=school_arg("code"))
def approve_step4(code: str) -> Response:
    """Approve step 4 as the second person."""
    who = principal().name or principal().label
    return _step4(code, lambda: services().partners.chain.approve_step4(code, by=who))


def _step4(code: str, change: Any) -> Response:
    try:
        view = change()
    except REFUSALS as refusal:
        flash(" ".join(sentences(refusal)), "error")
    else:
        flash(view.state.opens_next, "ok")
    return redirect(url_for("partners.show_chain", code=code), 303)


@bp.get("/entreepartner/<code>/dossier.<form>")
@allow(*READERS, within=school_arg("code"))
def download_dossier(code: str, form: str) -> Response:
    """Give the dossier as PDF or JSON."""
    if form not in {"pdf", "json"}:
        abort(404)
    chain = services().partners.chain
    crebo = request.args.get("crebo", "")
    view, content = chain.view(code, crebo=crebo), chain.dossier(code, crebo=crebo)
    if form == "json":
        made, kind = json.dumps(content, ensure_ascii=False, indent=1).encode(), "application/json"
    else:
        made, kind = dossier_pdf(view, content, at=services().clock()), "application/pdf"
    return send_file(BytesIO(made), kind, as_attachment=True, download_name=f"dossier-{view.vestiging}.{form}")


@bp.get("/entreepartner-instellingen")
@allow(Role.BEHEERDER)
def show_policy() -> str:
    """Show the settings of chain and coverage, and which schools wait for an approval."""
    chain = services().partners.chain
    return render_template(
        "partners/policy.html", policy=chain.policy(), waiting=chain.waiting_for_approval(), errors=[]
    )


@bp.post("/entreepartner-instellingen")
@allow(Role.BEHEERDER)
def set_policy() -> Page:
    """Set other settings from now on."""
    chain = services().partners.chain
    form = request.form
    try:
        chain.set_policy(
            definition_id=form.get("definitie", ""),
            norm_minutes=_number(form.get("norm", "")),
            step4_enabled=form.get("stap4") == "ja",
            no_response_attempts=_number(form.get("pogingen", "")),
            by=principal().name or principal().label,
        )
    except REFUSALS as refusal:
        return render_template(
            "partners/policy.html",
            policy=chain.policy(),
            waiting=chain.waiting_for_approval(),
            errors=sentences(refusal),
        ), 422
    flash(gettext("De instellingen gelden vanaf nu."), "ok")
    return redirect(url_for("partners.show_policy"), 303)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else -1
