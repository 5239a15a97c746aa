"""Distances are those of networkx Dijkstra on the same graph, on real and on made-up networks."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest

from data.demo.roads import write_roads
from geo.build import build_network
from geo.graph import Networks
from geo.paths import route
from geo.search import many_to_many, nearest, one_to_many, pack_rows, prepare_targets
from geo.snapping import Places, snap_points
from tests.geo.judge import Judge
from tests.geo.towns import grid_town

REAL = {
    "tudelft": "osm/tudelft_demo.osm.pbf",
    "delft": "osm/Delft_drive_maassim.graphml",
    "liechtenstein": "osm/liechtenstein.osm.pbf",
}
SIDE = 100  # 100 × 100 places make 10 000 pairs


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build a network once, whichever tests need it."""
    home = tmp_path_factory.mktemp("networks")
    known = {}

    def build(name, source):
        if name not in known:
            known[name] = build_network(home, name, source)
        return known[name]

    return build


def network(name, built, request, tmp_path_factory):
    if name in REAL:
        return built(name, request.getfixturevalue("shared_data") / REAL[name])
    folder = tmp_path_factory.mktemp("town")
    if name == "merenveld":
        file = folder / "merenveld.osm.pbf"
        write_roads(file, 15_000)
        return built(name, file)
    town = grid_town(14, 130)
    town.restrict("no_left_turn", 100, 1 + 5, 100 + 2 * 5 + 1)
    town.ways[3] = (town.ways[3][0], town.ways[3][1], town.ways[3][2] | {"oneway": "yes"})
    return built(name, town.write(folder))


def random_places(layer, count, seed):
    """Places on roads: near random points of random roads, a few of them at the ends of roads."""
    generator = random.Random(seed)
    usable = np.flatnonzero(layer.graph.segment_snap >> layer.index & 1).tolist()
    points = []
    for number in range(count):
        line = layer.graph.geometry_of(generator.choice(usable))
        lon, lat = line[generator.randrange(len(line))] * 1e-7
        wobble = 0 if number % 10 == 0 else 4e-4
        points.append(
            (f"p{number:04d}", lat + generator.uniform(-wobble, wobble), lon + generator.uniform(-wobble, wobble))
        )
    return snap_points(layer, inside(layer.graph, points))


def inside(graph, points):
    south, west, north, east = graph.bbox
    return [(name, min(max(lat, south), north), min(max(lon, west), east)) for name, lat, lon in points]


CASES = [
    pytest.param(
        name,
        definition,
        marks={"town": [], "merenveld": [pytest.mark.slow]}.get(name, [pytest.mark.shared_data, pytest.mark.slow]),
    )
    for name, definition in [
        ("town", "fiets-snelst"),
        ("town", "auto-snelst"),
        ("merenveld", "fiets-snelst"),
        ("merenveld", "auto-snelst"),
        ("tudelft", "fiets-snelst"),
        ("delft", "auto-snelst"),
        ("liechtenstein", "auto-snelst"),
        ("liechtenstein", "fiets-kortst"),
    ]
]


@pytest.mark.parametrize(("name", "definition"), CASES)
def test_ten_thousand_random_pairs_equal_networkx(name, definition, built, request, tmp_path_factory):
    layer = network(name, built, request, tmp_path_factory).layer(definition)
    origins, destinations = random_places(layer, SIDE, 1), random_places(layer, SIDE, 2)
    targets = prepare_targets(layer, destinations)
    matrix = many_to_many(targets, origins)
    judge = Judge(layer)
    graph = judge.with_places(destinations)
    rank = 12
    hits = nearest(targets, origins, k=rank)
    pairs = 0
    for at in range(SIDE):
        expected = judge.costs(graph, origins, at, destinations)
        got = {
            to: (int(matrix.weight[at, to]), int(matrix.second[at, to]))
            for to in np.flatnonzero(matrix.found[at]).tolist()
        }
        assert got == expected
        pairs += len(expected)
        # The k nearest are the first k of the whole row, ties by number.
        order = sorted((weight, to) for to, (weight, _) in expected.items())[:rank]
        count = int(hits.count[at])
        assert [(int(hits.weight[at, column]), int(hits.destination[at, column])) for column in range(count)] == order
    assert pairs >= 0.8 * SIDE * SIDE


def town_layer(built, tmp_path_factory, definition="fiets-snelst"):
    return network("town", built, None, tmp_path_factory).layer(definition)


def many_equal_places(layer):
    """Places of which many are the same one, so that ties abound."""
    few = random_places(layer, 40, 3)
    pick = np.array([random.Random(4).randrange(40) for _ in range(400)])
    return Places(
        few.xy[pick], few.segment[pick], few.fraction[pick], few.gap_m[pick], tuple(few.reasons[at] for at in pick)
    )


def test_ties_are_broken_by_the_order_of_the_destinations(built, tmp_path_factory):
    layer = town_layer(built, tmp_path_factory)
    destinations, origins = many_equal_places(layer), random_places(layer, 30, 5)
    targets = prepare_targets(layer, destinations)
    whole = many_to_many(targets, origins)
    hits = nearest(targets, origins, k=25)
    tied = 0
    for at in range(30):
        order = sorted((int(whole.weight[at, to]), to) for to in np.flatnonzero(whole.found[at]))[:25]
        found = list(zip(hits.weight[at].tolist(), hits.destination[at].tolist(), strict=True))[: hits.count[at]]
        assert found == order
        tied += sum(1 for before, after in pairwise(order) if before[0] == after[0])
    assert tied > 100


def test_repeated_runs_and_one_two_and_four_threads_are_byte_equal(built, tmp_path_factory):
    layer = town_layer(built, tmp_path_factory)
    destinations, origins = many_equal_places(layer), random_places(layer, 300, 6)
    targets = prepare_targets(layer, destinations)

    def answer(threads):
        hits = nearest(targets, origins, k=20, limit=9000, threads=threads)
        return b"".join(part.tobytes() for part in (hits.destination, hits.weight, hits.second, hits.count))

    first = answer(1)
    assert all(answer(threads) == first for threads in (1, 2, 4, 2, 4, 1))


def test_eligibility_is_part_of_the_search(built, tmp_path_factory):
    layer = town_layer(built, tmp_path_factory)
    destinations, origins = random_places(layer, 150, 7), random_places(layer, 20, 8)
    generator = np.random.default_rng(9)
    mask = generator.integers(0, 16, 150).astype(np.uint64)
    need = generator.integers(0, 8, 20).astype(np.uint64)
    allowed = generator.random((20, 150)) < 0.5
    targets = prepare_targets(layer, destinations, mask=mask)
    whole = many_to_many(prepare_targets(layer, destinations), origins)
    hits = nearest(targets, origins, k=7, need=need, allowed=pack_rows(allowed))
    for at in range(20):
        eligible = [
            to for to in range(150) if whole.found[at, to] and allowed[at, to] and mask[to] & need[at] == need[at]
        ]
        order = sorted((int(whole.weight[at, to]), to) for to in eligible)[:7]
        count = int(hits.count[at])
        assert list(zip(hits.weight[at, :count].tolist(), hits.destination[at, :count].tolist(), strict=True)) == order


def test_a_limit_leaves_out_what_is_further_and_nothing_else(built, tmp_path_factory):
    layer = town_layer(built, tmp_path_factory)
    destinations, origins = random_places(layer, 80, 10), random_places(layer, 10, 11)
    targets = prepare_targets(layer, destinations)
    whole = many_to_many(targets, origins)
    limit = int(np.median(whole.weight[whole.found]))
    within = many_to_many(targets, origins, limit=limit)
    assert (within.found == (whole.found & (whole.weight <= limit))).all()
    assert (within.weight[within.found] == whole.weight[within.found]).all()
    assert 0 < within.found.sum() < whole.found.sum()


def test_a_route_has_the_weight_of_the_search_and_its_pieces_add_up(built, tmp_path_factory):
    layer = town_layer(built, tmp_path_factory, "auto-snelst")
    destinations, origins = random_places(layer, 12, 12), random_places(layer, 12, 13)
    whole = many_to_many(prepare_targets(layer, destinations), origins)
    for at in range(12):
        one = Places(
            *(column[at : at + 1] for column in (origins.xy, origins.segment, origins.fraction, origins.gap_m)), (None,)
        )
        for to in range(12):
            there = Places(
                *(
                    column[to : to + 1]
                    for column in (destinations.xy, destinations.segment, destinations.fraction, destinations.gap_m)
                ),
                (None,),
            )
            path = route(prepare_targets(layer, there), one)
            assert (path is not None) == bool(whole.found[at, to])
            if path is not None:
                assert path.weight == whole.weight[at, to] == path.pieces.weight.sum()
                assert path.second == whole.second[at, to] == path.pieces.second.sum()


def test_one_to_many_is_a_row_of_many_to_many(built, tmp_path_factory):
    layer = town_layer(built, tmp_path_factory)
    destinations, origins = random_places(layer, 60, 14), random_places(layer, 5, 15)
    targets = prepare_targets(layer, destinations)
    whole = many_to_many(targets, origins)
    for at in range(5):
        one = Places(
            *(column[at : at + 1] for column in (origins.xy, origins.segment, origins.fraction, origins.gap_m)), (None,)
        )
        row = one_to_many(targets, one)
        assert (row.found[0] == whole.found[at]).all()
        assert (row.weight[0][row.found[0]] == whole.weight[at][whole.found[at]]).all()


def test_a_version_opens_as_it_was_built(built, tmp_path_factory):
    graph = network("town", built, None, tmp_path_factory)
    again = Networks(graph.folder.parents[3]).open(graph.name)
    assert again.digest == graph.digest
    again.verify()
