"""The demo region comes in through the same doors as real data, once, and not over something else."""

from __future__ import annotations

import pytest

from data.demo.country import DISTANT_SCHOOLS
from data.demo.telling import PUPILS_2023
from data.migrate import migrate
from data.session import Database
from tests.conftest import Clock
from usecases.demo.merenveld import ACCOUNTS, PASSWORD, load_demo
from usecases.people.roles import Owner, Role
from usecases.settings import read_settings
from webapp import create_app


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    from datetime import UTC, datetime

    home = tmp_path_factory.mktemp("demo") / "home"
    config = read_settings({"STAGEROUTE_HOME": str(home)})
    app = create_app(config, Clock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC)))
    database = Database(config.database_url)
    migrate(database)
    database.close()
    said: list[str] = []
    load_demo(app.extensions["stageroute"], 5_000, 2026, said.append)
    yield app.extensions["stageroute"], said
    app.extensions["stageroute"].close()


def test_the_demo_has_ten_schools_on_twelve_locations(loaded):
    services, _ = loaded
    rows = services.organisation.register()
    assert (len(rows), len({row.brin for row in rows})) == (12, 10)
    assert {row.precision for row in rows} == {"pc6"}


def test_every_file_came_in_through_its_importer(loaded):
    _, said = loaded
    words = {line.split(":")[0] for line in said}
    assert {"regio", "postcodes", "vestigingen", "companies", "places", "pupils"} <= words
    assert "pupils: 1200 nieuw uit pupils_merenveld.csv" in said
    assert "places: 3000 nieuw uit places_merenveld.csv" in said


def test_the_network_is_in_use(loaded):
    services, _ = loaded
    assert services.travel.current_name() == "merenveld"


def test_every_role_has_an_account_that_can_log_in(loaded):
    services, _ = loaded
    people = [services.logins.principal(services.logins.log_in(email, PASSWORD, "127.0.0.1")) for email, *_ in ACCOUNTS]
    assert {role for person in people for role in person.roles} == set(Role)
    coordinator = people[0]
    assert coordinator.schools() == {"99AA"}
    assert people[2].sees(Owner("regio", "merenveld-noord"))


def test_the_scheme_of_the_demo_is_split_over_its_schools_and_paid(loaded):
    services, _ = loaded
    standing = services.tegemoetkoming.standing("reiskosten-2024-2026")
    total = standing.telling.telling.total
    everywhere = sum(PUPILS_2023.values()) + sum(school.pupils for school in DISTANT_SCHOOLS)
    assert (total.exact, total.minimum) == (True, everywhere)
    assert standing.telling.telling.status == "voorlopig"
    assert [step.state for step in standing.steps][-2:] == ["T1 betaald", "T2 betaald"]
    assert sum(line.amount for line in standing.calculation.split.lines) == 200_000_000


def test_the_schools_of_the_demo_get_what_real_schools_get(loaded):
    services, _ = loaded
    split = services.tegemoetkoming.standing("reiskosten-2024-2026").calculation.split
    # Two million euros for about 30 000 pupils: Kamerbrief ontwikkelingen en knelpunten, 30-08-2024, par. 1.3.
    assert all(60 < line.amount / line.count.minimum / 100 < 75 for line in split.lines)
    assert len(split.lines) == len(PUPILS_2023) + len(DISTANT_SCHOOLS)
    assert {line.key for line in split.lines} >= set(PUPILS_2023)


def test_the_rest_of_the_country_counts_pupils_and_is_nowhere_else(loaded):
    services, _ = loaded
    register = {row.brin for row in services.organisation.register()}
    assert not register & {school.code[:4] for school in DISTANT_SCHOOLS}
    telling = services.tegemoetkoming.tellingen.all()[0].telling
    assert all(row.bestuur for row in telling.schools)
    assert len({school.name for school in DISTANT_SCHOOLS}) == len(DISTANT_SCHOOLS)


def test_some_pupils_are_placed_some_lost_their_place_and_most_wait(loaded):
    services, _ = loaded
    listed = services.stages.people.list_pupils(["99AA"])
    states = {each.row.placement.status.value for each in listed if each.row.placement}
    assert {"gereserveerd", "bevestigd"} <= states
    assert sum(1 for each in listed if each.status == "zonder plek") > 100


def test_a_second_load_is_refused_and_changes_nothing(loaded):
    services, _ = loaded
    before = services.audit.verify().entries
    with pytest.raises(ValueError, match="niet leeg"):
        load_demo(services, 5_000, 2026, print)
    assert services.audit.verify().entries == before


def test_the_files_of_the_demo_are_the_same_on_every_run(tmp_path):
    from data.demo.atlas import build_atlas
    from data.demo.offers import write_offers
    from data.demo.places import build_region, write_region
    from data.demo.telling import write_telling

    made = []
    for run in ("a", "b"):
        region = build_region(build_atlas(3_000, 7), 7)
        files = {**write_region(tmp_path / run, region), **write_offers(tmp_path / run, region)}
        files["telling"] = write_telling(tmp_path / run / "telling.csv", definitive=False)
        made.append({name: path.read_bytes() for name, path in files.items()})
    assert made[0] == made[1]
