"""Files: receipt, specification, workbook and table of one school, and of the whole."""

from __future__ import annotations

from io import BytesIO

from flask import abort, redirect, send_file, url_for
from werkzeug.wrappers import Response

from subsidy.receipt import build_receipt
from usecases.people.roles import INSTALLATION, Role
from usecases.tegemoetkoming.jobs import ZIP
from usecases.tegemoetkoming.subsidy import CONTENT_TYPES, to_json
from webapp.access import allow, principal
from webapp.context import services
from webapp.views.tegemoetkoming import bp
from webapp.views.tegemoetkoming.own import READERS
from webapp.views.tegemoetkoming.scopes import find_line, line_owner, standing_of


def send(content: bytes, kind: str, name: str) -> Response:
    """Send a file to keep."""
    return send_file(BytesIO(content), CONTENT_TYPES[kind], as_attachment=True, download_name=f"{name}.{kind}")


@bp.get("/<regeling>/<key>/bon.json")
@allow(*READERS, within=line_owner)
def download_receipt(regeling: str, key: str) -> Response:
    """Give the receipt as JSON, to recompute anywhere."""
    standing, _ = find_line(regeling, key) or abort(404)
    assert standing.calculation is not None  # noqa: S101 - a line exists only with a calculation
    return send(to_json(build_receipt(standing.calculation, key)), "json", f"bon-{key}")


@bp.get("/<regeling>/<key>/specificatie.pdf")
@allow(*READERS, within=line_owner)
def download_specification(regeling: str, key: str) -> Response:
    """Give the specification as PDF."""
    standing, _ = find_line(regeling, key) or abort(404)
    assert standing.calculation is not None  # noqa: S101 - a line exists only with a calculation
    content = services().tegemoetkoming.specification(standing.calculation, key, standing.steps)
    return send(content, "pdf", f"specificatie-{key}")


@bp.get("/<regeling>/<key>/berekening.xlsx")
@allow(*READERS, within=line_owner)
def download_school_workbook(regeling: str, key: str) -> Response:
    """Give the workbook of one school: its formulas recompute the amount."""
    standing, _ = find_line(regeling, key) or abort(404)
    assert standing.calculation is not None  # noqa: S101 - a line exists only with a calculation
    return send(services().tegemoetkoming.school_workbook(standing.calculation, key), "xlsx", f"berekening-{key}")


@bp.get("/beheer/regeling/<regeling>/verdeling.<kind>")
@allow(Role.BEHEERDER)
def download_split(regeling: str, kind: str) -> Response:
    """Give the whole split as csv, json, xlsx or pdf."""
    standing = standing_of(regeling)
    if kind not in CONTENT_TYPES or standing is None or standing.calculation is None or standing.telling is None:
        abort(404)
    cases = services().tegemoetkoming
    return send(cases.export_standing(standing, kind), kind, f"verdeling-{standing.regeling.regeling_id}")


@bp.get("/beheer/regeling/<regeling>/bon.json")
@allow(Role.BEHEERDER)
def download_whole_receipt(regeling: str) -> Response:
    """Give the receipt of the whole split as JSON, with every school."""
    standing = standing_of(regeling)
    if standing is None or standing.calculation is None:
        abort(404)
    return send(to_json(build_receipt(standing.calculation, None)), "json", f"bon-{standing.regeling.regeling_id}")


@bp.post("/beheer/regeling/<regeling>/specificaties")
@allow(Role.BEHEERDER)
def start_specifications(regeling: str) -> Response:
    """Start the job that makes the PDF of every school in one zip."""
    standing = standing_of(regeling)
    if standing is None or standing.calculation is None:
        abort(404)
    params = {"regeling": standing.regeling.regeling_id}
    job_id = services().jobs.start(ZIP, params, owner=INSTALLATION, by=principal().label)
    return redirect(url_for("jobs.show_job", job_id=job_id), 303)
