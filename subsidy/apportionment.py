"""Divide a whole number of cents exactly: the only place where a cent is given to a school."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from subsidy.errors import NoWeightError, TermsError
from subsidy.money import Cents, Rounding, round_cents


class TieBreak(StrEnum):
    """Who comes first among equal remainders. Our own choice, worth at most one cent (ADR 0031)."""

    LOWEST_CODE = "laagste_code"
    HIGHEST_CODE = "hoogste_code"
    MOST_PUPILS = "meeste_leerlingen"


@dataclass(frozen=True, slots=True)
class Share:
    """How one school came to its cents.

    Attributes
    ----------
    exact
        The exact share in cents.
    floor
        The whole cents of it.
    remainder
        ``exact - floor``, from 0 up to but not including 1.
    rank
        Place of the remainder, from 1, largest first; None where remainders do not compete.
    extra
        Whether one of the cents that were left went here.
    cents
        ``floor`` plus the extra cent.
    """

    exact: Fraction
    floor: Cents
    remainder: Fraction
    rank: int | None
    extra: bool

    @property
    def cents(self) -> Cents:
        """Whole cents of this school."""
        return Cents(self.floor + self.extra)


@dataclass(frozen=True, slots=True)
class UndecidedTie:
    """A result, not an error: equal remainders compete for the last cents and the rule file names no tie-break.

    Attributes
    ----------
    stage
        ``"bedrag"`` or ``"eerste deel"``: which division is undecided.
    cents
        How many cents are left for the candidates.
    candidates
        Keys with the same remainder, in ascending order; more of them than ``cents``.
    """

    stage: str
    cents: int
    candidates: tuple[str, ...]


def _order(tie_break: TieBreak | None, weights: Mapping[str, int]) -> Callable[[str], int]:
    """Return the sorting key that comes after the remainder, for keys that are walked in ascending order."""
    position = {key: place for place, key in enumerate(sorted(weights))}
    if tie_break is TieBreak.HIGHEST_CODE:
        return lambda key: -position[key]
    if tie_break is TieBreak.MOST_PUPILS:
        return lambda key: -weights[key] * len(position) + position[key]
    return lambda key: position[key]


def _hand_out(
    parts: Mapping[str, Fraction], total: int, tie_break: TieBreak | None, weights: Mapping[str, int], stage: str
) -> dict[str, Share] | UndecidedTie:
    """Round every part down, then give the cents that are left to the largest remainders."""
    floors = {key: part.numerator // part.denominator for key, part in parts.items()}
    rests = {key: parts[key] - floors[key] for key in parts}
    left = total - sum(floors.values())
    second = _order(tie_break, weights)
    ranked = sorted(parts, key=lambda key: (-rests[key], second(key)))
    if tie_break is None and 0 < left < len(ranked) and rests[ranked[left - 1]] == rests[ranked[left]]:
        equal = rests[ranked[left]]
        ahead = sum(1 for rest in rests.values() if rest > equal)
        return UndecidedTie(stage, left - ahead, tuple(sorted(key for key in rests if rests[key] == equal)))
    ranks = {key: place for place, key in enumerate(ranked, start=1)}
    return {
        key: Share(parts[key], Cents(floors[key]), rests[key], ranks[key], ranks[key] <= left) for key in sorted(parts)
    }


def apportion(total: Cents, weights: Mapping[str, int], tie_break: TieBreak | None) -> dict[str, Share] | UndecidedTie:
    """Divide ``total`` over schools in proportion to their weights (verdeelsleutel).

    Largest remainder method: every school gets the whole cents of its exact share; the cents that are left go one
    by one to the largest remainders. Among equal remainders ``tie_break`` decides; without it a tie that matters
    is returned as a result.

    Parameters
    ----------
    total
        Amount to divide, in euro cents, zero or more.
    weights
        Pupils per school on the teldatum, zero or more, at least one positive.
    tie_break
        Who comes first among equal remainders, or None when the rule file does not say.

    Returns
    -------
    dict or UndecidedTie
        Share per school, ordered by key, adding up to ``total``.

    Raises
    ------
    NoWeightError
        Every weight is zero, so no proportion exists.
    TermsError
        A weight or the total is negative.

    Source
    ------
    Closed budget and pupil key: Kamerbrief ontwikkelingen en knelpunten in het praktijkonderwijs, 30-08-2024
    (46515518), par. 1.3. The rounding is an assumption: ADR 0031.
    """
    if total < 0:
        msg = f"Een bedrag van {total} cent kan niet worden verdeeld; verwacht nul of meer."
        raise TermsError(msg)
    negative = [key for key in sorted(weights) if weights[key] < 0]
    if negative:
        msg = f"{negative[0]} heeft {weights[negative[0]]} leerlingen; verwacht nul of meer."
        raise TermsError(msg)
    pupils = sum(weights.values())
    if pupils == 0:
        msg = "Geen enkele school heeft leerlingen; er is geen verhouding om naar te verdelen."
        raise NoWeightError(msg)
    parts = {key: Fraction(total * weight, pupils) for key, weight in weights.items()}
    return _hand_out(parts, total, tie_break, weights, "bedrag")


def split_first_part(
    amounts: Mapping[str, int],
    first_share: Fraction,
    rounding: Rounding,
    tie_break: TieBreak | None,
    weights: Mapping[str, int],
) -> dict[str, Share] | UndecidedTie:
    """Divide every amount into a first part and the rest, so that rows and columns both add up.

    The total of the first parts is the exact share of the total, rounded once. Each first part is the exact share
    of the amount, rounded down or up; the cents needed go to the largest remainders. The second part of a school is
    its amount minus its first part, so that no cent is lost in a row either.

    Parameters
    ----------
    amounts
        Cents per school, zero or more.
    first_share
        Part of the amount that is paid first, from 0 to 1.
    rounding
        How the total of the first parts is rounded (odd-cent rule).
    tie_break, weights
        As for :func:`apportion`.

    Returns
    -------
    dict or UndecidedTie
        The first part per school.

    Source
    ------
    Two equal parts: Kamerbrief ontwikkelingen en knelpunten in het praktijkonderwijs, 30-08-2024, par. 1.3. Which
    part gets an odd cent is an assumption: ADR 0031.
    """
    parts = {key: amount * first_share for key, amount in amounts.items()}
    total = round_cents(sum(amounts.values()) * first_share, rounding)
    return _hand_out(parts, total, tie_break, weights, "eerste deel")
