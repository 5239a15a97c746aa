"""Companies and places: looking, changing seats, taking a place back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from data.stage_store import CompanyRow, StageStore
from matching.places.model import InternshipPlace, Period, Weekday
from matching.places.register import Placement

if TYPE_CHECKING:
    from usecases.stages import Stores


@dataclass(frozen=True, slots=True)
class CompanyPage:
    """A company with its recognitions and the places that these schools may see."""

    row: Any
    recognitions: list[Any]
    places: list[Any]


@dataclass(frozen=True, slots=True)
class PlacePage:
    """A place: its row, its value, who holds its seats, and how many are taken on the busiest day."""

    row: Any
    place: InternshipPlace
    company: Any
    placements: list[Placement]
    taken: Mapping[Weekday, int]


def school_year(today: date) -> Period:
    """From today to the 31st of July that follows."""
    return Period(today, date(today.year + (today.month >= 8), 7, 31))


class OfferService:
    """Use cases around companies and places."""

    def __init__(self, stores: Stores, clock: Callable[[], datetime]) -> None:
        self._stores = stores
        self._clock = clock

    def list_companies(self, brins: Collection[str], search: str = "") -> list[CompanyRow]:
        """Companies that these schools may see, by name."""
        with self._stores.read() as store:
            return StageStore(store.session).company_rows(brins, search)

    def sees_company(self, company_id: str, brins: Collection[str]) -> bool:
        """Whether one of these schools may see a company."""
        with self._stores.read() as store:
            return StageStore(store.session).sees_company(company_id, brins)

    def company(self, company_id: str, brins: Collection[str]) -> CompanyPage:
        """A company for its page; the caller has checked that it may be seen."""
        with self._stores.read() as store:
            stage = StageStore(store.session)
            return CompanyPage(
                stage.company(company_id), stage.recognitions(company_id), stage.places_of(company_id, brins)
            )

    def visible_owner(self, place_id: str, brins: Collection[str]) -> str | None:
        """The school through which one of ``brins`` may see a place: its own, or any of them when it is shared."""
        with self._stores.read() as store:
            place = store.place(place_id)
        if place is None:
            return None
        if place.owner in brins:
            return place.owner
        return next(iter(sorted(brins)), None) if place.shared and place.company.shares else place.owner

    def is_visible(self, place_id: str, brins: Collection[str]) -> bool:
        """Whether one of these schools may see a place."""
        owner = self.visible_owner(place_id, brins)
        return owner is not None and owner in brins

    def owner_of_place(self, place_id: str) -> str | None:
        """BRIN of the school that manages a place, or ``None``."""
        with self._stores.read() as store:
            place = store.place(place_id)
        return None if place is None else place.owner

    def names(self, place_ids: Collection[str]) -> dict[str, str]:
        """``Company, what the pupil does`` per place."""
        with self._stores.read() as store:
            found = StageStore(store.session).place_names(place_ids)
        return {place_id: f"{company}, {name}" for place_id, (name, company) in found.items()}

    def place(self, place_id: str, period: Period) -> PlacePage:
        """A place for its page; the caller has checked that it may be seen."""
        with self._stores.read() as store:
            stage = StageStore(store.session)
            row = stage.place(place_id)
            place = store.place(place_id)
            assert row is not None  # noqa: S101 - the access rule found it
            assert place is not None  # noqa: S101 - idem
            taken = store.taken([place_id], period).get(place_id, {})
            return PlacePage(row, place, stage.company(row.company_id), store.placements(place_id=place_id), taken)

    def change_seats(self, place_id: str, seats: Mapping[Weekday, int], *, actor: str) -> None:
        """Set the seats per weekday; refuses fewer than the register has given away."""
        with self._stores.write() as store:
            StageStore(store.session).change_seats(place_id, seats, at=self._clock(), actor=actor)

    def withdraw_place(self, place_id: str, note: str, *, actor: str) -> None:
        """Take a place out of the offer."""
        with self._stores.write() as store:
            StageStore(store.session).withdraw_place(place_id, note, at=self._clock(), actor=actor)
