"""No published output depends on a group of one to four: page, map, file, API, command, what-if, next partner."""

import io
import re
import sqlite3
import zipfile

import pytest
from sqlalchemy import text

from matching.partners.what_if import Change, ChangeKind
from tests.usecases.partners.conftest import StraightLines, import_partners, make_services
from usecases.partners.exports import FORMATS
from usecases.people.roles import Role

# The seats are just too few for both schools: who of the small one sits there would be missed at the large one.
ROWS = (
    "99MA;ROC Noord;ja;;;99MA-01;Havenkade;;9801;52,60;5,28;25254, 25257;{capacity};{taken};ja",
    "99MB;Groen College;ja;;;99MB-01;Kas;;9801;52,90;5,34;25254;60;10;onbekend",
)
LARGE, SMALL, REGION = "99AA00", "99BB00", "merenveld-noord"
NEAR = "norm=20&hoe=fiets-snelst"
CHANGED = f"{NEAR}&w=plaatsen:99MA-01:62&w=nieuw:52.585:5.25:2:Proef"
CANDIDATES = "naam;lat;lon;capaciteit\nBij klein;52,585;5,24;40\nBij groot;52,63;5,31;40\nVer;52,95;5,9;40"


@pytest.fixture
def outputs(app, clock, login):
    """Give every output of the region, for a number of pupils at the small school and of seats that are in use."""
    services = app.extensions["stageroute"]
    with services.database.write() as session:
        for code, lat, lon in ((LARGE, 52.62, 5.30), (SMALL, 52.59, 5.27)):
            session.execute(
                text(
                    "UPDATE vestiging SET lat = :lat, lon = :lon, x_m = 0, y_m = 0, gemeente_code = '9801' "
                    "WHERE code = :code"
                ),
                {"lat": lat, "lon": lon, "code": code},
            )
    client = login(Role.NETWERKCOORDINATOR)

    def ask(pupils, capacity=62, taken=0):
        import_partners(services.database, clock, [row.format(capacity=capacity, taken=taken) for row in ROWS])
        partners = make_services(services.database, clock, StraightLines(), {LARGE: 60, SMALL: pupils})
        services.partners = partners
        with services.database.write() as session:
            session.execute(text("DELETE FROM coverage_scenario"))
        question = partners.coverage.question(REGION, norm_minutes=20)
        saved = partners.scenarios.save("Proef", question, [Change(ChangeKind.SEATS, "99MA-01", 62)], by="Noor")
        found = {}
        for path in addresses(app, saved):
            answer = client.get(path)
            assert answer.status_code in {200, 302}, path
            found[path] = words_of(answer)
        form = {"kandidaten": CANDIDATES, "aantal": "2", "norm": "20", "hoe": "fiets-snelst"}
        sent = {**form, "csrf_token": client.token}
        answer = client.post(f"/regio/{REGION}/volgende-partner", data=sent, headers={"Referer": "http://localhost/"})
        assert answer.status_code == 200
        found["volgende-partner"] = words_of(answer)
        for words in (["region", "coverage", REGION, "--norm-minutes", "20"], ["region", "list"]):
            found[" ".join(words)] = app.test_cli_runner().invoke(args=words).output
        return found

    return ask


def addresses(app, scenario):
    """Every address of a region that can be read, found in the routes, so that a new one is asked too."""
    known = {"region": [REGION], "code": ["9801", "9802"], "form": FORMATS, "scenario_id": [scenario]}
    found = ["/", "/regio/alle?" + NEAR, "/regio/alle.csv?" + NEAR, "/landkaart"]
    for route in app.url_map.iter_rules():
        if "region" not in route.arguments or "GET" not in route.methods:
            continue
        paths = [re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.rule)]
        for name in sorted(route.arguments):
            assert name in known, f"this test does not know what to ask for {name} in {route.rule}"
            paths = [path.replace("{" + name + "}", str(value)) for path in paths for value in known[name]]
        query = {"region.show_features": f"{NEAR}&laag=gemeenten&laag=scholen&laag=partners", "whatif.show": CHANGED}
        paths = [p for p in paths if not p.endswith("/gemeente/9802")]
        found += [f"{path}?{query.get(route.endpoint, NEAR)}" for path in paths if not path.endswith("/wijzig")]
    return found


def words_of(answer):
    """What an answer says, without the tokens of the session and the moments inside packed files."""
    if answer.mimetype.endswith("sheet"):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
            return {name: book.read(name) for name in book.namelist() if "docProps" not in name}
    if "sqlite" in answer.mimetype:
        packed = sqlite3.connect(":memory:")
        packed.deserialize(answer.data)
        return [line for line in packed.iterdump() if "gpkg_contents" not in line]
    if answer.mimetype == "text/html":
        return re.sub(r'name="csrf_token"[^>]*>|nonce-[\w-]+', "", answer.text)
    return answer.data


def differing(one, other):
    assert one.keys() == other.keys()
    return [name for name in one if one[name] != other[name]]


def test_whether_a_school_has_one_or_four_pupils_changes_no_output(outputs):
    first = outputs(1)
    assert any("60 van 60" in str(each) for each in first.values())
    for pupils in (2, 3, 4):
        assert differing(first, outputs(pupils)) == [], pupils


def test_whether_one_or_five_seats_are_in_use_changes_no_output(outputs):
    first = outputs(3, taken=1)
    for taken in (2, 4, 5):
        assert differing(first, outputs(3, taken=taken)) == [], taken


def test_this_test_sees_a_group_of_five(outputs):
    changed = differing(outputs(4), outputs(5))
    pages = [name for name in changed if name.startswith("/")]
    assert any("bestand.gpkg" in name for name in pages)
    assert any("bestand.pdf" in name for name in pages)
    assert any("wat-als" in name for name in pages)
    assert f"region coverage {REGION} --norm-minutes 20" in changed
    assert any(name.startswith("/api/v1/regions/") for name in pages)
