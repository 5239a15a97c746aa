"""The commands of partners and regions, as a person types them."""

import json

import pytest
from sqlalchemy import text

from data.partner_neighbours import count_places
from tests.usecases.partners.conftest import TODAY, StraightLines, fill_region, import_partners, make_services
from tests.usecases.partners.test_pages import ROWS


@pytest.fixture
def run(app, clock):
    services = app.extensions["stageroute"]
    with services.database.write() as session:
        session.execute(text("UPDATE vestiging SET lat = 52.61, lon = 5.29, x_m = 0, y_m = 0 WHERE code = '99AA00'"))
    import_partners(services.database, clock, ROWS)
    services.partners = make_services(services.database, clock, StraightLines(), {"99AA00": 60})
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=[str(word) for word in words])


def test_the_chain_is_printed_as_lines_and_as_json(run):
    assert "stap 1\topen\tDe bekostigde mbo in de regio" in run("partners", "chain", "99AA").stdout
    chain = json.loads(run("partners", "chain", "99AA", "--crebo", "25254", "--json").stdout)
    assert chain["open_stap"] == 1


def test_a_logged_outcome_says_what_opens_next_and_a_refused_one_ends_with_two(run):
    done = run("partners", "log", "99AA", "99MA", "afgewezen", "--date", "2026-11-20", "--note", "vol")
    assert done.exit_code == 0
    assert "Stap 3 opent als Groen College" in done.stdout
    for words in (
        ("99MC", "gesprek", "--date", "2026-11-20"),
        ("99MA", "gesprek", "--date", "2099-01-01"),
        ("99MA", "gesprek", "--date", "morgen"),
        ("99MA", "afgewezen", "--date", "2026-11-21"),
    ):
        refused = run("partners", "log", "99AA", *words)
        assert refused.exit_code == 2
        assert len(refused.stderr.strip().splitlines()) == 1


def test_a_dossier_is_written_as_pdf_or_json_and_nothing_else(run, tmp_path):
    assert run("partners", "dossier", "99AA", "--out", tmp_path / "d.pdf").exit_code == 0
    assert run("partners", "dossier", "99AA", "--out", tmp_path / "d.json").exit_code == 0
    assert (tmp_path / "d.pdf").read_bytes()[:5] == b"%PDF-"
    assert json.loads((tmp_path / "d.json").read_text("utf-8"))["digest"]
    assert run("partners", "dossier", "99AA", "--out", tmp_path / "d.doc").exit_code == 2


@pytest.mark.parametrize("form", ["csv", "geojson", "gpkg", "xlsx", "pdf", "json"])
def test_coverage_is_written_in_every_format(run, tmp_path, form):
    out = tmp_path / f"regio.{form}"
    words = ("region", "coverage", "merenveld-noord", "--norm-minutes", "45", "--definition", "fiets-snelst")
    assert run(*words, "--format", form, "--out", out).exit_code == 0
    assert out.stat().st_size > 100


def test_coverage_is_printed_as_a_table_and_an_unknown_region_or_norm_is_refused(run):
    assert "samen" in run("region", "coverage", "Merenveld-Noord", "--norm-minutes", "45").stdout
    assert run("region", "coverage", "nergens").exit_code == 2
    assert run("region", "coverage", "merenveld-noord", "--norm-minutes", "0").exit_code == 2


def test_the_best_next_partner_is_read_from_a_file_with_a_fault_per_wrong_row(run, tmp_path):
    file = tmp_path / "kandidaten.csv"
    file.write_text("naam;lat;lon;capaciteit\nDichtbij;52,61;5,29;40\nVer;52,9;5,9;\n", "utf-8")
    words = ("region", "next-partner", "merenveld-noord", "--candidates", file, "--count", "1", "--norm-minutes", "1")
    found = run(*words)
    assert "beste 1: Dichtbij" in found.stdout
    assert "bewezen optimaal" in found.stdout
    file.write_text("naam;lat;lon;capaciteit\nA;x;5,29;40\nB;52,6;5,3;veel\n", "utf-8")
    refused = run(*words)
    assert refused.exit_code == 2
    assert [line.split(",")[1].strip() for line in refused.stderr.strip().splitlines()] == ["regel 2", "regel 3"]


def test_stage_places_are_counted_alike_on_both_databases(database, clock):
    fill_region(database)
    with database.write() as session:
        session.execute(text("INSERT INTO company (id, name, lat, lon, x_m, y_m, point_precision, shares) "
                             "VALUES ('c1', 'Wilg', 52.6, 5.3, 1, 1, 'punt', :yes)"), {"yes": True})  # fmt: skip
        session.execute(text("INSERT INTO postcode_point (postcode, lat, lon, x_m, y_m, gemeente_code, source, "
                             "doubtful) VALUES ('8942', 52.6, 5.3, 0, 0, '9801', 'test', :no)"),
                        {"no": False})  # fmt: skip
        for number, (x_m, seats) in enumerate(((2500, 2), (2700, 3), (9000, 1))):
            session.execute(
                text(
                    "INSERT INTO internship_place (id, company_id, name, sector, postcode, lat, lon, x_m, y_m, "
                    "point_precision, seats_ma, seats_di, seats_wo, seats_do, seats_vr, seats_za, seats_zo, min_days, "
                    "first_day, last_day, "
                    "supervision, wheelchair, sixteen, certificate, allowance, owner_brin, shared) VALUES "
                    "(:id, 'c1', 'Plek', 'groen', '8942AB', 52.6, 5.3, :x, 100, 'punt', :seats, 0, 0, 0, 0, 0, 0, 1, "
                    "'2026-08-01', '2027-07-01', :no, :no, :no, :no, :no, '99AA', :no)"
                ),
                {"id": f"p{number}", "x": float(x_m), "seats": seats, "no": False},
            )
    with database.read() as session:
        sectors, cells = count_places(session, frozenset({"9801"}), TODAY)
        elsewhere, _ = count_places(session, frozenset({"9803"}), TODAY)
    assert [(s.sector, s.places, s.seats) for s in sectors] == [("groen", 3, 6)]
    assert [cell.places for cell in cells] == [2, 1]
    assert elsewhere == []
