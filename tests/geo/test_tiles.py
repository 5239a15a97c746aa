"""Map tiles: complete, the same bytes every time, and never half a file."""

from __future__ import annotations

import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from geo.errors import ExtractError
from geo.map_errors import TilesError
from geo.mercator import to_degrees, to_world
from geo.svg_background import draw_background
from geo.tile_archive import TileArchive
from geo.tiles import build_tiles
from geo.vector_tile import read_layers
from tests.geo.map_town import SOUTH, WEST, write_town

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiles")
    return build_tiles(write_town(folder / "town.osm"), folder / "town.pmtiles", title="town")


def _tile_of(lat: float, lon: float, zoom: int) -> tuple[int, int, int]:
    x, y = to_world(lat, lon, zoom)
    return zoom, int(x // 256), int(y // 256)


def test_every_kind_of_object_has_its_layer(built):
    found = {"builtup", "water", "streets", "roads", "cycleways", "main_roads", "motorways", "places", "villages"}
    assert found <= set(built.rows)
    assert built.rows["streets"] == 6


def test_a_second_build_gives_the_same_bytes(built, tmp_path):
    again = build_tiles(write_town(tmp_path / "other-name.osm"), tmp_path / "again.pmtiles", title="town")
    assert again.path.read_bytes() == built.path.read_bytes()


def test_the_archive_is_what_an_independent_reader_reads(built):
    from pmtiles.reader import MmapSource, Reader

    with built.path.open("rb") as stream:
        judge = Reader(MmapSource(stream))
        archive = TileArchive(built.path)
        places = [_tile_of(SOUTH + 0.006, WEST + 0.01, zoom) for zoom in range(archive.min_zoom, 15)]
        ours = [archive.tile(*place) for place in places]
        assert ours == [judge.get(*place) for place in places]
        assert any(ours)
        assert judge.metadata()["attribution"] == "© OpenStreetMap-bijdragers (ODbL)"


def test_a_tile_holds_the_lake_and_the_name_of_the_town(built):
    raw = TileArchive(built.path).tile(*_tile_of(SOUTH + 0.009, WEST + 0.016, 14))
    layers = read_layers(raw, frozenset({"water", "places"}))
    assert set(layers) == {"water", "places"}
    assert layers["water"].features[0].shape == "area"
    assert layers["places"].features[0].attributes["name"] == "Meerdorp & Zn <x>"


def test_an_empty_place_has_no_tile(built):
    assert TileArchive(built.path).tile(*_tile_of(10.0, 10.0, 14)) is None
    assert TileArchive(built.path).tile(3, 0, 0) is None


def test_the_picture_is_well_formed_without_style_and_names_the_town(built):
    archive = TileArchive(built.path)
    zoom, x, y = _tile_of(SOUTH + 0.009, WEST + 0.016, 15)
    picture = draw_background(archive, zoom, range(x - 1, x + 2), range(y - 1, y + 2))
    tree = ET.fromstring(picture)
    assert tree.get("width") == "768"
    assert "Meerdorp & Zn <x>" in [element.text for element in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert "style" not in picture
    assert "<script" not in picture


def test_a_picture_beyond_the_deepest_tiles_enlarges_them(built):
    archive = TileArchive(built.path)
    zoom, x, y = _tile_of(SOUTH + 0.006, WEST + 0.01, 17)
    assert "#bcd9e8" in draw_background(archive, zoom, range(x, x + 2), range(y, y + 2))


def test_a_picture_that_is_too_large_is_refused(built):
    with pytest.raises(ValueError, match="between 1 and 24"):
        draw_background(TileArchive(built.path), 14, range(5), range(5))


@pytest.mark.parametrize("content", [b"", b"no map at all" * 50, b'<osm version="0.6"><node id="1" lat="1"'])
def test_a_bad_extract_is_refused_and_the_old_tiles_stay(content, built, tmp_path):
    target = tmp_path / "tiles.pmtiles"
    target.write_bytes(built.path.read_bytes())
    source = tmp_path / "bad.osm"
    source.write_bytes(content)
    with pytest.raises(ExtractError, match=r"bad\.osm"):
        build_tiles(source, target, title="town")
    assert target.read_bytes() == built.path.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.osm", "tiles.pmtiles"]


def test_an_extract_cut_in_half_is_refused(shared_data, tmp_path):
    whole = (shared_data / "osm" / "liechtenstein.osm.pbf").read_bytes()
    (tmp_path / "half.osm.pbf").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ExtractError, match="afgebroken of beschadigd"):
        build_tiles(tmp_path / "half.osm.pbf", tmp_path / "tiles.pmtiles", title="half")


def test_an_extract_with_nothing_to_draw_is_refused(tmp_path):
    (tmp_path / "bare.osm").write_text('<osm version="0.6"><node id="1" lat="52" lon="5" version="1"/></osm>', "utf-8")
    with pytest.raises(TilesError, match="niets dat op een kaart"):
        build_tiles(tmp_path / "bare.osm", tmp_path / "tiles.pmtiles", title="bare")


@pytest.mark.parametrize("keep", [0, 50, 200, -10])
def test_a_damaged_archive_is_refused_when_it_is_opened(built, tmp_path, keep):
    path = tmp_path / "damaged.pmtiles"
    path.write_bytes(built.path.read_bytes()[:keep])
    with pytest.raises(TilesError, match="beschadigd"):
        TileArchive(path)


def test_an_open_archive_serves_on_while_a_rebuild_takes_its_place(built, tmp_path):
    path = tmp_path / "tiles.pmtiles"
    path.write_bytes(built.path.read_bytes())
    place = _tile_of(SOUTH + 0.006, WEST + 0.01, 14)
    opened = TileArchive(path)
    before = opened.tile(*place)
    build_tiles(write_town(tmp_path / "town.osm"), path, title="another title")
    assert opened.tile(*place) == before
    assert TileArchive(path).identity != opened.identity


def test_a_killed_build_leaves_the_old_tiles_whole(built, tmp_path, request):
    source, target = write_town(tmp_path / "town.osm"), tmp_path / "tiles.pmtiles"
    target.write_bytes(built.path.read_bytes())
    code = (
        "import sys; from pathlib import Path; from geo.tiles import build_tiles\n"
        "build_tiles(Path(sys.argv[1]), Path(sys.argv[2]), title='other')"
    )
    rounds = request.config.getoption("--rounds")
    for number in range(rounds):
        with subprocess.Popen([sys.executable, "-c", code, str(source), str(target)], cwd=ROOT) as build:
            time.sleep(0.6 + 2.4 * number / rounds)
            build.kill()
        # Either the old tiles or the complete new ones, and always an archive that opens.
        assert TileArchive(target).metadata()["name"] in {"town", "other"}


def test_degrees_and_world_pixels_are_each_others_inverse():
    for lat, lon in ((52.6, 5.4), (-33.9, 151.2), (0.0, 0.0), (84.9, -179.9)):
        assert to_degrees(*to_world(lat, lon, 14), 14) == pytest.approx((lat, lon), abs=1e-9)


@pytest.mark.shared_data
def test_a_whole_small_country_is_cut_with_roads_water_and_names_on_every_zoom(shared_data: Path, tmp_path: Path):
    made = build_tiles(shared_data / "osm" / "liechtenstein.osm.pbf", tmp_path / "li.pmtiles", title="li")
    assert {"roads", "water", "places"} <= set(made.rows)
    archive = TileArchive(tmp_path / "li.pmtiles")
    for zoom in range(8, 15):
        x, y = _tile_of(47.14, 9.52, zoom)[1:]
        assert archive.tile(zoom, x, y)
