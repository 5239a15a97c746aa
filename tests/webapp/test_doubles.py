"""Dubbele gegevens: companies, places and pupils that look alike are proposed; a person decides; nothing is erased."""

import pytest

from data import audit
from data.double_store import COMPANY, PLACE, PUPIL, DoubleStore
from data.tables.matching import Company, CompanyRecognition, DoubleDecision, InternshipPlace, Pupil
from matching.errors import InvalidValueError, MatchingError, UnknownObjectError
from tests.conftest import fill_organisation
from tests.data.matching_world import World
from tests.matching.world import AT, LAT, LON, company, fill_town, place, pupil, read_in, to_csv
from tests.webapp.placing_app import fill
from usecases.people.roles import Role

NEXT_YEAR = {"periode_van": "2027-08-01", "periode_tot": "2028-07-31"}
HOME = {"postcode": "9811AB", "voornaam": "Sam"}


@pytest.fixture
def world(database):
    fill_organisation(database)
    companies = [
        company(1, naam="Hoveniersbedrijf Wilg B.V.", leerbedrijf_id="", erkenningen="", postcode="9811AB"),
        company(2, naam="hoveniersbedrijf wilg", postcode="9811AB"),
        company(3, leerbedrijf_id="100000002"),
        company(4),
    ]
    places = [
        place(1, bedrijf="B001", lat=f"{LAT:.5f}", naam="Groen"),
        place(2, bedrijf="B002", lat=f"{LAT:.5f}", naam="Groen"),
        place(3, bedrijf="B004", naam="Hulp in de tuin", lat=f"{LAT:.5f}"),
        place(4, bedrijf="B004", naam="hulp in de Tuin", lat=f"{LAT:.5f}"),
        place(5, bedrijf="B004", naam="Hulp in de tuin", lat=f"{LAT:.5f}", **NEXT_YEAR),
        place(6, bedrijf="B004", naam="Hulp in de tuin", lat=f"{LAT:.5f}", school="99BB"),
        place(7, bedrijf="B004", naam="Hulp in de tuin", lat=f"{LAT:.5f}", plekken_do="0", plekken_vr="1"),
    ]  # fmt: skip
    pupils = [
        pupil(1, **HOME),
        pupil(2, **HOME | {"voornaam": "SAM "}, niet_bij="B002"),
        pupil(3, **HOME | {"voornaam": "Noa"}),
        pupil(4, voornaam="Sam"),  # a postcode of four digits is no home
        pupil(5, postcode="", voornaam="Sam", lat=str(LAT), lon=str(LON)),
        pupil(6, postcode="", voornaam="Sam", lat=str(LAT), lon=str(LON)),
        pupil(7, **HOME, school="99BB"),
    ]
    fill_town(database, pupils, places, companies)
    return World(database)


def pairs(world, kind, brins=("99AA",)):
    with world.database.read() as session:
        return {(one.one.id, one.other.id): one.why for one in DoubleStore(session).find(kind, brins)}


def decide(world, kind, one, other, *, same):
    with world.database.write() as session:
        DoubleStore(session).decide(kind, one, other, same=same, at=AT, actor="noor")


def test_companies_with_one_leerbedrijf_id_or_one_name_and_address_look_alike(world):
    assert pairs(world, COMPANY) == {
        ("B001", "B002"): "dezelfde postcode en naam",
        ("B002", "B003"): "hetzelfde leerbedrijf-id",
    }


def test_places_with_the_same_work_at_the_same_address_in_the_same_time_look_alike(world):
    assert pairs(world, PLACE) == {("P003", "P004"): "hetzelfde bedrijf, adres, werk en dagen"}
    assert pairs(world, PLACE, ("99BB",)) == {}
    assert ("P003", "P006") in pairs(world, PLACE, ("99AA", "99BB"))


def test_pupils_with_one_first_name_and_one_home_in_one_school_look_alike(world):
    found = pairs(world, PUPIL, ("99AA", "99BB"))
    assert found == {
        ("99AA-0001", "99AA-0002"): "dezelfde voornaam en woonplek",
        ("99AA-0005", "99AA-0006"): "dezelfde voornaam en woonplek",
    }


@pytest.mark.parametrize(
    ("kind", "one", "other"), [(COMPANY, "B001", "B002"), (PLACE, "P003", "P004"), (PUPIL, "99AA-0001", "99AA-0002")]
)
def test_what_was_called_different_is_not_proposed_again_whatever_the_order(world, kind, one, other):
    decide(world, kind, other, one, same=False)
    decide(world, kind, one, other, same=False)
    assert (one, other) not in pairs(world, kind)
    with world.database.read() as session:
        assert session.query(DoubleDecision).count() == 1
        noted = [entry for entry in audit.entries(session) if entry.action == "dubbel verschillend"]
        assert [(entry.object_kind, entry.object_id, entry.after) for entry in noted] == [(kind, one, {"ander": other})]
        assert session.get(InternshipPlace, "P004").withdrawn_on is None
        assert session.get(Pupil, "99AA-0002").left_on is None


def test_one_company_of_two_has_the_places_the_recognition_and_the_conflicts_of_both(world):
    before = world.core.search.find_pupil("99AA-0002")
    assert before.conflicts == {"B002"}
    decide(world, COMPANY, "B002", "B001", same=True)
    with world.database.read() as session:
        assert [row.company_id for row in session.query(InternshipPlace).order_by("id").limit(2)] == ["B001", "B001"]
        assert session.get(Company, "B001").leerbedrijf_id == "100000002"
        assert session.get(Company, "B002") is not None, "nothing is erased"
        assert [
            row.crebo for row in session.query(CompanyRecognition).where(CompanyRecognition.company_id == "B001")
        ] == ["25258"]
    assert world.core.search.find_pupil("99AA-0002").conflicts == {"B001", "B002"}
    assert ("B001", "B002") not in pairs(world, COMPANY)
    assert pairs(world, PLACE)[("P001", "P002")] == "hetzelfde bedrijf, adres, werk en dagen"


def test_a_company_that_a_file_brings_back_is_proposed_again(world):
    decide(world, COMPANY, "B001", "B002", same=True)
    read_in(world.database, "places", to_csv("places", [place(8, bedrijf="B002")]))
    assert ("B001", "B002") in pairs(world, COMPANY)


def test_of_two_places_the_one_that_somebody_has_stays_and_the_other_is_no_longer_offered(world):
    world.reserve(3, "P004")
    decide(world, PLACE, "P003", "P004", same=True)
    with world.database.read() as session:
        gone, kept = session.get(InternshipPlace, "P003"), session.get(InternshipPlace, "P004")
        assert (gone.withdrawn_note, kept.withdrawn_on) == ("Dubbel met P004.", None)
    assert pairs(world, PLACE) == {}
    decide(world, PLACE, "P003", "P004", same=True)  # a double click
    with world.database.read() as session:
        assert session.get(InternshipPlace, "P004").withdrawn_on is None


def test_of_two_pupils_the_one_with_a_place_stays(world):
    world.reserve(2, "P001")
    decide(world, PUPIL, "99AA-0001", "99AA-0002", same=True)
    with world.read() as store:
        assert [pupil.id for pupil in store.pupils("99AA")][:1] == ["99AA-0002"]
    assert ("99AA-0001", "99AA-0002") not in pairs(world, PUPIL)


def test_two_pupils_who_both_have_a_place_are_not_joined(world):
    world.reserve(1, "P003")
    world.reserve(2, "P001")
    with pytest.raises(MatchingError, match="allebei een plaatsing"):
        decide(world, PUPIL, "99AA-0001", "99AA-0002", same=True)
    with world.database.read() as session:
        assert session.query(DoubleDecision).count() == 0


def test_a_pair_with_itself_or_with_nobody_is_a_sentence(world):
    with pytest.raises(InvalidValueError):
        decide(world, COMPANY, "B001", "B001", same=True)
    with pytest.raises(UnknownObjectError, match="B999"):
        decide(world, COMPANY, "B001", "B999", same=True)


# ------------------------------------------------ the page


@pytest.fixture
def client(app, login):
    fill(app)
    services = app.extensions["stageroute"]
    rows = [company(number, naam="Bakkerij Van Dam", postcode="9811AB") for number in (1, 2)]
    read_in(services.database, "companies", to_csv("companies", rows))
    read_in(services.database, "pupils", to_csv("pupils", [pupil(number, **HOME) for number in (1, 2)]))
    return login(Role.STAGECOORDINATOR)


def post(client, **fields):
    return client.post("/dubbel", data={"csrf_token": client.token, **fields})


def test_the_page_shows_pairs_with_why_and_a_decision_takes_one_away(client):
    page = client.get("/dubbel").text
    assert "2 paren lijken op elkaar." in page
    assert "dezelfde postcode en naam" in page
    assert "dezelfde voornaam en woonplek" in page
    answer = post(client, soort="bedrijf", een="B001", ander="B002", besluit="verschillend")
    page = client.get(answer.location).text
    assert "Het besluit is bewaard." in page
    assert "Eén paar lijkt op elkaar." in page
    post(client, soort="leerling", een="99AA-0001", ander="99AA-0002", besluit="zelfde")
    assert "Niets lijkt dubbel." in client.get("/dubbel").text
    assert "0002" not in client.get("/leerlingen").text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"soort": "bedrijf", "een": "B001", "ander": "B002", "besluit": "misschien"}, 422),
        ({"soort": "bedrijf", "een": "B001", "ander": "B001", "besluit": "zelfde"}, 422),
        ({"soort": "bedrijf", "een": "B001", "ander": "B006", "besluit": "zelfde"}, 404),
        ({"soort": "plek", "een": "P001", "ander": "P005", "besluit": "zelfde"}, 404),
        ({"soort": "leerling", "een": "99AA-0001", "ander": "99BB-0007", "besluit": "zelfde"}, 404),
        ({"soort": "iets", "een": "B001", "ander": "B002", "besluit": "zelfde"}, 404),
    ],
)
def test_what_is_not_yours_or_makes_no_sense_changes_nothing(app, client, fields, status):
    assert post(client, **fields).status_code == status
    with app.extensions["stageroute"].database.read() as session:
        assert session.query(DoubleDecision).count() == 0
