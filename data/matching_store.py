"""Pupils, places, policies and the register, inside one transaction; fits ``matching.places.ports.MatchingStore``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from data import audit
from data import matching_rows as rows
from data.law_files import load_rulebook
from data.places.index import PlaceIndex, PlaceIndexes
from data.places.open_places import OpenPlaces, OpenSets, find_open_places
from data.seat_claims import SeatClaims
from data.tables import matching as tables
from matching.errors import StatusError
from matching.places.eligibility import Rule
from matching.places.law.rulebook import Rulebook
from matching.places.model import (
    ENTREE_CLASSES,
    CreboClass,
    InternshipPlace,
    MatchPolicy,
    Period,
    Point,
    Pupil,
    Weekday,
)
from matching.places.register import Entry, Placement, Status, step

# Asked by every search, so they are put together once, and of columns of the table: those need no unit of work.
_policy = tables.MatchingPolicy.__table__.c
_POLICY = (
    select(_policy.since, _policy.weights)
    .where(_policy.brin == bindparam("school"), _policy.since <= bindparam("on"))
    .order_by(_policy.since.desc())
    .limit(1)
)
_crebos = tables.CreboGroup.__table__.c
_CREBOS = select(_crebos.crebos, _crebos.since, _crebos.source).order_by(_crebos.id)


class MatchingStore:
    """Everything that ``matching.service`` asks of storage, on one session."""

    def __init__(self, session: Session, indexes: PlaceIndexes) -> None:
        self.session = session
        self._indexes = indexes

    # ------------------------------------------------ pupils

    def pupil(self, pupil_id: str) -> Pupil | None:
        """One pupil, or ``None``."""
        return rows.load_pupil(self.session, pupil_id)

    def pupils(self, school: str) -> list[Pupil]:
        """Every present pupil of a school (BRIN), by id."""
        return rows.load_pupils(self.session, school)

    # ------------------------------------------------ places

    @property
    def index(self) -> PlaceIndex:
        """Every place as sets of rows, at the revision of this session."""
        return self._indexes.of(self.session)

    def place(self, place_id: str) -> InternshipPlace | None:
        """One place, or ``None``; straight from its row, so that a claim sees the newest seats."""
        row = self.session.get(tables.InternshipPlace, place_id)
        if row is None:
            return None
        return rows.to_place(row, rows.load_companies(self.session, [row.company_id])[row.company_id])

    def open_places(self, pupil: Pupil, metres: float | None, relaxed: frozenset[Rule] = frozenset()) -> OpenPlaces:
        """Places within ``metres`` that pass every rule but travel."""
        classes = self.crebo_classes() if pupil.route is not None and pupil.route.needs_recognition else ()
        seats = self._indexes.seats(self.session)
        return find_open_places(seats.index, seats.within, pupil, metres, classes, relaxed)

    def open_sets(self) -> OpenSets:
        """The same for many pupils, as sets."""
        seats = self._indexes.seats(self.session)
        return OpenSets(seats.index, seats.within, self.crebo_classes())

    def finders(self) -> frozenset[str]:
        """Ids of the pupils who found a place themselves."""
        return self.index.finders

    def places_near(self, origin: Point, metres: float | None) -> list[InternshipPlace]:
        """Every place within ``metres`` as the crow flies, whatever the rules say."""
        return self.index.near(origin, metres)

    def taken(self, place_ids: Sequence[str], period: Period) -> Mapping[str, Mapping[Weekday, int]]:
        """Per place and weekday the largest number of seats taken on any day of ``period``."""
        return SeatClaims(self.session).taken(place_ids, period)

    # ------------------------------------------------ policy and crebos

    def policy(self, school: str, on: date) -> MatchPolicy:
        """The policy of a school on a day; the start values when it never chose any."""
        row = self.session.execute(_POLICY, {"school": school, "on": on}).first()
        if row is None:
            return rows.to_policy(school, date(2026, 8, 1), None)
        return rows.to_policy(school, row.since, row.weights)

    def save_policy(self, policy: MatchPolicy, *, at: datetime, actor: str) -> None:
        """Store the weights of a school from ``policy.since`` on."""
        before = self.session.get(tables.MatchingPolicy, (policy.school, policy.since))
        weights = rows.to_weights(policy)
        audit.append(
            self.session,
            at=at,
            actor=actor,
            action="weging gewijzigd",
            object_kind="weging",
            object_id=f"{policy.school} {policy.since}",
            before=before.weights if before else None,
            after=weights,
        )
        self.session.merge(
            tables.MatchingPolicy(brin=policy.school, since=policy.since, weights=weights, saved_at=at, saved_by=actor)
        )

    def rulebook(self) -> Rulebook:
        """The law on minors at work, as dated rules."""
        return load_rulebook()

    def crebo_classes(self) -> tuple[CreboClass, ...]:
        """Which crebos count for each other; the start values when none were stored."""
        found = self.session.execute(_CREBOS).all()
        if not found:
            return ENTREE_CLASSES
        return tuple(CreboClass(frozenset(rows.split(row.crebos)), row.since, row.source) for row in found)

    # ------------------------------------------------ the register

    def placement(self, placement_id: str) -> Placement | None:
        """One placement with its present status, or ``None``."""
        row = self.session.get(tables.Placement, placement_id)
        return None if row is None else rows.to_placement(row)

    def parent_signed_on(self, placement_id: str) -> date | None:
        """The day on which a parent or carer signed the agreement of a placement, or ``None``."""
        row = self.session.get(tables.ParentSignature, placement_id)
        return None if row is None else row.signed_on

    def hold_placement(self, placement_id: str) -> Placement | None:
        """One placement as it is now, kept from others until this transaction ends, or ``None``."""
        lock = {"key_share": True}
        row = self.session.get(tables.Placement, placement_id, with_for_update=lock, populate_existing=True)
        return None if row is None else rows.to_placement(row)

    def placements(
        self,
        *,
        school: str | None = None,
        pupil_id: str | None = None,
        place_id: str | None = None,
        company_id: str | None = None,
    ) -> list[Placement]:
        """Placements with their present status, of a school, a pupil, a place or a company, oldest first."""
        query = select(tables.Placement)
        if school is not None:
            query = query.where(tables.Placement.brin == school)
        if pupil_id is not None:
            query = query.where(tables.Placement.pupil_id == pupil_id)
        if place_id is not None:
            query = query.where(tables.Placement.place_id == place_id)
        if company_id is not None:
            query = query.join(tables.InternshipPlace, tables.InternshipPlace.id == tables.Placement.place_id).where(
                tables.InternshipPlace.company_id == company_id
            )
        first = select(func.min(tables.PlacementEntry.id)).where(
            tables.PlacementEntry.placement_id == tables.Placement.id
        )
        return [
            rows.to_placement(row)
            for row in self.session.scalars(query.order_by(first.scalar_subquery(), tables.Placement.id))
        ]

    def placement_by_request(self, request: str) -> Placement | None:
        """The placement that an earlier submit with this key made, or ``None``."""
        row = self.session.scalars(select(tables.Placement).where(tables.Placement.request_key == request)).first()
        return None if row is None else rows.to_placement(row)

    def queue(self, pupil_ids: Iterable[str], place_ids: Iterable[str]) -> None:
        """Wait for whoever is claiming for these pupils or at these places, until this transaction ends.

        Pupils come before places and both go by id, so that no two transactions wait for each other in a circle.
        SQLite has one writer already.
        """
        for table, ids in ((tables.Pupil, pupil_ids), (tables.InternshipPlace, place_ids)):
            for part in rows.parts(ids):
                rows_of_part = select(table).where(table.id.in_(part)).order_by(table.id)
                self.session.execute(
                    rows_of_part.with_for_update(key_share=True).execution_options(populate_existing=True)
                ).all()

    def add_placement(self, placement: Placement, entry: Entry) -> Placement:
        """Store a new placement with the first line of its journal, and claim its seats.

        Raises
        ------
        NoSeatLeftError
            A weekday is full on some day of the period.
        """
        if placement.status.holds_seat:
            SeatClaims(self.session).lock(placement.place)
        self.session.add(
            tables.Placement(
                id=placement.id,
                pupil_id=placement.pupil,
                brin=placement.school,
                place_id=placement.place,
                days=rows.to_bits(placement.days),
                first_day=placement.period.first,
                last_day=placement.period.last,
                status=placement.status.value,
                expires_on=placement.expires,
                minutes=placement.minutes,
                metres=placement.metres,
                mode=placement.mode,
                score=placement.score,
                reason=placement.reason,
                travel_costs=placement.travel_costs,
                request_key=placement.request,
                proposal_id=placement.proposal,
            )
        )
        self.session.flush()
        if placement.status.holds_seat:
            SeatClaims(self.session).claim(placement)
        self._write_entry(placement, entry, None)
        return placement

    def append_entry(self, placement_id: str, entry: Entry) -> Placement:
        """Add a line to the journal of a placement, move its status and claim or free its seats.

        Raises
        ------
        NoSeatLeftError
            The step takes a seat that is gone.
        """
        row = self._lock_placement(placement_id)
        before = rows.to_placement(row)
        after = step(before, entry)
        row.status = after.status.value
        row.expires_on = after.expires
        if after.status.holds_seat and not before.status.holds_seat:
            SeatClaims(self.session).claim(after)
        if before.status.holds_seat and not after.status.holds_seat:
            SeatClaims(self.session).free(placement_id)
        self._write_entry(after, entry, before.status)
        return rows.to_placement(row)

    def _lock_placement(self, placement_id: str) -> tables.Placement:
        lock = {"key_share": True}
        return self.session.get_one(tables.Placement, placement_id, with_for_update=lock, populate_existing=True)

    def extend_reservation(self, placement_id: str, until: date, *, at: datetime, actor: str) -> Placement:
        """Give a reservation a later last day, with a line in its journal.

        Raises
        ------
        StatusError
            It is no reservation (any more).
        """
        row = self._lock_placement(placement_id)
        if row.status != Status.RESERVED.value:
            raise StatusError(f"Deze plaatsing is {row.status}, geen reservering.")
        row.expires_on = until
        placement = rows.to_placement(row)
        note = f"Verlengd tot en met {until:%d-%m-%Y}."
        self._write_entry(placement, Entry(at, actor, placement.status, note), placement.status)
        return placement

    def set_reason(self, placement_id: str, reason: str, *, at: datetime, actor: str) -> Placement:
        """Keep why a trip above the norm is right, with a line in the journal."""
        row = self._lock_placement(placement_id)
        row.reason = reason
        placement = rows.to_placement(row)
        self._write_entry(
            placement, Entry(at, actor, placement.status, f"Reden van de langere reis: {reason}"), placement.status
        )
        return placement

    def add_note(self, placement_id: str, note: str, *, at: datetime, actor: str) -> None:
        """A line in the journal that changes nothing else."""
        placement = rows.to_placement(self._lock_placement(placement_id))
        self._write_entry(placement, Entry(at, actor, placement.status, note), placement.status)

    def _write_entry(self, placement: Placement, entry: Entry, before: Status | None) -> None:
        # Before the line gets its number: who reads the journal up to a line has then seen all before it, and
        # ``SeatsInUse`` relies on that.
        audit.queue(self.session)
        self.session.add(
            tables.PlacementEntry(
                placement_id=placement.id,
                at=entry.at,
                actor=entry.actor,
                status=entry.status.value,
                note=entry.note,
                code=entry.code.value if entry.code else None,
            )
        )
        audit.append(
            self.session,
            at=entry.at,
            actor=entry.actor,
            action=f"plaatsing {entry.status.value}",
            object_kind="plaatsing",
            object_id=placement.id,
            before={"status": before.value} if before else None,
            after={
                "status": entry.status.value,
                "plek": placement.place,
                "reden": entry.code.value if entry.code else None,
                "reiskosten": placement.travel_costs,
            },
        )

    def entries(self, placement_id: str) -> list[Entry]:
        """The journal of a placement, oldest first."""
        query = select(tables.PlacementEntry).where(tables.PlacementEntry.placement_id == placement_id)
        return [rows.to_entry(row) for row in self.session.scalars(query.order_by(tables.PlacementEntry.id))]

    def expired(self, on: date) -> list[Placement]:
        """Reservations whose last day lies before ``on``, by id, kept from others until this transaction ends."""
        query = select(tables.Placement).where(
            tables.Placement.status == Status.RESERVED.value, tables.Placement.expires_on < on
        )
        query = query.order_by(tables.Placement.id).with_for_update(key_share=True)
        return [rows.to_placement(row) for row in self.session.scalars(query)]

    def note_access(self, *, at: datetime, actor: str, action: str, object_id: str) -> None:
        """Write in the audit trail that pupil data was opened or exported."""
        audit.append(self.session, at=at, actor=actor, action=action, object_kind="leerling", object_id=object_id)

    def touch(self) -> None:
        """Say that places or companies changed, so that every process loads its index again."""
        self.session.execute(update(tables.MatchingRevision).values(number=tables.MatchingRevision.number + 1))
