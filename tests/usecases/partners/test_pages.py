"""The pages of partners: plain GET and POST, figures suppressed, refusals in words."""

import json
import re

import pytest
from sqlalchemy import text

from tests.usecases.partners.conftest import StraightLines, import_partners, make_services
from usecases.people.roles import Role

ROWS = (
    "99MA;ROC Noord;ja;;;99MA-01;Havenkade;;9801;52,60;5,30;25254, 25257;100;0;ja",
    "99MB;Groen College;ja;;;99MB-01;Kas;;9801;52,66;5,34;25254;60;10;onbekend",
    "99MC;ROC Zuid;ja;;;99MC-01;Plein;;9802;52,50;5,30;25254;;0;onbekend",
    "99MD;Vakschool Privé;nee;2020-08-01;;99MD-01;Hal;;9801;52,61;5,31;25254;20;0;ja",
)


@pytest.fixture
def filled(app, clock):
    """The application with partners, points and straight-line travel."""
    services = app.extensions["stageroute"]
    with services.database.write() as session:
        session.execute(text("UPDATE vestiging SET lat = 52.61, lon = 5.29, x_m = 0, y_m = 0 WHERE code = '99AA00'"))
        session.execute(text("UPDATE vestiging SET lat = 52.51, lon = 5.31, x_m = 0, y_m = 0 WHERE code = '99BB00'"))
    import_partners(services.database, clock, ROWS)
    services.partners = make_services(services.database, clock, StraightLines(), {"99AA00": 60, "99BB00": 3})
    return app


def post(client, url, **fields):
    return client.post(url, data={**fields, "csrf_token": client.token}, headers={"Referer": "http://localhost/"})


def test_the_coordinator_logs_a_refusal_in_two_steps_and_step_two_opens(filled, login):
    client = login(Role.STAGECOORDINATOR)
    assert client.get("/entreepartner").status_code == 302
    page = client.get("/entreepartner/99AA00").text
    assert "Stap 2 opent als ROC Noord een uitkomst heeft" in page
    form = client.get("/entreepartner/99AA00/poging/99MA?uitkomst=afgewezen").text
    assert 'value="afgewezen" checked' in form
    answer = post(
        client, "/entreepartner/99AA00/poging/99MA", uitkomst="afgewezen", uitkomst_op="2026-11-20",
        reden="geen_capaciteit", toelichting="Geen docenten",
    )  # fmt: skip
    assert answer.status_code == 303
    assert "Stap 3 opent als Groen College" in client.get("/entreepartner/99AA00").text


def test_a_skipped_step_is_refused_on_the_page_with_the_sentence_and_the_typed_text_kept(filled, login):
    client = login(Role.STAGECOORDINATOR)
    answer = post(
        client,
        "/entreepartner/99AA00/poging/99MB",
        uitkomst="gesprek",
        uitkomst_op="2026-11-20",
        toelichting="bewaar mij",
    )
    assert answer.status_code == 422
    assert "nog niet open" in answer.text
    assert "bewaar mij" in answer.text


def test_an_agreement_is_made_filled_signed_and_geldig_on_pages(filled, login):
    client = login(Role.STAGECOORDINATOR)
    post(client, "/entreepartner/99AA00/poging/99MA", uitkomst="overeenkomst", uitkomst_op="2026-11-20")
    made = post(
        client, "/entreepartner/99AA00/overeenkomst", partner="99MA", crebos="25254", van="2026-08-01", tot="2027-07-31"
    )
    assert made.status_code == 303
    address = made.headers["Location"]
    elements = filled.extensions["stageroute"].partners.agreements.elements().elements
    assert post(client, f"{address}/teken", wie="mbo", op="2026-11-20").status_code == 422
    post(client, address, **{each.code: "afspraak" for each in elements})
    post(client, f"{address}/teken", wie="mbo", op="2026-11-20")
    post(client, f"{address}/teken", wie="school", op="2026-11-20")
    assert "Deze overeenkomst is geldig." in client.get(address).text
    assert "gedekt" in login(Role.NETWERKCOORDINATOR).get("/regio/merenveld-noord").text


def test_the_region_page_shows_the_finding_above_map_and_table_and_gives_every_file(filled, login):
    client = login(Role.NETWERKCOORDINATOR)
    page = client.get("/regio/merenveld-noord?norm=45&hoe=fiets-snelst").text
    assert page.index("Voor alle 60 leerlingen") < page.index("map__picture") < page.index("Dekking per gemeente")
    for form in ("csv", "xlsx", "geojson", "gpkg", "pdf", "json"):
        assert client.get(f"/regio/merenveld-noord/bestand.{form}").status_code == 200
    assert client.get("/regio/merenveld-noord/bestand.exe").status_code == 404
    features = json.loads(client.get("/regio/merenveld-noord/kaart.json?laag=partners").data)
    assert {f["properties"]["kind"] for f in features["features"]} == {"partner"}
    assert client.get("/regio/merenveld-noord/gemeente/9801").status_code == 200
    assert client.get("/regio/merenveld-noord/gemeente/9999").status_code == 404


def test_a_small_school_is_never_counted_on_a_page(filled, login):
    client = login(Role.BEHEERDER)
    page = client.get("/regio/merenveld-zuid").text
    assert "geen pro-leerlingen" in page
    assert re.search(r"<dd>0 van 0</dd>", page)
    assert "minder dan 5" in client.get("/regio/merenveld-zuid/gemeente/9802").text


def test_a_what_if_is_in_the_address_saved_and_printed(filled, login):
    client = login(Role.NETWERKCOORDINATOR)
    step = client.get("/regio/merenveld-noord/wat-als/wijzig?wijziging=sluit&locatie=99MA-01&plaatsen=")
    assert "w=sluit:99MA-01" in step.headers["Location"]
    page = client.get(step.headers["Location"]).text
    assert "Voor en na" in page
    saved = post(
        client, "/regio/merenveld-noord/wat-als", naam="Haven dicht", w="sluit:99MA-01", norm="45", hoe="fiets-snelst"
    )
    assert saved.status_code == 303
    assert "Haven dicht" in client.get(saved.headers["Location"]).text
    assert client.get(f"{saved.headers['Location']}.pdf").data[:5] == b"%PDF-"
    assert client.get("/regio/merenveld-noord/wat-als?w=onzin").status_code == 422
    assert client.get("/regio/merenveld-noord/wat-als?vergelijk=1").status_code == 200


def test_the_best_next_partner_is_chosen_from_the_list_that_was_typed(filled, login):
    client = login(Role.NETWERKCOORDINATOR)
    assert client.get("/regio/merenveld-noord/volgende-partner").status_code == 200
    answer = post(
        client, "/regio/merenveld-noord/volgende-partner", aantal="1", norm="1", hoe="fiets-snelst",
        kandidaten="naam;lat;lon;capaciteit\nDichtbij;52,61;5,29;40\nVer;52,9;5,9;40",
    )  # fmt: skip
    assert "Met Dichtbij hebben 40 leerlingen een plaats; nu zijn dat er 0." in answer.text
    assert post(client, "/regio/merenveld-noord/volgende-partner", aantal="1", kandidaten="naam\nX").status_code == 422


def test_all_regions_stand_beside_each_other_as_dots_with_a_table(filled, login):
    page = login(Role.BEHEERDER).get("/regio/alle").text
    assert "Merenveld-Noord" in page
    assert "100,0%" in page
    assert "Alle regio’s samen: 60 van de 60 leerlingen hebben een plaats" in page
    lines = login(Role.BEHEERDER).get("/regio/alle.csv").data.decode("utf-8-sig").splitlines()
    assert [line.split(";")[:3] for line in lines[1:]] == [
        ["merenveld-noord", "Merenveld-Noord", "60"],
        ["merenveld-zuid", "Merenveld-Zuid", "0"],
        ["", "alle regio's samen", "60"],
    ]


def test_a_visitor_reports_a_collaboration_and_script_in_it_is_refused(filled, login, client):
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/landkaart/meld").text).group(1)
    client.token = token
    fields = {"title": "Entree groen", "region": "merenveld-noord", "schools": "S", "partner": "ROC",
              "sectors": "groen", "routes": "B", "rung": "gesprek"}  # fmt: skip
    bad = post(client, "/landkaart/meld", **fields, description="<script>alert(1)</script>")
    assert bad.status_code == 422
    assert "bevat code" in bad.text
    assert "<script>alert" not in bad.text
    assert post(client, "/landkaart/meld", **fields, description="Samen.").status_code == 303
    assert "Entree groen" not in client.get("/landkaart").text
    network = login(Role.NETWERKCOORDINATOR)
    assert "1 melding voor de landkaart" in network.get("/").text
    assert "Entree groen" in network.get("/landkaart/meldingen").text
    assert post(network, "/landkaart/meldingen/1", besluit="plaats").status_code == 303
    assert "Entree groen" in client.get("/landkaart?sector=groen&route=B").text
    assert "Entree groen" not in client.get("/landkaart?sector=bouw").text
    assert client.get("/landkaart/1").status_code == 200
    assert "13 van de 35" in client.get("/landkaart").text
    assert "Entree groen" in client.get("/landkaart/samenwerkingen.csv").text


def test_the_settings_of_the_chain_are_changed_by_the_beheerder_only_within_limits(filled, login):
    client = login(Role.BEHEERDER)
    assert (
        post(client, "/entreepartner-instellingen", definitie="fiets-snelst", norm="999", pogingen="2").status_code
        == 422
    )
    assert (
        post(
            client, "/entreepartner-instellingen", definitie="fiets-snelst", norm="30", pogingen="2", stap4="ja"
        ).status_code
        == 303
    )
    assert filled.extensions["stageroute"].partners.chain.policy().norm_minutes == 30


def test_the_dossier_comes_as_pdf_and_json(filled, login):
    client = login(Role.STAGECOORDINATOR)
    assert client.get("/entreepartner/99AA00/dossier.pdf").data[:5] == b"%PDF-"
    assert json.loads(client.get("/entreepartner/99AA00/dossier.json").data)["format"] == "stageroute-ketendossier/1"


def test_the_api_gives_the_chain_the_coverage_and_the_landkaart_with_of_when_they_are(filled, login, client):
    coordinator = login(Role.STAGECOORDINATOR)
    chain = coordinator.get("/api/v1/partners/99AA/chain?crebo=25254").json
    assert [s["stap"] for s in chain["stappen"]] == [1, 2, 3, 4]
    assert chain["as_of"]["reisdefinitie"] == "auto-snelst"
    headers = {"X-CSRFToken": coordinator.token, "Referer": "http://localhost/"}
    attempt = {"partner": "99MA", "uitkomst": "afgewezen", "op": "2026-11-20", "reden": "beleid", "toelichting": "nee"}
    logged = coordinator.post("/api/v1/partners/99AA/log", json=attempt, headers=headers)
    assert (logged.status_code, logged.json["open_stap"]) == (200, 2)
    skipped = coordinator.post("/api/v1/partners/99AA/log", json={**attempt, "partner": "99MD"}, headers=headers)
    assert skipped.status_code == 422
    assert "stap" in skipped.json["messages"][0]
    coverage = login(Role.NETWERKCOORDINATOR).get("/api/v1/regions/merenveld-noord/coverage?norm_minutes=45").json
    assert coverage["totaal"]["leerlingen"] == sum(g["leerlingen"] for g in coverage["gemeenten"])
    assert coverage["as_of"]["norm_minuten"] == "45"
    assert client.get("/api/v1/landkaart").json["as_of"] == {"op": "2026-11-23"}
