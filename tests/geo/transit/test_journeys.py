"""Journeys from door to door on a street of eight kilometres with a stop every 900 m: hand-computed minutes."""

from __future__ import annotations

import datetime as dt

import pytest

from geo.build import build_network
from geo.errors import GeoError
from geo.timetable.build import import_feed
from geo.timetable.faults import TimetableError
from geo.transit.answers import Mode, NoJourney, Question, answer_to_json
from geo.transit.travel import TransitTravel, seconds_of
from tests.geo.towns import Town, at
from tests.geo.transit.feeds import EVERY_DAY, HOUR, MONDAY, SCHOOL_DAYS, Made, seconds, zipped

LINE = {
    "t1": [("A", "07:30"), ("B", "07:40"), ("C", "07:50")],
    "t2": [("A", "08:00"), ("B", "08:10"), ("C", "08:20")],
    "t3": [("A", "09:00"), ("B", "09:10"), ("C", "09:20")],
    "u1": [("C", "08:23"), ("E", "08:35")],
    "u2": [("C", "08:53"), ("E", "09:05")],
    "home1": [("E", "16:00"), ("A", "16:40")],
    "home2": [("E", "23:30"), ("A", "24:10")],
}
ROUTES = {trip: trip[0] for trip in LINE}


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    folder = tmp_path_factory.mktemp("street")
    town = Town()
    for number in range(83):
        town.nodes[number + 1] = (100 * number - 200, 0)
    town.way(range(1, 84), highway="residential", name="Langestraat")
    town.nodes[200], town.nodes[201] = (2000, 3000), (2200, 3000)
    town.way([200, 201], highway="residential", name="Ver weg")
    return build_network(folder, "straat", town.write(folder))


@pytest.fixture
def travel(graph, tmp_path):
    def laid(made=None):
        made = made or Made(LINE, route=ROUTES, calendar={"school": (EVERY_DAY, "20260302", "20260327")}, stops=FAR)
        return TransitTravel(import_feed(tmp_path, "test", zipped(tmp_path, made.tables())), graph)

    return laid


A, B, C, E = (at(east, 0) for east in (0, 900, 1800, 4500))  # where the stops lie; E is too far from C to walk
FAR = {"E": {"stop_lat": f"{E[0]:.7f}", "stop_lon": f"{E[1]:.7f}"}}
NEAR_A = at(-100, 0)  # 100 m: 72 s on foot


def ask(origin, target, time, *, arrive_by=True, day=MONDAY, **more):
    return Question(origin, target, day, seconds(time), arrive_by, **more)


def ends(journey):
    return tuple(moment.strftime("%H:%M:%S") for moment in (journey.depart, journey.arrive))


def test_there_by_a_time_leaves_as_late_as_possible_and_walks_at_both_ends(travel):
    answer = travel().journey(ask(NEAR_A, at(2000, 0), "08:30"))
    assert ends(answer.journey) == ("07:58:48", "08:22:24")
    walk, ride, last = answer.journey.legs
    assert (walk.mode, walk.metres, ride.line, last.metres) == (Mode.FOOT, 100, "t", 200)
    assert (ride.from_stop_id, ride.to_stop_id, ride.trip_id, ride.slack_s) == ("A", "C", "t2", 0)
    assert (answer.journey.rides, answer.journey.walk_m, answer.journey.minutes) == (1, 300, 24)


def test_a_second_too_late_is_another_bus(travel):
    there = travel().journey
    assert there(ask(NEAR_A, C, "08:20:00")).journey.legs[1].trip_id == "t2"
    assert there(ask(NEAR_A, C, "08:19:59")).journey.legs[1].trip_id == "t1"


def test_leaving_at_a_time_arrives_early_and_then_leaves_late(travel):
    answer = travel().journey(ask(NEAR_A, C, "07:31", arrive_by=False))
    assert ends(answer.journey) == ("07:58:48", "08:20:00")


def test_every_change_says_its_slack_and_what_missing_it_costs(travel):
    answer = travel().journey(ask(NEAR_A, E, "08:40"))
    first, second = (leg for leg in answer.journey.legs if leg.mode is Mode.TRANSIT)
    assert (second.line, second.slack_s) == ("u", 60)  # off at 08:20, two minutes to change, on at 08:23
    assert second.if_missed.late_s == 25 * 60  # 09:05 for who must be there at 08:40
    assert first.if_missed.arrive is None
    assert first.if_missed.reason is NoJourney.NO_JOURNEY
    assert answer_to_json(answer)["legs"][2]["if_missed"]["late_s"] == 1500


def test_fewer_rides_are_offered_beside_a_better_time(travel):
    direct = {**LINE, "slow": [("A", "07:00"), ("E", "08:00")]}
    answer = travel(Made(direct, route={trip: trip for trip in direct}, stops=FAR)).journey(ask(NEAR_A, E, "08:40"))
    assert answer.journey.rides == 2
    assert [other.rides for other in answer.alternatives] == [1]
    assert answer.alternatives[0].depart < answer.journey.depart


def test_by_bicycle_to_a_stop_further_away(travel):
    here = at(6500, 0)  # 2 km beyond E: too far to walk, 8 minutes by bicycle at 15 km/h
    on_foot = travel().journey(ask(E, here, "17:00", day=MONDAY))
    assert on_foot.reason is NoJourney.NO_STOP
    home = travel().journey(ask(here, A, "17:00", access=Mode.BICYCLE))
    assert ends(home.journey) == ("15:52:00", "16:40:00")
    assert (home.journey.legs[0].mode, home.journey.legs[0].metres, home.journey.walk_m) == (Mode.BICYCLE, 2000, 0)


def test_the_last_way_home_may_arrive_after_midnight(travel):
    answer = travel().last_way_home(ask(E, NEAR_A, "15:30", arrive_by=False))
    assert ends(answer.journey) == ("23:30:00", "00:11:12")
    assert answer.journey.arrive.date() == MONDAY + dt.timedelta(days=1)
    assert travel().last_way_home(ask(E, NEAR_A, "23:31", arrive_by=False)).reason is NoJourney.NO_JOURNEY


@pytest.mark.parametrize(
    ("day", "reason"),
    [(dt.date(2026, 3, 1), NoJourney.NOT_YET), (dt.date(2026, 3, 28), NoJourney.EXPIRED),
     (dt.date(2020, 1, 1), NoJourney.NOT_YET), (dt.date(2030, 1, 1), NoJourney.EXPIRED)],
)  # fmt: skip
def test_outside_of_the_days_of_the_feed_there_is_a_reason_and_no_number(travel, day, reason):
    for answer in (
        travel().journey(ask(NEAR_A, C, "08:30", day=day)),
        travel().last_way_home(ask(NEAR_A, C, "08:30", day=day)),
    ):
        assert answer.reason is reason
        told = answer_to_json(answer)
        assert {key: told[key] for key in ("depart", "arrive", "minutes", "rides", "walk_m")} == dict.fromkeys(
            ("depart", "arrive", "minutes", "rides", "walk_m")
        )


def test_a_night_that_leads_out_of_the_feed_is_not_known(travel):
    last = dt.date(2026, 3, 27)
    assert travel().journey(ask(C, E, "23:00", arrive_by=False, day=last)).reason is NoJourney.EXPIRED
    assert travel().journey(ask(C, E, "23:00", arrive_by=False, day=last, limit_s=HOUR)).reason is not NoJourney.EXPIRED
    assert travel().journey(ask(C, E, "01:00", day=MONDAY)).reason is NoJourney.NOT_YET
    found = travel().journey(ask(E, A, "23:00", arrive_by=False, day=last))
    assert found.reason is None, "a run of the last day is known, after midnight too"


def test_a_day_without_service_inside_of_the_feed_has_no_journey(travel):
    made = Made(LINE, route=ROUTES, calendar={"school": (SCHOOL_DAYS, "20260302", "20260327")})
    saturday = MONDAY + dt.timedelta(days=5)
    assert travel(made).journey(ask(NEAR_A, C, "08:30", day=saturday)).reason is NoJourney.NO_JOURNEY


def test_why_there_is_no_journey(travel):
    there = travel().journey
    assert there(ask(NEAR_A, E, "08:40", most_rides=1)).reason is NoJourney.TOO_MANY_RIDES
    assert there(ask(NEAR_A, E, "08:40", limit_s=600)).reason is NoJourney.BEYOND_LIMIT
    assert there(ask(E, B, "08:40")).reason is NoJourney.NO_JOURNEY
    assert there(ask(at(8000, 0), A, "17:00")).reason is NoJourney.NO_STOP
    assert there(ask((53.9, 6.9), A, "17:00")).reason is NoJourney.OUTSIDE_NETWORK


def test_a_stop_off_the_road_is_ridden_through_and_has_no_access(travel):
    lat, lon = at(900, 2500)
    made = Made({"t": [("A", "08:00"), ("X", "08:10"), ("C", "08:20")]},
                stops={"X": {"stop_lat": f"{lat}", "stop_lon": f"{lon}"}})  # fmt: skip
    answer = travel(made).journey(ask(NEAR_A, at(900, 0), "08:30"))  # stops are A, C, X in the order of their ids
    assert answer.journey.legs[1].to_stop_id == "C"


@pytest.mark.parametrize("more", [{"limit_s": 0}, {"limit_s": -5}, {"limit_s": 7 * HOUR}, {"most_rides": 0},
                                  {"most_rides": 13}, {"access": Mode.TRANSIT}])  # fmt: skip
def test_questions_without_an_answer_are_refused(travel, more):
    with pytest.raises(TimetableError):
        travel().journey(ask(NEAR_A, C, "08:30", **more))


def test_a_point_that_is_none_is_refused(travel):
    with pytest.raises(GeoError):
        travel().journey(ask((float("nan"), 5.0), C, "08:30"))


def test_the_hour_that_the_clock_skips_is_refused_and_one_that_comes_twice_is_the_first(travel):
    feed = travel(Made(LINE, calendar={"school": (EVERY_DAY, "20260302", "20261130")})).feed
    with pytest.raises(TimetableError) as caught:
        seconds_of(feed, dt.datetime.fromisoformat("2026-03-29T02:30"))
    assert caught.value.code == "uur_bestaat_niet"
    assert seconds_of(feed, dt.datetime.fromisoformat("2026-03-29T08:30")) == (dt.date(2026, 3, 29), seconds("08:30"))
    assert seconds_of(feed, dt.datetime.fromisoformat("2026-03-29T01:30")) == (dt.date(2026, 3, 29), seconds("02:30"))
    assert seconds_of(feed, dt.datetime.fromisoformat("2026-10-25T02:30")) == (dt.date(2026, 10, 25), seconds("01:30"))
    assert seconds_of(feed, dt.datetime.fromisoformat("2026-10-25T03:30")) == (dt.date(2026, 10, 25), seconds("03:30"))


def test_a_ride_after_a_call_is_named(travel):
    call = {"stop_id": "A", "arrival_time": "08:00:00", "departure_time": "08:00:00", "pickup_type": "2"}
    off = {"stop_id": "C", "arrival_time": "08:20:00", "departure_time": "08:20:00", "drop_off_type": "3"}
    (ride,) = (leg for leg in travel(Made({"t": [call, off]})).journey(ask(NEAR_A, B, "08:30")).journey.legs
               if leg.mode is Mode.TRANSIT)  # fmt: skip
    assert ride.ask == ("bellen", "vraag_bestuurder")


def test_staying_seated_is_one_leg_with_both_lines(travel):
    trips = {"t": [("A", "08:00"), ("B", "08:10")], "u": [("B", "08:10"), ("C", "08:20")]}
    rule = [{"from_trip_id": "t", "to_trip_id": "u", "transfer_type": "4"}]
    answer = travel(Made(trips, route={"t": "1", "u": "2"}, transfers=rule)).journey(ask(NEAR_A, C, "08:30"))
    (ride,) = (leg for leg in answer.journey.legs if leg.mode is Mode.TRANSIT)
    assert (ride.line, ride.trip_id, ride.from_stop_id, ride.to_stop_id) == ("1, 2", "t", "A", "C")


def test_be_there_later_never_means_leave_earlier_and_leave_earlier_never_arrives_later(travel):
    asked = travel()
    minutes = range(seconds("07:00"), seconds("10:00"), 420)
    leaving = [asked.journey(ask(NEAR_A, E, f"{now // 3600}:{now % 3600 // 60:02d}")).journey for now in minutes]
    known = [journey.depart for journey in leaving if journey]
    assert known == sorted(known)
    assert known
    arriving = [
        asked.journey(ask(NEAR_A, E, f"{now // 3600}:{now % 3600 // 60:02d}", arrive_by=False)).journey
        for now in minutes
    ]
    there = [journey.arrive for journey in arriving if journey]
    assert there == sorted(there)
    assert there
