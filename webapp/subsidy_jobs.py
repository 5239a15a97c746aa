"""Long work of the tegemoetkoming: the specifications of all schools in one zip, with progress."""

from __future__ import annotations

from typing import Any

from webapp.access import Role
from webapp.jobs import JobContext, job_kind
from webapp.subsidy import zip_specifications

ZIP = "specificaties"


@job_kind(ZIP, title="Specificaties van alle scholen", roles=(Role.BEHEERDER.value,))
def make_specifications(ctx: JobContext, params: dict[str, Any]) -> dict[str, Any]:
    """Make one PDF per school and keep them as one zip to download."""
    standing = ctx.services.subsidy.standing(str(params["regeling"]))
    if standing.calculation is None:
        return {"text": standing.reason}

    def tell(done: int, total: int, name: str) -> None:
        ctx.check_cancelled()
        ctx.progress(done, total, name)

    content = zip_specifications(standing.calculation, standing.steps, tell)
    schools = len(standing.calculation.split.lines)
    text = f"{schools} specificaties"
    file = ctx.save_file(f"specificaties-{standing.regeling.regeling_id}.zip", content, "application/zip")
    ctx.progress(schools, schools, text)
    return {"file": file, "text": text}
