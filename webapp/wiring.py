"""The composition root: the one place where services meet stores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime

from data.migrate import migrate
from data.partner_neighbours import count_places, count_pupils, pupils_on_route
from data.session import Database, Session
from data.travel_store import TravelStore
from geo.pdok import Locatieserver
from webapp import (
    VERSION,
    daily,  # noqa: F401 - registers its kind of job
    partner_actions,  # noqa: F401 - registers its lines of the home page
    placing_actions,  # noqa: F401 - registers its lines of the home page
    subsidy_home,  # noqa: F401 - registers its lines of the home page and of the foot
    subsidy_jobs,  # noqa: F401 - registers its kind of job
    work_actions,  # noqa: F401 - registers its lines of the home page
)
from webapp.accounts import AccountService
from webapp.audit_trail import AuditTrail
from webapp.context import AMSTERDAM, Services
from webapp.imports import ImportService
from webapp.jobs import JobService
from webapp.logins import LoginService
from webapp.networks import NetworkService
from webapp.organisation import OrganisationService
from webapp.partnering import Partners, build_partners
from webapp.passwords import Passwords
from webapp.placing import build_matching
from webapp.security import load_secret
from webapp.settings import Config
from webapp.subsidy import Subsidy
from webapp.travel import TravelService


def now() -> datetime:
    """Return the real moment, in UTC; the only real clock of the house."""
    return datetime.now(UTC)


def build_services(config: Config, clock: Callable[[], datetime] = now) -> Services:
    """Build every service of the installation.

    Parameters
    ----------
    config
        The checked settings; its home folder is made when it is missing.
    clock
        Gives the current moment in UTC; tests give their own.
    """
    if not config.home.exists():
        config.home.mkdir(parents=True)
        config.home.chmod(0o700)  # pupils' data: for the account that runs Stageroute only
    database = Database(config.database_url)
    passwords = Passwords(strong=config.production)
    jobs = JobService(database, clock)
    travel = _travel(config, database, clock)
    partners = _partners(config, database, clock, travel)
    return Services(
        config=config,
        clock=clock,
        database=database,
        logins=LoginService(database, config, clock, passwords),
        accounts=AccountService(database, config, clock, passwords),
        audit=AuditTrail(database, clock),
        travel=travel,
        networks=NetworkService(config.home, travel),
        organisation=OrganisationService(database, config),
        jobs=jobs,
        imports=ImportService(database, clock, jobs),
        partners=partners,
        matching=build_matching(
            database,
            clock,
            lambda: clock().astimezone(AMSTERDAM).date(),
            travel=travel.road,
            conditions=partners.agreements.conditions,
            secret=lambda: load_secret(config.home),
            link_days=config["STAGEROUTE_LINK_DAYS"],
            retention_months=config["STAGEROUTE_RETENTION_MONTHS"],
        ),
        subsidy=Subsidy(database, config.home, clock, VERSION),
        close=database.close,
    )


def _partners(config: Config, database: Database, clock: Callable[[], datetime], travel: TravelService) -> Partners:
    return build_partners(
        database,
        clock,
        lambda: clock().astimezone(AMSTERDAM).date(),
        travel=travel,
        region_kind=str(config["STAGEROUTE_REGION_KIND"]),
        count_pupils=count_pupils,
        count_places=count_places,
        pupils_of=pupils_on_route,
    )


def _travel(config: Config, database: Database, clock: Callable[[], datetime]) -> TravelService:
    def over(
        session: Callable[[], AbstractContextManager[Session]],
    ) -> Callable[[], AbstractContextManager[TravelStore]]:
        @contextmanager
        def work() -> Iterator[TravelStore]:
            with session() as opened:
                yield TravelStore(opened)

        return work

    search = Locatieserver() if config["STAGEROUTE_PDOK_ADDRESSES"] else None
    return TravelService(config.home, over(database.read), over(database.write), clock, search)


def migrate_installation(config: Config) -> tuple[str | None, str | None]:
    """Bring the schema to the newest; returns the revision before and after.

    Raises
    ------
    InputRefused
        The database cannot be reached or written.
    """
    database = Database(config.database_url)
    try:
        return migrate(database)
    finally:
        database.close()
