"""What the journeys of a month cost with every product, cheapest first."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from geo.fares.price import NoFare, half_up
from geo.fares.rules import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.fares.price import Fare
    from geo.fares.rules import Origin, Product


class Part(StrEnum):
    """What a line of a month is for."""

    RIDES = "ritten"
    PERCENT = "korting"
    CAP_DAY = "dagplafond"
    CAP_MONTH = "maandplafond"
    BAND = "staffel"
    SUBSCRIPTION = "abonnement"


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One line: cents, below nought for what comes off; of a band its percent and edge."""

    part: Part
    cents: int
    percent: int = 0
    from_cents: int = 0
    count: int = 0


@dataclass(frozen=True, slots=True)
class MonthCost:
    """What a month costs with one product, or without any; a reason instead when one journey has no price.

    Attributes
    ----------
    product
        None for paying every ride.
    """

    product: Product | None
    lines: tuple[MonthLine, ...]
    reason: NoFare | None = None
    missing: str = ""
    status: Status = Status.ASSUMED

    @property
    def cents(self) -> int | None:
        """The sum of the lines."""
        return None if self.reason is not None else sum(line.cents for line in self.lines)


def compare(
    journeys: Sequence[tuple[dt.date, Fare]], products: Sequence[Product], *, age: int | None = None
) -> list[MonthCost]:
    """Every way of paying, cheapest first; equal ones with paying every ride first, then by id.

    Parameters
    ----------
    journeys
        Date and receipt of every journey of one calendar month, there and back each on its own.
    age
        Leaves out products for other ages; without it all of them are compared.

    Raises
    ------
    ValueError
        The dates lie in more than one calendar month.
    """
    if len({(day.year, day.month) for day, _ in journeys}) > 1:
        message = "one calendar month at a time"
        raise ValueError(message)
    broken = next((fare for _, fare in journeys if fare.reason is not None), None)
    if broken is not None:
        return [MonthCost(None, (), broken.reason, broken.missing)]
    fitting = [product for product in products if age is None or product.age_from <= age <= product.age_to]
    costs = [_plain(journeys), *(_with(product, journeys) for product in fitting)]
    return sorted(costs, key=lambda cost: (cost.cents or 0, cost.product.id if cost.product else ""))


def _status(journeys: Sequence[tuple[dt.date, Fare]], origin: Origin | None) -> Status:
    sure = all(fare.status is Status.ESTABLISHED for _, fare in journeys)
    sure = sure and (origin is None or origin.status is Status.ESTABLISHED)
    return Status.ESTABLISHED if sure else Status.ASSUMED


def _plain(journeys: Sequence[tuple[dt.date, Fare]]) -> MonthCost:
    return MonthCost(None, (_rides(journeys),), status=_status(journeys, None))


def _rides(journeys: Sequence[tuple[dt.date, Fare]]) -> MonthLine:
    return MonthLine(Part.RIDES, sum(fare.cents or 0 for _, fare in journeys), count=len(journeys))


def _with(product: Product, journeys: Sequence[tuple[dt.date, Fare]]) -> MonthCost:
    lines = [_rides(journeys)]
    if product.price_cents:
        lines.append(MonthLine(Part.SUBSCRIPTION, product.price_cents))
    full: dict[dt.date, int] = defaultdict(int)
    paid: dict[dt.date, int] = defaultdict(int)
    for day, fare in journeys:
        for line in fare.lines:
            if line.agency in product.agencies:
                full[day] += line.cents
                paid[day] += half_up(Fraction(line.cents * (100 - product.percent), 100))
    lines.append(MonthLine(Part.PERCENT, sum(paid.values()) - sum(full.values()), product.percent))
    if product.cap_day_cents is not None:
        capped = {day: min(cents, product.cap_day_cents) for day, cents in paid.items()}
        lines.append(
            MonthLine(Part.CAP_DAY, sum(capped.values()) - sum(paid.values()), from_cents=product.cap_day_cents)
        )
        paid = defaultdict(int, capped)
    total = sum(paid.values())
    bands = _bands(product, total)
    lines += bands
    total += sum(line.cents for line in bands)
    if product.cap_month_cents is not None and total > product.cap_month_cents:
        lines.append(MonthLine(Part.CAP_MONTH, product.cap_month_cents - total, from_cents=product.cap_month_cents))
    kept = [line for line in lines if line.cents or line.part is Part.RIDES]
    return MonthCost(product, tuple(kept), status=_status(journeys, product.origin))


def _bands(product: Product, total: int) -> list[MonthLine]:
    """Off the part of a month between an edge and the next one; that it is the part and not the whole is assumed."""
    lines = []
    for band, following in zip(product.bands, (*product.bands[1:], None), strict=False):
        end = total if following is None else min(total, following.from_cents)
        part = max(0, end - band.from_cents)
        lines.append(MonthLine(Part.BAND, -half_up(Fraction(part * band.percent, 100)), band.percent, band.from_cents))
    return lines
