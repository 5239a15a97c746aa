"""Rows that look alike: a program proposes, a person decides."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING

from data.double_store import COMPANY, KINDS, PLACE, PUPIL, Double, DoubleStore
from data.seekers import find_owner
from data.stage_store import StageStore

if TYPE_CHECKING:
    from usecases.stages import Stores


class DoubleService:
    """Use cases around companies, places and pupils that look alike."""

    kinds = KINDS

    def __init__(self, stores: Stores, clock: Callable[[], datetime]) -> None:
        self._stores = stores
        self._clock = clock

    def find(self, brins: Collection[str]) -> dict[str, list[Double]]:
        """Pairs per kind that these schools may decide about."""
        with self._stores.read() as store:
            return {kind: DoubleStore(store.session).find(kind, brins) for kind in KINDS}

    def may_decide(self, kind: str, key: str, brins: Collection[str]) -> bool:
        """Whether one of these schools has this pupil, manages this place, or may see this company."""
        with self._stores.read() as store:
            stage = StageStore(store.session)
            if kind == COMPANY:
                return stage.sees_company(key, brins)
            if kind == PLACE:
                place = stage.place(key)
                return place is not None and place.owner_brin in brins
            return kind == PUPIL and find_owner(store.session, key) in brins

    def decide(self, kind: str, one: str, other: str, *, same: bool, actor: str) -> None:
        """Write down that two are the same, or are not; see `DoubleStore.decide`."""
        with self._stores.write() as store:
            DoubleStore(store.session).decide(kind, one, other, same=same, at=self._clock(), actor=actor)
