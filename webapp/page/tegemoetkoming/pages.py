"""What the pages of the tegemoetkoming show, worked out before a template sees it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from subsidy.deadlines import is_certain, payment_term
from subsidy.forecast import Part, PeriodAmount, per_period
from subsidy.lifecycle import FINAL, State, date_of, objection_until, state_of
from subsidy.money import Cents
from subsidy.mutations import Entry, entitlements, payments, successors
from subsidy.regeling import Regeling
from subsidy.split import Split, SplitLine
from subsidy.telling import NOBODY, Count
from usecases.tegemoetkoming.subsidy import Standing, Subsidy
from webapp.page.tegemoetkoming.words import exact_euro, money

PAYMENT_OF = {1: State.PAID_1, 2: State.PAID_2}


def parts_of(standing: Standing, lines: Sequence[SplitLine]) -> tuple[Part, Part]:
    """Describe both parts of one or more lines together: amount, window, payment, certainty."""
    years = standing.regeling.optional("schooljaar_per_deel", tuple) or (None, None)
    windows = standing.regeling.windows
    final = bool(standing.steps) and state_of(standing.steps) in FINAL
    ends = (
        (_sum(line.first_low for line in lines), _sum(line.first_high for line in lines)),
        (_sum(line.second_low for line in lines), _sum(line.second_high for line in lines)),
    )
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
    def objection_certain(self) -> bool:
        """Whether that day lies within the known equated days; otherwise it may still move."""
        return self.objection_until is None or is_certain(self.objection_until)

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


def _future(cases: Subsidy) -> list[Part]:
    """Describe the money of every regeling that cannot be computed yet."""
    return [part for found in cases.splits.regelingen.values() if not found.computable for part in unknown_parts(found)]


def school_page(cases: Subsidy, standing: Standing, line: SplitLine) -> SchoolPage:
    """Work out the page of one line, with what other regelingen may bring."""
    parts = parts_of(standing, [line])
    future = _future(cases)
    journal = standing.stored.journal if standing.stored else ()
    return SchoolPage(
        standing,
        line,
        parts,
        per_period([*parts, *future], by_schoolyear=False),
        per_period([*parts, *future], by_schoolyear=True),
        tuple(entry for entry in journal if entry.account == line.key),
    )


@dataclass(frozen=True)
class TotalPage:
    """Several lines of a regeling together, for a bestuur with more than one school.

    Attributes
    ----------
    parts, per_calendar_year, per_schoolyear
        As of one school, summed; the annual report is one for the whole bestuur.
    pupils
        Of these lines together.
    """

    standing: Standing
    lines: tuple[SplitLine, ...]
    parts: tuple[Part, Part]
    per_calendar_year: tuple[PeriodAmount, ...]
    per_schoolyear: tuple[PeriodAmount, ...]
    pupils: Count

    @property
    def split(self) -> Split:
        """The whole split."""
        assert self.standing.calculation is not None  # noqa: S101 - a page exists only with a calculation
        return self.standing.calculation.split

    @property
    def amount(self) -> str:
        """The sum, or both ends of the band."""
        return money(*total_of(self.lines))


def total_page(cases: Subsidy, standing: Standing, lines: Sequence[SplitLine]) -> TotalPage:
    """Work out the page of several lines together."""
    parts = parts_of(standing, lines)
    future = _future(cases)
    return TotalPage(
        standing,
        tuple(lines),
        parts,
        per_period([*parts, *future], by_schoolyear=False),
        per_period([*parts, *future], by_schoolyear=True),
        sum((line.count for line in lines), NOBODY),
    )


def _sum(cents: Iterable[Cents]) -> Cents:
    return Cents(sum(cents))


def total_of(lines: Sequence[SplitLine]) -> tuple[Cents, Cents]:
    """Sum lines, low and high."""
    return _sum(line.low for line in lines), _sum(line.high for line in lines)
