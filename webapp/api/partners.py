"""Entree partners for programs: the chain, a logged attempt, coverage of a region, and the landkaart."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field

from matching.partners.landkaart import LandkaartFilter
from usecases.partners.exports import region_json
from usecases.people.roles import Role
from webapp.access import allow, principal, public, region_arg, school_arg
from webapp.context import services

bp = APIBlueprint("partners_api", __name__, url_prefix="/api/v1", tag="Entree partners")


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ChainAsOf(_Answer):
    """Of when and under which settings a chain is."""

    op: str
    partnergegevens: str
    regiotabel: str
    reisdefinitie: str


class CandidateOut(_Answer):
    """One mbo in the chain; minutes and metres, or the reason why there is no trip."""

    partner: str
    naam: str
    locatie: str
    bestaande_overeenkomst: bool
    minuten: int | None
    meters: int | None
    geen_reis: str | None
    crebos: list[str]
    plaatsen_vrij: int | None
    status: str
    pogingen: int
    redenen: list[str]


class StepOut(_Answer):
    """One step of the chain."""

    stap: int
    titel: str
    open: bool
    uitgeput: bool
    uitgeput_op: str | None
    bevinding: str
    kandidaten: list[CandidateOut]


class LeftOutOut(_Answer):
    """An mbo that is no candidate, with the reason."""

    partner: str
    naam: str
    code: str
    zin: str


class ChainOut(_Answer):
    """Where a school is in the chain, and what opens the next step."""

    school: str
    naam: str
    regio: str
    regiotabel: str
    crebo: str | None
    open_stap: int | None
    overeenkomst_met: str | None
    wat_opent_de_volgende_stap: str
    banner: str | None
    stappen: list[StepOut]
    niet_in_de_keten: list[LeftOutOut]
    as_of: ChainAsOf


class ChainQuery(BaseModel):
    """Which chain."""

    crebo: str = Field("", pattern=r"^(\d{5})?$", description="only partners that offer this entree qualification")


class AttemptIn(BaseModel):
    """One attempt with its outcome; written once and never changed."""

    model_config = ConfigDict(extra="forbid")

    partner: str = Field(min_length=2, max_length=12)
    uitkomst: Literal["gesprek", "overeenkomst", "afgewezen", "geen-reactie"]
    op: date = Field(description="day of the outcome")
    poging_op: date | None = Field(None, description="day of the attempt, when it was earlier")
    reden: str = Field("", max_length=40, description="code of the reason of a refusal")
    toelichting: str = Field("", max_length=2000)
    document: str = Field("", max_length=300)
    crebo: str = Field("", pattern=r"^(\d{5})?$")


class AreaOut(_Answer):
    """Published figures of one area; groups of fewer than five pupils are in none of them."""

    gemeentecode: str | None
    gemeente: str
    leerlingen: int
    gedekt: int
    niet_gedekt: int
    aandeel_pct: float | None
    mediaan_min: int | None
    p90_min: int | None
    scholen: int
    scholen_met_overeenkomst: int
    partners: int
    partners_met_plaats: int
    stand: str


class CoverageOut(_Answer):
    """Coverage of a region, with its finding in one sentence."""

    regio: str
    naam: str
    bevinding: str
    totaal: AreaOut
    gemeenten: list[AreaOut]
    keten: dict[str, int]
    sectoren: list[dict[str, Any]]
    zonder_regio: list[dict[str, str]]
    onderdrukking: str
    as_of: dict[str, str]


class CoverageQuery(BaseModel):
    """Under which norm and which travel definition."""

    norm_minutes: int | None = Field(None, ge=1, le=240)
    definition: str = Field("fiets-snelst", max_length=60)
    on: date | None = Field(None, description="day of the figures, today by default")


class CollaborationOut(_Answer):
    """One public collaboration."""

    id: str
    titel: str
    regio: str
    stand: str
    sinds: str
    sectoren: list[str]
    routes: list[str]
    scholen: str
    mbo: str
    omschrijving: str
    bron: str


class LandkaartOut(_Answer):
    """The public collaborations that pass the filter."""

    aantal: int
    van: int
    samenwerkingen: list[CollaborationOut]
    as_of: dict[str, str]


class LandkaartQuery(BaseModel):
    """The filter of the landkaart; empty is everything."""

    regio: str = Field("", max_length=60)
    sector: str = Field("", max_length=60)
    route: str = Field("", max_length=1)
    stand: str = Field("", max_length=20)


@bp.get("/partners/<code>/chain")
@bp.input(ChainQuery, location="query", arg_name="query")
@bp.output(ChainOut)
@allow(Role.STAGECOORDINATOR, Role.NETWERKCOORDINATOR, Role.BEHEERDER, within=school_arg("code"))
def give_chain(code: str, query: ChainQuery) -> dict[str, Any]:
    """Give the chain of a school (BRIN or vestigingscode)."""
    return services().partners.chain.view(code, crebo=query.crebo).as_json()


@bp.post("/partners/<code>/log")
@bp.input(AttemptIn, arg_name="attempt")
@bp.output(ChainOut)
@allow(Role.STAGECOORDINATOR, within=school_arg("code"))
def log_attempt(code: str, attempt: AttemptIn) -> dict[str, Any]:
    """Write one attempt in the log and give the chain as it is then."""
    view = services().partners.chain.log(
        code,
        attempt.partner,
        attempt.uitkomst,
        on=attempt.op,
        by=principal().name or principal().label,
        note=attempt.toelichting,
        crebo=attempt.crebo,
        contacted_on=attempt.poging_op,
        reason_code=attempt.reden,
        document=attempt.document,
    )
    return view.as_json()


@bp.get("/regions/<region>/coverage")
@bp.input(CoverageQuery, location="query", arg_name="query")
@bp.output(CoverageOut)
@allow(Role.NETWERKCOORDINATOR, Role.BEHEERDER, within=region_arg("region"))
def give_coverage(region: str, query: CoverageQuery) -> dict[str, Any]:
    """Give the coverage of a region: published figures only."""
    coverage = services().partners.coverage
    question = coverage.question(
        region, norm_minutes=query.norm_minutes, definition_id=query.definition, on=query.on
    )  # fmt: skip
    return region_json(coverage.compute(question))


@bp.get("/landkaart")
@bp.input(LandkaartQuery, location="query", arg_name="query")
@bp.output(LandkaartOut)
@public
def give_landkaart(query: LandkaartQuery) -> dict[str, Any]:
    """Give the public collaborations that pass the filter."""
    wanted = LandkaartFilter(query.regio, query.sector, query.route, query.stand)
    records, total = services().partners.landkaart.find(wanted)
    today = services().today()
    return {
        "aantal": len(records),
        "van": total,
        "samenwerkingen": [
            {
                "id": each.record_id,
                "titel": each.title,
                "regio": each.region,
                "stand": str(each.rung_on(today)),
                "sinds": max(change.on for change in each.ladder if change.on <= today).isoformat(),
                "sectoren": list(each.sectors),
                "routes": list(each.routes),
                "scholen": each.schools,
                "mbo": each.partner,
                "omschrijving": each.description,
                "bron": each.source,
            }
            for each in records
        ],
        "as_of": {"op": today.isoformat()},
    }
