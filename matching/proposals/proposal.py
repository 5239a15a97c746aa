"""The proposal for a group: compute it, compare it, explain who is left and what would help."""

from __future__ import annotations

import functools
import itertools
import math
import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from matching.errors import LockRefusedError, UnknownObjectError
from matching.places.eligibility import Rejected
from matching.places.legs import reach_metres
from matching.places.model import MatchPolicy, Pupil
from matching.places.ports import MatchingStore, PlaceIndex, Work
from matching.places.ranking import explain
from matching.places.search import SearchService
from matching.proposals.assignment import assign_places, place_nearest_first
from matching.proposals.evidence import Evidence
from matching.proposals.group import (
    LIST_ALL_PUPILS,
    NEAREST,
    Group,
    Help,
    OptionMaker,
    find_help,
    first_school_day,
    seats_left,
    signature_of,
    split_periods,
    to_slots,
)
from matching.proposals.leximin import LEVELS
from matching.proposals.problem import Assignment, Level, Option, Problem
from matching.proposals.seats import DaySet

MOST_NAMED = 5
"""Up to how many schools with the same weights are named."""

HALFWAY_STEPS = 20
"""After so many steps of the solver the progress stands halfway its part."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: whose pupils, which ones (``None``: everybody without a place), locks, exclusions, seed."""

    schools: tuple[str, ...]
    pupils: tuple[str, ...] | None = None
    locks: Mapping[str, str] = field(default_factory=dict)
    excluded: frozenset[tuple[str, str]] = frozenset()
    seed: int = 1
    levels: int = LEVELS


@dataclass(frozen=True, slots=True)
class Spread:
    """Trips of a proposal in whole minutes: number, mean (tenths), p90, longest."""

    count: int
    mean_tenths: int
    p90: int
    longest: int

    @staticmethod
    def of(minutes: Collection[int]) -> Spread:
        """The spread of these trips; zeros when there are none. p90 is the smallest value that covers 90 %."""
        found = sorted(minutes)
        if not found:
            return Spread(0, 0, 0, 0)
        tenths = (sum(found) * 20 + len(found)) // (2 * len(found))
        return Spread(len(found), tenths, found[-(-9 * len(found) // 10) - 1], found[-1])


@dataclass(frozen=True, slots=True)
class Row:
    """One pupil in the proposal; without a place the reason stands alone."""

    pupil: str
    place: str | None
    minutes: int | None
    metres: int | None
    mode: str
    score: int | None
    status: str
    reason: str
    nearest_place: str | None
    nearest_minutes: int | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """The outcome, with the levels of the objective and the comparison with nearest first."""

    rows: Sequence[Row]
    levels: Sequence[Level]
    proven: bool
    seed: int
    help: Sequence[Help]
    spread: Spread
    nearest_spread: Spread
    minutes: Sequence[int]
    nearest_minutes: Sequence[int]
    as_of: Mapping[str, str]


def nothing_to_report(_text: str, _done: int, _total: int) -> None:
    """The default progress; a job passes one that writes it down and raises when it is cancelled."""


class ProposalService:
    """Computes proposals; applying one is the register's work, after a person's yes."""

    def __init__(self, read: Work, search: SearchService) -> None:
        self._read = read
        self._search = search

    def propose(
        self, request: Request, on: date, progress: Callable[[str, int, int], None] = nothing_to_report
    ) -> Proposal:
        """The best proposal for a group.

        Raises
        ------
        UnknownObjectError
            A pupil or a locked place that does not exist (or is of another school).
        LockRefusedError
            A lock contradicts a hard rule, or two locks want the same seat.
        """
        return self._propose(request, on, progress)[0]

    def certify(
        self, request: Request, on: date, progress: Callable[[str, int, int], None] = nothing_to_report
    ) -> tuple[Proposal, dict[str, Any]]:
        """The best proposal for a group and its certificate, the content of the file that `evidence` describes.

        Raises
        ------
        UnknownObjectError, LockRefusedError
            As `propose`.
        """
        proposal, problem, assignment = self._propose(request, on, progress)
        progress("bewijs opschrijven", 99, 100)
        check = functools.partial(progress, "bewijs opschrijven", 99, 100)
        return proposal, Evidence(problem, assignment, request.levels, proposal.as_of, check).write()

    def _propose(
        self, request: Request, on: date, progress: Callable[[str, int, int], None]
    ) -> tuple[Proposal, Problem, Assignment]:
        progress("leerlingen en plekken lezen", 0, 1)
        group = self._load(request, progress)
        listed = _Listed(group)
        listed.options += group.list_nearest()
        self._add_locks(group, request, on, listed)
        slots: dict[str, DaySet] = {
            pupil.id: to_slots(pupil.days, pupil.period, group.pieces) for pupil in group.pupils.values()
        }
        places: dict[str, Mapping[int, int]] = {
            place.id: seats_left(place, group.pieces, group.taken) for place in group.places.values()
        }
        problem = Problem(slots, places, tuple(listed.options), request.locks, listed)
        assignment = assign_places(
            problem,
            seed=request.seed,
            levels=request.levels,
            check=_count_steps(progress, len(group.pupils)),
        )
        progress("redenen opschrijven", 99, 100)
        problem = replace(problem, options=listed.options)
        nearest = place_nearest_first(problem)
        return self._report(group, request, assignment, nearest, on), problem, assignment

    def _load(self, request: Request, progress: Callable[[str, int, int], None]) -> Group:
        with self._read() as store:
            pupils = _choose_pupils(store, request)
            policies = {
                school: store.policy(school, first_school_day(pupils.values())) for school in request.schools if pupils
            }
            own = store.finders()
            index = store.index
            near = {
                school: _find_near(index, [pupil for pupil in pupils.values() if pupil.school == school], policy)
                for school, policy in policies.items()
            }
            pieces = split_periods(pupil.period for pupil in pupils.values())
            ids = [place.id for place in index.places_in(functools.reduce(operator.or_, near.values(), 0))]
            return Group(
                pupils=pupils,
                policies=policies,
                pieces=pieces,
                taken={piece: store.taken(ids, piece) for piece in pieces},
                signatures={name: signature_of(pupil, policies[pupil.school], own) for name, pupil in pupils.items()},
                index=index,
                open_sets=store.open_sets(),
                near=near,
                legs=self._search.legs,
                check=lambda text, done, total: progress(text, done, 2 * total),
                excluded=request.excluded,
                nearest=None if len(pupils) <= LIST_ALL_PUPILS else NEAREST,
            )

    def _add_locks(self, group: Group, request: Request, on: date, listed: _Listed) -> None:
        """Make sure that every lock is a possible option, however far down the list it is."""
        present = {(option.pupil, option.place) for option in listed.options}
        for name, place_id in sorted(request.locks.items()):
            if (name, place_id) in present:
                continue
            if (name, place_id) in group.excluded:
                raise LockRefusedError(f"Leerling {name} is op plek {place_id} vastgezet en ook uitgesloten.")
            answer = self._search.answer(group.pupils[name], place_id, on)
            if isinstance(answer.verdict, Rejected) or answer.leg is None:
                why = answer.verdict.sentence if isinstance(answer.verdict, Rejected) else "er is geen route."
                raise LockRefusedError(f"Leerling {name} kan niet vast op plek {place_id}: {why}")
            group.places[place_id] = answer.place
            group.known[name].legs[place_id] = answer.leg
            to_option = OptionMaker(answer.pupil, group.policies[answer.pupil.school])
            listed.options.append(to_option(answer.place, answer.leg))

    def _report(
        self, group: Group, request: Request, assignment: Assignment, nearest: Mapping[str, Option], on: date
    ) -> Proposal:
        rows = []
        for name, pupil in group.pupils.items():
            option, first = assignment.placed.get(name), nearest.get(name)
            beside = (first.place, first.minutes) if first else (None, None)
            if option is None:
                reason = self._why_unplaced(group, pupil, name in assignment.contested, on)
                rows.append(Row(name, None, None, None, "", None, "zonder plek", reason, *beside))
                continue
            leg = group.known[name].legs[option.place]
            reasons = explain(pupil, group.places[option.place], leg, 1, group.policies[pupil.school])
            status = "vastgezet" if name in request.locks else "geplaatst"
            text = " · ".join(map(str, reasons))
            score = sum(reason.points for reason in reasons)
            rows.append(Row(name, option.place, leg.minutes, leg.metres, leg.mode.value, score, status, text, *beside))
        minutes = sorted(option.minutes for option in assignment.placed.values())
        beside_minutes = sorted(option.minutes for option in nearest.values())
        digests = {leg.network_digest for known in group.known.values() for leg in known.legs.values()}
        return Proposal(
            rows=rows,
            levels=assignment.levels,
            proven=assignment.proven,
            seed=request.seed,
            help=find_help([group.pupils[name] for name in assignment.unplaced], group.policies),
            spread=Spread.of(minutes),
            nearest_spread=Spread.of(beside_minutes),
            minutes=minutes,
            nearest_minutes=beside_minutes,
            as_of={
                "datum": on.isoformat(),
                "wegennet": ", ".join(sorted(digests)),
                "weging": _name_policies(group.policies),
            },
        )

    def _why_unplaced(self, group: Group, pupil: Pupil, contested: bool, on: date) -> str:
        known = group.known[pupil.id]
        limit = group.policies[pupil.school].limit_minutes(pupil)
        if contested:
            count = len(known.legs)
            return (
                f"De {count} passende plekken binnen {limit} minuten zijn nodig voor leerlingen met minder keus."
                if count > 1
                else f"De enige passende plek binnen {limit} minuten is nodig voor een andere leerling."
            )
        hidden = self._search.rank(pupil, on).hidden
        if not hidden:
            return f"Binnen {limit} minuten is er geen enkele stageplek."
        parts = (f"{count:,} {rule.label}".replace(",", ".") for rule, count in list(hidden.items())[:4])
        return f"Geen passende plek binnen {limit} minuten: {', '.join(parts)}."


class _Listed:
    """The options that were listed so far; fits ``assignment.Columns``."""

    def __init__(self, group: Group) -> None:
        self._group = group
        self.options: list[Option] = []

    def complete_to(self, pupil: str) -> int | None:
        """Up to how many minutes every option of this pupil is listed; ``None``: all of them."""
        return self._group.known[pupil].complete_to

    def extend(self, wanted: Mapping[str, int | None]) -> Sequence[Option]:
        """More options for these pupils."""
        more = self._group.extend(wanted)
        self.options += more
        return more


def _count_steps(progress: Callable[[str, int, int], None], pupils: int) -> Callable[[], None]:
    """A check that tells which step it is; how many there will be nobody knows, so the last half is never full."""
    steps = itertools.count(1)

    def check() -> None:
        step = next(steps)
        progress(f"voorstel berekenen, stap {step}", pupils + pupils * step // (step + HALFWAY_STEPS), 2 * pupils)

    return check


def _choose_pupils(store: MatchingStore, request: Request) -> dict[str, Pupil]:
    """The pupils of the group by id, or a refusal that names the first who cannot be in it."""
    present: dict[str, Pupil] = {}
    held: set[str] = set()
    for school in request.schools:
        present.update((pupil.id, pupil) for pupil in store.pupils(school))
        held |= {placement.pupil for placement in store.placements(school=school) if placement.status.holds_seat}
    wanted = set(present) - held if request.pupils is None else set(request.pupils)
    wanted |= set(request.locks)
    for name in sorted(wanted):
        if name not in present:
            raise UnknownObjectError(f"Leerling ‘{name}’ is niet bekend bij deze school.")
        if name in held:
            raise LockRefusedError(f"Leerling {name} heeft al een plek; trek die eerst in.")
    return {name: present[name] for name in sorted(wanted)}


def _name_policies(policies: Mapping[str, MatchPolicy]) -> str:
    """``99AA, 99BB sinds 2026-08-01 (aanname)``; of many schools only how many."""
    schools: dict[str, list[str]] = {}
    for school, policy in sorted(policies.items()):
        schools.setdefault(f"sinds {policy.since.isoformat()} ({policy.status})", []).append(school)
    return "; ".join(
        f"{', '.join(named) if len(named) <= MOST_NAMED else f'{len(named)} scholen'} {since}"
        for since, named in schools.items()
    )


def _find_near(index: PlaceIndex, pupils: Sequence[Pupil], policy: MatchPolicy) -> int:
    """The places that lie within reach of one of these pupils as the crow flies, and some more."""
    if not pupils:
        return 0
    middle = pupils[0].origin
    return index.within(
        middle,
        max(
            math.hypot((pupil.origin.lat - middle.lat) * 111_400, (pupil.origin.lon - middle.lon) * 72_000)
            + reach_metres(pupil, policy, policy.limit_minutes(pupil))
            for pupil in pupils
        ),
    )
