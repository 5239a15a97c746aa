"""Saved what-ifs: kept with the published figures of their moment, to compare and to print."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from data import audit
from data.faults import InputRefused
from data.landkaart_store import ScenarioStore
from data.session import Database
from data.tables.partners import CoverageScenario
from matching.partners.suppression import AreaFigures
from matching.partners.what_if import Change, ChangeKind, Comparison
from usecases.partners.planning import PlanningService
from usecases.partners.situation import CoverageQuestion


@dataclass(frozen=True, slots=True)
class Scenario:
    """One saved what-if with its comparison as it was."""

    id: int
    name: str
    question: CoverageQuestion
    changes: tuple[Change, ...]
    comparison: Comparison
    made_by: str
    made_at: datetime


class ScenarioService:
    """Save, list and open what-ifs of a region."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], planning: PlanningService, region_kind: str
    ) -> None:
        self._database = database
        self._clock = clock
        self._planning = planning
        self._kind = region_kind

    def save(self, name: str, question: CoverageQuestion, changes: Sequence[Change], *, by: str) -> int:
        """Save a what-if under a name; saving the same again gives the same number.

        Raises
        ------
        InputRefused
            No name, no changes, or the name is taken by another what-if.
        """
        title = " ".join(name.split())
        if not 1 <= len(title) <= 120:
            raise InputRefused.because("Geef het scenario een naam van hoogstens 120 tekens.")
        if not changes:
            raise InputRefused.because("Een scenario heeft ten minste één wijziging nodig.")
        result = self._planning.what_if(question, changes)
        row = CoverageScenario(
            region_kind=self._kind, region_key=question.region, name=title, question=_question_json(question),
            changes=[_change_json(each) for each in changes], result=asdict(result), made_by=by, made_at=self._clock(),
        )  # fmt: skip
        with self._database.write() as session:
            store = ScenarioStore(session)
            known = store.named(self._kind, question.region, title)
            if known is not None:
                if known.changes == row.changes and known.question == row.question:
                    return known.id
                raise InputRefused.because(f"Er is al een scenario ‘{title}’. Kies een andere naam.")
            number = store.add(row)
            audit.append(
                session, at=self._clock(), actor=by, action="scenario bewaard", object_kind="coverage_scenario",
                object_id=str(number), after={"regio": question.region, "naam": title},
            )  # fmt: skip
            return number

    def of_region(self, region: str) -> tuple[Scenario, ...]:
        """List the saved what-ifs of a region, newest first."""
        with self._database.read() as session:
            return tuple(_scenario(row) for row in ScenarioStore(session).of_region(self._kind, region))

    def get(self, scenario_id: int, region: str) -> Scenario:
        """Open one what-if of a region.

        Raises
        ------
        InputRefused
            It does not exist in this region.
        """
        with self._database.read() as session:
            row = ScenarioStore(session).get(scenario_id)
        if row is None or (row.region_kind, row.region_key) != (self._kind, region):
            raise InputRefused.because("Dit scenario bestaat niet.")
        return _scenario(row)


def _question_json(question: CoverageQuestion) -> dict[str, Any]:
    return {**asdict(question), "on": question.on.isoformat()}


def _change_json(change: Change) -> dict[str, Any]:
    return {**asdict(change), "kind": str(change.kind)}


def _figures(raw: dict[str, Any]) -> AreaFigures:
    return AreaFigures(**raw)


def _scenario(row: CoverageScenario) -> Scenario:
    result = dict(row.result)
    comparison = Comparison(
        _figures(result["before"]),
        _figures(result["after"]),
        tuple(_figures(each) for each in result["gemeenten_before"]),
        tuple(_figures(each) for each in result["gemeenten_after"]),
        result["gain"],
        result["lose"],
        result["minutes_saved"],
        tuple(result["turned_green"]),
        tuple(result["turned_white"]),
    )
    question = {**row.question, "on": date.fromisoformat(row.question["on"])}
    changes = tuple(Change(**{**each, "kind": ChangeKind(each["kind"])}) for each in row.changes)
    return Scenario(
        row.id, row.name, CoverageQuestion(**question), changes, comparison, row.made_by, row.made_at
    )  # fmt: skip
