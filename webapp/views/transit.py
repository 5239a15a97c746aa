"""Met bus en trein: a journey by the timetable with its price; and the timetables themselves for the beheerder."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, render_template, request

from usecases.people.roles import Role
from usecases.travel.transit import WARN_DAYS
from webapp.access import allow
from webapp.context import services
from webapp.page.fare_texts import KINDS, NO_FARE
from webapp.page.timetable_texts import DROPPED, REASONS, refused_question
from webapp.page.transit import ARRIVE, DEPART, Form, compute

bp = Blueprint("transit", __name__)


@bp.get("/reistijd/ov")
@allow()
def show_journey() -> tuple[str, int]:
    """Show the form, and the journey when two places were given; the query string is the state."""
    installation = services()
    graph = installation.travel.graph()
    if graph is None:
        return render_template("no_network.html"), 200
    installed = installation.transit.every(installation.today())
    form = Form.read(request.args, installation.today(), [one.name for one in installed if one.feed is not None])
    answer = compute(installation.travel, installation.transit, graph, form)
    page = render_template(
        "ov.html",
        answer=answer,
        form=form,
        installed=[one for one in installed if one.feed is not None],
        feed=next((one for one in installed if one.name == form.feed), None),
        network=graph,
        there=_arrived,
        begun=_begun,
        feed_options=[(one.name, one.name) for one in installed if one.feed is not None],
        arrive=ARRIVE,
        depart=DEPART,
        reasons=REASONS,
        no_fare=NO_FARE,
        kinds=KINDS,
        finds_addresses=installation.travel.finds_addresses,
    )
    return page, 422 if answer.faults else 200


def _arrived(moment: dt.datetime) -> str:
    """When one is there for certain: a begun minute counts whole."""
    return (moment + dt.timedelta(seconds=59)).strftime("%H:%M")


def _begun(seconds: int) -> int:
    """Seconds up to a whole minute: who is twenty seconds late is late."""
    return -(-seconds // 60) * 60


@bp.get("/dienstregelingen")
@allow(Role.BEHEERDER)
def show_timetables() -> str:
    """List the timetables: from when to when they tell, what was left out, and which end soon."""
    installation = services()
    return render_template(
        "dienstregelingen.html",
        installed=installation.transit.every(installation.today()),
        warn_days=WARN_DAYS,
        sentence=lambda fault: str(refused_question(fault)),
        dropped=DROPPED,
    )
