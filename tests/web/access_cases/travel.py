"""Maps and travel."""

from tests.web.access_cases import ALL, Case

CASES = {
    "tiles.show_tile": Case(public=True, own={"network": "geen", "zoom": 1, "x": 0, "y": 0}),
    "tiles.show_background": Case(
        public=True, own={"network": "geen", "zoom": 1, "left": 0, "right": 0, "top": 0, "bottom": 0}
    ),
    "tiles.show_style": Case(public=True),
    "travel.show_travel": Case(ALL),
    "travel_api.give_route": Case(ALL),
    "travel_api.give_reach": Case(ALL),
    "travel_api.give_definitions": Case(ALL),
}
