"""A store in memory that keeps the same contract as the database; a failed transaction leaves nothing behind."""

from __future__ import annotations

import copy
from contextlib import contextmanager
from dataclasses import replace

from subsidy.records import StoredCalculation, StoredTelling


class FakeStore:
    """One transaction on a dictionary of lists."""

    def __init__(self, state):
        self.state = state

    def add_telling(self, new, at, by):
        number = len(self.state["tellingen"]) + 1
        stored = StoredTelling(number, new.telling, new.file_name, new.masking, new.derived_from, new.note, at, by)
        self.state["tellingen"].append(stored)
        return stored

    def telling(self, telling_id):
        return next((found for found in self.state["tellingen"] if found.telling_id == telling_id), None)

    def tellingen(self):
        return list(self.state["tellingen"])

    def add_override(self, proposal):
        kept = replace(proposal, override_id=len(self.state["overrides"]) + 1)
        self.state["overrides"].append(kept)
        return kept

    def override(self, override_id):
        return next((found for found in self.state["overrides"] if found.override_id == override_id), None)

    def overrides(self):
        return list(self.state["overrides"])

    def decide_override(self, override_id, by, on, result_id):
        kept = self.state["overrides"]
        kept[override_id - 1] = replace(kept[override_id - 1], decided_by=by, decided_on=on, result_id=result_id)

    def basis(self, regeling_id):
        return self.state["basis"].get(regeling_id)

    def pin_basis(self, regeling_id, telling_id, at, by):
        self.state["basis"][regeling_id] = telling_id
        self.state["pins"].append((regeling_id, telling_id, at, by))

    def besturen(self):
        return dict(self.state["besturen"])

    def add_calculation(self, regeling_id, telling_id, document, step):
        number = len(self.state["calculations"]) + 1
        stored = StoredCalculation(number, regeling_id, telling_id, copy.deepcopy(document), (step,))
        self.state["calculations"].append(stored)
        return stored

    def calculation(self, calculation_id):
        return next((found for found in self.state["calculations"] if found.calculation_id == calculation_id), None)

    def calculations(self):
        return list(self.state["calculations"])

    def add_step(self, calculation_id, step):
        kept = self.state["calculations"]
        found = kept[calculation_id - 1]
        kept[calculation_id - 1] = replace(found, steps=(*found.steps, step))

    def add_entries(self, calculation_id, entries):
        kept = self.state["calculations"]
        found = kept[calculation_id - 1]
        kept[calculation_id - 1] = replace(found, journal=(*found.journal, *entries))

    def note(self, at, by, action, *, kind, key, after):
        self.state["notes"].append((at, by, action, kind, key, dict(after)))


class FakeWork:
    """Opens transactions on one state."""

    def __init__(self):
        self.state = {
            "tellingen": [], "overrides": [], "basis": {}, "besturen": {}, "calculations": [], "notes": [], "pins": [],
        }  # fmt: skip

    @contextmanager
    def __call__(self):
        before = {name: copy.copy(part) for name, part in self.state.items()}
        try:
            yield FakeStore(self.state)
        except BaseException:
            self.state.clear()
            self.state.update(before)
            raise

    @contextmanager
    def look(self):
        yield FakeStore(self.state)
