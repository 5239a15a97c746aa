"""The certificate of a proposal: the problem, the assignment and the proofs, ready to be written down.

A proof of a level is looked for in a linear program (``prices``); where its bound falls short of the level by whole
units, the most undecided option is split on, as long as there are branches left. What cannot be proven that way, or
rests on options that are not listed, stands in the certificate without a proof: it may be optimal all the same, but
nobody can check it with this file. Every proof is checked before it is handed out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matching.certificate.check import check_certificate
from matching.certificate.form import FORMAT, digest_of, read_certificate, to_bytes
from matching.errors import CertificateRefusedError
from matching.proposals.flow import SolverError
from matching.proposals.prices import Column, find_prices
from matching.proposals.problem import Assignment, Option, Problem

MOST_OPTIONS = 60_000
"""Up to how many options proofs are looked for; the linear program takes minutes above it."""

MOST_BRANCHES = 200
"""How many linear programs one level may take."""

SCALE = 1 << 24
_CLOSE = 1e-4


@dataclass(frozen=True, slots=True)
class _Goal:
    """Show that the sum of these costs cannot be below ``least``."""

    columns: Sequence[Column]
    earlier: Sequence[int]
    least: int


class Evidence:
    """Looks for the proofs of one proposal.

    Parameters
    ----------
    problem
        With every option that was listed, also those that were asked for later.
    lengths
        Over how many trip lengths the longest trips were made as short as possible.
    """

    def __init__(
        self,
        problem: Problem,
        assignment: Assignment,
        lengths: int,
        as_of: Mapping[str, str],
        check: Callable[[], None],
    ) -> None:
        self.problem = problem
        self.assignment = assignment
        self.lengths = lengths
        self.as_of = as_of
        self.check = check
        self.seats = {place: dict(left) for place, left in problem.places.items()}
        for pupil, place in problem.locks.items():
            for slot in problem.pupils[pupil]:
                self.seats[place][slot] -= 1
        self.free = [option for option in problem.options if option.pupil not in problem.locks]
        self._branches = 0

    def write(self) -> dict[str, Any]:
        """The certificate as the content of its file, with a proof for every level that has one."""
        proofs: list[dict[str, Any] | None] = []
        if len(self.free) <= MOST_OPTIONS:
            for number, level in enumerate(self.assignment.levels):
                self._branches = 0
                goal = self._goal(number) if level.proven else None
                proof = None if goal is None else self._prove(goal, {}, frozenset())
                if proof is None:
                    break
                proofs.append(proof)
        while True:
            content = self._content(proofs)
            try:
                check_certificate(read_certificate(to_bytes(content)))
            except CertificateRefusedError:
                if not proofs:
                    raise
                proofs.pop()  # lost in rounding: then it is no proof
            else:
                return content

    def _content(self, proofs: Sequence[dict[str, Any] | None]) -> dict[str, Any]:
        problem = self.problem
        columns = problem.columns
        limits = {} if columns is None else {pupil: columns.complete_to(pupil) for pupil in sorted(problem.pupils)}
        content = {
            "format": FORMAT,
            "seed": self.assignment.seed,
            "lengths": self.lengths,
            "as_of": dict(self.as_of),
            "pupils": {pupil: sorted(slots) for pupil, slots in sorted(problem.pupils.items())},
            "places": {place: sorted(map(list, left.items())) for place, left in sorted(problem.places.items())},
            "options": sorted(map(list, problem.options)),
            "complete_to": {pupil: minutes for pupil, minutes in limits.items() if minutes is not None},
            "locks": dict(sorted(problem.locks.items())),
            "placed": {pupil: option.place for pupil, option in sorted(self.assignment.placed.items())},
            "levels": [
                {"name": level.name, "value": level.value, "proof": proofs[number] if number < len(proofs) else None}
                for number, level in enumerate(self.assignment.levels)
            ],
        }
        return content | {"digest": digest_of(content)}

    def _goal(self, number: int) -> _Goal:
        """What has to be shown of a level; every level before it has its value."""
        levels = self.assignment.levels
        name, value, placed = levels[number].name, levels[number].value, levels[0].value
        lengths = [level.value for level in levels[1:number] if level.name.startswith("langste_reis")]
        counts = [level.value for level in levels[1:number] if level.name.startswith("leerlingen_met_reis")]
        settled = dict(zip(lengths, counts, strict=False))
        if name == "geplaatst":
            return self._columns(lambda _: True, lambda _: -1, (), -value)
        steps = [(_has_length(minutes), count) for minutes, count in settled.items()]
        if name.startswith("langste_reis"):
            return self._columns(lambda o: o.minutes < value or o.minutes in settled, lambda _: -1, steps, 1 - placed)
        everyone = (lambda _: 1, placed)
        if name.startswith("leerlingen_met_reis"):
            last = lengths[-1]
            return self._columns(
                lambda o: o.minutes <= last or o.minutes in settled,
                lambda o: int(o.minutes == last),
                [everyone, *steps],
                value,
            )
        shorter = min(lengths) if lengths and sum(counts) < placed else 0

        def may(option: Option) -> bool:
            return option.minutes in settled or option.minutes < shorter

        if name == "weeklast":
            return self._columns(may, lambda o: o.burden, [everyone, *steps], value)
        burden = (lambda o: o.burden, levels[number - 1].value)
        return self._columns(may, lambda o: -o.wish, [everyone, *steps, burden], -value)

    def _columns(
        self,
        may: Callable[[Option], bool],
        cost: Callable[[Option], int],
        earlier: Sequence[tuple[Callable[[Option], int], int]],
        least: int,
    ) -> _Goal:
        columns = [
            Column(option.pupil, option.place, cost(option), tuple(adds(option) for adds, _ in earlier))
            for option in self.free
            if may(option)
        ]
        return _Goal(columns, [value for _, value in earlier], least)

    def _prove(self, goal: _Goal, taken: Mapping[str, str], left: frozenset[tuple[str, str]]) -> dict[str, Any] | None:
        """A proof that the goal holds when these pupils take these places and those pairs are out of the question."""
        self.check()
        self._branches += 1
        if self._branches > MOST_BRANCHES:
            return None
        columns = [
            column
            for column in goal.columns
            if (column.pupil, column.place) not in left and taken.get(column.pupil, column.place) == column.place
        ]
        try:
            priced = find_prices(columns, self.problem.pupils, self.seats, goal.earlier, taken)
        except SolverError:
            return None
        if priced.value > goal.least - 1 + _CLOSE:
            seats = ((place, slot, round(price * SCALE)) for (place, slot), price in sorted(priced.seats.items()))
            return {
                "scale": SCALE,
                "seats": [list(row) for row in seats if row[2]],
                "earlier": [round(price * SCALE) for price in priced.earlier],
            }
        undecided = [
            (abs(share - 0.5), number)
            for number, (column, share) in enumerate(zip(columns, priced.chosen, strict=True))
            if column.pupil not in taken and _CLOSE < share < 1 - _CLOSE
        ]
        if not undecided:
            return None
        column = columns[min(undecided)[1]]
        with_it = self._prove(goal, {**taken, column.pupil: column.place}, left)
        without = None if with_it is None else self._prove(goal, taken, left | {(column.pupil, column.place)})
        if with_it is None or without is None:
            return None
        return {"split": [column.pupil, column.place], "without": without, "with": with_it}


def _has_length(minutes: int) -> Callable[[Option], int]:
    return lambda option: int(option.minutes == minutes)
