"""Pupils at real address points and places at real offices and shops: every trip that is shown is the kernel's own.

Two judges stand beside it: the travel port asked once more, pair by pair, and networkx on the same arcs.
"""

import re
from collections import Counter
from datetime import date
from html import unescape
from types import SimpleNamespace

import pytest

from data.migrate import migrate
from data.places.index import PlaceIndexes
from data.session import Database
from geo.graph import Networks
from geo.snapping import snap_points
from geo.travel import RoadTravel
from matching.places.eligibility import Rejected, Rule
from matching.places.model import MatchPolicy, Mode
from matching.proposals.proposal import Request
from tests.conftest import PASSWORD, START, Clock
from tests.geo.judge import Judge
from tests.webapp.delft import PUPILS, SCHOOL, load_delft
from usecases.people.roles import Grant, Owner, Role
from usecases.settings import read_settings
from webapp import create_app
from webapp.page.filters import km
from webapp.server.warm_up import warm_up

pytestmark = [pytest.mark.shared_data, pytest.mark.slow]
ON = date(2026, 11, 23)
POLICY = MatchPolicy(SCHOOL, ON)
ORDER = list(Mode)


@pytest.fixture(scope="module")
def delft(tmp_path_factory, shared_data):
    """The installation, its pupils and places, and what two judges say about every trip between them."""
    home = tmp_path_factory.mktemp("delft")
    config = read_settings({"STAGEROUTE_HOME": str(home)})
    database = Database(config.database_url)
    migrate(database)
    database.close()
    app = create_app(config, Clock(START))
    services = app.extensions["stageroute"]
    load_delft(services, home, shared_data)
    with services.stages.people._stores.read() as store:
        pupils, places = store.pupils(SCHOOL), store.index.places
    by_definition = {
        definition: SimpleNamespace(
            asked=ask_one_by_one(home, definition, pupils, places), judged=judge(home, definition, pupils, places)
        )
        for definition in sorted(set(POLICY.definitions.values()))
    }
    yield SimpleNamespace(
        app=app, services=services, pupils={p.id: p for p in pupils}, places={p.id: p for p in places}, by=by_definition
    )
    services.close()


def ask_one_by_one(home, definition, pupils, places):
    """``{(pupil, place): (seconds, metres)}`` from the travel port of another process's making, without any limit."""
    travel = RoadTravel(Networks(home), "delft")
    ends = [(place.id, place.point.lat, place.point.lon) for place in places]
    found = travel.trips(definition, [(pupil.origin.lat, pupil.origin.lon) for pupil in pupils], ends)
    return {
        (pupil.id, place): (trip.seconds, trip.metres)
        for pupil, row in zip(pupils, found, strict=True)
        for place, trip in row
        if trip.seconds is not None
    }


def judge(home, definition, pupils, places):
    """The same from Dijkstra of networkx."""
    layer = Networks(home).open("delft").layer(definition)
    starts, ends = (
        snap_points(layer, [(one.id, at.lat, at.lon) for one, at in rows])
        for rows in ([(pupil, pupil.origin) for pupil in pupils], [(place, place.point) for place in places])
    )
    one = Judge(layer)
    graph = one.with_places(ends)
    answers = {}
    for at, pupil in enumerate(pupils):
        for to, costs in one.costs(graph, starts, at, ends).items():
            weight, second = ((value + 5) // 10 for value in costs)
            answers[pupil.id, places[to].id] = (weight, second) if layer.seconds_first else (second, weight)
    return answers


def best(delft, pupil, place):
    """The quickest trip of a pupil by what networkx says: (seconds, metres, mode), or None."""
    trips = []
    for mode in pupil.modes:
        trip = delft.by[POLICY.definitions[mode]].judged.get((pupil.id, place))
        if trip is not None:
            ov = POLICY.ov_fixed_minutes * 60 + trip[1] * 60 // POLICY.ov_metres_per_minute
            trips.append((ov if mode is Mode.OV else trip[0], trip[1], mode))
    return min(trips, key=lambda trip: (trip[0], ORDER.index(trip[2])), default=None)


def fits(pupil, place):
    """What the files say: the sector is wished for and there is a seat on every stage day."""
    return place.sector in pupil.sectors and all(place.seats.get(day) for day in pupil.days)


def test_the_kernel_and_networkx_agree_on_every_real_trip(delft):
    for definition, answers in delft.by.items():
        assert answers.asked == answers.judged, definition
        assert len(answers.judged) > 1_000, definition  # outside the town the extract has loose pieces of road


def test_a_search_shows_every_place_within_the_limit_and_no_other_with_the_trip_of_the_judge(delft):
    shown, modes = 0, Counter()
    for pupil in delft.pupils.values():
        ranking = delft.services.stages.core.search.rank(pupil, ON)
        limit = (pupil.max_minutes or POLICY.norm_minutes) * 60
        expected = {
            place.id: trip
            for place in delft.places.values()
            if fits(pupil, place) and (trip := best(delft, pupil, place.id)) is not None and trip[0] <= limit
        }
        got = {row.place.id: (row.leg.seconds, row.leg.metres, row.leg.mode) for row in ranking.rows}
        assert got == expected, pupil.id
        for row in ranking.rows:
            assert row.leg.minutes == -(-row.leg.seconds // 60)
            assert row.leg.minutes * 2 * len(pupil.days) <= row.burden_minutes
            modes[row.leg.mode] += 1
        assert sum(ranking.hidden.values()) + len(ranking.rows) == ranking.looked_at
        shown += len(got)
    assert shown > 500
    assert set(modes) == set(Mode)


def test_every_place_that_is_not_shown_tells_a_true_reason(delft):
    search = delft.services.stages.core.search
    reasons = Counter()
    for pupil in list(delft.pupils.values())[:15]:
        for place, verdict, leg in search.explain_rest(pupil, ON).rejected:
            assert isinstance(verdict, Rejected)
            trip = best(delft, pupil, place.id)
            assert (leg is None) or (leg.seconds, leg.metres, leg.mode) == trip
            assert verdict.sentence.endswith(".")
            limit = (pupil.max_minutes or POLICY.norm_minutes) * 60
            assert (verdict.codes <= {Rule.TRAVEL, Rule.NO_ROUTE}) == fits(pupil, place)
            assert (verdict.codes & {Rule.TRAVEL, Rule.NO_ROUTE} != set()) == (trip is None or trip[0] > limit)
            reasons[verdict.code] += 1
    assert {Rule.SECTOR, Rule.DAYS, Rule.TRAVEL, Rule.NO_ROUTE} <= set(reasons)


def test_every_row_of_the_proposal_has_the_trip_of_the_judge_and_no_weekday_is_given_twice(delft):
    proposal = delft.services.stages.core.proposals.propose(Request((SCHOOL,), seed=3), ON)
    assert proposal.proven
    taken = Counter()
    for row in proposal.rows:
        pupil = delft.pupils[row.pupil]
        if row.place is None:
            assert row.reason.endswith(".")
            continue
        place = delft.places[row.place]
        seconds, metres, mode = best(delft, pupil, row.place)
        assert (row.minutes, row.metres, row.mode) == (-(-seconds // 60), metres, mode.value)
        assert fits(pupil, place)
        taken.update((row.place, day) for day in pupil.days)
    assert all(count <= delft.places[place].seats[day] for (place, day), count in taken.items())
    placed = [row for row in proposal.rows if row.place]
    assert len(placed) >= proposal.nearest_spread.count > 40
    assert len(proposal.rows) == PUPILS
    assert max(row.minutes for row in placed) == proposal.spread.longest
    without = [name for name, pupil in delft.pupils.items() if not any(fits(pupil, p) for p in delft.places.values())]
    assert all(row.place is None for row in proposal.rows if row.pupil in without)


def test_the_page_and_the_sheet_for_parents_print_that_trip(delft):
    services = delft.services
    email = "delft@merenveld.example"
    grant = Grant(Role.STAGECOORDINATOR, Owner("school", SCHOOL))
    services.accounts.add_demo_account(email, "Delft", PASSWORD, [grant])
    account = next(row for row in services.accounts.accounts() if row.email == email)
    client = delft.app.test_client()
    with client.session_transaction() as cookie:
        cookie["token"] = services.logins.open_session(account.id, "pytest", pending=False)
    rows, sheets = 0, 0
    for pupil in list(delft.pupils.values())[:12]:
        page = client.get(f"/zoeken?leerling={pupil.id}")
        assert page.status_code == 200
        blocks = page.text.split('<li class="result"')[1:]
        for block in blocks:
            text = " ".join(unescape(re.sub(r"<[^>]*>", " ", block)).split())
            place = re.search(r"/plekken/([^\"/?]+)", block)[1]
            seconds, metres, mode = best(delft, pupil, place)
            assert f"{-(-seconds // 60)} min" in text, (pupil.id, place)
            assert " ".join(km(metres).split()) in text, (pupil.id, place)
            rows += 1
        if blocks:
            sheet = client.get(f"/leerlingen/{pupil.id}/print/{place}")
            minutes = -(-seconds // 60)
            assert f"{minutes} {'minuut' if minutes == 1 else 'minuten'} {mode.verb}, {km(metres)}" in sheet.text
            sheets += 1
    assert rows > 60
    assert sheets > 5


def test_a_server_that_was_warmed_up_has_every_place_at_hand_and_on_the_road(delft):
    stores = delft.services.stages.people._stores
    stores.indexes = PlaceIndexes()
    warm_up(delft.app)
    index = stores.indexes._index
    assert [place.id for place in index.places] == sorted(delft.places)
