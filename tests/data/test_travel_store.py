"""Points of postcodes and gemeenten from the tables, and the choice of a network."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from data.tables.audit import AuditEntry
from data.tables.organisation import Gemeente, GemeenteBorder, PostcodePoint
from data.travel_store import TravelStore

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def _point(postcode, lat, lon, *, gemeente="9801", place="Meerdorp", doubtful=False):
    return PostcodePoint(
        postcode=postcode,
        lat=lat,
        lon=lon,
        x_m=0,
        y_m=0,
        place=place,
        gemeente_code=gemeente,
        source="test",
        doubtful=doubtful,
    )


@pytest.fixture
def filled(database):
    border = {"type": "Polygon", "coordinates": [[[5.0, 52.0], [5.2, 52.0], [5.2, 52.4], [5.0, 52.0]]]}
    with database.write() as session:
        session.add_all([Gemeente(code="9801", name="Oostmeer"), Gemeente(code="9802", name="Westmeer")])
        session.flush()
        session.add(GemeenteBorder(gemeente_code="9802", year=2026, geojson=json.dumps(border), source="test"))
        session.add_all(
            [
                _point("3811", 52.62, 5.42),
                _point("3811AB", 52.61, 5.41),
                _point("3812AA", 52.50, 5.50),
                _point("3812AB", 52.52, 5.54),
                _point("3899", 50.0, 4.0, doubtful=True),
                _point("3820", 51.0, 4.0, gemeente="9802", place="Westdorp", doubtful=True),
            ]
        )
    return database


@pytest.mark.parametrize(
    ("postcode", "expected"),
    [("3811AB", (52.61, 5.41)), ("3811", (52.62, 5.42)), ("3812", (52.51, 5.52)), ("3899", None), ("9999", None)],
)
def test_a_postcode_has_its_own_point_or_the_middle_of_its_six_character_points(filled, postcode, expected):
    with filled.read() as session:
        found = TravelStore(session).postcode_point(postcode)
    assert (None if found is None else (found.lat, found.lon)) == (expected and pytest.approx(expected))


def test_a_doubtful_postcode_falls_back_to_the_middle_of_its_gemeente(filled):
    with filled.read() as session:
        store = TravelStore(session)
        assert store.municipality_of("3899").label == "Oostmeer"
        middle = store.municipality_of("3820")
    assert (middle.label, middle.lat, middle.lon) == ("Westmeer", pytest.approx(52.2), pytest.approx(5.1))


def test_a_gemeente_and_a_place_are_found_by_name_in_any_capitals(filled):
    with filled.read() as session:
        store = TravelStore(session)
        assert store.municipality_named("OOSTMEER").label == "Oostmeer"
        assert store.municipality_named("meerdorp").label == "Meerdorp"
        assert store.municipality_named("nergens") is None


def test_the_choice_of_a_network_is_one_row_and_is_in_the_audit_trail(database):
    for name in ("merenveld", "nederland"):
        with database.write() as session:
            TravelStore(session).choose_network(name, at=NOW, by="beheer@merenveld.example")
    with database.read() as session:
        assert TravelStore(session).chosen_network() == "nederland"
        trail = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.before, entry.after) for entry in trail] == [
        (None, {"name": "merenveld"}),
        ({"name": "merenveld"}, {"name": "nederland"}),
    ]
