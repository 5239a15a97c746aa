"""Receipts: everything that is needed to recompute, and what a stranger's file may look like."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from making import calculation, code, regeling, telling, terms

from subsidy.apportionment import TieBreak
from subsidy.errors import ReceiptError
from subsidy.money import Cents, Rounding
from subsidy.parameters import Level, Method, Moment
from subsidy.receipt import build_receipt, inputs_section
from subsidy.verification import Difference, read_terms, restore_calculation, verify_receipt

ONE, TWO = code(1), code(2)
COUNTED = telling({ONE: 10, TWO: 5})


def receipt(key=ONE, **changes):
    computed = replace(calculation(COUNTED, terms(1501, **changes)), regeling=regeling())
    return json.loads(json.dumps(build_receipt(computed, key)))


def test_a_receipt_holds_every_step():
    document = receipt()
    assert document["school"] == {
        "key": ONE, "name": f"School {ONE}", "note": "", "members": [ONE], "pupils_min": 10, "pupils_max": 10,
        "exact": True, "amount_min_cents": 1001, "amount_max_cents": 1001, "exact_cents": "3002/3",
        "floor_cents": 1000, "remainder": "2/3", "remainder_rank": 1, "extra_cents": 1, "amount_cents": 1001,
        "tranche_1_cents": 501, "tranche_2_cents": 500,
    }  # fmt: skip
    assert document["totals"] == {
        "pupils_min": 15, "pupils_max": 15, "awarded": 2, "without_pupils": [], "exact": True, "amount_cents": 1501,
        "tranche_1_cents": 751, "tranche_2_cents": 750, "difference_with_budget_cents": 0,
    }  # fmt: skip
    assert document["regeling"] == {
        "id": "reiskosten-2024-2026", "version": "2024-08-30", "title": regeling().title, "digest": regeling().digest,
        "assumptions": [found.name for found in regeling().assumptions],
    }  # fmt: skip
    assert tuple(document[name] for name in ("format", "label", "code_version")) == (
        "stageroute-receipt-1",
        "berekening",
        "1.0",
    )
    inputs = document["inputs"]
    assert inputs["counts"] == [[ONE, ONE, 10, 10], [TWO, TWO, 5, 5]]
    assert inputs["groups"] == {key: {"name": f"School {key}", "note": ""} for key in (ONE, TWO)}
    assert (inputs["telling_digest"], inputs["file_sha256"]) == (COUNTED.digest, COUNTED.file_sha256)
    assert (inputs["teldatum"], inputs["telling_status"]) == ("2023-10-01", "voorlopig")
    names = ("budget_cents", "method", "level", "first_share", "odd_cent", "tie_break")
    assert {name: inputs[name] for name in names} == {
        "budget_cents": 1501, "method": "closed_budget", "level": "vestiging", "first_share": "1/2",
        "odd_cent": "eerste_deel", "tie_break": "laagste_code",
    }  # fmt: skip
    assert [inputs[name] for name in ("rounding", "rounding_moment", "rate_cents")] == [None, None, None]


def test_the_receipt_of_the_whole_has_every_school():
    document = receipt(None)
    assert [row["key"] for row in document["schools"]] == [ONE, TWO]
    assert "school" not in document
    assert verify_receipt(document) == ()


def test_a_receipt_of_a_scenario_says_so():
    computed = calculation(COUNTED, terms(1501))
    document = build_receipt(computed, ONE, inputs_section(computed))
    assert (document["label"], document["regeling"]) == ("scenario", None)
    assert document == build_receipt(computed, ONE)


def test_a_band_has_only_its_ends():
    computed = calculation(telling({ONE: 10, TWO: (3, 6)}), terms(1000))
    document = build_receipt(computed, TWO)
    assert document["school"]["exact"] is False
    assert "amount_cents" not in document["school"]
    assert "amount_cents" not in document["totals"]
    assert (document["school"]["amount_min_cents"], document["school"]["amount_max_cents"]) == (230, 375)
    assert verify_receipt(json.loads(json.dumps(document))) == ()


def test_terms_of_every_method_survive_a_receipt():
    asked = terms(
        1501, method=Method.AMOUNT_PER_PUPIL, rounding=Rounding.HALF_EVEN, moment=Moment.RATE, rate=Cents(100),
        tie_break=None,
    )  # fmt: skip
    computed = calculation(COUNTED, asked)
    document = json.loads(json.dumps(build_receipt(computed, None)))
    assert read_terms(document["inputs"]) == asked
    assert verify_receipt(document) == ()
    assert document["totals"]["difference_with_budget_cents"] == -1
    assert restore_calculation(document).split.terms.tie_break is None
    assert (
        restore_calculation(receipt(None, tie_break=TieBreak.MOST_PUPILS)).split.terms.tie_break is TieBreak.MOST_PUPILS
    )


def test_a_restored_calculation_is_the_same():
    restored = restore_calculation(receipt(None))
    assert restored.split == calculation(COUNTED, terms(1501)).split
    assert restored.code_version == "1.0"
    assert [row.name for row in restored.telling.schools] == [f"School {ONE}", f"School {TWO}"]


@pytest.mark.parametrize("level", Level)
def test_a_restored_calculation_has_the_same_groups_at_every_level(level):
    original = calculation(COUNTED, terms(1501, level=level))
    restored = restore_calculation(json.loads(json.dumps(build_receipt(original, None))))
    assert restored.groups == original.groups
    assert restored.split == original.split


@pytest.mark.parametrize(
    ("path", "value", "places"),
    [
        (("school", "amount_cents"), 1002, ["school.amount_cents"]),
        (("school", "remainder"), "1/3", ["school.remainder"]),
        (("school", "exact"), 1, ["school.exact"]),
        (("school", "note"), "anders", ["school.note"]),
        (("totals", "tranche_1_cents"), 750, ["totals.tranche_1_cents"]),
        (("inputs", "telling_digest"), "00", ["inputs.telling_digest"]),
        (("school", "members"), [], ["school.members"]),
        (("school", "members"), [TWO], ["school.members[0]"]),
        (("school", "extra"), 5, ["school.extra"]),
        (("school", "X.X"), 5, ["school.X.X"]),
        (("school", "amount_cents"), {"a": 1}, ["school.amount_cents"]),
        (("inputs", "X"), [1], ["inputs.X"]),
    ],
)
def test_every_change_is_found_where_it_is(path, value, places):
    document = receipt()
    document[path[0]][path[1]] = value
    assert [found.place for found in verify_receipt(document)] == places


def test_what_is_missing_is_found_too():
    document = receipt()
    del document["school"]["floor_cents"]
    found = verify_receipt(document)
    assert found == (Difference("school.floor_cents", "(ontbreekt)", 1000),)
    assert str(found[0]) == "school.floor_cents: er staat '(ontbreekt)', nagerekend is 1000"
    for name in ("meer", "X.X"):
        assert verify_receipt(receipt() | {name: 1}) == (Difference(name, 1, "(ontbreekt)"),)


@pytest.mark.parametrize("document", [[], None, "x", {}, {"format": "anders"}])
def test_what_is_no_receipt_is_refused(document):
    with pytest.raises(ReceiptError) as caught:
        verify_receipt(document)
    assert str(caught.value) == (
        "Dit is geen bon van Stageroute; verwacht een JSON-bestand met format stageroute-receipt-1."
    )


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("budget_cents", 0, "De invoer van deze bon kan niet worden nagerekend: Een budget van 0 cent"),
        ("budget_cents", 1.5, "De bon mist invoer of heeft invoer van een verkeerde soort (1.5 is geen geheel getal)."),
        (
            "budget_cents",
            True,
            "De bon mist invoer of heeft invoer van een verkeerde soort (True is geen geheel getal).",
        ),
        ("rate_cents", "3", "De bon mist invoer of heeft invoer van een verkeerde soort ('3' is geen geheel getal)."),
        ("method", "eerlijk", "De bon mist invoer of heeft invoer van een verkeerde soort ("),
        ("level", None, "De bon mist invoer of heeft invoer van een verkeerde soort ("),
        ("rounding", "x", "De bon mist invoer of heeft invoer van een verkeerde soort ("),
        ("rounding_moment", "x", "De bon mist invoer of heeft invoer van een verkeerde soort ("),
        ("tie_break", "x", "De bon mist invoer of heeft invoer van een verkeerde soort ("),
        ("odd_cent", "x", "De bon mist invoer of heeft invoer van een verkeerde soort ("),
        ("first_share", "2", "De invoer van deze bon kan niet worden nagerekend: '2' is meer dan het geheel"),
        ("counts", [[ONE, ONE, 10.5, 10]], "De bon mist invoer of heeft invoer van een verkeerde soort (10.5 is"),
        ("counts", [[ONE, ONE, 10, "x"]], "De bon mist invoer of heeft invoer van een verkeerde soort ('x' is"),
        ("counts", [], "De invoer van deze bon kan niet worden nagerekend: De telling heeft geen enkele vestiging"),
        ("groups", {}, "De bon mist invoer of heeft invoer van een verkeerde soort ("),
        ("teldatum", "gisteren", "De bon mist invoer of heeft invoer van een verkeerde soort ("),
        ("telling_status", "vroeg", "De bon mist invoer of heeft invoer van een verkeerde soort ("),
    ],
)
def test_inputs_that_cannot_be_computed_are_refused(name, value, words):
    document = receipt()
    document["inputs"][name] = value
    with pytest.raises(ReceiptError) as caught:
        verify_receipt(document)
    assert str(caught.value).startswith(words)


def test_a_receipt_that_ends_in_a_tie_is_refused():
    computed = calculation(telling({ONE: 1, TWO: 1}), terms(2))
    document = json.loads(json.dumps(build_receipt(computed, None)))
    document["inputs"] |= {"tie_break": None, "budget_cents": 3}
    with pytest.raises(ReceiptError) as caught:
        verify_receipt(document)
    assert str(caught.value) == (
        f"De invoer van deze bon kan niet worden nagerekend: gelijke resten van {ONE}, {TWO} zonder voorrangsregel."
    )


def test_a_receipt_without_sections_is_refused():
    for name in ("inputs", "code_version", "label", "regeling"):
        document = receipt()
        del document[name]
        with pytest.raises(ReceiptError):
            verify_receipt(document)
