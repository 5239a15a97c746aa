"""Two people at the same moment, on both databases: one outcome, nobody waits in a circle, nobody sees a fault."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from matching.errors import MatchingError, NotEligibleError, StatusError
from matching.places.register import Entry, Status, Withdrawal
from tests.conftest import fill_organisation
from tests.data.matching_world import World
from tests.faults.register_checks import faults_of_the_register
from tests.matching.world import AT, fill_town, place, pupil

ROUNDS = 8


@pytest.fixture
def world(database):
    fill_organisation(database)
    fill_town(
        database,
        [pupil(number) for number in range(1, ROUNDS + 1)],
        [place(number, lat="52,65", lon="5,40", plekken_di="9", plekken_do="9") for number in (1, 2, 3)],
    )
    return World(database)


def at_once(*actions):
    """Start every action at one sign; gives what each returned or raised."""
    ready = threading.Barrier(len(actions))

    def run(action):
        ready.wait(timeout=30)
        try:
            return action()
        except Exception as error:  # noqa: BLE001 - the test looks at whatever came of it
            return error

    with ThreadPoolExecutor(len(actions)) as pool:
        return [found.result(timeout=60) for found in [pool.submit(run, action) for action in actions]]


def test_a_double_click_at_the_same_moment_is_one_placement_for_both(world):
    for number in range(1, ROUNDS + 1):
        one, other = at_once(*[lambda n=number: world.reserve(n, "P001", request=f"formulier {n}")] * 2)
        assert one == other, (one, other)
    assert faults_of_the_register(world.database) == []


def test_a_pupil_who_is_claimed_for_two_places_at_once_gets_one(world):
    for number in range(1, ROUNDS + 1):
        found = at_once(lambda n=number: world.reserve(n, "P001"), lambda n=number: world.reserve(n, "P002"))
        refused = [one for one in found if isinstance(one, Exception)]
        assert [type(one) for one in refused] == [NotEligibleError], found
        assert "heeft al een plek" in str(refused[0])
    assert faults_of_the_register(world.database) == []


def test_a_step_waits_for_the_withdrawal_that_is_under_way_and_then_does_not_follow(world):
    placement = world.reserve(1, "P001")
    outcome = []

    def confirm():
        try:
            outcome.append(world.core.register.move(placement.id, Status.CONFIRMED, actor="een collega"))
        except MatchingError as error:
            outcome.append(error)

    colleague = threading.Thread(target=confirm)
    with world.write() as store:
        store.append_entry(placement.id, Entry(AT, "test", Status.WITHDRAWN, code=Withdrawal.PUPIL_STOPPED))
        colleague.start()
        time.sleep(0.3)
    colleague.join(timeout=30)
    assert [type(one) for one in outcome] == [StatusError], outcome
    with world.read() as store:
        assert store.placement(placement.id).status is Status.WITHDRAWN
    assert faults_of_the_register(world.database) == []


def test_expiring_and_withdrawing_at_once_never_wait_for_each_other_in_a_circle(world):
    placements = [world.reserve(number, "P001") for number in range(1, ROUNDS + 1)]
    later = placements[0].expires.replace(year=placements[0].expires.year + 1)
    register = world.core.register
    found = at_once(
        lambda: register.expire(later, actor="klok"),
        lambda: register.expire(later, actor="andere klok"),
        *(
            lambda p=one: register.withdraw(p.id, Withdrawal.PUPIL_STOPPED, actor="collega")
            for one in reversed(placements)
        ),
    )
    assert [one for one in found if isinstance(one, Exception)] == []
    assert faults_of_the_register(world.database) == []
    assert world.claims() == 0
