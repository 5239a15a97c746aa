"""Wegennetten: what trips are computed on, what was left out, and a new one built by a worker."""

from __future__ import annotations

import shutil

import pytest

from tests.geo.map_town import write_town
from usecases.work.jobs import execute


@pytest.fixture
def beheer(app, home, login):
    (home / "extracts").mkdir()
    write_town(home / "extracts" / "meerdorp.osm")
    (home / "extracts" / "notes.txt").write_text("x", "utf-8")
    return login("beheerder")


def _build(app, beheer, name="meerdorp"):
    form = {"bestand": "meerdorp.osm", "naam": name, "csrf_token": beheer.token}
    answer = beheer.post("/wegennetten/bouw", data=form)
    assert answer.status_code == 303, answer.text
    job_id = answer.location.rsplit("/", 1)[1]
    state = execute(app.extensions["stageroute"], job_id, 1, "proef", lambda _name, step: step())
    return job_id, state


def test_without_a_network_the_page_says_how_to_get_one(login):
    page = login("beheerder").get("/wegennetten").text
    assert "Er is nog geen wegennet" in page
    assert "in de map extracts" in page


def test_a_worker_builds_a_network_with_its_map_and_the_page_shows_both(app, beheer):
    job_id, state = _build(app, beheer)
    assert state == "klaar", app.extensions["stageroute"].jobs.find(job_id).error
    page = beheer.get("/wegennetten").text
    graph = app.extensions["stageroute"].networks.open("meerdorp")
    assert graph.digest[:12] in page
    assert "meerdorp.osm" in page
    assert "notes.txt" not in page
    assert app.extensions["stageroute"].travel.ground() is not None
    assert "/wegennetten/meerdorp" in beheer.get(f"/taken/{job_id}").text


def test_the_pieces_that_were_left_out_are_drawn_and_listed(app, beheer, home):
    source = home / "extracts" / "meerdorp.osm"
    island = (
        '<node id="900" lat="52.62" lon="5.40" version="1"/><node id="901" lat="52.621" lon="5.401" version="1"/>'
        '<way id="990" version="1"><nd ref="900"/><nd ref="901"/><tag k="highway" v="residential"/>'
        '<tag k="name" v="Eilandpad"/></way></osm>'
    )
    source.write_text(source.read_text("utf-8").replace("</osm>", island), "utf-8")
    _build(app, beheer)
    page = beheer.get("/wegennetten/meerdorp?definitie=lopen-kortst").text
    assert "Eilandpad" in page
    assert "map-line--weggevallen" in page
    assert '<option value="lopen-kortst" selected>' in page


def test_another_network_is_taken_into_use_and_the_audit_trail_says_by_whom(app, beheer):
    _build(app, beheer)
    _build(app, beheer, "tweede")
    answer = beheer.post("/wegennetten/tweede/gebruik", data={"csrf_token": beheer.token}, follow_redirects=True)
    assert "berekend op wegennet tweede" in answer.text
    assert app.extensions["stageroute"].travel.current_name() == "tweede"
    entries, _ = app.extensions["stageroute"].audit.newest(5)
    assert [entry.object_id for entry in entries if entry.action == "netwerk-kiezen"] == ["tweede"]


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"bestand": "../stageroute.sqlite", "naam": "x"}, "bestaat niet"),
        ({"bestand": "notes.txt", "naam": "x"}, "bestaat niet"),
        ({"bestand": "", "naam": "x"}, "bestaat niet"),
        ({"bestand": "meerdorp.osm", "naam": "../x"}, "kan niet"),
        ({"bestand": "meerdorp.osm", "naam": ""}, "kan niet"),
    ],
)
def test_a_build_that_cannot_begin_is_refused_with_a_sentence(beheer, form, sentence):
    answer = beheer.post("/wegennetten/bouw", data=form | {"csrf_token": beheer.token})
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_damaged_extract_fails_with_its_sentence_and_the_network_in_use_stays(app, beheer, home):
    _build(app, beheer)
    before = app.extensions["stageroute"].travel.as_of()
    (home / "extracts" / "meerdorp.osm").write_text("<osm><node", "utf-8")
    job_id, state = _build(app, beheer)
    assert state == "mislukt"
    assert "meerdorp.osm" in app.extensions["stageroute"].jobs.find(job_id).error
    assert app.extensions["stageroute"].travel.as_of() == before


def test_a_damaged_network_is_in_the_list_with_its_fault(app, beheer, home):
    _build(app, beheer)
    (version,) = (home / "networks" / "meerdorp" / "versions").iterdir()
    shutil.copy(version / "meta.json", version / "geometry.npy")
    app.extensions["stageroute"].travel.networks._open.clear()
    page = beheer.get("/wegennetten")
    assert page.status_code == 200
    assert "beschadigd" in page.text


def test_a_network_that_is_not_there_is_not_found(beheer):
    assert beheer.get("/wegennetten/nergens").status_code == 404
    assert beheer.post("/wegennetten/nergens/gebruik", data={"csrf_token": beheer.token}).status_code == 404
