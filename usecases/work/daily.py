"""The work of the day: what must happen every day whether anybody looks or not. A worker asks for it, once."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Final, Protocol

from data.session import Session
from usecases.people.roles import Owner, Role
from usecases.work.jobs import JobContext, JobHouse, JobKind
from usecases.work.moment import AMSTERDAM

KIND: Final = "dagwerk"
ACTOR: Final = "werk van de dag"
#: How long a login or an invitation that is over is still kept, for who wants to know what happened last month.
KEEP_LOGINS: Final = timedelta(days=30)


def plan_day(services: JobHouse) -> bool:
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


class Expire(Protocol):
    """Withdraw reservations that are over on a day, inside a transaction that is already open; how many."""

    def __call__(self, session: Session, day: date, actor: str) -> int:
        """Withdraw them."""
        ...


class Erase(Protocol):
    """Erase pupils whose term is over on a day, inside a transaction that is already open; how many."""

    def __call__(self, session: Session, day: date, actor: str) -> int:
        """Erase them."""
        ...


class Forget(Protocol):
    """Forget logins and invitations that ended before a moment; how many."""

    def __call__(self, session: Session, before: datetime) -> int:
        """Forget them."""
        ...


def job_kinds(expire: Expire, erase: Erase, forget: Forget) -> tuple[JobKind, ...]:
    """Expire reservations, erase what is over its term, forget old logins: three effects, each exactly once."""

    def do_day(ctx: JobContext, params: dict[str, Any]) -> dict[str, Any]:
        day = date.fromisoformat(params["day"])
        before = datetime.combine(day, time.min, AMSTERDAM) - KEEP_LOGINS
        done = {
            "reserveringen": ctx.effect("reserveringen verlopen", lambda session: expire(session, day, ACTOR)),
            "leerlingen": ctx.effect("bewaartermijn toepassen", lambda session: erase(session, day, ACTOR)),
            "aanmeldingen": ctx.effect("oude aanmeldingen vergeten", lambda session: forget(session, before)),
        }
        ctx.progress(
            3,
            3,
            f"Verlopen reserveringen: {done['reserveringen']}. Gewiste leerlingen: {done['leerlingen']}. "
            f"Vergeten aanmeldingen: {done['aanmeldingen']}.",
        )
        return done

    return (JobKind(KIND, "Werk van de dag", do_day, frozenset({Role.BEHEERDER})),)
