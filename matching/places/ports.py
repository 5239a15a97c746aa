"""What this package needs from outside, as shapes: travel and storage."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol

from matching.places.columns import Destination, OpenPlaces
from matching.places.eligibility import Rule
from matching.places.law.rulebook import Rulebook
from matching.places.model import CreboClass, InternshipPlace, MatchPolicy, Period, Point, Pupil, Weekday
from matching.places.register import Entry, Placement

LatLon = tuple[float, float]


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


class Reached(Protocol):
    """What one origin reaches, as columns: thousands of places cost no object each."""

    @property
    def numbers(self) -> Sequence[int]:
        """Which destinations, nearest first."""
        ...

    @property
    def seconds(self) -> Sequence[int]:
        """Travel time of each."""
        ...

    @property
    def metres(self) -> Sequence[int]:
        """Length of each over the network."""
        ...

    @property
    def definition_id(self) -> str:
        """The named distance definition."""
        ...

    @property
    def network_digest(self) -> str:
        """Which network this was measured on."""
        ...

    @property
    def reason(self) -> str | None:
        """Why nothing is reached from this origin, as a Dutch sentence; ``None`` when it has a place on the road."""
        ...


class Travel(Protocol):
    """The travel port; ``geo`` fits it by shape."""

    def reached(
        self,
        definition_id: str,
        origin: LatLon,
        destinations: tuple[Destination, ...],
        *,
        among: int | None,
        limit_s: int | None,
    ) -> Reached:
        """Destinations within ``limit_s`` seconds, of those in the set ``among``: ``nearest`` in columns.

        The set is a number: bit ``i`` is the i-th destination, and the list is in order of id. Who asks again with the
        very same tuple is answered quicker.
        """
        ...

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
        eligible: Sequence[int] | None = None,
    ) -> Sequence[Sequence[tuple[str, Trip]]]:
        """``nearest`` for every origin, one list per origin, in the order of ``origins``.

        Parameters
        ----------
        destinations
            A tuple is worth keeping: asked about again, it need not be looked up on the road a second time.
        eligible
            Per origin which destinations count, as bits: bit ``i`` is the i-th, and the list is in order of id.
        """
        ...


class PlaceIndex(Protocol):
    """Every place of the installation on a row of its own, in order of id; a set of places is a number, row by bit."""

    @property
    def destinations(self) -> tuple[Destination, ...]:
        """The places as travel wants them, the same object as long as nothing changes."""
        ...

    def place(self, place_id: str) -> InternshipPlace:
        """The place of this id; ``KeyError`` when there is none."""
        ...

    def within(self, origin: Point, metres: float | None) -> int:
        """The places within ``metres`` as the crow flies; ``None``: all."""
        ...

    def places_in(self, bits: int) -> Sequence[InternshipPlace]:
        """The places of a set, by id."""
        ...

    def bits_of(self, place_ids: Iterable[str]) -> int:
        """The set of these places; ids that are not known are left out."""
        ...


class OpenSets(Protocol):
    """The places that no rule but travel keeps from a pupil, for many pupils."""

    def of(self, pupil: Pupil, among: int) -> int:
        """Those of a set that are open to this pupil."""
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

    @property
    def index(self) -> PlaceIndex:
        """Every place, as this transaction sees them."""
        ...

    def open_places(self, pupil: Pupil, metres: float | None, relaxed: frozenset[Rule] = frozenset()) -> OpenPlaces:
        """Places within ``metres`` as the crow flies that pass every rule but travel."""
        ...

    def open_sets(self) -> OpenSets:
        """The same for many pupils, as sets of ``index``."""
        ...

    def finders(self) -> frozenset[str]:
        """Ids of the pupils who found a place themselves."""
        ...

    def places_near(self, origin: Point, metres: float | None) -> Sequence[InternshipPlace]:
        """Every place within ``metres``, whatever the rules say."""
        ...

    def taken(self, place_ids: Sequence[str], period: Period) -> Mapping[str, Mapping[Weekday, int]]:
        """Per place and weekday the largest number of seats taken on any day of ``period``."""
        ...

    def policy(self, school: str, on: date) -> MatchPolicy:
        """The policy of a school on a day; the start values when it never chose any."""
        ...

    def rulebook(self) -> Rulebook:
        """The law on minors at work, as dated rules."""
        ...

    def crebo_classes(self) -> tuple[CreboClass, ...]:
        """Which crebos count for each other."""
        ...

    def placement(self, placement_id: str) -> Placement | None:
        """One placement with its present status, or ``None``."""
        ...

    def parent_signed_on(self, placement_id: str) -> date | None:
        """The day on which a parent or carer signed the agreement of a placement, or ``None``."""
        ...

    def hold_placement(self, placement_id: str) -> Placement | None:
        """One placement as it is now, kept from others until this transaction ends, or ``None``."""
        ...

    def placement_by_request(self, request: str) -> Placement | None:
        """The placement that an earlier submit with this key made, or ``None``."""
        ...

    def placements(
        self,
        *,
        school: str | None = None,
        pupil_id: str | None = None,
        place_id: str | None = None,
        company_id: str | None = None,
    ) -> Sequence[Placement]:
        """Placements with their present status, oldest first."""
        ...

    def queue(self, pupil_ids: Iterable[str], place_ids: Iterable[str]) -> None:
        """Wait for whoever is claiming for these pupils or at these places, until this transaction ends."""
        ...

    def add_placement(self, placement: Placement, entry: Entry) -> Placement:
        """Store a new placement with the first line of its journal, and claim its seats.

        Raises
        ------
        NoSeatLeftError
            A weekday is full on some day of the period.
        """
        ...

    def extend_reservation(self, placement_id: str, until: date, *, at: datetime, actor: str) -> Placement:
        """Give a reservation a later last day, with a line in its journal.

        Raises
        ------
        StatusError
            It is no reservation (any more).
        """
        ...

    def set_reason(self, placement_id: str, reason: str, *, at: datetime, actor: str) -> Placement:
        """Keep why a trip above the norm is right, with a line in the journal."""
        ...

    def append_entry(self, placement_id: str, entry: Entry) -> Placement:
        """Add a line to the journal of a placement, move its status and claim or free its seats.

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
