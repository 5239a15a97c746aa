"""Figures of stage places that may be seen outside the school: no group below five, nothing left to subtract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from data.account_store import AccountStore
from data.stage_store import StageStore
from matching.partners.suppression import THRESHOLD, published_level
from matching.places.model import Period

if TYPE_CHECKING:
    from usecases.stages import Stores


@dataclass(frozen=True, slots=True)
class TravelCostFigure:
    """How often the reiskosten decided among the placements of a region that began in one schooljaar.

    Both are in steps of five, so many or more: yesterday's figure taken from today's tells of nobody (ADR 71).
    """

    placements: int
    choices: int


class FigureService:
    """Counts over schools, for the netwerkcoördinator."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    def travel_cost_choices(self, region: str, schooljaar: int) -> TravelCostFigure:
        """Count the tick "reiskosten" in a region, for the schooljaar that begins on 1 August of ``schooljaar``."""
        year = Period(date(schooljaar, 8, 1), date(schooljaar + 1, 7, 31))
        with self._stores.read() as store:
            brins = AccountStore(store.session).schools_within("regio", region)
            placements, choices = StageStore(store.session).count_travel_cost_choices(brins, year)
        return TravelCostFigure(_step(placements), _step(published_level(placements, choices)))


def _step(count: int) -> int:
    return count // THRESHOLD * THRESHOLD
