"""Checking and saving a file as long work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from usecases.people.roles import EVERY_ROLE, Role
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

    def roles_of(params: Mapping[str, Any]) -> frozenset[str]:
        """The roles of the kind of file; a run that is gone belongs to the beheerder."""
        run = imports.find(params["run"])
        importer = imports.find_importer(run.importer) if run else None
        return frozenset(importer.roles if importer else (Role.BEHEERDER,))

    everybody = frozenset(EVERY_ROLE)
    return (
        JobKind(CHECK, "Bestand controleren", check_file, everybody, roles_of=roles_of),
        JobKind(SAVE, "Bestand opslaan", save_file, everybody, roles_of=roles_of),
    )
