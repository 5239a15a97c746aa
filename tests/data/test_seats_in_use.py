"""The seats a process remembers are those of the claims, whoever claimed them, and never what was taken back."""

import random
import threading
import time
from dataclasses import replace
from datetime import date

import pytest

from data.tables.matching import PlacementEntry
from matching.errors import MatchingError
from matching.places.model import Period, Weekday
from matching.places.register import Entry, Status, Withdrawal, count_seats_in_use
from tests.conftest import fill_organisation
from tests.data.matching_world import TODAY, World
from tests.matching.world import AT, fill_town, place, pupil

PERIODS = (
    ("2026-11-30", "2027-07-09"),
    ("2026-11-30", "2027-01-14"),
    ("2027-01-15", "2027-07-09"),
    ("2027-01-11", "2027-01-13"),
)
ASKED = [Period(date.fromisoformat(first), date.fromisoformat(last)) for first, last in PERIODS] + [
    Period(date(2027, 1, 15), date(2027, 1, 16)),
    Period(date(2027, 7, 9), date(2027, 7, 31)),
]
DAYS = ("di do", "di", "do vr", "ma di wo")


@pytest.fixture
def world(database):
    fill_organisation(database)
    dice = random.Random(5)
    pupils = [
        pupil(
            number,
            dagen=dice.choice(DAYS),
            **dict(zip(("periode_van", "periode_tot"), dice.choice(PERIODS), strict=True)),
        )
        for number in range(1, 25)
    ]
    seats = {f"plekken_{day.short}": "3" for day in list(Weekday)[:5]}
    fill_town(database, pupils, [place(number, lat="52,65", lon="5,40", **seats) for number in (1, 2, 3)])
    return World(database)


def remembered(world, period):
    """By id of the place, as the search of this process knows it."""
    with world.read() as store:
        seats = world.indexes.seats(store.session)
        everywhere = store.index.bits_of(["P001", "P002", "P003"])
        found = seats.within(everywhere, period)
        return {store.index.places[number].id: dict(used) for number, used in found.items() if used}


def claimed(world, period):
    """The same, counted in the claims themselves."""
    with world.read() as store:
        return {name: dict(used) for name, used in store.taken(["P001", "P002", "P003"], period).items()}


def test_after_every_step_the_seats_remembered_are_those_of_the_claims(world):
    dice = random.Random(8)
    colleague = World(world.database)  # another process: it has an index and a memory of its own
    held = []
    for number in range(1, 25):
        try:
            held.append(dice.choice([world, colleague]).reserve(number, f"P00{dice.randint(1, 3)}"))
        except MatchingError:
            continue
        if number % 3 == 0:
            gone = held.pop(dice.randrange(len(held)))
            world.core.register.withdraw(gone.id, Withdrawal.PUPIL_STOPPED, actor="test")
        if number % 5 == 0:
            world.sign(held[0].id)
            for status in (Status.CONFIRMED, Status.STARTED, Status.FINISHED):
                world.core.register.move(held[0].id, status, actor="test")
            held.pop(0)
        for period in ASKED:
            expected = claimed(world, period)
            assert remembered(world, period) == expected
            assert remembered(colleague, period) == expected
            assert remembered(World(world.database), period) == expected
    assert any(count > 1 for used in claimed(world, ASKED[0]).values() for count in used.values())


def test_what_a_transaction_takes_back_was_seen_by_nobody_else(world):
    search = world.core.search
    asked = search.find_pupil("99AA-0001")
    before = [(row.place.id, row.seats_left) for row in search.rank(asked, TODAY).rows]
    placement = world.reserve(2, "P001")
    world.core.register.withdraw(placement.id, Withdrawal.PUPIL_STOPPED, actor="test")

    def claim_and_look():
        with world.write() as store:
            another = replace(placement, id="f" * 32, request="een andere", status=Status.RESERVED)
            store.add_placement(another, Entry(AT, "test", Status.RESERVED))
            seats = world.indexes.seats(store.session)
            assert seats.within(store.index.bits_of(["P001"]), placement.period)  # its own claim is seen inside
            raise MatchingError("Toch niet.")

    with pytest.raises(MatchingError, match="Toch niet"):
        claim_and_look()
    assert [(row.place.id, row.seats_left) for row in search.rank(asked, TODAY).rows] == before
    world.reserve(3, "P001")  # takes the number that the line of the journal would have had
    assert remembered(world, ASKED[0]) == claimed(world, ASKED[0])


def test_lines_of_the_journal_are_numbered_in_the_order_in_which_their_transactions_end(world):
    first, second = world.reserve(1, "P001"), world.reserve(2, "P002")
    ended = []

    def withdraw():
        world.core.register.withdraw(second.id, Withdrawal.PUPIL_STOPPED, actor="een collega")
        ended.append("collega")

    colleague = threading.Thread(target=withdraw)
    with world.write() as store:
        store.append_entry(first.id, Entry(AT, "test", Status.WITHDRAWN, code=Withdrawal.PUPIL_STOPPED))
        colleague.start()
        time.sleep(0.3)  # the colleague must be waiting for this change when it is undone or saved
        assert ended == []
        assert remembered(world, ASKED[0]) == claimed(world, ASKED[0])  # somebody searches meanwhile
    colleague.join(timeout=30)
    with world.read() as store:
        lines = store.session.query(PlacementEntry).order_by(PlacementEntry.id).all()
        assert [line.placement_id for line in lines[-2:]] == [first.id, second.id]
    assert remembered(world, ASKED[0]) == claimed(world, ASKED[0]) == {}


def test_seats_in_use_are_counted_on_dates_that_exist():
    tuesday = frozenset({Weekday.DI})
    one = (tuesday, Period(date(2027, 1, 1), date(2027, 1, 12)))
    other = (tuesday, Period(date(2027, 1, 13), date(2027, 2, 1)))
    year = Period(date(2027, 1, 1), date(2027, 12, 31))
    assert count_seats_in_use([one, other], year) == {Weekday.DI: 1}
    assert count_seats_in_use([one, one, other], year) == {Weekday.DI: 2}
    assert count_seats_in_use([one, other], Period(date(2027, 1, 6), date(2027, 1, 11))) == {}
    assert count_seats_in_use([], year) == {}
