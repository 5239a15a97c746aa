"""The journal of placements is only added to, by the database's own word; retention may empty a note and no more."""

from datetime import date

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from data.migrate import migrate
from data.retention_store import RetentionStore
from data.tables.matching import Placement, PlacementEntry, ProposalRow, Pupil
from matching.places.register import Status, Withdrawal
from tests.conftest import fill_organisation
from tests.data.matching_world import World
from tests.faults.register_checks import faults_of_the_register
from tests.matching.world import AT, fill_town, place, pupil


@pytest.fixture
def world(database):
    fill_organisation(database)
    fill_town(database, [pupil(1), pupil(2, periode_tot="2030-07-09", periode_van="2030-01-07")], [place(1), place(2)])
    found = World(database)
    first = found.reserve(1, "P001", reason="het is de enige plek")
    found.core.register.move(first.id, Status.CONFIRMED, actor="noor", note="gebeld met de moeder van Sam")
    found.placement = first
    return found


FORBIDDEN = [
    "UPDATE placement_entry SET actor = 'x'",
    "UPDATE placement_entry SET status = 'afgerond'",
    "UPDATE placement_entry SET note = 'iets anders'",
    "UPDATE placement_entry SET note = 'gewist'",
    "UPDATE placement_entry SET code = 'anders', note = 'gewist'",
    (
        "INSERT INTO placement_entry (id, placement_id, at, actor, status, note) "
        "SELECT id, placement_id, at, 'x', status, 'iets anders' FROM placement_entry WHERE true "
        "ON CONFLICT (id) DO UPDATE SET actor = excluded.actor"
    ),
    "DELETE FROM placement_entry",
    "DELETE FROM placement",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_database_refuses_to_change_or_remove_what_the_register_says(world, statement):
    with pytest.raises(DBAPIError, match=r"append-only|never deleted"), world.database.write() as session:
        session.execute(text(statement))


def test_sqlite_cannot_replace_a_line_either(sqlite):
    fill_organisation(sqlite)
    fill_town(sqlite, [pupil(1)], [place(1)])
    World(sqlite).reserve(1, "P001")
    with pytest.raises(DBAPIError, match="append-only"), sqlite.write() as session:
        session.execute(
            text(
                "REPLACE INTO placement_entry (id, placement_id, at, actor, status, note) "
                "SELECT id, placement_id, at, 'x', status, 'iets anders' FROM placement_entry"
            )
        )


def test_the_journal_of_an_erased_pupil_still_cannot_be_rewritten(world):
    with world.database.write() as session:
        session.execute(text("UPDATE placement SET pupil_id = 'gewist-1234'"))
    for change in (
        "note = 'iets anders'",
        "note = 'gewist', actor = 'x'",
        "note = 'gewist', code = 'anders'",
        "note = ''",
        "id = id + 9",
    ):
        with pytest.raises(DBAPIError, match="append-only"), world.database.write() as session:
            session.execute(text(f"UPDATE placement_entry SET {change}"))
    with world.database.write() as session:
        session.execute(text("UPDATE placement_entry SET note = 'gewist'"))


def test_the_clean_up_forgets_the_words_and_keeps_the_steps(world):
    world.core.register.withdraw(world.placement.id, Withdrawal.OTHER, actor="noor", note="Sam verhuist")
    with world.database.write() as session:
        proof = RetentionStore(session).clean(date(2029, 12, 1), 24, at=AT, actor="klok")
    assert (proof.pupils, proof.placements, proof.left) == (1, 1, 0)
    with world.database.read() as session:
        assert session.get(Pupil, "99AA-0001") is None
        assert session.get(Pupil, "99AA-0002") is not None
        row = session.get(Placement, world.placement.id)
        assert row.pupil_id.startswith("gewist-")
        assert (row.reason, row.place_id, row.status) == ("gewist", "P001", "ingetrokken")
        entries = session.query(PlacementEntry).order_by(PlacementEntry.id).all()
        assert [(entry.status, entry.note) for entry in entries] == [
            ("gereserveerd", "gewist"), ("bevestigd", "gewist"), ("ingetrokken", "gewist"),
        ]  # fmt: skip
    assert faults_of_the_register(world.database) == []


def test_the_promise_goes_with_its_migration_and_comes_back_with_it(world):
    database = world.database
    migrate(database, "0030_subsidy")
    assert "refusal" not in {
        column["name"] for column in inspect(database.engine).get_columns(ProposalRow.__tablename__)
    }
    with database.write() as session:
        session.execute(text("UPDATE placement_entry SET actor = 'anders'"))
    migrate(database)
    with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
        session.execute(text("UPDATE placement_entry SET actor = 'noor'"))
