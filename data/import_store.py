"""The log of every file that was offered: received, checked, refused, saved."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, null, or_, select, update
from sqlalchemy.orm import Session

from data.faults import Fault
from data.importers.records import Change, Columns, Diff, to_json
from data.tables.imports import ImportRun

RECEIVED: Final = "ontvangen"
CHECKED: Final = "gecontroleerd"
REFUSED: Final = "geweigerd"
SAVED: Final = "opgeslagen"
#: Changes of each sort that are kept for the page; the counts are always of all of them.
SHOWN: Final = 500


@dataclass(frozen=True, slots=True)
class RunView:
    """One import as it is shown; times in UTC."""

    id: int
    importer: str
    file_name: str
    file_digest: str
    file_size: int
    file_id: str | None
    options: Mapping[str, Any]
    owner_kind: str
    owner_key: str
    asked_by: str
    state: str
    received_at: datetime
    saved_at: datetime | None
    saved_by: str | None
    diff_digest: str | None
    counts: Mapping[str, int] | None
    report: Mapping[str, Any] | None
    check_job: str | None
    save_job: str | None
    columns: Columns


def _view(run: ImportRun) -> RunView:
    return RunView(
        run.id, run.importer, run.file_name, run.file_digest, run.file_size, run.file_id, run.options, run.owner_kind,
        run.owner_key, run.asked_by, run.state, run.received_at, run.saved_at, run.saved_by, run.diff_digest,
        run.counts, run.report, run.check_job, run.save_job, _to_columns(run.columns or {}),
    )  # fmt: skip


def _to_columns(kept: Mapping[str, Any]) -> Columns:
    said = tuple((field, heading) for field, heading in kept.get("said", ()))
    return Columns(said, sheet=kept.get("sheet"), without=frozenset(kept.get("without", ())))


def to_report(diff: Diff) -> dict[str, Any]:
    """Write the first `SHOWN` changes of each sort as JSON."""

    def lines(changes: tuple[Change, ...]) -> list[dict[str, Any]]:
        return [
            {"key": change.key, "line": change.line, "before": to_json(change.before), "after": to_json(change.after)}
            for change in changes[:SHOWN]
        ]

    return {
        "new": lines(diff.new),
        "changed": lines(diff.changed),
        "gone": lines(diff.gone),
        "remarks": list(diff.remarks),
    }


class ImportStore:
    """Import runs in one session; the caller owns the transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(
        self,
        importer: str,
        *,
        file_name: str,
        file_digest: str,
        file_size: int,
        file_id: str | None,
        options: Mapping[str, Any],
        owner: tuple[str, str],
        by: str,
        at: datetime,
        columns: Columns | None = None,
    ) -> int:
        """Note that a file came in; return the number of the run."""
        run = ImportRun(
            importer=importer, file_name=file_name[:200], file_digest=file_digest, file_size=file_size,
            file_id=file_id, options=dict(options), owner_kind=owner[0], owner_key=owner[1], asked_by=by,
            state=RECEIVED, received_at=at,
        )  # fmt: skip
        self.session.add(run)
        self.session.flush()
        if columns is not None:
            self.set_columns(run.id, columns)
        return run.id

    def find(self, run_id: int) -> RunView | None:
        """Return one run, or ``None``."""
        run = self.session.get(ImportRun, run_id)
        return _view(run) if run else None

    def list_for(
        self, owners: Collection[tuple[str, str]] | None, importers: Collection[str], limit: int = 50
    ) -> list[RunView]:
        """List the newest runs of these owners (``None`` is all of them) and importers."""
        query = select(ImportRun).where(ImportRun.importer.in_(importers)).order_by(ImportRun.id.desc()).limit(limit)
        if owners is not None:
            if not owners:
                return []
            mine = (and_(ImportRun.owner_kind == kind, ImportRun.owner_key == key) for kind, key in owners)
            query = query.where(or_(*mine))
        return [_view(run) for run in self.session.scalars(query)]

    def set_jobs(self, run_id: int, *, check: str | None = None, save: str | None = None) -> None:
        """Note which job checks or saves the run."""
        run = self._run(run_id)
        run.check_job = check or run.check_job
        run.save_job = save or run.save_job

    def checked(self, run_id: int, diff: Diff) -> None:
        """Note what the file would change."""
        run = self._run(run_id)
        run.state, run.counts, run.diff_digest, run.report = CHECKED, diff.counts(), diff.digest(), to_report(diff)

    def set_file(self, run_id: int, file_id: str) -> None:
        """Note where the file, or what may be kept of it, waits."""
        self._run(run_id).file_id = file_id

    def set_columns(self, run_id: int, columns: Columns) -> None:
        """Note what is said about the columns and lines of the file."""
        self._run(run_id).columns = {
            "said": [list(pair) for pair in columns.said],
            "sheet": columns.sheet,
            "without": sorted(columns.without),
        }

    def again(self, run_id: int, *, file_id: str, columns: Columns) -> None:
        """Let a corrected table be checked again."""
        run = self._run(run_id)
        run.state, run.file_id, run.counts, run.report, run.diff_digest = RECEIVED, file_id, None, None, None
        self.set_columns(run_id, columns)

    def reopen(self, run_id: int) -> None:
        """Let a run whose saving failed be confirmed again."""
        self._run(run_id).save_job = None

    def refused(self, run_id: int, lines: list[str], count: int, cells: Sequence[Fault] = ()) -> None:
        """Note why the file was refused; ``cells`` are faults that can be mended where they stand."""
        run = self._run(run_id)
        run.state, run.counts, run.report = (
            REFUSED,
            {"faults": count},
            {
                "faults": lines,
                "cells": [[fault.line, fault.column, fault.value, fault.expected] for fault in cells],
            },
        )

    def saved(self, run_id: int, diff: Diff, *, by: str, at: datetime) -> None:
        """Note that everything was saved."""
        self.checked(run_id, diff)
        run = self._run(run_id)
        run.state, run.saved_at, run.saved_by = SAVED, at, by

    def forget_details(self, before: datetime) -> None:
        """Forget the shown values of runs received before a moment; what and how many stays known."""
        self.session.execute(
            update(ImportRun)
            .where(ImportRun.received_at < before, ImportRun.report.is_not(null()))
            .values(report=null())
        )

    def _run(self, run_id: int) -> ImportRun:
        run = self.session.get(ImportRun, run_id)
        if run is None:
            raise LookupError(f"there is no import run {run_id}")
        return run
