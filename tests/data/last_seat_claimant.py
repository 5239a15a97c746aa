"""One of two processes that want the same seats at the same moment; started by ``test_last_seat``."""

import uuid
from contextlib import contextmanager
from datetime import date

from data.matching_store import MatchingStore
from data.places.index import PlaceIndexes
from data.session import Database
from matching.errors import NoSeatLeftError
from matching.places.placing import Claim
from matching.service import MatchingCore
from tests.matching.plain_travel import PlainTravel
from tests.matching.world import AT


def claim_seats(url, rounds, first_pupil, barrier, answers):
    """Claim place after place, each at the sign of the barrier; answers (round, pupil, won or the sentence)."""
    database, indexes = Database(url), PlaceIndexes()

    @contextmanager
    def read():
        with database.read() as session:
            yield MatchingStore(session, indexes)

    @contextmanager
    def write():
        with database.write() as session:
            yield MatchingStore(session, indexes)

    travel = PlainTravel()
    core = MatchingCore(read, write, lambda: travel, lambda: AT)
    outcome = []
    for number in range(rounds):
        pupil = f"99AA-{first_pupil + 2 * number:04d}"
        claim = Claim(pupil, f"P{number + 1:03d}", uuid.uuid4().hex)
        barrier.wait(timeout=60)
        try:
            core.register.reserve(claim, placement_id=uuid.uuid4().hex, on=date(2026, 11, 23), actor=pupil)
            outcome.append((number, pupil, True))
        except NoSeatLeftError as error:
            outcome.append((number, pupil, str(error)))
    database.close()
    answers.put(outcome)
