"""An agreement is geldig only when it is complete, signed by both and in its period."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import matching.partners.agreements
from matching.partners.agreement import (
    Agreement,
    AgreementStatus,
    PupilOnRoute,
    check_overlap,
    expiry_warnings,
    exposed_pupils,
    parse_elements,
    standing,
)
from matching.partners.errors import AgreementDataError, AgreementOverlapError, PartnerError, RouteConditionError
from matching.partners.model import Period
from matching.partners.route_conditions import Admission, require_route_conditions, route_conditions

FILES = sorted(Path(matching.partners.agreements.__file__).parent.glob("*.toml"))
ELEMENTS = parse_elements(FILES[-1].read_text(encoding="utf-8"))
START, END = date(2026, 8, 1), date(2027, 7, 31)
ON = date(2026, 10, 1)
FULL = Agreement(
    "OK-1",
    "M1",
    "ROC Merenveld",
    ("99AA", "99AB"),
    ("25254",),
    Period(START, END),
    ELEMENTS.version,
    {each.code: "zo gaat het" for each in ELEMENTS.elements},
    {"99AA": date(2026, 7, 1), "99AB": date(2026, 7, 2)},
    date(2026, 7, 3),
)


def test_the_list_holds_ten_elements_each_with_its_source():
    assert len(ELEMENTS.elements) == 10
    assert all(each.source and each.asks for each in ELEMENTS.elements)


@given(
    filled=st.sets(st.sampled_from([e.code for e in ELEMENTS.elements])),
    school=st.booleans(),
    mbo=st.booleans(),
    day=st.dates(date(2026, 1, 1), date(2028, 1, 1)),
)
def test_geldig_is_complete_and_signed_by_both_and_in_its_period(filled, school, mbo, day):
    agreement = replace(
        FULL,
        element_texts=dict.fromkeys(filled, "tekst"),
        signed_by_school={"99AA": START} if school else {},
        signed_by_mbo=START if mbo else None,
    )
    found = standing(agreement, ELEMENTS, "99AA", day)
    assert found.geldig == (len(filled) == 10 and school and mbo and START <= day <= END)
    assert found.geldig == (not found.missing)


def test_one_school_may_have_signed_while_the_other_has_not():
    agreement = replace(FULL, signed_by_school={"99AA": START})
    assert standing(agreement, ELEMENTS, "99AA", ON).geldig
    other = standing(agreement, ELEMENTS, "99AB", ON)
    assert other.status is AgreementStatus.UNSIGNED
    assert other.missing == ("De pro-school heeft nog niet getekend.",)


def test_a_missing_element_is_named():
    texts = {**FULL.element_texts, "financiering": "  "}
    found = standing(replace(FULL, element_texts=texts), ELEMENTS, "99AA", ON)
    assert (found.status, found.filled) == (AgreementStatus.DRAFT, 9)
    assert "Financiering" in found.missing[0]


def test_an_overlap_for_the_same_school_and_crebo_is_refused_and_the_day_after_is_not():
    new = replace(FULL, agreement_id="OK-2", partner_id="M2", partner_name="Vista", schools=("99AB",))
    with pytest.raises(
        AgreementOverlapError, match="99AB heeft voor crebo 25254 al een overeenkomst met ROC Merenveld"
    ):
        check_overlap([FULL], new)
    check_overlap([FULL], replace(new, period=Period(END + timedelta(days=1), END + timedelta(days=300))))
    check_overlap([FULL], replace(new, crebos=("25250",)))
    check_overlap([replace(FULL, ended_on=START - timedelta(days=1))], new)


@pytest.mark.parametrize("bad", [{"schools": ()}, {"crebos": ()}, {"period": Period(START)}])
def test_an_agreement_without_school_crebo_or_end_cannot_exist(bad):
    with pytest.raises(AgreementDataError):
        replace(FULL, **bad)


def test_a_period_that_ends_before_it_starts_is_refused():
    with pytest.raises(PartnerError, match="vóór het begin"):
        Period(END, START)


def test_a_lapse_exposes_only_pupils_on_route_b_and_c_who_go_on_after_it():
    pupils = [
        PupilOnRoute("1", "99AA", "B", "25254", "OK-1"),
        PupilOnRoute("2", "99AA", "C", "25254", "OK-1", END + timedelta(days=100)),
        PupilOnRoute("3", "99AA", "A", "25254", "OK-1"),
        PupilOnRoute("4", "99AA", "B", "25254", "OK-1", END),
        PupilOnRoute("5", "99AA", "B", "25254", "OK-9"),
    ]
    assert [p.pupil_id for p in exposed_pupils(FULL, pupils)] == ["1", "2"]
    warning = expiry_warnings([FULL], pupils, END - timedelta(days=60))[0]
    assert warning.days_left == 60
    assert warning.sentence == "Overeenkomst met ROC Merenveld loopt af op 31 juli 2027 · 2 leerlingen"
    assert expiry_warnings([FULL], pupils, START) == ()


READY = Admission("99AA-1", "99AA", "B", "25254", None, "OK-1", date(2026, 8, 1), date(2026, 8, 2), date(2026, 8, 20))


def test_route_b_is_confirmed_with_agreement_both_advices_and_registration():
    conditions = route_conditions(READY, [FULL], ELEMENTS, start=ON)
    assert [c.met for c in conditions] == [True] * 4
    require_route_conditions(conditions)


@pytest.mark.parametrize(
    ("change", "code", "who"),
    [
        ({"advice_pro_on": None}, "advies_pro", "de pro-school"),
        ({"advice_mbo_on": None}, "advies_mbo", "de mbo-instelling"),
        ({"registered_on": None}, "examendeelnemer", "de mbo-instelling"),
        ({"registered_on": ON + timedelta(days=1)}, "examendeelnemer", "de mbo-instelling"),
        ({"crebo": "25250"}, "overeenkomst", "de pro-school en de mbo-instelling samen"),
    ],
)
def test_what_is_missing_on_route_b_and_c_is_said_with_who_is_responsible(change, code, who):
    for route in ("B", "C"):
        conditions = route_conditions(replace(READY, route=route, **change), [FULL], ELEMENTS, start=ON)
        lacking = [c for c in conditions if not c.met]
        assert [(c.code, c.responsible) for c in lacking] == [(code, who)]
        with pytest.raises(RouteConditionError, match=who):
            require_route_conditions(conditions)


def test_route_a_needs_the_date_from_which_the_pupil_is_not_leerplichtig():
    pupil = Admission("99AA-1", "99AA", "A", "25254")
    assert not route_conditions(pupil, [], ELEMENTS, start=ON)[0].met
    later = replace(pupil, not_compulsory_from=ON + timedelta(days=1))
    assert "2 oktober 2026" in route_conditions(later, [], ELEMENTS, start=ON)[0].sentence
    assert route_conditions(replace(pupil, not_compulsory_from=ON), [], ELEMENTS, start=ON)[0].met


def test_an_agreement_that_lapsed_is_named_with_its_last_day():
    conditions = route_conditions(READY, [FULL], ELEMENTS, start=END + timedelta(days=1))
    assert "liep tot en met 31 juli 2027" in conditions[0].sentence


def test_an_unknown_route_is_refused():
    with pytest.raises(RouteConditionError, match="kies A, B of C"):
        route_conditions(replace(READY, route="D"), [], ELEMENTS, start=ON)
