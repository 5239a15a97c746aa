"""Coverage: for how many pupils is there a bekostigde partner with a seat within the norm, and where is there none.

Only partners of step 1 and 2 count, so bekostigd and in the region of the school. Capacity is counted: a full
partner covers nobody, and a partner with ten seats covers at most ten pupils. White spots exist only where need > 0.

Source
------
Kamerbrief ontwikkelingen en knelpunten in het praktijkonderwijs, 30-08-2024, par. 2.6: "in elke regio waar daar
behoefte aan is, een dekkend en toegankelijk aanbod".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from matching.partners.errors import CoverageError
from matching.partners.model import TripFact
from matching.partners.seat_flow import assign_seats


@dataclass(frozen=True, slots=True)
class NeedPoint:
    """A group of pupils who travel from one point, usually one vestiging.

    Parameters
    ----------
    pupils
        Pro pupils in the telling, zero or more.
    has_agreement
        The school has a geldige agreement on the day of the question.
    """

    point_id: str
    name: str
    gemeente: str
    region: str
    pupils: int
    has_agreement: bool = False


@dataclass(frozen=True, slots=True)
class Supply:
    """A partner location that may cover pupils: bekostigd, offering, open, in a region."""

    location_id: str
    partner_id: str
    name: str
    gemeente: str
    region: str
    seats_free: int | None


@dataclass(frozen=True, slots=True)
class PointCoverage:
    """What one group of pupils gets.

    Parameters
    ----------
    nearest
        Trip to the nearest counted partner with or without a free seat, within the norm or not.
    covered
        Pupils with a seat within the norm.
    """

    need: NeedPoint
    covered: int
    nearest_id: str | None
    nearest: TripFact
    seats: tuple[tuple[str, int], ...]

    @property
    def uncovered(self) -> int:
        """Pupils without a seat within the norm."""
        return self.need.pupils - self.covered


@dataclass(frozen=True, slots=True)
class Coverage:
    """The exact outcome per point; publish it only through ``matching.partners.suppression``."""

    norm_s: int
    points: tuple[PointCoverage, ...]
    supplies: tuple[Supply, ...]

    @property
    def pupils(self) -> int:
        """All pupils with need."""
        return sum(each.need.pupils for each in self.points)

    @property
    def covered(self) -> int:
        """Pupils with a seat within the norm."""
        return sum(each.covered for each in self.points)

    def of_region(self, region: str) -> "Coverage":
        """Limit the outcome to one region."""
        return Coverage(
            self.norm_s,
            tuple(each for each in self.points if each.need.region == region),
            tuple(each for each in self.supplies if each.region == region),
        )


def compute_coverage(
    needs: Iterable[NeedPoint],
    supplies: Iterable[Supply],
    trips: Mapping[tuple[str, str], TripFact],
    *,
    norm_s: int,
    smallest: int = 1,
) -> Coverage:
    """Count who has a partner seat within the norm.

    Per region the seats are divided so that as many pupils as possible are covered, then with the least travel
    (``assign_seats``); so the answer does not depend on the order of the input.

    Parameters
    ----------
    trips
        Per ``(point_id, location_id)``; pairs of different regions are not looked at.
    norm_s
        Longest single trip in seconds, more than zero.
    smallest
        Groups of fewer pupils take no seat. What is published is computed without the groups that may not be seen:
        a seat that they take could be missed elsewhere, and so be counted.

    Raises
    ------
    CoverageError
        The norm is not positive, or an id occurs twice.
    """
    if norm_s <= 0:
        raise CoverageError("De norm moet meer dan nul minuten zijn.")
    all_needs = sorted(needs, key=lambda each: each.point_id)
    all_supplies = sorted(supplies, key=lambda each: each.location_id)
    _check_unique([each.point_id for each in all_needs], "leerlinggroep")
    _check_unique([each.location_id for each in all_supplies], "locatie")
    points: list[PointCoverage] = []
    for region in sorted({each.region for each in all_needs}):
        here = [each for each in all_needs if each.region == region]
        offer = [each for each in all_supplies if each.region == region]
        points += _cover_region(here, offer, trips, norm_s, smallest)
    return Coverage(norm_s, tuple(sorted(points, key=lambda each: each.need.point_id)), tuple(all_supplies))


def _check_unique(ids: Sequence[str], what: str) -> None:
    if len(set(ids)) != len(ids):
        twice = sorted({each for each in ids if ids.count(each) > 1})
        raise CoverageError(f"Een {what} komt twee keer voor: {', '.join(twice)}.")


def _cover_region(
    needs: Sequence[NeedPoint],
    supplies: Sequence[Supply],
    trips: Mapping[tuple[str, str], TripFact],
    norm_s: int,
    smallest: int,
) -> list[PointCoverage]:
    within: dict[tuple[str, str], int] = {}
    seated = [each for each in needs if each.pupils >= smallest]
    for need in seated:
        for supply in supplies:
            trip = trips.get((need.point_id, supply.location_id))
            if trip is not None and trip.seconds is not None and trip.seconds <= norm_s:
                within[need.point_id, supply.location_id] = trip.seconds
    given = assign_seats(
        {each.point_id: each.pupils for each in seated},
        {each.location_id: each.seats_free for each in supplies},
        within,
    )
    found = []
    for need in needs:
        own = tuple((location, count) for (point, location), count in given.items() if point == need.point_id)
        nearest_id, nearest = _nearest(need, supplies, trips)
        found.append(PointCoverage(need, sum(count for _, count in own), nearest_id, nearest, own))
    return found


def _nearest(
    need: NeedPoint, supplies: Sequence[Supply], trips: Mapping[tuple[str, str], TripFact]
) -> tuple[str | None, TripFact]:
    best: tuple[int, str, TripFact] | None = None
    reason = (
        "Er is geen bekostigde partner in deze regio."
        if not supplies
        else "Geen enkele partner is over de weg te bereiken."
    )
    for supply in supplies:
        trip = trips.get((need.point_id, supply.location_id))
        if trip is None or trip.seconds is None:
            continue
        if best is None or (trip.seconds, supply.location_id) < best[:2]:
            best = (trip.seconds, supply.location_id, trip)
    return (None, TripFact(None, None, reason)) if best is None else (best[1], best[2])


def weighted_quantile_s(points: Iterable[PointCoverage], share: Fraction) -> int | None:
    """Travel time to the nearest partner below which ``share`` of the pupils stay, in seconds.

    The smallest time such that at least ``share`` of the pupils with a trip travel no longer; ``None`` without trips.
    """
    times = sorted(
        (p.nearest.seconds, p.need.pupils) for p in points if p.nearest.seconds is not None and p.need.pupils
    )
    total = sum(pupils for _, pupils in times)
    passed = 0
    for seconds, pupils in times:
        passed += pupils
        if passed >= share * total:
            return seconds
    return None
