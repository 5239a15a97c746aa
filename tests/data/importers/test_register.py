"""The register: DUO's vestigingen, CBS's regions and the points of postcodes, from real files where they are."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from data.faults import InputRefused
from data.importers import find_importer
from data.importers.framework import compute_diff
from data.importers.names import proper_name, to_key
from data.importers.records import Run
from data.rd import to_rd_many
from data.tables.organisation import Gemeente, PostcodePoint, RegionMembership, School, Vestiging

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
REST = "VESTIGINGSNAAM;POSTCODE;PLAATSNAAM;GEMEENTENUMMER;GEMEENTENAAM;ONDERWIJSSTRUCTUUR"
HEAD_2020 = f"BEVOEGD GEZAG NUMMER;BRIN NUMMER;VESTIGINGSNUMMER;{REST}"
HEAD_2024 = f"BEVOEGD GEZAG NUMMER;INSTELLINGSCODE;VESTIGINGSCODE;{REST}"


def read(database, name, content, file="bestand.csv", **options):
    """Read a file in as the command line does, and give its difference."""
    importer = find_importer(name)
    values = importer.parse_options({key: str(value) for key, value in options.items()})
    data = content if isinstance(content, bytes) else content.encode("cp1252")
    run = Run(file, "0" * 64, values, "test", AT, 1)
    with database.write() as session:
        diff = compute_diff(importer, session, data, run)
        importer.save(session, diff, run)
    return diff


def rows(*lines, head=HEAD_2020):
    return "\r\n".join([head, *lines]) + "\r\n"


MEREL = "10053;18BR;18BR00;School Assen            ;9406 NN;ASSEN;0106;ASSEN;PRO"
NEXT = "10053;18BR;18BR01;School Assen;9401 SL;ASSEN;0106;ASSEN;PRO"


def test_every_vintage_of_the_header_gives_the_same_vestiging(database):
    read(database, "vestigingen", rows(MEREL, NEXT))
    short = [line.replace(";18BR00;", ";0;").replace(";18BR01;", ";01;") for line in (MEREL, NEXT)]
    assert read(database, "vestigingen", rows(*short, head=HEAD_2024)).is_empty
    utf8 = ("\ufeff" + rows(MEREL, NEXT).replace("\r\n", "\n")).encode("utf-8")
    assert read(database, "vestigingen", utf8).is_empty


def test_a_vestiging_that_is_gone_ends_on_a_date_and_is_never_deleted(database):
    read(database, "vestigingen", rows(MEREL, NEXT))
    diff = read(database, "vestigingen", rows(MEREL))
    assert [change.key for change in diff.gone] == ["18BR01"]
    with database.read() as session:
        assert session.get(Vestiging, "18BR01").ended_on == date(2026, 11, 23)
        assert session.get(School, "18BR").ended_on is None


def test_a_school_ends_with_its_last_vestiging_and_lives_again_when_it_returns(database):
    other = "10054;20AA;20AA00;Elders;9401 SL;ASSEN;0106;ASSEN;PRO"
    read(database, "vestigingen", rows(MEREL, other))
    read(database, "vestigingen", rows(other))
    with database.read() as session:
        assert session.get(School, "18BR").ended_on == date(2026, 11, 23)
    assert [change.key for change in read(database, "vestigingen", rows(MEREL, other)).new] == ["18BR00"]
    with database.read() as session:
        assert session.get(School, "18BR").ended_on is None
        assert session.get(Vestiging, "18BR00").ended_on is None


def test_a_renamed_vestiging_is_shown_as_a_change(database):
    read(database, "vestigingen", rows(MEREL))
    diff = read(database, "vestigingen", rows(MEREL.replace("School Assen", "De Nieuwe Naam")))
    assert diff.changed[0].fields() == [("name", "School Assen", "De Nieuwe Naam")]


def test_a_vestiging_of_another_school_than_its_brin_is_refused(database):
    with pytest.raises(InputRefused, match="regel 2, kolom VESTIGINGSNUMMER") as refusal:
        read(database, "vestigingen", rows(MEREL.replace(";18BR;", ";20AA;")))
    assert "20AA" in str(refusal.value)


def test_a_real_list_leaves_the_invented_schools_of_the_demo_alone(database):
    invented = "99001;99AA;99AA00;De Merel;9901 AB;HOOGMEREN;9801;HOOGMEREN;PRO"
    read(database, "vestigingen", rows(invented))
    diff = read(database, "vestigingen", rows(MEREL))
    assert diff.gone == ()
    assert "blijven staan" in diff.remarks[0]
    with database.read() as session:
        assert session.get(Vestiging, "99AA00").ended_on is None


def test_the_year_of_a_region_table_comes_from_its_name_or_from_the_user(database):
    content = "gemeentecode;arbeidsmarktregio\r\n0106;Drenthe\r\n"
    read(database, "regio", content, file="gemeente_arbeidsmarktregio_2026.csv")
    read(database, "regio", content.replace("Drenthe", "Groningen"), file="indeling.csv", year=2025)
    with database.read() as session:
        found = session.execute(select(RegionMembership.year, RegionMembership.region_key)).all()
    assert sorted(tuple(row) for row in found) == [(2025, "groningen"), (2026, "drenthe")]
    with pytest.raises(InputRefused, match="Van welk jaar"):
        read(database, "regio", content, file="indeling.csv")


def test_a_vestiging_gets_the_best_point_its_postcode_gives(database):
    read(database, "vestigingen", rows(MEREL))
    read(database, "postcodes", "pc4;lat;lon\n9406;53,0;6,5\n")
    with database.read() as session:
        assert session.get(Vestiging, "18BR00").point_precision == "pc4"
    read(database, "postcodes", "pc6;lat;lon;adressen\n9406NN;53.001;6.501;12\n")
    with database.read() as session:
        row = session.get(Vestiging, "18BR00")
    assert (row.point_precision, row.lat) == ("pc6", 53.001)
    x, y = to_rd_many([53.001], [6.501])
    assert (row.x_m, row.y_m) == (x[0], y[0])


def test_the_tower_of_amersfoort_is_the_middle_of_rd_new():
    """Kadaster: the Onze Lieve Vrouwetoren is the origin of the projection, at (155 000, 463 000)."""
    x, y = to_rd_many([52.155_174_4], [5.387_206_21])
    assert (x[0], y[0]) == pytest.approx((155_000, 463_000), abs=1)


def test_swapped_latitude_and_longitude_are_refused(database):
    with pytest.raises(InputRefused, match="kolom lat"):
        read(database, "postcodes", "pc4;lat;lon\n9406;6.5;53.0\n")


@pytest.mark.parametrize(
    ("capitals", "written"),
    [("'S-GRAVENHAGE", "'s-Gravenhage"), ("BERGEN OP ZOOM", "Bergen op Zoom"), ("IJSSELSTEIN", "IJsselstein"),
     ("DEN HAAG", "Den Haag"), ("De Bilt", "De Bilt"), ("NOORD-BEVELAND", "Noord-Beveland")],
)  # fmt: skip
def test_names_in_capitals_become_names_as_people_write_them(capitals, written):
    assert proper_name(capitals) == written


def test_the_key_of_a_region_is_fit_for_an_address():
    assert to_key("Zaanstreek/Waterland") == "zaanstreek-waterland"


@pytest.mark.shared_data
def test_the_real_files_come_in_whole_and_a_second_time_change_nothing(database, shared_data):
    files = {
        "vestigingen": (shared_data / "duo/alle-vestigingen-vo-2020.csv", 1_619),
        "regio": (shared_data / "regio/gemeente_arbeidsmarktregio_2026.csv", 342),
        "postcodes": (shared_data / "postcode/pc4_centroiden.csv", 4_124),
    }
    for name, (path, count) in files.items():
        assert read(database, name, path.read_bytes(), file=path.name).counts()["new"] == count
    for name, (path, count) in files.items():
        diff = read(database, name, path.read_bytes(), file=path.name)
        assert (diff.is_empty, diff.unchanged) == (True, count)
    with database.read() as session:
        doubtful = session.scalars(select(PostcodePoint.postcode).where(PostcodePoint.doubtful)).all()
        assert sorted(doubtful) == ["1331", "5114", "5449", "8218", "8554", "9072"]
        assert session.get(Gemeente, "0106").name == "Assen"
        assert session.scalar(select(Vestiging.code).where(Vestiging.lat.is_(None)).limit(1)) is None


@pytest.mark.shared_data
def test_ten_damaged_rows_give_ten_precise_messages_and_change_nothing(sqlite, shared_data):
    content = (shared_data / "duo/alle-vestigingen-vo-2020.csv").read_bytes().decode("latin-1")
    lines = content.split("\n")
    damage = {
        10: (2, "XX"), 20: (3, "00DI9"), 30: (7, "1234"), 40: (9, "abc"), 50: (1, "x"), 60: (4, ""), 70: (2, "99AA"),
        80: (7, "0511 AB"), 90: (9, "12345"), 100: (3, ""),
    }  # fmt: skip
    for line, (column, value) in damage.items():
        cells = lines[line - 1].split(";")
        cells[column] = value
        lines[line - 1] = ";".join(cells)
    with pytest.raises(InputRefused) as refusal:
        read(sqlite, "vestigingen", "\n".join(lines).encode("latin-1"), file="kapot.csv")
    said = [str(fault) for fault in refusal.value.faults]
    assert len(said) == 10, said
    for fault, line in zip(said, damage, strict=True):
        assert fault.startswith(f"kapot.csv, regel {line}, kolom "), fault
    with sqlite.read() as session:
        assert session.scalar(select(Vestiging.code).limit(1)) is None
