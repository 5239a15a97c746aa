"""``flask geo``: build road networks and ask them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask.cli import with_appcontext

from geo.build import build_network
from geo.definition import load_definition
from geo.errors import PointError, RequestError
from geo.graph import Networks
from geo.sources import remember_source
from geo.travel import RoadTravel, to_geojson
from geo.warm import warming
from usecases.refusals import Fault, InputRefused
from webapp.cli import geo_maps
from webapp.cli.files import whole, write_whole
from webapp.context import services

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.graph import RoadGraph
    from geo.travel import RouteAnswer, Trip

POINT_COLUMNS = ("id", "lat", "lon")
NEAREST_COLUMNS = (
    "origin_id", "rank", "destination_id", "seconds", "metres", "origin_gap_m", "destination_gap_m", "reason",
)  # fmt: skip
FILE = click.Path(path_type=Path)


@click.group("geo")
def geo() -> None:
    """Road networks: build, list, show, tiles, graphml, use; nearest, route, reach."""


geo.add_command(geo_maps.tiles)
geo.add_command(geo_maps.use)


def _networks() -> Networks:
    return Networks(services().config.home)


@geo.command("build")
@click.argument("file", type=FILE, required=False)
@click.option("--name", required=True, help="Name of the network: lower case letters, digits, dashes.")
@click.option("--graphml", type=FILE, help="Build from a GraphML file of OSMnx instead.")
@click.option("--place", help="Build from a place name instead, with OSMnx; needs the internet.")
@with_appcontext
def build(file: Path | None, name: str, graphml: Path | None, place: str | None) -> None:
    """Build a network from FILE (.osm.pbf, .osm or .graphml) and use it from then on."""
    if sum(source is not None for source in (file, graphml, place)) != 1:
        raise RequestError.bad_number("De bron", "één van FILE, --graphml FILE of --place PLAATS")
    home = services().config.home
    with warming(home):
        graph = build_network(home, name, file or graphml, place=place, on_progress=click.echo)
    if file is not None:
        remember_source(_networks().folder_of(name), file)
    _print_graph(graph)


@geo.command("list")
@with_appcontext
def list_networks() -> None:
    """Print every network: name, digest, date of the map, kilometres of road, source."""
    networks = _networks()
    for name in networks.names():
        graph = networks.open(name)
        date = graph.extract_date.isoformat() if graph.extract_date else "onbekend"
        click.echo(f"{name}\t{graph.digest[:16]}\t{date}\t{graph.counts['kilometres']}\t{graph.source}")


@geo.command("show")
@click.argument("name")
@with_appcontext
def show(name: str) -> None:
    """Check every file of a network and print what it holds and what was dropped."""
    graph = _networks().open(name)
    graph.verify()
    _print_graph(graph)
    for definition, dropped in graph.dropped.items():
        for piece in dropped["biggest"]:
            streets = ", ".join(piece["streets"]) or "wegen zonder naam"
            where = f"{piece['lat']},{piece['lon']}"
            near = f" bij {piece['place']}" if piece["place"] else ""
            click.echo(
                f"weggelaten\t{definition}\t{piece['nodes']} punten\t{piece['metres']} m\t{where}\t{streets}{near}"
            )


def _print_graph(graph: RoadGraph) -> None:
    date = graph.extract_date.isoformat() if graph.extract_date else "onbekend"
    south, west, north, east = graph.bbox
    rows = [
        ("netwerk", graph.name), ("digest", graph.digest), ("bron", graph.source), ("kaart van", date),
        ("gebied", f"{south},{west} tot {north},{east}"), ("licentie", graph.licence),
        ("kilometers weg", str(graph.counts["kilometres"])), ("stukken weg", str(graph.counts["segments"])),
    ]  # fmt: skip
    for key, value in rows:
        click.echo(f"{key}\t{value}")
    for definition, dropped in graph.dropped.items():
        layer = graph.layer(definition)
        click.echo(
            f"definitie\t{definition}\t{layer.nodes} punten\t{layer.arcs} verbindingen\t"
            f"weggelaten: {dropped['pieces']} losse stukken, {dropped['nodes']} punten, {dropped['metres'] // 1000} km"
        )


@geo.command("graphml")
@click.argument("name")
@click.option("--definition", required=True, help="Distance definition, such as fiets-snelst.")
@click.option("--out", type=FILE, required=True, help="GraphML to write.")
@with_appcontext
def graphml(name: str, definition: str, out: Path) -> None:
    """Write network NAME as GraphML for QGIS and OSMnx: junctions, roads with length, time, name and line."""
    from geo.osmnx_bridge import write_graphml

    layer = _networks().open(name).layer(definition)
    with whole(out) as part:
        write_graphml(layer, part)
    click.echo(f"{name}, {definition}, geschreven naar {out}")


def _travel(network: str) -> RoadTravel:
    return RoadTravel(_networks(), network)


def _network_options(command: Any) -> Any:
    command = click.option("--definition", required=True, help="Distance definition, such as fiets-snelst.")(command)
    return click.option("--network", required=True, help="Name of the network.")(command)


@geo.command("nearest")
@_network_options
@click.option("--origins", type=FILE, required=True, help="CSV with id,lat,lon.")
@click.option("--destinations", type=FILE, required=True, help="CSV with id,lat,lon.")
@click.option("--k", type=int, required=True, help="How many per origin.")
@click.option("--limit-minutes", type=float, help="Longest journey.")
@click.option("--out", type=FILE, required=True, help="CSV to write.")
@with_appcontext
def nearest(
    network: str, definition: str, origins: Path, destinations: Path, k: int, limit_minutes: float | None, out: Path
) -> None:
    """Write the k nearest destinations of every origin, or the reason why there are none."""
    load_definition(definition)
    travel = _travel(network)
    travel.graph.layer(definition)
    limit_s = None if limit_minutes is None else _limit_s(limit_minutes)
    starts, ends = _read_points(origins), _read_points(destinations)
    found = travel.nearest_many(
        definition,
        [(lat, lon) for _, lat, lon in starts],
        ends,
        k=k,
        limit_s=limit_s,
        names=[name for name, *_ in starts],
    )
    none = travel.no_hit_reason(definition, ends, limit_s=limit_s)
    with whole(out) as part, part.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(NEAREST_COLUMNS)
        for (name, _, _), row in zip(starts, found, strict=True):
            writer.writerows(_nearest_rows(name, row, none))
    hits = sum(1 for row in found if row and row[0][1].reason is None)
    click.echo(f"{len(starts)} vertrekpunten, {hits} met een bestemming, geschreven naar {out}")


def _nearest_rows(origin: str, row: Sequence[tuple[str, Trip]], none: str) -> list[tuple[object, ...]]:
    refused = next((trip.reason for _, trip in row if trip.reason is not None), None)
    if not row or refused is not None:
        return [(origin, "", "", "", "", "", "", refused or none)]
    return [
        (origin, rank, name, trip.seconds, trip.metres, trip.origin_gap_m, trip.destination_gap_m, "")
        for rank, (name, trip) in enumerate(row, 1)
    ]


def _limit_s(minutes: float) -> int:
    if not 0 < minutes <= 6000:
        raise RequestError.bad_number("De grens in minuten", "een getal van meer dan 0 tot en met 6000")
    return round(minutes * 60)


def _read_points(file: Path) -> list[tuple[str, float, float]]:
    """Read ``id,lat,lon``; every wrong row is named."""
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputRefused([Fault(file.name, None, None, None, "een leesbaar CSV-bestand in UTF-8")]) from error
    lines = text.splitlines()
    separator = ";" if lines and ";" in lines[0] else ","
    reader = csv.DictReader(lines, delimiter=separator)
    names = [name.strip().lower() for name in reader.fieldnames or ()]
    if not set(POINT_COLUMNS) <= set(names):
        raise InputRefused([Fault(file.name, 1, None, ",".join(names), "de kolommen id,lat,lon")])
    reader.fieldnames = names
    faults: list[Fault] = []
    points: list[tuple[str, float, float]] = []
    seen: dict[str, int] = {}
    for row in reader:
        line = reader.line_num
        name = (row["id"] or "").strip()
        if not name or name in seen:
            expected = f"een eigen nummer (regel {seen[name]} heeft het ook)" if name else "een nummer"
            faults.append(Fault(file.name, line, "id", name, expected))
        seen[name] = line
        values = [_degrees(file, line, column, row[column], faults) for column in ("lat", "lon")]
        points.append((name, values[0], values[1]))
    if not points:
        faults.append(Fault(file.name, 2, None, None, "minstens één punt"))
    if faults:
        raise InputRefused(faults)
    return points


def _degrees(file: Path, line: int, column: str, value: str | None, faults: list[Fault]) -> float:
    most = 90 if column == "lat" else 180
    try:
        degrees = float((value or "").strip().replace(",", "."))
    except ValueError:
        degrees = float("nan")
    if not -most <= degrees <= most:
        faults.append(Fault(file.name, line, column, value or "", f"een getal van -{most} tot en met {most}"))
    return degrees


def _point(text: str, name: str) -> tuple[float, float]:
    try:
        lat, lon = (float(part) for part in text.split(","))
    except ValueError as error:
        raise PointError.not_a_number(f"{name} {text}") from error
    return lat, lon


@geo.command("route")
@_network_options
@click.option("--from", "origin", required=True, help="LAT,LON")
@click.option("--to", "destination", required=True, help="LAT,LON")
@click.option("--format", "form", type=click.Choice(["geojson", "text"]), default="text", show_default=True)
@with_appcontext
def route(network: str, definition: str, origin: str, destination: str, form: str) -> None:
    """Print one route with its streets, or the reason why there is none."""
    load_definition(definition)
    answer = _travel(network).route(definition, _point(origin, "--from"), _point(destination, "--to"))
    if form == "geojson":
        click.echo(json.dumps(to_geojson(answer), ensure_ascii=False))
    else:
        _print_route(answer)


def _print_route(answer: RouteAnswer) -> None:
    trip = answer.trip
    click.echo(f"definitie\t{trip.definition_id}")
    if trip.seconds is None or trip.metres is None:
        click.echo(f"geen reis\t{trip.reason}")
    else:
        click.echo(f"tijd\t{trip.seconds} s\t{trip.seconds // 60} min {trip.seconds % 60} s")
        click.echo(f"afstand\t{trip.metres} m")
        click.echo(f"naar de weg\t{trip.origin_gap_m} m\tvan de weg\t{trip.destination_gap_m} m")
        for number, step in enumerate(answer.steps, 1):
            click.echo(f"{number}\t{step.street or step.kind}\t{step.metres} m\t{step.seconds} s")
    date = answer.extract_date.isoformat() if answer.extract_date else "onbekend"
    click.echo(f"netwerk\t{answer.network}\t{trip.network_digest[:16]}\tkaart van {date}\t{answer.licence}")


@geo.command("reach")
@_network_options
@click.option("--from", "origin", required=True, help="LAT,LON")
@click.option("--minutes", required=True, help="One or more, such as 15,30,45.")
@click.option("--out", type=FILE, required=True, help="GeoJSON to write.")
@with_appcontext
def reach(network: str, definition: str, origin: str, minutes: str, out: Path) -> None:
    """Write the areas that can be reached within the given minutes."""
    load_definition(definition)
    try:
        limits = [int(part) for part in minutes.split(",")]
    except ValueError as error:
        raise RequestError.bad_number("Het aantal minuten", "hele getallen met komma's ertussen") from error
    travel = _travel(network)
    graph = travel.graph
    areas = travel.reach(definition, _point(origin, "--from"), limits)
    features = [
        {
            "type": "Feature",
            "properties": {
                "minutes": area.minutes,
                "square_km": area.square_km,
                "definition": definition,
                "network": graph.name,
                "network_digest": graph.digest,
                "extract_date": graph.extract_date.isoformat() if graph.extract_date else None,
                "licence": graph.licence,
            },
            "geometry": area.geometry,
        }
        for area in areas
    ]
    write_whole(out, json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))
    for area in areas:
        click.echo(f"{area.minutes} minuten\t{area.square_km} km²")
