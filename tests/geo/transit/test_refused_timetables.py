"""A timetable with something wrong is refused whole: file, line, column, what stands there, and what is expected."""

from __future__ import annotations

import pytest

from geo.timetable.build import import_feed
from geo.timetable.faults import FeedRefused, TimetableError
from geo.timetable.store import Timetables
from tests.geo.transit.feeds import MONDAY, Asked, Made, zipped

LINE = [("A", "08:00"), ("B", "08:10"), ("C", "08:20")]
GOOD = Made(
    {"t": LINE},
    dates=[("school", "20260303", "2")],
    transfers=[{"from_stop_id": "A", "to_stop_id": "B", "transfer_type": "2", "min_transfer_time": "60"}],
    frequencies=[
        {"trip_id": "t", "start_time": "08:00:00", "end_time": "09:00:00", "headway_secs": "600", "exact_times": "1"}
    ],
)


def refusal(folder, tables):
    with pytest.raises(FeedRefused) as caught:
        import_feed(folder, "test", zipped(folder, tables))
    assert not (folder / "ov" / "test").exists(), "nothing of a refused feed stays behind"
    return caught.value.faults


def changed(table, old, new):
    tables = GOOD.tables()
    assert old in tables[table], (table, old, tables[table])
    return tables | {table: tables[table].replace(old, new, 1)}


ONE_WRONG_THING = {
    # what is changed → code, line, column, what stands there
    "a trip that is not there": ("stop_times.txt", "t,1,A", "x,1,A", "onbekend_nummer", 2, "trip_id", "x"),
    "a stop that is not there": ("stop_times.txt", "t,2,B", "t,2,Q", "onbekend_nummer", 3, "stop_id", "Q"),
    "no stop": ("stop_times.txt", "t,2,B", "t,2,", "waarde_ontbreekt", 3, "stop_id", ""),
    "time runs back": (
        "stop_times.txt",
        "08:10:00,08:10:00",
        "07:10:00,07:10:00",
        "tijd_terug",
        3,
        "arrival_time",
        "07:10:00",
    ),
    "leaves before it arrives": (
        "stop_times.txt",
        "08:10:00,08:10:00",
        "08:10:00,08:09:00",
        "tijd_terug",
        3,
        "departure_time",
        "08:09:00",
    ),
    "a time with a point": ("stop_times.txt", "08:10:00,", "8.10,", "tijd_onleesbaar", 3, "arrival_time", "8.10"),
    "a time of 61 minutes": (
        "stop_times.txt",
        "08:10:00,",
        "08:61:00,",
        "tijd_onleesbaar",
        3,
        "arrival_time",
        "08:61:00",
    ),
    "a negative time": ("stop_times.txt", "08:10:00,", "-1:10:00,", "tijd_onleesbaar", 3, "arrival_time", "-1:10:00"),
    "a time without seconds": ("stop_times.txt", "08:10:00,", "08:10,", "tijd_onleesbaar", 3, "arrival_time", "08:10"),
    "no time at the begin": ("stop_times.txt", "08:00:00,08:00:00", ",", "tijd_ontbreekt", 2, "departure_time", ""),
    "no time at the end": ("stop_times.txt", "08:20:00,08:20:00", ",", "tijd_ontbreekt", 4, "arrival_time", ""),
    "a sequence number twice": ("stop_times.txt", "t,2,B", "t,1,B", "dubbel_volgnummer", 3, "stop_sequence", "1"),
    "a sequence number that is none": ("stop_times.txt", "t,2,B", "t,x,B", "getal_onleesbaar", 3, "stop_sequence", "x"),
    "a sequence number below zero": ("stop_times.txt", "t,2,B", "t,-2,B", "getal_onleesbaar", 3, "stop_sequence", "-2"),
    "a line that is not there": ("trips.txt", "lijn,school", "geen,school", "onbekend_nummer", 2, "route_id", "geen"),
    "a service that is not there": (
        "trips.txt",
        "school,t",
        "vakantie,t",
        "onbekend_nummer",
        2,
        "service_id",
        "vakantie",
    ),
    "a carrier that is not there": ("routes.txt", "lijn,A", "lijn,Z", "onbekend_nummer", 2, "agency_id", "Z"),
    "a kind of vehicle that is no number": ("routes.txt", ",3", ",bus", "getal_onleesbaar", 2, "route_type", "bus"),
    "a date that is none": ("calendar.txt", "20260327", "20260230", "datum_onleesbaar", 2, "end_date", "20260230"),
    "a date with dashes": ("calendar.txt", "20260302", "2026-03-02", "datum_onleesbaar", 2, "start_date", "2026-03-02"),
    "an end before its start": ("calendar.txt", "20260327", "20260301", "einde_voor_begin", 2, "end_date", "20260301"),
    "a weekday that is neither yes nor no": (
        "calendar.txt",
        "school,1",
        "school,2",
        "keuze_onbekend",
        2,
        "monday",
        "2",
    ),
    "an exception of no kind": (
        "calendar_dates.txt",
        "20260303,2",
        "20260303,3",
        "keuze_onbekend",
        2,
        "exception_type",
        "3",
    ),
    "an exception on no date": (
        "calendar_dates.txt",
        "20260303",
        "20261303",
        "datum_onleesbaar",
        2,
        "date",
        "20261303",
    ),
    "a headway of nothing": ("frequencies.txt", ",600", ",0", "interval_fout", 2, "headway_secs", "0"),
    "a headway below nothing": ("frequencies.txt", ",600", ",-600", "interval_fout", 2, "headway_secs", "-600"),
    "a headway that ends before it begins": (
        "frequencies.txt",
        "09:00:00",
        "07:00:00",
        "einde_voor_begin",
        2,
        "end_time",
        "07:00:00",
    ),
    "a headway of no trip": ("frequencies.txt", "t,08", "x,08", "onbekend_nummer", 2, "trip_id", "x"),
    "a change of no kind": ("transfers.txt", ",2,", ",9,", "keuze_onbekend", 2, "transfer_type", "9"),
    "a change from no stop": ("transfers.txt", "A,B", "Q,B", "onbekend_nummer", 2, "from_stop_id", "Q"),
    "a least time of a change that is not given": (
        "transfers.txt",
        ",60",
        ",",
        "waarde_ontbreekt",
        2,
        "min_transfer_time",
        "",
    ),
    "a zone that is none": (
        "agency.txt",
        "Europe/Amsterdam",
        "Europe/Adam",
        "tijdzone_onbekend",
        2,
        "agency_timezone",
        "Europe/Adam",
    ),
}


@pytest.mark.parametrize("name", ONE_WRONG_THING)
def test_one_wrong_thing_is_named_with_its_place(tmp_path, name):
    table, old, new, code, line, column, found = ONE_WRONG_THING[name]
    (fault,) = refusal(tmp_path, changed(table, old, new))
    assert (fault.file, fault.code, fault.line, fault.column, fault.found or "") == (table, code, line, column, found)


POINTS = {
    "nought": ("0", "0", "punt_nul"),
    "nearly nought": ("0.0001", "0.0", "punt_nul"),
    "exchanged": ("5.4", "52.6", "punt_verwisseld"),
    "beyond the pole": ("195.0", "5.4", "punt_onmogelijk"),
    "beyond the earth": ("52.6", "200", "punt_onmogelijk"),
    "no number": ("52,6", "5,4", "punt_onmogelijk"),
    "not a number": ("nan", "5.4", "punt_onmogelijk"),
    "without": ("", "", "punt_onmogelijk"),
}


@pytest.mark.parametrize("name", POINTS)
def test_a_stop_at_a_point_that_cannot_be_is_refused(tmp_path, name):
    lat, lon, code = POINTS[name]
    faults = refusal(tmp_path, Made({"t": LINE}, stops={"B": {"stop_lat": lat, "stop_lon": lon}}).tables())
    assert [(fault.code, fault.line) for fault in faults] == [(code, 3)]


@pytest.mark.parametrize("table", ["agency.txt", "stops.txt", "routes.txt", "trips.txt", "stop_times.txt"])
def test_a_missing_table_is_named(tmp_path, table):
    tables = GOOD.tables()
    del tables[table]
    assert [(fault.code, fault.found) for fault in refusal(tmp_path, tables)] == [("tabel_ontbreekt", table)]


def test_without_any_calendar_nobody_knows_when_something_runs(tmp_path):
    tables = GOOD.tables()
    del tables["calendar.txt"], tables["calendar_dates.txt"]
    assert [fault.code for fault in refusal(tmp_path, tables)] == ["tabel_ontbreekt"]


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("stop_times.txt", "arrival_time"),
        ("stop_times.txt", "stop_sequence"),
        ("stops.txt", "stop_id"),
        ("trips.txt", "service_id"),
        ("calendar.txt", "sunday"),
        ("calendar_dates.txt", "date"),
        ("routes.txt", "route_type"),
        ("agency.txt", "agency_timezone"),
        ("frequencies.txt", "headway_secs"),
    ],
)
def test_a_missing_column_is_named(tmp_path, table, column):
    (fault,) = refusal(tmp_path, changed(table, column, "iets_anders"))
    assert (fault.code, fault.file, fault.line, fault.values["column"]) == ("kolom_ontbreekt", table, 1, column)


def test_a_column_twice_is_refused(tmp_path):
    (fault,) = refusal(tmp_path, changed("stops.txt", "stop_name", "stop_id"))
    assert (fault.code, fault.found) == ("dubbele_kolom", "stop_id")


@pytest.mark.parametrize(
    ("table", "row", "column"),
    [
        ("stops.txt", "A,Halte,52.6,5.4", "stop_id"),
        ("routes.txt", "lijn,A,1,3", "route_id"),
        ("trips.txt", "lijn,school,t", "trip_id"),
        ("calendar.txt", "school,1,1,1,1,1,0,0,20260302,20260327", "service_id"),
    ],
)
def test_an_id_twice_is_refused(tmp_path, table, row, column):
    tables = GOOD.tables()
    faults = refusal(tmp_path, tables | {table: tables[table] + row + "\r\n"})
    assert [(fault.code, fault.column) for fault in faults] == [("dubbel_nummer", column)]


def test_a_date_that_is_both_added_and_taken_away_is_refused(tmp_path):
    tables = GOOD.tables()
    faults = refusal(tmp_path, tables | {"calendar_dates.txt": tables["calendar_dates.txt"] + "school,20260303,1\r\n"})
    assert [fault.code for fault in faults] == ["dubbel_nummer"]


def test_several_time_zones_are_refused(tmp_path):
    agencies = [
        {"agency_id": name, "agency_name": name, "agency_timezone": zone}
        for name, zone in (("A", "Europe/Amsterdam"), ("B", "Europe/London"))
    ]
    (fault,) = refusal(tmp_path, Made({"t": LINE}, agencies=agencies).tables())
    assert (fault.code, fault.line, fault.found) == ("meer_tijdzones", 3, "Europe/London")


def test_a_feed_in_which_nothing_ever_runs_is_refused(tmp_path):
    never = Made({"t": LINE}, calendar={"school": (("0",) * 7, "20260302", "20260327")})
    assert [fault.code for fault in refusal(tmp_path, never.tables())] == ["geen_dag"]
    no_trip = Made(
        {"t": LINE},
        service={"t": "weekend"},
        calendar={"weekend": (("0",) * 7, "20260302", "20260327"), "school": (("1",) * 7, "20260302", "20260327")},
    )
    assert [fault.code for fault in refusal(tmp_path, no_trip.tables())] == ["geen_dag"]
    info = {"feed_start_date": "20270101", "feed_end_date": "20271231"}
    assert [fault.code for fault in refusal(tmp_path, Made({"t": LINE}, info=info).tables())] == ["geen_dag"]


def test_bytes_that_are_not_utf8_are_refused_with_their_line(tmp_path):
    tables = GOOD.tables()
    (fault,) = refusal(
        tmp_path, tables | {"stops.txt": tables["stops.txt"].replace("Halte B", "Café").encode("latin-1")}
    )
    assert (fault.code, fault.file, fault.line) == ("geen_utf8", "stops.txt", 3)


def test_a_table_of_a_header_alone_is_refused(tmp_path):
    tables = GOOD.tables()
    for table in ("stops.txt", "stop_times.txt", "trips.txt", "routes.txt", "agency.txt"):
        (tmp_path / table).mkdir()
        short = tables | {table: tables[table].splitlines()[0] + "\r\n"}
        assert next(fault.code for fault in refusal(tmp_path / table, short)) in {"tabel_leeg", "onbekend_nummer"}


def test_a_row_with_more_fields_than_the_header_is_refused(tmp_path):
    (fault,) = refusal(tmp_path, changed("stops.txt", "A,Halte A,", "A,Halte, Grote Markt,"))
    assert (fault.code, fault.line) == ("te_veel_velden", 2)


def test_what_is_no_zip_is_cut_off_or_leads_outside_is_refused(tmp_path):
    file = tmp_path / "x.zip"
    file.write_text("dit is geen zip")
    whole = zipped(tmp_path, GOOD.tables()).read_bytes()
    outside = zipped(tmp_path, GOOD.tables() | {"../../weg.txt": "x"}, "outside.zip")
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole[: len(whole) // 2])
    for path, code in (
        (file, "geen_zip"),
        (cut, "afgebroken"),
        (outside, "pad_buiten_zip"),
        (tmp_path / "no", "geen_bestand"),
    ):
        with pytest.raises(FeedRefused) as caught:
            import_feed(tmp_path, "test", path)
        assert [fault.code for fault in caught.value.faults] == [code]


def test_a_byte_that_changed_on_the_way_is_refused(tmp_path):
    file = zipped(tmp_path, GOOD.tables())
    raw = bytearray(file.read_bytes())
    at = raw.index(b"08:10:00")
    raw[at : at + 2] = b"09"
    file.write_bytes(raw)
    with pytest.raises(FeedRefused) as caught:
        import_feed(tmp_path, "test", file)
    assert [fault.code for fault in caught.value.faults] == ["afgebroken"]


def test_everything_that_is_wrong_is_named_at_once_and_not_more_than_can_be_read(tmp_path):
    rows = {f"t{number}": [("A", "08:00"), ("B", "8.10")] for number in range(80)}
    faults = refusal(tmp_path, Made(rows).tables())
    assert len(faults) == 50
    assert len({(fault.line, fault.column) for fault in faults}) == 50


def test_a_refused_feed_leaves_the_one_in_use_as_it_was(tmp_path):
    asked = Asked.of(tmp_path, GOOD)
    with pytest.raises(FeedRefused):
        import_feed(tmp_path, "test", zipped(tmp_path, changed("trips.txt", "lijn,school", "geen,school")))
    assert Timetables(tmp_path).open("test").digest == asked.feed.digest


def test_a_new_feed_takes_the_place_of_the_old_one_at_once(tmp_path):
    timetables = Timetables(tmp_path)
    first = Asked.of(tmp_path, GOOD).feed
    assert timetables.open("test").digest == first.digest
    second = Asked.of(tmp_path, Made({"t": LINE})).feed
    assert timetables.open("test").digest == second.digest != first.digest
    assert first.day(MONDAY).runs == 6, "who has the old one open can finish"


def test_the_same_feed_twice_is_the_same_version(tmp_path):
    assert Asked.of(tmp_path, GOOD).feed.digest == Asked.of(tmp_path, GOOD).feed.digest


def test_a_file_that_changed_on_disk_is_noticed(tmp_path):
    feed = Asked.of(tmp_path, GOOD).feed
    file = feed.folder / "stop_xy.npy"
    raw = bytearray(file.read_bytes())
    raw[-1] ^= 1
    file.write_bytes(raw)
    with pytest.raises(TimetableError) as caught:
        Timetables(tmp_path).open("test")
    assert caught.value.code == "dienstregeling_beschadigd"


@pytest.mark.parametrize("name", ["", "../weg", "Met Spatie", "a" * 60, "a/b"])
def test_a_name_that_cannot_be_a_folder_is_refused(tmp_path, name):
    with pytest.raises(TimetableError) as caught:
        import_feed(tmp_path, name, zipped(tmp_path, GOOD.tables()))
    assert caught.value.code == "naam_kan_niet"


def test_a_timetable_that_is_not_there_is_named_with_those_that_are(tmp_path):
    Asked.of(tmp_path, GOOD)
    with pytest.raises(TimetableError) as caught:
        Timetables(tmp_path).open("anders")
    assert (caught.value.code, caught.value.values["known"]) == ("dienstregeling_onbekend", "test")
