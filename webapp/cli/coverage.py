"""``flask region coverage`` and ``flask region next-partner``: a region in figures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from usecases.partners.candidates import read_candidates
from usecases.partners.coverage import RegionCoverage
from usecases.partners.exports import area_row, region_file
from usecases.partners.figures import SUPPRESSED, as_of_text, minutes
from usecases.refusals import InputRefused
from webapp.cli.files import write_whole
from webapp.cli.partners import read_day
from webapp.context import services

FORMATS = ("table", "csv", "geojson", "gpkg", "xlsx", "pdf", "json")
_COLUMNS = ("gemeente", "leerlingen", "gedekt", "aandeel_pct", "mediaan_min", "p90_min", "partners", "stand")


def to_table(region: RegionCoverage) -> Iterator[str]:
    """Write a region as lines for people."""
    yield f"{region.region_name}\tnorm {region.question.norm_minutes} minuten {region.question.how}"
    yield region.finding
    rows: list[dict[str, Any]] = [
        area_row(each, region.gemeente_names.get(each.area, each.area)) for each in region.gemeenten
    ]
    rows.append(area_row(region.total, "samen"))
    table = [list(_COLUMNS), *([_cell(row[key]) for key in _COLUMNS] for row in rows)]
    widths = [max(len(line[place]) for line in table) for place in range(len(_COLUMNS))]
    for line in table:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
    yield "keten: " + ", ".join(f"{each.label} {each.schools}" for each in region.chain)
    yield from (f"zonder regio: {why}" for _, why in region.unplaced)
    yield SUPPRESSED
    yield f"gegevens per: {as_of_text(region.as_of)}"


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.1f}".replace(".", ",") if isinstance(value, float) else str(value)


@click.command("coverage")
@click.argument("region")
@click.option("--norm-minutes", type=int, default=None, help="longest single trip; the setting of the chain by default")
@click.option("--definition", default="fiets-snelst", show_default=True, help="named travel definition")
@click.option("--date", "on", default=None, help="day of the figures, today by default")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default=None, help="what FILE ends with by default, or else table"
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=None, help="write to FILE")
@with_appcontext
def coverage(
    region: str, *, norm_minutes: int | None, definition: str, on: str | None, form: str | None, out: Path | None
) -> None:
    """Count for how many pupils of REGION a bekostigde partner with a seat lies within the norm."""
    service = services().partners.coverage
    question = service.question(
        region, norm_minutes=norm_minutes, definition_id=definition, on=read_day(on) if on else None
    )
    found = service.compute(question)
    if form is None:
        ending = out.suffix.lower().lstrip(".") if out else ""
        form = ending if ending in FORMATS else "table"
    if form == "table":
        content = ("\n".join(to_table(found)) + "\n").encode()
    else:
        content = region_file(found, form, at=services().clock())
    if out is not None:
        write_whole(out, content)
        click.echo(f"{out}\t{len(content)} bytes\t{found.finding}")
    elif form in {"table", "csv", "geojson", "json"}:
        click.echo(content.decode("utf-8-sig"), nl=False)
    else:
        raise InputRefused.because(f"Een {form}-bestand kan niet op het scherm; geef een bestand met --out.")


@click.command("next-partner")
@click.argument("region")
@click.option(
    "--candidates", required=True, type=click.Path(path_type=Path), help="CSV: naam;lat;lon;capaciteit[;gemeentecode]"
)
@click.option("--count", type=int, default=3, show_default=True, help="how many new locations")
@click.option("--norm-minutes", type=int, default=None, help="longest single trip")
@click.option("--definition", default="fiets-snelst", show_default=True, help="named travel definition")
@with_appcontext
def next_partner(region: str, candidates: Path, count: int, norm_minutes: int | None, definition: str) -> None:
    """Rank candidate locations in REGION by the pupils they add, and choose the best set, proven optimal."""
    question = services().partners.coverage.question(region, norm_minutes=norm_minutes, definition_id=definition)
    try:
        content = candidates.read_bytes()
    except OSError as error:
        raise InputRefused.because(f"{candidates} kan niet worden gelezen: {error.strerror}.") from error
    places = read_candidates(candidates.name, content)
    found = services().partners.planning.next_partners(question, places, count=count)
    click.echo("rang\tkandidaat\textra leerlingen\tgemiddeld")
    for number, each in enumerate(found.ranked, start=1):
        mean = "-" if each.mean_s is None else f"{minutes(each.mean_s)} min"
        click.echo(f"{number}\t{each.name}\t{each.published_extra}\t{mean}")
    names = {each.location_id: each.name for each in places}
    chosen = ", ".join(names[each] for each in found.chosen) or "geen enkele kandidaat voegt iets toe"
    proof = "bewezen optimaal" if found.proven else "niet bewezen optimaal"
    click.echo(f"beste {count}: {chosen}")
    click.echo(f"gedekt: {found.published_before} → {found.published_after} ({proof})")
    click.echo(SUPPRESSED)
