"""Addresses in pages are those of Flask, letter by letter."""

import flask
import pytest
from hypothesis import given
from hypothesis import strategies as st

from usecases.settings import read_settings
from webapp import create_app
from webapp.page.addresses import url_for


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    return create_app(read_settings({"STAGEROUTE_HOME": str(tmp_path_factory.mktemp("home"))}))


@given(st.text(min_size=0, max_size=30), st.text(min_size=1, max_size=10))
def test_an_address_is_the_one_that_flask_builds(house, pupil, place):
    with house.test_request_context("/"):
        for _ in range(2):
            for endpoint, values in (
                ("search.reserve", {"pupil_id": pupil, "place_id": place}),
                ("search.reserve", {"place_id": place, "pupil_id": pupil}),
                ("search.show_search", {"leerling": pupil}),
                ("static", {"filename": place}),
                ("home.show_home", {}),
            ):
                assert url_for(endpoint, **values) == flask.url_for(endpoint, **values)


def test_an_address_of_a_house_behind_a_path_begins_with_that_path(house):
    with house.test_request_context("/", base_url="http://school.example/"):
        assert url_for("home.show_home") == "/"
    with house.test_request_context("/", base_url="http://school.example/stage"):
        assert url_for("home.show_home") == "/stage/"
        assert url_for("companies.show_place", place_id="P 1") == "/stage/plekken/P%201"


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        ("jobs.show_job", {"job_id": "a", "_anchor": "b"}),
        ("companies.show_place", {"place_id": "a", "_external": True}),
        ("tiles.show_tile", {"network": "n", "zoom": 1, "x": 2, "y": 3}),
        ("search.show_search", {"sector": ["a", "b"], "postcode": None}),
    ],
)
def test_an_address_with_more_than_text_in_its_path_is_left_to_flask(house, endpoint, values):
    with house.test_request_context("/"):
        assert url_for(endpoint, **values) == flask.url_for(endpoint, **values)


def test_an_unknown_page_is_refused_as_flask_does(house):
    with house.test_request_context("/"), pytest.raises(flask.app.BuildError):
        url_for("nergens.show", code="x")
