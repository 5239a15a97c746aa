"""``flask ov matrix``: homes against places, each on all its stage days, there and back."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask.cli import with_appcontext

from geo.graph import Networks
from geo.timetable.store import Timetables
from geo.transit.answers import Mode
from geo.transit.stage_days import Hours, school_week, stage_week
from geo.transit.travel import TransitTravel
from usecases.refusals import Fault, InputRefused
from webapp.cli.files import whole
from webapp.context import services

if TYPE_CHECKING:
    from geo.timetable.store import Feed
    from geo.transit.stage_days import StageWeek

WEEKDAYS = ("ma", "di", "wo", "do", "vr", "za", "zo")
COLUMNS = (
    "home_id", "place_id", "minutes_worst", "minutes_median", "minutes_p90", "worst_day", "leave_home", "home_again",
    "rides", "walk_m", "reason",
)  # fmt: skip
_HOME, _PLACE = ("id", "lat", "lon"), ("id", "lat", "lon", "start", "end", "days")
FILE = click.Path(path_type=Path)


@click.command("matrix")
@click.option("--feed", required=True, help="Name of the timetable.")
@click.option("--network", required=True, help="Name of the road network.")
@click.option("--homes", type=FILE, required=True, help="CSV with id,lat,lon.")
@click.option(
    "--places", type=FILE, required=True, help="CSV with id,lat,lon,start,end,days (such as 08:30,16:00,ma di)."
)
@click.option(
    "--week", type=click.DateTime(["%Y-%m-%d"]), help="Any day of the week; the most ordinary one if not given."
)
@click.option("--access", type=click.Choice(["lopen", "fiets"]), default="lopen", show_default=True)
@click.option("--max-minutes", type=int, default=90, show_default=True, help="Longest journey.")
@click.option("--max-rides", type=int, default=6, show_default=True, help="Most vehicles.")
@click.option("--out", type=FILE, required=True, help="CSV to write.")
@with_appcontext
def matrix(
    feed: str, network: str, homes: Path, places: Path, week: dt.datetime | None, out: Path, **asked: Any
) -> None:
    """Write for every home and place the worst stage day of a school week, or the reason why it is not reached."""
    home = services().config.home
    timetable = Timetables(home).open(feed)
    travel = TransitTravel(timetable, Networks(home).open(network))
    faults: list[Fault] = []
    starts, ends = _read(homes, _HOME, faults), _read(places, _PLACE, faults)
    hours = {row["id"]: _hours(places.name, row, faults) for row in ends}
    points = {
        id(row): _point(file.name, row, faults) for file, rows in ((homes, starts), (places, ends)) for row in rows
    }
    if faults:
        raise InputRefused(faults)
    monday = _monday(timetable, week)
    with whole(out) as part, part.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        reached = 0
        for start in starts:
            for end in ends:
                found = stage_week(
                    travel, points[id(start)], points[id(end)], hours[end["id"]], monday,
                    access=Mode(asked["access"]), limit_s=asked["max_minutes"] * 60, most_rides=asked["max_rides"],
                )  # fmt: skip
                reached += found.reason is None
                writer.writerow((start["id"], end["id"], *_cells(found)))
    click.echo(f"week van {monday}: {len(starts) * len(ends)} paren, {reached} bereikbaar, geschreven naar {out}")


def _monday(timetable: Feed, week: dt.datetime | None) -> dt.date:
    if week is not None:
        return week.date() - dt.timedelta(days=week.weekday())
    found = school_week(timetable)
    if found is None:
        raise InputRefused.because(
            f"De dienstregeling {timetable.name} ({timetable.first_day} tot en met {timetable.last_day}) heeft geen "
            "hele schoolweek; kies er een met --week."
        )
    return found


def _cells(found: StageWeek) -> tuple[object, ...]:
    worst = found.worst
    if worst is None:
        return (*[""] * 8, found.reason)
    there, back = worst.journeys
    return (
        found.minutes[-1], found.at_share(50), found.at_share(90), worst.day, f"{there.depart:%H:%M}",
        f"{back.arrive:%H:%M}", max(there.rides, back.rides), max(there.walk_m, back.walk_m), "",
    )  # fmt: skip


def _read(file: Path, columns: tuple[str, ...], faults: list[Fault]) -> list[dict[str, str]]:
    """Rows of a CSV with a comma or semicolon, each with its line; ids must be there and differ."""
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputRefused([Fault(file.name, None, None, None, "een leesbaar CSV-bestand in UTF-8")]) from error
    separator = ";" if lines and ";" in lines[0] else ","
    reader = csv.DictReader(lines, delimiter=separator)
    names = [name.strip().lower() for name in reader.fieldnames or ()]
    if not set(columns) <= set(names):
        raise InputRefused([Fault(file.name, 1, None, ",".join(names), f"de kolommen {','.join(columns)}")])
    reader.fieldnames = names
    rows: list[dict[str, str]] = []
    seen: set[str] = set()
    for raw in reader:
        row = {name: (raw[name] or "").strip() for name in columns} | {"line": str(reader.line_num)}
        if not row["id"] or row["id"] in seen:
            faults.append(Fault(file.name, reader.line_num, "id", row["id"], "een nummer dat er één keer staat"))
        seen.add(row["id"])
        rows.append(row)
    if not rows:
        faults.append(Fault(file.name, 2, None, None, "minstens één rij"))
    return rows


def _point(file: str, row: dict[str, str], faults: list[Fault]) -> tuple[float, float]:
    values = []
    for column, most in (("lat", 90), ("lon", 180)):
        try:
            value = float(row[column].replace(",", "."))
        except ValueError:
            value = float("nan")
        if not -most <= value <= most:
            expected = f"een getal van -{most} tot en met {most}"
            faults.append(Fault(file, int(row["line"]), column, row[column], expected))
        values.append(value)
    return values[0], values[1]


def _hours(file: str, row: dict[str, str], faults: list[Fault]) -> Hours:
    times: list[dt.time] = []
    for column in ("start", "end"):
        try:
            times.append(dt.datetime.strptime(row[column], "%H:%M").time())  # noqa: DTZ007 -- local, the feed knows
        except ValueError:
            faults.append(Fault(file, int(row["line"]), column, row[column], "een tijd als 08:30"))
            times.append(dt.time())
    words = row["days"].lower().replace("+", " ").split()
    if not words or len(set(words)) < len(words) or not set(words) <= set(WEEKDAYS):
        faults.append(
            Fault(file, int(row["line"]), "days", row["days"], f"dagen uit {' '.join(WEEKDAYS)}, elk één keer")
        )
        words = []
    elif times[1] <= times[0] != dt.time():
        faults.append(Fault(file, int(row["line"]), "end", row["end"], f"een tijd na {row['start']}"))
    return Hours(tuple(sorted(WEEKDAYS.index(word) for word in words)), times[0], times[1])
