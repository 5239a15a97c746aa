"""Tiles, the ground of the server-made map, the style of the live map, and the picture itself."""

from __future__ import annotations

import gzip
import json
import shutil
import xml.etree.ElementTree as ET

import pytest

from geo.build import build_network
from geo.mercator import to_world
from geo.tiles import build_tiles
from tests.geo.map_town import SOUTH, WEST, write_town
from webapp.page.map.features import UnknownKindError, collection, corners, line, point, shape
from webapp.page.map.kinds import KINDS
from webapp.page.map.maps import draw_map
from webapp.page.map.picture import draw_features
from webapp.page.map.style import build_style
from webapp.page.map.view import MapView

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="session")
def networks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    source = write_town(folder / "town.osm")
    build_network(folder, "town", source)
    build_tiles(source, folder / "networks" / "town" / "tiles.pmtiles", title="town")
    return folder / "networks"


@pytest.fixture
def town(app, home, networks):
    shutil.copytree(networks, home / "networks")
    return app


def _place(zoom):
    x, y = to_world(SOUTH + 0.006, WEST + 0.01, zoom)
    return int(x // 256), int(y // 256)


def test_a_tile_is_served_gzipped_and_kept_by_its_etag(town):
    client = town.test_client()
    x, y = _place(14)
    answer = client.get(f"/kaart/tegels/town/14/{x}/{y}.mvt")
    assert answer.status_code == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.mimetype == "application/vnd.mapbox-vector-tile"
    assert b"water" in gzip.decompress(answer.data)
    again = client.get(f"/kaart/tegels/town/14/{x}/{y}.mvt", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_tile_of_a_named_version_is_kept_for_good_and_others_are_asked_again(town):
    client = town.test_client()
    digest = town.extensions["stageroute"].travel.ground().digest
    x, y = _place(14)
    assert "immutable" in client.get(f"/kaart/tegels/town/14/{x}/{y}.mvt?v={digest}").headers["Cache-Control"]
    assert "must-revalidate" in client.get(f"/kaart/tegels/town/14/{x}/{y}.mvt?v=old").headers["Cache-Control"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/kaart/tegels/town/14/0/0.mvt", 204),
        ("/kaart/tegels/town/2/9/0.mvt", 404),
        ("/kaart/tegels/town/99/0/0.mvt", 404),
        ("/kaart/tegels/elders/14/0/0.mvt", 404),
        ("/kaart/tegels/../14/0/0.mvt", 404),
        ("/kaart/beeld/town/14/0-30/0-30.svg", 404),
        ("/kaart/beeld/town/14/5-4/0-0.svg", 404),
        ("/kaart/beeld/town/99/0-0/0-0.svg", 404),
    ],
)
def test_what_is_not_on_the_map_has_a_clear_status(town, address, status):
    assert town.test_client().get(address).status_code == status


def test_a_rebuild_is_served_at_once_and_with_another_etag(town, home, tmp_path):
    client = town.test_client()
    x, y = _place(14)
    address = f"/kaart/tegels/town/14/{x}/{y}.mvt"
    before = client.get(address).headers["ETag"]
    source = write_town(tmp_path / "town.osm")
    source.write_text(source.read_text("utf-8").replace("Dwarsstraat", "Nieuwstraat"), "utf-8")
    build_tiles(source, home / "networks" / "town" / "tiles.pmtiles", title="town")
    after = client.get(address)
    assert after.headers["ETag"] != before
    assert b"Nieuwstraat" in gzip.decompress(after.data)


def test_the_ground_is_an_svg_without_style_that_a_browser_keeps(town):
    x, y = _place(14)
    answer = town.test_client().get(f"/kaart/beeld/town/14/{x - 1}-{x + 1}/{y - 1}-{y + 1}.svg")
    assert answer.mimetype == "image/svg+xml"
    picture = gzip.decompress(answer.data).decode()
    assert ET.fromstring(picture).get("viewBox") == "0 0 768 768"
    assert "style" not in picture
    assert answer.headers["ETag"]


def test_the_style_has_no_glyphs_and_only_layers_that_the_tiles_have(town):
    style = town.test_client().get("/kaart/stijl.json").json
    assert style["version"] == 8
    assert "glyphs" not in style
    assert style["sources"]["network"]["attribution"] == "© OpenStreetMap-bijdragers (ODbL)"
    drawn = {layer.get("source-layer") for layer in style["layers"]} - {None}
    assert "water" in drawn
    assert "railways" not in drawn
    assert len({layer["id"] for layer in style["layers"]}) == len(style["layers"])
    used = {layer["source"] for layer in style["layers"] if "source" in layer}
    assert used <= set(style["sources"])


def test_pdok_is_in_the_style_and_the_policy_only_when_it_is_switched_on(town, home, monkeypatch):
    answer = town.test_client().get("/kaart/stijl.json")
    assert "pdok" not in answer.text
    assert "pdok" not in answer.headers["Content-Security-Policy"]
    monkeypatch.setenv("STAGEROUTE_PDOK_BACKGROUND", "aan")
    from webapp import create_app

    other = create_app()
    answer = other.test_client().get("/kaart/stijl.json")
    assert "pdok" in answer.json["sources"]
    assert "https://service.pdok.nl" in answer.headers["Content-Security-Policy"]
    other.extensions["stageroute"].close()


def test_every_kind_can_be_drawn_by_both_maps():
    style = json.dumps(build_style(tiles="", box=None, present=frozenset(), dark=True, pdok=False))
    for key in KINDS:
        assert f'"{key}"' in style


FEATURES = collection(
    [
        point("naar", (SOUTH + 0.012, WEST + 0.02), "Stage & Zn <x>", detail="14 min", symbol="1"),
        line("fiets", [(SOUTH, WEST), (SOUTH + 0.012, WEST + 0.02)], "Route"),
        shape(
            "witte-vlek",
            {
                "type": "Polygon",
                "coordinates": [[[WEST, SOUTH], [WEST + 0.01, SOUTH], [WEST, SOUTH + 0.01], [WEST, SOUTH]]],
            },
            "Oostmeer",
        ),
    ]
)


def _draw(app, features, **more):
    with app.test_request_context():
        return draw_map(features, title="Reis", description="Van A naar B in 14 minuten.", **more)


def test_the_picture_says_what_it_shows_and_escapes_what_it_is_told(town):
    picture = _draw(town, FEATURES)
    tree = ET.fromstring(str(picture.svg))
    assert tree.get("role") == "img"
    named = {element.get("id"): element.text for element in tree if element.tag in {f"{SVG}title", f"{SVG}desc"}}
    assert [named[key] for key in tree.get("aria-labelledby").split()] == ["Reis", "Van A naar B in 14 minuten."]
    assert "Stage & Zn <x>: 14 min" in [element.text for element in tree.iter(f"{SVG}title")]
    assert "style=" not in picture.svg
    assert [entry.label for entry in picture.legend] == ["Naar", "Op de fiets", KINDS["witte-vlek"].label]


def test_every_feature_lies_inside_the_picture(town):
    tree = ET.fromstring(str(_draw(town, FEATURES).svg))
    width, height = (float(part) for part in tree.get("viewBox").split()[2:])
    for circle in tree.iter(f"{SVG}circle"):
        assert 0 < float(circle.get("cx")) < width
        assert 0 < float(circle.get("cy")) < height


def test_the_ground_lies_where_the_features_are(town):
    tree = ET.fromstring(str(_draw(town, FEATURES).svg))
    image = next(tree.iter(f"{SVG}image"))
    width, height = (float(part) for part in tree.get("viewBox").split()[2:])
    left, top = float(image.get("x")), float(image.get("y"))
    assert left <= 0
    assert top <= 0
    assert left + float(image.get("width")) >= width
    assert top + float(image.get("height")) >= height
    assert town.test_client().get(image.get("href")).status_code == 200


def test_a_picture_with_links_is_a_group_and_its_links_have_names(town):
    features = collection([point("plek", (SOUTH, WEST), "Bakkerij", href="/plekken/1")])
    tree = ET.fromstring(str(_draw(town, features).svg))
    assert tree.get("role") == "group"
    (link,) = tree.iter(f"{SVG}a")
    assert (link.get("href"), link.get("aria-label")) == ("/plekken/1", "Bakkerij")


def test_without_tiles_and_without_features_there_is_still_a_picture(app):
    assert "<svg" in _draw(app, collection([])).svg
    assert "<image" not in _draw(app, FEATURES).svg


def test_an_unknown_kind_is_a_mistake_of_the_programmer():
    with pytest.raises(UnknownKindError, match="vliegtuig"):
        point("vliegtuig", (52, 5), "x")


@pytest.mark.parametrize("points", [[(52.6, 5.4)], [(52.6, 5.4), (52.61, 5.4)], [(50.7, 3.3), (53.6, 7.2)]])
def test_a_view_holds_its_points_and_never_asks_for_too_many_tiles(points):
    view = MapView.around(points, 760, 500)
    for lat, lon in points:
        x, y = view.place(lat, lon)
        assert 0 <= x <= view.width
        assert 0 <= y <= view.height
    columns, rows = view.tiles()
    assert 0 < len(columns) * len(rows) <= 24


def test_a_crowd_of_points_is_a_small_picture_of_dots():
    places = [
        point("plek", (52.6 + (i % 150) / 1000, 5.3 + (i // 150) / 1000), f"Plek {i}", href=f"/plek/{i}")
        for i in range(20_000)
    ]
    features = collection([*places, point("school", (52.65, 5.35), "De Merel")])
    view = MapView.around(corners(features), 760, 500)
    svg = draw_features(features, view, title="Plekken", description="20 000 plekken.", background=None)
    assert len(svg) < 300_000
    assert "Plek 7" not in svg
    assert "De Merel" in svg
    assert svg.count("h0") > 1000
