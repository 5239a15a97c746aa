"""Scenario: own budget, telling, method and level; every output says that it is a scenario."""

from __future__ import annotations

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from subsidy.apportionment import TieBreak
from subsidy.errors import SubsidyError
from subsidy.money import Rounding
from subsidy.parameters import Level, Method, Moment, OddCent
from webapp.access import Role, allow
from webapp.context import services
from webapp.listing import Listing, ListQuery
from webapp.scenario_form import read_scenario
from webapp.subsidy import CONTENT_TYPES
from webapp.subsidy_pages import METHOD_WORDS, distribution, money, what_if
from webapp.views.subsidy import bp
from webapp.views.subsidy.downloads import send

_SORTABLE = {
    "code": lambda change: change.key,
    "naam": lambda change: change.name.casefold(),
    "bedrag": lambda change: change.after.low if change.after else None,
    "verschil": lambda change: change.cents,
}
_CHOICES = {
    "method": [(item.value, METHOD_WORDS[item]) for item in Method],
    "level": [(item.value, item.value) for item in Level],
    "odd_cent": [(item.value, item.value.replace("_", " ")) for item in OddCent],
    "tie_break": [*((item.value, item.value.replace("_", " ")) for item in TieBreak), ("geen", "geen")],
    "rounding": [("", "niet van toepassing"), *((item.value, item.value) for item in Rounding)],
    "moment": [("", "niet van toepassing"), *((item.value, item.value) for item in Moment)],
}


@bp.get("/beheer/scenario")
@allow(Role.BEHEERDER)
def show_scenario() -> str | tuple[str, int]:
    """Show the form, and the outcome with who gains and who loses."""
    cases = services().subsidy
    fields = request.args.to_dict()
    context = {"tellingen": cases.tellingen.all(), "choices": _CHOICES, "fields": fields, "money": money}
    if "budget" not in fields:
        return render_template("subsidy/scenario.html", result=None, errors=[], **context)
    try:
        result = what_if(cases, _telling_id(fields), read_scenario(fields))
    except SubsidyError as refusal:
        return render_template("subsidy/scenario.html", result=None, errors=[str(refusal)], **context), 422
    query = ListQuery.read(request.args, sortable=tuple(_SORTABLE), default="code")
    split = result.outcome.calculation.split
    return render_template(
        "subsidy/scenario.html",
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
    cases = services().subsidy
    outcome = cases.splits.scenario(_telling_id(fields), read_scenario(fields))
    return send(cases.export(outcome, kind), kind, "scenario")
