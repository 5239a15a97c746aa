"""Zoek een plek: ranked places with reasons, why not, compare, reserve, and the page for pupil and parents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from matching.errors import MatchingError, NoSeatLeftError, ReasonMissingError
from matching.places.eligibility import Eligible, Rule
from matching.places.law.at_place import OF_PUPIL
from matching.places.model import Weekday
from matching.places.ranking import RankedPlace, needs_reason
from matching.places.search import PlaceToFill
from usecases.stages.people import SearchForm, new_claim
from usecases.stages.questions import Asked, SearchQuestion, request_key, to_pupil
from webapp.access import allow
from webapp.context import services
from webapp.page.law_words import law_sentences, missing_words
from webapp.page.listing import Listing, ListQuery
from webapp.page.map import features as map_features
from webapp.page.map.maps import MapPicture, draw_map
from webapp.views.stages.scope import COORDINATOR, actor, own_schools, pupil_owner

bp = Blueprint("search", __name__)
PAGE = 10
COMPARED = 3
EXPLAINED = 50


def asked_pupil_owner(**_arguments: object) -> Any:
    """The school of the pupil in the query string; the own school when there is none."""
    from usecases.people.roles import Owner

    pupil_id = request.args.get("leerling", "").strip()
    if pupil_id:
        return pupil_owner(pupil_id)
    own = own_schools()
    return Owner("school", min(own)) if own else None


def _ask() -> tuple[SearchQuestion, Asked | None]:
    question = SearchQuestion.read(request.args)
    house = services()
    return question, to_pupil(
        question,
        own_schools(),
        find_pupil=house.stages.people.pupil,
        find_place=house.travel.find_place,
        today=house.today(),
    )


@bp.get("/zoeken")
@allow(COORDINATOR, within=asked_pupil_owner)
def show_search() -> Response:
    """Show the filters, and the ranked places when a pupil or a postcode was given."""
    question, asked = _ask()
    if services().travel.graph() is None:
        return make_response(render_template("no_network.html"))
    matching = services().stages
    form = matching.people.search_form(own_schools(), asked.pupil.id if asked and asked.stored else None)
    if asked is None:
        page = render_template("stages/search.html", question=question, asked=None, **_options(form))
        return make_response(page, 422 if question.faults else 200)
    ranking = matching.core.search.rank(asked.pupil, services().today(), question.relaxed)
    if asked.stored:
        matching.people.note("leerling: plekken gezocht", asked.pupil.id, actor())
    query = ListQuery.read(request.args, sortable=("punten",), default="punten", descending=True, size=PAGE)
    rows = ranking.rows[query.offset : query.offset + PAGE]
    listing = Listing(query, rows, len(ranking.rows))
    count = form.seeker.placements if form.seeker else 0
    page = render_template(
        "stages/search.html",
        question=question,
        asked=asked,
        ranking=ranking,
        listing=listing,
        picture=_draw(asked, rows, query.offset),
        travel_costs={row.place.id for row in rows if ranking.rows.has_better_further_away(row)},
        needs_reason={row.place.id for row in rows if needs_reason(row.leg, ranking.policy)},
        keys={row.place.id: request_key(actor(), asked.pupil.id, row.place.id, count) for row in rows},
        **_to_fill(ranking.to_fill),
        **_options(form),
    )
    return make_response(page)


def _to_fill(found: Sequence[PlaceToFill]) -> dict[str, Any]:
    """Facts that the law needs: those of the pupil apart, because without them no place can be judged."""
    lacking = dict.fromkeys(fact for row in found for fact in row.missing if fact in OF_PUPIL)
    rows = [(row.place, tuple(fact for fact in row.missing if fact not in OF_PUPIL)) for row in found]
    return {
        "lacking": missing_words(tuple(lacking)),
        "to_fill": [(place, missing_words(missing)) for place, missing in rows if missing],
    }


def _options(form: SearchForm) -> dict[str, Any]:
    """Who can be searched for and the choices of the filters, as (value, words)."""
    seeker = form.seeker
    pupils = [("", gettext("niemand, zie postcode"))]
    if seeker is not None and seeker.has_place:
        pupils.append((seeker.id, seeker.number))
    return {
        "seeker": seeker,
        "pupils": pupils + form.unplaced,
        "sectors": [(sector, sector) for sector in services().stages.people.sectors],
        "weekdays": [(day.short, day.short) for day in Weekday],
    }


def _draw(asked: Asked, rows: Any, offset: int) -> MapPicture:
    here = asked.pupil.origin
    features = [
        map_features.point(
            "plek",
            (row.place.point.lat, row.place.point.lon),
            row.place.company.name,
            symbol=str(offset + number),
            detail=row.leg.text,
        )
        for number, row in enumerate(rows, start=1)
    ]
    features.append(map_features.point("leerling", (here.lat, here.lon), gettext("Hier begint de reis")))
    return draw_map(
        map_features.collection(features),
        title=gettext("Kaart van de plekken"),
        description=gettext("De plekken van deze lijst en het begin van de reis; de nummers zijn die van de lijst."),
        words={"plek": gettext("Stageplek, met het nummer van de lijst"), "leerling": gettext("Begin van de reis")},
    )


@bp.get("/zoeken/waarom-niet")
@allow(COORDINATOR, within=asked_pupil_owner)
def show_why_not() -> Response:
    """Show one sentence per place that is not in the list, and what relaxing each rule brings."""
    question, asked = _ask()
    if asked is None:
        return redirect(url_for("search.show_search", **question.to_args()), 303)
    if asked.stored:
        services().stages.people.note("leerling: plekken gezocht", asked.pupil.id, actor())
    found = services().stages.core.search.explain_rest(asked.pupil, services().today())
    own = own_schools()
    visible = [row for row in found.rejected if row[1].code is not Rule.CONSENT or row[0].owner in own]
    wanted = request.args.get("regel", "")
    shown = [row for row in visible if not wanted or row[1].code.value == wanted]
    query = ListQuery.read(request.args, sortable=("reden",), default="reden", size=EXPLAINED)
    page = render_template(
        "stages/why_not.html",
        question=question,
        asked=asked,
        found=found,
        wanted=wanted,
        law_sentences=law_sentences,
        listing=Listing(query, shown[query.offset : query.offset + EXPLAINED], len(shown), len(visible)),
    )
    return make_response(page)


@bp.get("/zoeken/vergelijk")
@allow(COORDINATOR, within=asked_pupil_owner)
def show_compare() -> Response:
    """Show up to three places beside each other."""
    question, asked = _ask()
    if asked is None:
        return redirect(url_for("search.show_search", **question.to_args()), 303)
    ranking = services().stages.core.search.rank(asked.pupil, services().today(), question.relaxed)
    wanted = list(dict.fromkeys(request.args.getlist("plek")))
    rows = [row for row in (ranking.find(place_id) for place_id in wanted[:COMPARED]) if row is not None]
    codes = list(dict.fromkeys(reason.code for row in rows for reason in row.reasons))
    page = render_template(
        "stages/compare.html",
        question=question,
        asked=asked,
        rows=rows,
        codes=codes,
        item=services().stages.people.find(asked.pupil.id) if asked.stored else None,
        too_many=len(wanted) > COMPARED,
        gone=len(wanted[:COMPARED]) - len(rows),
        best=ranking.rows[0] if ranking.rows else None,
    )
    return make_response(page)


# ------------------------------------------------ reserve


def _ranked(pupil_id: str, place_id: str) -> tuple[Any, RankedPlace]:
    matching = services().stages
    pupil = matching.people.pupil(pupil_id)
    if not matching.offers.is_visible(place_id, own_schools()):
        abort(404)
    ranking = matching.core.search.rank(pupil, services().today())
    row = ranking.find(place_id)
    if row is None:
        answer = matching.core.search.answer(pupil, place_id, services().today())
        if isinstance(answer.verdict, Eligible):
            abort(404)
        raise MatchingError(answer.verdict.sentence)
    return ranking, row


@bp.get("/leerlingen/<pupil_id>/reserveer/<place_id>")
@allow(COORDINATOR, within=pupil_owner)
def show_reserve(pupil_id: str, place_id: str) -> str:
    """Ask for the reason above the norm, and for the tick "reiskosten"."""
    ranking, row = _ranked(pupil_id, place_id)
    return _reserve_page(pupil_id, ranking, row, [])


def _reserve_page(pupil_id: str, ranking: Any, row: RankedPlace, errors: list[str]) -> str:
    people = services().stages.people
    return render_template(
        "stages/reserve.html",
        item=people.find(pupil_id),
        row=row,
        errors=errors,
        reason=request.form.get("reden", ""),
        must_explain=needs_reason(row.leg, ranking.policy),
        travel_costs=ranking.rows.has_better_further_away(row),
        best=ranking.rows[0],
        policy=ranking.policy,
        key=request_key(actor(), pupil_id, row.place.id, people.count_placements(pupil_id)),
    )


@bp.post("/leerlingen/<pupil_id>/reserveer/<place_id>")
@allow(COORDINATOR, within=pupil_owner)
def reserve(pupil_id: str, place_id: str) -> Response:
    """Take the seat; who is too late gets the sentence and the next-best places."""
    matching = services().stages
    if not matching.offers.is_visible(place_id, own_schools()):
        abort(404)
    claim = new_claim(pupil_id, place_id, request.form)
    try:
        placement = matching.people.reserve(claim, actor())
    except NoSeatLeftError as error:
        ranking = matching.core.search.rank(matching.people.pupil(pupil_id), services().today())
        page = render_template(
            "stages/too_late.html", item=matching.people.find(pupil_id), sentence=str(error), rows=ranking.rows[:3]
        )
        return make_response(page, 409)
    except ReasonMissingError as error:
        ranking, row = _ranked(pupil_id, place_id)
        return make_response(_reserve_page(pupil_id, ranking, row, [str(error)]), 422)
    until = placement.expires
    flash(gettext("De plek is gereserveerd tot en met %(day)s.", day=f"{until:%d-%m-%Y}" if until else ""), "success")
    return redirect(url_for("pupils.show_pupil", pupil_id=pupil_id), 303)


# ------------------------------------------------ print


@bp.get("/leerlingen/<pupil_id>/print/<place_id>")
@allow(COORDINATOR, within=pupil_owner)
def show_print(pupil_id: str, place_id: str) -> str:
    """Show the page for pupil and parents: what, where, when and how to get there; no score."""
    matching, travel = services().stages, services().travel
    if not matching.offers.is_visible(place_id, own_schools()):
        abort(404)
    pupil = matching.people.pupil(pupil_id)
    matching.people.note("leerling: blad geprint", pupil_id, actor())
    answer = matching.core.search.answer(pupil, place_id, services().today())
    page = matching.offers.place(place_id, pupil.period)
    route, picture = None, None
    if answer.leg is not None and not answer.leg.estimate:
        place = answer.place.point
        route = travel.route(answer.leg.definition_id, (pupil.origin.lat, pupil.origin.lon), (place.lat, place.lon))
        features = [
            map_features.line(answer.leg.mode.value, route.line, answer.leg.text),
            map_features.point("van", (pupil.origin.lat, pupil.origin.lon), gettext("Hier begin je")),
            map_features.point("naar", (place.lat, place.lon), answer.place.company.name),
        ]
        picture = draw_map(
            map_features.collection(features),
            title=gettext("Jouw route"),
            description=gettext("De route naar de stageplek: %(trip)s.", trip=answer.leg.text),
        )
    return render_template(
        "stages/print.html",
        item=matching.people.find(pupil_id),
        pupil=pupil,
        answer=answer,
        page=page,
        route=route,
        picture=picture,
    )
