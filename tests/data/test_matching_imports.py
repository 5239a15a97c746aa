"""Pupils, companies and places come in through the common mechanism, or are refused with a sentence."""

import pytest

from data.faults import InputRefused
from data.importers import find_importer
from data.importers.template import to_csv as template_csv
from data.tables.matching import Company, InternshipPlace, Pupil
from tests.conftest import fill_organisation
from tests.matching.world import add_postcodes, company, fill_town, place, pupil, read_in, to_csv


@pytest.fixture
def town(database):
    fill_organisation(database)
    fill_town(database, [pupil(1), pupil(2, postcode="9811 ab")], [place(1), place(2, lat="", lon="")])
    return database


def test_what_came_in_is_what_the_file_said(town):
    with town.read() as session:
        one, other = session.get(Pupil, "99AA-0001"), session.get(Pupil, "99AA-0002")
        assert (one.days, one.sectors, one.modes) == (0b1010, "groen|horeca", "fiets")
        assert one.point_precision == "postcodegebied (4 cijfers)"
        assert other.point_precision == "postcode (6 tekens)"
        own, of_company = session.get(InternshipPlace, "P001"), session.get(InternshipPlace, "P002")
        assert own.point_precision == "punt op de kaart"
        assert of_company.point_precision == "via bedrijf: postcodegebied (4 cijfers)"
        assert abs(own.x_m - 160_000) < 30_000


def test_reading_the_same_files_again_changes_nothing(town):
    for name, rows in (("companies", [company(1)]), ("places", [place(1)]), ("pupils", [pupil(1)])):
        diff = read_in(town, name, to_csv(name, rows))
        assert diff.is_empty, (name, [change.fields() for change in diff.changed])


def test_a_changed_cell_is_the_only_change(town):
    diff = read_in(town, "places", to_csv("places", [place(1, plekken_di="2")]))
    assert [change.fields() for change in diff.changed] == [[("plekken_di", 1, 2)]]
    with town.read() as session:
        assert session.get(InternshipPlace, "P001").seats_di == 2


def test_the_example_rows_of_each_template_can_be_read_in(sqlite):
    fill_organisation(sqlite)
    with sqlite.write() as session:
        from data.rd import to_rd
        from data.tables.organisation import PostcodePoint, School

        session.add(School(brin="99AB", name="Voorbeeldschool"))
        session.flush()
        from data.tables.organisation import Vestiging

        session.add(Vestiging(code="99AB00", brin="99AB", name="Hoofdvestiging"))
        for code in ("3811", "3812", "3818"):
            x_m, y_m = to_rd(52.15, 5.38)
            session.add(PostcodePoint(postcode=code, lat=52.15, lon=5.38, x_m=x_m, y_m=y_m, source="test"))
    for name in ("companies", "places"):
        read_in(sqlite, name, template_csv(find_importer(name)))
    rows = template_csv(find_importer("pupils")).decode().replace("B0012", "B0002").encode("utf-8-sig")
    assert len(read_in(sqlite, "pupils", rows).new) == 2


REFUSED = [
    ("pupils", pupil(3, postcode="1000"), "staat niet in de ingelezen postcodetabel"),
    ("pupils", pupil(3, postcode=""), "een postcode, of anders lat en lon"),
    ("pupils", pupil(3, dagen="di xo"), "De dag ‘xo’ bestaat niet"),
    ("pupils", pupil(3, periode_tot="2026-11-01"), "een dag op of na het begin van de periode"),
    ("pupils", pupil(3, school="99ZZ"), "een school die in de installatie bekend is"),
    ("pupils", pupil(3, route="B"), "een crebo, want route B vraagt die"),
    ("pupils", pupil(3, leerling="111222333"), "dit lijkt op een BSN"),
    ("pupils", pupil(3, niet_bij="B999"), "codes van ingelezen bedrijven"),
    ("pupils", pupil(3, vervoer="hovercraft"), "een of meer van fiets, lopen, auto, ov"),
    ("pupils", pupil(3, sectoren="ruimtevaart"), "techniek"),
    ("places", place(3, plekken_di="0", plekken_do="0"), "minstens één plek op een weekdag"),
    ("places", place(3, bedrijf="B999"), "de code van een ingelezen bedrijf"),
    ("places", place(3, periode_van="2027-08-01"), "een dag op of na het begin van de periode"),
    ("places", place(3, lat="52,65", lon=""), "lat en lon samen"),
    ("companies", company(3, delen_op=""), "de datum van de toestemming"),
    ("companies", company(3, erkenningen="25258:2025-01-01/2024-01-01"), "een erkenning die eindigt na haar begin"),
    ("companies", company(3, leerbedrijf_id="12"), "een leerbedrijf-id van 9 cijfers"),
]


@pytest.mark.parametrize(("name", "row", "sentence"), REFUSED)
def test_a_wrong_cell_is_refused_with_what_was_expected_and_nothing_is_stored(sqlite, name, row, sentence):
    fill_organisation(sqlite)
    add_postcodes(sqlite)
    read_in(sqlite, "companies", to_csv("companies", [company(3)]))
    good = {"pupils": pupil(4), "places": place(4, bedrijf="B003"), "companies": company(4)}[name]
    with pytest.raises(InputRefused) as refusal:
        read_in(sqlite, name, to_csv(name, [good, row]))
    assert sentence in str(refusal.value)
    with sqlite.read() as session:
        table, key = {
            "pupils": (Pupil, "99AA-0004"),
            "places": (InternshipPlace, "P004"),
            "companies": (Company, "B004"),
        }[name]
        assert session.get(table, key) is None


def test_a_praktijkverklaring_needs_an_erkend_leerbedrijf(sqlite):
    fill_organisation(sqlite)
    add_postcodes(sqlite)
    read_in(sqlite, "companies", to_csv("companies", [company(1, leerbedrijf_id="", erkenningen="")]))
    with pytest.raises(InputRefused, match="geen erkend leerbedrijf"):
        read_in(sqlite, "places", to_csv("places", [place(1, praktijkverklaring="ja")]))


def test_a_school_cannot_read_in_pupils_or_change_places_of_another_school(town):
    with pytest.raises(InputRefused, match="deze is van een andere school"):
        read_in(town, "pupils", to_csv("pupils", [pupil(9)]), school="99BB")
    with pytest.raises(InputRefused, match="deze beheert een andere school"):
        read_in(town, "places", to_csv("places", [place(1, school="", plekken_di="3")]), school="99BB")
