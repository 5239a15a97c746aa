"""Maps and travel."""

from geo.build import build_network
from tests.geo.map_town import write_town
from tests.webapp.access_cases import ALL, Case
from usecases.people.roles import Role

BEHEER = (Role.BEHEERDER,)


def build_town(app):
    home = app.extensions["stageroute"].config.home
    build_network(home, "town", write_town(home / "town.osm"))
    return {}


CASES = {
    "tiles.show_tile": Case(public=True, own={"network": "geen", "zoom": 1, "x": 0, "y": 0}),
    "tiles.show_background": Case(
        public=True, own={"network": "geen", "zoom": 1, "left": 0, "right": 0, "top": 0, "bottom": 0}
    ),
    "tiles.show_style": Case(public=True),
    "networks.show_networks": Case(BEHEER),
    "networks.show_network": Case(BEHEER, own={"name": "town"}, setup="build_town"),
    "networks.use_network": Case(BEHEER, own={"name": "town"}, setup="build_town"),
    "networks.build_network": Case(BEHEER),
    "travel.show_travel": Case(ALL),
    "transit.show_journey": Case(ALL),
    "transit.show_timetables": Case(BEHEER),
    "travel_api.give_route": Case(ALL),
    "travel_api.give_reach": Case(ALL),
    "travel_api.give_definitions": Case(ALL),
}
