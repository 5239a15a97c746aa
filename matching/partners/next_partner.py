"""Beste volgende partner: which new locations cover the most pupils that have no seat now.

A maximal covering problem with capacities, solved exactly by OR-Tools CP-SAT behind one function.

Source
------
Church and ReVelle, The maximal covering location problem (1974), with seats counted per location.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matching.partners.coverage import NeedPoint, Supply, compute_coverage
from matching.partners.errors import CoverageError
from matching.partners.model import TripFact
from matching.partners.suppression import THRESHOLD, published_covered


@dataclass(frozen=True, slots=True)
class RankedLocation:
    """One candidate on its own: how many more pupils it would cover (exact and as published), and its mean trip.

    The mean is left out where fewer than five pupils would go there.
    """

    location_id: str
    name: str
    extra: int
    published_extra: int
    mean_s: int | None


@dataclass(frozen=True, slots=True)
class NextPartners:
    """The best set of new locations, with proof.

    Parameters
    ----------
    ranked
        Every candidate on its own, best first by what may be published.
    published_before, published_after
        The same counts as they may be shown.
    chosen
        Ids of the best set of at most ``count`` candidates, sorted; together they cover ``covered_after`` pupils.
    """

    covered_before: int
    covered_after: int
    pupils: int
    published_before: int
    published_after: int
    ranked: tuple[RankedLocation, ...]
    chosen: tuple[str, ...]
    proven: bool


def best_next_partners(
    needs: Sequence[NeedPoint],
    supplies: Sequence[Supply],
    candidates: Sequence[Supply],
    trips: Mapping[tuple[str, str], TripFact],
    *,
    count: int,
    norm_s: int,
    smallest: int = 1,
) -> NextPartners:
    """Choose at most ``count`` candidate locations so that as many pupils as possible have a seat within the norm.

    Parameters
    ----------
    candidates
        Possible new locations in the same region, with the seats they would have.
    smallest
        Groups of fewer pupils are left out; see ``matching.partners.coverage.compute_coverage``.

    Raises
    ------
    CoverageError
        No candidates, a candidate that exists already, or a count below one.
    """
    if count < 1:
        raise CoverageError("Vraag om ten minste één nieuwe partner.")
    if not candidates:
        raise CoverageError("Er zijn geen kandidaat-locaties om uit te kiezen.")
    known = {each.location_id for each in supplies}
    for each in candidates:
        if each.location_id in known:
            raise CoverageError(f"Kandidaat {each.location_id} is al een partner.")
    needs = [each for each in needs if each.pupils >= smallest]
    before = compute_coverage(needs, supplies, trips, norm_s=norm_s)
    ordered = sorted(candidates, key=lambda each: each.location_id)
    ranked = []
    for candidate in ordered:
        alone = compute_coverage(needs, [*supplies, candidate], trips, norm_s=norm_s)
        own = [
            (trips[p.need.point_id, lid].seconds or 0, n)
            for p in alone.points
            for lid, n in p.seats
            if lid == candidate.location_id
        ]
        served = sum(n for _, n in own)
        mean_s = sum(seconds * n for seconds, n in own) // served if served >= THRESHOLD else None
        ranked.append(
            RankedLocation(
                candidate.location_id,
                candidate.name,
                alone.covered - before.covered,
                published_covered(alone) - published_covered(before),
                mean_s,
            )
        )
    ranked.sort(key=lambda each: (-each.published_extra, each.mean_s is None, each.mean_s or 0, each.location_id))
    chosen, after, proven = solve_covering(needs, supplies, ordered, trips, count=count, norm_s=norm_s)
    new = [each for each in ordered if each.location_id in chosen]
    final = compute_coverage(needs, [*supplies, *new], trips, norm_s=norm_s)
    return NextPartners(
        before.covered,
        after,
        before.pupils,
        published_covered(before),
        published_covered(final),
        tuple(ranked),
        chosen,
        proven,
    )


def solve_covering(
    needs: Sequence[NeedPoint],
    supplies: Sequence[Supply],
    candidates: Sequence[Supply],
    trips: Mapping[tuple[str, str], TripFact],
    *,
    count: int,
    norm_s: int,
) -> tuple[tuple[str, ...], int, bool]:
    """Solve the covering problem with CP-SAT; this is the only function that knows the solver.

    Returns
    -------
    tuple
        Chosen ids (fewest, then first in the given order), pupils covered, and whether that is proven optimal.
    """
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    opened = {each.location_id: model.new_bool_var(f"open_{i}") for i, each in enumerate(candidates)}
    at_location: dict[str, list[cp_model.IntVar]] = {each.location_id: [] for each in (*supplies, *candidates)}
    everybody = sum(each.pupils for each in needs)
    flows: list[cp_model.IntVar] = []
    for need in sorted(needs, key=lambda each: each.point_id):
        own: list[cp_model.IntVar] = []
        for place in (*supplies, *candidates):
            trip = trips.get((need.point_id, place.location_id))
            same_region = place.region == need.region
            if same_region and trip is not None and trip.seconds is not None and trip.seconds <= norm_s and need.pupils:
                flow = model.new_int_var(0, need.pupils, f"flow_{len(flows)}")
                flows.append(flow)
                own.append(flow)
                at_location[place.location_id].append(flow)
        if own:
            model.add(sum(own) <= need.pupils)
    for place in supplies:
        if place.seats_free is not None and at_location[place.location_id]:
            model.add(sum(at_location[place.location_id]) <= place.seats_free)
    for place in candidates:
        seats = everybody if place.seats_free is None else min(place.seats_free, everybody)
        if at_location[place.location_id]:
            model.add(sum(at_location[place.location_id]) <= seats * opened[place.location_id])
    model.add(sum(opened.values()) <= count)
    total = len(candidates)
    # First pupils, then fewer locations, then those first in the order: one weighted sum whose parts cannot mix.
    small = sum((total * total + 1 + rank) * var for rank, var in enumerate(opened.values()))
    ceiling = total * (total * total + 1 + total) + 1
    model.maximize(sum(flows) * ceiling - small)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = 60.0
    status = solver.solve(model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        raise CoverageError("De berekening van de beste volgende partner is niet gelukt; probeer minder kandidaten.")
    chosen = tuple(each for each, var in opened.items() if solver.boolean_value(var))
    return chosen, sum(solver.value(flow) for flow in flows), status == cp_model.OPTIMAL
