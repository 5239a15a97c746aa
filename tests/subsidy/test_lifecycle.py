"""The life of an award: order, people, dates, windows."""

from __future__ import annotations

from datetime import date

import pytest

from subsidy.errors import LifecycleError, NotExactError
from subsidy.lifecycle import State, Step, advance, date_of, objection_until, same_person, state_of
from subsidy.parameters import Window

WINDOWS = (Window(date(2024, 7, 1), date(2024, 12, 31)), Window(date(2025, 4, 1), date(2025, 6, 30)))
COMPUTED = (Step(State.COMPUTED, date(2024, 9, 1), "Anna"),)
CHECKED = (*COMPUTED, Step(State.CHECKED, date(2024, 9, 2), "Bob"))
DETERMINED = (*CHECKED, Step(State.DETERMINED, date(2024, 10, 3), "Bob"))
PAID_1 = (*DETERMINED, Step(State.PAID_1, date(2024, 11, 14), "Bob"))
PAID_2 = (*PAID_1, Step(State.PAID_2, date(2025, 5, 1), "Bob"))
WITHDRAWN = (*COMPUTED, Step(State.WITHDRAWN, date(2024, 9, 2), "Bob", "fout"))
CHAIN = {
    State.COMPUTED: COMPUTED, State.CHECKED: CHECKED, State.DETERMINED: DETERMINED, State.PAID_1: PAID_1,
    State.PAID_2: PAID_2, State.WITHDRAWN: WITHDRAWN,
}  # fmt: skip
ALLOWED = {
    (State.COMPUTED, State.CHECKED), (State.CHECKED, State.DETERMINED), (State.DETERMINED, State.PAID_1),
    (State.PAID_1, State.PAID_2), (State.COMPUTED, State.WITHDRAWN), (State.CHECKED, State.WITHDRAWN),
}  # fmt: skip


def step(steps, state, on=None, by="Carla", reason="", exact=True, windows=WINDOWS):
    day = on or {State.PAID_1: date(2024, 12, 31), State.PAID_2: date(2025, 6, 30)}.get(state, date(2025, 5, 2))
    return advance(steps, Step(state, day, by, reason), exact=exact, windows=windows)


@pytest.mark.parametrize("start", State)
@pytest.mark.parametrize("goal", State)
def test_only_the_next_step_follows(start, goal):
    steps = CHAIN[start]
    day = max(steps[-1].on, date(2024, 12, 31))
    if (start, goal) in ALLOWED:
        after = step(steps, goal, day, reason="reden")
        assert after[:-1] == steps
        assert state_of(after) is goal
    else:
        with pytest.raises(LifecycleError):
            step(steps, goal, day, reason="reden")


def test_a_step_that_does_not_follow_is_named():
    with pytest.raises(LifecycleError) as caught:
        step(COMPUTED, State.DETERMINED)
    assert str(caught.value) == "Na 'berekend' kan 'vastgesteld' niet volgen."


def test_nobody_checks_their_own_calculation():
    with pytest.raises(LifecycleError) as caught:
        step(COMPUTED, State.CHECKED, by=" ANNA ")
    assert str(caught.value) == " ANNA  heeft de berekening gemaakt; de controle is door een andere persoon."
    assert state_of(step(CHECKED, State.DETERMINED, by="Anna")) is State.DETERMINED
    assert same_person("Anna de  Wit", "anna De Wit")
    assert not same_person("Anna", "Bob")


def test_a_step_carries_a_name():
    with pytest.raises(LifecycleError) as caught:
        step(COMPUTED, State.CHECKED, by="  ")
    assert str(caught.value) == "Bij de stap 'gecontroleerd' hoort de naam van wie hem zet."


def test_a_step_never_goes_back_in_time():
    with pytest.raises(LifecycleError) as caught:
        step(CHECKED, State.DETERMINED, on=date(2024, 9, 1))
    assert str(caught.value) == "De datum 01-09-2024 ligt voor de vorige stap (gecontroleerd, 02-09-2024)."
    assert state_of(step(CHECKED, State.DETERMINED, on=date(2024, 9, 2))) is State.DETERMINED


@pytest.mark.parametrize(("steps", "state"), [(COMPUTED, State.CHECKED), (CHECKED, State.DETERMINED)])
def test_a_band_is_never_made_final(steps, state):
    with pytest.raises(NotExactError) as caught:
        step(steps, state, exact=False)
    assert str(caught.value) == f"'{state}' kan niet: de telling is afgeschermd en de bedragen zijn een bandbreedte."
    assert state_of(step(steps, State.WITHDRAWN, reason="x", exact=False)) is State.WITHDRAWN


@pytest.mark.parametrize(
    ("steps", "state", "day", "message"),
    [
        (DETERMINED, State.PAID_1, date(2025, 1, 1),
         "De betaaldatum 01-01-2025 ligt buiten het venster van 01-07-2024 tot en met 31-12-2024; geef een reden."),
        (PAID_1, State.PAID_2, date(2025, 3, 31),
         "De betaaldatum 31-03-2025 ligt buiten het venster van 01-04-2025 tot en met 30-06-2025; geef een reden."),
    ],
)  # fmt: skip
def test_a_payment_lies_in_its_window_or_carries_a_reason(steps, state, day, message):
    with pytest.raises(LifecycleError) as caught:
        step(steps, state, day, reason="  ")
    assert str(caught.value) == message
    assert state_of(step(steps, state, day, reason="Feestdagen.")) is state
    assert state_of(step(steps, state)) is state


def test_a_payment_without_a_known_window_needs_a_reason():
    with pytest.raises(LifecycleError) as caught:
        step(DETERMINED, State.PAID_1, windows=(None, None))
    assert str(caught.value) == "Het betaalvenster is niet bekend; betalen op 31-12-2024 kan alleen met een reden."
    assert step(DETERMINED, State.PAID_1, windows=(None, None), reason="x")


def test_a_withdrawal_has_a_reason_and_comes_in_time():
    with pytest.raises(LifecycleError) as caught:
        step(COMPUTED, State.WITHDRAWN, reason=" ")
    assert str(caught.value) == "Intrekken kan alleen met een reden."
    for state, words in (
        (State.DETERMINED, "vastgesteld"),
        (State.PAID_2, "tweede deel betaald"),
        (State.WITHDRAWN, "ingetrokken"),
    ):
        with pytest.raises(LifecycleError) as caught:
            step(CHAIN[state], State.WITHDRAWN, reason="x")
        assert str(caught.value) == (
            f"Een berekening die '{words}' is, kan niet worden ingetrokken; leg een mutatie vast."
        )


def test_the_objection_counts_from_the_day_of_determination():
    assert objection_until(CHECKED) is None
    assert objection_until(PAID_2) == date(2024, 11, 14)
    assert date_of(PAID_1, State.PAID_1) == date(2024, 11, 14)
    assert date_of(PAID_1, State.PAID_2) is None
