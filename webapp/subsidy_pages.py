"""What the pages of the tegemoetkoming show, worked out before a template sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from subsidy.calculations import AmountChange, Outcome
from subsidy.deadlines import payment_term
from subsidy.forecast import Part, PeriodAmount, per_period
from subsidy.lifecycle import FINAL, State, date_of, objection_until, state_of
from subsidy.money import Cents, to_euro
from subsidy.mutations import Entry, due, entitlements, payments, successors
from subsidy.parameters import Method, Window
from subsidy.regeling import Known, Regeling, Unknown
from subsidy.split import Split, SplitLine
from subsidy.terms import Terms, terms_of
from webapp.subsidy import Standing, Subsidy

PAYMENT_OF = {1: State.PAID_1, 2: State.PAID_2}
METHOD_WORDS = {
    Method.CLOSED_BUDGET: "grootste rest",
    Method.AMOUNT_PER_PUPIL: "vast bedrag per leerling",
}
_DIGITS = 4
_THOUSAND_EUROS = 100_000
"""Cents."""


def exact_euro(cents: Fraction) -> str:
    """Write an exact amount with four decimals more than cents, and … when it goes on."""
    scale = 10**_DIGITS
    scaled = cents * scale
    whole = scaled.numerator // scaled.denominator
    tail = "" if scaled.denominator == 1 else "…"
    return f"{to_euro(whole // scale)}{whole % scale:0{_DIGITS}d}{tail}"


def money(low: Cents | None, high: Cents | None) -> str:
    """Write an amount, both ends of a band, or that it is not known."""
    if low is None or high is None:
        return "onbekend"
    return to_euro(low) if low == high else f"{to_euro(low)} – {to_euro(high)}"


def parts_of(standing: Standing, line: SplitLine) -> tuple[Part, Part]:
    """Describe both parts of one line: amount, window, payment, certainty."""
    years = standing.regeling.optional("schooljaar_per_deel", tuple) or (None, None)
    windows = standing.regeling.windows
    final = bool(standing.steps) and state_of(standing.steps) in FINAL
    ends = ((line.first_low, line.first_high), (line.second_low, line.second_high))
    one, two = (
        Part(
            number,
            *ends[number - 1],
            window=windows[number - 1],
            paid_on=date_of(standing.steps, PAYMENT_OF[number]) if standing.steps else None,
            final=final,
            schoolyear=years[number - 1] if len(years) >= number else None,
        )
        for number in (1, 2)
    )
    return one, two


def unknown_parts(regeling: Regeling) -> list[Part]:
    """Describe the money of a regeling that cannot be computed: it exists, and its size is not known."""
    years = regeling.optional("schooljaren", tuple) or (None,)
    return [
        Part(number, None, None, window=None, paid_on=None, final=False, schoolyear=year)
        for number, year in enumerate(years, start=1)
    ]


@dataclass(frozen=True)
class SchoolPage:
    """One line of a regeling, for the school that gets it."""

    standing: Standing
    line: SplitLine
    parts: tuple[Part, Part]
    per_calendar_year: tuple[PeriodAmount, ...]
    per_schoolyear: tuple[PeriodAmount, ...]
    entries: tuple[Entry, ...]

    @property
    def split(self) -> Split:
        """The whole split."""
        assert self.standing.calculation is not None  # noqa: S101 - a page exists only with a calculation
        return self.standing.calculation.split

    @property
    def amount(self) -> str:
        """The amount, or both ends of the band."""
        return money(self.line.low, self.line.high)

    @property
    def sum_text(self) -> str:
        """The sum in the school's own numbers, up to the exact outcome."""
        share = self.line.share
        if share is None:
            return ""
        return exact_euro(share.exact)

    @property
    def determined_on(self) -> date | None:
        """Day on which it became final."""
        return date_of(self.standing.steps, State.DETERMINED) if self.standing.steps else None

    @property
    def objection_until(self) -> date | None:
        """Last day for an objection."""
        return objection_until(self.standing.steps) if self.standing.steps else None

    @property
    def payment_term(self) -> date | None:
        """Last day for payment when the decision names no other day."""
        return payment_term(self.determined_on) if self.determined_on else None

    @property
    def entitled(self) -> tuple[Cents, Cents]:
        """What the school is entitled to of each part, after mutations."""
        one, two = (entitlements(self._journal, part).get(self.line.key, Cents(0)) for part in (1, 2))
        return one, two

    @property
    def paid(self) -> tuple[Cents, Cents]:
        """What was paid to the school of each part."""
        one, two = (payments(self._journal, part).get(self.line.key, Cents(0)) for part in (1, 2))
        return one, two

    @property
    def mutated(self) -> bool:
        """Whether the journal changed something for this school."""
        return any(entry.event is not None for entry in self.entries)

    @property
    def successor(self) -> str | None:
        """Who receives in the place of this school, or None."""
        return successors(self._journal).get(self.line.key)

    @property
    def _journal(self) -> tuple[Entry, ...]:
        return self.standing.stored.journal if self.standing.stored else ()


def school_page(cases: Subsidy, standing: Standing, line: SplitLine) -> SchoolPage:
    """Work out the page of one line, with what other regelingen may bring."""
    parts = parts_of(standing, line)
    future = [
        part for found in cases.splits.regelingen.values() if not found.computable for part in unknown_parts(found)
    ]
    journal = standing.stored.journal if standing.stored else ()
    return SchoolPage(
        standing,
        line,
        parts,
        per_period([*parts, *future], by_schoolyear=False),
        per_period([*parts, *future], by_schoolyear=True),
        tuple(entry for entry in journal if entry.account == line.key),
    )


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One value of a rule file, for a table."""

    label: str
    value: str
    status: str
    source: str
    note: str


def _value_words(parameter: Known | Unknown) -> str:
    if isinstance(parameter, Unknown):
        return "onbekend"
    value = parameter.value
    if isinstance(value, Window):
        return f"{value.start:%d-%m-%Y} tot en met {value.end:%d-%m-%Y}"
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    return to_euro(value) if isinstance(value, int) else str(value)


def parameter_rows(regeling: Regeling) -> list[ParameterRow]:
    """List every value of a regeling with its status, source and note."""
    return [
        ParameterRow(
            found.kind.label, _value_words(found), found.status, str(found.source) if found.source else "", found.note
        )
        for found in regeling.parameters.values()
    ]


def missing_words(regeling: Regeling) -> str:
    """Name what keeps a regeling from being computed, in Dutch words."""
    return ", ".join(regeling.parameters[name].kind.label for name in regeling.missing)


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
    rows = [
        ("Som van de bedragen tegenover het budget", split.total, split.terms.budget),
        ("Som van deel 1 plus deel 2", sum(first) + sum(line.second for line in split.lines), split.total),
        ("Som van deel 1 tegenover het aandeel van het totaal", sum(first), round_half(split, share)),
    ]
    found = [
        Control(title, to_euro(int(one)), to_euro(int(other)), int(one) == int(other)) for title, one, other in rows
    ]
    counted = str(split.pupils)
    found.append(Control("Leerlingen tegenover de telling", counted, str(telling.total), counted == str(telling.total)))
    journal = standing.stored.journal if standing.stored else ()
    if journal:
        for part in (1, 2):
            rights, paid = sum(entitlements(journal, part).values()), sum(payments(journal, part).values())
            open_ = sum(due(journal, part).values())
            title = f"Deel {part}: betaald plus open tegenover rechten in het journaal"
            found.append(Control(title, to_euro(paid + open_), to_euro(rights), paid + open_ == rights))
    return found


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
    return Distribution(bins, "duizend euro" if thousands else "euro")


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
        return WhatIf(outcome, None, (), "Er is geen regeling om mee te vergelijken.")
    standing = cases.standing(regeling.regeling_id)
    basis = standing.telling.telling_id if standing.telling else telling_id
    baseline = cases.splits.scenario(basis, replace(terms_of(regeling), level=terms.level))
    before, after = baseline.calculation.split.by_key, outcome.calculation.split.by_key
    keys = sorted(before.keys() | after.keys())
    changes = tuple(AmountChange(key, before.get(key), after.get(key)) for key in keys)
    return WhatIf(outcome, baseline, changes, "")


def total_of(lines: Sequence[SplitLine]) -> tuple[Cents, Cents]:
    """Sum lines, low and high."""
    return Cents(sum(line.low for line in lines)), Cents(sum(line.high for line in lines))
