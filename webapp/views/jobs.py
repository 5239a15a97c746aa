"""Long work: the list of own jobs, one job with its progress, stopping, trying again, and the file that came out."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, abort, flash, make_response, redirect, render_template, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from usecases.people.roles import EVERY_ROLE, Owner
from usecases.work.jobs import JobView
from webapp.access import allow, principal
from webapp.context import services
from webapp.page.outcomes import OUTCOMES

bp = Blueprint("jobs", __name__)
SHOWN = 50


def job_owner(job_id: str) -> Owner | None:
    """Find whose a job is; no job for a role that its kind is not for."""
    job = services().jobs.find(job_id)
    if job is None:
        return None
    owner, allowed = Owner(job.owner_kind, job.owner_key), services().jobs.roles_of(job)
    roles = tuple(role for role in EVERY_ROLE if role in allowed)
    return owner if principal().sees(owner, roles) else None


def _job(job_id: str) -> JobView:
    return services().jobs.find(job_id) or abort(404)


def _outcome(job: JobView) -> str | None:
    find = OUTCOMES.get(job.kind)
    return find(job.params, job.result or {}) if find is not None and job.state == "klaar" else None


@bp.get("/taken")
@allow(*EVERY_ROLE)
def show_jobs() -> str:
    """List the newest jobs that this person may see."""
    return render_template("jobs/list.html", jobs=services().jobs.visible_to(principal(), SHOWN), shown=SHOWN)


@bp.get("/taken/<job_id>")
@allow(*EVERY_ROLE, within=job_owner)
def show_job(job_id: str) -> str:
    """Show one job."""
    job = _job(job_id)
    return render_template(
        "jobs/job.html", job=job, outcome=_outcome(job), may_retry=services().jobs.kinds[job.kind].retry
    )


@bp.get("/taken/<job_id>/stand")
@allow(*EVERY_ROLE, within=job_owner)
def show_state(job_id: str) -> Response:
    """Give the part of the page that changes; asks the browser to load the page again when the job has ended."""
    job = _job(job_id)
    answer = make_response(render_template("jobs/state.html", job=job))
    answer.headers["Cache-Control"] = "no-store"
    if job.is_final:
        answer.headers["HX-Refresh"] = "true"
    return answer


@bp.post("/taken/<job_id>/stoppen")
@allow(*EVERY_ROLE, within=job_owner)
def cancel_job(job_id: str) -> Response:
    """Ask a job to stop."""
    services().jobs.cancel(job_id)
    flash(gettext("De taak stopt zodra dat zonder schade kan."), "info")
    return redirect(url_for("jobs.show_job", job_id=job_id), 303)


@bp.post("/taken/<job_id>/opnieuw")
@allow(*EVERY_ROLE, within=job_owner)
def retry_job(job_id: str) -> Response:
    """Try a failed or stopped job again."""
    if not services().jobs.kinds[_job(job_id).kind].retry or not services().jobs.retry(job_id):
        flash(gettext("Deze taak kan niet opnieuw."), "warning")
    return redirect(url_for("jobs.show_job", job_id=job_id), 303)


@bp.get("/taken/<job_id>/bestand")
@allow(*EVERY_ROLE, within=job_owner)
def download_file(job_id: str) -> Response:
    """Give the file that a job made, while it is kept."""
    job = _job(job_id)
    file_id = str((job.result or {}).get("file", ""))
    file = services().jobs.find_file(file_id)
    content = services().jobs.load_file(file_id) if file else None
    if file is None or content is None:
        flash(gettext("Het bestand van deze taak wordt niet meer bewaard. Maak het opnieuw."), "warning")
        return redirect(url_for("jobs.show_job", job_id=job_id), 303)
    services().audit.note(principal().label, "bestand opgehaald", "taak", job_id, {"sha256": file.sha256})
    return send_file(BytesIO(content), file.content_type, as_attachment=True, download_name=file.name)
