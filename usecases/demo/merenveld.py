"""Fill an empty installation with the fictional region Merenveld, through the same doors as real data."""

from __future__ import annotations

import json
from collections.abc import Callable

from data.demo.atlas import build_atlas
from data.demo.offers import write_offers
from data.demo.places import REGION_YEAR, SOURCE, build_region, write_region
from data.demo.roads import write_atlas
from data.faults import InputRefused
from usecases.demo import partners, stages, tegemoetkoming, transit
from usecases.demo.loading import BY, Loading
from usecases.people.roles import INSTALLATION, Grant, Owner, Role
from usecases.services import Services

NETWORK = "merenveld"
PASSWORD = "merenveld-2026-demo"  # noqa: S105 - published on purpose; refused in production
#: Address, name, role and scope.
_PEOPLE = (
    ("stagecoordinator", "Sanne Stagecoördinator", Role.STAGECOORDINATOR, Owner("school", "99AA")),
    ("financieel", "Farid Financiën", Role.FINANCIEEL, Owner("bestuur", "99001")),
    ("netwerkcoordinator", "Noor Netwerk", Role.NETWERKCOORDINATOR, Owner("regio", "merenveld-noord")),
    ("beheerder", "Bo Beheer", Role.BEHEERDER, INSTALLATION),
    ("beheerder2", "Bente Beheer", Role.BEHEERDER, INSTALLATION),
)
ACCOUNTS = tuple((f"{who}@merenveld.example", name, Grant(role, scope)) for who, name, role, scope in _PEOPLE)


def load_register(loading: Loading) -> None:
    """Draw the map; read schools, regions, borders and postcodes in."""
    atlas = build_atlas(loading.nodes, loading.seed)
    extract = write_atlas(loading.folder / f"{NETWORK}.osm.pbf", atlas)
    loading.say(f"kaart: {loading.nodes} knopen, sha256 {extract.digest[:12]}")
    loading.regions.append(build_region(atlas, loading.seed))
    loading.files = {"extract": extract.path, **write_region(loading.folder, loading.region)}
    loading.read_in("regio", loading.files["regio"])
    loading.read_in("postcodes", loading.files["pc4"])
    loading.read_in("postcodes", loading.files["pc6"])
    loading.read_in("vestigingen", loading.files["vestigingen"])
    features = json.loads(loading.files["borders"].read_text("utf-8"))["features"]
    borders = {item["properties"]["code"]: json.dumps(item["geometry"], separators=(",", ":")) for item in features}
    loading.services.organisation.set_borders(borders, REGION_YEAR, SOURCE)


def load_offers(loading: Loading) -> None:
    """Read companies, places and pupils in."""
    loading.files |= write_offers(loading.folder, loading.region)
    for importer in ("companies", "places", "pupils"):
        loading.read_in(importer, loading.files[importer])


def load_network(loading: Loading) -> None:
    """Build the road network and the map tiles from the extract, and take them into use."""
    from geo.build import build_network
    from geo.sources import remember_source
    from geo.tiles import build_tiles

    travel = loading.services.travel
    source = loading.files["extract"]
    build_network(loading.services.config.home, NETWORK, source)
    remember_source(travel.networks.folder_of(NETWORK), source)
    travel.choose(NETWORK, by=BY)
    loading.say("wegennet: gebouwd")
    made = build_tiles(source, travel.tiles_path(NETWORK), title="Merenveld")
    loading.say(f"kaarttegels: {made.tiles}")


def load_accounts(loading: Loading) -> None:
    """Make one account per role, and a second beheerder for what needs two people."""
    for email, name, grant in ACCOUNTS:
        loading.services.accounts.add_demo_account(email, name, PASSWORD, [grant])


#: In this order; each domain adds its own.
LOADERS: tuple[Callable[[Loading], None], ...] = (
    load_register,
    load_offers,
    load_network,
    transit.load_transit,
    partners.load_partners,
    tegemoetkoming.load_subsidy,
    stages.load_placements,
    load_accounts,
)


def is_empty(services: Services) -> bool:
    """Whether this installation has neither schools nor accounts."""
    return services.organisation.is_empty() and not services.accounts.accounts()


def load_demo(services: Services, nodes: int, seed: int, say: Callable[[str], None]) -> None:
    """Load the whole demo.

    Raises
    ------
    InputRefused
        The installation is in production or is not empty.
    """
    if services.config.production:
        raise InputRefused.because("De demo kan niet in productie worden geladen.")
    if not is_empty(services):
        raise InputRefused.because(
            "Deze installatie is niet leeg; de demo laadt alleen in een lege. Kies een lege map met STAGEROUTE_HOME."
        )
    folder = services.config.home / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    loading = Loading(services, folder, nodes, seed, say)
    for load in LOADERS:
        load(loading)


def account_lines(services: Services) -> list[str]:
    """Return one line per demo account that exists: address, password, role."""
    known = {row.email for row in services.accounts.accounts()}
    return [f"{email}\t{PASSWORD}\t{grant.role} voor {grant.scope}" for email, _, grant in ACCOUNTS if email in known]
