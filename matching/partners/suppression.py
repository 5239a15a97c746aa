"""Figures that may be shown outside the own school: no group below five, not even as the difference of two figures.

A group of pupils (a vestiging) of one to four is left out of every figure. Of any other group of ``n`` pupils only
these levels may be shown: 0, 5, 10, … up to ``n - 5``, and ``n`` itself. Every published figure is a sum of levels,
so two figures about the same pupils, of whatever norm, seats or scenario, differ per group by zero or by five or more.
That is why no complementary suppression per table is needed: there is nothing left to subtract (ADR 0071). The coverage
that is published here must be computed with ``smallest=THRESHOLD``, or scarce seats would tell of who is left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from matching.partners.coverage import Coverage, PointCoverage, weighted_quantile_s

THRESHOLD = 5
TOO_SMALL = "minder dan 5"


def published_level(size: int, part: int) -> int:
    """Return the largest level of a group of ``size`` pupils that is not above ``part``.

    Parameters
    ----------
    size
        Pupils in the group; below five the group does not exist outside the school and the level is zero.
    part
        Pupils of the group that are counted, ``0 <= part <= size``.
    """
    if size < THRESHOLD:
        return 0
    if part >= size:
        return size
    return min(part, size - THRESHOLD) // THRESHOLD * THRESHOLD


def published_covered(coverage: Coverage) -> int:
    """Return the covered pupils of all points as they may be shown."""
    return sum(published_level(each.need.pupils, each.covered) for each in coverage.points)


def shown_count(count: int) -> int | None:
    """Return a free-standing count, or ``None`` where one to four people would be visible."""
    return None if 0 < count < THRESHOLD else count


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """Published figures of one gemeente, region or the country.

    Parameters
    ----------
    left_out
        Vestigingen with fewer than five pupils, which are in no figure.
    status
        ``geen behoefte``, ``witte vlek``, ``geen overeenkomst`` or ``gedekt``.
    """

    area: str
    pupils: int
    covered: int
    schools: int
    schools_with_agreement: int
    left_out: int
    partners: int
    partners_with_seats: int
    median_s: int | None
    p90_s: int | None
    status: str

    @property
    def uncovered(self) -> int:
        """Published pupils without a published seat within the norm."""
        return self.pupils - self.covered

    @property
    def share(self) -> Fraction | None:
        """Covered part of the pupils; ``None`` where there is no need."""
        return Fraction(self.covered, self.pupils) if self.pupils else None


NO_NEED, WHITE_SPOT, NO_AGREEMENT, COVERED = "geen behoefte", "witte vlek", "geen overeenkomst", "gedekt"
STATUS_SENTENCES: Mapping[str, str] = {
    NO_NEED: "Geen pro-leerlingen, dus geen behoefte.",
    WHITE_SPOT: "Voor een deel van de leerlingen is er geen bekostigde partner met plaats binnen de norm.",
    NO_AGREEMENT: "Elke leerling heeft een partner binnen de norm, maar nog niet elke school een geldige overeenkomst.",
    COVERED: "Elke leerling heeft een partner binnen de norm en elke school een geldige overeenkomst.",
}


def publish_area(
    area: str, coverage: Coverage, points: Iterable[PointCoverage], partners: Iterable[str]
) -> AreaFigures:
    """Turn exact coverage of some points into figures that may be shown.

    Parameters
    ----------
    partners
        Location ids that lie in the area.
    """
    all_points = [each for each in points if each.need.pupils > 0]
    shown = [each for each in all_points if each.need.pupils >= THRESHOLD]
    here = frozenset(partners)
    supplies = [each for each in coverage.supplies if each.location_id in here]
    pupils = sum(each.need.pupils for each in shown)
    covered = sum(published_level(each.need.pupils, each.covered) for each in shown)
    with_agreement = sum(each.need.has_agreement for each in shown)
    if not shown:
        status = NO_NEED
    elif covered < pupils:
        status = WHITE_SPOT
    else:
        status = COVERED if with_agreement == len(shown) else NO_AGREEMENT
    return AreaFigures(
        area,
        pupils,
        covered,
        len(shown),
        with_agreement,
        len(all_points) - len(shown),
        len(supplies),
        sum(each.seats_free != 0 for each in supplies),
        weighted_quantile_s(shown, Fraction(1, 2)),
        weighted_quantile_s(shown, Fraction(9, 10)),
        status,
    )


def publish_gemeenten(coverage: Coverage, gemeenten: Iterable[str]) -> tuple[AreaFigures, ...]:
    """Publish one line per gemeente, in order of code."""
    lines = []
    for gemeente in sorted(set(gemeenten)):
        points = [each for each in coverage.points if each.need.gemeente == gemeente]
        partners = [each.location_id for each in coverage.supplies if each.gemeente == gemeente]
        lines.append(publish_area(gemeente, coverage, points, partners))
    return tuple(lines)


def publish_total(area: str, coverage: Coverage) -> AreaFigures:
    """Publish a region or the country: the sum of what its gemeenten may show."""
    return publish_area(area, coverage, coverage.points, [each.location_id for each in coverage.supplies])


def finding(gemeenten: Iterable[AreaFigures], norm_minutes: int, how: str) -> str:
    """Write the sentence above the map: where is no offer within the norm, and for how many pupils."""
    lines = [each for each in gemeenten if each.pupils]
    if not lines:
        return "In deze regio staan geen pro-leerlingen in de telling, dus er is geen behoefte om te meten."
    white = [each for each in lines if each.status == WHITE_SPOT]
    within = f"binnen {norm_minutes} minuten {how}"
    if not white:
        return _all_covered(lines, within)
    missing = sum(each.uncovered for each in white)
    return (
        f"In {len(white)} van de {len(lines)} gemeenten met pro-leerlingen is voor {missing} leerlingen "
        f"geen bekostigde partner met plaats {within}."
    )


def _all_covered(lines: Sequence[AreaFigures], within: str) -> str:
    """Say that everybody has a partner, and how many schools still lack a geldige agreement."""
    total = sum(each.pupils for each in lines)
    lacking = sum(each.schools - each.schools_with_agreement for each in lines)
    start = f"Voor alle {total} leerlingen in deze regio is er een bekostigde partner met plaats {within}"
    if not lacking:
        return f"{start}, en elke school heeft een geldige overeenkomst."
    schools = "1 vestiging heeft" if lacking == 1 else f"{lacking} vestigingen hebben"
    return f"{start}; {schools} nog geen geldige overeenkomst."
