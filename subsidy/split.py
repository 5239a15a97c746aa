"""The split: a budget, a telling and terms become an amount and two parts for every school."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property

from subsidy.apportionment import Share, UndecidedTie, apportion, split_first_part
from subsidy.errors import CeilingExceededError, NotExactError, NoWeightError
from subsidy.grouping import Group
from subsidy.money import Cents, Rounding, round_cents, to_euro
from subsidy.parameters import Method, Moment
from subsidy.telling import NOBODY, Count, Leerlingentelling
from subsidy.terms import Terms


@dataclass(frozen=True, slots=True)
class SplitLine:
    """What one school, institution or bestuur gets.

    Attributes
    ----------
    key, name, note
        As in :class:`subsidy.grouping.Group`.
    members
        Vestigingen that count here, ascending.
    count
        Pupils.
    low, high
        Cents; equal when the amount is exact, otherwise the ends of the band.
    share
        How the amount came about; None for a band.
    first_low, first_high, second_low, second_high
        The same for the two parts; equal when exact.
    """

    key: str
    name: str
    note: str
    members: tuple[str, ...]
    count: Count
    low: Cents
    high: Cents
    share: Share | None
    first_low: Cents
    first_high: Cents
    second_low: Cents
    second_high: Cents

    @property
    def exact(self) -> bool:
        """Whether this is an amount and no band."""
        return self.share is not None

    @property
    def amount(self) -> Cents:
        """The amount in cents.

        Raises
        ------
        NotExactError
            It is a band.
        """
        self._require_exact()
        return self.low

    @property
    def first(self) -> Cents:
        """The first part in cents; raises NotExactError for a band."""
        self._require_exact()
        return self.first_low

    @property
    def second(self) -> Cents:
        """The second part in cents: what is left after the first; raises NotExactError for a band."""
        self._require_exact()
        return self.second_low

    def _require_exact(self) -> None:
        if self.share is None:
            band = f"{to_euro(self.low)} – {to_euro(self.high)}"
            msg = f"{self.key} heeft een bandbreedte van {band}: de telling is afgeschermd."
            raise NotExactError(msg)


@dataclass(frozen=True)
class Split:
    """A whole calculation.

    Attributes
    ----------
    terms
        What was asked.
    teldatum, status, telling_digest
        What it was computed on.
    lines
        One per awarded group, in order of key.
    without_pupils
        Keys of groups that have no pupils and get nothing.
    """

    terms: Terms
    teldatum: date
    status: str
    telling_digest: str
    lines: tuple[SplitLine, ...]
    without_pupils: tuple[str, ...]

    @cached_property
    def pupils(self) -> Count:
        """All pupils together."""
        return sum((line.count for line in self.lines), NOBODY)

    @cached_property
    def exact(self) -> bool:
        """Whether every line is an amount."""
        return all(line.exact for line in self.lines)

    @cached_property
    def total(self) -> Cents:
        """Sum of all amounts; raises NotExactError when a line is a band."""
        return Cents(sum(line.amount for line in self.lines))

    @cached_property
    def total_first(self) -> Cents:
        """Sum of the first parts."""
        return Cents(sum(line.first for line in self.lines))

    @property
    def total_second(self) -> Cents:
        """Sum of the second parts."""
        return Cents(self.total - self.total_first)

    @property
    def difference(self) -> int:
        """Cents by which the sum differs from the budget: negative when money is left."""
        return self.total - self.terms.budget

    @cached_property
    def by_key(self) -> Mapping[str, SplitLine]:
        """The lines by key."""
        return {line.key: line for line in self.lines}


def compute_split(telling: Leerlingentelling, terms: Terms, groups: Mapping[str, Group]) -> Split | UndecidedTie:
    """Compute every amount and both parts.

    Parameters
    ----------
    telling
        Pupils per vestiging.
    terms
        Budget, method and the other choices.
    groups
        Group per vestiging, from :func:`subsidy.grouping.group_schools`.

    Returns
    -------
    Split or UndecidedTie
        With bands instead of amounts as soon as one count is hidden, because every share depends on the whole.

    Raises
    ------
    NoWeightError
        Nobody has pupils.
    CeilingExceededError
        A fixed amount per pupil would exceed the budget.

    Source
    ------
    Kamerbrief ontwikkelingen en knelpunten in het praktijkonderwijs, 30-08-2024, par. 1.3; ceiling: Algemene wet
    bestuursrecht, art. 4:25.
    """
    drafts = _drafts(telling, groups)
    awarded = {key: draft for key, draft in drafts.items() if draft.count.maximum > 0}
    if not awarded:
        msg = "Geen enkele school heeft leerlingen; er is geen verhouding om naar te verdelen."
        raise NoWeightError(msg)
    hidden = any(not draft.count.exact for draft in awarded.values())
    lines = _bands(awarded, terms) if hidden else _amounts(awarded, terms)
    if isinstance(lines, UndecidedTie):
        return lines
    zero = tuple(key for key in drafts if key not in awarded)
    return Split(terms, telling.teldatum, telling.status.value, telling.digest, lines, zero)


def _drafts(telling: Leerlingentelling, groups: Mapping[str, Group]) -> dict[str, SplitLine]:
    """Put the schools together per group, in order of key, without amounts yet."""
    drafts: dict[str, SplitLine] = {}
    nothing = Cents(0)
    for row in telling.schools:
        group = groups[row.vestiging]
        found = drafts.get(group.key)
        members = (*found.members, row.vestiging) if found else (row.vestiging,)
        count = found.count + row.count if found else row.count
        drafts[group.key] = SplitLine(
            group.key,
            group.name,
            group.note,
            members,
            count,
            nothing,
            nothing,
            None,
            nothing,
            nothing,
            nothing,
            nothing,
        )
    return dict(sorted(drafts.items()))


def _amounts(drafts: Mapping[str, SplitLine], terms: Terms) -> tuple[SplitLine, ...] | UndecidedTie:
    weights = {key: draft.count.minimum for key, draft in drafts.items()}
    if terms.method is Method.CLOSED_BUDGET:
        shares = apportion(terms.budget, weights, terms.tie_break)
    else:
        shares = _fixed_amounts(weights, terms)
    if isinstance(shares, UndecidedTie):
        return shares
    amounts = {key: share.cents for key, share in shares.items()}
    parts = split_first_part(amounts, terms.first_share, terms.odd_cent.rounding, terms.tie_break, weights)
    if isinstance(parts, UndecidedTie):
        return parts
    return tuple(
        replace(
            draft,
            low=amounts[key],
            high=amounts[key],
            share=shares[key],
            first_low=parts[key].cents,
            first_high=parts[key].cents,
            second_low=Cents(amounts[key] - parts[key].cents),
            second_high=Cents(amounts[key] - parts[key].cents),
        )
        for key, draft in drafts.items()
    )


def _rate(terms: Terms, pupils: int, rounding: Rounding) -> Fraction:
    """Cents per pupil, rounded already when the terms say so."""
    exact = Fraction(terms.budget, pupils) if terms.rate is None else Fraction(terms.rate)
    return Fraction(round_cents(exact, rounding)) if terms.moment is Moment.RATE else exact


def _rounding(terms: Terms) -> Rounding:
    return terms.rounding or Rounding.DOWN


def _fixed_amounts(weights: Mapping[str, int], terms: Terms) -> dict[str, Share]:
    rounding = _rounding(terms)
    rate = _rate(terms, sum(weights.values()), rounding)
    shares: dict[str, Share] = {}
    for key, weight in weights.items():
        exact = rate * weight
        floor = Cents(exact.numerator // exact.denominator)
        shares[key] = Share(exact, floor, exact - floor, None, round_cents(exact, rounding) > floor)
    _check_ceiling(sum(share.cents for share in shares.values()), terms)
    return shares


def _check_ceiling(total: int, terms: Terms) -> None:
    if total > terms.budget:
        over = total - terms.budget
        msg = (
            f"De bedragen zijn samen {to_euro(total)}, dat is {to_euro(over)} meer dan het plafond van "
            f"{to_euro(terms.budget)} (Awb 4:25)."
        )
        raise CeilingExceededError(msg)


def _bands(drafts: Mapping[str, SplitLine], terms: Terms) -> tuple[SplitLine, ...]:
    """Enclose every amount: whatever the hidden numbers are, the true amount lies between low and high."""
    least = sum(draft.count.minimum for draft in drafts.values())
    most = sum(draft.count.maximum for draft in drafts.values())
    lines = []
    for draft in drafts.values():
        low, high = _band(draft.count, least, most, terms)
        first, second = terms.first_share, 1 - terms.first_share
        lines.append(
            replace(
                draft,
                low=low,
                high=high,
                first_low=round_cents(low * first, Rounding.DOWN),
                first_high=round_cents(high * first, Rounding.UP),
                second_low=round_cents(low * second, Rounding.DOWN),
                second_high=round_cents(high * second, Rounding.UP),
            )
        )
    if terms.method is Method.AMOUNT_PER_PUPIL:
        _check_ceiling(sum(line.low for line in lines), terms)
    return tuple(lines)


def _band(count: Count, least: int, most: int, terms: Terms) -> tuple[Cents, Cents]:
    """Compute the ends for one school; ``least`` and ``most`` are the pupils of all schools together."""
    if terms.method is Method.AMOUNT_PER_PUPIL and (terms.rate is not None or terms.moment is Moment.RATE):
        rounding = _rounding(terms)
        dear, cheap = _rate(terms, max(least, 1), rounding), _rate(terms, most, rounding)
        return round_cents(cheap * count.minimum, rounding), round_cents(dear * count.maximum, rounding)
    others_most, others_least = most - count.maximum, least - count.minimum
    smallest = Fraction(terms.budget * count.minimum, max(others_most + count.minimum, 1))
    largest = Fraction(terms.budget * count.maximum, others_least + count.maximum)
    return round_cents(smallest, Rounding.DOWN), round_cents(largest, Rounding.UP)
