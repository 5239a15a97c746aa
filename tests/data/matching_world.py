"""Matching over a real store and straight-line travel, for tests of the register on both databases."""

import uuid
from contextlib import contextmanager
from datetime import date

from data.law_store import LawStore
from data.matching_store import MatchingStore
from data.places.index import PlaceIndexes
from data.tables.matching import SeatClaim
from matching.places.placing import Claim
from matching.service import MatchingCore
from tests.matching.plain_travel import PlainTravel
from tests.matching.world import AT

TODAY = date(2026, 11, 23)


class World:
    def __init__(self, database):
        self.database, self.indexes, self.travel = database, PlaceIndexes(), PlainTravel()
        self.core = MatchingCore(self.read, self.write, lambda: self.travel, lambda: AT)

    @contextmanager
    def read(self):
        with self.database.read() as session:
            yield MatchingStore(session, self.indexes)

    @contextmanager
    def write(self):
        with self.database.write() as session:
            yield MatchingStore(session, self.indexes)

    def reserve(self, number, place_id, **more):
        claim = Claim(f"99AA-{number:04d}", place_id, more.pop("request", uuid.uuid4().hex), **more)
        return self.core.register.reserve(claim, placement_id=uuid.uuid4().hex, on=TODAY, actor="test")

    def sign(self, placement_id):
        """A parent signs, as is asked before the first day of who is under 16."""
        with self.database.write() as session:
            LawStore(session).sign(placement_id, TODAY, at=AT, actor="test")

    def claims(self):
        with self.database.read() as session:
            return session.query(SeatClaim).count()
