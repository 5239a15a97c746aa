"""The tegemoetkoming as JSON: one school, the whole split, scenarios, receipts, and the life of an award."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from apiflask import APIBlueprint
from flask import abort
from pydantic import BaseModel, ConfigDict, Field

from subsidy.lifecycle import objection_until, state_of
from subsidy.receipt import build_receipt
from subsidy.records import StoredCalculation
from usecases.people.roles import Role
from usecases.tegemoetkoming.scenario_form import read_scenario
from webapp.access import allow, principal, public
from webapp.context import services
from webapp.views.tegemoetkoming.scopes import find_line, line_owner, standing_of

bp = APIBlueprint("subsidy_api", __name__, url_prefix="/api/v1/subsidy", tag="Tegemoetkoming")
READERS = (Role.FINANCIEEL, Role.BEHEERDER)


class AsOf(BaseModel):
    """Of when and of which version the figures are."""

    model_config = ConfigDict(extra="allow")
    label: str = Field(description="berekening of scenario")


class SchoolOut(BaseModel):
    """One school; money in whole euro cents, null where the count is hidden and only a band is known."""

    model_config = ConfigDict(extra="allow")
    as_of: AsOf
    school_id: str
    naam: str
    leerlingen_min: int
    leerlingen_max: int
    bedrag: int | None
    tranche_1: int | None
    tranche_2: int | None
    bedrag_min: int
    bedrag_max: int


class RowOut(BaseModel):
    """One row of a split; money in whole euro cents."""

    model_config = ConfigDict(extra="allow")
    school_id: str
    naam: str
    leerlingen_min: int
    leerlingen_max: int
    bedrag: int | None
    tranche_1: int | None
    tranche_2: int | None


class SplitOut(BaseModel):
    """A whole split."""

    model_config = ConfigDict(extra="allow")
    as_of: AsOf
    scenario: bool
    totaal: dict[str, Any]
    rows: list[RowOut]


class ReceiptOut(BaseModel):
    """A receipt with all its inputs; the same document that ``flask subsidy verify`` recomputes."""

    model_config = ConfigDict(extra="allow")
    as_of: AsOf
    format: str
    inputs: dict[str, Any]
    totals: dict[str, Any]
    school: dict[str, Any]


class RegelingOut(BaseModel):
    """The public figures of one regeling, without a row of any school."""

    id: str
    titel: str
    versie: date
    te_berekenen: bool
    ontbreekt: list[str]
    ontbreekt_woorden: str
    stand: str
    budget: int | None
    leerlingen_min: int | None
    leerlingen_max: int | None
    ontvangers: int | None


class RegelingenOut(BaseModel):
    """Every regeling."""

    as_of: dict[str, Any]
    regelingen: list[RegelingOut]


class ScenarioIn(BaseModel):
    """A user's own figures."""

    telling: int = Field(ge=1, le=2_147_483_647, description="nummer van de telling")
    budget: str = Field(description="euro, zoals 2000000.00", max_length=30)
    method: str = Field("closed_budget", max_length=30)
    first_share: str = Field("1/2", max_length=20)
    level: str = Field("vestiging", max_length=20)
    odd_cent: str = Field("eerste_deel", max_length=20)
    tie_break: str = Field("laagste_code", max_length=20)
    rate: str = Field("", max_length=30)
    rounding: str = Field("", max_length=20)
    moment: str = Field("", max_length=20)


class RecordIn(BaseModel):
    """Put a calculation on record."""

    telling: int | None = Field(None, ge=1, le=2_147_483_647)
    on: date | None = None


class StepIn(BaseModel):
    """The next step of a calculation."""

    step: Literal["gecontroleerd", "vastgesteld", "T1 betaald", "T2 betaald", "ingetrokken"]
    on: date | None = None
    reason: str = Field("", max_length=2000)


class CalculationOut(BaseModel):
    """A calculation on record and its life so far."""

    as_of: dict[str, Any]
    id: int
    regeling: str
    telling: int
    stand: str
    bezwaar_tot_en_met: date | None
    stappen: list[dict[str, Any]]


class VerifyIn(BaseModel):
    """A receipt to recompute."""

    model_config = ConfigDict(extra="allow")
    format: str = Field(max_length=60)


class VerifyOut(BaseModel):
    """Whether a receipt follows from its own inputs."""

    as_of: dict[str, Any]
    gelijk: bool
    verschillen: list[str]
    opmerkingen: list[str]


def _now() -> dict[str, Any]:
    return {"moment": services().clock().isoformat(), "code_version": services().tegemoetkoming.code_version}


@bp.get("/regelingen")
@bp.output(RegelingenOut)
@public
def list_regelingen() -> dict[str, Any]:
    """List the public figures of every regeling."""
    found = []
    for standing in services().tegemoetkoming.standings():
        regeling, calculation = standing.regeling, standing.calculation
        split = calculation.split if calculation else None
        found.append(
            {
                "id": regeling.regeling_id,
                "titel": regeling.title,
                "versie": regeling.version,
                "te_berekenen": regeling.computable,
                "ontbreekt": list(regeling.missing),
                "ontbreekt_woorden": ", ".join(regeling.parameters[name].kind.label for name in regeling.missing),
                "stand": standing.state,
                "budget": regeling.optional("budget", int),
                "leerlingen_min": split.pupils.minimum if split else None,
                "leerlingen_max": split.pupils.maximum if split else None,
                "ontvangers": len(split.lines) if split else None,
            }
        )
    return {"as_of": _now(), "regelingen": found}


@bp.get("/regelingen/<regeling>/schools/<key>")
@bp.output(SchoolOut)
@allow(*READERS, within=line_owner)
def show_school(regeling: str, key: str) -> dict[str, Any]:
    """Give the amount and both parts of one school."""
    standing, _ = find_line(regeling, key) or abort(404)
    return services().tegemoetkoming.school_document(standing, key)


@bp.get("/regelingen/<regeling>/schools/<key>/receipt")
@bp.output(ReceiptOut)
@allow(*READERS, within=line_owner)
def show_receipt(regeling: str, key: str) -> dict[str, Any]:
    """Give the receipt of one school, enough to recompute it."""
    standing, _ = find_line(regeling, key) or abort(404)
    assert standing.calculation is not None  # noqa: S101 - a line exists only with a calculation
    as_of = services().tegemoetkoming.school_document(standing, key)["as_of"]
    return {"as_of": as_of, **build_receipt(standing.calculation, key)}


@bp.get("/regelingen/<regeling>/split")
@bp.output(SplitOut)
@allow(Role.BEHEERDER)
def show_split(regeling: str) -> dict[str, Any]:
    """Give the whole split of a regeling as it stands."""
    standing = standing_of(regeling) or abort(404)
    return services().tegemoetkoming.standing_document(standing)


@bp.post("/scenario")
@bp.input(ScenarioIn, arg_name="body")
@bp.output(SplitOut)
@allow(Role.BEHEERDER)
def compute_scenario(body: ScenarioIn) -> dict[str, Any]:
    """Compute a user's own figures; every row says that it is a scenario."""
    fields = {name: value for name, value in body.model_dump().items() if isinstance(value, str)}
    cases = services().tegemoetkoming
    return cases.document(cases.splits.scenario(body.telling, read_scenario(fields)))


@bp.post("/verify")
@bp.input(VerifyIn, arg_name="body")
@bp.output(VerifyOut)
@allow(*READERS)
def verify_receipt(body: VerifyIn) -> dict[str, Any]:
    """Recompute a receipt from its own inputs."""
    document = {name: value for name, value in body.model_dump().items() if name != "as_of"}
    verdict = services().tegemoetkoming.splits.verify(document)
    return {
        "as_of": _now(),
        "gelijk": verdict.equal,
        "verschillen": [str(found) for found in verdict.differences],
        "opmerkingen": list(verdict.remarks),
    }


def _calculation(stored: StoredCalculation) -> dict[str, Any]:
    return {
        "as_of": _now(),
        "id": stored.calculation_id,
        "regeling": stored.regeling_id,
        "telling": stored.telling_id,
        "stand": state_of(stored.steps).value,
        "bezwaar_tot_en_met": objection_until(stored.steps),
        "stappen": [
            {"stap": step.state.value, "datum": step.on.isoformat(), "door": step.by, "reden": step.reason}
            for step in stored.steps
        ],
    }


@bp.post("/regelingen/<regeling>/calculations")
@bp.input(RecordIn, arg_name="body")
@bp.output(CalculationOut, status_code=201)
@allow(Role.BEHEERDER)
def record_calculation(regeling: str, body: RecordIn) -> dict[str, Any]:
    """Put the calculation of a regeling on record; its telling becomes the legal basis."""
    standing = standing_of(regeling) or abort(404)
    awards, on = services().tegemoetkoming.awards, body.on or services().today()
    return _calculation(awards.record(standing.regeling, body.telling, by=principal().label, on=on))


@bp.get("/calculations/<int:calculation_id>")
@bp.output(CalculationOut)
@allow(Role.BEHEERDER)
def show_calculation(calculation_id: int) -> dict[str, Any]:
    """Give a calculation on record with its steps."""
    return _calculation(services().tegemoetkoming.awards.get(calculation_id))


@bp.post("/calculations/<int:calculation_id>/steps")
@bp.input(StepIn, arg_name="body")
@bp.output(CalculationOut)
@allow(Role.BEHEERDER)
def take_step(calculation_id: int, body: StepIn) -> dict[str, Any]:
    """Check, determine, pay or withdraw; hidden counts can never be made final."""
    on = body.on or services().today()
    return _calculation(
        services().tegemoetkoming.take_step(
            calculation_id, body.step, by=principal().label, on=on, reason=body.reason.strip()
        )
    )
