"""``flask match``: rank places, say why not, propose for a group, expire reservations, erase old pupil data."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from matching.errors import InvalidValueError
from matching.places.eligibility import Rejected
from matching.proposals.proposal import Request
from usecases.stages.answers import payload_to_json, ranking_to_json, verdict_to_json
from usecases.stages.groups import GroupService
from usecases.stages.lawful import judge_file
from usecases.work.imports import load_file
from webapp.cli.files import write_whole
from webapp.cli.foundation import OPERATOR
from webapp.context import services
from webapp.page.law_words import law_sentences

COLUMNS = ("pupil_id", "place_id", "minuten", "meters", "status", "reden")


@click.group("match")
def match() -> None:
    """Places for pupils: rank, explain, propose."""


@match.command("rank")
@click.option("--pupil", "pupil_id", required=True, metavar="ID", help="Pupil as BRIN-number, such as 99AB-0417.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@with_appcontext
def rank(pupil_id: str, as_json: bool) -> None:
    """Rank every possible place for a pupil, with points and reasons."""
    matching, today = services().stages, services().today()
    ranking = matching.core.search.rank(matching.core.search.find_pupil(pupil_id), today)
    matching.people.note("leerling: plekken gezocht", pupil_id, OPERATOR)
    if as_json:
        click.echo(json.dumps(ranking_to_json(ranking), ensure_ascii=False, indent=2))
        return
    for number, row in enumerate(ranking.rows, start=1):
        reasons = " · ".join(map(str, row.reasons))
        leg = row.leg
        click.echo(
            f"{number}\t{row.place.id}\t{row.place.company.name}\t{leg.text}\t{leg.metres} m\t"
            f"{row.score} punten\t{reasons}"
        )
    hidden = ", ".join(f"{count} {rule.label}" for rule, count in ranking.hidden.items())
    click.echo(f"{len(ranking.rows)} plekken; niet getoond: {hidden or 'geen'}")
    for waiting in ranking.to_fill:
        click.echo(f"eerst invullen\t{waiting.place.id}\t{', '.join(waiting.missing)}")


@match.command("why-not")
@click.option("--pupil", "pupil_id", required=True, metavar="ID", help="Pupil as BRIN-number.")
@click.option("--place", "place_id", required=True, metavar="ID", help="Code of the place.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@with_appcontext
def why_not(pupil_id: str, place_id: str, as_json: bool) -> None:
    """Say why a place is not shown for a pupil, or that it is."""
    matching = services().stages
    answer = matching.core.search.answer(matching.core.search.find_pupil(pupil_id), place_id, services().today())
    matching.people.note("leerling: plekken gezocht", pupil_id, OPERATOR)
    if as_json:
        click.echo(json.dumps(verdict_to_json(answer), ensure_ascii=False, indent=2))
    elif isinstance(answer.verdict, Rejected):
        also = "".join(f"\took {rule.value}" for rule in answer.verdict.also)
        click.echo(f"{answer.verdict.code.value}\t{answer.verdict.sentence}{also}")
        with force_locale("nl"):  # there is no reader with a language on a command line
            for sentence in law_sentences(answer.verdict.law):
                click.echo(sentence)
    else:
        trip = answer.leg.text if answer.leg else ""
        click.echo(f"mogelijk\tDeze plek past: {trip}, nog {answer.verdict.seats_left} vrij.")


def read_locks(texts: tuple[str, ...]) -> dict[str, str]:
    """``PUPIL=PLACE`` as a mapping.

    Raises
    ------
    InvalidValueError
        A text without ``=``, or a pupil that is locked twice.
    """
    locks: dict[str, str] = {}
    for text in texts:
        pupil, found, place = text.partition("=")
        if not (found and pupil.strip() and place.strip()):
            raise InvalidValueError(f"‘{text}’ is geen vaste keuze; schrijf LEERLING=PLEK.")
        if pupil.strip() in locks:
            raise InvalidValueError(f"Leerling {pupil.strip()} is twee keer vastgezet.")
        locks[pupil.strip()] = place.strip()
    return locks


@match.command("propose")
@click.option("--school", "schools", required=True, multiple=True, metavar="BRIN", help="School; may be repeated.")
@click.option("--lock", "locks", multiple=True, metavar="PUPIL=PLACE", help="Keep this pupil at this place.")
@click.option("--exclude", "excluded", multiple=True, metavar="PUPIL=PLACE", help="Never this pupil at this place.")
@click.option("--pupil", "pupils", multiple=True, metavar="ID", help="Only these pupils; may be repeated.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write a .csv or .json file.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Decides between equals.")
@click.option(
    "--certificate", type=click.Path(path_type=Path), metavar="FILE", help="Write the proof for `flask match verify`."
)
@with_appcontext
def propose(
    schools: tuple[str, ...],
    locks: tuple[str, ...],
    excluded: tuple[str, ...],
    pupils: tuple[str, ...],
    out: Path | None,
    seed: int,
    certificate: Path | None,
) -> None:
    """Compute a fair proposal for a group; nothing is reserved."""
    if out is not None and out.suffix.lower() not in {".csv", ".json"}:
        raise InvalidValueError(f"Schrijf naar een bestand dat eindigt op .csv of .json, niet ‘{out.name}’.")
    request = Request(
        tuple(sorted({school.strip().upper() for school in schools})),
        tuple(pupils) or None,
        read_locks(locks),
        frozenset(read_locks(excluded).items()),
        seed,
    )
    _refuse_unknown_schools(request.schools)
    matching = services().stages
    for school in request.schools:
        matching.people.note("leerlingen: voorstel berekend", school, OPERATOR)
    if certificate is None:
        _, payload = matching.groups.compute(request)
    else:
        payload, proof_file = matching.groups.certify(request)
        write_whole(certificate, proof_file)
    text = to_json(payload) if out is not None and out.suffix.lower() == ".json" else to_csv(payload)
    if out is None:
        click.echo(text, nl=False)
        return
    write_whole(out, text)
    placed = sum(row["place"] is not None for row in payload["rows"])
    proof = "bewezen optimaal" if payload["summary"]["proven"] else "niet voor elk niveau bewezen; zie de JSON"
    click.echo(f"{placed} van {len(payload['rows'])} leerlingen geplaatst, {proof}, geschreven naar {out}")


@match.command("verify")
@click.argument("certificate", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
def verify(certificate: Path, as_json: bool) -> None:
    """Check a certificate of a proposal; exit 0 when it holds, 2 when it is refused."""
    levels = GroupService.verify(certificate.read_bytes())
    if as_json:
        rows = [{"name": level.name, "value": level.value, "proven": level.proven} for level in levels]
        click.echo(json.dumps({"levels": rows}, ensure_ascii=False, indent=2))
        return
    for level in levels:
        click.echo(f"{level.name} {level.value}: {'bewezen' if level.proven else 'niet bewezen'}")
    click.echo("Het certificaat klopt.")


def _refuse_unknown_schools(brins: tuple[str, ...]) -> None:
    known = services().stages.people.school_names(brins)
    for brin in brins:
        if brin not in known:
            raise InvalidValueError(f"School ‘{brin}’ is niet bekend.")


def to_csv(payload: dict[str, Any]) -> str:
    """The rows of a proposal: ``pupil_id;place_id;minuten;meters;status;reden``."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in payload["rows"]:
        cells = (row["pupil"], row["place"], row["minutes"], row["metres"], row["status"], row["reason"])
        writer.writerow(["" if cell is None else _safe(cell) for cell in cells])
    return buffer.getvalue()


def _safe(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def to_json(payload: dict[str, Any]) -> str:
    """The whole proposal: rows, objective levels with bound and gap, seed and as_of."""
    return json.dumps(payload_to_json(payload), ensure_ascii=False, indent=2) + "\n"


@match.command("lawful")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="FILE", help="Write a .csv file.")
@with_appcontext
def lawful(file: Path, out: Path) -> None:
    """Judge stages by the law on minors at work: one row in, one verdict with every broken rule out."""
    answer = judge_file(file.name, load_file(file), services().today())
    write_whole(out, answer.text)
    click.echo(f"{answer.lawful} stages mogen, {answer.unlawful} mogen niet, geschreven naar {out}")


@match.command("expire")
@with_appcontext
def expire() -> None:
    """Withdraw reservations whose last day has passed; the work of the day does it too."""
    gone = services().stages.core.register.expire(services().today(), actor=OPERATOR)
    click.echo(f"{len(gone)} reserveringen verlopen")


@match.command("clean")
@with_appcontext
def clean() -> None:
    """Erase pupils over STAGEROUTE_RETENTION_MONTHS, with a proof; the work of the day does it too."""
    proof = services().stages.retention.clean(OPERATOR)
    click.echo(
        f"leerlingen met een laatste dag voor {proof.last_day_before:%d-%m-%Y}: {proof.pupils} gewist, "
        f"{proof.placements} plaatsingen zonder naam bewaard, {proof.left} over"
    )
