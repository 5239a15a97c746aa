"""Reading a table out of whatever an office sends."""

import codecs
import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.faults import InputRefused
from data.importers import reading
from data.importers.reading import read_table
from tests.data.importers.files import to_xlsx, with_part

ROWS = [("0034", "Almere"), ("0106", "Ass\u00eb n"), ("0003", "d'Oude \u20ac Veer")]


def cells(content, name="bestand.csv"):
    return [row.cells for row in read_table(name, content).rows]


def sentence(content, name="bestand.csv"):
    with pytest.raises(InputRefused) as refused:
        read_table(name, content)
    assert len(refused.value.faults) == 1
    return str(refused.value)


@pytest.mark.parametrize("delimiter", [";", ","])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("wrap", ["{}", '"{}"', "  {}   "])
def test_every_shape_of_csv_gives_the_same_cells(delimiter, end, encoding, wrap):
    lines = [("code", "naam"), *ROWS]
    text = end.join(delimiter.join(wrap.format(cell) for cell in line) for line in lines) + end
    table = read_table("bestand.csv", text.encode(encoding))
    assert table.header == ("code", "naam")
    assert [row.cells for row in table.rows] == ROWS
    assert [row.line for row in table.rows] == [2, 3, 4]
    assert not table.faults


def test_line_numbers_are_those_of_the_file_when_cells_hold_line_ends_and_lines_are_blank():
    table = read_table("b.csv", b'code;naam\r\n\r\n1;"twee\r\nregels"\r\n;\r\n2;"een ""echte"" naam"\r\n')
    assert [(row.line, row.cells) for row in table.rows] == [
        (3, ("1", "twee\nregels")),
        (6, ("2", 'een "echte" naam')),
    ]


def test_an_open_quote_spoils_its_own_row_only():
    table = read_table("b.csv", b'a;b\n1;"open\n2;goed\n3;"ook" goed\n4;goed\n')
    assert [row.cells[0] for row in table.rows] == ["2", "4"]
    assert [fault.line for fault in table.faults] == [2, 4]


def test_a_row_of_another_width_is_a_fault_of_that_line():
    table = read_table("b.csv", b"a;b\n1\n2;3\n4;5;6\n7;8;;\n")
    assert [row.cells for row in table.rows] == [("2", "3"), ("7", "8")]
    assert [str(fault) for fault in table.faults] == [
        "b.csv, regel 2: Deze regel heeft 1 velden, de regel met kolomnamen heeft er 2.",
        "b.csv, regel 4: Deze regel heeft 3 velden, de regel met kolomnamen heeft er 2.",
    ]


@pytest.mark.parametrize("bad", ["=1+1", "=HYPERLINK(A1)", "@SUM(A1)", "+cmd|' /C calc'!A0", "-A1(2)"])
def test_a_formula_in_a_csv_cell_is_refused_by_line_and_column(bad):
    table = read_table("b.csv", f'code;naam\n1;ok\n2;"{bad}"\n'.encode())
    assert [(fault.line, fault.column, fault.value) for fault in table.faults] == [(3, "naam", bad)]


def test_numbers_with_a_sign_and_our_own_guard_are_not_formulas():
    assert cells(b"a;b\n-1;+31 6 12\n'=1;-\n") == [("-1", "+31 6 12"), ("=1", "-")]


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "leeg"),
        (b"\n\n ; \n", "geen regel met kolomnamen"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "oud Excel"),
        (codecs.BOM_UTF16_LE + b"a\x00;", "geen UTF-16"),
        (codecs.BOM_UTF32_LE + "a;b".encode("utf-32-le"), "geen leesbare tekst"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"\x7fELF\x02\x01\x01\x00\x00", "geen tekst"),
        (b"PK\x03\x04junk", "beschadigd"),
        (b"\xef\xbb\xbfa;b\n1;\xff\n", "geen UTF-8"),
    ],
)
def test_what_is_not_a_table_is_refused_with_a_sentence(content, part):
    assert part in sentence(content)


def test_random_bytes_are_refused_or_read_but_never_break():
    chance = random.Random(7)
    refused = 0
    for _ in range(200):
        try:
            read_table("ruis.bin", chance.randbytes(chance.randint(1, 4000)))
        except InputRefused:
            refused += 1
    assert refused > 150


def test_a_file_of_100_mb_is_refused_before_anything_is_parsed(monkeypatch):
    monkeypatch.setattr(reading, "read_csv", lambda *_: pytest.fail("it was parsed"))
    assert "100,0 MB" in sentence(b"a" * (100 * 1024 * 1024))


def test_a_large_file_on_disk_is_not_even_read(tmp_path, monkeypatch):
    path = tmp_path / "groot.csv"
    with path.open("wb") as stream:
        stream.truncate(100 * 1024 * 1024)
    monkeypatch.setattr(type(path), "read_bytes", lambda _: pytest.fail("it was read"))
    with pytest.raises(InputRefused, match="100,0 MB"):
        reading.load_file(path)
    with pytest.raises(InputRefused, match="bestaat niet"):
        reading.load_file(tmp_path / "weg.csv")


@given(
    st.lists(
        st.tuples(*[st.text(string.ascii_letters + string.digits + ' ;,"\n\u00e9', max_size=12) for _ in range(3)]),
        min_size=1,
        max_size=8,
    )
)
def test_what_the_csv_writer_wrote_is_read_back(rows):
    import csv
    import io

    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(("a", "b", "c"))
    writer.writerows(rows)
    expected = [row for row in (tuple(cell.strip() for cell in row) for row in rows) if any(row)]
    assert cells(buffer.getvalue().encode()) == expected


# ---------------------------------------------------------------- XLSX


def test_xlsx_gives_text_with_its_leading_zeros_and_the_row_numbers_of_the_sheet():
    table = read_table("b.xlsx", to_xlsx([("code", "naam", "n"), (), ("0034", " Almere ", 12), ("0106", "Assen", 1.5)]))
    assert [(row.line, row.cells) for row in table.rows] == [
        (3, ("0034", "Almere", "12")),
        (4, ("0106", "Assen", "1.5")),
    ]


def test_the_sheet_called_gegevens_is_read_when_there_is_one():
    import io

    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet("Uitleg").write(0, 0, "lees dit eerst")
        book.add_worksheet("Gegevens").write_column(0, 0, ["code", "7"])
    assert cells(buffer.getvalue()) == [("7",)]


def test_a_formula_cell_is_refused_by_its_name():
    table = read_table("b.xlsx", to_xlsx([("a", "b"), (1, 2)], formula=("B3", "=A2+1")))
    assert [(fault.line, fault.column) for fault in table.faults] == [(3, "b")]
    assert "Cel B3 bevat een formule" in str(table.faults[0])


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = with_part(to_xlsx([("a",)]), "xl/media/x.xml", b"0" * 60_000_000)
    assert len(bomb) < 200_000
    assert "veel te groot" in sentence(bomb, "b.xlsx")


def test_a_sheet_with_one_cell_far_away_is_refused():
    assert "te groot" in sentence(to_xlsx([("a",)], cell=("XFD1048576", "x")), "b.xlsx")


def test_a_shared_text_repeated_endlessly_is_refused(monkeypatch):
    monkeypatch.setattr("data.importers.xlsx.MAX_CHARACTERS", 100_000)
    assert "veel meer tekst" in sentence(to_xlsx([("a",), *[("x" * 1000,)] * 200]), "b.xlsx")


def test_own_xml_entities_are_refused():
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
    assert "XML-definities" in sentence(with_part(to_xlsx([("a",)]), "xl/worksheets/sheet1.xml", evil), "b.xlsx")


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"])
def test_a_damaged_workbook_is_a_sentence(part):
    broken = with_part(to_xlsx([("a", "b"), ("1", "x")]), part, b"<worksheet><oops")
    assert "beschadigd" in sentence(broken, "b.xlsx")


def test_macros_and_other_zip_files_are_refused():
    assert "macro" in sentence(with_part(to_xlsx([("a",)]), "xl/vbaProject.bin", b"x"), "b.xlsx")
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "hallo")
    assert "geen XLSX" in sentence(buffer.getvalue(), "b.zip")


def test_a_cut_off_workbook_is_a_sentence():
    whole = to_xlsx([("a", "b"), *[("1", "x")] * 500])
    for length in range(10, len(whole), len(whole) // 25):
        with pytest.raises(InputRefused):
            read_table("b.xlsx", whole[:length])
