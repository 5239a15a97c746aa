"""Kinds of jobs that only tests have, and a step runner that remembers in memory."""

from __future__ import annotations

import time

from sqlalchemy import select

from data.faults import InputRefused
from data.tables.organisation import Bestuur
from usecases.people.roles import EVERY_ROLE, Role
from usecases.work.jobs import JobKind

COMPUTED: list[str] = []


def register(jobs) -> None:
    """Let the jobs know the kinds, once."""
    if "proef-tellen" in jobs.kinds:
        return

    def count(context, params):
        """Make `effects` besturen, one effect each, between steps that take `seconds`."""
        made = []
        for number in range(params["effects"]):
            context.check_cancelled()

            def compute(number=number):
                COMPUTED.append(f"{context.job_id} {number}")
                time.sleep(params.get("seconds", 0))
                return f"{params['prefix']}-{number}"

            key = context.step(f"reken {number}", compute)

            def change(session, key=key):
                session.add(Bestuur(number=key, name="proef"))
                # A counter that an effect done twice would show.
                total = session.get(Bestuur, "teller", with_for_update=True)
                total.name = str(int(total.name) + 1)
                return key

            made.append(context.effect(f"bewaar {number}", change))
            context.progress(number + 1, params["effects"], f"{number + 1} gedaan")
        return {"made": made}

    def refuse(_context, _params):
        raise InputRefused.because("Dit kan niet.")

    def make_file(context, _params):
        return {"file": context.save_file("uitkomst.txt", b"inhoud", "text/plain")}

    def break_down(_context, _params):
        raise ZeroDivisionError("geheim: Jan de Vries")

    everybody = frozenset(EVERY_ROLE)
    jobs.know(
        (
            JobKind("proef-tellen", "Proef: tellen", count, everybody),
            JobKind("proef-weigeren", "Proef: weigeren", refuse, frozenset({Role.BEHEERDER})),
            JobKind("proef-bestand", "Proef: bestand", make_file, everybody),
            JobKind("proef-breken", "Proef: breken", break_down, everybody),
        )
    )


def put_counter(session) -> None:
    """Put the counter that every effect raises by one."""
    session.add(Bestuur(number="teller", name="0"))


def counter(session) -> int:
    """Read the counter."""
    return int(session.get(Bestuur, "teller").name)


def besturen(session) -> list[str]:
    """List the besturen that effects made."""
    return sorted(session.scalars(select(Bestuur.number).where(Bestuur.name == "proef")))


class Steps:
    """Remember steps as the durable queue does, in memory; ``die_before`` raises as a killed worker would."""

    def __init__(self):
        self.known = {}

    def __call__(self, name, step):
        if name not in self.known:
            self.known[name] = step()
        return self.known[name]
