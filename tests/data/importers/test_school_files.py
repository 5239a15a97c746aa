"""Files as schools have them: read as they are meant, or refused with every line that is wrong.

Each file in ``school_files`` is one kind of trouble; beside it stands what it must come to (``.verwacht.csv``, the
columns of the template) or the lines that must be named (``.weiger.txt``). All pupils and companies are invented.
"""

import io
from pathlib import Path

import pytest
import xlsxwriter

from data.faults import InputRefused
from data.importers import find_importer
from data.importers.framework import compute_diff
from data.importers.records import Columns, Run
from tests.matching.world import AT

FILES = Path(__file__).parent / "school_files"
KINDS = {"leerlingen": "pupils", "bedrijven": "companies", "plekken": "places"}
OWN_WORDS = (
    ("leerling", "Nr intern"), ("postcode", "Woont in"), ("sectoren", "Wil graag"), ("dagen", "Kan op"),
    ("vervoer", "Komt met"), ("periode_van", "Eerste dag"), ("periode_tot", "Laatste dag"),
)  # fmt: skip
READ = sorted(path.name.removesuffix(".verwacht.csv") for path in FILES.glob("*.verwacht.csv"))
REFUSED = sorted(path.name.removesuffix(".weiger.txt") for path in FILES.glob("*.weiger.txt"))
HEAD = b"leerling;postcode;sectoren;dagen;vervoer;periode_van;periode_tot\r\n"


def offer(database, kind, file, content, *, school="99AA", **columns):
    importer = find_importer(kind)
    run = Run(
        file, "x", importer.parse_options({"school": school} if school else {}), "test", AT, 1, Columns(**columns)
    )
    with database.write() as session:
        diff = compute_diff(importer, session, content, run)
        importer.save(session, diff, run)
    return diff


@pytest.fixture
def hoogmeren(sqlite):
    """Two schools, six postcodes and two companies."""
    for kind, file, school in (
        ("vestigingen", "vestigingen.csv", None), ("postcodes", "postcodes.csv", None),
        ("companies", "bedrijven.csv", "99AA"),
    ):  # fmt: skip
        offer(sqlite, kind, file, (FILES / "basis" / file).read_bytes(), school=school)
    return sqlite


def pupils(database, content, **columns):
    return offer(database, "pupils", "leerlingen.csv", content, **columns)


def row(
    number="1", *, postcode="9901AB", sectoren="groen", dagen="di", vervoer="fiets", van="2026-09-01", tot="2027-07-09"
):
    return f"{number};{postcode};{sectoren};{dagen};{vervoer};{van};{tot}\r\n".encode()


def faults_of(database, content, **columns):
    with pytest.raises(InputRefused) as refused:
        pupils(database, content, **columns)
    return refused.value.faults


def book_of(sheets):
    """A workbook with these sheets, every cell text."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                sheet.write_row(number, 0, cells)
    return buffer.getvalue()


def stored(diff, name):
    return [change.after[name] for change in diff.new]


@pytest.mark.parametrize("file", READ)
def test_a_file_as_a_school_has_it_is_read_as_it_is_meant(hoogmeren, file):
    kind = KINDS[file.split("-")[0]]
    said = {"said": OWN_WORDS} if file == "leerlingen-eigen-woorden.csv" else {}
    first = offer(hoogmeren, kind, file, (FILES / file).read_bytes(), **said)
    assert first.new
    assert first.unchanged == 0
    again = offer(hoogmeren, kind, "verwacht.csv", (FILES / f"{file}.verwacht.csv").read_bytes())
    assert [change.fields() for change in again.changed] == []
    assert (again.unchanged, len(again.new)) == (first.rows, 0)


@pytest.mark.parametrize("file", REFUSED)
def test_a_file_that_has_two_meanings_is_refused_with_every_line_that_is_wrong(hoogmeren, file):
    with pytest.raises(InputRefused) as refused:
        offer(hoogmeren, KINDS[file.split("-")[0]], file, (FILES / file).read_bytes())
    lines = {int(line) for line in (FILES / f"{file}.weiger.txt").read_text().split()}
    assert {fault.line for fault in refused.value.faults} == lines


def test_every_name_that_schools_use_for_a_column_is_known(hoogmeren):
    for line in (FILES / "kopnamen.csv").read_text(encoding="utf-8-sig").splitlines()[1:]:
        kind, field, name = line.split(";")
        wanted = find_importer(kind).sort.wanted(Columns())
        for spelling in (
            name,
            name.upper(),
            f"{name} *",
            name.replace(" ", "\n"),
            name.replace(" ", "-"),
            f"{name} (min)",
        ):
            assert wanted.field_of(spelling) == field, spelling


def test_no_name_of_a_column_stands_for_two_fields():
    for kind in KINDS.values():
        columns = find_importer(kind).columns
        names = [(name, column.key) for column in columns for name in (column.title, *column.aliases)]
        fields = find_importer(kind).sort.wanted(Columns()).names
        wrong = [(name, key) for name, key in names if fields["".join(filter(str.isalnum, name.casefold()))] != key]
        assert wrong == [], kind


def test_own_words_without_a_mapping_name_every_heading_and_every_field_that_lacks_one(hoogmeren):
    with pytest.raises(InputRefused) as refused:
        offer(hoogmeren, "pupils", "e.csv", (FILES / "leerlingen-eigen-woorden.csv").read_bytes())
    named = {fault.column for fault in refused.value.faults}
    assert named == {part for pair in OWN_WORDS for part in pair}


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ((("schoenmaat", "Nr intern"),), "Het veld 'schoenmaat' bestaat niet"),
        ((("leerling", "Nr extern"),), "staat niet in het bestand"),
        ((("leerling", "Nr intern"), ("postcode", "Nr intern")), "twee keer genoemd"),
        ((("leerling", "Nr intern"), ("leerling", "Woont in")), "al aan een andere kolom gegeven"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(hoogmeren, said, sentence):
    content = (FILES / "leerlingen-eigen-woorden.csv").read_bytes()
    assert any(sentence in fault.expected for fault in faults_of(hoogmeren, content, said=said))


def test_what_a_school_said_earlier_needs_not_be_said_again(hoogmeren):
    content = (FILES / "leerlingen-eigen-woorden.csv").read_bytes()
    known = {"".join(filter(str.isalnum, heading.casefold())): field for field, heading in OWN_WORDS}
    assert len(pupils(hoogmeren, content, remembered=known).new) == 1


def test_a_forbidden_column_is_not_read_and_its_values_are_nowhere(hoogmeren):
    diff = pupils(hoogmeren, (FILES / "leerlingen-verboden-kolommen.csv").read_bytes())
    assert "BSN, Geboortedatum, Naam ouder" in diff.remarks[0]
    assert not any(secret in repr(diff) for secret in ("123456782", "14-03-2011", "Oorbeeld"))


@pytest.mark.parametrize(
    "heading",
    ["Geb.datum", "geboorte datum", "Burgerservicenummer", "BSN-nummer", "Sofinummer", "Moeder", "naam_vader",
     "Ouder1", "Ouder 2 e-mail",
     "Verzorger", "IQ", "TIQ-score", "TLV nr", "Nationaliteit", "Achternaam", "PGN",
     "Onderwijsnummer", "E-mail ouders"],
)  # fmt: skip
def test_a_column_that_must_never_come_in_cannot_be_mapped_either(hoogmeren, heading):
    content = HEAD.replace(b"\r\n", f";{heading}\r\n".encode()) + row().replace(b"\r\n", b";geheim\r\n")
    diff = pupils(hoogmeren, content)
    assert heading in " ".join(diff.remarks)
    assert "nooit" in " ".join(diff.remarks)
    assert any("nooit" in fault.expected for fault in faults_of(hoogmeren, content, said=(("voornaam", heading),)))


def test_the_value_of_a_number_that_looks_like_a_bsn_is_not_said_back(hoogmeren):
    (fault,) = faults_of(hoogmeren, HEAD + row("123456782"))
    assert fault.line == 2
    assert "123456782" not in str(fault)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_every_encoding_separator_and_line_end_gives_the_same_rows(hoogmeren, encoding, separator, end):
    text = "leerling;voornaam;postcode;sectoren;dagen;vervoer;periode_van;periode_tot\n7;Zoë;9901AB;groen;di;ov;"
    text += "2026-09-01;2027-07-09\n"
    diff = pupils(hoogmeren, text.replace(";", separator).replace("\n", end).encode(encoding))
    assert stored(diff, "voornaam") == ["Zoë"]


@pytest.mark.parametrize(
    "top", [b"sep=;\r\n", b'"sep=;"\r\n', b"SEP=;\r\nLeerlingen, stand 1-9-2026\r\n\r\n", b"\r\nLijst\r\n;;;\r\n"]
)
def test_what_stands_above_the_heading_is_no_row(hoogmeren, top):
    assert stored(pupils(hoogmeren, top + HEAD + row("0417")), "leerling") == ["0417"]


@pytest.mark.parametrize(
    "tail", ["Totaal;;;;;;", "Aantal leerlingen: 1;;;;;;", "Gemiddelde;;;;;;", ";;;;;;", "Pagina 1 van 1;;;;;;"]
)
def test_what_stands_under_the_table_is_no_row(hoogmeren, tail):
    diff = pupils(hoogmeren, HEAD + row() + tail.encode() + b"\r\n")
    assert diff.rows == 1
    assert tail.startswith(";") or "regel 3" in " ".join(diff.remarks).casefold()


def test_a_half_row_is_no_total_and_is_refused_with_its_line(hoogmeren):
    faults = faults_of(hoogmeren, HEAD + row() + b"2;9901AB;groen;;;;\r\n")
    assert {fault.line for fault in faults} == {3}
    assert {fault.column for fault in faults} == {"dagen", "vervoer", "periode_van", "periode_tot"}


@pytest.mark.parametrize("other", ["417", "0417 ", "00417"])
def test_a_number_that_lost_its_zeros_is_the_pupil_that_is_known(hoogmeren, other):
    pupils(hoogmeren, HEAD + row("0417"))
    diff = pupils(hoogmeren, HEAD + row(other))
    assert (len(diff.new), diff.unchanged) == (0, 1)


def test_the_same_number_with_and_without_a_zero_in_one_file_names_both_lines(hoogmeren):
    assert [fault.line for fault in faults_of(hoogmeren, HEAD + row("417") + row("0417"))] == [2, 3]


def test_a_code_in_another_case_is_the_company_that_is_known(hoogmeren):
    diff = offer(hoogmeren, "companies", "b.csv", b"bedrijf;naam;postcode\r\nb0001;Hoveniersbedrijf Wilg;9901 AB\r\n")
    assert diff.unchanged == 1


def test_a_column_that_a_file_does_not_have_stays_as_it_is(hoogmeren):
    pupils(
        hoogmeren,
        HEAD.replace(b"\r\n", b";niet_bij;voornaam;rolstoel\r\n") + row().replace(b"\r\n", b";B0001;Sam;ja\r\n"),
    )
    diff = pupils(hoogmeren, HEAD + row(dagen="wo"))
    assert [change.fields() for change in diff.changed] == [[("dagen", "di", "wo")]]


@pytest.mark.parametrize("cell", ["Gr\u00adoen", " groen ", "groen\u200b"])
def test_signs_that_nobody_sees_do_not_count(hoogmeren, cell):
    assert stored(pupils(hoogmeren, HEAD + row(sectoren=cell)), "sectoren") == [("groen",)]


@pytest.mark.parametrize(
    ("cell", "days"),
    [("ma/di", "ma di"), ("Ma & Di", "ma di"), ("ma|wo", "ma wo"), ("maandag tot en met woensdag", "ma di wo"),
     ("ma t/m wo, vr", "ma di wo vr"), ("di+do", "di do"), ("DINSDAG", "di"), ("ma tm wo", "ma di wo"),
     ("wo, di", "di wo"),
     ("Ma. en Do.", "ma do"), ("woensdagen", "wo"), ("ma.di", "ma di")],
)  # fmt: skip
def test_days_are_read_in_every_way_that_has_one_meaning(hoogmeren, cell, days):
    assert stored(pupils(hoogmeren, HEAD + row(dagen=f'"{cell}"')), "dagen") == [days]


@pytest.mark.parametrize(
    "cell",
    ["ma-do", "ma of di", "2", "twee dagen", "ma of do t/m vr", "vr t/m ma", "t/m wo", "ma t/m", "ma tot do", "?"],
)
def test_days_that_can_be_read_in_two_ways_are_asked(hoogmeren, cell):
    (fault,) = faults_of(hoogmeren, HEAD + row(dagen=cell))
    assert (fault.line, fault.column, fault.value) == (2, "dagen", cell)


@pytest.mark.parametrize(
    ("cell", "sectors"),
    [("Horeca & voeding", ("horeca",)), ("zorg/welzijn", ("zorg",)), ("Zorg en welzijn, groen", ("zorg", "groen")),
     ("bouw, techniek", ("bouw", "techniek")), ("winkel", ("detailhandel",)),
     ("Magazijn / Transport en logistiek", ("logistiek",)),
     ("groen|groen", ("groen",)), ("Bouw, wonen en interieur", ("bouw",)), ("Plant & groen", ("groen",)),
      ("Dierverzorging (groen)", ("dierverzorging", "groen"))],
)  # fmt: skip
def test_sectors_are_full_names_first_and_then_separators(hoogmeren, cell, sectors):
    assert stored(pupils(hoogmeren, HEAD + row(sectoren=f'"{cell}"')), "sectoren") == [sectors]


@pytest.mark.parametrize("cell", ["groen of horeca", "niet in de zorg", "iets met dieren", "weet niet", "groen 2"])
def test_a_sector_that_is_a_choice_or_none_is_asked(hoogmeren, cell):
    (fault,) = faults_of(hoogmeren, HEAD + row(sectoren=cell))
    assert fault.column == "sectoren"


@pytest.mark.parametrize(
    "cell",
    ["01-09-2026", "1-9-2026", "1/9/2026", "1.9.2026", "1 september 2026", "1 sept. 2026", "1 SEP 2026", "2026-09-01",
     "2026-09-01 00:00:00",
     "46266", "46266.0", "dinsdag 1 september 2026", "di 1-9-2026", "01-09-2026 0:00"],
)  # fmt: skip
def test_a_whole_date_is_read_however_it_is_written(hoogmeren, cell):
    (found,) = stored(pupils(hoogmeren, HEAD + row(van=cell)), "periode_van")
    assert found.isoformat() == "2026-09-01"


@pytest.mark.parametrize(
    "cell",
    ["sept 2026", "2026", "31-06-2026", "30-2-2027", "1-9-26", "1-9-2026 13:30", "week 36", "01-13-2026", "4.6266E+4"],
)
def test_a_date_without_a_day_or_one_that_does_not_exist_is_refused(hoogmeren, cell):
    faults = faults_of(hoogmeren, HEAD + row(van=cell))
    assert {(fault.line, fault.column) for fault in faults} == {(2, "periode_van")}


@pytest.mark.parametrize("cell", ["9901AB", "9901 ab", "9901-AB", "9901  AB"])
def test_a_postcode_is_read_as_it_is_typed(hoogmeren, cell):
    assert stored(pupils(hoogmeren, HEAD + row(postcode=cell)), "postcode") == ["9901AB"]


def test_a_number_in_scientific_notation_is_no_number_of_a_pupil(hoogmeren):
    assert [fault.column for fault in faults_of(hoogmeren, HEAD + row("1,23E+05"))] == ["leerling"]


def test_a_line_can_be_left_out_by_name(hoogmeren):
    diff = pupils(hoogmeren, HEAD + row("1") + row("2", dagen="?"), without=frozenset({3}))
    assert stored(diff, "leerling") == ["1"]
    assert "Weggelaten op verzoek: regel 3." in diff.remarks


def test_two_sheets_with_the_same_columns_are_asked_and_one_can_be_said(hoogmeren):
    head, one = HEAD.decode().strip().split(";"), row("1").decode().strip().split(";")
    book = book_of({"3A": [head, one], "3B": [head, ["2", *one[1:]]]})
    (fault,) = faults_of(hoogmeren, book)
    assert "'3A' en '3B'" in fault.expected
    assert stored(pupils(hoogmeren, book, sheet="3B"), "leerling") == ["2"]


@pytest.mark.parametrize("heading", ["max_minuten_", "vornaam", "begeleidng", "rolstoell", "scholodagen", "voornaam2"])
def test_a_heading_one_letter_off_is_asked_and_never_left_out(hoogmeren, heading):
    content = HEAD.replace(b"\r\n", f";{heading}\r\n".encode()) + row().replace(b"\r\n", b";\r\n")
    if heading == "max_minuten_":  # signs do not count: this is the column itself
        assert pupils(hoogmeren, content).rows == 1
    else:
        (fault,) = faults_of(hoogmeren, content)
        assert (fault.line, fault.column) == (1, heading)


def test_one_of_two_equal_columns_is_never_chosen(hoogmeren):
    content = HEAD.replace(b"\r\n", b";Stagedagen\r\n") + row().replace(b"\r\n", b";ma\r\n")
    (fault,) = faults_of(hoogmeren, content)
    assert "twee keer" in fault.expected


def test_the_numbered_second_of_a_column_is_a_column_of_the_school_itself(hoogmeren):
    content = b"bedrijf;naam;postcode;Telefoon;Telefoon 2\r\nB9;Bakker;9901AB;0612345678;0687654321\r\n"
    diff = offer(hoogmeren, "companies", "b.csv", content)
    assert stored(diff, "contact_telefoon") == ["0612345678"]
    assert "Deze kolom is niet gelezen: Telefoon 2." in diff.remarks


@pytest.mark.parametrize(
    ("cell", "modes"), [("met de bus", "ov"), ("e-bike", "fiets"), ("Fiets of OV", "fiets ov"), ("te voet", "lopen")]
)
def test_ways_to_travel_are_read_in_words(hoogmeren, cell, modes):
    assert stored(pupils(hoogmeren, HEAD + row(vervoer=cell)), "vervoer") == [modes]


@pytest.mark.parametrize("cell", ["brommer", "eigen vervoer", "OV-fiets", "?"])
def test_a_way_to_travel_that_is_not_known_is_asked(hoogmeren, cell):
    assert [fault.column for fault in faults_of(hoogmeren, HEAD + row(vervoer=cell))] == ["vervoer"]
