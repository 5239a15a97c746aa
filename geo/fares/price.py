"""What the rides of one journey cost: chains of bus, tram and metro by the kilometre, trains by tariff units."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from geo.fares.rules import DistanceRule, Status, UnitsRule, file_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.fares.rules import FareFile, Origin


class NoFare(StrEnum):
    """Why nobody can say what it costs."""

    NO_FILE = "geen_tarieven"
    EXPIRED = "tarieven_verlopen"
    NOT_YET = "tarieven_nog_niet"
    GAP = "tarieven_ontbreken"
    UNKNOWN = "tarief_onbekend"
    NO_LENGTH = "afstand_onbekend"


class LineKind(StrEnum):
    """What a line of a receipt is for."""

    BASE = "basistarief"
    DISTANCE = "kilometers"
    UNITS = "tariefeenheden"


@dataclass(frozen=True, slots=True)
class FareRide:
    """One ride as a fare sees it; a journey has them in order of time.

    Attributes
    ----------
    origin, target
        Stop and, behind it, the station it belongs to: prices may name either.
    check_in, check_out
        Moments.
    metres
        Along the line; None when nobody knows.
    measured
        Whether the timetable gives the length; else it is straight from stop to stop, an assumption.
    """

    agency: str
    route: str
    origin: tuple[str, ...]
    target: tuple[str, ...]
    check_in: dt.datetime
    check_out: dt.datetime
    metres: int | None
    measured: bool = True


@dataclass(frozen=True, slots=True)
class FareLine:
    """One line of a receipt, with everything that it is computed from.

    Attributes
    ----------
    agencies
        Whose ride it is.
    metres, cents_per_km
        Of a line by the kilometre.
    units
        Of a train.
    """

    kind: LineKind
    what: str
    agency: str
    cents: int
    origin: Origin
    metres: int = 0
    cents_per_km: Fraction = Fraction(0)
    units: int = 0
    assumed: bool = False

    @property
    def status(self) -> Status:
        """Established only when the price and the length both are."""
        return Status.ASSUMED if self.assumed else self.origin.status


@dataclass(frozen=True, slots=True)
class Fare:
    """A receipt, or a reason with what is missing and no number at all."""

    lines: tuple[FareLine, ...] = ()
    reason: NoFare | None = None
    missing: str = ""
    file_id: str = ""
    file_digest: str = ""

    @property
    def cents(self) -> int | None:
        """The sum of the lines."""
        return None if self.reason is not None else sum(line.cents for line in self.lines)

    @property
    def status(self) -> Status:
        """Established when every line is."""
        sure = all(line.status is Status.ESTABLISHED for line in self.lines)
        return Status.ESTABLISHED if sure else Status.ASSUMED


def half_up(amount: Fraction) -> int:
    """A whole number of cents; half a cent goes up."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def price(rides: Sequence[FareRide], files: Sequence[FareFile], day: dt.date) -> Fare:
    """Price one journey on a date; a journey without rides costs nothing.

    Parameters
    ----------
    files
        Files of one set of prices; they do not overlap.
    """
    file = file_of(files, day)
    if file is None:
        return Fare(reason=_why_no_file(files, day), missing=day.isoformat())
    lines: list[FareLine] = []
    last_out: dt.datetime | None = None
    at = 0
    while at < len(rides):
        ride = rides[at]
        rule = _rule(ride, file)
        if rule is None:
            return _unknown(f"{ride.agency} {ride.route}".strip(), file)
        if isinstance(rule, UnitsRule):
            end = _unbroken(rides, at, rule, file)
            line = _train(rides[at], rides[end], rule)
            at = end + 1
            if line is None:
                return _unknown(f"{ride.origin[0]} – {rides[end].target[0]}", file)
            lines.append(line)
            continue
        if ride.metres is None:
            return Fare(reason=NoFare.NO_LENGTH, missing=f"{ride.origin[0]} – {ride.target[0]}")
        lines += _by_distance(ride, rule, goes_on=_goes_on(last_out, ride, rule))
        last_out = ride.check_out
        at += 1
    return Fare(tuple(lines), None, "", file.id, file.digest)


def _why_no_file(files: Sequence[FareFile], day: dt.date) -> NoFare:
    if not files:
        return NoFare.NO_FILE
    if day < min(file.valid_from for file in files):
        return NoFare.NOT_YET
    return NoFare.EXPIRED if day > max(file.valid_to for file in files) else NoFare.GAP


def _unknown(missing: str, file: FareFile) -> Fare:
    return Fare(reason=NoFare.UNKNOWN, missing=missing, file_id=file.id, file_digest=file.digest)


def _rule(ride: FareRide, file: FareFile) -> DistanceRule | UnitsRule | None:
    """The most specific rule: of the line, else of the carrier."""
    for rule in file.distance:
        if ride.route in rule.routes and (not rule.agencies or ride.agency in rule.agencies):
            return rule
    for plain in file.distance:
        if not plain.routes and ride.agency in plain.agencies:
            return plain
    return next((units for units in file.units if ride.agency in units.agencies), None)


def _goes_on(last_out: dt.datetime | None, ride: FareRide, rule: DistanceRule) -> bool:
    """Whether somebody checks in soon enough after the check-out before: then the basic fare was paid."""
    return last_out is not None and (ride.check_in - last_out).total_seconds() <= rule.transfer_s


def _by_distance(ride: FareRide, rule: DistanceRule, *, goes_on: bool) -> list[FareLine]:
    lines = []
    what = f"{ride.origin[0]} – {ride.target[0]}"
    if not goes_on:
        lines.append(FareLine(LineKind.BASE, what, ride.agency, rule.base_cents, rule.origin))
    metres = ride.metres or 0
    cents = half_up(rule.cents_per_km * metres / 1000)
    lines.append(
        FareLine(
            LineKind.DISTANCE, what, ride.agency, cents, rule.origin, metres, rule.cents_per_km,
            assumed=not ride.measured,
        )
    )  # fmt: skip
    return lines


def _unbroken(rides: Sequence[FareRide], begin: int, rule: UnitsRule, file: FareFile) -> int:
    """The last train of a chain in which every change is at one station."""
    end = begin
    while end + 1 < len(rides) and _rule(rides[end + 1], file) is rule:
        if rides[end].target[-1] != rides[end + 1].origin[-1]:
            break
        end += 1
    return end


def _train(first: FareRide, last: FareRide, rule: UnitsRule) -> FareLine | None:
    for origin in reversed(first.origin):
        for target in reversed(last.target):
            units = rule.pairs.get(frozenset((origin, target)))
            if units is not None and units in rule.cents:
                what = f"{origin} – {target}"
                return FareLine(LineKind.UNITS, what, first.agency, rule.cents[units], rule.origin, units=units)
    return None
