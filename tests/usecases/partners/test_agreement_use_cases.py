"""Agreements over a database: the ten elements, signatures, and the conditions of a route."""

from datetime import date

import pytest

from data.faults import InputRefused
from matching.partners.errors import AgreementOverlapError, PartnerError, RouteConditionError
from matching.partners.route_conditions import Admission
from tests.usecases.partners.conftest import TODAY

START, END = date(2026, 8, 1), date(2027, 7, 31)


def make_valid(partners, *, brins=("99AA",), partner="99MA", crebos=("25254",), start=START, end=END):
    for brin in brins:
        partners.chain.log(brin, partner, "overeenkomst", on=TODAY, by="Kim", note="akkoord")
    number = partners.agreements.make(partner, brins, crebos, start, end, by="Kim")
    partners.agreements.fill(number, {e.code: "afspraak" for e in partners.agreements.elements().elements}, by="Kim")
    for brin in brins:
        partners.agreements.sign(number, brin=brin, on=TODAY, by="Kim")
    partners.agreements.sign(number, brin=None, on=TODAY, by="Kim")
    return number


def test_an_agreement_becomes_geldig_with_ten_elements_and_both_signatures(region):
    number = make_valid(region)
    view = region.agreements.get(number, "99AA")
    assert (view.standing.geldig, view.standing.filled, view.standing.of) == (True, 10, 10)


def test_signing_with_an_empty_element_is_refused_and_names_it(small):
    small.chain.log("99AA", "99MA", "gesprek", on=TODAY, by="Kim")
    number = small.agreements.make("99MA", ["99AA"], ["25254"], START, END, by="Kim")
    with pytest.raises(InputRefused, match="Nog leeg: Inschrijving als examendeelnemer"):
        small.agreements.sign(number, brin="99AA", on=TODAY, by="Kim")


def test_changing_a_text_takes_the_signatures_back(small):
    number = make_valid(small)
    small.agreements.fill(number, {"bpv": "anders"}, by="Kim")
    assert not small.agreements.get(number, "99AA").standing.geldig


def test_what_was_signed_for_a_period_that_is_over_stays_as_it_was(small):
    number = make_valid(small, start=date(2025, 8, 1), end=date(2026, 7, 31))
    for change in (
        lambda: small.agreements.fill(number, {"bpv": "anders"}, by="Kim"),
        lambda: small.agreements.sign(number, brin=None, on=TODAY, by="Kim"),
    ):
        with pytest.raises(InputRefused, match="liep tot en met 31 juli 2026 en blijft zo"):
            change()
    assert small.agreements.get(number, "99AA").agreement.element_texts["bpv"] == "afspraak"


def test_an_agreement_needs_a_talk_in_the_log_of_the_chain(small):
    with pytest.raises(InputRefused, match="Leg eerst in de keten"):
        small.agreements.make("99MC", ["99AA"], ["25254"], START, END, by="Kim")


def test_an_overlap_and_a_reversed_period_are_refused_and_nothing_is_stored(small):
    make_valid(small)
    with pytest.raises(AgreementOverlapError):
        small.agreements.make("99MA", ["99AA"], ["25254", "25257"], date(2027, 1, 1), date(2028, 1, 1), by="Kim")
    with pytest.raises(PartnerError, match="vóór het begin"):
        small.agreements.make("99MA", ["99AA"], ["25257"], END, START, by="Kim")
    assert len(small.agreements.of_school("99AA")) == 1


def test_another_school_does_not_see_the_agreement(small):
    number = make_valid(small)
    with pytest.raises(InputRefused, match="bestaat niet"):
        small.agreements.get(number, "99BB")
    with pytest.raises(InputRefused, match="bestaat niet"):
        small.agreements.get("niets", "99AA")


def test_a_placement_on_route_b_is_refused_until_everything_is_in_order(small):
    pupil = Admission("99AA-1", "99AA", "B", "25254", None, None, START, START, START)
    with pytest.raises(RouteConditionError, match="geen overeenkomst"):
        small.agreements.require(pupil, TODAY)
    make_valid(small)
    small.agreements.require(pupil, TODAY)


def test_an_agreement_that_ends_soon_warns_and_one_with_a_successor_does_not(small, clock):
    make_valid(small)
    assert small.agreements.warnings("99AA") == ()
    clock.move(days=200)
    assert [w.days_left for w in small.agreements.warnings("99AA")] == [(END - clock().date()).days]
    small.agreements.make("99MA", ["99AA"], ["25254"], date(2027, 8, 1), date(2028, 7, 31), by="Kim")
    assert small.agreements.warnings("99AA") == ()


def test_ending_early_makes_it_expired_from_the_next_day(small, clock):
    number = make_valid(small)
    small.agreements.end(number, on=TODAY, by="Kim")
    assert small.agreements.get(number, "99AA").standing.geldig
    clock.move(days=1)
    assert small.agreements.get(number, "99AA").standing.status == "verlopen"
