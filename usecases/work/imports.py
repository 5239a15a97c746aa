"""Use cases of reading files in: check and show the difference, confirm, save all or nothing.

The command line does it in one go; the page does the same two steps as jobs, with the
difference in between for somebody to look at.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from data import audit
from data.column_name_store import ColumnNameStore
from data.faults import Fault, InputRefused
from data.file_store import FileStore
from data.import_store import CHECKED, REFUSED, SAVED, ImportStore, RunView
from data.importers import IMPORTERS, all_importers, find_importer
from data.importers.framework import MAX_FAULTS_SHOWN, Importer, compute_diff, shown_faults
from data.importers.grid import Table
from data.importers.kept_table import correct, from_bytes, only_what_may_be_kept, to_bytes
from data.importers.reading import check_size, load_file
from data.importers.records import Change, Columns, Diff, Run, to_json
from data.importers.template import to_csv, to_xlsx
from data.session import Database, Session
from usecases.people.roles import Owner, Principal
from usecases.work.import_repair import Questions, ask, say
from usecases.work.jobs import JobService, owners_of

__all__ = [
    "CHECKED", "IMPORTERS", "NOTHING_SAID", "Change", "Columns", "ImportService", "Importer", "InputRefused", "Offered",
    "RunView", "importers_for", "load_file",
]  # fmt: skip

MOVED = "De gegevens zijn veranderd sinds het verschil is getoond. Er is niets opgeslagen. Bekijk het verschil opnieuw."
GONE = "Het bestand is niet meer bewaard. Kies het bestand opnieuw."


NOTHING_SAID = Columns()
CHECK = "bestand-controleren"
SAVE = "bestand-opslaan"


def importers_for(person: Principal) -> list[Importer]:
    """List the kinds of file that the roles of a person may read in."""
    return [importer for importer in all_importers() if set(importer.roles) & person.roles]


@dataclass(frozen=True, slots=True)
class Offered:
    """A checked file that waits for a yes."""

    importer: Importer
    content: bytes
    run: Run
    diff: Diff


class ImportService:
    """Read files in; on ``services().imports``."""

    def __init__(self, database: Database, clock: Callable[[], datetime], jobs: JobService) -> None:
        self._database = database
        self._clock = clock
        self._jobs = jobs

    # ------------------------------------------------ what there is

    def importers(self) -> list[Importer]:
        """List every kind of file."""
        return all_importers()

    def find_importer(self, name: str) -> Importer | None:
        """Return one kind of file, or ``None``."""
        return find_importer(name)

    def template(self, name: str, kind: str) -> bytes:
        """Return the template of one kind of file as ``csv`` or ``xlsx``."""
        importer = self.importer(name)
        return to_xlsx(importer) if kind == "xlsx" else to_csv(importer)

    def importer(self, name: str) -> Importer:
        """Return one kind of file.

        Raises
        ------
        InputRefused
            There is no such kind.
        """
        found = find_importer(name)
        if found is None:
            known = ", ".join(importer.name for importer in all_importers())
            raise InputRefused([Fault("", None, None, name, f"een van: {known}")])
        return found

    # ------------------------------------------------ the command line: in one go

    def offer(
        self, name: str, file: str, content: bytes, options: Mapping[str, str], by: str, columns: Columns = NOTHING_SAID
    ) -> Offered:
        """Check a file and compute the difference; nothing is written.

        ``columns`` is what the user says about the columns; what the school said earlier is added.

        Raises
        ------
        InputRefused
            With every fault of the file and the options.
        """
        importer = self.importer(name)
        values = importer.parse_options(options)
        check_size(file, len(content))
        with self._database.read() as session:
            known = ColumnNameStore(session).load(name, importer.owner(values))
            run = Run(
                file, hashlib.sha256(content).hexdigest(), values, by, self._clock(),
                columns=replace(columns, remembered=known),
            )  # fmt: skip
            return Offered(importer, content, run, compute_diff(importer, session, content, run))

    def accept(self, offered: Offered) -> int:
        """Save an offered file, all or nothing; return the number of the run.

        Raises
        ------
        InputRefused
            The base changed since the difference was shown.
        """
        run, importer = offered.run, offered.importer
        with self._database.write() as session:
            run_id = ImportStore(session).add(
                importer.name, file_name=run.file, file_digest=run.file_digest, file_size=len(offered.content),
                file_id=None, options=to_json(run.options) or {}, owner=importer.owner(run.options), by=run.by,
                at=self._clock(),
            )  # fmt: skip
            self._save(session, importer, offered.content, replace(run, id=run_id), offered.diff.digest())
        return run_id

    def _save(self, session: Session, importer: Importer, content: bytes | Table, run: Run, expected: str) -> Diff:
        """Compute the difference again inside the writing transaction, and write it when it is still the same."""
        assert run.id is not None  # noqa: S101 - both callers made the run
        # The day counts from the moment of saving, the values are those that were shown.
        diff = compute_diff(importer, session, content, run)
        if diff.digest() != expected:
            raise InputRefused.because(MOVED)
        if not diff.is_empty:
            importer.save(session, diff, run)
            session.flush()
        keys = {column.title: column.key for column in importer.columns}
        ColumnNameStore(session).remember(importer.name, importer.owner(run.options), run.columns, keys)
        now = self._clock()
        ImportStore(session).saved(run.id, diff, by=run.by, at=now)
        after = {"bestand": run.file, "sha256": run.file_digest, "soort": importer.name, **diff.counts()}
        audit.append(
            session, at=now, actor=run.by, action="import", object_kind="import", object_id=str(run.id), after=after
        )
        return diff

    # ------------------------------------------------ the page: two jobs with a person in between

    def receive(
        self, importer: Importer, file: str, content: bytes, options: Mapping[str, str], by: str,
        columns: Columns = NOTHING_SAID,
    ) -> tuple[int, str | None]:  # fmt: skip
        """Keep an uploaded file and ask for its check; return the number of the run and of the job.

        Of a list of a school only the table is kept, without the columns that must never come in; when no table can
        be found in it, nothing is kept, the run is refused and there is no job.

        Raises
        ------
        InputRefused
            The file is empty or too large, or an option is wrong.
        """
        values = importer.parse_options(options)
        check_size(file, len(content))
        owner, now = importer.owner(values), self._clock()
        kept, faults = b"", tuple[Fault, ...]()
        try:
            kept = self._to_keep(importer, file, content, columns, owner)
        except InputRefused as refused:
            faults = refused.faults
        with self._database.write() as session:
            runs = ImportStore(session)
            run_id = runs.add(
                importer.name, file_name=file, file_digest=hashlib.sha256(content).hexdigest(),
                file_size=len(content), file_id=None, options=options, owner=owner, by=by, at=now, columns=columns,
            )  # fmt: skip
            if faults:
                runs.refused(run_id, list(shown_faults(faults)), len(faults))
                return run_id, None
            runs.set_file(run_id, self._add_file(session, file, kept, owner))
            return run_id, self._ask_check(session, importer, run_id, file, Owner(*owner), by)

    def _to_keep(
        self, importer: Importer, file: str, content: bytes, columns: Columns, owner: tuple[str, str]
    ) -> bytes:
        """Return the file itself, or of a list of a school the table with what may be kept of it."""
        if not importer.of_school:
            return content
        with self._database.read() as session:
            known = replace(columns, remembered=ColumnNameStore(session).load(importer.name, owner))
        table = importer.read(file, content, known)
        return to_bytes(only_what_may_be_kept(importer.sort, table, known))

    def _add_file(self, session: Session, file: str, content: bytes, owner: tuple[str, str]) -> str:
        kind = "application/octet-stream"
        return FileStore(session).add(file, content, content_type=kind, owner=owner, at=self._clock())

    def _ask_check(self, session: Session, importer: Importer, run_id: int, file: str, owner: Owner, by: str) -> str:
        title = f"{importer.title}: {file} controleren"
        job_id = self._jobs.add(session, CHECK, {"run": run_id}, owner=owner, by=by, title=title)
        ImportStore(session).set_jobs(run_id, check=job_id)
        return job_id

    # ------------------------------------------------ asking and mending, on the page

    def questions(self, view: RunView) -> Questions:
        """What can be asked about a refused list of a school; nothing about another file."""
        importer = self.importer(view.importer)
        if view.state != REFUSED or view.file_id is None or not importer.of_school:
            return Questions()
        _, run, table, _ = self._load(view.id)
        cells = [tuple(each) for each in (view.report or {}).get("cells", ())]
        return ask(importer, table, run.columns, cells) if isinstance(table, Table) else Questions()

    def mend(
        self, run_id: int, by: str, *, fields: Mapping[int, str], cells: Mapping[tuple[int, int], str],
        without: Collection[int],
    ) -> str:  # fmt: skip
        """Correct what waits and ask for a new check; return the number of the job.

        Raises
        ------
        InputRefused
            The file is gone, saved, or being saved.
        """
        importer, run, content, _ = self._load(run_id)
        table = content if isinstance(content, Table) else None
        with self._database.write() as session:
            runs = ImportStore(session)
            view = runs.find(run_id)
            if view is None or table is None or view.state not in {CHECKED, REFUSED} or view.save_job is not None:
                raise InputRefused.because("Dit bestand wacht niet (meer) op verbetering.")
            owner = importer.owner(run.options)
            columns = say(table, run.columns, fields, without)
            mended = only_what_may_be_kept(importer.sort, correct(table, cells), columns)
            if view.file_id is not None:
                FileStore(session).remove(view.file_id)
            runs.again(run_id, file_id=self._add_file(session, run.file, to_bytes(mended), owner), columns=columns)
            return self._ask_check(session, importer, run_id, run.file, Owner(*owner), by)

    def confirm(self, run_id: int, by: str) -> str:
        """Ask for the saving of a checked file; return the number of the job.

        Raises
        ------
        InputRefused
            The run is not waiting for a yes.
        """
        with self._database.write() as session:
            runs = ImportStore(session)
            run = runs.find(run_id)
            if run is None or run.state != CHECKED or run.save_job is not None:
                raise InputRefused.because("Dit bestand wacht niet (meer) op bevestiging.")
            title = f"{self.importer(run.importer).title}: {run.file_name} opslaan"
            owner = Owner(run.owner_kind, run.owner_key)
            job_id = self._jobs.add(session, SAVE, {"run": run_id, "by": by}, owner=owner, by=by, title=title)
            runs.set_jobs(run_id, save=job_id)
        return job_id

    def find(self, run_id: int) -> RunView | None:
        """Return one run, or ``None``."""
        with self._database.read() as session:
            return ImportStore(session).find(run_id)

    def visible_to(self, person: Principal, limit: int = 50) -> list[RunView]:
        """List the newest runs that a person may see: per role, its kinds of file within its scopes."""
        found: dict[int, RunView] = {}
        with self._database.read() as session:
            for role in person.roles:
                names = [importer.name for importer in all_importers() if role in importer.roles]
                for run in ImportStore(session).list_for(owners_of(person, role), names, limit):
                    found[run.id] = run
        return sorted(found.values(), key=lambda run: run.id, reverse=True)[:limit]

    def check_run(self, run_id: int, remark: str | None = None) -> dict[str, Any]:
        """Check a received file and note its difference or its faults; the work of the first job."""
        importer, run, content, _ = self._load(run_id)
        try:
            with self._database.read() as session:
                diff = compute_diff(importer, session, content, run)
        except InputRefused as refused:
            with self._database.write() as session:
                faults = [fault for fault in refused.faults if fault.line is not None] if importer.of_school else []
                ImportStore(session).refused(
                    run_id, list(shown_faults(refused.faults)), len(refused.faults), faults[:MAX_FAULTS_SHOWN]
                )
            return {"run": run_id, "faults": len(refused.faults)}
        with self._database.write() as session:
            view = ImportStore(session).find(run_id)
            if view is not None and view.state != SAVED:
                shown = replace(diff, remarks=(remark, *diff.remarks)) if remark else diff
                ImportStore(session).checked(run_id, shown)
        return {"run": run_id, **diff.counts()}

    def save_run(self, run_id: int, by: str) -> dict[str, Any]:
        """Save a confirmed file; done before, it changes nothing. The work of the second job."""
        with self._database.read() as session:
            view = ImportStore(session).find(run_id)
        if view is not None and view.state == SAVED:
            return {"run": run_id, **dict(view.counts or {})}
        try:
            return self._save_confirmed(run_id, by)
        except InputRefused:
            # Somebody else was first: show the difference as it is now, so that it can be confirmed again.
            with self._database.write() as session:
                ImportStore(session).reopen(run_id)
            self.check_run(run_id, remark=MOVED)
            raise

    def _save_confirmed(self, run_id: int, by: str) -> dict[str, Any]:
        importer, run, content, expected = self._load(run_id)
        with self._database.write() as session:
            again = ImportStore(session).find(run_id)
            if again is not None and again.state == SAVED:
                return {"run": run_id, **dict(again.counts or {})}
            diff = self._save(session, importer, content, replace(run, id=run_id, by=by), expected or "")
            if again is not None and again.file_id is not None:
                FileStore(session).remove(again.file_id)
        return {"run": run_id, **diff.counts()}

    def _load(self, run_id: int) -> tuple[Importer, Run, bytes | Table, str | None]:
        with self._database.read() as session:
            view = ImportStore(session).find(run_id)
            content = FileStore(session).load(view.file_id) if view is not None and view.file_id else None
        if view is None or content is None:
            raise InputRefused.because(GONE)
        importer = self.importer(view.importer)
        options = importer.parse_options(view.options)
        # The moment of receipt is the moment of the run: the difference must come out the same at confirmation.
        with self._database.read() as session:
            known = ColumnNameStore(session).load(importer.name, importer.owner(options))
        run = Run(
            view.file_name, view.file_digest, options, view.asked_by, view.received_at,
            columns=replace(view.columns, remembered=known),
        )  # fmt: skip
        return importer, run, from_bytes(content) or content, view.diff_digest
