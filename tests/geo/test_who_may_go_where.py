"""Every row of the table "who may ride where", for bicycle, foot and car.

The question is always asked against the direction of a way of 400 m: *direct* means that the way is used, *walk* that
it is used at walking speed, *detour* that the trip goes round over 2000 m.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from geo.build import build_network
from geo.definition import load_definition
from geo.graph import Networks
from geo.travel import RoadTravel
from tests.geo.towns import at, town_with

BY_MODE = {"fiets": "fiets-snelst", "lopen": "lopen-kortst", "auto": "auto-snelst"}
STREET = {"highway": "residential"}
ONE_WAY = {"highway": "residential", "oneway": "yes"}
FERRY = {"route": "ferry", "bicycle": "yes", "foot": "yes"}
GATE = {"barrier": "gate"}

# name: tags of the way, tags of a node halfway, then what bicycle, foot and car may do
ROWS = {
    "residential": (STREET, None, "direct", "direct", "direct"),
    "oneway": (ONE_WAY, None, "detour", "direct", "detour"),
    "oneway drawn the other way": (STREET | {"oneway": "-1"}, None, "direct", "direct", "direct"),
    "roundabout": (STREET | {"junction": "roundabout"}, None, "detour", "direct", "detour"),
    "cycleway with oneway": ({"highway": "cycleway", "oneway": "yes"}, None, "detour", "direct", "detour"),
    "oneway, oneway:bicycle=no": (ONE_WAY | {"oneway:bicycle": "no"}, None, "direct", "direct", "detour"),
    "oneway, cycleway=opposite_lane": (ONE_WAY | {"cycleway": "opposite_lane"}, None, "direct", "direct", "detour"),
    "oneway, cycleway=opposite": (ONE_WAY | {"cycleway": "opposite"}, None, "direct", "direct", "detour"),
    "oneway, cycleway:left=opposite_track": (
        ONE_WAY | {"cycleway:left": "opposite_track"}, None, "direct", "direct", "detour",
    ),
    "oneway, cycleway:left:oneway=-1": (ONE_WAY | {"cycleway:left:oneway": "-1"}, None, "direct", "direct", "detour"),
    "oneway, lane on the right": (ONE_WAY | {"cycleway:right": "lane"}, None, "detour", "direct", "detour"),
    "bicycle=use_sidepath": (STREET | {"bicycle": "use_sidepath"}, None, "detour", "direct", "direct"),
    "bicycle=no": (STREET | {"bicycle": "no"}, None, "detour", "direct", "direct"),
    "access=private": (STREET | {"access": "private"}, None, "detour", "detour", "detour"),
    "construction": ({"highway": "construction", "construction": "residential"}, None, "detour", "detour", "detour"),
    "motorroad": ({"highway": "primary", "motorroad": "yes"}, None, "detour", "detour", "direct"),
    "motorway": ({"highway": "motorway"}, None, "detour", "detour", "detour"),
    "motorway, both ways": ({"highway": "motorway", "oneway": "no"}, None, "detour", "detour", "direct"),
    "trunk": ({"highway": "trunk"}, None, "detour", "detour", "direct"),
    "trunk, bicycle=yes": ({"highway": "trunk", "bicycle": "yes"}, None, "direct", "detour", "direct"),
    "footway": ({"highway": "footway"}, None, "walk", "direct", "detour"),
    "pedestrian": ({"highway": "pedestrian"}, None, "walk", "direct", "detour"),
    "footway, bicycle=no": ({"highway": "footway", "bicycle": "no"}, None, "detour", "direct", "detour"),
    "footway, bicycle=yes": ({"highway": "footway", "bicycle": "yes"}, None, "direct", "direct", "detour"),
    "pedestrian, bicycle=designated": (
        {"highway": "pedestrian", "bicycle": "designated"}, None, "direct", "direct", "detour",
    ),
    "bicycle=dismount": (STREET | {"bicycle": "dismount"}, None, "walk", "direct", "direct"),
    "path": ({"highway": "path"}, None, "direct", "direct", "detour"),
    "track": ({"highway": "track", "tracktype": "grade1"}, None, "direct", "direct", "detour"),
    "track, motor_vehicle=yes": (
        {"highway": "track", "tracktype": "grade1", "motor_vehicle": "yes"}, None, "direct", "direct", "direct",
    ),
    "cycleway": ({"highway": "cycleway"}, None, "direct", "direct", "detour"),
    "cycleway, foot=no": ({"highway": "cycleway", "foot": "no"}, None, "direct", "detour", "detour"),
    "bicycle_road": (STREET | {"bicycle_road": "yes", "vehicle": "no"}, None, "direct", "direct", "detour"),
    "cyclestreet": (STREET | {"cyclestreet": "yes"}, None, "direct", "direct", "direct"),
    "access=no, bicycle=yes": (STREET | {"access": "no", "bicycle": "yes"}, None, "direct", "detour", "detour"),
    "access=no, foot=yes": (STREET | {"access": "no", "foot": "yes"}, None, "detour", "direct", "detour"),
    "vehicle=no, motorcar=yes": (STREET | {"vehicle": "no", "motorcar": "yes"}, None, "detour", "direct", "direct"),
    "ferry, bicycle=yes": (FERRY | {"duration": "00:01"}, None, "direct", "direct", "detour"),
    "ferry, motor_vehicle=yes": (
        FERRY | {"motor_vehicle": "yes", "duration": "00:01"}, None, "direct", "direct", "direct",
    ),
    "ferry, bicycle=no": ({"route": "ferry", "bicycle": "no", "duration": "1"}, None, "detour", "direct", "detour"),
    "gate": (STREET, GATE, "direct", "direct", "direct"),
    "gate, access=no": (STREET, GATE | {"access": "no"}, "detour", "detour", "detour"),
    "gate, access=no, foot=yes": (STREET, GATE | {"access": "no", "foot": "yes"}, "detour", "direct", "detour"),
    "locked gate": (STREET, GATE | {"locked": "yes"}, "detour", "detour", "detour"),
    "bollard": (STREET, {"barrier": "bollard"}, "direct", "direct", "detour"),
    "cycle_barrier": (STREET, {"barrier": "cycle_barrier"}, "direct", "direct", "detour"),
    "bollard, motor_vehicle=yes": (
        STREET, {"barrier": "bollard", "motor_vehicle": "yes"}, "direct", "direct", "direct",
    ),
    "stile": (STREET, {"barrier": "stile"}, "detour", "direct", "detour"),
}  # fmt: skip


def travel_in(home, town, *definitions):
    """Build the town and travel in it."""
    chosen = [
        definition if not isinstance(definition, str) else load_definition(definition) for definition in definitions
    ]
    build_network(home, "stad", town.write(home), definitions=chosen or None)
    return RoadTravel(Networks(home), "stad")


def against(travel, definition):
    """Trip from B' to A', so against the direction of the way between."""
    return travel.route(definition, at(500, 0), at(-100, 0)).trip


def verdict(trip, definition):
    assert trip.reason is None
    if trip.metres == pytest.approx(2200, abs=4):
        return "detour"
    assert trip.metres == pytest.approx(600, abs=4)
    if definition != "fiets-snelst":
        return "direct"
    walked = 400 / (4.0 / 3.6) + 200 / (15 / 3.6)
    return "walk" if trip.seconds == pytest.approx(walked, abs=4) else "direct"


@pytest.mark.parametrize("name", ROWS)
def test_a_way_is_open_to_who_may_use_it_and_to_nobody_else(tmp_path, name):
    tags, gate, *expected = ROWS[name]
    travel = travel_in(tmp_path, town_with(tags, gate))
    found = [verdict(against(travel, definition), definition) for definition in BY_MODE.values()]
    assert dict(zip(BY_MODE, found, strict=True)) == dict(zip(BY_MODE, expected, strict=True))


def test_one_way_streets_may_be_used_along_their_direction(tmp_path):
    travel = travel_in(tmp_path, town_with(ONE_WAY))
    for definition in BY_MODE.values():
        assert travel.route(definition, at(-100, 0), at(500, 0)).trip.metres == pytest.approx(600, abs=4)


@pytest.mark.parametrize(("mode", "expected"), [("fiets", "walk"), ("lopen", "direct"), ("auto", "detour")])
def test_steps_are_walked_and_never_driven(tmp_path, mode, expected):
    # 400 m of steps would take longer than the detour, so ask for the shortest way.
    definition = {"fiets": "fiets-kortst"}.get(mode, BY_MODE[mode])
    trip = against(travel_in(tmp_path, town_with({"highway": "steps"})), definition)
    assert (trip.metres < 700) == (expected != "detour")
    if mode == "fiets":
        assert trip.seconds == pytest.approx(400 / (2 / 3.6) + 200 / (15 / 3.6), abs=4)


@pytest.mark.parametrize("tags", [{"highway": "steps"}, {"highway": "footway"}, STREET | {"bicycle": "dismount"}])
def test_who_does_not_dismount_goes_round(tmp_path, tags):
    riding = replace(load_definition("fiets-kortst"), dismount=False)
    assert verdict(against(travel_in(tmp_path, town_with(tags), riding), riding.id), riding.id) == "detour"


@pytest.mark.parametrize("mode", BY_MODE)
def test_who_takes_no_ferry_goes_round(tmp_path, mode):
    definition = replace(load_definition(BY_MODE[mode]), ferries=False)
    town = town_with(FERRY | {"motor_vehicle": "yes", "duration": "00:01"})
    assert verdict(against(travel_in(tmp_path, town, definition), definition.id), definition.id) == "detour"


@pytest.mark.parametrize(("duration", "seconds"), [("00:03", 180), ("2", 120), ("PT1M30S", 90), ("0:01:10", 70)])
def test_a_ferry_takes_as_long_as_its_duration_says(tmp_path, duration, seconds):
    trip = against(travel_in(tmp_path, town_with(FERRY | {"duration": duration})), "fiets-snelst")
    assert trip.seconds == pytest.approx(seconds + 200 / (15 / 3.6), abs=1)
    assert trip.metres == pytest.approx(600, abs=4)


def test_a_ferry_without_duration_sails_ten_kilometres_an_hour_after_waiting(tmp_path):
    # The shortest way uses the ferry however long it takes.
    trip = against(travel_in(tmp_path, town_with(FERRY)), "fiets-kortst")
    assert trip.seconds == pytest.approx(600 + 400 / (10 / 3.6) + 200 / (15 / 3.6), abs=2)


# Turn restrictions: from the stub at B (62), via B (2), to the way (50).
def turned(tmp_path, kind, *definitions, to=50, **tags):
    town = town_with(STREET)
    town.restrict(kind, 62, 2, to, **tags)
    return travel_in(tmp_path, town, *definitions)


@pytest.mark.parametrize(("kind", "to"), [("no_straight_on", 50), ("only_right_turn", 60)])
@pytest.mark.parametrize(("mode", "expected"), [("fiets", "detour"), ("lopen", "direct"), ("auto", "detour")])
def test_a_turn_restriction_is_obeyed(tmp_path, kind, to, mode, expected):
    travel = turned(tmp_path, kind, to=to)
    assert verdict(against(travel, BY_MODE[mode]), BY_MODE[mode]) == expected


def test_a_turn_restriction_says_nothing_about_other_turns_and_the_other_direction(tmp_path):
    travel = turned(tmp_path, "no_straight_on")
    assert travel.route("auto-snelst", at(-100, 0), at(500, 0)).trip.metres == pytest.approx(600, abs=4)
    assert travel.route("auto-snelst", at(400, 150), at(-100, 0)).trip.metres == pytest.approx(650, abs=4)


@pytest.mark.parametrize(
    ("exempt", "fiets", "auto"), [("bicycle", "direct", "detour"), ("motorcar;psv", "detour", "direct")]
)
def test_except_frees_whom_it_names(tmp_path, exempt, fiets, auto):
    travel = turned(tmp_path, "no_straight_on", **{"except": exempt})
    assert verdict(against(travel, "fiets-snelst"), "fiets-snelst") == fiets
    assert verdict(against(travel, "auto-snelst"), "auto-snelst") == auto


def test_a_bicycle_may_be_set_to_ignore_turn_restrictions(tmp_path):
    free = replace(load_definition("fiets-snelst"), turn_restrictions=False)
    assert verdict(against(turned(tmp_path, "no_straight_on", free), free.id), free.id) == "direct"


def test_a_restriction_over_a_via_way_forbids_the_whole_sequence_only(tmp_path):
    # Stub 62, then way 50, then not into the stub at A: so the end has to be reached over the detour.
    town = town_with(STREET)
    town.restrict("no_u_turn", 62, (50,), 61)
    travel = travel_in(tmp_path, town)
    assert travel.route("auto-snelst", at(450, 0), at(-50, 0)).trip.metres == pytest.approx(2100, abs=4)
    assert travel.route("auto-snelst", at(350, 0), at(-50, 0)).trip.metres == pytest.approx(400, abs=4)


def test_the_line_of_a_route_stays_on_the_streets_it_names(tmp_path):
    travel = travel_in(tmp_path, town_with({"highway": "footway", "bicycle": "no"}))
    answer = travel.route("fiets-snelst", at(500, 0), at(-100, 0))
    assert [step.street for step in answer.steps] == ["", "Omweg", ""]
    assert sum(step.metres for step in answer.steps) == answer.trip.metres
    assert sum(step.seconds for step in answer.steps) == answer.trip.seconds
    corners = [at(400, 800), at(0, 800)]
    for lat, lon in corners:
        assert any(abs(lat - a) < 2e-7 and abs(lon - b) < 2e-7 for a, b in answer.line)


def test_nobody_evades_a_restriction_by_turning_round_at_the_next_crossing(tmp_path):
    town = town_with(STREET)
    # A side street 20 m along the detour makes a crossing where turning round would be short.
    town.nodes |= {6: (400, 20), 7: (1000, 20)}
    town.ways[1] = (60, [2, 6, 3, 4, 1], {"highway": "residential"})
    town.ways.append((63, [6, 7, 3], {"highway": "residential"}))
    town.restrict("no_straight_on", 62, 2, 50)
    assert verdict(against(travel_in(tmp_path, town), "auto-snelst"), "auto-snelst") == "detour"
