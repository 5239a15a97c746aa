"""Use cases of the award: put a calculation on record, check it, determine it, pay it, and follow mutations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from subsidy.calculations import SplitService
from subsidy.errors import LifecycleError, NotExactError, UnknownObjectError
from subsidy.lifecycle import FINAL, PAYMENTS, State, Step, advance, state_of
from subsidy.mutations import (
    Event,
    Journal,
    Record,
    check_journal,
    close_without_successor,
    correct,
    open_journal,
    open_school,
    pay,
    redirect,
)
from subsidy.ports import Clock, Store, Work
from subsidy.receipt import Calculation, build_receipt
from subsidy.records import StoredCalculation
from subsidy.regeling import Regeling
from subsidy.verification import restore_calculation, verify_receipt

_NETHERLANDS = ZoneInfo("Europe/Amsterdam")


class AwardService:
    """The life of an award, from computed to paid.

    Parameters
    ----------
    work, look
        Open a transaction to write, and a moment to read.
    clock
        Gives the moment.
    splits
        Computes.
    """

    def __init__(self, work: Work, look: Work, clock: Clock, splits: SplitService) -> None:
        self._work = work
        self._look = look
        self._clock = clock
        self._splits = splits

    def _require_happened(self, on: date) -> None:
        """Refuse a day after today: a step is a fact, and one typing error must not close the book."""
        today = self._clock().astimezone(_NETHERLANDS).date()
        if on > today:
            now = f"{today:%d-%m-%Y}"
            msg = f"De datum {on:%d-%m-%Y} ligt in de toekomst; vandaag is {now}. Kies vandaag of een eerdere dag."
            raise LifecycleError(msg)

    def all(self) -> Sequence[StoredCalculation]:
        """Return every calculation on record, in order of number."""
        with self._look() as store:
            return store.calculations()

    def get(self, calculation_id: int) -> StoredCalculation:
        """Return one calculation; raises UnknownObjectError when there is none."""
        with self._look() as store:
            return _find(store, calculation_id)

    def current(self, regeling_id: str) -> StoredCalculation | None:
        """Return the calculation of a regeling that counts: the one that was not withdrawn."""
        with self._look() as store:
            return _current(store, regeling_id)

    def restore(self, stored: StoredCalculation) -> Calculation:
        """Rebuild the calculation from its document, with the rule file when it is still the same."""
        calculation = restore_calculation(stored.document)
        regeling = self._splits.regelingen.get(stored.regeling_id)
        return replace(calculation, regeling=regeling)

    def record(self, regeling: Regeling, telling_id: int | None, *, by: str, on: date) -> StoredCalculation:
        """Compute a regeling and put it on record; the telling becomes the pinned legal basis.

        Raises
        ------
        LifecycleError
            There is a calculation already, another telling is pinned, the day is after today, or the name is empty.
        """
        if not by.strip():
            msg = "Bij een berekening hoort de naam van wie haar maakt."
            raise LifecycleError(msg)
        self._require_happened(on)
        outcome = self._splits.split(regeling, telling_id)
        chosen = outcome.stored.telling_id
        with self._work() as store:
            current = _current(store, regeling.regeling_id)
            if current is not None:
                msg = (
                    f"Regeling {regeling.regeling_id} heeft al berekening {current.calculation_id} "
                    f"({state_of(current.steps)}); trek die eerst in."
                )
                raise LifecycleError(msg)
            pinned = store.basis(regeling.regeling_id)
            if pinned not in {None, chosen}:
                msg = f"Telling {pinned} is vastgezet als grondslag van regeling {regeling.regeling_id}, niet {chosen}."
                raise LifecycleError(msg)
            at = self._clock()
            if pinned is None:
                store.pin_basis(regeling.regeling_id, chosen, at, by)
            document = build_receipt(outcome.calculation, None)
            stored = store.add_calculation(regeling.regeling_id, chosen, document, Step(State.COMPUTED, on, by))
            after = {"regeling": regeling.regeling_id, "telling": chosen, "totals": document["totals"]}
            key = str(stored.calculation_id)
            store.note(at, by, "calculation.record", kind="calculation", key=key, after=after)
            return stored

    def check(self, calculation_id: int, *, by: str, on: date) -> StoredCalculation:
        """Approve a calculation as the second person."""
        return self._advance(calculation_id, Step(State.CHECKED, on, by))

    def determine(self, calculation_id: int, *, by: str, on: date) -> StoredCalculation:
        """Make a checked calculation final; from now on only the journal grows."""
        return self._advance(calculation_id, Step(State.DETERMINED, on, by))

    def pay(self, calculation_id: int, part: int, *, by: str, on: date, reason: str = "") -> StoredCalculation:
        """Record the payment of part 1 or 2; a day outside the window needs a reason."""
        states = {number: state for state, number in PAYMENTS.items()}
        if part not in states:
            msg = f"Deel {part} bestaat niet; verwacht 1 of 2."
            raise LifecycleError(msg)
        return self._advance(calculation_id, Step(states[part], on, by, reason))

    def withdraw(self, calculation_id: int, *, by: str, on: date, reason: str) -> StoredCalculation:
        """Withdraw a calculation that is not final, with a reason."""
        return self._advance(calculation_id, Step(State.WITHDRAWN, on, by, reason))

    def _advance(self, calculation_id: int, step: Step) -> StoredCalculation:
        self._require_happened(step.on)
        with self._work() as store:
            stored = _find(store, calculation_id)
            calculation = self.restore(stored)
            regeling = self._splits.regelingen.get(stored.regeling_id)
            windows = regeling.windows if regeling else (None, None)
            advance(stored.steps, step, exact=calculation.split.exact, windows=windows)
            journal = stored.journal
            if step.state is State.DETERMINED:
                _require_recomputable(stored)
                journal = open_journal(calculation.split, step.on, step.by)
            elif step.state in PAYMENTS:
                journal = pay(journal, PAYMENTS[step.state], Record(step.on, step.by, step.reason))
            self._keep_journal(store, stored, journal, calculation)
            store.add_step(calculation_id, step)
            after = {"state": step.state.value, "on": step.on.isoformat(), "reason": step.reason}
            self._note(store, step.by, "calculation.step", calculation_id, after)
            return _find(store, calculation_id)

    def _note(self, store: Store, by: str, action: str, calculation_id: int, after: Mapping[str, object]) -> None:
        store.note(self._clock(), by, action, kind="calculation", key=str(calculation_id), after=after)

    def _keep_journal(
        self, store: Store, stored: StoredCalculation, journal: Journal, calculation: Calculation
    ) -> None:
        if journal == stored.journal:
            return
        check_journal(journal, calculation.split)
        store.add_entries(stored.calculation_id, journal[len(stored.journal) :])

    def mutate(
        self, calculation_id: int, event: Event, account: str, record: Record, successor: str | None = None
    ) -> StoredCalculation:
        """Record a merger, closure, opening or transfer: what is not paid yet follows the successor.

        Parameters
        ----------
        account
            Key of the one it happened to.
        successor
            Who receives from then on; only a closure or an opening can do without.
        """

        def change(journal: Journal) -> Journal:
            if event is Event.OPENING:
                return open_school(journal, account, record)
            if event is Event.CLOSURE and not successor:
                return close_without_successor(journal, account, record)
            return redirect(journal, event, account, successor or "", record)

        return self._change(
            calculation_id, change, record, {"event": event.value, "account": account, "successor": successor}
        )

    def correct(self, calculation_id: int, part: int, account: str, cents: int, record: Record) -> StoredCalculation:
        """Record a correction, for example after an objection; amounts themselves are never edited."""
        return self._change(
            calculation_id,
            lambda journal: correct(journal, part, account, cents, record),
            record,
            {"event": Event.CORRECTION.value, "account": account, "part": part, "cents": cents},
        )

    def settle(self, calculation_id: int, part: int, record: Record) -> StoredCalculation:
        """Pay or claim back what corrections left open of a part that was paid before.

        Raises
        ------
        LifecycleError
            The part itself has not been paid yet.
        """
        stored = self.get(calculation_id)
        paid = {PAYMENTS[step.state] for step in stored.steps if step.state in PAYMENTS}
        if part not in paid:
            msg = f"Deel {part} is nog niet betaald; nabetalen of terugvorderen kan daarna."
            raise LifecycleError(msg)
        return self._change(calculation_id, lambda journal: pay(journal, part, record), record, {"settled": part})

    def _change(
        self, calculation_id: int, change: Callable[[Journal], Journal], record: Record, after: Mapping[str, object]
    ) -> StoredCalculation:
        self._require_happened(record.on)
        with self._work() as store:
            stored = _find(store, calculation_id)
            if state_of(stored.steps) not in FINAL:
                state = state_of(stored.steps)
                msg = f"Berekening {calculation_id} is '{state}'; mutaties horen bij een vastgestelde berekening."
                raise LifecycleError(msg)
            self._keep_journal(store, stored, change(stored.journal), self.restore(stored))
            noted = {**after, "on": record.on.isoformat(), "reason": record.reason}
            self._note(store, record.by, "calculation.mutate", calculation_id, noted)
            return _find(store, calculation_id)


def _find(store: Store, calculation_id: int) -> StoredCalculation:
    stored = store.calculation(calculation_id)
    if stored is None:
        msg = f"Er is geen berekening met nummer {calculation_id}."
        raise UnknownObjectError(msg)
    return stored


def _current(store: Store, regeling_id: str) -> StoredCalculation | None:
    found = [
        stored
        for stored in store.calculations()
        if stored.regeling_id == regeling_id and state_of(stored.steps) is not State.WITHDRAWN
    ]
    return found[-1] if found else None


def _require_recomputable(stored: StoredCalculation) -> None:
    differences = verify_receipt(stored.document)
    if differences:
        msg = f"Berekening {stored.calculation_id} rekent niet na: {differences[0]}."
        raise NotExactError(msg)
