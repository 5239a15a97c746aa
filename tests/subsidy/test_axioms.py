"""The axioms of the split, each named after itself; 10 000 examples each by `make deep`."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from axiom import axiom
from hypothesis import assume
from hypothesis import strategies as st
from making import calculation, code, split_of, telling, terms

from subsidy.apportionment import TieBreak, apportion
from subsidy.errors import CeilingExceededError, MutationError
from subsidy.money import Cents, Rounding, round_cents
from subsidy.mutations import (
    Event,
    Kind,
    Record,
    check_journal,
    close_without_successor,
    correct,
    due,
    entitlements,
    open_journal,
    pay,
    payments,
    redirect,
)
from subsidy.parameters import Level, Method, Moment, OddCent
from subsidy.receipt import build_receipt
from subsidy.verification import verify_receipt

pupils = st.integers(min_value=0, max_value=600)
schools = st.lists(pupils, min_size=1, max_size=25).filter(any)
counted = schools.map(lambda counts: {code(place): count for place, count in enumerate(counts)})
budgets = st.one_of(st.integers(1, 400), st.integers(1, 10**11)).map(Cents)
shares = st.one_of(st.just(Fraction(1, 2)), st.fractions(0, 1, max_denominator=12))
rules = st.builds(dict, tie_break=st.sampled_from(TieBreak), odd_cent=st.sampled_from(OddCent), first_share=shares)
levels = st.sampled_from([Level.VESTIGING, Level.BRIN, Level.BESTUUR])


@axiom(counts=counted, budget=budgets, rule=rules, level=levels)
def test_every_cent_is_paid_once(counts, budget, rule, level):
    split = split_of(telling(counts), terms(budget, level=level, **rule))
    assert split.total == budget
    assert split.total_first + split.total_second == budget
    assert split.difference == 0
    members = [member for line in split.lines for member in line.members]
    assert len(members) == len(set(members))
    assert {key for key, count in counts.items() if count} <= set(members)


@axiom(counts=counted, budget=budgets, rule=rules)
def test_every_amount_is_within_one_cent_of_the_exact_share(counts, budget, rule):
    everybody = sum(counts.values())
    for line in split_of(telling(counts), terms(budget, **rule)).lines:
        exact = Fraction(budget * counts[line.key], everybody)
        assert abs(line.amount - exact) < 1
        assert line.share.exact == exact == line.share.floor + line.share.remainder
        assert line.amount == line.share.floor + line.share.extra


@axiom(counts=counted, budget=budgets, rule=rules, seed=st.integers(0, 999))
def test_order_does_not_matter(counts, budget, rule, seed):
    shuffled = list(counts.items())
    random.Random(seed).shuffle(shuffled)
    asked = terms(budget, **rule)
    assert split_of(telling(dict(shuffled)), asked) == split_of(telling(counts), asked)
    weights = {key: count for key, count in shuffled if count}
    assert list(apportion(budget, weights, rule["tie_break"])) == sorted(weights)
    assert apportion(budget, weights, rule["tie_break"]) == apportion(
        budget, dict(sorted(weights.items())), rule["tie_break"]
    )


@axiom(counts=counted, budget=budgets, rule=rules)
def test_more_pupils_than_another_school_never_means_less_money(counts, budget, rule):
    lines = sorted(split_of(telling(counts), terms(budget, **rule)).lines, key=lambda line: line.count.minimum)
    for fewer, more in pairwise(lines):
        if fewer.count.minimum < more.count.minimum:
            assert fewer.amount <= more.amount


@axiom(counts=counted, budget=budgets, rule=rules, more=st.integers(1, 300), which=st.integers(0, 24))
def test_more_pupils_than_before_never_means_less_money(counts, budget, rule, more, which):
    key = sorted(counts)[which % len(counts)]
    asked = terms(budget, **rule)
    before = split_of(telling(counts), asked).by_key.get(key)
    after = split_of(telling(counts | {key: counts[key] + more}), asked).by_key[key]
    assert after.amount >= (before.amount if before else 0)


@axiom(counts=counted, budget=budgets, rule=rules)
def test_tranches_add_up_in_rows_and_in_columns(counts, budget, rule):
    split = split_of(telling(counts), terms(budget, **rule))
    rounding = rule["odd_cent"].rounding
    assert split.total_first == round_cents(budget * rule["first_share"], rounding)
    assert sum(line.second for line in split.lines) == split.total - split.total_first == split.total_second
    for line in split.lines:
        assert line.first + line.second == line.amount
        assert abs(line.first - line.amount * rule["first_share"]) < 1
        assert 0 <= line.first <= line.amount


@axiom(counts=counted, budget=budgets, rule=rules, level=levels, which=st.integers(0, 24))
def test_a_receipt_recomputes(counts, budget, rule, level, which):
    computed = calculation(telling(counts), terms(budget, level=level, **rule))
    keys = [line.key for line in computed.split.lines]
    for key in (None, keys[which % len(keys)]):
        document = json.loads(json.dumps(build_receipt(computed, key)))
        assert verify_receipt(document) == ()


@axiom(counts=counted, budget=budgets, rule=rules, which=st.integers(0, 24), change=st.integers(1, 5))
def test_a_changed_receipt_says_where(counts, budget, rule, which, change):
    computed = calculation(telling(counts), terms(budget, **rule))
    keys = [line.key for line in computed.split.lines]
    document = json.loads(json.dumps(build_receipt(computed, keys[which % len(keys)])))
    document["school"]["amount_cents"] += change
    assert [found.place for found in verify_receipt(document)] == ["school.amount_cents"]


events = st.lists(
    st.tuples(
        st.sampled_from(["merge", "close", "correct", "pay"]),
        st.integers(0, 9),
        st.integers(0, 9),
        st.integers(-99, 99),
    ),
    max_size=12,
)


@axiom(counts=counted, budget=budgets, rule=rules, happened=events)
def test_the_journal_conserves_money(counts, budget, rule, happened):
    split = split_of(telling(counts), terms(budget, **rule))
    day = date(2024, 10, 1)
    journal = open_journal(split, day, "A")
    keys = [line.key for line in split.lines]
    corrected = {1: 0, 2: 0}
    for number, (what, one, other, cents) in enumerate(happened):
        record = Record(day + timedelta(days=number), "B", "reden")
        account, part = keys[one % len(keys)], other % 2 + 1
        before = journal
        try:
            if what == "merge":
                journal = redirect(journal, Event.MERGER, account, keys[other % len(keys)], record)
            elif what == "close":
                journal = close_without_successor(journal, account, record)
            elif what == "correct":
                journal = correct(journal, part, account, cents, record)
            else:
                journal = pay(journal, part, record)
        except MutationError:
            assert journal == before
            continue
        assert journal[: len(before)] == before
        for entry in journal[len(before) :]:
            if entry.kind is Kind.CORRECTION:
                corrected[entry.part] += entry.cents
    check_journal(journal, split)
    for part, total in ((1, split.total_first), (2, split.total_second)):
        rights = sum(entitlements(journal, part).values())
        assert rights == total + corrected[part]
        assert rights == sum(payments(journal, part).values()) + sum(due(journal, part).values())
    for part in (1, 2):
        if due(journal, part):
            journal = pay(journal, part, Record(day + timedelta(days=99), "B"))
        assert sum(payments(journal, part).values()) == sum(entitlements(journal, part).values())


hidden = st.lists(
    st.one_of(
        pupils.map(lambda count: (count, count)),
        st.tuples(pupils, st.integers(0, 12)).map(lambda p: (p[0], p[0] + p[1])),
    ),
    min_size=1,
    max_size=12,
)
methods = st.one_of(
    st.just({}),
    st.builds(
        dict,
        method=st.just(Method.AMOUNT_PER_PUPIL),
        rounding=st.sampled_from(Rounding),
        moment=st.sampled_from(Moment),
        rate=st.one_of(st.none(), st.integers(1, 9000).map(Cents)),
    ),
)


@axiom(
    intervals=hidden, budget=st.integers(1, 10**9).map(Cents), method=methods, rule=rules, seed=st.integers(0, 10**6)
)
def test_whatever_the_hidden_numbers_are_the_amount_lies_in_the_band(intervals, budget, method, rule, seed):
    chance = random.Random(seed)
    bands = {code(place): pair for place, pair in enumerate(intervals)}
    truth = {key: chance.randint(*pair) for key, pair in bands.items()}
    assume(any(truth.values()))
    asked = terms(budget, **(rule | method))
    try:
        guess, real = split_of(telling(bands), asked), split_of(telling(truth), asked)
    except CeilingExceededError:
        return
    for line in real.lines:
        band = guess.by_key[line.key]
        assert band.low <= line.amount <= band.high
        assert band.first_low <= line.first <= band.first_high
        assert band.second_low <= line.second <= band.second_high
