"""Reading files in: choose, look at the difference, confirm; with a template of each kind of file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import PurePath

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from usecases.people.roles import EVERY_ROLE, Owner, Role
from usecases.refusals import REFUSALS, sentences
from usecases.work.imports import NOTHING_SAID, Importer, RunView, importers_for
from webapp.access import allow, own_account, principal
from webapp.context import services

bp = Blueprint("imports", __name__)
Page = str | tuple[str, int] | Response
_ASKED = re.compile(r"(kop|cel|weg)-([0-9]{1,7})(?:-([0-9]{1,4}))?")
TEMPLATE_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def importer_owner(name: str, **_arguments: object) -> Owner | None:
    """Find a kind of file that the roles of this person may read in."""
    return own_account() if any(importer.name == name for importer in importers_for(principal())) else None


def run_owner(run_id: int) -> Owner | None:
    """Find whose an import is; no import for a role that its kind of file is not for."""
    run = services().imports.find(run_id)
    importer = services().imports.find_importer(run.importer) if run else None
    if run is None or importer is None:
        return None
    owner = Owner(run.owner_kind, run.owner_key)
    roles = tuple(role for role in EVERY_ROLE if role in importer.roles)
    return owner if principal().sees(owner, roles) else None


def _run(run_id: int) -> tuple[RunView, Importer]:
    run = services().imports.find(run_id) or abort(404)
    return run, services().imports.importer(run.importer)


@bp.get("/inlezen")
@allow(*EVERY_ROLE)
def show_imports() -> str:
    """Show which files can be read in and what was read in before."""
    importers = importers_for(principal())
    titles = {importer.name: importer.title for importer in importers}
    return render_template(
        "imports/list.html", importers=importers, titles=titles, runs=services().imports.visible_to(principal())
    )


@bp.get("/inlezen/soort/<name>")
@allow(*EVERY_ROLE, within=importer_owner)
def show_upload(name: str) -> str:
    """Show the form for one kind of file."""
    importer = services().imports.importer(name)
    own = _own_school(importer)
    given = {option.name: request.args.get(option.name, option.default or "") for option in importer.options} | own
    return render_template("imports/upload.html", importer=importer, given=given, errors=[])


@bp.post("/inlezen/soort/<name>")
@allow(*EVERY_ROLE, within=importer_owner)
def upload(name: str) -> Page:
    """Receive a file and start its check."""
    imports = services().imports
    importer = imports.importer(name)
    given = {option.name: request.form.get(option.name, "").strip() for option in importer.options}
    given |= {name: school for name, school in _own_school(importer).items() if not given[name]}
    file = request.files.get("bestand")
    try:
        if file is None or not file.filename:
            return _refused(importer, given, [gettext("Kies eerst een bestand.")])
        owner = Owner(*importer.owner(importer.parse_options(given)))
        roles = tuple(role for role in EVERY_ROLE if role in importer.roles)
        if not principal().sees(owner, roles):
            return _refused(importer, given, [gettext("Dit hoort niet bij uw school of regio. Kies een ander.")])
        name_only = PurePath(file.filename.replace("\\", "/")).name
        sheet = request.form.get("blad", "").strip() if importer.of_school else ""
        run_id, _ = imports.receive(
            importer, name_only, file.read(), given, principal().label, replace(NOTHING_SAID, sheet=sheet or None)
        )
    except REFUSALS as refusal:
        return _refused(importer, given, sentences(refusal))
    return redirect(url_for("imports.show_run", run_id=run_id), 303)


def _own_school(importer: Importer) -> dict[str, str]:
    """The school of a coordinator of one school: the form knows it, so it need not be typed."""
    person = principal()
    schools = person.schools(Role.STAGECOORDINATOR)
    known = len(schools) == 1 and not person.has(Role.BEHEERDER)
    return {option.name: min(schools) for option in importer.options if known and option.name == "school"}


def _refused(importer: Importer, given: Mapping[str, str], lines: list[str]) -> tuple[str, int]:
    return render_template("imports/upload.html", importer=importer, given=given, errors=lines), 422


@bp.get("/inlezen/soort/<name>/sjabloon.<kind>")
@allow(*EVERY_ROLE, within=importer_owner)
def download_template(name: str, kind: str) -> Response:
    """Give an empty file with the right columns and examples."""
    if kind not in TEMPLATE_TYPES:
        abort(404)
    content = services().imports.template(name, kind)
    return send_file(BytesIO(content), TEMPLATE_TYPES[kind], as_attachment=True, download_name=f"{name}.{kind}")


@bp.get("/inlezen/<int:run_id>")
@allow(*EVERY_ROLE, within=run_owner)
def show_run(run_id: int) -> str:
    """Show where one import is: being checked, refused, waiting for a yes, saved."""
    run, importer = _run(run_id)
    jobs = services().jobs
    job_id = run.save_job or run.check_job
    job = jobs.find(job_id) if job_id else None
    questions = services().imports.questions(run)
    return render_template("imports/run.html", run=run, importer=importer, job=job, questions=questions)


@bp.post("/inlezen/<int:run_id>/verbeteren")
@allow(*EVERY_ROLE, within=run_owner)
def mend(run_id: int) -> Response:
    """Say which heading is which field, correct cells, leave lines out; and check again."""
    fields, cells, without = {}, {}, set()
    for name, value in request.form.items():
        if found := _ASKED.fullmatch(name):
            what, first, second = found[1], int(found[2]), found[3]
            if what == "kop":
                fields[first] = value
            elif what == "weg":
                without.add(first)
            elif second is not None:
                cells[first, int(second)] = value
    try:
        services().imports.mend(run_id, principal().label, fields=fields, cells=cells, without=without)
    except REFUSALS as refusal:
        flash(" ".join(sentences(refusal)), "warning")
    return redirect(url_for("imports.show_run", run_id=run_id), 303)


@bp.post("/inlezen/<int:run_id>/opslaan")
@allow(*EVERY_ROLE, within=run_owner)
def confirm(run_id: int) -> Response:
    """Confirm the difference and start the saving."""
    try:
        services().imports.confirm(run_id, principal().label)
    except REFUSALS as refusal:
        flash(" ".join(sentences(refusal)), "warning")
    return redirect(url_for("imports.show_run", run_id=run_id), 303)
