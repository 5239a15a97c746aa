"""``flask ov``: read timetables in, list them, and ask one for a journey."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask.cli import with_appcontext

from geo.errors import PointError
from geo.fares.receipt import to_json
from geo.fares.rules import FareRefused
from geo.fares.store import FareSets
from geo.graph import Networks
from geo.timetable.build import import_feed
from geo.timetable.faults import FeedRefused, TimetableError
from geo.timetable.store import Timetables
from geo.transit.answers import Mode, Question, answer_to_json
from geo.transit.travel import TransitTravel, seconds_of
from usecases.demo.size import DEFAULT_NODES, DEFAULT_SEED, LEAST_NODES, MOST_NODES
from usecases.travel.transit import TransitService
from webapp.cli.files import whole
from webapp.cli.ov_matrix import matrix
from webapp.context import services
from webapp.page.fare_texts import NO_FARE, refused_fares
from webapp.page.timetable_texts import REASONS, refused_feed, refused_question

if TYPE_CHECKING:
    from geo.fares.price import Fare
    from geo.fares.rules import FareFile
    from geo.timetable.store import Feed
    from geo.transit.answers import Journey, JourneyAnswer, Leg

MOMENT = click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"])
ACCESS = click.Choice([Mode.FOOT.value, Mode.BICYCLE.value])


@click.group("ov")
def ov() -> None:
    """Public transport: timetables and journeys by them."""


def _in_words(command: Callable[..., Any]) -> Callable[..., Any]:
    """Say refusals of timetables in sentences."""

    @wraps(command)
    def answer(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except TimetableError as error:
            raise refused_question(error) from error

    return answer


def _spoken(command: click.Command) -> click.Command:
    if command.callback is not None:
        command.callback = _in_words(command.callback)
    return command


@ov.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="Name of the timetable: lower case letters, digits, dashes.")
@with_appcontext
@_in_words
def import_timetable(file: Path, name: str) -> None:
    """Read a GTFS zip whole, or refuse it whole, and use it from then on."""
    try:
        feed = import_feed(services().config.home, name, file, today=services().today())
    except FeedRefused as refused:
        raise refused_feed(file.name, refused) from refused
    _print_feed(feed)
    for key, count in feed.dropped.items():
        click.echo(f"{key}\t{count}")


@ov.command("demo")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Zip to write.")
@click.option("--nodes", type=click.IntRange(LEAST_NODES, MOST_NODES), default=DEFAULT_NODES, show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**31), default=DEFAULT_SEED, show_default=True)
@with_appcontext
def write_demo(out: Path, nodes: int, seed: int) -> None:
    """Write the timetable of Merenveld as a GTFS zip; the same numbers give the same bytes."""
    # Drawing needs libraries that no web worker should load.
    from usecases.demo.transit import write_demo_feed

    with whole(out) as part:
        write_demo_feed(part, nodes, seed)
    click.echo(f"geschreven naar {out}")


@ov.command("list")
@with_appcontext
@_in_words
def list_timetables() -> None:
    """Print every timetable: name, digest, first and last day, stops, trips."""
    timetables = Timetables(services().config.home)
    for name in timetables.names():
        _print_feed(timetables.open(name))


def _print_feed(feed: Feed) -> None:
    click.echo(
        f"{feed.name}\t{feed.digest[:16]}\t{feed.first_day}\t{feed.last_day}\t"
        f"{feed.counts['stops']}\t{feed.counts['trips']}"
    )


@ov.command("journey")
@click.option("--feed", required=True, help="Name of the timetable.")
@click.option("--network", required=True, help="Name of the road network.")
@click.option("--from", "origin", required=True, help="LAT,LON")
@click.option("--to", "destination", required=True, help="LAT,LON")
@click.option("--arrive-by", type=MOMENT, help="Be there by this local time, such as 2026-03-10T08:30.")
@click.option("--depart-at", type=MOMENT, help="Leave at this local time or later.")
@click.option("--last-home", type=MOMENT, help="The last way home that leaves after this local time.")
@click.option("--access", type=ACCESS, default=Mode.FOOT.value, show_default=True, help="From the door to the stop.")
@click.option("--egress", type=ACCESS, default=Mode.FOOT.value, show_default=True, help="From the stop to the door.")
@click.option("--max-minutes", type=int, default=180, show_default=True, help="Longest journey.")
@click.option("--max-rides", type=int, default=6, show_default=True, help="Most vehicles.")
@click.option("--fares", "fare_set", help="Name of a set of prices.")
@click.option("--format", "form", type=click.Choice(["json", "text"]), default="text", show_default=True)
@with_appcontext
@_in_words
def journey(
    feed: str, network: str, origin: str, destination: str, *, form: str, fare_set: str | None, **asked: Any
) -> None:
    """Print the best journey with its legs and price, or the reason why there is none."""
    answer = _ask(feed, network, (_point(origin, "--from"), _point(destination, "--to")), asked)
    fare = None
    if fare_set is not None and answer.journey is not None:
        try:
            fare = TransitService(services().config.home).price(fare_set, answer.journey)
        except FareRefused as refused:
            raise refused_fares(fare_set, refused) from refused
    if form == "json":
        told = answer_to_json(answer) | {"fare": None if fare is None else to_json(fare)}
        click.echo(json.dumps(told, ensure_ascii=False))
    elif answer.journey is None:
        click.echo(f"reden\t{answer.reason}\t{REASONS[answer.reason] if answer.reason else ''}")
    else:
        _print_journey(answer.journey)
        if fare is not None:
            _print_fare(fare)


def _ask(
    feed: str, network: str, ends: tuple[tuple[float, float], tuple[float, float]], asked: dict[str, Any]
) -> JourneyAnswer:
    home = services().config.home
    moments = {key: asked[key] for key in ("arrive_by", "depart_at", "last_home") if asked[key] is not None}
    if len(moments) != 1:
        raise click.UsageError("Geef één van --arrive-by, --depart-at of --last-home.")
    ((kind, moment),) = moments.items()
    timetable = Timetables(home).open(feed)
    travel = TransitTravel(timetable, Networks(home).open(network))
    day, time_s = seconds_of(timetable, _moment(moment))
    question = Question(
        *ends, day, time_s, kind == "arrive_by", Mode(asked["access"]), Mode(asked["egress"]),
        asked["max_minutes"] * 60, asked["max_rides"],
    )  # fmt: skip
    return travel.last_way_home(question) if kind == "last_home" else travel.journey(question)


def _moment(moment: dt.datetime) -> dt.datetime:
    return moment.replace(tzinfo=None)


def _point(text: str, name: str) -> tuple[float, float]:
    try:
        lat, lon = (float(part) for part in text.split(","))
    except ValueError as error:
        raise PointError.not_a_number(f"{name} {text}") from error
    return lat, lon


def _print_journey(found: Journey) -> None:
    click.echo(
        f"{found.depart:%H:%M}\t{found.arrive:%H:%M}\t{found.minutes} min\t{found.rides} ritten\t{found.walk_m} m lopen"
    )
    for leg in found.legs:
        click.echo(f"{leg.depart:%H:%M}\t{leg.arrive:%H:%M}\t{_leg(leg)}")


def _print_fare(fare: Fare) -> None:
    if fare.reason is not None:
        click.echo(f"prijs\t{fare.reason}\t{NO_FARE[fare.reason]} ({fare.missing})")
        return
    for line in fare.lines:
        click.echo(f"{line.kind}\t{line.what}\t{line.cents} cent\t{line.status}\t{line.origin.source}")
    click.echo(f"prijs\t{fare.cents} cent\t{fare.status}")


def _leg(leg: Leg) -> str:
    if leg.mode is not Mode.TRANSIT:
        return f"{leg.mode}\t{leg.metres} m"
    platform = f" (perron {leg.platform})" if leg.platform else ""
    return f"lijn {leg.line}\t{leg.from_stop}{platform} – {leg.to_stop}"


@ov.group("fares")
def fares() -> None:
    """Prices of public transport: dated files with a source and a status per line."""


@fares.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="Name of the set; pages use the set with the name of the timetable.")
@with_appcontext
def import_fares(file: Path, name: str) -> None:
    """Take a file of prices (TOML) into a set; one with the same id takes the place of the old one."""
    try:
        found = FareSets(services().config.home).add(name, file)
    except FareRefused as refused:
        raise refused_fares(file.name, refused) from refused
    _print_fares(name, found)


@fares.command("list")
@with_appcontext
def list_fares() -> None:
    """Print every file of prices: set, id, first and last day, status, digest, source."""
    sets = FareSets(services().config.home)
    for name in sets.names():
        try:
            files = sets.open(name)
        except FareRefused as refused:
            raise refused_fares(name, refused) from refused
        for found in files:
            _print_fares(name, found)


def _print_fares(name: str, found: FareFile) -> None:
    click.echo(
        f"{name}\t{found.id}\t{found.valid_from}\t{found.valid_to}\t{found.origin.status}\t"
        f"{found.digest[:16]}\t{found.origin.source}"
    )


ov.add_command(_spoken(matrix))
