"""The audit trail shows any change to what was written."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from data import audit

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def write(database, count):
    for number in range(count):
        with database.write() as session:
            audit.append(
                session,
                at=NOW,
                actor="noor",
                action="gewijzigd",
                object_kind="plek",
                object_id=str(number),
                before={"op": NOW},
                after={"stoelen": number, "naam": "Wilg €"},
            )


def test_a_chain_that_nobody_touched_holds(database):
    write(database, 5)
    with database.read() as session:
        count, digest, broken = audit.verify(session)
    assert (count, broken) == (5, None)
    assert len(digest) == 64


def test_the_database_refuses_to_change_or_remove_an_entry(database):
    write(database, 2)
    for statement in ("UPDATE audit_entry SET actor = 'x' WHERE id = 1", "DELETE FROM audit_entry WHERE id = 1"):
        with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
            session.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE audit_entry SET actor = 'x' WHERE id = 3", "regel 3 is veranderd"),
        ("DELETE FROM audit_entry WHERE id = 2", "regel 2 ontbreekt"),
        ("UPDATE audit_entry SET digest = 'x' WHERE id = 4", "regel 4 is veranderd"),
    ],
)
def test_tampering_past_the_triggers_shows(sqlite, statement, why):
    write(sqlite, 5)
    with sqlite.write() as session:
        for trigger in ("audit_entry_no_update", "audit_entry_no_delete"):
            session.execute(text(f"DROP TRIGGER {trigger}"))
        session.execute(text(statement))
    with sqlite.read() as session:
        _, _, broken = audit.verify(session)
    assert broken is not None
    assert why in broken.why


def fail_after_an_entry(session):
    audit.append(session, at=NOW, actor="a", action="b", object_kind="c", object_id="d")
    raise KeyError


def test_an_entry_of_a_transaction_that_failed_leaves_no_gap(database):
    write(database, 1)
    with pytest.raises(KeyError), database.write() as session:
        fail_after_an_entry(session)
    write(database, 1)
    with database.read() as session:
        assert audit.verify(session)[2] is None
