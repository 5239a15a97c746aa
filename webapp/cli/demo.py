"""``flask demo``: the fictional region Merenveld."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from usecases.demo.size import DEFAULT_NODES, DEFAULT_SEED, LEAST_NODES, MOST_NODES
from webapp.context import services


@click.group("demo")
def demo() -> None:
    """The fictional region Merenveld."""


@demo.command("load")
@click.option("--nodes", type=click.IntRange(LEAST_NODES, MOST_NODES), default=DEFAULT_NODES, show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**31), default=DEFAULT_SEED, show_default=True)
@with_appcontext
def load(nodes: int, seed: int) -> None:
    """Fill an empty installation with Merenveld: map, schools, companies, pupils and one account per role."""
    # Drawing needs libraries that no web worker should load.
    from usecases.demo.merenveld import account_lines, load_demo

    load_demo(services(), nodes, seed, click.echo)
    for line in account_lines(services()):
        click.echo(line)


@demo.command("status")
@with_appcontext
def status() -> None:
    """Print ``leeg`` when nothing has been loaded yet, otherwise ``gevuld``."""
    from usecases.demo.merenveld import is_empty

    click.echo("leeg" if is_empty(services()) else "gevuld")


@demo.command("accounts")
@with_appcontext
def accounts() -> None:
    """Print the demo accounts: address, password, role and scope."""
    from usecases.demo.merenveld import account_lines

    for line in account_lines(services()):
        click.echo(line)
