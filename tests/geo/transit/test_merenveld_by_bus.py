"""The timetable of Merenveld: equal to the byte, accepted without a remark, and alive."""

from __future__ import annotations

import datetime as dt

import pytest

from data.demo.atlas import build_atlas
from data.demo.places import build_region
from data.demo.size import LEAST_NODES
from data.demo.transit import write_fares, write_transit
from geo.fares.rules import read_fares
from geo.timetable.build import import_feed
from geo.transit.links import make_links
from geo.transit.search import Ends, one, searching
from geo.transit.stage_days import school_week


@pytest.fixture(scope="module")
def region():
    return build_region(build_atlas(LEAST_NODES, 7), 7)


def test_the_same_region_gives_the_same_bytes(region, tmp_path):
    first = write_transit(tmp_path / "1.zip", region).read_bytes()
    again = build_region(build_atlas(LEAST_NODES, 7), 7)
    assert write_transit(tmp_path / "2.zip", again).read_bytes() == first
    assert write_fares(tmp_path / "1.toml", region).read_bytes() == write_fares(tmp_path / "2.toml", again).read_bytes()


def test_it_is_read_in_without_anything_odd_and_goes_everywhere(region, tmp_path):
    feed = import_feed(tmp_path, "merenveld", write_transit(tmp_path / "1.zip", region))
    assert {key: count for key, count in feed.dropped.items() if count and key != "unused_stops"} == {}
    along, start = feed.array("call_metres"), feed.array("trip_start")
    for trip in range(feed.counts["trips"]):
        assert (along[start[trip] + 1 : start[trip + 1]] > along[start[trip] : start[trip + 1] - 1]).all(), trip
    monday = school_week(feed)
    assert monday is not None
    assert feed.runs_on(monday) > feed.runs_on(dt.date(2026, 12, 21)) > 0, "a holiday has fewer runs"
    links = make_links(feed, None)
    from_here = Ends.of({[feed.stop_ids[row] for row in range(feed.stops)].index("st0p1"): 0})
    with searching(feed.day(monday), links, one(8 * 3600), one(12 * 3600), from_here, None, 4) as found:
        assert (found.labels.off[4] < 2**30).sum() > feed.stops // 2


def test_the_last_train_arrives_after_midnight_and_every_pair_of_stations_has_a_price(region, tmp_path):
    feed = import_feed(tmp_path, "merenveld", write_transit(tmp_path / "1.zip", region))
    table = feed.day(dt.date(2026, 12, 1))
    assert int(table.off.max()) > 24 * 3600
    fares = read_fares(write_fares(tmp_path / "1.toml", region).read_text("utf-8"))
    stations = sorted({stop for pair in fares.units[0].pairs for stop in pair})
    assert len(fares.units[0].pairs) == len(stations) * (len(stations) - 1) // 2
    assert set(fares.units[0].pairs.values()) == set(fares.units[0].cents)
