"""``flask geo tiles`` cuts the map tiles of a network; ``flask geo use`` takes a network into use."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from geo.sources import find_source
from geo.tiles import build_tiles
from webapp.context import services


@click.command("tiles")
@click.argument("name")
@click.option(
    "--file",
    "given",
    type=click.Path(path_type=Path),
    help="The extract, when it no longer lies where it was when the network was built.",
)
@with_appcontext
def tiles(name: str, given: Path | None) -> None:
    """Cut the map tiles of network NAME from its own extract; open pages follow at once."""
    travel = services().travel
    graph = travel.networks.open(name)
    source = find_source(travel.networks.folder_of(name), graph, given)
    made = build_tiles(
        source,
        travel.tiles_path(name),
        title=name,
        on_layer=lambda layer, rows: click.echo(f"laag\t{layer}\t{rows} objecten"),
    )
    click.echo(f"tegels\t{made.tiles}\t{made.size_bytes} bytes\t{made.path.name}")


@click.command("use")
@click.argument("name")
@with_appcontext
def use(name: str) -> None:
    """Compute every trip of this installation on network NAME from now on."""
    services().travel.choose(name, by="opdrachtregel")
    click.echo(f"in gebruik\t{name}")
