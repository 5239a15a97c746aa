"""Use cases of stage places: pupils, search, group proposals, the register, companies and their links."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from data.matching_store import MatchingStore
from data.places.index import PlaceIndexes
from data.session import Database, Session
from matching.partners.route_conditions import Admission, Condition
from matching.places.model import InternshipPlace, Pupil
from matching.places.ports import Travel
from matching.places.register import Placement
from matching.service import MatchingCore
from usecases.stages.doubles import DoubleService
from usecases.stages.figures import FigureService
from usecases.stages.groups import GroupService
from usecases.stages.lawful_work import LawService
from usecases.stages.links import LinkService
from usecases.stages.offers import OfferService
from usecases.stages.people import PeopleService
from usecases.stages.retention import RetentionService

Conditions = Callable[[Admission, date], Sequence[Condition]]


class Stores:
    """Opens matching stores on the database; the place index is shared by every request of this process."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.indexes = PlaceIndexes()

    @contextmanager
    def read(self) -> Iterator[MatchingStore]:
        """Yield a store that sees one moment."""
        with self.database.read() as session:
            yield MatchingStore(session, self.indexes)

    @contextmanager
    def write(self) -> Iterator[MatchingStore]:
        """Yield a store inside one transaction."""
        with self.database.write() as session:
            yield self.on(session)

    def on(self, session: Session) -> MatchingStore:
        """A store on a session of somebody else."""
        return MatchingStore(session, self.indexes)


@dataclass(frozen=True)
class Stages:
    """The use cases of stage places; on ``services().stages``."""

    stores: Stores
    core: MatchingCore
    people: PeopleService
    offers: OfferService
    groups: GroupService
    doubles: DoubleService
    figures: FigureService
    links: LinkService
    law: LawService
    retention: RetentionService

    def expire_in(self, session: Session, on: date, actor: str) -> Sequence[Placement]:
        """Withdraw reservations that are over on a day, inside a transaction that is already open."""
        return self.core.register.expire_in(self.stores.on(session), on, actor=actor)


def build_stages(
    database: Database,
    clock: Callable[[], datetime],
    today: Callable[[], date],
    *,
    travel: Callable[[], Travel],
    conditions: Conditions,
    secret: Callable[[], str],
    link_days: int,
    retention_months: int,
) -> Stages:
    """Join the use cases with the database, the travel port and the conditions of the entree routes.

    Parameters
    ----------
    conditions
        What a pupil on an entree route needs before a placement is confirmed (``usecases.partners``).
    secret
        Gives the secret key of the installation, for signed links.
    """
    stores = Stores(database)

    def missing(pupil: Pupil, _place: InternshipPlace, start: date) -> Sequence[str]:
        if pupil.route is None:
            return ()
        admission = Admission(
            pupil_id=pupil.id,
            brin=pupil.school,
            route=pupil.route.value,
            crebo=pupil.crebo or "",
            not_compulsory_from=pupil.not_leerplichtig_from,
            advice_pro_on=pupil.advice_pro_on,
            advice_mbo_on=pupil.advice_mbo_on,
            registered_on=pupil.exam_participant_since,
        )
        lacking = [condition for condition in conditions(admission, start) if not condition.met]
        return [f"{condition.sentence} (wie: {condition.responsible})" for condition in lacking]

    core = MatchingCore(stores.read, stores.write, travel, clock, missing)
    return Stages(
        stores=stores,
        core=core,
        people=PeopleService(stores, core, clock, today),
        offers=OfferService(stores, clock),
        groups=GroupService(stores, core, clock, today),
        doubles=DoubleService(stores, clock),
        figures=FigureService(stores),
        links=LinkService(stores, core, clock, secret, link_days),
        law=LawService(stores, clock, today),
        retention=RetentionService(database, clock, today, retention_months),
    )
