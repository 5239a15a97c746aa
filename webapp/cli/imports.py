"""``flask import``: one command per kind of file, made from the importers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from usecases.work.imports import IMPORTERS, NOTHING_SAID, Change, Columns, Importer, InputRefused, Offered, load_file
from webapp.cli.foundation import OPERATOR
from webapp.context import services

#: Changes of each sort that the report names; the counts are of all of them.
NAMED = 20


@click.group("import")
def import_group() -> None:
    """Read a file in: check every row, show the difference, save all or nothing."""


def _print_changes(importer: Importer, word: str, changes: Sequence[Change]) -> None:
    for change in changes[:NAMED]:
        fields = "; ".join(
            f"{importer.title_of(name)}: {_shown(before)} → {_shown(after)}" for name, before, after in change.fields()
        )
        click.echo(f"{change.key}\t{word}{chr(9) + fields if word == 'gewijzigd' else ''}")
    if len(changes) > NAMED:
        click.echo(f"…\t{word}\ten nog {len(changes) - NAMED}")


def _shown(value: object) -> str:
    if value is None:
        return "leeg"
    if isinstance(value, bool):
        return "ja" if value else "nee"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _print_report(offered: Offered) -> None:
    diff = offered.diff
    _print_changes(offered.importer, "nieuw", diff.new)
    _print_changes(offered.importer, "gewijzigd", diff.changed)
    _print_changes(offered.importer, "weg", diff.gone)
    for remark in diff.remarks:
        click.echo(f"let op: {remark}")
    click.echo(
        f"gelezen {diff.rows}, nieuw {len(diff.new)}, gewijzigd {len(diff.changed)}, weg {len(diff.gone)}, "
        f"ongewijzigd {diff.unchanged}"
    )


def import_file(name: str, path: Path, options: dict[str, str], *, yes: bool, columns: Columns = NOTHING_SAID) -> None:
    """Do what ``flask import NAME PATH`` does; other commands that read a file call it too."""
    imports = services().imports
    offered = imports.offer(name, path.name, load_file(path), options, OPERATOR, columns)
    _print_report(offered)
    if not yes:
        if not sys.stdin.isatty():
            click.echo("niet opgeslagen: bekijk het verschil en geef --yes om op te slaan")
            return
        if not click.confirm("Opslaan?", default=False):
            click.echo("niet opgeslagen")
            return
    run_id = imports.accept(offered)
    click.echo(f"opgeslagen als import {run_id}, sha256 {offered.run.file_digest}")


def _column_options() -> list[click.Parameter]:
    """What can be said about a file that a school keeps itself."""
    return [
        click.Option(
            ["--column", "said"], multiple=True, metavar="VELD=KOP",
            help="Which heading is which field, for example leerling='Nr intern'; niet=KOP leaves a column out. "
            "Repeatable, and remembered for this school.",
        ),
        click.Option(["--sheet"], help="Name of the sheet, when a workbook has more with these columns."),
        click.Option(["--without"], type=int, multiple=True, metavar="REGEL", help="Leave out a line. Repeatable."),
    ]  # fmt: skip


def _to_columns(given: dict[str, Any]) -> Columns:
    said = []
    for each in given["said"]:
        name, equals, heading = each.partition("=")
        if not (equals and name.strip() and heading.strip()):
            raise InputRefused.because(
                f"'{each}' is geen kolom. Schrijf VELD=KOP, bijvoorbeeld leerling=\"Nr intern\"."
            )
        said.append((name.strip(), heading.strip()))
    return Columns(tuple(said), sheet=given["sheet"], without=frozenset(given["without"]))


def make_command(kind: type[Importer]) -> click.Command:
    """Make the command of one kind of file, with the options that it declares."""

    @with_appcontext
    def run(file: Path, yes: bool, **given: Any) -> None:
        options = {
            option.name: str(given[option.name.replace("-", "_")])
            for option in kind.options
            if given.get(option.name.replace("-", "_")) is not None
        }
        import_file(kind.name, file, options, yes=yes, columns=_to_columns(given) if kind.of_school else NOTHING_SAID)

    command = click.Command(kind.name, callback=run, help=kind.title)
    command.params.append(click.Argument(["file"], type=click.Path(path_type=Path), metavar="FILE"))
    command.params.append(click.Option(["--yes"], is_flag=True, help="Save without asking."))
    if kind.of_school:
        command.params += _column_options()
    for option in kind.options:
        allowed = ", ".join(value for value, _ in option.choices)
        parts = [option.explanation or option.title, f"One of: {allowed}." if allowed else ""]
        command.params.append(click.Option([f"--{option.name}"], help=" ".join(part for part in parts if part)))
    return command


for _kind in IMPORTERS:
    import_group.add_command(make_command(_kind))
