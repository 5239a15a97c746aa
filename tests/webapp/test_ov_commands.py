"""``flask ov``: what it prints, its exit codes, and the sentences of a refusal."""

from __future__ import annotations

import json

import pytest

from geo.build import build_network
from geo.fares.price import LineKind, NoFare
from geo.fares.reading import FareFaultCode
from geo.timetable.faults import FeedFaultCode, TimetableErrorCode
from geo.transit.answers import NoJourney
from tests.geo.towns import at, grid_town
from tests.geo.transit.feeds import Made, zipped
from webapp.page import fare_texts
from webapp.page.timetable_texts import ERRORS, EXPECTED, REASONS, WHOLE

MADE = Made({"t": [("A", "08:00"), ("B", "08:10")]})


@pytest.fixture
def ov(app):
    runner = app.test_cli_runner()

    def run(*arguments):
        return runner.invoke(args=["ov", *(str(argument) for argument in arguments)])

    return run


@pytest.fixture
def installed(ov, home, tmp_path):
    build_network(home, "stad", grid_town(11).write(tmp_path))
    assert ov("import", zipped(tmp_path, MADE.tables()), "--name", "regio").exit_code == 0


def journey(ov, *more):
    origin, target = at(0, 0), at(900, 100)
    return ov(
        "journey", "--feed", "regio", "--network", "stad", "--from", f"{origin[0]},{origin[1]}", "--to",
        f"{target[0]},{target[1]}", *more,
    )  # fmt: skip


def test_import_and_list_say_what_there_is(ov, tmp_path):
    done = ov("import", zipped(tmp_path, MADE.tables()), "--name", "regio")
    assert done.exit_code == 0, done.output
    listed = ov("list").output.strip().split("\t")
    assert listed[0] == "regio"
    assert listed[2:] == ["2026-03-02", "2026-03-27", "2", "1"]


def test_a_journey_as_json_has_every_key(ov, installed):
    done = journey(ov, "--arrive-by", "2026-03-10T08:30", "--format", "json")
    told = json.loads(done.output)
    assert (told["reason"], told["depart"], told["arrive"]) == (None, "2026-03-10T08:00:00", "2026-03-10T08:11:12")
    assert (told["minutes"], told["rides"], told["walk_m"]) == (12, 1, 100)
    assert set(told) == {
        "reason", "depart", "arrive", "minutes", "rides", "walk_m", "alternatives", "legs", "feed", "network", "fare",
    }  # fmt: skip
    ride = next(leg for leg in told["legs"] if leg["mode"] == "ov")
    assert ride["from_stop_id"] == "A"


@pytest.mark.parametrize(
    ("moment", "reason"),
    [("2026-02-27T08:30", "dienstregeling_nog_niet"), ("2026-04-10T08:30", "dienstregeling_verlopen")],
)
def test_outside_of_the_feed_the_reason_stands_there_and_no_number(ov, installed, moment, reason):
    told = json.loads(journey(ov, "--arrive-by", moment, "--format", "json").output)
    assert (told["reason"], told["minutes"], told["legs"]) == (reason, None, [])
    text = journey(ov, "--arrive-by", moment)
    assert text.exit_code == 0
    assert reason in text.output


def test_a_journey_as_text_and_the_last_way_home(ov, installed):
    lines = journey(ov, "--depart-at", "2026-03-10T07:30").output.splitlines()
    assert lines[0].startswith("08:00\t08:11")
    assert "lijn lijn\tHalte A – Halte B" in lines[1]
    assert journey(ov, "--last-home", "2026-03-10T07:30").output.startswith("08:00")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--arrive-by", "2026-03-29T02:30"], "bestaat niet"),
        (["--arrive-by", "2026-03-10T08:30", "--max-minutes", "0"], "1 tot en met 360"),
        (["--arrive-by", "2026-03-10T08:30", "--max-rides", "99"], "1 tot en met 12"),
        (["--arrive-by", "2026-03-10T08:30", "--feed", "weg"], "bestaat niet; er is: regio"),
        (["--arrive-by", "2026-03-10T08:30", "--network", "weg"], "weg"),
        (["--arrive-by", "2026-03-10T08:30", "--from", "hier"], "hier"),
        ([], "--arrive-by"),
        (["--arrive-by", "2026-03-10T08:30", "--depart-at", "2026-03-10T08:30"], "één van"),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_is_refused_with_a_sentence(ov, installed, more, says):
    done = journey(ov, *more)
    assert done.exit_code == 2
    assert says in done.stderr
    assert "Traceback" not in done.output + done.stderr


def test_a_refused_feed_names_file_line_column_value_and_remedy(ov, tmp_path):
    tables = MADE.tables()
    tables["stop_times.txt"] = tables["stop_times.txt"].replace("08:10:00", "8.10", 1)
    done = ov("import", zipped(tmp_path, tables), "--name", "regio")
    assert done.exit_code == 2
    assert done.stderr.strip() == (
        'feed.zip, stop_times.txt, regel 3, kolom arrival_time: gevonden "8.10", verwacht een tijd als 08:05:00'
    )
    assert ov("list").output == ""


def test_what_is_no_feed_at_all_is_refused_with_a_sentence(ov, tmp_path):
    file = tmp_path / "x.zip"
    file.write_text("niets")
    for path in (file, tmp_path / "weg.zip", tmp_path):
        done = ov("import", path, "--name", "regio")
        assert done.exit_code == 2, done.output
        assert done.stderr.strip()
        assert "Traceback" not in done.stderr
    tables = MADE.tables()
    del tables["trips.txt"]
    done = ov("import", zipped(tmp_path, tables), "--name", "regio")
    assert "trips.txt: deze tabel ontbreekt in de zip" in done.stderr


def test_every_code_has_its_sentence():
    assert set(WHOLE) | set(EXPECTED) == set(FeedFaultCode)
    assert not set(WHOLE) & set(EXPECTED)
    assert set(ERRORS) == set(TimetableErrorCode)
    assert set(REASONS) == set(NoJourney)


PRICES = """
id = "proef"
valid_from = 2026-01-01
valid_to = 2026-12-31
source = "Verzonnen tarieven voor deze test"
status = "aanname"
[[distance]]
agencies = ["A"]
base_cents = 116
eur_per_km = "0.201"
"""


def test_a_journey_with_prices_has_a_receipt_that_adds_up(ov, installed, tmp_path):
    file = tmp_path / "prijzen.toml"
    file.write_text(PRICES, "utf-8")
    done = ov("fares", "import", file, "--name", "regio")
    assert done.exit_code == 0, done.output
    assert ov("fares", "list").output.startswith("regio\tproef\t2026-01-01\t2026-12-31\taanname\t")
    told = json.loads(journey(ov, "--arrive-by", "2026-03-10T08:30", "--fares", "regio", "--format", "json").output)
    # 900 m at 20,1 cent a kilometre is 18 cents; the length is straight from stop to stop, so it is assumed.
    assert told["fare"]["cents"] == 134
    assert [line["cents"] for line in told["fare"]["lines"]] == [116, 18]
    assert told["fare"]["status"] == "aanname"
    text = journey(ov, "--arrive-by", "2026-03-10T08:30", "--fares", "regio").output
    assert "prijs\t134 cent\taanname" in text
    none = json.loads(journey(ov, "--arrive-by", "2026-03-10T08:30", "--fares", "weg", "--format", "json").output)
    assert (none["fare"]["reason"], none["fare"]["cents"]) == ("geen_tarieven", None)


def test_prices_with_a_point_are_refused_with_key_value_and_remedy(ov, tmp_path):
    file = tmp_path / "prijzen.toml"
    file.write_text(PRICES.replace("116", "1.16"), "utf-8")
    done = ov("fares", "import", file, "--name", "regio")
    assert done.exit_code == 2
    assert 'prijzen.toml, kolom distance[1].base_cents: gevonden "1.16", verwacht hele centen' in done.stderr
    assert ov("fares", "list").output == ""


def test_every_code_of_prices_has_its_sentence():
    assert set(fare_texts.EXPECTED) == set(FareFaultCode)
    assert set(fare_texts.NO_FARE) == set(NoFare)
    assert set(fare_texts.KINDS) == set(LineKind)
