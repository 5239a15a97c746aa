"""Coverage, what-if and the landkaart over a database, and the files that come out."""

import json
from datetime import timedelta

import pytest

from data.faults import InputRefused
from matching.partners.errors import LandkaartError
from matching.partners.landkaart import LandkaartFilter
from matching.partners.what_if import Change, ChangeKind
from tests.usecases.partners.conftest import TODAY
from tests.usecases.partners.test_agreement_use_cases import make_valid
from usecases.partners.exports import region_file


def compute(partners, norm=45, definition="fiets-snelst"):
    return partners.coverage.compute(partners.coverage.question("noord", norm_minutes=norm, definition_id=definition))


def test_a_region_is_counted_per_gemeente_with_capacity_and_small_groups_left_out(region):
    found = compute(region)
    figures = {g.area: g for g in found.gemeenten}
    assert (figures["9801"].pupils, figures["9801"].covered) == (60, 60)
    assert (figures["9802"].pupils, figures["9802"].left_out) == (45, 1)
    assert figures["9804"].status == "geen behoefte"
    assert found.total.pupils == 105
    assert found.as_of["telling"] == "telling van 1 oktober 2025"


def test_a_valid_agreement_of_every_school_turns_the_gemeente_green(region):
    assert {g.area: g.status for g in compute(region).gemeenten}["9801"] == "geen overeenkomst"
    make_valid(region)
    found = compute(region)
    assert {g.area: g.status for g in found.gemeenten}["9801"] == "gedekt"
    assert {c.label: c.schools for c in found.chain}["geldige overeenkomst"] == 1


def test_an_unknown_region_or_a_norm_that_cannot_be_is_refused(small):
    with pytest.raises(InputRefused, match="niet bekend"):
        small.coverage.question("nergens")
    with pytest.raises(InputRefused, match="norm"):
        small.coverage.question("noord", norm_minutes=0)
    assert small.coverage.question("NOORD").region == "noord"


def test_a_what_if_is_saved_compared_and_opened_as_it_was(region, clock):
    question = region.coverage.question("noord", norm_minutes=45)
    changes = [Change(ChangeKind.CLOSE, "99MA-01"), Change(ChangeKind.SEATS, "99MB-01", 0)]
    number = region.scenarios.save("Havenkade dicht", question, changes, by="Noor")
    assert region.scenarios.save("Havenkade dicht", question, changes, by="Noor") == number
    opened = region.scenarios.get(number, "noord")
    assert opened.comparison == region.planning.what_if(question, changes)
    assert opened.comparison.lose > 0
    with pytest.raises(InputRefused, match="andere naam"):
        region.scenarios.save("Havenkade dicht", question, changes[:1], by="Noor")
    with pytest.raises(InputRefused, match="bestaat niet"):
        region.scenarios.get(number, "zuid")


def test_every_file_holds_the_figures_of_the_page(small, clock, tmp_path):
    geopandas = pytest.importorskip("geopandas")
    found = compute(small)
    page = {each.area: each.covered for each in found.gemeenten}
    rows = region_file(found, "csv", at=clock()).decode("utf-8-sig").splitlines()
    column = rows[0].split(";").index("gedekt")
    assert {line.split(";")[0]: int(line.split(";")[column]) for line in rows[1:]} == page
    content = json.loads(region_file(found, "json", at=clock()))
    assert {g["gemeentecode"]: g["gedekt"] for g in content["gemeenten"]} == page
    packed = tmp_path / "region.gpkg"
    packed.write_bytes(region_file(found, "gpkg", at=clock()))
    layer = geopandas.read_file(packed, layer="gemeenten")
    assert layer.crs.to_epsg() == 28992
    assert dict(zip(layer["gemeentecode"], layer["gedekt"], strict=True)) == page
    schools = geopandas.read_file(packed, layer="scholen")
    assert set(schools.geometry.geom_type) == {"Point"}
    assert 100_000 < schools.geometry.x.iloc[0] < 200_000
    assert schools.set_index("vestiging")["leerlingen"].isna()["99BB01"]
    units = geopandas.read_file(packed, layer="velden")
    assert set(units[units["kolom"] == "mediaan_min"]["eenheid"]) == {"minuten"}
    flat = tmp_path / "region.geojson"
    flat.write_bytes(region_file(found, "geojson", at=clock()))
    features = geopandas.read_file(flat)
    assert features.crs.to_epsg() == 4326
    own = features[features["laag"] == "gemeenten"]
    assert {code: int(n) for code, n in zip(own["gemeentecode"], own["gedekt"], strict=True)} == page
    assert region_file(found, "pdf", at=clock())[:5] == b"%PDF-"
    assert region_file(found, "pdf", at=clock()) == region_file(found, "pdf", at=clock())
    assert region_file(found, "xlsx", at=clock())[:2] == b"PK"


def test_a_self_report_waits_for_the_netwerkcoordinator_and_then_shows(region):
    fields = {
        "title": "Entree groen",
        "schools": "School A",
        "partner": "ROC Noord",
        "description": "Samen.",
        "region": "noord",
    }
    number = region.landkaart.report(fields, ["groen"], ["B"], "idee")
    assert region.landkaart.report(fields, ["groen"], ["B"], "idee") == number
    assert region.landkaart.find(LandkaartFilter()) == ((), 0)
    assert [r.record_id for r in region.landkaart.waiting(["noord"])] == [number]
    assert region.landkaart.waiting(["zuid"]) == ()
    with pytest.raises(InputRefused, match="niet op de landkaart"):
        region.landkaart.published(number)
    region.landkaart.moderate(number, publish=True, by="Noor")
    assert region.landkaart.find(LandkaartFilter(sector="groen"))[0][0].title == "Entree groen"
    with pytest.raises(InputRefused, match="al besloten"):
        region.landkaart.moderate(number, publish=False, by="Noor", note="dubbel")
    region.landkaart.climb(number, "gesprek", TODAY, by="Noor")
    assert region.landkaart.published(number).rung_on(TODAY) == "gesprek"
    with pytest.raises(LandkaartError):
        region.landkaart.climb(number, "actief", TODAY - timedelta(days=9), by="Noor")


@pytest.mark.parametrize(
    "change",
    [{"description": "<script>alert(1)</script>"}, {"region": "nergens"}, {"title": ""}],
)
def test_a_bad_report_stores_nothing(small, change):
    fields = {"title": "T", "schools": "S", "partner": "P", "description": "D", "region": "noord", **change}
    with pytest.raises(ValueError, match=r"\S"):
        small.landkaart.report(fields, ["groen"], ["B"], "idee")
    assert small.landkaart.waiting(["noord"]) == ()
