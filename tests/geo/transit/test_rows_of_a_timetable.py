"""What a timetable may say, one kind at a time, and what a traveller then gets."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from geo.timetable.build import import_feed
from tests.geo.transit.feeds import EVERY_DAY, MONDAY, SCHOOL_DAYS, Asked, Made, seconds, zipped

TUESDAY = MONDAY + dt.timedelta(days=1)
LINE = [("A", "08:00"), ("B", "08:10"), ("C", "08:20")]


def test_a_time_past_midnight_belongs_to_the_day_before_and_is_found_after_midnight(tmp_path):
    night = Made({"t": [("A", "25:10"), ("B", "25:30")]})
    assert Asked.of(tmp_path, night, TUESDAY).arrival("A", "B", "01:00") == "01:30"
    assert Asked.of(tmp_path, night, MONDAY).arrival("A", "B", "25:00") == "25:30"
    # Monday is the first day of this service: nothing ran in the night that leads to it.
    assert Asked.of(tmp_path, night, MONDAY).arrival("A", "B", "01:00") is None
    saturday = MONDAY + dt.timedelta(days=5)
    week = Made(night.trips, calendar={"school": (SCHOOL_DAYS, "20260302", "20260313")})
    assert Asked.of(tmp_path, week, saturday).arrival("A", "B", "01:00") == "01:30"
    assert Asked.of(tmp_path, week, saturday + dt.timedelta(days=1)).arrival("A", "B", "01:00") is None


def test_a_run_of_tomorrow_is_found_from_late_in_the_evening(tmp_path):
    early = Made({"t": [("A", "00:20"), ("B", "00:40")]})
    assert Asked.of(tmp_path, early, MONDAY).arrival("A", "B", "23:50") == "24:40"


@pytest.mark.parametrize(
    ("day", "eight_utc", "night"),
    # A run at 24:30 of the day before leaves at half past twelve at night by the clock on the wall; counted from noon
    # minus twelve hours that is 01:30 on the day of spring and half an hour before the begin on the day of autumn.
    [(dt.date(2026, 3, 29), 6, 5400), (dt.date(2026, 10, 25), 7, -1800)],
)
def test_on_the_two_days_that_the_clock_changes_times_count_from_noon(tmp_path, day, eight_utc, night):
    made = Made(
        {"t": [("A", "08:00"), ("B", "08:30")], "n": [("A", "24:30"), ("B", "25:00")]},
        service={"t": "daily", "n": "daily"},
        calendar={"daily": (EVERY_DAY, "20260301", "20261130")},
    )
    asked = Asked.of(tmp_path, made, day)
    assert asked.arrival("A", "B", "07:30") == "08:30"
    eight = asked.feed.begin(day) + dt.timedelta(hours=8)
    assert eight == dt.datetime(day.year, day.month, day.day, eight_utc, tzinfo=dt.UTC)
    assert asked.best("A", "B", night)[0] == night + 1800
    assert asked.best("A", "B", night + 1, limit=10 * 3600)[0] == seconds("08:30")
    half_past_midnight = asked.feed.begin(day) + dt.timedelta(seconds=night)
    assert half_past_midnight.astimezone(ZoneInfo("Europe/Amsterdam")).replace(tzinfo=None) == dt.datetime.combine(
        day, dt.time(0, 30)
    )


def test_a_service_of_calendar_dates_alone_runs_on_its_dates(tmp_path):
    made = Made({"t": LINE}, calendar={}, dates=[("school", "20260302", "1"), ("school", "20260305", "1")])
    asked = Asked.of(tmp_path, made)
    assert asked.arrival("A", "C", "07:30") == "08:20"
    assert (asked.feed.first_day, asked.feed.last_day) == (MONDAY, dt.date(2026, 3, 5))
    assert [asked.feed.runs_on(MONDAY + dt.timedelta(days=day)) for day in range(4)] == [1, 0, 0, 1]


def test_a_day_that_is_added_runs_and_a_day_that_is_taken_away_does_not(tmp_path):
    saturday = MONDAY + dt.timedelta(days=5)
    made = Made({"t": LINE}, dates=[("school", "20260307", "1"), ("school", "20260303", "2")])
    assert Asked.of(tmp_path, made, saturday).arrival("A", "C", "07:30") == "08:20"
    assert Asked.of(tmp_path, made, TUESDAY).arrival("A", "C", "07:30") is None
    assert Asked.of(tmp_path, made, MONDAY).arrival("A", "C", "07:30") == "08:20"


def test_a_date_taken_from_a_service_that_does_not_run_then_changes_nothing(tmp_path):
    made = Made({"t": LINE}, dates=[("school", "20260307", "2")])
    assert Asked.of(tmp_path, made).arrival("A", "C", "07:30") == "08:20"


def test_an_added_date_outside_of_the_calendar_makes_the_feed_longer(tmp_path):
    made = Made({"t": LINE}, dates=[("school", "20260410", "1")])
    asked = Asked.of(tmp_path, made, dt.date(2026, 4, 10))
    assert asked.feed.last_day == dt.date(2026, 4, 10)
    assert asked.arrival("A", "C", "07:30") == "08:20"


def test_a_run_that_stands_there_twice_is_one_run(tmp_path):
    asked = Asked.of(tmp_path, Made({"t": LINE, "again": LINE}))
    assert asked.feed.day(MONDAY).runs == 1
    assert asked.feed.dropped["doubled_runs"] > 0
    assert asked.arrival("A", "C", "07:30") == "08:20"


def test_equal_times_on_another_line_are_another_run(tmp_path):
    asked = Asked.of(tmp_path, Made({"t": LINE, "u": LINE}, route={"t": "1", "u": "2"}))
    assert asked.feed.day(MONDAY).runs == 2


def test_equal_trips_of_two_services_are_one_run_on_a_day_that_both_run(tmp_path):
    made = Made(
        {"t": LINE, "u": LINE},
        service={"u": "monday"},
        calendar={
            "school": (SCHOOL_DAYS, "20260302", "20260306"),
            "monday": (("1",) + ("0",) * 6, "20260302", "20260306"),
        },
    )
    asked = Asked.of(tmp_path, made)
    assert [asked.feed.day(day).runs for day in (MONDAY, TUESDAY)] == [1, 1]


def test_services_decide_on_which_days_a_feed_tells_and_feed_info_narrows_them(tmp_path):
    info = {"feed_publisher_name": "X", "feed_publisher_url": "x", "feed_lang": "nl"}
    wide = info | {"feed_start_date": "20250101", "feed_end_date": "20271231"}
    asked = Asked.of(tmp_path, Made({"t": LINE}, info=wide))
    assert (asked.feed.first_day, asked.feed.last_day) == (MONDAY, dt.date(2026, 3, 27))
    narrow = info | {"feed_start_date": "20260303", "feed_end_date": "20260310"}
    asked = Asked.of(tmp_path, Made({"t": LINE}, info=narrow))
    assert (asked.feed.first_day, asked.feed.last_day) == (TUESDAY, dt.date(2026, 3, 10))
    assert not asked.feed.knows(MONDAY)
    half = info | {"feed_end_date": "20260310"}
    assert Asked.of(tmp_path, Made({"t": LINE}, info=half)).feed.last_day == dt.date(2026, 3, 10)


def headway(exact, end="09:00:00"):
    return Made(
        {"t": [("A", "06:00"), ("B", "06:10"), ("C", "06:30")]},
        frequencies=[
            {"trip_id": "t", "start_time": "08:00:00", "end_time": end, "headway_secs": "1200", "exact_times": exact}
        ],
    )


def test_an_exact_headway_is_written_out_without_its_end_and_its_template_is_no_run(tmp_path):
    asked = Asked.of(tmp_path, headway("1"))
    assert asked.best("A", "C", seconds("05:30"), limit=2 * 3600) == [None] * 4
    assert [asked.arrival("A", "C", leave) for leave in ("08:00", "08:01", "08:40", "08:41")] == [
        "08:30",
        "08:50",
        "09:10",
        None,
    ]
    assert asked.feed.day(MONDAY).runs == 3


@pytest.mark.parametrize("exact", ["0", ""])
def test_a_headway_without_times_costs_the_whole_headway_of_waiting(tmp_path, exact):
    asked = Asked.of(tmp_path, headway(exact))
    assert asked.best("A", "C", seconds("05:30"), limit=2 * 3600) == [None] * 4
    assert asked.arrival("A", "C", "08:05") == "08:55"
    assert asked.arrival("B", "C", "08:25") == "09:05"
    assert asked.leaving("A", "C", "09:00") == "08:10"


def test_rows_of_a_headway_that_follow_each_other_do_not_both_run_at_their_common_minute(tmp_path):
    made = Made(
        {"t": [("A", "06:00"), ("B", "06:10")]},
        frequencies=[
            {"trip_id": "t", "start_time": begin, "end_time": end, "headway_secs": "1800", "exact_times": "1"}
            for begin, end in (("08:00:00", "09:00:00"), ("09:00:00", "10:00:00"))
        ],
    )
    asked = Asked.of(tmp_path, made)
    assert asked.feed.day(MONDAY).runs == 4
    assert asked.feed.dropped["doubled_runs"] == 0


def test_a_run_that_overtakes_another_loses_neither(tmp_path):
    made = Made(
        {
            "slow": [("A", "08:00"), ("B", "08:10"), ("C", "09:00")],
            "fast": [("A", "08:05"), ("B", "08:12"), ("C", "08:30")],
            "on": [("B", "08:13"), ("D", "08:20")],
        }
    )
    asked = Asked.of(tmp_path, made)
    assert asked.arrival("A", "C", "07:55") == "08:30"
    assert asked.arrival("A", "D", "07:55") == "08:20"  # off the slow one at 08:10; the fast one is a minute late
    assert asked.feed.day(MONDAY).patterns == 3


@pytest.mark.parametrize("kind", ["1", "2", "3"])
def test_where_nobody_may_get_on_or_off_the_door_is_closed_and_after_a_call_it_is_open(tmp_path, kind):
    def call(stop, time, **columns):
        return {"stop_id": stop, "arrival_time": time, "departure_time": time, **columns}

    made = Made(
        {"t": [call("A", "08:00", pickup_type=kind), call("B", "08:10"), call("C", "08:20", drop_off_type=kind)]}
    )
    asked = Asked.of(tmp_path, made)
    open_ = kind != "1"
    assert (asked.arrival("A", "B", "07:55") is not None) is open_
    assert (asked.arrival("B", "C", "07:55") is not None) is open_
    assert asked.leaving("A", "C", "09:00") == ("08:00" if open_ else None)


def test_a_stop_that_a_trip_calls_at_twice_is_two_positions(tmp_path):
    asked = Asked.of(tmp_path, Made({"t": [("A", "08:00"), ("B", "08:10"), ("A", "08:20"), ("C", "08:30")]}))
    assert asked.leaving("A", "C", "09:00") == "08:20"
    assert asked.arrival("A", "B", "07:55") == "08:10"
    assert asked.arrival("A", "B", "08:15") is None
    assert asked.arrival("B", "A", "08:05") == "08:20"


def test_hops_of_zero_minutes_can_be_ridden(tmp_path):
    made = Made({"t": [("A", "08:00"), ("B", "08:00"), ("C", "08:00"), ("D", "08:01")]})
    asked = Asked.of(tmp_path, made)
    assert [asked.arrival(*pair, "08:00") for pair in ("AB", "BC", "AC", "CD")] == ["08:00", "08:00", "08:00", "08:01"]
    assert asked.leaving("A", "C", "08:00") == "08:00"


def test_a_speed_of_an_aeroplane_is_counted_and_still_ridden(tmp_path):
    far = {"Z": {"stop_lat": "53.2", "stop_lon": "6.5"}}
    asked = Asked.of(tmp_path, Made({"t": [("A", "08:00"), ("Z", "08:05")]}, stops=far))
    assert asked.feed.dropped["odd_speed"] == 1
    assert asked.arrival("A", "Z", "08:00") == "08:05"


def blank(stop, distance=None):
    row = {"stop_id": stop, "arrival_time": "", "departure_time": ""}
    return row if distance is None else row | {"shape_dist_traveled": distance}


def timed(stop, time, distance=None):
    row = {"stop_id": stop, "arrival_time": time, "departure_time": time}
    return row if distance is None else row | {"shape_dist_traveled": distance}


def test_times_that_are_not_given_lie_between_their_neighbours(tmp_path):
    evenly = Made({"t": [timed("A", "08:00"), blank("B"), blank("C"), timed("D", "08:30")]})
    asked = Asked.of(tmp_path, evenly)
    assert [asked.arrival("A", stop, "08:00") for stop in "BCD"] == ["08:10", "08:20", "08:30"]
    assert asked.feed.dropped["guessed_times"] == 2
    measured = Made(
        {"t": [timed("A", "08:00", "0"), blank("B", "100"), blank("C", "900"), timed("D", "08:30", "1000")]}
    )
    asked = Asked.of(tmp_path, measured)
    assert [asked.arrival("A", stop, "08:00") for stop in "BCD"] == ["08:03", "08:27", "08:30"]


@pytest.mark.parametrize("distances", [("0", "", "5", "9"), ("0", "700", "300", "900"), ("0", "0", "0", "0")])
def test_distances_that_do_not_help_leave_blank_times_evenly_spread(tmp_path, distances):
    made = Made(
        {
            "t": [
                timed("A", "08:00", distances[0]),
                blank("B", distances[1]),
                blank("C", distances[2]),
                timed("D", "08:30", distances[3]),
            ]
        }
    )
    asked = Asked.of(tmp_path, made)
    assert [asked.arrival("A", stop, "08:00") for stop in "BCD"] == ["08:10", "08:20", "08:30"]


def test_half_a_time_is_both(tmp_path):
    rows = [
        {"stop_id": "A", "arrival_time": "", "departure_time": "08:00:00"},
        {"stop_id": "B", "arrival_time": "08:10:00", "departure_time": ""},
        {"stop_id": "C", "arrival_time": "08:20:00", "departure_time": ""},
    ]
    asked = Asked.of(tmp_path, Made({"t": rows}))
    assert asked.arrival("A", "C", "07:00") == "08:20"
    assert asked.leaving("B", "C", "08:20") == "08:10"
    assert asked.feed.dropped["guessed_times"] == 0


CHANGING = {
    "t": [("A", "08:00"), ("B", "08:10")],
    "u": [("B", "08:11"), ("C", "08:20")],
    "v": [("B", "08:16"), ("C", "08:30")],
    "w": [("B", "08:40"), ("C", "09:00")],
}


@pytest.mark.parametrize(
    ("rows", "arrival"),
    [
        ([], "08:30"),
        ([{"transfer_type": "0"}], "08:30"),
        ([{"transfer_type": ""}], "08:30"),
        ([{"transfer_type": "1"}], "08:20"),
        ([{"transfer_type": "2", "min_transfer_time": "60"}], "08:20"),
        ([{"transfer_type": "2", "min_transfer_time": "0"}], "08:20"),
        ([{"transfer_type": "2", "min_transfer_time": "600"}], "09:00"),
        ([{"transfer_type": "3"}], None),
        # The most specific row wins, whatever the order of the rows.
        ([{"transfer_type": "3"}, {"transfer_type": "1", "to_route_id": "u"}], "08:20"),
        ([{"transfer_type": "1", "to_route_id": "u"}, {"transfer_type": "3"}], "08:20"),
        ([{"transfer_type": "1"}, {"transfer_type": "3", "to_trip_id": "u"}], "08:30"),
        ([{"transfer_type": "1", "from_route_id": "t"}, {"transfer_type": "3", "from_trip_id": "t"}], None),
        (
            [
                {"transfer_type": "3", "to_route_id": "u"},
                {"transfer_type": "1", "from_trip_id": "t", "to_trip_id": "u"},
            ],
            "08:20",
        ),
        ([{"transfer_type": "3", "from_route_id": "v"}], "08:30"),
    ],
)
def test_what_the_feed_says_about_a_change_holds_and_the_most_specific_row_wins(tmp_path, rows, arrival):
    rules = [{"from_stop_id": "B", "to_stop_id": "B", **row} for row in rows]
    asked = Asked.of(tmp_path, Made(CHANGING, route={trip: trip for trip in CHANGING}, transfers=rules))
    assert asked.arrival("A", "C", "07:55") == arrival


def test_a_change_between_two_stops_holds_at_any_distance_and_in_its_own_direction(tmp_path):
    trips = {"t": [("A", "08:00"), ("B", "08:10")], "u": [("F", "08:30"), ("G", "08:40")]}
    rule = {"from_stop_id": "B", "to_stop_id": "F", "transfer_type": "2", "min_transfer_time": "900"}
    assert Asked.of(tmp_path, Made(trips)).arrival("A", "G", "07:55") is None
    assert Asked.of(tmp_path, Made(trips, transfers=[rule])).arrival("A", "G", "07:55") == "08:40"
    other = rule | {"from_stop_id": "F", "to_stop_id": "B"}
    assert Asked.of(tmp_path, Made(trips, transfers=[other])).arrival("A", "G", "07:55") is None


def test_a_rule_for_one_trip_between_two_stops_says_nothing_about_other_trips(tmp_path):
    trips = {
        "t": [("A", "08:00"), ("B", "08:10")],
        "u": [("F", "08:30"), ("G", "08:40")],
        "v": [("F", "09:00"), ("G", "09:10")],
    }
    rule = {"from_stop_id": "B", "to_stop_id": "F", "transfer_type": "2", "min_transfer_time": "60", "to_trip_id": "v"}
    assert Asked.of(tmp_path, Made(trips, transfers=[rule])).arrival("A", "G", "07:55") == "09:10"


def test_walks_of_the_feed_are_never_chained(tmp_path):
    trips = {"t": [("A", "08:00"), ("B", "08:10")], "u": [("F", "09:30"), ("G", "09:40")]}
    rules = [
        {"from_stop_id": "B", "to_stop_id": "D", "transfer_type": "2", "min_transfer_time": "60"},
        {"from_stop_id": "D", "to_stop_id": "F", "transfer_type": "2", "min_transfer_time": "60"},
    ]
    assert Asked.of(tmp_path, Made(trips, stops={"D": {}}, transfers=rules)).arrival("A", "G", "07:55") is None


SEATED = {"t": [("A", "08:00"), ("B", "08:10")], "u": [("B", "08:10"), ("C", "08:20")]}


def seated(kind, **columns):
    return [{"from_trip_id": "t", "to_trip_id": "u", "transfer_type": kind, **columns}]


@pytest.mark.parametrize("columns", [{}, {"from_stop_id": "B", "to_stop_id": "B"}])
def test_who_stays_seated_makes_no_change_and_takes_one_ride(tmp_path, columns):
    asked = Asked.of(tmp_path, Made(SEATED, transfers=seated("4", **columns)))
    assert asked.best("A", "C", seconds("07:55")) == [seconds("08:20")] * 4
    assert asked.best("A", "C", seconds("08:20"), forward=False)[0] == seconds("08:00")
    assert len(asked.rides("A", "C", "07:55")) == 1


def test_where_the_feed_says_that_all_get_off_nobody_stays_seated(tmp_path):
    assert Asked.of(tmp_path, Made(SEATED, transfers=seated("5"))).arrival("A", "C", "07:55") is None


def test_a_block_alone_lets_nobody_stay_seated(tmp_path):
    block = {trip: {"block_id": "7"} for trip in SEATED}
    assert Asked.of(tmp_path, Made(SEATED, trip_columns=block)).arrival("A", "C", "07:55") is None


def test_three_trips_of_one_vehicle_are_one_ride(tmp_path):
    trips = SEATED | {"v": [("C", "08:21"), ("D", "08:30")]}
    rules = [*seated("4"), {"from_trip_id": "u", "to_trip_id": "v", "transfer_type": "4"}]
    asked = Asked.of(tmp_path, Made(trips, transfers=rules))
    assert asked.best("A", "D", seconds("07:55"))[0] == seconds("08:30")
    assert asked.best("B", "D", seconds("07:55"))[0] == seconds("08:30")


def test_one_stays_seated_on_days_that_both_trips_run(tmp_path):
    calendar = {
        "school": (SCHOOL_DAYS, "20260302", "20260306"),
        "monday": (("1",) + ("0",) * 6, "20260302", "20260306"),
    }
    made = Made(SEATED, service={"u": "monday"}, calendar=calendar, transfers=seated("4"))
    assert Asked.of(tmp_path, made, MONDAY).arrival("A", "C", "07:55") == "08:20"
    assert Asked.of(tmp_path, made, TUESDAY).arrival("A", "C", "07:55") is None


def test_a_vehicle_that_leaves_before_it_arrives_takes_nobody_on(tmp_path):
    trips = SEATED | {"u": [("B", "08:05"), ("C", "08:20")]}
    assert Asked.of(tmp_path, Made(trips, transfers=seated("4"))).arrival("A", "C", "07:55") is None


PLATFORMS = {
    "B1": {"parent_station": "S", "platform_code": "1"},
    "B2": {"parent_station": "S", "platform_code": "2"},
    "S": {"location_type": "1"},
}


@pytest.mark.parametrize(("leave", "arrival"), [("08:12", None), ("08:13", "08:30")])
def test_platforms_of_one_station_are_three_minutes_apart(tmp_path, leave, arrival):
    trips = {"t": [("A", "08:00"), ("B1", "08:10")], "u": [("B2", leave), ("C", "08:30")]}
    assert Asked.of(tmp_path, Made(trips, stops=PLATFORMS)).arrival("A", "C", "07:55") == arrival


def test_a_rule_between_stations_holds_for_their_platforms_and_one_of_a_platform_wins(tmp_path):
    trips = {"t": [("A", "08:00"), ("B1", "08:10")], "u": [("B2", "08:11"), ("C", "08:30")]}
    quick = {"from_stop_id": "S", "to_stop_id": "S", "transfer_type": "2", "min_transfer_time": "60"}
    slow = {"from_stop_id": "B1", "to_stop_id": "B2", "transfer_type": "2", "min_transfer_time": "300"}
    assert Asked.of(tmp_path, Made(trips, stops=PLATFORMS, transfers=[quick])).arrival("A", "C", "07:55") == "08:30"
    assert Asked.of(tmp_path, Made(trips, stops=PLATFORMS, transfers=[quick, slow])).arrival("A", "C", "07:55") is None


def test_entrances_and_nodes_are_no_stops_and_do_not_stand_in_the_way(tmp_path):
    extra = {
        "in": {"location_type": "2", "parent_station": "S"},
        "node": {"location_type": "3", "parent_station": "S", "stop_lat": "", "stop_lon": ""},
    }
    trips = {"t": [("A", "08:00"), ("B1", "08:10")]}
    asked = Asked.of(tmp_path, Made(trips, stops=PLATFORMS | extra))
    assert asked.arrival("A", "B1", "07:55") == "08:10"
    assert "in" not in [asked.feed.stop_ids[row] for row in range(asked.feed.stops)]


def test_a_wheelchair_that_is_not_told_is_what_the_station_tells_and_else_not_known(tmp_path):
    stops = {
        "B1": {"parent_station": "S"},
        "B2": {"parent_station": "S", "wheelchair_boarding": "2"},
        "B3": {"parent_station": "S", "wheelchair_boarding": "0"},
        "S": {"location_type": "1", "wheelchair_boarding": "1"},
        "A": {"wheelchair_boarding": ""},
    }
    asked = Asked.of(tmp_path, Made({"t": [("A", "08:00"), ("B1", "08:10")]}, stops=stops))
    told = dict(
        zip(
            [asked.feed.stop_ids[row] for row in range(asked.feed.stops)],
            asked.feed.array("stop_wheelchair").tolist(),
            strict=True,
        )
    )
    assert told == {"A": 0, "B1": 1, "B2": 2, "B3": 1, "S": 1}


def test_accepted_and_counted(tmp_path):
    tables = Made({"t": LINE, "empty": []}, stops={"X": {}}).tables()
    tables["stops.txt"] = "\ufeff" + tables["stops.txt"].replace("stop_id,", "own,stop_id,", 1)
    lines = tables["stops.txt"].splitlines()
    tables["stops.txt"] = "\r\n".join([lines[0], *("iets," + line for line in lines[1:]), "", ",,,,,"]) + "\r\n"
    header, *rows = tables["stop_times.txt"].splitlines()
    order = [4, 0, 2, 1, 3]
    names = header.split(",")
    tables["stop_times.txt"] = "\n".join(
        [",".join(names[at % len(names)] for at in order)]
        + [",".join(row.split(",")[at % len(names)] for at in order) for row in reversed(rows)]
    ).replace("08:", " 8:")  # a time with one digit, and a space
    tables["fares.txt"] = "iets\nanders\n"
    asked = Asked.of(tmp_path, tables)
    assert asked.arrival("A", "C", "07:55") == "08:20"
    assert asked.feed.dropped["trips_without_times"] == 1
    assert asked.feed.dropped["unused_stops"] == 1


def test_shuffled_rows_are_the_same_timetable(tmp_path):
    made = Made(CHANGING, route={trip: trip for trip in CHANGING})
    tables = made.tables()
    header, *rows = tables["stop_times.txt"].splitlines()
    shuffled = [rows[at] for at in np.random.default_rng(3).permutation(len(rows))]
    other = tables | {"stop_times.txt": "\n".join([header, *shuffled])}
    one, two = (
        Asked.of(tmp_path / name, kind)
        for name, kind in (("1", tables), ("2", other))
        if (tmp_path / name).mkdir() is None
    )
    for name, array in one.feed.day(MONDAY).arrays().items():
        assert np.array_equal(array, two.feed.day(MONDAY).arrays()[name]), name


@pytest.mark.parametrize(("unit", "factor"), [("metre", 1.0), ("kilometre", 0.001)])
def test_the_unit_of_distances_is_found_and_they_are_kept_in_metres(tmp_path, unit, factor):
    rows = [timed(stop, time, f"{900 * number * factor:.3f}") for number, (stop, time) in enumerate(LINE)]
    asked = Asked.of(tmp_path, Made({"t": rows}))
    assert asked.feed.array("call_metres").tolist() == pytest.approx([0, 900, 1800], abs=2), unit
    assert asked.feed.array("trip_measured").tolist() == [1]


def test_without_distances_the_length_is_straight_and_marked(tmp_path):
    asked = Asked.of(tmp_path, Made({"t": LINE}))
    assert asked.feed.array("call_metres").tolist() == pytest.approx([0, 900, 1800], abs=5)
    assert asked.feed.array("trip_measured").tolist() == [0]


def test_a_service_that_runs_for_ever_is_read_around_today(tmp_path):
    ever = Made({"t": LINE}, calendar={"school": (EVERY_DAY, "20000101", "20991231")})
    today = dt.date(2026, 12, 1)
    feed = import_feed(tmp_path, "ooit", zipped(tmp_path, ever.tables()), today=today)
    assert feed.knows(today)
    assert feed.knows(today + dt.timedelta(days=700))
    assert not feed.knows(dt.date(2099, 1, 1)), "what was not read is not known, and never guessed"
    past = Made({"t": LINE}, calendar={"school": (EVERY_DAY, "20000101", "20201231")})
    old = import_feed(tmp_path, "oud", zipped(tmp_path, past.tables()), today=today)
    assert (old.knows(today), old.last_day) == (False, dt.date(2020, 12, 31))


def test_a_calendar_without_rows_beside_calendar_dates_is_no_fault(tmp_path):
    tables = Made({"t": LINE}, dates=[("school", "20260302", "1")]).tables()
    tables["calendar.txt"] = tables["calendar.txt"].splitlines()[0] + "\n"
    assert Asked.of(tmp_path, tables).arrival("A", "C", "07:55") == "08:20"


def test_a_service_that_is_only_taken_away_runs_never_and_is_known(tmp_path):
    made = Made({"t": LINE, "u": LINE}, service={"u": "never"}, dates=[("never", "20260302", "2")])
    assert Asked.of(tmp_path, made).feed.day(MONDAY).runs == 1
