"""Bad input gets one clear Dutch sentence, and the network that was there keeps working."""

from __future__ import annotations

import errno
import os

import pytest

from geo.build import build_network
from geo.errors import DefinitionError, ExtractError, GeoError, NetworkError, PointError, RequestError
from geo.graph import CURRENT, Networks
from geo.travel import RoadTravel
from tests.geo.towns import Town, at, grid_town


@pytest.fixture
def town(tmp_path):
    """A network in use, against which everything below may fail."""
    build_network(tmp_path, "stad", grid_town(5).write(tmp_path))
    return RoadTravel(Networks(tmp_path), "stad")


def works(travel):
    return travel.route("fiets-snelst", at(0, 0), at(400, 400)).trip.metres == pytest.approx(800, abs=5)


def refused(home, file, error=ExtractError):
    with pytest.raises(error) as caught:
        build_network(home, "stad", file)
    sentence = str(caught.value)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, GeoError)
    assert sentence.endswith((".", ")."))
    assert "\n" not in sentence
    return sentence


def a_pbf(folder, side=40):
    osmium = pytest.importorskip("osmium")
    source, target = grid_town(side).write(folder, "big.osm"), folder / "big.osm.pbf"
    with osmium.SimpleWriter(str(target)) as writer:
        for item in osmium.FileProcessor(str(source)):
            writer.add(item)
    return target


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.95])
def test_a_truncated_pbf_is_refused_and_the_old_network_keeps_working(town, tmp_path, share):
    whole = a_pbf(tmp_path).read_bytes()
    file = tmp_path / "half.osm.pbf"
    file.write_bytes(whole[: int(len(whole) * share)])
    assert "half.osm.pbf" in refused(tmp_path, file)
    assert works(town)


def test_a_truncated_xml_is_refused(town, tmp_path):
    file = tmp_path / "half.osm"
    file.write_text(grid_town(5).xml()[:2000], "utf-8")
    assert "afgebroken of beschadigd" in refused(tmp_path, file)
    assert works(town)


def test_an_empty_file_is_refused(town, tmp_path):
    for name in ("leeg.osm.pbf", "leeg.osm", "leeg.graphml"):
        file = tmp_path / name
        file.touch()
        assert "is leeg" in refused(tmp_path, file)
    assert works(town)


def test_a_file_that_is_something_else_is_refused(tmp_path):
    for name in ("plaatje.osm.pbf", "plaatje.osm", "plaatje.graphml"):
        file = tmp_path / name
        file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
        assert "beschadigd" in refused(tmp_path, file)
    other = tmp_path / "kaart.shp"
    other.write_bytes(b"abc")
    assert ".osm.pbf" in refused(tmp_path, other)


def test_a_missing_file_is_refused(tmp_path):
    assert "bestaat niet" in refused(tmp_path, tmp_path / "weg.osm.pbf")
    assert "bestaat niet" in refused(tmp_path, tmp_path / "weg.graphml")


def test_an_extract_without_roads_is_refused(town, tmp_path):
    empty = Town(nodes={1: (0, 0), 2: (10, 0)})
    empty.way([1, 2], waterway="river")
    assert "staan geen wegen" in refused(tmp_path, empty.write(tmp_path, "water.osm"))
    building = Town(nodes={1: (0, 0), 2: (10, 0)})
    building.way([1, 2], highway="construction")
    assert "staan geen wegen" in refused(tmp_path, building.write(tmp_path, "bouw.osm"))
    assert works(town)


def test_an_extract_without_points_is_refused(tmp_path):
    bare = Town()
    bare.way([1, 2], highway="residential")
    assert "ontbreken de punten" in refused(tmp_path, bare.write(tmp_path, "kaal.osm"))


@pytest.mark.parametrize("kind", ["node", "way"])
def test_an_id_that_comes_twice_is_refused(tmp_path, kind):
    town = grid_town(4)
    if kind == "way":
        town.ways.append((town.ways[0][0], [1, 2], {"highway": "residential"}))
        xml = town.xml()
    else:
        first = next(line for line in town.xml().splitlines() if line.startswith("<node"))
        xml = town.xml().replace(first, f"{first}\n{first}", 1)
    file = tmp_path / "dubbel.osm"
    file.write_text(xml, "utf-8")
    sentence = refused(tmp_path, file)
    assert "meer dan één keer" in sentence
    assert ("punt 1" if kind == "node" else "weg 100") in sentence


@pytest.mark.parametrize("value", ["NaN", "abc", ""])
def test_a_coordinate_that_is_no_number_is_refused(tmp_path, value):
    xml = grid_town(4).xml()
    lat = next(line for line in xml.splitlines() if line.startswith("<node")).split("lat='")[1].split("'")[0]
    file = tmp_path / "nan.osm"
    file.write_text(xml.replace(f"lat='{lat}'", f"lat='{value}'", 1), "utf-8")
    assert "nan.osm" in refused(tmp_path, file)


def test_a_graphml_in_metres_instead_of_degrees_is_refused(tmp_path):
    import networkx as nx

    graph = nx.MultiDiGraph(crs="epsg:28992")
    graph.add_node(1, x=85_000.0, y=447_000.0)
    graph.add_node(2, x=85_100.0, y=447_000.0)
    graph.add_edge(1, 2, osmid=1, highway="residential", length=100.0)
    nx.write_graphml(graph, tmp_path / "rd.graphml")
    assert "geen graden" in refused(tmp_path, tmp_path / "rd.graphml")


@pytest.mark.parametrize("name", ["", "Stad", "a b", "../weg", "-x", "x" * 41, "a/b"])
def test_a_name_that_cannot_be_a_folder_is_refused(tmp_path, name):
    with pytest.raises(NetworkError, match="kan niet"):
        build_network(tmp_path, name, grid_town(3).write(tmp_path))
    with pytest.raises(NetworkError, match="kan niet"):
        Networks(tmp_path).open(name)


def test_an_unknown_network_or_definition_names_those_that_exist(town, tmp_path):
    with pytest.raises(NetworkError, match="er is: stad"):
        Networks(tmp_path).open("dorp")
    with pytest.raises(DefinitionError, match="fiets-snelst"):
        town.route("skateboard", at(0, 0), at(100, 0))


@pytest.mark.parametrize("point", [(float("nan"), 5.4), (52.6, float("inf")), ("x", 5.4), (None, 5.4)])
def test_a_point_that_is_no_number_is_refused(town, point):
    with pytest.raises(PointError, match="geen geldige breedte en lengte"):
        town.route("fiets-snelst", point, at(0, 0))
    with pytest.raises(PointError, match="plek p2"):
        town.nearest("fiets-snelst", at(0, 0), [("p1", *at(100, 0)), ("p2", *point)])


def test_exchanged_latitude_and_longitude_are_named_as_such(town):
    lat, lon = at(100, 100)
    with pytest.raises(PointError, match="verwisseld"):
        town.route("fiets-snelst", (lon, lat), at(0, 0))


def test_a_point_off_the_globe_is_refused(town):
    with pytest.raises(PointError, match="niet op aarde"):
        town.route("fiets-snelst", (152.0, 5.0), at(0, 0))


def test_a_point_in_another_country_is_a_reason_and_no_error(town):
    trip = town.route("fiets-snelst", (48.2, 16.37), at(0, 0)).trip
    assert (trip.seconds, trip.metres) == (None, None)
    assert trip.reason == "De plek ligt buiten het gebied van deze kaart."


def test_destinations_with_the_same_id_are_refused(town):
    with pytest.raises(RequestError, match="nummer a komt"):
        town.nearest("fiets-snelst", at(0, 0), [("a", *at(100, 0)), ("b", *at(0, 100)), ("a", *at(200, 0))])


@pytest.mark.parametrize(("arguments", "named"), [({"k": 0}, "k"), ({"limit_s": 0}, "grens")])
def test_an_impossible_number_is_refused(town, arguments, named):
    with pytest.raises(RequestError, match=named):
        town.nearest("fiets-snelst", at(0, 0), [("a", *at(100, 0))], **arguments)


@pytest.mark.parametrize("minutes", [[], [0], [-5], [10_000]])
def test_impossible_minutes_are_refused(town, minutes):
    with pytest.raises(RequestError, match="minuten"):
        town.reach("fiets-snelst", at(0, 0), minutes)


def version_of(home):
    return home / "networks" / "stad" / "versions" / (home / "networks" / "stad" / CURRENT).read_text().strip()


def test_every_damaged_file_is_noticed_before_it_is_used(town, tmp_path):
    folder = version_of(tmp_path)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    assert len(files) > 30
    for file in files:
        good = file.read_bytes()
        middle = len(good) // 2
        for bad in (good[:-1], good[:middle] + bytes([good[middle] ^ 0xFF]) + good[middle + 1 :], b""):
            file.write_bytes(bad)
            with pytest.raises(NetworkError, match="beschadigd"):
                Networks(tmp_path).open("stad")
        file.unlink()
        with pytest.raises(NetworkError, match="beschadigd"):
            Networks(tmp_path).open("stad")
        file.write_bytes(good)
    assert works(RoadTravel(Networks(tmp_path), "stad"))


def test_a_pointer_to_nowhere_is_noticed(town, tmp_path):
    for text in ("", "../../etc", "0123456789abcdef\n"):
        (tmp_path / "networks" / "stad" / CURRENT).write_text(text)
        with pytest.raises(NetworkError, match="beschadigd"):
            Networks(tmp_path).open("stad")


def test_building_again_repairs_a_damaged_network(town, tmp_path):
    folder = version_of(tmp_path)
    (folder / "geometry.npy").write_bytes(b"kapot")
    build_network(tmp_path, "stad", grid_town(5).write(tmp_path))
    assert works(RoadTravel(Networks(tmp_path), "stad"))


@pytest.mark.parametrize("after", [0, 3, 10, 40])
def test_a_disk_that_fills_up_stops_the_build_and_not_the_network(town, tmp_path, monkeypatch, after):
    before = (tmp_path / "networks" / "stad" / CURRENT).read_text()
    real, calls = os.fsync, []

    def fsync(descriptor):
        calls.append(descriptor)
        if len(calls) > after:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr("geo.build.os.fsync", fsync)
    with pytest.raises(NetworkError, match="oude netwerk blijft in gebruik"):
        build_network(tmp_path, "stad", grid_town(6).write(tmp_path, "groter.osm"))
    assert (tmp_path / "networks" / "stad" / CURRENT).read_text() == before
    assert [path.name for path in (tmp_path / "networks" / "stad" / "versions").iterdir()] == [before.strip()]
    assert works(town)


def test_two_builds_of_one_network_do_not_mix(town, tmp_path):
    import fcntl

    with (tmp_path / "networks" / "stad" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(NetworkError, match="al gebouwd"):
            build_network(tmp_path, "stad", grid_town(5).write(tmp_path))
    assert works(town)


def test_the_same_source_gives_the_same_bytes(tmp_path):
    file = grid_town(6).write(tmp_path)
    first = build_network(tmp_path / "a", "stad", file)
    second = build_network(tmp_path / "b", "stad", file)
    assert first.digest == second.digest
    for one in sorted(first.folder.rglob("*")):
        if one.is_file():
            assert one.read_bytes() == (second.folder / one.relative_to(first.folder)).read_bytes()


def test_a_worker_with_the_old_network_keeps_it_and_sees_the_new_one_at_its_next_question(town, tmp_path):
    old = town.graph
    build_network(tmp_path, "stad", grid_town(7).write(tmp_path, "nieuw.osm"))
    assert works(town)
    assert town.graph.digest != old.digest
    assert old.layer("fiets-snelst").indptr.size > 1
    old.verify()
