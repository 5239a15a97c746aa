"""The composition root: the one place where services meet stores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime

from data.migrate import migrate
from data.partner_neighbours import count_places, count_pupils, pupils_on_route
from data.session import Database, Session
from data.travel_store import TravelStore
from geo.pdok import Locatieserver
from usecases.partners import Partners, build_partners
from usecases.people.accounts import AccountService
from usecases.people.audit_trail import AuditTrail
from usecases.people.logins import LoginService
from usecases.people.organisation import OrganisationService
from usecases.people.passwords import Passwords
from usecases.people.secret import load_secret
from usecases.services import AMSTERDAM, Services
from usecases.settings import Config
from usecases.stages import build_stages, groups
from usecases.tegemoetkoming import jobs as specifications
from usecases.tegemoetkoming.subsidy import Subsidy
from usecases.travel import networks
from usecases.travel.networks import NetworkService
from usecases.travel.roads import TravelService
from usecases.travel.transit import TransitService
from usecases.version import VERSION
from usecases.work import daily, import_jobs
from usecases.work.imports import ImportService
from usecases.work.jobs import JobKind, JobService


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
    services = Services(
        config=config,
        clock=clock,
        database=database,
        logins=LoginService(database, config, clock, passwords),
        accounts=AccountService(database, config, clock, passwords),
        audit=AuditTrail(database, clock),
        travel=travel,
        transit=TransitService(config.home),
        networks=NetworkService(config.home, travel),
        organisation=OrganisationService(database, config),
        jobs=jobs,
        imports=ImportService(database, clock, jobs),
        partners=partners,
        stages=build_stages(
            database,
            clock,
            lambda: clock().astimezone(AMSTERDAM).date(),
            travel=travel.road,
            conditions=partners.agreements.conditions,
            secret=lambda: load_secret(config.home),
            link_days=config["STAGEROUTE_LINK_DAYS"],
            retention_months=config["STAGEROUTE_RETENTION_MONTHS"],
        ),
        tegemoetkoming=Subsidy(database, config.home, clock, VERSION),
        close=database.close,
    )
    jobs.know(_kinds_of_work(services))
    return services


def _kinds_of_work(services: Services) -> Iterator[JobKind]:
    """Yield every kind of long work of the installation."""
    stages = services.stages

    def expire(session: Session, day: date, actor: str) -> int:
        return len(stages.expire_in(session, day, actor))

    def erase(session: Session, day: date, actor: str) -> int:
        return stages.retention.clean_in(session, day, actor).pupils

    def forget(session: Session, before: datetime) -> int:
        return services.logins.forget_in(session, before)

    yield from daily.job_kinds(expire, erase, forget)
    yield from import_jobs.job_kinds(services.imports)
    yield from networks.job_kinds(services.networks)
    yield from groups.job_kinds(stages.groups, services.clock)
    yield from specifications.job_kinds(services.tegemoetkoming)


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
