"""``flask partners``: the chain of a school, its log and its dossier; and the settings of the chain."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click
from flask.cli import with_appcontext

from usecases.partners.chain import ChainView
from usecases.partners.documents import dossier_pdf
from usecases.partners.figures import as_of_text, minutes
from usecases.refusals import InputRefused
from webapp.cli.files import write_whole
from webapp.cli.foundation import OPERATOR
from webapp.context import services


@click.group("partners")
def partners() -> None:
    """Entree partners: the chain of a school, its log and its dossier."""


def read_day(text: str) -> date:
    """Read a date as ``2026-10-01`` or ``01-10-2026``.

    Raises
    ------
    InputRefused
        It is no date.
    """
    cleaned = text.strip()
    parts = cleaned.split("-")
    try:
        if len(parts) == 3 and len(parts[0]) <= 2:
            return date(int(parts[2]), int(parts[1]), int(parts[0]))
        return date.fromisoformat(cleaned)
    except ValueError:
        raise InputRefused.because(f"'{text}' is geen datum; schrijf 2026-10-01 of 01-10-2026.") from None


def show_chain(view: ChainView) -> None:
    """Print a chain for people."""
    crebo = f"\tcrebo {view.crebo}" if view.crebo else ""
    click.echo(f"{view.vestiging}\t{view.school.name}\t{view.region_label}{crebo}")
    for step in view.state.steps:
        state = "uitgeput" if step.exhausted else "open" if step.open else "gesloten"
        click.echo(f"stap {step.step}\t{state}\t{step.title}\t{step.finding}")
        for member in step.candidates:
            candidate = member.candidate
            travel = f"{minutes(candidate.trip.seconds)} min" if candidate.trip.seconds is not None else "geen reistijd"
            click.echo(
                f"  {candidate.partner_id}\t{candidate.name}\t{travel}\t{member.status}\t{' '.join(candidate.reasons)}"
            )
    for each in view.candidates.left_out:
        click.echo(f"niet in de keten\t{each.partner_id}\t{each.code}\t{each.sentence}")
    click.echo(view.state.opens_next)
    if view.state.banner:
        click.echo(view.state.banner)
    for code, name in view.siblings:
        click.echo(f"ook van deze school: {code}\t{name}")
    click.echo(f"gegevens per: {as_of_text(view.as_of())}")


@partners.command("chain")
@click.argument("school")
@click.option("--crebo", default="", help="only partners that offer this entree qualification, such as 25254")
@click.option("--year", type=int, default=None, help="use the region table of this year")
@click.option("--json", "as_json", is_flag=True, help="print JSON instead of lines")
@with_appcontext
def chain(school: str, crebo: str, year: int | None, as_json: bool) -> None:
    """Print the chain of SCHOOL (BRIN or vestigingscode): candidates per step with reasons, and what opens the next."""
    view = services().partners.chain.view(school, crebo=crebo, year=year)
    if as_json:
        click.echo(json.dumps(view.as_json(), ensure_ascii=False, indent=1))
    else:
        show_chain(view)


@partners.command("log")
@click.argument("school")
@click.argument("partner")
@click.argument("outcome")
@click.option("--date", "on", required=True, help="day of the outcome: 2026-10-01 or 01-10-2026")
@click.option("--note", default="", help="what was said; needed for a refusal")
@click.option("--attempt", default=None, help="day of the attempt, when it differs from the day of the outcome")
@click.option("--reason", default="anders", show_default=True, help="code of the reason of a refusal")
@click.option("--document", default="", help="where the letter or mail can be found")
@click.option("--crebo", default="", help="log for this crebo only")
@click.option("--by", default=OPERATOR, help="who did it")
@with_appcontext
def log(
    school: str, partner: str, outcome: str, *, on: str, note: str, attempt: str | None, reason: str, document: str,
    crebo: str, by: str,
) -> None:  # fmt: skip
    """Log an attempt of SCHOOL with PARTNER: OUTCOME is gesprek, overeenkomst, afgewezen or geen-reactie."""
    view = services().partners.chain.log(
        school, partner, outcome.replace("_", "-"), on=read_day(on), by=by, note=note, crebo=crebo,
        contacted_on=read_day(attempt) if attempt else None,
        reason_code=reason if outcome == "afgewezen" else "", document=document,
    )  # fmt: skip
    last = view.events[-1]
    click.echo(f"vastgelegd: {last.partner_name}, {last.kind} op {last.outcome_on:%d-%m-%Y} (stap {last.step})")
    click.echo(view.state.opens_next)


@partners.command("dossier")
@click.argument("school")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="FILE.pdf or FILE.json")
@click.option("--crebo", default="", help="the chain of this crebo only")
@with_appcontext
def dossier(school: str, out: Path, crebo: str) -> None:
    """Write the dossier of SCHOOL: every attempt in order, sources, settings and the finding."""
    form = out.suffix.lower()
    if form not in {".pdf", ".json"}:
        raise InputRefused.because(f"Een dossier kan als .pdf of .json, niet als '{out.name}'.")
    chain_service = services().partners.chain
    view = chain_service.view(school, crebo=crebo)
    content = chain_service.dossier(school, crebo=crebo)
    if form == ".json":
        made = json.dumps(content, ensure_ascii=False, indent=1).encode()
    else:
        made = dossier_pdf(view, content, at=services().clock())
    write_whole(out, made)
    click.echo(f"{out}\t{len(made)} bytes\tcontrolesom {content['digest']}")


@partners.command("policy")
@click.option("--definition", default=None, help="travel definition within a step, such as auto-snelst")
@click.option("--norm-minutes", type=int, default=None, help="norm of the coverage, one way")
@click.option("--step4", type=click.Choice(["aan", "uit"]), default=None, help="whether step 4 may be asked for")
@click.option("--attempts", type=int, default=None, help="attempts without an answer that count as no response")
@with_appcontext
def policy(definition: str | None, norm_minutes: int | None, step4: str | None, attempts: int | None) -> None:
    """Show or change the settings of chain and coverage."""
    chain_service = services().partners.chain
    now = chain_service.policy()
    if any(each is not None for each in (definition, norm_minutes, step4, attempts)):
        chain_service.set_policy(
            definition_id=definition or now.chain.definition_id,
            norm_minutes=norm_minutes or now.norm_minutes,
            step4_enabled=now.chain.step4_enabled if step4 is None else step4 == "aan",
            no_response_attempts=attempts or now.chain.no_response_attempts,
            by=OPERATOR,
        )
        now = chain_service.policy()
    click.echo(f"reisdefinitie\t{now.chain.definition_id}")
    click.echo(f"norm\t{now.norm_minutes} minuten")
    click.echo(f"stap 4\t{'aan' if now.chain.step4_enabled else 'uit'}")
    click.echo(f"geen reactie na\t{now.chain.no_response_attempts} pogingen")
    click.echo(f"gezet door\t{now.set_by}")
