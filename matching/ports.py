"""What this package needs from outside, as shapes: travel and storage."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol

from matching.model import CreboClass, InternshipPlace, MatchPolicy, Mode, Period, Pupil, Weekday
from matching.register import Entry, Placement

LatLon = tuple[float, float]
Destination = tuple[str, float, float]


class Trip(Protocol):
    """One trip over the road network: a time and a length, or the reason why there is none."""

    @property
    def seconds(self) -> int | None:
        """Travel time in seconds; ``None`` when there is no trip."""
        ...

    @property
    def metres(self) -> int | None:
        """Length in metres over the network; ``None`` when there is no trip."""
        ...

    @property
    def definition_id(self) -> str:
        """The named distance definition, such as ``fiets-snelst``."""
        ...

    @property
    def network_digest(self) -> str:
        """Which network this was measured on."""
        ...

    @property
    def reason(self) -> str | None:
        """Why there is no trip, as a Dutch sentence."""
        ...


class Travel(Protocol):
    """The travel port; ``geo`` fits it by shape."""

    def nearest(
        self,
        definition_id: str,
        origin: LatLon,
        destinations: Sequence[Destination],
        *,
        k: int | None,
        limit_s: int | None,
    ) -> Sequence[tuple[str, Trip]]:
        """The ``k`` nearest destinations within ``limit_s`` seconds, nearest first; both ``None``: all reachable."""
        ...

    def nearest_many(
        self,
        definition_id: str,
        origins: Sequence[LatLon],
        destinations: Sequence[Destination],
        *,
        k: int | None,
        limit_s: int | None,
    ) -> Sequence[Sequence[tuple[str, Trip]]]:
        """``nearest`` for every origin, one list per origin, in the order of ``origins``."""
        ...


class MatchingStore(Protocol):
    """Storage of pupils, places, policies and the register, inside one transaction."""

    def pupil(self, pupil_id: str) -> Pupil | None:
        """One pupil, or ``None``."""
        ...

    def pupils(self, school: str) -> Sequence[Pupil]:
        """Every present pupil of a school (BRIN), by id."""
        ...

    def place(self, place_id: str) -> InternshipPlace | None:
        """One place, or ``None``."""
        ...

    def places_near(
        self, origin: LatLon, metres: int, school: str, sectors: Sequence[str]
    ) -> Sequence[InternshipPlace]:
        """Places this school may see within ``metres`` as the crow flies; no sectors: all of them."""
        ...

    def taken(self, place_ids: Sequence[str], period: Period) -> Mapping[str, Mapping[Weekday, int]]:
        """Per place and weekday the largest number of seats taken on any day of ``period``."""
        ...

    def policy(self, school: str, on: date) -> MatchPolicy:
        """The policy of a school on a day; the start values when it never chose any."""
        ...

    def crebo_classes(self) -> Sequence[CreboClass]:
        """Which crebos count for each other."""
        ...

    def placement(self, placement_id: str) -> Placement | None:
        """One placement with its present status, or ``None``."""
        ...

    def placements(self, *, school: str | None = None, pupil_id: str | None = None) -> Sequence[Placement]:
        """Placements with their present status, of a school or of a pupil, oldest first."""
        ...

    def add_placement(self, placement: Placement, entry: Entry) -> Placement:
        """Store a new placement, or give back the one with the same request key.

        Raises
        ------
        NoSeatLeftError
            A weekday is full on some day of the period.
        """
        ...

    def append_entry(self, placement_id: str, entry: Entry) -> Placement:
        """Add a line to the journal of a placement and move its status.

        Raises
        ------
        NoSeatLeftError
            The step takes a seat that is gone.
        """
        ...

    def entries(self, placement_id: str) -> Sequence[Entry]:
        """The journal of a placement, oldest first."""
        ...

    def expired(self, on: date) -> Sequence[Placement]:
        """Reservations whose last day lies before ``on``."""
        ...


Work = Callable[[], AbstractContextManager[MatchingStore]]
Clock = Callable[[], datetime]
ModePoints = Mapping[Mode, str]
