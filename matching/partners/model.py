"""Mbo institutions, their locations and what they offer: the nouns of the partner chain.

Source
------
Kamerbrief hoofdlijnen wetsvoorstel entree in het pro (minister van OCW en minister voor BVOM): the two principles
"altijd in samenwerking en onder verantwoordelijkheid van het mbo" and "samenwerking tussen bekostigde scholen en
instellingen is de standaard".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from matching.partners.errors import LocationMissingError, PartnerError

_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip


def date_text(day: date) -> str:
    """Write a date as in a Dutch sentence, e.g. ``1 oktober 2024``."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def minutes_text(seconds: int) -> str:
    """Write seconds as whole minutes, rounded up, e.g. ``14 minuten``."""
    minutes = -(-seconds // 60)
    return f"{minutes} minuut" if minutes == 1 else f"{minutes} minuten"


class Willingness(StrEnum):
    """What the mbo itself said about entree together with pro."""

    YES = "ja"
    NO = "nee"
    UNKNOWN = "onbekend"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from ``start`` up to and including ``end``; a missing end has no limit."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise PartnerError(
                f"De periode eindigt op {date_text(self.end)}, vóór het begin op {date_text(self.start)}."
            )

    def holds_on(self, day: date) -> bool:
        """Tell whether ``day`` lies in the period."""
        return self.start <= day and (self.end is None or day <= self.end)

    def overlaps(self, other: "Period") -> bool:
        """Tell whether the two periods share a day."""
        starts_in_time = self.end is None or other.start <= self.end
        return starts_in_time and (other.end is None or self.start <= other.end)

    def text(self) -> str:
        """Write the period for a sentence."""
        if self.end is None:
            return f"vanaf {date_text(self.start)}"
        return f"van {date_text(self.start)} tot en met {date_text(self.end)}"


@dataclass(frozen=True, slots=True, order=True)
class Offer:
    """One entree qualification that a location offers in a period."""

    crebo: str
    period: Period


@dataclass(frozen=True, slots=True)
class Location:
    """A building of an mbo where entree is given.

    Parameters
    ----------
    location_id
        Unique over all institutions.
    gemeente
        Four digits; the region follows from it and from the region table of the year.
    lat, lon
        WGS84 degrees.
    offers
        Entree qualifications with their dates.
    capacity
        Pupils from pro that can be served at the same time; ``None`` when the mbo did not say.
    taken
        How many of these seats are in use, exactly.
    period
        When the location is open.
    """

    location_id: str
    name: str
    gemeente: str
    lat: float
    lon: float
    offers: tuple[Offer, ...] = ()
    capacity: int | None = None
    taken: int = 0
    period: Period = Period(date(1900, 1, 1))

    @property
    def seats_free(self) -> int | None:
        """Pupils that can still come; ``None`` when no capacity is known, never below zero.

        Seats in use are counted in fives, rounded up: two figures of one location never differ by one to four people.
        """
        return None if self.capacity is None else max(0, self.capacity - -(-self.taken // 5) * 5)

    def offers_on(self, day: date, crebos: Iterable[str] | None) -> tuple[str, ...]:
        """List the crebos given here on ``day``, limited to ``crebos`` when that is not ``None``."""
        if not self.period.holds_on(day):
            return ()
        wanted = None if crebos is None else frozenset(crebos)
        found = {o.crebo for o in self.offers if o.period.holds_on(day) and (wanted is None or o.crebo in wanted)}
        return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class Institution:
    """An mbo institution (mbo-instelling), bekostigd or not."""

    partner_id: str
    name: str
    bekostigd: bool
    locations: tuple[Location, ...]
    recognitions: tuple[Period, ...] = ()
    """Diploma-erkenning of a niet-bekostigde institution; a bekostigde one needs none."""
    willingness: Willingness = Willingness.UNKNOWN
    contact: str = ""

    def __post_init__(self) -> None:
        if not self.locations:
            raise LocationMissingError(
                f"{self.name} ({self.partner_id}) heeft geen locatie. Voeg een adres met coördinaten of postcode toe."
            )

    def recognised_on(self, day: date) -> bool:
        """Tell whether diplomas of this institution count on ``day``."""
        return self.bekostigd or any(period.holds_on(day) for period in self.recognitions)


@dataclass(frozen=True, slots=True)
class TripFact:
    """Travel under a named definition: seconds and metres, or the reason why there is none."""

    seconds: int | None
    metres: int | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.seconds is None and not self.reason:
            raise PartnerError("Een reis zonder tijd heeft een reden nodig.")


NO_TRIP = TripFact(None, None, "geen reistijd berekend")


@dataclass(frozen=True, slots=True)
class ChainSchool:
    """The vestiging whose chain is asked."""

    vestiging: str
    name: str
    gemeente: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class RegionTable:
    """Which gemeente lies in which region in a year: ``regio`` is a setting, never an assumption.

    Source
    ------
    CBS 86247NED (arbeidsmarktregio's 2026); the letters do not define "regio".
    """

    kind: str
    year: int
    region_of: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Name the table for a screen, e.g. ``arbeidsmarktregio 2026``."""
        return f"{self.kind} {self.year}"

    def name(self, region: str) -> str:
        """Return the name of a region for a sentence, its key when nobody named it."""
        return self.names.get(region, region)

    def region(self, gemeente: str) -> str | None:
        """Return the region of a gemeente, or ``None`` when the table does not know it."""
        return self.region_of.get(gemeente)


def place_in_regions(
    schools: Iterable[ChainSchool], table: RegionTable
) -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """Put every vestiging in exactly one region, or give the reason why not.

    Returns
    -------
    tuple
        Region per vestiging, and ``(vestiging, Dutch sentence)`` for each one without a region.
    """
    placed: dict[str, str] = {}
    missing: list[tuple[str, str]] = []
    for school in sorted(schools, key=lambda each: each.vestiging):
        region = table.region(school.gemeente)
        if region is None:
            sentence = (
                f"{school.name} ({school.vestiging}) ligt in gemeente {school.gemeente}, "
                f"en die staat niet in de tabel {table.label}. Importeer een tabel waar deze gemeente in staat."
            )
            missing.append((school.vestiging, sentence))
        else:
            placed[school.vestiging] = region
    return placed, tuple(missing)
