# ruff: noqa: E501, ISC004 - sentences of refusals are whole lines
"""DUO file 01 in its vintages, hidden numbers in each convention, and everything that is refused."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from data.faults import InputRefused
from data.importers.telling import read_addresses, read_telling, read_totals
from subsidy.telling import Status, close_intervals

YEARS = [f"LEER- OF VERBLIJFSJAAR {year} - {sex}" for year in range(1, 7) for sex in ("MAN", "VROUW")]
OLD = ["BRIN NUMMER", "VESTIGINGSNUMMER", "INSTELLINGSNAAM VESTIGING", "PLAATSNAAM VESTIGING", "PROVINCIE VESTIGING",
       "ONDERWIJSTYPE VO EN LEER- OF VERBLIJFSJAAR", "VMBO SECTOR", "AFDELING", "ELEMENTCODE", "OPLEIDINGSNAAM"]  # fmt: skip
PRO = "Praktijkonderwijs alle vj"
CELLS = ["10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "0", "5"]


def row(brin="01AB", number="00", name="School", kind=PRO, cells=None, extra=()):
    return [
        brin,
        number,
        name,
        "ASSEN",
        "Drenthe",
        kind,
        "N.v.t.",
        "N.v.t.",
        "0090",
        "Praktijkonderwijs",
        *extra,
        *(cells or CELLS),
    ]


def write(rows, head=None, encoding="cp1252", end="\r\n", quote=csv.QUOTE_MINIMAL):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator=end, quoting=quote)
    writer.writerows([[*(head or OLD), *YEARS], *rows])
    return out.getvalue().encode(encoding)


def read(content, year=2019, **options):
    return read_telling(f"duo-{year}.csv", content, teldatum=date(year, 10, 1), status=Status.VOORLOPIG, **options)


def faults(content, **options):
    with pytest.raises(InputRefused) as caught:
        read(content, **options)
    return [str(fault) for fault in caught.value.faults]


RENAMED = [title.replace("BRIN NUMMER", "INSTELLINGSCODE").replace("VESTIGINGSNUMMER", "VESTIGINGSCODE").replace(
    "ELEMENTCODE", "ERKENDE OPLEIDINGSCODE") for title in OLD]  # fmt: skip
VINTAGES = {
    "2014 with LWOO and quotes": (write([row(extra=["N"])], [*OLD, "LWOO INDICATIE"], quote=csv.QUOTE_ALL), 2014),
    "2019": (write([row()]), 2019),
    "2019 with line feeds in UTF-8": (write([row(name="Coöperatie")], encoding="utf-8", end="\n"), 2019),
    "2023 with samenwerkingsverband": (
        write([row(extra=["VO2001"])], [*RENAMED, "SAMENWERKINGSVERBAND PASSEND ONDERWIJS VO"]), 2023,
    ),
    "2024 with a short vestigingscode": (write([row(number="0")], RENAMED), 2024),
    "2024 with a BOM": (b"\xef\xbb\xbf" + write([row(number="00")], RENAMED, encoding="utf-8"), 2024),
    "2025 with the whole code": (write([row(number="01AB00")], RENAMED), 2025),
}  # fmt: skip


@pytest.mark.parametrize("vintage", VINTAGES)
def test_every_vintage_gives_the_same_count(vintage):
    content, year = VINTAGES[vintage]
    found = read(content, year).telling
    assert [(school.vestiging, str(school.count)) for school in found.schools] == [("01AB00", "150")]
    assert found.teldatum == date(year, 10, 1)


def test_names_keep_their_letters():
    assert read(VINTAGES["2019 with line feeds in UTF-8"][0]).telling.schools[0].name == "Coöperatie"
    assert read(write([row(name="Coöperatie")])).telling.schools[0].name == "Coöperatie"


def test_only_pro_rows_count_and_the_prefix_decides():
    other = row(number="01", kind="HAVO lj 4-5", cells=["kapot"] * 12)
    found = read(write([other, row(), row(number="02", kind="PRAKTIJKONDERWIJS")]))
    assert [school.vestiging for school in found.telling.schools] == ["01AB00", "01AB02"]


def test_two_lwoo_rows_are_two_parts_of_one_count():
    head = [*OLD, "LWOO INDICATIE"]
    found = read(write([row(extra=["N"]), row(extra=["J"])], head), 2015)
    assert str(found.telling.total) == "300"
    assert "elke vestiging één keer" in faults(write([row(extra=["N"]), row(extra=["N"])], head))[0]


MASKED = ["10", "11", "12", "13", "14", "15", "16", "17", "18", "{}", "0", "5"]


@pytest.mark.parametrize(
    ("mark", "count", "text"),
    [
        ("<5", "132–135", "'<5' is gelezen als 1 tot en met 4; nullen staan er gewoon in."),
        ("< 5", "132–135", "'<5' is gelezen als 1 tot en met 4; nullen staan er gewoon in."),
        ("x", "132–135", "'x' is gelezen als 1 tot en met 4; nullen staan er gewoon in."),
        ("<10", "132–140", "'<10' is gelezen als 1 tot en met 9; nullen staan er gewoon in."),
    ],
)
def test_a_marked_number_is_an_interval(mark, count, text):
    found = read(write([row(cells=[cell.format(mark) for cell in MASKED])]))
    assert str(found.telling.total) == count
    assert found.masking.text == text
    assert found.telling.schools[0].note == f"Afgeschermd: {count}."


def test_without_a_single_zero_a_hidden_number_may_be_zero():
    found = read(write([row(cells=["<5"] * 6 + ["10"] * 6)]))
    assert str(found.telling.total) == "60–84"
    assert found.masking.text == "'<5' is gelezen als 0 tot en met 4; in dit bestand staat nergens een nul."


def test_a_four_hides_one_to_four_in_the_years_that_published_it_so():
    cells = ["4", "11", "12", "13", "14", "15", "16", "17", "18", "19", "0", "5"]
    assert str(read(write([row(cells=cells)]), 2016).telling.total) == "141–144"
    assert str(read(write([row(cells=cells)]), 2019).telling.total) == "144"
    assert str(read(write([row(cells=cells)]), 2016, masking="geen").telling.total) == "144"
    assert str(read(write([row(cells=cells)]), 2019, masking="vier").telling.total) == "141–144"
    with_two = ["4", "2", *cells[2:]]
    assert str(read(write([row(cells=with_two)]), 2016).telling.total) == "135"
    many = [row(number=f"{number:02d}", cells=cells) for number in range(20)]
    assert str(read(write(many), 2022).telling.total) == "2820–2880"


@pytest.mark.parametrize(
    ("cell", "shown"), [("-1", "-1"), ("12.5", "12.5"), ("12,5", "12,5"), ("", ""), ("veel", "veel"), ("<0", "<0")]
)
def test_a_number_that_is_none_is_refused_with_its_place(cell, shown):
    assert faults(write([row(), row(number="01", cells=[cell, *CELLS[1:]])])) == [
        f'duo-2019.csv, regel 3, kolom {YEARS[0]}: gevonden "{shown}", verwacht een heel aantal van nul of meer, '
        'of een afgeschermd aantal ("<5" of "x")'
    ]


def test_a_file_without_pro_rows_fails_loudly():
    assert faults(write([row(kind="HAVO lj 4-5")])) == [
        "duo-2019.csv, kolom ONDERWIJSTYPE VO EN LEER- OF VERBLIJFSJAAR: Van 1 rijen heeft geen enkele een "
        "onderwijstype dat begint met Praktijkonderwijs."
    ]


def test_every_fault_is_named_at_once():
    wrong = [row(), row(), row(brin="X1", number="00"), row(number="ABC"), row(brin="02CD", cells=["-3", *CELLS[1:]])]
    lines = faults(write(wrong))
    assert len(lines) == 4
    assert (
        lines[0]
        == 'duo-2019.csv, regel 3, kolom VESTIGINGSNUMMER: gevonden "01AB00", verwacht elke vestiging één keer; deze staat ook op regel 2'
    )
    assert 'gevonden "X1", verwacht een BRIN zoals 01AB' in lines[1]
    assert 'gevonden "ABC", verwacht een vestigingsnummer van 01AB, zoals 00' in lines[2]
    assert 'gevonden "-3"' in lines[3]


def test_an_unknown_brin_is_refused_once_there_is_a_register():
    content = write([row(), row(brin="02CD"), row(brin="99AA")])
    assert len(read(content).telling.schools) == 3
    assert faults(content, register=frozenset({"01AB"})) == [
        'duo-2019.csv, regel 3, kolom BRIN NUMMER: gevonden "02CD", verwacht een BRIN uit het adressenbestand; lees '
        "eerst een nieuwer adressenbestand in"
    ]


def test_missing_columns_and_broken_rows_are_named():
    assert "Kolom BRIN NUMMER of BRINNUMMER of INSTELLINGSCODE ontbreekt." in faults(write([row()[1:]], OLD[1:]))[0]
    content = write([row()]).replace(b"LEER- OF VERBLIJFSJAAR 6 - VROUW", b"IETS ANDERS")
    assert "Verwacht 12 kolommen LEER- OF VERBLIJFSJAAR 1 tot en met 6" in faults(content)[0]
    assert "velden" in faults(write([row(), row(number="01")[:-3]]))[0]


def addresses():
    head = "BEVOEGD GEZAG NUMMER;BRIN NUMMER;VESTIGINGSNUMMER;VESTIGINGSNAAM;ONDERWIJSSTRUCTUUR\r\n"
    rows = "10053;01AB;01AB00;School    ;PRO   \r\n10054;02CD;02CD00;Ander;VBO/PRO\r\n"
    return (head + rows).encode("cp1252")


def totals(cell="134"):
    head = "BEVOEGD GEZAG NUMMER;INSTELLINGSCODE;VESTIGINGSCODE;AANTAL LEERLINGEN;AANTAL VO LEERLINGEN UITBESTEED AAN VAVO\n"
    return (head + f"10053;01AB;01AB00;{cell};<5\n10054;02CD;02CD00;<5;0\n").encode()


def test_file_03_and_the_address_file_close_an_interval():
    found = read_addresses("adressen.csv", addresses())
    assert found.bestuur == {"01AB00": "10053", "02CD00": "10054"}
    assert found.pro_only == {"01AB00"}
    assert found.brins == {"01AB", "02CD"}
    sums = read_totals("03.csv", totals())
    assert sums == {"01AB00": 134}
    masked = read(write([row(cells=[cell.format("<5") for cell in MASKED])]), besturen=found.bestuur).telling
    closed = close_intervals(masked, sums, found.pro_only, "03.csv")
    assert str(closed.total) == "134"
    assert closed.schools[0].bestuur == "10053"


def test_bad_rows_of_the_other_files_are_refused():
    with pytest.raises(InputRefused, match='gevonden "12,5"'):
        read_totals("03.csv", totals("12,5"))
    with pytest.raises(InputRefused, match="een BRIN zoals"):
        read_totals("03.csv", totals().replace(b"01AB;01AB00", b"1AB;01AB00"))
    with pytest.raises(InputRefused, match="een BRIN zoals"):
        read_addresses("adressen.csv", addresses().replace(b"01AB;01AB00", b"1AB;01AB00"))


def masked_copy(real, mark, pro_only):
    rows = list(csv.reader(io.StringIO(real.decode("cp1252")), delimiter=";"))
    for cells in rows[1:]:
        if pro_only and not cells[5].startswith("Praktijk"):
            continue
        cells[10:] = [mark if cell in {"1", "2", "3", "4"} else cell for cell in cells[10:]]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("cp1252")


@pytest.mark.shared_data
def test_the_real_file_of_2019_and_its_masked_copies(shared_data):
    path = shared_data / "duo" / "leerlingen-vo-per-vestiging-naar-onderwijstype-2019.csv"
    real = path.read_bytes()
    plain = read(real).telling
    assert (len(plain.schools), str(plain.total)) == (175, "29315")
    rows = [
        cells
        for cells in csv.reader(io.StringIO(real.decode("cp1252")), delimiter=";")
        if cells[5].startswith("Praktijk")
    ]
    truth = {cells[0] + cells[1]: [int(cell) for cell in cells[10:]] for cells in rows}
    for mark in ("<5", "x", "4"):
        for pro_only in (True, False):
            masked = read(masked_copy(real, mark, pro_only)).telling
            for school in masked.schools:
                cells = truth[school.vestiging]
                hidden = sum(1 for cell in cells if 1 <= cell <= 4)
                rest = sum(cell for cell in cells if not 1 <= cell <= 4)
                assert (school.count.minimum, school.count.maximum) == (rest + hidden, rest + 4 * hidden)
            assert len(masked.intervals) == sum(1 for cells in truth.values() if any(1 <= cell <= 4 for cell in cells))
