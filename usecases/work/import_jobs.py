"""Checking and saving a file as long work."""

from __future__ import annotations

from typing import Any

from usecases.people.roles import EVERY_ROLE
from usecases.work.imports import CHECK, SAVE, ImportService
from usecases.work.jobs import JobContext, JobKind


def job_kinds(imports: ImportService) -> tuple[JobKind, ...]:
    """Checking and saving a file, as long work."""

    def check_file(context: JobContext, params: dict[str, Any]) -> dict[str, Any]:
        context.progress(0, 1, "Regels lezen en controleren")
        result = context.step("controleren", lambda: imports.check_run(params["run"]))
        context.progress(1, 1, "Klaar met controleren")
        return result

    def save_file(context: JobContext, params: dict[str, Any]) -> dict[str, Any]:
        context.progress(0, 1, "Alles in één keer opslaan")
        result = context.step("opslaan", lambda: imports.save_run(params["run"], params["by"]))
        context.progress(1, 1, "Opgeslagen")
        return result

    everybody = frozenset(EVERY_ROLE)
    return (
        JobKind(CHECK, "Bestand controleren", check_file, everybody),
        JobKind(SAVE, "Bestand opslaan", save_file, everybody),
    )
