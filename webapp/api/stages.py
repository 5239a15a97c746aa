"""Stage places for programs: rank, why not, and proposals; the same answers as ``flask match``."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import abort
from pydantic import BaseModel, ConfigDict, Field

from matching.proposals.proposal import Request
from usecases.people.roles import Owner
from usecases.stages.answers import payload_to_json, ranking_to_json, verdict_to_json
from webapp.access import allow, principal, school_arg
from webapp.context import services
from webapp.views.stages.scope import COORDINATOR, proposal_owner, pupil_owner

bp = APIBlueprint("matching_api", __name__, url_prefix="/api/v1/matching", tag="Matching")


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TripOut(_Answer):
    """One trip; an OV trip is an estimate."""

    mode: str
    minutes: int = Field(description="whole minutes, rounded up")
    seconds: int
    metres: int
    definition: str
    estimate: bool


class ReasonOut(_Answer):
    """One reason; the points of all reasons add up to the score."""

    code: str
    text: str
    points: int


class PlaceOut(_Answer):
    """One possible place."""

    rank: int
    place_id: str
    name: str
    company: str
    sector: str
    days: str
    lat: float
    lon: float
    precision: str
    trip: TripOut
    seats_left: int
    weekly_minutes: int
    score: int
    reasons: list[ReasonOut]
    lost_on: list[ReasonOut]


class RankAsOf(_Answer):
    """The day, the network and the policy."""

    date: str
    network_digest: str | None
    policy_since: str
    policy_status: str


class PlaceToFillOut(_Answer):
    """A place that fits but for facts that the law needs."""

    place_id: str
    missing: list[str]


class ToFillOut(_Answer):
    """How many of those there are, and the nearest of them."""

    total: int
    places: list[PlaceToFillOut]


class RankOut(_Answer):
    """Places, best first, and how many each rule left out."""

    pupil_id: str
    places: list[PlaceOut]
    total: int
    hidden: dict[str, int]
    looked_at: int
    to_fill: ToFillOut
    as_of: RankAsOf


class RankQuery(BaseModel):
    """How many places."""

    limit: int = Field(50, ge=1, le=500)


class BrokenRuleOut(_Answer):
    """One broken rule of the law on minors: article and lid, what it looks at, and what was found."""

    rule: str
    check: str
    values: dict[str, int | str]


class LawOut(_Answer):
    """What the law says; ``lawful`` is null when facts are missing."""

    lawful: bool | None
    broken: list[BrokenRuleOut]
    missing: list[str]


class VerdictAsOf(_Answer):
    """The day."""

    date: str


class VerdictOut(_Answer):
    """Possible, or one machine code and one Dutch sentence."""

    pupil_id: str
    place_id: str
    possible: bool
    code: str | None
    sentence: str | None
    also: list[str]
    law: LawOut
    seats_left: int | None
    trip: TripOut | None
    as_of: VerdictAsOf


class ProposalIn(BaseModel):
    """What is asked of a proposal."""

    model_config = ConfigDict(extra="forbid")

    pupils: list[str] | None = Field(None, description="only these; everybody without a place when absent")
    locks: dict[str, str] = Field(default_factory=dict, description="pupil → place")
    excluded: list[tuple[str, str]] = Field(default_factory=list, description="(pupil, place) that may not be")
    seed: int = Field(1, ge=0, le=999_999_999)


class JobOut(_Answer):
    """The job that computes it; the proposal gets the same id."""

    job_id: str
    as_of: VerdictAsOf


class ProposalOut(_Answer):
    """Rows, objective levels with bound and gap, seed, what would help, and as_of."""

    rows: list[dict[str, Any]]
    objective: list[dict[str, Any]]
    bound: dict[str, int | None]
    gap: dict[str, int | None]
    proven: bool
    seed: int
    help: list[str]
    spread: dict[str, int]
    nearest_first: dict[str, int]
    as_of: dict[str, str]


@bp.get("/pupils/<pupil_id>/places")
@bp.input(RankQuery, location="query", arg_name="query")
@bp.output(RankOut)
@allow(COORDINATOR, within=pupil_owner)
def give_ranking(pupil_id: str, query: RankQuery) -> dict[str, Any]:
    """Rank every possible place for a pupil, with points and reasons."""
    matching = services().stages
    matching.people.note("leerling: plekken gezocht", pupil_id, principal().label)
    ranking = matching.core.search.rank(matching.people.pupil(pupil_id), services().today())
    return ranking_to_json(ranking, query.limit)


@bp.get("/pupils/<pupil_id>/places/<place_id>")
@bp.output(VerdictOut)
@allow(COORDINATOR, within=pupil_owner)
def give_why_not(pupil_id: str, place_id: str) -> dict[str, Any]:
    """Say whether a place is possible for a pupil, or why not."""
    matching = services().stages
    if not matching.offers.is_visible(place_id, principal().schools(COORDINATOR)):
        abort(404)
    matching.people.note("leerling: plekken gezocht", pupil_id, principal().label)
    answer = matching.core.search.answer(matching.people.pupil(pupil_id), place_id, services().today())
    return {**verdict_to_json(answer), "as_of": {"date": services().today().isoformat()}}


@bp.post("/schools/<brin>/proposals")
@bp.input(ProposalIn, arg_name="asked")
@bp.output(JobOut, status_code=202)
@allow(COORDINATOR, within=school_arg("brin"))
def start_proposal(brin: str, asked: ProposalIn) -> dict[str, Any]:
    """Ask for a proposal; a worker computes it, and nothing is reserved."""
    wanted = Request(
        (brin.upper(),),
        tuple(asked.pupils) if asked.pupils is not None else None,
        dict(asked.locks),
        frozenset(asked.excluded),
        asked.seed,
    )
    job_id = services().stages.groups.start(
        wanted, owner=Owner("school", brin.upper()), by=principal().label, jobs=services().jobs
    )
    return {"job_id": job_id, "as_of": {"date": services().today().isoformat()}}


@bp.get("/proposals/<proposal_id>")
@bp.output(ProposalOut)
@allow(COORDINATOR, within=proposal_owner)
def give_proposal(proposal_id: str) -> dict[str, Any]:
    """Give a computed proposal; of several schools, the rows about your own pupils."""
    groups = services().stages.groups
    services().stages.people.note("leerlingen: voorstel geopend", proposal_id, principal().label)
    return payload_to_json(groups.payload(proposal_id, principal().schools(COORDINATOR)))
