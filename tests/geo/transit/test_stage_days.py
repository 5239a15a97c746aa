"""Stage days there and back, the most ordinary week of a feed, and the command that writes them for many."""

from __future__ import annotations

import csv
import datetime as dt

import pytest

from geo.build import build_network
from geo.timetable.build import import_feed
from geo.transit.answers import Mode, NoJourney
from geo.transit.stage_days import Hours, school_week, stage_week
from geo.transit.travel import TransitTravel
from tests.geo.towns import at, grid_town
from tests.geo.transit.feeds import EVERY_DAY, MONDAY, SCHOOL_DAYS, Asked, Made, zipped

DAY = {"in": [("A", "08:00"), ("B", "08:10")], "out": [("B", "16:05"), ("A", "16:20")]}
SLOW = {"slow": [("A", "07:30"), ("B", "08:12")]}
HOME, PLACE = at(0, 0), at(900, 0)
HOURS = Hours((0, 1, 2), dt.time(8, 30), dt.time(16, 0))


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    return build_network(folder, "stad", grid_town(11).write(folder))


def week(graph, folder, made, hours=HOURS, **more):
    travel = TransitTravel(import_feed(folder, "test", zipped(folder, made.tables())), graph)
    asked = {"access": Mode.FOOT, "limit_s": 5400, "most_rides": 4} | more
    return stage_week(travel, HOME, PLACE, hours, MONDAY, **asked)


def test_a_place_is_reached_when_every_day_works_there_and_back(graph, tmp_path):
    found = week(graph, tmp_path, Made(DAY))
    assert found.reason is None
    assert found.minutes == [10, 10, 10, 15, 15, 15]
    assert (found.at_share(50), found.at_share(90)) == (10, 15)
    assert found.worst.day == MONDAY
    assert [journey.depart.strftime("%H:%M") for journey in found.worst.journeys] == ["08:00", "16:05"]


def test_the_worst_day_is_the_headline(graph, tmp_path):
    calendar = {
        "school": (SCHOOL_DAYS, "20260302", "20260327"),
        "tuesday": (("0", "1") + ("0",) * 5, "20260302", "20260327"),
        "other": (("1", "0", "1", "1", "1", "0", "0"), "20260302", "20260327"),
    }
    made = Made(DAY | SLOW, service={"slow": "tuesday", "in": "other"}, calendar=calendar)
    found = week(graph, tmp_path, made)
    assert found.worst.day == MONDAY + dt.timedelta(days=1)
    assert found.minutes[-1] == 42


@pytest.mark.parametrize(
    ("trips", "hours", "more", "reason"),
    [
        ({"in": DAY["in"]}, HOURS, {}, NoJourney.NO_JOURNEY),  # there, and not back
        ({"out": DAY["out"]}, HOURS, {}, NoJourney.NO_JOURNEY),
        (DAY, Hours((0, 5), dt.time(8, 30), dt.time(16)), {}, NoJourney.NO_JOURNEY),  # nothing runs on Saturday
        (DAY, HOURS, {"limit_s": 600}, NoJourney.BEYOND_LIMIT),
    ],
)
def test_one_day_that_does_not_work_is_a_reason_and_no_number(graph, tmp_path, trips, hours, more, reason):
    found = week(graph, tmp_path, Made(trips), hours, **more)
    assert (found.reason, found.minutes, found.worst, found.at_share(90)) == (reason, [], None, None)


def test_the_limit_counts_from_the_hour_of_the_place(graph, tmp_path):
    assert week(graph, tmp_path, Made(DAY), limit_s=30 * 60).reason is None
    assert week(graph, tmp_path, Made(DAY), limit_s=29 * 60).reason is NoJourney.BEYOND_LIMIT


def test_a_week_outside_of_the_feed_is_a_reason(graph, tmp_path):
    later = Made(DAY, calendar={"school": (SCHOOL_DAYS, "20260309", "20260327")})
    assert week(graph, tmp_path, later).reason is NoJourney.NOT_YET


def test_the_most_ordinary_week_is_not_the_one_of_a_holiday(tmp_path):
    extra = {f"x{number}": [("A", f"{9 + number}:00"), ("B", f"{9 + number}:20")] for number in range(3)}
    holiday = [("school", f"2026030{day}", "2") for day in range(2, 7)]
    feed = Asked.of(tmp_path, Made(extra, dates=[*holiday, ("school", "20260312", "2")])).feed
    assert school_week(feed) == dt.date(2026, 3, 16)
    assert school_week(feed, dt.date(2026, 3, 17)) == dt.date(2026, 3, 23)
    short = Made(extra, calendar={"school": (EVERY_DAY, "20260303", "20260310")})
    assert school_week(Asked.of(tmp_path, short).feed) is None


@pytest.fixture
def matrix(app, home, tmp_path):
    build_network(home, "stad", grid_town(11).write(tmp_path))
    import_feed(home, "regio", zipped(tmp_path, Made(DAY).tables()))
    files = {
        "homes": f"id,lat,lon\nh1,{HOME[0]},{HOME[1]}\nver,53.9,6.9\n",
        "places": "id;lat;lon;start;end;days\n"
        + "".join(
            f"{name};{PLACE[0]};{PLACE[1]};08:30;16:00;{days}\n" for name, days in (("p1", "ma di"), ("p2", "za"))
        ),
    }

    def run(*more, **changed):
        for name, text in (files | changed).items():
            (tmp_path / f"{name}.csv").write_text(text, "utf-8")
        out = tmp_path / "out.csv"
        arguments = ["--homes", tmp_path / "homes.csv", "--places", tmp_path / "places.csv", "--out", out, *more]
        done = app.test_cli_runner().invoke(
            args=["ov", "matrix", "--feed", "regio", "--network", "stad", *map(str, arguments)]
        )
        rows = list(csv.DictReader(out.read_text("utf-8").splitlines())) if done.exit_code == 0 else []
        return done, rows

    return run


def test_the_matrix_writes_a_number_or_a_reason_for_every_pair(matrix):
    done, rows = matrix()
    assert done.exit_code == 0, done.stderr
    assert [(row["home_id"], row["place_id"], row["minutes_worst"], row["reason"]) for row in rows] == [
        ("h1", "p1", "15", ""),
        ("h1", "p2", "", "geen_reis"),
        ("ver", "p1", "", "buiten_netwerk"),
        ("ver", "p2", "", "buiten_netwerk"),
    ]
    assert (rows[0]["leave_home"], rows[0]["home_again"], rows[0]["rides"]) == ("08:00", "16:20", "1")
    assert "4 paren, 1 bereikbaar" in done.output


def test_a_week_can_be_asked_for_and_outside_of_the_feed_it_is_a_reason(matrix):
    _, rows = matrix("--week", "2026-12-10")
    assert {row["reason"] for row in rows if row["home_id"] == "h1"} == {"dienstregeling_verlopen"}


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"homes": "id,lat\n"}, "homes.csv, regel 1"),
        ({"homes": "id,lat,lon\n"}, "minstens één rij"),
        ({"homes": "id,lat,lon\nh,1,2\nh,1,2\n"}, "regel 3, kolom id"),
        ({"homes": "id,lat,lon\nh,hier,2\n"}, 'kolom lat: gevonden "hier"'),
        ({"homes": "id,lat,lon\nh,95,2\n"}, "-90 tot en met 90"),
        ({"places": "id,lat,lon,start,end,days\np,52.6,5.4,8.30,16:00,ma\n"}, 'kolom start: gevonden "8.30"'),
        ({"places": "id,lat,lon,start,end,days\np,52.6,5.4,16:00,08:30,ma\n"}, "een tijd na 16:00"),
        ({"places": "id,lat,lon,start,end,days\np,52.6,5.4,08:30,16:00,maandag\n"}, "kolom days"),
        ({"places": "id,lat,lon,start,end,days\np,52.6,5.4,08:30,16:00,ma ma\n"}, "elk één keer"),
        ({"places": "id,lat,lon,start,end,days\np,52.6,5.4,08:30,16:00,\n"}, "kolom days"),
    ],
)
def test_rows_that_cannot_be_are_named(matrix, changed, says):
    done, _ = matrix(**changed)
    assert done.exit_code == 2
    assert says in done.stderr
