"""Two processes claim the last seat of 200 places at the same moment: one winner each, and no seat is lost."""

import multiprocessing

import pytest
from sqlalchemy import func, select

from data.tables.matching import Placement, PlacementEntry, SeatClaim
from tests.conftest import fill_organisation
from tests.data.last_seat_claimant import claim_seats
from tests.matching.world import company, fill_town, place, pupil

ROUNDS = 200
STAGE = {"periode_van": "2026-11-30", "periode_tot": "2026-12-06"}


@pytest.mark.slow
def test_the_last_seat_has_one_winner_in_200_concurrent_rounds_of_two_processes(database, database_url):
    fill_organisation(database)
    fill_town(
        database,
        [pupil(number, **STAGE) for number in range(1, 2 * ROUNDS + 1)],
        [place(number, bedrijf="B001", lat="52,65", lon="5,40") for number in range(1, ROUNDS + 1)],
        [company(1)],
    )
    database.close()
    context = multiprocessing.get_context("spawn")
    barrier, answers = context.Barrier(2), context.Queue()
    workers = [
        context.Process(target=claim_seats, args=(database_url, ROUNDS, first, barrier, answers)) for first in (1, 2)
    ]
    for worker in workers:
        worker.start()
    outcomes = [row for _ in workers for row in answers.get(timeout=150)]
    for worker in workers:
        worker.join(timeout=30)
    assert len(outcomes) == 2 * ROUNDS
    for number in range(ROUNDS):
        won = [said for round_, _, said in outcomes if round_ == number]
        assert won.count(True) == 1, (number, won)
        (sentence,) = [said for said in won if said is not True]
        assert "net eerder" in sentence or "geen plek meer vrij" in sentence
    winners = {who for _, who, said in outcomes if said is True}
    assert len({int(who[-4:]) % 2 for who in winners}) == 2  # both processes won sometimes, so they did race
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Placement)) == ROUNDS
        assert session.scalar(select(func.count()).select_from(PlacementEntry)) == ROUNDS
        assert session.scalar(select(func.count()).select_from(SeatClaim)) == 2 * ROUNDS  # Tuesday and Thursday
        assert session.scalar(select(func.max(SeatClaim.seat))) == 1
        assert set(session.scalars(select(Placement.pupil_id))) == winners
