"""``flask subsidy``: split, scenario, receipts, and the life of an award."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from subsidy.apportionment import TieBreak
from subsidy.calculations import Outcome
from subsidy.errors import ReceiptError, SubsidyError
from subsidy.money import Rounding, to_decimal
from subsidy.parameters import Level, Method, Moment, OddCent
from subsidy.receipt_reading import parse_receipt
from subsidy.regeling import Known
from usecases.tegemoetkoming.scenario_form import read_scenario
from usecases.tegemoetkoming.subsidy import to_json
from usecases.work.imports import load_file
from webapp.cli.files import write_whole
from webapp.cli.telling import describe
from webapp.context import services

FORMATS = ("table", "csv", "json", "xlsx", "pdf")
_FORMAT = click.option("--format", "kind", type=click.Choice(FORMATS), default="table", show_default=True)
_OUT = click.option("--out", type=click.Path(path_type=Path), help="Write to this file instead of the screen.")


@click.group("subsidy")
def subsidy() -> None:
    """The reiskosten-tegemoetkoming."""


def _write(content: bytes, out: Path | None) -> None:
    if out is None:
        click.echo(content, nl=False)
        return
    write_whole(out, content)
    click.echo(f"geschreven: {out} ({len(content)} bytes)", err=True)


def _give(outcome: Outcome, kind: str, out: Path | None) -> None:
    if kind == "table":
        _write(_table(outcome).encode(), out)
        return
    if out is None and kind in {"xlsx", "pdf"}:
        msg = f"Een {kind}-bestand past niet op het scherm; geef --out BESTAND."
        raise SubsidyError(msg)
    _write(services().tegemoetkoming.export(outcome, kind, bom=out is not None), out)


def _table(outcome: Outcome) -> str:
    calculation, split = outcome.calculation, outcome.calculation.split
    regeling = calculation.regeling
    title = (
        f"{regeling.title} ({regeling.regeling_id}, versie {regeling.version})"
        if regeling
        else "SCENARIO met eigen cijfers"
    )
    lines = [title, describe(outcome.stored)]
    lines += [
        f"aanname: {found.kind.label} = {found.value} ({found.note})"
        for found in (regeling.assumptions if regeling else ())
    ]
    head = f"{'school':<10}{'leerlingen':>14}{'bedrag':>28}{'deel 1':>28}{'deel 2':>28}  naam"
    lines += ["", head]
    mark = "scenario · " if calculation.scenario else ""

    def money(low: int, high: int) -> str:
        return to_decimal(low) if low == high else f"{to_decimal(low)} – {to_decimal(high)}"

    for line in split.lines:
        lines.append(
            f"{line.key:<10}{line.count!s:>14}{money(line.low, line.high):>28}"
            f"{money(line.first_low, line.first_high):>28}{money(line.second_low, line.second_high):>28}"
            f"  {mark}{line.name}{' — ' + line.note if line.note else ''}"
        )
    if split.exact:
        lines.append(
            f"{'samen':<10}{split.pupils!s:>14}{to_decimal(split.total):>28}{to_decimal(split.total_first):>28}"
            f"{to_decimal(split.total_second):>28}  {mark}budget {to_decimal(split.terms.budget)}, "
            f"verschil {to_decimal(split.difference)}"
        )
    else:
        lines.append(
            f"{'samen':<10}{split.pupils!s:>14}  bandbreedte: de telling is afgeschermd; niet definitief te maken"
        )
    return "\n".join(lines) + "\n"


@subsidy.command("regelingen")
@with_appcontext
def list_regelingen() -> None:
    """Print every regeling: id, version, whether it can be computed, title."""
    cases = services().tegemoetkoming
    for regeling in cases.splits.regelingen.values():
        state = "te berekenen" if regeling.computable else f"onbekend: {', '.join(regeling.missing)}"
        click.echo(f"{regeling.regeling_id}\t{regeling.version}\t{state}\t{regeling.title}")
    for sentence in cases.broken:
        click.echo(sentence, err=True)


@subsidy.command("check")
@click.argument("regeling")
@with_appcontext
def check_regeling(regeling: str) -> None:
    """Read a regeling or a rule file (.toml) and print every value with its unit, status and source."""
    found = services().tegemoetkoming.regeling_named(regeling)
    click.echo(f"{found.regeling_id}, versie {found.version}, kenmerk {found.digest}")
    for parameter in found.parameters.values():
        value = parameter.value if isinstance(parameter, Known) else "onbekend"
        source = parameter.source or parameter.note
        click.echo(f"{parameter.name}\t{value}\t{parameter.kind.unit}\t{parameter.status}\t{source}")


@subsidy.command("split")
@click.argument("regeling")
@click.option("--telling", "telling_id", type=int, help="Number of the telling; the one the regeling names by default.")
@_FORMAT
@_OUT
@with_appcontext
def split(regeling: str, telling_id: int | None, kind: str, out: Path | None) -> None:
    """Divide the budget of a regeling on the telling that it names."""
    cases = services().tegemoetkoming
    _give(cases.splits.split(cases.regeling_named(regeling), telling_id), kind, out)


@subsidy.command("scenario")
@click.option("--budget", required=True, help="Euros, such as 2000000.00.")
@click.option("--telling", "telling_id", type=int, required=True, help="Number of the telling.")
@click.option("--method", required=True, type=click.Choice([item.value for item in Method]))
@click.option("--first-share", default="1/2", show_default=True, help="Part that is paid first.")
@click.option(
    "--level", type=click.Choice([item.value for item in Level]), default=Level.VESTIGING.value, show_default=True
)
@click.option(
    "--odd-cent", type=click.Choice([item.value for item in OddCent]), default=OddCent.FIRST.value, show_default=True
)
@click.option(
    "--tie-break",
    type=click.Choice([*(item.value for item in TieBreak), "geen"]),
    default=TieBreak.LOWEST_CODE.value,
    show_default=True,
)
@click.option("--rate", help="Euros per pupil, for amount_per_pupil; budget divided by pupils by default.")
@click.option(
    "--rounding", type=click.Choice([item.value for item in Rounding]), help="For amount_per_pupil; down by default."
)
@click.option(
    "--moment", type=click.Choice([item.value for item in Moment]), help="For amount_per_pupil; per school by default."
)
@_FORMAT
@_OUT
@with_appcontext
def scenario(telling_id: int, kind: str, out: Path | None, **fields: str | None) -> None:
    """Compute your own figures on any telling; every line says that it is a scenario."""
    terms = read_scenario({name: value for name, value in fields.items() if value is not None})
    _give(services().tegemoetkoming.splits.scenario(telling_id, terms), kind, out)


@subsidy.command("receipt")
@click.argument("regeling")
@click.argument("vestiging")
@click.option("--telling", "telling_id", type=int)
@click.option("--format", "kind", type=click.Choice(["json", "pdf"]), default="json", show_default=True)
@_OUT
@with_appcontext
def receipt(regeling: str, vestiging: str, telling_id: int | None, kind: str, out: Path | None) -> None:
    """Write the receipt of one school (or of `geheel`): every step, enough to recompute."""
    cases = services().tegemoetkoming
    found = cases.regeling_named(regeling)
    key = None if vestiging == "geheel" else vestiging
    if kind == "json":
        _write(to_json(cases.splits.receipt(found, key, telling_id)), out)
        return
    cases.splits.receipt(found, key, telling_id)
    outcome = cases.splits.split(found, telling_id)
    if out is None:
        msg = "Een pdf-bestand past niet op het scherm; geef --out BESTAND."
        raise SubsidyError(msg)
    _write(cases.specification(outcome.calculation, key) if key else cases.export(outcome, "pdf"), out)


@subsidy.command("verify")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def verify(file: Path) -> None:
    """Recompute a receipt from its own inputs: equal, or exit 2 and where it differs."""
    document = parse_receipt(load_file(file), file.name)
    verdict = services().tegemoetkoming.splits.verify(document)
    for remark in verdict.remarks:
        click.echo(f"let op: {remark}")
    if not verdict.equal:
        raise ReceiptError("\n".join(["verschil met de eigen invoer:", *(str(found) for found in verdict.differences)]))
    click.echo("gelijk: de bon rekent na uit zijn eigen invoer")
