"""Figures beside a calculation: control totals, the distribution of the amounts, who gains or loses in a scenario."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flask_babel import gettext

from subsidy.calculations import AmountChange, Outcome
from subsidy.mutations import due, entitlements, payments
from subsidy.parameters import Method
from subsidy.split import Split
from subsidy.terms import Terms, terms_of
from usecases.tegemoetkoming.subsidy import Standing, Subsidy
from webapp.page.filters import aantal, euro

_THOUSAND_EUROS = 100_000
"""Cents."""


@dataclass(frozen=True, slots=True)
class Control:
    """One control total: what it says, what it must be, and whether it is."""

    title: str
    found: str
    expected: str
    holds: bool


def controls(standing: Standing) -> list[Control]:
    """Check the totals of a calculation against the budget, the telling and the journal."""
    calculation = standing.calculation
    if calculation is None or not calculation.split.exact:
        return []
    split, telling = calculation.split, calculation.telling
    share = split.terms.first_share
    first = [line.first for line in split.lines]
    parts = sum(first) + sum(line.second for line in split.lines)
    rows = [
        (gettext("Deel 1 en deel 2 samen zijn het totaal"), parts, split.total),
        (gettext("Deel 1 is precies het afgesproken aandeel"), sum(first), round_half(split, share)),
    ]
    found = [
        _within_budget(split),
        *(Control(title, euro(int(one)), euro(int(other)), int(one) == int(other)) for title, one, other in rows),
    ]
    title, total = gettext("Alle leerlingen van de telling doen mee"), telling.total
    found.append(Control(title, aantal(split.pupils), aantal(total), split.pupils == total))
    journal = standing.stored.journal if standing.stored else ()
    if journal:
        for part in (1, 2):
            rights, paid = sum(entitlements(journal, part).values()), sum(payments(journal, part).values())
            open_ = sum(due(journal, part).values())
            title = gettext("Deel %(part)s: betaald en nog te betalen samen zijn de rechten", part=part)
            found.append(Control(title, euro(paid + open_), euro(rights), paid + open_ == rights))
    return found


def _within_budget(split: Split) -> Control:
    total, budget = split.total, split.terms.budget
    if split.terms.method is Method.CLOSED_BUDGET:
        return Control(gettext("Alle bedragen samen zijn het budget"), euro(total), euro(budget), total == budget)
    return Control(gettext("Alle bedragen samen passen in het budget"), euro(total), euro(budget), total <= budget)


def round_half(split: Split, share: Fraction) -> int:
    """Round the share of the total once, by the odd-cent rule, independent of the split itself."""
    exact = split.total * share
    whole, rest = divmod(exact.numerator, exact.denominator)
    twice = 2 * rest
    up = twice > exact.denominator or (twice == exact.denominator and split.terms.odd_cent.value == "eerste_deel")
    return whole + up


@dataclass(frozen=True)
class Distribution:
    """How many recipients have an amount in each class.

    Attributes
    ----------
    bins
        ``label`` and ``a`` (how many), for the histogram macro.
    unit
        Dutch words for what the labels count.
    """

    bins: tuple[dict[str, Any], ...]
    unit: str


def distribution(split: Split, groups: int = 8) -> Distribution:
    """Count recipients per class of amount; a band counts at its middle."""
    middles = [(line.low + line.high) // 2 for line in split.lines]
    step = _nice(-(-max(middles) // groups))
    counts = [0] * (max(middles) // step + 1)
    for middle in middles:
        counts[middle // step] += 1
    thousands = step >= _THOUSAND_EUROS
    scale = _THOUSAND_EUROS if thousands else 100
    bins = tuple(
        {"label": f"{number * step // scale}–{(number + 1) * step // scale}", "a": count}
        for number, count in enumerate(counts)
    )
    return Distribution(bins, gettext("duizend euro") if thousands else gettext("euro"))


def _nice(step_cents: int) -> int:
    """Round a step up to 1, 2 or 5 times a power of ten, at least a euro."""
    size = 100
    while True:
        for factor in (1, 2, 5):
            if factor * size >= step_cents:
                return factor * size
        size *= 10


@dataclass(frozen=True)
class WhatIf:
    """A scenario beside the regeling it is compared with."""

    outcome: Outcome
    baseline: Outcome | None
    changes: tuple[AmountChange, ...]
    reason: str

    @property
    def gainers(self) -> int:
        """How many get more."""
        return sum(1 for change in self.changes if (change.cents or 0) > 0)

    @property
    def losers(self) -> int:
        """How many get less."""
        return sum(1 for change in self.changes if (change.cents or 0) < 0)

    def largest(self, count: int = 12) -> list[AmountChange]:
        """Return the largest changes, up or down."""
        known = [change for change in self.changes if change.cents]
        return sorted(known, key=lambda change: -abs(change.cents or 0))[:count]


def what_if(cases: Subsidy, telling_id: int, terms: Terms) -> WhatIf:
    """Compute a scenario, and who gains or loses compared with the regeling at the same level of award."""
    outcome = cases.splits.scenario(telling_id, terms)
    regeling = next((found for found in cases.splits.regelingen.values() if found.computable), None)
    if regeling is None:
        return WhatIf(outcome, None, (), gettext("Er is geen regeling om mee te vergelijken."))
    standing = cases.standing(regeling.regeling_id)
    basis = standing.telling.telling_id if standing.telling else telling_id
    baseline = cases.splits.scenario(basis, replace(terms_of(regeling), level=terms.level))
    before, after = baseline.calculation.split.by_key, outcome.calculation.split.by_key
    keys = sorted(before.keys() | after.keys())
    changes = tuple(AmountChange(key, before.get(key), after.get(key)) for key in keys)
    return WhatIf(outcome, baseline, changes, "")
