"""What changes between count and payments, kept as a journal: amounts are never edited, entries are added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from subsidy.errors import MutationError
from subsidy.money import Cents, to_euro
from subsidy.split import Split

PARTS = (1, 2)


class Kind(StrEnum):
    """What an entry does with money."""

    AWARD = "toekenning"
    REDIRECT = "doorverwijzing"
    CORRECTION = "correctie"
    PAYMENT = "betaling"


class Event(StrEnum):
    """What happened to a school between count and payment."""

    MERGER = "fusie"
    CLOSURE = "sluiting"
    OPENING = "opening"
    TRANSFER = "overdracht van bestuur"
    CORRECTION = "correctie"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal; never changed and never removed.

    Attributes
    ----------
    number
        From 1, without gaps.
    on
        The day it took effect.
    kind
        What it does.
    part
        1 or 2: which part of the amount.
    account
        Key of the one that is awarded, or of its successor.
    cents
        Added to (or, negative, taken from) what the account is entitled to; for a payment, what was paid.
    event, reason, by
        Why, in words, and who recorded it. ``event`` is None for an award or a payment.
    counter
        The other side of a redirect.
    """

    number: int
    on: date
    kind: Kind
    part: int
    account: str
    cents: Cents
    event: Event | None
    reason: str
    by: str
    counter: str | None = None


Journal = tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """When, by whom and why: under every group of entries.

    Attributes
    ----------
    on
        The day it takes effect.
    by
        Who recorded it.
    reason
        Dutch sentence.
    """

    on: date
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that has no number yet."""

    kind: Kind
    part: int
    account: str
    cents: int
    counter: str | None = None


def _append(journal: Journal, drafts: Iterable[Draft], event: Event | None, record: Record) -> Journal:
    on, by, reason = record.on, record.by, record.reason
    if journal and on < journal[-1].on:
        msg = f"De datum {on:%d-%m-%Y} ligt voor de laatste regel van het journaal ({journal[-1].on:%d-%m-%Y})."
        raise MutationError(msg)
    entries = list(journal)
    for draft in drafts:
        number = len(entries) + 1
        cents = Cents(draft.cents)
        entries.append(
            Entry(number, on, draft.kind, draft.part, draft.account, cents, event, reason, by, draft.counter)
        )
    return tuple(entries)


def open_journal(split: Split, on: date, by: str) -> Journal:
    """Start the journal with what every school is awarded.

    Raises
    ------
    NotExactError
        An amount is a band.
    """
    parts = [(line.key, part, line.first if part == 1 else line.second) for line in split.lines for part in PARTS]
    drafts = [Draft(Kind.AWARD, part, key, cents) for key, part, cents in parts]
    return _append((), drafts, None, Record(on, by, "Toegekend volgens de vastgestelde berekening."))


def entitlements(journal: Sequence[Entry], part: int) -> dict[str, Cents]:
    """Sum what every account is entitled to of one part, in cents, in order of account."""
    return _sums(entry for entry in journal if entry.part == part and entry.kind is not Kind.PAYMENT)


def payments(journal: Sequence[Entry], part: int) -> dict[str, Cents]:
    """Sum what was paid to every account of one part, in cents, in order of account."""
    return _sums(entry for entry in journal if entry.part == part and entry.kind is Kind.PAYMENT)


def _sums(entries: Iterable[Entry]) -> dict[str, Cents]:
    sums: dict[str, int] = {}
    for entry in entries:
        sums[entry.account] = sums.get(entry.account, 0) + entry.cents
    return {account: Cents(sums[account]) for account in sorted(sums)}


def due(journal: Sequence[Entry], part: int) -> dict[str, Cents]:
    """Compute what is still to be paid (positive) or claimed back (negative) per account, without zeros."""
    paid = payments(journal, part)
    rights = entitlements(journal, part)
    open_ = {key: rights.get(key, 0) - paid.get(key, 0) for key in sorted(rights.keys() | paid.keys())}
    return {key: Cents(cents) for key, cents in open_.items() if cents}


def pay(journal: Journal, part: int, record: Record) -> Journal:
    """Record that everything due of a part was paid.

    Raises
    ------
    MutationError
        Nothing is due, or the day lies before the last entry.
    """
    open_ = due(journal, part)
    if not open_:
        msg = f"Van deel {part} staat niets open."
        raise MutationError(msg)
    drafts = [Draft(Kind.PAYMENT, part, key, cents) for key, cents in open_.items()]
    reason = record.reason or f"Betaling van deel {part}."
    return _append(journal, drafts, None, replace(record, reason=reason))


def redirect(journal: Journal, event: Event, account: str, successor: str, record: Record) -> Journal:
    """Let the successor receive what has not been paid yet: a merger, a closure with successor, or a transfer.

    Parameters
    ----------
    journal
        So far.
    event
        ``fusie``, ``sluiting`` or ``overdracht van bestuur``.
    account
        The one that ends or moves; it must occur in the journal.
    successor
        Who receives from this day on.
    record
        Day of the event, who recorded it, and why.

    Returns
    -------
    Journal
        With two entries per part that is still open, which add up to zero.

    Raises
    ------
    MutationError
        The account is unknown, is its own successor, has nothing open, or the reason is empty.
    """
    _check_account(journal, account)
    _check_reason(record)
    if successor.strip() in {"", account}:
        msg = f"{account} kan niet zijn eigen opvolger zijn; noem de school die verder ontvangt."
        raise MutationError(msg)
    drafts: list[Draft] = []
    for part in PARTS:
        cents = due(journal, part).get(account)
        if cents is not None:
            drafts.append(Draft(Kind.REDIRECT, part, account, -cents, successor))
            drafts.append(Draft(Kind.REDIRECT, part, successor, cents, account))
    if not drafts:
        msg = f"Voor {account} staat niets meer open; een doorverwijzing verandert dan niets."
        raise MutationError(msg)
    return _append(journal, drafts, event, record)


def close_without_successor(journal: Journal, account: str, record: Record) -> Journal:
    """Stop what has not been paid yet to a school that ends without a successor.

    Raises
    ------
    MutationError
        As for :func:`redirect`.
    """
    _check_account(journal, account)
    _check_reason(record)
    open_ = {part: due(journal, part).get(account) for part in PARTS}
    drafts = [Draft(Kind.CORRECTION, part, account, -cents) for part, cents in open_.items() if cents is not None]
    if not drafts:
        msg = f"Voor {account} staat niets meer open; er is niets te stoppen."
        raise MutationError(msg)
    return _append(journal, drafts, Event.CLOSURE, record)


def open_school(journal: Journal, account: str, record: Record) -> Journal:
    """Note a school that opened after the count: it exists, and is entitled to nothing under this regeling.

    Raises
    ------
    MutationError
        It already has an amount, or the reason is empty.
    """
    _check_reason(record)
    if any(entry.account == account for entry in journal):
        msg = f"{account} staat al in het journaal en kan daarom niet na de telling zijn geopend."
        raise MutationError(msg)
    drafts = [Draft(Kind.CORRECTION, part, account, 0) for part in PARTS]
    return _append(journal, drafts, Event.OPENING, record)


def correct(journal: Journal, part: int, account: str, cents: int, record: Record) -> Journal:
    """Add to or take from what an account is entitled to, for example after an objection.

    Parameters
    ----------
    part
        1 or 2.
    cents
        Not zero; negative takes away, at most what the account is entitled to.

    Raises
    ------
    MutationError
        The account or part is unknown, the amount is zero or too much is taken, or the reason is empty.
    """
    _check_account(journal, account)
    _check_reason(record)
    if part not in PARTS:
        msg = f"Deel {part} bestaat niet; verwacht 1 of 2."
        raise MutationError(msg)
    has = entitlements(journal, part).get(account, Cents(0))
    if cents == 0 or has + cents < 0:
        msg = f"Een correctie van {to_euro(cents)} op {to_euro(has)} van {account} kan niet."
        raise MutationError(msg)
    return _append(journal, [Draft(Kind.CORRECTION, part, account, cents)], Event.CORRECTION, record)


def _check_account(journal: Journal, account: str) -> None:
    if all(entry.account != account for entry in journal):
        msg = f"{account} staat niet in het journaal."
        raise MutationError(msg)


def _check_reason(record: Record) -> None:
    if not record.reason.strip():
        msg = "Een mutatie heeft een reden nodig."
        raise MutationError(msg)


def successors(journal: Sequence[Entry]) -> Mapping[str, str]:
    """Say who receives in the place of whom: the last redirect of every account."""
    return {
        entry.account: entry.counter
        for entry in journal
        if entry.kind is Kind.REDIRECT and entry.counter is not None and entry.cents < 0
    }


def check_journal(journal: Sequence[Entry], split: Split) -> None:
    """Check that no money came from nowhere.

    Per part: awards are the split's, redirects add up to zero, and what was paid plus what is due is what the
    accounts are entitled to.

    Raises
    ------
    MutationError
        The journal does not conserve money.
    """
    totals = {1: split.total_first, 2: split.total_second}
    for part in PARTS:
        entries = [entry for entry in journal if entry.part == part]
        sums = {kind: sum(entry.cents for entry in entries if entry.kind is kind) for kind in Kind}
        if sums[Kind.AWARD] != totals[part]:
            awarded, expected = to_euro(sums[Kind.AWARD]), to_euro(totals[part])
            msg = f"Het journaal kent voor deel {part} {awarded} toe in plaats van {expected}."
            raise MutationError(msg)
        if sums[Kind.REDIRECT] != 0:
            msg = f"De doorverwijzingen van deel {part} tellen op tot {to_euro(sums[Kind.REDIRECT])} in plaats van nul."
            raise MutationError(msg)
