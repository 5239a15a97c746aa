"""Companies and places: looking, reverse search, changing seats, links."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from matching.errors import InvalidValueError
from matching.places.model import Period, Weekday
from usecases.stages.lawful_work import to_hours_text, to_weight_text
from usecases.stages.offers import school_year
from usecases.stages.questions import read_seats
from webapp.access import allow
from webapp.context import services
from webapp.page.law_words import task_word
from webapp.page.listing import Listing, ListQuery
from webapp.page.map import features as map_features
from webapp.page.map.maps import draw_map
from webapp.views.stages.scope import COORDINATOR, actor, company_viewer, own_schools, place_owner, place_viewer

bp = Blueprint("companies", __name__)


@bp.get("/bedrijven")
@allow(COORDINATOR)
def show_companies() -> str:
    """List the companies that the own schools may see."""
    search = request.args.get("zoek", "").strip()
    offers, brins = services().stages.offers, own_schools()
    query = ListQuery.read(request.args, sortable=("naam", "plaats", "plekken"), default="naam")
    keys = {
        "naam": lambda row: (row.name.casefold(), row.id),
        "plaats": lambda row: row.town,
        "plekken": lambda row: (row.places, row.id),
    }
    return render_template(
        "stages/companies.html",
        listing=Listing.of_all(query, offers.list_companies(brins, search), keys),
        search=search,
    )


@bp.get("/bedrijven/<company_id>")
@allow(COORDINATOR, within=company_viewer)
def show_company(company_id: str) -> str:
    """Show a company with its recognitions, its places, and the links that were sent."""
    matching, brins = services().stages, own_schools()
    return render_template(
        "stages/company.html",
        page=matching.offers.company(company_id, brins),
        links={brin: matching.links.open_links(company_id, brin) for brin in sorted(brins)},
        schools=matching.people.school_names(brins),
        token=None,
        today=services().today(),
    )


def _chosen_school() -> str:
    """The own school that a form names; somebody else's does not exist."""
    brin = request.form.get("school", "")
    if not brin:
        raise InvalidValueError("Kies voor welke school de link is. Er is niets veranderd.")
    if brin not in own_schools():
        abort(404)
    return brin


@bp.post("/bedrijven/<company_id>/link")
@allow(COORDINATOR, within=company_viewer)
def make_link(company_id: str) -> str:
    """Make a signed link and show it once; it is stored nowhere in full."""
    matching, brins = services().stages, own_schools()
    brin = _chosen_school()
    token = matching.links.make(company_id, brin, actor=actor())
    return render_template(
        "stages/company.html",
        page=matching.offers.company(company_id, brins),
        links={each: matching.links.open_links(company_id, each) for each in sorted(brins)},
        schools=matching.people.school_names(brins),
        token=token,
        today=services().today(),
    )


@bp.post("/bedrijven/<company_id>/link/intrekken")
@allow(COORDINATOR, within=company_viewer)
def revoke_links(company_id: str) -> Response:
    """Take every open link of a school to a company back."""
    brin = _chosen_school()
    count = services().stages.links.revoke(company_id, brin, actor=actor())
    flash(gettext("%(n)s links ingetrokken.", n=count), "success")
    return redirect(url_for("companies.show_company", company_id=company_id), 303)


@bp.get("/plekken/<place_id>")
@allow(COORDINATOR, within=place_viewer)
def show_place(place_id: str) -> str:
    """Show a place with its seats, who is there, and which own pupils are near and would fit."""
    matching, brins = services().stages, own_schools()
    page = matching.offers.place(place_id, school_year(services().today()))
    fitting = []
    if services().travel.graph() is not None and page.row.withdrawn_on is None:
        for brin in sorted(brins):
            fitting += matching.core.search.find_pupils_for(place_id, brin, services().today())
        matching.people.note("leerlingen: gezocht bij plek", place_id, actor())
    fitting.sort(key=lambda pair: (pair[1].leg.seconds, pair[0].id))
    at = (page.place.point.lat, page.place.point.lon)
    picture = draw_map(
        map_features.collection([map_features.point("plek", at, page.company.name)]),
        title=gettext("Kaart van de plek"),
        description=gettext("Waar de plek ligt."),
    )
    own = [placement for placement in page.placements if placement.school in brins]
    today = services().today()
    return render_template(
        "stages/place.html",
        page=page,
        recognised=sorted({r.crebo for r in page.place.company.recognitions if r.holds_during(Period(today, today))}),
        own=own,
        others=sum(placement.school not in brins and placement.status.holds_seat for placement in page.placements),
        fitting=fitting,
        tasks=[(code, task_word(code)) for code in matching.law.tasks],
        to_hours_text=to_hours_text,
        to_weight_text=to_weight_text,
        law_read_on=matching.law.read_on,
        may_change=page.row.owner_brin in brins,
        weekdays=list(Weekday),
        picture=picture,
        people={item.row.id: item.row for item in matching.people.list_pupils(brins)},
    )


@bp.post("/plekken/<place_id>/plekken")
@allow(COORDINATOR, within=place_owner)
def change_seats(place_id: str) -> Response:
    """Set the seats per weekday."""
    services().stages.offers.change_seats(place_id, read_seats(request.form), actor=actor())
    flash(gettext("De plekken per dag zijn bewaard."), "success")
    return redirect(url_for("companies.show_place", place_id=place_id), 303)


@bp.post("/plekken/<place_id>/intrekken")
@allow(COORDINATOR, within=place_owner)
def withdraw_place(place_id: str) -> Response:
    """Take a place out of the offer."""
    note = request.form.get("reden", "").strip()
    if not note:
        raise InvalidValueError("Schrijf op waarom de plek weg is. Er is niets veranderd.")
    services().stages.offers.withdraw_place(place_id, note, actor=actor())
    flash(gettext("De plek wordt niet meer aangeboden. Plaatsingen die er al zijn, blijven staan."), "success")
    return redirect(url_for("companies.show_place", place_id=place_id), 303)
