"""Fixtures of the tests of jobs."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.usecases.work.processes import SILENCE

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def start_worker(database_url, tmp_path):
    """Start a worker by name; whatever is left is killed."""
    started = []

    def start(name):
        environment = {
            **os.environ,
            "STAGEROUTE_HOME": str(tmp_path / "home"),
            "DATABASE_URL": database_url,
            "PYTHONPATH": str(ROOT),
            "STAGEROUTE_WORKER_NAME": name,
            "STAGEROUTE_WORKER_SILENCE": str(SILENCE),
            "STAGEROUTE_DAILY_HOUR": "0",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.worker"], cwd=ROOT, env=environment, start_new_session=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
