"""``flask region``: the regions of this installation, their coverage and their best next partner."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from webapp.cli.coverage import coverage, next_partner
from webapp.context import services


@click.group("region")
def region() -> None:
    """Regions: which there are, how well they are covered, and what would help."""


@region.command("list")
@with_appcontext
def list_regions() -> None:
    """Print every region of the chosen kind: key and name."""
    for key, name in services().partners.coverage.regions().items():
        click.echo(f"{key}\t{name}")


region.add_command(coverage)
region.add_command(next_partner)
