"""Mijn school: the amount, both parts, when, and why."""

from __future__ import annotations

from flask import abort, render_template

from subsidy.receipt import build_receipt
from usecases.people.roles import Role
from webapp.access import allow, principal
from webapp.context import services
from webapp.page.tegemoetkoming.pages import SchoolPage, school_page, total_page
from webapp.page.tegemoetkoming.words import missing_words, money, parameter_rows, rounding_words
from webapp.views.tegemoetkoming import bp
from webapp.views.tegemoetkoming.scopes import find_line, line_owner

READERS = (Role.FINANCIEEL, Role.BEHEERDER)


def _page(regeling: str, key: str) -> SchoolPage:
    found = find_line(regeling, key) or abort(404)
    return school_page(services().tegemoetkoming, *found)


@bp.get("")
@allow(Role.FINANCIEEL)
def show_own() -> str:
    """Show what the schools of this person get: one school whole, several as a list with a total."""
    cases = services().tegemoetkoming
    brins = principal().schools(Role.FINANCIEEL)
    standings = cases.standings()
    current = [(standing, standing.lines_of(brins)) for standing in standings if standing.calculation]
    current = [(standing, lines) for standing, lines in current if lines]
    alone = current[0] if len(current) == 1 and len(current[0][1]) == 1 else None
    unknown = [
        (standing, missing_words(standing.regeling)) for standing in standings if not standing.regeling.computable
    ]
    waiting = [standing for standing in standings if standing.regeling.computable and not standing.calculation]
    return render_template(
        "tegemoetkoming/own.html",
        page=school_page(cases, alone[0], alone[1][0]) if alone else None,
        totals=[total_page(cases, standing, lines) for standing, lines in current],
        unknown=unknown,
        waiting=waiting,
        rounding=rounding_words,
        money=money,
    )


@bp.get("/<regeling>/<key>")
@allow(*READERS, within=line_owner)
def show_school(regeling: str, key: str) -> str:
    """Show one school: amount, parts, windows, status, per year."""
    cases = services().tegemoetkoming
    unknown = [(found, missing_words(found.regeling)) for found in cases.standings() if not found.regeling.computable]
    return render_template(
        "tegemoetkoming/school.html", page=_page(regeling, key), unknown=unknown, rounding=rounding_words, money=money
    )


@bp.get("/<regeling>/<key>/uitleg")
@allow(*READERS, within=line_owner)
def show_explanation(regeling: str, key: str) -> str:
    """Explain on one page, in plain Dutch and in the school's own numbers, how the amount came about."""
    page = _page(regeling, key)
    rows = parameter_rows(page.standing.regeling)
    return render_template(
        "tegemoetkoming/explanation.html",
        page=page,
        assumed=[row for row in rows if row.status == "aanname"],
        other=[row for row in rows if row.status != "aanname"],
        rounding=rounding_words,
    )


@bp.get("/<regeling>/<key>/bon")
@allow(*READERS, within=line_owner)
def show_receipt(regeling: str, key: str) -> str:
    """Show the receipt: every step from inputs to amount."""
    page = _page(regeling, key)
    assert page.standing.calculation is not None  # noqa: S101 - a page exists only with a calculation
    receipt = build_receipt(page.standing.calculation, key)
    return render_template("tegemoetkoming/receipt.html", page=page, receipt=receipt)
