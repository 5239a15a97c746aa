"""The application with a small town in it and straight-line travel, for tests of the shells around matching."""

from tests.matching.plain_travel import PlainTravel
from tests.matching.world import company, fill_town, place, pupil


def fill(app, *, travel=None):
    """Five pupils of 99AA and one of 99BB, places of both schools; gives the matching use cases."""
    services = app.extensions["stageroute"]
    pupils = [pupil(number) for number in range(1, 6)] + [pupil(7, school="99BB")]
    places = [
        place(1),
        place(2, plekken_di="2", plekken_do="2", begeleiding_op_maat="ja"),
        place(3, sector="horeca"),
        place(4, sector="bouw"),
        place(5, school="99BB"),
        place(6, school="99BB", delen="nee"),
        place(20),
    ]
    companies = [company(number) for number in range(1, 41)]
    companies[5] |= {"delen": "nee", "delen_op": ""}
    fill_town(services.database, pupils, places, companies)
    used = travel or PlainTravel()
    services.stages.core.search.legs._travel = lambda: used
    return services.stages
