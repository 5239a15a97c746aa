"""From computed to paid: which step may follow, by whom, and on which day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from subsidy.deadlines import objection_deadline
from subsidy.errors import LifecycleError, NotExactError
from subsidy.parameters import Window
from subsidy.words import plain


class State(StrEnum):
    """Where a calculation stands."""

    COMPUTED = "berekend"
    CHECKED = "gecontroleerd"
    DETERMINED = "vastgesteld"
    PAID_1 = "T1 betaald"
    PAID_2 = "T2 betaald"
    WITHDRAWN = "ingetrokken"


_NEXT = {
    State.COMPUTED: State.CHECKED,
    State.CHECKED: State.DETERMINED,
    State.DETERMINED: State.PAID_1,
    State.PAID_1: State.PAID_2,
}
PAYMENTS = {State.PAID_1: 1, State.PAID_2: 2}
"""Which part each payment state pays."""
FINAL = frozenset({State.DETERMINED, State.PAID_1, State.PAID_2})
"""States in which the amounts can no longer change."""


@dataclass(frozen=True, slots=True)
class Step:
    """One dated step with a name under it.

    Attributes
    ----------
    state
        Reached by this step.
    on
        The day it took effect: of the decision, or of the payment.
    by
        Who did it.
    reason
        Dutch sentence; needed for a payment outside its window and for a withdrawal.
    """

    state: State
    on: date
    by: str
    reason: str = ""


def advance(
    steps: Sequence[Step], step: Step, *, exact: bool, windows: tuple[Window | None, Window | None]
) -> tuple[Step, ...]:
    """Add a step, or refuse it.

    Parameters
    ----------
    steps
        Steps so far, at least the one that computed.
    step
        The step to add.
    exact
        Whether every amount is exact: no band and no undecided tie.
    windows
        Payment windows of part 1 and 2; None where unknown.

    Returns
    -------
    tuple of Step
        The steps with the new one at the end.

    Raises
    ------
    LifecycleError
        It does not follow, goes back in time, is done by the person who may not, or needs a reason.
    NotExactError
        It would make a band final.
    """
    last = steps[-1]
    if step.on < last.on:
        msg = f"De datum {step.on:%d-%m-%Y} ligt voor de vorige stap ({plain(last.state)}, {last.on:%d-%m-%Y})."
        raise LifecycleError(msg)
    if not step.by.strip():
        msg = f"Bij de stap '{plain(step.state)}' hoort de naam van wie hem zet."
        raise LifecycleError(msg)
    if step.state is State.WITHDRAWN:
        _check_withdrawal(last, step)
    elif step.state is not _NEXT.get(last.state):
        msg = f"Na '{plain(last.state)}' kan '{plain(step.state)}' niet volgen."
        raise LifecycleError(msg)
    elif not exact:
        msg = f"'{plain(step.state)}' kan niet: de telling is afgeschermd en de bedragen zijn een bandbreedte."
        raise NotExactError(msg)
    elif step.state is State.CHECKED and same_person(step.by, steps[0].by):
        msg = f"{step.by} heeft de berekening gemaakt; de controle is door een andere persoon."
        raise LifecycleError(msg)
    elif step.state in PAYMENTS:
        _check_window(step, windows[PAYMENTS[step.state] - 1])
    return (*steps, step)


def same_person(one: str, other: str) -> bool:
    """Compare two names without regard to case and spaces."""
    return one.casefold().split() == other.casefold().split()


def _check_withdrawal(last: Step, step: Step) -> None:
    if last.state in FINAL or last.state is State.WITHDRAWN:
        msg = f"Een berekening die '{plain(last.state)}' is, kan niet worden ingetrokken; leg een mutatie vast."
        raise LifecycleError(msg)
    if not step.reason.strip():
        msg = "Intrekken kan alleen met een reden."
        raise LifecycleError(msg)


def _check_window(step: Step, window: Window | None) -> None:
    if step.reason.strip() or (window is not None and step.on in window):
        return
    if window is None:
        msg = f"Het betaalvenster is niet bekend; betalen op {step.on:%d-%m-%Y} kan alleen met een reden."
    else:
        msg = (
            f"De betaaldatum {step.on:%d-%m-%Y} ligt buiten het venster van {window.start:%d-%m-%Y} "
            f"tot en met {window.end:%d-%m-%Y}; geef een reden."
        )
    raise LifecycleError(msg)


def state_of(steps: Sequence[Step]) -> State:
    """Return where the calculation stands."""
    return steps[-1].state


def date_of(steps: Sequence[Step], state: State) -> date | None:
    """Return the day on which a state was reached, or None."""
    return next((step.on for step in steps if step.state is state), None)


def objection_until(steps: Sequence[Step]) -> date | None:
    """Return the last day for an objection, counted from the day of determination, or None before it."""
    determined = date_of(steps, State.DETERMINED)
    return None if determined is None else objection_deadline(determined)
