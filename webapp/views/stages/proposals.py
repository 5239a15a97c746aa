"""Voorstel voor een groep: ask for one, look at it beside "dichtstbij eerst", accept all, some or one."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from matching.errors import InvalidValueError
from matching.places.model import school_of
from matching.proposals.proposal import Request
from usecases.people.roles import Owner
from webapp.access import allow, principal
from webapp.context import services
from webapp.page.listing import Listing, ListQuery
from webapp.views.stages.scope import COORDINATOR, actor, own_schools, proposal_owner

bp = Blueprint("proposals", __name__)
BIN_MINUTES = 10
MOST_TO_CHOOSE = 500
"""Up to how many pupils without a place one can tick a few; whoever looks after more asks per school."""

MOST_NAMED = 5
"""Of a proposal over more other schools than this, only so many are named."""


@bp.get("/voorstellen")
@allow(COORDINATOR)
def show_proposals() -> str:
    """List the newest proposals, and offer to compute one."""
    matching, brins = services().stages, own_schools()
    count = matching.people.count_unplaced(brins)
    listed = matching.people.list_pupils(brins) if count <= MOST_TO_CHOOSE else []
    return render_template(
        "stages/proposals.html",
        proposals=matching.groups.list_for(brins),
        schools=matching.people.school_names(brins),
        waiting=count,
        choice=[(item.row.id, item.row.name) for item in listed if item.row.placement is None],
    )


@bp.post("/voorstellen")
@allow(COORDINATOR)
def start() -> Response:
    """Start the job that computes a proposal for the pupils without a place."""
    schools = sorted(set(request.form.getlist("school")) or own_schools())
    for brin in schools:
        if not principal().sees(Owner("school", brin), (COORDINATOR,)):
            abort(404)
    seed = request.form.get("zaad", "1").strip() or "1"
    if not seed.isdecimal() or len(seed) > 9:
        raise InvalidValueError("Het lotnummer is een heel getal van hoogstens negen cijfers.")
    pupils = tuple(request.form.getlist("leerling")) or None
    asked = Request(tuple(schools), pupils, _pairs("vast"), frozenset(_pairs("niet").items()), int(seed))
    job_id = services().stages.groups.start(asked, owner=Owner("school", schools[0]), by=actor(), jobs=services().jobs)
    return redirect(url_for("jobs.show_job", job_id=job_id), 303)


def _pairs(name: str) -> dict[str, str]:
    pairs = {}
    for text in request.form.getlist(name):
        pupil, found, place = text.partition("=")
        if not (found and pupil and place):
            raise InvalidValueError(f"‘{text}’ is geen keuze van een leerling en een plek.")
        pairs[pupil] = place
    return pairs


@bp.get("/voorstellen/<proposal_id>")
@allow(COORDINATOR, within=proposal_owner)
def show_proposal(proposal_id: str) -> str:
    """Show a proposal with its proof, its trips beside nearest first, and one row per pupil."""
    matching, own = services().stages, own_schools()
    proposal = matching.groups.find(proposal_id) or abort(404)
    mine = [brin for brin in proposal.schools if brin in own]
    for brin in mine:
        matching.people.note("leerlingen: voorstel geopend", brin, actor())
    views = matching.groups.rows(proposal_id, own)
    previous, moved = matching.groups.compare_with_previous(proposal, own)
    placed = [view for view in views if view.row.place]
    query = ListQuery.read(
        request.args, sortable=("leerling", "plek", "reis"), default="reis", descending=True, size=50
    )
    # In the order of the names all of them are needed, else only those on this page.
    named = matching.offers.names({view.row.place or "" for view in placed}) if query.sort == "plek" else {}
    keys = {
        "leerling": lambda view: view.row.pupil,
        "plek": lambda view: named.get(view.row.place),
        "reis": lambda view: None if view.row.minutes is None else (view.row.minutes, view.row.pupil),
    }
    listing = Listing.of_all(query, placed, keys)
    summary = proposal.summary
    not_now = [view for view in views if view.refusal]
    return render_template(
        "stages/proposal.html",
        proposal=proposal,
        summary=summary,
        listing=listing,
        unplaced=[view for view in views if view.row.place is None],
        open_count=sum(view.row.place is not None and view.decision is None for view in views),
        not_now=not_now,
        barred=[f"{pupil} ({place})" for pupil, place in summary["excluded"] if school_of(pupil) in own],
        total=matching.groups.count(proposal_id),
        own_count=len(views),
        others=_name_some(matching.people.school_names(set(proposal.schools) - own).values()),
        names=named or matching.offers.names({view.row.place or "" for view in listing.rows}),
        bins=to_bins(summary["minutes"], summary["nearest_minutes"]),
        previous=previous,
        moved=moved,
        norm=matching.people.policy(mine[0]).norm_minutes,
    )


def _name_some(schools: Iterable[str]) -> list[str]:
    """The first few of many schools, and how many more there are."""
    names = list(schools)
    more = len(names) - MOST_NAMED
    return [*names[:MOST_NAMED], ngettext("nog één school", "nog %(num)s scholen", more)] if more > 0 else names


def to_bins(ours: list[int], nearest: list[int]) -> list[dict[str, object]]:
    """Trips per ten minutes, for the histogram and its table."""
    longest = max([*ours, *nearest, 1])
    bins = []
    for low in range(0, longest, BIN_MINUTES):
        high = low + BIN_MINUTES
        bins.append(
            {
                "label": f"{low + 1}–{high}" if low else f"0–{high}",
                "a": sum(low < m <= high or (low == 0 and m == 0) for m in ours),
                "b": sum(low < m <= high or (low == 0 and m == 0) for m in nearest),
            }
        )
    return bins


@bp.post("/voorstellen/<proposal_id>/aannemen")
@allow(COORDINATOR, within=proposal_owner)
def accept(proposal_id: str) -> Response:
    """Reserve the places of all, some or one; every pupil who cannot be reserved gets a sentence."""
    one = request.form.get("een", "")
    chosen = [one] if one else request.form.getlist("leerling")
    everybody = request.form.get("alle") == "ja"
    if not everybody and not chosen:
        raise InvalidValueError("Kies minstens één leerling, of neem alles aan.")
    done = services().stages.groups.accept(
        proposal_id,
        None if everybody else chosen,
        brins=own_schools(),
        reason=request.form.get("reden", "").strip(),
        actor=actor(),
    )
    if done.reserved:
        flash(
            ngettext("Eén plek is gereserveerd.", "%(num)s plekken zijn gereserveerd.", len(done.reserved)), "success"
        )
    if done.refused:
        # The sentences stand with the rows: a cookie cannot hold sixty of them.
        flash(
            ngettext(
                "Eén leerling kon niet worden gereserveerd. Bij de leerling staat waarom.",
                "%(num)s leerlingen konden niet worden gereserveerd. Bij elke leerling staat waarom.",
                len(done.refused),
            ),
            "warning",
        )
    return redirect(url_for("proposals.show_proposal", proposal_id=proposal_id), 303)


@bp.post("/voorstellen/<proposal_id>/opnieuw")
@allow(COORDINATOR, within=proposal_owner)
def again(proposal_id: str) -> Response:
    """Compute it again with the ticked pupils kept at their place and some pupils kept away from theirs.

    A person who coordinates some of its schools gets a new proposal for those schools.
    """
    groups, own = services().stages.groups, own_schools()
    proposal = groups.find(proposal_id) or abort(404)
    asked = groups.ask_again(
        proposal, brins=own, shown=request.form.getlist("getoond"), locks=_pairs("vast"), barred=_pairs("niet")
    )
    job_id = groups.start(asked, owner=Owner("school", asked.schools[0]), by=actor(), jobs=services().jobs)
    return redirect(url_for("jobs.show_job", job_id=job_id), 303)
