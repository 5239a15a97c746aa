"""One contract for the store: the fake of the other tests and the real one, on both databases."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from fake_store import FakeWork
from making import calculation, code, regeling, telling, terms
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from data.migrate import migrate
from data.session import Database
from data.subsidy_store import SubsidyStore
from data.tables.organisation import Bestuur, School, Vestiging
from subsidy.grouping import Bestuur as BestuurName
from subsidy.lifecycle import State, Step
from subsidy.mutations import Record, open_journal, pay
from subsidy.receipt import build_receipt
from subsidy.records import NewTelling, Override

AT = datetime(2024, 9, 1, 12, 0, tzinfo=UTC)
ONE, TWO = code(1), code(2)


@pytest.fixture(params=["fake", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def work(request):
    if request.param == "fake":
        yield FakeWork()
        return
    if request.param == "sqlite":
        database = request.getfixturevalue("sqlite")
    else:
        database = Database(request.getfixturevalue("new_postgres")())
        migrate(database)

    @contextmanager
    def open_work():
        with database.write() as session:
            yield SubsidyStore(session)

    yield open_work
    database.close()


def keep_telling(store, **changes):
    counted = telling({ONE: 10, TWO: (3, 6)}, **changes)
    return store.add_telling(NewTelling(counted, "duo.csv", "geen", note="eerste"), AT, "Anna")


def test_a_telling_comes_back_as_it_was(work):
    with work() as store:
        kept = keep_telling(store)
    with work() as store:
        assert store.telling(kept.telling_id) == kept
        assert [found.telling.digest for found in store.tellingen()] == [kept.telling.digest]
        assert store.telling(99) is None


def test_a_failed_transaction_keeps_nothing(work):
    def fail():
        with work() as store:
            keep_telling(store)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with work() as store:
        assert list(store.tellingen()) == []


def test_a_proposal_gets_a_number_and_later_a_decision(work):
    with work() as store:
        kept = keep_telling(store)
        day = date(2024, 9, 2)
        proposal = store.add_override(Override(0, kept.telling_id, TWO, 5, "reden", "bron", "Anna", day))
        assert proposal.override_id == 1
        assert store.override(1).open
        assert store.override(2) is None
        store.decide_override(1, "Bob", day, kept.telling_id)
        decided = store.override(1)
        assert (decided.decided_by, decided.decided_on, decided.result_id) == ("Bob", day, kept.telling_id)
        assert not decided.open
        assert [found.override_id for found in store.overrides()] == [1]


def test_a_basis_is_pinned_once(work):
    with work() as store:
        kept = keep_telling(store)
        assert store.basis("reiskosten-2024-2026") is None
        store.pin_basis("reiskosten-2024-2026", kept.telling_id, AT, "Anna")
    with work() as store:
        assert store.basis("reiskosten-2024-2026") == kept.telling_id


def test_a_calculation_keeps_its_document_steps_and_journal(work):
    computed = calculation(telling({ONE: 10, TWO: 7}), terms())
    document = build_receipt(computed, None)
    first = Step(State.COMPUTED, date(2024, 9, 3), "Anna")
    later = Step(State.CHECKED, date(2024, 9, 4), "Bob", "goed")
    journal = open_journal(computed.split, date(2024, 9, 5), "Bob")
    journal = pay(journal, 1, Record(date(2024, 9, 6), "Bob", "betaald"))
    with work() as store:
        kept = keep_telling(store)
        stored = store.add_calculation(regeling().regeling_id, kept.telling_id, document, first)
        assert stored.steps == (first,)
        assert stored.journal == ()
        store.add_step(stored.calculation_id, later)
        store.add_entries(stored.calculation_id, journal[:2])
        store.add_entries(stored.calculation_id, journal[2:])
    with work() as store:
        found = store.calculation(stored.calculation_id)
        assert found.document == document
        assert found.steps == (first, later)
        assert found.journal == journal
        assert (found.regeling_id, found.telling_id) == ("reiskosten-2024-2026", kept.telling_id)
        assert list(store.calculations()) == [found]
        assert store.calculation(99) is None


def test_notes_go_to_the_audit_trail_of_the_same_transaction(work):
    with work() as store:
        store.note(AT, "Anna", "telling.keep", kind="telling", key="1", after={"leerlingen": "10"})


def test_the_register_names_besturen_and_real_institutions(database):
    with database.write() as session:
        session.add(Bestuur(number="10053", name="Stichting PRO"))
        session.add(Bestuur(number="10054", name=None))
        session.flush()
        session.add_all(
            [
                School(brin="01AB", name="Een", bestuur_number="10053"),
                School(brin="99AA", name="Demo", bestuur_number="10054"),
                School(brin="02CD", name="Twee"),
            ]
        )
        session.flush()
        session.add_all(
            Vestiging(code=f"{brin}00", brin=brin, name=brin, structure="PRO") for brin in ("01AB", "99AA", "02CD")
        )
    with database.read() as session:
        store = SubsidyStore(session)
        assert store.besturen() == {
            "01AB00": BestuurName("10053", "Stichting PRO"),
            "99AA00": BestuurName("10054", "Bevoegd gezag 10054"),
        }
        assert store.register_brins() == {"01AB", "02CD"}


@pytest.mark.parametrize("table", ["telling", "telling_count", "subsidy_calculation", "subsidy_step", "subsidy_entry"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_what_was_recorded(database, table, verb):
    computed = calculation(telling({ONE: 10, TWO: 7}), terms())
    with database.write() as session:
        store = SubsidyStore(session)
        kept = keep_telling(store)
        step = Step(State.COMPUTED, date(2024, 9, 3), "Anna")
        stored = store.add_calculation("x", kept.telling_id, build_receipt(computed, None), step)
        store.add_entries(stored.calculation_id, open_journal(computed.split, date(2024, 9, 5), "Bob"))
        assert store.version() == (1, 1, 4)
    column = {"telling": "note", "telling_count": "minimum", "subsidy_calculation": "regeling_id"}.get(table, "reason")
    statement = verb.format(table, column, "0" if column == "minimum" else "'x'")
    with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
        session.execute(text(statement))
