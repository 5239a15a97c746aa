"""``flask subsidy`` for the life of an award: record, check, determine, pay, mutate."""

from __future__ import annotations

import json
from datetime import date, datetime

import click
from flask.cli import with_appcontext

from subsidy.deadlines import is_certain, objection_deadline, payment_term
from subsidy.lifecycle import objection_until, state_of
from subsidy.money import parse_euro, to_decimal
from subsidy.mutations import Event, Record, due
from subsidy.records import StoredCalculation
from webapp.cli.tegemoetkoming import subsidy
from webapp.cli.telling import DAY
from webapp.context import services

GROUP: click.Group = subsidy
"""The whole of ``flask subsidy``, once the commands of this module have been added."""

_BY = click.option("--by", required=True, help="Name of who does this.")
_ON = click.option("--on", type=DAY, help="Day on which it takes effect; today by default.")
_REASON = click.option("--reason", default="", help="Why.")
_NUMBER = click.argument("calculation_id", type=int)


def _day(on: datetime | None) -> datetime:
    return on or datetime.combine(services().today(), datetime.min.time())


def _last_day(day: date) -> str:
    return day.isoformat() if is_certain(day) else f"{day.isoformat()} (kan nog verschuiven)"


def _say(stored: StoredCalculation) -> None:
    step = stored.steps[-1]
    until = objection_until(stored.steps)
    objection = f", bezwaar tot en met {_last_day(until)}" if until else ""
    click.echo(
        f"berekening {stored.calculation_id} van {stored.regeling_id}: {state_of(stored.steps)} op "
        f"{step.on.isoformat()} door {step.by}{objection}"
    )


@subsidy.command("record")
@click.argument("regeling")
@click.option("--telling", "telling_id", type=int)
@_BY
@_ON
@with_appcontext
def record(regeling: str, telling_id: int | None, by: str, on: datetime | None) -> None:
    """Put a calculation on record; its telling becomes the pinned legal basis."""
    cases = services().tegemoetkoming
    _say(cases.awards.record(cases.regeling_named(regeling), telling_id, by=by, on=_day(on).date()))


@subsidy.command("approve")
@_NUMBER
@_BY
@_ON
@with_appcontext
def approve(calculation_id: int, by: str, on: datetime | None) -> None:
    """Check a calculation as the second person."""
    _say(services().tegemoetkoming.awards.check(calculation_id, by=by, on=_day(on).date()))


@subsidy.command("determine")
@_NUMBER
@_BY
@_ON
@with_appcontext
def determine(calculation_id: int, by: str, on: datetime | None) -> None:
    """Make a checked calculation final (vastgesteld)."""
    _say(services().tegemoetkoming.awards.determine(calculation_id, by=by, on=_day(on).date()))


@subsidy.command("pay")
@_NUMBER
@click.option("--part", type=click.IntRange(1, 2), required=True)
@_BY
@_ON
@_REASON
@with_appcontext
def pay(calculation_id: int, part: int, by: str, on: datetime | None, reason: str) -> None:
    """Record the payment of a part; a day outside its window needs a reason."""
    _say(services().tegemoetkoming.awards.pay(calculation_id, part, by=by, on=_day(on).date(), reason=reason))


@subsidy.command("withdraw")
@_NUMBER
@_BY
@_ON
@_REASON
@with_appcontext
def withdraw(calculation_id: int, by: str, on: datetime | None, reason: str) -> None:
    """Withdraw a calculation that is not final."""
    _say(services().tegemoetkoming.awards.withdraw(calculation_id, by=by, on=_day(on).date(), reason=reason))


@subsidy.command("mutate")
@_NUMBER
@click.argument("event", type=click.Choice([event.value for event in Event if event is not Event.CORRECTION]))
@click.argument("account")
@click.option("--successor", help="Who receives from then on.")
@_BY
@_ON
@_REASON
@with_appcontext
def mutate(
    calculation_id: int, *, event: str, account: str, successor: str | None, by: str, on: datetime | None, reason: str
) -> None:
    """Record a merger, closure, opening or transfer of bestuur: what is unpaid follows the successor."""
    note = Record(_day(on).date(), by, reason)
    _say(services().tegemoetkoming.awards.mutate(calculation_id, Event(event), account, note, successor))


@subsidy.command("correct")
@_NUMBER
@click.option("--part", type=click.IntRange(1, 2), required=True)
@click.argument("account")
@click.option("--amount", required=True, help="Euros; with a minus sign to take away.")
@_BY
@_ON
@_REASON
@with_appcontext
def correct(
    calculation_id: int, *, part: int, account: str, amount: str, by: str, on: datetime | None, reason: str
) -> None:
    """Record a correction in the journal; amounts themselves are never edited."""
    sign = -1 if amount.startswith("-") else 1
    cents = sign * parse_euro(amount.removeprefix("-"))
    _say(
        services().tegemoetkoming.awards.correct(
            calculation_id, part, account, cents, Record(_day(on).date(), by, reason)
        )
    )


@subsidy.command("settle")
@_NUMBER
@click.option("--part", type=click.IntRange(1, 2), required=True)
@_BY
@_ON
@_REASON
@with_appcontext
def settle(calculation_id: int, part: int, by: str, on: datetime | None, reason: str) -> None:
    """Pay or claim back what corrections left open of a part that was paid."""
    _say(services().tegemoetkoming.awards.settle(calculation_id, part, Record(_day(on).date(), by, reason)))


@subsidy.command("list")
@with_appcontext
def list_calculations() -> None:
    """Print every calculation on record, with its steps."""
    for stored in services().tegemoetkoming.awards.all():
        _say(stored)
        for step in stored.steps:
            click.echo(f"\t{step.state}\t{step.on.isoformat()}\t{step.by}\t{step.reason}")


@subsidy.command("journal")
@_NUMBER
@with_appcontext
def journal(calculation_id: int) -> None:
    """Print the journal of a calculation and what is still due."""
    stored = services().tegemoetkoming.awards.get(calculation_id)
    for entry in stored.journal:
        fields = [entry.number, entry.on.isoformat(), entry.kind, entry.part, entry.account, to_decimal(entry.cents)]
        click.echo("\t".join(str(field) for field in [*fields, entry.counter or "-", entry.by, entry.reason]))
    for part in (1, 2):
        total = sum(due(stored.journal, part).values())
        click.echo(f"open van deel {part}: {to_decimal(total)}")


@subsidy.command("deadlines")
@click.argument("days", metavar="DATE...", type=DAY, nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON: one object per day, in the order given.")
def deadlines(days: tuple[datetime, ...], *, as_json: bool) -> None:
    """Print until when an objection and a payment are in time, counted from each day of announcement."""
    terms = [(day.date(), objection_deadline(day.date()), payment_term(day.date())) for day in days]
    if as_json:
        rows = [
            {"bekendgemaakt": day.isoformat(), "bezwaar_tot_en_met": until.isoformat(), "zeker": is_certain(until)}
            for day, until, _paid in terms
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for day, until, paid in terms:
        click.echo(f"{day.isoformat()}\tbezwaar tot en met {_last_day(until)}\tbetalen tot en met {_last_day(paid)}")
