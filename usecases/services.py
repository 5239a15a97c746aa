"""The use cases of this installation, in one object; `usecases.wiring` fills it once per process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from usecases.work.moment import AMSTERDAM

if TYPE_CHECKING:
    from data.session import Database
    from usecases.partners import Partners
    from usecases.people.accounts import AccountService
    from usecases.people.audit_trail import AuditTrail
    from usecases.people.logins import LoginService
    from usecases.people.organisation import OrganisationService
    from usecases.settings import Config
    from usecases.stages import Stages
    from usecases.tegemoetkoming.subsidy import Subsidy
    from usecases.travel.networks import NetworkService
    from usecases.travel.roads import TravelService
    from usecases.travel.transit import TransitService
    from usecases.work.imports import ImportService
    from usecases.work.jobs import JobService

__all__ = ["AMSTERDAM", "Services"]


@dataclass
class Services:
    """The use cases of this installation; ``usecases.wiring`` fills it once per process."""

    config: Config
    clock: Callable[[], datetime]
    logins: LoginService
    database: Database
    accounts: AccountService
    audit: AuditTrail
    organisation: OrganisationService
    travel: TravelService
    transit: TransitService
    networks: NetworkService
    jobs: JobService
    imports: ImportService
    tegemoetkoming: Subsidy
    partners: Partners
    stages: Stages
    close: Callable[[], None] = field(default=lambda: None)

    def today(self) -> date:
        """Return the date in the Netherlands."""
        return self.clock().astimezone(AMSTERDAM).date()
