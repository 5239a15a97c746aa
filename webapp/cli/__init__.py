"""The command line: a thin shell over the same use cases as the pages.

A command answers with exit code 0, or with 2 and one line per fault on standard error when its input is refused.
"""

from __future__ import annotations

import sys
from typing import Any

import click
from flask import Flask

from usecases.refusals import REFUSALS, StorageUnavailableError, sentences
from webapp.cli import awards, demo, foundation, geo, imports, jobs, ov, partners, region, stages, telling

COMMANDS: tuple[click.Command, ...] = (
    foundation.init,
    demo.demo,
    foundation.account,
    foundation.access,
    foundation.audit,
    foundation.settings,
    imports.import_group,
    geo.geo,
    ov.ov,
    jobs.worker,
    jobs.job,
    telling.telling,
    awards.GROUP,
    stages.match,
    partners.partners,
    region.region,
)


def _answering_refusals(command: click.Command) -> click.Command:
    """Make every callback below ``command`` answer a refusal with its sentences and exit code 2."""
    if isinstance(command, click.Group):
        for child in command.commands.values():
            _answering_refusals(child)
    callback = command.callback
    if callback is None or getattr(callback, "answers_refusals", False):
        return command

    def answer(*arguments: Any, **options: Any) -> Any:
        try:
            return callback(*arguments, **options)
        except StorageUnavailableError as away:
            click.echo(str(away), err=True)
            sys.exit(2)
        except REFUSALS as refusal:
            for line in sentences(refusal):
                click.echo(line, err=True)
            sys.exit(2)

    answer.answers_refusals = True  # type: ignore[attr-defined] # functions carry attributes
    command.callback = answer
    return command


def register_commands(app: Flask) -> None:
    """Add every command to ``flask``."""
    for command in COMMANDS:
        app.cli.add_command(_answering_refusals(command))
