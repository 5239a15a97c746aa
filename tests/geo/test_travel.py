"""Trips have a value or a reason; routes, areas, closures and extra roads are what a map reader would expect."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo.build import build_network
from geo.errors import RequestError
from geo.graph import Networks
from geo.overlay import NOTHING, ExtraRoad, Overlay, closing, closing_ways
from geo.snapping import NoTripReason, snap_points
from geo.travel import RoadTravel, to_geojson
from tests.geo.towns import LAT, LON, METRE_LAT, METRE_LON, Town, at, grid_town

ROOT = Path(__file__).resolve().parents[2]
STREET = {"highway": "residential"}


@pytest.fixture
def make(tmp_path):
    def travel_in(town):
        build_network(tmp_path, "stad", town.write(tmp_path))
        return RoadTravel(Networks(tmp_path), "stad")

    return travel_in


@pytest.fixture
def town(make):
    return make(grid_town(8))


def metres(travel, origin, destination, definition="fiets-kortst", **more):
    return travel.route(definition, at(*origin), at(*destination), **more).trip.metres


def test_points_are_placed_on_the_road_and_not_at_the_nearest_crossing(town):
    answer = town.route("fiets-kortst", at(130, 12), at(370, -8))
    assert answer.trip.metres == pytest.approx(240, abs=1)
    assert (answer.trip.origin_gap_m, answer.trip.destination_gap_m) == (
        pytest.approx(12, abs=0.2),
        pytest.approx(8, abs=0.2),
    )
    assert answer.line[0] == (pytest.approx(LAT, abs=1e-6), pytest.approx(at(130, 0)[1], abs=2e-6))


def test_two_points_on_one_road_are_joined_over_that_road(town):
    assert metres(town, (120, 0), (180, 0)) == pytest.approx(60, abs=1)
    assert metres(town, (180, 0), (120, 0)) == pytest.approx(60, abs=1)
    assert metres(town, (150, 3), (150, -3)) == 0


def test_every_one_of_many_places_on_one_road_is_joined_over_that_road(town):
    places = [(f"p{east:02}", *at(east, 0)) for east in range(2, 100, 2)]
    found = dict(town.trips("fiets-kortst", [at(50, 0)], places)[0])
    assert [found[name].metres for name, _, _ in places] == [abs(east - 50) for east in range(2, 100, 2)]


def test_two_points_on_one_one_way_road_go_round_when_they_have_to(make):
    square = Town({1: (0, 0), 2: (100, 0), 3: (100, 100), 4: (0, 100)})
    square.way([1, 2, 3, 4, 1], oneway="yes", **STREET)
    square.way([1, 2], highway="construction")
    travel = make(square)
    assert metres(travel, (20, 0), (80, 0)) == pytest.approx(60, abs=1)
    assert metres(travel, (80, 0), (20, 0)) == pytest.approx(340, abs=2)


def test_a_place_at_the_begin_of_a_one_way_road_may_leave_by_the_other_roads(make):
    corner = Town({1: (0, 0), 2: (300, 0), 3: (0, 300), 4: (300, 300)})
    corner.way([1, 2], oneway="yes", **STREET)
    corner.way([1, 3, 4, 2], **STREET)
    travel = make(corner)
    assert metres(travel, (0, 0), (0, 300)) == pytest.approx(300, abs=1)
    assert metres(travel, (0, 300), (0, 0)) == pytest.approx(300, abs=1)


def island_town():
    town = grid_town(6)
    town.nodes |= {901: (800, 0), 902: (800, 200), 903: (1000, 200)}
    town.way([901, 902, 903, 901], name="Eilandweg", **STREET)
    return town


def test_a_point_on_a_separate_island_gets_that_reason(make):
    trip = make(island_town()).route("fiets-snelst", at(0, 0), at(800, 100)).trip
    assert trip.code is NoTripReason.SEPARATE_ISLAND
    assert trip.reason == "De plek ligt aan een weg die niet verbonden is met de rest van de kaart."
    assert trip.seconds is None
    assert trip.metres is None


def islands_town(size_m):
    """A loop of roads 150 m across the water from the town."""
    town = grid_town(6)
    town.nodes |= {901: (650, 0), 902: (650, size_m), 903: (650 + size_m, size_m)}
    town.way([901, 902, 903, 901], name="Eilandweg", **STREET)
    return town


def test_an_island_near_the_shore_is_still_an_island(make):
    trip = make(islands_town(400)).route("fiets-snelst", at(0, 0), at(652, 200)).trip
    assert trip.code is NoTripReason.SEPARATE_ISLAND


def test_beside_a_short_loose_piece_of_road_the_next_road_counts(make):
    trip = make(islands_town(60)).route("fiets-snelst", at(0, 0), at(652, 20)).trip
    assert trip.reason is None
    assert trip.destination_gap_m == pytest.approx(152, abs=1)


def test_what_is_dropped_is_reported_with_its_streets_and_drawn(make):
    graph = make(island_town()).graph
    dropped = graph.dropped["fiets-snelst"]
    assert (dropped["pieces"], dropped["nodes"]) == (1, 1)
    assert dropped["biggest"][0]["streets"] == ["Eilandweg"]
    assert dropped["metres"] == pytest.approx(200 + 200 + 283, abs=3)
    lines = graph.dropped_lines("fiets-snelst")["geometry"]["coordinates"]
    assert len(lines) == 1


def test_a_point_too_far_from_the_road_gets_the_distance_in_its_reason(town):
    trip = town.route("fiets-snelst", at(0, 0), at(300, -412)).trip
    assert trip.code is NoTripReason.TOO_FAR_FROM_ROAD
    assert trip.reason == "De plek ligt te ver van de weg: 412 m."
    assert trip.destination_gap_m == pytest.approx(412, abs=0.5)


def test_a_point_beyond_the_limit_gets_that_reason(town):
    row = dict(
        town.trips("fiets-snelst", [at(0, 0)], [("ver", *at(700, 700)), ("dichtbij", *at(100, 0))], limit_s=120)[0]
    )
    assert row["ver"].code is NoTripReason.BEYOND_LIMIT
    assert row["dichtbij"].seconds == pytest.approx(24, abs=1)


@pytest.mark.parametrize("definition", ["fiets-snelst", "fiets-kortst", "lopen-kortst", "auto-snelst"])
def test_a_limit_is_in_seconds_for_every_definition(town, definition):
    destinations = [(f"d{number}", *at(100 * number, 0)) for number in range(8)]
    trips = dict(town.trips(definition, [at(0, 0)], destinations)[0])
    limit_s = trips["d3"].seconds
    found = town.nearest(definition, at(0, 0), destinations, k=None, limit_s=limit_s)
    assert [name for name, _ in found] == ["d0", "d1", "d2", "d3"]
    assert all(trip.seconds <= limit_s for _, trip in found)
    assert [name for name, _ in town.nearest(definition, at(0, 0), destinations, k=2, limit_s=limit_s)] == ["d0", "d1"]


def test_time_and_length_both_come_with_every_definition(town):
    for definition, kmh in [("fiets-snelst", 15), ("fiets-kortst", 15), ("lopen-kortst", 5), ("auto-snelst", 25)]:
        trip = town.route(definition, at(0, 0), at(300, 400)).trip
        assert trip.metres == pytest.approx(700, abs=2)
        assert trip.seconds == pytest.approx(700 / (kmh / 3.6), abs=2)


def test_an_origin_without_a_road_gives_its_reason_for_every_destination(town):
    found = town.nearest("fiets-snelst", at(300, -412), [("a", *at(0, 0)), ("b", *at(100, 0))])
    assert [(name, trip.code) for name, trip in found] == [
        ("a", NoTripReason.TOO_FAR_FROM_ROAD),
        ("b", NoTripReason.TOO_FAR_FROM_ROAD),
    ]


def test_nearest_of_many_is_nearest_of_each(town):
    generator = np.random.default_rng(1)
    origins = [at(*generator.uniform(0, 700, 2)) for _ in range(40)]
    destinations = [(f"d{number:03d}", *at(*generator.uniform(0, 700, 2))) for number in range(60)]
    whole = town.nearest_many("fiets-snelst", origins, destinations, k=5, limit_s=300)
    assert whole == [town.nearest("fiets-snelst", origin, destinations, k=5, limit_s=300) for origin in origins]


def random_points(count, seed):
    return [at(*point) for point in np.random.default_rng(seed).uniform(0, 700, (count, 2))]


def named(points):
    return tuple((f"d{number:03d}", *point) for number, point in enumerate(points))


def test_a_choice_per_origin_is_part_of_the_question(town):
    origins, destinations = random_points(12, 5), named(random_points(60, 6))
    dice = random.Random(7)
    chosen = [dice.getrandbits(60) for _ in origins]
    answer = town.nearest_many("fiets-snelst", origins, destinations, k=4, limit_s=90, eligible=chosen)
    for origin, bits, row in zip(origins, chosen, answer, strict=True):
        few = [place for number, place in enumerate(destinations) if bits >> number & 1]
        assert row == town.nearest("fiets-snelst", origin, few, k=4, limit_s=90)


def test_a_choice_by_number_needs_destinations_in_order(town):
    destinations = named(random_points(3, 6))[::-1]
    with pytest.raises(RequestError, match="volgorde"):
        town.nearest_many("fiets-snelst", random_points(1, 5), destinations, k=1, eligible=[1])
    with pytest.raises(RequestError, match="volgorde"):
        town.reached("fiets-snelst", at(0, 0), destinations)


def test_an_origin_without_a_road_gives_its_reason_for_the_chosen_destinations_only(town):
    destinations = named(random_points(4, 6))
    row = town.nearest_many("fiets-snelst", [at(300, -412)], destinations, eligible=[0b1010])[0]
    assert [(name, trip.code) for name, trip in row] == [
        ("d001", NoTripReason.TOO_FAR_FROM_ROAD),
        ("d003", NoTripReason.TOO_FAR_FROM_ROAD),
    ]


@pytest.mark.parametrize("definition", ["fiets-snelst", "fiets-kortst"])
def test_origins_that_do_not_fit_in_memory_at_once_get_the_same_answer(town, monkeypatch, definition):
    origins, destinations = random_points(30, 8), named(random_points(40, 9))
    chosen = [(1 << 40) - 1 - (1 << number) for number in range(30)]
    whole = town.nearest_many(definition, origins, destinations, k=5, limit_s=100, eligible=chosen)
    monkeypatch.setattr("geo.trips.ROOM_BYTES", 500)
    assert town.nearest_many(definition, origins, destinations, k=5, limit_s=100, eligible=chosen) == whole


def test_a_tuple_of_destinations_is_laid_out_once(town, monkeypatch):
    destinations = named(random_points(5, 10))
    first = town.nearest("fiets-snelst", at(10, 20), destinations)
    monkeypatch.setattr("geo.layouts.prepare_targets", None)
    assert town.nearest("fiets-snelst", at(10, 20), destinations) == first


def test_closing_a_road_makes_the_trip_go_round_without_a_rebuild(town):
    layer = town.graph.layer("fiets-kortst")
    shut = Overlay(closed=closing(layer, [at(150, 0)]))
    assert metres(town, (50, 0), (250, 0)) == pytest.approx(200, abs=1)
    assert metres(town, (50, 0), (250, 0), overlay=shut) == pytest.approx(400, abs=1)
    assert metres(town, (50, 0), (250, 0)) == pytest.approx(200, abs=1)


def test_closing_a_way_closes_all_of_it_and_what_is_on_it_moves_to_the_next_road(town):
    layer = town.graph.layer("fiets-kortst")
    shut = Overlay(closed=closing_ways(layer, [100]))
    answer = town.route("fiets-kortst", at(150, 0), at(250, 0), overlay=shut)
    assert answer.trip.origin_gap_m == pytest.approx(50, abs=1)
    assert all(step.street != "Rij 0" for step in answer.steps)


def test_when_everything_towards_a_place_is_closed_there_is_no_route(make):
    town = grid_town(4)
    town.nodes |= {801: (-200, 0), 802: (-400, 0)}
    town.way([1, 801], 700, **STREET)
    town.way([801, 802], 701, **STREET)
    travel = make(town)
    layer = travel.graph.layer("fiets-kortst")
    trip = travel.route(
        "fiets-kortst", at(-390, 0), at(100, 0), overlay=Overlay(closed=closing_ways(layer, [700]))
    ).trip
    assert trip.code is NoTripReason.NO_ROUTE


def test_an_extra_road_shortens_a_trip_and_is_named(town):
    bridge = Overlay(extra=(ExtraRoad(at(50, 0), at(50, 700), kmh=15, name="Nieuwe brug"),))
    far = metres(town, (40, 0), (60, 700))
    answer = town.route("fiets-kortst", at(40, 0), at(60, 700), overlay=bridge)
    assert far == pytest.approx(40 + 700 + 60, abs=2)
    assert answer.trip.metres == pytest.approx(10 + 700 + 10, abs=2)
    assert "Nieuwe brug" in [step.street for step in answer.steps]
    one_way = Overlay(extra=(ExtraRoad(at(50, 0), at(50, 700), kmh=15, both_ways=False),))
    assert metres(town, (60, 700), (40, 0), overlay=one_way) == far


@pytest.mark.parametrize("overlay", [NOTHING, Overlay(extra=(ExtraRoad(at(50, 0), at(50, 700), kmh=15),))])
def test_a_trip_is_that_of_the_route_and_of_a_list_of_one(town, overlay):
    points = [at(0, 0), at(40, 0), at(60, 700), at(333, 300), at(300, -412), at(90_000, 0)]
    for origin, destination in product(points, points):
        trip = town.trip("fiets-snelst", origin, destination, overlay=overlay)
        assert trip == town.route("fiets-snelst", origin, destination, overlay=overlay).trip
        listed = town.trips("fiets-snelst", [origin], [("aankomst", *destination)], overlay=overlay)[0][0][1]
        assert (trip.seconds, trip.metres, trip.code) == (listed.seconds, listed.metres, listed.code)


def test_a_route_of_more_pieces_than_there_is_room_for_is_whole(town, monkeypatch):
    known = town.route("fiets-snelst", at(10, 0), at(700, 690))
    monkeypatch.setattr("geo.paths.PIECES", 2)
    assert town.route("fiets-snelst", at(10, 0), at(700, 690)) == known
    assert len(known.line) > 10


def test_a_route_as_geojson_says_what_it_was_computed_with(town):
    feature = to_geojson(town.route("fiets-snelst", at(0, 0), at(300, 200)))
    line = feature["geometry"]["coordinates"]
    length = sum(np.hypot((b[0] - a[0]) / METRE_LON, (b[1] - a[1]) / METRE_LAT) for a, b in pairwise(line))
    assert length == pytest.approx(feature["properties"]["metres"], abs=3)
    assert feature["properties"]["definition"] == "fiets-snelst"
    assert feature["properties"]["network_digest"] == town.graph.digest
    assert "OpenStreetMap" in feature["properties"]["licence"]
    assert sum(step["metres"] for step in feature["properties"]["steps"]) == feature["properties"]["metres"]
    json.dumps(feature)


def lake_town():
    """Two banks of a lake 800 m wide, joined by one bridge far to the east."""
    town = Town()
    for row, north in enumerate((0, 100, 900, 1000)):
        for column in range(16):
            town.nodes[1 + row * 16 + column] = (column * 100, north)
        town.way([1 + row * 16 + column for column in range(16)], name=f"Rij {row}", **STREET)
    for column in range(16):
        town.way([1 + column, 17 + column], **STREET)
        town.way([33 + column, 49 + column], **STREET)
    town.way([32, 48], name="Brug", bridge="yes", **STREET)
    return town


def shape_of(area):
    """In metres east and north of the corner of the town."""
    shape = shapely.geometry.shape(area.geometry)
    assert shape.is_valid
    return shapely.transform(shape, lambda xy: (xy - [LON, LAT]) / [METRE_LON, METRE_LAT])


def test_a_reach_area_covers_what_is_reached_and_not_the_water(make):
    travel = make(lake_town())
    origin = at(800, 50)
    small, large = travel.reach("fiets-snelst", origin, [8, 2])
    assert [small.minutes, large.minutes] == [2, 8]
    near, far = shape_of(small), shape_of(large)
    assert near.within(far.buffer(30))
    # Two minutes at 15 km/h are 500 m; the lake begins at 100 m north and is 800 m wide.
    assert near.contains(shapely.Point(800, 0))
    assert near.contains(shapely.Point(400, 50))
    assert not near.intersects(shapely.Point(100, 0))
    assert not near.intersects(shapely.box(-100, 230, 1400, 770))
    # In eight minutes the bridge is crossed: the bridge and the other bank are covered, the lake is not.
    assert far.contains(shapely.Point(1500, 500))
    assert far.contains(shapely.Point(1400, 950))
    assert not far.intersects(shapely.box(100, 230, 1350, 770))
    assert far.area / 1e6 == pytest.approx(large.square_km, rel=0.05)


def test_the_other_bank_without_a_bridge_is_not_reached(make):
    town = lake_town()
    for node, (east, north) in list(town.nodes.items()):
        if north >= 900:
            town.nodes[node] = (east, north - 760)  # now only 40 m of water, and still only one bridge
    near = shape_of(make(town).reach("fiets-snelst", at(100, 50), [2])[0])
    assert near.contains(shapely.Point(200, 90))
    assert not near.intersects(shapely.Point(200, 140))
    assert not near.intersects(shapely.Point(200, 230))


def test_every_street_inside_the_limit_is_inside_the_area_and_none_outside(town):
    area = shape_of(town.reach("fiets-snelst", at(350, 350), [1])[0])
    destinations = [(f"{x}-{y}", *at(x, y)) for x in range(0, 701, 50) for y in range(0, 701, 100)]
    for name, trip in town.trips("fiets-snelst", [at(350, 350)], destinations)[0]:
        point = shapely.Point(*(float(part) for part in name.split("-")))
        # The edge is smoothed by less than a square of 25 m, six seconds on a bicycle.
        if trip.seconds <= 60 - 6:
            assert area.contains(point), name
        elif trip.seconds > 60 + 12:
            assert not area.contains(point), name


def test_opening_a_network_needs_neither_numba_nor_osmnx_nor_geopandas(town, tmp_path, monkeypatch):
    monkeypatch.setenv("STAGEROUTE_HOME", str(tmp_path))
    program = (
        "import sys; from pathlib import Path; from webapp import create_app;"
        "from usecases.settings import read_settings;"
        "create_app(read_settings()); import geo.travel, geo.search, geo.areas, geo.graph;"
        "import usecases.wiring;"
        "import webapp.cli.geo;"
        "graph = geo.graph.Networks(Path(sys.argv[1])).open('stad'); graph.layer('fiets-snelst').adj;"
        "heavy = {'numba', 'osmnx', 'geopandas', 'osmium', 'networkx', 'scipy', 'pandas'} & set(sys.modules);"
        "print(sorted(heavy))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_two_processes_share_one_network_and_give_the_same_answer(town, tmp_path):
    program = (
        "import sys; from pathlib import Path; from geo.graph import Networks; from geo.travel import RoadTravel;"
        "travel = RoadTravel(Networks(Path(sys.argv[1])), 'stad');"
        "print(travel.route('fiets-snelst', (float(sys.argv[2]), float(sys.argv[3])),"
        "(float(sys.argv[4]), float(sys.argv[5]))).trip.metres)"
    )
    arguments = [str(value) for value in (*at(0, 0), *at(300, 400))]
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path), *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) == town.route("fiets-snelst", at(0, 0), at(300, 400)).trip.metres


def test_the_nearest_place_on_a_road_is_that_of_shapely(town):
    layer = town.graph.layer("fiets-snelst")
    generator = np.random.default_rng(3)
    points = [(f"p{number}", *at(*generator.uniform(-100, 800, 2))) for number in range(300)]
    places = snap_points(layer, points)
    lines = [
        shapely.LineString((town.graph.geometry_of(segment) * 1e-7 - [LON, LAT]) / [METRE_LON, METRE_LAT])
        for segment in range(town.graph.segment_dm.size)
    ]
    tree = shapely.STRtree(lines)
    for (_, lat, lon), gap_m in zip(points, places.gap_m, strict=True):
        here = shapely.Point((lon - LON) / METRE_LON, (lat - LAT) / METRE_LAT)
        assert gap_m == pytest.approx(here.distance(lines[int(tree.nearest(here))]), rel=2e-3, abs=0.05)


@pytest.mark.parametrize("definition", ["fiets-snelst", "lopen-kortst", "auto-snelst"])
@pytest.mark.parametrize("limit_s", [None, 40, 150])
def test_what_is_reached_in_columns_is_what_nearest_answers(town, definition, limit_s):
    dice = np.random.default_rng(4)
    points = tuple((f"d{number:03d}", *at(*dice.uniform(0, 700, 2))) for number in range(90))
    for origin in (at(130, 12), at(610, 402), at(9_000, 0)):
        for among in (None, sum(1 << number for number in range(0, 90, 7)), 0):
            wanted = [point for number, point in enumerate(points) if among is None or among >> number & 1]
            expected = town.nearest(definition, origin, wanted, limit_s=limit_s)
            found = town.reached(definition, origin, points, among=among, limit_s=limit_s)
            rows = zip(found.numbers, found.seconds, found.metres, strict=True)
            if found.reason is not None:
                assert {trip.reason for _, trip in expected} <= {found.reason}
                assert list(found.numbers) == []
                continue
            got = [(points[number][0], seconds, metres) for number, seconds, metres in rows]
            assert got == [(name, trip.seconds, trip.metres) for name, trip in expected]


def test_a_new_list_of_destinations_is_never_taken_for_an_old_one(town):
    for number in range(35):
        points = tuple((f"d{other}", *at(20 * number, 0)) for other in range(2))
        found = town.reached("fiets-kortst", at(0, 0), points)
        assert list(found.metres) == [pytest.approx(20 * number, abs=1)] * 2
        del points
