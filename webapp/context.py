"""All that a view, an API function, a command or a job knows of the rest of the house."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import current_app

if TYPE_CHECKING:
    from data.session import Database
    from webapp.accounts import AccountService
    from webapp.audit_trail import AuditTrail
    from webapp.imports import ImportService
    from webapp.jobs import JobService
    from webapp.logins import LoginService
    from webapp.networks import NetworkService
    from webapp.organisation import OrganisationService
    from webapp.partnering import Partners
    from webapp.placing import Matching
    from webapp.settings import Config
    from webapp.subsidy import Subsidy
    from webapp.travel import TravelService

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@dataclass
class Services:
    """The use cases of this installation; ``webapp.wiring`` fills it once per process."""

    config: Config
    clock: Callable[[], datetime]
    logins: LoginService
    database: Database
    accounts: AccountService
    audit: AuditTrail
    organisation: OrganisationService
    travel: TravelService
    networks: NetworkService
    jobs: JobService
    imports: ImportService
    subsidy: Subsidy
    partners: Partners
    matching: Matching
    close: Callable[[], None] = field(default=lambda: None)

    def today(self) -> date:
        """Return the date in the Netherlands."""
        return self.clock().astimezone(AMSTERDAM).date()


def services() -> Services:
    """Return the services of the current application."""
    found = current_app.extensions["stageroute"]
    assert isinstance(found, Services)  # noqa: S101 - set by create_app
    return found
