"""Long work and reading files in."""

import data.importers
from tests.data.importers.files import PlaceImporter
from tests.usecases.work import kinds
from tests.webapp.access_cases import ALL, Case
from usecases.people.roles import Owner
from usecases.work.imports import ImportService
from usecases.work.jobs import JobService


class AnyonesImporter(PlaceImporter):
    """Owned by the school in its option, for every role."""

    name = "proef"
    title = "Proef"
    roles = ALL

    def owner(self, options):
        return ("school", "99AA") if options["jaar"] == 2026 else ("school", "99BB")


def both_jobs(app):
    """Make a job of 99AA and one of 99BB."""
    kinds.register(app.extensions["stageroute"].jobs)
    jobs: JobService = app.extensions["stageroute"].jobs
    made = {brin: jobs.start("proef-tellen", {}, owner=Owner("school", brin), by="x") for brin in ("99AA", "99BB")}
    return {"own": {"job_id": made["99AA"]}, "other": {"job_id": made["99BB"]}}


def both_runs(app):
    """Receive a file for 99AA and one for 99BB."""
    importer()
    imports: ImportService = app.extensions["stageroute"].imports
    ids = {
        year: imports.receive(AnyonesImporter(), "a.csv", b"Code;Naam\n1;A\n", {"jaar": year}, "x")[0]
        for year in ("2026", "2025")
    }
    return {"own": {"run_id": ids["2026"]}, "other": {"run_id": ids["2025"]}}


def importer(_app=None):
    """Make the importer of the tests known."""
    if AnyonesImporter not in data.importers.IMPORTERS:
        data.importers.IMPORTERS = (*data.importers.IMPORTERS, AnyonesImporter)
    return {}


JOB = Case(ALL, own={}, other={}, setup="both_jobs")
RUN = Case(ALL, own={}, other={}, setup="both_runs")
CASES = {
    "jobs.show_jobs": Case(ALL),
    "jobs.show_job": JOB,
    "jobs.show_state": JOB,
    "jobs.cancel_job": JOB,
    "jobs.retry_job": JOB,
    "jobs.download_file": JOB,
    "imports.show_imports": Case(ALL),
    "imports.show_upload": Case(ALL, own={"name": "proef"}, setup="importer"),
    "imports.upload": Case(ALL, own={"name": "proef"}, setup="importer"),
    "imports.download_template": Case(ALL, own={"name": "proef", "kind": "csv"}, setup="importer"),
    "imports.show_run": RUN,
    "imports.confirm": RUN,
    "imports.mend": RUN,
}
