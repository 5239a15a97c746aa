"""The use cases of the reiskosten-tegemoetkoming, put together."""

from __future__ import annotations

from collections.abc import Mapping

from subsidy.awards import AwardService
from subsidy.calculations import SplitService
from subsidy.ports import Clock, Work
from subsidy.regeling import Regeling
from subsidy.tellingen import TellingService


class SubsidyService:
    """Tellingen, calculations and awards on one store.

    Parameters
    ----------
    work, look
        Open a transaction of the store to write, and a moment of it to read.
    clock
        Gives the current moment.
    regelingen
        Every rule file of the installation, by id.
    code_version
        Version of the program, for receipts.

    Attributes
    ----------
    tellingen, splits, awards
        The three groups of use cases.
    """

    def __init__(
        self, work: Work, look: Work, clock: Clock, regelingen: Mapping[str, Regeling], code_version: str
    ) -> None:
        self.tellingen = TellingService(work, look, clock)
        self.splits = SplitService(look, regelingen, code_version)
        self.awards = AwardService(work, look, clock, self.splits)
