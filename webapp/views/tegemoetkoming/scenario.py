"""Scenario: own budget, telling, method and level; every output says that it is a scenario."""

from __future__ import annotations

from enum import StrEnum

from flask import abort, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from subsidy.apportionment import TieBreak
from subsidy.errors import SubsidyError
from subsidy.money import Rounding
from subsidy.parameters import Level, Method, Moment, OddCent
from usecases.people.roles import Role
from usecases.tegemoetkoming.scenario_form import NO_TIE_BREAK, read_scenario
from usecases.tegemoetkoming.subsidy import CONTENT_TYPES
from webapp.access import allow
from webapp.context import services
from webapp.page.filters import gewoon
from webapp.page.listing import Listing, ListQuery
from webapp.page.tegemoetkoming.figures import distribution, what_if
from webapp.page.tegemoetkoming.words import money
from webapp.views.tegemoetkoming import bp
from webapp.views.tegemoetkoming.downloads import send

_SORTABLE = {
    "code": lambda change: change.key,
    "naam": lambda change: change.name.casefold(),
    "bedrag": lambda change: change.after.low if change.after else None,
    "verschil": lambda change: change.cents,
}
_KINDS: dict[str, type[StrEnum]] = {
    "method": Method,
    "level": Level,
    "odd_cent": OddCent,
    "tie_break": TieBreak,
    "rounding": Rounding,
    "moment": Moment,
}


def _choices() -> dict[str, list[tuple[str, str]]]:
    """List what can be chosen per field, in plain words."""
    found = {name: [(item.value, gewoon(item.value)) for item in kind] for name, kind in _KINDS.items()}
    found["tie_break"].append((NO_TIE_BREAK, gettext("geen")))
    for name in ("rounding", "moment"):
        found[name].insert(0, ("", gettext("niet van toepassing")))
    return found


@bp.get("/beheer/scenario")
@allow(Role.BEHEERDER)
def show_scenario() -> str | tuple[str, int]:
    """Show the form, and the outcome with who gains and who loses."""
    cases = services().tegemoetkoming
    fields = request.args.to_dict()
    context = {"tellingen": cases.tellingen.all(), "choices": _choices(), "fields": fields, "money": money}
    if "budget" not in fields:
        return render_template("tegemoetkoming/scenario.html", result=None, errors=[], **context)
    try:
        result = what_if(cases, _telling_id(fields), read_scenario(fields))
    except SubsidyError as refusal:
        return render_template("tegemoetkoming/scenario.html", result=None, errors=[str(refusal)], **context), 422
    query = ListQuery.read(request.args, sortable=tuple(_SORTABLE), default="code")
    split = result.outcome.calculation.split
    return render_template(
        "tegemoetkoming/scenario.html",
        result=result,
        split=split,
        errors=[],
        listing=Listing.of_all(query, result.changes, _SORTABLE),
        bins=distribution(split),
        **context,
    )


def _telling_id(fields: dict[str, str]) -> int:
    text = fields.get("telling", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        msg = f"De telling is '{text}'; verwacht het nummer van een telling."
        raise SubsidyError(msg)
    return int(text)


@bp.get("/beheer/scenario.<kind>")
@allow(Role.BEHEERDER)
def download_scenario(kind: str) -> Response:
    """Give the scenario as csv, json, xlsx or pdf."""
    if kind not in CONTENT_TYPES:
        abort(404)
    fields = request.args.to_dict()
    cases = services().tegemoetkoming
    outcome = cases.splits.scenario(_telling_id(fields), read_scenario(fields))
    return send(cases.export(outcome, kind), kind, "scenario")
