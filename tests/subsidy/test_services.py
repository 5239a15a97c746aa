"""The use cases on a store in memory: tellingen, splits, awards, and what they refuse."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from fake_store import FakeWork
from making import FILE_SHA256, code, regeling, rule_text, telling, terms

from subsidy.errors import (
    LifecycleError,
    MissingParameterError,
    MutationError,
    NotExactError,
    ReceiptError,
    TellingError,
    UnknownObjectError,
)
from subsidy.grouping import Bestuur
from subsidy.lifecycle import State
from subsidy.mutations import Event, Record, due, payments
from subsidy.parameters import Level
from subsidy.receipt import build_receipt
from subsidy.records import NewTelling
from subsidy.regeling import parse_regeling
from subsidy.service import SubsidyService
from subsidy.telling import Basis, Status

AT = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)
"""Half past midnight of 2 June in the Netherlands."""
ONE, TWO, THREE = code(1), code(2), code(3)
ID = "reiskosten-2024-2026"
LATER = "reiskosten-2027-2028"


@pytest.fixture
def work():
    return FakeWork()


@pytest.fixture
def service(work):
    rules = {ID: regeling(), LATER: regeling(LATER)}
    return SubsidyService(work, work.look, lambda: AT, rules, "1.0")


def keep(service, counts, derived_from=None, **changes):
    new = NewTelling(telling(counts, **changes), "duo.csv", "geen", derived_from)
    return service.tellingen.add(new, "Anna")[0]


COUNTS = {ONE: 10, TWO: 7, THREE: 4}


# ---------------------------------------------------------------- tellingen


def test_the_same_telling_is_kept_once_and_noted_in_the_audit_trail(service, work):
    first, is_new = service.tellingen.add(NewTelling(telling(COUNTS), "a.csv", "geen"), "Anna")
    again, is_new_again = service.tellingen.add(NewTelling(telling(COUNTS), "b.csv", "geen"), "Bob")
    assert (is_new, is_new_again) == (True, False)
    assert again == first == service.tellingen.get(1)
    assert list(service.tellingen.all()) == [first]
    assert str(first) == "telling 1 (voorlopig van 01-10-2023)"
    assert (first.imported_at, first.imported_by) == (AT, "Anna")
    after = {
        "teldatum": "2023-10-01",
        "status": "voorlopig",
        "digest": first.telling.digest,
        "vestigingen": 3,
        "leerlingen": "21",
        "derived_from": None,
        "note": "",
    }
    assert work.state["notes"] == [(AT, "Anna", "telling.keep", "telling", "1", after)]


def test_an_unknown_telling_is_named(service):
    with pytest.raises(UnknownObjectError) as caught:
        service.tellingen.get(7)
    assert str(caught.value) == "Er is geen telling met nummer 7."


def test_two_tellingen_stand_beside_each_other(service):
    one = keep(service, COUNTS)
    other = keep(service, {ONE: 10, TWO: 9, code(4): (1, 4)}, status=Status.DEFINITIEF)
    found = service.tellingen.compare(one.telling_id, other.telling_id)
    assert (found.one, found.other) == (one, other)
    assert [(change.vestiging, change.difference) for change in found.changes] == [
        (ONE, 0), (TWO, 2), (THREE, -4), (code(4), None),
    ]  # fmt: skip
    assert [change.name for change in found.changes][2] == f"School {THREE}"
    changes = service.splits.compare(one.telling_id, one.telling_id, terms())
    assert {change.cents for change in changes} == {0}
    assert [change.key for change in changes] == [ONE, TWO, THREE]
    banded = service.splits.compare(one.telling_id, other.telling_id, terms())
    assert [change.cents is None for change in banded] == [True, True, False, True]
    assert [change.pupils for change in banded] == [0, 2, -4, None]
    assert [change.before is None for change in banded] == [False, False, False, True]
    exact = keep(service, {ONE: 10, TWO: 9}, status=Status.DEFINITIEF)
    differences = service.splits.compare(one.telling_id, exact.telling_id, terms(2100))
    assert [(change.name, change.pupils, change.cents) for change in differences] == [
        (f"School {ONE}", 0, 105), (f"School {TWO}", 2, 295), (f"School {THREE}", -4, -400),
    ]  # fmt: skip


def test_hidden_counts_are_closed_into_a_new_telling(service, work):
    old = keep(service, {ONE: 10, TWO: (3, 6), THREE: (1, 4)})
    new, closed = service.tellingen.close(
        old.telling_id, {TWO: 5, THREE: 2}, frozenset({TWO}), "03.csv en adressen.csv", "Bob"
    )
    assert closed == 1
    assert new.telling_id != old.telling_id
    assert new.derived_from == old.telling_id
    assert new.note == "1 afgeschermde aantallen afgeleid uit 03.csv en adressen.csv."
    assert (new.imported_by, new.file_name, new.masking) == ("Bob", "duo.csv", "geen")
    rows = {row.vestiging: row for row in new.telling.schools}
    assert rows[TWO].basis is Basis.CLOSED
    assert "03.csv en adressen.csv" in rows[TWO].note
    assert str(rows[TWO].count) == "5"
    assert not rows[THREE].count.exact
    with pytest.raises(TellingError) as caught:
        service.tellingen.close(new.telling_id, {}, frozenset(), "x", "Bob")
    assert str(caught.value) == "Geen van de 1 afgeschermde aantallen kon worden afgeleid."


def propose(service, telling_id=1, **changes):
    values = {"reason": "Telfout.", "source": "brief van 3 mei", "by": "Anna", "on": date(2024, 5, 4)}
    return service.tellingen.propose_override(telling_id, TWO, 5, **(values | changes))


def test_a_number_by_hand_needs_a_second_person_and_gives_a_new_telling(service, work):
    old = keep(service, {ONE: 10, TWO: (3, 6)})
    proposal = propose(service)
    assert (proposal.override_id, proposal.value, proposal.open) == (1, 5, True)
    assert (proposal.proposed_by, proposal.proposed_on) == ("Anna", date(2024, 5, 4))
    assert service.tellingen.get(1) == old
    with pytest.raises(LifecycleError) as caught:
        service.tellingen.decide_override(1, approve=True, by=" anna ", on=date(2024, 5, 5))
    assert str(caught.value) == "Voorstel 1 is van Anna; een andere persoon besluit erover."
    with pytest.raises(LifecycleError):
        service.tellingen.decide_override(1, approve=True, by=" ", on=date(2024, 5, 5))
    new = service.tellingen.decide_override(1, approve=True, by="Bob", on=date(2024, 5, 5))
    row = {row.vestiging: row for row in new.telling.schools}[TWO]
    assert str(row.count) == "5"
    assert row.basis is Basis.OVERRIDE
    assert row.note == "Telfout. Bron: brief van 3 mei. Voorgesteld door Anna, akkoord van Bob."
    assert new.note == f"{TWO}: {row.note}"
    assert new.derived_from == 1
    assert (new.file_name, new.masking, new.imported_by) == ("duo.csv", "geen", "Bob")
    assert service.tellingen.overrides()[0].result_id == new.telling_id
    assert [note[1] for note in work.state["notes"]] == ["Anna", "Anna", "Bob", "Bob"]
    assert [note[2:5] for note in work.state["notes"]] == [
        ("telling.keep", "telling", "1"),
        ("override.propose", "override", "1"),
        ("telling.keep", "telling", "2"),
        ("override.decide", "override", "1"),
    ]
    assert work.state["notes"][1][5] == {
        "telling": 1, "vestiging": TWO, "value": 5, "reason": "Telfout.", "source": "brief van 3 mei",
    }  # fmt: skip
    assert work.state["notes"][3][5] == {"approved": True, "result": 2}
    assert {note[0] for note in work.state["notes"]} == {AT}
    with pytest.raises(LifecycleError) as caught:
        service.tellingen.decide_override(1, approve=False, by="Bob", on=date(2024, 5, 6))
    assert str(caught.value) == "Over voorstel 1 is al besloten."


def test_a_rejected_number_changes_nothing(service):
    keep(service, {ONE: 10, TWO: (3, 6)})
    propose(service)
    assert service.tellingen.decide_override(1, approve=False, by="Bob", on=date(2024, 5, 5)) is None
    assert len(service.tellingen.all()) == 1
    decided = service.tellingen.overrides()[0]
    assert (decided.decided_by, decided.decided_on, decided.result_id) == ("Bob", date(2024, 5, 5), None)


@pytest.mark.parametrize("changes", [{"reason": " "}, {"source": ""}, {"by": ""}])
def test_a_number_by_hand_needs_reason_source_and_name(service, changes):
    keep(service, COUNTS)
    with pytest.raises(TellingError) as caught:
        propose(service, **changes)
    assert str(caught.value) == "Een handmatig aantal heeft een reden, een bron en een naam nodig."


def test_proposals_for_what_does_not_exist_are_refused(service):
    keep(service, {ONE: 10})
    with pytest.raises(TellingError) as caught:
        propose(service)
    assert str(caught.value) == f"Vestiging {TWO} staat niet in deze telling."
    with pytest.raises(UnknownObjectError):
        propose(service, telling_id=9)
    with pytest.raises(UnknownObjectError) as caught:
        service.tellingen.decide_override(5, approve=True, by="Bob", on=date(2024, 5, 5))
    assert str(caught.value) == "Er is geen voorstel met nummer 5."
    assert service.tellingen.overrides() == []


# ---------------------------------------------------------------- splits


def test_a_regeling_is_found_by_its_id_or_its_ending(service):
    assert service.splits.regeling(ID).regeling_id == ID
    assert service.splits.regeling("2027-2028").regeling_id == LATER
    assert list(service.splits.regelingen) == [ID, LATER]
    for name in ("", "2030", "reis"):
        with pytest.raises(UnknownObjectError) as caught:
            service.splits.regeling(name)
        assert str(caught.value) == f"Regeling '{name}' is onbekend; bekend zijn {ID}, {LATER}."


def test_a_split_uses_the_telling_that_the_regeling_names(service):
    keep(service, COUNTS, teldatum=date(2022, 10, 1))
    keep(service, COUNTS, status=Status.DEFINITIEF)
    with pytest.raises(TellingError) as caught:
        service.splits.split(regeling())
    assert str(caught.value) == (
        f"Regeling {ID} rekent met de telling voorlopig van 01-10-2023; die is nog niet ingelezen."
    )
    kept = keep(service, COUNTS)
    outcome = service.splits.split(regeling())
    assert outcome.stored == kept
    assert outcome.calculation.split.total == 200_000_000
    assert outcome.calculation.code_version == "1.0"
    assert not outcome.calculation.scenario
    for number, words in ((1, "voorlopig van 01-10-2022"), (2, "definitief van 01-10-2023")):
        with pytest.raises(TellingError) as caught:
            service.splits.split(regeling(), number)
        assert str(caught.value) == (
            f"Telling {number} ({words}) past niet bij regeling {ID}, die voorlopig van 01-10-2023 noemt."
        )
    assert service.splits.split(regeling(), 3).stored == kept
    with pytest.raises(UnknownObjectError):
        service.splits.split(regeling(), 9)


def test_several_tellingen_that_fit_are_not_chosen_from_silently(service):
    keep(service, COUNTS)
    corrected = keep(service, COUNTS | {ONE: 11}, derived_from=1)
    assert service.splits.split(regeling()).stored == corrected
    keep(service, COUNTS | {ONE: 12})
    with pytest.raises(TellingError) as caught:
        service.splits.split(regeling())
    assert str(caught.value) == "Er zijn meer tellingen voorlopig van 01-10-2023: kies een van de nummers 2, 3."
    service.awards.record(regeling(), 3, by="Anna", on=date(2024, 9, 1))
    assert service.splits.split(regeling()).stored.telling_id == 3
    assert service.splits.receipt(regeling(), ONE, 2)["school"]["pupils_min"] == 11
    assert service.tellingen.bases(service.splits.regelingen) == {3: [ID]}


def test_the_extension_is_refused_by_naming_what_is_unknown(service):
    keep(service, COUNTS)
    with pytest.raises(MissingParameterError) as caught:
        service.splits.split(regeling(LATER))
    missing = ("budget", "teldatum", "telling_status", "first_share", "window_1", "window_2")
    assert caught.value.names == missing
    assert all(name in str(caught.value) for name in missing)


def test_a_scenario_takes_any_telling_and_every_level(service, work):
    keep(service, {"10AA00": 10, "10AA01": 7, "11BB00": 4}, teldatum=date(2019, 10, 1))
    work.state["besturen"] = {"10AA00": Bestuur("40001", "Stichting"), "10AA01": Bestuur("40001", "Stichting")}
    found = service.splits.scenario(1, terms(100, level=Level.BESTUUR)).calculation
    assert found.scenario
    assert [(line.key, line.name) for line in found.split.lines] == [
        ("11BB", "School 11BB00 (bestuur onbekend)"), ("40001", "Stichting"),
    ]  # fmt: skip
    assert found.split.lines[0].note == (
        "Geen adressenbestand noemt het bestuur van 11BB; deze instelling is daarom een eigen groep."
    )
    assert found.split.lines[1].members == ("10AA00", "10AA01")
    by_brin = service.splits.scenario(1, terms(100, level=Level.BRIN)).calculation.split
    assert [(line.key, line.name, line.amount) for line in by_brin.lines] == [
        ("10AA", "School 10AA00", 81), ("11BB", "School 11BB00", 19),
    ]  # fmt: skip
    with pytest.raises(UnknownObjectError):
        service.splits.scenario(2, terms())


def test_a_tie_without_a_rule_is_explained(service):
    keep(service, {ONE: 1, TWO: 1, THREE: 1})
    with pytest.raises(NotExactError) as caught:
        service.splits.scenario(1, terms(1, tie_break=None))
    assert str(caught.value) == (
        f"Onbeslist (bedrag): {ONE}, {TWO}, {THREE} hebben een gelijke rest voor 1 cent "
        "en de regels noemen geen voorrang."
    )
    with pytest.raises(NotExactError, match="voor 2 cent"):
        service.splits.scenario(1, terms(2, tie_break=None))


def test_a_receipt_is_verified_against_its_inputs_and_its_rule_file(service):
    keep(service, COUNTS)
    document = service.splits.receipt(regeling(), TWO)
    verdict = service.splits.verify(document)
    assert verdict.equal
    assert verdict.remarks == ()
    changed = document | {"inputs": document["inputs"] | {"budget_cents": 100_000_000}}
    found = service.splits.verify(changed).differences
    places = [difference.place for difference in found]
    assert str(found[-1]) == "inputs.budget_cents: er staat 100000000, nagerekend is 200000000"
    assert "school.amount_cents" in places
    other = document | {"regeling": document["regeling"] | {"digest": "anders"}}
    assert service.splits.verify(other).differences == ()
    assert service.splits.verify(other).remarks == (
        f"Regeling {ID} staat hier niet in dezelfde versie; vergeleken is alleen de invoer.",
    )
    unknown = document | {"regeling": document["regeling"] | {"id": "weg"}}
    assert service.splits.verify(unknown).remarks == (
        "Regeling weg staat hier niet in dezelfde versie; vergeleken is alleen de invoer.",
    )
    scenario = build_receipt(service.splits.scenario(1, terms()).calculation, None)
    verdict = service.splits.verify(scenario)
    assert verdict.equal
    assert verdict.differences == ()
    assert verdict.remarks == ("Deze bon is van een scenario; er is geen regeling om mee te vergelijken.",)
    with pytest.raises(UnknownObjectError) as caught:
        service.splits.receipt(regeling(), "99ZZ00")
    assert str(caught.value) == "99ZZ00 krijgt in deze berekening geen bedrag."
    with pytest.raises(ReceiptError):
        service.splits.verify([])


# ---------------------------------------------------------------- awards


def recorded(service, counts=None):
    keep(service, counts or COUNTS)
    return service.awards.record(regeling(), None, by="Anna", on=date(2024, 9, 20))


def determined(service):
    recorded(service)
    service.awards.check(1, by="Bob", on=date(2024, 9, 25))
    return service.awards.determine(1, by="Bob", on=date(2024, 10, 3))


def test_an_award_goes_from_computed_to_paid_with_two_people(service, work):
    stored = recorded(service)
    assert [step.state for step in stored.steps] == [State.COMPUTED]
    assert stored.journal == ()
    assert service.awards.current(ID) == stored
    with pytest.raises(LifecycleError):
        service.awards.check(1, by="Anna", on=date(2024, 9, 25))
    service.awards.check(1, by="Bob", on=date(2024, 9, 25))
    stored = service.awards.determine(1, by="Bob", on=date(2024, 10, 3))
    assert len(stored.journal) == 6
    stored = service.awards.pay(1, 1, by="Bob", on=date(2024, 11, 14))
    stored = service.awards.pay(1, 2, by="Bob", on=date(2025, 3, 31), reason="Eerder betaald wegens vakantie.")
    assert [step.state for step in stored.steps] == [
        State.COMPUTED, State.CHECKED, State.DETERMINED, State.PAID_1, State.PAID_2,
    ]  # fmt: skip
    assert stored.steps[-1].reason == "Eerder betaald wegens vakantie."
    assert sum(payments(stored.journal, 1).values()) == 100_000_000
    assert sum(payments(stored.journal, 2).values()) == 100_000_000
    assert stored.journal[-1].reason == "Eerder betaald wegens vakantie."
    assert {entry.by for entry in stored.journal} == {"Bob"}
    assert work.state["pins"] == [(ID, 1, AT, "Anna")]
    assert {note[0] for note in work.state["notes"]} == {AT}
    assert service.awards.get(1) == stored == service.awards.all()[0]
    actions = [note[1:5] for note in work.state["notes"]][1:]
    assert (
        actions
        == [("Anna", "calculation.record", "calculation", "1")] + [("Bob", "calculation.step", "calculation", "1")] * 4
    )
    assert work.state["notes"][1][5] == {"regeling": ID, "telling": 1, "totals": stored.document["totals"]}
    assert work.state["notes"][-1][5] == {
        "state": "T2 betaald", "on": "2025-03-31", "reason": "Eerder betaald wegens vakantie.",
    }  # fmt: skip


def test_only_one_calculation_of_a_regeling_counts(service):
    recorded(service)
    with pytest.raises(LifecycleError) as caught:
        service.awards.record(regeling(), None, by="Bob", on=date(2024, 9, 21))
    assert str(caught.value) == f"Regeling {ID} heeft al berekening 1 (berekend); trek die eerst in."
    withdrawn = service.awards.withdraw(1, by="Bob", on=date(2024, 9, 22), reason="Verkeerde telling.")
    assert withdrawn.steps[-1].state is State.WITHDRAWN
    assert service.awards.current(ID) is None
    again = service.awards.record(regeling(), None, by="Bob", on=date(2024, 9, 23))
    assert again.calculation_id == 2
    assert service.awards.current(ID) == again
    assert service.awards.current(LATER) is None


def test_another_telling_never_silently_replaces_the_pinned_one(service):
    recorded(service)
    service.awards.withdraw(1, by="Bob", on=date(2024, 9, 22), reason="Opnieuw.")
    keep(service, COUNTS | {ONE: 30})
    with pytest.raises(LifecycleError) as caught:
        service.awards.record(regeling(), 2, by="Bob", on=date(2024, 9, 23))
    assert str(caught.value) == f"Telling 1 is vastgezet als grondslag van regeling {ID}, niet 2."
    assert service.awards.record(regeling(), None, by="Bob", on=date(2024, 9, 23)).telling_id == 1


TOMORROW = date(2026, 6, 3)
STEPS_ON_A_DAY = {
    "record": lambda awards, on: awards.record(regeling(), None, by="Anna", on=on),
    "check": lambda awards, on: awards.check(1, by="Bob", on=on),
    "determine": lambda awards, on: awards.determine(1, by="Bob", on=on),
    "pay": lambda awards, on: awards.pay(1, 1, by="Bob", on=on, reason="Te laat."),
    "withdraw": lambda awards, on: awards.withdraw(1, by="Bob", on=on, reason="Anders."),
    "mutate": lambda awards, on: awards.mutate(1, Event.CLOSURE, ONE, Record(on, "Bob", "Dicht.")),
    "correct": lambda awards, on: awards.correct(1, 1, ONE, -100, Record(on, "Bob", "Bezwaar.")),
    "settle": lambda awards, on: awards.settle(1, 1, Record(on, "Bob", "Terug.")),
}


@pytest.mark.parametrize("day", [TOMORROW, date(2052, 5, 1), date(9999, 12, 31)])
def test_no_step_takes_effect_after_today_and_the_book_goes_on(service, work, day):
    def refuse(step):
        before = copy.deepcopy(work.state)
        with pytest.raises(LifecycleError, match="ligt in de toekomst; vandaag is 02-06-2026"):
            STEPS_ON_A_DAY[step](service.awards, day)
        assert work.state == before

    keep(service, COUNTS)
    refuse("record")
    service.awards.record(regeling(), None, by="Anna", on=date(2024, 9, 20))
    for step in ("check", "withdraw"):
        refuse(step)
    service.awards.check(1, by="Bob", on=date(2024, 9, 21))
    refuse("determine")
    service.awards.determine(1, by="Bob", on=date(2024, 9, 22))
    for step in ("pay", "mutate", "correct"):
        refuse(step)
    service.awards.pay(1, 1, by="Bob", on=date(2024, 11, 14))
    service.awards.correct(1, 1, ONE, -100, Record(date(2024, 12, 1), "Anna", "Bezwaar."))
    refuse("settle")
    today = date(2026, 6, 2)
    assert service.awards.settle(1, 1, Record(today, "Anna", "Terug.")).journal[-1].on == today


def test_a_calculation_needs_a_name_and_a_part_that_exists(service):
    keep(service, COUNTS)
    with pytest.raises(LifecycleError) as caught:
        service.awards.record(regeling(), None, by=" ", on=date(2024, 9, 20))
    assert str(caught.value) == "Bij een berekening hoort de naam van wie haar maakt."
    with pytest.raises(LifecycleError) as caught:
        service.awards.pay(1, 3, by="Bob", on=date(2024, 9, 20))
    assert str(caught.value) == "Deel 3 bestaat niet; verwacht 1 of 2."
    with pytest.raises(UnknownObjectError) as caught:
        service.awards.get(4)
    assert str(caught.value) == "Er is geen berekening met nummer 4."


def test_nothing_on_an_interval_can_become_final(service):
    recorded(service, {ONE: 10, TWO: (3, 6)})
    with pytest.raises(NotExactError) as caught:
        service.awards.check(1, by="Bob", on=date(2024, 9, 25))
    assert str(caught.value) == (
        "'gecontroleerd' kan niet: de telling is afgeschermd en de bedragen zijn een bandbreedte."
    )
    assert [step.state for step in service.awards.get(1).steps] == [State.COMPUTED]


def test_a_document_that_was_tampered_with_cannot_become_final(service, work):
    recorded(service)
    service.awards.check(1, by="Bob", on=date(2024, 9, 25))
    kept = work.state["calculations"]
    document = dict(kept[0].document)
    document["schools"] = [dict(row) for row in document["schools"]]
    document["schools"][0]["amount_cents"] += 1
    kept[0] = replace(kept[0], document=document)
    with pytest.raises(NotExactError) as caught:
        service.awards.determine(1, by="Bob", on=date(2024, 10, 3))
    assert str(caught.value).startswith("Berekening 1 rekent niet na: schools[0].amount_cents: er staat ")
    assert service.awards.get(1).journal == ()


def test_a_merger_between_the_payments_redirects_the_second_part(service, work):
    determined(service)
    service.awards.pay(1, 1, by="Bob", on=date(2024, 11, 14))
    before = service.awards.get(1)
    record = Record(date(2025, 1, 1), "Anna", "Fusie per 1 januari.")
    stored = service.awards.mutate(1, Event.MERGER, THREE, record, TWO)
    assert stored.journal[: len(before.journal)] == before.journal
    assert due(stored.journal, 2).get(THREE) is None
    assert {entry.event for entry in stored.journal[len(before.journal) :]} == {Event.MERGER}
    assert due(stored.journal, 2)[TWO] == due(before.journal, 2)[TWO] + due(before.journal, 2)[THREE]
    assert stored.document == before.document
    assert work.state["notes"][-1] == (
        AT, "Anna", "calculation.mutate", "calculation", "1",
        {"event": "fusie", "account": THREE, "successor": TWO, "on": "2025-01-01", "reason": "Fusie per 1 januari."},
    )  # fmt: skip
    stored = service.awards.pay(1, 2, by="Bob", on=date(2025, 5, 1))
    assert sum(payments(stored.journal, 2).values()) == 100_000_000


def test_closures_openings_and_corrections_are_entries_too(service, work):
    determined(service)
    record = Record(date(2024, 11, 1), "Anna", "Besluit.")
    with pytest.raises(LifecycleError) as caught:
        service.awards.settle(1, 1, record)
    assert str(caught.value) == "Deel 1 is nog niet betaald; nabetalen of terugvorderen kan daarna."
    service.awards.mutate(1, Event.CLOSURE, THREE, record)
    service.awards.mutate(1, Event.OPENING, code(9), record)
    service.awards.mutate(1, Event.CLOSURE, ONE, record, TWO)
    stored = service.awards.pay(1, 1, by="Bob", on=date(2024, 11, 14))
    assert set(payments(stored.journal, 1)) == {TWO}
    later = Record(date(2024, 12, 1), "Anna", "Bezwaar gegrond.")
    service.awards.correct(1, 1, TWO, 500, later)
    assert work.state["notes"][-1][5] == {
        "event": "correctie", "account": TWO, "part": 1, "cents": 500, "on": "2024-12-01", "reason": "Bezwaar gegrond.",
    }  # fmt: skip
    stored = service.awards.settle(1, 1, Record(date(2024, 12, 2), "Anna", "Nabetaling."))
    assert stored.journal[-1].cents == 500
    assert work.state["notes"][-1][5] == {"settled": 1, "on": "2024-12-02", "reason": "Nabetaling."}


def test_a_regeling_at_the_level_of_bestuur_asks_the_register(work):
    text = rule_text().replace('value = "vestiging"', 'value = "bestuur"')
    service = SubsidyService(work, work.look, lambda: AT, {ID: parse_regeling(text, "x.toml")}, "1.0")
    keep(service, {"10AA00": 10, "10AA01": 7})
    work.state["besturen"] = {"10AA00": Bestuur("40001", "Stichting"), "10AA01": Bestuur("40001", "Stichting")}
    assert list(service.splits.split(service.splits.regeling(ID)).calculation.split.by_key) == ["40001"]


def test_a_merger_without_a_successor_is_refused(service):
    determined(service)
    with pytest.raises(MutationError, match="noem de school die verder ontvangt"):
        service.awards.mutate(1, Event.MERGER, THREE, Record(date(2024, 11, 1), "Anna", "x"))


def test_mutations_belong_to_a_final_calculation(service):
    recorded(service)
    with pytest.raises(LifecycleError) as caught:
        service.awards.mutate(1, Event.MERGER, THREE, Record(date(2025, 1, 1), "Anna", "x"), TWO)
    assert str(caught.value) == "Berekening 1 is 'berekend'; mutaties horen bij een vastgestelde berekening."


def test_a_regeling_that_is_gone_has_no_windows_left(work):
    full = SubsidyService(work, work.look, lambda: AT, {ID: regeling()}, "1.0")
    determined(full)
    without = SubsidyService(work, work.look, lambda: AT, {}, "1.0")
    with pytest.raises(LifecycleError, match="Het betaalvenster is niet bekend"):
        without.awards.pay(1, 1, by="Bob", on=date(2024, 11, 14))
    restored = without.awards.restore(without.awards.get(1))
    assert restored.regeling is None
    assert full.awards.restore(full.awards.get(1)).regeling == regeling()


def test_a_rule_file_without_tie_break_cannot_be_recorded_when_a_tie_matters(work):
    text = rule_text().replace(
        'value = "laagste_code"\nunit = "keuze"\nstatus = "aanname"', 'unit = "keuze"\nstatus = "onbekend"'
    )
    rules = parse_regeling(text, "x.toml")
    service = SubsidyService(work, work.look, lambda: AT, {ID: rules}, "1.0")
    keep(service, {ONE: 1, TWO: 1, THREE: 1})
    with pytest.raises(NotExactError, match="Onbeslist"):
        service.awards.record(rules, None, by="Anna", on=date(2024, 9, 1))
    assert service.awards.all() == []
    assert telling(COUNTS).file_sha256 == FILE_SHA256
