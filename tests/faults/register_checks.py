"""What must be true of proposals and the register at any moment, whatever was killed: each broken promise is a line."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta

from sqlalchemy import func, select

from data import audit
from data import matching_rows as rows
from data.job_store import DONE
from data.session import Database, Session
from data.tables.audit import AuditEntry
from data.tables.jobs import Job, JobEffect
from data.tables.matching import InternshipPlace, Placement, PlacementEntry, Proposal, ProposalRow, SeatClaim
from matching.places.model import Weekday
from matching.places.register import replay

KIND = "voorstel"


def faults_of_the_register(database: Database) -> list[str]:
    """Placements, their journal, their seats and the audit trail tell one story."""
    with database.read() as session:
        _, _, broken = audit.verify(session)
        return [
            *_faults_of_journals(session),
            *_faults_of_seats(session),
            *_faults_of_decisions(session),
            *([f"audit trail: {broken.why}"] if broken else []),
        ]


def _faults_of_journals(session: Session) -> list[str]:
    faults = []
    journal: dict[str, list[PlacementEntry]] = defaultdict(list)
    for entry in session.scalars(select(PlacementEntry).order_by(PlacementEntry.id)):
        journal[entry.placement_id].append(entry)
    noted: dict[str, list[tuple[object, str]]] = defaultdict(list)
    query = select(AuditEntry).where(AuditEntry.object_kind == "plaatsing").order_by(AuditEntry.id)
    for entry in session.scalars(query):
        noted[entry.object_id].append((entry.at, (entry.after or {})["status"]))
    placements = {row.id: row for row in session.scalars(select(Placement))}
    for placement_id in sorted({*placements, *journal, *noted}):
        row, entries = placements.get(placement_id), journal[placement_id]
        if row is None or not entries:
            faults.append(f"placement {placement_id}: placement {row is not None}, {len(entries)} journal lines")
        elif replay(rows.to_placement(row), tuple(map(rows.to_entry, entries))).status.value != row.status:
            faults.append(f"placement {placement_id} is {row.status}, its journal says otherwise")
        if [(entry.at, entry.status) for entry in entries] != noted[placement_id]:
            faults.append(f"placement {placement_id}: the journal and the audit trail differ")
    return faults


def _faults_of_seats(session: Session) -> list[str]:
    faults = []
    claimed: dict[str, Counter[object]] = defaultdict(Counter)
    used: Counter[tuple[str, object]] = Counter()
    offered = {row.id: row for row in session.scalars(select(InternshipPlace))}
    for claim in session.scalars(select(SeatClaim)):
        claimed[claim.placement_id][claim.day] += 1
        used[claim.place_id, claim.day] += 1
        seats = getattr(offered[claim.place_id], rows.SEAT_COLUMNS[claim.day.weekday()])
        if used[claim.place_id, claim.day] > seats or claim.seat > seats:
            faults.append(f"place {claim.place_id} is over-booked on {claim.day}")
    held: Counter[str] = Counter()
    for row in session.scalars(select(Placement)):
        placement = rows.to_placement(row)
        length = (placement.period.last - placement.period.first).days + 1
        days = [placement.period.first + timedelta(days=number) for number in range(length)]
        wanted = [day for day in days if Weekday(day.weekday()) in placement.days]
        if claimed[row.id] != Counter(wanted if placement.status.holds_seat else []):
            faults.append(f"placement {row.id} ({row.status}) holds {len(claimed[row.id])} seats of {len(wanted)}")
        held[row.pupil_id] += placement.status.holds_seat
    return faults + [f"pupil {pupil} has {count} places" for pupil, count in held.items() if count > 1]


def _faults_of_decisions(session: Session) -> list[str]:
    """A proposal is accepted whole: every row is reserved, or says why not."""
    faults = []
    placements = {row.id: row for row in session.scalars(select(Placement))}
    decided: dict[str, list[ProposalRow]] = defaultdict(list)
    for row in session.scalars(select(ProposalRow).where(ProposalRow.place_id.is_not(None))):
        decided[row.proposal_id].append(row)
    for proposal_id, offered in decided.items():
        taken = [row for row in offered if row.decision is not None]
        if taken and any(row.decision is None and not row.refusal for row in offered):
            faults.append(f"proposal {proposal_id} is half applied: {len(taken)} of {len(offered)} rows")
        for row in taken:
            made = placements.get(row.placement_id or "")
            if made is None or (made.pupil_id, made.place_id, made.proposal_id) != (
                row.pupil_id,
                row.place_id,
                proposal_id,
            ):
                faults.append(f"proposal {proposal_id}: the row of {row.pupil_id} has no placement of its own")
    known = {row.placement_id for rows_ in decided.values() for row in rows_}
    return faults + [
        f"placement {row.id} is of proposal {row.proposal_id}, which does not know it"
        for row in placements.values()
        if row.proposal_id is not None and row.id not in known
    ]


def faults_of_proposals(database: Database, asked: dict[str, str], pupils: dict[str, int], *, ended: bool) -> list[str]:
    """Every acknowledged proposal is there; one that is ready is stored once and whole; ``ended``: all are ready."""
    faults = []
    with database.read() as session:
        jobs = {row.id: row for row in session.scalars(select(Job).where(Job.kind == KIND))}
        stored = {row.id: row for row in session.scalars(select(Proposal))}
        counted = dict(
            session.execute(select(ProposalRow.proposal_id, func.count()).group_by(ProposalRow.proposal_id)).all()
        )
        effects = dict(session.execute(select(JobEffect.job_id, func.count()).group_by(JobEffect.job_id)).all())
        noted = session.scalar(
            select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "voorstel gevraagd")
        )
        faults += [f"job {job_id} was acknowledged and is gone" for job_id in sorted(asked.keys() - jobs.keys())]
        faults += [f"proposal {one} has no job" for one in sorted(stored.keys() - jobs.keys())]
        if noted != len(jobs):
            faults.append(f"{len(jobs)} proposals asked, {noted} noted in the trail")
        for job_id, job in jobs.items():
            there = job_id in stored
            if job.state == DONE and (job.result != {"proposal": job_id} or not there):
                faults.append(f"job {job_id} is ready without its proposal")
            if ended and job.state != DONE:
                faults.append(f"job {job_id} ended as {job.state}: {job.error}")
            if effects.get(job_id, 0) != there:
                faults.append(f"job {job_id} took effect {effects.get(job_id, 0)} times")
            if there and counted.get(job_id, 0) != pupils[job.owner_key]:
                faults.append(f"proposal {job_id} has {counted.get(job_id, 0)} of {pupils[job.owner_key]} rows")
    return faults
