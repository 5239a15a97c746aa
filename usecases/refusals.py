"""The errors that mean "your input was refused", from every domain, and their sentences."""

from __future__ import annotations

from data.faults import Fault, InputRefused, StorageUnavailableError
from geo.errors import GeoError
from matching.errors import MatchingError
from subsidy.errors import SubsidyError

__all__ = ["REFUSALS", "Fault", "InputRefused", "StorageUnavailableError", "sentences"]

# Each domain adds its base error here; web, API and command line then answer alike.
REFUSALS: tuple[type[ValueError], ...] = (InputRefused, GeoError, MatchingError, SubsidyError)


def sentences(error: ValueError) -> list[str]:
    """Return one Dutch line per fault."""
    if isinstance(error, InputRefused):
        return [str(fault) for fault in error.faults]
    return [line for line in str(error).splitlines() if line.strip()]
