"""``flask worker`` executes long work; ``flask job`` looks at it."""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType

import click
from flask.cli import with_appcontext

from webapp.context import services


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Execute jobs until stopped; start as many as you like, on any machine that reaches the database."""
    from usecases.work.worker import run_worker

    stop = threading.Event()

    def stop_soon(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, stop_soon)
    signal.signal(signal.SIGINT, stop_soon)
    run_worker(services(), stop, lambda name: click.echo(f"worker {name} draait; stop met Ctrl-C"))
    sys.stdout.flush()


@click.group("job")
def job() -> None:
    """Long work."""


@job.command("list")
@click.option("--limit", default=50, show_default=True, help="How many, newest first.")
@with_appcontext
def list_jobs(limit: int) -> None:
    """Print the newest jobs: number, kind, state, attempt, when asked, what it is."""
    for view in services().jobs.newest(limit):
        when = view.created_at.isoformat(timespec="seconds")
        click.echo(f"{view.id}\t{view.kind}\t{view.state}\t{view.attempt}\t{when}\t{view.title}")


@job.command("cancel")
@click.argument("job_id")
@with_appcontext
def cancel_job(job_id: str) -> None:
    """Ask a job to stop."""
    services().jobs.cancel(job_id)
    click.echo(job_id)


@job.command("retry")
@click.argument("job_id")
@with_appcontext
def retry_job(job_id: str) -> None:
    """Try a failed or stopped job again."""
    if not services().jobs.retry(job_id):
        click.echo(f"{job_id}: deze taak is niet mislukt of gestopt", err=True)
        sys.exit(2)
    click.echo(job_id)


@job.command("workers")
@with_appcontext
def list_workers() -> None:
    """Print the workers: name, when last seen, when stopped."""
    for name, seen, stopped in services().jobs.workers():
        ended = stopped.isoformat(timespec="seconds") if stopped else "-"
        click.echo(f"{name}\t{seen.isoformat(timespec='seconds')}\t{ended}")
