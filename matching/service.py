"""The use cases of matching behind one name: look, propose, change the register."""

from __future__ import annotations

from collections.abc import Callable

from matching.places.placing import ConfirmRule, RegisterService, nothing_missing
from matching.places.ports import Clock, Travel, Work
from matching.places.search import SearchService
from matching.proposals.proposal import ProposalService


class MatchingCore:
    """The three services over one store and one network.

    Parameters
    ----------
    read, write
        Give a store for one reading, or for one transaction.
    travel
        Gives the travel port over the network in use.
    """

    def __init__(
        self,
        read: Work,
        write: Work,
        travel: Callable[[], Travel],
        clock: Clock,
        confirm_rule: ConfirmRule = nothing_missing,
    ) -> None:
        self.search = SearchService(read, travel)
        self.proposals = ProposalService(read, self.search)
        self.register = RegisterService(read, write, self.search, clock, confirm_rule)
