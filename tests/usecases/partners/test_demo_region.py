"""The demo region: coverage against a count that shares no code with it, and what a full partner does."""

import time
from datetime import date
from itertools import chain as flatten
from itertools import combinations

import pytest
from sqlalchemy import text

from tests.usecases.partners.many_places import fill_places

pytestmark = pytest.mark.slow

NORMS = (1, 3, 5, 8, 10, 15, 20, 30, 45, 60)
DAY = date(2026, 11, 23)


def read_plainly(services, region):
    """Schools with pupils and partner locations with seats, straight from the tables."""
    with services.database.read() as session:
        schools = session.execute(
            text(
                "SELECT v.code, v.lat, v.lon, c.minimum AS pupils FROM vestiging v "
                "JOIN region_membership m ON m.gemeente_code = v.gemeente_code AND m.region_key = :region "
                "JOIN telling_count c ON c.vestiging = v.code "
                "WHERE c.telling_id = (SELECT id FROM telling ORDER BY teldatum DESC, id DESC LIMIT 1)"
            ),
            {"region": region},
        ).all()
        places = session.execute(
            text(
                "SELECT l.location_id, l.lat, l.lon, l.capacity - l.taken AS seats FROM mbo_location l "
                "JOIN mbo_institution i ON i.partner_id = l.partner_id AND i.bekostigd "
                "JOIN region_membership m ON m.gemeente_code = l.gemeente_code AND m.region_key = :region"
            ),
            {"region": region},
        ).all()
    return schools, places


def count_by_hand(services, region, minutes):
    """The smallest cut over every set of partners: no more and no fewer pupils can have a seat."""
    schools, places = read_plainly(services, region)
    near = {}
    for school in schools:
        trips = services.travel.trips(
            "fiets-snelst", [(school.lat, school.lon)], [(p.location_id, p.lat, p.lon) for p in places]
        )
        near[school.code] = {
            name for name, trip in trips[0] if trip.seconds is not None and trip.seconds <= minutes * 60
        }
    ids = [p.location_id for p in places]
    seats = {p.location_id: p.seats for p in places}
    best = None
    for paid in flatten.from_iterable(combinations(ids, n) for n in range(len(ids) + 1)):
        rest = set(ids) - set(paid)
        cut = sum(seats[each] for each in paid) + sum(s.pupils for s in schools if near[s.code] & rest)
        best = cut if best is None else min(best, cut)
    return best


@pytest.mark.parametrize("region", ["merenveld-noord", "merenveld-zuid"])
def test_coverage_of_the_demo_equals_a_brute_force_count_for_ten_norms(merenveld, region):
    services = merenveld.extensions["stageroute"]
    coverage = services.partners.coverage
    counted = []
    for minutes in NORMS:
        found = coverage.compute(coverage.question(region, norm_minutes=minutes, on=DAY))
        counted.append(found.exact.covered)
        assert found.exact.covered == count_by_hand(services, region, minutes)
        assert found.total.covered <= found.exact.covered
    assert counted == sorted(counted)
    assert counted[-1] > counted[0]


def test_a_partner_of_the_demo_that_becomes_full_changes_the_coverage(merenveld):
    services = merenveld.extensions["stageroute"]
    coverage = services.partners.coverage
    question = coverage.question("merenveld-zuid", norm_minutes=45, on=DAY)
    before = coverage.compute(question)
    with services.database.write() as session:
        session.execute(text("UPDATE mbo_location SET taken = capacity WHERE location_id = '99MD-01'"))
    after = coverage.compute(question)
    assert before.exact.covered > 0
    assert after.exact.covered == 0
    assert {each.status for each in after.gemeenten if each.pupils} == {"witte vlek"}


def test_no_published_figure_of_the_demo_differs_by_a_group_below_five_for_any_norm(merenveld):
    services = merenveld.extensions["stageroute"]
    coverage = services.partners.coverage
    per_gemeente: dict[str, set[int]] = {}
    for minutes in range(1, 46, 2):
        for each in coverage.compute(coverage.question("merenveld-zuid", norm_minutes=minutes, on=DAY)).gemeenten:
            if each.schools == 1:
                per_gemeente.setdefault(each.area, set()).update({each.covered, each.pupils, 0})
    assert len(per_gemeente) >= 2
    for figures in per_gemeente.values():
        assert all(abs(one - other) >= 5 for one, other in combinations(figures, 2))


def test_a_region_page_with_fifty_thousand_places_costs_less_than_a_second_of_computing(merenveld):
    services = merenveld.extensions["stageroute"]
    assert fill_places(services.database, 50_000) == 50_000
    person = next(row for row in services.accounts.accounts() if row.email.startswith("netwerk"))
    client = merenveld.test_client()
    with client.session_transaction() as cookie:
        cookie["token"] = services.logins.open_session(person.id, "pytest", pending=False)
    client.get("/regio/merenveld-noord")
    spent = []
    for _ in range(3):
        began = time.process_time()
        page = client.get("/regio/merenveld-noord?norm=45").text
        spent.append(time.process_time() - began)
    assert "Stageplekken per sector" in page
    assert min(spent) < 1.0
