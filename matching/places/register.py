"""The register of placements: a journal that is only ever added to.

``voorstel → gereserveerd → bevestigd → gestart → afgerond``, and from every
open status ``ingetrokken`` with who and why. A reservation carries a last day;
after it the seat is free again and the journal says so.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum

from matching.errors import ReasonMissingError, StatusError
from matching.places.model import Period, PlaceId, PupilId, Weekday


class Status(Enum):
    """Where a placement stands."""

    PROPOSED = "voorstel"
    RESERVED = "gereserveerd"
    CONFIRMED = "bevestigd"
    STARTED = "gestart"
    FINISHED = "afgerond"
    WITHDRAWN = "ingetrokken"

    @property
    def holds_seat(self) -> bool:
        """Whether the seat is kept for this pupil on the days of the period."""
        return self in {Status.RESERVED, Status.CONFIRMED, Status.STARTED, Status.FINISHED}

    @property
    def is_open(self) -> bool:
        """Whether this placement can still go on or be withdrawn."""
        return self not in {Status.FINISHED, Status.WITHDRAWN}


STEPS: dict[Status | None, frozenset[Status]] = {
    None: frozenset({Status.PROPOSED, Status.RESERVED}),
    Status.PROPOSED: frozenset({Status.RESERVED, Status.WITHDRAWN}),
    Status.RESERVED: frozenset({Status.CONFIRMED, Status.WITHDRAWN}),
    Status.CONFIRMED: frozenset({Status.STARTED, Status.WITHDRAWN}),
    Status.STARTED: frozenset({Status.FINISHED, Status.WITHDRAWN}),
    Status.FINISHED: frozenset(),
    Status.WITHDRAWN: frozenset(),
}


class Withdrawal(Enum):
    """Why a placement ended early; the code is countable, the note explains."""

    COMPANY_REFUSED = "bedrijf_weigert"
    PLACE_GONE = "plek_ingetrokken"
    PUPIL_STOPPED = "leerling_stopt"
    EXPIRED = "verlopen"
    OTHER_PLACE = "andere_plek"
    OTHER = "anders"

    @property
    def label(self) -> str:
        """The Dutch words on screen."""
        return {
            "bedrijf_weigert": "het bedrijf weigert",
            "plek_ingetrokken": "de plek is ingetrokken",
            "leerling_stopt": "de leerling stopt",
            "verlopen": "de reservering is verlopen",
            "andere_plek": "er is een andere plek gekozen",
            "anders": "anders",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal: what happened, when, by whom and why."""

    at: datetime
    actor: str
    status: Status
    note: str = ""
    code: Withdrawal | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """A pupil at a place on some weekdays in a period, with the present status.

    ``reason`` explains a trip above the norm; ``travel_costs`` is the tick that
    a nearer place was taken because of the reiskosten; ``request`` makes a
    double click harmless: the same key gives the same placement.
    """

    id: str
    pupil: PupilId
    school: str
    place: PlaceId
    days: frozenset[Weekday]
    period: Period
    status: Status
    expires: date | None
    minutes: int | None
    metres: int | None
    mode: str
    score: int | None
    reason: str
    travel_costs: bool
    request: str
    proposal: str | None = None


def count_seats_in_use(held: Collection[tuple[frozenset[Weekday], Period]], period: Period) -> dict[Weekday, int]:
    """Per weekday how many seats are held on the busiest date of ``period``, by the days and periods of placements.

    Weekdays on which nothing is held are left out.
    """
    counts = {}
    for day in Weekday:
        spans = []
        for days, own in held:
            if day in days:
                first = max(own.first, period.first)
                first += timedelta((day - first.weekday()) % 7)
                last = min(own.last, period.last)
                if first <= last:
                    spans.append((first, last))
        if spans:  # most of them meet on a date on which one of them begins
            counts[day] = max(sum(first <= date_ <= last for first, last in spans) for date_, _ in spans)
    return counts


def step(placement: Placement, entry: Entry) -> Placement:
    """The placement after one more line in its journal.

    Raises
    ------
    StatusError
        The new status does not follow from the present one.
    ReasonMissingError
        A withdrawal without a code, or with code ``anders`` and no note.
    """
    if entry.status not in STEPS[placement.status]:
        raise StatusError(
            f"Deze plaatsing is {placement.status.value}; daarna kan niet de stap ‘{entry.status.value}’ komen."
        )
    if entry.status is Status.WITHDRAWN:
        if entry.code is None:
            raise ReasonMissingError("Kies een reden voor het intrekken.")
        if entry.code is Withdrawal.OTHER and not entry.note.strip():
            raise ReasonMissingError("Schrijf op waarom de plaatsing wordt ingetrokken.")
    expires = placement.expires if entry.status in {Status.PROPOSED, Status.RESERVED} else None
    return replace(placement, status=entry.status, expires=expires)


def replay(first: Placement, entries: tuple[Entry, ...]) -> Placement:
    """The present state from the journal alone; equals what the store keeps beside it."""
    placement = replace(first, status=entries[0].status)
    for entry in entries[1:]:
        if entry.status is not placement.status:  # the same status again: a reservation that was extended
            placement = step(placement, entry)
    return placement
