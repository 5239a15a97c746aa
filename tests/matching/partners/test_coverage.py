"""Coverage against a count that knows nothing of flows, and figures that cannot be subtracted."""

from dataclasses import replace
from fractions import Fraction
from itertools import chain as flatten
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.partners.coverage import NeedPoint, Supply, compute_coverage, weighted_quantile_s
from matching.partners.errors import CoverageError
from matching.partners.model import Location, TripFact
from matching.partners.next_partner import best_next_partners
from matching.partners.seat_flow import assign_seats
from matching.partners.suppression import (
    COVERED,
    NO_AGREEMENT,
    NO_NEED,
    WHITE_SPOT,
    finding,
    publish_area,
    publish_gemeenten,
    publish_total,
    published_level,
    shown_count,
)
from matching.partners.what_if import Change, ChangeKind, apply_changes, compare


def brute_covered(groups, seats, within):
    """Hall and König: the most pupils that can sit is the smallest cut, over every set of locations."""
    locations = sorted(seats)
    limited = [each for each in locations if seats[each] is not None]
    best = None
    for paid in flatten.from_iterable(combinations(limited, n) for n in range(len(limited) + 1)):
        rest = set(locations) - set(paid)
        cost = sum(seats[each] for each in paid)
        cost += sum(n for g, n in groups.items() if any((g, each) in within for each in rest))
        best = cost if best is None else min(best, cost)
    return best


numbers = st.integers(0, 30)


@st.composite
def worlds(draw, max_groups=5, max_locations=4):
    groups = {f"g{i}": draw(numbers) for i in range(draw(st.integers(1, max_groups)))}
    seats = {f"l{i}": draw(st.none() | numbers) for i in range(draw(st.integers(1, max_locations)))}
    seconds = {(g, s): draw(st.integers(60, 5400)) for g in groups for s in seats if draw(st.booleans())}
    return groups, seats, seconds


@given(worlds())
def test_assigned_seats_equal_the_brute_force_count_and_respect_every_limit(world):
    groups, seats, seconds = world
    given_seats = assign_seats(groups, seats, seconds)
    assert sum(given_seats.values()) == brute_covered(groups, seats, seconds)
    for group, pupils in groups.items():
        assert sum(n for (g, _), n in given_seats.items() if g == group) <= pupils
    for location, limit in seats.items():
        used = sum(n for (_, s), n in given_seats.items() if s == location)
        assert limit is None or used <= limit
    assert all(pair in seconds and n > 0 for pair, n in given_seats.items())


def test_among_equal_counts_the_least_travel_wins():
    found = assign_seats(
        {"a": 1, "b": 1}, {"x": 1, "y": 1}, {("a", "x"): 10, ("a", "y"): 11, ("b", "x"): 10, ("b", "y"): 90}
    )
    assert found == {("a", "y"): 1, ("b", "x"): 1}


def world_objects(world, region="noord"):
    groups, seats, seconds = world
    needs = [NeedPoint(g, g, f"98{i % 2}", region, n) for i, (g, n) in enumerate(groups.items())]
    supplies = [Supply(s, s, s, "980", region, n) for s, n in seats.items()]
    trips = {pair: TripFact(s, s * 4) for pair, s in seconds.items()}
    return needs, supplies, trips


@given(worlds(), st.lists(st.integers(1, 90), min_size=10, max_size=10, unique=True))
@settings(max_examples=40)
def test_coverage_equals_a_brute_force_count_for_ten_norms(world, norms):
    needs, supplies, trips = world_objects(world)
    groups, seats, seconds = world
    for minutes in norms:
        within = {pair for pair, s in seconds.items() if s <= minutes * 60}
        assert compute_coverage(needs, supplies, trips, norm_s=minutes * 60).covered == brute_covered(
            groups, seats, within
        )


@given(worlds())
def test_the_order_of_needs_and_partners_does_not_matter(world):
    needs, supplies, trips = world_objects(world)
    one = compute_coverage(needs, supplies, trips, norm_s=2700)
    assert compute_coverage(needs[::-1], supplies[::-1], dict(reversed(trips.items())), norm_s=2700) == one


NEEDS = [NeedPoint("s1", "Een", "9801", "noord", 20, True), NeedPoint("s2", "Twee", "9802", "noord", 30)]
PARTNERS = [Supply("p1", "M1", "ROC", "9801", "noord", 100)]
TRIPS = {("s1", "p1"): TripFact(600, 2000), ("s2", "p1"): TripFact(1200, 4000)}


def test_a_full_partner_covers_nobody():
    assert compute_coverage(NEEDS, PARTNERS, TRIPS, norm_s=1800).covered == 50
    full = [replace(PARTNERS[0], seats_free=0)]
    assert compute_coverage(NEEDS, full, TRIPS, norm_s=1800).covered == 0


@given(worlds(), st.integers(1, 90))
def test_who_is_below_the_smallest_group_takes_no_seat_and_changes_no_other_figure(world, norm):
    needs, supplies, trips = world_objects(world)
    found = compute_coverage(needs, supplies, trips, norm_s=norm * 60, smallest=5)
    alone = compute_coverage([n for n in needs if n.pupils >= 5], supplies, trips, norm_s=norm * 60)
    assert tuple(each for each in found.points if each.need.pupils >= 5) == alone.points
    assert not any(each.seats for each in found.points if each.need.pupils < 5)


def test_seats_in_use_are_counted_in_fives_rounded_up():
    free = [Location("l", "Kas", "9801", 52.6, 5.3, capacity=23, taken=taken).seats_free for taken in range(24)]
    assert free == [23, *[18] * 5, *[13] * 5, *[8] * 5, *[3] * 5, *[0] * 3]
    assert Location("l", "Kas", "9801", 52.6, 5.3, taken=3).seats_free is None


def test_a_candidate_for_fewer_than_five_pupils_shows_no_mean_and_no_rank_of_its_own():
    needs = [NeedPoint("g", "G", "9801", "noord", 60)]
    near, far = (Supply(name, name, name, "9801", "noord", 4) for name in ("dichtbij", "ver"))
    trips = {("g", "dichtbij"): TripFact(60, 100), ("g", "ver"): TripFact(9000, 100)}
    found = best_next_partners(needs, [], [far, near], trips, count=1, norm_s=600, smallest=5)
    assert [(each.location_id, each.published_extra, each.mean_s) for each in found.ranked] == [
        ("dichtbij", 0, None),
        ("ver", 0, None),
    ]


def test_a_partner_of_another_region_covers_nobody_here():
    away = [replace(PARTNERS[0], region="zuid")]
    assert compute_coverage(NEEDS, away, TRIPS, norm_s=1800).covered == 0


def test_a_norm_of_zero_minutes_has_no_meaning():
    with pytest.raises(CoverageError, match="norm"):
        compute_coverage(NEEDS, PARTNERS, TRIPS, norm_s=0)


def test_the_status_of_a_gemeente_needs_seats_and_a_geldige_overeenkomst_and_no_need_is_no_white_spot():
    coverage = compute_coverage(NEEDS, PARTNERS, TRIPS, norm_s=1800)
    assert [g.status for g in publish_gemeenten(coverage, ["9801", "9802", "9803"])] == [COVERED, NO_AGREEMENT, NO_NEED]
    strict = compute_coverage(NEEDS, PARTNERS, TRIPS, norm_s=900)
    assert [g.status for g in publish_gemeenten(strict, ["9801", "9802"])] == [COVERED, WHITE_SPOT]
    sentence = finding(publish_gemeenten(strict, ["9801", "9802"]), 15, "fietsen")
    assert sentence.startswith(
        "In 1 van de 2 gemeenten met pro-leerlingen is voor 30 leerlingen geen bekostigde partner"
    )


def test_median_and_p90_are_weighted_by_pupils():
    coverage = compute_coverage(NEEDS, PARTNERS, TRIPS, norm_s=1800)
    assert weighted_quantile_s(coverage.points, Fraction(1, 2)) == 1200
    assert weighted_quantile_s(coverage.points, Fraction(2, 5)) == 600
    assert weighted_quantile_s([], Fraction(1, 2)) is None


@given(st.integers(0, 200), st.data())
def test_two_levels_of_one_group_differ_by_zero_or_by_five_or_more(size, data):
    levels = {published_level(size, part) for part in range(size + 1)}
    a, b = data.draw(st.sampled_from(sorted(levels))), data.draw(st.sampled_from(sorted(levels)))
    assert a == b or abs(a - b) >= 5
    assert not levels & {1, 2, 3, 4}
    assert not {size - each for each in levels} & {1, 2, 3, 4} or size < 5
    assert all(published_level(size, part) <= part for part in range(size + 1))


def slots_of_figures(coverage, keep):
    """The pupils behind the three figures of an area: all, covered, uncovered; each pupil is a slot of its group."""
    everyone, covered = set(), set()
    for point in coverage.points:
        if keep(point.need):
            alone = publish_area("x", coverage, [point], [])
            everyone |= {(point.need.point_id, i) for i in range(alone.pupils)}
            covered |= {(point.need.point_id, i) for i in range(alone.covered)}
    area = publish_area("x", coverage, [p for p in coverage.points if keep(p.need)], [])
    assert (area.pupils, area.covered) == (len(everyone), len(covered))
    return [everyone, covered, everyone - covered, set()]


@given(worlds(), worlds(), st.integers(1, 90), st.integers(1, 90))
@settings(max_examples=50, deadline=None)
def test_no_two_published_figures_differ_by_a_group_below_five(world, other, norm_a, norm_b):
    """Differencing: any two questions about the same pupils, per gemeente and in total, with other norms and seats."""
    needs, supplies, trips = world_objects(world)
    changed = [replace(s, seats_free=n) for s, n in zip(supplies, [*other[1].values(), None, 0, 3], strict=False)]
    first = compute_coverage(needs, supplies, trips, norm_s=norm_a * 60)
    second = compute_coverage(needs, changed, trips, norm_s=norm_b * 60)
    figures = []
    for coverage in (first, second):
        figures += slots_of_figures(coverage, lambda _: True)
        figures += slots_of_figures(coverage, lambda need: need.gemeente == "980")
        figures += slots_of_figures(coverage, lambda need: need.gemeente == "981")
        for each in needs:
            figures += slots_of_figures(coverage, lambda need, each=each: need is each)
    for one, two in combinations(figures, 2):
        assert len(one ^ two) == 0 or len(one ^ two) >= 5
    for coverage in (first, second):
        gemeenten = publish_gemeenten(coverage, ["980", "981"])
        total = publish_total("noord", coverage)
        assert total.covered == sum(g.covered for g in gemeenten)
        assert total.pupils == sum(g.pupils for g in gemeenten)


def test_a_free_standing_count_below_five_is_not_shown_and_zero_is():
    assert [shown_count(n) for n in (0, 1, 4, 5)] == [0, None, None, 5]


def test_closing_a_partner_shows_who_loses_and_enlarging_who_gains():
    lose = compare(
        "noord", NEEDS, PARTNERS, TRIPS, [Change(ChangeKind.CLOSE, "p1")], norm_s=1800, gemeenten=["9801", "9802"]
    )
    assert (lose.gain, lose.lose, lose.turned_white) == (0, 50, ("9801", "9802"))
    small = [replace(PARTNERS[0], seats_free=20)]
    more = Change(ChangeKind.SEATS, "p1", 60)
    gain = compare("noord", NEEDS, small, TRIPS, [more], norm_s=1800, gemeenten=["9801", "9802"])
    assert (gain.gain, gain.lose, gain.turned_green) == (30, 0, ("9802",))


def test_a_new_partner_saves_minutes():
    trips = {**TRIPS, ("s2", "new"): TripFact(300, 900)}
    add = Change(ChangeKind.ADD, "new", 50, "Nieuw", 52.6, 5.3, "9802", "noord")
    found = compare("noord", NEEDS, PARTNERS, trips, [add], norm_s=1800, gemeenten=["9801", "9802"])
    assert found.minutes_saved == 30 * 15


def test_a_scenario_about_an_unknown_partner_is_refused():
    with pytest.raises(CoverageError, match="staat niet in deze regio"):
        apply_changes(PARTNERS, [Change(ChangeKind.CLOSE, "p9")])
    with pytest.raises(CoverageError, match="onder nul"):
        apply_changes(PARTNERS, [Change(ChangeKind.SEATS, "p1", -1)])


@pytest.mark.parametrize("seed", range(100))
def test_the_best_next_partners_equal_brute_force(seed):
    from random import Random

    random = Random(seed)
    groups = {f"g{i}": random.randint(0, 25) for i in range(random.randint(1, 6))}
    seats = {f"l{i}": random.choice([None, 0, 5, 12, 30]) for i in range(random.randint(0, 2))}
    options = {f"n{i}": random.choice([None, 4, 10, 25, 40]) for i in range(random.randint(1, 6))}
    seconds = {(g, s): random.randint(60, 4000) for g in groups for s in (*seats, *options) if random.random() < 0.6}
    count = random.randint(1, 3)
    needs, supplies, trips = world_objects((groups, seats, seconds))
    candidates = [Supply(s, s, s, "980", "noord", n) for s, n in options.items()]
    found = best_next_partners(needs, supplies, candidates, trips, count=count, norm_s=2700)
    within = {pair for pair, s in seconds.items() if s <= 2700}
    sets = flatten.from_iterable(combinations(options, n) for n in range(count + 1))
    best = max(brute_covered(groups, {**seats, **{s: options[s] for s in each}}, within) for each in sets)
    assert found.proven
    assert found.covered_after == best
    assert brute_covered(groups, {**seats, **{s: options[s] for s in found.chosen}}, within) == best
    before = brute_covered(groups, seats, within)
    for each in found.ranked:
        alone = brute_covered(groups, {**seats, each.location_id: options[each.location_id]}, within)
        assert each.extra == alone - before


def test_next_partner_without_candidates_is_refused():
    with pytest.raises(CoverageError, match="geen kandidaat"):
        best_next_partners(NEEDS, PARTNERS, [], TRIPS, count=1, norm_s=900)
