"""Lines on the home page about long work: files that wait for a yes, tasks that failed."""

from __future__ import annotations

from datetime import timedelta

from flask import url_for
from flask_babel import gettext, ngettext

from usecases.people.roles import EVERY_ROLE, Principal
from usecases.services import Services
from usecases.work.imports import CHECKED
from usecases.work.jobs import FAILED
from webapp.page.home.actions import Action, ActionSource

#: A failure of last week is no work of today.
RECENT = timedelta(days=7)


def find_work(services: Services, person: Principal) -> list[Action]:
    """List files that wait for a yes and tasks that failed lately."""
    since = services.clock() - RECENT
    actions = []
    waiting = [run for run in services.imports.visible_to(person) if run.state == CHECKED and run.received_at > since]
    if waiting:
        text = ngettext(
            "Eén bestand is gecontroleerd en wacht op uw ja",
            "%(num)s bestanden zijn gecontroleerd en wachten op uw ja",
            len(waiting),
        )
        actions.append(Action(text, url_for("imports.show_imports"), gettext("Bekijk het verschil"), len(waiting)))
    failed = [job for job in services.jobs.visible_to(person) if job.state == FAILED and job.created_at > since]
    if failed:
        text = ngettext("Eén taak is mislukt", "%(num)s taken zijn mislukt", len(failed))
        actions.append(Action(text, url_for("jobs.show_jobs"), gettext("Bekijk de taken"), len(failed)))
    return actions


SOURCES = tuple(ActionSource(role, find_work) for role in EVERY_ROLE)
