"""A file goes through the same door as a screen: what is placed stays true, whoever left does not come back unasked."""

import pytest

from data.faults import InputRefused
from data.stage_store import StageStore
from data.tables.matching import InternshipPlace, Pupil
from tests.conftest import fill_organisation
from tests.data.matching_world import World
from tests.matching.world import AT, fill_town, place, pupil, read_in, to_csv


@pytest.fixture
def world(database):
    """Pupil 1 has a seat at place 1 on Tuesday and Thursday; pupil 2 has none."""
    fill_organisation(database)
    fill_town(database, [pupil(1), pupil(2)], [place(1), place(2)])
    made = World(database)
    made.reserve(1, "P001")
    return made


def offered(world, kind, **more):
    row = {"pupils": pupil, "places": place}[kind](more.pop("number", 1), **more)
    return read_in(world.database, kind, to_csv(kind, [row]))


def refusal(world, kind, **more):
    with pytest.raises(InputRefused) as refused:
        offered(world, kind, **more)
    (fault,) = refused.value.faults
    assert fault.line == 2
    return fault


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("dagen", "wo"),
        ("dagen", "di"),
        ("periode_van", "2027-01-11"),
        ("periode_tot", "2027-03-01"),
        ("niet_bij", "B001"),
    ],
)
def test_a_file_cannot_make_a_placement_of_a_pupil_untrue(world, column, value):
    fault = refusal(world, "pupils", **{column: value})
    assert fault.column == column
    assert "Werk 1, Bedrijf 1" in fault.expected
    assert "Trek eerst de plaatsing in" in fault.expected


def test_more_days_and_a_longer_period_are_fine(world):
    diff = offered(world, "pupils", dagen="ma di do", periode_van="2026-11-01", periode_tot="2027-07-30")
    assert len(diff.changed) == 1
    assert diff.remarks == ()


def test_a_change_that_touches_a_placement_is_saved_and_named_with_it(world):
    diff = offered(world, "pupils", postcode="9812", rolstoel="ja")
    (remark,) = diff.remarks
    assert "Regel 2: leerling 0001 is gereserveerd bij Werk 1, Bedrijf 1, op di do" in remark
    assert "postcode, rolstoel" in remark


def test_a_pupil_without_a_place_is_changed_freely(world):
    diff = offered(world, "pupils", number=2, dagen="wo", postcode="9812")
    assert (len(diff.changed), diff.remarks) == (1, ())


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("plekken_di", "0"),
        ("plekken_do", "0"),
        ("periode_van", "2027-01-11"),
        ("periode_tot", "2027-01-10"),
        ("bedrijf", "B002"),
    ],
)
def test_a_file_cannot_take_away_what_is_given(world, column, value):
    fault = refusal(world, "places", **{column: value})
    assert fault.column == column
    assert "Trek eerst de plaatsing in" in fault.expected
    with world.database.read() as session:
        assert session.get(InternshipPlace, "P001").seats_di == 1


def test_a_seat_that_nobody_has_can_go(world):
    assert len(offered(world, "places", number=2, plekken_di="0").changed) == 1


def test_who_left_does_not_come_back_by_an_old_list_but_by_saying_so(world):
    with world.database.write() as session:
        StageStore(session).leave("99AA-0002", at=AT, actor="test")
    assert offered(world, "pupils", number=2).unchanged == 1
    fault = refusal(world, "pupils", number=2, postcode="9812")
    assert "vertrokken" in fault.expected
    with world.database.read() as session:
        assert session.get(Pupil, "99AA-0002").left_on == AT.date()
    read_in(world.database, "pupils", to_csv("pupils", [pupil(2, postcode="9812")]), terug="ja")
    with world.database.read() as session:
        assert session.get(Pupil, "99AA-0002").left_on is None


def test_a_file_without_the_column_keeps_a_conflict_of_interest(world):
    offered(world, "pupils", number=2, niet_bij="B003")
    content = b"leerling;school;sectoren;dagen;vervoer;periode_van;periode_tot\r\n"
    read_in(world.database, "pupils", content + b"0002;99AA;zorg;di do;fiets;2026-11-30;2027-07-09\r\n")
    with world.database.read() as session:
        assert session.get(Pupil, "99AA-0002").conflicts == "B003"


def test_a_withdrawn_place_stays_withdrawn(world):
    with world.database.write() as session:
        StageStore(session).withdraw_place("P002", "gestopt", at=AT, actor="test")
    offered(world, "places", number=2, plekken_ma="1")
    with world.database.read() as session:
        assert session.get(InternshipPlace, "P002").withdrawn_on == AT.date()
