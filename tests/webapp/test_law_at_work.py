"""The law on minors holds everywhere: pages, commands, the API, imports, changes, and the day a stage starts."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from data.faults import InputRefused
from data.tables.matching import ParentSignature
from matching.errors import MatchingError, NotEligibleError, NotLawfulError
from matching.places.eligibility import Rule
from matching.places.placing import Claim
from matching.places.register import Status
from tests.matching.world import place, pupil, read_in, to_csv
from tests.webapp.placing_app import fill
from usecases.people.roles import Role

ROADS = SimpleNamespace(name="rechte lijnen", extract_date=None, digest="0" * 64)
SHORT_DAYS = {f"tijd_{day}": "09:00-15:30/30" for day in ("di", "do")}
LONG_DAYS = {f"tijd_{day}": "08:00-17:00/60" for day in ("di", "do")}
KNOWN = {"taken_bekend": "ja", "toezicht": "ja"}


@pytest.fixture
def matching(app):
    return fill(app)


@pytest.fixture
def noor(app, matching, login, monkeypatch):
    # The search page asks whether there is a road network; the trips themselves are straight lines here.
    monkeypatch.setattr(app.extensions["stageroute"].travel, "graph", lambda: ROADS)
    return login(Role.STAGECOORDINATOR)


@pytest.fixture
def placement(matching):
    return matching.people.reserve(Claim("99AA-0001", "P002", "een"), "noor")


def offered(matching, number="0001"):
    ranking = matching.core.search.rank(matching.people.pupil(f"99AA-{number}"), matching.law._today())
    return {row.place.id for row in ranking.rows}


def save(visitor, address, **fields):
    return visitor.post(address, data={"csrf_token": visitor.token, **fields})


def test_hours_that_are_too_long_take_a_place_out_of_the_search_and_why_not_cites_the_article(matching, noor):
    assert "P001" in offered(matching)
    assert save(noor, "/plekken/P001/tijden", **LONG_DAYS, **KNOWN).status_code == 303
    assert "P001" not in offered(matching)
    page = noor.get("/zoeken/waarom-niet?leerling=99AA-0001&regel=wet").text
    assert "Op dinsdag is het 8 uur; hooguit 7 uur mag (NRK 3:1 lid 2 c)." in page
    assert "deze regel staat vast" in page
    assert "versoepel=wet" not in page
    relaxed = noor.get("/zoeken?leerling=99AA-0001&versoepel=wet&versoepel=zestien_plus").text
    assert "Werk 1" not in relaxed


def test_a_place_without_hours_stands_apart_and_is_neither_offered_nor_hidden(matching, noor):
    assert save(noor, "/plekken/P001/tijden", taken_bekend="ja", toezicht="ja").status_code == 303
    assert "P001" not in offered(matching)
    page = noor.get("/zoeken?leerling=99AA-0001").text
    assert "Eerst invullen: één plek" in page
    assert "Bedrijf 1, Werk 1</a>: tijden per dag" in page
    with pytest.raises(NotEligibleError, match="Eerst invullen: tijden"):
        matching.people.reserve(Claim("99AA-0001", "P001", "twee"), "noor")


def test_without_the_age_of_a_pupil_nothing_is_offered_and_the_page_asks_for_it(matching, noor):
    assert save(noor, "/leerlingen/99AA-0001/leeftijd", geen_school="ja").status_code == 303
    assert offered(matching) == set()
    page = noor.get("/zoeken?leerling=99AA-0001").text
    assert "Eerst invullen bij deze leerling" in page
    assert "leeftijdsgroep van de leerling" in page
    assert (
        save(noor, "/leerlingen/99AA-0001/leeftijd", leeftijdsgroep="16-17", tijd_ma="08:30-14:30").status_code == 303
    )
    assert "P001" in offered(matching)
    assert matching.people.pupil("99AA-0001").sixteen


def test_a_stage_over_a_birthday_month_keeps_the_rules_of_the_younger_age(matching, noor):
    save(noor, "/plekken/P001/tijden", **LONG_DAYS, **KNOWN)
    older = {"leeftijdsgroep": "16-17", "geen_school": "ja"}
    save(noor, "/leerlingen/99AA-0001/leeftijd", **older)
    assert "P001" in offered(matching)
    save(noor, "/leerlingen/99AA-0001/leeftijd", leeftijdsgroep="14-15", leeftijd_verandert="2027-01", geen_school="ja")
    assert "P001" not in offered(matching)


def test_under_sixteen_a_stage_starts_only_after_a_parent_signed(app, matching, noor, placement):
    matching.core.register.move(placement.id, Status.CONFIRMED, actor="noor")
    page = noor.get("/leerlingen/99AA-0001").text
    assert "Starten kan nog niet" in page
    assert "Een ouder of verzorger moet de overeenkomst mede tekenen" in page
    refused = save(noor, f"/plaatsingen/{placement.id}/stap", status="gestart")
    assert refused.status_code == 422
    assert "NRK 3:1 lid 1" in refused.text
    with pytest.raises(NotLawfulError, match="NRK 3:1 lid 1"):
        matching.core.register.move(placement.id, Status.STARTED, actor="programma")
    assert matching.people.placement(placement.id).status is Status.CONFIRMED
    today = matching.law._today()
    tomorrow = (today + timedelta(days=1)).isoformat()
    assert save(noor, f"/plaatsingen/{placement.id}/handtekening", getekend_op=tomorrow).status_code == 422
    assert save(noor, f"/plaatsingen/{placement.id}/handtekening", getekend_op="31-02-2026").status_code == 422
    for day in (today, today - timedelta(days=3)):  # asked twice: the first day stays
        answer = save(noor, f"/plaatsingen/{placement.id}/handtekening", getekend_op=day.isoformat())
        assert answer.status_code == 303
    assert matching.law.signed_on(placement.id) == today
    assert save(noor, f"/plaatsingen/{placement.id}/stap", status="gestart").status_code == 303
    assert matching.people.placement(placement.id).status is Status.STARTED


def test_a_signature_is_never_changed_in_place(app, matching, placement):
    matching.law.sign(placement.id, matching.law._today(), actor="noor")
    database = app.extensions["stageroute"].database
    for change in ("update", "delete"):
        with pytest.raises(Exception, match="append-only"), database.write() as session:  # noqa: PT012
            row = session.get(ParentSignature, placement.id)
            if change == "update":
                row.recorded_by = "iemand anders"
            else:
                session.delete(row)
            session.flush()


def test_from_sixteen_on_a_stage_starts_without_a_parent(matching, noor):
    save(noor, "/leerlingen/99AA-0001/leeftijd", leeftijdsgroep="16-17", geen_school="ja")
    placed = matching.people.reserve(Claim("99AA-0001", "P002", "een"), "noor")
    for step in (Status.CONFIRMED, Status.STARTED):
        matching.core.register.move(placed.id, step, actor="noor")
    assert matching.people.placement(placed.id).status is Status.STARTED


@pytest.mark.parametrize(
    ("address", "fields", "said"),
    [
        ("/plekken/P002/tijden", {**LONG_DAYS, **KNOWN}, "NRK 3:1 lid 2 c"),
        ("/plekken/P002/tijden", {**SHORT_DAYS, **KNOWN, "taak": "kassa"}, "NRK 1:1 lid 2 c"),
        ("/plekken/P002/tijden", {**SHORT_DAYS, **KNOWN, "tillen": "10,5"}, "NRK 1:1 lid 2 e"),
        ("/plekken/P002/tijden", {**SHORT_DAYS, "taken_bekend": "ja", "toezicht": "nee"}, "Arbobesluit 1.37 lid 1"),
        ("/plekken/P002/tijden", {**KNOWN}, "Eerst invullen: tijden"),
        ("/leerlingen/99AA-0001/leeftijd", {"leeftijdsgroep": "13", "geen_school": "ja"}, "ATW 3:2 lid 2 c"),
        ("/leerlingen/99AA-0001/leeftijd", {"leeftijdsgroep": "14-15", "tijd_di": "08:00-08:59"}, "NRK 3:1 lid 2 c"),
        ("/leerlingen/99AA-0001/leeftijd", {"geen_school": "ja"}, "Eerst invullen: leeftijdsgroep"),
    ],
)
def test_a_change_that_would_break_an_open_stage_is_refused_and_nothing_changes(
    matching, noor, placement, address, fields, said
):
    matching.law.change_work("P002", _work(), actor="noor") if "tijd_di" in fields and "P002" not in address else None
    before = (
        matching.people.pupil("99AA-0001"),
        matching.core.search.answer(matching.people.pupil("99AA-0001"), "P002", matching.law._today()).place,
    )
    answer = save(noor, address, **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Er is niets veranderd" in answer.text
    after = (
        matching.people.pupil("99AA-0001"),
        matching.core.search.answer(matching.people.pupil("99AA-0001"), "P002", matching.law._today()).place,
    )
    assert after == before


def _work():
    from usecases.stages.lawful_work import read_work

    return read_work({"tijd_di": "09:00-15:45/30", "tijd_do": "09:00-15:30/30", **KNOWN}, [])


@pytest.mark.parametrize(
    ("address", "fields", "said"),
    [
        (
            "/plekken/P001/tijden",
            {"tijd_di": "9 tot 5"},
            "Dinsdag: ‘9 tot 5’ is niet te lezen; verwacht per dag een begin en een einde",
        ),
        ("/plekken/P001/tijden", {"tijd_di": "09:00-25:00/30"}, "Dinsdag: ‘09:00-25:00/30’ is niet te lezen; verwacht"),
        ("/plekken/P001/tijden", {"tijd_di": "15:00-09:00/30"}, "een begin voor het einde"),
        ("/plekken/P001/tijden", {"tijd_di": "09:00-10:00/60"}, "pauzes die samen korter zijn dan de dag"),
        ("/plekken/P001/tijden", {"tijd_di": "09:00-15:00"}, "Dinsdag: ‘09:00-15:00’ is niet te lezen; verwacht"),
        ("/plekken/P001/tijden", {"tijd_di": "09:00-12:00/0|di 13:00-15:00/0"}, "elke dag één keer"),
        ("/plekken/P001/tijden", {"taak": "jongleren"}, "‘jongleren’"),
        ("/plekken/P001/tijden", {"tillen": "veel"}, "tillen:veel"),
        (
            "/leerlingen/99AA-0001/leeftijd",
            {"leeftijdsgroep": "15"},
            "Leeftijd bij de start: ‘15’ is niet te lezen; verwacht een van tot-13",
        ),
        ("/leerlingen/99AA-0001/leeftijd", {"leeftijd_verandert": "maart"}, "een maand als 2027-03"),
        (
            "/leerlingen/99AA-0001/leeftijd",
            {"tijd_ma": "14:30-08:30"},
            "Maandag: ‘14:30-08:30’ is niet te lezen; verwacht een begin voor het einde",
        ),
    ],
)
def test_a_field_that_cannot_be_read_is_refused_with_its_name_and_what_was_expected(noor, address, fields, said):
    answer = save(noor, address, **fields)
    assert answer.status_code == 422
    assert said in answer.text


def test_an_import_that_would_break_an_open_stage_is_refused_with_line_and_column(app, matching, placement):
    database = app.extensions["stageroute"].database
    longer = "di 08:00-17:00/60|do 08:00-17:00/60"
    for kind, row, column in (
        ("places", place(2, plekken_di="2", plekken_do="2", tijden=longer), "tijden"),
        ("pupils", pupil(1, leeftijdsgroep="13"), "leeftijdsgroep"),
    ):
        with pytest.raises(InputRefused) as refused:
            read_in(database, kind, to_csv(kind, [row]))
        (fault,) = refused.value.faults
        assert (fault.line, fault.column) == (2, column)
        assert "kan dan niet meer" in fault.expected
    assert offered(matching, "0002") >= {"P002"}


def test_an_import_without_the_columns_leaves_what_was_filled_in(app, matching):
    database = app.extensions["stageroute"].database
    for kind, row, dropped in (
        ("places", place(1, naam="Ander werk"), ("tijden", "taken", "toezicht", "zondag_afgesproken", "in_de_school")),
        ("pupils", pupil(1, max_minuten="50"), ("leeftijdsgroep", "leeftijd_verandert", "schooltijden")),
    ):
        header, line = to_csv(kind, [row]).decode().splitlines()
        cells = [
            (name, cell) for name, cell in zip(header.split(";"), line.split(";"), strict=True) if name not in dropped
        ]
        old = "\r\n".join(";".join(column) for column in zip(*cells, strict=True))
        assert len(read_in(database, kind, old.encode()).changed) == 1
    assert "P001" in offered(matching)


def test_who_is_only_said_to_be_sixteen_is_judged_as_sixteen_and_who_is_not_must_be_asked(app, matching):
    database = app.extensions["stageroute"].database
    rows = [
        pupil(21, leeftijdsgroep="", zestien_plus="ja"),
        pupil(22, leeftijdsgroep="", zestien_plus="nee"),
        pupil(23, leeftijdsgroep="18+", zestien_plus=""),
    ]
    read_in(database, "pupils", to_csv("pupils", rows))
    groups = [matching.people.pupil(f"99AA-00{number}").age_group for number in (21, 22, 23)]
    assert [group and group.value for group in groups] == ["16-17", None, "18+"]
    with pytest.raises(InputRefused, match="want de leeftijdsgroep is 14-15"):
        read_in(database, "pupils", to_csv("pupils", [pupil(24, leeftijdsgroep="14-15", zestien_plus="ja")]))


def test_stages_that_became_unlawful_stand_first_in_the_action_list(app, matching, noor, placement):
    database = app.extensions["stageroute"].database
    with database.write() as session:  # as a new rule, or data from before these rules, would leave it
        from data.tables.matching import InternshipPlace

        session.get(InternshipPlace, "P002").hours = "di 08:00-17:00/60|do 08:00-17:00/60"
    item = matching.people.find("99AA-0001")
    assert (item.kind, item.todo) == ("mag_niet", "Dit mag niet van de wet: NRK 3:1 lid 2 c.")
    assert "Eén stage mag niet van de wet" in noor.get("/").text
    with pytest.raises(MatchingError, match="NRK 3:1 lid 2 c"):
        matching.core.register.move(placement.id, Status.CONFIRMED, actor="noor")


def test_a_proposal_leaves_unlawful_places_out_and_refuses_a_lock_there(matching, noor):
    from matching.proposals.proposal import Request

    for name in ("P001", "P002", "P003"):
        save(noor, f"/plekken/{name}/tijden", **LONG_DAYS, **KNOWN)
    today = matching.law._today()
    found = matching.core.proposals.propose(Request(("99AA",)), today)
    assert {row.place for row in found.rows} <= {None, "P005"}
    with pytest.raises(MatchingError, match="NRK 3:1 lid 2 c"):
        matching.core.proposals.propose(Request(("99AA",), locks={"99AA-0001": "P001"}), today)


def test_command_and_api_say_which_rule_with_its_values(app, matching, noor):
    save(noor, "/plekken/P001/tijden", **LONG_DAYS, **KNOWN)
    told = app.test_cli_runner().invoke(args=["match", "why-not", "--pupil", "99AA-0001", "--place", "P001"])
    assert told.exit_code == 0, told.exception
    line = told.output
    assert line.startswith("wet\tDit mag niet van de wet: NRK 3:1 lid 2 c.")
    assert "Op dinsdag is het 8 uur; hooguit 7 uur mag" in line
    answer = noor.get("/api/v1/matching/pupils/99AA-0001/places/P001").json
    assert answer["code"] == Rule.LAW.value
    assert answer["law"]["broken"][0] == {
        "rule": "NRK 3:1 lid 2 c",
        "check": "hours_per_day",
        "values": {"day": "di", "minutes": 480, "limit": 420},
    }
    save(noor, "/plekken/P001/tijden", taken_bekend="ja")
    ranked = noor.get("/api/v1/matching/pupils/99AA-0001/places").json
    assert ranked["to_fill"] == {"total": 1, "places": [{"place_id": "P001", "missing": ["toezicht", "tijden"]}]}
