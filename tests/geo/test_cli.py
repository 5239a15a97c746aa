"""``flask geo``: exact columns, formats and exit codes."""

from __future__ import annotations

import csv
import errno
import json

import pytest
import shapely

from data.faults import InputRefused
from geo.build import build_network
from tests.geo.towns import at, grid_town
from webapp.cli.files import whole

HEADER = "origin_id,rank,destination_id,seconds,metres,origin_gap_m,destination_gap_m,reason"


@pytest.fixture
def geo(app, tmp_path):
    """Run ``flask geo …`` in a folder of its own; gives the result."""
    runner = app.test_cli_runner()

    def run(*arguments):
        return runner.invoke(args=["geo", *(str(argument) for argument in arguments)])

    return run


@pytest.fixture
def stad(home, tmp_path):
    return build_network(home, "stad", grid_town(6).write(tmp_path)).name


def points(folder, name, rows, header="id,lat,lon"):
    file = folder / name
    file.write_text("\n".join([header, *(",".join(str(part) for part in row) for row in rows)]) + "\n", "utf-8")
    return file


def test_build_list_and_show_say_what_there_is(geo, tmp_path):
    built = geo("build", grid_town(6).write(tmp_path), "--name", "stad")
    assert built.exit_code == 0, built.output
    listed = geo("list").output.splitlines()
    assert [line.split("\t")[0] for line in listed] == ["stad"]
    assert listed[0].split("\t")[2:] == ["2026-01-02", "6", "town.osm"]
    shown = geo("show", "stad")
    assert shown.exit_code == 0
    assert "fiets-snelst" in shown.output
    assert "OpenStreetMap" in shown.output


def nearest(geo, tmp_path, origins, destinations, *more):
    out = tmp_path / "OUT.csv"
    done = geo(
        "nearest", "--network", "stad", "--definition", "fiets-snelst", "--origins", origins,
        "--destinations", destinations, "--k", 2, "--out", out, *more,
    )  # fmt: skip
    return done, out


def test_nearest_writes_the_columns_of_the_issue_and_a_row_with_a_reason(geo, stad, tmp_path):
    origins = points(tmp_path, "O.csv", [("p1", *at(0, 0)), ("ver", 48.2, 16.4), ("p2", *at(500, 500))])
    destinations = points(tmp_path, "D.csv", [("c", *at(0, 500)), ("b", *at(100, 0)), ("a", *at(0, 100))])
    done, out = nearest(geo, tmp_path, origins, destinations, "--limit-minutes", 1.5)
    assert done.exit_code == 0, done.output
    lines = out.read_text("utf-8").splitlines()
    assert lines[0] == HEADER
    rows = list(csv.DictReader(lines))
    assert [(row["origin_id"], row["rank"], row["destination_id"]) for row in rows] == [
        ("p1", "1", "a"),
        ("p1", "2", "b"),
        ("ver", "", ""),
        ("p2", "", ""),
    ]
    assert (rows[0]["seconds"], rows[0]["metres"], rows[0]["origin_gap_m"], rows[0]["reason"]) == (
        "24",
        "100",
        "0.0",
        "",
    )
    assert rows[2]["reason"] == "De plek ligt buiten het gebied van deze kaart."
    assert rows[3]["reason"] == "De reis is langer dan de grens die is gevraagd."
    assert all(rows[3][column] == "" for column in ("seconds", "metres", "origin_gap_m", "destination_gap_m"))


def test_the_same_question_gives_the_same_bytes(geo, stad, tmp_path):
    origins = points(tmp_path, "O.csv", [(f"p{number}", *at(17 * number, 31 * number)) for number in range(16)])
    destinations = points(
        tmp_path, "D.csv", [(f"d{number}", *at(500 - 29 * number, 13 * number)) for number in range(16)]
    )
    first = nearest(geo, tmp_path, origins, destinations)[1].read_bytes()
    assert nearest(geo, tmp_path, origins, destinations)[1].read_bytes() == first


@pytest.mark.parametrize(
    ("rows", "header", "named"),
    [
        ([("p", "NaN", 5.4)], "id,lat,lon", "regel 2, kolom lat"),
        ([("p", 52.6, 500)], "id,lat,lon", "kolom lon"),
        ([("p", *at(0, 0)), ("p", *at(0, 1))], "id,lat,lon", "regel 3, kolom id"),
        ([("", *at(0, 0))], "id,lat,lon", "kolom id"),
        ([("p", *at(0, 0))], "id,x,y", "kolommen id,lat,lon"),
        ([], "id,lat,lon", "minstens één punt"),
    ],
)
def test_every_wrong_row_of_a_csv_is_named_and_nothing_is_written(geo, stad, tmp_path, rows, header, named):
    good = points(tmp_path, "D.csv", [("a", *at(0, 0))])
    done, out = nearest(geo, tmp_path, points(tmp_path, "O.csv", rows, header), good)
    assert done.exit_code == 2
    assert named in done.output
    assert "O.csv" in done.output
    assert not out.exists()


def test_exchanged_columns_are_named(geo, stad, tmp_path):
    good = points(tmp_path, "D.csv", [("a", *at(0, 0))])
    bad = points(tmp_path, "O.csv", [("p", at(0, 0)[1], at(0, 0)[0])])
    done, _ = nearest(geo, tmp_path, bad, good)
    assert (done.exit_code, "p lijken breedte en lengte verwisseld" in done.output) == (2, True)


def test_a_route_comes_as_text_and_as_geojson(geo, stad):
    lat_lon = [f"{lat:.6f},{lon:.6f}" for lat, lon in (at(0, 0), at(300, 200))]
    asked = ("route", "--network", stad, "--definition", "fiets-snelst", "--from", lat_lon[0], "--to", lat_lon[1])
    text = geo(*asked, "--format", "text").output
    assert "afstand\t500 m" in text
    assert "Rij" in text
    feature = json.loads(geo(*asked, "--format", "geojson").output)
    assert feature["geometry"]["type"] == "LineString"
    assert feature["properties"]["metres"] == 500


def test_a_route_that_does_not_exist_is_an_answer_with_a_reason(geo, stad):
    done = geo("route", "--network", stad, "--definition", "fiets-snelst", "--from", "52.6,5.4", "--to", "48.2,16.4")
    assert done.exit_code == 0
    assert "geen reis\tDe plek ligt buiten het gebied van deze kaart." in done.output
    done = geo("route", "--network", stad, "--definition", "fiets-snelst", "--from", "52.6,5.4", "--to", "48.2,16.4",
               "--format", "geojson")  # fmt: skip
    assert json.loads(done.output)["geometry"] is None


def test_reach_writes_an_area_per_number_of_minutes(geo, stad, tmp_path):
    out = tmp_path / "bereik.geojson"
    lat, lon = at(250, 250)
    asked = ("reach", "--network", stad, "--definition", "fiets-snelst", "--from", f"{lat},{lon}")
    assert geo(*asked, "--minutes", "2,1", "--out", out).exit_code == 0
    features = json.loads(out.read_text("utf-8"))["features"]
    assert [feature["properties"]["minutes"] for feature in features] == [1, 2]
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in features]
    assert all(shape.is_valid and shape.contains(shapely.Point(lon, lat)) for shape in shapes)
    assert shapes[0].area < shapes[1].area
    for wrong in ("0", "x", "1,,2", "-3"):
        assert geo(*asked, "--minutes", wrong, "--out", out).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("show", "dorp"), "Het netwerk dorp bestaat niet; er is: stad."),
        (
            ("route", "--network", "stad", "--definition", "lopend", "--from", "1,2", "--to", "1,2"),
            "lopend bestaat niet",
        ),
        (("route", "--network", "stad", "--definition", "fiets-snelst", "--from", "1;2", "--to", "1,2"), "--from 1;2"),
        (("build", "weg.osm.pbf", "--name", "stad"), "bestaat niet"),
        (("build", "--name", "stad"), "één van FILE"),
        (("build", "x.osm", "--name", "Stad"), "gebruik 1 tot 40 kleine letters"),
    ],
)
def test_refused_input_is_one_line_and_exit_code_two(geo, stad, arguments, sentence):
    done = geo(*arguments)
    assert done.exit_code == 2
    assert sentence in done.output
    assert "Traceback" not in done.output


def test_graphml_goes_to_osmnx_and_comes_back_as_the_same_roads(geo, stad, tmp_path):
    out = tmp_path / "stad.graphml"
    written = geo("graphml", "stad", "--definition", "fiets-snelst", "--out", out)
    assert written.exit_code == 0, written.output
    built = geo("build", "--graphml", out, "--name", "terug")
    assert built.exit_code == 0, built.output
    asked = ["--definition", "fiets-snelst", "--from", "{},{}".format(*at(0, 0)), "--to", "{},{}".format(*at(300, 200))]
    lengths = [
        next(line for line in geo("route", "--network", name, *asked).output.splitlines() if "afstand" in line)
        for name in ("stad", "terug")
    ]
    assert lengths[0] == lengths[1] == "afstand\t500 m"


@pytest.mark.parametrize("command", ["nearest", "reach", "graphml"])
def test_a_folder_that_is_not_there_is_one_sentence_and_leaves_nothing(geo, stad, tmp_path, command):
    file = points(tmp_path, "O.csv", [("a", *at(0, 0))])
    arguments = {
        "nearest": ["--network", "stad", "--origins", file, "--destinations", file, "--k", 1],
        "reach": ["--network", "stad", "--from", "{},{}".format(*at(0, 0)), "--minutes", 1],
        "graphml": ["stad"],
    }[command]
    out = tmp_path / "nergens" / "uit.csv"
    done = geo(command, *arguments, "--definition", "fiets-snelst", "--out", out)
    assert done.exit_code == 2
    assert done.stderr == f"{out} kan niet worden geschreven: No such file or directory.\n"


def test_a_file_that_cannot_be_finished_keeps_the_one_that_was_there(tmp_path):
    out = tmp_path / "uit.csv"
    out.write_text("oud")

    def write_half_of_it():
        with whole(out) as part:
            part.write_text("half")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(InputRefused, match="kan niet worden geschreven: No space left on device"):
        write_half_of_it()
    assert [file.name for file in tmp_path.iterdir()] == ["uit.csv"]
    assert out.read_text() == "oud"
