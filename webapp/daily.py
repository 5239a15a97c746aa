"""The work of the day: what must happen every day whether anybody looks or not. A worker asks for it, once."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from data.session import Session
from webapp.access import Owner, Role
from webapp.context import AMSTERDAM
from webapp.jobs import JobContext, job_kind

if TYPE_CHECKING:
    from webapp.context import Services

KIND: Final = "dagwerk"
ACTOR: Final = "werk van de dag"
#: How long a login or an invitation that is over is still kept, for who wants to know what happened last month.
KEEP_LOGINS: Final = timedelta(days=30)


def plan_day(services: Services) -> bool:
    """Ask for the work of today when its hour has come; false when it is too early or was asked before.

    The day is the name of the job, and a name exists once: however many workers ask, there is one job.
    """
    now = services.clock().astimezone(AMSTERDAM)
    if now.hour < services.config["STAGEROUTE_DAILY_HOUR"]:
        return False
    return services.jobs.start_once(
        f"dag-{now:%Y-%m-%d}",
        KIND,
        {"day": now.date().isoformat()},
        owner=Owner("installatie", "*"),
        by=ACTOR,
        title=f"Werk van de dag, {now:%d-%m-%Y}",
    )


@job_kind(KIND, title="Werk van de dag", roles=(Role.BEHEERDER,))
def do_day(ctx: JobContext, params: dict[str, Any]) -> dict[str, Any]:
    """Expire reservations, erase what is over its term, forget old logins: three effects, each exactly once."""
    day = date.fromisoformat(params["day"])
    services = ctx.services

    def expire(session: Session) -> int:
        return len(services.matching.expire_in(session, day, ACTOR))

    def erase(session: Session) -> int:
        return services.matching.retention.clean_in(session, day, ACTOR).pupils

    def forget(session: Session) -> int:
        return services.logins.forget_in(session, datetime.combine(day, time.min, AMSTERDAM) - KEEP_LOGINS)

    done = {
        "reserveringen": ctx.effect("reserveringen verlopen", expire),
        "leerlingen": ctx.effect("bewaartermijn toepassen", erase),
        "aanmeldingen": ctx.effect("oude aanmeldingen vergeten", forget),
    }
    ctx.progress(
        3,
        3,
        f"Verlopen reserveringen: {done['reserveringen']}. Gewiste leerlingen: {done['leerlingen']}. "
        f"Vergeten aanmeldingen: {done['aanmeldingen']}.",
    )
    return done
