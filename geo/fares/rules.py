"""Reading a file of prices (TOML): dated, with a source and a status for every line, refused whole when it is wrong."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from geo.errors import GeoError
from geo.fares.reading import FareFault, FareFaultCode, Reader, WithPoint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Status(StrEnum):
    """How sure a price is: taken from a decision, or assumed by Stageroute."""

    ASSUMED = "aanname"
    ESTABLISHED = "vastgesteld"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a line of a file comes from."""

    source: str
    status: Status


@dataclass(frozen=True, slots=True)
class DistanceRule:
    """Bus, tram and metro: a basic fare once per chain, and a rate per kilometre.

    Attributes
    ----------
    agencies, routes
        For whom it holds; a rule that names the line goes before one that names the carrier.
    transfer_s
        The chain goes on when the next check-in is at most so many seconds after the check-out.
    cents_per_km
        Exact.
    """

    agencies: frozenset[str]
    routes: frozenset[str]
    base_cents: int
    transfer_s: int
    cents_per_km: Fraction
    origin: Origin


@dataclass(frozen=True, slots=True)
class UnitsRule:
    """Train: tariff units per pair of stations, in both directions the same, and a price per number of units."""

    agencies: frozenset[str]
    pairs: Mapping[frozenset[str], int]
    cents: Mapping[int, int]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Band:
    """On the part of a month's costs above ``from_cents`` so many percent off, up to the next band."""

    from_cents: int
    percent: int


@dataclass(frozen=True, slots=True)
class Product:
    """A youth product or subscription, for the rides of some carriers.

    Attributes
    ----------
    price_cents
        Per month.
    percent
        Off every ride.
    cap_day_cents, cap_month_cents
        Nobody pays more than this; None for no cap.
    bands
        Ordered by edge; off the costs of the month.
    age_from, age_to
        For whom, both included.
    """

    id: str
    name: str
    agencies: frozenset[str]
    price_cents: int
    percent: int
    cap_day_cents: int | None
    cap_month_cents: int | None
    bands: tuple[Band, ...]
    age_from: int
    age_to: int
    origin: Origin


@dataclass(frozen=True, slots=True)
class FareFile:
    """One file: all of it holds from ``valid_from`` to ``valid_to``, both included."""

    id: str
    valid_from: dt.date
    valid_to: dt.date
    origin: Origin
    distance: tuple[DistanceRule, ...]
    units: tuple[UnitsRule, ...]
    products: tuple[Product, ...]
    digest: str


class FareRefused(GeoError):  # noqa: N818 -- a refusal is an answer, not a breakdown
    """The file is refused as a whole; ``faults`` says what is wrong and where."""

    def __init__(self, faults: Sequence[FareFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{self.faults[0].key}: {self.faults[0].code}")


_TOP = {"id", "valid_from", "valid_to", "source", "status", "distance", "units", "product"}
_OWN = {"source", "status"}


def read_fares(text: str) -> FareFile:
    """Read one file.

    Raises
    ------
    FareRefused
        It is no TOML, a key is unknown, missing or of the wrong kind, a number has a point, or two lines contradict.
    """
    faults: list[FareFault] = []
    try:
        raw = tomllib.loads(text, parse_float=WithPoint)
    except tomllib.TOMLDecodeError as error:
        raise FareRefused([FareFault(FareFaultCode.NOT_TOML, "", str(error))]) from error
    top = Reader(raw, "", faults)
    top.only(_TOP)
    origin = Origin(top.text("source"), Status(top.choice("status", [status.value for status in Status])))
    first, last = top.date("valid_from"), top.date("valid_to")
    if last < first:
        top.fault(FareFaultCode.END_BEFORE_START, "valid_to", last.isoformat())
    found = FareFile(
        top.text("id"),
        first,
        last,
        origin,
        tuple(_distance(reader, origin) for reader in top.tables("distance")),
        tuple(_units(reader, origin) for reader in top.tables("units")),
        tuple(_product(reader, origin) for reader in top.tables("product")),
        sha256(text.encode()).hexdigest(),
    )
    if not found.distance and not found.units:
        top.fault(FareFaultCode.NO_PRICE, "distance", "")
    _check_doubles(found, top)
    if faults:
        raise FareRefused(faults)
    return found


def _own(reader: Reader, origin: Origin) -> Origin:
    statuses = [status.value for status in Status]
    return Origin(
        reader.text("source", origin.source), Status(reader.choice("status", statuses, default=origin.status.value))
    )


def _distance(reader: Reader, origin: Origin) -> DistanceRule:
    reader.only(_OWN | {"agencies", "routes", "base_cents", "transfer_minutes", "eur_per_km", "rounding"})
    agencies, routes = reader.names("agencies"), reader.names("routes")
    if not agencies and not routes:
        reader.fault(FareFaultCode.MISSING, "agencies", "")
    # The only way of rounding that is known: each ride to a whole cent, a half one up.
    reader.choice("rounding", ["per_rit"], default="per_rit")
    return DistanceRule(
        agencies,
        routes,
        reader.whole("base_cents"),
        reader.whole("transfer_minutes", 35) * 60,
        reader.decimal("eur_per_km") * 100,
        _own(reader, origin),
    )


def _units(reader: Reader, origin: Origin) -> UnitsRule:
    reader.only(_OWN | {"agencies", "pairs", "cents"})
    pairs: dict[frozenset[str], int] = {}
    for row in reader.rows("pairs"):
        match row:
            case [str() as one, str() as other, int() as units] if one != other and units > 0:
                if pairs.setdefault(frozenset((one, other)), units) != units:
                    reader.fault(FareFaultCode.DOUBLE, "pairs", f"{one} – {other}")
            case _:
                reader.fault(FareFaultCode.BAD_PAIR, "pairs", str(row))
    agencies = reader.names("agencies")
    if not agencies:
        reader.fault(FareFaultCode.MISSING, "agencies", "")
    return UnitsRule(agencies, pairs, reader.prices("cents"), _own(reader, origin))


def _product(reader: Reader, origin: Origin) -> Product:
    caps = {"cap_day_cents", "cap_month_cents"}
    reader.only(_OWN | caps | {"id", "name", "agencies", "price_cents", "percent", "bands", "age_from", "age_to"})
    bands: list[Band] = []
    for row in reader.rows("bands"):
        match row:
            case [int() as edge, int() as percent] if edge >= 0 and 0 <= percent <= 100:
                if bands and edge <= bands[-1].from_cents:
                    reader.fault(FareFaultCode.BAD_BAND, "bands", str(row))
                bands.append(Band(edge, percent))
            case _:
                reader.fault(FareFaultCode.BAD_BAND, "bands", str(row))
    percent = reader.whole("percent", 0)
    if percent > 100:
        reader.fault(FareFaultCode.BAD_NUMBER, "percent", str(percent))
    agencies = reader.names("agencies")
    if not agencies:
        reader.fault(FareFaultCode.MISSING, "agencies", "")
    return Product(
        reader.text("id"),
        reader.text("name"),
        agencies,
        reader.whole("price_cents", 0),
        percent,
        reader.cap("cap_day_cents"),
        reader.cap("cap_month_cents"),
        tuple(bands),
        reader.whole("age_from", 0),
        reader.whole("age_to", 200),
        _own(reader, origin),
    )


def _check_doubles(found: FareFile, top: Reader) -> None:
    """Two lines for one carrier, line or product: nobody can say which one is meant."""
    seen: dict[tuple[str, str], Any] = {}
    named = [("routes", name) for rule in found.distance for name in sorted(rule.routes)]
    named += [("agencies", name) for rule in found.distance if not rule.routes for name in sorted(rule.agencies)]
    named += [("agencies", name) for rule in found.units for name in sorted(rule.agencies)]
    named += [("product", product.id) for product in found.products]
    for key in named:
        if key in seen:
            top.fault(FareFaultCode.DOUBLE, *key)
        seen[key] = True


def file_of(files: Sequence[FareFile], day: dt.date) -> FareFile | None:
    """The file that holds on a date; none in a gap."""
    return next((file for file in files if file.valid_from <= day <= file.valid_to), None)


def overlapping(files: Sequence[FareFile]) -> tuple[FareFile, FareFile] | None:
    """Two files that hold on one date, when there are."""
    ordered = sorted(files, key=lambda file: file.valid_from)
    for before, after in pairwise(ordered):
        if after.valid_from <= before.valid_to:
            return before, after
    return None
