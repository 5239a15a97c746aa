"""Long work of the tegemoetkoming: the specifications of all schools in one zip, with progress."""

from __future__ import annotations

from typing import Any

from usecases.people.roles import Role
from usecases.tegemoetkoming.subsidy import Subsidy, zip_specifications
from usecases.work.jobs import JobContext, JobKind

ZIP = "specificaties"


def job_kinds(tegemoetkoming: Subsidy) -> tuple[JobKind, ...]:
    """One PDF per school, kept as one zip to download."""

    def make_specifications(ctx: JobContext, params: dict[str, Any]) -> dict[str, Any]:
        standing = tegemoetkoming.standing(str(params["regeling"]))
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

    return (JobKind(ZIP, "Specificaties van alle scholen", make_specifications, frozenset({Role.BEHEERDER})),)
