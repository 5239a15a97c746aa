"""Real schools, real regions, partners at real towns, travel by car over a generated road network of the country."""

import time
from datetime import date

import pytest

from data.migrate import migrate
from data.session import Database
from subsidy.telling import Status
from tests.usecases.partners.conftest import HEADER
from tests.usecases.partners.country import build_country, partner_rows
from usecases.partners.situation import CoverageQuestion
from usecases.settings import read_settings
from usecases.tegemoetkoming.subsidy import NamedFile
from usecases.wiring import build_services


def load_schools(home, shared, clock):
    """Read the real files in through their importers, and partners at real towns; returns the services."""
    config = read_settings({"STAGEROUTE_HOME": str(home)})
    database = Database(config.database_url)
    migrate(database)
    database.close()
    services = build_services(config, clock)
    files = (
        ("regio", shared / "regio/gemeente_arbeidsmarktregio_2026.csv", {}),
        ("postcodes", shared / "postcode/pc4_centroiden.csv", {}),
        ("vestigingen", shared / "duo/alle-vestigingen-vo-2020.csv", {}),
    )
    for name, path, options in files:
        services.imports.accept(services.imports.offer(name, path.name, path.read_bytes(), options, "test"))
    telling = shared / "duo/leerlingen-vo-per-vestiging-naar-onderwijstype-2019.csv"
    services.tegemoetkoming.import_telling(
        NamedFile(telling.name, telling.read_bytes()), date(2019, 10, 1), Status.DEFINITIEF, by="test"
    )
    rows = "\r\n".join([HEADER, *partner_rows(shared)]).encode()
    services.imports.accept(services.imports.offer("partners", "partners.csv", rows, {}, "test"))
    return services


def whole_country(services, on):
    """Chain and coverage of all regions by car; returns both, and the seconds it took."""
    coverage = services.partners.coverage
    began = time.perf_counter()
    chains, missing = coverage.chains(on)
    country = coverage.compute_country(CoverageQuestion("", 45, "auto-snelst", on))
    return chains, missing, country, time.perf_counter() - began


@pytest.mark.slow
@pytest.mark.shared_data
def test_chain_and_coverage_of_all_35_regions_by_car_on_a_country_sized_network(tmp_path, shared_data, clock):
    services = load_schools(tmp_path, shared_data, clock)
    services.travel.choose(build_country(tmp_path, spacing_m=1_100).name, by="test")
    on = clock().date()
    chains, missing, country, seconds = whole_country(services, on)
    assert len(country.regions) == 35
    assert seconds < 60
    with services.database.read() as session:
        from data.partner_store import PartnerStore

        schools = {row.code for row in PartnerStore(session).vestigingen(on)}
    placed, without = set(chains), {code for code, _ in missing}
    assert placed | without == schools
    assert placed & without == set()
    assert all(sentence.endswith(".") and code in sentence for code, sentence in missing)
    assert len(placed) > 150
    for code, chain in chains.items():
        steps = [candidate.step for candidate in chain.candidates]
        assert steps == sorted(steps), code
        assert set(steps) == {1, 2, 3, 4}, code
        for step in (1, 2, 3):
            times = [c.trip.seconds for c in chain.of_step(step) if c.trip.seconds is not None]
            assert times == sorted(times), code
    figures, total = country.regions.values(), country.total
    assert 20_000 < total.pupils < 30_000
    assert 0 < total.covered < total.pupils
    assert total.pupils == sum(each.pupils for each in figures)
    assert total.covered == sum(each.covered for each in figures)
    medians = [each.median_s for each in figures if each.median_s is not None]
    assert min(medians) <= total.median_s <= max(medians)
