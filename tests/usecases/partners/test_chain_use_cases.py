"""The chain over a database: what is logged stays, what the chain refuses is not stored."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from data.audit import verify
from data.faults import InputRefused
from matching.partners.dossier import replay_dossier
from matching.partners.errors import OutcomeDateError, SecondPersonError, StepSkippedError
from tests.usecases.partners.conftest import ROWS, TODAY, fill_region, import_partners, make_services


def test_the_chain_of_a_school_follows_region_step_and_travel(region):
    view = region.chain.view("99AA")
    assert [(c.partner_id, c.step) for c in view.candidates.candidates] == [
        ("99MA", 1),
        ("99MB", 2),
        ("99MC", 3),
        ("99MD", 4),
    ]
    assert view.candidates.find("99MA").location_id == "99MA-01"
    assert view.state.open_step == 1


def test_a_crebo_narrows_the_chain_and_says_who_is_left_out(region):
    view = region.chain.view("99AA", crebo="25258")
    assert [c.partner_id for c in view.candidates.candidates] == ["99MB"]
    assert {n.code for n in view.candidates.left_out} == {"geen_aanbod"}


def test_a_refusal_is_logged_audited_and_opens_the_next_step(region, database):
    view = region.chain.log(
        "99AA", "99MA", "afgewezen", on=TODAY, by="Kim", note="geen docenten", reason_code="geen_capaciteit"
    )
    assert view.state.open_step == 2
    assert [e.step for e in view.events] == [1]
    with database.read() as session:
        assert verify(session)[2] is None
        assert session.execute(text("SELECT count(*) FROM audit_entry WHERE object_kind = 'chain_event'")).scalar() == 1


def test_the_database_refuses_to_change_or_delete_a_line(region, database):
    region.chain.log("99AA", "99MA", "gesprek", on=TODAY, by="Kim")
    for statement in ("UPDATE chain_event SET note = 'anders'", "DELETE FROM chain_event"):
        with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
            session.execute(text(statement))
    assert len(region.chain.view("99AA").events) == 1


def test_a_double_click_is_written_once(region):
    for _ in range(2):
        region.chain.log("99AA", "99MA", "geen-reactie", on=TODAY, by="Kim", note="mail")
    assert len(region.chain.view("99AA").events) == 1


@pytest.mark.parametrize(
    ("partner", "outcome", "on", "contacted", "error"),
    [
        ("99MB", "afgewezen", TODAY, None, StepSkippedError),
        ("99MA", "afgewezen", date(2027, 1, 1), None, OutcomeDateError),
        ("99MA", "gesprek", date(2026, 11, 1), date(2026, 11, 2), OutcomeDateError),
        ("99MA", "misschien", TODAY, None, InputRefused),
    ],
)
def test_a_line_the_chain_refuses_is_not_stored(small, *, partner, outcome, on, contacted, error):
    with pytest.raises(error):
        small.chain.log(
            "99AA", partner, outcome, on=on, contacted_on=contacted, by="Kim", note="x", reason_code="anders"
        )
    assert small.chain.view("99AA").events == ()


def test_the_dossier_of_a_stored_chain_replays_to_its_state(region):
    region.chain.log("99AA", "99MA", "afgewezen", on=TODAY, by="Kim", note="vol", reason_code="geen_capaciteit")
    view = region.chain.log("99AA", "99MB", "gesprek", on=TODAY, by="Kim", note="kennismaking")
    assert replay_dossier(region.chain.dossier("99AA")) == view.state


def test_step_four_asks_for_the_setting_a_request_and_a_second_person(small):
    chain = small.chain
    for partner in ("99MA", "99MB", "99MC"):
        chain.log("99AA", partner, "afgewezen", on=TODAY, by="Kim", note="nee", reason_code="beleid")
    chain.set_policy(
        definition_id="auto-snelst", norm_minutes=45, step4_enabled=True, no_response_attempts=2, by="beheer"
    )
    chain.ask_step4("99AA", reason="geen enkele bekostigde wil", by="Kim")
    assert chain.waiting_for_approval() == ["99AA00"]
    with pytest.raises(SecondPersonError):
        chain.approve_step4("99AA", by="Kim")
    assert chain.approve_step4("99AA", by="Bo").state.open_step == 4
    assert chain.waiting_for_approval() == []


def test_a_school_outside_the_region_table_is_refused_with_the_reason(sqlite, clock):
    fill_region(sqlite)
    import_partners(sqlite, clock)
    with sqlite.write() as session:
        session.execute(text("DELETE FROM region_membership WHERE gemeente_code = '9803'"))
    services = make_services(sqlite, clock)
    with pytest.raises(InputRefused, match="9803"):
        services.chain.view("99CC")
    _, missing = services.coverage.chains(TODAY)
    assert [code for code, _ in missing] == ["99CC00"]


def test_an_unknown_school_is_refused(small):
    with pytest.raises(InputRefused, match="geen bekende pro-school"):
        small.chain.view("00XX")


def test_without_a_road_network_the_chain_stands_and_says_why_there_are_no_minutes(sqlite, clock):
    fill_region(sqlite)
    import_partners(sqlite, clock)

    class NoNetwork:
        def trips(self, *_args, **_options):
            raise InputRefused.because("Er is geen wegennet.")

    services = make_services(sqlite, clock, NoNetwork())
    assert "Geen reistijd: Er is geen wegennet." in services.chain.view("99AA").candidates.candidates[0].reasons
    with pytest.raises(InputRefused, match="geen wegennet"):
        services.coverage.compute(services.coverage.question("noord"))


def test_importing_the_same_partners_twice_changes_nothing_and_a_missing_one_ends(sqlite, clock):
    fill_region(sqlite)
    assert len(import_partners(sqlite, clock).new) == 5
    assert import_partners(sqlite, clock).is_empty
    diff = import_partners(sqlite, clock, ROWS[:-1])
    assert [change.key for change in diff.gone] == ["99MD-01"]
    services = make_services(sqlite, clock)
    clock.move(days=1)
    assert "99MD" not in {c.partner_id for c in services.chain.view("99AA").candidates.candidates}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("99MX;Mbo X;ja;;;99MX-01;Hal;;9801;;;25254;10;0;ja", "een partner zonder locatie kan niet mee"),
        ("99MX;Mbo X;ja;;;99MX-01;Hal;1234AB;9801;;;25254;10;0;ja", "een postcode uit de postcodetabel"),
        ("99MX;Mbo X;nee;;;99MX-01;Hal;;9801;52,6;5,3;25254;10;0;ja", "begindatum van de diploma-erkenning"),
        ("99MX;Mbo X;ja;;;99MX-01;Hal;;9899;52,6;5,3;25254;10;0;ja", "gemeente uit een ingelezen regiotabel"),
        ("99MX;Mbo X;ja;;;99MX-01;Hal;;9801;52,6;5,3;2525;10;0;ja", "een crebo van vijf cijfers"),
        ("99MX;Mbo X;ja;;;99MX-01;Hal;;9801;52,6;5,3;25254;-1;0;ja", "capaciteit"),
        ("99MA;Andere naam;ja;;;99MX-01;Hal;;9801;52,6;5,3;25254;1;0;ja", "dezelfde instelling"),
        ("99MX;Mbo X;nee;2022-01-01;2021-01-01;99MX-01;Hal;;9801;52,6;5,3;25254;1;0;ja", "op of na erkend_van"),
    ],
)
def test_a_wrong_partner_row_is_refused_with_its_line_and_nothing_is_stored(sqlite, clock, row, expected):
    fill_region(sqlite)
    with pytest.raises(InputRefused) as caught:
        import_partners(sqlite, clock, [*ROWS, row])
    assert expected in str(caught.value)
    assert "regel 7" in str(caught.value)
    with sqlite.read() as session:
        assert session.execute(text("SELECT count(*) FROM mbo_location")).scalar() == 0


def test_a_dossier_tells_when_it_was_made(small, clock):
    clock.now = datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert small.chain.dossier("99AA")["made_at"] == "2026-11-24T10:00:00+00:00"
