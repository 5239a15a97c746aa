"""Pupils, companies, stage places and the dated policy of a school.

Everything here is a value: frozen, checked when made, without a clock. A pupil
has no name and no birth date (docs: privacy); "16 or older" and "no longer
leerplichtig" are stored as outcomes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, NewType

from matching.errors import InvalidValueError

if TYPE_CHECKING:
    from matching.places.law.facts import AgeGroup, PlaceWork, Stretch

PupilId = NewType("PupilId", str)
PlaceId = NewType("PlaceId", str)
CompanyId = NewType("CompanyId", str)
BRIN_LENGTH = 4


def school_of(pupil_id: str) -> str:
    """The school (BRIN) in the id of a pupil, which is ``BRIN-nummer``."""
    return pupil_id[:BRIN_LENGTH]


class Weekday(IntEnum):
    """A day of the week; the value is the bit position used in stores and solvers."""

    MA = 0
    DI = 1
    WO = 2
    DO = 3
    VR = 4
    ZA = 5
    ZO = 6

    @property
    def label(self) -> str:
        """The Dutch word, for use in a sentence."""
        return _DAY_WORDS[self]

    @property
    def short(self) -> str:
        """The two letters used in files and lists."""
        return self.name.lower()


_DAY_WORDS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")


def read_weekdays(text: str) -> frozenset[Weekday]:
    """Weekdays from ``"di do"``; commas are allowed.

    Raises
    ------
    InvalidValueError
        A word that is not one of the seven days.
    """
    days = set()
    for word in text.replace(",", " ").lower().split():
        try:
            days.add(Weekday[word[:2].upper()] if word in _DAY_WORDS else Weekday[word.upper()])
        except KeyError:
            raise InvalidValueError(f"De dag ‘{word}’ bestaat niet; kies uit ma di wo do vr za zo.") from None
    return frozenset(days)


_SHORT = tuple((day, day.short) for day in Weekday)


def to_day_text(days: frozenset[Weekday]) -> str:
    """``di do``, in the order of the week."""
    return " ".join(day.short for day in sorted(days))


class Route(Enum):
    """How an entree pupil learns: A after pro at the mbo, B wholly within pro, C partly within pro."""

    A = "A"
    B = "B"
    C = "C"

    @property
    def needs_recognition(self) -> bool:
        """Whether the stage counts as bpv, so that only an erkend leerbedrijf will do."""
        return self in {Route.B, Route.C}


class Mode(Enum):
    """A way to travel. OV is an estimate (``ranking.estimate_ov``) and is always shown as one."""

    BICYCLE = "fiets"
    FOOT = "lopen"
    CAR = "auto"
    OV = "ov"

    @property
    def verb(self) -> str:
        """``fietsen``, ``lopen``, … as in "14 minuten fietsen"."""
        return {"fiets": "fietsen", "lopen": "lopen", "auto": "met de auto", "ov": "met het OV (schatting)"}[self.value]


@dataclass(frozen=True, slots=True)
class Period:
    """A first and a last day, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidValueError(
                f"De periode eindigt ({self.last:%d-%m-%Y}) voor zij begint ({self.first:%d-%m-%Y})."
            )

    @property
    def text(self) -> str:
        """``30-11-2026 tot en met 09-07-2027``."""
        return f"{self.first:%d-%m-%Y} tot en met {self.last:%d-%m-%Y}"

    def covers(self, other: "Period") -> bool:
        """Whether every day of ``other`` lies in this period."""
        return self.first <= other.first and other.last <= self.last

    def overlaps(self, other: "Period") -> bool:
        """Whether the two periods share a day."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Recognition:
    """The recognition of a company for one qualification (crebo), by SBB; ``last`` may be open."""

    crebo: str
    first: date
    last: date | None = None

    def holds_during(self, period: Period) -> bool:
        """Whether the recognition is valid on every day of ``period``."""
        return self.first <= period.first and (self.last is None or period.last <= self.last)


@dataclass(frozen=True, slots=True)
class CreboClass:
    """Qualifications that count for each other from a date on; data, not code."""

    crebos: frozenset[str]
    since: date
    source: str

    @staticmethod
    def equivalents(crebo: str, on: date, classes: "tuple[CreboClass, ...]") -> frozenset[str]:
        """``crebo`` and everything that counts as it on the day ``on``."""
        found = {crebo}
        for group in classes:
            if crebo in group.crebos and group.since <= on:
                found |= group.crebos
        return frozenset(found)


ENTREE_CLASSES: tuple[CreboClass, ...] = tuple(
    CreboClass(frozenset(pair), date(2015, 8, 1), "kwalificatiedossiers 23110 en 23192, aanname: zelfde beroepsbeeld")
    for pair in (("25254", "25259"), ("25252", "25260"), ("25257", "25261"))
)
"""The entree qualifications that exist in both dossiers: an assumption until a source is named, editable."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place on earth, WGS84 degrees, with how precisely it is known."""

    lat: float
    lon: float
    precision: str = "punt"


@dataclass(frozen=True, slots=True)
class Company:
    """A company with its recognitions and its consent to be shared in the regional pool."""

    id: CompanyId
    name: str
    shares: bool = False
    leerbedrijf_id: str | None = None
    recognitions: tuple[Recognition, ...] = ()

    def __post_init__(self) -> None:
        if self.leerbedrijf_id is not None and not (
            self.leerbedrijf_id.isascii()
            and self.leerbedrijf_id.isdigit()
            and 100000000 <= int(self.leerbedrijf_id) <= 999999999
        ):
            raise InvalidValueError(f"Leerbedrijf-id ‘{self.leerbedrijf_id}’ heeft geen 9 cijfers.")


@dataclass(frozen=True, slots=True)
class InternshipPlace:
    """A stage place at one address: seats per weekday in one period.

    ``seats`` is what the company offers; ``taken`` what the register already
    holds in the period that is asked for (weekdays without an entry: none).
    ``work`` is what the law on minors asks; ``None``: nothing is filled in.
    """

    id: PlaceId
    company: Company
    name: str
    sector: str
    point: Point
    seats: Mapping[Weekday, int]
    period: Period
    owner: str
    shared: bool = False
    min_days: int = 1
    supervision: bool = False
    wheelchair: bool = False
    sixteen: bool = False
    certificate: bool = False
    allowance: bool = False
    found_by: PupilId | None = None
    withdrawn: bool = False
    work: "PlaceWork | None" = None

    @property
    def hours_text(self) -> str:
        """``di 09:00-15:30 · do 09:00-15:30``; empty when no hours are known."""
        hours = self.work.hours if self.work is not None else None
        return " · ".join(f"{day.short} {stretch.text}" for day, stretch in hours or ())

    @property
    def day_text(self) -> str:
        """The days on which there are seats: ``di wo do``."""
        return " ".join([short for day, short in _SHORT if self.seats.get(day)])

    def __post_init__(self) -> None:
        for day, count in self.seats.items():
            if count < 0:
                raise InvalidValueError(f"Plek {self.id} heeft op {day.label} een negatief aantal plekken ({count}).")


@dataclass(frozen=True, slots=True)
class Pupil:
    """A pupil who needs a place. No name, no birth date; ``id`` is ``BRIN-nummer``.

    ``sectors`` are wishes in order; ``days`` the stage days, all of them needed;
    ``max_minutes`` the longest single trip (``None``: the norm of the school);
    ``fixed_minutes`` the weekly minutes to school and mbo that every place adds
    to, found by travel from ``fixed_trips``: (point, days per week). Who ``left``
    the school gets no new place. ``age_group`` is how old the pupil is at the
    start of the stage and ``age_change`` the month (year times twelve plus
    month) in which that changes; ``school_hours`` the week at school. Nobody
    knows: ``None``.
    """

    id: PupilId
    school: str
    origin: Point
    sectors: tuple[str, ...]
    days: frozenset[Weekday]
    period: Period
    modes: tuple[Mode, ...] = (Mode.BICYCLE,)
    route: Route | None = None
    crebo: str | None = None
    max_minutes: int | None = None
    supervision: bool = False
    wheelchair: bool = False
    sixteen: bool = False
    certificate: bool = False
    not_leerplichtig_from: date | None = None
    fixed_minutes: int = 0
    fixed_trips: tuple[tuple[Point, int], ...] = ()
    previous_minutes: int | None = None
    conflicts: frozenset[CompanyId] = frozenset()
    refusals: frozenset[CompanyId] = frozenset()
    advice_pro_on: date | None = None
    advice_mbo_on: date | None = None
    exam_participant_since: date | None = None
    left: bool = False
    age_group: "AgeGroup | None" = None
    age_change: int | None = None
    school_hours: "tuple[tuple[Weekday, Stretch], ...] | None" = None

    def __post_init__(self) -> None:
        if not self.days:
            raise InvalidValueError(f"Leerling {self.id} heeft geen stagedagen.")
        if not self.modes:
            raise InvalidValueError(f"Bij leerling {self.id} staat niet hoe de leerling mag reizen.")
        if self.route is not None and self.route.needs_recognition and not self.crebo:
            raise InvalidValueError(f"Leerling {self.id} volgt route {self.route.value}, maar er staat geen crebo bij.")

    @property
    def day_text(self) -> str:
        """``di do``."""
        return to_day_text(self.days)


@dataclass(frozen=True, slots=True)
class MatchPolicy:
    """The weights of one school from a date on; all points are whole numbers.

    ``travel_bands`` and ``burden_bands`` are (minutes up to and including,
    points); beyond the last band the last ``beyond`` value counts. The start
    values are our own choice, marked as an assumption on screen.
    """

    school: str
    since: date
    norm_minutes: int = 60
    definitions: Mapping[Mode, str] = field(
        default_factory=lambda: {
            Mode.BICYCLE: "fiets-snelst",
            Mode.FOOT: "lopen-kortst",
            Mode.CAR: "auto-snelst",
            Mode.OV: "fiets-snelst",
        }
    )
    wish_points: tuple[int, ...] = (4, 2, 1)
    travel_bands: tuple[tuple[int, int], ...] = ((10, 5), (15, 4), (20, 3), (30, 2), (45, 1), (60, 0))
    travel_beyond: int = -2
    burden_bands: tuple[tuple[int, int], ...] = ((300, 0), (600, -1))
    burden_beyond: int = -2
    supervision_points: int = 2
    certificate_points: int = 1
    allowance_points: int = 1
    seats_left_points: int = 1
    self_found_points: int = 5
    heavy_minutes: int = 45
    relief_minutes: int = 30
    relief_points: int = 3
    ov_fixed_minutes: int = 15
    ov_metres_per_minute: int = 330
    status: str = "aanname"

    def __post_init__(self) -> None:
        if self.norm_minutes <= 0:
            raise InvalidValueError("De reisnorm is een aantal minuten boven 0.")
        for bands in (self.travel_bands, self.burden_bands):
            limits = [limit for limit, _ in bands]
            if limits != sorted(set(limits)):
                raise InvalidValueError("De grenzen van de reispunten lopen op en komen één keer voor.")

    def limit_minutes(self, pupil: Pupil) -> int:
        """The longest single trip for this pupil, in minutes."""
        return self.norm_minutes if pupil.max_minutes is None else pupil.max_minutes
