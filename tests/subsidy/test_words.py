"""Fixed words of rule files and receipts are said in plain Dutch to people."""

from __future__ import annotations

import re

import pytest

from subsidy.apportionment import TieBreak
from subsidy.lifecycle import State
from subsidy.money import Rounding
from subsidy.mutations import Event, Kind
from subsidy.parameters import LARGEST_REMAINDER, Level, Method, Moment, OddCent
from subsidy.telling import Basis, Status
from subsidy.words import WORDS, plain

KINDS = (State, Status, Basis, Method, Rounding, Moment, Level, OddCent, TieBreak, Kind, Event)


@pytest.mark.parametrize("word", [LARGEST_REMAINDER, *(item.value for kind in KINDS for item in kind)])
def test_every_fixed_word_has_a_plain_one(word):
    assert word in WORDS


@pytest.mark.parametrize("words", WORDS.values())
def test_plain_words_hold_no_key_and_no_abbreviation(words):
    assert re.fullmatch(r"[a-z ]+( \(BRIN\))?", words)


def test_no_word_stands_here_that_nothing_says():
    said = {
        LARGEST_REMAINDER,
        "niet te berekenen",
        "voorlopig berekend",
        *(item.value for kind in KINDS for item in kind),
    }
    assert set(WORDS) == said


def test_a_payment_is_named_by_its_part_and_other_text_stays():
    assert [plain(state) for state in (State.PAID_1, State.PAID_2)] == ["eerste deel betaald", "tweede deel betaald"]
    assert plain("De opvolger ontvangt wat nog niet betaald is.") == "De opvolger ontvangt wat nog niet betaald is."
