"""Check every row, show the difference, save all or nothing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from data.faults import Fault, InputRefused
from data.importers import fields
from data.importers.framework import MAX_FAULTS_SHOWN, compute_diff, shown_faults
from data.importers.records import Diff
from tests.data.importers.files import Place, PlaceImporter, SampleBase, a_run, to_xlsx


@pytest.fixture
def session():
    engine = create_engine("sqlite://")
    SampleBase.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Place(code="0034", name="Almere", pupils=3), Place(code="0999", name="Weg", pupils=None)])
        session.flush()
        yield session
    engine.dispose()


def diff_of(session, content):
    return compute_diff(PlaceImporter(), session, content, a_run())


def faults_of(session, content):
    with pytest.raises(InputRefused) as refused:
        diff_of(session, content)
    return [str(fault) for fault in refused.value.faults]


def test_the_difference_names_new_changed_gone_and_unchanged(session):
    diff = diff_of(session, b"Code;Naam;Leerlingen\n34;Almere;4\n0106;Assen;\n")
    assert diff.counts() == {"rows": 2, "new": 1, "changed": 1, "gone": 1, "unchanged": 0}
    assert diff.changed[0].fields() == [("pupils", 3, 4)]
    assert diff.changed[0].line == 2
    assert [change.key for change in (*diff.new, *diff.gone)] == ["0106", "0999"]


def test_saving_and_reading_again_gives_an_empty_difference(session):
    content = to_xlsx([("GEMEENTENUMMER", "Naam", "Provincie"), ("0106", "Assen", "Drenthe")])
    importer = PlaceImporter()
    importer.save(session, diff_of(session, content), a_run())
    again = diff_of(session, content)
    assert again.is_empty
    assert again.counts() == {"rows": 1, "new": 0, "changed": 0, "gone": 0, "unchanged": 1}


def test_all_faults_of_a_file_come_at_once_in_the_order_of_its_lines(session):
    content = b'Code;Naam;Leerlingen\nx1;A;1\n0001;;2\n0002;B\n0003;C;veel\n0004;D;1\n4;E;1\n0005;"F;1\n0006;=G;1\n'
    assert faults_of(session, content) == [
        'plekken.csv, regel 2, kolom Code: gevonden "x1", verwacht een gemeentecode van vier cijfers als 0034',
        'plekken.csv, regel 3, kolom Naam: gevonden "", verwacht een waarde, deze cel is leeg',
        "plekken.csv, regel 4: Deze regel heeft 2 velden, de regel met kolomnamen heeft er 3.",
        'plekken.csv, regel 5, kolom Leerlingen: gevonden "veel", verwacht een heel getal van 0 tot en met 5000',
        'plekken.csv, regel 6, kolom Code: gevonden "0004", verwacht elke sleutel één keer (deze staat ook op regel 7)',
        'plekken.csv, regel 7, kolom Code: gevonden "4", verwacht elke sleutel één keer (deze staat ook op regel 6)',
        "plekken.csv, regel 8: Een aanhalingsteken in deze regel is niet goed gesloten.",
        'plekken.csv, regel 9, kolom Naam: gevonden "=G", verwacht een waarde, geen formule',
    ]


def test_unknown_missing_and_double_columns_are_each_named(session):
    faults = faults_of(session, b"Code;GEMEENTENUMMER;Kleur;\n1;1;rood;x\n")
    assert len(faults) == 3
    assert "kolom GEMEENTENUMMER: Deze kolom staat er twee keer in" in faults[0]
    assert "kolom Kleur: Deze kolom is onbekend. Bekend zijn: Code, Naam, Leerlingen." in faults[1]
    assert "kolom Naam: Deze kolom ontbreekt." in faults[-1]


def test_a_file_with_a_header_only_is_refused(session):
    assert faults_of(session, b"Code;Naam\n") == ["plekken.csv: Het bestand heeft kolomnamen, maar geen rijen."]


def test_the_digest_of_the_difference_changes_when_the_base_changes(session):
    content = b"Code;Naam\n0034;Almere\n"
    before = diff_of(session, content).digest()
    assert diff_of(session, content).digest() == before
    session.get(Place, "0999").name = "Anders"
    session.flush()
    assert diff_of(session, content).digest() != before


def test_options_are_checked_and_have_defaults():
    importer = PlaceImporter()
    assert importer.parse_options({}) == {"jaar": 2026}
    with pytest.raises(InputRefused) as refused:
        importer.parse_options({"jaar": "1066", "kleur": "rood"})
    assert [str(fault) for fault in refused.value.faults] == [
        "plekken, kolom kleur: deze optie bestaat hier niet",
        'plekken, kolom --jaar: gevonden "1066", verwacht een heel getal van 2000 tot en met 2100',
    ]


def test_many_faults_are_shown_up_to_a_limit_with_their_number():
    faults = [Fault("f", line, None, None, "x") for line in range(MAX_FAULTS_SHOWN + 7)]
    lines = list(shown_faults(faults))
    assert len(lines) == MAX_FAULTS_SHOWN + 1
    assert lines[-1] == f"en nog 7 fouten; totaal {MAX_FAULTS_SHOWN + 7}"


def test_an_empty_difference_says_so():
    assert Diff(3, unchanged=3).is_empty


@pytest.mark.parametrize(
    ("parser", "cell", "value"),
    [
        (fields.day, "1-10-2024", date(2024, 10, 1)),
        (fields.day, "2024-10-01", date(2024, 10, 1)),
        (fields.yes_no, "Ja", True),
        (fields.yes_no, "N", False),
        (fields.postcode, "3511 ab", "3511AB"),
        (fields.pc4_or_pc6, "1011", "1011"),
        (fields.brin, "18br", "18BR"),
        (fields.vestiging, "18BR00", "18BR00"),
        (fields.gemeente, "34", "0034"),
        (fields.latitude, "52,3710", 52.371),
        (fields.choice({"ma": "maandag", "maandag": "maandag"}), "MA", "maandag"),
        (fields.words(fields.brin), "18BR, 00AA;18br", ("18BR", "00AA")),
    ],
)
def test_a_cell_becomes_a_value(parser, cell, value):
    assert parser(cell) == value


@pytest.mark.parametrize(
    ("parser", "cell"),
    [
        (fields.day, "31-02-2024"),
        (fields.day, "gisteren"),
        (fields.yes_no, "misschien"),
        (fields.postcode, "0123AB"),
        (fields.brin, "8BR"),
        (fields.vestiging, "18BR"),
        (fields.gemeente, "12345"),
        (fields.latitude, "4.9"),
        (fields.longitude, "NaN"),
        (fields.whole(0, 5), "5.0"),
        (fields.whole(0, 5), "\u0661"),
        (fields.text(3), "lang"),
    ],
)
def test_a_cell_that_is_not_what_was_expected_is_told_so(parser, cell):
    with pytest.raises(fields.ExpectedError):
        parser(cell)


@given(st.text(max_size=30))
def test_no_text_of_a_cell_breaks_a_parser(cell):
    for parser in (fields.day, fields.yes_no, fields.postcode, fields.gemeente, fields.latitude, fields.whole()):
        try:
            parser(cell)
        except fields.ExpectedError:
            continue
