"""For the beheerder: all schools, control totals, the life of an award with two people, mutations."""

from __future__ import annotations

from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from subsidy.deadlines import is_certain
from subsidy.errors import LifecycleError
from subsidy.lifecycle import FINAL, objection_until, state_of
from subsidy.money import parse_euro
from subsidy.mutations import Event, Record, due
from subsidy.records import StoredCalculation
from usecases.people.roles import Role
from webapp.access import allow, principal
from webapp.context import services
from webapp.page.filters import gewoon
from webapp.page.listing import Listing, ListQuery
from webapp.page.tegemoetkoming.figures import controls, distribution
from webapp.page.tegemoetkoming.words import missing_words, money, parameter_rows
from webapp.views.tegemoetkoming import bp
from webapp.views.tegemoetkoming.scopes import standing_of

_SORTABLE = {
    "code": lambda line: line.key,
    "naam": lambda line: line.name.casefold(),
    "leerlingen": lambda line: line.count.minimum,
    "bedrag": lambda line: line.low,
}


@bp.get("/beheer")
@allow(Role.BEHEERDER)
def show_beheer() -> str:
    """Show every regeling and how it stands, every telling, and what waits for a second person."""
    cases = services().tegemoetkoming
    bases = cases.tellingen.bases(cases.splits.regelingen)
    return render_template(
        "tegemoetkoming/beheer.html",
        standings=cases.standings(),
        missing=missing_words,
        tellingen=cases.tellingen.all(),
        bases=bases,
        proposals=[proposal for proposal in cases.tellingen.overrides() if proposal.open],
        broken=cases.broken,
    )


@bp.get("/beheer/regeling/<regeling>")
@allow(Role.BEHEERDER)
def show_regeling(regeling: str) -> str:
    """Show one regeling: all schools, control totals, distribution, life cycle, journal."""
    standing = standing_of(regeling) or abort(404)
    lines = standing.calculation.split.lines if standing.calculation else ()
    query = ListQuery.read(request.args, sortable=tuple(_SORTABLE), default="code")
    wanted = request.args.get("zoek", "").strip().casefold()
    found = [line for line in lines if wanted in line.name.casefold() or wanted in line.key.casefold()]
    listing = Listing.of_all(query, found, _SORTABLE)
    listing = Listing(listing.query, listing.rows, listing.total, len(lines))
    stored = standing.stored
    steps = standing.steps
    objection = objection_until(steps) if steps else None
    return render_template(
        "tegemoetkoming/regeling.html",
        standing=standing,
        listing=listing,
        controls=controls(standing),
        bins=distribution(standing.calculation.split) if standing.calculation else None,
        parameters=parameter_rows(standing.regeling),
        missing=missing_words(standing.regeling),
        money=money,
        state=state_of(steps) if steps else None,
        final=bool(steps) and state_of(steps) in FINAL,
        objection=objection,
        objection_certain=objection is None or is_certain(objection),
        open_parts={part: sum(due(stored.journal, part).values()) for part in (1, 2)} if stored else {},
        events=[event for event in Event if event is not Event.CORRECTION],
        changes=[entry for entry in stored.journal if entry.event is not None] if stored else [],
    )


def _day(name: str = "datum") -> date:
    text = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else services().today()
    except ValueError as error:
        msg = f"'{text}' is geen datum; verwacht bijvoorbeeld 2024-10-03."
        raise LifecycleError(msg) from error


def _record() -> Record:
    return Record(_day(), principal().label, request.form.get("reden", "").strip())


def _back(stored: StoredCalculation) -> Response:
    flash(gettext("Vastgelegd: %(state)s.", state=gewoon(state_of(stored.steps).value)), "ok")
    return redirect(url_for("subsidy.show_regeling", regeling=stored.regeling_id), 303)


@bp.post("/beheer/regeling/<regeling>/vastleggen")
@allow(Role.BEHEERDER)
def record_calculation(regeling: str) -> Response:
    """Put the calculation on record; its telling becomes the pinned legal basis."""
    standing = standing_of(regeling) or abort(404)
    telling_id = request.form.get("telling", type=int)
    cases = services().tegemoetkoming
    return _back(cases.awards.record(standing.regeling, telling_id, by=principal().label, on=_day()))


@bp.post("/beheer/berekening/<int:calculation_id>/stap")
@allow(Role.BEHEERDER)
def take_step(calculation_id: int) -> Response:
    """Check, determine, pay or withdraw a calculation."""
    form = request.form
    step, reason = form.get("stap", ""), form.get("reden", "").strip()
    return _back(
        services().tegemoetkoming.take_step(calculation_id, step, by=principal().label, on=_day(), reason=reason)
    )


@bp.post("/beheer/berekening/<int:calculation_id>/mutatie")
@allow(Role.BEHEERDER)
def record_mutation(calculation_id: int) -> Response:
    """Record a merger, closure, opening or transfer in the journal."""
    form = request.form
    try:
        event = Event(form.get("gebeurtenis", ""))
    except ValueError as error:
        msg = f"De gebeurtenis '{form.get('gebeurtenis', '')}' bestaat niet."
        raise LifecycleError(msg) from error
    account, successor = form.get("school", "").strip().upper(), form.get("opvolger", "").strip().upper()
    return _back(services().tegemoetkoming.awards.mutate(calculation_id, event, account, _record(), successor or None))


@bp.post("/beheer/berekening/<int:calculation_id>/correctie")
@allow(Role.BEHEERDER)
def record_correction(calculation_id: int) -> Response:
    """Record a correction in the journal."""
    form = request.form
    text = form.get("bedrag", "").strip()
    cents = parse_euro(text.removeprefix("-")) * (-1 if text.startswith("-") else 1)
    part, account = form.get("deel", 0, type=int), form.get("school", "").strip().upper()
    return _back(services().tegemoetkoming.awards.correct(calculation_id, part, account, cents, _record()))


@bp.post("/beheer/berekening/<int:calculation_id>/verrekenen")
@allow(Role.BEHEERDER)
def settle(calculation_id: int) -> Response:
    """Pay or claim back what corrections left open."""
    part = request.form.get("deel", 0, type=int)
    return _back(services().tegemoetkoming.awards.settle(calculation_id, part, _record()))
