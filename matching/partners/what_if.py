"""What if: drop, close or enlarge a partner, and see who gains and who loses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from matching.partners.coverage import Coverage, NeedPoint, Supply, compute_coverage
from matching.partners.errors import CoverageError
from matching.partners.model import TripFact
from matching.partners.suppression import (
    COVERED,
    THRESHOLD,
    WHITE_SPOT,
    AreaFigures,
    publish_gemeenten,
    publish_total,
    published_level,
)


class ChangeKind(StrEnum):
    """What a scenario does to one partner location."""

    CLOSE = "sluit"
    SEATS = "plaatsen"
    ADD = "nieuw"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a scenario.

    Parameters
    ----------
    seats
        New number of free seats for ``SEATS`` and ``ADD``; ``None`` for no limit.
    lat, lon, gemeente, region, name
        Only for a new location.
    """

    kind: ChangeKind
    location_id: str
    seats: int | None = None
    name: str = ""
    lat: float | None = None
    lon: float | None = None
    gemeente: str = ""
    region: str = ""


def apply_changes(supplies: Iterable[Supply], changes: Sequence[Change]) -> tuple[Supply, ...]:
    """Return the supplies as they would be.

    Raises
    ------
    CoverageError
        A change names a location that does not exist, exists already, or has fewer than zero seats.
    """
    found = {each.location_id: each for each in supplies}
    for change in changes:
        if change.seats is not None and change.seats < 0:
            raise CoverageError("Een aantal plaatsen kan niet onder nul zijn.")
        if change.kind is ChangeKind.ADD:
            if change.location_id in found:
                raise CoverageError(f"Locatie {change.location_id} bestaat al.")
            found[change.location_id] = Supply(
                change.location_id, change.location_id, change.name, change.gemeente, change.region, change.seats
            )
            continue
        if change.location_id not in found:
            raise CoverageError(f"Locatie {change.location_id} staat niet in deze regio.")
        if change.kind is ChangeKind.CLOSE:
            del found[change.location_id]
        else:
            found[change.location_id] = replace(found[change.location_id], seats_free=change.seats)
    return tuple(found[each] for each in sorted(found))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Before and after in the same published figures.

    Parameters
    ----------
    gain, lose
        Published pupils that get a seat within the norm, and that lose it.
    minutes_saved
        Sum over pupils of the minutes saved on one trip to the nearest partner; negative when travel grows.
        Groups below five pupils are left out.
    turned_green, turned_white
        Gemeenten that become covered, and gemeenten that become a white spot.
    """

    before: AreaFigures
    after: AreaFigures
    gemeenten_before: tuple[AreaFigures, ...]
    gemeenten_after: tuple[AreaFigures, ...]
    gain: int
    lose: int
    minutes_saved: int
    turned_green: tuple[str, ...]
    turned_white: tuple[str, ...]


def compare(
    region: str,
    needs: Sequence[NeedPoint],
    supplies: Sequence[Supply],
    trips: Mapping[tuple[str, str], TripFact],
    changes: Sequence[Change],
    *,
    norm_s: int,
    gemeenten: Sequence[str],
) -> Comparison:
    """Compute coverage twice and put the published figures side by side; ``trips`` must know new locations too."""
    before = compute_coverage(needs, supplies, trips, norm_s=norm_s, smallest=THRESHOLD)
    after = compute_coverage(needs, apply_changes(supplies, changes), trips, norm_s=norm_s, smallest=THRESHOLD)
    lines_before, lines_after = publish_gemeenten(before, gemeenten), publish_gemeenten(after, gemeenten)
    gain, lose, saved_s = _per_point(before, after)
    green, white = [], []
    for old, new in zip(lines_before, lines_after, strict=True):
        if old.status == WHITE_SPOT and new.status != WHITE_SPOT:
            green.append(new.area)
        if old.status != WHITE_SPOT and new.status == WHITE_SPOT:
            white.append(new.area)
    return Comparison(
        publish_total(region, before),
        publish_total(region, after),
        lines_before,
        lines_after,
        gain,
        lose,
        saved_s // 60,
        tuple(green),
        tuple(white),
    )


def _per_point(before: Coverage, after: Coverage) -> tuple[int, int, int]:
    gain = lose = saved_s = 0
    for old, new in zip(before.points, after.points, strict=True):
        size = old.need.pupils
        if size < THRESHOLD:
            continue
        moved = published_level(size, new.covered) - published_level(size, old.covered)
        gain += max(0, moved)
        lose += max(0, -moved)
        if old.nearest.seconds is not None and new.nearest.seconds is not None:
            saved_s += (old.nearest.seconds - new.nearest.seconds) * size
    return gain, lose, saved_s


def is_green(figures: AreaFigures) -> bool:
    """Tell whether an area is fully covered, with a geldige agreement for every school."""
    return figures.status == COVERED
