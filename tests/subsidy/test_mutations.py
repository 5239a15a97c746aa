"""The journal: entries are added, amounts are never edited."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from making import code, split_of, telling, terms

from subsidy.errors import MutationError, NotExactError
from subsidy.mutations import (
    Entry,
    Event,
    Kind,
    Record,
    check_journal,
    close_without_successor,
    correct,
    due,
    entitlements,
    open_journal,
    open_school,
    pay,
    payments,
    redirect,
    successors,
)

ONE, TWO, NEW = code(1), code(2), code(9)
SPLIT = split_of(telling({ONE: 10, TWO: 5}), terms(1501))
DAY = date(2024, 10, 3)
WHY = Record(date(2024, 10, 4), "Bob", "Besluit.")
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def journal():
    return open_journal(SPLIT, DAY, "Anna")


def refused(call, *arguments):
    with pytest.raises(MutationError) as caught:
        call(*arguments)
    return str(caught.value)


def test_it_starts_with_every_part_of_every_school(journal):
    reason = "Toegekend volgens de vastgestelde berekening."
    assert journal == (
        Entry(1, DAY, Kind.AWARD, 1, ONE, 501, None, reason, "Anna"),
        Entry(2, DAY, Kind.AWARD, 2, ONE, 500, None, reason, "Anna"),
        Entry(3, DAY, Kind.AWARD, 1, TWO, 250, None, reason, "Anna"),
        Entry(4, DAY, Kind.AWARD, 2, TWO, 250, None, reason, "Anna"),
    )
    assert entitlements(journal, 1) == {ONE: 501, TWO: 250}
    assert due(journal, 2) == {ONE: 500, TWO: 250}
    assert payments(journal, 1) == {}
    with pytest.raises(NotExactError):
        open_journal(split_of(telling({ONE: (1, 4)}), terms()), DAY, "Anna")


def test_paying_empties_what_is_due(journal):
    paid = pay(journal, 1, WHY)
    assert paid[4:] == (
        Entry(5, WHY.on, Kind.PAYMENT, 1, ONE, 501, None, "Besluit.", "Bob"),
        Entry(6, WHY.on, Kind.PAYMENT, 1, TWO, 250, None, "Besluit.", "Bob"),
    )
    assert due(paid, 1) == {}
    assert due(paid, 2) == {ONE: 500, TWO: 250}
    assert pay(journal, 2, replace(WHY, reason=""))[-1].reason == "Betaling van deel 2."
    assert refused(pay, paid, 1, WHY) == "Van deel 1 staat niets open."


def test_a_successor_receives_what_is_not_paid_yet(journal):
    paid = pay(journal, 1, WHY)
    merged = redirect(paid, Event.MERGER, ONE, TWO, WHY)
    assert merged[6:] == (
        Entry(7, WHY.on, Kind.REDIRECT, 2, ONE, -500, Event.MERGER, "Besluit.", "Bob", TWO),
        Entry(8, WHY.on, Kind.REDIRECT, 2, TWO, 500, Event.MERGER, "Besluit.", "Bob", ONE),
    )
    assert due(merged, 2) == {TWO: 750}
    assert successors(merged) == {ONE: TWO}
    both = redirect(journal, Event.TRANSFER, ONE, NEW, WHY)
    assert due(both, 1) == {TWO: 250, NEW: 501}
    assert due(both, 2) == {TWO: 250, NEW: 500}
    chain = redirect(both, Event.CLOSURE, NEW, TWO, WHY)
    assert due(chain, 2) == {TWO: 750}
    check_journal(chain, SPLIT)


def test_a_redirect_is_refused_by_name(journal):
    paid = pay(pay(journal, 1, WHY), 2, WHY)
    assert refused(redirect, journal, Event.MERGER, NEW, ONE, WHY) == f"{NEW} staat niet in het journaal."
    own = f"{ONE} kan niet zijn eigen opvolger zijn; noem de school die verder ontvangt."
    assert refused(redirect, journal, Event.MERGER, ONE, ONE, WHY) == own
    assert refused(redirect, journal, Event.MERGER, ONE, " ", WHY) == own
    assert refused(redirect, paid, Event.MERGER, ONE, TWO, WHY) == (
        f"Voor {ONE} staat niets meer open; een doorverwijzing verandert dan niets."
    )
    no_reason = replace(WHY, reason=" ")
    for call in (redirect,):
        assert refused(call, journal, Event.MERGER, ONE, TWO, no_reason) == "Een mutatie heeft een reden nodig."
    early = replace(WHY, on=date(2024, 10, 2))
    assert refused(redirect, journal, Event.MERGER, ONE, TWO, early) == (
        "De datum 02-10-2024 ligt voor de laatste regel van het journaal (03-10-2024)."
    )
    assert redirect(journal, Event.MERGER, ONE, TWO, replace(WHY, on=DAY))
    later = redirect(journal, Event.MERGER, ONE, TWO, replace(WHY, on=date(2024, 12, 1)))[:5]
    assert "laatste regel van het journaal (01-12-2024)" in refused(pay, later, 1, WHY)


def test_a_closure_without_successor_stops_what_is_not_paid(journal):
    closed = close_without_successor(pay(journal, 1, WHY), ONE, WHY)
    assert closed[-1] == Entry(7, WHY.on, Kind.CORRECTION, 2, ONE, -500, Event.CLOSURE, "Besluit.", "Bob")
    assert due(closed, 2) == {TWO: 250}
    assert (
        refused(close_without_successor, closed, ONE, WHY)
        == f"Voor {ONE} staat niets meer open; er is niets te stoppen."
    )
    assert refused(close_without_successor, journal, NEW, WHY) == f"{NEW} staat niet in het journaal."
    assert (
        refused(close_without_successor, journal, ONE, replace(WHY, reason="")) == "Een mutatie heeft een reden nodig."
    )
    check_journal(closed, SPLIT)


def test_a_school_that_opened_later_is_noted_without_money(journal):
    opened = open_school(journal, NEW, WHY)
    assert opened[4:] == (
        Entry(5, WHY.on, Kind.CORRECTION, 1, NEW, 0, Event.OPENING, "Besluit.", "Bob"),
        Entry(6, WHY.on, Kind.CORRECTION, 2, NEW, 0, Event.OPENING, "Besluit.", "Bob"),
    )
    assert due(opened, 1) == due(journal, 1)
    assert refused(open_school, journal, ONE, WHY) == (
        f"{ONE} staat al in het journaal en kan daarom niet na de telling zijn geopend."
    )
    assert refused(open_school, journal, NEW, replace(WHY, reason=" ")) == "Een mutatie heeft een reden nodig."


def test_a_correction_adds_or_takes_and_never_more_than_there_is(journal):
    more = correct(journal, 1, ONE, 99, WHY)
    assert more[-1] == Entry(5, WHY.on, Kind.CORRECTION, 1, ONE, 99, Event.CORRECTION, "Besluit.", "Bob")
    assert entitlements(more, 1)[ONE] == 600
    assert entitlements(correct(journal, 2, TWO, -250, WHY), 2)[TWO] == 0
    assert refused(correct, journal, 2, TWO, -251, WHY) == (
        f"Een correctie van €{NBSP}-2,51 op €{NBSP}2,50 van {TWO} kan niet."
    )
    assert (
        refused(correct, journal, 2, TWO, 0, WHY) == f"Een correctie van €{NBSP}0,00 op €{NBSP}2,50 van {TWO} kan niet."
    )
    assert refused(correct, journal, 3, TWO, 1, WHY) == "Deel 3 bestaat niet; verwacht 1 of 2."
    assert refused(correct, journal, 1, NEW, 1, WHY) == f"{NEW} staat niet in het journaal."
    assert refused(correct, journal, 1, ONE, 1, replace(WHY, reason="")) == "Een mutatie heeft een reden nodig."
    only_second = tuple(entry for entry in journal if entry.part == 2)
    assert entitlements(correct(only_second, 1, ONE, 5, WHY), 1) == {ONE: 5}
    assert "op €\N{NO-BREAK SPACE}0,00" in refused(correct, only_second, 1, ONE, -1, WHY)


def test_a_correction_after_payment_is_paid_or_claimed_back(journal):
    paid = pay(journal, 1, WHY)
    changed = correct(correct(paid, 1, ONE, 99, WHY), 1, TWO, -50, WHY)
    assert due(changed, 1) == {ONE: 99, TWO: -50}
    settled = pay(changed, 1, WHY)
    assert payments(settled, 1) == {ONE: 600, TWO: 200}
    assert due(settled, 1) == {}


def test_a_journal_that_does_not_conserve_money_is_refused(journal):
    check_journal(journal, SPLIT)
    changed = (replace(journal[0], cents=502), *journal[1:])
    assert refused(check_journal, changed, SPLIT) == (
        f"Het journaal kent voor deel 1 €{NBSP}7,52 toe in plaats van €{NBSP}7,51."
    )
    merged = redirect(journal, Event.MERGER, ONE, TWO, WHY)
    assert refused(check_journal, merged[:-1], SPLIT) == (
        f"De doorverwijzingen van deel 2 tellen op tot €{NBSP}-5,00 in plaats van nul."
    )
