"""``flask telling``: read tellingen, look at them, compare them, correct them with two people."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from subsidy.money import to_euro
from subsidy.records import StoredTelling
from subsidy.telling import Status
from subsidy.terms import terms_of
from usecases.tegemoetkoming.subsidy import ImportedTelling, NamedFile
from usecases.work.imports import load_file
from webapp.cli.foundation import OPERATOR
from webapp.context import services

DAY = click.DateTime(["%Y-%m-%d"])
_BY = click.option("--by", default=OPERATOR, show_default=True, help="Name of who does this.")


@click.group("telling")
def telling() -> None:
    """Pupil counts of DUO."""


def _file(path: Path | None) -> NamedFile | None:
    return None if path is None else NamedFile(path.name, load_file(path))


def _named(path: Path) -> NamedFile:
    return NamedFile(path.name, load_file(path))


def describe(stored: StoredTelling) -> str:
    """Say in one line what a telling is."""
    count = stored.telling
    hidden = f", {len(count.intervals)} afgeschermd" if count.intervals else ""
    return (
        f"telling {stored.telling_id}: {len(count.schools)} vestigingen, {count.total} leerlingen{hidden}, "
        f"teldatum {count.teldatum.isoformat()}, {count.status}, kenmerk {count.digest}"
    )


def _report(imported: ImportedTelling) -> None:
    click.echo(describe(imported.stored))
    click.echo(f"afscherming: {imported.stored.masking}")
    if imported.closed:
        click.echo(f"{imported.closed} afgeschermde aantallen afgeleid: {imported.stored.note}")
    if not imported.is_new:
        click.echo("deze telling was al ingelezen; er is niets veranderd")
    for remark in imported.remarks:
        click.echo(f"let op: {remark}")


@telling.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--teldatum", type=DAY, required=True, help="Day of counting, such as 2019-10-01.")
@click.option("--status", type=click.Choice([item.value for item in Status]), required=True, help="What DUO calls it.")
@click.option("--adressen", type=click.Path(path_type=Path), help="DUO address file: bestuur and structure.")
@click.option(
    "--totalen", type=click.Path(path_type=Path), help="DUO file 03: closes hidden counts of pro-only schools."
)
@click.option(
    "--masking", type=click.Choice(["auto", "geen", "vier"]), default="auto", help="Whether a 4 hides 1 to 4."
)
@_BY
@with_appcontext
def import_telling(
    file: Path, *, teldatum: datetime, status: str, adressen: Path | None, totalen: Path | None, masking: str, by: str
) -> None:
    """Read DUO file 01 of any year; nothing is kept when one row is wrong."""
    imported = services().tegemoetkoming.import_telling(
        _named(file),
        teldatum.date(),
        Status(status),
        by,
        masking=masking,
        addresses=_file(adressen),
        totals=_file(totalen),
    )
    _report(imported)


@telling.command("close")
@click.argument("telling_id", type=int)
@click.option("--totalen", type=click.Path(path_type=Path), required=True, help="DUO file 03.")
@click.option("--adressen", type=click.Path(path_type=Path), required=True, help="DUO address file.")
@_BY
@with_appcontext
def close_telling(telling_id: int, totalen: Path, adressen: Path, by: str) -> None:
    """Close hidden counts of a telling; the result is a new telling."""
    _report(services().tegemoetkoming.close_telling(telling_id, _named(totalen), _named(adressen), by))


@telling.command("list")
@with_appcontext
def list_tellingen() -> None:
    """Print every telling: number, teldatum, status, vestigingen, pupils, hidden, basis of, derived from, file."""
    subsidy = services().tegemoetkoming
    bases = subsidy.tellingen.bases(subsidy.splits.regelingen)
    for stored in subsidy.tellingen.all():
        count = stored.telling
        basis = ",".join(bases.get(stored.telling_id, []))
        fields = [
            stored.telling_id,
            count.teldatum.isoformat(),
            count.status,
            len(count.schools),
            count.total,
            len(count.intervals),
            f"grondslag {basis}" if basis else "-",
            f"uit {stored.derived_from}" if stored.derived_from else "-",
            stored.file_name,
            count.digest[:12],
        ]
        click.echo("\t".join(str(field) for field in fields))


@telling.command("show")
@click.argument("telling_id", type=int)
@with_appcontext
def show_telling(telling_id: int) -> None:
    """Print a telling with every vestiging: code, minimum, maximum, where the number comes from, name, note."""
    stored = services().tegemoetkoming.tellingen.get(telling_id)
    click.echo(describe(stored))
    click.echo(f"bestand {stored.file_name}, sha256 {stored.telling.file_sha256}")
    click.echo(f"ingelezen {stored.imported_at:%Y-%m-%d %H:%M} UTC door {stored.imported_by}; {stored.masking}")
    for row in stored.telling.schools:
        fields = [row.vestiging, row.count.minimum, row.count.maximum, row.basis, row.name, row.note]
        click.echo("\t".join(str(field) for field in fields))


@telling.command("diff")
@click.argument("one", type=int)
@click.argument("other", type=int)
@click.option(
    "--regeling", "name", help="Terms for the difference in euros; the first that can be computed by default."
)
@with_appcontext
def diff_tellingen(one: int, other: int, name: str | None) -> None:
    """Print per school what differs between two tellingen, in pupils and in euros; equal schools are left out."""
    subsidy = services().tegemoetkoming
    regelingen = subsidy.splits.regelingen
    regeling = subsidy.regeling_named(name or next(key for key, found in regelingen.items() if found.computable))
    comparison = subsidy.tellingen.compare(one, other)
    changes = subsidy.splits.compare(one, other, terms_of(regeling))
    click.echo(f"van {comparison.one} naar {comparison.other}; euro's volgens {regeling.regeling_id} als scenario")
    click.echo("school_id\tnaam\tvoor\tna\tleerlingen\teuro")
    shown = 0
    for change in changes:
        if change.before and change.after and change.pupils == 0 and change.cents == 0:
            continue
        shown += 1
        fields = [
            change.key,
            change.name,
            change.before.count if change.before else "-",
            change.after.count if change.after else "-",
            "bandbreedte" if change.pupils is None else f"{change.pupils:+d}",
            "bandbreedte" if change.cents is None else to_euro(change.cents),
        ]
        click.echo("\t".join(str(field) for field in fields))
    before, after = comparison.one.telling.total, comparison.other.telling.total
    click.echo(f"{shown} van {len(changes)} scholen verschillen; totaal {before} → {after}")


@telling.command("override")
@click.argument("telling_id", type=int)
@click.argument("vestiging")
@click.argument("value", type=int)
@click.option("--reason", required=True, help="Why the number of the file is replaced.")
@click.option("--source", required=True, help="Where the number is written down.")
@click.option("--by", required=True, help="Name of the first person.")
@with_appcontext
def propose_override(telling_id: int, vestiging: str, *, value: int, reason: str, source: str, by: str) -> None:
    """Propose a number for one school; a second person decides."""
    proposal = services().tegemoetkoming.tellingen.propose_override(
        telling_id, vestiging, value, reason=reason, source=source, by=by, on=services().today()
    )
    click.echo(f"voorstel {proposal.override_id}: {vestiging} wordt {value}; een tweede persoon besluit")


@telling.command("decide")
@click.argument("override_id", type=int)
@click.option("--approve/--reject", required=True, help="The decision.")
@click.option("--by", required=True, help="Name of the second person.")
@with_appcontext
def decide_override(override_id: int, approve: bool, by: str) -> None:
    """Approve or reject a proposed number as the second person; an approval makes a new telling."""
    today: date = services().today()
    stored = services().tegemoetkoming.tellingen.decide_override(override_id, approve=approve, by=by, on=today)
    click.echo(describe(stored) if stored else f"voorstel {override_id} is afgewezen")
