"""Refusals of the subsidy domain: one class per cause, each message one Dutch sentence for the user."""

from __future__ import annotations

from collections.abc import Sequence


class SubsidyError(ValueError):
    """Something was refused; the message is one Dutch sentence that says what, and what to do."""


class AmountError(SubsidyError):
    """An amount of money cannot be read or is not allowed here."""


class NoWeightError(SubsidyError):
    """Every weight is zero, so no proportion exists."""


class TermsError(SubsidyError):
    """The terms of a calculation contradict each other or name something that does not exist."""


class CeilingExceededError(SubsidyError):
    """The sum would exceed the subsidy ceiling (subsidieplafond, Awb 4:25)."""


class RegelingError(SubsidyError):
    """A rule file is refused; the message names the place and the value."""


class MissingParameterError(SubsidyError):
    """A regeling cannot be computed, because parameters of it are not known.

    Attributes
    ----------
    names
        Names of the missing parameters, in the order of the rule file format.
    """

    def __init__(self, message: str, names: Sequence[str]) -> None:
        super().__init__(message)
        self.names = tuple(names)


class TellingError(SubsidyError):
    """A leerlingentelling is refused or does not fit."""


class NotExactError(SubsidyError):
    """A result that rests on an interval or on an undecided tie cannot be made final."""


class ReceiptError(SubsidyError):
    """A receipt cannot be read or differs from what its own inputs give."""


class LifecycleError(SubsidyError):
    """A step is not allowed now, by this person, or on this day."""


class MutationError(SubsidyError):
    """A mutation or correction does not fit the journal."""


class UnknownObjectError(SubsidyError):
    """There is no such telling, regeling, calculation or school."""
