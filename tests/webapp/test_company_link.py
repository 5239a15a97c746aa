"""A company without an account: three answers through a signed link that expires, and nothing of a pupil."""

from datetime import timedelta

import pytest

from matching.places.model import Weekday
from matching.places.placing import Claim
from matching.places.register import Status, Withdrawal
from tests.faults.register_checks import faults_of_the_register
from tests.webapp.placing_app import fill
from usecases.people.roles import Role


@pytest.fixture
def matching(app):
    return fill(app)


@pytest.fixture
def link(matching):
    """A link for company B002 on behalf of 99AA."""
    return matching.links.make("B002", "99AA", actor="noor")


@pytest.fixture
def placement(matching):
    return matching.people.reserve(Claim("99AA-0001", "P002", "een"), "noor")


@pytest.fixture
def visitor(app, login):
    """Somebody who is not logged in, with a token for forms."""
    client = login(Role.STAGECOORDINATOR)
    with client.session_transaction() as cookie:
        cookie.pop("token")
    return client


def post(visitor, link, what, **fields):
    return visitor.post(f"/bedrijf/{link}/{what}", data={"csrf_token": visitor.token, **fields})


def status(matching):
    return matching.people.history("99AA-0001")[0][0].status


def seats(**days):
    return {f"plekken_{day.short}": str(days.get(day.short, 0)) for day in Weekday}


def test_the_page_shows_what_waits_and_nothing_of_a_pupil(matching, visitor, link, placement):
    page = visitor.get(f"/bedrijf/{link}").text
    assert "Praktijkschool De Merel" in page
    assert "Werk 2" in page
    for secret in ("0001", "9811", "99AA-", "groen|", "fiets"):
        assert secret not in page.split("<main", 1)[1].split("</main", 1)[0], secret


def test_a_yes_confirms_and_the_journal_names_the_company(matching, visitor, link, placement):
    for _ in range(2):  # a double click
        assert post(visitor, link, "akkoord", stage=placement.id).status_code == 303
    journal = matching.people.history("99AA-0001")[0][1]
    assert [(entry.status, entry.actor) for entry in journal] == [
        (Status.RESERVED, "noor"), (Status.CONFIRMED, "bedrijf B002"),
    ]  # fmt: skip


def test_a_yes_that_the_school_must_complete_is_kept_once(app, matching, visitor, link, placement, monkeypatch):
    monkeypatch.setattr(matching.core.register, "_confirm_rule", lambda *_: ["Er mist een advies."])
    for _ in range(2):
        answer = post(visitor, link, "akkoord", stage=placement.id)
        assert "de school maakt het af" in visitor.get(answer.location).text
    assert status(matching) is Status.RESERVED
    assert [entry.note for entry in matching.people.history("99AA-0001")[0][1]][1:] == [
        "Het bedrijf is akkoord; de school maakt het af."
    ]
    assert faults_of_the_register(app.extensions["stageroute"].database) == []


def test_a_no_needs_a_reason_frees_the_seat_and_is_not_offered_to_that_pupil_again(matching, visitor, link, placement):
    assert post(visitor, link, "weiger", stage=placement.id, reden=" ").status_code == 422
    assert status(matching) is Status.RESERVED
    for _ in range(2):  # a double click
        assert post(visitor, link, "weiger", stage=placement.id, reden="Te druk").status_code == 303
    assert status(matching) is Status.WITHDRAWN
    assert matching.people.history("99AA-0001")[0][1][-1].code is Withdrawal.COMPANY_REFUSED
    ranking = matching.core.search.rank(matching.people.pupil("99AA-0001"), placement.period.first)
    assert "P002" not in [row.place.id for row in ranking.rows]


def test_a_stage_that_has_begun_is_no_longer_answered(matching, visitor, link, placement):
    matching.law.sign(placement.id, placement.period.first - timedelta(days=30), actor="noor")
    for step in (Status.CONFIRMED, Status.STARTED):
        matching.core.register.move(placement.id, step, actor="noor")
    for what in ("akkoord", "weiger"):
        answer = post(visitor, link, what, stage=placement.id, reden="Te druk")
        assert answer.status_code == 422
        assert "Deze stage is gestart; u kunt nu niet meer antwoorden." in answer.text
    assert status(matching) is Status.STARTED


def test_seats_are_changed_but_not_below_what_was_given(matching, visitor, link, placement):
    assert post(visitor, link, "plekken", plek="P002", **seats(di=3, do=1)).status_code == 303
    with matching.stores.read() as store:
        assert {day.short: count for day, count in store.place("P002").seats.items()} == {"di": 3, "do": 1}
    answer = post(visitor, link, "plekken", plek="P002", **seats(di=3))
    assert answer.status_code == 422
    assert "Op donderdag zijn al 1 plekken gegeven" in answer.text
    assert post(visitor, link, "plekken", plek="P002", **seats(di=-1)).status_code == 422
    assert post(visitor, link, "plekken", plek="P002", plekken_di="veel").status_code == 422


@pytest.mark.parametrize("place", ["P001", "P999", "P006"])
def test_a_place_of_another_company_is_not_behind_this_link(matching, visitor, link, place):
    answer = post(visitor, link, "plekken", plek=place, **seats(di=9))
    assert answer.status_code == 422
    assert "Deze plek hoort niet bij deze link." in answer.text


def test_a_stage_of_another_company_or_school_is_not_behind_this_link(matching, visitor, link):
    other = matching.people.reserve(Claim("99AA-0002", "P001", "twee"), "noor")
    strange = matching.people.reserve(Claim("99BB-0007", "P002", "drie"), "collega")
    for stage in (other.id, strange.id, "weg", ""):
        assert post(visitor, link, "akkoord", stage=stage).status_code == 422
        assert post(visitor, link, "weiger", stage=stage, reden="x").status_code == 422
    assert strange.id not in visitor.get(f"/bedrijf/{link}").text


@pytest.mark.parametrize(
    "spoil",
    [lambda link: link[:-5] + ("a" if link[-5] != "a" else "b") + link[-4:], lambda _: "x", lambda _: "x" * 500],
)
def test_a_link_that_was_touched_is_refused(matching, visitor, link, spoil):
    answer = visitor.get(f"/bedrijf/{spoil(link)}")
    assert answer.status_code == 422
    assert "Deze link klopt niet." in answer.text


def test_an_expired_or_withdrawn_link_changes_nothing(matching, visitor, link, placement, clock):
    clock.move(days=13, hours=23)
    assert visitor.get(f"/bedrijf/{link}").status_code == 200
    clock.move(hours=1)
    for answer in (visitor.get(f"/bedrijf/{link}"), post(visitor, link, "akkoord", stage=placement.id)):
        assert answer.status_code == 422
        assert "Deze link is verlopen op 07-12-2026." in answer.text
    fresh = matching.links.make("B002", "99AA", actor="noor")
    assert matching.links.revoke("B002", "99AA", actor="noor") == 1
    answer = post(visitor, fresh, "akkoord", stage=placement.id)
    assert "De school heeft deze link ingetrokken." in answer.text
    assert status(matching) is Status.RESERVED
