"""Pupils with their status and what there is to do; opening and exporting them is written in the audit trail."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from data import audit
from data.exporters.layers import Export, to_csv, to_xlsx
from data.importers.matching_templates import SECTORS
from data.law_store import JudgedPlacement, LawStore
from data.seekers import Seeker, find_owner, find_seeker, list_unplaced
from data.stage_export import EXPORT_TABLES, school_layers
from data.stage_store import PupilRow, StageStore
from matching.errors import MatchingError
from matching.places.eligibility import Rule, find_law_failure
from matching.places.law.judge import Verdict
from matching.places.model import MatchPolicy, Pupil
from matching.places.placing import Claim
from matching.places.register import Entry, Placement, Status, Withdrawal
from matching.service import MatchingCore

if TYPE_CHECKING:
    from usecases.stages import Stores

SOON_DAYS = 30
"""A stage that ends within this many days stands in the action list."""

EXPIRING_DAYS = 5
AUDIT_MINUTES = 15
"""The same person opening the same pupil again within this time is one entry in the audit trail."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A pupil in the list: status in a word, and what to do in a sentence (or nothing)."""

    row: PupilRow
    status: str
    todo: str
    kind: str


STATUSES = {
    "mag_niet": "mag niet van de wet",
    "zonder_plek": "zonder plek",
    "plek_weg": "plek ingetrokken",
    "verloopt": "reservering verloopt",
    "eerst_invullen": "eerst invullen",
    "reden_ontbreekt": "reden ontbreekt",
    "loopt_af": "loopt bijna af",
    "geregeld": "geregeld",
}
"""The states of the action list, most urgent first."""


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A placement with the words of its place."""

    placement: Placement
    place: str
    company: str


@dataclass(frozen=True, slots=True)
class SearchForm:
    """What the search page asks with: (id, number) of the pupils without a place, and the pupil of this search."""

    unplaced: list[tuple[str, str]]
    seeker: Seeker | None


def new_claim(pupil_id: str, place_id: str, form: Mapping[str, str]) -> Claim:
    """The claim of a reserve form; without a key of its own every submit is a new claim."""
    return Claim(
        pupil_id,
        place_id,
        form.get("sleutel", "").strip()[:80] or uuid.uuid4().hex,
        reason=form.get("reden", "").strip()[:2000],
        travel_costs=form.get("reiskosten") == "ja",
    )


def _by_placement(judged: Sequence[JudgedPlacement]) -> dict[str, Verdict]:
    return {one.placement.id: one.verdict for one in judged}


def _find_todo(
    placement: Placement, failure: tuple[Rule, str] | None, policy: MatchPolicy, today: date
) -> tuple[str, str]:
    """The state of the action list and what to do, the most urgent first."""
    last = placement.expires if placement.status is Status.RESERVED else None
    if failure is not None and failure[0] is Rule.LAW:
        return "mag_niet", failure[1]
    if last is not None and last <= today + timedelta(days=EXPIRING_DAYS):
        return "verloopt", f"Bevestig of geef vrij, uiterlijk {last:%d-%m-%Y}."
    if failure is not None:
        return "eerst_invullen", failure[1]
    if placement.minutes is not None and placement.minutes > policy.norm_minutes and not placement.reason:
        return "reden_ontbreekt", "Schrijf op waarom de reis langer is dan de norm."
    if placement.status is not Status.FINISHED and placement.period.last <= today + timedelta(days=SOON_DAYS):
        return "loopt_af", f"De stage eindigt op {placement.period.last:%d-%m-%Y}."
    return "geregeld", ""


class PeopleService:
    """Use cases around pupils."""

    def __init__(
        self, stores: Stores, core: MatchingCore, clock: Callable[[], datetime], today: Callable[[], date]
    ) -> None:
        self._stores = stores
        self._core = core
        self._clock = clock
        self._today = today
        self._noted: dict[tuple[str, str, str], datetime] = {}

    # ------------------------------------------------ looking

    def owner_of(self, pupil_id: str) -> str | None:
        """BRIN of the school of a pupil, or ``None``."""
        with self._stores.read() as store:
            return find_owner(store.session, pupil_id)

    def school_names(self, brins: Collection[str]) -> dict[str, str]:
        """Names by BRIN."""
        with self._stores.read() as store:
            return StageStore(store.session).school_names(brins)

    def list_pupils(self, brins: Collection[str]) -> list[Listed]:
        """Every present pupil of these schools with status and action, by id."""
        today = self._today()
        with self._stores.read() as store:
            policies = {brin: store.policy(brin, today) for brin in brins}
            laws = _by_placement(LawStore(store.session).judge_open(brins, today))
            found = StageStore(store.session).pupil_rows(brins)
            return [self._listed(row, policies[row.brin], today, laws) for row in found]

    def search_form(self, brins: Collection[str], pupil_id: str | None) -> SearchForm:
        """Whom one can search for, and the pupil that is searched for now."""
        with self._stores.read() as store:
            seeker = find_seeker(store.session, pupil_id) if pupil_id else None
            return SearchForm(list_unplaced(store.session, brins), seeker)

    def count_unplaced(self, brins: Collection[str]) -> int:
        """How many present pupils of these schools hold no seat."""
        with self._stores.read() as store:
            return len(list_unplaced(store.session, brins))

    def find(self, pupil_id: str) -> Listed | None:
        """One pupil with status and action, or ``None``."""
        today = self._today()
        with self._stores.read() as store:
            row = StageStore(store.session).pupil_row(pupil_id)
            if row is None:
                return None
            laws = _by_placement(LawStore(store.session).judge_open([row.brin], today))
            return self._listed(row, store.policy(row.brin, today), today, laws)

    @staticmethod
    def _listed(row: PupilRow, policy: MatchPolicy, today: date, laws: Mapping[str, Verdict]) -> Listed:
        placement = row.placement
        if placement is None:
            if row.last_withdrawal in {Withdrawal.PLACE_GONE, Withdrawal.COMPANY_REFUSED}:
                return Listed(row, "zonder plek", "De plek is weg. Zoek een andere plek.", "plek_weg")
            return Listed(row, "zonder plek", "", "zonder_plek")
        law = laws.get(placement.id)
        kind, todo = _find_todo(placement, find_law_failure(law) if law is not None else None, policy, today)
        return Listed(row, placement.status.value, todo, kind)

    def history(self, pupil_id: str) -> list[tuple[Placement, Sequence[Entry]]]:
        """Every placement of a pupil with its journal, oldest first."""
        with self._stores.read() as store:
            return [(one, store.entries(one.id)) for one in store.placements(pupil_id=pupil_id)]

    def count_placements(self, pupil_id: str) -> int:
        """How many placements a pupil has had, whatever came of them."""
        with self._stores.read() as store:
            return StageStore(store.session).count_placements(pupil_id)

    def pupil(self, pupil_id: str) -> Pupil:
        """The pupil as matching knows it.

        Raises
        ------
        UnknownObjectError
            There is no such pupil.
        """
        return self._core.search.find_pupil(pupil_id)

    # ------------------------------------------------ the register

    def placement(self, placement_id: str) -> Placement | None:
        """One placement, or ``None``."""
        with self._stores.read() as store:
            return store.placement(placement_id)

    def placements(self, brins: Collection[str]) -> list[PlacedRow]:
        """Every placement of these schools with the words of its place."""
        with self._stores.read() as store:
            found = [one for brin in sorted(brins) for one in store.placements(school=brin)]
            names = StageStore(store.session).place_names({one.place for one in found})
        return [PlacedRow(one, *names.get(one.place, ("", ""))) for one in found]

    def reserve(self, claim: Claim, actor: str) -> Placement:
        """Take a seat; see `RegisterService.reserve`."""
        return self._core.register.reserve(claim, placement_id=uuid.uuid4().hex, on=self._today(), actor=actor)

    def leave(self, pupil_id: str, actor: str) -> None:
        """Write down that a pupil left; open placements must be ended first.

        Raises
        ------
        MatchingError
            The pupil still has an open placement.
        """
        with self._stores.write() as store:
            store.queue([pupil_id], [])
            if any(one.status.is_open for one in store.placements(pupil_id=pupil_id)):
                raise MatchingError("Deze leerling heeft nog een plaatsing. Rond die af of trek die in.")
            StageStore(store.session).leave(pupil_id, at=self._clock(), actor=actor)

    # ------------------------------------------------ the audit trail

    def note(self, action: str, object_id: str, actor: str) -> None:
        """Write that pupil data was opened; the same again within a quarter of an hour is one entry."""
        now = self._clock()
        key = (actor, action, object_id)
        earlier = self._noted.get(key)
        if earlier is not None and now - earlier < timedelta(minutes=AUDIT_MINUTES):
            return
        with self._stores.write() as store:
            store.note_access(at=now, actor=actor, action=action, object_id=object_id)
        if len(self._noted) > 10_000:
            self._noted.clear()
        self._noted[key] = now

    # ------------------------------------------------ policy

    def policy(self, brin: str) -> MatchPolicy:
        """The weights that count for a school today."""
        with self._stores.read() as store:
            return store.policy(brin, self._today())

    def save_policy(self, policy: MatchPolicy, actor: str) -> None:
        """Store new weights for a school."""
        with self._stores.write() as store:
            store.save_policy(policy, at=self._clock(), actor=actor)

    # ------------------------------------------------ everything a school has

    export_tables = EXPORT_TABLES
    sectors = SECTORS

    def export(self, brin: str, actor: str) -> Export:
        """Everything a school has: pupils, placements with their journal, own places and companies.

        The export itself is an entry in the audit trail.
        """
        now = self._clock()
        with self._stores.write() as store:
            layers = school_layers(store.session, brin)
            audit.append(
                store.session,
                at=now,
                actor=actor,
                action="gegevens van de school uitgevoerd",
                object_kind="school",
                object_id=brin,
                after={layer.name: len(layer.rows) for layer in layers},
            )
        return Export(f"Stageroute, alles van school {brin}", layers, {"gemaakt": now.isoformat(timespec="minutes")})

    def export_file(self, brin: str, kind: str, actor: str) -> bytes:
        """``xlsx`` with a sheet per table, or the name of one table as CSV."""
        export = self.export(brin, actor)
        if kind == "xlsx":
            return to_xlsx(export)
        return to_csv(next(layer for layer in export.layers if layer.name == kind))
